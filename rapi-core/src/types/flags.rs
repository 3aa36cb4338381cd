//! Flag words: four hexadecimal digits on the wire.

use core::fmt;

use crate::fields::Digits;
use crate::{Field, Fields, Form, Meaning, Writer};

macro_rules! flags {
    (
        $(#[$meta:meta])*
        $Name:ident { $($(#[$flag_meta:meta])* $method:ident = $bit:literal;)+ }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
        pub struct $Name(pub u16);

        impl $Name {
            $(
                $(#[$flag_meta])*
                #[must_use]
                pub const fn $method(self) -> bool {
                    self.0 & $bit != 0
                }
            )+
        }

        impl fmt::Debug for $Name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($Name), "({:#06x}"), self.0)?;
                $(if self.$method() { f.write_str(concat!(" ", stringify!($method)))?; })+
                f.write_str(")")
            }
        }

        impl fmt::Display for $Name {
            /// The names of the flags that are set, or `none`.
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write_names(self.0, Self::NAMES, f)
            }
        }

        impl $Name {
            const NAMES: &'static [Meaning] =
                &[$(Meaning { code: $bit, meaning: stringify!($method) },)+];
        }

        #[cfg(feature = "defmt")]
        impl defmt::Format for $Name {
            fn format(&self, f: defmt::Formatter<'_>) {
                defmt::write!(f, "{=u16:04x}", self.0);
            }
        }

        impl Field for $Name {
            const FORM: Form = Form::Flags(Self::NAMES);

            fn read(fields: &mut Fields<'_>) -> Self {
                Self(read_hex4(fields))
            }

            fn encode(&self, writer: &mut Writer<'_>) {
                writer.hex(self.0, 4);
            }
        }
    };
}

fn write_names(flags: u16, names: &[Meaning], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut unnamed = flags;
    let mut separator = "";
    for name in names.iter().filter(|name| flags & name.code != 0) {
        f.write_str(separator)?;
        separator = ", ";
        for (number, word) in name.meaning.split('_').enumerate() {
            write!(f, "{}{word}", if number == 0 { "" } else { " " })?;
        }
        unnamed &= !name.code;
    }
    if unnamed != 0 {
        write!(f, "{separator}{unnamed:04x}")
    } else if flags == 0 {
        f.write_str("none")
    } else {
        Ok(())
    }
}

/// Reads a field of exactly four hexadecimal digits.
fn read_hex4(fields: &mut Fields<'_>) -> u16 {
    let [low, high, ..] = fields.number(Digits::FourHex, 0xffff).to_le_bytes();
    u16::from_le_bytes([low, high])
}

flags! {
    /// What goes on in the station (`GS` and `$AT`, firmware 6.0.0 and later).
    ///
    /// The guide misses them. Some bits changed their meaning between versions; their documentation
    /// says so.
    // See spec/rapi.md#vflags.
    VFlags {
        /// Service-level detection was skipped at boot.
        level_detection_skipped = 0x0001;
        /// A fault that does not clear itself.
        hard_fault = 0x0002;
        /// Asleep because a limit was reached.
        limit_sleep = 0x0004;
        /// The authentication lock is on.
        auth_locked = 0x0008;
        /// A session time limit is set (7.1.1 and later; ammeter calibration before).
        time_limit = 0x0010;
        /// The ground check has tripped since boot.
        ground_tripped = 0x0020;
        /// The relay is closed.
        relay_closed = 0x0040;
        /// The GFCI has tripped since boot.
        gfi_tripped = 0x0080;
        /// A vehicle is connected. Means nothing while the station is disabled.
        ev_connected = 0x0100;
        /// The session has ended: from unplugging until the relay closes again.
        session_ended = 0x0200;
        /// A vehicle was connected in the previous turn of the main loop as well.
        ev_was_connected = 0x0400;
        /// The menu on the display is open.
        in_menu = 0x0800;
        /// The delay timer is on (8.1.0 and later).
        timer_on = 0x1000;
        /// A session energy limit is set (7.1.1 and later).
        charge_limit = 0x2000;
        /// Boot-locked: waiting for `SB` (8.2.3 and later).
        boot_locked = 0x4000;
        /// The Mennekes lock is in manual mode (8.1.0 and later).
        mennekes_manual = 0x8000;
    }
}

flags! {
    /// The settings of the station (`GE`). A set bit mostly means that a check is **off**.
    ///
    /// The guide says "flags (hex)" and explains none.
    // See spec/rapi.md#settings-flags.
    SettingsFlags {
        /// Service level 2; level 1 when clear.
        level_2 = 0x0001;
        /// The diode check is off.
        diode_check_disabled = 0x0002;
        /// The ventilation check is off.
        vent_check_disabled = 0x0004;
        /// The ground check is off.
        ground_check_disabled = 0x0008;
        /// The stuck-relay check is off.
        stuck_relay_check_disabled = 0x0010;
        /// The automatic detection of the service level is off.
        auto_level_disabled = 0x0020;
        /// Debug output on the serial line.
        serial_debug = 0x0080;
        /// The display has one colour.
        lcd_monochrome = 0x0100;
        /// The GFI self test is off.
        gfi_self_test_disabled = 0x0200;
        /// The temperature checks are off.
        temperature_check_disabled = 0x0400;
        /// The over-current check is off (firmware 9.x).
        over_current_check_disabled = 0x4000;
        /// The front button is off (6.2.0 and later).
        button_disabled = 0x8000;
    }
}

impl SettingsFlags {
    /// Whether a check that protects people or the wiring is off. A healthy station has none.
    #[must_use]
    pub const fn safety_check_disabled(self) -> bool {
        self.0 & 0x461e != 0
    }
}
