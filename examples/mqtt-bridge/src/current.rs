//! The currents that can be offered, in amps, as the table of commands has them.

use rapi_core::Command as _;
use rapi_core::commands::SetCurrent;

/// The least one: IEC 61851 cannot signal less.
pub const LEAST: u8 = RANGE.0;
/// The greatest one.
pub const MOST: u8 = RANGE.1;

const RANGE: (u8, u8) = match SetCurrent::INFO.arguments[0].range {
    Some((least @ 0..=255, most @ 0..=255)) => (least as u8, most as u8),
    _ => panic!("a current has a range"),
};

/// Whether this can be offered.
#[must_use]
pub const fn is_possible(amps: u8) -> bool {
    LEAST <= amps && amps <= MOST
}

/// What can be offered, for a person: `6 to 80`.
#[must_use]
pub fn range() -> String {
    format!("{LEAST} to {MOST}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use rapi_core::Dialect;
    use rapi_core::types::Amps;

    #[test]
    fn what_can_be_offered_is_what_the_command_takes() {
        for amps in 0..=u8::MAX {
            let command = SetCurrent { amps: Amps(amps) };
            assert_eq!(command.checked(Dialect::V3).is_ok(), is_possible(amps), "{amps} A");
        }
    }
}
