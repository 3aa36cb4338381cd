//! Solar divert on a Cortex-M3: a day comes in over UART 0, line by line, and the decisions go out.
#![no_std]
#![no_main]

use core::fmt::{self, Write as _};

use board::uart::Uart;
use cortex_m_divert::{MAX_LINE, QUIT, SAVE, parse};
use cortex_m_rt::entry;
use cortex_m_semihosting::hprintln;
use heapless::Vec;
use rapi_divert::{Config, Divert, Preset};

const CONFIG: Config = Config::preset(Preset::Balanced);

struct Console(Uart);

impl fmt::Write for Console {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for &byte in text.as_bytes() {
            while !self.0.give(byte) {}
        }
        Ok(())
    }
}

#[entry]
fn main() -> ! {
    let Ok(mut divert) = Divert::new(CONFIG) else { board::exit(false) };
    hprintln!("the rule takes {} bytes", size_of::<Divert>());
    let mut console = Console(Uart::new(0));
    let mut line = Vec::<u8, MAX_LINE>::new();
    let mut steps = 0_u32;
    loop {
        // No `wfi`: a millisecond for each byte would make the day long.
        let Some(byte) = console.0.take() else { continue };
        if byte != b'\n' {
            // One that is too long cannot be read, and is said to be so.
            let _ = line.push(byte);
            continue;
        }
        let text = core::str::from_utf8(&line).unwrap_or_default();
        let said = match text {
            QUIT => {
                hprintln!("{} steps", steps);
                board::exit(true)
            }
            SAVE => writeln!(console, "{:?}", divert.save()),
            text => match parse(text) {
                Some((now, measurement)) => {
                    steps += 1;
                    writeln!(console, "{:?}", divert.step(now, &measurement))
                }
                None => writeln!(console, "what?"),
            },
        };
        if said.is_err() {
            board::exit(false);
        }
        line.clear();
    }
}
