//! The settings that have a name.

use core::fmt;
use core::str::FromStr;

/// Settings that have a name, from hardly any grid energy to hardly any sun wasted.
///
/// `Display` writes the name, and `FromStr` reads it.
///
/// # Examples
/// ```
/// use rapi_divert::{Config, Preset};
/// let preset: Preset = "few-starts".parse()?;
/// assert_eq!(preset, Preset::FewStarts);
/// let config = Config::preset(preset);
/// # let _ = config;
/// let names: Vec<_> = Preset::ALL.iter().map(|preset| preset.to_string()).collect();
/// assert_eq!(names, ["sun-only", "little-grid", "balanced", "few-starts", "more-sun", "no-waste"]);
/// # Ok::<(), rapi_divert::PresetError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Preset {
    /// Hardly any grid energy; a good part of the sun goes to the grid instead.
    SunOnly,
    /// Two thirds of what balanced takes from the grid, for a few per cent less sun.
    LittleGrid,
    /// The default: most of the sun, little from the grid.
    #[default]
    Balanced,
    /// As balanced, with three times the bucket: fewer relay cycles, slower to start and to stop.
    FewStarts,
    /// More of the sun than balanced, for more from the grid, with few relay cycles.
    MoreSun,
    /// Nearly all of the sun; the grid may supply more than half of the least current.
    NoWaste,
}

impl Preset {
    /// All of them, in that order.
    pub const ALL: &'static [Self] = &[
        Self::SunOnly,
        Self::LittleGrid,
        Self::Balanced,
        Self::FewStarts,
        Self::MoreSun,
        Self::NoWaste,
    ];

    const fn name(self) -> &'static str {
        match self {
            Self::SunOnly => "sun-only",
            Self::LittleGrid => "little-grid",
            Self::Balanced => "balanced",
            Self::FewStarts => "few-starts",
            Self::MoreSun => "more-sun",
            Self::NoWaste => "no-waste",
        }
    }
}

impl fmt::Display for Preset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Preset {
    type Err = PresetError;

    fn from_str(name: &str) -> Result<Self, PresetError> {
        Self::ALL.iter().copied().find(|preset| preset.name() == name).ok_or(PresetError)
    }
}

/// A name that no preset has. `Display` says which there are.
///
/// Recoverable: take the name of one of [`Preset::ALL`].
///
/// # Examples
/// ```
/// use rapi_divert::Preset;
/// let error = "all".parse::<Preset>().unwrap_err();
/// assert_eq!(error.to_string(), "a preset is sun-only, little-grid, balanced, few-starts, more-sun or no-waste");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub struct PresetError;

impl fmt::Display for PresetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut separator = "a preset is ";
        let mut names = Preset::ALL.iter();
        while let Some(preset) = names.next() {
            write!(f, "{separator}{preset}")?;
            let mut rest = names.clone();
            separator = if rest.nth(1).is_some() { ", " } else { " or " };
        }
        Ok(())
    }
}

impl core::error::Error for PresetError {}
