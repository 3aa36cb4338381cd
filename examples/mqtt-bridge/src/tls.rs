//! TLS, and what opens the broker's door: certificates, keys, passwords.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, anyhow, bail};
use rumqttc::{TlsConfiguration, Transport};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore};

use crate::config::Mqtt;

/// The user and the password of the configuration, if there is one.
///
/// # Errors
///
/// The file with the password cannot be read.
pub fn credentials(config: &Mqtt) -> anyhow::Result<Option<(String, String)>> {
    let mut password = config.password.clone();
    if !config.password_file.as_os_str().is_empty() {
        let path = credential(&config.password_file)?;
        password = std::fs::read_to_string(&path)
            .with_context(|| format!("mqtt.password_file: cannot read {}", path.display()))?;
        password.truncate(password.trim_end_matches(['\r', '\n']).len());
    }
    if config.user.is_empty() && !password.is_empty() {
        bail!("a password needs a user: mqtt.user");
    }
    Ok(Some((config.user.clone(), password)).filter(|(user, _)| !user.is_empty()))
}

/// A path that begins with `$CREDENTIALS_DIRECTORY`, as systemd has it.
fn credential(path: &Path) -> anyhow::Result<PathBuf> {
    const VARIABLE: &str = "CREDENTIALS_DIRECTORY";
    let Ok(rest) = path.strip_prefix(format!("${VARIABLE}")) else { return Ok(path.to_owned()) };
    let folder = std::env::var_os(VARIABLE).ok_or_else(|| {
        let name = rest.display();
        anyhow!(
            "mqtt.password_file: systemd has set no {VARIABLE}: the unit needs LoadCredential={name}:FILE"
        )
    })?;
    Ok(Path::new(&folder).join(rest))
}

/// The transport of `mqtts:`.
///
/// # Errors
///
/// A file cannot be read, or is not what it should be.
pub fn transport(config: &Mqtt) -> anyhow::Result<Transport> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots(&config.ca_file)?);
    let client = if config.client_certificate.as_os_str().is_empty() {
        builder.with_no_client_auth()
    } else {
        let chain = certificates("mqtt.client_certificate", &config.client_certificate)?;
        let key = PrivateKeyDer::from_pem_file(&config.client_key).map_err(|error| {
            let path = config.client_key.display();
            anyhow!("mqtt.client_key: no key in {path}: {error}; {PEM}")
        })?;
        builder.with_client_auth_cert(chain, key).context(
            "mqtt.client_certificate and mqtt.client_key do not fit, or the certificate is not of \
                 X.509 version 3",
        )?
    };
    Ok(Transport::tls_with_config(TlsConfiguration::Rustls(Arc::new(client))))
}

fn roots(ca_file: &Path) -> anyhow::Result<RootCertStore> {
    let mut roots = RootCertStore::empty();
    if ca_file.as_os_str().is_empty() {
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        if roots.is_empty() {
            bail!("this system knows no certificate authority: set mqtt.ca_file");
        }
    } else {
        for certificate in certificates("mqtt.ca_file", ca_file)? {
            roots
                .add(certificate)
                .with_context(|| format!("mqtt.ca_file: {}; {PEM}", ca_file.display()))?;
        }
    }
    Ok(roots)
}

/// What to do.
const PEM: &str = "name a file in PEM format that the bridge may read";

fn certificates(key: &str, path: &Path) -> anyhow::Result<Vec<CertificateDer<'static>>> {
    let nothing = || format!("{key}: no certificate in {}", path.display());
    let certificates = CertificateDer::pem_file_iter(path)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| anyhow!("{}: {error}; {PEM}", nothing()))?;
    if certificates.is_empty() {
        bail!("{}; {PEM}", nothing());
    }
    Ok(certificates)
}
