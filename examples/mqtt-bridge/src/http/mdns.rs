//! Finding the stations without an address: `_openevse._tcp`, and `_http._tcp` for the page.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use mdns_sd::{ServiceDaemon, ServiceInfo};
use tracing::warn;

use crate::config::Config;

/// Nobody waits longer for a bridge that is told to stop.
const GOODBYE: Duration = Duration::from_millis(300);

/// What is announced; taken back when it is dropped.
pub(super) struct Announcement {
    daemon: ServiceDaemon,
    names: Vec<String>,
}

impl std::fmt::Debug for Announcement {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Announcement").field("names", &self.names).finish_non_exhaustive()
    }
}

impl Drop for Announcement {
    fn drop(&mut self) {
        // It says goodbye on a thread of its own, which ends with the program: it is waited for, but not for
        // long.
        let said: Vec<_> =
            self.names.iter().filter_map(|name| self.daemon.unregister(name).ok()).collect();
        let end = Instant::now() + GOODBYE;
        for said in said {
            let _ = said.recv_timeout(end.saturating_duration_since(Instant::now()));
        }
        let _ = self.daemon.shutdown();
    }
}

/// Announces the stations, if that is wanted and of use to anybody.
pub(super) fn announce(config: &Config, address: SocketAddr) -> Option<Announcement> {
    if !config.http.mdns || address.ip().is_loopback() {
        return None;
    }
    let services = services(config, address);
    // Without it everything else works.
    let announced = ServiceDaemon::new().and_then(|daemon| {
        let mut names = Vec::new();
        for service in services? {
            names.push(service.get_fullname().to_owned());
            daemon.register(service)?;
        }
        Ok(Announcement { daemon, names })
    });
    announced.map_err(|error| warn!("stations are not announced by mDNS: {error}")).ok()
}

/// Both services of each station. Clients of the gateway look at `type`, `version` and `id`.
fn services(config: &Config, address: SocketAddr) -> mdns_sd::Result<Vec<ServiceInfo>> {
    let mut services = Vec::new();
    for (number, station) in config.station.iter().enumerate() {
        let id = station.base().replace('/', "-");
        let path =
            if number == 0 { "/".to_owned() } else { format!("/stations/{}/", station.name) };
        let properties = [
            ("type", "rapi-bridge"),
            ("version", env!("CARGO_PKG_VERSION")),
            ("id", id.as_str()),
            ("path", path.as_str()),
        ];
        let host = format!("{id}.local.");
        for kind in ["_openevse._tcp.local.", "_http._tcp.local."] {
            let ip = address.ip();
            let text = if ip.is_unspecified() { String::new() } else { ip.to_string() };
            let service =
                ServiceInfo::new(kind, &id, &host, text.as_str(), address.port(), &properties[..])?;
            services.push(if ip.is_unspecified() { service.enable_addr_auto() } else { service });
        }
    }
    Ok(services)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Station;

    #[test]
    fn each_station_has_both_services_with_the_fields_of_the_gateway() {
        let named = |name: &str| Station { name: name.to_owned(), ..Station::default() };
        let config = Config { station: vec![named("left"), named("right")], ..Config::default() };
        let services = services(&config, "192.0.2.1:8080".parse().unwrap()).unwrap();
        assert_eq!(services.len(), 4);
        let right = &services[2];
        assert_eq!(right.get_fullname(), "right._openevse._tcp.local.");
        assert_eq!(right.get_port(), 8080);
        for (key, value) in [("type", "rapi-bridge"), ("id", "right"), ("path", "/stations/right/")]
        {
            assert_eq!(right.get_property_val_str(key), Some(value));
        }
        assert!(announce(&config, "127.0.0.1:8080".parse().unwrap()).is_none());
    }
}
