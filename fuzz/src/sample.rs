use rapi_core::commands::{self, CurrentSet, State};
use rapi_core::types::{
    Amps, BootLock, DeciCelsius, EvConnected, EvseState, FaultCount, LcdColour, MilliAmps,
    MilliVolts, OrNone, PilotState, Seconds, ServiceLevel, SettingsFlags, Temperature, Text,
    VFlags, WattHours, WattSeconds,
};

use crate::Input;

/// A value of a type that occurs in the table, made from the fuzzer's bytes.
pub trait Sample: Sized {
    fn sample(input: &mut Input<'_>) -> Self;

    /// Whether a controller would take it as an argument, by the guide.
    fn in_range(&self) -> bool {
        true
    }
}

macro_rules! sample {
    ($($Type:ty: |$input:ident| $value:expr;)+) => {$(
        impl Sample for $Type {
            fn sample($input: &mut Input<'_>) -> Self {
                $value
            }
        }
    )+};
}

sample! {
    (): |_input| ();
    u8: |input| input.u8();
    Seconds: |input| Seconds(input.u32());
    WattSeconds: |input| WattSeconds(input.u32());
    WattHours: |input| WattHours(input.u32());
    FaultCount: |input| FaultCount(input.u8());
    VFlags: |input| VFlags(input.u16());
    SettingsFlags: |input| SettingsFlags(input.u16());
    EvseState: |input| EvseState::from_code(input.u8());
    PilotState: |input| PilotState::from_code(input.u8());
    BootLock: |input| BootLock::from_code(input.u8());
    EvConnected: |input| EvConnected::from_code(input.u8());
    ServiceLevel: |input| match input.u8() % 3 {
        0 => ServiceLevel::L1,
        1 => ServiceLevel::L2,
        _ => ServiceLevel::Auto,
    };
    // -1 is the wire's word for "no meter".
    OrNone<MilliAmps>: |input| OrNone(Some(input.i32()).filter(|&ma| ma != -1).map(MilliAmps));
    OrNone<MilliVolts>: |input| OrNone(Some(input.i32()).filter(|&mv| mv != -1).map(MilliVolts));
    // The three lowest words of the wire mean what is wrong with the sensor.
    Temperature: |input| match input.u16().cast_signed() {
        -2560 => Temperature::Absent,
        -2561 => Temperature::Open,
        -2562 => Temperature::Shorted,
        value => Temperature::Reading(DeciCelsius(value)),
    };
    Text<20>: |input| {
        let count = input.within(1, 20);
        let text: String = (0..count).map(|_| character(input.u8())).collect();
        Text::new(&text).expect("allowed characters")
    };
    State: |input| {
        let evse = EvseState::from_code(input.u8());
        let elapsed = Seconds(input.u32());
        let tail = input.flag().then(|| (PilotState::sample(input), VFlags::sample(input)));
        State { evse, elapsed, pilot: tail.map(|tail| tail.0), flags: tail.map(|tail| tail.1) }
    };
    CurrentSet: |input| CurrentSet { amps: Some(Amps(input.u8())), accepted: input.flag() };
}

macro_rules! replies {
    ($({
        $(#[doc = $doc:literal])+
        $Name:ident $method:ident $code:literal $usage:literal -> $answer:literal
        $class:ident $storage:ident idempotent: $idempotent:literal
        since: $since:literal feature: $feature:expr;
        args $args:tt $(by $hand:ident)?
        reply $Response:tt $({ $($(#[$field_doc:meta])* $field:ident: $Field:ty,)+ })?
    })+) => {
        $($(
            impl Sample for commands::$Response {
                fn sample(input: &mut Input<'_>) -> Self {
                    Self { $($field: <$Field>::sample(input),)+ }
                }
            }
        )?)+
    };
}
rapi_core::for_each_command!(replies);

impl Sample for Amps {
    fn sample(input: &mut Input<'_>) -> Self {
        Self(input.u8())
    }

    fn in_range(&self) -> bool {
        (6..=80).contains(&self.0)
    }
}

impl Sample for LcdColour {
    fn sample(input: &mut Input<'_>) -> Self {
        Self(input.u8())
    }

    fn in_range(&self) -> bool {
        self.0 <= 7
    }
}

impl<T: Sample> Sample for Option<T> {
    fn sample(input: &mut Input<'_>) -> Self {
        input.flag().then(|| T::sample(input))
    }
}

/// A printable character that a word may hold. A colon is left out: the last word of a line that
/// begins with one is the sequence id.
fn character(byte: u8) -> char {
    match b'!' + byte % 94 {
        b'$' | b'^' | b'*' | b':' => '.',
        allowed => char::from(allowed),
    }
}
