//! The way to a station for what runs in this process: requests in, and what there is to show out.

use std::collections::BTreeMap;
use std::sync::{Arc, MutexGuard, PoisonError};

use tokio::sync::{Mutex, OwnedMutexGuard, mpsc, oneshot, watch};

use crate::names::Facts;
use crate::rapi::{Document, EepromGuard};

/// What somebody asks of a station. It is obeyed exactly as if it came over MQTT.
#[derive(Debug)]
pub enum Ask {
    /// A RAPI command with its arguments.
    Rapi(String, oneshot::Sender<Document>),
    /// What an order's topic (`override/set`) and its payload say.
    Order(String, Vec<u8>, oneshot::Sender<Result<String, String>>),
}

impl Ask {
    /// Whether nobody waits for the answer any more: it must not be carried out then.
    pub(crate) fn is_given_up(&self) -> bool {
        match self {
            Self::Rapi(_, reply) => reply.is_closed(),
            Self::Order(_, _, reply) => reply.is_closed(),
        }
    }
}

/// What there is to show about a station.
#[derive(Clone, Debug, Default)]
pub struct View {
    /// What its status topics tell.
    pub facts: Facts,
    /// The documents: `override`, `claim`, `limit`, `schedule`, `target`,
    /// `config`, and `claims`.
    pub documents: BTreeMap<&'static str, String>,
    /// Whether the broker is connected.
    pub broker: bool,
    /// Why not, in words; in standby also why it tells nothing though it is connected.
    pub broker_problem: Option<String>,
    /// Whether another bridge has the station, or may have it, and this one waits.
    pub standby: bool,
    /// Whether divert has a meter.
    pub meter: bool,
    /// Whether the station is simulated, with a car to play with.
    pub simulated: bool,
}

impl View {
    /// Whether the bridge does its work: its station answers, or it waits and would hear that it is free.
    #[must_use]
    pub const fn is_well(&self) -> bool {
        let hears = self.broker && self.broker_problem.is_none();
        self.facts.version.is_some() || (self.standby && hears)
    }
}

/// The outer side.
#[derive(Clone, Debug)]
pub struct Door {
    asks: mpsc::Sender<Ask>,
    view: watch::Receiver<View>,
}

/// The inner side. It outlasts a restart of the station's bridge.
#[derive(Clone, Debug)]
pub struct Inside {
    asks: Arc<Mutex<mpsc::Receiver<Ask>>>,
    view: Arc<watch::Sender<View>>,
    /// Whoever may ask for a restart may not wear the EEPROM out with that.
    guard: Arc<std::sync::Mutex<EepromGuard>>,
}

/// Makes both sides.
#[must_use]
pub fn door() -> (Door, Inside) {
    let (asks, incoming) = mpsc::channel(64);
    let (show, view) = watch::channel(View::default());
    let inside = Inside {
        asks: Arc::new(Mutex::new(incoming)),
        view: Arc::new(show),
        guard: Arc::new(std::sync::Mutex::new(EepromGuard::new(0, 0))),
    };
    (Door { asks, view }, inside)
}

impl Door {
    /// The newest view, and notice of each new one.
    #[must_use]
    pub fn view(&self) -> watch::Receiver<View> {
        self.view.clone()
    }

    /// Sends a RAPI command. Nothing if the station's bridge does not answer.
    pub async fn rapi(&self, line: String) -> Option<Document> {
        let (reply, answer) = oneshot::channel();
        self.asks.try_send(Ask::Rapi(line, reply)).ok()?;
        answer.await.ok()
    }

    /// Gives an order. Nothing if the station's bridge does not answer.
    pub async fn order(&self, topic: &str, payload: &[u8]) -> Option<Result<String, String>> {
        let (reply, answer) = oneshot::channel();
        self.asks.try_send(Ask::Order(topic.to_owned(), payload.to_vec(), reply)).ok()?;
        answer.await.ok()
    }
}

impl Inside {
    /// The asks, for one bridge at a time.
    pub(crate) async fn asks(&self) -> OwnedMutexGuard<mpsc::Receiver<Ask>> {
        Arc::clone(&self.asks).lock_owned().await
    }

    /// What spares the EEPROM.
    pub(crate) fn guard(&self) -> MutexGuard<'_, EepromGuard> {
        // It counts, and nothing in there panics.
        self.guard.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Shows whether the broker is there, or why not.
    pub(crate) fn broker_is_there(&self, there: Result<(), String>) {
        self.show(|view| {
            view.broker = there.is_ok();
            view.broker_problem = there.err();
        });
    }

    /// Shows that the station's bridge has ended, and why, and refuses all that is asked.
    pub(crate) async fn ended(self, why: String) {
        self.show(|view| *view = View { broker_problem: Some(why), ..View::default() });
        let mut asks = self.asks().await;
        while let Some(ask) = asks.recv().await {
            drop(ask);
        }
    }

    /// Shows what is new.
    pub(crate) fn show(&self, change: impl FnOnce(&mut View)) {
        self.view.send_modify(change);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_bridge_that_has_ended_is_not_well_and_who_asks_it_is_refused_at_once() {
        let (door, inside) = door();
        inside.show(|view| *view = View { broker: true, standby: true, ..View::default() });
        assert!(door.view().borrow().is_well());
        tokio::select! {
            () = inside.ended("no password".to_owned()) => panic!("nobody refuses any more"),
            answer = door.order("enable/set", b"1") => assert_eq!(answer, None),
        }
        let view = door.view();
        let view = view.borrow();
        assert!(!view.is_well() && !view.standby && !view.broker);
        assert_eq!(view.broker_problem.as_deref(), Some("no password"));
    }
}
