use super::*;
use Run::{Active, Disabled};
use Source::{Claim, Contactor, Divert, House, Limit, Override, Schedule, Share};

fn wish(run: Option<Run>, charge_current: Option<u8>, max_current: Option<u8>) -> Wish {
    Wish { run, charge_current, max_current, auto_release: false }
}

/// The priority model, row by row: who wants what, and what comes out under 32 A.
#[test]
fn the_highest_priority_decides_and_the_smallest_cap_counts() {
    let on = |amps| wish(Some(Active), Some(amps), None);
    let off = wish(Some(Disabled), None, None);
    let cap = |amps| wish(None, None, Some(amps));
    let amps = |amps| wish(None, Some(amps), None);
    for (wishes, run, current) in [
        (&[][..], None, None),
        (&[(Divert, on(9))], Some((Active, Divert)), Some(9)),
        // Divert has no sun, a person wants to charge.
        (&[(Divert, off), (Override, on(16))], Some((Active, Override)), Some(16)),
        // A person says only how much: divert still says whether.
        (&[(Divert, off), (Override, amps(16))], Some((Disabled, Divert)), Some(16)),
        (&[(Divert, on(9)), (Override, off)], Some((Disabled, Override)), Some(9)),
        (&[(Divert, on(9)), (Schedule, off)], Some((Disabled, Schedule)), Some(9)),
        (&[(Schedule, off), (Claim, on(20))], Some((Active, Claim)), Some(20)),
        (&[(Claim, on(20)), (Override, off)], Some((Disabled, Override)), Some(20)),
        // A limit outranks a person.
        (&[(Override, on(32)), (Limit, off)], Some((Disabled, Limit)), Some(32)),
        // The fuses outrank everybody, and every cap counts.
        (&[(Override, on(32)), (House, cap(13))], Some((Active, Override)), Some(13)),
        (&[(Claim, cap(10)), (House, cap(13)), (Divert, amps(16))], None, Some(10)),
        // A cap alone asks for no current.
        (&[(House, cap(13))], None, None),
        (&[(Override, on(32)), (House, off)], Some((Disabled, House)), Some(32)),
        // What the other stations leave counts for a person, too, but not against a limit.
        (&[(Override, on(32)), (Share, cap(10))], Some((Active, Override)), Some(10)),
        (&[(Override, on(32)), (Share, off)], Some((Disabled, Share)), Some(32)),
        (&[(Limit, off), (Share, cap(10))], Some((Disabled, Limit)), None),
        // Nothing charges until a contactor shows what is wanted, and the fuses are asked first.
        (&[(Override, on(32)), (Contactor, off)], Some((Disabled, Contactor)), Some(32)),
        (&[(Contactor, off), (House, off)], Some((Disabled, House)), None),
        (&[(Divert, on(12)), (Claim, cap(10))], Some((Active, Divert)), Some(10)),
        // What the station cannot offer is not asked for.
        (&[(Override, on(80))], Some((Active, Override)), Some(32)),
        (&[(Divert, amps(16)), (House, cap(0))], None, Some(6)),
    ] {
        // The order of coming is of no importance.
        for reversed in [false, true] {
            let mut all = Wishes::default();
            let mut given = wishes.to_vec();
            if reversed {
                given.reverse();
            }
            for (source, wish) in given {
                all.set(source, Some(wish));
            }
            let target = all.target();
            assert_eq!((target.run, target.current(32)), (run, current), "{wishes:?}");
        }
    }
}

#[test]
fn the_order_of_the_sources_is_that_of_their_priorities() {
    assert!(
        Source::ALL
            .windows(2)
            .all(|pair| { pair[0] < pair[1] && pair[0].priority() < pair[1].priority() })
    );
}

#[test]
fn of_several_programs_the_one_that_wants_less_gets_its_way() {
    let mut wishes = Wishes::default();
    wishes.claim(20, Some(wish(Some(Active), Some(16), None)));
    wishes.claim(262_145, Some(wish(Some(Active), Some(10), Some(13))));
    let target = wishes.target();
    assert_eq!((target.run, target.current(32)), (Some((Active, Claim)), Some(10)));
    let stay = Wish { auto_release: true, ..wish(Some(Disabled), None, None) };
    wishes.claim(7, Some(stay));
    assert_eq!(wishes.target().run, Some((Disabled, Claim)));
    wishes.car_has_left();
    assert_eq!(wishes.target().run, Some((Active, Claim)), "that of 7 was for the car's stay");
    wishes.claim(262_145, None);
    assert_eq!(wishes.target().current(32), Some(16));
    wishes.claim(20, Some(Wish::default()));
    assert!(wishes.claims().is_empty() && wishes.target() == Target::default());
}

#[test]
fn what_is_for_the_stay_of_a_car_ends_with_it() {
    let mut wishes = Wishes::default();
    wishes.claim(1, Some(wish(Some(Active), None, None)));
    wishes.set(Override, Some(Wish { auto_release: true, ..wish(Some(Disabled), None, None) }));
    wishes.car_has_left();
    assert_eq!(wishes.target().run, Some((Active, Claim)));
    wishes.claim(1, None);
    assert_eq!(wishes.target(), Target::default());
}
