//! Whatever somebody publishes to the MQTT bridge: at most one command results, which the configuration
//! allows and whose arguments are in their ranges, or an order that leads to nothing else than a current
//! within the station's limits, a start or a stop.
//!
//! Input: what is allowed (bits 0 to 3: read, display, control, setting; 4: the message is retained; 5:
//! retained commands are wanted; 7: the topic is a whole one), the row of the table that is allowed besides
//! and the one that is denied (0: none, 128 and more: that of the message), the topic up to a line feed, the payload.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rapi_bridge::config::{Rapi, Station};
use rapi_bridge::control::{self, Control, Order};
use rapi_bridge::feeds::Kind;
use rapi_bridge::inbox::{self, Message};
use rapi_bridge::rapi::Request;
use rapi_bridge::status::Snapshot;
use rapi_core::commands::{CurrentRange, Settings, State};
use rapi_core::types::{Amps, EvseState, Seconds, SettingsFlags};
use rapi_core::{AnyCommand, COMMANDS, Class, CommandInfo, Dialect, Frame, Sender};
use rapi_fuzz::{Input, out_of_range};

const BASE: &str = "home/evse";
const CLASSES: [Class; 4] = [Class::Read, Class::Display, Class::Control, Class::Setting];
/// What the station may offer at most.
const LIMIT: u8 = 32;

fuzz_target!(|bytes: &[u8]| {
    let mut input = Input::new(bytes);
    let (bits, named, denied) = (input.u8(), input.u8(), input.u8());
    let message = input.rest();
    let [named, denied] = [named, denied].map(|number| row(number, message));
    let bit = |number: usize| bits & 1 << number != 0;
    let rows = |row: Option<&CommandInfo>| row.map(|row| row.usage.parse().unwrap());
    let (retained, wanted) = (bit(4), bit(5));
    let allow = CLASSES.into_iter().enumerate().filter(|(number, _)| bit(*number));
    let config = Rapi {
        allow: allow.map(|(_, class)| class).collect(),
        allow_commands: rows(named).into_iter().collect(),
        deny_commands: rows(denied).into_iter().collect(),
        retained: wanted,
        ..Rapi::default()
    };
    let end = message.iter().position(|&byte| byte == b'\n').unwrap_or(message.len());
    // A broker lets UTF-8 through, and nothing else.
    let Ok(topic) = str::from_utf8(&message[..end]) else { return };
    let payload = message.get(end + 1..).unwrap_or_default();
    let topic = if !bit(7) { format!("{BASE}/{topic}") } else { topic.to_owned() };

    match inbox::read(&config, BASE, &topic, payload, retained) {
        None => {}
        Some(Message::Owner) => assert_eq!(topic, format!("{BASE}/owner")),
        Some(Message::Command(command)) => {
            assert!(!retained || wanted, "an old command is carried out");
            assert!(topic.ends_with(command.given));
            match command.request {
                Err(refusal) => assert!(!refusal.to_string().is_empty()),
                Ok(request) => {
                    let info = request.command.info();
                    let same = |row: Option<&CommandInfo>| row.is_some_and(|r| r.name == info.name);
                    assert!(!same(denied), "{} is denied", info.usage);
                    assert!(
                        config.allow.contains(&info.class) || same(named),
                        "{} is not allowed",
                        info.usage
                    );
                    assert!(info.class != Class::Debug || same(named));
                    one_line(&request);
                }
            }
        }
        Some(Message::Order(order)) => {
            assert!(!retained, "an old order is obeyed");
            if let Some(Ok(order)) = control::parse(order, payload) {
                obey(order);
            }
        }
    }
});

/// The row of this number, or that of the message itself.
fn row(number: u8, message: &[u8]) -> Option<&'static CommandInfo> {
    if number >= 128 {
        let said = |row: &CommandInfo| message.windows(2).any(|two| two == row.code.to_bytes());
        return COMMANDS.iter().copied().find(|row| said(row));
    }
    COMMANDS.get(usize::from(number).checked_sub(1)?).copied()
}

/// One line, of one command, and of the one that was understood.
fn one_line(request: &Request) {
    let command = request.command;
    assert_eq!(out_of_range(&command), None, "{command:?}");
    let mut line = [0; 64];
    let len = command.encode(None, Dialect::V3, &mut line).expect("it was checked");
    let Some((b'\r', line)) = line[..len].split_last() else { panic!("{command:?} has no end") };
    assert!(line.starts_with(b"$") && line.iter().all(|byte| (b' '..=b'~').contains(byte)));
    assert_eq!(line.iter().filter(|&&byte| byte == b'$').count(), 1, "{command:?}");
    let frame = Frame::parse(line, Sender::Client).expect("a frame");
    assert_eq!(AnyCommand::try_from(&frame), Ok(command));
}

/// What a station in each state is told after an order, when nothing else is known.
fn obey(order: Order) {
    if let Order::Config(keys) = order {
        if let Ok(station) = Station::default().changed(keys) {
            assert!((6..=80).contains(&station.max_current));
            assert!((6..=station.max_current).contains(&station.min_current));
            assert!([1, 3].contains(&station.phases) && station.meter_scale.is_normal());
        }
        return;
    }
    let mut control = Control::new(&Station::default());
    control.knows(vec![Kind::BatteryLevel, Kind::BatteryRange]);
    if control.obey(order).is_err() {
        return;
    }
    for evse in [1, 2, 3, 254, 255].map(EvseState::from_code) {
        let snapshot = Snapshot {
            state: Some(State { evse, elapsed: Seconds(0), pilot: None, flags: None }),
            settings: Some(Settings { amps: Amps(24), flags: SettingsFlags(0) }),
            range: Some(CurrentRange {
                min: Amps(6),
                hardware_max: Amps(80),
                pilot: None,
                saved_max: Some(Amps(LIMIT)),
            }),
            ..Snapshot::default()
        };
        let commands = control.clone().step(0, 0, &snapshot, None, false);
        assert!(commands.len() <= 2);
        for command in commands {
            match command {
                AnyCommand::SetCurrent(set) => assert!((6..=LIMIT).contains(&set.amps.0)),
                AnyCommand::Enable(_) | AnyCommand::Sleep(_) => {}
                other => panic!("{other:?} was never asked for"),
            }
        }
    }
}
