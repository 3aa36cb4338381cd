//! Keeping the heartbeat supervision of a controller content.

use core::fmt;

use rapi_core::FieldError;
use rapi_core::commands::SetHeartbeat;
use rapi_core::commands::{AcknowledgeHeartbeat, Heartbeat, HeartbeatPulse, HeartbeatSet};
use rapi_core::types::{Amps, HeartbeatTrigger, Seconds};

use crate::Error;

/// What to send now. All three are answered with a [`HeartbeatSet`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Beat {
    /// Somebody is here.
    Pulse(HeartbeatPulse),
    /// The current shall come back after a pulse that was missed.
    Acknowledge(AcknowledgeHeartbeat),
    /// Interval and fallback are not what they should be.
    Configure(SetHeartbeat),
}

/// What an answer has shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum HeartbeatEvent {
    /// Pulses were missed: the controller has lowered the current to the fallback.
    Missed,
    /// The controller has given the *saved* current back. One that was set with
    /// [`SetCurrent`](crate::commands::SetCurrent) has to be set again.
    Restored,
    /// The controller does not know the supervision (firmware before 6.3.0, or built without). No
    /// more is sent.
    Unsupported,
}

/// Why a supervision is refused before anything is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum HeartbeatError {
    /// The interval is not 1 to 65 s: an ATmega computes longer ones modulo 65.536 s.
    Interval,
    /// The fallback is not 6 to 80 A: it never stops charging.
    Fallback,
}

impl fmt::Display for HeartbeatError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Interval => write!(f, "the interval {}: 1 to 65 s", FieldError::IntervalTooLong),
            Self::Fallback => {
                f.write_str("the fallback is not 6 to 80 A, because it never stops charging")
            }
        }
    }
}

impl core::error::Error for HeartbeatError {}

/// Tells a controller that its client is alive, and takes the current back when it did not hear so
/// (`SY`, firmware 6.3.0 and later). If the client falls silent, the controller lowers the current.
///
/// Without I/O: poll it with your time in milliseconds, send what it says, show it the answer.
///
/// What there is to know:
/// * The fallback is 6 A at least: it never stops charging.
/// * Intervals above 65 s are refused: an ATmega computes them modulo 65.536 s.
/// * The settings are in the EEPROM: after a restart the supervision runs before anybody is back. So
///   the first pulse is due at once, and again after [`restarted`](Self::restarted).
/// * An acknowledgement restores the saved maximum, not a current that was set until the next
///   restart: [`HeartbeatEvent::Restored`].
/// * Nothing is supervised while the station sleeps or is disabled.
///
/// ```
/// use rapi_client::{Beat, HeartbeatSupervisor};
/// use rapi_client::commands::{Heartbeat, HeartbeatSet};
/// use rapi_client::types::{Amps, HeartbeatTrigger, Seconds, SignedSeconds};
///
/// let mut supervisor = HeartbeatSupervisor::new(Seconds(30), Amps(6)).expect("in range");
/// let Some(Beat::Pulse(_)) = supervisor.poll(0) else { panic!("due at once") };
/// // .. client.send(&pulse) ..
/// let answer = HeartbeatSet {
///     heartbeat: Heartbeat {
///         interval: SignedSeconds(30), fallback: Amps(6), trigger: HeartbeatTrigger::Never,
///     },
///     accepted: true,
/// };
/// assert_eq!(supervisor.answered::<()>(0, &Ok(answer)), None);
/// assert_eq!(supervisor.poll(9_999), None);
/// assert!(supervisor.poll(10_000).is_some(), "three times an interval");
/// ```
// See spec/rapi.md#sy.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct HeartbeatSupervisor {
    interval: Seconds,
    fallback: Amps,
    /// What the controller made of it.
    configured: Option<Heartbeat>,
    next: Next,
    due: Due,
}

/// When a [`HeartbeatSupervisor`] has something to send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Due {
    /// At once.
    Now,
    /// At this time of the caller's clock in milliseconds, which may have wrapped around.
    At(u32),
    /// Never again: the controller does not know the supervision.
    Never,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
enum Next {
    Pulse,
    Acknowledge,
    Configure,
}

