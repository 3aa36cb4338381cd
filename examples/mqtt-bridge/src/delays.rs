//! How long to wait before the next attempt.

use std::time::Duration;

use backon::{BackoffBuilder as _, ExponentialBuilder};

/// The longest wait.
const LONGEST: Duration = Duration::from_secs(30);

/// Waits that grow from half a second to half a minute, and scatter, so that not everybody comes
/// back at the same moment.
#[derive(Debug)]
pub struct Delays(backon::ExponentialBackoff);

impl Default for Delays {
    fn default() -> Self {
        let builder = ExponentialBuilder::new()
            .with_min_delay(Duration::from_millis(500))
            .with_max_delay(LONGEST)
            .without_max_times()
            .with_jitter();
        Self(builder.build())
    }
}

impl Delays {
    /// Waits before the next attempt.
    pub async fn wait(&mut self) {
        tokio::time::sleep(self.0.next().unwrap_or(LONGEST)).await;
    }
}
