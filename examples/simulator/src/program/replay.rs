//! Being the controller of a recording.

use rapi_core::Checksum;

use super::recording::{Record, bytes};

/// Something that the recorded controller says, after a delay in milliseconds.
pub type Said = (f64, Vec<u8>);

/// Plays a recording: each command takes the next recorded answer to it, or, when there is none
/// left, the last one again. What was said without being asked comes in between as it did then.
#[derive(Clone, Debug)]
pub struct Player {
    records: Vec<Record>,
    next: usize,
}

impl Player {
    /// Begins at the begin of a recording.
    #[must_use]
    pub fn new(records: Vec<Record>) -> Self {
        Self { records: records.into_iter().flat_map(split).collect(), next: 0 }
    }

    /// Returns what is said before anything is sent.
    pub fn begin(&mut self) -> Vec<Said> {
        self.next = 0;
        self.waits()
    }

    /// Takes what a client has sent; `None` when it is not in the recording byte for byte.
    pub fn receive_exactly(&mut self, sent: &[u8]) -> Option<Vec<Said>> {
        let place = self.find(|record| !sent.is_empty() && record.send == sent)?;
        Some(self.answer(place, &Asked::read(sent)))
    }

    /// Takes a command; `None` when it is not in the recording, not even with another checksum or
    /// sequence id.
    pub fn receive(&mut self, sent: &[u8]) -> Option<Vec<Said>> {
        if let Some(said) = self.receive_exactly(sent) {
            return Some(said);
        }
        let asked = Asked::read(sent);
        let same = |record: &Record| {
            !record.send.is_empty() && Asked::read(&record.send).body == asked.body
        };
        let place = self.find(same)?;
        Some(self.answer(place, &asked))
    }

    fn answer(&mut self, place: usize, asked: &Asked<'_>) -> Vec<Said> {
        let mut said = Vec::new();
        while self.next < place {
            said.extend(self.waits());
            self.next = (self.next + 1).min(place);
        }
        let record = &self.records[place];
        let recorded = Asked::read(&record.send);
        let answer = if recorded.id == asked.id {
            record.recv.clone()
        } else {
            with_id(&record.recv, recorded.id, asked.id)
        };
        said.push((record.ms.unwrap_or(0.0).max(0.0), answer));
        if place >= self.next {
            self.next = place + 1;
            said.extend(self.waits());
        }
        said
    }

    /// The next one from here on, or else the last one before.
    fn find(&self, wanted: impl Fn(&Record) -> bool) -> Option<usize> {
        let (past, future) = self.records.split_at(self.next);
        let ahead = future.iter().position(&wanted).map(|place| place + self.next);
        ahead.or_else(|| past.iter().rposition(&wanted))
    }

    /// What was said without being asked, up to the next exchange.
    fn waits(&mut self) -> Vec<Said> {
        let mut said = Vec::new();
        while let Some(record) = self.records.get(self.next).filter(|r| r.send.is_empty()) {
            let mut before = 0.0;
            for (ms, line) in &record.lines {
                said.push((ms - before, bytes(line).unwrap_or_default()));
                before = *ms;
            }
            self.next += 1;
        }
        said
    }
}

/// Takes commands apart that were sent together, if each has got its answer.
fn split(record: Record) -> Vec<Record> {
    let sent: Vec<&[u8]> = record.send.split_inclusive(|&byte| byte == b'\r').collect();
    let mut answers: Vec<Vec<u8>> = Vec::new();
    for line in record.recv.split_inclusive(|&byte| byte == b'\r') {
        let is_answer = line.starts_with(b"$OK") || line.starts_with(b"$NK");
        match answers.last_mut() {
            Some(last) if !is_answer => last.extend(line),
            _ => answers.push(line.to_vec()),
        }
    }
    let commands = sent.iter().all(|line| line.starts_with(b"$") && line.ends_with(b"\r"));
    if sent.len() < 2 || !commands || sent.len() != answers.len() {
        return vec![record];
    }
    let parts = sent.iter().zip(answers);
    parts.map(|(send, recv)| Record { send: send.to_vec(), recv, ..record.clone() }).collect()
}

/// A command without what may differ: its checksum and its sequence id.
#[derive(Debug, PartialEq)]
struct Asked<'a> {
    body: &'a [u8],
    id: Option<&'a [u8]>,
}

