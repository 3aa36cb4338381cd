//! Values for people.

use core::fmt;

use crate::types::{
    Amps, BootLock, CentiHertz, DeciCelsius, EvConnected, EvseState, FaultCount, HeartbeatTrigger,
    KilowattHours, MennekesMode, MilliAmps, MilliVolts, Milliseconds, OrNone, PilotState,
    QuarterHours, Seconds, SerialNumber, SettingsFlags, SignedSeconds, Temperature, Text,
    Thermistor, VFlags, WattHours, WattSeconds,
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
    BootLock, EvConnected, EvseState, FaultCount, HeartbeatTrigger, MennekesMode, PilotState,
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
