//! What a session does for the station by itself: its heartbeat, its clock, its restarts.

use rapi_client::{Beat, Due, Error, HeartbeatEvent, Restart};
use tracing::info;

use super::*;

const DAY: Duration = Duration::from_secs(24 * 3600);

impl Session {
    /// The clock of the supervision, in milliseconds that wrap around after seven weeks.
    fn now_ms(&self) -> u32 {
        (self.began.elapsed().as_millis() & u128::from(u32::MAX)) as u32
    }

    /// When to [`beat`](Self::beat), if ever.
    pub(super) fn next_beat(&self) -> Option<Instant> {
        let wait = match self.supervisor?.due() {
            Due::Never => return None,
            Due::Now => 0,
            Due::At(due_ms) => due_ms.wrapping_sub(self.now_ms()),
        };
        // The upper half of the circle is the past.
        let wait = if wait > u32::MAX / 2 { 0 } else { wait };
        Some(Instant::now() + Duration::from_millis(wait.into()))
    }

    /// Sends what the supervision wants at this moment: usually that the bridge is alive. `true` if the
    /// controller had missed that and has given its current back: that is another one then.
    pub(super) async fn beat(&mut self) -> anyhow::Result<bool> {
        let mut restored = false;
        loop {
            let now_ms = self.now_ms();
            let beat = self.supervisor.and_then(|supervisor| supervisor.poll(now_ms));
            let Some(beat) = beat else { return Ok(restored) };
            let answer = match beat {
                Beat::Pulse(pulse) => self.ask(&pulse).await?,
                Beat::Acknowledge(acknowledge) => self.ask(&acknowledge).await?,
                Beat::Configure(set) => self.ask(&set).await?,
            };
            if let (Beat::Configure(set), Ok(_)) = (beat, &answer) {
                info!("heartbeat: {} after {} without a pulse", set.fallback, set.interval);
            }
            let now_ms = self.now_ms();
            let Some(supervisor) = &mut self.supervisor else { return Ok(restored) };
            match supervisor.answered(now_ms, &answer) {
                Some(HeartbeatEvent::Missed) => warn!("the controller has missed the heartbeat"),
                Some(HeartbeatEvent::Restored) => restored = true,
                Some(HeartbeatEvent::Unsupported) => {
                    warn!(
                        "this controller has no heartbeat supervision: firmware 6.3.0 or newer has"
                    );
                }
                _ => {}
            }
        }
    }

    /// Sets the station's clock at the start, after each of its restarts, and once a day. What was lost on
    /// its way is sent again at the next poll.
    pub(super) async fn set_clock(&mut self) -> anyhow::Result<()> {
        if !self.care.set_clock || Instant::now() < self.next_clock {
            return Ok(());
        }
        let answer = self.ask(&clock::now()).await?;
        if !answer.is_err_and(|error| is_lost(&error)) {
            self.next_clock = Instant::now() + DAY;
        }
        Ok(())
    }

    /// Looks at what the controller says by itself. `true` if it is back from a restart.
    pub(super) fn heed(&mut self, notification: &Notification) -> bool {
        debug!("notification: {notification:?}");
        let restart = self.watch.notification(notification);
        // That is how firmware up to 5.1.0 begins: see spec/rapi.md#restart.
        let old = matches!(notification, Notification::State { evse: EvseState::Starting });
        if old || restart == Some(Restart::Begun) {
            info!("the controller restarts");
            self.deaf_until = Some(Instant::now() + BOOT_TIMEOUT);
            return false;
        }
        // It may have said that it is back, and nobody heard: whoever talks can listen.
        let back = restart.is_some() || self.deaf_until.is_some();
        if back {
            self.is_back();
        }
        back
    }

    /// The controller has restarted, and hears again: see spec/rapi.md#late-answers.
    pub(super) fn is_back(&mut self) {
        info!("the controller has restarted");
        self.deaf_until = None;
        self.next_clock = Instant::now();
        if let Some(supervisor) = &mut self.supervisor {
            supervisor.restarted();
        }
    }
}

/// Whether a command or its answer was lost on the way: another time it may arrive.
pub(super) const fn is_lost(error: &LinkError) -> bool {
    matches!(error, Error::Timeout | Error::Garbled)
}
