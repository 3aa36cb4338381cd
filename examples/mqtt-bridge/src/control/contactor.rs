//! A contactor outside of the station that switches the car between one phase and three.
//!
//! It is switched while the station offers nothing, and the station offers nothing until it shows what is
//! wanted: a car must not see its phases change while it charges.

use rapi_core::types::EvseState;

use super::{Run, Wish};
use crate::status::Snapshot;

/// A station opens its relay up to 3 s after it was put to sleep, for the car to end first.
const OPEN_MS: u64 = 5_000;
/// A contactor that does not follow for so long has a problem.
const LATE_MS: u64 = 60_000;

/// What a contactor has to show, and whether it does.
#[derive(Clone, Copy, Debug, Default)]
pub struct Contactor {
    /// What it was told.
    told: Option<u8>,
    open_since: Option<u64>,
    wrong_since: Option<u64>,
}

impl Contactor {
    /// The phases that it has to show, as it was told.
    #[must_use]
    pub const fn told(&self) -> Option<u8> {
        self.told
    }

    /// Whether it has not followed for a minute.
    #[must_use]
    pub fn is_late(&self, now_ms: u64) -> bool {
        self.wrong_since.is_some_and(|since| now_ms.saturating_sub(since) >= LATE_MS)
    }

    /// Takes the phases that are wanted, and those that it shows if that is known. Returns the wish to
    /// charge nothing while the two differ.
    pub fn step(
        &mut self,
        now_ms: u64,
        wanted: u8,
        shown: Option<u8>,
        snapshot: &Snapshot,
    ) -> Option<Wish> {
        let state = snapshot.state.map(|state| state.evse);
        let open = matches!(state, Some(EvseState::Sleeping | EvseState::Disabled));
        self.open_since = open.then(|| self.open_since.unwrap_or(now_ms));
        let is_open = self.open_since.is_some_and(|at| now_ms.saturating_sub(at) >= OPEN_MS);
        // Nothing moves when it shows already what it is told for the first time.
        if is_open || (self.told.is_none() && shown == Some(wanted)) {
            self.told = Some(wanted);
        }
        let right = self.told == Some(wanted) && shown == Some(wanted);
        let waits = self.told == Some(wanted) && !right;
        self.wrong_since = waits.then(|| self.wrong_since.unwrap_or(now_ms));
        (!right).then(|| Wish { run: Some(Run::Disabled), ..Wish::default() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rapi_core::commands::State;
    use rapi_core::types::Seconds;

    fn station(evse: EvseState) -> Snapshot {
        let state = State { evse, elapsed: Seconds(0), pilot: None, flags: None };
        Snapshot { state: Some(state), ..Snapshot::default() }
    }

    #[test]
    fn a_change_waits_for_the_open_relay_and_the_charge_for_the_contactor() {
        let mut contactor = Contactor::default();
        let (charging, asleep) = (station(EvseState::Charging), station(EvseState::Sleeping));
        // It shows what is wanted.
        assert_eq!(contactor.step(0, 1, Some(1), &charging), None);
        assert_eq!(contactor.told(), Some(1));
        // The sun is enough for three: first the station is put to sleep.
        let stop = contactor.step(1_000, 3, Some(1), &charging).unwrap();
        assert_eq!((stop.run, contactor.told()), (Some(Run::Disabled), Some(1)));
        assert!(contactor.step(2_000, 3, Some(1), &asleep).is_some());
        assert_eq!(contactor.told(), Some(1), "the relay is still closed");
        assert!(contactor.step(7_000, 3, Some(1), &asleep).is_some());
        assert_eq!(contactor.told(), Some(3));
        assert!(!contactor.is_late(66_999) && contactor.is_late(67_000));
        assert_eq!(contactor.step(67_000, 3, Some(3), &asleep), None);
        assert!(!contactor.is_late(67_000));
    }

    #[test]
    fn a_contactor_of_which_nothing_is_known_lets_nothing_charge() {
        let mut contactor = Contactor::default();
        for evse in [EvseState::NotConnected, EvseState::Charging, EvseState::Sleeping] {
            assert!(contactor.step(0, 1, None, &station(evse)).is_some());
        }
        // Somebody has moved it by hand.
        let mut contactor = Contactor::default();
        assert_eq!(contactor.step(0, 3, Some(3), &station(EvseState::Charging)), None);
        assert!(contactor.step(1, 3, Some(1), &station(EvseState::Charging)).is_some());
    }

    proptest! {
        #[test]
        fn it_is_told_something_else_only_behind_an_open_relay(
            steps in prop::collection::vec((0..4_000_u64, any::<bool>(), 0..4_u8, 0..3_usize), 1..60),
        ) {
            let states = [EvseState::Charging, EvseState::Sleeping, EvseState::Disabled];
            let (mut contactor, mut now_ms, mut open_ms) = (Contactor::default(), 0, None);
            for (wait, three, shown, state) in steps {
                now_ms += wait;
                open_ms = (state > 0).then(|| open_ms.unwrap_or(now_ms));
                let (before, wanted) = (contactor.told(), if three { 3 } else { 1 });
                let shown = Some(shown).filter(|shown| [1, 3].contains(shown));
                let wish = contactor.step(now_ms, wanted, shown, &station(states[state]));
                let open = open_ms.is_some_and(|since| now_ms - since >= OPEN_MS);
                prop_assert!(before.is_none() || contactor.told() == before || open);
                prop_assert_eq!(wish.is_none(), shown == Some(wanted) && contactor.told() == shown);
            }
        }
    }
}
