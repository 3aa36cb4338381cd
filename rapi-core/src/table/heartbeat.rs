//! The supervision of the client by the controller.

/// The supervision of the client by the controller. See `for_each_command!`.
#[doc(hidden)]
#[macro_export]
macro_rules! __heartbeat {
    ([$($callback:tt)+] $($rows:tt)*) => { $crate::__retired! { [$($callback)+] $($rows)*
        {
            /// Lets the controller lower the current when no pulse comes in time.
            ///
            /// The pulse is [`HeartbeatPulse`].
            ///
            /// It is armed again after each restart, before anybody pulses. Longer intervals than
            /// 65 s are refused: an ATmega computes them modulo 65.536 s, so that 100 s are 34.5 s.
            ///
            /// The guide misses it.
            // See spec/rapi.md#sy.
            ///
            /// Refused (`$NK`): interval 0 while the station is too hot after a missed pulse;
            /// another number of arguments; not built in. Source: `spec/rapi.md`, not recorded.
            SetHeartbeat set_heartbeat b"SY" "SY interval fallback" -> "interval fallback trigger"
            Control Eeprom idempotent: true since: "6.3.0" until: "" feature: "HEARTBEAT_SUPERVISION";
            example {
                "$SY 60 6^1E" -> "$OK 60 6 0^00":
                SetHeartbeat { interval: Seconds(60), fallback: Amps(6) } =>
                    HeartbeatSet {
                        heartbeat: Heartbeat {
                            interval: SignedSeconds(60), fallback: Amps(6), trigger: HeartbeatTrigger::Never,
                        },
                        accepted: true,
                    }
            }
            args {
                /// How long to wait; 0 switches it off.
                interval: Seconds where 0..=65 => refuse_interval,
                /// The current to fall back to; below 6 A the controller takes 6 A.
                fallback: Amps where 0..=80,
            }
            reply HeartbeatSet
        }
        {
            /// Ends the limitation after a missed pulse.
            ///
            /// It restores the *saved* maximum, not a current that was set with [`SetCurrent`].
            ///
            /// The guide misses it.
            ///
            /// Refused (`$NK`): while the station is too hot; not built in. Source: `spec/rapi.md`,
            /// not recorded.
            AcknowledgeHeartbeat acknowledge_heartbeat b"SY" "SY 165" -> "interval fallback trigger"
            Control Volatile idempotent: true since: "6.3.0" until: "" feature: "HEARTBEAT_SUPERVISION";
            example {
                "$SY 165^3C" -> "$OK 60 6 1^01":
                AcknowledgeHeartbeat =>
                    HeartbeatSet {
                        heartbeat: Heartbeat {
                            interval: SignedSeconds(60), fallback: Amps(6), trigger: HeartbeatTrigger::Acknowledged,
                        },
                        accepted: true,
                    }
            }
            after b"165" args {} reply HeartbeatSet
        }
        {
            /// Tells the controller that somebody is there.
            ///
            /// Three times an interval is a good measure.
            ///
            /// `$NK` as long as a missed one is not acknowledged.
            ///
            /// The guide misses it.
            ///
            /// Refused (`$NK`): a missed pulse was not acknowledged; it counts as a pulse all the
            /// same; not built in. Source: `spec/rapi.md`, not recorded.
            HeartbeatPulse heartbeat_pulse b"SY" "SY" -> "interval fallback trigger"
            Control Volatile idempotent: true since: "6.3.0" until: "" feature: "HEARTBEAT_SUPERVISION";
            example {
                "$SY^2E" -> "$OK 60 6 0^00":
                HeartbeatPulse =>
                    HeartbeatSet {
                        heartbeat: Heartbeat {
                            interval: SignedSeconds(60), fallback: Amps(6), trigger: HeartbeatTrigger::Never,
                        },
                        accepted: true,
                    }
            }
            args {} by hand reply HeartbeatSet
        }
    } };
}
