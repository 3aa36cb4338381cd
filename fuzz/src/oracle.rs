//! What stands in a stream of bytes, found by other means than those of the libraries.

/// The lines of a stream as a [`Decoder`](rapi_core::Decoder) for lines of `longest` bytes has to
/// find them: from the last `$` before a CR up to it. `None` is a line that does not fit.
pub fn lines(stream: &[u8], longest: usize) -> Vec<Option<&[u8]>> {
    let mut pieces: Vec<&[u8]> = stream.split(|&byte| byte == b'\r').collect();
    // Behind the last CR nothing has ended.
    pieces.pop();
    pieces
        .into_iter()
        .filter_map(|piece| {
            let start = piece.iter().rposition(|&byte| byte == b'$')?;
            Some(&piece[start..])
        })
        .map(|line| (line.len() <= longest).then_some(line))
        .collect()
}

/// Whether a line ends with `^` and the XOR of all that stands before it.
pub fn xor_verifies(line: &[u8]) -> bool {
    let Some(mark) = line.len().checked_sub(3) else { return false };
    let (payload, check) = line.split_at(mark);
    let xor = payload.iter().fold(0, |xor, byte| xor ^ byte);
    check == format!("^{xor:02X}").as_bytes()
}

/// Whether a line ends with `*` and the sum of all that stands before it.
pub fn sum_verifies(line: &[u8]) -> bool {
    let Some(mark) = line.len().checked_sub(3) else { return false };
    let (payload, check) = line.split_at(mark);
    let sum = payload.iter().fold(0_u8, |sum, &byte| sum.wrapping_add(byte));
    check == format!("*{sum:02X}").as_bytes()
}

/// Whether the last word before the checksum is this sequence id.
pub fn has_id(line: &[u8], id: u8) -> bool {
    line.split_at(line.len().saturating_sub(3)).0.ends_with(format!(" :{id:02X}").as_bytes())
}
