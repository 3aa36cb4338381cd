//! The default rule.

use core::hint::black_box;

use embedded_io::Read;
use rapi_divert::{
    Config, ConfigError, Decision, Divert, EvseStatus, Feed, Measurement, Millis, Mode, Preset,
    Watts,
};

use crate::Wire;

/// Steps of the default rule with whatever a meter may say.
#[unsafe(no_mangle)]
pub extern "C" fn group_divert(evse: u8, limit: u8) -> u32 {
    // Checked when this is compiled, and in a static, as in a program whose settings nobody changes.
    static mut DIVERT: Result<Divert, ConfigError> = Divert::new(Config::preset(Preset::Balanced));
    // SAFETY: this is called once.
    let Ok(divert) = (unsafe { &mut *core::ptr::addr_of_mut!(DIVERT) }) else { return 1 };
    let mut bytes = [0; 8];
    while Wire.read(&mut bytes).is_ok() {
        let [a, b, c, d, e, f, g, h] = bytes;
        let now = Millis(u32::from_le_bytes([a, b, c, d]));
        let power = Watts(i32::from_le_bytes([e, f, g, h]));
        let evse = match evse {
            0 => EvseStatus::NotConnected,
            1 => EvseStatus::Connected,
            2 => EvseStatus::Charging,
            3 => EvseStatus::Asleep { vehicle: true },
            _ => EvseStatus::Fault,
        };
        let mode = if a == 0 { Mode::Normal } else { Mode::Eco };
        let feed = Feed::Grid { power, sampled_at: now };
        let measurement = Measurement::new(mode, evse, rapi_divert::Amps(limit)).with_feed(feed);
        let decision: Decision = divert.step(now, &measurement);
        black_box(&decision);
    }
    0
}
