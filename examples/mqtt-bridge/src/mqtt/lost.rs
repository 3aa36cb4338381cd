//! Why a connection to the broker has ended, in words that say what to do.

use std::io;

use rumqttc::{self as v4, TlsError, mqttbytes, v5};

use super::MAX_PACKET;
use super::wire::Heard;

pub(super) const CLOSED: &str = "the broker has closed the connection";
const SILENT: &str = "the broker does not answer any more";

/// What may be wrong when a broker closes a connection before there is one.
pub(super) const fn at_once(version: u8) -> &'static str {
    if version == 5 {
        "a port with TLS wants mqtts://, and a broker of MQTT 3.1.1 mqtt.version = 3"
    } else {
        "a port with TLS wants mqtts://"
    }
}

fn broken(error: &io::Error) -> Heard {
    use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, UnexpectedEof};
    let words = error.to_string();
    Heard::Lost(match error.kind() {
        BrokenPipe | ConnectionAborted | ConnectionReset | UnexpectedEof => CLOSED.to_owned(),
        _ if words.contains("CertificateRequired") => {
            "the broker wants a certificate: mqtt.client_certificate and mqtt.client_key".to_owned()
        }
        _ => format!("no connection: {words}"),
    })
}

fn no_tls(error: &TlsError) -> Heard {
    let words = error.to_string();
    let hint =
        if words.contains("UnknownIssuer") { ": mqtt.ca_file is for who signed it" } else { "" };
    Heard::Lost(format!("no TLS: {words}{hint}"))
}

/// MQTT 3.1.1.
pub(super) fn from_4(error: v4::ConnectionError) -> Heard {
    use v4::{ConnectReturnCode, ConnectionError, StateError};
    match error {
        ConnectionError::RequestsDone => Heard::End,
        ConnectionError::ConnectionRefused(code) => match code {
            ConnectReturnCode::BadUserNamePassword | ConnectReturnCode::NotAuthorized => {
                Heard::Refused(format!("{code:?}"))
            }
            ConnectReturnCode::RefusedProtocolVersion => {
                Heard::Lost("the broker does not speak MQTT 3.1.1: set mqtt.version = 5".to_owned())
            }
            code => Heard::Lost(format!("the broker refuses the connection ({code:?})")),
        },
        ConnectionError::MqttState(StateError::Deserialization(
            mqttbytes::Error::PayloadSizeLimitExceeded(length),
        )) => Heard::Lost(format!(
            "somebody has published {length} bytes on a topic of the bridge, which reads {MAX_PACKET} at \
             most: take that away, or let the broker refuse it (mosquitto: message_size_limit)"
        )),
        ConnectionError::MqttState(StateError::ConnectionAborted) => Heard::Lost(CLOSED.to_owned()),
        ConnectionError::MqttState(
            StateError::Io(error) | StateError::Deserialization(mqttbytes::Error::Io(error)),
        ) => broken(&error),
        ConnectionError::MqttState(StateError::AwaitPingResp)
        | ConnectionError::NetworkTimeout
        | ConnectionError::FlushTimeout => Heard::Lost(SILENT.to_owned()),
        ConnectionError::Io(error) => Heard::Lost(format!("no connection: {error}")),
        ConnectionError::Tls(error) => no_tls(&error),
        error => Heard::Lost(error.to_string()),
    }
}

/// MQTT 5.
pub(super) fn from_5(error: v5::ConnectionError) -> Heard {
    use v5::mqttbytes::v5::ConnectReturnCode;
    use v5::{ConnectionError, StateError};
    match error {
        ConnectionError::RequestsDone => Heard::End,
        ConnectionError::ConnectionRefused(code)
        | ConnectionError::MqttState(StateError::ConnFail { reason: code }) => match code {
            ConnectReturnCode::BadUserNamePassword | ConnectReturnCode::NotAuthorized => {
                Heard::Refused(format!("{code:?}"))
            }
            ConnectReturnCode::RefusedProtocolVersion
            | ConnectReturnCode::UnsupportedProtocolVersion => {
                Heard::Lost("the broker does not speak MQTT 5: set mqtt.version = 3".to_owned())
            }
            code => Heard::Lost(format!("the broker refuses the connection ({code:?})")),
        },
        ConnectionError::MqttState(StateError::ConnectionAborted) => Heard::Lost(CLOSED.to_owned()),
        ConnectionError::MqttState(
            StateError::Io(error) | StateError::Deserialization(v5::mqttbytes::Error::Io(error)),
        ) => broken(&error),
        ConnectionError::MqttState(StateError::AwaitPingResp) | ConnectionError::Timeout(_) => {
            Heard::Lost(SILENT.to_owned())
        }
        ConnectionError::Io(error) => Heard::Lost(format!("no connection: {error}")),
        ConnectionError::Tls(error) => no_tls(&error),
        error => Heard::Lost(error.to_string()),
    }
}
