//! Commands that are sent again, and commands that must not be.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may panic"
)]

use embedded_io::ErrorKind;
use rapi_client::commands::{self, GetState, PressButton, SaveCurrent, SetCurrent};
use rapi_client::types::{Amps, EvseState, PilotState, Seconds, SettingsFlags, VFlags};
use rapi_client::{Client, Confirmed, Error, blocking};
use rapi_server::{Handler, Policy, Rejected};
use rapi_testkit::{Clock, Device, Fault, Link, Plan, Told, Way};

/// A station with a button, and a count of what it was told.
struct Station {
    asleep: bool,
    pilot: Amps,
    saved: Amps,
    presses: u32,
    saves: u32,
}

impl Handler for Station {
    fn press_button(&mut self, _: PressButton) -> Result<(), Rejected> {
        self.presses += 1;
        self.asleep = !self.asleep;
        Ok(())
    }

    fn save_current(&mut self, command: SaveCurrent) -> Result<commands::CurrentSet, Rejected> {
        self.saves += 1;
        self.saved = command.amps.min(Amps(32));
        self.pilot = self.saved;
        let accepted = self.saved == command.amps;
        Ok(commands::CurrentSet { amps: Some(self.saved), accepted })
    }

    fn set_current(&mut self, command: SetCurrent) -> Result<commands::CurrentSet, Rejected> {
        self.pilot = command.amps.min(self.saved);
        let accepted = self.pilot == command.amps;
        Ok(commands::CurrentSet { amps: Some(self.pilot), accepted })
    }

    fn get_current_range(
        &mut self,
        _: commands::GetCurrentRange,
    ) -> Result<commands::CurrentRange, Rejected> {
        Ok(commands::CurrentRange {
            min: Amps(6),
            hardware_max: Amps(32),
            pilot: Some(self.pilot),
            saved_max: Some(self.saved),
        })
    }

    fn get_state(&mut self, _: GetState) -> Result<commands::State, Rejected> {
        Ok(commands::State {
            evse: if self.asleep { EvseState::Sleeping } else { EvseState::Connected },
            elapsed: Seconds(0),
            pilot: Some(PilotState::B),
            flags: Some(VFlags(0x0700)),
        })
    }

    fn get_settings(&mut self, _: commands::GetSettings) -> Result<commands::Settings, Rejected> {
        Ok(commands::Settings { amps: self.pilot, flags: SettingsFlags(0x0021) })
    }
}

type Line<F> = Link<Device<Station>, F>;

fn line<F: Plan>(clock: &Clock, plan: F) -> Line<F> {
    let station = Station { asleep: false, pilot: Amps(24), saved: Amps(24), presses: 0, saves: 0 };
    Link::new(clock, Device::new(station, Policy::default()), plan)
}

/// Loses the first `count` lines that begin so.
fn loses(way: Way, begin: &'static [u8], mut count: u32) -> impl Plan {
    move |at: Way, line: &[u8]| {
        let hit = at == way && line.starts_with(begin) && count > 0;
        count -= u32::from(hit);
        if hit { vec![Fault::Lose] } else { Vec::new() }
    }
}

#[test]
fn what_may_be_repeated_is_repeated() {
    let clock = Clock::new();
    let mut client = blocking::Client::<_>::new(line(&clock, loses(Way::ToPeer, b"$GS", 2)));
    assert_eq!(client.send_retrying(&GetState, 3).unwrap().evse, EvseState::Connected);
    assert!(clock.now() > 1_000_000, "two time-outs");

    let clock = Clock::new();
    let mut client = Client::<_>::new(line(&clock, loses(Way::ToPeer, b"$GS", 2)));
    let sleep = |ms: u32| clock.sleep(u64::from(ms) * 1000);
    let state = clock.run(client.send_retrying(&GetState, 3, sleep)).unwrap();
    assert_eq!(state.unwrap().evse, EvseState::Connected);
}

#[test]
fn a_damaged_line_is_sent_again_at_once() {
    let clock = Clock::new();
    let mut lines = 0;
    let damages = move |way: Way, _: &[u8]| {
        lines += u32::from(way == Way::ToPeer);
        let hit = way == Way::ToPeer && lines == 2;
        if hit { vec![Fault::Flip { place: 2, bits: 1 }] } else { Vec::new() }
    };
    let mut client = blocking::Client::<_>::new(line(&clock, damages));
    assert!(client.send(&GetState).is_ok());
    assert_eq!(client.send_retrying(&GetState, 2).unwrap().evse, EvseState::Connected);
    assert_eq!(client.stats().garbled, 1);
    assert!(clock.now() < 100_000, "no time-out: {}", clock.now());
}

