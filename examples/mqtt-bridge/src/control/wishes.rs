//! Competing wishes and their priorities.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::current::LEAST;

/// Who wants something, from the lowest priority to the highest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// Divert, by the sun.
    Divert,
    /// The schedule.
    Schedule,
    /// Another program.
    Claim,
    /// A person.
    Override,
    /// A limit of the session.
    Limit,
    /// What the other stations of the connection leave.
    Share,
    /// A contactor that does not show the phases that are wanted.
    Contactor,
    /// The house connection.
    House,
}

impl Source {
    /// All, from the lowest priority to the highest.
    pub const ALL: [Self; 8] = [
        Self::Divert,
        Self::Schedule,
        Self::Claim,
        Self::Override,
        Self::Limit,
        Self::Share,
        Self::Contactor,
        Self::House,
    ];

    /// The number that it is published with: up to the override that of the gateways 5.x, above it our
    /// own, as a limit outranks a person and the house connection everybody.
    #[must_use]
    pub const fn priority(self) -> u16 {
        match self {
            Self::Divert => 50,
            Self::Schedule => 100,
            Self::Claim => 500,
            Self::Override => 1000,
            Self::Limit => 1100,
            Self::Share => 4000,
            Self::Contactor => 4500,
            Self::House => 5000,
        }
    }
}

/// Whether the car may charge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Run {
    /// It may.
    Active,
    /// It may not.
    Disabled,
}

/// What somebody wants.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Wish {
    /// Whether the car may charge.
    #[serde(rename = "state", skip_serializing_if = "Option::is_none")]
    pub run: Option<Run>,
    /// Amps to offer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub charge_current: Option<u8>,
    /// Amps to offer at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_current: Option<u8>,
    /// Whether it ends when the car leaves.
    pub auto_release: bool,
}

impl Wish {
    /// Whether it says nothing.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.run.is_none() && self.charge_current.is_none() && self.max_current.is_none()
    }
}

/// What comes out of all wishes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Target {
    /// Whether the car may charge, and who says so.
    pub run: Option<(Run, Source)>,
    /// Amps to offer, and who says so.
    pub charge_current: Option<(u8, Source)>,
    /// Amps to offer at most, and who says so.
    pub max_current: Option<(u8, Source)>,
}

impl Target {
    /// The amps to offer, under what the station may offer; nothing if nobody asks for a current.
    #[must_use]
    pub fn current(&self, limit: u8) -> Option<u8> {
        let (charge, _) = self.charge_current?;
        Some(charge.min(self.cap(limit)).max(LEAST))
    }

    /// The amps to offer at most, under what the station may offer.
    #[must_use]
    pub fn cap(&self, limit: u8) -> u8 {
        self.max_current.map_or(limit, |(amps, _)| amps.min(limit)).max(LEAST)
    }
}

/// Who wants what at this moment.
#[derive(Clone, Debug, Default)]
pub struct Wishes {
    by: BTreeMap<Source, Wish>,
    /// Of each program by its id; [`Source::Claim`] is what they come to.
    claims: BTreeMap<u32, Wish>,
}

impl Wishes {
    /// Somebody wants something, or nothing any more.
    pub fn set(&mut self, source: Source, wish: Option<Wish>) {
        match wish.filter(|wish| !wish.is_empty()) {
            Some(wish) => self.by.insert(source, wish),
            None => self.by.remove(&source),
        };
    }

    /// What somebody wants.
    #[must_use]
    pub fn get(&self, source: Source) -> Option<Wish> {
        self.by.get(&source).copied()
    }

    /// A program wants something, or nothing any more.
    pub fn claim(&mut self, client: u32, wish: Option<Wish>) {
        match wish.filter(|wish| !wish.is_empty()) {
            Some(wish) => self.claims.insert(client, wish),
            None => self.claims.remove(&client),
        };
        self.merge();
    }

    /// What programs want, by their ids.
    #[must_use]
    pub const fn claims(&self) -> &BTreeMap<u32, Wish> {
        &self.claims
    }

    /// Programs have one priority: who wants less gets their way.
    fn merge(&mut self) {
        let all = || self.claims.values();
        let run = |run| all().any(|wish| wish.run == Some(run)).then_some(run);
        let wish = Wish {
            run: run(Run::Disabled).or_else(|| run(Run::Active)),
            charge_current: all().filter_map(|wish| wish.charge_current).min(),
            max_current: all().filter_map(|wish| wish.max_current).min(),
            auto_release: all().all(|wish| wish.auto_release),
        };
        self.set(Source::Claim, Some(wish));
    }

    /// The car has left: what was for its stay only is over.
    pub fn car_has_left(&mut self) {
        self.by.retain(|_, wish| !wish.auto_release);
        self.claims.retain(|_, wish| !wish.auto_release);
        self.merge();
    }

    /// What comes out.
    #[must_use]
    pub fn target(&self) -> Target {
        let mut target = Target::default();
        // From low to high: the last one that says something counts.
        for (&source, wish) in &self.by {
            target.run = wish.run.map(|run| (run, source)).or(target.run);
            target.charge_current =
                wish.charge_current.map(|amps| (amps, source)).or(target.charge_current);
            let cap = wish.max_current.map(|amps| (amps, source));
            target.max_current = [cap, target.max_current].into_iter().flatten().min();
        }
        target
    }

    /// What somebody above divert wants, but for the share, which is divert's own: whether the car
    /// charges, with how much, and with how much at most.
    #[must_use]
    pub fn above_divert(&self) -> Wish {
        let mut others = self.clone();
        others.by.retain(|source, _| !matches!(source, Source::Divert | Source::Share));
        let target = others.target();
        Wish {
            run: target.run.map(|(run, _)| run),
            charge_current: target.charge_current.map(|(amps, _)| amps),
            max_current: target.max_current.map(|(amps, _)| amps),
            auto_release: false,
        }
    }
}

#[cfg(test)]
mod tests;
