//! Who gets their way with the station, and what has to be sent for it. No I/O in here.
//!
//! | priority | who | |
//! |---|---|---|
//! | 5000 | the house connection | [`House`]: never more than the fuses stand |
//! | 4500 | a contactor | [`Contactor`]: nothing until it shows the phases that are wanted |
//! | 4000 | the other stations | [`Share`](crate::share::Share): what they leave of one connection |
//! | 1100 | a session limit | [`Limits`]: outranks a person's start |
//! | 1000 | a person | `override/set`, `current/set`, `enable/set`, or a RAPI command over MQTT |
//! | 500 | another program | `claim/set` |
//! | 100 | the schedule | `schedule/set` |
//! | 50 | divert | in Eco |
//!
//! Whether to charge, and with how much, is each decided by the highest that says something about
//! it; of all the caps the smallest counts. When nobody wants anything, the station is as it would
//! be without the bridge.

mod contactor;
mod document;
mod house;
mod limits;
mod order;
mod peak;
mod saved;
mod schedule;
mod steer;
mod wishes;

use rapi_core::AnyCommand;

use crate::config::Station;
use crate::feeds::{self, Readings};
use crate::names;
use crate::status::Snapshot;

pub use contactor::Contactor;
pub use document::DOCUMENTS;
pub use house::{Connection, House};
pub use limits::{Kind, Limit, Limits};
pub use order::{Change, Device, Order, TOPICS, parse};
pub use saved::Saved;
pub use schedule::{Event, Schedule};
pub use steer::{Done, Steer};
pub use wishes::{Run, Source, Target, Wish, Wishes};

/// All that has a say, and what follows from it.
#[derive(Clone, Debug)]
pub struct Control {
    wishes: Wishes,
    limits: Limits,
    schedule: Schedule,
    house: Option<House>,
    contactor: Option<Contactor>,
    /// So many are wanted.
    phases: u8,
    steer: Steer,
    vehicle: bool,
    /// What other topics say.
    readings: Readings,
    /// Which of them there can be.
    known: Vec<feeds::Kind>,
}

impl Control {
    /// As the configuration has it; nobody wants anything yet.
    #[must_use]
    pub fn new(station: &Station) -> Self {
        let connection = Connection::new(station);
        let contactor = !station.phases_actual.is_empty();
        Self {
            wishes: Wishes::default(),
            limits: Limits::new(station.limit_minutes, station.limit_wh),
            schedule: Schedule::default(),
            house: connection.is_limited().then(|| House::new(connection)),
            contactor: contactor.then(Contactor::default),
            phases: station.phases,
            steer: Steer::default(),
            vehicle: false,
            readings: Readings::NONE,
            known: Vec::new(),
        }
    }

    /// What has to outlive the bridge.
    #[must_use]
    pub fn save(&self) -> Saved {
        Saved {
            person: self.wishes.get(Source::Override),
            claims: self.wishes.claims().clone(),
            limit: self.limits.limit(),
            schedule: self.schedule.events().to_vec(),
            vehicle: self.vehicle,
            done: self.steer.done(),
        }
    }

    /// Goes on where an earlier bridge has ended.
    ///
    /// # Errors
    ///
    /// What of it makes no sense and is left out, in words.
    pub fn restore(&mut self, saved: Saved) -> Result<(), String> {
        self.wishes.set(Source::Override, saved.person);
        for (client, wish) in saved.claims.into_iter().take(MOST_CLAIMS) {
            self.wishes.claim(client, Some(wish));
        }
        self.vehicle = saved.vehicle;
        self.limits.restore(saved.vehicle);
        self.steer.restore(saved.done);
        let limit = self.limits.set(saved.limit);
        self.schedule.set(saved.schedule).and(limit)
    }

    /// Other settings; what is wished stays.
    pub fn configure(&mut self, station: &Station) {
        self.limits.configure(station.limit_minutes, station.limit_wh);
        if let Some(house) = &mut self.house {
            house.configure(Connection::new(station));
        }
    }

    /// The controller has forgotten everything.
    pub fn restarted(&mut self) {
        self.steer.restarted();
    }

    /// Says which feeds of the vehicle there are.
    pub fn knows(&mut self, kinds: Vec<feeds::Kind>) {
        self.known = kinds;
    }

    /// Takes what other topics say at this moment.
    pub fn read(&mut self, readings: Readings) {
        self.readings = readings;
        if let (Some(phases), Some(house)) = (self.phases_shown(), &mut self.house) {
            house.set_phases(phases);
        }
    }

