use super::*;
use crate::config::{Compat, MqttAddress};
use rapi_sim::EvseAddress;

fn change(key: &str, value: &str) -> Override {
    Override { source: format!("--set {key}"), key: key.to_owned(), value: value.to_owned() }
}

fn parse(text: &str, overrides: &[Override]) -> Result<Config, String> {
    static NUMBER: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
    let number = NUMBER.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    let path = std::env::temp_dir().join(format!("rapi-{}-{number}.toml", std::process::id()));
    std::fs::write(&path, text).unwrap();
    let result = load(Some(&path), overrides);
    std::fs::remove_file(&path).unwrap();
    result
}

/// The example with its keys not commented out.
fn example() -> String {
    let known = keys();
    let is_key = |line: &str| {
        let key = line.split(" = ").next().unwrap_or_default();
        known.iter().any(|known| known.ends_with(&format!(".{key}")))
    };
    let lines = EXAMPLE.lines().map(|line| match line.strip_prefix('#') {
        Some(rest) if is_key(rest) => rest,
        _ => line,
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn the_example_has_every_key_with_its_default() {
    let default = load(None, &[]).unwrap();
    let config = parse(&example(), &[]).unwrap();
    assert_eq!(format!("{config:?}"), format!("{default:?}"));
    assert_eq!(format!("{:?}", parse(EXAMPLE, &[]).unwrap()), format!("{default:?}"));
    // And no key is missing: the parser tells all of them when it meets another one.
    for section in
        ["bridge", "log", "mqtt", "publish", "rapi", "homeassistant", "http", "share", "station"]
    {
        let header =
            if section == "station" { "[[station]]".to_owned() } else { format!("[{section}]") };
        let error = parse(&format!("{header}\nnonsense = 1"), &[]).unwrap_err();
        let expected = error.split("expected ").nth(1).unwrap();
        for key in expected.split('`').skip(1).step_by(2) {
            assert!(keys().contains(&format!("{section}.{key}")), "{section}.{key}");
        }
    }
}

#[test]
fn every_key_is_an_environment_variable_and_a_typing_error_is_told() {
    let variable = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let variables = [
        variable("RAPI_BRIDGE_MQTT_RETAIN", "false"),
        variable("RAPI_BRIDGE_STATION_EVSE", "tcp://a:1"),
        variable("RAPI_BRIDGE_MQTT", "embedded"),
        variable("PATH", "/bin"),
    ];
    let config = load(None, &environment(variables.into_iter()).unwrap()).unwrap();
    assert!(!config.mqtt.retain);
    assert_eq!(config.station[0].evse, EvseAddress::Tcp("a:1".to_owned()));
    let error = environment([variable("RAPI_BRIDGE_MQTT_RETIAN", "1")].into_iter());
    assert!(error.unwrap_err().contains("RAPI_BRIDGE_MQTT_RETIAN"));
    for key in keys() {
        let name = format!("RAPI_BRIDGE_{}", key.to_uppercase().replace('.', "_"));
        assert!(environment([variable(&name, "x")].into_iter()).is_ok(), "{name}");
    }
}

#[test]
fn what_kubernetes_says_of_a_service_called_like_the_bridge_is_no_mistake() {
    let variables = |list: &[(&str, &str)]| {
        let list =
            list.iter().map(|(name, value)| (format!("RAPI_BRIDGE_{name}"), value.to_string()));
        environment(list.collect::<Vec<_>>().into_iter())
    };
    let given = variables(&[
        ("SERVICE_HOST", "10.0.0.9"),
        ("SERVICE_PORT", "8080"),
        ("SERVICE_PORT_HTTP", "8080"),
        ("PORT", "tcp://10.0.0.9:8080"),
        ("PORT_8080_TCP", "tcp://10.0.0.9:8080"),
        ("PORT_8080_TCP_PROTO", "tcp"),
        ("PORT_8080_TCP_PORT", "8080"),
        ("PORT_8080_TCP_ADDR", "10.0.0.9"),
        ("GARAGE_SERVICE_HOST", "10.0.0.10"),
        ("GARAGE_PORT", "udp://10.0.0.10:8080"),
        ("GARAGE_PORT_8080_UDP_ADDR", "10.0.0.10"),
    ]);
    assert_eq!(given.map(|overrides| overrides.len()), Ok(0));
    // What a person may have meant as a key.
    for (name, value) in [("PORT", "8080"), ("HTTP_PORT", "8080"), ("REPORT_1", "x"), ("HOST", "x")]
    {
        assert!(variables(&[(name, value)]).unwrap_err().contains(name), "{name}");
    }
}

#[test]
fn a_mistake_is_told_with_file_line_and_key() {
    for (text, line, words) in [
        ("[mqtt]\nretian = true", "line 2", "retian"),
        ("[mqtt]\nbroker = \"http://x\"", "line 2", "mqtts://broker.lan"),
        ("[publish]\ncompat = \"3\"", "line 2", "2.7"),
        ("[log]\nformat = \"xml\"", "line 2", "expected `text` or `json`"),
        ("[rapi]\n\nallow = [\"everything\"]", "line 3", "setting"),
        ("[rapi]\nallow_commands = [\"QQ\"]", "line 2", "there is no command"),
        ("[rapi]\neeprom_writes_per_hour = -1", "line 2", "eeprom_writes_per_hour"),
        ("[[station]]\nevse = \"ttyUSB0\"", "line 2", "a station is serial:/dev/ttyUSB0, tcp:"),
        ("[[station]]\nevse = \"sim:8\"", "line 2", "8.2.3"),
        ("[[station]]\nevse = \"http://evse\"", "line 2", "needs the controller's serial line"),
        ("[[station]]\nname = \"a\"\n[[station]]\nmode = \"eco\"", "line 4", "eco needs a meter"),
        ("[[station]]\ngrid = \"a\"\nsolar = \"b\"", "line 3", "one meter"),
        ("[[station]]\nname = \"a\"\n[[station]]\nname = \"a\"", "line 4", "same topics"),
        ("[[station]]\nlive_power = \"a\"", "line 1", "live_power_limit"),
        (
            "[[station]]\nlive_power = \"a\"\nlive_power_limit = 4294967295\nlive_power_peak = 1",
            "line 3",
            "up to 500000 W",
        ),
        ("[[station]]\nphases = 2", "line 2", "1 or 3"),
        ("[[station]]\nphases_rest = 0", "line 2", "1 to 1440 minutes"),
        ("[[station]]\nlive_power_peak = 2500", "line 1", "needs the topic of a meter"),
        ("[[station]]\nlive_power_peak = -1", "line 2", "live_power_peak"),
        ("[[station]]\nlive_current = [\"a\", \"b\"]", "line 2", "L1, L2, L3"),
        ("[[station]]\nlive_current = [\"a\"]", "line 1", "live_current_limit"),
        ("[[station]]\nlive_current_limit = 25", "line 2", "belong together"),
        (
            "[share]\nsolar = \"s\"\n[[station]]\nphases_actual = \"p\"",
            "line 4",
            "do not switch their phases",
        ),
        (
            "[share]\nlimit = 20\n[[station]]\nname = \"a\"\n[[station]]\nname = \"b\"\nmin_current = 8",
            "line 7",
            "give all stations of [share] the same: \"a\" has 6",
        ),
        (
            "[share]\nsolar = \"s\"\n[[station]]\nname = \"a\"\nphases = 3\n[[station]]\nname = \"b\"",
            "line 6",
            "give all stations of [share] the same: \"a\" has 3",
        ),
        ("[mqtt]\nversion = 4", "line 2", "3 (for 3.1.1) or 5"),
        ("[mqtt]\nbroker = []", "line 2", "no broker"),
        ("mqtt = 3 3", "line 1", "expected newline"),
    ] {
        let error = parse(text, &[]).unwrap_err();
        assert!(error.contains(".toml: ") && error.lines().count() == 1, "{error}");
        assert!(error.contains(line) && error.contains(words), "{text}: {error}");
    }
}

#[test]
fn two_stations_have_two_names_also_if_their_topics_differ() {
    for name in ["", "name = \"a\"\n"] {
        let text = format!("[[station]]\n{name}base_topic = \"x\"\n[[station]]\n{name}\n");
        let error = parse(&text, &[]).unwrap_err();
        assert!(error.contains(", name: another one is called so, too: give this one "), "{error}");
    }
}

#[test]
fn two_stations_do_not_write_to_one_file_or_have_one_name_for_others() {
    let two = |one: &str, other: &str| {
        let text = format!("[[station]]\nname = \"{one}\"\n[[station]]\nbase_topic = \"{other}\"");
        parse(&text, &[])
    };
    for (one, other) in [
        ("home/evse", "home_evse"),
        ("a b", "a_b"),
        ("home/evse", "home-evse"),
        ("a.b", "a_b"),
        ("a.b", "a/b"),
        ("säule ä", "säule ö"),
    ] {
        let error = two(one, other).unwrap_err();
        assert!(error.contains("line 4: station \"openevse\", base_topic: "), "{error}");
        assert!(error.contains(&format!("{one:?} and {other:?}")), "{error}");
        assert!(error.contains("let one of them differ by a letter"), "{error}");
    }
    for (one, other) in [("home/evse", "home/evse2"), ("home-evse", "home_evse")] {
        assert!(two(one, other).is_ok(), "{one} {other}");
    }
}

#[test]
fn an_override_takes_what_it_is_given_and_says_where_a_mistake_came_from() {
    let text = "[[station]]\nname = \"a\"\n[[station]]\nname = \"b\"";
    let config = parse(
        text,
        &[
            change("mqtt.password", "1234"),
            change("mqtt.broker", "mqtt://a mqtts://b"),
            change("publish.compat", "2.7"),
            change("station.evse", "tcp://x:1"),
            change("station.b.evse", "tcp://y:1"),
            change("rapi.allow", "[\"read\"]"),
        ],
    )
    .unwrap();
    assert_eq!(config.mqtt.password, "1234");
    assert_eq!(config.mqtt.broker.len(), 2);
    assert!(matches!(config.mqtt.broker[1], MqttAddress::Broker { tls: true, .. }));
    assert_eq!(config.publish.compat, Compat::V2_7);
    assert_eq!(config.station[0].evse, EvseAddress::Tcp("x:1".to_owned()));
    assert_eq!(config.station[1].evse, EvseAddress::Tcp("y:1".to_owned()));
    assert_eq!(config.rapi.allow.len(), 1);
    for (key, value) in [("mqtt.retian", "1"), ("mqtt", "1"), ("station.c.evse", "sim:")] {
        let error = parse(text, &[change(key, value)]).unwrap_err();
        assert!(error.starts_with(&format!("--set {key}: ")), "{error}");
    }
    let error = parse(text, &[change("publish.period", "often")]).unwrap_err();
    assert_eq!(error, "--set publish.period: expected a whole number from 0 to 65535");
}
