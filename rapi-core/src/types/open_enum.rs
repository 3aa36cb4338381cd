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
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[cfg_attr(feature = "defmt", derive(defmt::Format))]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
        #[cfg_attr(feature = "serde", serde(from = "u8", into = "u8"))]
        #[non_exhaustive]
        pub enum $Name {
            $($(#[$variant_meta])* $Variant,)+
            /// A code that is not known here. It is a value, not an error.
            Unknown(u8),
        }

        impl $Name {
            /// Makes the value of a code.
            #[must_use]
            pub const fn from_code(code: u8) -> Self {
                match code {
                    $($code => Self::$Variant,)+
                    code => Self::Unknown(code),
                }
            }

            /// Returns the code.
            #[must_use]
            pub const fn code(self) -> u8 {
                match self {
                    $(Self::$Variant => $code,)+
                    Self::Unknown(code) => code,
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
                match self {
                    $(Self::$Variant => f.pad($text),)+
                    Self::Unknown(code) => write!(f, "unknown ({code:02x})"),
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
                writer.decimal(u32::from(self.code()));
            }
        }
    };
}
