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
