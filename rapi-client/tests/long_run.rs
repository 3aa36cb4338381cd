//! Months on a wall: restarts, a boot lock, self tests, the heartbeat, against the simulated station
//! with the times of a real one.
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
    BootLock, ClearBootLock, GetHeartbeat, GetSettings, GetState, GetVersion, SaveCurrent,
    SetCurrent, State,
};
use rapi_client::types::{Amps, EvseState, HeartbeatTrigger, Seconds, VFlags};
use rapi_client::{
    Beat, Error, HeartbeatEvent, HeartbeatSupervisor, Notification, Restart, Watch, blocking,
};
use rapi_sim::{Config, Station, Timing};
use rapi_testkit::{Clock, Fault, Link, Outbox, Peer, Way};

/// The simulated station at the end of a line of the kit.
struct Simulated(Station);

impl Simulated {
    fn post(said: &[u8], out: &mut Outbox) {
        for line in said.split_inclusive(|&byte| byte == b'\r') {
            out.send(line, 0);
        }
    }
}

impl Peer for Simulated {
    fn hear(&mut self, byte: u8, now: u64, out: &mut Outbox) {
        Self::post(&self.0.receive(&[byte], now / 1000), out);
    }

    fn wakes_at(&self) -> Option<u64> {
        Some(self.0.next_poll() * 1000)
    }

    fn wake(&mut self, now: u64, out: &mut Outbox) {
        Self::post(&self.0.poll(now.div_ceil(1000)), out);
    }
}

type Plan = fn(Way, &[u8]) -> Vec<Fault>;
type Line = Link<Simulated, Plan>;

struct Bench {
    clock: Clock,
    client: blocking::Client<Line>,
    watch: Watch,
}

impl Bench {
    fn new() -> Self {
        let clock = Clock::new();
        let config = Config { timing: Timing::Real, ..Config::default() };
        let healthy: Plan = |_, _| Vec::new();
        let link = Link::new(&clock, Simulated(Station::new(config)), healthy);
        Self { clock, client: blocking::Client::new(link), watch: Watch::new() }
    }

    /// Listens until nothing has come for half a second; returns the restarts that were told.
    fn listen(&mut self) -> Vec<Restart> {
        let mut restarts = Vec::new();
        loop {
            match self.client.next_notification() {
                Ok(notification) => restarts.extend(self.watch.notification(&notification)),
                Err(Error::Timeout) => return restarts,
                Err(error) => panic!("{error:?}"),
            }
        }
    }

    fn pass(&mut self, seconds: u64) {
        self.clock.advance_to(self.clock.now() + seconds * 1_000_000);
    }

    fn state(&mut self) -> State {
        self.client.send(&GetState).unwrap()
    }

    fn car(&mut self, word: &str) {
        let now_ms = self.clock.now() / 1000;
        self.client.get_mut().peer.0.car(word, now_ms).unwrap();
    }

    /// As any program does when it has found its controller.
    fn unlock(&mut self) {
        self.pass(10);
        self.listen();
        assert!(self.state().flags.is_some_and(VFlags::boot_locked), "8.2.3 waits for `SB`");
        assert_eq!(self.client.send(&ClearBootLock), Ok(BootLock::Cleared));
        self.pass(2);
        self.listen();
        assert_eq!(self.state().evse, EvseState::NotConnected);
    }
}

#[test]
fn a_controller_that_boots_is_not_there_and_then_tells_that_it_is() {
    let mut bench = Bench::new();
    // Deaf until the self test is over, and talking text.
    assert_eq!(bench.client.send(&GetVersion), Err(Error::Timeout));
    bench.pass(10);
    assert_eq!(bench.listen(), [Restart::Begun, Restart::Done]);
    assert_eq!(bench.client.send(&GetVersion).unwrap().firmware.as_str(), "8.2.3");
    bench.unlock();
}

#[test]
fn a_restart_in_between_is_noticed_and_what_is_lost_is_set_again() {
    let mut bench = Bench::new();
    bench.unlock();
    bench.client.send(&SetCurrent { amps: Amps(10) }).unwrap();
    assert_eq!(bench.client.send(&GetSettings).unwrap().amps, Amps(10));

    bench.client.send(&rapi_client::commands::Restart).unwrap();
    bench.pass(10);
    assert_eq!(bench.listen(), [Restart::Begun, Restart::Done]);
    assert_eq!(bench.client.send(&GetSettings).unwrap().amps, Amps(24), "it was volatile");
    bench.unlock();
}

