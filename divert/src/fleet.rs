//! Several chargers behind one meter: who gets how much of the sun and of the connection.

mod share;
mod unit;

use crate::config::{Config, ConfigError};
use crate::decision::Decision;
use crate::divert::Divert;
use crate::ladder;
use crate::measurement::{EvseStatus, Feed, Mode};
use crate::settings::{Settings, ev_power};
use crate::sun::Sun;
use crate::units::{Amps, MilliAmps, Millis, Watts};

use share::{Claim, share};
use unit::Unit;

/// What is known of one charger of a [`Fleet`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Station {
    /// Eco takes a share of the sun; Normal takes what the connection leaves.
    pub mode: Mode,
    /// What the EVSE reports.
    pub evse: EvseStatus,
    /// The smallest of the caps of this charger alone: hardware, cable, the person's choice.
    pub limit: Amps,
    /// Who comes first: 0 is last.
    pub priority: u8,
    /// What the car draws, per phase.
    pub ev_current: MilliAmps,
    /// The current that the EVSE says it offers.
    pub offered: Amps,
    /// Whether every action so far has been carried out, and `evse` and `offered` were asked for after
    /// that. While it has not, the greatest current that may be on its way stays reserved.
    pub settled: bool,
}

/// Solar divert of `N` chargers behind one meter, with a cap on the sum of their currents.
///
/// * **Sun**: in order of priority each charger gets its least current, as far as the surplus goes; what
///   is left is dealt out ampere by ampere, the highest priority first, equals alike. Every
///   charger then decides on its share by the rule of [`Divert`], with its bucket and its rest times.
/// * **Scarcity**: among equals those come first that have had the least energy since they were plugged
///   in. The order is made anew in every `rotation`, and when a car comes, goes or is full.
/// * **Connection**: the sum of the currents on offer is at most `limit`, at every instant. A current is
///   raised or a charger woken only into what is left when every other charger offers the greatest
///   current that it may have been told and has not yet confirmed to have left.
/// * **Full cars**: one that takes less than 1 A for 3 min gets only what nobody else can use.
///
/// Chargers that are awake without a car hold the current that they offer in reserve, too.
///
/// # Examples
/// ```
/// use rapi_divert::*;
/// # fn main() -> Result<(), ConfigError> {
/// let mut fleet = Fleet::<2>::new(Config::default(), Amps(32), Millis(1_800_000))?;
/// let station = Station {
///     mode: Mode::Eco,
///     evse: EvseStatus::Asleep { vehicle: true },
///     limit: Amps(32),
///     settled: true,
///     ..Station::default()
/// };
/// let feed = Feed::Grid { power: Watts(-4_000), sampled_at: Millis(0) };
/// let [first, second] = fleet.step(Millis(0), feed, &[station; 2]);
/// # let _ = (first, second);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Fleet<const N: usize> {
    units: [Unit; N],
    settings: Settings,
    sun: Sun,
    limit: Amps,
    rotation: u32,
    /// Age of the order of ranks.
    order_age: u32,
    /// Which chargers wanted to charge when the order was made.
    wanting: [bool; N],
    /// The time of the last reading that was used.
    seen: Option<Millis>,
    /// Whether there have been readings since then.
    sparse: bool,
    last: Option<Millis>,
}

impl<const N: usize> Fleet<N> {
    /// Returns a fleet that has seen nothing yet. All chargers have the same settings; `limit` is the
    /// sum of what they may offer, per phase.
    ///
    /// # Errors
    /// The first setting that is outside its range.
    pub fn new(config: Config, limit: Amps, rotation: Millis) -> Result<Self, ConfigError> {
        let divert = Divert::new(config)?;
        Ok(Self {
            units: core::array::from_fn(|rank| Unit::new(divert.clone(), rank)),
            settings: Settings::new(&config),
            sun: Sun::new(),
            limit,
            rotation: rotation.0,
            order_age: 0,
            wanting: [false; N],
            seen: None,
            sparse: false,
            last: None,
        })
    }

    /// Takes what is known at `now` and returns what each charger is to do.
    ///
    /// `feed` is the meter of the house, with all cars in it. Call as [`Divert::step`] is called.
    pub fn step(&mut self, now: Millis, feed: Feed, stations: &[Station; N]) -> [Decision; N] {
        let elapsed = self.last.and_then(|last| now.since(last)).unwrap_or(0);
        self.last = Some(now);
        let volts = self.settings.volts(None);
        for (unit, station) in self.units.iter_mut().zip(stations) {
            unit.notice(station, elapsed, volts);
        }
        let dealt_anew = self.order(stations, elapsed);
        self.listen(feed, stations, volts);
        let (watts, caps) = self.deal(stations, volts);
        if dealt_anew {
            // What a charger had before says nothing about what it is going to have.
            self.units.iter_mut().for_each(|unit| unit.divert.forget_sun());
        }

        // In order of rank, so that the first may use what the connection has left.
        let mut decisions = [Decision::NONE; N];
        for rank in 0..N {
            let others = self.reserved();
            let each = self.units.iter_mut().zip(stations).zip(watts.iter().zip(&caps));
            let mut each = each.zip(&mut decisions).filter(|(((unit, _), _), _)| unit.rank == rank);
            if let Some((((unit, station), (watts, cap)), decision)) = each.next() {
                let others = others.saturating_sub(u16::from(unit.reserved.0));
                let free = u16::from(self.limit.0).saturating_sub(others);
                let free = Amps(u8::try_from(free).unwrap_or(u8::MAX));
                // Staying where it is needs no room.
                let most = free.max(unit.reserved).min(*cap).min(station.limit);
                *decision = unit.step(now, station, feed, *watts, most);
            }
        }
        decisions
    }

