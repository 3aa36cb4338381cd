//! The day in a file, so that it outlives the bridge: lines of numbers that a spreadsheet reads, too.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use tracing::warn;

use super::{DAY, Kept, NAMES, NONE, Point, SERIES};

/// What has waited for so long is written, in seconds: each write wears a memory card.
const EVERY: i64 = 300;

/// A point that is later than now by more than this, in seconds, is none: less is what a computer
/// without a clock of its own may be behind, which goes on from when it was stopped.
const LATER: i64 = 7_200;

/// The file of one station; when a day is in it, it is put aside, and another one begins.
#[derive(Debug)]
pub(super) struct File {
    path: PathBuf,
    /// The first point of the file.
    begin: Option<i64>,
    /// The reason that was written last.
    reason: String,
    waiting: String,
    since: Option<i64>,
    /// Told once, until it works again.
    broken: bool,
}

impl File {
    pub(super) fn new(path: PathBuf) -> Self {
        let (reason, waiting) = (String::new(), String::new());
        Self { path, begin: None, reason, waiting, since: None, broken: false }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    fn aside(&self) -> PathBuf {
        self.path.with_extension("csv.before")
    }

    /// Reads what is there, at this time.
    pub(super) fn read(&mut self, kept: &mut Kept, now: i64) {
        let mut texts = Vec::new();
        for path in [self.aside(), self.path.clone()] {
            match std::fs::read(&path) {
                Ok(bytes) => texts.push((path, String::from_utf8_lossy(&bytes).into_owned())),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(error) => warn!("cannot read {}: {error}", path.display()),
            }
        }
        let latest = latest(texts.iter().flat_map(|(_, text)| lines(text)), now);
        for (path, text) in texts {
            let (mut reason, mut broken) = (String::new(), 0);
            self.begin = None;
            for line in lines(&text) {
                match parse(line, &mut reason).filter(|point| point.at <= latest) {
                    Some(point) => {
                        self.begin = self.begin.or(Some(point.at));
                        kept.push(point, &reason);
                    }
                    None => broken += 1,
                }
            }
            // One is what a power cut has left: what comes next begins a line of its own.
            if broken > 1 {
                warn!("{}: {broken} lines are left out: they are no points", path.display());
            }
            self.waiting = if text.ends_with('\n') { String::new() } else { "\n".to_owned() };
        }
    }

    /// Adds a point; whether it is time to write.
    pub(super) fn add(&mut self, point: &Point, reason: &str) -> bool {
        let _ = write!(self.waiting, "{}", point.at);
        for value in point.values {
            self.waiting.push(',');
            if value != NONE {
                let _ = write!(self.waiting, "{value}");
            }
        }
        self.waiting.push(',');
        if self.reason != reason {
            reason.clone_into(&mut self.reason);
            let _ = write!(self.waiting, "\"{}\"", reason.replace(['"', '\n'], "'"));
        }
        self.waiting.push('\n');
        let since = *self.since.get_or_insert(point.at);
        !(0..EVERY).contains(&(point.at - since))
    }

    /// Writes what waits.
    pub(super) fn write(&mut self) {
        let Some(since) = self.since.take() else { return };
        let text = std::mem::take(&mut self.waiting);
        // A beginning in the future is one of a clock that was wrong.
        if self.begin.is_some_and(|begin| !(-DAY..DAY).contains(&(since - begin))) {
            self.begin = None;
            // What cannot be put aside goes on to grow, and the next line tells why.
            let _ = std::fs::rename(&self.path, self.aside());
        }
        // What is written at once begins with its reason: it may be the beginning of a file.
        self.reason.clear();
        let outcome = append(&self.path, &text);
        if outcome.is_err() {
            // Half of it may be there: what comes next begins a line of its own.
            self.waiting.push('\n');
        }
        match outcome {
            Ok(()) => {
                self.begin = self.begin.or(Some(since));
                self.broken = false;
            }
            Err(error) if !self.broken => {
                warn!(
                    "cannot write {}: {error}; let the bridge write there, or name another folder \
                     with bridge.state_dir: the chart of the day begins anew with the bridge",
                    self.path.display()
                );
                self.broken = true;
            }
            Err(_) => {}
        }
    }
}

/// What may be points: not the names above them, nor what [`File::write`] leaves empty.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().skip(1).filter(|line| !line.is_empty())
}

/// The latest time that a point of these can have. If most are later than now, it is the clock that is
/// wrong: it is not set yet.
fn latest<'a>(lines: impl Iterator<Item = &'a str>, now: i64) -> i64 {
    let latest = now.saturating_add(LATER);
    let times = lines.filter_map(|line| line.split(',').next()?.parse::<i64>().ok());
    let (later, all) =
        times.fold((0, 0), |(later, all), at| (later + usize::from(at > latest), all + 1));
    if later > all / 2 { i64::MAX } else { latest }
}

fn append(path: &Path, text: &str) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut file = std::fs::File::options().append(true).create(true).open(path)?;
    if file.metadata()?.len() == 0 {
        writeln!(file, "at,{},reason", NAMES.join(","))?;
    }
    file.write_all(text.as_bytes())
}

