//! How long things take in a real controller, in milliseconds, as they were recorded.

use rapi_core::types::{EvseState, PilotState};

/// The delays of a firmware; all are zero for a controller in a hurry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Delays {
    /// Deaf from power-on to then: the chip is not set up.
    pub(crate) deaf: u64,
    /// From power-on to the first line.
    pub(crate) logo: u64,
    /// From power-on to the end of the self test: all is well, a car is connected, nobody looks
    /// for the service level, no ground, a stuck relay, a GFCI that does not answer, one that has
    /// tripped.
    post: [u64; 7],
    plug: u64,
    unplug: u64,
    step: u64,
    /// The same while it is asleep.
    asleep: u64,
    /// The self test of the GFCI, and the relay.
    pub(crate) self_test: u64,
    /// From a closed relay to the service level that is seen behind it.
    pub(crate) level: u64,
    /// From being woken to the first look at a car, and from the end of the boot lock to it.
    pub(crate) wake: u64,
    pub(crate) unlock: u64,
    /// From the end of the self test to the first look at a car, or at none.
    pub(crate) first: u64,
    /// In a soft fault the pilot is believed for so long.
    pub(crate) fault_pilot: u64,
    /// From a sensor that is too hot to the fault.
    pub(crate) hot: u64,
    /// From the closed relay to the first reading of the ammeter, and from one to the next.
    pub(crate) first_reading: u64,
    pub(crate) ammeter: u64,
    /// From the command to the reset.
    pub(crate) reset: u64,
    /// One move of the motor that locks the plug.
    pub(crate) motor: u64,
}

/// Firmware 8.2.3.
const V8: Delays = Delays {
    deaf: 400,
    logo: 2255,
    post: [4615, 3560, 3411, 3495, 3457, 5518, 4510],
    plug: 360,
    unplug: 346,
    step: 281,
    asleep: 323,
    self_test: 1173,
    level: 1044,
    wake: 284,
    unlock: 341,
    first: 85,
    fault_pilot: 250,
    hot: 5600,
    first_reading: 140,
    ammeter: 1245,
    reset: 1040,
    motor: 300,
};

/// Firmware 7.1.3, of which only a restart was recorded: 300 ms faster, and no lock to move.
const V7: Delays = Delays {
    logo: 1954,
    post: [4314, 3259, 3110, 3194, 3156, 5217, 4209],
    plug: 283,
    unplug: 50,
    asleep: 277,
    motor: 0,
    ..V8
};

/// Firmware 4.12.3.
const V4: Delays = Delays {
    deaf: 400,
    logo: 1961,
    post: [4340, 3504, 3137, 3200, 3166, 5223, 4214],
    plug: 283,
    unplug: 50,
    step: 277,
    asleep: 277,
    self_test: 1126,
    level: 1000,
    wake: 284,
    unlock: 341,
    first: 45,
    fault_pilot: 250,
    hot: 5600,
    first_reading: 50,
    ammeter: 1050,
    reset: 1048,
    motor: 0,
};

impl Delays {
    pub(crate) const NONE: Self = Self {
        deaf: 0,
        logo: 0,
        post: [0; 7],
        plug: 0,
        unplug: 0,
        step: 0,
        asleep: 0,
        self_test: 0,
        level: 0,
        wake: 0,
        unlock: 0,
        first: 0,
        fault_pilot: 0,
        hot: 0,
        first_reading: 0,
        ammeter: 0,
        reset: 0,
        motor: 0,
    };

    /// Those of a firmware: of the nearest one that was recorded.
    pub(crate) fn of(firmware: crate::Firmware) -> Self {
        match firmware {
            _ if firmware.since([8, 1, 0]) => V8,
            _ if firmware.since([6, 0, 0]) => V7,
            _ => V4,
        }
    }

    /// From power-on to the end of the self test.
    pub(crate) const fn post(
        &self,
        result: EvseState,
        looks_for_level: bool,
        connected: bool,
        tripped: bool,
    ) -> u64 {
        let [well, car, fixed, no_ground, stuck, gfi, high] = self.post;
        match result {
            EvseState::NoGround => no_ground,
            EvseState::StuckRelay => stuck,
            EvseState::GfiSelfTestFailed if tripped => high,
            EvseState::GfiSelfTestFailed => gfi,
            _ if !looks_for_level => fixed,
            _ if connected => car,
            _ => well,
        }
    }

    /// How long a change of the pilot must last.
    pub(crate) const fn debounce(&self, from: PilotState, to: PilotState, asleep: bool) -> u64 {
        match (from, to) {
            _ if asleep => self.asleep,
            (PilotState::A, _) => self.plug,
            (_, PilotState::A) => self.unplug,
            _ => self.step,
        }
    }
}
