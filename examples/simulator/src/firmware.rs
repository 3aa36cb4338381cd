//! What differs between the firmware versions that can be simulated.

use std::fmt;
use std::str::FromStr;

use rapi_core::types::Amps;

/// A firmware version, as it was recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Firmware {
    /// What `GV` says.
    pub version: &'static str,
    /// The protocol version.
    pub protocol: &'static str,
    /// Whether it waits for `SB` after boot.
    pub boot_lock: bool,
    /// Whether it can lock a plug.
    pub mennekes: bool,
    /// Whether it supervises a heartbeat.
    pub heartbeat: bool,
    /// The serial number of its chip, if it tells one.
    pub serial: Option<&'static str>,
    /// The maximum of service level 1.
    pub level_1_max: Amps,
    /// What a blank EEPROM gives for levels 1 and 2.
    pub defaults: [Amps; 2],
}

const ALL: [Firmware; 2] = [
    Firmware {
        version: "8.2.3",
        protocol: "5.2.1",
        boot_lock: true,
        mennekes: true,
        heartbeat: true,
        serial: Some("EOSV1E4F0A1B2C"),
        level_1_max: Amps(24),
        defaults: [Amps(12), Amps(24)],
    },
    Firmware {
        version: "D7.1.3",
        protocol: "5.1.3",
        boot_lock: false,
        mennekes: false,
        heartbeat: false,
        serial: None,
        level_1_max: Amps(16),
        defaults: [Amps(12), Amps(16)],
    },
];

impl Firmware {
    /// The newest version that was recorded.
    pub const LATEST: Self = ALL[0];
}

impl FromStr for Firmware {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let known = |firmware: &&Self| firmware.version.trim_start_matches('D') == text;
        ALL.iter().find(known).copied().ok_or_else(|| {
            let all: Vec<String> = ALL.iter().map(Self::to_string).collect();
            format!("there is no recording of firmware {text}; take one of {}", all.join(", "))
        })
    }
}

impl fmt::Display for Firmware {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.version.trim_start_matches('D'))
    }
}
