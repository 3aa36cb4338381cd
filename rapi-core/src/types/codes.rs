//! Small codes and counters.

use core::fmt;

use crate::fields::Digits;
use crate::{Field, Fields, Form, Kind, Meaning, Writer};

/// Reads a field of exactly two hexadecimal digits.
pub(crate) fn read_hex2(fields: &mut Fields<'_>) -> u8 {
    fields.number(Digits::TwoHex, 0xff).to_le_bytes()[0]
}

open_enum! {
    /// Whether a vehicle is connected (`G0`). The guide calls 2 "unknown".
    EvConnected: decimal {
        /// No vehicle.
        No = 0, "no";
        /// A vehicle.
        Yes = 1, "yes";
        /// The pilot is at −12 V, because the station is disabled: nobody can tell.
        Indeterminate = 2, "cannot be told";
    }
}

open_enum! {
    /// The answer of `SB`. Both are sent with `$OK`: the number tells. The guide misses it.
    // See spec/rapi.md#ok-is-not-yes.
    BootLock: decimal {
        /// The station may charge.
        Cleared = 0, "cleared";
        /// The power-on self test has failed: the lock stays.
        Refused = 1, "refused, the self test has failed";
    }
}

open_enum! {
    /// A press of the front button, which is reported while `FF B 0` has taken its function away.
    /// The guide misses it.
    ButtonPress: decimal {
        /// Less than about a second.
        Short = 0, "short";
        /// Longer.
        Long = 1, "long";
    }
}

open_enum! {
    /// The WiFi mode that a button press of 10 seconds asks for. The guide has no numbers for it.
    WifiMode: hex2 {
        /// Access point.
        AccessPoint = 0, "access point";
        /// Client of an access point.
        Client = 1, "client";
        /// Access point with the default name.
        DefaultAccessPoint = 2, "default access point";
    }
}

open_enum! {
    /// Whether a heartbeat pulse was missed. The guide misses it.
    HeartbeatTrigger: decimal {
        /// Never.
        Never = 0, "never missed";
        /// Once, and somebody has acknowledged it.
        Acknowledged = 1, "missed and acknowledged";
        /// It was missed, and the current is limited.
        Limited = 2, "missed, current limited";
    }
}

/// The colour of the display's backlight: red is 1, green 2, blue 4.
///
/// The names are those of the guide.
///
/// A controller takes any number and uses its lowest three bits; a client sends 0 to 7.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct LcdColour(pub u8);

impl LcdColour {
    /// Backlight off.
    pub const OFF: Self = Self(0);
    /// Red.
    pub const RED: Self = Self(1);
    /// Green.
    pub const GREEN: Self = Self(2);
    /// Yellow.
    pub const YELLOW: Self = Self(3);
    /// Blue.
    pub const BLUE: Self = Self(4);
    /// Violet.
    pub const VIOLET: Self = Self(5);
    /// Teal.
    pub const TEAL: Self = Self(6);
    /// White.
    pub const WHITE: Self = Self(7);
}

impl LcdColour {
    const NAMES: &'static [Meaning] = &[
        Meaning { code: 0, meaning: "off" },
        Meaning { code: 1, meaning: "red" },
        Meaning { code: 2, meaning: "green" },
        Meaning { code: 3, meaning: "yellow" },
        Meaning { code: 4, meaning: "blue" },
        Meaning { code: 5, meaning: "violet" },
        Meaning { code: 6, meaning: "teal" },
        Meaning { code: 7, meaning: "white" },
    ];
}

impl fmt::Display for LcdColour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = Self::NAMES.iter().find(|name| name.code == u16::from(self.0 & 7));
        f.pad(name.map_or("", |name| name.meaning))
    }
}

impl Field for LcdColour {
    const FORM: Form = Form::Codes { hex: false, known: Self::NAMES };
    const KIND: Kind = u8::KIND;

    #[inline]
    fn from_word(word: u32, kind: Kind) -> Option<Self> {
        Field::from_word(word, kind).map(Self)
    }

    fn read(fields: &mut Fields<'_>) -> Self {
        Self(fields.read())
    }

    fn encode(&self, writer: &mut Writer<'_>) {
        writer.decimal(u32::from(self.0));
    }
}

impl crate::field::Number for LcdColour {
    fn number(&self) -> i32 {
        i32::from(self.0)
    }
}

/// How often a fault has tripped, kept over restarts: hexadecimal on the wire, 0 to `fe`.
///
/// The guide says only in its picture of the WiFi module's page that it is hexadecimal. Controllers
/// before 3.9 say `ff` for zero.
// See spec/rapi.md#gf.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct FaultCount(pub u8);

impl fmt::Display for FaultCount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Field for FaultCount {
    const FORM: Form = Form::Hex { digits: 1 };

    fn read(fields: &mut Fields<'_>) -> Self {
        Self(fields.number(Digits::Hex, 0xff).to_le_bytes()[0])
    }

    fn encode(&self, writer: &mut Writer<'_>) {
        writer.hex(u16::from(self.0), 1);
    }
}
