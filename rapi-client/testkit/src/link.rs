//! The transport that a client gets.

mod transport;

use std::collections::VecDeque;

use crate::pipe::{Byte, Pipe};
use crate::{Clock, Dice, Outbox, Peer, Plan};

/// Which way a line goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Way {
    /// From the client to its peer.
    ToPeer,
    /// From the peer to the client.
    ToClient,
}

/// A line that the peer has sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// The number that the link had when the command was written: see [`Link::set_tag`].
    pub tag: u32,
    /// The line, as it left the peer.
    pub line: Vec<u8>,
    /// Whether the command had come damaged.
    pub misheard: bool,
}

/// At 115200 baud, 8N1.
const BYTE_TIME: u64 = 87;
/// How much is remembered of what went on.
const MEMORY: usize = 64;
const HEARD: usize = 4096;

/// A serial line with a peer behind it: a transport for `embedded-io`, blocking and asynchronous.
///
/// Time passes while the client reads. What the line does to each line is up to a [`Plan`].
///
/// ```
/// use rapi_client::{Error, blocking::Client, commands::GetState};
/// use rapi_server::Policy;
/// use rapi_testkit::{Clock, Device, Fault, Link, Numbered, Way};
///
/// // The first answer is lost.
/// let mut answers = 0;
/// let plan = move |way, _: &[u8]| {
///     answers += u32::from(way == Way::ToClient);
///     if way == Way::ToClient && answers == 1 { vec![Fault::Lose] } else { vec![] }
/// };
/// let clock = Clock::new();
/// let device = Device::new(Numbered::new("5.2.1"), Policy::default());
/// let mut client = Client::new(Link::new(&clock, device, plan));
/// assert_eq!(client.send(&GetState), Err(Error::Timeout));
/// assert_eq!(client.send(&GetState)?.elapsed.0, 2);
/// assert!(clock.now() > 500_000, "half a second of time-out, without waiting for it");
/// # Ok::<(), Error<rapi_client::embedded_io::ErrorKind>>(())
/// ```
#[derive(Debug)]
pub struct Link<P, F> {
    clock: Clock,
    to_peer: Pipe,
    to_client: Pipe,
    /// The other end.
    pub peer: P,
    /// What the line does.
    pub plan: F,
    /// What was written and is not a line yet.
    unfinished: Vec<u8>,
    tag: u32,
    timeout: u64,
    chunks: Option<Dice>,
    hesitates: bool,
    waited: bool,
    said: VecDeque<Said>,
    heard: VecDeque<Byte>,
    read: u64,
    misheard: bool,
    outbox: Outbox,
}

impl<P: Peer, F: Plan> Link<P, F> {
    /// A line with a time-out of half a second for each blocking read.
    pub fn new(clock: &Clock, peer: P, plan: F) -> Self {
        Self {
            clock: clock.clone(),
            to_peer: Pipe::new(BYTE_TIME),
            to_client: Pipe::new(BYTE_TIME),
            peer,
            plan,
            unfinished: Vec::new(),
            tag: 0,
            timeout: 500_000,
            chunks: None,
            hesitates: false,
            waited: false,
            said: VecDeque::new(),
            heard: VecDeque::new(),
            read: 0,
            misheard: false,
            outbox: Outbox::default(),
        }
    }

    /// Gives and takes any number of bytes at a time, as the dice fall.
    #[must_use]
    pub fn with_chunks(self, dice: Dice) -> Self {
        Self { chunks: Some(dice), ..self }
    }

    /// Makes each asynchronous operation wait once before it goes on: a place to be dropped at.
    #[must_use]
    pub fn with_hesitation(self) -> Self {
        Self { hesitates: true, ..self }
    }

    /// Sets the time-out of blocking reads, in microseconds.
    pub const fn set_timeout(&mut self, timeout: u64) {
        self.timeout = timeout;
    }

    /// Numbers what is written from now on, so that what the peer says to it can be told apart.
    pub const fn set_tag(&mut self, tag: u32) {
        self.tag = tag;
    }

    /// The last lines of the peer, before anything happened to them.
    pub fn said(&self) -> impl Iterator<Item = &Said> {
        self.said.iter()
    }

    /// How many bytes the client has read.
    #[must_use]
    pub const fn bytes_read(&self) -> u64 {
        self.read
    }

    /// How many bytes are under way to the client, or wait there to be read.
    #[must_use]
    pub fn bytes_waiting(&self) -> usize {
        self.to_client.len()
    }

