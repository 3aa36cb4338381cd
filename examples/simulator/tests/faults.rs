//! What trips, what ends it, and what a client hears of it: as it was seen on firmware 8.2.3.

use rapi_core::types::{DeciCelsius, MilliAmps};
use rapi_sim::{Board, Config, Firmware, Station, Vehicle, Wants};

struct Bench {
    station: Station,
    now: u64,
}

impl Bench {
    fn new(firmware: &str, options: &str) -> Self {
        let firmware: Firmware = firmware.parse().unwrap();
        let options = firmware.options().change(options).unwrap();
        let config = Config { firmware: firmware.with_options(options), ..Config::default() };
        let mut station = Station::new(config);
        station.poll(0);
        station.receive(b"$SB\r", 0);
        Self { station, now: 1000 }
    }

    /// A car that has charged for ten seconds.
    fn charging() -> Self {
        let mut bench = Self::new("8.2.3", "");
        bench.arrange(|vehicle, _| {
            vehicle.plug();
            vehicle.want(Wants::Energy);
        });
        bench.wait(10);
        bench
    }

    fn arrange(&mut self, change: impl FnOnce(&mut Vehicle, &mut Board)) -> String {
        self.station.arrange(self.now, change);
        String::from_utf8(self.station.poll(self.now)).unwrap()
    }

    fn wait(&mut self, seconds: u64) -> String {
        self.now += seconds * 1000;
        String::from_utf8(self.station.poll(self.now)).unwrap()
    }

    fn say(&mut self, line: &str) -> String {
        self.now += 10;
        let said = self.station.receive(format!("{line}\r").as_bytes(), self.now);
        String::from_utf8(said).unwrap()
    }
}

#[test]
fn a_ground_fault_is_told_twice_and_ends_with_the_plug() {
    let mut bench = Bench::charging();
    let said = bench.arrange(|_, board| board.residual_current = true);
    assert_eq!(said, "$AT 06 03 24 0580^3F\r$AT 06 00 24 0580^3C\r");
    assert_eq!(bench.say("$GF"), "$OK 1 0 0^31\r");
    assert_eq!(bench.say("$FE"), "$OK^20\r", "it does not clear a fault");
    assert_eq!(bench.say("$SC 20 V"), "$OK 20^02\r$AT 06 00 20 0580^38\r");
    bench.arrange(|_, board| board.residual_current = false);
    let said = bench.arrange(|vehicle, _| vehicle.unplug());
    assert_eq!(said, "$AT 01 01 20 0280^39\r");
}

#[test]
fn a_ground_fault_tries_again_after_five_minutes() {
    let mut bench = Bench::charging();
    bench.arrange(|_, board| board.residual_current = true);
    bench.arrange(|_, board| board.residual_current = false);
    assert_eq!(bench.wait(299), "");
    assert_eq!(bench.wait(2), "$AT 02 03 24 0580^3B\r$AT 03 03 24 05c0^61\r");
}

#[test]
fn a_fault_right_after_the_relay_has_closed_is_hard() {
    let mut bench = Bench::new("8.2.3", "");
    bench.arrange(|vehicle, board| {
        vehicle.plug();
        vehicle.want(Wants::Energy);
        board.residual_current = true;
    });
    assert_eq!(bench.say("$GS"), "$OK 06 0 03 0582^1A\r");
    assert_eq!(bench.say("$FP 0 0 hi"), "$NK^21\r");
    assert_eq!(bench.say("$FE"), "$OK^20\r");
    assert_eq!(bench.say("$SC 20 V"), "$OK 20^02\r$AT 06 03 20 0582^39\r");
    assert_eq!(bench.wait(3600), "", "it does not try again");
    bench.arrange(|_, board| board.residual_current = false);
    let said = bench.arrange(|vehicle, _| vehicle.unplug());
    assert_eq!(said, "$AT 01 01 20 0280^39\r");
}

#[test]
fn a_stuck_relay_stays_a_fault_until_the_power_is_cut() {
    let mut bench = Bench::charging();
    bench.arrange(|_, board| board.relay_stuck = true);
    let said = bench.arrange(|vehicle, _| vehicle.want(Wants::Nothing));
    assert!(said.starts_with("$AT 08 "), "{said}");
    bench.arrange(|vehicle, board| {
        vehicle.unplug();
        board.relay_stuck = false;
    });
    bench.wait(600);
    assert!(bench.say("$GS").starts_with("$OK 08 "));
    bench.station.power_cycle(bench.now);
    bench.say("$SB");
    assert!(bench.say("$GS").starts_with("$OK 01 "));
    assert_eq!(bench.say("$GF"), "$OK 0 0 1^31\r", "the EEPROM remembers");
}

