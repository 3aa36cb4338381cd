//! Commands that newer firmware does not know, or reads as another.

/// Commands that newer firmware does not know, or reads as another. See `for_each_command!`.
#[doc(hidden)]
#[macro_export]
macro_rules! __retired {
    ([$($callback:tt)+] $($rows:tt)*) => { $crate::__readings! { [$($callback)+] $($rows)*
        {
            /// Tunes the relay: the early form of `Z0`.
            ///
            /// Refused (`$NK`): never where it is built in. Source: `spec/rapi.md`, not recorded.
            TuneRelayEarly tune_relay_early b"Z1" "Z1 close hold" -> "-"
            Debug Volatile idempotent: true since: "5.0.1" until: "6.2.1" feature: "RELAY_AUTO_PWM_PIN";
            example {
                "$Z1 25 75^4A" -> "$OK^20":
                TuneRelayEarly { close: Milliseconds(25), hold: 75 } => ()
            }
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
            ///
            /// The guide has it; firmware from 8.1.0 on has not.
            ///
            /// Refused (`$NK`): another number of arguments; not built in. Source: the guide, set
            /// commands, and recordings.
            SetAmmeterCalibrationMode set_ammeter_calibration_mode b"S2" "S2 enabled" -> "-"
            Debug Volatile idempotent: true since: "3.2.8" until: "7.1.6" feature: "AMMETER";
            example {
                "$S2 1^54" -> "$OK^20" heard from "7.1.3":
                SetAmmeterCalibrationMode { enabled: true } => ()
            }
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
            ///
            /// Refused (`$NK`): another number of arguments. Source: the guide, a screenshot.
            OldSetDiodeCheck old_set_diode_check b"SD" "SD enabled" -> "-"
            Debug Eeprom idempotent: true since: "2013" until: "4.8.0" feature: "";
            example { "$SD 1^22" -> "$OK^20": OldSetDiodeCheck { enabled: true } => () }
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
            ///
            /// Refused (`$NK`): another number of arguments. Source: `spec/rapi.md`, not recorded.
            OldSetEcho old_set_echo b"SE" "SE enabled" -> "-"
            Debug Volatile idempotent: true since: "2013" until: "4.8.0" feature: "";
            example { "$SE 1^23" -> "$OK^20": OldSetEcho { enabled: true } => () }
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
            ///
            /// Refused (`$NK`): another number of arguments; not built in. Source: `spec/rapi.md`,
            /// not recorded.
            OldSetGfiSelfTest old_set_gfi_self_test b"SF" "SF enabled" -> "-"
            Debug Eeprom idempotent: true since: "3.2.6" until: "4.8.0" feature: "ADVPWR";
            example { "$SF 1^20" -> "$OK^20": OldSetGfiSelfTest { enabled: true } => () }
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
            ///
            /// Refused (`$NK`): another number of arguments; not built in. Source: `spec/rapi.md`,
            /// not recorded.
            OldSetGroundCheck old_set_ground_check b"SG" "SG enabled" -> "-"
            Debug Eeprom idempotent: true since: "2013" until: "4.8.0" feature: "ADVPWR";
            example { "$SG 1^21" -> "$OK^20": OldSetGroundCheck { enabled: true } => () }
            args {
                /// On or off.
                enabled: bool,
            }
            reply ()
        }
        {
            /// Sets the temperatures at which charging stops.
            ///
            /// Refused (`$NK`): where it is not built in. Source: `spec/rapi.md`, not recorded.
            OldSetThresholds old_set_thresholds b"SO" "SO ambient infrared" -> "-"
            Debug Eeprom idempotent: true since: "3.9.5" until: "4.8.0" feature: "TEMPERATURE_MONITORING_NY";
            example {
                "$SO 650 650^38" -> "$OK^20":
                OldSetThresholds { ambient: DeciCelsius(650), infrared: DeciCelsius(650) } => ()
            }
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
            ///
            /// Refused (`$NK`): another number of arguments; not built in. Source: `spec/rapi.md`,
            /// not recorded.
            OldSetStuckRelayCheck old_set_stuck_relay_check b"SR" "SR enabled" -> "-"
            Debug Eeprom idempotent: true since: "2013" until: "4.8.0" feature: "ADVPWR";
            example { "$SR 1^34" -> "$OK^20": OldSetStuckRelayCheck { enabled: true } => () }
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
            ///
            /// Refused (`$NK`): another number of arguments; not built in. Source: `spec/rapi.md`,
            /// not recorded.
            OlderSetGfiSelfTest older_set_gfi_self_test b"SS" "SS enabled" -> "-"
            Debug Eeprom idempotent: true since: "2014" until: "4.3.2" feature: "GFI_SELFTEST";
            example { "$SS 1^35" -> "$OK^20": OlderSetGfiSelfTest { enabled: true } => () }
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
            ///
            /// Refused (`$NK`): another number of arguments. Source: `spec/rapi.md`, not recorded.
            OldSetVentCheck old_set_vent_check b"SV" "SV enabled" -> "-"
            Debug Eeprom idempotent: true since: "2013" until: "4.8.0" feature: "";
            example { "$SV 1^30" -> "$OK^20": OldSetVentCheck { enabled: true } => () }
            args {
                /// On or off.
                enabled: bool,
            }
            reply ()
        }
    } };
}
