//! Commands that newer firmware does not know, or reads as another.

/// Commands that newer firmware does not know, or reads as another. See `for_each_command!`.
#[doc(hidden)]
#[macro_export]
macro_rules! __retired {
    ([$($callback:tt)+] $($rows:tt)*) => { $crate::__queries! { [$($callback)+] $($rows)*
        {
            /// Tunes the relay: the early form of `Z0`.
            TuneRelayEarly tune_relay_early b"Z1" "Z1 close hold" -> "-"
            Debug Volatile idempotent: true since: "5.0.1" until: "6.2.1" feature: "RELAY_AUTO_PWM_PIN";
            args {
                /// Milliseconds of full power.
                close: Milliseconds where 0..=255,
                /// Duty cycle of holding, 255 is always.
                hold: u8,
            }
            reply ()
        }
        {
            /// Reads the ammeter in all states, or only while charging.
            SetAmmeterCalibrationMode set_ammeter_calibration_mode b"S2" "S2 enabled" -> "-"
            Debug Volatile idempotent: true since: "3.2.8" until: "7.1.6" feature: "AMMETER";
            args {
                /// In all states.
                enabled: bool,
            }
            reply ()
        }
        {
            /// Switches the check of the diode in the vehicle.
            ///
            /// The old form of [`SetDiodeCheck`].
            OldSetDiodeCheck old_set_diode_check b"SD" "SD enabled" -> "-"
            Debug Eeprom idempotent: true since: "2013" until: "4.8.0" feature: "";
            args {
                /// On or off.
                enabled: bool,
            }
            reply ()
        }
        {
            /// Switches the echo of every byte on or off.
            ///
            /// The old form of [`SetEcho`].
            OldSetEcho old_set_echo b"SE" "SE enabled" -> "-"
            Debug Volatile idempotent: true since: "2013" until: "4.8.0" feature: "";
            args {
                /// On or off.
                enabled: bool,
            }
            reply ()
        }
        {
            /// Switches the self test of the GFCI.
            ///
            /// The old form of [`SetGfiSelfTest`].
            OldSetGfiSelfTest old_set_gfi_self_test b"SF" "SF enabled" -> "-"
            Debug Eeprom idempotent: true since: "3.2.6" until: "4.8.0" feature: "ADVPWR";
            args {
                /// On or off.
                enabled: bool,
            }
            reply ()
        }
        {
            /// Switches the check of the protective earth.
            ///
            /// The old form of [`SetGroundCheck`].
            OldSetGroundCheck old_set_ground_check b"SG" "SG enabled" -> "-"
            Debug Eeprom idempotent: true since: "2013" until: "4.8.0" feature: "ADVPWR";
            args {
                /// On or off.
                enabled: bool,
            }
            reply ()
        }
        {
            /// Sets the temperatures at which charging stops.
            OldSetThresholds old_set_thresholds b"SO" "SO ambient infrared" -> "-"
            Debug Eeprom idempotent: true since: "3.9.5" until: "4.8.0" feature: "TEMPERATURE_MONITORING_NY";
            args {
                /// Inside the station.
                ambient: DeciCelsius,
                /// Seen by the infrared sensor.
                infrared: DeciCelsius,
            }
            reply ()
        }
        {
            /// Switches the check for a stuck relay.
            ///
            /// The old form of [`SetStuckRelayCheck`].
            OldSetStuckRelayCheck old_set_stuck_relay_check b"SR" "SR enabled" -> "-"
            Debug Eeprom idempotent: true since: "2013" until: "4.8.0" feature: "ADVPWR";
            args {
                /// On or off.
                enabled: bool,
            }
            reply ()
        }
        {
            /// Switches the self test of the GFCI.
            ///
            /// The old form of [`SetGfiSelfTest`].
            OlderSetGfiSelfTest older_set_gfi_self_test b"SS" "SS enabled" -> "-"
            Debug Eeprom idempotent: true since: "2014" until: "4.3.2" feature: "GFI_SELFTEST";
            args {
                /// On or off.
                enabled: bool,
            }
            reply ()
        }
        {
            /// Switches the ventilation check.
            ///
            /// The old form of [`SetVentCheck`]. **Not for newer firmware:** from 7.0.1 on the same
            /// bytes set the mains voltage to 0 or 1 mV, see [`SetVoltage`].
            OldSetVentCheck old_set_vent_check b"SV" "SV enabled" -> "-"
            Debug Eeprom idempotent: true since: "2013" until: "4.8.0" feature: "";
            args {
                /// On or off.
                enabled: bool,
            }
            reply ()
        }
    } };
}
