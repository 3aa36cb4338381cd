//! What is known about a command besides its bytes.

use core::fmt;

use crate::{Code, FieldInfo, Form};

/// What a command can do, from harmless to dangerous. A bridge allows or refuses by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub enum Class {
    /// Reads only.
    Read,
    /// Changes what the display shows.
    Display,
    /// Starts, stops or limits charging, until the next restart if [`Storage`] does not say
    /// otherwise: what [`SetHeartbeat`](crate::commands::SetHeartbeat) sets is in the EEPROM.
    Control,
    /// Changes a setting, mostly one that is kept in the EEPROM.
    Setting,
    /// Touches safety checks or calibration, or cannot be undone.
    Debug,
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Read => "read",
            Self::Display => "display",
            Self::Control => "control",
            Self::Setting => "setting",
            Self::Debug => "debug",
        })
    }
}

/// Where the effect of a command is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub enum Storage {
    /// Nowhere: the command only reads.
    None,
    /// In memory: gone at the next restart.
    Volatile,
    /// In the EEPROM, which wears out after about 100,000 writes.
    Eeprom,
    /// In the EEPROM, once for its whole life.
    EepromOnce,
}

impl fmt::Display for Storage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::None => "-",
            Self::Volatile => "volatile",
            Self::Eeprom => "EEPROM",
            Self::EepromOnce => "EEPROM, once",
        })
    }
}

/// One row of the table of commands.
///
/// Variants of a code that differ in what they can do are rows of their own: `SC n V` is
/// [`Class::Control`], `SC n` is a [`Class::Setting`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct CommandInfo {
    /// The two characters behind `$`.
    pub code: Code,
    /// The name of the Rust type.
    pub name: &'static str,
    /// One sentence.
    pub summary: &'static str,
    /// Code and arguments as they are written, for instance `SC amps V`.
    pub usage: &'static str,
    /// The names of the answer's fields, `-` for a bare `$OK`, nothing if it is never answered.
    pub answer: &'static str,
    /// Its arguments.
    pub arguments: &'static [FieldInfo],
    /// The fields of the answer.
    pub fields: &'static [FieldInfo],
    /// What it can do.
    pub class: Class,
    /// Where its effect is kept.
    pub storage: Storage,
    /// Whether sending it twice leaves the same result, so that it may be repeated blindly.
    pub idempotent: bool,
    /// The first firmware that knows it.
    pub since: &'static str,
    /// The last firmware that knows it, if newer ones do not.
    pub until: Option<&'static str>,
    /// How long to wait for an answer, in milliseconds.
    pub timeout_ms: u32,
    /// The option that the controller must have been built with, if any.
    pub feature: Option<&'static str>,
    /// How it looks on the line.
    pub example: Example,
}

/// A command as it is sent, and what is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Example {
    /// The line of the client, without CR.
    pub sent: &'static str,
    /// The line of the controller, without CR; nothing if it never answers.
    pub heard: &'static str,
    /// From which firmware that was recorded, if it was.
    pub recorded: Option<&'static str>,
}

impl Example {
    pub(crate) const NONE: Self = Self { sent: "", heard: "", recorded: None };

    pub(crate) const fn new(
        sent: &'static str,
        heard: &'static str,
        recorded: &[&'static str],
    ) -> Self {
        let recorded = match recorded {
            [firmware, ..] => Some(*firmware),
            [] => None,
        };
        Self { sent, heard, recorded }
    }
}

impl CommandInfo {
    /// Whether the controller answers at all. Only a restart is never answered.
    #[must_use]
    pub const fn is_answered(&self) -> bool {
        !self.answer.is_empty()
    }

    /// Whether its line is its code alone.
    #[must_use]
    pub const fn is_bare(&self) -> bool {
        self.usage.len() == 2
    }

    /// Returns the words behind its code, as [`usage`](Self::usage) has them: names of arguments, and
    /// words that are sent as they are. Which may be left out is not said.
    pub(crate) fn words(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.usage.split([' ', '[', ']']).skip(1).filter(|word| !word.is_empty())
    }

    /// Returns its arguments, groups taken apart: one for each word.
    pub fn flat_arguments(&self) -> impl Iterator<Item = &'static FieldInfo> + use<> {
        flat(self.arguments)
    }

    /// Returns the fields of its answer, groups taken apart: one for each word.
    pub fn flat_fields(&self) -> impl Iterator<Item = &'static FieldInfo> + use<> {
        flat(self.fields)
    }
}

fn flat(fields: &'static [FieldInfo]) -> impl Iterator<Item = &'static FieldInfo> {
    fields.iter().flat_map(|field| match field.form {
        Form::Group(fields) => fields,
        _ => core::slice::from_ref(field),
    })
}

macro_rules! infos {
    ($({
        #[doc = $summary:literal] $(#[doc = $more:literal])*
        $Name:ident $method:ident $code:literal $usage:literal -> $answer:literal
        $class:ident $storage:ident idempotent: $idempotent:literal
        since: $since:literal until: $until:literal feature: $feature:literal $(timeout: $timeout:literal)?;
        $($shape:tt)*
    })+) => {
        /// The table of commands: functions, features, settings, heartbeat, retired ones, queries.
        ///
        /// | `$` | answer | | class | kept in | since |
        /// |---|---|---|---|---|---|
        $(#[doc = concat!(
            "| [`", $usage, "`](crate::commands::", stringify!($Name), ") | `→ ", $answer, "` | ",
            $summary, " | ", stringify!($class), " | ", stringify!($storage), " | ", $since, " |",
        )])+
        pub const COMMANDS: &[&CommandInfo] = &[
            $(<crate::commands::$Name as crate::Command>::INFO,)+
        ];
    };
}
crate::for_each_command!(infos);
