//! RAPI over MQTT: a command in, its answers out.

use rapi_core::AnyCommand;
use serde_json::Value;
use tokio::sync::oneshot;
use tracing::{debug, warn};

use super::Desk;
use crate::inbox::{self, Command};
use crate::mqtt::Respond;
use crate::rapi::{Document, Refusal};
use crate::{clock, evse, log};

/// Where the answer goes.
#[derive(Debug)]
pub(super) enum Back {
    /// To the topics that everybody reads, and where MQTT 5 wants it besides.
    Publish(Option<Respond>),
    /// To somebody in this process.
    Inside(oneshot::Sender<Document>),
}

/// A command that came over MQTT, or from inside this process.
#[derive(Debug)]
pub(crate) struct Asked {
    id: Value,
    back: Back,
    given: String,
    command: Option<AnyCommand>,
    now_ms: u64,
}

impl Desk {
    /// Queues a command; its answer is given to who waits for it, or published, when it comes.
    pub(super) fn rapi(&mut self, asked: Command<'_>, back: Back) {
        let Command { given, id, request } = asked;
        let now_ms = clock::uptime_ms();
        let mut asked = Asked { id, back, given: inbox::short(given), command: None, now_ms };
        let request = request.and_then(|request| {
            self.inside.guard().check(&request.command, now_ms).map_err(Refusal::EepromWear)?;
            Ok(request)
        });
        let request = match request {
            Ok(request) => request,
            Err(refusal) => return self.refuse(asked, refusal.word(), refusal.to_string()),
        };
        asked.command = Some(request.command);
        match self.link.submit(request.command, request.seq) {
            Ok(outcome) => {
                self.inside.guard().count(&request.command, now_ms);
                self.answers.spawn(async move { (asked, outcome.await) });
            }
            Err(failure) => self.refuse(asked, failure.word(), failure.to_string()),
        }
    }

    fn refuse(&self, asked: Asked, word: &'static str, sentence: String) {
        if matches!(asked.back, Back::Publish(_)) {
            self.mqtt.event(inbox::ERROR, format!("{}: {sentence}", asked.given));
        }
        self.document(asked, None, Some((word, sentence)));
    }

    /// Publishes what became of a command.
    pub(crate) fn answered(&mut self, asked: Asked, outcome: evse::Outcome) {
        match outcome {
            Ok(answer) => {
                if let (Some(command), true) = (&asked.command, answer.accepted) {
                    self.control.heard(command);
                }
                // A command that is never answered has no line.
                if !answer.line.is_empty() && matches!(asked.back, Back::Publish(_)) {
                    self.mqtt.event("rapi/out", answer.line.clone());
                }
                let error = (!answer.accepted)
                    .then(|| ("nk", "the controller does not know it, or not now".to_owned()));
                self.document(asked, Some(answer), error);
            }
            Err(failure) => {
                if let (Some(command), false) = (&asked.command, failure.was_sent()) {
                    self.inside.guard().not_sent(command);
                }
                self.refuse(asked, failure.word(), failure.to_string());
            }
        }
    }

    /// Logs what became of a command: once, whatever it was.
    fn log(&self, document: &Document) {
        let Document { cmd, ret, error, ms, .. } = document;
        let (base, answer, ms) = (&self.base, ret.as_deref(), *ms);
        match (answer, error) {
            (None, Some((error, why))) => warn!(
                target: log::EXCHANGE, command = cmd, error, ms, "{base}: {cmd}: {why}"
            ),
            // Also that the controller says no.
            _ => debug!(
                target: log::EXCHANGE, command = cmd, answer, ms,
                "{base}: {cmd} → {}", answer.unwrap_or("no answer")
            ),
        }
    }

    fn document(
        &self,
        asked: Asked,
        answer: Option<evse::Answer>,
        error: Option<(&'static str, String)>,
    ) {
        let (ret, decoded) =
            answer.map_or((None, None), |answer| (Some(answer.line), answer.decoded));
        let document = Document {
            id: asked.id,
            cmd: asked.given,
            ret: ret.filter(|line| !line.is_empty()),
            decoded,
            ms: clock::uptime_ms().saturating_sub(asked.now_ms),
            error,
        };
        self.log(&document);
        match asked.back {
            // Who has asked may have gone.
            Back::Inside(reply) => drop(reply.send(document)),
            Back::Publish(respond) => {
                let json = document.json();
                self.mqtt.respond(respond.as_ref(), json.clone());
                self.mqtt.event(&document.topic(), json);
            }
        }
    }
}
