//! Features that can be switched off: `FF`.

/// Features that can be switched off: `FF`. See `for_each_command!`.
#[doc(hidden)]
#[macro_export]
macro_rules! __features {
    ([$($callback:tt)+] $($rows:tt)*) => { $crate::__settings! { [$($callback)+] $($rows)*
        {
            /// Switches the front button.
            ///
            /// While it is off its presses are only told:
            /// [`Notification::Button`](crate::Notification). The guide misses it.
            ///
            /// Refused (`$NK`): another flag than 0 and 1, another number of arguments; not built
            /// in. Source: recordings.
            SetButton set_button b"FF" "FF B enabled" -> "-"
            Setting Eeprom idempotent: true since: "6.2.0" until: "" feature: "BTN_MENU";
            example {
                "$FF B 1^57" -> "$OK^20" heard from "8.2.3":
                SetButton { enabled: true } => ()
            }
            after b"B" args {
                /// On or off.
                enabled: bool,
            }
            reply ()
        }
        {
            /// Switches the temperature sensors of the cable.
            ///
            /// The guide misses it.
            ///
            /// Refused (`$NK`): another flag than 0 and 1, another number of arguments; not built
            /// in. Source: `spec/rapi.md`, not recorded.
            SetCableMonitoring set_cable_monitoring b"FF" "FF C enabled" -> "-"
            Debug Eeprom idempotent: true since: "9.4.0" until: "" feature: "CABLE_TEMPERATURE_MONITORING";
            example { "$FF C 1^56" -> "$OK^20": SetCableMonitoring { enabled: true } => () }
            after b"C" args {
                /// On or off.
                enabled: bool,
            }
            reply ()
        }
        {
            /// Switches the check of the diode in the vehicle.
            ///
            /// A safety check: leave it on.
            ///
            /// Refused (`$NK`): another flag than 0 and 1, another number of arguments. Source: the
            /// guide, debugging, and recordings.
            SetDiodeCheck set_diode_check b"FF" "FF D enabled" -> "-"
            Debug Eeprom idempotent: true since: "4.9.1" until: "" feature: "";
            example {
                "$FF D 1^51" -> "$OK^20" heard from "8.2.3":
                SetDiodeCheck { enabled: true } => ()
            }
            after b"D" args {
                /// On or off.
                enabled: bool,
            }
            reply ()
        }
        {
            /// Switches the echo of every byte on, never off.
            ///
            /// **Both values switch it on**, in every firmware that knows the command; the guide
            /// says that 0 switches it off. Only a restart does. Do not send it.
            // See spec/rapi.md#echo.
            ///
            /// Refused (`$NK`): another flag than 0 and 1, another number of arguments. Source: the
            /// guide, debugging, and recordings.
            SetEcho set_echo b"FF" "FF E enabled" -> "-"
            Debug Volatile idempotent: true since: "4.9.1" until: "" feature: "";
            example {
                "$FF E 1^50" -> "$OK^20" heard from "8.2.3":
                SetEcho { enabled: true } => ()
            }
            after b"E" args {
                /// On or off.
                enabled: bool,
            }
            reply ()
        }
        {
            /// Switches the self test of the GFCI.
            ///
            /// A safety check: leave it on.
            ///
            /// Refused (`$NK`): another flag than 0 and 1, another number of arguments; not built
            /// in. Source: the guide, debugging, and recordings.
            SetGfiSelfTest set_gfi_self_test b"FF" "FF F enabled" -> "-"
            Debug Eeprom idempotent: true since: "4.9.1" until: "" feature: "ADVPWR";
            example {
                "$FF F 1^53" -> "$OK^20" heard from "8.2.3":
                SetGfiSelfTest { enabled: true } => ()
            }
            after b"F" args {
                /// On or off.
                enabled: bool,
            }
            reply ()
        }
        {
            /// Switches the check of the protective earth.
            ///
            /// A safety check: leave it on. The guide calls it GMI.
            ///
            /// Refused (`$NK`): another flag than 0 and 1, another number of arguments; not built
            /// in. Source: the guide, debugging, and recordings.
            SetGroundCheck set_ground_check b"FF" "FF G enabled" -> "-"
            Debug Eeprom idempotent: true since: "4.9.1" until: "" feature: "ADVPWR";
            example {
                "$FF G 1^52" -> "$OK^20" heard from "8.2.3":
                SetGroundCheck { enabled: true } => ()
            }
            after b"G" args {
                /// On or off.
                enabled: bool,
            }
            reply ()
        }
        {
            /// Switches the boot lock.
            ///
            /// The guide misses it.
            ///
            /// Refused (`$NK`): another flag than 0 and 1, another number of arguments; not built
            /// in. Source: `spec/rapi.md`, not recorded.
            SetBootLock set_boot_lock b"FF" "FF L enabled" -> "-"
            Debug Eeprom idempotent: true since: "9.0.0" until: "" feature: "BOOTLOCK";
            example { "$FF L 1^59" -> "$OK^20": SetBootLock { enabled: true } => () }
            after b"L" args {
                /// On or off.
                enabled: bool,
            }
            reply ()
        }
        {
            /// Switches the over-current check.
            ///
            /// A safety check: leave it on.
            ///
            /// The guide misses it.
            ///
            /// Refused (`$NK`): another flag than 0 and 1, another number of arguments; not built
            /// in. Source: `spec/rapi.md`, not recorded.
            SetOverCurrentCheck set_over_current_check b"FF" "FF O enabled" -> "-"
            Debug Eeprom idempotent: true since: "9.0.0" until: "" feature: "OVERCURRENT_THRESHOLD";
            example { "$FF O 1^5A" -> "$OK^20": SetOverCurrentCheck { enabled: true } => () }
            after b"O" args {
                /// On or off.
                enabled: bool,
            }
            reply ()
        }
        {
            /// Switches the detection of the cable by its resistor.
            ///
            /// A safety check: leave it on.
            ///
            /// The guide misses it.
            ///
            /// Refused (`$NK`): another flag than 0 and 1, another number of arguments; not built
            /// in. Source: `spec/rapi.md`, not recorded.
            SetProximityCheck set_proximity_check b"FF" "FF P enabled" -> "-"
            Debug Eeprom idempotent: true since: "9.0.0" until: "" feature: "PP_AUTO_AMPACITY";
            example { "$FF P 1^45" -> "$OK^20": SetProximityCheck { enabled: true } => () }
            after b"P" args {
                /// On or off.
                enabled: bool,
            }
            reply ()
        }
        {
            /// Switches the check for a stuck relay.
            ///
            /// A safety check: leave it on.
            ///
            /// Refused (`$NK`): another flag than 0 and 1, another number of arguments; not built
            /// in. Source: the guide, debugging, and recordings.
            SetStuckRelayCheck set_stuck_relay_check b"FF" "FF R enabled" -> "-"
            Debug Eeprom idempotent: true since: "4.9.1" until: "" feature: "ADVPWR";
            example {
                "$FF R 1^47" -> "$OK^20" heard from "8.2.3":
                SetStuckRelayCheck { enabled: true } => ()
            }
            after b"R" args {
                /// On or off.
                enabled: bool,
            }
            reply ()
        }
        {
            /// Switches the temperature checks.
            ///
            /// A safety check: leave it on.
            ///
            /// Refused (`$NK`): another flag than 0 and 1, another number of arguments; not built
            /// in. Source: the guide, debugging, and recordings.
            SetTemperatureMonitoring set_temperature_monitoring b"FF" "FF T enabled" -> "-"
            Debug Eeprom idempotent: true since: "4.9.1" until: "" feature: "TEMPERATURE_MONITORING";
            example {
                "$FF T 1^41" -> "$OK^20" heard from "8.2.3":
                SetTemperatureMonitoring { enabled: true } => ()
            }
            after b"T" args {
                /// On or off.
                enabled: bool,
            }
            reply ()
        }
        {
            /// Switches the ventilation check (state D).
            ///
            /// A safety check: leave it on.
            ///
            /// Refused (`$NK`): another flag than 0 and 1, another number of arguments. Source: the
            /// guide, debugging, and recordings.
            SetVentCheck set_vent_check b"FF" "FF V enabled" -> "-"
            Debug Eeprom idempotent: true since: "4.9.1" until: "" feature: "";
            example {
                "$FF V 1^43" -> "$OK^20" heard from "8.2.3":
                SetVentCheck { enabled: true } => ()
            }
            after b"V" args {
                /// On or off.
                enabled: bool,
            }
            reply ()
        }
        {
            /// Switches the opening of the relay at zero current.
            ///
            /// The guide misses it.
            ///
            /// Refused (`$NK`): another flag than 0 and 1, another number of arguments; not built
            /// in. Source: `spec/rapi.md`, not recorded.
            SetZeroCrossSwitching set_zero_cross_switching b"FF" "FF Z enabled" -> "-"
            Debug Eeprom idempotent: true since: "9.0.0" until: "" feature: "RELAY_ZC_SWITCH";
            example { "$FF Z 1^4F" -> "$OK^20": SetZeroCrossSwitching { enabled: true } => () }
            after b"Z" args {
                /// On or off.
                enabled: bool,
            }
            reply ()
        }
    } };
}
