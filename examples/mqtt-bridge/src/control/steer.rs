//! From what is wanted to what has to be sent.

use rapi_core::AnyCommand;
use rapi_core::commands::{ClearBootLock, Enable, SetCurrent, Sleep};
use rapi_core::types::{Amps, EvseState};
use serde::{Deserialize, Serialize};

use super::{Run, Source, Target};
use crate::status::Snapshot;

/// What had no effect is sent again after this time, in milliseconds.
const AGAIN_MS: u64 = 10_000;

/// The least current that can be offered.
const LEAST: u8 = 6;

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
mod tests {
    use super::*;
    use crate::control::{Wish, Wishes};
    use rapi_core::commands::{CurrentRange, Settings, State};
    use rapi_core::types::{Seconds, SettingsFlags, VFlags};

    fn snapshot(evse: EvseState, amps: u8) -> Snapshot {
        Snapshot {
            state: Some(State { evse, elapsed: Seconds(0), pilot: None, flags: None }),
            settings: Some(Settings { amps: Amps(amps), flags: SettingsFlags(0) }),
            range: Some(CurrentRange {
                min: Amps(6),
                hardware_max: Amps(80),
                pilot: None,
                saved_max: Some(Amps(24)),
            }),
            ..Snapshot::default()
        }
    }

    fn target(source: Source, run: Option<Run>, charge_current: Option<u8>) -> Target {
        let mut wishes = Wishes::default();
        wishes.set(source, Some(Wish { run, charge_current, ..Wish::default() }));
        wishes.target()
    }

    fn words(commands: &[AnyCommand]) -> Vec<String> {
        commands.iter().map(crate::rapi::text).collect()
    }

    #[test]
    fn a_boot_lock_is_cleared_when_the_current_is_set() {
        let locked = |amps| {
            let mut snapshot = snapshot(EvseState::Starting, amps);
            snapshot.state = snapshot.state.map(|mut state| {
                state.flags = Some(VFlags(0x4000));
                state
            });
            snapshot
        };
        let unlock =
            |target: &Target, hold| words(&Steer::default().step(0, &locked(24), target, hold));
        assert_eq!(unlock(&Target::default(), false), ["$SB"]);
        let on = target(Source::Override, Some(Run::Active), Some(10));
        assert_eq!(unlock(&on, false), ["$SC 10 V", "$SB"]);
        // Eco has not seen the sun yet.
        assert_eq!(unlock(&Target::default(), true), ["$SC 6 V", "$SB"]);
        let off = target(Source::Override, Some(Run::Disabled), None);
        assert_eq!(unlock(&off, false), ["$SC 6 V", "$SB", "$FS"]);
    }

    #[test]
    fn the_current_comes_before_the_start() {
        let mut steer = Steer::default();
        let on = target(Source::Divert, Some(Run::Active), Some(8));
        let commands = steer.step(0, &snapshot(EvseState::Sleeping, 24), &on, true);
        assert_eq!(words(&commands), ["$SC 8 V", "$FE"]);
        // Even if it has that current already: nobody knows since when.
        let mut steer = Steer::default();
        let commands = steer.step(0, &snapshot(EvseState::Sleeping, 8), &on, true);
        assert_eq!(words(&commands), ["$SC 8 V", "$FE"]);
    }

    #[test]
    fn what_has_no_effect_is_sent_again_but_not_at_every_look() {
        let mut steer = Steer::default();
        let off = target(Source::Override, Some(Run::Disabled), None);
        let charging = snapshot(EvseState::Charging, 24);
        assert_eq!(words(&steer.step(0, &charging, &off, false)), ["$FS"]);
        assert!(steer.step(1_000, &charging, &off, false).is_empty());
        assert_eq!(words(&steer.step(10_000, &charging, &off, false)), ["$FS"]);
        steer.restarted();
        assert_eq!(words(&steer.step(10_001, &charging, &off, false)), ["$FS"]);
    }

