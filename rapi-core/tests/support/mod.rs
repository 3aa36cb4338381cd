//! What several tests need.

use rapi_core::{Check, Code, EncodeError, Writer};

/// Writes one value as a line without a checksum.
pub(crate) fn written(write: impl Fn(&mut Writer<'_>)) -> Result<String, EncodeError> {
    let mut line = [0; 96];
    let mut writer = Writer::new(&mut line, Code::OK);
    write(&mut writer);
    let len = writer.finish(None, Check::None)?;
    Ok(String::from_utf8(line[..len - 1].to_vec()).unwrap())
}
