//! Noticing that the controller has restarted.

use rapi_core::Notification;
use rapi_core::commands::State;
use rapi_core::types::{EvseState, Seconds, VFlags};

/// What a restart shows itself by.
///
/// Lost by it: a current that was set with `SetCurrent`, limits, sleep and disable, the display's
/// lock, the voltage, echo mode. Kept: what is in the EEPROM. Greet the controller again as at
/// first; if [`VFlags::boot_locked`](crate::types::VFlags) is set,
/// [`ClearBootLock`](crate::commands::ClearBootLock) lets it charge.
// See spec/rapi.md#restart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Restart {
    /// `$AT 00`: it boots, and hears nothing until the self test is over (firmware 6.0.0 and later).
    Begun,
    /// `$AB`: it is back.
    Done,
    /// `$AB` with a fault: the power-on self test has failed. Controllers with UL checks stay in
    /// this state until they are switched off.
    SelfTestFailed(EvseState),
    /// The elapsed time has fallen although no vehicle came and no charge began: it was not told,
    /// or nobody heard. Firmware up to 5.1.0 never tells.
    Noticed,
}

/// Watches what a controller says for signs of a restart. Without I/O and without a clock: show it
/// all notifications, and the state whenever you have asked for it.
///
/// ```
/// use rapi_client::{Notification, Restart, Watch};
/// use rapi_client::commands::State;
/// use rapi_client::types::{EvseState, Seconds, Text};
///
/// let mut watch = Watch::new();
/// let charging = |elapsed| State {
///     evse: EvseState::Charging, elapsed: Seconds(elapsed), pilot: None, flags: None,
/// };
/// assert_eq!(watch.state(&charging(3600)), None);
/// assert_eq!(watch.state(&charging(2)), Some(Restart::Noticed));
///
/// let booted = Notification::Boot {
///     status: EvseState::Starting, firmware: Text::new("8.2.3").unwrap(),
/// };
/// assert_eq!(watch.notification(&booted), Some(Restart::Done));
/// ```
#[derive(Clone, Copy, Debug, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Watch {
    last: Option<Seen>,
}

#[derive(Clone, Copy, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
struct Seen {
    elapsed: Seconds,
    charging: bool,
    connected: bool,
}

impl Watch {
    /// Has seen nothing yet.
    #[must_use]
    pub const fn new() -> Self {
        Self { last: None }
    }

    /// Looks at a notification.
    pub const fn notification(&mut self, notification: &Notification) -> Option<Restart> {
        let restart = match notification {
            Notification::Transition { evse: EvseState::Starting, .. } => Restart::Begun,
            Notification::Boot { status, .. } if status.is_fault() => {
                Restart::SelfTestFailed(*status)
            }
            Notification::Boot { .. } => Restart::Done,
            _ => return None,
        };
        // What was seen before it says nothing any more.
        self.last = None;
        Some(restart)
    }

    /// Looks at the answer to [`GetState`](crate::commands::GetState).
    pub fn state(&mut self, state: &State) -> Option<Restart> {
        let charging = state.evse == EvseState::Charging;
        let connected = state.flags.map_or_else(
            || matches!(state.evse, EvseState::Connected | EvseState::Charging),
            VFlags::ev_connected,
        );
        let now = Seen { elapsed: state.elapsed, charging, connected };
        let last = self.last.replace(now)?;
        // It begins at 0 with a new vehicle; before firmware 4.11 with each charge.
        let begun = (connected && !last.connected) || (charging && !last.charging);
        (now.elapsed < last.elapsed && !begun).then_some(Restart::Noticed)
    }
}
