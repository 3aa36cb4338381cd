//! Time that passes only when everybody waits.

use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::task::{Context, Poll, Waker};

/// A clock in microseconds that jumps to the next thing that happens: half an hour of time-outs
/// takes no time to test. Clones are the same clock.
///
/// ```
/// use rapi_testkit::{Clock, Elapsed};
///
/// let clock = Clock::new();
/// let late = clock.run(clock.timeout(500_000, clock.sleep(700_000)));
/// assert_eq!((late, clock.now()), (Ok(Err(Elapsed)), 500_000));
/// ```
#[derive(Clone, Debug)]
pub struct Clock(Arc<Hands>);

#[derive(Debug)]
struct Hands {
    now: AtomicU64,
    /// When somebody wants to be polled again.
    wake: AtomicU64,
}

/// The time was over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Elapsed;

impl fmt::Display for Elapsed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the time was over")
    }
}

impl core::error::Error for Elapsed {}

/// Somebody waits for what never comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stuck;

impl fmt::Display for Stuck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("somebody waits for what never comes")
    }
}

impl core::error::Error for Stuck {}

impl Default for Clock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock {
    /// A clock that shows 0.
    #[must_use]
    pub fn new() -> Self {
        Self(Arc::new(Hands { now: AtomicU64::new(0), wake: AtomicU64::new(u64::MAX) }))
    }

    /// Microseconds since the beginning.
    #[must_use]
    pub fn now(&self) -> u64 {
        self.0.now.load(Relaxed)
    }

    /// Milliseconds since the beginning, as a timer of a chip counts them: it wraps.
    #[must_use]
    pub fn now_ms(&self) -> u32 {
        (self.now() / 1000 % (1 << 32)).try_into().unwrap_or(u32::MAX)
    }

    /// Lets time pass.
    pub fn advance_to(&self, now: u64) {
        self.0.now.fetch_max(now, Relaxed);
    }

    /// Asks to be polled again at a time.
    pub fn wake_at(&self, at: u64) {
        self.0.wake.fetch_min(at, Relaxed);
    }

    /// Waits.
    pub fn sleep(&self, microseconds: u64) -> Sleep {
        Sleep { until: self.now().saturating_add(microseconds), clock: self.clone() }
    }

    /// Gives a future so much time, then drops it: what a time-out of an executor does.
    ///
    /// # Errors
    ///
    /// [`Elapsed`] when it was not ready by then.
    pub async fn timeout<T>(
        &self,
        microseconds: u64,
        future: impl Future<Output = T>,
    ) -> Result<T, Elapsed> {
        let mut sleep = self.sleep(microseconds);
        let mut future = pin!(future);
        poll_fn(|context| match future.as_mut().poll(context) {
            Poll::Ready(value) => Poll::Ready(Ok(value)),
            Poll::Pending => Pin::new(&mut sleep).poll(context).map(|()| Err(Elapsed)),
        })
        .await
    }

    /// Runs a future to its end; time passes whenever it waits.
    ///
    /// # Errors
    ///
    /// [`Stuck`] when it waits and nothing will ever happen: elsewhere it would hang.
    pub fn run<T>(&self, future: impl Future<Output = T>) -> Result<T, Stuck> {
        let mut future = pin!(future);
        let mut context = Context::from_waker(Waker::noop());
        loop {
            self.0.wake.store(u64::MAX, Relaxed);
            if let Poll::Ready(value) = future.as_mut().poll(&mut context) {
                return Ok(value);
            }
            match self.0.wake.load(Relaxed) {
                u64::MAX => return Err(Stuck),
                at => self.advance_to(at),
            }
        }
    }

    /// Runs a future until it has waited so often, then drops it; `None` if it was not ready.
    pub fn run_and_drop<T>(&self, waits: u32, future: impl Future<Output = T>) -> Option<T> {
        let mut future = pin!(future);
        let mut context = Context::from_waker(Waker::noop());
        for _ in 0..waits {
            self.0.wake.store(u64::MAX, Relaxed);
            if let Poll::Ready(value) = future.as_mut().poll(&mut context) {
                return Some(value);
            }
            match self.0.wake.load(Relaxed) {
                u64::MAX => return None,
                at => self.advance_to(at),
            }
        }
        None
    }
}

/// What [`Clock::sleep`] returns.
#[derive(Clone, Debug)]
#[must_use = "a future does nothing unless it is awaited"]
pub struct Sleep {
    until: u64,
    clock: Clock,
}

impl Future for Sleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        if self.clock.now() >= self.until {
            return Poll::Ready(());
        }
        self.clock.wake_at(self.until);
        Poll::Pending
    }
}

/// Polls a future so often, without any time passing, then drops it; `None` if it was not ready.
pub fn poll_times<T>(polls: usize, future: impl Future<Output = T>) -> Option<T> {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    (0..polls).find_map(|_| match future.as_mut().poll(&mut context) {
        Poll::Ready(value) => Some(value),
        Poll::Pending => None,
    })
}
