//! What went on besides replies and notifications.

/// Counters of what a client dropped. They begin anew behind 65,535: what counts is by how much they
/// have grown.
///
/// A healthy line has none of them for hours; each tells a different story when it grows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub struct Stats {
    /// Replies that belong to no command that is waited for: late ones, doubled ones.
    pub stale: u16,
    /// Lines with a wrong checksum or form.
    pub damaged: u16,
    /// Lines that did not fit the buffer.
    pub too_long: u16,
    /// Our own commands, from a controller in echo mode.
    // See spec/rapi.md#echo.
    pub echoed: u16,
    /// Lines that are neither reply nor known notification: what a newer firmware says.
    pub other: u16,
    /// Notifications that were dropped because nobody took them, the oldest first.
    pub notifications_lost: u16,
    /// `$NK` without the id that was sent: the controller read a damaged line.
    // See spec/rapi.md#nk-without-id.
    pub garbled: u16,
    /// Commands that were given up before their reply came.
    pub abandoned: u16,
}

impl Stats {
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "what is not inlined is made elsewhere and copied")]
    pub(crate) const fn new() -> Self {
        Self {
            stale: 0,
            damaged: 0,
            too_long: 0,
            echoed: 0,
            other: 0,
            notifications_lost: 0,
            garbled: 0,
            abandoned: 0,
        }
    }
}

/// Adds one.
pub(crate) const fn count(counter: &mut u16) {
    *counter = counter.wrapping_add(1);
}
