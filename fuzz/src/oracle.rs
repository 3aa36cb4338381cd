//! What stands in a stream of bytes, found by other means than those of the libraries.

use rapi_core::{Check, FieldError, FrameError, Sender, SeqId};

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

/// A line taken apart by splitting and counting, or all that is wrong with it.
pub fn parse(line: &[u8], sender: Sender) -> Result<Parts, Vec<FrameError>> {
    let Some((b'$', text)) = line.split_first() else { return Err(vec![FrameError::NoStart]) };
    let (code, rest) = text.split_at(text.len().min(2));
    let mut wrong = Vec::new();
    let letters = matches!(code, [b'A'..=b'Z', b'A'..=b'Z' | b'0'..=b'9']);
    if !letters || !matches!(rest.first(), None | Some(b' ' | b'^' | b'*')) {
        wrong.push(FrameError::Code);
    }

    // The first mark is the mark: nothing but its two digits may follow.
    let mark = rest.iter().position(|byte| matches!(byte, b'^' | b'*'));
    let (words, mut check) = (&rest[..mark.unwrap_or(rest.len())], Check::None);
    if let Some(mark) = mark {
        let covered = &line[..3 + mark];
        let computed = if rest[mark] == b'^' {
            check = Check::Xor;
            covered.iter().fold(0, |xor, byte| xor ^ byte)
        } else {
            check = Check::Sum;
            covered.iter().fold(0_u8, |sum, &byte| sum.wrapping_add(byte))
        };
        match upper_hex(&rest[mark + 1..]) {
            Some(found) if found == computed => {}
            Some(found) => wrong.push(FrameError::Checksum { found, computed }),
            None => wrong.push(FrameError::ChecksumSyntax),
        }
        if check == Check::Sum && sender == Sender::Controller {
            wrong.push(FrameError::ChecksumKind);
        }
    }

    // What the code may not hold is also what no line may hold.
    if code.iter().chain(words).any(|byte| *byte == b'$' || !(b' '..=b'~').contains(byte)) {
        wrong.push(FrameError::Byte);
    }
    if code.iter().any(|byte| matches!(byte, b'^' | b'*')) {
        wrong.push(FrameError::ChecksumSyntax);
    }
    // A space in the code is no code, and what is behind it is a word all the same.
    let text = [code, words].concat();
    let mut fields: Vec<Vec<u8>> = text.split(|&byte| byte == b' ').map(<[u8]>::to_vec).collect();
    // What stands before the first space belongs to the code.
    fields.remove(0);
    let mut seq = None;
    if let Some([b':', digits @ ..]) = fields.last().map(Vec::as_slice) {
        seq = upper_hex(digits).and_then(SeqId::new);
        if seq.is_none() {
            wrong.push(FrameError::SequenceId);
        }
        fields.pop();
    }
    if sender == Sender::Client {
        if fields.iter().any(Vec::is_empty) {
            wrong.push(FrameError::EmptyField);
        }
        if 1 + fields.len() + usize::from(seq.is_some()) > 10 {
            wrong.push(FrameError::TooManyTokens);
        }
    }
    if wrong.is_empty() {
        Ok(Parts { code: code.to_vec(), fields, seq, check })
    } else {
        Err(wrong)
    }
}

/// What a line says.
#[derive(Debug, PartialEq, Eq)]
pub struct Parts {
    pub code: Vec<u8>,
    pub fields: Vec<Vec<u8>>,
    pub seq: Option<SeqId>,
    pub check: Check,
}

/// Exactly two digits, 0 to 9 and A to F.
fn upper_hex(digits: &[u8]) -> Option<u8> {
    let text = core::str::from_utf8(digits).ok()?;
    let value = u8::from_str_radix(text, 16).ok()?;
    (text == format!("{value:02X}")).then_some(value)
}

/// A number of a field: digits of this base only, so many of them (`None`: any), not more than `max`.
pub fn number(field: &[u8], base: u32, width: Option<usize>, max: u32) -> Result<u32, FieldError> {
    let digits = field.iter().map(|&byte| char::from(byte).to_digit(base));
    let Some(digits) = digits.collect::<Option<Vec<u32>>>() else {
        return Err(FieldError::Invalid);
    };
    if digits.is_empty() || width.is_some_and(|width| width != digits.len()) {
        return Err(FieldError::Invalid);
    }
    // Nobody sends more digits than the greatest number has.
    if digits.len() > if base == 10 { 10 } else { 8 } {
        return Err(FieldError::OutOfRange);
    }
    let value =
        digits.iter().fold(0, |value: u64, &digit| value * u64::from(base) + u64::from(digit));
    u32::try_from(value).ok().filter(|value| *value <= max).ok_or(FieldError::OutOfRange)
}

/// The same with a minus sign, from −`max` − 1 to `max`.
pub fn signed(field: &[u8], max: i32) -> Result<i32, FieldError> {
    let max = max.unsigned_abs();
    match field.strip_prefix(b"-") {
        Some(digits) => {
            number(digits, 10, None, max + 1).map(|value| 0_i32.wrapping_sub_unsigned(value))
        }
        None => number(field, 10, None, max).map(u32::cast_signed),
    }
}
