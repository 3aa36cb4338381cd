//! Settings.

/// Settings. See `for_each_command!`.
#[doc(hidden)]
#[macro_export]
macro_rules! __settings {
    ([$($callback:tt)+] $($rows:tt)*) => { $crate::__heartbeat! { [$($callback)+] $($rows)*
        {
            /// Sets whether the display's backlight has colours.
            SetLcdType set_lcd_type b"S0" "S0 kind" -> "-"
            Setting Eeprom idempotent: true since: "2013" until: "" feature: "LCD16X2 and RGBLCD";
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
            SetClock set_clock b"S1" "S1 year month day hour minute second" -> "-"
            Setting Volatile idempotent: true since: "2013" until: "" feature: "RTC";
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
            /// releases of 8.x.
            SetTimeLimit set_time_limit b"S3" "S3 limit" -> "-"
            Setting Volatile idempotent: true since: "3.8.0" until: "" feature: "TIME_LIMIT";
            args {
                /// Quarters of an hour.
                limit: QuarterHours,
            }
            reply ()
        }
        {
            /// Forbids or allows charging until somebody has been authenticated.
            ///
            /// The guide calls it a socket lock; it is none: [`MennekesLock`].
            SetAuthLock set_auth_lock b"S4" "S4 locked" -> "-"
            Control Volatile idempotent: true since: "4.4.0" until: "" feature: "AUTH_LOCK";
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
            MennekesLock mennekes_lock b"S5" "S5 action" -> "-"
            Control Volatile idempotent: true since: "8.1.0" until: "" feature: "MENNEKES_LOCK";
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
            SetAmmeterCalibration set_ammeter_calibration b"SA" "SA scale offset" -> "-"
            Debug Eeprom idempotent: true since: "3.2.6" until: "" feature: "AMMETER";
            args {
                /// Scale.
                scale: Wrapped16,
                /// Offset.
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
            ClearBootLock clear_boot_lock b"SB" "SB" -> "result"
            Control Volatile idempotent: true since: "8.2.3" until: "" feature: "BOOTLOCK";
            args {} reply BootLock
        }
        {
            /// Sets the current that the pilot offers, until the next restart.
            ///
            /// The controller caps it at the saved maximum (firmware 5.0.0 and later), and says
            /// `$NK` with the current that it really set when it changed the number. The answer has
            /// that current either way: [`CurrentSet`].
            SetCurrent set_current b"SC" "SC amps V" -> "amps"
            Control Volatile idempotent: true since: "4.3.2" until: "" feature: "";
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
            SetHardwareMaximum set_hardware_maximum b"SC" "SC amps M" -> "amps"
            Debug EepromOnce idempotent: false since: "6.3.0" until: "" feature: "";
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
            SaveCurrent save_current b"SC" "SC amps" -> "amps"
            Setting Eeprom idempotent: true since: "2013" until: "" feature: "";
            args {
                /// The current, in whole amps.
                amps: Amps where 6..=80,
            } by hand
            reply CurrentSet
        }
        {
            /// Limits the energy of the session.
            ///
            /// 0 is no limit.
            ///
            /// Only while a vehicle is connected (firmware 4.12.0 and later). Not built into the
            /// releases of 8.x.
            SetEnergyLimit set_energy_limit b"SH" "SH limit" -> "-"
            Setting Volatile idempotent: true since: "3.7.9" until: "" feature: "CHARGE_LIMIT";
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
            SetLifetimeEnergy set_lifetime_energy b"SK" "SK energy" -> "-"
            Setting Eeprom idempotent: true since: "3.7.7" until: "" feature: "KWH_RECORDING";
            args {
                /// What the counter shows from now on.
                energy: WattHours,
            }
            reply ()
        }
        {
            /// Sets the service level, and the current to the maximum that is saved for it.
            ///
            /// It drops a current that was set with [`SetCurrent`].
            SetServiceLevel set_service_level b"SL" "SL level" -> "-"
            Setting Eeprom idempotent: true since: "2013" until: "" feature: "";
            args {
                /// Level 1, level 2 or automatic.
                level: ServiceLevel,
            }
            reply ()
        }
        {
            /// Calibrates the voltmeter.
            SetVoltmeterCalibration set_voltmeter_calibration b"SM" "SM scale offset" -> "-"
            Debug Eeprom idempotent: true since: "3.7.8" until: "" feature: "VOLTMETER";
            args {
                /// Scale.
                scale: u16,
                /// Offset.
                offset: u32,
            }
            reply ()
        }
        {
            /// Says to which pin a temperature sensor of the cable is connected, and what it is.
            SetCableSensor set_cable_sensor b"SN" "SN index pin [r25 beta offset panic]" -> "-"
            Debug Eeprom idempotent: true since: "9.4.0" until: "" feature: "CABLE_TEMPERATURE_MONITORING";
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
            SetRelay set_relay b"SR" "SR relay enabled" -> "-"
            Debug Eeprom idempotent: true since: "9.0.0" until: "" feature: "";
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
            /// All 0 is no timer.
            ///
            /// Outside of them the station goes to sleep at once; switching the timer off does not
            /// wake it.
            SetDelayTimer set_delay_timer b"ST" "ST start_hour start_minute stop_hour stop_minute" -> "-"
            Setting Eeprom idempotent: true since: "2013" until: "" feature: "DELAYTIMER";
            args {
                /// Start.
                start_hour: u8 where 0..=23,
                /// Start.
                start_minute: u8 where 0..=59,
                /// Stop.
                stop_hour: u8 where 0..=23,
                /// Stop.
                stop_minute: u8 where 0..=59,
            }
            reply ()
        }
        {
            /// Sets the mains voltage that the energy is computed with.
            ///
            /// Lost at a restart and with [`SetServiceLevel`]. The guide misses it.
            ///
            /// Until firmware 5.1.0 the code was that of [`OldSetVentCheck`].
            SetVoltage set_voltage b"SV" "SV voltage" -> "-"
            Setting Volatile idempotent: true since: "7.0.1" until: "" feature: "KWH_RECORDING without VOLTMETER";
            args {
                /// 60 to 300 V.
                voltage: MilliVolts where 60_000..=300_000,
            }
            reply ()
        }
        {
            /// Sets the current below which the relay may open.
            SetZeroCurrentThreshold set_zero_current_threshold b"SZ" "SZ current" -> "-"
            Debug Eeprom idempotent: true since: "9.2.0" until: "" feature: "RELAY_ZC_SWITCH";
            args {
                /// Up to 5 A.
                current: MilliAmps where 0..=5000,
            }
            reply ()
        }
    } };
}
