//! The power meter: a line with a whole number of watts for each reading, as `-420` and a line feed. + is
//! import from the grid, − is export.

use core::cell::Cell;

use embassy_rp::uart::BufferedUartRx;
use embassy_sync::blocking_mutex::Mutex;
use embassy_sync::blocking_mutex::raw::ThreadModeRawMutex;
use embassy_time::Instant;
use heapless::Vec;
use rapi_client::embedded_io_async::Read as _;
use rapi_divert::{Feed, Millis, Watts};

/// More than any house takes or gives. What is beyond is a damaged line.
const PLAUSIBLE: core::ops::RangeInclusive<i32> = -100_000..=100_000;

static NEWEST: Mutex<ThreadModeRawMutex, Cell<Feed>> = Mutex::new(Cell::new(Feed::None));

/// The newest reading. The rule looks at its age by itself.
pub fn newest() -> Feed {
    NEWEST.lock(Cell::get)
}

pub fn now() -> Millis {
    // Wraps after 49.7 days, as the rule expects.
    Millis(Instant::now().as_millis() as u32)
}

/// Reads for ever.
pub async fn listen(mut meter: BufferedUartRx) {
    let mut line = Vec::<u8, 16>::new();
    // The first line may have begun before.
    let mut is_whole = false;
    loop {
        let mut byte = [0];
        // A framing error or an overrun damages the line that it falls in.
        let byte = match meter.read(&mut byte).await {
            Ok(1) => byte[0],
            _ => {
                is_whole = false;
                continue;
            }
        };
        if byte != b'\n' {
            is_whole &= line.push(byte).is_ok();
            continue;
        }
        if let Some(watts) = watts(&line).filter(|_| is_whole) {
            NEWEST.lock(|newest| newest.set(Feed::Grid { power: watts, sampled_at: now() }));
        }
        line.clear();
        is_whole = true;
    }
}

fn watts(line: &[u8]) -> Option<Watts> {
    let watts = core::str::from_utf8(line).ok()?.trim().parse().ok()?;
    PLAUSIBLE.contains(&watts).then_some(Watts(watts))
}
