//! The day, point by point.

mod file;

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::extract::RawQuery;
use jiff::Timestamp;
use serde_json::{Value, json};
use tokio::task::spawn_blocking;
use tokio::time::{MissedTickBehavior, interval};

use self::file::File;
use super::station::{At, Place};
use super::status::Json;
use crate::clock::{self, Doubt};
use crate::door::View;
use crate::feeds::Kind;

/// What is older, in seconds, is forgotten.
const DAY: i64 = 86_400;
/// So many stations have a point each second; more have fewer points, so that memory is bounded.
const FULL: usize = 16;
const MOST: usize = 5_000;
/// A clock that is set back by so many seconds was a little wrong.
const STEP: i64 = 60;
/// A reason whose words stay and whose numbers change is kept so often, in seconds.
const SAME: i64 = 60;

const SERIES: usize = 7;
/// What a point tells, in this order.
const NAMES: [&str; SERIES] = ["solar", "grid", "house", "ev", "milliamps", "pilot", "soc"];
/// What is told in amps.
const MILLIAMPS: usize = 4;
const NONE: i32 = i32::MIN;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Point {
    at: i64,
    values: [i32; SERIES],
}

/// The points of one station, and the file in which they outlive the bridge, if there is one.
#[derive(Debug, Default)]
pub(super) struct History {
    kept: Mutex<Kept>,
    file: Mutex<Option<File>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl History {
    /// Goes on in this file, which is read if nothing is known yet.
    pub(super) fn keep_in(&self, path: Option<PathBuf>) {
        let mut file = lock(&self.file);
        if file.as_ref().map(File::path) == path.as_deref() {
            return;
        }
        if let Some(file) = &mut *file {
            file.write();
        }
        *file = path.map(File::new);
        let mut kept = lock(&self.kept);
        if let (Some(file), true) = (&mut *file, kept.points.is_empty()) {
            file.read(&mut kept, Timestamp::now().as_second());
        }
    }

    /// Writes what waits to be written.
    pub(super) fn write(&self) {
        if let Some(file) = &mut *lock(&self.file) {
            file.write();
        }
    }

    /// Whether it is time to write.
    fn push(&self, point: Point, reason: &str, uptime_ms: u64) -> bool {
        let taken = lock(&self.kept).take(point, reason, uptime_ms);
        taken && lock(&self.file).as_mut().is_some_and(|file| file.add(&point, reason))
    }
}

#[derive(Debug, Default)]
struct Kept {
    points: VecDeque<Point>,
    /// What was decided from when on.
    reasons: VecDeque<(i64, String)>,
    clock: Doubt,
}

impl Kept {
    /// Takes a point of now, unless the clock is far behind what is known, and not to be believed.
    fn take(&mut self, point: Point, reason: &str, uptime_ms: u64) -> bool {
        let ends = self.points.front().zip(self.points.back());
        let ends = ends.filter(|(_, last)| last.at - point.at > STEP);
        let lasted_ms = ends.map(|(first, last)| (last.at - first.at).unsigned_abs() * 1000);
        let believed = self.clock.believes(lasted_ms, uptime_ms);
        if believed {
            self.push(point, reason);
        }
        believed
    }

    fn push(&mut self, point: Point, reason: &str) {
        // The computer's clock was set back: time goes on in one direction only.
        while self.points.back().is_some_and(|last| last.at >= point.at) {
            self.points.pop_back();
        }
        while self.reasons.back().is_some_and(|(at, _)| *at >= point.at) {
            self.reasons.pop_back();
        }
        let news = self.reasons.back().is_none_or(|(at, last)| {
            words(last).ne(words(reason)) || (last != reason && point.at - at >= SAME)
        });
        if news {
            self.reasons.push_back((point.at, reason.to_owned()));
        }
        self.points.push_back(point);
        while self.points.front().is_some_and(|first| first.at <= point.at - DAY) {
            self.points.pop_front();
        }
        let begin = self.points.front().map_or(point.at, |first| first.at);
        while self.reasons.get(1).is_some_and(|(at, _)| *at <= begin) {
            self.reasons.pop_front();
        }
    }

    /// At most so many points from a time to another, with the least and the greatest of each series.
    fn thinned(&self, from: i64, to: i64, most: usize) -> Vec<Point> {
        let begin = self.points.partition_point(|point| point.at < from);
        let end = self.points.partition_point(|point| point.at <= to);
        let all: Vec<Point> = self.points.range(begin..end.max(begin)).copied().collect();
        if all.len() <= most {
            return all;
        }
        // Two points of each piece: the least and the greatest, in the order in which they came.
        let size = all.len().div_ceil((most / 2).max(1));
        all.chunks(size).flat_map(extremes).collect()
    }

