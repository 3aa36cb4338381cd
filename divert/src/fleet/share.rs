//! Dealing out amperes: the least to each in order, then the rest by priority and alike.

/// What one charger may get, and what it has got.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Claim {
    pub(super) rank: usize,
    pub(super) priority: u8,
    /// Less than this is of no use.
    pub(super) least: i32,
    /// More than this it cannot use; 0 for one that takes no part.
    pub(super) most: i32,
    pub(super) got: i32,
}

/// Deals out `amps` and returns what nobody could use. `begun` says whether a rest that is below the
/// least is still given, as the least, to the first who gets nothing else.
pub(super) fn share(claims: &mut [Claim], mut amps: i32, begun: impl Fn(i32) -> bool) -> i32 {
    for rank in 0..claims.len() {
        let Some(claim) = claims.iter_mut().find(|claim| claim.rank == rank && claim.most > 0)
        else {
            continue;
        };
        if amps >= claim.least {
            claim.got = claim.least;
        } else if begun(amps) {
            claim.got = amps;
        }
        amps = amps.saturating_sub(claim.got);
    }
    // Each round gives one ampere to every claim of the highest priority that can take one.
    while amps > 0 {
        let open = |claim: &&mut Claim| claim.got >= claim.least && claim.got < claim.most;
        let Some(highest) = claims.iter_mut().filter(open).map(|claim| claim.priority).max() else {
            break;
        };
        for rank in 0..claims.len() {
            let next = claims.iter_mut().filter(open);
            let mut next = next.filter(|claim| claim.priority == highest && claim.rank == rank);
            if let (Some(claim), true) = (next.next(), amps > 0) {
                claim.got = claim.got.saturating_add(1);
                amps = amps.saturating_sub(1);
            }
        }
    }
    amps
}