/// A line of [`File::add`]; `reason` stays where there is no other one.
fn parse(line: &str, reason: &mut String) -> Option<Point> {
    let mut fields = line.splitn(SERIES + 2, ',');
    let at = Timestamp::from_second(fields.next()?.parse().ok()?).ok()?.as_second();
    let mut values = [NONE; SERIES];
    for value in &mut values {
        *value = match fields.next()? {
            "" => NONE,
            text => text.parse().ok()?,
        };
    }
    match fields.next()? {
        "" => {}
        text => text.trim_matches('"').clone_into(reason),
    }
    Some(Point { at, values })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(at: i64) -> Point {
        let mut values = [NONE; SERIES];
        (values[1], values[3]) = (-350, i32::try_from(at % 1000).unwrap());
        Point { at, values }
    }

    const NOW: i64 = 3 * DAY;

    fn fresh(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("rapi-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        folder.join("openevse.csv")
    }

    fn read(path: &Path) -> Kept {
        let mut kept = Kept::default();
        File::new(path.to_owned()).read(&mut kept, NOW);
        kept
    }

    #[test]
    fn three_days_in_a_file_are_the_last_day_when_they_are_read_and_no_file_grows_for_ever() {
        let path = fresh("days");
        let mut file = File::new(path.clone());
        let mut in_memory = Kept::default();
        let reason = |at: i64| format!("eco: {} W are left over, \"so\"", at / 7_200);
        for at in 0..3 * DAY {
            let (point, reason) = (point(at), reason(at));
            in_memory.push(point, &reason);
            if file.add(&point, &reason) {
                file.write();
            }
            // The bridge is stopped and started.
            if at == 100_000 {
                file.write();
                file = File::new(path.clone());
                file.read(&mut Kept::default(), NOW);
            }
        }
        file.write();
        let kept = read(&path);
        assert_eq!(kept.points.len(), usize::try_from(DAY).unwrap());
        assert_eq!(kept.points, in_memory.points);
        let last = 3 * DAY - 1;
        assert_eq!(kept.reason(last).unwrap(), reason(last).replace('"', "'"));
        assert_eq!(kept.reasons.len(), in_memory.reasons.len());
        for path in [path.clone(), path.with_extension("csv.before")] {
            let lines = std::fs::read_to_string(path).unwrap().lines().count();
            assert!((2..=usize::try_from(DAY + 2 * EVERY).unwrap()).contains(&lines), "{lines}");
        }
        std::fs::remove_dir_all(path.parent().unwrap()).unwrap();
    }

    #[test]
    fn what_is_later_than_now_is_left_out_unless_it_is_the_clock_that_is_wrong() {
        let path = fresh("later");
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        let times = [9 * DAY, 1000, 1001, 999 * DAY, 1002, 9 * DAY];
        let lines = times.map(|at| format!("{at},,,,,,,,\n")).concat();
        std::fs::write(&path, format!("at\n{lines}")).unwrap();
        let at = |now| {
            let mut kept = Kept::default();
            File::new(path.clone()).read(&mut kept, now);
            kept.points.iter().map(|point| point.at).collect::<Vec<_>>()
        };
        assert_eq!(at(1003), [1000, 1001, 1002]);
        std::fs::write(&path, "at\n1000,,,,,,,,\n20000,,,,,,,,\n20001,,,,,,,,\n").unwrap();
        for now in [-5, 0, 1003, 19_000, 20_002, i64::MAX] {
            assert_eq!(at(now), [1000, 20_000, 20_001], "{now}");
        }
        std::fs::remove_dir_all(path.parent().unwrap()).unwrap();
    }

    #[test]
    fn what_comes_after_half_a_write_is_not_lost_with_it() {
        let path = fresh("half");
        let mut file = File::new(path.clone());
        let mut add = |at| {
            file.add(&point(at), "so");
            file.write();
        };
        add(10);
        // The card is full in the middle of a line.
        let half = std::fs::read_to_string(&path).unwrap() + "11,,-3";
        std::fs::remove_file(&path).unwrap();
        std::fs::create_dir(&path).unwrap();
        add(11);
        add(12);
        std::fs::remove_dir(&path).unwrap();
        std::fs::write(&path, half).unwrap();
        add(13);
        add(14);
        let kept = read(&path);
        assert_eq!(kept.points.iter().map(|point| point.at).collect::<Vec<_>>(), [10, 13, 14]);
        assert_eq!(std::fs::read_to_string(&path).unwrap().lines().count(), 5);
        std::fs::remove_dir_all(path.parent().unwrap()).unwrap();
    }

    #[test]
    fn what_is_broken_is_left_out_and_the_rest_is_read() {
        let path = fresh("broken");
        assert!(read(&path).points.is_empty(), "nothing is there");
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        let text = "at,solar,grid,house,ev,milliamps,pilot,soc,reason\n\
                    10,1,2,3,4,5,6,7,\"one, two\"\n\
                    x,1,2,3,4,5,6,7,\n12,1,2\n99999999999999999999,,,,,,,,\n\
                    9223372036854775807,,,,,,,,\n-9223372036854775808,,,,,,,,\n~\n\
                    13,,-5,,,,,,\n14,1,2,3,4,5,6,7,\"to";
        // As other programs write texts, too.
        let latin = text.bytes().map(|byte| if byte == b'~' { 0xff } else { byte });
        std::fs::write(&path, latin.collect::<Vec<_>>()).unwrap();
        let mut file = File::new(path.clone());
        file.read(&mut Kept::default(), NOW);
        file.add(&point(15), "back");
        file.write();
        let kept = read(&path);
        assert_eq!(kept.points.iter().map(|point| point.at).collect::<Vec<_>>(), [10, 13, 14, 15]);
        assert_eq!((kept.points[1].values[1], kept.points[1].values[0]), (-5, NONE));
        assert_eq!((kept.reason(13), kept.reason(15)), (Some("one, two"), Some("back")));
        std::fs::remove_dir_all(path.parent().unwrap()).unwrap();
    }
}
