//! The edges of the long run: when a pulse is due, what a restart is, what was executed.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may panic"
)]

use embedded_io::ErrorKind;
use rapi_client::commands::{
    CurrentRange, Heartbeat, HeartbeatSet, PressButton, RecoverStuckRelay, SaveCurrent, SetCurrent,
    SetHardwareMaximum, State,
};
use rapi_client::types::{
    Amps, EvseState, HeartbeatTrigger, Seconds, SettingsFlags, SignedSeconds, VFlags,
};
use rapi_client::{
    Beat, Due, Error, HeartbeatError, HeartbeatEvent, HeartbeatSupervisor, ReadBack, Restart, Watch,
};

/// What a client gets.
#[allow(clippy::unnecessary_wraps, reason = "as a client hands it out")]
const fn answer(
    interval: i16,
    fallback: u8,
    trigger: HeartbeatTrigger,
) -> Result<HeartbeatSet, Error<ErrorKind>> {
    let heartbeat =
        Heartbeat { interval: SignedSeconds(interval), fallback: Amps(fallback), trigger };
    Ok(HeartbeatSet { heartbeat, accepted: true })
}

#[test]
fn a_heartbeat_is_within_what_a_controller_takes() {
    for (interval, fallback, wrong) in [
        (0, 6, Some(HeartbeatError::Interval)),
        (1, 6, None),
        (65, 80, None),
        (66, 80, Some(HeartbeatError::Interval)),
        (30, 5, Some(HeartbeatError::Fallback)),
        (30, 81, Some(HeartbeatError::Fallback)),
    ] {
        let made = HeartbeatSupervisor::new(Seconds(interval), Amps(fallback));
        assert_eq!(made.err(), wrong, "{interval} s, {fallback} A");
    }
}

#[test]
fn whoever_asks_for_a_longer_interval_is_told_why_it_is_refused() {
    let error = HeartbeatSupervisor::new(Seconds(100), Amps(6)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the interval is out of range, because an ATmega computes longer ones modulo 65.536 s: 1 to 65 s"
    );
    let error = HeartbeatSupervisor::new(Seconds(30), Amps(5)).unwrap_err();
    assert_eq!(error.to_string(), "the fallback is not 6 to 80 A, because it never stops charging");
}

#[test]
fn a_pulse_is_due_from_its_moment_on_for_half_the_circle_of_the_clock() {
    let never = HeartbeatTrigger::Never;
    let mut supervisor = HeartbeatSupervisor::new(Seconds(60), Amps(6)).unwrap();
    assert!(supervisor.poll(0).is_some(), "at once");
    assert_eq!(supervisor.answered(0, &answer(60, 6, never)), None);
    assert_eq!(supervisor.due(), Due::At(20_000));
    assert_eq!(supervisor.poll(19_999), None);
    assert!(matches!(supervisor.poll(20_000), Some(Beat::Pulse(_))));
    assert!(supervisor.poll(20_000 + u32::MAX / 2).is_some());
    assert_eq!(supervisor.poll(20_001 + u32::MAX / 2), None);
    // Lost ones are repeated three times as often, over the end of the clock as well.
    assert_eq!(supervisor.answered(u32::MAX, &Err(Error::<ErrorKind>::Timeout)), None);
    assert_eq!(supervisor.due(), Due::At(6_665));
    supervisor.restarted();
    assert_eq!((supervisor.due(), supervisor.poll(7).is_some()), (Due::Now, true));
    let off = supervisor.switch_off();
    assert_eq!((off.interval, off.fallback), (Seconds(0), Amps(6)));
}

#[test]
fn what_a_controller_made_of_a_heartbeat_is_accepted_and_a_later_change_is_not() {
    let never = HeartbeatTrigger::Never;
    let mut supervisor = HeartbeatSupervisor::new(Seconds(60), Amps(6)).unwrap();
    for (interval, fallback) in [(59, 6), (60, 7)] {
        supervisor.restarted();
        assert_eq!(supervisor.answered(0, &answer(interval, fallback, never)), None);
        assert_eq!(supervisor.due(), Due::Now, "to be configured at once");
        let Some(Beat::Configure(set)) = supervisor.poll(0) else { panic!("{supervisor:?}") };
        assert_eq!((set.interval, set.fallback), (Seconds(60), Amps(6)));
        // It took another value, and says so each time: that is as good as it gets.
        for asked in [0, 20_000, 40_000] {
            assert_eq!(supervisor.answered(asked, &answer(interval, fallback, never)), None);
            assert_eq!(supervisor.due(), Due::At(asked + 20_000));
            assert!(matches!(supervisor.poll(asked + 20_000), Some(Beat::Pulse(_))));
        }
        for other in [answer(interval + 1, fallback + 1, never), answer(interval, 9, never)] {
            let mut supervisor = supervisor;
            supervisor.answered(60_000, &other);
            assert!(matches!(supervisor.poll(60_000), Some(Beat::Configure(_))));
        }
    }
}