#[test]
fn a_restart_that_nobody_heard_shows_in_the_elapsed_time() {
    let mut bench = Bench::new();
    bench.unlock();
    bench.car("plug");
    bench.car("ask");
    bench.pass(60);
    bench.listen();
    let state = bench.state();
    assert_eq!((state.evse, bench.watch.state(&state)), (EvseState::Charging, None));
    bench.pass(3600);
    let state = bench.state();
    assert_eq!(bench.watch.state(&state), None, "time goes on");

    bench.client.send(&rapi_client::commands::Restart).unwrap();
    bench.pass(10);
    // A program that does not listen: the notifications are thrown away.
    while let Ok(_) | Err(Error::Rejected) = bench.client.next_notification() {}
    let state = bench.state();
    assert_eq!(bench.watch.state(&state), Some(Restart::Noticed));
}

#[test]
fn a_new_vehicle_is_no_restart() {
    let seen = |evse, elapsed, flags| State {
        evse,
        elapsed: Seconds(elapsed),
        pilot: None,
        flags: Some(VFlags(flags)),
    };
    let mut watch = Watch::new();
    assert_eq!(watch.state(&seen(EvseState::Charging, 3600, 0x0540)), None);
    assert_eq!(watch.state(&seen(EvseState::NotConnected, 3600, 0x0200)), None);
    assert_eq!(watch.state(&seen(EvseState::Connected, 0, 0x0700)), None, "the next vehicle");
    assert_eq!(watch.state(&seen(EvseState::Charging, 100, 0x0540)), None);
    assert_eq!(watch.state(&seen(EvseState::NotConnected, 0, 0x0200)), Some(Restart::Noticed));
    // Before 4.11 each charge begins at 0, and there are no flags.
    let old = |evse, elapsed| State { flags: None, ..seen(evse, elapsed, 0) };
    let mut watch = Watch::new();
    assert_eq!(watch.state(&old(EvseState::Charging, 3600)), None);
    assert_eq!(watch.state(&old(EvseState::Connected, 3600)), None);
    assert_eq!(watch.state(&old(EvseState::Charging, 1)), None);
}

#[test]
fn a_self_test_that_failed_is_told() {
    let mut watch = Watch::new();
    for (code, expected) in [
        (0x00, Restart::Done),
        (0x07, Restart::SelfTestFailed(EvseState::NoGround)),
        (0x08, Restart::SelfTestFailed(EvseState::StuckRelay)),
        (0x09, Restart::SelfTestFailed(EvseState::GfiSelfTestFailed)),
        // Firmware 6.0 and 6.1 with an active timer.
        (0xfe, Restart::Done),
    ] {
        let firmware = rapi_client::types::Text::new("6.1.3").unwrap();
        let booted = Notification::Boot { status: EvseState::from_code(code), firmware };
        assert_eq!(watch.notification(&booted), Some(expected));
    }
}

/// Lets the supervisor do what is due, for so many seconds; returns what it had to tell.
fn supervise(
    bench: &mut Bench,
    supervisor: &mut HeartbeatSupervisor,
    seconds: u64,
) -> Vec<HeartbeatEvent> {
    let mut events = Vec::new();
    let end = bench.clock.now() + seconds * 1_000_000;
    while bench.clock.now() < end {
        let client = &mut bench.client;
        let now_ms = bench.clock.now_ms();
        let answer: Option<Result<_, Error<ErrorKind>>> = match supervisor.poll(now_ms) {
            Some(Beat::Pulse(command)) => Some(client.send(&command)),
            Some(Beat::Acknowledge(command)) => Some(client.send(&command)),
            Some(Beat::Configure(command)) => Some(client.send(&command)),
            None => None,
        };
        if let Some(answer) = answer {
            events.extend(supervisor.answered(bench.clock.now_ms(), &answer));
        }
        bench.pass(1);
    }
    events
}

