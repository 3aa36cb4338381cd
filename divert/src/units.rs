//! Physical units as types, so that a watt is never taken for an ampere.

use core::fmt;

macro_rules! unit {
    ($(#[$meta:meta])* $name:ident($int:ty), $symbol:literal) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
        #[cfg_attr(feature = "defmt", derive(defmt::Format))]
        pub struct $name(pub $int);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!("{} ", $symbol), self.0)
            }
        }
    };
}

unit!(
    /// Power in watts. On a grid feed, + is import and − is export.
    #[derive(PartialOrd, Ord)]
    Watts(i32),
    "W"
);
unit!(
    /// Voltage in volts, between one phase and neutral.
    #[derive(PartialOrd, Ord)]
    Volts(u16),
    "V"
);
unit!(
    /// Whole amperes per phase, as a charger offers them.
    #[derive(PartialOrd, Ord)]
    Amps(u8),
    "A"
);
unit!(
    /// Measured current per phase in milliamperes.
    #[derive(PartialOrd, Ord)]
    MilliAmps(i32),
    "mA"
);
unit!(
    /// Energy in watt-hours.
    #[derive(PartialOrd, Ord)]
    WattHours(u16),
    "Wh"
);
unit!(
    /// Per cent.
    #[derive(PartialOrd, Ord)]
    Percent(u8),
    "%"
);
unit!(
    /// Milliseconds: a duration, or an instant of a monotonic clock.
    ///
    /// As an instant it may start anywhere and wraps after 49.7 days. Instants have no order for that
    /// reason: use [`Millis::since`].
    Millis(u32),
    "ms"
);

impl Millis {
    /// Returns the milliseconds from `earlier` to `self` on a clock that wraps, or `None` if `earlier`
    /// is the later of the two (more than 2^31 ms apart counts as that).
    ///
    /// # Examples
    /// ```
    /// use rapi_divert::Millis;
    /// assert_eq!(Millis(4).since(Millis(u32::MAX)), Some(5));
    /// assert_eq!(Millis(4).since(Millis(9)), None);
    /// ```
    #[must_use]
    pub const fn since(self, earlier: Self) -> Option<u32> {
        let distance = self.0.wrapping_sub(earlier.0);
        if distance <= u32::MAX / 2 { Some(distance) } else { None }
    }
}
