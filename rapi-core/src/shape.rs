//! What the arguments of a command look like, for servers: one body reads those of all rows of the
//! table, and what is left to do for a row is to give the numbers their types.

use crate::{Command, Fields, Frame};

/// How an argument is read.
// The numbers are in a [`Shape`]: the width in the lower two bits, and a sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Kind {
    /// 0 or 1.
    Switch = 0,
    /// A decimal number of 8 bits.
    Byte = 1,
    /// A decimal number of 16 bits.
    Half = 2,
    /// A decimal number of 32 bits.
    Word = 3,
    /// A single character.
    Letter = 4,
    /// By [`Command::decode_args`], with all others of the command.
    Apart = 5,
    /// A decimal number of 16 bits that may have a minus sign.
    SignedHalf = 6,
    /// A decimal number of 32 bits that may have a minus sign.
    SignedWord = 7,
}

impl Kind {
    /// Returns how two arguments are read that are read alike. What was read wider than its type
    /// is, the type refuses.
    const fn join(self, other: Self) -> Self {
        match (self, other) {
            (Self::Byte, Self::Half | Self::Word) | (Self::Half, Self::Word) => other,
            (Self::Half | Self::Word, Self::Byte) | (Self::Word, Self::Half) => self,
            (Self::Letter, Self::Switch) | (Self::Switch, Self::Letter) => Self::Letter,
            _ if self as u8 == other as u8 => self,
            _ => Self::Apart,
        }
    }
}

/// The shape of a command's arguments, in a byte: so many of one kind, or a capital letter and a
/// switch behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Shape(u8);

impl Shape {
    /// The most arguments that are read at once.
    pub const MOST: usize = 6;
    /// The command reads its arguments itself.
    pub const APART: Self = Self(0);

    /// Arguments of these kinds.
    pub(crate) const fn of(mut kinds: &[Kind]) -> Self {
        let [first, ..] = kinds else { return Self::APART };
        let (mut kind, mut count) = (*first, 0_u8);
        while let [next, rest @ ..] = kinds {
            kind = kind.join(*next);
            count = count.wrapping_add(1);
            kinds = rest;
        }
        if matches!(kind, Kind::Apart) || count as usize > Self::MOST {
            return Self::APART;
        }
        Self(((kind as u8) << 3) | count)
    }

    /// A capital letter, and a switch behind it.
    pub(crate) const fn switch_after(letter: u8) -> Self {
        Self(letter)
    }

    /// How each argument is read. No shape says [`Kind::Apart`]: that is [`APART`](Self::APART).
    pub(crate) const fn kind(self) -> Kind {
        match self.0 >> 3 {
            1 => Kind::Byte,
            2 => Kind::Half,
            3 => Kind::Word,
            4 => Kind::Letter,
            6 => Kind::SignedHalf,
            7 => Kind::SignedWord,
            _ => Kind::Switch,
        }
    }
}

/// The arguments of a command, which are read before it is known what they mean.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Arguments<'a> {
    fields: Fields<'a>,
    frame: &'a Frame<'a>,
    words: [u32; Shape::MOST],
}

impl<'a> Arguments<'a> {
    /// Begins with the arguments of a frame.
    #[must_use]
    #[inline]
    pub const fn new(frame: &'a Frame<'a>) -> Self {
        Self { fields: Fields::new(frame.rest), frame, words: [0; Shape::MOST] }
    }

    /// Begins again with the first argument.
    #[cfg_attr(target_pointer_width = "16", inline(never))]
    pub const fn restart(&mut self) {
        self.fields.restart(self.frame.rest);
    }

    /// Reads the arguments; `false` if they have not this shape. Those that a command reads itself fit
    /// so far.
    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    pub fn read(&mut self, shape: Shape) -> bool {
        self.restart();
        let fields = &mut self.fields;
        let Shape(mut shape) = shape;
        if shape >= b'A' {
            fields.letter(shape);
            shape = 1;
        }
        let count = shape & 7;
        if count == 0 {
            return true;
        }
        for word in self.words.iter_mut().take(count.into()) {
            #[cfg(target_pointer_width = "16")]
            let scalar = fields.narrow_scalar(shape >> 3);
            #[cfg(not(target_pointer_width = "16"))]
            let scalar = fields.wide_scalar(shape >> 3);
            *word = scalar;
        }
        fields.end().is_ok()
    }

    /// Makes the command whose arguments have been read.
    #[inline]
    pub fn command<C: Command>(&mut self) -> Option<C> {
        if const { matches!(C::SHAPE, Shape(0)) } {
            C::decode_args(&mut self.fields).ok()
        } else {
            C::from_words(&self.words)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Kind::{self, Apart, Byte, Half, Letter, SignedHalf, SignedWord, Switch, Word};
    use super::Shape;

    const ALL: [Kind; 8] = [Switch, Byte, Half, Word, Letter, Apart, SignedHalf, SignedWord];

    #[test]
    fn a_shape_tells_how_many_arguments_are_read_and_how() {
        for kind in ALL.into_iter().filter(|kind| *kind != Apart) {
            for count in 1..=Shape::MOST {
                let shape = Shape::of(&[kind; Shape::MOST][..count]);
                assert_eq!((shape.kind(), usize::from(shape.0 & 7)), (kind, count));
                assert!(shape.0 < b'A', "it would stand for a letter and a switch");
            }
        }
        assert_eq!(Shape::switch_after(b'E'), Shape(b'E'));
    }

    #[test]
    fn numbers_of_different_widths_are_read_as_the_widest_in_any_order() {
        for (kinds, widest) in [
            (&[Byte, Half, Byte][..], Half),
            (&[Half, Byte], Half),
            (&[Byte, Word, Half], Word),
            (&[Word, Byte, Half], Word),
            // A letter holds the digit of a switch.
            (&[Letter, Switch], Letter),
            (&[Switch, Letter], Letter),
        ] {
            assert_eq!(Shape::of(kinds).kind(), widest, "{kinds:?}");
        }
    }

    #[test]
    fn what_is_not_read_alike_is_left_to_the_command() {
        assert_eq!(Shape::of(&[]), Shape::APART);
        assert_eq!(Shape::of(&[Byte; Shape::MOST + 1]), Shape::APART, "there is no place for them");
        for kind in ALL {
            assert_eq!(Shape::of(&[kind, Apart]), Shape::APART, "{kind:?}");
            let signed = [SignedHalf, SignedWord].into_iter().filter(|other| *other != kind);
            for other in signed {
                assert_eq!(Shape::of(&[kind, other]), Shape::APART, "{kind:?}, {other:?}");
            }
        }
        assert_eq!(Shape::of(&[Byte, Switch]), Shape::APART);
        assert_eq!(Shape::of(&[Word, Letter]), Shape::APART);
    }
}
