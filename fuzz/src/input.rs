/// The fuzzer's bytes, read from the front. Behind the end come zeros, so that every input means
/// something and a seed can be written by hand.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a>(&'a [u8]);

impl<'a> Input<'a> {
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn u8(&mut self) -> u8 {
        let Some((&first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        first
    }

    pub fn u16(&mut self) -> u16 {
        u16::from_le_bytes([self.u8(), self.u8()])
    }

    pub fn u32(&mut self) -> u32 {
        u32::from(self.u16()) | u32::from(self.u16()) << 16
    }

    pub fn i32(&mut self) -> i32 {
        self.u32().cast_signed()
    }

    pub fn flag(&mut self) -> bool {
        self.u8() & 1 != 0
    }

    /// A number from `least` to `most`.
    pub fn within(&mut self, least: u32, most: u32) -> u32 {
        let drawn = if most - least < 256 { u32::from(self.u8()) } else { self.u32() };
        least + drawn % (most - least + 1)
    }

    /// A row of the table by its code, so that a seed means the same when the table has grown; of
    /// several with one code the third byte tells which. What is no code is a number of a row.
    pub fn row(&mut self, codes: &[[u8; 2]]) -> usize {
        let code = [self.u8(), self.u8()];
        let which = usize::from(self.u8());
        let rows = codes.iter().enumerate().filter(|(_, other)| **other == code);
        let rows: Vec<usize> = rows.map(|(row, _)| row).collect();
        match rows.get(which % rows.len().max(1)) {
            Some(&row) => row,
            None => usize::from(u16::from_le_bytes(code)) % codes.len(),
        }
    }

    /// The next bytes, fewer at the end.
    pub fn take(&mut self, count: usize) -> &'a [u8] {
        let (taken, rest) = self.0.split_at(count.min(self.0.len()));
        self.0 = rest;
        taken
    }

    pub const fn rest(&self) -> &'a [u8] {
        self.0
    }
}
