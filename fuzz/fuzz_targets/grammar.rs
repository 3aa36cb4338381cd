//! Two readers of one line agree: the frame parser and a slow, obvious one, down to the numbers.
//!
//! Input: a byte of flags (bit 0: from a client, bits 1 and 2: add a right checksum, `^` or `*`), the
//! line without its CR.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rapi_core::types::{Amps, EvseState, FaultCount, MilliAmps, OrNone, VFlags, Wrapped16};
use rapi_core::{DecodeError, Field, FieldError, Fields, Frame, Sender};
use rapi_fuzz::{Input, oracle};

fuzz_target!(|bytes: &[u8]| {
    let mut input = Input::new(bytes);
    let flags = input.u8();
    let sender = if flags & 1 == 0 { Sender::Controller } else { Sender::Client };
    let mut line = input.rest().to_vec();
    // Nobody guesses a checksum.
    match flags & 6 {
        2 => line.extend(format!("^{:02X}", line.iter().fold(0, |xor, byte| xor ^ byte)).bytes()),
        4 => {
            let sum = line.iter().fold(0_u8, |sum, &byte| sum.wrapping_add(byte));
            line.extend(format!("*{sum:02X}").bytes());
        }
        _ => {}
    }
    match (Frame::parse(&line, sender), oracle::parse(&line, sender)) {
        (Ok(frame), Ok(parts)) => {
            let found = oracle::Parts {
                code: frame.code().to_bytes().to_vec(),
                fields: frame.fields().map(<[u8]>::to_vec).collect(),
                seq: frame.seq(),
                check: frame.check(),
            };
            assert_eq!(found, parts);
            check_fields(frame.fields());
        }
        // Which of several faults is named is nobody's business, but it has to be one of them.
        (Err(error), Err(wrong)) => assert!(wrong.contains(&error), "{error:?} of {wrong:?}"),
        (fast, slow) => panic!("{}: {fast:?}, but {slow:?}", line.escape_ascii()),
    }
});

/// Each field as each kind of number.
fn check_fields(mut fields: Fields<'_>) {
    let mut place = 0_u8;
    loop {
        let here = fields;
        let Some(field) = fields.next() else { break };
        // No line of RAPI has so many: behind 255 it begins anew.
        place = place.wrapping_add(1);
        let read = |expected, of: &str, found| {
            let kind = |kind| DecodeError::Field { field: place, kind };
            assert_eq!(found, Result::map_err(expected, kind), "{} as {of}", field.escape_ascii());
        };
        let decimal = |max| oracle::number(field, 10, None, max).map(i64::from);
        let hex = |width, max| oracle::number(field, 16, width, max).map(i64::from);
        let signed = |max| oracle::signed(field, max).map(i64::from);
        let switch = oracle::number(field, 10, Some(1), 1).map(i64::from);
        read(switch, "switch", of(here, |value: bool| i64::from(value)));
        read(decimal(0xff), "u8", of(here, |value: Amps| i64::from(value.0)));
        read(decimal(0xffff), "u16", of(here, |value: u16| i64::from(value)));
        read(decimal(u32::MAX), "u32", of(here, |value: u32| i64::from(value)));
        read(signed(0x7fff), "i16", of(here, |value: i16| i64::from(value)));
        read(signed(i32::MAX), "i32", of(here, |value: i32| i64::from(value)));
        read(hex(Some(2), 0xff), "state", of(here, |value: EvseState| i64::from(value.code())));
        read(hex(Some(4), 0xffff), "flags", of(here, |value: VFlags| i64::from(value.0)));
        read(hex(None, 0xff), "count", of(here, |value: FaultCount| i64::from(value.0)));
        let none = |value: OrNone<MilliAmps>| value.0.map_or(-1, |value| i64::from(value.0));
        read(signed(i32::MAX), "current", of(here, none));
        let wrapped = |value: Wrapped16| i64::from(value.0.cast_unsigned());
        read(decimal(0xffff), "calibration", of(here, wrapped));
        // What is wrong is not forgotten.
        let mut after = here;
        after.refuse(FieldError::Surplus);
        assert!(after.is_at_end() && after.decode::<u32>().is_err());
    }
}

fn of<T: Field>(mut fields: Fields<'_>, number: impl Fn(T) -> i64) -> Result<i64, DecodeError> {
    fields.decode().map(number)
}
