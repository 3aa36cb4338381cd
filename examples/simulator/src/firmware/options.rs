//! What can be compiled into a firmware.

use std::fmt;
use std::ops::{BitOr, Sub};

/// A set of what is compiled in. The names are those of the firmware's own switches.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Options(u64);

macro_rules! options {
    ($($(#[$doc:meta])+ $NAME:ident $(as $name:literal)? = $bit:literal;)+) => {
        impl Options {
            $($(#[$doc])+ pub const $NAME: Self = Self(1 << $bit);)+

            const ALL: &[(&str, Self)] = &[$((options!(@name $NAME $($name)?), Self::$NAME)),+];
        }
    };
    (@name $NAME:ident) => { stringify!($NAME) };
    (@name $NAME:ident $name:literal) => { $name };
}

options! {
    /// Checks of ground, relay and GFCI.
    ADVPWR = 0;
    /// An ammeter.
    AMMETER = 1;
    /// Charging waits for an authentication.
    AUTH_LOCK = 2;
    /// Finds the service level at boot.
    AUTOSVCLEVEL = 3;
    /// Waits for `SB` after boot.
    BOOTLOCK = 4;
    /// A button with a menu.
    BTN_MENU = 5;
    /// Temperature sensors in the cable.
    CABLE_TEMPERATURE_MONITORING = 6;
    /// Limits the energy of a session.
    CHARGE_LIMIT = 7;
    /// Hours of charging.
    DELAYTIMER = 8;
    /// The build for Europe: 230 V, 32 A.
    EU = 9;
    /// Pretends to measure a current.
    FAKE_CHARGING_CURRENT = 10;
    /// Tests the GFCI before each charge.
    GFI_SELFTEST = 11;
    /// Lowers the current when nobody pulses.
    HEARTBEAT_SUPERVISION = 12;
    /// Counts energy.
    KWH_RECORDING = 13;
    /// A display of two lines.
    LCD16X2 = 14;
    /// Tells the serial number of its chip.
    MCU_ID_LEN = 15;
    /// Locks the plug in its socket.
    MENNEKES_LOCK = 16;
    /// Trips when more is drawn than offered.
    OVERCURRENT_THRESHOLD = 17;
    /// Reads the cable's capacity from its proximity pin.
    PP_AUTO_AMPACITY = 18;
    /// Tells the button's presses when it is switched off.
    RAPI_BTN = 19;
    /// Tells that the button asks for another WiFi mode.
    RAPI_WF = 20;
    /// Holds the relay with less power, by settings of an early version.
    RELAY_AUTO_PWM_PIN = 21;
    /// Counts what wears the relay.
    RELAY_HEALTH = 22;
    /// Holds the relay with less power, and prints how at boot.
    RELAY_HOLD_DELAY_TUNING = 23;
    /// Switches the relay when no current flows.
    RELAY_ZC_SWITCH = 24;
    /// A display with colours.
    RGBLCD = 25;
    /// A clock chip.
    RTC = 26;
    /// Temperature sensors in the station.
    TEMPERATURE_MONITORING = 27;
    /// Temperature thresholds that can be set.
    TEMPERATURE_MONITORING_NY = 28;
    /// Limits the time of a session.
    TIME_LIMIT = 29;
    /// A voltmeter.
    VOLTMETER = 30;
    /// Asks for an authentication before each car (with `AUTH_LOCK`).
    AUTH_LOCK_ANEW as "AUTH_LOCK=1" = 31;
    /// Looks after ground and contacts with one circuit.
    CGMI = 32;
    /// Switches checks by `FF`. Without it firmware 4.5 to 5.1 has the older commands; later it is
    /// always there.
    RAPI_FF = 33;
    /// Puts checksums on what it sends. Always there but in firmware 4.5 to 5.1.
    RAPI_RESPONSE_CHK = 34;
    /// Repeats sequence ids. Always there but in firmware 4.5 to 5.1.
    RAPI_SEQUENCE_ID = 35;
    /// The build for a socket of type 2.
    T2 = 36;
    /// The build for three phases.
    THREE_PHASES as "3P" = 37;
}

impl Options {
    /// Nothing at all.
    pub const NONE: Self = Self(0);

    /// Both together.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether all of these are compiled in.
    #[must_use]
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Finds an option by its name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(known, _)| *known == name).map(|(_, option)| *option)
    }

    /// Switches options on and off: `+TIME_LIMIT,-BOOTLOCK`. `+EU` is the whole European build.
    ///
    /// # Errors
    ///
    /// A sentence that names what is not known.
    pub fn change(self, text: &str) -> Result<Self, String> {
        text.split(',').map(str::trim).filter(|word| !word.is_empty()).try_fold(
            self,
            |options, word| {
                let (name, on) = match word.strip_prefix('-') {
                    Some(name) => (name, false),
                    None => (word.strip_prefix('+').unwrap_or(word), true),
                };
                let option = Self::named(&name.to_ascii_uppercase()).ok_or_else(|| {
                    let all: Vec<&str> = Self::ALL.iter().map(|(name, _)| *name).collect();
                    format!(
                        "{word}: there is no such option; take +NAME or -NAME of {}",
                        all.join(", ")
                    )
                })?;
                // The European build looks for no service level, and for too much current.
                let europe = on && option == Self::EU;
                let options = if europe {
                    (options | Self::OVERCURRENT_THRESHOLD) - Self::AUTOSVCLEVEL
                } else {
                    options
                };
                Ok(if on { options | option } else { options - option })
            },
        )
    }

    /// Whether a feature of the table of commands is compiled in, for instance `A and B`.
    pub(crate) fn satisfy(self, feature: &str) -> bool {
        let has = |name: &str| Self::named(name).is_some_and(|option| self.has(option));
        if let Some((a, b)) = feature.split_once(" without ") {
            return has(a) && !has(b);
        }
        if let Some((a, b)) = feature.split_once(" or ") {
            return has(a) || has(b);
        }
        feature.split(" and ").all(has)
    }
}

impl BitOr for Options {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        self.with(other)
    }
}

impl Sub for Options {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }
}

impl fmt::Display for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let built = Self::ALL.iter().filter(|(_, option)| self.has(*option));
        let names: Vec<&str> = built.map(|(name, _)| *name).collect();
        f.write_str(&names.join(" "))
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Options({self})")
    }
}
