//! Everything public can be logged by defmt. Compiled by the step `clippy-defmt`; to run it would
//! need a logger.
#![cfg(feature = "defmt")]
#![allow(dead_code, reason = "that it compiles is the test")]

use rapi_core::types::{
    Amps, BootLock, ButtonPress, CentiHertz, DeciCelsius, EvConnected, EvseState, FaultCount,
    HeartbeatTrigger, KilowattHours, LcdColour, LcdText, LcdType, MennekesAction, MennekesMode,
    MilliAmps, MilliVolts, Milliseconds, OrNone, PilotState, QuarterHours, Relay, Seconds,
    SerialNumber, ServiceLevel, SettingsFlags, SignedSeconds, Temperature, Text, Thermistor,
    VFlags, WattHours, WattSeconds, WifiMode, Wrapped16,
};
use rapi_core::{
    AnyCommand, AnyResponse, ArgumentError, Arguments, Check, Checksum, Class, Code, CommandInfo,
    DecodeError, Decoder, Dialect, Dropped, EncodeError, Example, FieldError, FieldInfo, Fields,
    Form, Frame, FrameError, Incoming, IncomingError, Kind, Meaning, Notification, Rejected, Reply,
    ReplyError, Sender, SeqId, Shape, Storage, Word, Writer,
};

const fn is_format<T: defmt::Format + ?Sized>() {}

macro_rules! can_be_logged {
    ($($Type:ty),+ $(,)?) => {
        const fn all() {
            $(is_format::<$Type>();)+
        }
    };
}

can_be_logged! {
    AnyCommand, AnyResponse, ArgumentError, Arguments<'_>, Check, Checksum, Class, Code, CommandInfo, DecodeError,
    Decoder<64>, Dialect, Dropped, EncodeError, Example, FieldError, FieldInfo, Fields<'_>, Form,
    Frame<'_>, FrameError, Incoming<'_>, IncomingError, Kind, Meaning, Notification, Rejected, Reply<'_>,
    ReplyError, Sender, SeqId, Shape, Storage, Word, Writer<'_>,
    Amps, BootLock, ButtonPress, CentiHertz, DeciCelsius, EvConnected, EvseState, FaultCount,
    HeartbeatTrigger, KilowattHours, LcdColour, LcdText, LcdType, MennekesAction, MennekesMode,
    MilliAmps, MilliVolts, Milliseconds, OrNone<Amps>, PilotState, QuarterHours, Relay, Seconds,
    SerialNumber, ServiceLevel, SettingsFlags, SignedSeconds, Temperature, Text<20>, Thermistor,
    VFlags, WattHours, WattSeconds, WifiMode, Wrapped16,
}