    /// Takes a reading of the whole house: its watts, or the milliamps of a phase. `week_second` counts from
    /// Monday, local time.
    pub fn house(&mut self, kind: feeds::Kind, value: i32, now_ms: u64, week_second: u32) {
        let Some(house) = &mut self.house else { return };
        if kind == feeds::Kind::LivePower {
            house.read(value, now_ms, week_second);
        } else if let Some(phase) = feeds::Kind::LIVE_CURRENTS.iter().position(|of| *of == kind) {
            house.read_current(phase, value, now_ms);
        }
    }

    /// The car is to charge on so many phases, if a contactor can switch them.
    pub const fn want_phases(&mut self, phases: u8) {
        self.phases = phases;
    }

    /// The phases that a contactor shows, if there is one and that is known.
    #[must_use]
    pub fn phases_shown(&self) -> Option<u8> {
        let shown =
            self.readings.get(feeds::Kind::PhasesActual).filter(|_| self.contactor.is_some());
        shown.and_then(|shown| u8::try_from(shown).ok()).filter(|shown| [1, 3].contains(shown))
    }

    /// The contactor, if there is one.
    #[must_use]
    pub const fn contactor(&self) -> Option<&Contactor> {
        self.contactor.as_ref()
    }

    /// What comes out of all wishes.
    #[must_use]
    pub fn target(&self) -> Target {
        self.wishes.target()
    }

    /// What everybody above divert wants.
    #[must_use]
    pub fn above_divert(&self) -> Wish {
        self.wishes.above_divert()
    }

    /// What the other stations of the connection leave.
    pub fn share(&mut self, wish: Option<Wish>) {
        self.wishes.set(Source::Share, wish);
    }

    /// Whether a person has a wish.
    #[must_use]
    pub fn manual_override(&self) -> bool {
        self.wishes.get(Source::Override).is_some()
    }

    /// What there is to tell about the house connection.
    #[must_use]
    pub fn shaper(&self) -> Option<names::Shaper> {
        self.house.as_ref().map(House::facts)
    }

    /// What has to be sent now. `week_second` counts from Monday, local time; `divert` is what divert
    /// wants, `hold` says that it is in charge even if it wants nothing.
    pub fn step(
        &mut self,
        now_ms: u64,
        week_second: u32,
        snapshot: &Snapshot,
        divert: Option<Wish>,
        hold: bool,
    ) -> Vec<AnyCommand> {
        if snapshot.tells_vehicle() {
            let vehicle = snapshot.vehicle();
            if core::mem::replace(&mut self.vehicle, vehicle) && !vehicle {
                self.wishes.car_has_left();
            }
        }
        self.wishes.set(Source::Divert, divert);
        self.wishes.set(Source::Schedule, self.schedule.wish(week_second));
        self.wishes.set(Source::Limit, self.limits.step(snapshot, &self.readings));
        let (phases, shown) = (self.phases, self.phases_shown());
        let contactor = self.contactor.as_mut();
        let contactor = contactor.and_then(|it| it.step(now_ms, phases, shown, snapshot));
        self.wishes.set(Source::Contactor, contactor);
        let house = self.house.as_mut().map(|house| house.step(now_ms, snapshot));
        self.wishes.set(Source::House, house);
        self.steer.step(now_ms, snapshot, &self.wishes.target(), hold)
    }

    /// What was sent has not arrived.
    pub fn not_sent(&mut self) {
        self.steer.not_sent();
    }

    /// A person has sent a command over MQTT, and the station has obeyed: what the bridge wants now
    /// must not undo it.
    pub fn heard(&mut self, command: &AnyCommand) {
        let target = self.target();
        let change = match (command, target.run) {
            (AnyCommand::SetCurrent(set), _) => Change::current(Some(set.amps.0)),
            (AnyCommand::SaveCurrent(set), _) => Change::current(Some(set.amps.0)),
            (AnyCommand::Sleep(_) | AnyCommand::Disable(_), Some((Run::Active, _))) => {
                Change::run(Some(Run::Disabled))
            }
            // It ends the person's own stop ...
            (AnyCommand::Enable(_), Some((Run::Disabled, Source::Override))) => Change::run(None),
            // ... or wants to charge all the same.
            (AnyCommand::Enable(_), Some((Run::Disabled, _))) => Change::run(Some(Run::Active)),
            _ => return,
        };
        if target != Target::default() {
            let before = self.wishes.get(Source::Override);
            self.wishes.set(Source::Override, Some(change.over(before)));
        }
    }

    /// A person has chosen a divert mode: a current from before is not wanted any more.
    pub fn mode_chosen(&mut self) {
        let before = self.wishes.get(Source::Override);
        if before.is_some() {
            let wish = Change::current(None).over(before);
            self.wishes.set(Source::Override, Some(wish));
        }
    }

