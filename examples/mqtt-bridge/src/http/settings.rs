//! `/config`: the gateway's names for the settings of station and bridge.

use axum::body::Bytes;
use axum::extract::State;
use serde_json::{Map, Value, json};

use super::gateway::object;
use super::status::Json;
use super::{App, At, Problem};
use crate::config::{MqttAddress, Station};
use crate::{current, inbox};

/// The gateway whose interface this is: clients look at it to know what they may use.
const GATEWAY: &str = "5.1.2";
/// What the gateway says instead of a secret.
const SECRET: &str = "_DUMMY_PASSWORD";

pub(super) async fn get(State(app): State<App>, At(place): At) -> Json {
    let view = place.door.view();
    let view = view.borrow();
    let (facts, text) = (&view.facts, view.documents.get("config"));
    let station = text.and_then(|text| serde_json::from_str(text).ok());
    let station: Station = station.unwrap_or_default();
    let (protocol, mqtt) = (facts.version.map(|version| version.protocol), &app.config.mqtt);
    let secret = |set: bool| if set { SECRET } else { "" };
    let (server, port, tls, user) = match mqtt.broker.first() {
        Some(MqttAddress::Broker { host, port, tls, credentials }) => {
            let user = credentials.as_ref().map(|(user, _)| user.clone());
            (host.clone(), *port, *tls, user.unwrap_or_else(|| mqtt.user.clone()))
        }
        _ => ("embedded".to_owned(), 1883, false, String::new()),
    };
    let mut config = json!({
        "firmware": facts.version.map(|version| version.firmware.to_string()),
        "protocol": protocol.map(|protocol| protocol.to_string()),
        "version": GATEWAY,
        "buildenv": "rapi-bridge",
        "bridge_version": env!("CARGO_PKG_VERSION"),
        "hostname": station.name,
        "wifi_serial": format!("rapi-bridge-{}", station.base().replace('/', "-")),
        "mqtt_enabled": true,
        "mqtt_protocol": if tls { "mqtts" } else { "mqtt" },
        "mqtt_server": server,
        "mqtt_port": port,
        "mqtt_topic": station.base(),
        "mqtt_user": user,
        "mqtt_pass": secret(!user.is_empty()),
        "mqtt_retained": mqtt.retain,
        "mqtt_solar": station.solar.as_str(),
        "mqtt_grid_ie": station.grid.as_str(),
        "www_username": if app.auth.is_some() { app.config.http.user.as_str() } else { "" },
        "www_password": secret(app.auth.is_some()),
        "divert_enabled": view.meter,
        "divert_type": u8::from(station.solar.is_empty()),
        "charge_mode": if facts.divert.eco { "eco" } else { "fast" },
        "current_shaper_enabled": facts.shaper.is_some(),
        "current_shaper_max_pwr": facts.shaper.map(|shaper| shaper.max),
        "config_version": facts.versions.config,
        "emoncms_enabled": false,
        "ohm_enabled": false,
    });
    if let Some(settings) = facts.snapshot.settings {
        let flags = settings.flags;
        for (new, old, off) in [
            ("diode_check", "diodet", flags.diode_check_disabled()),
            ("gfci_check", "gfcit", flags.gfi_self_test_disabled()),
            ("ground_check", "groundt", flags.ground_check_disabled()),
            ("relay_check", "relayt", flags.stuck_relay_check_disabled()),
            ("vent_check", "ventt", flags.vent_check_disabled()),
            ("temp_check", "tempt", flags.temperature_check_disabled()),
        ] {
            config[new] = json!(!off);
            config[old] = json!(u8::from(!off));
        }
        config["service"] = json!(1 + u8::from(flags.level_2()));
    }
    if let Some(range) = facts.snapshot.range {
        config["min_current_hard"] = json!(range.min.0);
        config["max_current_hard"] = json!(range.hardware_max.0);
        config["max_current_soft"] = json!(range.saved_max.unwrap_or(range.hardware_max).0);
    }
    Json(config)
}

/// Changes what may be changed while the bridge runs: the gateway's names, and those of `config/set`.
pub(super) async fn post(At(place): At, body: Bytes) -> Result<Json, Problem> {
    let mut own = Map::new();
    let (mut mode, mut commands) = (None, Vec::new());
    for (key, value) in object(&body)? {
        let wrong = || Problem::bad(format!("{key}: {value} is not possible"));
        let number = || value.as_u64().and_then(|number| u8::try_from(number).ok());
        let amps = || number().filter(|amps| current::is_possible(*amps)).ok_or_else(wrong);
        match key.as_str() {
            "charge_mode" => {
                mode = Some(match value.as_str() {
                    Some("fast") => "1",
                    Some("eco") => "2",
                    _ => return Err(wrong()),
                });
            }
            "max_current_soft" => commands.push(format!("$SC {}", amps()?)),
            "service" => {
                // 0 is the gateway's number for what the station finds out.
                let level = match (value.as_u64(), value.as_str()) {
                    (Some(level @ 1..=2), _) => level.to_string(),
                    (Some(0), _) | (_, Some("A")) => "A".to_owned(),
                    _ => return Err(wrong()),
                };
                commands.push(format!("$SL {level}"));
            }
            "current_shaper_max_pwr" => {
                own.insert("live_power_limit".to_owned(), value);
            }
            _ => {
                own.insert(key, value);
            }
        }
    }
    let nothing = mode.is_none() && commands.is_empty() && own.is_empty();
    // What is refused as a whole comes first.
    if !own.is_empty() {
        place.order("config/set", Value::Object(own).to_string().as_bytes()).await?;
    }
    if let Some(mode) = mode {
        place.order(inbox::MODE, mode.as_bytes()).await?;
    }
    for command in commands {
        let document = place.door.rapi(command).await.ok_or_else(|| place.away())?;
        if let Some((_, sentence)) = document.error {
            return Err(Problem::bad(format!("{}: {sentence}", document.cmd)));
        }
    }
    let version = place.door.view().borrow().facts.versions.config;
    let word = if nothing { "no change" } else { "done" };
    Ok(Json(json!({ "config_version": version, "msg": word })))
}
