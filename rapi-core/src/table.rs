//! The one table of commands.

/// Calls a macro with all rows of the table of commands.
///
/// Everything that has to know all commands is made from it: the command and response types, the
/// dispatch of the server, the tests, the documentation. A row is
///
/// ```text
/// {
///     /// What it does. More about it.
///     Type method b"code" "usage" -> "fields of the answer"
///     Class Storage idempotent: bool since: "firmware" feature: Option<&str>;
///     args { /// what it is
///            name: Type where range, .. }       and, if the wire form is written by hand: by hand
///     reply Response { /// what it is
///            name: Type, .. }                   or: reply Response (a type made elsewhere)
/// }
/// ```
///
/// An empty usage of the answer means that the controller never answers, `-` a bare `$OK`. Rows
/// with one code follow each other, the one with the most arguments first.
#[doc(hidden)]
#[macro_export]
macro_rules! for_each_command {
    ($($callback:tt)+) => { $($callback)+! {
        {
            /// Presses the front button: toggles between sleep and enable.
            ///
            /// With the menu open it goes to the next item, in a fault it does nothing. A second
            /// one undoes the first: after a time-out read the state, do not repeat it. Prefer
            /// [`Sleep`] and [`Enable`].
            PressButton press_button b"F1" "F1" -> "-"
            Control Volatile idempotent: false since: "5.0.0" feature: Some("BTN_MENU");
            args {} reply ()
        }
        {
            /// Sets the colour of the display's backlight.
            ///
            /// The next change of state paints it anew.
            SetLcdColour set_lcd_colour b"FB" "FB colour" -> "-"
            Display Volatile idempotent: true since: "2013" feature: Some("LCD16X2");
            args {
                /// The colour, 0 to 7.
                colour: LcdColour where 0..=7,
            }
            reply ()
        }
        {
            /// Disables the station: the relay opens at once, also under load, the pilot goes to
            /// −12 V.
            ///
            /// [`Sleep`] is the gentle way to stop. After a restart the station is enabled again.
            Disable disable b"FD" "FD" -> "-"
            Control Volatile idempotent: true since: "2013" feature: None;
            args {} reply ()
        }
        {
            /// Enables the station after [`Sleep`] or [`Disable`].
            ///
            /// The controller says `$OK` in every state, also when nothing happens: it clears
            /// neither faults nor the boot lock, and an active delay timer puts the station back
            /// to sleep.
            Enable enable b"FE" "FE" -> "-"
            Control Volatile idempotent: true since: "2013" feature: None;
            args {} reply ()
        }
        {
            /// Restarts the controller. It never answers; the guide's `$OK` is wrong.
            ///
            /// Silence for about 1 s (4 s while charging), then `$AT 00 …`, and 2 to 5 s later
            /// `$AB`. All that is volatile is lost.
            Restart restart b"FR" "FR" -> ""
            Control Volatile idempotent: false since: "2013" feature: None;
            args {} reply ()
        }
        {
            /// Puts the station to sleep: the vehicle is asked to stop, then the relay opens.
            ///
            /// The relay opens when the vehicle has stopped drawing, or after 3 s.
            Sleep sleep b"FS" "FS" -> "-"
            Control Volatile idempotent: true since: "2013" feature: None;
            args {} reply ()
        }
        {
            /// Clears the boot lock: a controller that has one starts in state 00 and does not
            /// charge before.
            ///
            /// A controller without it says `$NK`: nothing to do there. The guide misses it.
            ClearBootLock clear_boot_lock b"SB" "SB" -> "result"
            Control Volatile idempotent: true since: "8.2.3" feature: Some("BOOTLOCK");
            args {} reply BootLock
        }
        {
            /// Sets the current that the pilot offers, until the next restart.
            ///
            /// The controller caps it at the saved maximum (firmware 5.0.0 and later), and says
            /// `$NK` with the current that it really set when it changed the number. The answer
            /// has that current either way: [`CurrentSet`].
            SetCurrent set_current b"SC" "SC amps V" -> "amps"
            Control Volatile idempotent: true since: "4.3.2" feature: None;
            args {
                /// 6 to 80 A.
                amps: Amps,
            } by hand
            reply CurrentSet
        }
        {
            /// Programs the greatest current that the hardware stands, **once for the life of the
            /// controller**. It cannot be undone.
            SetHardwareMaximum set_hardware_maximum b"SC" "SC amps M" -> "amps"
            Debug EepromOnce idempotent: false since: "6.3.0" feature: None;
            args {
                /// 6 to 80 A.
                amps: Amps,
            } by hand
            reply CurrentSet
        }
        {
            /// Sets the current that the pilot offers and saves it as the maximum of the present
            /// service level.
            ///
            /// It wears the EEPROM: for control loops there is [`SetCurrent`]. Out of range the
            /// controller clamps, **saves the clamped number**, and says `$NK`; the guide says
            /// that it refuses.
            SaveCurrent save_current b"SC" "SC amps" -> "amps"
            Setting Eeprom idempotent: true since: "2013" feature: None;
            args {
                /// 6 to 80 A.
                amps: Amps,
            } by hand
            reply CurrentSet
        }
        {
            /// Sets the service level, and the current to the maximum that is saved for it.
            ///
            /// It drops a current that was set with [`SetCurrent`].
            SetServiceLevel set_service_level b"SL" "SL level" -> "-"
            Setting Eeprom idempotent: true since: "2013" feature: None;
            args {
                /// Level 1, level 2 or automatic.
                level: ServiceLevel,
            }
            reply ()
        }
        {
            /// Returns whether a vehicle is connected.
            GetEvConnected get_ev_connected b"G0" "G0" -> "connected"
            Read None idempotent: true since: "4.6.0" feature: None;
            args {} reply EvConnected
        }
        {
            /// Returns the range of the current.
            GetCurrentRange get_current_range b"GC" "GC" -> "min hardware_max [pilot [saved_max]]"
            Read None idempotent: true since: "2013" feature: None;
            args {}
            reply CurrentRange {
                /// The least that may be set: 6 A (10 A in firmware 3.9 to 4.8 on level 2).
                min: Amps,
                /// The most that the hardware stands at the present service level.
                hardware_max: Amps,
                /// What the pilot offers now (firmware 6.0.0 and later).
                pilot: Option<Amps>,
                /// The saved maximum, which caps [`SetCurrent`] (firmware 6.2.0 and later).
                saved_max: Option<Amps>,
            }
        }
        {
            /// Returns the current of the pilot and the settings.
            GetSettings get_settings b"GE" "GE" -> "amps flags"
            Read None idempotent: true since: "2013" feature: None;
            args {}
            reply Settings {
                /// What the pilot offers.
                amps: Amps,
                /// Which checks are off, the service level, the display.
                flags: SettingsFlags,
            }
        }
        {
            /// Returns how often faults have tripped since the station was made.
            GetFaultCounters get_fault_counters b"GF" "GF" -> "gfi no_ground stuck_relay"
            Read None idempotent: true since: "3.4.0" feature: None;
            args {}
            reply FaultCounters {
                /// Trips of the GFCI.
                gfi: FaultCount,
                /// Times without protective earth.
                no_ground: FaultCount,
                /// Times that the relay was stuck.
                stuck_relay: FaultCount,
            }
        }
        {
            /// Returns the current that the vehicle draws and the mains voltage.
            GetPower get_power b"GG" "GG" -> "current voltage"
            Read None idempotent: true since: "3.2.6" feature: Some("AMMETER or VOLTMETER");
            args {}
            reply Power {
                /// What the vehicle draws: 0 while it is not charging.
                current: OrNone<MilliAmps>,
                /// A constant from firmware 7.0.1 on, no measurement: what was set with `SV`, or
                /// 120, 230 or 240 V. Before, none.
                voltage: OrNone<MilliVolts>,
            }
        }
        {
            /// Returns the temperatures of the three sensors.
            GetTemperatures get_temperatures b"GP" "GP" -> "ds3231 mcp9808 tmp007"
            Read None idempotent: true since: "3.7.7" feature: Some("TEMPERATURE_MONITORING");
            args {}
            reply Temperatures {
                /// The clock chip on the display board.
                ds3231: Temperature,
                /// The sensor on the display board.
                mcp9808: Temperature,
                /// The infrared sensor.
                tmp007: Temperature,
            }
        }
        {
            /// Returns the state of the station.
            GetState get_state b"GS" "GS" -> "state elapsed [pilot flags]"
            Read None idempotent: true since: "2013" feature: None;
            args {} reply State
        }
        {
            /// Returns the time of the controller's clock, which is local time.
            GetClock get_clock b"GT" "GT" -> "year month day hour minute second"
            Read None idempotent: true since: "2013" feature: Some("RTC");
            args {}
            reply Clock {
                /// The year of the century.
                year: u8,
                /// The month, 1 to 12.
                month: u8,
                /// The day of the month.
                day: u8,
                /// The hour.
                hour: u8,
                /// The minute.
                minute: u8,
                /// The second.
                second: u8,
            }
        }
        {
            /// Returns the energy of the session and of the station's life.
            GetEnergy get_energy b"GU" "GU" -> "session total"
            Read None idempotent: true since: "3.7.7" feature: Some("KWH_RECORDING");
            args {}
            reply Energy {
                /// The energy of the session; starts at 0 with the next vehicle.
                session: WattSeconds,
                /// The energy of all sessions that have ended. Watt-hours: the guide's kWh is wrong.
                total: WattHours,
            }
        }
        {
            /// Returns the versions of firmware and protocol.
            GetVersion get_version b"GV" "GV" -> "firmware protocol"
            Read None idempotent: true since: "2013" feature: None;
            args {}
            reply Version {
                /// The firmware, for instance `8.2.3` or `D4.10.4.EU`.
                firmware: Text<20>,
                /// The protocol. Several releases say a wrong one: try, do not compare.
                protocol: Text<20>,
            }
        }
    } };
}
