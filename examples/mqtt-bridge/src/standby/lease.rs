//! When a bridge that waits may have the station. No I/O in here.

/// Nobody has said anything for so long after everything is subscribed to: there is no owner.
const SILENCE_MS: u64 = 3_000;
/// So long after its claim a bridge looks whether it is still its own.
const CLAIM_MS: u64 = 2_000;
/// Another one has been faster: it is looked at again if it says nothing.
const BEATEN_MS: u64 = 15_000;
/// The owner writes its name anew so often ...
pub const RENEW_MS: u64 = 10_000;
/// ... and is gone when it has not for so long: a cluster that has lost a node takes up to half a minute
/// until it takes messages again.
pub const LEASE_MS: u64 = 45_000;

/// What to do now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Wait until then, or until something is heard if there is no time.
    Wait(Option<u64>),
    /// Write the own name.
    Claim,
    /// The station is one's own.
    Take,
}

/// What is known of the owner of a station, by who waits for its end.
#[derive(Clone, Debug, Default)]
pub struct Lease {
    owner: String,
    claimed: bool,
    /// When to decide.
    at: Option<u64>,
}

impl Lease {
    /// All subscriptions are in force: what the broker keeps is heard next, if it was not heard before.
    pub fn listens(&mut self, now_ms: u64) {
        self.claimed = false;
        self.at = self.at.or(Some(now_ms + SILENCE_MS));
    }

    /// Without a broker nobody knows anything.
    pub const fn lost(&mut self) {
        self.at = None;
    }

    /// The owner's birth, or its last will. `jitter_ms`: not all are to come at the same moment.
    pub const fn life(&mut self, here: bool, now_ms: u64, jitter_ms: u64) {
        self.claimed = false;
        self.at = Some(now_ms + if here { LEASE_MS } else { jitter_ms });
    }

    /// A name: somebody else's is a sign of life, but for what the broker has kept.
    pub fn owner(&mut self, name: &str, retained: bool, me: &str, now_ms: u64) {
        name.clone_into(&mut self.owner);
        if name != me && !retained && !self.claimed && self.at.is_some() {
            self.at = Some(now_ms + LEASE_MS);
        }
    }

    /// What to do now.
    pub fn step(&mut self, me: &str, now_ms: u64) -> Step {
        if self.at.is_none_or(|at| now_ms < at) {
            return Step::Wait(self.at);
        }
        if !self.claimed {
            self.claimed = true;
            self.at = Some(now_ms + CLAIM_MS);
            Step::Claim
        } else if self.owner == me {
            Step::Take
        } else {
            self.claimed = false;
            self.at = Some(now_ms + BEATEN_MS);
            Step::Wait(self.at)
        }
    }
}

/// What an owner does who reads another name than its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Write the own name: somebody has taken a living owner for dead.
    Defend,
    /// The station is somebody else's.
    StepBack,
}

/// What an owner remembers of those who have claimed its station.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tenure {
    defended_ms: Option<u64>,
}

