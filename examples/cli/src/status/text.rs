//! Values in words.

use rapi_client::commands::{CurrentRange, DelayTimer, Energy, Heartbeat, State};
use rapi_client::types::{EvseState, HeartbeatTrigger, PilotState, SettingsFlags, VFlags};

/// The state, and what a person may have to do about it.
pub fn state_text(state: &State) -> String {
    let flags = state.flags.unwrap_or_default();
    let hint = match state.evse {
        EvseState::Starting if flags.boot_locked() => {
            " (boot-locked: it waits for rapi do clear-boot-lock)"
        }
        EvseState::Sleeping if flags.limit_sleep() => " (the limit was reached)",
        EvseState::Sleeping if flags.timer_on() => " (by the timer or a command)",
        EvseState::Sleeping => " (wake it: rapi do enable)",
        EvseState::Disabled => " (rapi do enable ends it)",
        evse if evse.is_fault() && flags.hard_fault() => " FAULT (does not clear itself)",
        evse if evse.is_fault() => " FAULT",
        _ => "",
    };
    let seconds = state.elapsed.0;
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
    let elapsed = format!("{hours}:{minutes:02}:{:02}", seconds % 60);
    match state.evse {
        EvseState::Charging => format!("charging for {elapsed}"),
        evse if seconds > 0 => format!("{evse}{hint}, has charged for {elapsed}"),
        evse => format!("{evse}{hint}"),
    }
}

pub(super) fn vehicle(state: &State) -> String {
    let connected = match (state.flags, state.evse) {
        // At -12 V nobody can tell.
        (_, EvseState::Disabled) => {
            return "cannot be told while the station is disabled".to_owned();
        }
        (Some(flags), _) => flags.ev_connected(),
        (None, evse) => matches!(evse, EvseState::Connected | EvseState::Charging),
    };
    let relay = match state.flags.map(VFlags::relay_closed) {
        Some(true) => ", relay closed",
        _ => "",
    };
    // The pilot is frozen while the station sleeps.
    let wants = match state.pilot {
        Some(PilotState::C | PilotState::D) if state.evse != EvseState::Sleeping => {
            ", asks for energy"
        }
        _ => "",
    };
    if connected { format!("connected{wants}{relay}") } else { format!("not connected{relay}") }
}

pub(super) fn range_text(range: &CurrentRange) -> String {
    let CurrentRange { min, hardware_max, saved_max, .. } = range;
    match saved_max {
        Some(saved) if saved != hardware_max => {
            format!("{} to {saved}, the saved maximum; the hardware's is {hardware_max}", min.0)
        }
        _ => format!("{} to {hardware_max}", min.0),
    }
}

pub(super) fn energy_text(energy: &Energy) -> String {
    let session = f64::from(energy.session.0) / 3_600_000.0;
    let total = f64::from(energy.total.0) / 1000.0;
    format!("{session:.2} kWh this session, {total:.1} kWh in all sessions before")
}

/// What the line of the safety checks says if all is well.
pub const ALL_ON: &str = "all on";

pub(super) fn checks(flags: SettingsFlags) -> String {
    if !flags.safety_check_disabled() {
        return ALL_ON.to_owned();
    }
    let off: Vec<_> = [
        (flags.diode_check_disabled(), "diode"),
        (flags.vent_check_disabled(), "ventilation"),
        (flags.ground_check_disabled(), "ground"),
        (flags.stuck_relay_check_disabled(), "stuck relay"),
        (flags.gfi_self_test_disabled(), "GFI self test"),
        (flags.temperature_check_disabled(), "temperature"),
        (flags.over_current_check_disabled(), "over-current"),
    ]
    .into_iter()
    .filter_map(|(off, name)| off.then_some(name))
    .collect();
    format!("OFF: {}", off.join(", "))
}

pub(super) fn timer_text(timer: &DelayTimer) -> String {
    let DelayTimer { start_hour, start_minute, stop_hour, stop_minute } = timer;
    if [start_hour, start_minute, stop_hour, stop_minute] == [&0; 4] {
        return "off".to_owned();
    }
    format!("charges {start_hour:02}:{start_minute:02} to {stop_hour:02}:{stop_minute:02}")
}

pub(super) fn heartbeat_text(heartbeat: &Heartbeat) -> String {
    if heartbeat.interval.0 == 0 {
        return "off".to_owned();
    }
    let missed = match heartbeat.trigger {
        HeartbeatTrigger::Never => String::new(),
        trigger => format!(", {trigger}"),
    };
    format!("within {}, otherwise {}{missed}", heartbeat.interval, heartbeat.fallback)
}
