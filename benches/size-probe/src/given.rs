//! What the device answers. The optimiser is kept from knowing it.

use core::hint::black_box;

use rapi_core::commands::{
    BootLock, Clock, CurrentRange, CurrentSet, Energy, EvConnected, FaultCounters, Power, Settings,
    State, Temperatures, Version,
};
use rapi_core::types::{
    Amps, DeciCelsius, EvseState, FaultCount, MilliAmps, MilliVolts, OrNone, PilotState, Seconds,
    SettingsFlags, Temperature, Text, VFlags, WattHours, WattSeconds,
};

/// An answer; `None` is refused with `$NK`.
pub(crate) trait Given: Sized {
    fn given() -> Option<Self>;
}

impl Given for Version {
    fn given() -> Option<Self> {
        let (firmware, protocol) = black_box(("8.2.3", "5.2.1"));
        Some(Self { firmware: Text::new(firmware)?, protocol: Text::new(protocol)? })
    }
}

macro_rules! given {
    ($($Type:ty: $value:expr;)+) => {$(
        impl Given for $Type {
            fn given() -> Option<Self> {
                Some(black_box($value))
            }
        }
    )+};
}

given! {
    (): ();
    BootLock: BootLock::Cleared;
    EvConnected: EvConnected::Yes;
    CurrentSet: CurrentSet { amps: Some(Amps(16)), accepted: true };
    CurrentRange: CurrentRange {
        min: Amps(6),
        hardware_max: Amps(80),
        pilot: Some(Amps(16)),
        saved_max: Some(Amps(32)),
    };
    Settings: Settings { amps: Amps(16), flags: SettingsFlags(0x0021) };
    FaultCounters: FaultCounters {
        gfi: FaultCount(0),
        no_ground: FaultCount(1),
        stuck_relay: FaultCount(0),
    };
    Power: Power {
        current: OrNone(Some(MilliAmps(16_000))),
        voltage: OrNone(Some(MilliVolts(240_000))),
    };
    Temperatures: Temperatures {
        ds3231: Temperature::Reading(DeciCelsius(230)),
        mcp9808: Temperature::Absent,
        tmp007: Temperature::Absent,
    };
    State: State {
        evse: EvseState::Charging,
        elapsed: Seconds(12_345),
        pilot: Some(PilotState::C),
        flags: Some(VFlags(0x0240)),
    };
    Clock: Clock { year: 26, month: 11, day: 22, hour: 18, minute: 30, second: 0 };
    Energy: Energy { session: WattSeconds(144_508), total: WattHours(40) };
}
