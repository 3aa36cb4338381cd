//! A device that speaks RAPI, over TCP: `cargo run -p rapi-server --example wallbox`, and in another
//! terminal `rapi --evse tcp://127.0.0.1:8023 status`.

use std::net::TcpListener;

use embedded_io_adapters::std::FromStd;
use rapi_server::blocking::Server;
use rapi_server::commands::{CurrentSet, Enable, GetSettings, GetState, GetVersion};
use rapi_server::commands::{SetCurrent, Settings, Sleep, State, Version};
use rapi_server::types::{Amps, EvseState, PilotState, Seconds, SettingsFlags, Text, VFlags};
use rapi_server::{Error, Handler, Notification, Policy, Rejected};

/// What stands behind it: this one only remembers what it was told.
struct Wallbox {
    offered: Amps,
    asleep: bool,
}

impl Wallbox {
    const fn state(&self) -> EvseState {
        if self.asleep { EvseState::Sleeping } else { EvseState::Connected }
    }

    const FLAGS: VFlags = VFlags(0x0500);
}

impl Handler for Wallbox {
    fn get_version(&mut self, _: GetVersion) -> Result<Version, Rejected> {
        let (firmware, protocol) = Text::new("1.0.0").zip(Text::new("5.2.1")).ok_or(Rejected)?;
        Ok(Version { firmware, protocol })
    }

    fn get_state(&mut self, _: GetState) -> Result<State, Rejected> {
        let (pilot, flags) = (Some(PilotState::B), Some(Self::FLAGS));
        Ok(State { evse: self.state(), elapsed: Seconds(0), pilot, flags })
    }

    fn get_settings(&mut self, _: GetSettings) -> Result<Settings, Rejected> {
        Ok(Settings { amps: self.offered, flags: SettingsFlags(0x0021) })
    }

    fn set_current(&mut self, command: SetCurrent) -> Result<CurrentSet, Rejected> {
        // 200 A arrive as 200 A.
        self.offered = command.amps.clamp(Amps(6), Amps(32));
        println!("offers {}", self.offered);
        Ok(CurrentSet { amps: Some(self.offered), accepted: self.offered == command.amps })
    }

    fn sleep(&mut self, _: Sleep) -> Result<(), Rejected> {
        self.asleep = true;
        Ok(())
    }

    fn enable(&mut self, _: Enable) -> Result<(), Rejected> {
        self.asleep = false;
        Ok(())
    }
}

fn main() -> Result<(), Box<dyn core::error::Error>> {
    let listener = TcpListener::bind("127.0.0.1:8023")?;
    println!("listens on {}", listener.local_addr()?);
    let mut wallbox = Wallbox { offered: Amps(16), asleep: false };
    loop {
        let (stream, client) = listener.accept()?;
        println!("{client} is here");
        // A reply is one small packet: it must not wait for more.
        stream.set_nodelay(true)?;
        let mut server = Server::new(FromStd::new(stream), Policy::default());
        let gone = loop {
            let before = wallbox.state();
            let mut outcome = server.serve(&mut wallbox);
            // Behind the answer to the command that caused it.
            if outcome.is_ok() && wallbox.state() != before {
                let (evse, amps, flags) = (wallbox.state(), wallbox.offered, Wallbox::FLAGS);
                outcome = server.notify(&Notification::Transition {
                    evse,
                    pilot: PilotState::B,
                    amps,
                    flags,
                });
            }
            if let Err(error) = outcome {
                break error;
            }
        };
        match gone {
            Error::Closed => println!("{client} has gone"),
            error => println!("{client}: {error}"),
        }
    }
}
