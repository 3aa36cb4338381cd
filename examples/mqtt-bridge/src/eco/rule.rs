//! The rule of `rapi-divert`, for a fixed number of phases or with a contactor.

use rapi_divert::{
    Config, ConfigError, Decision, Divert, Measurement, Millis, PhasedDivert, Phases,
};

/// Which of them.
#[derive(Clone, Debug)]
pub(super) enum Rule {
    Fixed(Divert),
    /// It chooses between one phase and three, at most once in this time.
    Phased(PhasedDivert, Millis),
}

impl Rule {
    pub(super) const fn new(config: Config, rest: Option<Millis>) -> Result<Self, ConfigError> {
        match rest {
            None => match Divert::new(config) {
                Ok(divert) => Ok(Self::Fixed(divert)),
                Err(error) => Err(error),
            },
            Some(rest) => match PhasedDivert::new(config, rest) {
                Ok(divert) => Ok(Self::Phased(divert, rest)),
                Err(error) => Err(error),
            },
        }
    }

    /// Begins anew with other settings.
    pub(super) const fn configured(&self, config: Config) -> Result<Self, ConfigError> {
        match self {
            Self::Fixed(_) => Self::new(config, None),
            Self::Phased(_, rest) => Self::new(config, Some(*rest)),
        }
    }

    pub(super) fn step(&mut self, now: Millis, measurement: &Measurement) -> Decision {
        match self {
            Self::Fixed(divert) => divert.step(now, measurement),
            Self::Phased(divert, _) => divert.step(now, measurement).0,
        }
    }

    /// The phases that it has chosen, if it can.
    pub(super) const fn phases(&self) -> Option<u8> {
        match self {
            Self::Fixed(_) => None,
            Self::Phased(divert, _) => Some(match divert.phases() {
                Phases::One => 1,
                Phases::Three => 3,
            }),
        }
    }
}