#[test]
fn a_missed_pulse_is_told_once_and_its_end_once() {
    let limited = HeartbeatTrigger::Limited;
    let mut supervisor = HeartbeatSupervisor::new(Seconds(60), Amps(6)).unwrap();
    assert_eq!(supervisor.answered(0, &answer(60, 6, limited)), Some(HeartbeatEvent::Missed));
    assert!(matches!(supervisor.poll(0), Some(Beat::Acknowledge(_))));
    // Too hot: asked again a third of the period later.
    assert_eq!(supervisor.answered(0, &answer(60, 6, limited)), None);
    assert_eq!((supervisor.due(), supervisor.poll(0)), (Due::At(20_000), None));
    let restored = answer(60, 6, HeartbeatTrigger::Acknowledged);
    assert_eq!(supervisor.answered(20_000, &restored), Some(HeartbeatEvent::Restored));
    assert_eq!(supervisor.answered(40_000, &restored), None);
    assert!(matches!(supervisor.poll(60_000), Some(Beat::Pulse(_))));

    let refused = Err(Error::<ErrorKind>::Rejected);
    assert_eq!(supervisor.answered(60_000, &refused), Some(HeartbeatEvent::Unsupported));
    assert_eq!((supervisor.due(), supervisor.poll(80_000)), (Due::Never, None));
    supervisor.restarted();
    assert_eq!(supervisor.poll(80_000), None, "the same firmware after a restart");
    assert_eq!(supervisor.due(), Due::Never);
}

const fn state(evse: EvseState, elapsed: u32, flags: Option<VFlags>) -> State {
    State { evse, elapsed: Seconds(elapsed), pilot: None, flags }
}

#[test]
fn a_clock_that_goes_back_is_a_restart_unless_a_session_has_begun() {
    let connected = Some(VFlags(0x0100));
    let charging = |elapsed| state(EvseState::Charging, elapsed, connected);
    let mut watch = Watch::new();
    assert_eq!(watch.state(&charging(100)), None, "nothing to compare it with");
    assert_eq!(watch.state(&charging(100)), None);
    assert_eq!(watch.state(&charging(99)), Some(Restart::Noticed));
    assert_eq!(watch.state(&state(EvseState::Connected, 100, connected)), None);
    assert_eq!(watch.state(&charging(0)), None, "a charge has begun");
    assert_eq!(watch.state(&state(EvseState::NotConnected, 50, Some(VFlags(0)))), None);
    assert_eq!(watch.state(&state(EvseState::Connected, 0, connected)), None, "a new vehicle");
    // Without flags the state tells.
    let mut watch = Watch::new();
    assert_eq!(watch.state(&state(EvseState::NotConnected, 50, None)), None);
    assert_eq!(watch.state(&state(EvseState::Connected, 0, None)), None, "a new vehicle");
    assert_eq!(watch.state(&state(EvseState::Connected, 9, None)), None);
    assert_eq!(watch.state(&state(EvseState::Connected, 8, None)), Some(Restart::Noticed));
}

#[test]
fn what_was_executed_is_seen_by_what_changed() {
    let seen = |evse| state(evse, 0, None);
    let pressed = |before, after| PressButton.was_executed(&seen(before), &seen(after));
    assert!(pressed(EvseState::Charging, EvseState::Sleeping));
    assert!(pressed(EvseState::Disabled, EvseState::Connected));
    assert!(!pressed(EvseState::Connected, EvseState::Charging));
    assert!(!pressed(EvseState::Sleeping, EvseState::Disabled));
    let freed = |after| RecoverStuckRelay.was_executed(&seen(EvseState::StuckRelay), &seen(after));
    assert!(freed(EvseState::NotConnected) && !freed(EvseState::StuckRelay));
    let range = |hardware_max| CurrentRange {
        min: Amps(6),
        hardware_max,
        pilot: Some(Amps(16)),
        saved_max: Some(Amps(24)),
    };
    let old = CurrentRange { saved_max: None, ..range(Amps(32)) };
    let saved = |asked, now| SaveCurrent { amps: Amps(asked) }.was_executed(&now, &now);
    assert!(saved(24, range(Amps(32))) && !saved(16, range(Amps(32))) && !saved(16, old));
    let stored =
        |asked, now| SetHardwareMaximum { amps: asked }.was_executed(&range(Amps(80)), &range(now));
    assert!(stored(Amps(32), Amps(32)) && !stored(Amps(32), Amps(80)));
    let amps = |amps| rapi_client::commands::Settings { amps, flags: SettingsFlags(0) };
    let set = |now| SetCurrent { amps: Amps(16) }.was_executed(&amps(Amps(16)), &amps(now));
    assert!(set(Amps(16)) && !set(Amps(24)));
}
