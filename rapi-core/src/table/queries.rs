//! Queries.

/// Queries. See `for_each_command!`.
#[doc(hidden)]
#[macro_export]
macro_rules! __queries {
    ([$($callback:tt)+] $($rows:tt)*) => { $crate::__hardware! { [$($callback)+] $($rows)*
        {
            /// Returns whether a vehicle is connected.
            GetEvConnected get_ev_connected b"G0" "G0" -> "connected"
            Read None idempotent: true since: "4.6.0" until: "" feature: "";
            args {} reply EvConnected
        }
        {
            /// Returns the time limit of the session.
            GetTimeLimit get_time_limit b"G3" "G3" -> "limit"
            Read None idempotent: true since: "3.8.0" until: "" feature: "TIME_LIMIT";
            args {} reply QuarterHours
        }
        {
            /// Returns whether charging waits for an authentication.
            GetAuthLock get_auth_lock b"G4" "G4" -> "locked"
            Read None idempotent: true since: "4.4.0" until: "" feature: "AUTH_LOCK";
            args {} reply AuthLock {
                /// Whether it waits.
                locked: bool,
            }
        }
        {
            /// Returns whether the plug is locked in its socket.
            GetMennekesLock get_mennekes_lock b"G5" "G5" -> "locked mode"
            Read None idempotent: true since: "8.1.0" until: "" feature: "MENNEKES_LOCK";
            args {} reply MennekesState {
                /// Whether it is locked.
                locked: bool,
                /// Who locks it.
                mode: MennekesMode,
            }
        }
        {
            /// Returns the calibration of the ammeter.
            GetAmmeterCalibration get_ammeter_calibration b"GA" "GA" -> "scale offset"
            Read None idempotent: true since: "3.2.6" until: "" feature: "AMMETER";
            args {} reply AmmeterCalibration {
                /// Scale; 0 is an ammeter that is switched off.
                scale: i16,
                /// Offset.
                offset: i16,
            }
        }
        {
            /// Returns the range of the current.
            GetCurrentRange get_current_range b"GC" "GC" -> "min hardware_max [pilot [saved_max]]"
            Read None idempotent: true since: "2013" until: "" feature: "";
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
            /// Returns the hours of charging.
            ///
            /// All 0 is no timer.
            GetDelayTimer get_delay_timer b"GD" "GD" -> "start_hour start_minute stop_hour stop_minute"
            Read None idempotent: true since: "4.8.0" until: "" feature: "DELAYTIMER";
            args {} reply DelayTimer {
                /// Start.
                start_hour: u8,
                /// Start.
                start_minute: u8,
                /// Stop.
                stop_hour: u8,
                /// Stop.
                stop_minute: u8,
            }
        }
        {
            /// Returns the current of the pilot and the settings.
            GetSettings get_settings b"GE" "GE" -> "amps flags"
            Read None idempotent: true since: "2013" until: "" feature: "";
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
            Read None idempotent: true since: "3.4.0" until: "" feature: "";
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
            Read None idempotent: true since: "3.2.6" until: "" feature: "AMMETER or VOLTMETER";
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
            /// Returns the energy limit of the session.
            GetEnergyLimit get_energy_limit b"GH" "GH" -> "limit"
            Read None idempotent: true since: "3.7.9" until: "" feature: "CHARGE_LIMIT";
            args {} reply KilowattHours
        }
        {
            /// Returns the serial number of the controller's chip.
            ///
            /// The guide misses it.
            ///
            /// An ATmega sends two spaces before it; only that of a 328PB is unique.
            GetSerialNumber get_serial_number b"GI" "GI" -> "serial"
            Read None idempotent: true since: "7.1.6" until: "" feature: "MCU_ID_LEN";
            args {} reply SerialNumber
        }
        {
            /// Returns the calibration of the voltmeter.
            GetVoltmeterCalibration get_voltmeter_calibration b"GM" "GM" -> "scale offset"
            Read None idempotent: true since: "3.7.8" until: "" feature: "VOLTMETER";
            args {} reply VoltmeterCalibration {
                /// Scale.
                scale: u16,
                /// Offset.
                offset: u32,
            }
        }
        {
            /// Returns the temperatures at which charging stops.
            ///
            /// Before firmware 9.x in no release, though in the guide.
            GetThresholds get_thresholds b"GO" "GO" -> "ambient [infrared]"
            Read None idempotent: true since: "3.9.5" until: "" feature: "TEMPERATURE_MONITORING_NY until 8.x";
            args {} reply Thresholds {
                /// Inside the station; the panic temperature of firmware 9.x.
                ambient: DeciCelsius,
                /// Seen by the infrared sensor (until firmware 8.x).
                infrared: Option<DeciCelsius>,
            }
        }
        {
            /// Returns the temperatures of the three sensors.
            GetTemperatures get_temperatures b"GP" "GP" -> "ds3231 mcp9808 tmp007"
            Read None idempotent: true since: "3.7.7" until: "" feature: "TEMPERATURE_MONITORING";
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
            GetState get_state b"GS" "GS" -> "evse elapsed [pilot flags]"
            Read None idempotent: true since: "2013" until: "" feature: "";
            args {} reply State
        }
        {
            /// Returns the time of the controller's clock, which is local time.
            GetClock get_clock b"GT" "GT" -> "year month day hour minute second"
            Read None idempotent: true since: "2013" until: "" feature: "RTC";
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
            Read None idempotent: true since: "3.7.7" until: "" feature: "KWH_RECORDING";
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
            Read None idempotent: true since: "2013" until: "" feature: "";
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
            GetHeartbeat get_heartbeat b"GY" "GY" -> "interval fallback trigger"
            Read None idempotent: true since: "6.3.0" until: "" feature: "HEARTBEAT_SUPERVISION";
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
