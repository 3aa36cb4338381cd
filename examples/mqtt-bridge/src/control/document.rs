//! What is told of the wishes, as JSON.

use serde_json::json;

use super::{Control, Source, Wish};

/// The documents of [`Control::document`].
pub const DOCUMENTS: [&str; 5] = ["override", "claim", "limit", "schedule", "target"];

impl Control {
    /// The retained documents: `override`, `claim`, `limit`, `schedule`, and `target`, which says
    /// who has got their way.
    #[must_use]
    pub fn document(&self, name: &str) -> Option<String> {
        let wish = |source| match self.wishes.get(source) {
            Some(wish) => json!(wish),
            None => json!({ "state": "null" }),
        };
        let by = |source: Source| format!("{source:?}").to_lowercase();
        let value = match name {
            "override" => wish(Source::Override),
            "claim" => wish(Source::Claim),
            "claims" => {
                let row = |client: serde_json::Value, priority: u16, wish: &Wish| {
                    let mut row = json!(wish);
                    row["client"] = client;
                    row["priority"] = json!(priority);
                    row
                };
                let programs = self.wishes.claims().iter();
                let programs = programs
                    .map(|(client, wish)| row(json!(client), Source::Claim.priority(), wish));
                let others = Source::ALL.into_iter().filter(|source| *source != Source::Claim);
                let others = others.filter_map(|source| {
                    Some(row(json!(by(source)), source.priority(), &self.wishes.get(source)?))
                });
                programs.chain(others).collect()
            }
            "limit" => match self.limits.limit() {
                Some(limit) => json!(limit),
                None => json!({ "type": "none" }),
            },
            "schedule" => json!(self.schedule.events()),
            "target" => {
                let target = self.target();
                json!({
                    "state": target.run.map(|(run, _)| run),
                    "state_by": target.run.map(|(_, source)| by(source)),
                    "charge_current": target.charge_current.map(|(amps, _)| amps),
                    "charge_current_by": target.charge_current.map(|(_, source)| by(source)),
                    "max_current": target.max_current.map(|(amps, _)| amps),
                    "max_current_by": target.max_current.map(|(_, source)| by(source)),
                })
            }
            _ => return None,
        };
        Some(value.to_string())
    }
}