impl Tenure {
    /// Another name was read. What the broker has kept was written while this bridge was away: then the
    /// station has changed hands. A claim while it is here is answered, and its author steps back. If he does
    /// not, both believe that the station is theirs, and the smaller name keeps it.
    pub fn rival(&mut self, name: &str, retained: bool, me: &str, now_ms: u64) -> Answer {
        let again = self.defended_ms.is_some_and(|at| now_ms.saturating_sub(at) < LEASE_MS);
        if retained || (again && name < me) {
            return Answer::StepBack;
        }
        self.defended_ms = Some(now_ms);
        Answer::Defend
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ME: &str = "me";

    /// Steps until something is to be done, at the latest at `until`: when and what.
    fn next(lease: &mut Lease, mut now_ms: u64, until: u64) -> Option<(u64, Step)> {
        while now_ms <= until {
            match lease.step(ME, now_ms) {
                Step::Wait(_) => now_ms += 100,
                step => return Some((now_ms, step)),
            }
        }
        None
    }

    #[test]
    fn a_station_without_an_owner_is_taken_after_a_moment() {
        let mut lease = Lease::default();
        assert_eq!(lease.step(ME, 0), Step::Wait(None));
        lease.listens(0);
        assert_eq!(next(&mut lease, 0, 10_000), Some((3_000, Step::Claim)));
        lease.owner(ME, false, ME, 3_050);
        assert_eq!(next(&mut lease, 3_100, 10_000), Some((5_000, Step::Take)));
    }

    #[test]
    fn an_owner_that_renews_its_name_keeps_the_station_and_a_silent_one_loses_it() {
        let mut lease = Lease::default();
        lease.listens(0);
        lease.life(true, 10, 0);
        lease.owner("other", true, ME, 20);
        for renewal in 1..20 {
            let now_ms = renewal * RENEW_MS;
            assert_eq!(next(&mut lease, now_ms - RENEW_MS, now_ms), None);
            lease.owner("other", false, ME, now_ms);
        }
        // Owner and node have died at once: there is nobody who would send the will.
        let last = 19 * RENEW_MS;
        let claim = Some((last + LEASE_MS, Step::Claim));
        assert_eq!(next(&mut lease, last, last + LEASE_MS + 1_000), claim);
        lease.owner(ME, false, ME, last + LEASE_MS + 10);
        assert!(matches!(next(&mut lease, last + LEASE_MS, u64::MAX), Some((_, Step::Take))));
    }

    #[test]
    fn a_will_is_obeyed_at_once_also_when_the_name_comes_behind_it() {
        for will_first in [true, false] {
            let mut lease = Lease::default();
            lease.listens(0);
            if will_first {
                lease.life(false, 5, 300);
            }
            lease.owner("gone", true, ME, 6);
            if !will_first {
                lease.life(false, 7, 300);
            }
            let (at, step) = next(&mut lease, 0, LEASE_MS).unwrap();
            assert_eq!((step, at <= 400), (Step::Claim, true), "{will_first}: {at} ms");
        }
    }

    #[test]
    fn of_two_that_claim_at_once_the_last_name_counts() {
        let mut lease = Lease::default();
        lease.listens(0);
        assert_eq!(next(&mut lease, 0, 10_000), Some((3_000, Step::Claim)));
        lease.owner(ME, false, ME, 3_010);
        lease.owner("other", false, ME, 3_020);
        // It is looked at again, unless the other one has come up.
        assert_eq!(next(&mut lease, 3_100, 60_000), Some((20_000, Step::Claim)));
        let mut lease = Lease::default();
        lease.listens(0);
        assert_eq!(next(&mut lease, 0, 10_000), Some((3_000, Step::Claim)));
        lease.owner("other", false, ME, 3_020);
        assert_eq!(lease.step(ME, 5_000), Step::Wait(Some(20_000)));
        lease.life(true, 5_500, 0);
        assert_eq!(next(&mut lease, 5_500, 50_400), None);
    }

    #[test]
    fn a_living_owner_answers_a_claim_and_of_two_owners_one_remains() {
        // A bridge that has not heard of the owner claims the station, and is answered.
        let mut owner = Tenure::default();
        let mut lease = Lease::default();
        lease.listens(0);
        assert_eq!(next(&mut lease, 0, 10_000), Some((3_000, Step::Claim)));
        lease.owner(ME, false, ME, 3_010);
        assert_eq!(owner.rival(ME, false, "owner", 3_010), Answer::Defend);
        lease.owner("owner", false, ME, 3_020);
        assert_eq!(next(&mut lease, 3_100, 10_000), None);
        lease.owner("owner", false, ME, 12_000);
        assert_eq!(next(&mut lease, 10_000, 50_000), None);
        // It has another try an hour later.
        assert_eq!(owner.rival(ME, false, "owner", 3_600_000), Answer::Defend);
        // A station that has changed hands meanwhile is given up.
        assert_eq!(Tenure::default().rival("b", true, "a", 0), Answer::StepBack);
        // Two halves of a cluster come together, each with an owner: in whichever order their names come.
        for first in [["a", "b"], ["b", "a"]] {
            let mut tenures = [Tenure::default(), Tenure::default()];
            let mut owners = vec![0, 1];
            let mut written: Vec<usize> = first.map(|name| usize::from(name == "b")).to_vec();
            while let Some(writer) = written.pop() {
                let reader = 1 - writer;
                let (name, me) = (["a", "b"][writer], ["a", "b"][reader]);
                if !owners.contains(&reader) {
                    continue;
                }
                match tenures[reader].rival(name, false, me, 100) {
                    Answer::Defend => written.insert(0, reader),
                    Answer::StepBack => owners.retain(|owner| *owner != reader),
                }
            }
            assert_eq!(owners, [0], "{first:?}");
        }
    }

    #[test]
    fn without_a_broker_nothing_is_claimed() {
        let mut lease = Lease::default();
        lease.listens(0);
        lease.lost();
        lease.owner("other", false, ME, 10);
        assert_eq!(next(&mut lease, 0, 100_000), None);
    }
}
