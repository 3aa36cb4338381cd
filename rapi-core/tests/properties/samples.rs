//! Any command and any answer of the table, from any values of its types.

use proptest::prelude::*;
use proptest::strategy::{BoxedStrategy, Union};
use rapi_core::commands::{self, CurrentSet, Heartbeat, HeartbeatSet, State};
use rapi_core::types::{
    Amps, BootLock, CentiHertz, DeciCelsius, EvConnected, EvseState, FaultCount, HeartbeatTrigger,
    KilowattHours, LcdColour, LcdText, LcdType, MennekesAction, MennekesMode, MilliAmps,
    MilliVolts, Milliseconds, OrNone, PilotState, QuarterHours, Relay, Seconds, SerialNumber,
    ServiceLevel, SettingsFlags, SignedSeconds, Temperature, Text, Thermistor, VFlags, WattHours,
    WattSeconds, Wrapped16,
};
use rapi_core::{AnyCommand, Dialect, Response, encode_reply};

use super::decode;

/// Makes any value of a type that occurs in the table.
pub(crate) trait Sample: Sized + core::fmt::Debug + 'static {
    fn sample() -> BoxedStrategy<Self>;
}

fn select<T: Copy + core::fmt::Debug + 'static>(choices: &'static [T]) -> impl Strategy<Value = T> {
    prop::sample::select(choices)
}

macro_rules! sample {
    ($($Type:ty: $strategy:expr;)+) => {$(
        impl Sample for $Type {
            fn sample() -> BoxedStrategy<Self> {
                ($strategy).boxed()
            }
        }
    )+};
}

sample! {
    (): Just(());
    bool: any::<bool>();
    u8: any::<u8>();
    u16: any::<u16>();
    i16: any::<i16>();
    u32: any::<u32>();
    KilowattHours: any::<u8>().prop_map(KilowattHours);
    QuarterHours: any::<u8>().prop_map(QuarterHours);
    Milliseconds: any::<u16>().prop_map(Milliseconds);
    CentiHertz: any::<u16>().prop_map(CentiHertz);
    SignedSeconds: any::<i16>().prop_map(SignedSeconds);
    MilliAmps: any::<i32>().prop_map(MilliAmps);
    MilliVolts: any::<i32>().prop_map(MilliVolts);
    DeciCelsius: any::<i16>().prop_map(DeciCelsius);
    Wrapped16: any::<i16>().prop_map(Wrapped16);
    HeartbeatTrigger: any::<u8>().prop_map(HeartbeatTrigger::from_code);
    LcdType: select(&[LcdType::Monochrome, LcdType::Rgb]);
    MennekesMode: select(&[MennekesMode::Automatic, MennekesMode::Manual]);
    MennekesAction: select(&[
        MennekesAction::Automatic,
        MennekesAction::Manual,
        MennekesAction::Unlock,
        MennekesAction::Lock,
    ]);
    Relay: select(&[Relay::Dc1, Relay::Dc2, Relay::Ac]);
    Thermistor: (any::<u32>(), any::<u32>(), any::<i16>(), any::<i16>()).prop_map(
        |(r25, beta, offset, panic)| Thermistor {
            r25,
            beta,
            offset: DeciCelsius(offset),
            panic: DeciCelsius(panic),
        }
    );
    // Its length and its spaces decide whether the line can be sent at all.
    LcdText: "[!-#%-)+-9;-\\]_-~]{1,8}( [!-#%-)+-9;-\\]_-~]{1,3}){0,2}"
        .prop_map(|text| LcdText::new(&text).unwrap());
    SerialNumber: "[0-9A-Z]{14}|[0-9a-f]{32}".prop_map(|text| SerialNumber(Text::new(&text).unwrap()));
    HeartbeatSet: (any::<i16>(), any::<u8>(), any::<u8>(), any::<bool>()).prop_map(
        |(interval, fallback, trigger, accepted)| HeartbeatSet {
            heartbeat: Heartbeat {
                interval: SignedSeconds(interval),
                fallback: Amps(fallback),
                trigger: HeartbeatTrigger::from_code(trigger),
            },
            accepted,
        }
    );
    Amps: any::<u8>().prop_map(Amps);
    Seconds: any::<u32>().prop_map(Seconds);
    WattSeconds: any::<u32>().prop_map(WattSeconds);
    WattHours: any::<u32>().prop_map(WattHours);
    LcdColour: any::<u8>().prop_map(LcdColour);
    FaultCount: any::<u8>().prop_map(FaultCount);
    VFlags: any::<u16>().prop_map(VFlags);
    SettingsFlags: any::<u16>().prop_map(SettingsFlags);
    EvseState: any::<u8>().prop_map(EvseState::from_code);
    PilotState: any::<u8>().prop_map(PilotState::from_code);
    BootLock: any::<u8>().prop_map(BootLock::from_code);
    EvConnected: any::<u8>().prop_map(EvConnected::from_code);
    ServiceLevel: select(&[ServiceLevel::L1, ServiceLevel::L2, ServiceLevel::Auto]);
    // -1 is the wire's word for "no meter".
    OrNone<MilliAmps>: any::<i32>().prop_map(|ma| OrNone((ma != -1).then_some(MilliAmps(ma))));
    OrNone<MilliVolts>: any::<i32>().prop_map(|mv| OrNone((mv != -1).then_some(MilliVolts(mv))));
    Temperature: prop_oneof![
        Just(Temperature::Absent),
        Just(Temperature::Open),
        Just(Temperature::Shorted),
        (-2559_i16..).prop_map(|value| Temperature::Reading(DeciCelsius(value))),
    ];
    Text<20>: "[!-#%-)+-9;-\\]_-~]{1,20}".prop_map(|text| Text::new(&text).unwrap());
    State: (any::<u8>(), any::<u32>(), any::<Option<(u8, u16)>>()).prop_map(|(evse, s, tail)| State {
        evse: EvseState::from_code(evse),
        elapsed: Seconds(s),
        pilot: tail.map(|(pilot, _)| PilotState::from_code(pilot)),
        flags: tail.map(|(_, flags)| VFlags(flags)),
    });
    CurrentSet: (any::<u8>(), any::<bool>())
        .prop_map(|(amps, accepted)| CurrentSet { amps: Some(Amps(amps)), accepted });
}