    /// Obeys an order, but for [`Order::Config`] and [`Order::Restart`], which are not its business.
    ///
    /// # Errors
    ///
    /// What is wrong with it, in words.
    pub fn obey(&mut self, order: Order) -> Result<String, String> {
        let (source, name, change) = match order {
            Order::Override(change) => (Source::Override, "override", change),
            Order::Claim(client, change) => {
                let before = self.wishes.claims().get(&client).copied();
                if before.is_none() && self.wishes.claims().len() >= MOST_CLAIMS {
                    return Err(format!("more than {MOST_CLAIMS} programs have claims"));
                }
                self.wishes.claim(client, change.map(|change| change.over(before)));
                return Ok(format!("claim {}", self.document("claim").unwrap_or_default()));
            }
            Order::Toggle => {
                let active = self.target().run.is_none_or(|(run, _)| run == Run::Active);
                let run = if active { Run::Disabled } else { Run::Active };
                (Source::Override, "override", Some(Change::run(Some(run))))
            }
            Order::Shaper(active) => {
                let house = self.house.as_mut();
                let house = house
                    .ok_or("there is no house connection to limit: live_power, live_current")?;
                house.set_active(active);
                return Ok(format!("shaper {}", if active { "on" } else { "off" }));
            }
            Order::Limit(limit) => {
                let needs = match limit.map(|limit| limit.kind) {
                    Some(Kind::Soc) => Some((feeds::Kind::BatteryLevel, "vehicle_soc")),
                    Some(Kind::Range) => Some((feeds::Kind::BatteryRange, "vehicle_range")),
                    _ => None,
                };
                if let Some((kind, key)) = needs
                    && !self.known.contains(&kind)
                {
                    return Err(format!(
                        "the bridge does not know the vehicle's battery: set {key} in its \
                         configuration, or limit time or energy"
                    ));
                }
                self.limits.set(limit)?;
                return Ok(format!("limit {}", self.document("limit").unwrap_or_default()));
            }
            Order::Schedule(events) => {
                let count = events.len();
                self.schedule.set(events)?;
                return Ok(format!("{count} events"));
            }
            Order::Unschedule(id) => {
                self.schedule.clear(id)?;
                return Ok(format!("event {id} cleared"));
            }
            Order::Config(_) | Order::Restart(_) => return Err("not here".to_owned()),
        };
        let wish = change.map(|change| change.over(self.wishes.get(source)));
        self.wishes.set(source, wish);
        Ok(format!("{name} {}", self.document(name).unwrap_or_default()))
    }
}

/// So many programs may have a claim.
const MOST_CLAIMS: usize = 50;

#[cfg(test)]
mod tests {
    use super::*;
    use rapi_core::commands::{Enable, SetCurrent, Sleep};
    use rapi_core::types::Amps;

    #[test]
    fn what_a_person_sends_is_not_undone_by_who_wanted_something_else() {
        let mut control = Control::new(&Station::default());
        let set = AnyCommand::SetCurrent(SetCurrent { amps: Amps(16) });
        // Nobody wants anything: the command itself is enough.
        control.heard(&set);
        assert_eq!(control.target(), Target::default());
        let sun = Wish { run: Some(Run::Active), charge_current: Some(9), ..Wish::default() };
        control.step(0, 0, &Snapshot::default(), Some(sun), true);
        control.heard(&set);
        assert_eq!(control.target().charge_current, Some((16, Source::Override)));
        assert_eq!(control.target().run, Some((Run::Active, Source::Divert)));
        control.heard(&AnyCommand::Sleep(Sleep));
        assert_eq!(control.target().run, Some((Run::Disabled, Source::Override)));
        control.heard(&AnyCommand::Enable(Enable));
        assert_eq!(control.target().run, Some((Run::Active, Source::Divert)));
        control.mode_chosen();
        assert_eq!(control.target().charge_current, Some((9, Source::Divert)));
        // No sun, but the person wants to charge now.
        let no_sun = Wish { run: Some(Run::Disabled), ..Wish::default() };
        control.step(1, 0, &Snapshot::default(), Some(no_sun), true);
        control.heard(&AnyCommand::Enable(Enable));
        assert_eq!(control.target().run, Some((Run::Active, Source::Override)));
    }

    #[test]
    fn a_toggle_is_the_other_way_round_of_what_is() {
        let mut control = Control::new(&Station::default());
        control.obey(Order::Toggle).unwrap();
        assert_eq!(control.target().run, Some((Run::Disabled, Source::Override)));
        control.obey(Order::Toggle).unwrap();
        assert_eq!(control.target().run, Some((Run::Active, Source::Override)));
        assert_eq!(control.obey(Order::Override(None)).unwrap(), r#"override {"state":"null"}"#);
    }
}