#[test]
fn heat_takes_half_the_current_then_three_quarters_then_all() {
    let mut bench = Bench::charging();
    let heat = |bench: &mut Bench, tenths: i16| {
        bench.arrange(|_, board| board.mcp9808 = Some(DeciCelsius(tenths)))
    };
    assert_eq!(heat(&mut bench, 640), "");
    assert_eq!(heat(&mut bench, 660), "$AT 03 03 12 0540^33\r");
    assert_eq!(bench.say("$SC 20 V"), "$NK 12^02\r", "not up");
    assert_eq!(heat(&mut bench, 690), "$AT 03 03 6 0540^06\r");
    assert_eq!(heat(&mut bench, 640), "$AT 03 03 12 0540^33\r");
    assert_eq!(heat(&mut bench, 610), "$AT 03 03 24 0540^36\r");
    heat(&mut bench, 690);
    let said = heat(&mut bench, 720);
    assert!(said.starts_with("$AT 0a 03 6 0500"), "{said}");
    let said = heat(&mut bench, 300);
    assert!(said.contains("$AT 03 03 6 0540"), "{said}");
    assert_eq!(bench.say("$GE"), "$OK 6 0001^17\r", "the little current stays");
    assert!(bench.say("$SC 24 V").starts_with("$OK 24^06\r"), "until somebody sets it");
}

#[test]
fn diode_ventilation_and_earth_are_checked_unless_they_are_not() {
    let mut bench = Bench::charging();
    assert!(bench.arrange(|vehicle, _| vehicle.diode = false).starts_with("$AT 05 "));
    let said = bench.arrange(|vehicle, _| vehicle.diode = true);
    assert!(said.ends_with("$AT 03 03 24 0540^36\r"), "{said}");
    assert!(bench.arrange(|vehicle, _| vehicle.want(Wants::Ventilation)).starts_with("$AT 04 "));
    assert!(bench.arrange(|vehicle, _| vehicle.want(Wants::Energy)).ends_with("0540^36\r"));
    bench.wait(10);
    assert!(bench.arrange(|_, board| board.ground = false).starts_with("$AT 07 03 24 0520"));
    assert_eq!(bench.say("$GF"), "$OK 0 1 0^31\r");

    let mut bench = Bench::charging();
    bench.say("$FF V 0");
    bench.say("$FF G 0");
    bench.arrange(|vehicle, board| {
        vehicle.want(Wants::Ventilation);
        board.ground = false;
    });
    assert_eq!(bench.say("$GS"), "$OK 03 10 04 0540^27\r", "state C with a pilot of D");
}

#[test]
fn a_car_that_takes_more_than_it_is_offered_is_cut_off_where_that_is_built_in() {
    let mut bench = Bench::charging();
    bench.arrange(|vehicle, _| vehicle.draws = Some(MilliAmps(40_000)));
    assert_eq!(bench.wait(30), "", "the US build of 8.2.3 does not look");
    let mut bench = Bench::new("8.2.3", "+OVERCURRENT_THRESHOLD");
    bench.arrange(|vehicle, _| {
        vehicle.plug();
        vehicle.want(Wants::Energy);
        vehicle.draws = Some(MilliAmps(40_000));
    });
    assert_eq!(bench.wait(9), "");
    assert!(bench.wait(2).starts_with("$AT 0b 03 24 0502"));
}

#[test]
fn session_limits_put_the_station_to_sleep() {
    let mut bench = Bench::new("7.1.3", "");
    assert_eq!(bench.say("$S3 1"), "$NK^21\r", "nobody is there");
    bench.arrange(|vehicle, _| {
        vehicle.plug();
        vehicle.want(Wants::Energy);
    });
    assert_eq!(bench.say("$S3 1"), "$OK^20\r$AT 03 03 16 0550^36\r");
    assert_eq!(bench.wait(890), "");
    assert_eq!(bench.wait(20), "$AT fe 03 16 0544^33\r");
    bench.say("$FE");
    // 16 A at 240 V: a kilowatt-hour takes about 16 minutes.
    assert!(bench.say("$SH 2").starts_with("$OK^20\r"));
    assert!(bench.wait(1200).starts_with("$AT fe 03 16 0544"));
}

#[test]
fn a_car_that_asks_at_once_is_seen_before_it_is_heard() {
    let mut bench = Bench::new("8.2.3", "");
    let said = bench.arrange(|vehicle, _| {
        vehicle.plug();
        vehicle.want(Wants::Energy);
    });
    assert_eq!(said, "$AT 02 03 24 0700^31\r$AT 03 03 24 0540^36\r");
}

#[test]
fn a_european_build_is_one_of_level_2_and_32_amps() {
    let mut bench = Bench::new("8.2.3", "+EU");
    assert_eq!(bench.say("$GV"), "$OK 8.2.3.EU 5.2.1^11\r");
    assert_eq!(bench.say("$GC"), "$OK 6 32 32 32^17\r");
    assert_eq!(bench.say("$GG"), "$OK 0 230000^11\r");
    assert_eq!(bench.say("$SL A"), "$NK^21\r");
}