impl<T: Sample + Clone> Sample for Option<T> {
    fn sample() -> BoxedStrategy<Self> {
        prop::option::of(T::sample()).boxed()
    }
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
                fn sample() -> BoxedStrategy<Self> {
                    ($(<$Field>::sample(),)+)
                        .prop_map(|($($field,)+)| Self { $($field,)+ })
                        // A field at the end may only be missing if all behind it are.
                        .prop_filter("a hole", |value| reencodes(value))
                        .boxed()
                }
            }
        )?)+

        /// Any command of the table with any arguments, in or out of range.
        pub(crate) fn any_command() -> impl Strategy<Value = AnyCommand> {
            Union::new([$(
                (Just(()), $(<$Arg>::sample(),)*)
                    .prop_map(|((), $($arg,)*)| AnyCommand::$Name(commands::$Name { $($arg,)* }))
                    .boxed(),
            )+])
        }

        /// The arguments that may be out of range, by command and place.
        pub(crate) fn ranges() -> Vec<(&'static str, u8)> {
            let mut ranges = Vec::new();
            $(
                let words: &[&[u8]] = &[$($word)?];
                let arguments: &[(bool, &str)] = &[$((false $(|| !$range.is_empty())?, stringify!($arg))),*];
                for ((ranged, _), place) in arguments.iter().zip(1..) {
                    if *ranged {
                        ranges.push((stringify!($Name), place + u8::try_from(words.len()).unwrap()));
                    }
                }
            )+
            ranges
        }
    };
}
rapi_core::for_each_command!(rows);

fn reencodes<R: Response>(response: &R) -> bool {
    let mut line = [0; 100];
    let len = encode_reply(response, None, Dialect::V3, &mut line).unwrap();
    let mut again = [0; 100];
    let decoded: R = decode(&line[..len]);
    encode_reply(&decoded, None, Dialect::V3, &mut again).unwrap() == len && line == again
}
