//! All commands and what controllers answer to them.
//!
//! They are made from one table; [`COMMANDS`](crate::COMMANDS) has it as data.

#[macro_use]
mod example;
mod irregular;
mod single;

pub use crate::types::{BootLock, EvConnected, KilowattHours, QuarterHours, SerialNumber};
pub use irregular::{CurrentSet, HeartbeatSet, State};

use crate::field::Number;
use crate::form::field_infos;
use crate::show::Show as _;
use crate::types::{
    Amps, CentiHertz, DeciCelsius, FaultCount, HeartbeatTrigger, LcdColour, LcdText, LcdType,
    MennekesAction, MennekesMode, MilliAmps, MilliVolts, Milliseconds, OrNone, Relay, Seconds,
    ServiceLevel, SettingsFlags, SignedSeconds, Temperature, Text, Thermistor, WattHours,
    WattSeconds, Wrapped16,
};
use crate::{
    Class, Code, Command, CommandInfo, DecodeError, Example, FieldInfo, Fields, Reply, Response,
};
use crate::{Shape, Storage, Visitor, Writer};

macro_rules! commands {
    ($({
        #[doc = $summary:literal] $(#[doc = $more:literal])*
        $Name:ident $method:ident $code:literal $usage:literal -> $answer:literal
        $class:ident $storage:ident idempotent: $idempotent:literal
        since: $since:literal until: $until:literal feature: $feature:literal $(timeout: $timeout:literal)?;
        example $example:tt
        $(after $word:literal)? args $args:tt $(by $hand:ident)? reply $Response:tt $($fields:tt)?
    })+) => {$(
        commands!(@args [$($hand)?] [$($word)?] $args $Name [
            #[doc = $summary] $(#[doc = $more])*
            #[doc = concat!(
                "\n`$", $usage, "` → `", $answer, "`\n\n",
                "| firmware | until | built with | class | kept in | may be repeated |\n",
                "|---|---|---|---|---|---|\n",
                "| ", $since, " | ", $until, " | ", $feature, " | ", stringify!($class), " | ",
                stringify!($storage), " | ", $idempotent, " |\n\n# Example\n",
            )]
            #[doc = example!(@doc $example)]
        ]);
        $(commands!(@reply $fields $Response $Name $usage);)?

        impl Command for $Name {
            const CODE: Code = Code::new(*$code);
            const CLASS: Class = Class::$class;
            const IDEMPOTENT: bool = $idempotent;
            const INFO: &'static CommandInfo = &CommandInfo {
                code: Self::CODE,
                name: stringify!($Name),
                summary: $summary.trim_ascii(),
                usage: $usage,
                answer: $answer,
                arguments: commands!(@infos $args),
                fields: <$Response as Response>::FIELDS,
                class: Self::CLASS,
                storage: Storage::$storage,
                idempotent: Self::IDEMPOTENT,
                since: $since,
                until: non_empty($until),
                timeout_ms: timeout_ms(&[$($timeout)?]),
                feature: non_empty($feature),
                example: example!(@data $example),
            };

            type Response = $Response;

            commands!(@words [$($hand)?] [$($word)?] $args);

            #[inline]
            fn encode_args(&self, writer: &mut Writer<'_>) {
                self.write_args(writer);
            }

            #[inline]
            fn decode_args(fields: &mut Fields<'_>) -> Result<Self, DecodeError> {
                Self::read_args(fields)
            }

            commands!(@visit $args);
        }
    )+};

    // What a server reads apart: `Command` says so.
    (@words [hand] [] $args:tt) => {};
    (@words [] [$($word:literal)?] {}) => {};
    (@words [] [$($word:literal)?]
        { $($(#[$meta:meta])* $field:ident: $Type:ty $(where $range:expr $(=> $refuse:ident)?)?,)+ }
    ) => {
        const SHAPE: Shape = commands!(@shape [$($word)?] $($Type)+);

        #[inline]
        fn from_words(words: &[u32; Shape::MOST]) -> Option<Self> {
            let mut words = words.iter();
            Some(Self {
                $($field: crate::Field::from_word(*words.next()?, Self::SHAPE.kind())?,)+
            })
        }
    };
    (@shape [$word:literal] $Switch:ty) => {{
        let [letter] = *$word;
        Shape::switch_after(letter)
    }};
    (@shape [] $($Type:ty)+) => { Shape::of(&[$(<$Type as crate::Field>::KIND),+]) };

    (@visit {}) => {};
    (@visit { $($(#[$meta:meta])* $field:ident: $Type:ty $(where $range:expr $(=> $refuse:ident)?)?,)+ }) => {
        fn visit(&self, visitor: &mut Visitor<'_>) {
            $(self.$field.show(stringify!($field), visitor);)+
        }
    };

    (@infos { $($args:tt)* }) => { field_infos!($($args)*) };

    // No arguments: surplus ones are ignored, as controllers do.
    (@args [] [] {} $Name:ident $doc:tt) => {
        commands!(@struct {} $Name $doc);

        impl $Name {
            #[inline]
            const fn write_args(self, _writer: &mut Writer<'_>) {}

            #[inline]
            const fn read_args(_fields: &mut Fields<'_>) -> Result<Self, DecodeError> {
                Ok(Self)
            }
        }
    };
    (@args [hand] [] {} $Name:ident $doc:tt) => {
        commands!(@struct {} $Name $doc);
    };
    (
        @args [hand] []
        { $($(#[$meta:meta])* $field:ident: $Type:ty $(where $range:expr $(=> $refuse:ident)?)?,)+ }
        $Name:ident $doc:tt
    ) => {
        commands!(@struct {
            $($(#[$meta])* $(#[doc = commands!(@range $range)])? $field: $Type,)+
        } $Name $doc);

        impl $Name {
            fn write_fields(&self, writer: &mut Writer<'_>) {
                $(commands!(@write self writer $field $($range $(=> $refuse)?)?);)+
            }
        }
    };
    // There are many of these.
    (
        @args [] [$word:literal] { $(#[$meta:meta])* $field:ident: bool, } $Name:ident $doc:tt
    ) => {
        commands!(@struct { $(#[$meta])* $field: bool, } $Name $doc);

        impl $Name {
            fn write_args(self, writer: &mut Writer<'_>) {
                writer.text($word);
                crate::Field::encode(&self.$field, writer);
            }

            #[inline]
            fn read_args(fields: &mut Fields<'_>) -> Result<Self, DecodeError> {
                let [letter] = *$word;
                Ok(Self { $field: fields.switch(letter)? })
            }
        }
    };
    (
        @args [] [$($word:literal)?]
        { $($(#[$meta:meta])* $field:ident: $Type:ty $(where $range:expr $(=> $refuse:ident)?)?,)* }
        $Name:ident $doc:tt
    ) => {
        commands!(@struct {
            $($(#[$meta])* $(#[doc = commands!(@range $range)])? $field: $Type,)*
        } $Name $doc);

        impl $Name {
            fn write_args(&self, writer: &mut Writer<'_>) {
                $(writer.text($word);)?
                $(commands!(@write self writer $field $($range $(=> $refuse)?)?);)*
            }

            #[inline]
            fn read_args(fields: &mut Fields<'_>) -> Result<Self, DecodeError> {
                $(fields.read_word($word);)?
                let command = Self { $($field: fields.read(),)* };
                fields.end()?;
                Ok(command)
            }
        }
    };

    (@range $range:expr) => {
        concat!("\n`", stringify!($range), "`: anything else is refused before it is sent.")
    };
    (@write $self:ident $writer:ident $field:ident) => {
        crate::Field::encode(&$self.$field, $writer);
    };
    (@write $self:ident $writer:ident $field:ident $range:expr) => {
        commands!(@write $self $writer $field $range => refuse_range);
    };
    (@write $self:ident $writer:ident $field:ident $range:expr => $refuse:ident) => {
        commands!(@write $self $writer $field);
        if !($range).contains(&Number::number(&$self.$field)) {
            $writer.$refuse();
        }
    };

    (@struct {} $Name:ident [$($doc:tt)*]) => {
        $($doc)*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
        #[cfg_attr(feature = "defmt", derive(defmt::Format))]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
        pub struct $Name;
    };
    (@struct { $($(#[$meta:meta])* $field:ident: $Type:ty,)+ } $Name:ident [$($doc:tt)*]) => {
        $($doc)*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[cfg_attr(feature = "defmt", derive(defmt::Format))]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
        pub struct $Name {
            $($(#[$meta])* pub $field: $Type,)+
        }
    };

    (
        @reply { $($(#[doc = $summary:literal])* $field:ident: $Type:ty,)+ }
        $Response:ident $Name:ident $usage:literal
    ) => {
        #[doc = concat!("What [`", stringify!($Name), "`] (`", $usage, "`) is answered with.")]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[cfg_attr(feature = "defmt", derive(defmt::Format))]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
        pub struct $Response {
            $($(#[doc = $summary])* pub $field: $Type,)+
        }

        impl Response for $Response {
            const FIELDS: &'static [FieldInfo] =
                field_infos!($($(#[doc = $summary])* $field: $Type,)+);

            fn read(reply: &mut Reply<'_>) -> Self {
                let fields = reply.accepted_fields();
                Self { $($field: fields.read(),)+ }
            }

            fn encode(&self, writer: &mut Writer<'_>) {
                let Self { $($field,)+ } = *self;
                $(crate::Field::encode(&$field, writer);)+
            }

            fn visit(&self, visitor: &mut Visitor<'_>) {
                $(self.$field.show(stringify!($field), visitor);)+
            }
        }
    };
}
crate::for_each_command!(commands);

const fn timeout_ms(own: &[u32]) -> u32 {
    match own {
        [own, ..] => *own,
        [] => crate::DEFAULT_TIMEOUT_MS,
    }
}

const fn non_empty(text: &'static str) -> Option<&'static str> {
    if text.is_empty() { None } else { Some(text) }
}

impl Clock {
    /// Whether there is no clock chip: the controller then reads 165 165 165 165 165 85.
    #[must_use]
    pub const fn is_absent(&self) -> bool {
        self.month > 12 && self.hour > 23 && self.minute > 59 && self.second > 59
    }
}
