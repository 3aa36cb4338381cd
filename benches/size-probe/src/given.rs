//! What the device answers. The optimiser is kept from knowing it.
//!
//! Responses are put together from a value for each type of field: a new row of the table needs
//! nothing here unless it brings a new type.

use core::hint::black_box;

use rapi_core::commands::{self, CurrentSet, HeartbeatSet, State};
use rapi_core::types::{
    Amps, BootLock, CentiHertz, DeciCelsius, EvConnected, EvseState, FaultCount, HeartbeatTrigger,
    KilowattHours, MennekesMode, MilliAmps, MilliVolts, Milliseconds, OrNone, PilotState,
    QuarterHours, Seconds, SerialNumber, SettingsFlags, SignedSeconds, Temperature, Text,
    Thermistor, VFlags, WattHours, WattSeconds,
};

/// A field or an answer; `None` is refused with `$NK`.
pub(crate) trait Given: Sized {
    fn given() -> Option<Self>;
}

macro_rules! given {
    ($($Type:ty: $value:expr;)+) => {$(
        impl Given for $Type {
            fn given() -> Option<Self> {
                Some(black_box($value))
            }
        }
    )+};
}

given! {
    (): ();
    bool: true;
    u8: 26;
    u16: 220;
    i16: -12;
    u32: 46_800;
    Amps: Amps(16);
    MilliAmps: MilliAmps(16_000);
    MilliVolts: MilliVolts(240_000);
    DeciCelsius: DeciCelsius(650);
    Seconds: Seconds(12_345);
    SignedSeconds: SignedSeconds(60);
    Milliseconds: Milliseconds(23);
    QuarterHours: QuarterHours(4);
    CentiHertz: CentiHertz(5_001);
    WattSeconds: WattSeconds(144_508);
    WattHours: WattHours(40);
    KilowattHours: KilowattHours(10);
    FaultCount: FaultCount(1);
    SettingsFlags: SettingsFlags(0x0021);
    VFlags: VFlags(0x0240);
    Temperature: Temperature::Reading(DeciCelsius(230));
    EvseState: EvseState::Charging;
    PilotState: PilotState::C;
    EvConnected: EvConnected::Yes;
    BootLock: BootLock::Cleared;
    HeartbeatTrigger: HeartbeatTrigger::Never;
    MennekesMode: MennekesMode::Automatic;
}

impl<const N: usize> Given for Text<N> {
    fn given() -> Option<Self> {
        Self::new(black_box("8.2.3"))
    }
}

impl<T: Given> Given for Option<T> {
    fn given() -> Option<Self> {
        T::given().map(Some)
    }
}

impl<T: Given> Given for OrNone<T> {
    fn given() -> Option<Self> {
        T::given().map(|value| Self(Some(value)))
    }
}

/// Puts a type together from its fields.
macro_rules! together {
    ($Type:ty { $($field:ident),+ $(,)? }) => {
        impl Given for $Type {
            fn given() -> Option<Self> {
                Some(Self { $($field: Given::given()?,)+ })
            }
        }
    };
}

together!(Thermistor { r25, beta, offset, panic });
// These three are not made from the table.
together!(CurrentSet { amps, accepted });
together!(HeartbeatSet { heartbeat, accepted });
together!(State { evse, elapsed, pilot, flags });

impl Given for SerialNumber {
    fn given() -> Option<Self> {
        Given::given().map(Self)
    }
}

macro_rules! rows {
    ($({
        $(#[doc = $doc:literal])+
        $Name:ident $method:ident $code:literal $usage:literal -> $answer:literal
        $class:ident $storage:ident idempotent: $idempotent:literal
        since: $since:literal until: $until:literal feature: $feature:literal $(timeout: $timeout:literal)?;
        example $example:tt
        $(after $word:literal)? args $args:tt $(by $hand:ident)?
        reply $Response:tt $({ $($(#[$field_doc:meta])* $field:ident: $Field:ty,)+ })?
    })+) => {
        $($(together!(commands::$Response { $($field,)+ });)?)+
    };
}
rapi_core::for_each_command!(rows);
