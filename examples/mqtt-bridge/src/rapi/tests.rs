use super::*;
use rapi_core::commands::{GetVersion, SaveCurrent, SetCurrent};
use rapi_core::types::Amps;

fn command(topic: &str, payload: &str) -> Result<AnyCommand, Refusal> {
    parse(&config::Rapi::default(), topic, payload).map(|request| request.command)
}

#[test]
fn arguments_may_stand_in_topic_or_payload() {
    let volatile = Ok(AnyCommand::SetCurrent(SetCurrent { amps: Amps(13) }));
    assert_eq!(command("$SC", "13 V"), volatile);
    assert_eq!(command("$SC 13 V", ""), volatile);
    assert_eq!(command("$SC 13", "V\n"), volatile);
    // A space behind the code alone, as old gateways send it, makes nothing else of it.
    let saved = Ok(AnyCommand::SaveCurrent(SaveCurrent { amps: Amps(13) }));
    assert_eq!(command("$SC 13", " "), saved);
    assert_eq!(command("$GV", ""), Ok(AnyCommand::GetVersion(GetVersion)));
}

#[test]
fn a_payload_never_becomes_a_second_command() {
    for payload in ["13\r$FD", "13$FD", "13 V\r", "\r$FD\r", "13\n$FD", "13\0"] {
        let result = command("$SC", payload);
        let same = payload == "13 V\r"; // white space at the ends means nothing
        assert_eq!(result.is_ok(), same, "{payload:?}: {result:?}");
    }
    assert!(matches!(command("$GS\r$FD", ""), Err(Refusal::Frame(_))));
    assert_eq!(command("$GS^30", ""), Err(Refusal::Checksum));
    assert_eq!(command("GS", ""), Err(Refusal::NoCommand));
    assert_eq!(command("", "$GS"), Err(Refusal::NoCommand));
}

#[test]
fn what_the_controller_would_misread_is_refused() {
    for (payload, what) in [("256", "out of range"), ("-6", "right kind"), ("16.5", "right kind")] {
        let refusal = command("$SC", payload).unwrap_err().to_string();
        assert!(refusal.contains(what), "{payload}: {refusal}");
    }
    assert!(matches!(command("$SC", "5"), Err(Refusal::Encode(..))));
    assert!(matches!(command("$SC", "81 V"), Err(Refusal::Encode(..))));
    assert!(matches!(command("$SC", ""), Err(Refusal::Arguments(..))));
    assert!(matches!(command("$FEabc", ""), Err(Refusal::Frame(FrameError::Code))));
    assert!(matches!(command("$fe", ""), Err(Refusal::Frame(FrameError::Code))));
    assert!(matches!(command("$S9", "1"), Err(Refusal::Unknown(_))));
}

/// The golden frames of the reference: what touches safety checks or calibration, or cannot be
/// undone, never gets through, and everything else does.
#[test]
fn what_is_dangerous_is_never_sent() {
    let mut refused = Vec::new();
    for row in rapi_fixtures::commands() {
        for example in row.cell("xor_examples").split(" ; ") {
            let line = example.split('^').next().unwrap_or_default();
            match (parse(&config::Rapi::default(), line, ""), row.cell("danger")) {
                (Err(Refusal::Forbidden(..)), _) => refused.push(row.cell("id").to_owned()),
                // The old ventilation check has the bytes of a voltage of 0 or 1 mV.
                (Err(Refusal::Encode(..)), _) if row.cell("id") == "SV.old" => {}
                (Ok(_), "none" | "setting" | "control") => {}
                (result, danger) => panic!("{example}, {danger}: {result:?}"),
            }
        }
    }
    refused.dedup();
    // FC clears counters for ever; the reference calls that a setting.
    for id in ["SC.M", "FC", "SA", "Z0", "FF.D", "FF.E", "FF.G", "SM", "T0"] {
        assert!(refused.iter().any(|refused| refused == id), "{id}");
    }
}

#[test]
fn a_payload_may_be_json_with_an_id() {
    let split = |payload: &str| split(payload.as_bytes());
    let plain = |params: &str| Ok((Value::Null, params.to_owned()));
    assert_eq!(split(" 13 V\n"), plain("13 V"));
    assert_eq!(split(""), plain(""));
    for params in ["\"13 V\"", "[13, \"V\"]"] {
        let payload = format!("{{\"id\": \"a\", \"params\": {params}}}");
        assert_eq!(split(&payload), Ok((Value::from("a"), "13 V".to_owned())), "{params}");
    }
    assert_eq!(split(r#"{"params": 13}"#), plain("13"));
    assert_eq!(split(r#"{"id": {"x": [1]}}"#).unwrap().0["x"][0], 1);
    for payload in ["{", r#"{"param": 1}"#, r#"{"params": {}}"#, r#"{"params": [[1]]}"#] {
        assert!(matches!(split(payload), Err(Refusal::Json(_))), "{payload}");
    }
    // JSON can hide a CR, but not behind the check of the line.
    let (_, params) = split(r#"{"params": "13\r$FD"}"#).unwrap();
    assert!(matches!(command("$SC", &params), Err(Refusal::Frame(_))));
}

#[test]
fn the_configuration_says_what_may_be_sent_by_class_and_by_command() {
    let rows = |text: &str| vec![text.parse().unwrap()];
    let config = config::Rapi {
        allow: vec![Class::Read],
        allow_commands: rows("SC amps M"),
        deny_commands: rows("GV"),
        ..config::Rapi::default()
    };
    let allowed = |line: &str| parse(&config, line, "").is_ok();
    assert!(allowed("$GS") && allowed("$SC 48 M"));
    assert!(!allowed("$GV") && !allowed("$SC 16") && !allowed("$SC 16 V") && !allowed("$FE"));
}