    fn reason(&self, at: i64) -> Option<&str> {
        let next = self.reasons.partition_point(|(begin, _)| *begin <= at);
        self.reasons.get(next.checked_sub(1)?).map(|(_, reason)| reason.as_str())
    }
}

fn words(text: &str) -> impl Iterator<Item = char> + '_ {
    text.chars().filter(|c| !c.is_ascii_digit() && *c != '-')
}

fn extremes(piece: &[Point]) -> Vec<Point> {
    let (Some(first), Some(last)) = (piece.first(), piece.last()) else { return Vec::new() };
    if first.at == last.at {
        return vec![*first];
    }
    let (mut one, mut two) = (*first, *last);
    for series in 0..SERIES {
        let known = || piece.iter().filter(|point| point.values[series] != NONE);
        let (Some(least), Some(most)) = (
            known().min_by_key(|point| point.values[series]),
            known().max_by_key(|point| point.values[series]),
        ) else {
            continue;
        };
        let (a, b) = if least.at <= most.at { (least, most) } else { (most, least) };
        (one.values[series], two.values[series]) = (a.values[series], b.values[series]);
    }
    vec![one, two]
}

/// How often a point is taken, in seconds.
pub(super) fn period(stations: usize) -> u64 {
    stations.div_ceil(FULL).max(1) as u64
}

/// Takes the points of a station.
pub(super) async fn record(place: Arc<Place>, period: u64) {
    let view = place.door.view();
    let mut tick = interval(Duration::from_secs(period));
    tick.set_missed_tick_behavior(MissedTickBehavior::Skip);
    loop {
        tick.tick().await;
        let (point, reason) = {
            let view = view.borrow();
            (point(&view, Timestamp::now().as_second()), reason(&view))
        };
        if place.history.push(point, &reason, clock::uptime_ms()) {
            let history = Arc::clone(&place.history);
            // A memory card may take its time. Only a panic could be told here, and that is told already.
            let _ = spawn_blocking(move || history.write()).await;
        }
    }
}

fn point(view: &View, at: i64) -> Point {
    let facts = &view.facts;
    let (solar, grid) = (facts.divert.solar, facts.divert.grid);
    let ev = facts.snapshot.milliamps().map(|_| facts.snapshot.watts(facts.phases));
    let live = facts.readings.get(Kind::LivePower);
    // What the house draws besides the car, from what is measured.
    let balance = || Some(solar? + grid? - ev.unwrap_or(0));
    let house = live.map(|live| live - ev.unwrap_or(0)).or_else(balance);
    let amps = facts.snapshot.milliamps();
    let pilot = facts.snapshot.settings.map(|settings| i32::from(settings.amps.0));
    let soc = facts.readings.get(Kind::BatteryLevel);
    let values = [solar, grid, house, ev, amps, pilot, soc].map(|value| value.unwrap_or(NONE));
    Point { at, values }
}

/// Why the car charges, or not.
fn reason(view: &View) -> String {
    if view.standby {
        return "standby".to_owned();
    }
    if view.facts.version.is_none() {
        return "the station does not answer".to_owned();
    }
    let target: Value = view
        .documents
        .get("target")
        .and_then(|text| serde_json::from_str(text).ok())
        .unwrap_or_default();
    match (target["state_by"].as_str(), target["state"].as_str()) {
        (Some(by), Some(state)) if by != "divert" => format!("{by}: {state}"),
        _ => view.facts.divert.reason.clone(),
    }
}

