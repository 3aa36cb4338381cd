//! The commands whose lines do not fit the table's pattern.

use super::{Heartbeat, HeartbeatPulse, SaveCurrent, SetCurrent, SetHardwareMaximum};
use crate::form::field_infos;
use crate::show::Show as _;
use crate::types::{Amps, EvseState, HeartbeatTrigger, PilotState, Seconds, SignedSeconds, VFlags};
use crate::{DecodeError, Field, FieldError, FieldInfo, Fields, Reply, Response};
use crate::{Visitor, Writer};

/// The forms of `SC` differ in their third word: a controller takes any as `V`, except one that
/// begins with `M`.
// See spec/rapi.md#sc.
macro_rules! set_current {
    ($($Name:ident $word:literal $third:ident,)+) => {$(
        impl $Name {
            pub(super) fn write_args(self, writer: &mut Writer<'_>) {
                self.write_fields(writer);
                if !$word.is_empty() {
                    writer.text($word);
                }
            }

            pub(super) fn read_args(fields: &mut Fields<'_>) -> Result<Self, DecodeError> {
                Ok(Self { amps: read_current(fields, Third::$third)? })
            }
        }
    )+};
}

set_current! {
    SetCurrent b"V" Other,
    SetHardwareMaximum b"M" M,
    SaveCurrent b"" Missing,
}

/// The third word of `SC`.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Third {
    Missing,
    /// It begins with `M`.
    M,
    Other,
}

#[cfg_attr(not(target_pointer_width = "64"), inline(never))]
fn read_current(fields: &mut Fields<'_>, wanted: Third) -> Result<Amps, DecodeError> {
    let amps = fields.read();
    let third = match fields.next() {
        None => Third::Missing,
        Some([b'M', ..]) => Third::M,
        Some(_) => Third::Other,
    };
    if third != wanted {
        fields.refuse(FieldError::Invalid);
    }
    fields.end()?;
    Ok(amps)
}

/// What the controller made of a current.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct CurrentSet {
    /// What was really set. Firmware before 4.3.2 does not say.
    pub amps: Option<Amps>,
    /// `false`: the controller said `$NK` and set something else than it was told.
    // See spec/rapi.md#nk-with-data.
    pub accepted: bool,
}

impl Response for CurrentSet {
    const FIELDS: &'static [FieldInfo] = field_infos! {
        /// What was really set (firmware 4.3.2 and later).
        amps: Option<Amps>,
    };

    fn read(reply: &mut Reply<'_>) -> Self {
        let accepted = reply.accepted();
        // Firmware before 4.3.2 leaves the field empty behind a space. NK without a number: malformed,
        // or a firmware that knows no third word.
        let amps = if reply.fields().is_blank() { None } else { Some(reply.fields_mut().read()) };
        Self { amps, accepted }
    }

    fn accepted(&self) -> bool {
        self.accepted
    }

    fn encode(&self, writer: &mut Writer<'_>) {
        self.amps.encode(writer);
    }

    fn visit(&self, visitor: &mut Visitor<'_>) {
        self.amps.show("amps", visitor);
    }
}

/// A pulse has no arguments, and what has some is another command of the same code.
impl HeartbeatPulse {
    #[expect(clippy::unused_self, reason = "all commands have it")]
    pub(super) const fn write_args(self, _writer: &mut Writer<'_>) {}

    pub(super) fn read_args(fields: &mut Fields<'_>) -> Result<Self, DecodeError> {
        fields.end()?;
        Ok(Self)
    }
}

/// What the heartbeat commands (`SY`) are answered with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct HeartbeatSet {
    /// The state of the supervision.
    pub heartbeat: Heartbeat,
    /// `false`: the controller said `$NK`, because a missed pulse is not acknowledged, or because
    /// it is too hot to give the current back.
    pub accepted: bool,
}

impl Response for HeartbeatSet {
    const FIELDS: &'static [FieldInfo] = Heartbeat::FIELDS;

    fn read(reply: &mut Reply<'_>) -> Self {
        let bare = reply.fields().is_at_end();
        let fields = if bare { reply.accepted_fields() } else { reply.fields_mut() };
        let heartbeat =
            Heartbeat { interval: fields.read(), fallback: fields.read(), trigger: fields.read() };
        Self { heartbeat, accepted: reply.accepted() }
    }

    fn accepted(&self) -> bool {
        self.accepted
    }

    fn encode(&self, writer: &mut Writer<'_>) {
        let Heartbeat { interval, fallback, trigger } = self.heartbeat;
        write_heartbeat(writer, interval, fallback, trigger);
    }

    fn visit(&self, visitor: &mut Visitor<'_>) {
        self.heartbeat.visit(visitor);
    }
}

/// Field by field, because a chip has registers for them and would put the whole on its stack.
#[cfg_attr(not(target_pointer_width = "64"), inline(never))]
fn write_heartbeat(
    writer: &mut Writer<'_>,
    interval: SignedSeconds,
    fallback: Amps,
    trigger: HeartbeatTrigger,
) {
    interval.encode(writer);
    fallback.encode(writer);
    trigger.encode(writer);
}

/// What [`GetState`](super::GetState) (`GS`) is answered with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct State {
    /// The state of the station.
    pub evse: EvseState,
    /// How long the present or the last charge has lasted; starts at 0 with the next vehicle.
    pub elapsed: Seconds,
    /// What the pilot said (firmware 6.0.0 and later).
    pub pilot: Option<PilotState>,
    /// What goes on in the station (firmware 6.0.0 and later).
    pub flags: Option<VFlags>,
}

impl Response for State {
    const FIELDS: &'static [FieldInfo] = field_infos! {
        /// The state of the station; decimal until firmware 5.1.0.
        evse: EvseState,
        /// How long the present or the last charge has lasted.
        elapsed: Seconds,
        /// What the pilot said (firmware 6.0.0 and later).
        pilot: Option<PilotState>,
        /// What goes on in the station (firmware 6.0.0 and later).
        flags: Option<VFlags>,
    };

    /// Two fields are decimal, four are hexadecimal: the number of fields decides, because `10` is
    /// a number in either base.
    fn read(reply: &mut Reply<'_>) -> Self {
        let fields = reply.accepted_fields();
        let mut decimal = *fields;
        let (mut evse, mut elapsed) = (fields.read(), fields.read());
        let (mut pilot, mut flags) = (None, None);
        if fields.is_at_end() {
            let short = (EvseState::from_code(decimal.read()), decimal.read());
            // If not, something is wrong with one of them, which then stays noted.
            if decimal.is_at_end() {
                (evse, elapsed) = short;
                *fields = decimal;
            }
        } else {
            pilot = Some(fields.read());
            flags = Some(fields.read());
        }
        Self { evse, elapsed, pilot, flags }
    }

    fn encode(&self, writer: &mut Writer<'_>) {
        if let (Some(pilot), Some(flags)) = (self.pilot, self.flags) {
            self.evse.encode(writer);
            self.elapsed.encode(writer);
            pilot.encode(writer);
            flags.encode(writer);
        } else {
            writer.decimal(u32::from(self.evse.code()));
            self.elapsed.encode(writer);
        }
    }

    fn visit(&self, visitor: &mut Visitor<'_>) {
        self.evse.show("evse", visitor);
        self.elapsed.show("elapsed", visitor);
        self.pilot.show("pilot", visitor);
        self.flags.show("flags", visitor);
    }
}
