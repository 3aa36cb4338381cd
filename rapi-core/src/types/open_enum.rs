//! Enumerations of the wire: every number is a value, known or not.

/// Makes an enumeration of codes with `from_code`, `code` and a [`Display`](core::fmt::Display).
macro_rules! open_enum {
    (
        $(#[$meta:meta])*
        $Name:ident: $codec:ident {
            $($(#[$variant_meta:meta])* $Variant:ident = $code:literal, $text:literal;)+
        }
    ) => {
        $(#[$meta])*
        ///
        /// What is known has a name, and every other number is a value as well.
        // One byte, which needs no code to be made or read.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
        pub struct $Name(u8);

        #[allow(non_upper_case_globals, reason = "they are used as the variants of an enumeration")]
        impl $Name {
            $($(#[$variant_meta])* pub const $Variant: Self = Self($code);)+

            /// Makes the value of a code.
            #[must_use]
            pub const fn from_code(code: u8) -> Self {
                Self(code)
            }

            /// Returns the code.
            #[must_use]
            pub const fn code(self) -> u8 {
                self.0
            }

            /// Whether the code has a name.
            #[must_use]
            pub const fn is_known(self) -> bool {
                matches!(self, $(Self::$Variant)|+)
            }
        }

        impl core::fmt::Debug for $Name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                match *self {
                    $(Self::$Variant => f.write_str(stringify!($Variant)),)+
                    Self(code) => write!(f, concat!(stringify!($Name), "({:#04x})"), code),
                }
            }
        }

        #[cfg(feature = "defmt")]
        impl defmt::Format for $Name {
            fn format(&self, f: defmt::Formatter<'_>) {
                match *self {
                    $(Self::$Variant => defmt::write!(f, "{=str}", stringify!($Variant)),)+
                    Self(code) => defmt::write!(f, "{=u8:#04x}", code),
                }
            }
        }

        impl From<u8> for $Name {
            fn from(code: u8) -> Self {
                Self::from_code(code)
            }
        }

        impl From<$Name> for u8 {
            fn from(value: $Name) -> Self {
                value.code()
            }
        }

        impl core::fmt::Display for $Name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                match *self {
                    $(Self::$Variant => f.pad($text),)+
                    Self(code) => write!(f, "unknown ({code:02x})"),
                }
            }
        }

        impl $Name {
            const KNOWN: &'static [$crate::Meaning] =
                &[$($crate::Meaning { code: $code, meaning: $text },)+];
        }

        open_enum!(@$codec $Name);
    };
    (@hex2 $Name:ident) => {
        impl $crate::Field for $Name {
            const FORM: $crate::Form = $crate::Form::Codes { hex: true, known: Self::KNOWN };

            fn read(fields: &mut $crate::Fields<'_>) -> Self {
                Self::from_code(crate::types::codes::read_hex2(fields))
            }

            fn encode(&self, writer: &mut $crate::Writer<'_>) {
                writer.hex(u16::from(self.code()), 2);
            }
        }
    };
    (@decimal $Name:ident) => {
        impl $crate::Field for $Name {
            const FORM: $crate::Form = $crate::Form::Codes { hex: false, known: Self::KNOWN };

            fn read(fields: &mut $crate::Fields<'_>) -> Self {
                Self::from_code(fields.read())
            }

            fn encode(&self, writer: &mut $crate::Writer<'_>) {
                self.code().encode(writer);
            }
        }
    };
}