#[test]
fn nothing_is_repeated_on_a_line_that_is_lost() {
    let mut client = blocking::Client::new(Told::default());
    let lost = Error::Transport(ErrorKind::ConnectionReset);
    assert_eq!(client.send_retrying(&GetState, 3), Err(lost));
    let sent = client.into_inner().written;
    assert_eq!(sent.split(|&byte| byte == b'\r').count(), 2, "one line and nothing behind it");
}

#[test]
fn attempts_come_to_an_end() {
    let clock = Clock::new();
    let mut client = blocking::Client::<_>::new(line(&clock, loses(Way::ToPeer, b"$GS", 9)));
    assert_eq!(client.send_retrying(&GetState, 3), Err(Error::Timeout));
    assert_eq!(clock.now(), 1_500_000);
    // What is refused is refused the second time as well.
    assert_eq!(client.send_retrying(&commands::GetEnergy, 3), Err(Error::Rejected));
}

#[test]
fn a_button_is_pressed_once_and_looked_after() {
    // The answer is lost, but the button was pressed: a second press would undo it.
    for (way, executed) in [(Way::ToClient, true), (Way::ToPeer, false)] {
        let begin: &[u8] = if executed { b"$OK :" } else { b"$F1" };
        let clock = Clock::new();
        let mut client = blocking::Client::<_>::new(line(&clock, loses(way, begin, 1)));
        let Confirmed { answer, executed: seen, now } = client.confirm(&PressButton, 3).unwrap();
        assert_eq!((answer, seen), (Err(Error::Timeout), executed));
        assert_eq!(now.evse == EvseState::Sleeping, executed);
        assert_eq!(client.into_inner().peer.handler.presses, u32::from(executed));

        let clock = Clock::new();
        let mut client = Client::<_>::new(line(&clock, loses(way, begin, 1)));
        let sleep = |ms: u32| clock.sleep(u64::from(ms) * 1000);
        let confirmed = clock.run(client.confirm(&PressButton, 3, sleep)).unwrap().unwrap();
        assert_eq!((confirmed.answer, confirmed.executed), (Err(Error::Timeout), executed));
        assert_eq!(client.into_inner().peer.handler.presses, u32::from(executed));
    }
}

#[test]
fn a_repeater_presses_no_button_twice() {
    let clock = Clock::new();
    let mut client = blocking::Client::<_>::new(line(&clock, loses(Way::ToClient, b"$OK :", 1)));
    assert_eq!(client.send_retrying(&PressButton, 5), Err(Error::Timeout));
    assert_eq!(client.into_inner().peer.handler.presses, 1);
}

#[test]
fn a_saved_current_is_read_back() {
    let clock = Clock::new();
    let mut client = blocking::Client::<_>::new(line(&clock, loses(Way::ToClient, b"$OK 16 :", 1)));
    let confirmed = client.confirm(&SaveCurrent { amps: Amps(16) }, 3).unwrap();
    assert!(confirmed.executed && confirmed.answer.is_err());
    // More than the hardware stands: it is clamped, and that is not what was asked for.
    let confirmed = client.confirm(&SaveCurrent { amps: Amps(80) }, 3).unwrap();
    assert_eq!((confirmed.executed, confirmed.now.saved_max), (false, Some(Amps(32))));
    assert!(confirmed.answer.is_ok_and(|set| !set.accepted));
    assert_eq!(client.into_inner().peer.handler.saves, 2);
}

#[test]
fn a_current_that_holds_until_the_next_restart_is_no_sign_that_it_was_saved() {
    let clock = Clock::new();
    let mut client = blocking::Client::<_>::new(line(&clock, loses(Way::ToPeer, b"$SC 16 :", 1)));
    assert!(client.confirm(&SetCurrent { amps: Amps(16) }, 3).unwrap().executed);
    let confirmed = client.confirm(&SaveCurrent { amps: Amps(16) }, 3).unwrap();
    assert_eq!((confirmed.executed, confirmed.now.saved_max), (false, Some(Amps(24))));
}
