//! `divert-feeder HOST:PORT [DAY.csv]`: feeds a day to the chip behind that port and decides beside it. Fails
//! at the first decision that is not the same, and compares the whole state at the end.
//!
//! Without a file the day is made from a seed, the same on each run. A file has the columns `t_s` and
//! `grid_ie_w_without_ev` or, where that is empty, `solar_w`.

mod car;
mod day;

use std::env;
use std::error::Error;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpStream;
use std::process::ExitCode;
use std::time::Duration;

use cortex_m_divert::{QUIT, SAVE, parse};
use rapi_divert::{Config, Divert, Preset, Wanted};

use car::Car;

/// The chip that is asked.
struct Chip {
    line: BufReader<TcpStream>,
}

impl Chip {
    fn at(address: &str) -> Result<Self, Box<dyn Error>> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(10)))?;
        Ok(Self { line: BufReader::new(stream) })
    }

    fn say(&mut self, line: &str) -> Result<(), Box<dyn Error>> {
        Ok(self.line.get_mut().write_all(format!("{line}\n").as_bytes())?)
    }

    fn ask(&mut self, line: &str) -> Result<String, Box<dyn Error>> {
        self.say(line)?;
        let mut answer = String::new();
        self.line.read_line(&mut answer)?;
        Ok(answer.trim_end().to_owned())
    }
}

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let (address, file) = match arguments.as_slice() {
        [address] => (address, None),
        [address, file] => (address, Some(file)),
        _ => {
            eprintln!("usage: divert-feeder HOST:PORT [DAY.csv]");
            return ExitCode::from(2);
        }
    };
    let day = match file {
        None => Ok(day::made()),
        Some(file) => day::recorded(file),
    };
    match day.and_then(|day| compare(address, &day)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("divert-feeder: {error}");
            ExitCode::FAILURE
        }
    }
}

fn compare(address: &str, day: &[day::Reading]) -> Result<(), Box<dyn Error>> {
    let mut chip = Chip::at(address)?;
    let mut divert = Divert::new(Config::preset(Preset::Balanced))?;
    let mut car = Car::default();
    let (mut starts, mut changes, mut charging) = (0, 0, 0);
    for reading in day {
        let line = car.measure(reading);
        let (now, measurement) = parse(&line).ok_or_else(|| format!("cannot read {line}"))?;
        let decision = divert.step(now, &measurement);
        let (here, there) = (format!("{decision:?}"), chip.ask(&line)?);
        if here != there {
            return Err(format!(
                "at {line}\n  the host decides {here}\n  the chip         {there}"
            )
            .into());
        }
        starts +=
            u32::from(decision.actions.iter().any(|action| action == rapi_divert::Action::Enable));
        changes += decision.actions.iter().count();
        charging += u32::from(decision.state == Wanted::Charge);
        car.obey(&decision);
    }
    let (here, there) = (format!("{:?}", divert.save()), chip.ask(SAVE)?);
    if here != there {
        return Err(format!("the state is not the same:\n  {here}\n  {there}").into());
    }
    // A day on which nothing is decided would prove nothing.
    if day.len() < 100 || charging == 0 || changes < 5 {
        return Err(format!("{} steps, {changes} actions: that is no day", day.len()).into());
    }
    chip.say(QUIT)?;
    println!(
        "{} decisions, {starts} starts, {changes} actions, {charging} steps with charging: the same, bit for bit",
        day.len()
    );
    Ok(())
}