    /// The sum of the currents that may be on offer at this moment.
    #[must_use]
    pub fn reserved(&self) -> u16 {
        self.units.iter().fold(0, |sum, unit| sum.saturating_add(u16::from(unit.reserved.0)))
    }

    fn listen(&mut self, feed: Feed, stations: &[Station; N], volts: i32) {
        let Some((power, sampled_at, grid)) = feed.reading() else {
            return;
        };
        if self.seen == Some(sampled_at) {
            return;
        }
        let powers = stations.iter().map(|station| ev_power(station.ev_current, volts));
        let ev = powers.fold(0, u16::saturating_add);
        let shortest = self.sun.shortest(grid, ev);
        // A reading from before the last one is used, for no time at all.
        let passed = self.seen.and_then(|seen| sampled_at.since(seen));
        if passed.is_some_and(|passed| passed < shortest) {
            self.sparse = true;
            return;
        }
        self.seen = Some(sampled_at);
        let sparse = core::mem::take(&mut self.sparse);
        self.sun.take_reading(power, grid, ev, ladder::ticks(passed.unwrap_or(0)), sparse);
    }

    /// Ranks the chargers: priority, then energy, then number.
    /// Returns whether it did.
    fn order(&mut self, stations: &[Station; N], elapsed: u32) -> bool {
        self.order_age = self.order_age.saturating_add(elapsed);
        let mut wanting = [false; N];
        for ((wants, unit), station) in wanting.iter_mut().zip(&self.units).zip(stations) {
            *wants = unit.wants(station);
        }
        if wanting == self.wanting && self.order_age < self.rotation {
            return false;
        }
        self.wanting = wanting;
        self.order_age = 0;
        let mut keys = [(0, 0, 0); N];
        for (i, (key, (unit, station))) in
            keys.iter_mut().zip(self.units.iter().zip(stations)).enumerate()
        {
            *key = (u8::MAX.saturating_sub(station.priority), unit.energy, i);
        }
        for (unit, key) in self.units.iter_mut().zip(&keys) {
            unit.rank = keys.iter().filter(|other| *other < key).count();
        }
        true
    }

    /// The shares of the sun in watts, and the caps by the connection.
    fn deal(&self, stations: &[Station; N], volts: i32) -> ([Watts; N], [Amps; N]) {
        let least = i32::from(self.settings.least().0);
        let mut claims = [Claim::default(); N];
        for ((claim, unit), station) in claims.iter_mut().zip(&self.units).zip(stations) {
            let most = i32::from(self.settings.most(station.limit).0);
            *claim = Claim { rank: unit.rank, priority: station.priority, least, most, got: 0 };
            if !unit.wants(station) || station.mode == Mode::Normal || most < least {
                claim.most = 0;
            }
        }
        let surplus = self.sun.surplus();
        let amps = surplus.checked_div(volts).unwrap_or(0);
        // The least current may be begun with a part of it from the grid, once.
        let begun = self.settings.threshold(volts);
        let rest = share(&mut claims, amps, |rest| rest.wrapping_mul(volts) >= begun);
        let over = surplus.wrapping_sub(amps.wrapping_mul(volts));
        let over = over.wrapping_add(rest.wrapping_mul(volts));
        let first = claims.iter().filter(|claim| claim.most > claim.got);
        let first = first.map(|claim| claim.rank).min();

        let mut watts = [Watts(0); N];
        for (((watts, claim), unit), station) in
            watts.iter_mut().zip(&claims).zip(&self.units).zip(stations)
        {
            let more = Some(unit.rank) == first || (first.is_none() && !unit.wants(station));
            let more = if more { over } else { 0 };
            watts.0 = claim.got.wrapping_mul(volts).wrapping_add(more);
            if station.mode == Mode::Normal {
                watts.0 = i32::from(u16::MAX);
            }
        }

        let mut caps = [Amps(0); N];
        for (((claim, unit), station), watts) in
            claims.iter_mut().zip(&self.units).zip(stations).zip(&watts)
        {
            let active = unit.wants(station) && watts.0 >= begun || unit.divert.is_on();
            claim.most = i32::from(self.settings.most(station.limit).0);
            claim.got = 0;
            if !active || claim.most < least {
                claim.most = 0;
            }
        }
        share(&mut claims, i32::from(self.limit.0), |_| false);
        for (cap, claim) in caps.iter_mut().zip(&claims) {
            *cap = if claim.most == 0 {
                // It is off, and its share does not let it start.
                self.limit
            } else {
                Amps(u8::try_from(claim.got).unwrap_or(u8::MAX))
            };
        }
        (watts, caps)
    }
}