impl HeartbeatSupervisor {
    /// With an interval of 1 to 65 s and a fallback of 6 to 80 A.
    ///
    /// # Errors
    ///
    /// The number that is outside of that, with the reason.
    pub fn new(interval: Seconds, fallback: Amps) -> Result<Self, HeartbeatError> {
        if !(1..=65).contains(&interval.0) {
            return Err(HeartbeatError::Interval);
        }
        if !(6..=80).contains(&fallback.0) {
            return Err(HeartbeatError::Fallback);
        }
        Ok(Self { interval, fallback, configured: None, next: Next::Pulse, due: Due::Now })
    }

    /// What to send now; `None` if nothing is due. `now_ms` may wrap around.
    ///
    /// It says the same until [`answered`](Self::answered) hears what came of it.
    #[must_use]
    pub const fn poll(&self, now_ms: u32) -> Option<Beat> {
        match self.due {
            Due::Never => return None,
            // The upper half of the circle is the past.
            Due::At(due_ms) if now_ms.wrapping_sub(due_ms) > u32::MAX / 2 => return None,
            Due::At(_) | Due::Now => {}
        }
        match self.next {
            Next::Pulse => Some(Beat::Pulse(HeartbeatPulse)),
            Next::Acknowledge => Some(Beat::Acknowledge(AcknowledgeHeartbeat)),
            Next::Configure => Some(Beat::Configure(SetHeartbeat {
                interval: self.interval,
                fallback: self.fallback,
            })),
        }
    }

    /// When to poll again.
    #[must_use]
    pub const fn due(&self) -> Due {
        self.due
    }

    /// Takes the answer to what [`poll`](Self::poll) said.
    pub fn answered<E>(
        &mut self,
        now_ms: u32,
        answer: &Result<HeartbeatSet, Error<E>>,
    ) -> Option<HeartbeatEvent> {
        let period_ms = self.interval.0.saturating_mul(1000) / 3;
        let asked = self.next;
        self.due = Due::At(now_ms.wrapping_add(period_ms));
        match answer {
            Err(Error::Rejected) => {
                self.due = Due::Never;
                Some(HeartbeatEvent::Unsupported)
            }
            // A third of the period later, so that some may be lost before the time is over.
            Err(_) => {
                self.due = Due::At(now_ms.wrapping_add(period_ms / 3));
                None
            }
            Ok(HeartbeatSet { heartbeat, .. })
                if heartbeat.trigger == HeartbeatTrigger::Limited =>
            {
                self.next = Next::Acknowledge;
                if asked == Next::Acknowledge {
                    // Too hot to give the current back: in a while.
                    return None;
                }
                self.due = Due::Now;
                Some(HeartbeatEvent::Missed)
            }
            Ok(HeartbeatSet { heartbeat, .. }) => {
                if asked == Next::Configure {
                    self.configured = Some(*heartbeat);
                }
                self.next = if self.is_wanted(*heartbeat) { Next::Pulse } else { Next::Configure };
                if self.next == Next::Configure {
                    self.due = Due::Now;
                }
                (asked == Next::Acknowledge).then_some(HeartbeatEvent::Restored)
            }
        }
    }

    /// The controller has restarted: see [`Watch`](crate::Watch).
    pub const fn restarted(&mut self) {
        self.configured = None;
        if !matches!(self.due, Due::Never) {
            self.next = Next::Pulse;
            self.due = Due::Now;
        }
    }

    /// The command that ends the supervision, for a client that goes for good.
    #[must_use]
    pub const fn switch_off(&self) -> SetHeartbeat {
        SetHeartbeat { interval: Seconds(0), fallback: self.fallback }
    }

    /// Whether interval and fallback are as they should be, or as the controller has clamped them.
    fn is_wanted(&self, heartbeat: Heartbeat) -> bool {
        let same = |other: Heartbeat| {
            (other.interval, other.fallback) == (heartbeat.interval, heartbeat.fallback)
        };
        let interval = u32::try_from(heartbeat.interval.0).ok();
        let wanted = (interval, heartbeat.fallback) == (Some(self.interval.0), self.fallback);
        wanted || self.configured.is_some_and(same)
    }
}
