//! The loop of one station: what comes from the broker goes to the station, and the other way round.

use std::sync::Arc;
use std::time::Duration;

use anyhow::bail;
use tokio::sync::mpsc;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until};
use tracing::warn;

use crate::config::{self, Config};
use crate::desk::{Desk, Next};
use crate::door::Inside;
use crate::evse::{self, Link};
use crate::inbox;
use crate::mqtt::{self, Mqtt};
use crate::share::Seat;
use crate::standby::Left;
use crate::teller::News;

/// Why a bridge has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Somebody has asked for a restart.
    Restart,
    /// Another bridge has the station.
    StepBack,
}

/// One station, its broker, and what lies between them.
#[derive(Debug)]
pub struct Bridge {
    told: evse::Told,
    messages: mpsc::Receiver<mqtt::Message>,
    inside: Inside,
    desk: Desk,
}

impl Bridge {
    /// Puts the parts together.
    ///
    /// # Errors
    ///
    /// Settings of divert that make no sense.
    pub fn new(
        config: &Arc<Config>,
        station: &config::Station,
        (link, told, car): (Link, evse::Told, Option<rapi_sim::Handle>),
        (mqtt, messages): (Mqtt, mpsc::Receiver<mqtt::Message>),
        inside: Inside,
        company: (Option<Seat>, Option<Left>),
    ) -> anyhow::Result<Self> {
        let desk = Desk::new(config, station, link, car, mqtt, inside.clone(), company)?;
        Ok(Self { told, messages, inside, desk })
    }

    /// What is worth trying on a station like this one: topics below its base, and what to send there.
    #[must_use]
    pub fn tries(&self, simulated: bool) -> Vec<(&'static str, &'static str)> {
        if simulated {
            // A car that is only plugged in asks for nothing.
            vec![(inbox::CAR, "plug"), (inbox::CAR, "ask")]
        } else {
            vec![(inbox::MODE, self.desk.other_mode())]
        }
    }

    /// Runs until somebody asks for a restart, or something makes it impossible to go on.
    ///
    /// # Errors
    ///
    /// What that is, in words.
    pub async fn run(self, mut tell: impl FnMut(News)) -> anyhow::Result<End> {
        let Self { told, mut messages, inside, mut desk } = self;
        let mut asks = inside.asks().await;
        let evse::Told { mut events, mut snapshots } = told;
        let mut tick = interval(Duration::from_secs(1));
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut decide_at = Instant::now();
        loop {
            tokio::select! {
                event = events.recv() => match event {
                    None => bail!("the line to the charging station has ended"),
                    Some(evse::Event::Connected(version)) => {
                        desk.station_is_there(version);
                        tell(News::Station(version));
                    }
                    Some(evse::Event::Lost(reason)) => {
                        desk.station_is_gone();
                        tell(News::NoStation(reason));
                    }
                    Some(evse::Event::Restarted) => {
                        desk.restarted();
                        decide_at = Instant::now();
                    }
                },
                changed = snapshots.changed() => {
                    if changed.is_err() {
                        bail!("the line to the charging station has ended");
                    }
                    if desk.look(*snapshots.borrow_and_update()) {
                        decide_at = Instant::now();
                    }
                }
                message = messages.recv() => match message {
                    None => bail!("the line to the broker has ended"),
                    Some(mqtt::Message::Connected) => {
                        inside.broker_is_there(Ok(()));
                        desk.subscribe();
                        tell(News::Broker);
                    }
                    // The station goes on to be cared for, and the page is there to mend it.
                    Some(mqtt::Message::Lost(reason) | mqtt::Message::Refused(reason)) => {
                        inside.broker_is_there(Err(reason.clone()));
                        tell(News::NoBroker(reason));
                    }
                    Some(mqtt::Message::Subscribed) => {}
                    Some(mqtt::Message::Deaf) => warn!(
                        "the broker does not let the bridge subscribe to its topics: \
                         check the access rights of its user"
                    ),
                    Some(mqtt::Message::Published { topic, payload, retained, respond }) => {
                        match desk.obey(&topic, &payload, retained, respond).await {
                            Next::Nothing => {}
                            Next::Decide => decide_at = Instant::now(),
                            Next::Restart => return Ok(End::Restart),
                            Next::StepBack => return Ok(End::StepBack),
                        }
                    }
                },
                Some(ask) = asks.recv() => match desk.ask(ask).await {
                    Next::Nothing => {}
                    Next::Decide => decide_at = Instant::now(),
                    Next::Restart => return Ok(End::Restart),
                    Next::StepBack => return Ok(End::StepBack),
                },
                Some(Ok((asked, outcome))) = desk.next_answer() => desk.answered(asked, outcome),
                _ = tick.tick() => {
                    desk.renew_lease();
                    desk.tell_changes();
                }
                () = sleep_until(decide_at) => {
                    if desk.decide().await {
                        // What was asked before is old now.
                        snapshots.mark_unchanged();
                    }
                    decide_at = Instant::now() + desk.wait();
                }
            }
        }
    }
}
