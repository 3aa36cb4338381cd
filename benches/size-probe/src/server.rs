//! The server, with a method for every row of the table.

use embedded_io::{Read, Write};
use rapi_core::{Command, commands};
#[cfg(feature = "extras")]
use rapi_server::firmware;
use rapi_server::{Handler, MAX_REPLY_LEN, Policy, Rejected, Responder};

use crate::Wire;
use crate::given::{Given, Take, Values};

macro_rules! rows {
    ($({
        $(#[doc = $doc:literal])+
        $Name:ident $method:ident $code:literal $usage:literal -> $answer:literal
        $class:ident $storage:ident idempotent: $idempotent:literal
        since: $since:literal until: $until:literal feature: $feature:literal $(timeout: $timeout:literal)?;
        $($shape:tt)*
    })+) => {
        impl Handler for Values {
            $(
                fn $method(
                    &mut self,
                    command: commands::$Name,
                ) -> Result<<commands::$Name as Command>::Response, Rejected> {
                    command.take(self);
                    Given::given(self)
                }
            )+
        }
    };
}
rapi_core::for_each_command!(rows);

/// A device with a method for every row.
#[unsafe(no_mangle)]
pub fn group_server(values: &mut Values) -> u32 {
    let mut responder = Responder::<31>::new(Policy::default());
    let mut out = [0; MAX_REPLY_LEN];
    let mut byte = [0];
    while Wire.read(&mut byte).is_ok() {
        let len = responder.push(byte[0], values, &mut out);
        if Wire.write(out.get(..len).unwrap_or_default()).is_err() {
            return 1;
        }
    }
    0
}

/// The same device with the habits of a real controller.
#[cfg(feature = "extras")]
#[unsafe(no_mangle)]
pub fn group_firmware(values: &mut Values) -> u32 {
    let mut responder = firmware::Responder::new(firmware::Firmware::V8);
    let mut out = [0; MAX_REPLY_LEN];
    let mut byte = [0];
    while Wire.read(&mut byte).is_ok() {
        let answer = responder.push(byte[0], values, &mut out);
        if Wire.write(out.get(..answer.len).unwrap_or_default()).is_err() {
            return 1;
        }
    }
    0
}
