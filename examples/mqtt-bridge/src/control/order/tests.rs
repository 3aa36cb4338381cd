use super::*;

fn order(topic: &str, payload: &str) -> Result<Order, String> {
    parse(topic, payload.as_bytes()).unwrap()
}

#[test]
fn orders_are_read_as_the_gateways_read_them() {
    let merged = |payload: &str, before| match order("override/set", payload) {
        Ok(Order::Override(Some(change))) => change.over(before),
        other => panic!("{payload}: {other:?}"),
    };
    let wish = merged(r#"{"state": "active", "charge_current": 16}"#, None);
    let expected = Wish {
        run: Some(Run::Active),
        charge_current: Some(16),
        max_current: None,
        auto_release: true,
    };
    assert_eq!(wish, expected);
    assert_eq!(merged(r#"{"state": "active", "charge_current": 16.0}"#, None), expected);
    let later = merged(r#"{"charge_current": "clear", "auto_release": false}"#, Some(wish));
    assert_eq!(later, Wish { charge_current: None, auto_release: false, ..expected });
    assert_eq!(order("override/set", "clear"), Ok(Order::Override(None)));
    assert_eq!(order("override/set", "toggle"), Ok(Order::Toggle));
    assert_eq!(order("claim/set", "release"), Ok(Order::Claim(MQTT_CLIENT, None)));
    assert_eq!(order("current/set", " 16\n"), Ok(Order::Override(Some(Change::current(Some(16))))));
    assert_eq!(order("current/set", "16.0"), order("current/set", "16"));
    assert_eq!(
        order("enable/set", "off"),
        Ok(Order::Override(Some(Change::run(Some(Run::Disabled)))))
    );
    assert_eq!(order("restart", r#"{"device": "evse"}"#), Ok(Order::Restart(Device::Evse)));
    assert_eq!(order("shaper/set", "0"), Ok(Order::Shaper(false)));
    assert_eq!(order("schedule/clear", "3"), Ok(Order::Unschedule(3)));
    assert!(matches!(
        order("limit/set", r#"{"type": "time", "value": 90.0}"#),
        Ok(Order::Limit(Some(Limit { value: 90, auto_release: true, .. })))
    ));
    assert!(parse("divertmode/set", b"1").is_none() && parse("nonsense", b"1").is_none());
}

#[test]
fn a_wish_may_be_written_as_clients_of_the_gateway_write_it() {
    let wish = |topic: &str, payload: &str| match order(topic, payload) {
        Ok(Order::Override(Some(change)) | Order::Claim(_, Some(change))) => {
            let before = Wish { run: Some(Run::Active), max_current: Some(20), ..Wish::default() };
            change.over(Some(before))
        }
        other => panic!("{payload}: {other:?}"),
    };
    for topic in ["override/set", "claim/set", "claim/7/set"] {
        for stop in ["disable", "disabled"] {
            let stop = format!(r#"{{"state": "{stop}"}}"#);
            assert_eq!(wish(topic, &stop).run, Some(Run::Disabled));
        }
        assert_eq!(wish(topic, r#"{"charge_current": "7"}"#).charge_current, Some(7));
        // evcc stops so; the gateway's documentation has the second one.
        assert_eq!(wish(topic, r#"{"state": "disabled", "max_current": 0}"#).max_current, Some(6));
        let example = r#"{"state": "active", "charge_current": 0, "max_current": "0",
            "energy_limit": 0, "time_limit": null, "auto_release": true}"#;
        let example = wish(topic, example);
        assert_eq!((example.charge_current, example.max_current), (Some(6), Some(6)));
        // Nothing is no wish; what is not mentioned stays.
        let over =
            wish(topic, r#"{"state": null, "charge_current": null, "max_current": "clear"}"#);
        assert_eq!((over.run, over.charge_current, over.max_current), (None, None, None));
        assert_eq!(wish(topic, "{}").max_current, Some(20));
        // What is not possible is not made possible.
        for wrong in [
            r#"{"charge_current": -1}"#,
            r#"{"charge_current": "5"}"#,
            r#"{"charge_current": 81}"#,
            r#"{"charge_current": 4294967302}"#,
            r#"{"max_current": "x"}"#,
            r#"{"state": "nonsense"}"#,
            r#"{"energy_limit": 5}"#,
        ] {
            assert!(order(topic, wrong).is_err(), "{wrong}");
        }
    }
}

#[test]
fn whatever_a_stranger_sends_is_an_order_or_a_sentence() {
    for topic in TOPICS {
        for payload in [
            &b""[..],
            b"{",
            b"[]x",
            b"null",
            b"nan",
            b"81",
            b"5",
            b"-6",
            b"16.5",
            b"\xff\xfe",
            b"{\"charge_current\": 5}",
            b"{\"state\": 1}",
            b"{\"type\": \"soc\"}",
            b"[{\"id\": 1}]",
            b"[\"gateway\"]",
            b"[\"energy\", 5000]",
            b"[[1, \"active\", \"22:00\", [\"monday\"]]]",
            b"{\"device\": \"sim\"}",
            b"13\r$FD",
            b"{\"nonsense\": true}",
        ] {
            match parse(topic, payload).unwrap() {
                Err(problem) => assert!(!problem.is_empty()),
                Ok(Order::Config(map)) => assert!(!map.is_empty() && topic == "config/set"),
                Ok(Order::Unschedule(_)) => assert_eq!(topic, "schedule/clear"),
                Ok(other) => panic!("{topic} {payload:?}: {other:?}"),
            }
        }
    }
}
