use rapi_core::AnyCommand;
use rapi_core::commands::{self, CurrentSet, Heartbeat, HeartbeatSet, State};
use rapi_core::types::{
    Amps, BootLock, CentiHertz, DeciCelsius, EvConnected, EvseState, FaultCount, HeartbeatTrigger,
    KilowattHours, LcdColour, LcdText, LcdType, MennekesAction, MennekesMode, MilliAmps,
    MilliVolts, Milliseconds, OrNone, PilotState, QuarterHours, Relay, Seconds, SerialNumber,
    ServiceLevel, SettingsFlags, SignedSeconds, Temperature, Text, Thermistor, VFlags, WattHours,
    WattSeconds, Wrapped16,
};

use crate::Input;

/// A value of a type that occurs in the table, made from the fuzzer's bytes.
pub trait Sample: Sized {
    fn sample(input: &mut Input<'_>) -> Self;
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
    bool: |input| input.flag();
    u8: |input| input.u8();
    u16: |input| input.u16();
    i16: |input| input.u16().cast_signed();
    u32: |input| input.u32();
    Amps: |input| Amps(input.u8());
    MilliAmps: |input| MilliAmps(input.i32());
    MilliVolts: |input| MilliVolts(input.i32());
    DeciCelsius: |input| DeciCelsius(input.u16().cast_signed());
    KilowattHours: |input| KilowattHours(input.u8());
    QuarterHours: |input| QuarterHours(input.u8());
    Milliseconds: |input| Milliseconds(input.u16());
    CentiHertz: |input| CentiHertz(input.u16());
    SignedSeconds: |input| SignedSeconds(input.u16().cast_signed());
    Wrapped16: |input| Wrapped16(input.u16().cast_signed());
    LcdColour: |input| LcdColour(input.u8());
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
    HeartbeatTrigger: |input| HeartbeatTrigger::from_code(input.u8());
    ServiceLevel: |input| choose(input, [ServiceLevel::L1, ServiceLevel::L2, ServiceLevel::Auto]);
    LcdType: |input| choose(input, [LcdType::Monochrome, LcdType::Rgb]);
    MennekesMode: |input| choose(input, [MennekesMode::Automatic, MennekesMode::Manual]);
    MennekesAction: |input| choose(input, [
        MennekesAction::Automatic,
        MennekesAction::Manual,
        MennekesAction::Unlock,
        MennekesAction::Lock,
    ]);
    Relay: |input| choose(input, [Relay::Dc1, Relay::Dc2, Relay::Ac]);
    Thermistor: |input| Thermistor {
        r25: input.u32(),
        beta: input.u32(),
        offset: DeciCelsius::sample(input),
        panic: DeciCelsius::sample(input),
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
    LcdText: |input| {
        let count = input.within(1, 20);
        let mut text = String::new();
        for left in (0..count).rev() {
            text.push(match input.u8() {
                b' ' | 224.. if left > 0 && !text.is_empty() && !text.ends_with(' ') => ' ',
                b':' => ':',
                byte => character(byte),
            });
        }
        // Only the last word must not begin with a colon.
        LcdText::new(&text)
            .or_else(|| LcdText::new(&text.replace(':', ".")))
            .expect("words with single spaces between")
    };
    SerialNumber: |input| SerialNumber(Text::sample(input));
    State: |input| {
        let evse = EvseState::from_code(input.u8());
        let elapsed = Seconds(input.u32());
        let tail = input.flag().then(|| (PilotState::sample(input), VFlags::sample(input)));
        State { evse, elapsed, pilot: tail.map(|tail| tail.0), flags: tail.map(|tail| tail.1) }
    };
    CurrentSet: |input| CurrentSet { amps: Some(Amps(input.u8())), accepted: input.flag() };
    HeartbeatSet: |input| HeartbeatSet {
        heartbeat: Heartbeat::sample(input),
        accepted: input.flag(),
    };
}

macro_rules! rows {
    ($({
        $(#[doc = $doc:literal])+
        $Name:ident $method:ident $code:literal $usage:literal -> $answer:literal
        $class:ident $storage:ident idempotent: $idempotent:literal
        since: $since:literal until: $until:literal feature: $feature:literal $(timeout: $timeout:literal)?;
        example $example:tt
        $(after $word:literal)? args { $($(#[$arg_doc:meta])* $arg:ident: $Arg:ty $(where $range:expr $(=> $refuse:ident)?)?,)* } $(by $hand:ident)?
        reply $Response:tt $({ $($(#[$field_doc:meta])* $field:ident: $Field:ty,)+ })?
    })+) => {
        $($(
            impl Sample for commands::$Response {
                fn sample(input: &mut Input<'_>) -> Self {
                    Self { $($field: <$Field>::sample(input),)+ }
                }
            }
        )?)+

        /// The first argument outside of a range of the table.
        fn out_of_a_range_of_the_table(command: &AnyCommand) -> Option<u8> {
            match command {
                $(AnyCommand::$Name(command) => {
                    let _ = command;
                    let words: &[&[u8]] = &[$($word)?];
                    let good: &[bool] =
                        &[$(true $(&& ($range).contains(&command.$arg.number()))?),*];
                    let place = good.iter().position(|good| !good)?;
                    u8::try_from(words.len() + place + 1).ok()
                })+
                _ => unreachable!("a command outside of the table"),
            }
        }
    };
}
rapi_core::for_each_command!(rows);

/// The first argument that no controller would take as it is. A fixed word before it counts.
pub fn out_of_range(command: &AnyCommand) -> Option<u8> {
    match command {
        // Their lines are written by hand, and so are their ranges.
        AnyCommand::SetCurrent(commands::SetCurrent { amps })
        | AnyCommand::SaveCurrent(commands::SaveCurrent { amps })
        | AnyCommand::SetHardwareMaximum(commands::SetHardwareMaximum { amps }) => {
            (!(6..=80).contains(&amps.0)).then_some(1)
        }
        _ => out_of_a_range_of_the_table(command),
    }
}

/// What the table compares with a range.
trait Number {
    fn number(&self) -> i32;
}

macro_rules! numbers {
    ($($Type:ty: |$value:ident| $number:expr;)+) => {$(
        impl Number for $Type {
            fn number(&self) -> i32 {
                let $value = self;
                i32::try_from($number).unwrap_or(i32::MAX)
            }
        }
    )+};
}

numbers! {
    u8: |value| *value;
    Amps: |amps| amps.0;
    MilliAmps: |current| current.0;
    MilliVolts: |voltage| voltage.0;
    DeciCelsius: |temperature| temperature.0;
    Milliseconds: |time| time.0;
    Seconds: |time| time.0;
    LcdColour: |colour| colour.0;
}

impl<T: Sample> Sample for Option<T> {
    fn sample(input: &mut Input<'_>) -> Self {
        input.flag().then(|| T::sample(input))
    }
}

impl<const N: usize> Sample for Text<N> {
    fn sample(input: &mut Input<'_>) -> Self {
        let count = input.within(1, u32::try_from(N).expect("a short text"));
        let text: String = (0..count).map(|_| character(input.u8())).collect();
        Self::new(&text).expect("allowed characters")
    }
}

fn choose<T: Copy, const N: usize>(input: &mut Input<'_>, choices: [T; N]) -> T {
    choices[usize::from(input.u8()) % N]
}

/// A printable character that a word may hold. A colon is left out: the last word of a line that
/// begins with one is the sequence id.
fn character(byte: u8) -> char {
    match b'!' + byte % 94 {
        b'$' | b'^' | b'*' | b':' => '.',
        allowed => char::from(allowed),
    }
}