impl<'a> Asked<'a> {
    fn read(line: &'a [u8]) -> Self {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let end = line.iter().position(|byte| b"^*".contains(byte)).unwrap_or(line.len());
        let body = &line[..end];
        match body.iter().rposition(|&byte| byte == b' ') {
            Some(place) if body.get(place + 1) == Some(&b':') => {
                Self { body: &body[..place], id: Some(&body[place..]) }
            }
            _ => Self { body, id: None },
        }
    }
}

/// Puts another sequence id into an answer, or none; what follows the answer stays.
fn with_id(said: &[u8], old: Option<&[u8]>, new: Option<&[u8]>) -> Vec<u8> {
    let answers = |word: &[u8]| said.windows(3).position(|window| window == word);
    let (Some(begin), true) = (answers(b"$OK").or(answers(b"$NK")), said.contains(&b'^')) else {
        return said.to_vec();
    };
    let end = begin + said[begin..].iter().position(|&b| b == b'\r').unwrap_or(said.len() - begin);
    let Asked { body, id } = Asked::read(&said[begin..end]);
    let mut line = body.to_vec();
    // An answer without an id to a command with one says that it arrived damaged.
    if id.is_some() || old.is_none() {
        line.extend(new.unwrap_or_default());
    }
    let check = Checksum::of(&line).xor();
    let mut all = said[..begin].to_vec();
    all.extend(line);
    all.extend(format!("^{check:02X}").bytes());
    all.extend(&said[end..]);
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exchange(send: &str, recv: &str) -> Record {
        Record { send: send.into(), recv: recv.into(), ms: Some(5.0), ..Record::default() }
    }

    fn wait(line: &str) -> Record {
        let lines = vec![(300.0, line.to_owned())];
        Record { recv: line.into(), lines, ..Record::default() }
    }

    fn text(said: &[Said]) -> String {
        said.iter().map(|(_, bytes)| String::from_utf8_lossy(bytes).into_owned()).collect()
    }

    #[test]
    fn answers_come_in_their_order_and_the_last_one_again() {
        let mut player = Player::new(vec![
            wait("boot\r"),
            exchange("$GS^30\r", "$OK 01 0 01 0200^12\r"),
            wait("$AT 02 02 24 0700^30\r"),
            exchange("$GS^30\r", "$OK 02 0 02 0700^17\r"),
        ]);
        assert_eq!(text(&player.begin()), "boot\r");
        let mut ask = || player.receive(b"$GS^30\r").map(|said| text(&said));
        assert_eq!(ask().as_deref(), Some("$OK 01 0 01 0200^12\r$AT 02 02 24 0700^30\r"));
        assert_eq!(ask().as_deref(), Some("$OK 02 0 02 0700^17\r"));
        assert_eq!(ask().as_deref(), Some("$OK 02 0 02 0700^17\r"));
        assert_eq!(player.receive(b"$GU^36\r"), None);
    }

    #[test]
    fn commands_that_were_sent_together_can_come_alone() {
        let mut player =
            Player::new(vec![exchange("$GV^35\r$SB^35\r", "$OK 8^1\r$OK 0^30\r$AT 01\r")]);
        assert_eq!(player.receive(b"$GV^35\r").map(|said| text(&said)).unwrap(), "$OK 8^1\r");
        let said = player.receive(b"$SB^35\r").map(|said| text(&said)).unwrap();
        assert_eq!(said, "$OK 0^30\r$AT 01\r");
    }

    #[test]
    fn a_client_with_other_checksums_and_ids_is_answered_in_its_own() {
        let mut player = Player::new(vec![exchange("$GV^35\r", "$OK 8.2.3 5.2.1^2F\r")]);
        let mut ask = |send: &str| text(&player.receive(send.as_bytes()).unwrap());
        assert_eq!(ask("$GV\r"), "$OK 8.2.3 5.2.1^2F\r");
        let with_id = "$OK 8.2.3 5.2.1 :A5";
        let check = Checksum::of(with_id.as_bytes()).xor();
        assert_eq!(ask("$GV :A5^5B\r"), format!("{with_id}^{check:02X}\r"));
    }
}
