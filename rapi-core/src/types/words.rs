//! Choices that are one letter or digit on the wire.

use core::fmt;

use crate::{Field, FieldError, Fields, Form, Kind, Word, Writer};

/// Makes an enumeration of words. A client may send no others, so there is no unknown one.
macro_rules! word_enum {
    ($(
        $(#[$meta:meta])*
        $Name:ident {
            $($(#[$variant_meta:meta])* $Variant:ident = $word:literal, $text:literal;)+
        }
    )+) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[cfg_attr(feature = "defmt", derive(defmt::Format))]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
        #[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
        pub enum $Name {
            $($(#[$variant_meta])* $Variant,)+
        }

        impl fmt::Display for $Name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(match self {
                    $(Self::$Variant => $text,)+
                })
            }
        }

        impl Field for $Name {
            const FORM: Form = Form::Words(&[$(Word { word: text($word), meaning: $text },)+]);
            const KIND: Kind = Kind::Letter;

            #[inline]
            fn from_word(word: u32, _kind: Kind) -> Option<Self> {
                // All of it: an AVR would compare the rest, too.
                let [letter, ..] = word.to_le_bytes();
                match &[letter] {
                    $($word => Some(Self::$Variant),)+
                    _ => None,
                }
            }

            fn read(fields: &mut Fields<'_>) -> Self {
                match fields.word() {
                    $($word => Self::$Variant,)+
                    _ => {
                        fields.refuse(FieldError::Invalid);
                        let [any, ..] = [$(Self::$Variant),+];
                        any
                    }
                }
            }

            fn encode(&self, writer: &mut Writer<'_>) {
                let [letter] = match self {
                    $(Self::$Variant => *$word,)+
                };
                writer.letter(letter);
            }
        }
    )+};
}

const fn text(word: &'static [u8]) -> &'static str {
    match core::str::from_utf8(word) {
        Ok(text) => text,
        Err(_) => "",
    }
}

word_enum! {
    /// The service level: the mains voltage that the station believes in.
    ServiceLevel {
        /// Level 1: 120 V.
        L1 = b"1", "level 1";
        /// Level 2: 208 to 240 V, and all European stations.
        L2 = b"2", "level 2";
        /// Detected at the next restart. Not every controller can; the guide says that it is for
        /// the split phase of the USA.
        Auto = b"A", "automatic";
    }

    /// The backlight of the display.
    LcdType {
        /// One colour.
        Monochrome = b"0", "one colour";
        /// Red, green and blue.
        Rgb = b"1", "RGB";
    }

    /// Who locks the plug in a Mennekes socket. The guide misses it.
    MennekesMode {
        /// The controller, while a vehicle is connected.
        Automatic = b"A", "automatic";
        /// Whoever sends commands.
        Manual = b"M", "manual";
    }

    /// What to do with the plug in a Mennekes socket. The guide has `S4` for it, which is another lock.
    MennekesAction {
        /// Lock it while a vehicle is connected.
        Automatic = b"A", "automatic";
        /// Leave it to commands, until the next restart.
        Manual = b"M", "manual";
        /// Unlock it. Executed in any mode.
        Unlock = b"0", "unlock";
        /// Lock it. Executed in any mode.
        Lock = b"1", "lock";
    }

    /// A relay of a station with firmware 9.x. The guide misses it.
    Relay {
        /// The first DC relay.
        Dc1 = b"1", "DC 1";
        /// The second DC relay.
        Dc2 = b"2", "DC 2";
        /// The AC relay.
        Ac = b"3", "AC";
    }
}
