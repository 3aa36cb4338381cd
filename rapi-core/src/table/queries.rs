//! Queries of settings, limits and versions.

/// Queries of settings, limits and versions. See `for_each_command!`.
#[doc(hidden)]
#[macro_export]
macro_rules! __queries {
    ([$($callback:tt)+] $($rows:tt)*) => { $crate::__hardware! { [$($callback)+] $($rows)*
        {
            /// Returns whether a vehicle is connected.
            ///
            /// Refused (`$NK`): never. Source: the guide, get commands, and recordings.
            GetEvConnected get_ev_connected b"G0" "G0" -> "connected"
            Read None idempotent: true since: "4.6.0" until: "" feature: "";
            example {
                "$G0^53" -> "$OK 1^31" heard from "8.2.3":
                GetEvConnected => EvConnected::Yes
            }
            args {} reply EvConnected
        }
        {
            /// Returns the time limit of the session.
            ///
            /// Refused (`$NK`): where it is not built in. Source: the guide, get commands.
            GetTimeLimit get_time_limit b"G3" "G3" -> "limit"
            Read None idempotent: true since: "3.8.0" until: "" feature: "TIME_LIMIT";
            example { "$G3^50" -> "$OK 4^34": GetTimeLimit => QuarterHours(4) }
            args {} reply QuarterHours
        }
        {
            /// Returns whether charging waits for an authentication.
            ///
            /// Refused (`$NK`): where it is not built in. Source: the guide, get commands.
            GetAuthLock get_auth_lock b"G4" "G4" -> "locked"
            Read None idempotent: true since: "4.4.0" until: "" feature: "AUTH_LOCK";
            example { "$G4^57" -> "$OK 0^30": GetAuthLock => AuthLock { locked: false } }
            args {} reply AuthLock {
                /// Whether it waits.
                locked: bool,
            }
        }
        {
            /// Returns whether the plug is locked in its socket.
            ///
            /// The guide misses it.
            ///
            /// Refused (`$NK`): where it is not built in. Source: recordings.
            GetMennekesLock get_mennekes_lock b"G5" "G5" -> "locked mode"
            Read None idempotent: true since: "8.1.0" until: "" feature: "MENNEKES_LOCK";
            example {
                "$G5^56" -> "$OK 0 A^51" heard from "8.2.3":
                GetMennekesLock => MennekesLock { locked: false, mode: MennekesMode::Automatic }
            }
            args {} reply MennekesLock {
                /// Whether it is locked.
                locked: bool,
                /// Who locks it.
                mode: MennekesMode,
            }
        }
        {
            /// Returns the calibration of the ammeter.
            ///
            /// Refused (`$NK`): where it is not built in. Source: the guide, get commands, and
            /// recordings.
            GetAmmeterCalibration get_ammeter_calibration b"GA" "GA" -> "scale offset"
            Read None idempotent: true since: "3.2.6" until: "" feature: "AMMETER";
            example {
                "$GA^22" -> "$OK 220 0^20" heard from "8.2.3":
                GetAmmeterCalibration => AmmeterCalibration { scale: 220, offset: 0 }
            }
            args {} reply AmmeterCalibration {
                /// Scale, without a unit; 0 is an ammeter that is switched off.
                scale: i16,
                /// Offset, without a unit.
                offset: i16,
            }
        }
        {
            /// Returns the hours of charging.
            ///
            /// All 0 is no timer.
            ///
            /// Refused (`$NK`): where it is not built in. Source: the guide, get commands.
            GetDelayTimer get_delay_timer b"GD" "GD" -> "start_hour start_minute stop_hour stop_minute"
            Read None idempotent: true since: "4.8.0" until: "" feature: "DELAYTIMER";
            example {
                "$GD^27" -> "$OK 22 30 6 0^25":
                GetDelayTimer =>
                    DelayTimer { start_hour: 22, start_minute: 30, stop_hour: 6, stop_minute: 0 }
            }
            args {} reply DelayTimer {
                /// The hour of the start.
                start_hour: u8,
                /// The minute of the start.
                start_minute: u8,
                /// The hour of the stop.
                stop_hour: u8,
                /// The minute of the stop.
                stop_minute: u8,
            }
        }
        {
            /// Returns the energy limit of the session.
            ///
            /// Refused (`$NK`): where it is not built in. Source: the guide, get commands, and
            /// recordings.
            GetEnergyLimit get_energy_limit b"GH" "GH" -> "limit"
            Read None idempotent: true since: "3.7.9" until: "" feature: "CHARGE_LIMIT";
            example {
                "$GH^2B" -> "$OK 10^01" heard from "4.12.3":
                GetEnergyLimit => KilowattHours(10)
            }
            args {} reply KilowattHours
        }
        {
            /// Returns the serial number of the controller's chip.
            ///
            /// The guide misses it.
            ///
            /// An ATmega sends two spaces before it; only that of a 328PB is unique.
            ///
            /// Refused (`$NK`): where it is not built in. Source: recordings.
            GetSerialNumber get_serial_number b"GI" "GI" -> "serial"
            Read None idempotent: true since: "7.1.6" until: "" feature: "MCU_ID_LEN";
            example {
                "$GI^2A" -> "$OK  EOSV1E4F0A1B2C^5A" heard from "8.2.3":
                GetSerialNumber => SerialNumber(Text::new("EOSV1E4F0A1B2C").unwrap())
            }
            args {} reply SerialNumber
        }
        {
            /// Returns the calibration of the voltmeter.
            ///
            /// Refused (`$NK`): where it is not built in. Source: the guide, a screenshot.
            GetVoltmeterCalibration get_voltmeter_calibration b"GM" "GM" -> "scale offset"
            Read None idempotent: true since: "3.7.8" until: "" feature: "VOLTMETER";
            example {
                "$GM^2E" -> "$OK 298 12018^29":
                GetVoltmeterCalibration => VoltmeterCalibration { scale: 298, offset: 12_018 }
            }
            args {} reply VoltmeterCalibration {
                /// Scale, without a unit.
                scale: u16,
                /// Offset, without a unit.
                offset: u32,
            }
        }
        {
            /// Returns the temperatures at which charging stops.
            ///
            /// Before firmware 9.x in no release, though in the guide.
            ///
            /// Refused (`$NK`): where it is not built in. Source: the guide, get commands.
            GetThresholds get_thresholds b"GO" "GO" -> "ambient [infrared]"
            Read None idempotent: true since: "3.9.5" until: "" feature: "TEMPERATURE_MONITORING_NY until 8.x";
            example {
                "$GO^2C" -> "$OK 650 650^20":
                GetThresholds =>
                    Thresholds { ambient: DeciCelsius(650), infrared: Some(DeciCelsius(650)) }
            }
            args {} reply Thresholds {
                /// Inside the station; the panic temperature of firmware 9.x.
                ambient: DeciCelsius,
                /// Seen by the infrared sensor (until firmware 8.x).
                infrared: Option<DeciCelsius>,
            }
        }
        {
            /// Returns the time of the controller's clock, which is local time.
            ///
            /// Refused (`$NK`): where it is not built in. Source: the guide, get commands, and
            /// recordings.
            GetClock get_clock b"GT" "GT" -> "year month day hour minute second"
            Read None idempotent: true since: "2013" until: "" feature: "RTC";
            example {
                "$GT^37" -> "$OK 18 10 18 12 30 0^11" heard from "8.2.3":
                GetClock => Clock { year: 18, month: 10, day: 18, hour: 12, minute: 30, second: 0 }
            }
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
            /// Returns the versions of firmware and protocol.
            ///
            /// Refused (`$NK`): never. Source: the guide, get commands, and recordings.
            GetVersion get_version b"GV" "GV" -> "firmware protocol"
            Read None idempotent: true since: "2013" until: "" feature: "";
            example {
                "$GV^35" -> "$OK 8.2.3 5.2.1^2F" heard from "8.2.3":
                GetVersion =>
                    Version {
                        firmware: Text::new("8.2.3").unwrap(),
                        protocol: Text::new("5.2.1").unwrap(),
                    }
            }
            args {}
            reply Version {
                /// The firmware, for instance `8.2.3` or `D4.10.4.EU`.
                firmware: Text<20>,
                /// The protocol. Several releases say a wrong one: try, do not compare.
                protocol: Text<20>,
            }
        }
        {
            /// Returns the state of the heartbeat supervision.
            ///
            /// The guide misses it.
            ///
            /// Refused (`$NK`): where it is not built in. Source: recordings.
            GetHeartbeat get_heartbeat b"GY" "GY" -> "interval fallback trigger"
            Read None idempotent: true since: "6.3.0" until: "" feature: "HEARTBEAT_SUPERVISION";
            example {
                "$GY^3A" -> "$OK 0 0 0^30" heard from "8.2.3":
                GetHeartbeat =>
                    Heartbeat {
                        interval: SignedSeconds(0),
                        fallback: Amps(0),
                        trigger: HeartbeatTrigger::Never,
                    }
            }
            args {} reply Heartbeat {
                /// How long the controller waits; 0 is off. Printed as a signed 16-bit number.
                interval: SignedSeconds,
                /// The current to fall back to.
                fallback: Amps,
                /// Whether one was missed.
                trigger: HeartbeatTrigger,
            }
        }
    } };
}
