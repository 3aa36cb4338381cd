//! The address of a station: of its serial line, because a gateway in between would fight for it.

use rapi_sim::EvseAddress;
use serde::de::Error as _;
use serde::{Deserialize as _, Deserializer, Serializer};

const POSSIBLE: &str = "serial:/dev/ttyUSB0, tcp://192.168.1.20:8023 or sim:";

pub(super) fn serialize<S: Serializer>(
    address: &EvseAddress,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_str(address)
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<EvseAddress, D::Error> {
    let text = String::deserialize(deserializer)?;
    match text.parse() {
        Ok(EvseAddress::Http(_)) => Err(D::Error::custom(format!(
            "the bridge takes the place of the gateway and needs the controller's serial line: \
             {POSSIBLE}"
        ))),
        Ok(address) => Ok(address),
        // What is wrong with its firmware.
        Err(problem) if text.starts_with("sim:") => Err(D::Error::custom(problem)),
        // The address type knows a gateway, too.
        Err(_) => Err(D::Error::custom(format!("a station is {POSSIBLE}"))),
    }
}
