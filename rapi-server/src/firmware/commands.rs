//! Commands from words, and their dispatch: the table again, read with a controller's eyes.

use rapi_core::commands::{
    GetHeartbeat, HeartbeatPulse, HeartbeatSet, PrintText, SaveCurrent, SetCurrent,
    SetHardwareMaximum, SetHeartbeat, SetLcdColour, SetLifetimeEnergy, TuneRelay,
};
use rapi_core::{Command, CommandInfo, EncodeError, Rejected, commands};
use rapi_core::{encode_rejected, encode_reply};

use super::line::{Line, Parsed};
use super::words::Words;
use super::{Firmware, Generation};
use crate::Handler;

/// Whether a command is compiled in.
type Has<'a> = &'a dyn Fn(&'static CommandInfo) -> bool;

/// A command that can be read from words.
trait Read: Command {
    /// `None`: not a command of this form.
    fn read(words: &mut Words<'_>, has: Has<'_>) -> Option<Self>;
}

impl Firmware {
    /// Whether how many words there are matters to a command.
    fn counts<C: Command>(self) -> bool {
        let sloppy = [SetLcdColour::CODE, PrintText::CODE];
        C::CODE != SetLifetimeEnergy::CODE
            && !(self.generation == Generation::V3 && sloppy.contains(&C::CODE))
    }
}

fn read<C: Read, H: Handler + ?Sized>(words: &mut Words<'_>, device: &H) -> Option<C> {
    C::read(words, &|command| device.has(command))
}

macro_rules! firmware_commands {
    ($({
        #[doc = $summary:literal] $(#[doc = $more:literal])*
        $Name:ident $method:ident $code:literal $usage:literal -> $answer:literal
        $class:ident $storage:ident idempotent: $idempotent:literal
        since: $since:literal until: $until:literal feature: $feature:literal $(timeout: $timeout:literal)?;
        example $example:tt
        $(after $word:literal)? args $args:tt $(by $hand:ident)? reply $Response:tt $($fields:tt)?
    })+) => {
        $(firmware_commands!(@read [$($hand)?] [$($word)?] $args $Name);)+

        /// Calls the method of a command and writes the reply.
        ///
        /// # Errors
        ///
        /// An `out` that is too small.
        pub(super) fn dispatch<H: Handler + ?Sized>(
            handler: &mut H,
            line: &Line,
            parsed: Parsed,
            firmware: Firmware,
            out: &mut [u8],
        ) -> Result<usize, EncodeError> {
            let (seq, dialect) = (parsed.seq, firmware.dialect);
            $(
                if parsed.code == commands::$Name::CODE && handler.has(commands::$Name::INFO) {
                    let words = line.words(parsed, firmware.generation);
                    let counts = firmware.counts::<commands::$Name>();
                    let mut words = if counts { words } else { words.uncounted() };
                    if let Some(command) = read::<commands::$Name, H>(&mut words, handler) {
                        return match handler.$method(command) {
                            _ if !const { commands::$Name::INFO.is_answered() } => Ok(0),
                            Ok(response) => encode_reply(&response, seq, dialect, out),
                            Err(Rejected) => encode_rejected(seq, dialect, out),
                        };
                    }
                }
            )+
            // Words that do not fit the command.
            if parsed.code == TuneRelay::CODE && handler.has(TuneRelay::INFO) {
                return encode_reply(&(), seq, dialect, out);
            }
            if parsed.code == SetHeartbeat::CODE && handler.has(SetHeartbeat::INFO) {
                // Refused, and the state of the supervision told.
                if let Ok(heartbeat) = handler.get_heartbeat(GetHeartbeat) {
                    let refused = HeartbeatSet { heartbeat, accepted: false };
                    return encode_reply(&refused, seq, dialect, out);
                }
            }
            if firmware.nonsense_is_ok && parsed.code.to_bytes().first() == Some(&b'S') {
                return encode_reply(&(), seq, dialect, out);
            }
            encode_rejected(seq, dialect, out)
        }
    };

    // No arguments: surplus ones are ignored.
    (@read [] [] {} $Name:ident) => {
        impl Read for commands::$Name {
            fn read(_: &mut Words<'_>, _: Has<'_>) -> Option<Self> {
                Some(Self)
            }
        }
    };
    (@read [hand] [] $args:tt $Name:ident) => {};
    (
        @read [] $after:tt
        { $($(#[$meta:meta])* $field:ident: $Type:ty $(where $range:expr $(=> $refuse:ident)?)?,)* }
        $Name:ident
    ) => {
        impl Read for commands::$Name {
            fn read(words: &mut Words<'_>, _: Has<'_>) -> Option<Self> {
                firmware_commands!(@after words $after);
                let command = Self { $($field: firmware_commands!(@argument words $after),)* };
                words.end()?;
                Some(command)
            }
        }
    };
    (@after $words:ident [$word:literal]) => { $words.fixed($word)? };
    (@after $words:ident []) => {};
    // What `FF` switches is a 0 or a 1; other switches are off with 0 and on with anything else.
    (@argument $words:ident [$word:literal]) => { $words.switch()? };
    (@argument $words:ident []) => { $words.read()? };
}
rapi_core::for_each_command!(firmware_commands);

/// Any third word makes a current volatile, except one with `M` where that means something.
impl Read for SetCurrent {
    fn read(words: &mut Words<'_>, has: Has<'_>) -> Option<Self> {
        let amps = words.read()?;
        let hardware = words.word()?.first() == b'M' && has(SetHardwareMaximum::INFO);
        words.end()?;
        (!hardware).then_some(Self { amps })
    }
}

impl Read for SetHardwareMaximum {
    fn read(words: &mut Words<'_>, _: Has<'_>) -> Option<Self> {
        let amps = words.read()?;
        let hardware = words.word()?.first() == b'M';
        words.end()?;
        hardware.then_some(Self { amps })
    }
}

impl Read for SaveCurrent {
    fn read(words: &mut Words<'_>, _: Has<'_>) -> Option<Self> {
        let amps = words.read()?;
        words.end()?;
        Some(Self { amps })
    }
}

impl Read for HeartbeatPulse {
    fn read(words: &mut Words<'_>, _: Has<'_>) -> Option<Self> {
        words.end()?;
        Some(Self)
    }
}
