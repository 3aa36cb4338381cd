//! What a controller sends on its own account.

use core::fmt;

use crate::show::{self, Show as _};
use crate::types::{Amps, ButtonPress, EvseState, PilotState, Text, VFlags, WifiMode};
use crate::{Code, DecodeError, Dialect, EncodeError, Field, Frame, Visitor, Writer};

macro_rules! notifications {
    ($(
        $(#[$meta:meta])*
        $Name:ident $code:literal { $($(#[$field_meta:meta])* $field:ident: $Type:ty,)+ }
    )+) => {
        /// What a controller sends on its own account, at any time, also between a command and
        /// its reply.
        ///
        /// It is sent once: a lost one is lost. Poll the state as well.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[cfg_attr(feature = "defmt", derive(defmt::Format))]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
        #[non_exhaustive]
        pub enum Notification {
            $(
                $(#[$meta])*
                $Name { $($(#[$field_meta])* $field: $Type,)+ },
            )+
        }

        impl Notification {
            /// Whether a frame is a notification, by its code; its fields may be wrong.
            #[must_use]
            pub fn is_in(frame: &Frame<'_>) -> bool {
                const CODES: &[Code] = &[$(Code::new(*$code)),+];
                let code = frame.code();
                if !CODES.iter().any(|known| known.is(code)) {
                    return false;
                }
                // The delay timer's command has the same code, and comes back in echo mode.
                !code.is(Code::new(*b"ST")) || frame.fields().is_one_word()
            }

            /// Decodes a frame; `None` if its code is not that of a notification.
            ///
            /// # Errors
            ///
            /// A field that is missing or wrong.
            #[must_use]
            pub fn decode(frame: &Frame<'_>) -> Option<Result<Self, DecodeError>> {
                if !Self::is_in(frame) {
                    return None;
                }
                let mut fields = frame.fields();
                let notification = match &frame.code().to_bytes() {
                    $($code => Self::$Name { $($field: fields.read(),)+ },)+
                    _ => return None,
                };
                Some(fields.finish(notification))
            }

            /// Returns its code.
            #[must_use]
            pub const fn code(&self) -> Code {
                Code::new(match self {
                    $(Self::$Name { .. } => *$code,)+
                })
            }

            /// Shows the notification to a person, value by value.
            pub fn visit(&self, visitor: &mut Visitor<'_>) {
                match self {
                    $(Self::$Name { $($field,)+ } => {
                        $($field.show(stringify!($field), visitor);)+
                    })+
                }
            }

            /// Writes the notification as a line, CR included, and returns its length.
            ///
            /// # Errors
            ///
            /// A `line` that is too small.
            pub fn encode(&self, dialect: Dialect, line: &mut [u8]) -> Result<usize, EncodeError> {
                let writer = match self {
                    $(Self::$Name { $($field,)+ } => {
                        let mut writer = Writer::new(line, Code::new(*$code));
                        $($field.encode(&mut writer);)+
                        writer
                    })+
                };
                writer.finish(None, dialect.notification_check())
            }
        }
    };
}

notifications! {
    /// The boot is over (`$AB`, firmware 6.0.0 and later; the guide misses it).
    Boot b"AB" {
        /// [`EvseState::Starting`] if all is well, otherwise the fault of the power-on self test.
        status: EvseState,
        /// The firmware.
        firmware: Text<20>,
    }
    /// State, pilot or current have changed (`$AT`, firmware 6.0.0 and later; the guide misses it).
    ///
    /// With [`EvseState::Starting`] it is the first line after a restart.
    Transition b"AT" {
        /// The state of the station.
        evse: EvseState,
        /// What the pilot said when it was last evaluated.
        pilot: PilotState,
        /// What the pilot offers (firmware 6.0.0 to 6.1.3: the saved maximum).
        amps: Amps,
        /// What goes on in the station.
        flags: VFlags,
    }
    /// The front button was pressed (`$AN`, firmware 7.1.0 and later) while `FF B 0` has taken its
    /// function away.
    Button b"AN" {
        /// For how long.
        press: ButtonPress,
    }
    /// The front button was held for 10 s: please change the WiFi mode (`$WF`).
    WifiMode b"WF" {
        /// The mode that is wanted.
        mode: WifiMode,
    }
    /// The state has changed (`$ST`, firmware up to 5.1.0).
    State b"ST" {
        /// The state of the station.
        evse: EvseState,
    }
}

/// Names and values, `; ` between them.
impl fmt::Display for Notification {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        show::list(f, &|visitor| self.visit(visitor)).map(|_| ())
    }
}
