//! The states of station and pilot, IEC 61851-1 / SAE J1772.

open_enum! {
    /// The state of the station: two hexadecimal digits in `$AT`, `$AB`, `$ST` and, from firmware
    /// 6.0.0 on, in `$GS` (decimal before).
    ///
    /// The guide lists 1 to 4 and calls 4 "error"; real controllers send all of these.
    // See spec/rapi.md#state-base.
    EvseState: hex2 {
        /// Self test, just enabled, or boot-locked ([`VFlags::boot_locked`](crate::types::VFlags)).
        Starting = 0x00, "starting";
        /// State A: no vehicle.
        NotConnected = 0x01, "not connected";
        /// State B: a vehicle that is not charging.
        Connected = 0x02, "connected";
        /// State C: charging.
        Charging = 0x03, "charging";
        /// State D: the vehicle requires ventilation, which the station has not.
        VentRequired = 0x04, "vent required";
        /// The diode in the vehicle is missing.
        DiodeCheckFailed = 0x05, "diode check failed";
        /// Current to ground: the GFCI has tripped.
        GroundFault = 0x06, "ground fault";
        /// The protective earth is missing.
        NoGround = 0x07, "no ground";
        /// The relay does not open.
        StuckRelay = 0x08, "stuck relay";
        /// The self test of the GFCI has failed.
        GfiSelfTestFailed = 0x09, "GFI self test failed";
        /// Too hot.
        OverTemperature = 0x0a, "over temperature";
        /// The vehicle draws more than the pilot allows.
        OverCurrent = 0x0b, "over current";
        /// The relay does not close (firmware 8.x with CGMI).
        RelayClosureFault = 0x0e, "relay does not close";
        /// The proximity contact is shorted (firmware 9.x).
        ProximityShorted = 0x0f, "proximity contact shorted";
        /// The resistor of the proximity contact is missing (firmware 9.0.1 and later).
        ProximityMissing = 0x10, "proximity resistor missing";
        /// The EEPROM has failed (firmware 9.x on SAMD).
        EepromFailure = 0x11, "EEPROM failure";
        /// Put to sleep by `FS`, timer, limit or button.
        Sleeping = 0xfe, "sleeping";
        /// Disabled by `FD`: the pilot is at −12 V.
        Disabled = 0xff, "disabled";
    }
}

impl EvseState {
    /// Whether this is a fault: every code from 04 to FD, known or not.
    #[must_use]
    pub const fn is_fault(self) -> bool {
        matches!(self.code(), 0x04..=0xfd)
    }
}

open_enum! {
    /// What the voltage of the pilot said when it was last evaluated. The guide misses it.
    ///
    /// It is frozen while the station sleeps or is disabled: use
    /// [`VFlags::ev_connected`](crate::types::VFlags::ev_connected) there.
    // See spec/rapi.md#pilot-state.
    PilotState: hex2 {
        /// Not evaluated.
        Unevaluated = 0x00, "not evaluated";
        /// 12 V: no vehicle.
        A = 0x01, "A";
        /// 9 V: a vehicle.
        B = 0x02, "B";
        /// 6 V: the vehicle wants to charge.
        C = 0x03, "C";
        /// 3 V: the vehicle wants to charge and requires ventilation.
        D = 0x04, "D";
        /// The diode in the vehicle is missing.
        DiodeFailure = 0x05, "diode failure";
    }
}
