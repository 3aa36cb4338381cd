//! The state as bytes, for a restart or a replay.
//!
//! Layout, version 2, little-endian: version, fields in the order of `write` below, CRC-32 (IEEE 802.3)
//! of all bytes before it.

use core::fmt;

/// The layout. Another number means other fields.
const VERSION: u8 = 2;

/// Length of a saved state in bytes.
pub const SAVED_LEN: usize = 98;

const BODY_LEN: usize = SAVED_LEN - 4;

/// A saved state that cannot be restored.
///
/// Recoverable: begin with [`Divert::new`](crate::Divert::new) instead; all that is lost is the bucket,
/// the meter's delay and the rest of a least time on or off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum RestoreError {
    /// The settings are out of range.
    Config(crate::ConfigError),
    /// Not [`SAVED_LEN`] bytes.
    Length {
        /// The number of bytes given.
        given: usize,
    },
    /// Saved by another version of this crate.
    Version {
        /// The version found.
        given: u8,
    },
    /// The checksum does not fit: the bytes are damaged.
    Damaged,
}

impl fmt::Display for RestoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Config(error) => error.fmt(f),
            Self::Length { given } => write!(f, "saved state has {given} bytes, not {SAVED_LEN}"),
            Self::Version { given } => {
                write!(f, "saved state is of version {given}, this is {VERSION}")
            }
            Self::Damaged => f.write_str("saved state is damaged"),
        }
    }
}

impl core::error::Error for RestoreError {}

pub(crate) struct Writer {
    bytes: [u8; SAVED_LEN],
    at: usize,
}

impl Writer {
    pub(crate) const fn new() -> Self {
        let mut writer = Self { bytes: [0; SAVED_LEN], at: 0 };
        writer.byte(VERSION);
        writer
    }

    pub(crate) const fn byte(&mut self, byte: u8) {
        if let Some((_, [place, ..])) = self.bytes.split_at_mut_checked(self.at) {
            *place = byte;
        }
        self.at = self.at.saturating_add(1);
    }

    pub(crate) fn u16(&mut self, value: u16) {
        value.to_le_bytes().into_iter().for_each(|byte| self.byte(byte));
    }

    pub(crate) fn u32(&mut self, value: u32) {
        value.to_le_bytes().into_iter().for_each(|byte| self.byte(byte));
    }

    pub(crate) fn i32(&mut self, value: i32) {
        value.to_le_bytes().into_iter().for_each(|byte| self.byte(byte));
    }

    pub(crate) fn finish(mut self) -> [u8; SAVED_LEN] {
        self.at = BODY_LEN;
        let crc = self.bytes.split_at_checked(BODY_LEN).map_or(0, |(body, _)| crc32(body));
        self.u32(crc);
        self.bytes
    }
}

pub(crate) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Result<Self, RestoreError> {
        let given = bytes.len();
        if given != SAVED_LEN {
            return Err(RestoreError::Length { given });
        }
        let (body, crc) = bytes.split_at_checked(BODY_LEN).ok_or(RestoreError::Damaged)?;
        if crc32(body).to_le_bytes() != crc {
            return Err(RestoreError::Damaged);
        }
        match body {
            [VERSION, rest @ ..] => Ok(Self(rest)),
            [given, ..] => Err(RestoreError::Version { given: *given }),
            [] => Err(RestoreError::Damaged),
        }
    }

    const fn take<const N: usize>(&mut self) -> [u8; N] {
        let Some((first, rest)) = self.0.split_first_chunk::<N>() else { return [0; N] };
        self.0 = rest;
        *first
    }

    pub(crate) const fn byte(&mut self) -> u8 {
        u8::from_le_bytes(self.take())
    }

    pub(crate) const fn u16(&mut self) -> u16 {
        u16::from_le_bytes(self.take())
    }

    pub(crate) const fn u32(&mut self) -> u32 {
        u32::from_le_bytes(self.take())
    }

    /// A number that the arithmetic relies on to lie in a range.
    pub(crate) fn i32(&mut self, least: i32, most: i32) -> i32 {
        i32::from_le_bytes(self.take()).clamp(least, most)
    }
}

fn crc32(bytes: &[u8]) -> u32 {
    bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 }
        })
    }) ^ u32::MAX
}
