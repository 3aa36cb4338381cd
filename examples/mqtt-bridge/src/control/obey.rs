//! What people and programs ask for, by order or at the station itself.

use rapi_core::AnyCommand;

use super::{Change, Control, Kind, MOST_CLAIMS, Order, Run, Source, Target};
use crate::feeds;

impl Control {
    /// A person has sent a command over MQTT, and the station has obeyed: what the bridge wants now
    /// must not undo it.
    pub fn heard(&mut self, command: &AnyCommand) {
        let target = self.target();
        let change = match (command, target.run) {
            (AnyCommand::SetCurrent(set), _) => Change::current(Some(set.amps.0)),
            (AnyCommand::SaveCurrent(set), _) => Change::current(Some(set.amps.0)),
            (AnyCommand::Sleep(_) | AnyCommand::Disable(_), Some((Run::Active, _))) => {
                Change::run(Some(Run::Disabled))
            }
            // It ends the person's own stop ...
            (AnyCommand::Enable(_), Some((Run::Disabled, Source::Override))) => Change::run(None),
            // ... or wants to charge all the same.
            (AnyCommand::Enable(_), Some((Run::Disabled, _))) => Change::run(Some(Run::Active)),
            _ => return,
        };
        if target != Target::default() {
            let before = self.wishes.get(Source::Override);
            self.wishes.set(Source::Override, Some(change.over(before)));
        }
    }

    /// A person has chosen a divert mode: a current from before is not wanted any more.
    pub fn mode_chosen(&mut self) {
        let before = self.wishes.get(Source::Override);
        if before.is_some() {
            let wish = Change::current(None).over(before);
            self.wishes.set(Source::Override, Some(wish));
        }
    }

    /// Obeys an order, but for [`Order::Config`] and [`Order::Restart`], which are not its business.
    ///
    /// # Errors
    ///
    /// What is wrong with it, in words.
    pub fn obey(&mut self, order: Order) -> Result<String, String> {
        let (source, name, change) = match order {
            Order::Override(change) => (Source::Override, "override", change),
            Order::Claim(client, change) => {
                let before = self.wishes.claims().get(&client).copied();
                if before.is_none() && self.wishes.claims().len() >= MOST_CLAIMS {
                    return Err(format!("more than {MOST_CLAIMS} programs have claims"));
                }
                self.wishes.claim(client, change.map(|change| change.over(before)));
                return Ok(format!("claim {}", self.document("claim").unwrap_or_default()));
            }
            Order::Toggle => {
                let active = self.target().run.is_none_or(|(run, _)| run == Run::Active);
                let run = if active { Run::Disabled } else { Run::Active };
                (Source::Override, "override", Some(Change::run(Some(run))))
            }
            Order::Shaper(active) => {
                let house = self.house.as_mut();
                let house = house
                    .ok_or("there is no house connection to limit: live_power, live_current")?;
                house.set_active(active);
                return Ok(format!("shaper {}", if active { "on" } else { "off" }));
            }
            Order::Limit(limit) => {
                let needs = match limit.map(|limit| limit.kind) {
                    Some(Kind::Soc) => Some((feeds::Kind::BatteryLevel, "vehicle_soc")),
                    Some(Kind::Range) => Some((feeds::Kind::BatteryRange, "vehicle_range")),
                    _ => None,
                };
                if let Some((kind, key)) = needs
                    && !self.known.contains(&kind)
                {
                    return Err(format!(
                        "the bridge does not know the vehicle's battery: set {key} in its \
                         configuration, or limit time or energy"
                    ));
                }
                self.limits.set(limit)?;
                return Ok(format!("limit {}", self.document("limit").unwrap_or_default()));
            }
            Order::Schedule(events) => {
                let count = events.len();
                self.schedule.set(events)?;
                return Ok(format!("{count} events"));
            }
            Order::Unschedule(id) => {
                self.schedule.clear(id)?;
                return Ok(format!("event {id} cleared"));
            }
            Order::Config(_) | Order::Restart(_) => return Err("not here".to_owned()),
        };
        let wish = change.map(|change| change.over(self.wishes.get(source)));
        self.wishes.set(source, wish);
        Ok(format!("{name} {}", self.document(name).unwrap_or_default()))
    }
}
