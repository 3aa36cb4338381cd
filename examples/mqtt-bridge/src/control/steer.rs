//! From what is wanted to what has to be sent.

use rapi_core::AnyCommand;
use rapi_core::commands::{ClearBootLock, Enable, SetCurrent, Sleep};
use rapi_core::types::{Amps, EvseState};
use serde::{Deserialize, Serialize};

use super::{Run, Source, Target};
use crate::current::LEAST;
use crate::status::Snapshot;

/// What had no effect is sent again after this time, in milliseconds.
const AGAIN_MS: u64 = 10_000;

/// What the bridge has done to a station: it outlives the bridge, as it must be given back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Done {
    /// It sleeps because the bridge has said so.
    put_to_sleep: bool,
    /// The current that the bridge has asked for.
    set: Option<u8>,
}

impl Done {
    /// From what another bridge has told of its target.
    pub(super) fn from_target(target: &serde_json::Value) -> Self {
        let amps = |key: &str| target[key].as_u64().and_then(|amps| u8::try_from(amps).ok());
        Self {
            put_to_sleep: target["state"] == "disabled",
            set: amps("charge_current").or_else(|| amps("max_current")),
        }
    }
}

/// Brings the station where it is wanted, and leaves it alone otherwise.
#[derive(Clone, Debug, Default)]
pub struct Steer {
    done: Done,
    sent: Option<(Vec<AnyCommand>, u64)>,
}

impl Steer {
    /// What was done to the station.
    #[must_use]
    pub const fn done(&self) -> Done {
        self.done
    }

    /// An earlier bridge has done this to the station.
    pub const fn restore(&mut self, done: Done) {
        self.done = done;
    }

    /// The controller has forgotten everything.
    pub fn restarted(&mut self) {
        self.sent = None;
        self.done.put_to_sleep = false;
    }

    /// What was sent has not arrived: it is sent again at the next step.
    pub fn not_sent(&mut self) {
        self.sent = None;
    }

    /// What to send now, in order. `hold`: nobody wants anything at this moment, but it is not to be
    /// given back yet.
    pub fn step(
        &mut self,
        now_ms: u64,
        snapshot: &Snapshot,
        target: &Target,
        hold: bool,
    ) -> Vec<AnyCommand> {
        let commands = self.commands(snapshot, target, hold);
        if let Some((sent, at)) = &self.sent
            && *sent == commands
            && now_ms.saturating_sub(*at) < AGAIN_MS
        {
            return Vec::new();
        }
        self.sent = (!commands.is_empty()).then(|| (commands.clone(), now_ms));
        commands
    }

    fn commands(&mut self, snapshot: &Snapshot, target: &Target, hold: bool) -> Vec<AnyCommand> {
        let (Some(state), Some(limit), Some(settings)) =
            (snapshot.state, snapshot.limit(), snapshot.settings)
        else {
            return Vec::new();
        };
        if state.flags.is_some_and(|flags| flags.boot_locked()) {
            return self.unlock(target, limit.0, settings.amps.0, hold);
        }
        let awake = match state.evse {
            EvseState::NotConnected | EvseState::Connected | EvseState::Charging => true,
            EvseState::Sleeping | EvseState::Disabled => false,
            // A fault, or it is starting: its own business.
            _ => return Vec::new(),
        };
        self.done.put_to_sleep &= !awake || target.run.is_none_or(|(run, _)| run == Run::Disabled);
        let offered = settings.amps.0;
        let cap = target.cap(limit.0);
        let wanted = target.current(limit.0);
        // What the bridge has set it gives back, as far as the caps let it; what somebody else has set
        // it leaves alone, if that is not too much.
        let ours = self.done.set == Some(offered) && !hold;
        let amps = wanted.or_else(|| (ours || too_much(target, offered)).then_some(cap));
        let set_current = |amps| AnyCommand::SetCurrent(SetCurrent { amps: Amps(amps) });
        let wake = match target.run {
            Some((Run::Disabled, _)) => {
                if awake {
                    self.done.put_to_sleep = true;
                    return vec![AnyCommand::Sleep(Sleep)];
                }
                return Vec::new();
            }
            // Only a person, or a program that a person has told so, wakes what a person has
            // switched off.
            Some((Run::Active, source)) => {
                let may = state.evse == EvseState::Sleeping || source >= Source::Claim;
                !awake && may
            }
            None => !awake && self.done.put_to_sleep && !hold,
        };
        let mut commands = Vec::new();
        // The current comes before the start: the car never sees an offer that was not meant for it.
        match amps {
            Some(amps) if amps != offered || wake => {
                self.done.set = Some(amps);
                commands.push(set_current(amps));
            }
            // It has what the bridge wants, or what it had before the bridge wanted something.
            Some(amps) if wanted.is_some() || amps < limit.0 => self.done.set = Some(amps),
            _ if hold => {}
            _ => self.done.set = None,
        }
        if wake {
            commands.push(AnyCommand::Enable(Enable));
        }
        commands
    }

    /// A controller that boots locked charges only when it is told so: with the current that is wanted,
    /// or, as long as the sun has not decided or nobody may charge, with the least one.
    fn unlock(&mut self, target: &Target, limit: u8, offered: u8, hold: bool) -> Vec<AnyCommand> {
        let stop = matches!(target.run, Some((Run::Disabled, _)));
        let cap = target.cap(limit);
        let wanted = target.current(limit).or(hold.then_some(LEAST));
        let wanted = if stop { Some(LEAST) } else { wanted };
        let mut commands = Vec::new();
        if let Some(amps) = wanted.or(too_much(target, offered).then_some(cap)) {
            self.done.set = Some(amps);
            commands.push(AnyCommand::SetCurrent(SetCurrent { amps: Amps(amps) }));
        }
        commands.push(AnyCommand::ClearBootLock(ClearBootLock));
        if stop {
            self.done.put_to_sleep = true;
            commands.push(AnyCommand::Sleep(Sleep));
        }
        commands
    }
}

/// Whether the station offers more than somebody lets it. Its own limit it keeps by itself: where it seems
/// not to, what is known of that limit is older than what is known of the offer.
fn too_much(target: &Target, offered: u8) -> bool {
    target.max_current.is_some_and(|(amps, _)| offered > amps.max(LEAST))
}

#[cfg(test)]
mod tests;
