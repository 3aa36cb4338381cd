//! Watches the station: what it tells by itself, and what it is asked every so often.

mod screen;

use std::io::{self, IsTerminal as _};
use std::time::{Duration, Instant};

use rapi_core::Notification;
use serde_json::json;

use crate::cli::Common;
use crate::output;
use crate::problem::Problem;
use crate::station::{Silent, Station};
use crate::status::{self, Status};

/// What changes slowly is asked every so many rounds.
const SLOW_ROUNDS: u32 = 10;
/// How long a pressed key waits at most.
const PATIENCE: Duration = Duration::from_millis(100);

/// Where what is seen goes.
trait View {
    /// New values.
    fn values(&mut self, station: &Station, status: &Status) -> anyhow::Result<()>;
    /// The station has not answered for so long.
    fn silence(&mut self, time: Duration) -> anyhow::Result<()>;
    /// Something that the station said by itself.
    fn notification(&mut self, notification: &Notification) -> anyhow::Result<()>;
    /// Whether somebody wants to go.
    fn is_over(&mut self) -> anyhow::Result<bool>;
}

/// Watches until somebody stops it, or for so many rounds.
pub fn run(
    common: &Common,
    station: &mut Station,
    interval: u16,
    count: Option<u32>,
    plain: bool,
) -> Result<(), Problem> {
    let interval = Duration::from_secs(interval.into());
    if common.json {
        watch(station, interval, count, &mut Json)?;
    } else if plain || !io::stdout().is_terminal() {
        output::say(&status::title(station));
        watch(station, interval, count, &mut Lines)?;
    } else {
        watch(station, interval, count, &mut screen::Screen::open(status::title(station))?)?;
    }
    Ok(())
}

fn watch(
    station: &mut Station,
    interval: Duration,
    count: Option<u32>,
    view: &mut dyn View,
) -> anyhow::Result<()> {
    let mut status = Status::default();
    let mut round = 0;
    let mut silent = None;
    loop {
        let next = Instant::now() + interval;
        let mut asked = status.refresh(station);
        if asked.is_ok() && (round % SLOW_ROUNDS == 0 || silent.is_some()) {
            asked = status.complete(station);
        }
        match asked {
            Ok(()) => {
                silent = None;
                view.values(station, &status)?;
            }
            // It restarts, or somebody has switched it off: it may come back.
            Err(error) if error.is::<Silent>() => {
                let since = *silent.get_or_insert_with(Instant::now);
                view.silence(since.elapsed())?;
            }
            Err(error) => return Err(error),
        }
        // Also what was told while the last answers were waited for.
        while let Some(notification) = station.take_notification() {
            view.notification(&notification)?;
        }
        round += 1;
        if count.is_some_and(|count| round >= count) {
            return Ok(());
        }
        loop {
            if view.is_over()? {
                return Ok(());
            }
            let now = Instant::now();
            let Some(left) = next.checked_duration_since(now).filter(|left| !left.is_zero()) else {
                break;
            };
            let left = left.min(PATIENCE);
            match station.listen(left)? {
                Some(notification) => {
                    view.notification(&notification)?;
                    // What has changed is worth a look.
                    break;
                }
                // A gateway has nothing to tell and says so at once.
                None => std::thread::sleep(left.saturating_sub(now.elapsed())),
            }
        }
    }
}

fn time() -> String {
    jiff::Zoned::now().strftime("%H:%M:%S").to_string()
}

/// What a line has room for.
fn summary(status: &Status) -> String {
    let mut text = status.state.map_or("no state".to_owned(), |state| status::state_text(&state));
    if let Some(current) = status.current() {
        text.push_str(&format!(", {current}"));
    }
    if let Some(energy) = status.energy {
        text.push_str(&format!(", {:.2} kWh", f64::from(energy.session.0) / 3_600_000.0));
    }
    text
}

/// A line for each round and each notification.
struct Lines;

impl View for Lines {
    fn values(&mut self, _station: &Station, status: &Status) -> anyhow::Result<()> {
        output::say(&format!("{}  {}", time(), summary(status)));
        Ok(())
    }

    fn silence(&mut self, _time: Duration) -> anyhow::Result<()> {
        output::say(&format!("{}  no answer", time()));
        Ok(())
    }

    fn notification(&mut self, notification: &Notification) -> anyhow::Result<()> {
        output::say(&format!("{}  ${} {notification}", time(), notification.code()));
        Ok(())
    }

    fn is_over(&mut self) -> anyhow::Result<bool> {
        Ok(false)
    }
}

/// An object for each round and each notification, one a line.
struct Json;

impl View for Json {
    fn values(&mut self, _station: &Station, status: &Status) -> anyhow::Result<()> {
        let mut object = json!({ "time": jiff::Timestamp::now().to_string(), "kind": "status" });
        if let (Some(object), serde_json::Value::Object(values)) =
            (object.as_object_mut(), serde_json::to_value(status)?)
        {
            object.extend(values);
        }
        output::say(&object.to_string());
        Ok(())
    }

    fn silence(&mut self, time: Duration) -> anyhow::Result<()> {
        let now = jiff::Timestamp::now().to_string();
        let object = json!({ "time": now, "kind": "silence", "seconds": time.as_secs() });
        output::say(&object.to_string());
        Ok(())
    }

    fn notification(&mut self, notification: &Notification) -> anyhow::Result<()> {
        let mut object =
            json!({ "time": jiff::Timestamp::now().to_string(), "kind": "notification" });
        if let (Some(object), serde_json::Value::Object(values)) =
            (object.as_object_mut(), output::notification_json(notification))
        {
            object.extend(values);
        }
        output::say(&object.to_string());
        Ok(())
    }

    fn is_over(&mut self) -> anyhow::Result<bool> {
        Ok(false)
    }
}