    #[test]
    fn what_the_bridge_took_it_gives_back_when_nobody_wants_it_any_more() {
        let mut steer = Steer::default();
        let none = Target::default();
        let ten = target(Source::Claim, Some(Run::Disabled), Some(10));
        assert_eq!(words(&steer.step(0, &snapshot(EvseState::Charging, 24), &ten, false)), ["$FS"]);
        let asleep = snapshot(EvseState::Sleeping, 24);
        assert!(steer.step(1, &asleep, &ten, false).is_empty());
        assert!(steer.step(2, &asleep, &none, true).is_empty(), "not yet");
        assert_eq!(words(&steer.step(3, &asleep, &none, false)), ["$FE"]);
        let awake = snapshot(EvseState::Charging, 24);
        assert!(steer.step(4, &awake, &none, false).is_empty());
        // A current, too.
        let ten = target(Source::Claim, None, Some(10));
        assert_eq!(words(&steer.step(5, &awake, &ten, false)), ["$SC 10 V"]);
        let given = snapshot(EvseState::Charging, 10);
        assert!(steer.step(6, &given, &ten, false).is_empty());
        assert_eq!(words(&steer.step(7, &given, &none, false)), ["$SC 24 V"]);
        // But once: what a person sets afterwards stays.
        assert!(steer.step(8, &awake, &none, false).is_empty());
        assert!(steer.step(9, &snapshot(EvseState::Charging, 10), &none, false).is_empty());
    }

    #[test]
    fn a_cap_lowers_and_gives_back_but_never_raises_what_a_person_has_set() {
        let mut steer = Steer::default();
        let cap = |amps| Target { max_current: Some((amps, Source::House)), ..Target::default() };
        let mut step = |now_ms, offered, cap: &Target| {
            words(&steer.step(now_ms, &snapshot(EvseState::Charging, offered), cap, false))
        };
        assert!(step(0, 16, &cap(40)).is_empty(), "16 A are somebody's wish");
        assert_eq!(step(1, 16, &cap(10)), ["$SC 10 V"]);
        assert!(step(2, 10, &cap(10)).is_empty());
        assert_eq!(step(3, 10, &cap(12)), ["$SC 12 V"]);
        assert_eq!(step(4, 12, &cap(40)), ["$SC 24 V"]);
        assert!(step(5, 24, &cap(40)).is_empty());
        assert!(step(6, 16, &cap(40)).is_empty());
    }

    #[test]
    fn an_old_limit_of_the_station_lowers_nothing() {
        // 12 A were saved a moment ago, and now it is 32 A: the range is asked less often.
        for (evse, flags) in [(EvseState::Charging, 0), (EvseState::Starting, 0x4000)] {
            let mut old = snapshot(evse, 32);
            old.state = old.state.map(|state| State { flags: Some(VFlags(flags)), ..state });
            old.range = old.range.map(|range| CurrentRange { saved_max: Some(Amps(12)), ..range });
            for hold in [false, true] {
                let commands = Steer::default().step(0, &old, &Target::default(), hold);
                assert!(!words(&commands).contains(&"$SC 12 V".to_owned()), "{evse:?} {hold}");
            }
        }
    }

    #[test]
    fn a_person_s_own_stop_and_a_fault_are_left_alone() {
        let none = Target::default();
        let sun = target(Source::Divert, Some(Run::Active), Some(10));
        let person = target(Source::Override, Some(Run::Active), None);
        let step = |evse, target: &Target| {
            words(&Steer::default().step(0, &snapshot(evse, 24), target, false))
        };
        assert!(step(EvseState::Sleeping, &none).is_empty());
        assert_eq!(step(EvseState::Disabled, &sun), ["$SC 10 V"]);
        assert_eq!(step(EvseState::Disabled, &person), ["$FE"]);
        assert!(step(EvseState::from_code(6), &person).is_empty());
        assert!(step(EvseState::Starting, &sun).is_empty());
    }
}
