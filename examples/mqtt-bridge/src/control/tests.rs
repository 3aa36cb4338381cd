use super::*;
use rapi_core::commands::{Enable, SetCurrent, Sleep};
use rapi_core::types::Amps;

#[test]
fn what_a_person_sends_is_not_undone_by_who_wanted_something_else() {
    let mut control = Control::new(&Station::default());
    let set = AnyCommand::SetCurrent(SetCurrent { amps: Amps(16) });
    // Nobody wants anything: the command itself is enough.
    control.heard(&set);
    assert_eq!(control.target(), Target::default());
    let sun = Wish { run: Some(Run::Active), charge_current: Some(9), ..Wish::default() };
    control.step(0, 0, &Snapshot::default(), Some(sun), true);
    control.heard(&set);
    assert_eq!(control.target().charge_current, Some((16, Source::Override)));
    assert_eq!(control.target().run, Some((Run::Active, Source::Divert)));
    control.heard(&AnyCommand::Sleep(Sleep));
    assert_eq!(control.target().run, Some((Run::Disabled, Source::Override)));
    control.heard(&AnyCommand::Enable(Enable));
    assert_eq!(control.target().run, Some((Run::Active, Source::Divert)));
    control.mode_chosen();
    assert_eq!(control.target().charge_current, Some((9, Source::Divert)));
    // No sun, but the person wants to charge now.
    let no_sun = Wish { run: Some(Run::Disabled), ..Wish::default() };
    control.step(1, 0, &Snapshot::default(), Some(no_sun), true);
    control.heard(&AnyCommand::Enable(Enable));
    assert_eq!(control.target().run, Some((Run::Active, Source::Override)));
}

#[test]
fn a_toggle_is_the_other_way_round_of_what_is() {
    let mut control = Control::new(&Station::default());
    control.obey(Order::Toggle).unwrap();
    assert_eq!(control.target().run, Some((Run::Disabled, Source::Override)));
    control.obey(Order::Toggle).unwrap();
    assert_eq!(control.target().run, Some((Run::Active, Source::Override)));
    assert_eq!(control.obey(Order::Override(None)).unwrap(), r#"override {"state":"null"}"#);
}
