//! Values for people.

use core::fmt;

use crate::types::{
    Amps, BootLock, ButtonPress, CentiHertz, DeciCelsius, EvConnected, EvseState, FaultCount,
    HeartbeatTrigger, KilowattHours, LcdColour, LcdText, LcdType, MennekesAction, MennekesMode,
    MilliAmps, MilliVolts, Milliseconds, OrNone, PilotState, QuarterHours, Relay, Seconds,
    SerialNumber, ServiceLevel, SettingsFlags, SignedSeconds, Temperature, Text, Thermistor,
    VFlags, WattHours, WattSeconds, WifiMode, Wrapped16,
};

/// Is given each value of an answer: the name of the field, and what a person wants to read.
pub type Visitor<'a> = dyn FnMut(&'static str, &dyn fmt::Display) + 'a;

/// Something that is shown as one or more values, or not at all.
pub(crate) trait Show {
    fn show(&self, name: &'static str, visitor: &mut Visitor<'_>);
}

macro_rules! by_display {
    ($($Type:ty),+ $(,)?) => {$(
        impl Show for $Type {
            fn show(&self, name: &'static str, visitor: &mut Visitor<'_>) {
                visitor(name, self);
            }
        }
    )+};
}

by_display! {
    u8, u16, u32, i16, i32,
    Amps, CentiHertz, DeciCelsius, KilowattHours, MilliAmps, MilliVolts, Milliseconds,
    QuarterHours, Seconds, SignedSeconds, WattHours, WattSeconds,
    BootLock, ButtonPress, EvConnected, EvseState, LcdColour, LcdText, LcdType, MennekesAction,
    Relay, ServiceLevel, WifiMode, Wrapped16, FaultCount, HeartbeatTrigger, MennekesMode, PilotState,
    SettingsFlags, VFlags, Temperature, SerialNumber, Text<20>,
}

impl Show for bool {
    fn show(&self, name: &'static str, visitor: &mut Visitor<'_>) {
        visitor(name, if *self { &"yes" } else { &"no" });
    }
}

/// What an older firmware does not send is not shown.
impl<T: Show> Show for Option<T> {
    fn show(&self, name: &'static str, visitor: &mut Visitor<'_>) {
        if let Some(value) = self {
            value.show(name, visitor);
        }
    }
}

impl<T: Show> Show for OrNone<T> {
    fn show(&self, name: &'static str, visitor: &mut Visitor<'_>) {
        match &self.0 {
            Some(value) => value.show(name, visitor),
            None => visitor(name, &"not measured"),
        }
    }
}

impl Show for Thermistor {
    fn show(&self, _name: &'static str, visitor: &mut Visitor<'_>) {
        visitor("r25", &format_args!("{} Ω", self.r25));
        visitor("beta", &format_args!("{} K", self.beta));
        visitor("offset", &self.offset);
        visitor("panic", &self.panic);
    }
}

/// Writes all values in one line. Returns whether there are any.
pub(crate) fn list(
    f: &mut fmt::Formatter<'_>,
    visit: &dyn Fn(&mut Visitor<'_>),
) -> Result<bool, fmt::Error> {
    let mut result = Ok(false);
    visit(&mut |name, value| {
        if let Ok(any) = result {
            let separator = if any { "; " } else { "" };
            result = write!(f, "{separator}{name}: {value}").map(|()| true);
        }
    });
    result
}