pub(super) async fn get(At(place): At, RawQuery(query): RawQuery) -> Json {
    let (mut from, mut to, mut most) = (i64::MIN, i64::MAX, 600);
    for (key, value) in form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
        match &*key {
            "from" => from = value.parse().unwrap_or(from),
            "to" => to = value.parse().unwrap_or(to),
            "points" => most = value.parse().unwrap_or(most),
            _ => {}
        }
    }
    let kept = lock(&place.history.kept);
    let points = kept.thinned(from, to, most.clamp(2, MOST));
    let points = points.iter().map(|point| {
        let mut row = json!({ "at": point.at, "reason": kept.reason(point.at) });
        for (series, (name, value)) in NAMES.iter().zip(point.values).enumerate() {
            let (name, value) = match value {
                value if series == MILLIAMPS => {
                    ("amps", (value != NONE).then(|| json!(f64::from(value) / 1000.0)))
                }
                value => (*name, (value != NONE).then(|| json!(value))),
            };
            row[name] = value.unwrap_or_default();
        }
        row
    });
    Json(json!({ "points": points.collect::<Value>() }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(at: i64, ev: i32) -> Point {
        let mut values = [NONE; SERIES];
        values[3] = ev;
        Point { at, values }
    }

    #[test]
    fn a_day_is_thinned_and_keeps_each_minimum_and_maximum() {
        let mut kept = Kept::default();
        for at in 0..100_000_i64 {
            let ev = match at {
                77_777 => 9_000,
                88_888 => -5,
                at => i32::try_from(at % 100).unwrap(),
            };
            kept.push(point(at, ev), "normal mode");
        }
        assert_eq!(kept.points.len(), 86_400);
        assert_eq!(kept.points.front().unwrap().at, 100_000 - 86_400);
        for most in [2, 3, 100, 600, 5_000] {
            let thinned = kept.thinned(0, 200_000, most);
            assert!(thinned.len() <= most, "{most}: {}", thinned.len());
            assert!(thinned.windows(2).all(|pair| pair[0].at < pair[1].at));
            let values = || thinned.iter().map(|point| point.values[3]);
            assert_eq!((values().min(), values().max()), (Some(-5), Some(9_000)), "{most}");
            assert!(thinned.iter().all(|point| point.values[0] == NONE), "nothing is made up");
        }
        // The peak is where it was.
        let peak = |thinned: Vec<Point>| thinned.iter().find(|p| p.values[3] == 9_000).unwrap().at;
        assert!((peak(kept.thinned(0, 200_000, 600)) - 77_777).abs() < 600);
        assert_eq!(peak(kept.thinned(77_000, 78_000, 5_000)), 77_777);
        assert_eq!(kept.thinned(99_990, 99_994, 600).len(), 5);
        assert!(kept.thinned(5, 1, 600).is_empty() && kept.thinned(0, 10, 600).is_empty());
        assert_eq!(kept.reasons.len(), 1);
    }

    #[test]
    fn a_reason_is_kept_when_its_words_change_and_its_numbers_once_a_minute() {
        let mut kept = Kept::default();
        for at in 0..120 {
            kept.push(point(at, 0), &format!("pause: bucket fills, {at} of 300 Wh"));
        }
        kept.push(point(120, 0), "override: active");
        assert_eq!(kept.reasons.len(), 3);
        assert_eq!(kept.reason(59), Some("pause: bucket fills, 0 of 300 Wh"));
        assert_eq!(kept.reason(119), Some("pause: bucket fills, 60 of 300 Wh"));
        assert_eq!(kept.reason(500), Some("override: active"));
        assert_eq!(kept.reason(-1), None);
        // The clock is set back.
        kept.push(point(100, 0), "normal mode");
        assert_eq!((kept.points.len(), kept.reason(100)), (101, Some("normal mode")));
    }

    #[test]
    fn a_clock_that_is_not_set_yet_removes_nothing_and_one_that_was_wrong_is_forgotten() {
        let (mut kept, mut uptime) = (Kept::default(), 0);
        let mut take = |kept: &mut Kept, at, reason: &str| {
            uptime += 1000;
            kept.take(point(at, 0), reason, uptime)
        };
        for at in 100_000..101_000 {
            assert!(take(&mut kept, at, "normal mode"));
        }
        // Booted without a clock, twice, until somebody has told the time.
        for _ in 0..2 {
            kept.clock = Doubt::default();
            for at in 0..600 {
                assert!(!take(&mut kept, at, "the station does not answer"));
            }
        }
        assert!(take(&mut kept, 101_700, "normal mode"));
        assert_eq!((kept.points.len(), kept.points[0].at, kept.reasons.len()), (1001, 100_000, 1));
        // Set back for good: what it says counts in the end.
        let taken = (50_000..60_000).filter(|at| take(&mut kept, *at, "normal mode")).count();
        assert_eq!((taken, kept.points.len()), (10_000 - 1_700, 10_000 - 1_700));
        // However much is known.
        let taken = (40_000..50_000).filter(|at| take(&mut kept, *at, "normal mode")).count();
        assert_eq!(taken, 10_000 - 3_600);
        // A moment in the future.
        assert!(take(&mut kept, 9_000_000, "normal mode"));
        assert!(take(&mut kept, 50_001, "normal mode"));
        assert_eq!(kept.points.len(), 1);
    }

    #[test]
    fn a_thousand_stations_keep_less_each() {
        assert_eq!((period(1), period(16), period(17), period(1000)), (1, 1, 2, 63));
        let mut kept = Kept::default();
        for step in 0..10_000 {
            kept.push(point(step * 63, 0), "normal mode");
        }
        assert_eq!(kept.points.len(), 86_400 / 63 + 1, "a day, not a number of points");
    }
}
