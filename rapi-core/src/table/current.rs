//! Current, service level and voltage.

/// Current, service level and voltage. See `for_each_command!`.
#[doc(hidden)]
#[macro_export]
macro_rules! __current {
    ([$($callback:tt)+] $($rows:tt)*) => { $crate::__heartbeat! { [$($callback)+] $($rows)*
        {
            /// Sets the current that the pilot offers, until the next restart.
            ///
            /// The controller caps it at the saved maximum (firmware 5.0.0 and later), and says
            /// `$NK` with the current that it really set when it changed the number. The answer has
            /// that current either way: [`CurrentSet`].
            // See spec/rapi.md#sc-v-cap.
            ///
            /// Refused (`$NK`): out of range or above the saved maximum, with the current that was
            /// set instead; a rise while the station is too hot; another number of arguments.
            /// Source: the guide, set commands, and recordings.
            SetCurrent set_current b"SC" "SC amps V" -> "amps"
            Control Volatile idempotent: true since: "4.3.2" until: "" feature: "";
            example {
                "$SC 16 V^65" -> "$OK 16^07" heard from "8.2.3":
                SetCurrent { amps: Amps(16) } => CurrentSet { amps: Some(Amps(16)), accepted: true }
            }
            args {
                /// The current, in whole amps.
                amps: Amps where 6..=80,
            } by hand
            reply CurrentSet
        }
        {
            /// Programs the greatest current that the hardware stands.
            ///
            /// **once for the life of the controller**. It cannot be undone.
            ///
            /// The guide misses it.
            // See spec/rapi.md#sc-m.
            ///
            /// Refused (`$NK`): out of range, or written before: with the maximum that holds.
            /// Source: recordings.
            SetHardwareMaximum set_hardware_maximum b"SC" "SC amps M" -> "amps"
            Debug EepromOnce idempotent: false since: "6.3.0" until: "" feature: "";
            example {
                "$SC 48 M^75" -> "$OK 48^0C" heard from "8.2.3":
                SetHardwareMaximum { amps: Amps(48) } =>
                    CurrentSet { amps: Some(Amps(48)), accepted: true }
            }
            args {
                /// The current, in whole amps.
                amps: Amps where 6..=80,
            } by hand
            reply CurrentSet
        }
        {
            /// Sets the current that the pilot offers, and saves it as the maximum.
            ///
            /// There is one for each service level.
            ///
            /// It wears the EEPROM: for control loops there is [`SetCurrent`]. Out of range the
            /// controller clamps, **saves the clamped number**, and says `$NK`; the guide says that
            /// it refuses.
            // See spec/rapi.md#sc-clamps.
            ///
            /// Refused (`$NK`): out of range, with the limit that was set and saved instead; a rise
            /// while the station is too hot; another number of arguments. Source: the guide, set
            /// commands, and recordings.
            SaveCurrent save_current b"SC" "SC amps" -> "amps"
            Setting Eeprom idempotent: true since: "2013" until: "" feature: "";
            example {
                "$SC 24^12" -> "$OK 24^06" heard from "8.2.3":
                SaveCurrent { amps: Amps(24) } =>
                    CurrentSet { amps: Some(Amps(24)), accepted: true }
            }
            args {
                /// The current, in whole amps.
                amps: Amps where 6..=80,
            } by hand
            reply CurrentSet
        }
        {
            /// Sets the service level, and the current to the maximum that is saved for it.
            ///
            /// It drops a current that was set with [`SetCurrent`].
            ///
            /// Refused (`$NK`): another letter, or `A` where the detection is not built in. Source:
            /// the guide, set commands, and recordings.
            SetServiceLevel set_service_level b"SL" "SL level" -> "-"
            Setting Eeprom idempotent: true since: "2013" until: "" feature: "";
            example {
                "$SL 2^29" -> "$OK^20" heard from "8.2.3":
                SetServiceLevel { level: ServiceLevel::L2 } => ()
            }
            args {
                /// Level 1, level 2 or automatic.
                level: ServiceLevel,
            }
            reply ()
        }
        {
            /// Sets the mains voltage that the energy is computed with.
            ///
            /// Lost at a restart and with [`SetServiceLevel`]. The guide misses it.
            ///
            /// Until firmware 5.1.0 the code was that of [`OldSetVentCheck`].
            // See spec/rapi.md#sv.
            ///
            /// Refused (`$NK`): another number of arguments; not built in. Source: recordings.
            SetVoltage set_voltage b"SV" "SV voltage" -> "-"
            Setting Volatile idempotent: true since: "7.0.1" until: "" feature: "KWH_RECORDING without VOLTMETER";
            example {
                "$SV 240000^07" -> "$OK^20" heard from "8.2.3":
                SetVoltage { voltage: MilliVolts(240_000) } => ()
            }
            args {
                /// 60 to 300 V.
                voltage: MilliVolts where 60_000..=300_000,
            }
            reply ()
        }
    } };
}
