//! Queries of what goes on in the station.

/// Queries of what goes on in the station. See `for_each_command!`.
#[doc(hidden)]
#[macro_export]
macro_rules! __readings {
    ([$($callback:tt)+] $($rows:tt)*) => { $crate::__queries! { [$($callback)+] $($rows)*
        {
            /// Returns the range of the current.
            ///
            /// Two fields in the guide, four today.
            ///
            /// Refused (`$NK`): never. Source: the guide, get commands, and recordings.
            GetCurrentRange get_current_range b"GC" "GC" -> "min hardware_max [pilot [saved_max]]"
            Read None idempotent: true since: "2013" until: "" feature: "";
            example {
                "$GC^20" -> "$OK 6 80 24 24^1E" heard from "8.2.3":
                GetCurrentRange =>
                    CurrentRange {
                        min: Amps(6),
                        hardware_max: Amps(80),
                        pilot: Some(Amps(24)),
                        saved_max: Some(Amps(24)),
                    }
            }
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
            ///
            /// Refused (`$NK`): never. Source: the guide, get commands, and recordings.
            GetSettings get_settings b"GE" "GE" -> "amps flags"
            Read None idempotent: true since: "2013" until: "" feature: "";
            example {
                "$GE^26" -> "$OK 24 0021^25" heard from "8.2.3":
                GetSettings => Settings { amps: Amps(24), flags: SettingsFlags(0x0021) }
            }
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
            ///
            /// Hexadecimal, which the guide says only in a picture.
            // See spec/rapi.md#gf.
            ///
            /// Refused (`$NK`): never. Source: the guide, get commands.
            GetFaultCounters get_fault_counters b"GF" "GF" -> "gfi no_ground stuck_relay"
            Read None idempotent: true since: "3.4.0" until: "" feature: "";
            example {
                "$GF^25" -> "$OK 1 0 1a^51":
                GetFaultCounters =>
                    FaultCounters {
                        gfi: FaultCount(1),
                        no_ground: FaultCount(0),
                        stuck_relay: FaultCount(26),
                    }
            }
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
            ///
            /// The guide calls the current a power.
            ///
            /// Refused (`$NK`): where it is not built in. Source: the guide, get commands.
            GetPower get_power b"GG" "GG" -> "current voltage"
            Read None idempotent: true since: "3.2.6" until: "" feature: "AMMETER or VOLTMETER";
            example {
                "$GG^24" -> "$OK 16000 240000^11":
                GetPower =>
                    Power {
                        current: OrNone(Some(MilliAmps(16_000))),
                        voltage: OrNone(Some(MilliVolts(240_000))),
                    }
            }
            args {}
            reply Power {
                /// What the vehicle draws: 0 while it is not charging.
                current: OrNone<MilliAmps>,
                /// A constant from firmware 7.0.1 on, no measurement: what was set with `SV`, or
                /// 120, 230 or 240 V. Before, none.
                // See spec/rapi.md#gg.
                voltage: OrNone<MilliVolts>,
            }
        }
        {
            /// Returns the temperatures of the three sensors.
            ///
            /// Refused (`$NK`): where it is not built in. Source: the guide, get commands, and
            /// recordings.
            GetTemperatures get_temperatures b"GP" "GP" -> "ds3231 mcp9808 tmp007"
            Read None idempotent: true since: "3.7.7" until: "" feature: "TEMPERATURE_MONITORING";
            example {
                "$GP^33" -> "$OK 252 240 -2560^2F" heard from "8.2.3":
                GetTemperatures =>
                    Temperatures {
                        ds3231: Temperature::Reading(DeciCelsius(252)),
                        mcp9808: Temperature::Reading(DeciCelsius(240)),
                        tmp007: Temperature::Absent,
                    }
            }
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
            ///
            /// Two decimal fields in the guide and until firmware 5.1.0; from 6.0.0 on four, and the
            /// state is hexadecimal.
            // See spec/rapi.md#state-base.
            ///
            /// Refused (`$NK`): never. Source: the guide, get commands.
            GetState get_state b"GS" "GS" -> "evse elapsed [pilot flags]"
            Read None idempotent: true since: "2013" until: "" feature: "";
            example {
                "$GS^30" -> "$OK 03 3600 03 0540^24":
                GetState =>
                    State {
                        evse: EvseState::Charging,
                        elapsed: Seconds(3600),
                        pilot: Some(PilotState::C),
                        flags: Some(VFlags(0x0540)),
                    }
            }
            args {} reply State
        }
        {
            /// Returns the energy of the session and of the station's life.
            ///
            /// Refused (`$NK`): where it is not built in. Source: the guide, get commands.
            GetEnergy get_energy b"GU" "GU" -> "session total"
            Read None idempotent: true since: "3.7.7" until: "" feature: "KWH_RECORDING";
            example {
                "$GU^36" -> "$OK 3600000 1234567^25":
                GetEnergy => Energy { session: WattSeconds(3_600_000), total: WattHours(1_234_567) }
            }
            args {}
            reply Energy {
                /// The energy of the session; starts at 0 with the next vehicle.
                session: WattSeconds,
                /// The energy of all sessions that have ended. Watt-hours: the guide's kWh is wrong.
                total: WattHours,
            }
        }
    } };
}
