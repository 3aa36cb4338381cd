//! What the device knows: it has a value of each kind, of which the optimiser knows nothing.
//!
//! What it is told it keeps, argument by argument, and responses are put together from a value for
//! each type of field: a new row of the table needs nothing here unless it brings a new type.

use rapi_core::commands::{self, CurrentSet, HeartbeatSet, State};
use rapi_core::types::{
    Amps, BootLock, CentiHertz, DeciCelsius, EvConnected, EvseState, FaultCount, HeartbeatTrigger,
    KilowattHours, LcdColour, LcdText, LcdType, MennekesAction, MennekesMode, MilliAmps,
    MilliVolts, Milliseconds, OrNone, PilotState, QuarterHours, Relay, Seconds, SerialNumber,
    ServiceLevel, SettingsFlags, SignedSeconds, Temperature, Text, Thermistor, VFlags, WattHours,
    WattSeconds, Wrapped16,
};
use rapi_server::Rejected;

/// A field or an answer, or a refusal with `$NK`.
pub(crate) trait Given: Sized {
    fn given(values: &Values) -> Result<Self, Rejected>;
}

/// An argument or a command: what a device keeps of it.
pub(crate) trait Take {
    fn take(self, values: &mut Values);
}

macro_rules! given {
    ($($field:ident: $Type:ty;)+) => {
        /// What a device knows.
        pub struct Values {
            /// Whether it does what it is told.
            outcome: Result<(), Rejected>,
            $($field: $Type,)+
            text: LcdText,
        }

        $(impl Given for $Type {
            fn given(values: &Values) -> Result<Self, Rejected> {
                Ok(values.$field)
            }
        }

        impl Take for $Type {
            fn take(self, values: &mut Values) {
                // Volatile, as two arguments of a type would else be one.
                // SAFETY: a reference.
                unsafe { (&raw mut values.$field).write_volatile(self) };
            }
        })+
    };
}

given! {
    switch: bool;
    byte: u8;
    half: u16;
    signed: i16;
    word: u32;
    amps: Amps;
    milliamps: MilliAmps;
    voltage: MilliVolts;
    limit: DeciCelsius;
    seconds: Seconds;
    zone: SignedSeconds;
    milliseconds: Milliseconds;
    quarters: QuarterHours;
    frequency: CentiHertz;
    session: WattSeconds;
    energy: WattHours;
    kilowatt_hours: KilowattHours;
    faults: FaultCount;
    settings: SettingsFlags;
    flags: VFlags;
    temperature: Temperature;
    state: EvseState;
    pilot: PilotState;
    connected: EvConnected;
    lock: BootLock;
    trigger: HeartbeatTrigger;
    mennekes: MennekesMode;
    version: Text<20>;
    serial: Text<32>;
    // These are only told.
    level: ServiceLevel;
    relay: Relay;
    lock_action: MennekesAction;
    display: LcdType;
    colour: LcdColour;
    calibration: Wrapped16;
}

impl Take for LcdText {
    fn take(self, values: &mut Values) {
        // No command has two.
        values.text = self;
    }
}

impl Given for () {
    fn given(values: &Values) -> Result<(), Rejected> {
        values.outcome
    }
}

impl<T: Given> Given for Option<T> {
    fn given(values: &Values) -> Result<Self, Rejected> {
        T::given(values).map(Some)
    }
}

impl<T: Given> Given for OrNone<T> {
    fn given(values: &Values) -> Result<Self, Rejected> {
        T::given(values).map(|value| Self(Some(value)))
    }
}

/// Puts a type together from its fields.
macro_rules! together {
    ($Type:ty { $($field:ident),+ $(,)? }) => {
        impl Given for $Type {
            fn given(values: &Values) -> Result<Self, Rejected> {
                Ok(Self { $($field: Given::given(values)?,)+ })
            }
        }
    };
}

together!(Thermistor { r25, beta, offset, panic });
// These three are not made from the table.
together!(CurrentSet { amps, accepted });
together!(HeartbeatSet { heartbeat, accepted });
together!(State { evse, elapsed, pilot, flags });

impl Take for Option<Thermistor> {
    fn take(self, values: &mut Values) {
        if let Some(Thermistor { r25, beta, offset, panic }) = self {
            r25.take(values);
            beta.take(values);
            offset.take(values);
            panic.take(values);
        }
    }
}

impl Given for SerialNumber {
    fn given(values: &Values) -> Result<Self, Rejected> {
        Given::given(values).map(Self)
    }
}

macro_rules! rows {
    ($({
        $(#[doc = $doc:literal])+
        $Name:ident $method:ident $code:literal $usage:literal -> $answer:literal
        $class:ident $storage:ident idempotent: $idempotent:literal
        since: $since:literal until: $until:literal feature: $feature:literal $(timeout: $timeout:literal)?;
        example $example:tt
        $(after $word:literal)?
        args { $($(#[$meta:meta])* $argument:ident: $Argument:ty $(where $range:expr $(=> $refuse:ident)?)?,)* } $(by $hand:ident)?
        reply $Response:tt $({ $($(#[$field_doc:meta])* $field:ident: $Field:ty,)+ })?
    })+) => {
        $(
            impl Take for commands::$Name {
                fn take(self, _values: &mut Values) {
                    $(self.$argument.take(_values);)*
                }
            }
            $(together!(commands::$Response { $($field,)+ });)?
        )+
    };
}
rapi_core::for_each_command!(rows);
