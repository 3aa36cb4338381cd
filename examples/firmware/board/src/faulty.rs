//! A line in memory with a station at its end, of which the answer to the first `GS` is hit by one fault:
//! the rows of `rapi-client/tests/fault_table.rs`, on the chip. Three commands back to back, `GS`, `GE`,
//! `GC`: the first fails and says so, or has the right answer, and the others have theirs.

use rapi_client::commands::{CurrentRange, Settings, State};
use rapi_client::embedded_io::{self, ErrorKind, ErrorType};
use rapi_client::embedded_io_async;
use rapi_client::rapi_core::{Check, Code, Frame, Sender, Writer};
use rapi_client::types::{Amps, EvseState, PilotState, Seconds, SettingsFlags, VFlags};
use rapi_client::{Error, SeqId};

use core::future::poll_fn;
use core::task::Poll;
use heapless::{Deque, Vec};

/// What happens to the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    OneDigitCorrupted,
    CheckMarkCorrupted,
    DigitBecomesCr,
    LostCr,
    Lost,
    /// It comes with the next one.
    Late,
    Twice,
    NotificationsBefore,
    /// The old one, which has the code of a command.
    StBefore,
    GapInside,
    ByteByByte,
    FiveThousandBytes,
    GarbageAtBoot,
    NoiseBefore,
    WithoutValues,
}

pub const FAULTS: [Fault; 15] = [
    Fault::OneDigitCorrupted,
    Fault::CheckMarkCorrupted,
    Fault::DigitBecomesCr,
    Fault::LostCr,
    Fault::Lost,
    Fault::Late,
    Fault::Twice,
    Fault::NotificationsBefore,
    Fault::StBefore,
    Fault::GapInside,
    Fault::ByteByByte,
    Fault::FiveThousandBytes,
    Fault::GarbageAtBoot,
    Fault::NoiseBefore,
    Fault::WithoutValues,
];

impl Fault {
    /// Whether the three answers are what they have to be.
    pub fn is_ridden_out<E>(
        self,
        state: &Result<State, Error<E>>,
        settings: &Result<Settings, Error<E>>,
        range: &Result<CurrentRange, Error<E>>,
    ) -> bool {
        let right = State {
            evse: EvseState::Charging,
            elapsed: Seconds(3600),
            pilot: Some(PilotState::C),
            flags: Some(VFlags(0x0540)),
        };
        let first = match self {
            Self::OneDigitCorrupted
            | Self::CheckMarkCorrupted
            | Self::DigitBecomesCr
            | Self::LostCr
            | Self::Lost
            | Self::Late
            | Self::FiveThousandBytes => matches!(state, Err(Error::Timeout)),
            Self::WithoutValues => matches!(state, Err(Error::Reply(_))),
            _ => matches!(state, Ok(state) if *state == right),
        };
        let second = Settings { amps: Amps(24), flags: SettingsFlags(0x0021) };
        first
            && matches!(settings, Ok(settings) if *settings == second)
            && matches!(range, Ok(range) if range.pilot == Some(Amps(24)))
    }
}

/// The line. Nothing more to be read is a time-out, or for ever.
pub struct Faulty {
    fault: Fault,
    hit: bool,
    command: Vec<u8, 48>,
    late: Vec<u8, 64>,
    answers: Deque<u8, 512>,
    /// How many digits come before the last byte.
    digits: u16,
}

impl Faulty {
    pub fn new(fault: Fault) -> Self {
        let mut line = Self {
            fault,
            hit: false,
            command: Vec::new(),
            late: Vec::new(),
            answers: Deque::new(),
            digits: 0,
        };
        if fault == Fault::GarbageAtBoot {
            line.say(b"\0\xff$\x12\x80 OK 5\r$OK 1 2 3\r$OK 7 7^20\r");
            line.say(b"\nrelayCloseMs: 100\r\nrelayHoldPwm: 255\r\n$OK 01 00");
        }
        line
    }