#[test]
fn a_heartbeat_keeps_the_current_and_takes_it_back() {
    let mut bench = Bench::new();
    bench.unlock();
    bench.client.send(&SaveCurrent { amps: Amps(20) }).unwrap();
    bench.client.send(&SetCurrent { amps: Amps(16) }).unwrap();
    let mut supervisor = HeartbeatSupervisor::new(Seconds(30), Amps(6)).unwrap();
    assert_eq!(supervise(&mut bench, &mut supervisor, 600), []);
    let heartbeat = bench.client.send(&GetHeartbeat).unwrap();
    assert_eq!((heartbeat.interval.0, heartbeat.fallback), (30, Amps(6)));
    assert_eq!(heartbeat.trigger, HeartbeatTrigger::Never);
    assert_eq!(bench.client.send(&GetSettings).unwrap().amps, Amps(16));
    let writes = bench.client.get_mut().peer.0.controller().eeprom_writes();

    // The program hangs for a minute: the controller falls back.
    bench.pass(60);
    assert_eq!(bench.client.send(&GetSettings).unwrap().amps, Amps(6));
    let events = supervise(&mut bench, &mut supervisor, 20);
    assert_eq!(events, [HeartbeatEvent::Missed, HeartbeatEvent::Restored]);
    // What comes back is what was saved, not what was set.
    assert_eq!(bench.client.send(&GetSettings).unwrap().amps, Amps(20));

    // And on it goes, for ever, without wearing the EEPROM.
    assert_eq!(supervise(&mut bench, &mut supervisor, 3600), []);
    assert_eq!(bench.client.get_mut().peer.0.controller().eeprom_writes(), writes);
}

#[test]
fn a_supervision_that_waits_from_before_is_taken_over() {
    let mut bench = Bench::new();
    bench.unlock();
    let mut before = HeartbeatSupervisor::new(Seconds(20), Amps(10)).unwrap();
    assert_eq!(supervise(&mut bench, &mut before, 30), []);
    // That program is gone, and the supervision has struck before the next one comes.
    bench.pass(120);
    let mut supervisor = HeartbeatSupervisor::new(Seconds(60), Amps(8)).unwrap();
    let events = supervise(&mut bench, &mut supervisor, 90);
    assert_eq!(events, [HeartbeatEvent::Missed, HeartbeatEvent::Restored]);
    let heartbeat = bench.client.send(&GetHeartbeat).unwrap();
    assert_eq!((heartbeat.interval.0, heartbeat.fallback), (60, Amps(8)));

    // After a restart the settings are there and the first pulse is due at once.
    bench.client.send(&rapi_client::commands::Restart).unwrap();
    bench.pass(10);
    bench.listen();
    supervisor.restarted();
    assert_eq!(supervise(&mut bench, &mut supervisor, 120), []);

    bench.client.send(&supervisor.switch_off()).unwrap();
    bench.pass(600);
    assert_eq!(bench.client.send(&GetHeartbeat).unwrap().trigger, HeartbeatTrigger::Never);
}

#[test]
fn a_supervision_out_of_range_is_refused() {
    // 66 s would be 0.464 s to an ATmega, below 6 A it takes 6 A.
    for (interval, fallback) in [(0, 6), (66, 6), (100, 6), (30, 5), (30, 0), (30, 81)] {
        let supervisor = HeartbeatSupervisor::new(Seconds(interval), Amps(fallback));
        assert!(supervisor.is_err(), "{interval} s, {fallback} A");
    }
}

#[test]
fn a_controller_without_supervision_is_left_alone() {
    let mut supervisor = HeartbeatSupervisor::new(Seconds(30), Amps(6)).unwrap();
    assert!(supervisor.poll(0).is_some());
    let event = supervisor.answered::<ErrorKind>(0, &Err(Error::Rejected));
    assert_eq!(event, Some(HeartbeatEvent::Unsupported));
    supervisor.restarted();
    assert_eq!(supervisor.poll(1_000_000), None);
}

#[test]
fn pulses_that_are_lost_are_sent_again_before_the_time_is_over() {
    let mut supervisor = HeartbeatSupervisor::new(Seconds(9), Amps(6)).unwrap();
    // Also where the milliseconds wrap around.
    for begin in [0_u32, u32::MAX - 1500] {
        supervisor.restarted();
        assert!(supervisor.poll(begin).is_some());
        let _ = supervisor.answered::<ErrorKind>(begin, &Err(Error::Timeout));
        assert!(supervisor.poll(begin.wrapping_add(999)).is_none());
        assert!(supervisor.poll(begin.wrapping_add(1000)).is_some());
    }
}
