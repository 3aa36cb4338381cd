//! Queries of firmware 9.x about relays, mains and cable.

/// Queries of firmware 9.x about relays, mains and cable. See `for_each_command!`.
#[doc(hidden)]
#[macro_export]
macro_rules! __hardware {
    ([$($callback:tt)+] $($rows:tt)*) => { $($callback)+! { $($rows)*
        {
            /// Returns how worn the relay is.
            ///
            /// The guide misses it.
            ///
            /// Refused (`$NK`): where it is not built in. Source: `spec/rapi.md`, not recorded.
            GetRelayHealth get_relay_health b"GL" "GL" -> "life cold_openings damage transit_base drift_warning thermal thermal_base thermal_warning [recoveries]"
            Read None idempotent: true since: "9.2.0" until: "" feature: "RELAY_HEALTH";
            example {
                "$GL^2F" -> "$OK 98 1200 15000 12 0 350 300 0 1^01":
                GetRelayHealth =>
                    RelayHealth {
                        life: 98,
                        cold_openings: 1200,
                        damage: 15_000,
                        transit_base: Milliseconds(12),
                        drift_warning: false,
                        thermal: 350,
                        thermal_base: 300,
                        thermal_warning: false,
                        recoveries: Some(1),
                    }
            }
            args {} reply RelayHealth {
                /// What is left of its life, in percent.
                life: u8,
                /// Times that it opened without current.
                cold_openings: u32,
                /// Damage in millionths.
                damage: u32,
                /// How long it took to move when it was new.
                transit_base: Milliseconds,
                /// It takes longer than it did.
                drift_warning: bool,
                /// Heat, in hundredths.
                thermal: u32,
                /// Heat when it was new, in hundredths.
                thermal_base: u32,
                /// It becomes hotter than it did.
                thermal_warning: bool,
                /// Times that it was freed (firmware 9.3 and later).
                recoveries: Option<u32>,
            }
        }
        {
            /// Returns what a temperature sensor of the cable is.
            ///
            /// The guide misses it.
            ///
            /// Refused (`$NK`): where it is not built in. Source: `spec/rapi.md`, not recorded.
            GetCableSensor get_cable_sensor b"GN" "GN index" -> "pin r25 beta offset panic"
            Read None idempotent: true since: "9.4.0" until: "" feature: "CABLE_TEMPERATURE_MONITORING";
            example {
                "$GN 0^3D" -> "$OK 1 10000 3950 -5 900^2E":
                GetCableSensor { index: 0 } =>
                    CableSensor {
                        pin: 1,
                        thermistor: Thermistor {
                            r25: 10_000, beta: 3950, offset: DeciCelsius(-5), panic: DeciCelsius(900),
                        },
                    }
            }
            args {
                /// Which sensor.
                index: u8,
            }
            reply CableSensor {
                /// The pin that it is connected to.
                pin: u8,
                /// What it is.
                thermistor: Thermistor,
            }
        }
        {
            /// Returns the temperatures of the cable's sensors.
            ///
            /// The guide misses it.
            ///
            /// Refused (`$NK`): where it is not built in. Source: `spec/rapi.md`, not recorded.
            GetCableTemperatures get_cable_temperatures b"GN" "GN" -> "t0 t1 t2 t3"
            Read None idempotent: true since: "9.4.0" until: "" feature: "CABLE_TEMPERATURE_MONITORING";
            example {
                "$GN^2D" -> "$OK 251 -2560 -2561 -2562^39":
                GetCableTemperatures =>
                    CableTemperatures {
                        t0: Temperature::Reading(DeciCelsius(251)),
                        t1: Temperature::Absent,
                        t2: Temperature::Open,
                        t3: Temperature::Shorted,
                    }
            }
            args {} reply CableTemperatures {
                /// Sensor 0.
                t0: Temperature,
                /// Sensor 1.
                t1: Temperature,
                /// Sensor 2.
                t2: Temperature,
                /// Sensor 3.
                t3: Temperature,
            }
        }
        {
            /// Returns which relays are used.
            ///
            /// The guide misses it.
            ///
            /// Refused (`$NK`): never. Source: `spec/rapi.md`, not recorded.
            GetRelays get_relays b"GR" "GR" -> "dc1 dc2 ac"
            Read None idempotent: true since: "9.0.0" until: "" feature: "";
            example {
                "$GR^31" -> "$OK 1 1 0^30":
                GetRelays => Relays { dc1: true, dc2: true, ac: false }
            }
            args {} reply Relays {
                /// The first DC relay.
                dc1: bool,
                /// The second DC relay.
                dc2: bool,
                /// The AC relay.
                ac: bool,
            }
        }
        {
            /// Returns how the relay has switched.
            ///
            /// The guide misses it.
            ///
            /// Refused (`$NK`): where it is not built in. Source: `spec/rapi.md`, not recorded.
            GetRelaySwitching get_relay_switching b"GW" "GW" -> "hot_openings last_current close open"
            Read None idempotent: true since: "9.0.0" until: "" feature: "RELAY_ZC_SWITCH";
            example {
                "$GW^34" -> "$OK 3 16000 12 8^1F":
                GetRelaySwitching =>
                    RelaySwitching {
                        hot_openings: 3,
                        last_current: MilliAmps(16_000),
                        close: Milliseconds(12),
                        open: Milliseconds(8),
                    }
            }
            args {} reply RelaySwitching {
                /// Times that it opened under current.
                hot_openings: u32,
                /// The current when it opened last.
                last_current: MilliAmps,
                /// How long it takes to close; 300 is not measured.
                close: Milliseconds,
                /// How long it takes to open; 300 is not measured.
                open: Milliseconds,
            }
        }
        {
            /// Returns the frequency of the mains.
            ///
            /// The guide misses it.
            ///
            /// Refused (`$NK`): where it is not built in. Source: `spec/rapi.md`, not recorded.
            GetMainsFrequency get_mains_frequency b"GZ" "GZ" -> "frequency [zero_threshold]"
            Read None idempotent: true since: "9.0.0" until: "" feature: "RELAY_ZC_SWITCH";
            example {
                "$GZ^39" -> "$OK 5000 200^17":
                GetMainsFrequency =>
                    MainsFrequency {
                        frequency: CentiHertz(5000),
                        zero_threshold: Some(MilliAmps(200)),
                    }
            }
            args {} reply MainsFrequency {
                /// The frequency.
                frequency: CentiHertz,
                /// The current below which the relay may open (firmware 9.2 and later).
                zero_threshold: Option<MilliAmps>,
            }
        }
    } };
}
