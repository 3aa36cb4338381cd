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
mod obey;
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
pub use order::{Change, Device, MQTT_CLIENT, Order, TOPICS, parse};
pub use saved::Saved;
pub use schedule::{Event, Schedule};
pub use steer::{Done, Steer};
pub use wishes::{Run, Source, Target, Wish, Wishes};

/// So many programs may have a claim.
const MOST_CLAIMS: usize = 50;

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
}

#[cfg(test)]
mod tests;
