//! A weekly plan of starts and stops, as gateways 5.x have it.

use serde::{Deserialize, Serialize};

use super::{Run, Wish};

const DAYS: [&str; 7] =
    ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
const DAY_S: u32 = 86_400;
const MOST: usize = 50;

/// From this moment on the car may charge, or not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// What it is called.
    pub id: u32,
    /// Whether the car may charge.
    pub state: Run,
    /// `hh:mm` or `hh:mm:ss`, local time.
    pub time: String,
    /// `monday` to `sunday`.
    pub days: Vec<String>,
}

impl Event {
    /// The seconds of the week at which it happens.
    fn moments(&self) -> Result<Vec<u32>, String> {
        let wrong = || format!("{:?} is no time of day: 23:05 or 23:05:00", self.time);
        let time: jiff::civil::Time = self.time.parse().map_err(|_| wrong())?;
        let part = |value: i8| u32::try_from(value).unwrap_or(0);
        let second = part(time.hour()) * 3600 + part(time.minute()) * 60 + part(time.second());
        let day = |name: &String| {
            let day = DAYS.iter().position(|day| day == name);
            let day = day.ok_or_else(|| format!("{name:?} is none of {}", DAYS.join(", ")))?;
            Ok(u32::try_from(day).unwrap_or(0) * DAY_S + second)
        };
        self.days.iter().map(day).collect()
    }
}

/// The plan.
#[derive(Clone, Debug, Default)]
pub struct Schedule(Vec<Event>);

impl Schedule {
    /// Adds events, or replaces those with the same id.
    ///
    /// # Errors
    ///
    /// What is wrong with them, in words; nothing is changed then.
    pub fn set(&mut self, events: Vec<Event>) -> Result<(), String> {
        let mut all = self.0.clone();
        for mut event in events {
            if event.moments()?.is_empty() {
                return Err(format!("event {} has no day", event.id));
            }
            // A day that is named a thousand times is looked at once.
            let mut days = DAYS.map(str::to_owned).to_vec();
            days.retain(|day| event.days.contains(day));
            event.days = days;
            all.retain(|other| other.id != event.id);
            all.push(event);
        }
        if all.len() > MOST {
            return Err(format!("a schedule has at most {MOST} events"));
        }
        self.0 = all;
        Ok(())
    }

    /// Removes an event.
    ///
    /// # Errors
    ///
    /// There is none with this id.
    pub fn clear(&mut self, id: u32) -> Result<(), String> {
        let before = self.0.len();
        self.0.retain(|event| event.id != id);
        if self.0.len() == before { Err(format!("there is no event {id}")) } else { Ok(()) }
    }

    /// All events.
    #[must_use]
    pub fn events(&self) -> &[Event] {
        &self.0
    }

    /// What the event that happened last says. `now` counts seconds since Monday, local time.
    #[must_use]
    pub fn wish(&self, now: u32) -> Option<Wish> {
        const WEEK_S: u32 = 7 * DAY_S;
        let ago = |moment: u32| (now + WEEK_S - moment) % WEEK_S;
        let moments = self.0.iter().flat_map(|event| {
            event.moments().unwrap_or_default().into_iter().map(|moment| (ago(moment), event.state))
        });
        let (_, run) = moments.min_by_key(|(ago, _)| *ago)?;
        Some(Wish { run: Some(run), ..Wish::default() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_event_that_happened_last_counts_over_the_end_of_the_week() {
        let event = |id, state, time: &str, days: &[&str]| Event {
            id,
            state,
            time: time.to_owned(),
            days: days.iter().map(|day| (*day).to_owned()).collect(),
        };
        let mut schedule = Schedule::default();
        assert_eq!(schedule.wish(0), None);
        let nights = event(1, Run::Active, "22:00", &DAYS[..5]);
        schedule.set(vec![nights, event(2, Run::Disabled, "06:30:30", &DAYS[..5])]).unwrap();
        let run = |day: u32, hour: u32, minute: u32| {
            schedule.wish(day * DAY_S + hour * 3600 + minute * 60).unwrap().run.unwrap()
        };
        assert_eq!(run(0, 6, 30), Run::Active, "Sunday belongs to Friday's night");
        assert_eq!(run(0, 6, 31), Run::Disabled);
        assert_eq!(run(1, 21, 59), Run::Disabled);
        assert_eq!(run(1, 22, 0), Run::Active);
        assert_eq!(run(6, 12, 0), Run::Active);
        for wrong in [
            event(3, Run::Active, "25:00", &["monday"]),
            event(3, Run::Active, "12:00", &["Montag"]),
            event(3, Run::Active, "12:00", &[]),
        ] {
            assert!(schedule.set(vec![wrong]).is_err());
        }
        assert_eq!(schedule.events().len(), 2);
        schedule.set(vec![event(2, Run::Disabled, "06:30:30", &["sunday"; 1000])]).unwrap();
        assert_eq!(schedule.events()[1].days, ["sunday"]);
        assert!(schedule.clear(1).is_ok() && schedule.clear(1).is_err());
    }
}
