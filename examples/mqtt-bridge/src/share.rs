//! One surplus and one connection for several stations: the rule of `rapi-divert` for fleets.

use std::sync::{Arc, Mutex, PoisonError};

use rapi_divert::{
    Action, Amps, Config, ConfigError, Decision, EvseStatus, Feed, Fleet, Millis, Station, Wanted,
};

/// So many stations can share at most.
pub const MOST: usize = 16;

/// What the stations of one process share.
#[derive(Debug)]
pub struct Share {
    table: Mutex<Table>,
}

#[derive(Debug)]
struct Table {
    fleet: Fleet<MOST>,
    stations: [Station; MOST],
    /// What each station was told last.
    told: [Option<Told>; MOST],
}

/// What a station is to do.
#[derive(Clone, Copy, Debug)]
pub struct Told {
    /// The newest decision of the rule.
    pub decision: Decision,
    /// The current that the rule has chosen last, for a car that may come.
    pub offered: Option<u8>,
}

impl Told {
    /// Whether the station does it.
    fn is_done(&self, evse: EvseStatus, offered: Amps) -> bool {
        let asleep = matches!(evse, EvseStatus::Asleep { .. } | EvseStatus::Disabled);
        match self.decision.state {
            Wanted::Charge => !asleep && offered == self.decision.current,
            Wanted::Pause => asleep,
            Wanted::Released => asleep || self.offered.is_none_or(|amps| offered.0 <= amps),
        }
    }
}

/// The place of one station.
#[derive(Clone, Debug)]
pub struct Seat {
    share: Arc<Share>,
    place: usize,
}

impl Share {
    /// Shares `limit`, the sum of what all stations may offer per phase, and what the sun gives. `most`
    /// is what each station can offer.
    ///
    /// # Errors
    ///
    /// Settings that make no sense.
    pub fn new(
        config: Config,
        limit: Amps,
        rotation: Millis,
        most: &[Amps],
    ) -> Result<Arc<Self>, ConfigError> {
        // What has not been heard of may offer all that it can; places without a station nothing.
        let nobody = Station { evse: EvseStatus::Disabled, settled: true, ..Station::default() };
        let mut stations = [nobody; MOST];
        for (station, most) in stations.iter_mut().zip(most) {
            *station = Station { evse: EvseStatus::NotConnected, offered: *most, ..nobody };
        }
        let fleet = Fleet::new(config, limit, rotation)?;
        let table = Table { fleet, stations, told: [None; MOST] };
        Ok(Arc::new(Self { table: Mutex::new(table) }))
    }

    /// The place of a station, if there are so many.
    #[must_use]
    pub fn seat(self: &Arc<Self>, place: usize) -> Option<Seat> {
        (place < MOST).then(|| Seat { share: Arc::clone(self), place })
    }
}

impl Seat {
    /// Says how a station is, and takes what it is to do. `station.settled` is made out here.
    #[must_use]
    pub fn step(&self, now: Millis, feed: Feed, station: Station) -> Told {
        // Nothing in there panics; and what a poisoned table says is as good as before.
        let mut table = self.share.table.lock().unwrap_or_else(PoisonError::into_inner);
        let Table { fleet, stations, told } = &mut *table;
        let done = told[self.place].is_none_or(|told| told.is_done(station.evse, station.offered));
        stations[self.place] = Station { settled: done, ..station };
        let decisions = fleet.step(now, feed, stations);
        for ((told, station), decision) in told.iter_mut().zip(stations).zip(decisions) {
            let mut offered = told.and_then(|told| told.offered);
            for action in decision.actions {
                // Until it has said that it does so.
                station.settled = false;
                if let Action::SetCurrent(amps) = action {
                    offered = Some(amps.0);
                }
            }
            *told = Some(Told { decision, offered });
        }
        told[self.place].unwrap_or(Told { decision: decisions[self.place], offered: None })
    }

    /// It is gone: it may do what it did, and takes no part.
    pub fn leave(&self) {
        let mut table = self.share.table.lock().unwrap_or_else(PoisonError::into_inner);
        table.stations[self.place].settled = false;
    }
}