    fn say(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            if self.answers.push_back(byte).is_err() {
                crate::exit(false);
            }
        }
    }

    fn hear(&mut self, byte: u8) {
        if byte == b'$' {
            self.command.clear();
        }
        // A client sends no line that is longer.
        let _ = self.command.push(byte);
        if byte == b'\r' {
            self.answer();
        }
    }

    fn answer(&mut self) {
        let line = self.command.clone();
        let Ok(frame) = Frame::parse(&line[..line.len() - 1], Sender::Client) else {
            crate::exit(false)
        };
        let words: &[&[u8]] = match &frame.code().to_bytes() {
            b"GS" => &[b"03", b"3600", b"03", b"0540"],
            b"GE" => &[b"24", b"0021"],
            b"GC" => &[b"6", b"80", b"24", b"32"],
            // What a client without ids asks for in between.
            b"GV" => &[b"4.1.0", b"2.0.1"],
            _ => crate::exit(false),
        };
        let late = core::mem::take(&mut self.late);
        self.say(&late);
        let answer = reply(words, frame.seq());
        if frame.code() == Code::new(*b"GS") && !core::mem::replace(&mut self.hit, true) {
            self.damage(answer, frame.seq());
        } else {
            self.say(&answer);
        }
    }

    fn damage(&mut self, mut answer: Vec<u8, 64>, seq: Option<SeqId>) {
        match self.fault {
            Fault::OneDigitCorrupted => answer[8] ^= 4,
            Fault::CheckMarkCorrupted => {
                let mark = answer.len() - 4;
                answer[mark] = b'~';
            }
            Fault::DigitBecomesCr => answer[9] = b'\r',
            Fault::LostCr => answer.truncate(answer.len() - 1),
            Fault::Lost => return,
            Fault::Late => {
                self.late = answer;
                return;
            }
            Fault::Twice => self.say(&answer),
            Fault::NotificationsBefore => {
                self.say(b"$AT 02 02 24 0700^30\r$WF 02^17\r$AB 00 8.2.3^1E\r$AN 1^3A\r$AZ 1^2E\r");
            }
            Fault::StBefore => self.say(b"$ST 03^00\r"),
            Fault::FiveThousandBytes => {
                self.digits = 4995;
                self.say(b"$OK \r");
                return;
            }
            Fault::NoiseBefore => self.say(b"\xff\xfe\x80\0 noise ^$\xc3\x28\r\n"),
            Fault::WithoutValues => answer = reply(&[], seq),
            Fault::GapInside | Fault::ByteByByte | Fault::GarbageAtBoot => {}
        }
        self.say(&answer);
    }

    fn read(&mut self, buffer: &mut [u8]) -> usize {
        let most = match self.fault {
            Fault::ByteByByte => 1,
            Fault::GapInside => 9,
            _ => usize::MAX,
        };
        let mut count = 0;
        for place in buffer.iter_mut().take(most) {
            if self.answers.len() == 1 && self.digits > 0 {
                self.digits -= 1;
                *place = b'1';
            } else if let Some(byte) = self.answers.pop_front() {
                *place = byte;
            } else {
                break;
            }
            count += 1;
        }
        count
    }
}

fn reply(words: &[&[u8]], seq: Option<SeqId>) -> Vec<u8, 64> {
    let mut line = [0; 64];
    let mut writer = Writer::new(&mut line, Code::OK);
    for word in words {
        writer.text(word);
    }
    let Ok(len) = writer.finish(seq, Check::Xor) else { crate::exit(false) };
    line[..len].iter().copied().collect()
}

impl ErrorType for Faulty {
    type Error = ErrorKind;
}

impl embedded_io::Read for Faulty {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize, ErrorKind> {
        match self.read(buffer) {
            0 => Err(ErrorKind::TimedOut),
            count => Ok(count),
        }
    }
}

impl embedded_io::Write for Faulty {
    fn write(&mut self, bytes: &[u8]) -> Result<usize, ErrorKind> {
        bytes.iter().for_each(|&byte| self.hear(byte));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> Result<(), ErrorKind> {
        Ok(())
    }
}

impl embedded_io_async::Read for Faulty {
    async fn read(&mut self, buffer: &mut [u8]) -> Result<usize, ErrorKind> {
        // The executor polls again after each interrupt.
        poll_fn(|_| match self.read(buffer) {
            0 => Poll::Pending,
            count => Poll::Ready(Ok(count)),
        })
        .await
    }
}

impl embedded_io_async::Write for Faulty {
    async fn write(&mut self, bytes: &[u8]) -> Result<usize, ErrorKind> {
        embedded_io::Write::write(self, bytes)
    }

    async fn flush(&mut self) -> Result<(), ErrorKind> {
        Ok(())
    }
}
