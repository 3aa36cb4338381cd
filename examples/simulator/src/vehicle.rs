//! The car at the end of the cable.

use rapi_core::types::{Amps, MilliAmps, PilotState};

use crate::Wants;

/// From here on a battery takes less and less, in percent.
const TAIL: f64 = 90.0;

/// What the pilot offers to a car.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offer {
    /// The current; `None` while the pilot does not oscillate.
    pub pilot: Option<Amps>,
    /// Whether the relay is closed.
    pub power: bool,
    /// The voltage of the mains, in volts.
    pub volts: u16,
}

/// A car that draws what the pilot allows, up to what its charger and its battery can take.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Vehicle {
    connected: bool,
    wants: Wants,
    asleep: bool,
    refused_ms: u64,
    drawn: f64,
    /// The state of charge, in percent.
    pub soc: f64,
    /// The capacity of the battery, in watt-hours; 0 is one without bottom.
    pub capacity: f64,
    /// The least that its charger can take: below it takes nothing. 6 to 80 A.
    pub min: Amps,
    /// The most that its charger can take. 6 to 80 A.
    pub max: Amps,
    /// How fast it draws more, in amps a second; `None` is at once.
    pub ramp: Option<f64>,
    /// How long it may be left without an offer before it falls asleep, in seconds.
    pub patience: Option<u64>,
    /// Whether a new offer wakes it; otherwise only the plug does.
    pub wakes: bool,
    /// Whether the diode in its inlet is in order.
    pub diode: bool,
    /// What it draws whatever it is offered: a broken car, or a recorded one.
    pub draws: Option<MilliAmps>,
}

impl Default for Vehicle {
    /// A charger of 32 A on a battery without bottom, so that nothing ends by itself.
    fn default() -> Self {
        Self {
            connected: false,
            wants: Wants::Nothing,
            asleep: false,
            refused_ms: 0,
            drawn: 0.0,
            soc: 50.0,
            capacity: 0.0,
            min: Amps(6),
            max: Amps(32),
            ramp: None,
            patience: None,
            wakes: true,
            diode: true,
            draws: None,
        }
    }
}

impl Vehicle {
    /// Puts the plug in. The car asks for nothing yet.
    pub const fn plug(&mut self) {
        self.connected = true;
        self.asleep = false;
        self.refused_ms = 0;
    }

    /// Pulls the plug out.
    pub const fn unplug(&mut self) {
        self.connected = false;
        self.wants = Wants::Nothing;
        self.drawn = 0.0;
        self.asleep = false;
        self.refused_ms = 0;
    }

    /// Lets it want something; it wakes up for that.
    pub const fn want(&mut self, wants: Wants) {
        self.wants = wants;
        self.asleep = false;
        self.refused_ms = 0;
    }

    /// Whether the plug is in.
    #[must_use]
    pub const fn is_connected(&self) -> bool {
        self.connected
    }

    /// Whether it has fallen asleep because nothing was offered.
    #[must_use]
    pub const fn is_asleep(&self) -> bool {
        self.asleep
    }

    /// Whether its battery is full.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.capacity > 0.0 && self.soc >= 100.0
    }

    /// What the pilot would show.
    #[must_use]
    pub fn pilot(&self) -> PilotState {
        match (self.connected, self.wants) {
            (false, _) => PilotState::A,
            (true, _) if !self.diode => PilotState::DiodeFailure,
            (true, Wants::Nothing) => PilotState::B,
            (true, _) if self.asleep || self.is_full() => PilotState::B,
            (true, Wants::Energy) => PilotState::C,
            (true, Wants::Ventilation) => PilotState::D,
        }
    }

    /// What it draws now.
    #[must_use]
    pub fn draw(&self) -> MilliAmps {
        MilliAmps((self.drawn * 1000.0).round() as i32)
    }

    /// Lets time pass.
    pub fn step(&mut self, elapsed_ms: u64, offer: Offer) {
        let seconds = elapsed_ms as f64 / 1000.0;
        if self.capacity > 0.0 {
            let energy = self.drawn * f64::from(offer.volts) * seconds / 3600.0;
            self.soc = (self.soc + 100.0 * energy / self.capacity).min(100.0);
        }
        self.nod_off(elapsed_ms, offer);
        let target = self.target(offer);
        self.drawn = match self.ramp {
            Some(ramp) if target > self.drawn => (self.drawn + ramp * seconds).min(target),
            _ => target,
        };
    }

    /// What it would draw if it were there already, in amps.
    fn target(&self, offer: Offer) -> f64 {
        if !offer.power {
            return 0.0;
        }
        if let Some(MilliAmps(always)) = self.draws {
            return f64::from(always) / 1000.0;
        }
        let asks = matches!(self.pilot(), PilotState::C | PilotState::D);
        let Some(Amps(offered)) = offer.pilot.filter(|&offered| asks && offered >= self.min) else {
            return 0.0;
        };
        let most = f64::from(offered.min(self.max.0));
        if self.capacity > 0.0 && self.soc > TAIL {
            let left = (100.0 - self.soc) / (100.0 - TAIL);
            return (f64::from(self.max.0) * left).clamp(1.0, most);
        }
        most
    }

    fn nod_off(&mut self, elapsed_ms: u64, offer: Offer) {
        if self.wants == Wants::Nothing || !self.connected {
            return;
        }
        if offer.pilot.is_some() {
            self.refused_ms = 0;
            self.asleep &= !self.wakes;
        } else {
            self.refused_ms += elapsed_ms;
            self.asleep |= self.patience.is_some_and(|after| self.refused_ms >= after * 1000);
        }
    }
}
