//! Functions of the station, and those for tests.

/// Functions of the station, and those for tests. See `for_each_command!`.
#[doc(hidden)]
#[macro_export]
macro_rules! __functions {
    ([$($callback:tt)+] $($rows:tt)*) => { $crate::__features! { [$($callback)+] $($rows)*
        {
            /// Lets the controller draw on the display.
            ///
            /// Or stops it so that the text of [`PrintText`] stays.
            ///
            /// Nothing but a restart switches it on again by itself. From firmware 8.2.0 on a fault
            /// is shown even while it is off.
            ///
            /// Refused (`$NK`): another number of arguments. Source: the guide, station commands,
            /// and recordings.
            SetLcdUpdates set_lcd_updates b"F0" "F0 enabled" -> "-"
            Display Volatile idempotent: true since: "4.8.0" until: "" feature: "";
            example {
                "$F0 1^43" -> "$OK^20" heard from "8.2.3":
                SetLcdUpdates { enabled: true } => ()
            }
            args {
                /// Whether the controller draws.
                enabled: bool,
            }
            reply ()
        }
        {
            /// Presses the front button: toggles between sleep and enable.
            ///
            /// With the menu open it goes to the next item, in a fault it does nothing. A second
            /// one undoes the first: after a time-out read the state, do not repeat it. Prefer
            /// [`Sleep`] and [`Enable`].
            ///
            /// Refused (`$NK`): where it is not built in. Source: the guide, station commands, and
            /// recordings.
            PressButton press_button b"F1" "F1" -> "-"
            Control Volatile idempotent: false since: "5.0.0" until: "" feature: "BTN_MENU";
            example { "$F1^53" -> "$OK^20" heard from "8.2.3": PressButton => () }
            args {} reply ()
        }
        {
            /// Sets the colour of the display's backlight.
            ///
            /// The next change of state paints it anew.
            ///
            /// Refused (`$NK`): another number of arguments; not built in. Source: the guide,
            /// station commands, and recordings.
            SetLcdColour set_lcd_colour b"FB" "FB colour" -> "-"
            Display Volatile idempotent: true since: "2013" until: "" feature: "LCD16X2";
            example {
                "$FB 1^31" -> "$OK^20" heard from "8.2.3":
                SetLcdColour { colour: LcdColour(1) } => ()
            }
            args {
                /// The colour, 0 to 7.
                colour: LcdColour where 0..=7,
            }
            reply ()
        }
        {
            /// Clears the fault counters and the lifetime energy.
            ///
            /// It cannot be undone. The guide misses it.
            ///
            /// Refused (`$NK`): never. Source: `spec/rapi.md`, not recorded.
            ClearFaultCounters clear_fault_counters b"FC" "FC" -> "-"
            Debug Eeprom idempotent: true since: "9.0.0" until: "" feature: "";
            example { "$FC^21" -> "$OK^20": ClearFaultCounters => () }
            args {} reply ()
        }
        {
            /// Disables the station.
            ///
            /// The relay opens at once, also under load, the pilot goes to −12 V.
            ///
            /// The guide calls that an error state; it is no fault.
            ///
            /// [`Sleep`] is the gentle way to stop. After a restart the station is enabled again.
            ///
            /// Refused (`$NK`): never. Source: the guide, station commands, and recordings.
            Disable disable b"FD" "FD" -> "-"
            Control Volatile idempotent: true since: "2013" until: "" feature: "";
            example { "$FD^26" -> "$OK^20" heard from "8.2.3": Disable => () }
            args {} reply ()
        }
        {
            /// Enables the station.
            ///
            /// The controller says `$OK` in every state, also when nothing happens: it clears
            /// neither faults nor the boot lock, and an active delay timer puts the station back to
            /// sleep.
            // See spec/rapi.md#sleep.
            ///
            /// Refused (`$NK`): never. Source: the guide, station commands, and recordings.
            Enable enable b"FE" "FE" -> "-"
            Control Volatile idempotent: true since: "2013" until: "" feature: "";
            example { "$FE^27" -> "$OK^20" heard from "8.2.3": Enable => () }
            args {} reply ()
        }
        {
            /// Resets the record of the relay's health.
            ///
            /// The guide misses it.
            ///
            /// Refused (`$NK`): where it is not built in. Source: `spec/rapi.md`, not recorded.
            ResetRelayHealth reset_relay_health b"FH" "FH" -> "-"
            Setting Eeprom idempotent: true since: "9.2.0" until: "" feature: "RELAY_HEALTH";
            example { "$FH^2A" -> "$OK^20": ResetRelayHealth => () }
            args {} reply ()
        }
        {
            /// Tries to free a stuck relay.
            ///
            /// Only without a vehicle; it blocks the controller for up to 30 s.
            ///
            /// The guide misses it.
            ///
            /// Refused (`$NK`): while a vehicle is connected; not built in. Source: `spec/rapi.md`,
            /// not recorded.
            RecoverStuckRelay recover_stuck_relay b"FK" "FK" -> "-"
            Control Volatile idempotent: false since: "9.3.0" until: "" feature: "ADVPWR" timeout: 35_000;
            example { "$FK^29" -> "$OK^20": RecoverStuckRelay => () }
            args {} reply ()
        }
        {
            /// Sets the temperature at which charging stops.
            ///
            /// The guide misses it.
            ///
            /// Refused (`$NK`): 0 or less; not built in. Source: `spec/rapi.md`, not recorded.
            SetPanicTemperature set_panic_temperature b"FO" "FO temperature" -> "-"
            Debug Eeprom idempotent: true since: "9.0.0" until: "" feature: "TEMPERATURE_MONITORING";
            example {
                "$FO 710^3B" -> "$OK^20":
                SetPanicTemperature { temperature: DeciCelsius(710) } => ()
            }
            args {
                /// More than 0 °C.
                temperature: DeciCelsius where 1..=1500,
            }
            reply ()
        }
        {
            /// Prints a text on the display.
            ///
            /// Its own cells only: switch [`SetLcdUpdates`] off before.
            ///
            /// Not in a hard fault (firmware 7.1.1 and later).
            ///
            /// Refused (`$NK`): no text, more than ten tokens, or a hard fault (firmware 7.1.1 and
            /// later); not built in. Source: the guide, station commands, and recordings.
            PrintText print_text b"FP" "FP column row text" -> "-"
            Display Volatile idempotent: true since: "2013" until: "" feature: "LCD16X2";
            example {
                "$FP 0 0 Hello World^32" -> "$OK^20" heard from "8.2.3":
                PrintText { column: 0, row: 0, text: LcdText::new("Hello World").unwrap() } => ()
            }
            args {
                /// Column, 0 to 15.
                column: u8 where 0..=15,
                /// Row, 0 or 1.
                row: u8 where 0..=1,
                /// The text.
                text: LcdText,
            }
            reply ()
        }
        {
            /// Restarts the controller.
            ///
            /// It never answers; the guide's `$OK` is wrong.
            ///
            /// Silence for about 1 s (4 s while charging), then `$AT 00 …`, and 2 to 5 s later
            /// `$AB`. All that is volatile is lost.
            // See spec/rapi.md#no-answer.
            ///
            /// Refused (`$NK`): never: it has no answer. Source: the guide, station commands.
            Restart restart b"FR" "FR" -> ""
            Control Volatile idempotent: false since: "2013" until: "" feature: "";
            example { "$FR^30" -> "": Restart => () }
            args {} reply ()
        }
        {
            /// Puts the station to sleep: the vehicle is asked to stop, then the relay opens.
            ///
            /// The relay opens when the vehicle has stopped drawing, or after 3 s.
            ///
            /// Refused (`$NK`): never. Source: the guide, station commands, and recordings.
            Sleep sleep b"FS" "FS" -> "-"
            Control Volatile idempotent: true since: "2013" until: "" feature: "";
            example { "$FS^31" -> "$OK^20" heard from "8.2.3": Sleep => () }
            args {} reply ()
        }
        {
            /// Pretends that the vehicle draws this current.
            ///
            /// In no release, though in the guide.
            ///
            /// Refused (`$NK`): where it is not built in. Source: the guide, debugging.
            FakeCurrent fake_current b"T0" "T0 amps" -> "-"
            Debug Volatile idempotent: true since: "4.5.1" until: "" feature: "FAKE_CHARGING_CURRENT";
            example { "$T0 75^62" -> "$OK^20": FakeCurrent { amps: Amps(75) } => () }
            args {
                /// What is pretended.
                amps: Amps,
            }
            reply ()
        }
        {
            /// Tunes the relay: how long it is pulled, and with how much power it is held.
            ///
            /// Wrong values burn the coil or let the contacts drop. The controller prints a line of
            /// text before its answer. The guide says that it is for testing only; the releases of 8.x
            /// have it, and keep the values.
            ///
            /// Refused (`$NK`): never where it is built in. Source: the guide, debugging.
            TuneRelay tune_relay b"Z0" "Z0 close hold" -> "-"
            Debug Eeprom idempotent: true since: "6.3.0" until: "" feature: "RELAY_HOLD_DELAY_TUNING";
            example {
                "$Z0 25 75^4B" -> "$OK^20":
                TuneRelay { close: Milliseconds(25), hold: 75 } => ()
            }
            args {
                /// Milliseconds of full power.
                close: Milliseconds where 0..=255,
                /// Duty cycle of holding, 255 is always.
                hold: u8,
            }
            reply ()
        }
    } };
}
