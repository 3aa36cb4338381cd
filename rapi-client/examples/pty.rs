//! A device and a client in two threads, with a pseudo-terminal between them: how to try a program
//! that insists on a serial port.

use core::time::Duration;
use std::io;
use std::thread;

use embedded_io_adapters::std::FromStd;
use rapi_client::blocking::Client;
use rapi_client::commands::{GetSettings, SetCurrent, Settings};
use rapi_client::types::{Amps, SettingsFlags};
use rapi_server::commands::CurrentSet;
use rapi_server::{Handler, Policy, Rejected, blocking::Server};
use serial2::SerialPort;

struct Device {
    amps: Amps,
}

impl Handler for Device {
    fn get_settings(&mut self, _: GetSettings) -> Result<Settings, Rejected> {
        Ok(Settings { amps: self.amps, flags: SettingsFlags(0x0021) })
    }

    fn set_current(&mut self, command: SetCurrent) -> Result<CurrentSet, Rejected> {
        self.amps = command.amps.min(Amps(32));
        Ok(CurrentSet { amps: Some(self.amps), accepted: self.amps == command.amps })
    }
}

fn main() -> Result<(), Box<dyn core::error::Error>> {
    let (mut near, far) = SerialPort::pair()?;
    thread::spawn(move || {
        let mut server = Server::new(FromStd::new(far), Policy::default());
        let mut device = Device { amps: Amps(24) };
        loop {
            match server.serve(&mut device) {
                Err(rapi_server::Error::Transport(error))
                    if error.kind() == io::ErrorKind::TimedOut => {}
                Err(_gone) => return,
                Ok(()) => {}
            }
        }
    });
    near.set_read_timeout(Duration::from_millis(500))?;
    let mut client = Client::new(FromStd::new(near));

    println!("it offers {}", client.send(&GetSettings)?.amps);
    for amps in [Amps(16), Amps(48)] {
        let set = client.send(&SetCurrent { amps })?;
        println!("asked for {amps}, got {}", set.amps.unwrap_or(amps));
    }
    Ok(())
}
