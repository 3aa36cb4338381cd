//! What is kept over a restart.

use crate::{Firmware, Options};

/// The EEPROM: what is kept over a restart, and how often it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "program",
    derive(serde::Deserialize, serde::Serialize, schemars::JsonSchema),
    serde(deny_unknown_fields)
)]
pub struct Eeprom {
    /// The saved maxima of service levels 1 and 2.
    pub amps: [u8; 2],
    /// The settings flags of `GE`.
    pub flags: u16,
    /// What `SC M` has written, once.
    pub hardware_max: Option<u8>,
    /// The energy of the station's life, in watt-hours.
    pub total: u32,
    /// Scale and offset of the ammeter.
    pub ammeter: [i16; 2],
    /// Scale and offset of the voltmeter.
    pub voltmeter: (u16, u32),
    /// The hours of charging: start and stop, hour and minute each.
    pub timer: [u8; 4],
    /// Interval in seconds and current of the heartbeat supervision.
    pub heartbeat: (u16, u8),
    /// Trips of GFCI, ground and relay.
    pub trips: [u8; 3],
    /// How long the relay is pulled in with full power, in milliseconds, and its duty then.
    pub relay: (u8, u8),
    /// Temperature thresholds, in tenths of a degree.
    pub thresholds: [i16; 2],
    /// Which of the three relays are used (firmware 9.x).
    pub relays: [bool; 3],
    /// The current below which the relay may open, in milliamps (firmware 9.x).
    pub zero_current: i32,
    /// The temperature sensors in the cable (firmware 9.4).
    #[cfg_attr(feature = "program", serde(default = "CableSensor::new_cable"))]
    pub cable: [CableSensor; 4],
    /// How often it was written: real ones wear out after 100,000 times.
    pub writes: u32,
}

/// What `SN` sets: where a sensor in the cable is, and what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "program",
    derive(serde::Deserialize, serde::Serialize, schemars::JsonSchema),
    serde(deny_unknown_fields)
)]
pub struct CableSensor {
    /// The pin.
    pub pin: u8,
    /// Its resistance at 25 °C, in ohms.
    pub r25: u32,
    /// Its beta, in kelvins.
    pub beta: u32,
    /// What to add to the reading, in tenths of a degree.
    pub offset: i16,
    /// Where charging stops, in tenths of a degree.
    pub panic: i16,
}

impl CableSensor {
    /// Usual sensors, of which none was set yet.
    fn new_cable() -> [Self; 4] {
        [Self { pin: 0, r25: 10_000, beta: 3950, offset: 0, panic: 900 }; 4]
    }
}

impl Eeprom {
    /// A new one, as the firmware initialises it.
    #[must_use]
    pub fn blank(firmware: Firmware) -> Self {
        Self {
            amps: firmware.default_amps().map(|amps| amps.0),
            // Where nobody looks for the service level, it is 2.
            flags: if firmware.has(Options::AUTOSVCLEVEL) { 0 } else { super::setting::LEVEL_2 },
            hardware_max: None,
            total: 0,
            ammeter: [220, 0],
            voltmeter: (0, 0),
            timer: [0; 4],
            heartbeat: (0, 0),
            trips: [0; 3],
            relay: (100, 255),
            thresholds: if firmware.since([9, 0, 0]) { [710, 0] } else { [650, 650] },
            relays: [true, true, false],
            zero_current: 500,
            cable: CableSensor::new_cable(),
            writes: 0,
        }
    }

    /// Changes something; only what is different is written.
    pub(super) fn write(&mut self, change: impl FnOnce(&mut Self)) {
        let before = *self;
        change(self);
        if *self != before {
            self.writes += 1;
        }
    }
}
