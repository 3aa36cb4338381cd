//! Settings.

/// Settings. See `for_each_command!`.
#[doc(hidden)]
#[macro_export]
macro_rules! __settings {
    ([$($callback:tt)+] $($rows:tt)*) => { $crate::__current! { [$($callback)+] $($rows)*
        {
            /// Sets whether the display's backlight has colours.
            ///
            /// Refused (`$NK`): another number of arguments; not built in. Source: the guide, set
            /// commands, and recordings.
            SetLcdType set_lcd_type b"S0" "S0 kind" -> "-"
            Setting Eeprom idempotent: true since: "2013" until: "" feature: "LCD16X2 and RGBLCD";
            example {
                "$S0 1^56" -> "$OK^20" heard from "8.2.3":
                SetLcdType { kind: LcdType::Rgb } => ()
            }
            args {
                /// With or without colours.
                kind: LcdType,
            }
            reply ()
        }
        {
            /// Sets the clock: local time, as nobody tells the controller about time zones.
            ///
            /// Do not repeat it later with the same values. Without clock chip the controller says
            /// `$OK` all the same.
            ///
            /// Refused (`$NK`): another number of arguments; not built in. Source: the guide, set
            /// commands.
            SetClock set_clock b"S1" "S1 year month day hour minute second" -> "-"
            Setting Volatile idempotent: true since: "2013" until: "" feature: "RTC";
            example {
                "$S1 18 10 18 12 30 0^77" -> "$OK^20":
                SetClock { year: 18, month: 10, day: 18, hour: 12, minute: 30, second: 0 } => ()
            }
            args {
                /// The year of the century.
                year: u8 where 0..=99,
                /// The month.
                month: u8 where 1..=12,
                /// The day of the month.
                day: u8 where 1..=31,
                /// The hour.
                hour: u8 where 0..=23,
                /// The minute.
                minute: u8 where 0..=59,
                /// The second.
                second: u8 where 0..=59,
            }
            reply ()
        }
        {
            /// Limits the session to a time.
            ///
            /// 0 is no limit.
            ///
            /// Only while a vehicle is connected (firmware 4.12.0 and later). Not built into the
            /// releases of 8.x. It is the whole session's, in firmware 4.12.1 to 5.0.1 what is still to
            /// come.
            ///
            /// Refused (`$NK`): unless the state is 02 or 03 (firmware 4.12.0 and later); not built
            /// in. Source: the guide, set commands.
            SetTimeLimit set_time_limit b"S3" "S3 limit" -> "-"
            Setting Volatile idempotent: true since: "3.8.0" until: "" feature: "TIME_LIMIT";
            example { "$S3 4^50" -> "$OK^20": SetTimeLimit { limit: QuarterHours(4) } => () }
            args {
                /// Quarters of an hour.
                limit: QuarterHours,
            }
            reply ()
        }
        {
            /// Forbids or allows charging until somebody has been authenticated.
            ///
            /// The guide calls it a socket lock; it is none: [`SetMennekesLock`].
            ///
            /// Refused (`$NK`): another number of arguments; not built in. Source: the guide, set
            /// commands.
            SetAuthLock set_auth_lock b"S4" "S4 locked" -> "-"
            Control Volatile idempotent: true since: "4.4.0" until: "" feature: "AUTH_LOCK";
            example { "$S4 1^52" -> "$OK^20": SetAuthLock { locked: true } => () }
            args {
                /// Whether charging is forbidden.
                locked: bool,
            }
            reply ()
        }
        {
            /// Locks or unlocks the plug in its socket.
            ///
            /// The motor blocks the controller for 300 ms. The guide misses it.
            ///
            /// Refused (`$NK`): any other letter; not built in. Source: recordings.
            SetMennekesLock set_mennekes_lock b"S5" "S5 action" -> "-"
            Control Volatile idempotent: true since: "8.1.0" until: "" feature: "MENNEKES_LOCK";
            example {
                "$S5 A^23" -> "$OK^20" heard from "8.2.3":
                SetMennekesLock { action: MennekesAction::Automatic } => ()
            }
            args {
                /// What to do.
                action: MennekesAction,
            }
            reply ()
        }
        {
            /// Calibrates the ammeter.
            ///
            /// It shifts the over-current trip as well; a scale of 0 switches it off.
            ///
            /// A minus sign is not understood before firmware 9.x, so a negative number is sent as
            /// its 16-bit value.
            ///
            /// Refused (`$NK`): another number of arguments; not built in. Source: the guide, set
            /// commands.
            SetAmmeterCalibration set_ammeter_calibration b"SA" "SA scale offset" -> "-"
            Debug Eeprom idempotent: true since: "3.2.6" until: "" feature: "AMMETER";
            example {
                "$SA 186 0^39" -> "$OK^20":
                SetAmmeterCalibration { scale: Wrapped16(186), offset: Wrapped16(0) } => ()
            }
            args {
                /// Scale, without a unit: 220, or 186 on an OpenEVSE II, as it comes.
                scale: Wrapped16,
                /// Offset, without a unit.
                offset: Wrapped16,
            }
            reply ()
        }
        {
            /// Clears the boot lock.
            ///
            /// A controller that has one starts in state 00 and does not charge before.
            ///
            /// A controller without it says `$NK`: nothing to do there. The guide misses it.
            // See spec/rapi.md#boot-lock.
            ///
            /// Refused (`$NK`): where it is not built in. Source: recordings.
            ClearBootLock clear_boot_lock b"SB" "SB" -> "result"
            Control Volatile idempotent: true since: "8.2.3" until: "" feature: "BOOTLOCK";
            example {
                "$SB^35" -> "$OK 0^30" heard from "8.2.3":
                ClearBootLock => BootLock::Cleared
            }
            args {} reply BootLock
        }
        {
            /// Limits the energy of the session.
            ///
            /// 0 is no limit.
            ///
            /// Only while a vehicle is connected (firmware 4.12.0 and later). Not built into the
            /// releases of 8.x. It is the whole session's, in firmware 4.12.1 to 5.0.1 what is still to
            /// come.
            ///
            /// Refused (`$NK`): unless the state is 02 or 03 (firmware 4.12.0 and later); not built
            /// in. Source: the guide, set commands, and recordings.
            SetEnergyLimit set_energy_limit b"SH" "SH limit" -> "-"
            Setting Volatile idempotent: true since: "3.7.9" until: "" feature: "CHARGE_LIMIT";
            example {
                "$SH 10^1E" -> "$OK^20" heard from "4.12.3":
                SetEnergyLimit { limit: KilowattHours(10) } => ()
            }
            args {
                /// Kilowatt-hours.
                limit: KilowattHours,
            }
            reply ()
        }
        {
            /// Sets the energy of the station's life.
            ///
            /// Watt-hours: the guide's kWh is wrong.
            // See spec/rapi.md#sk.
            ///
            /// Refused (`$NK`): never. Source: the guide, set commands, and recordings.
            SetLifetimeEnergy set_lifetime_energy b"SK" "SK energy" -> "-"
            Setting Eeprom idempotent: true since: "3.7.7" until: "" feature: "KWH_RECORDING";
            example {
                "$SK 1234567^2C" -> "$OK^20" heard from "8.2.3":
                SetLifetimeEnergy { energy: WattHours(1234567) } => ()
            }
            args {
                /// What the counter shows from now on.
                energy: WattHours,
            }
            reply ()
        }
        {
            /// Calibrates the voltmeter.
            ///
            /// The guide misses it.
            ///
            /// Refused (`$NK`): another number of arguments; not built in. Source: `spec/rapi.md`,
            /// not recorded.
            SetVoltmeterCalibration set_voltmeter_calibration b"SM" "SM scale offset" -> "-"
            Debug Eeprom idempotent: true since: "3.7.8" until: "" feature: "VOLTMETER";
            example {
                "$SM 298 12018^33" -> "$OK^20":
                SetVoltmeterCalibration { scale: 298, offset: 12018 } => ()
            }
            args {
                /// Scale, without a unit.
                scale: u16,
                /// Offset, without a unit.
                offset: u32,
            }
            reply ()
        }
        {
            /// Says to which pin a temperature sensor of the cable is connected, and what it is.
            ///
            /// The guide misses it.
            ///
            /// Refused (`$NK`): another index or number of arguments; not built in. Source:
            /// `spec/rapi.md`, not recorded.
            SetCableSensor set_cable_sensor b"SN" "SN index pin [r25 beta offset panic]" -> "-"
            Debug Eeprom idempotent: true since: "9.4.0" until: "" feature: "CABLE_TEMPERATURE_MONITORING";
            example {
                "$SN 0 1^38" -> "$OK^20":
                SetCableSensor { index: 0, pin: 1, thermistor: None } => ()
            }
            args {
                /// Which sensor.
                index: u8,
                /// The pin.
                pin: u8,
                /// What it is; the controller keeps what it knows without.
                thermistor: Option<Thermistor>,
            }
            reply ()
        }
        {
            /// Says which relays are used.
            ///
            /// The guide misses it.
            ///
            /// Refused (`$NK`): another relay or number of arguments. Source: `spec/rapi.md`, not
            /// recorded.
            SetRelay set_relay b"SR" "SR relay enabled" -> "-"
            Debug Eeprom idempotent: true since: "9.0.0" until: "" feature: "";
            example {
                "$SR 2 0^27" -> "$OK^20":
                SetRelay { relay: Relay::Dc2, enabled: false } => ()
            }
            args {
                /// Which relay.
                relay: Relay,
                /// Whether it is used.
                enabled: bool,
            }
            reply ()
        }
        {
            /// Sets the hours of charging, by the controller's clock.
            ///
            /// All 0 is no timer. Where start and stop are the same it is on and does nothing.
            ///
            /// Outside of them the station goes to sleep at once; switching the timer off does not
            /// wake it.
            // See spec/rapi.md#st.
            ///
            /// Refused (`$NK`): another number of arguments; not built in. Source: the guide, set
            /// commands.
            SetDelayTimer set_delay_timer b"ST" "ST start_hour start_minute stop_hour stop_minute" -> "-"
            Setting Eeprom idempotent: true since: "2013" until: "" feature: "DELAYTIMER";
            example {
                "$ST 22 30 6 0^26" -> "$OK^20":
                SetDelayTimer { start_hour: 22, start_minute: 30, stop_hour: 6, stop_minute: 0 } =>
                    ()
            }
            args {
                /// The hour of the start.
                start_hour: u8 where 0..=23,
                /// The minute of the start.
                start_minute: u8 where 0..=59,
                /// The hour of the stop.
                stop_hour: u8 where 0..=23,
                /// The minute of the stop.
                stop_minute: u8 where 0..=59,
            }
            reply ()
        }
        {
            /// Sets the current below which the relay may open.
            ///
            /// The guide misses it.
            ///
            /// Refused (`$NK`): another number of arguments; not built in. Source: `spec/rapi.md`,
            /// not recorded.
            SetZeroCurrentThreshold set_zero_current_threshold b"SZ" "SZ current" -> "-"
            Debug Eeprom idempotent: true since: "9.2.0" until: "" feature: "RELAY_ZC_SWITCH";
            example {
                "$SZ 200^3F" -> "$OK^20":
                SetZeroCurrentThreshold { current: MilliAmps(200) } => ()
            }
            args {
                /// Up to 5 A.
                current: MilliAmps where 0..=5000,
            }
            reply ()
        }
    } };
}