    /// Sends the client something on the peer's account.
    pub fn say(&mut self, line: &[u8]) {
        self.outbox.send(line.to_vec(), 0);
        self.post(self.clock.now(), self.tag);
    }

    /// Restarts the peer.
    pub fn restart_peer(&mut self) {
        let now = self.clock.now();
        self.advance(now);
        self.peer.restart(now, &mut self.outbox);
        self.post(now, self.tag);
    }

    /// Lets everything arrive that is under way, and the peer finish its boot.
    pub fn settle(&mut self) {
        loop {
            let now = self.clock.now();
            self.advance(now);
            self.to_peer.release(now);
            self.to_client.release(now);
            let quiet = self.to_peer.quiet_at().max(self.to_client.quiet_at());
            let last = quiet.max(self.peer.deaf_until());
            if last <= now && self.to_peer.len() == 0 {
                return;
            }
            self.clock.advance_to(last.max(now + 1));
        }
    }

    /// Whether a value that the client has handed out may be made of damage: whether, by the
    /// judgement of `is_it`, it stands in a line that came damaged or out of two lines.
    pub fn is_made_of_damage(&self, mut is_it: impl FnMut(&[u8]) -> bool) -> bool {
        let bytes: Vec<Byte> = self.heard.iter().copied().collect();
        bytes.split(|byte| byte.byte == b'\r').any(|line| {
            let Some(start) = line.iter().rposition(|byte| byte.byte == b'$') else { return false };
            let line = &line[start..];
            let text: Vec<u8> = line.iter().map(|byte| byte.byte).collect();
            let several = line.iter().any(|byte| byte.line != line[0].line);
            (several || line.iter().any(|byte| byte.damaged)) && is_it(&text)
        })
    }

    fn post(&mut self, now: u64, tag: u32) {
        for (after, line) in std::mem::take(&mut self.outbox.0) {
            let faults = self.plan.faults(Way::ToClient, &line);
            self.to_client.send(&line, now + after, tag, &faults);
            if self.said.len() == MEMORY {
                self.said.pop_front();
            }
            self.said.push_back(Said { tag, line, misheard: self.misheard });
        }
    }

    /// Does what happens up to now.
    fn advance(&mut self, now: u64) {
        loop {
            let byte_at = self.to_peer.next_at().unwrap_or(u64::MAX);
            let wake_at = self.peer.wakes_at().unwrap_or(u64::MAX);
            if byte_at.min(wake_at) > now {
                return;
            }
            if wake_at < byte_at {
                self.peer.wake(wake_at, &mut self.outbox);
                self.post(wake_at, self.tag);
            } else if let Some(byte) = self.to_peer.take(now) {
                // `$` begins a line, and with it what may be wrong with it.
                self.misheard = byte.damaged || (self.misheard && byte.byte != b'$');
                self.peer.hear(byte.byte, byte.at, &mut self.outbox);
                self.post(byte.at, byte.tag);
            }
        }
    }

    fn next_event(&self) -> Option<u64> {
        let events = [self.to_client.next_at(), self.to_peer.next_at(), self.peer.wakes_at()];
        events.into_iter().flatten().min()
    }

    fn take(&mut self, buffer: &mut [u8]) -> usize {
        let now = self.clock.now();
        self.advance(now);
        let most = self.chunk(buffer.len());
        let mut count = 0;
        while count < most {
            let Some(byte) = self.to_client.take(now) else { break };
            buffer[count] = byte.byte;
            count += 1;
            if self.heard.len() == HEARD {
                self.heard.pop_front();
            }
            self.heard.push_back(byte);
        }
        self.read += count as u64;
        count
    }

    fn give(&mut self, bytes: &[u8]) -> usize {
        let count = self.chunk(bytes.len());
        for &byte in &bytes[..count] {
            self.unfinished.push(byte);
            if byte == b'\r' {
                let line = std::mem::take(&mut self.unfinished);
                let faults = self.plan.faults(Way::ToPeer, &line);
                self.to_peer.send(&line, self.clock.now(), self.tag, &faults);
            }
        }
        count
    }

    /// How many of so many bytes to give or take.
    fn chunk(&mut self, most: usize) -> usize {
        let Some(dice) = &mut self.chunks else { return most };
        if most < 2 || dice.once_in(2) {
            return most;
        }
        1 + dice.below(u32::try_from(most).unwrap_or(u32::MAX)) as usize
    }
}
