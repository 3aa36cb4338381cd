//! The smallest executor that is one, and time for its futures.

use core::future::{Future, poll_fn};
use core::pin::pin;
use core::task::{Context, Poll, Waker};

use crate::clock::now_ms;

/// Runs a future to its end: polls it after every interrupt and sleeps in between. The clock's
/// interrupt comes each millisecond, so none is slept through for longer.
pub fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
        cortex_m::asm::wfi();
    }
}

/// Is ready after so many milliseconds.
pub async fn sleep(ms: u32) {
    let begin = now_ms();
    poll_fn(|_| if now_ms().wrapping_sub(begin) >= ms { Poll::Ready(()) } else { Poll::Pending })
        .await;
}

/// The future's output, or `None` if it took longer; it is dropped then.
pub async fn with_timeout<F: Future>(ms: u32, future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    let mut end = pin!(sleep(ms));
    poll_fn(|context| match future.as_mut().poll(context) {
        Poll::Ready(output) => Poll::Ready(Some(output)),
        Poll::Pending => end.as_mut().poll(context).map(|()| None),
    })
    .await
}
