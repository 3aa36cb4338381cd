//! A charger, a car, a house and a meter, to close the loop around the rule.

pub(crate) mod charger;

use proptest::prelude::*;
use rapi_divert::{
    Action, Amps, Decision, Divert, EvseStatus, Feed, Measurement, MilliAmps, Millis, Mode, Preset,
    Wanted, Watts,
};

pub(crate) const VOLTS: i32 = 240;

pub(crate) fn preset() -> impl Strategy<Value = Preset> {
    proptest::sample::select(Preset::ALL)
}

/// Powers that last for a while each, as clouds and kettles do.
pub(crate) fn sky(segments: usize) -> impl Strategy<Value = Vec<i32>> {
    let segment = (prop_oneof![-9_000i32..=3_000, Just(0), Just(-7_000)], 1usize..=60);
    proptest::collection::vec(segment, 1..segments).prop_map(|segments| {
        segments.into_iter().flat_map(|(net, count)| std::iter::repeat_n(net, count)).collect()
    })
}

/// One charger with one car; the car follows the offer at once and takes up to `car` amperes.
#[derive(Clone, Debug)]
pub(crate) struct Plant {
    pub(crate) awake: bool,
    pub(crate) vehicle: bool,
    pub(crate) pilot: u8,
    pub(crate) car: u8,
    pub(crate) starts: u32,
    pub(crate) sets: u32,
    /// Relay changes: time in ms and the new state.
    pub(crate) switched: Vec<(u64, bool)>,
}

impl Plant {
    pub(crate) fn asleep() -> Self {
        Self {
            awake: false,
            vehicle: true,
            pilot: 32,
            car: 32,
            starts: 0,
            sets: 0,
            switched: Vec::new(),
        }
    }

    pub(crate) fn charging() -> Self {
        Self { awake: true, ..Self::asleep() }
    }

    pub(crate) fn status(&self) -> EvseStatus {
        match (self.awake, self.vehicle) {
            (false, vehicle) => EvseStatus::Asleep { vehicle },
            (true, false) => EvseStatus::NotConnected,
            (true, true) => EvseStatus::Charging,
        }
    }

    pub(crate) fn ev_amps(&self) -> i32 {
        if self.awake && self.vehicle { i32::from(self.pilot.min(self.car)) } else { 0 }
    }

    pub(crate) fn apply(&mut self, at: u64, decision: &Decision) {
        for action in decision.actions {
            match action {
                Action::SetCurrent(amps) => {
                    self.sets += 1;
                    self.pilot = amps.0;
                }
                Action::Enable if !self.awake => {
                    self.awake = true;
                    self.starts += 1;
                    self.switched.push((at, true));
                }
                Action::Sleep if self.awake => {
                    self.awake = false;
                    self.switched.push((at, false));
                }
                Action::Enable | Action::Sleep => {}
            }
        }
    }
}

/// What is known in Eco of a plant beside this net power of house and sun.
pub(crate) fn grid(plant: &Plant, net: i32, at: u32) -> Measurement {
    Measurement::new(Mode::Eco, plant.status(), Amps(32))
        .with_feed(Feed::Grid {
            power: Watts(net + VOLTS * plant.ev_amps()),
            sampled_at: Millis(at),
        })
        .with_ev_current(MilliAmps(plant.ev_amps() * 1000))
}

/// What a run came to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Totals {
    pub(crate) solar_ws: i64,
    pub(crate) import_ws: i64,
    pub(crate) starts: u32,
    pub(crate) sets: u32,
    pub(crate) peak_w: i32,
}

impl Totals {
    pub(crate) fn add(&mut self, other: &Self) {
        self.solar_ws += other.solar_ws;
        self.import_ws += other.import_ws;
        self.starts += other.starts;
        self.sets += other.sets;
        self.peak_w = self.peak_w.max(other.peak_w);
    }
}

impl std::fmt::Display for Totals {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let kwh = |ws: i64| ws as f64 / 3.6e6;
        write!(
            f,
            "solar {:7.2} kWh  import {:6.2} kWh  starts {:3}  sets {:4}  peak {:4} W",
            kwh(self.solar_ws),
            kwh(self.import_ws),
            self.starts,
            self.sets,
            self.peak_w
        )
    }
}

/// Runs Eco over a series of net powers of house and sun (− is surplus), one per period, with a meter
/// that is `late` periods behind.
pub(crate) fn close_loop(
    divert: &mut Divert,
    plant: &mut Plant,
    net: impl Iterator<Item = i32>,
    period_s: u32,
    late: usize,
) -> Totals {
    let mut totals = Totals::default();
    let mut meter = Vec::new();
    for (i, net) in net.enumerate() {
        let now = Millis((i as u32).wrapping_mul(period_s * 1000));
        meter.push(net + VOLTS * plant.ev_amps());
        let shown = meter[i.saturating_sub(late)];
        let decision = divert.step(
            now,
            &Measurement::new(Mode::Eco, plant.status(), Amps(32))
                .with_feed(Feed::Grid { power: Watts(shown), sampled_at: now })
                .with_ev_current(MilliAmps(plant.ev_amps() * 1000)),
        );
        plant.apply(i as u64 * u64::from(period_s) * 1000, &decision);
        assert_eq!(plant.awake, decision.state == Wanted::Charge);
        let (power, surplus) = (VOLTS * plant.ev_amps(), (-net).max(0));
        totals.solar_ws += i64::from(power.min(surplus)) * i64::from(period_s);
        totals.import_ws += i64::from((power - surplus).max(0)) * i64::from(period_s);
        totals.peak_w = totals.peak_w.max(power - surplus);
    }
    totals.starts = plant.starts;
    totals.sets = plant.sets;
    totals
}
