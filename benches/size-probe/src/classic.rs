//! A controller of today: the rows of the table that firmware 8.2.3 has, everything in a `static`, as
//! one would build it on an ATmega328P.

use rapi_core::{Command, CommandInfo, Dialect, commands};
use rapi_server::{Handler, MAX_REPLY_LEN, Policy, Rejected, Responder};

use crate::given::{Given, Take, Values};
use crate::{Wire, probe_read};

/// Whether 8.2.3 has a row: all that came later came with 9.0.0, and all that went had gone by 7.1.6.
#[inline(always)]
const fn is_known(command: &CommandInfo) -> bool {
    !matches!(command.since.as_bytes(), [b'9', ..]) && command.until.is_none()
}

macro_rules! rows {
    ($({
        $(#[doc = $doc:literal])+
        $Name:ident $method:ident $code:literal $usage:literal -> $answer:literal
        $class:ident $storage:ident idempotent: $idempotent:literal
        since: $since:literal until: $until:literal feature: $feature:literal $(timeout: $timeout:literal)?;
        $($shape:tt)*
    })+) => {
        impl Handler for Values {
            #[inline(always)]
            fn has(&self, command: &CommandInfo) -> bool {
                is_known(command)
            }

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

/// Answers what its UART brings.
#[unsafe(no_mangle)]
pub fn group_classic(values: &mut Values) -> u32 {
    static mut RESPONDER: Responder = Responder::new(Policy::new(Dialect::V3));
    static mut BYTE: u8 = 0;
    static mut OUT: [u8; MAX_REPLY_LEN] = [0; MAX_REPLY_LEN];
    // SAFETY: nothing else runs here.
    let (responder, byte, out) =
        unsafe { (&mut *(&raw mut RESPONDER), &mut *(&raw mut BYTE), &mut *(&raw mut OUT)) };
    loop {
        // SAFETY: one byte.
        if unsafe { probe_read(byte, 1) } < 1 {
            return 0;
        }
        let len = responder.push(*byte, values, out);
        let Some(line) = out.get(..len) else { return 1 };
        if embedded_io::Write::write(&mut Wire, line).is_err() {
            return 1;
        }
    }
}

/// What an AVR's C library has in as many bytes. Those that Rust's compiler brings are made for chips that
/// copy words, and take 540.
#[cfg(target_arch = "avr")]
mod memory {
    /// # Safety
    ///
    /// That of C's `memcpy`.
    #[unsafe(no_mangle)]
    unsafe extern "C" fn memcpy(to: *mut u8, from: *const u8, len: usize) -> *mut u8 {
        for at in 0..len {
            // SAFETY: the caller's.
            unsafe { to.add(at).write(from.add(at).read()) };
        }
        to
    }

    /// # Safety
    ///
    /// That of C's `memset`.
    #[unsafe(no_mangle)]
    unsafe extern "C" fn memset(to: *mut u8, value: i16, len: usize) -> *mut u8 {
        let [low, _] = value.to_le_bytes();
        for at in 0..len {
            // SAFETY: the caller's.
            unsafe { to.add(at).write(low) };
        }
        to
    }
}
