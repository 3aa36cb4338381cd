//! Eco without a reading of its meter: whatever happens at the station, it is offered nothing but the
//! least current.

use proptest::prelude::*;
use rapi_bridge::config::Station;
use rapi_bridge::control::Control;
use rapi_bridge::eco::{Eco, Meter};
use rapi_bridge::feeds::Readings;
use rapi_bridge::rapi::text;
use rapi_bridge::status::Snapshot;
use rapi_core::AnyCommand;
use rapi_core::commands::{CurrentRange, Settings, State};
use rapi_core::types::{Amps, EvseState, Seconds, SettingsFlags, VFlags};
use rapi_divert::Mode;

const LEAST: u8 = 6;
const CAR: u16 = 0x0100;
const LOCKED: u16 = 0x4000;

/// What can happen at a station, and to the bridge.
#[derive(Clone, Debug)]
enum Event {
    /// The station gets into this state, by its button, its car or a fault.
    State(u8, bool),
    /// The controller starts, and boots locked.
    Boot,
    /// Somebody saves another maximum, which the bridge has not asked for yet.
    Save(u8),
    /// The bridge has asked for it.
    Range,
    /// Somebody chooses a divert mode.
    Mode(bool),
    /// Seconds pass.
    Wait(u16),
}

fn event() -> impl Strategy<Value = Event> {
    let state = prop::sample::select(vec![1, 2, 3, 6, 254, 255]);
    prop_oneof![
        3 => (state, any::<bool>()).prop_map(|(state, car)| Event::State(state, car)),
        1 => Just(Event::Boot),
        2 => (6..=48_u8).prop_map(Event::Save),
        1 => Just(Event::Range),
        1 => any::<bool>().prop_map(Event::Mode),
        4 => (1..400_u16).prop_map(Event::Wait),
    ]
}

struct Bridge {
    control: Control,
    eco: Eco,
    station: Snapshot,
    saved: u8,
    now_ms: u64,
}

impl Bridge {
    fn new() -> Self {
        let station = Snapshot {
            state: Some(State {
                evse: EvseState::NotConnected,
                elapsed: Seconds(0),
                pilot: None,
                flags: Some(VFlags(0)),
            }),
            settings: Some(Settings { amps: Amps(24), flags: SettingsFlags(0) }),
            range: Some(CurrentRange {
                min: Amps(LEAST),
                hardware_max: Amps(80),
                pilot: None,
                saved_max: Some(Amps(24)),
            }),
            ..Snapshot::default()
        };
        let config = rapi_divert::Config::default();
        Self {
            control: Control::new(&Station::default()),
            eco: Eco::new(Some(Meter::Grid), Mode::Eco, config, None).unwrap(),
            station,
            saved: 24,
            now_ms: 0,
        }
    }

    fn set_state(&mut self, evse: EvseState, flags: u16) {
        let state = self.station.state.unwrap();
        self.station.state = Some(State { evse, flags: Some(VFlags(flags)), ..state });
    }

    fn happens(&mut self, event: &Event) {
        match *event {
            Event::State(code, car) => {
                let car = car || matches!(code, 2 | 3);
                self.set_state(EvseState::from_code(code), if car { CAR } else { 0 });
            }
            Event::Boot => {
                self.set_state(EvseState::Starting, LOCKED);
                self.station.settings.as_mut().unwrap().amps = Amps(self.saved);
                self.eco.restarted();
                self.control.restarted();
            }
            Event::Save(amps) => {
                self.saved = amps;
                self.station.settings.as_mut().unwrap().amps = Amps(amps);
            }
            Event::Range => {
                self.station.range.as_mut().unwrap().saved_max = Some(Amps(self.saved));
            }
            Event::Mode(eco) => {
                self.eco.set_mode(if eco { b"2" } else { b"1" }).unwrap();
                self.control.mode_chosen();
            }
            Event::Wait(_) => {}
        }
    }

    /// Decides, and lets the station obey.
    fn decide(&mut self) -> Vec<AnyCommand> {
        let above = self.control.above_divert();
        let (now_ms, station) = (self.now_ms, self.station);
        let (divert, share) = self.eco.decide(now_ms, &station, &Readings::NONE, &above);
        self.control.share(share);
        let hold = self.eco.mode() == Mode::Eco;
        let commands = self.control.step(now_ms, 0, &station, divert, hold);
        let car = self.station.vehicle();
        for command in &commands {
            let flags = if car { CAR } else { 0 };
            let awake = if car { EvseState::Charging } else { EvseState::NotConnected };
            match command {
                AnyCommand::SetCurrent(set) => {
                    self.station.settings.as_mut().unwrap().amps = set.amps;
                }
                AnyCommand::Sleep(_) => self.set_state(EvseState::Sleeping, flags),
                AnyCommand::Enable(_) | AnyCommand::ClearBootLock(_) => {
                    self.set_state(awake, flags);
                }
                other => panic!("{} is not expected", text(other)),
            }
        }
        commands
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn eco_without_a_reading_offers_the_least_current_and_starts_nothing(
        events in prop::collection::vec(event(), 1..40),
    ) {
        let mut bridge = Bridge::new();
        for event in &events {
            bridge.happens(event);
            let seconds = if let Event::Wait(seconds) = event { *seconds } else { 1 };
            for _ in 0..seconds {
                bridge.now_ms += 1000;
                for command in bridge.decide() {
                    if bridge.eco.mode() == Mode::Normal {
                        continue;
                    }
                    let fits = match command {
                        AnyCommand::SetCurrent(set) => set.amps == Amps(LEAST),
                        AnyCommand::Enable(_) => false,
                        _ => true,
                    };
                    prop_assert!(fits, "{} after {event:?}", text(&command));
                }
            }
        }
    }
}
