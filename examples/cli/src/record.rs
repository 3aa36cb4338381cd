//! Records what a station says, in the format of the recordings that the tests are held against
//! (`fixtures/README.md`).

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use embedded_io::{Read as _, Write as _};
use rapi_core::{COMMANDS, Check, Class, Dialect, SeqId, Writer};
use rapi_sim::EvseAddress;
use serde_json::{Value, json};

use crate::line::Line;
use crate::problem::Problem;
use crate::send;

/// An answer is over when so long nothing has come.
const SILENCE: Duration = Duration::from_millis(200);
/// Where nothing came, it may still come.
const PATIENCE: Duration = Duration::from_millis(2500);

struct Recorder {
    line: Line,
    out: Box<dyn Write>,
    exchanges: usize,
}

/// What came, and when: of its first and its last byte, from the start of the wait.
struct Heard {
    bytes: Vec<u8>,
    first: Option<Duration>,
    last: Option<Duration>,
    lines: Vec<Value>,
}

/// Asks all questions of the table, in three framings; or sends these lines.
pub fn run(
    address: &EvseAddress,
    output: &Path,
    listen: u16,
    lines: &[String],
) -> Result<(), Problem> {
    if matches!(address, EvseAddress::Http(_)) {
        return Err(Problem::Usage(
            "a gateway does not show the line itself: record over serial: or tcp://".to_owned(),
        ));
    }
    let mut questions = Vec::new();
    for line in lines {
        // As it is written, damaged or not; but what would change the station is not sent.
        let line = send::with_dollar(line);
        let plain = line.split(['^', '*']).next().unwrap_or_default();
        let command = send::parse(plain, Dialect::V3)?;
        // A controller begins anew at each `$`, and a line ends with CR: behind a question could be an order.
        if line.matches('$').count() > 1 || line.contains(|c: char| c.is_control()) {
            return Err(Problem::Usage(format!("{line}: one line at a time")));
        }
        if command.info().class != Class::Read {
            return Err(Problem::Usage(format!(
                "{line} would change the station: a recording only asks"
            )));
        }
        questions.push((format!("{line}\r").into_bytes(), "typed".to_owned()));
    }
    if questions.is_empty() {
        questions = all_questions();
    }
    // Before a file of the same name is lost.
    let line = Line::open(address, false)?;
    let out: Box<dyn Write> = if output == Path::new("-") {
        Box::new(io::stdout())
    } else {
        let file =
            File::create(output).with_context(|| format!("cannot write {}", output.display()))?;
        Box::new(file)
    };
    let mut recorder = Recorder { line, out, exchanges: 0 };
    if listen > 0 {
        recorder.listen(Duration::from_secs(listen.into()))?;
    }
    for (send, note) in &questions {
        recorder.exchange(send, note)?;
    }
    eprintln!("{} exchanges recorded", recorder.exchanges);
    Ok(())
}

/// Every query without arguments: bare, with checksum, with id and checksum.
fn all_questions() -> Vec<(Vec<u8>, String)> {
    let rows =
        COMMANDS.iter().filter(|info| info.class == Class::Read && info.arguments.is_empty());
    rows.flat_map(|info| {
        let framings = [(None, Check::None), (None, Check::Xor), (Some(SeqId::FIRST), Check::Xor)];
        framings.map(|(seq, check)| {
            let mut line = [0; 32];
            let len = Writer::new(&mut line, info.code).finish(seq, check).unwrap_or(0);
            (line.get(..len).unwrap_or_default().to_vec(), info.name.to_owned())
        })
    })
    .collect()
}

impl Recorder {
    fn exchange(&mut self, send: &[u8], note: &str) -> anyhow::Result<()> {
        let mut rest = send;
        while !rest.is_empty() {
            let written = self.line.write(rest)?;
            rest = rest.get(written..).unwrap_or_default();
        }
        self.line.flush()?;
        let sent = Instant::now();
        let mut heard = self.hear(sent, SILENCE)?;
        let late = heard.bytes.is_empty();
        if late {
            heard = self.hear(sent, PATIENCE)?;
        }
        let mut record = json!({
            "send": text(send),
            "recv": text(&heard.bytes),
            "ms": heard.first.map(milliseconds),
            "note": note,
            "ms_last": heard.last.map(milliseconds),
        });
        if late && !heard.bytes.is_empty() {
            record["late"] = true.into();
        }
        self.write(&record)
    }

    fn listen(&mut self, time: Duration) -> anyhow::Result<()> {
        let start = Instant::now();
        let mut all = Heard { bytes: Vec::new(), first: None, last: None, lines: Vec::new() };
        while let Some(left) = time.checked_sub(start.elapsed()).filter(|left| !left.is_zero()) {
            let heard = self.hear(start, left.min(SILENCE))?;
            all.bytes.extend(heard.bytes);
            all.first = all.first.or(heard.first);
            all.lines.extend(heard.lines);
        }
        let record = json!({
            "send": "",
            "recv": text(&all.bytes),
            "ms": all.first.map(milliseconds),
            "note": "what the station says by itself",
            "waited_ms": milliseconds(start.elapsed()),
            "lines": all.lines,
        });
        self.write(&record)
    }

    /// Reads until nothing has come for so long.
    fn hear(&mut self, start: Instant, silence: Duration) -> anyhow::Result<Heard> {
        let mut heard = Heard { bytes: Vec::new(), first: None, last: None, lines: Vec::new() };
        let mut line = Vec::new();
        self.line.set_timeout(silence)?;
        loop {
            let mut buffer = [0; 256];
            let count = match self.line.read(&mut buffer) {
                Ok(0) => anyhow::bail!("the line was closed"),
                Ok(count) => count,
                Err(error) if error.kind() == io::ErrorKind::TimedOut => return Ok(heard),
                Err(error) => return Err(error).context("the line to the station failed"),
            };
            self.line.set_timeout(SILENCE)?;
            heard.first.get_or_insert(start.elapsed());
            heard.last = Some(start.elapsed());
            for &byte in buffer.iter().take(count) {
                heard.bytes.push(byte);
                line.push(byte);
                if byte == b'\r' {
                    heard.lines.push(json!([milliseconds(start.elapsed()), text(&line)]));
                    line.clear();
                }
            }
        }
    }

    fn write(&mut self, record: &Value) -> anyhow::Result<()> {
        writeln!(self.out, "{record}").context("cannot write the recording")?;
        self.out.flush()?;
        self.exchanges += 1;
        Ok(())
    }
}

/// Bytes as code points 0 to 255.
fn text(bytes: &[u8]) -> String {
    bytes.iter().copied().map(char::from).collect()
}

/// With three places, as the recordings have it.
fn milliseconds(time: Duration) -> f64 {
    (time.as_secs_f64() * 1_000_000.0).round() / 1000.0
}
