//! Lists of numbers.

use std::str::FromStr;

/// Numbers: with commas between them, or `FROM..TO:STEP`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct List(pub Vec<u16>);

impl FromStr for List {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is no list: 10,20,40 or 800..950:25 is one");
        let mut numbers = Vec::new();
        for part in text.split(',') {
            let Some((from, rest)) = part.split_once("..") else {
                numbers.push(part.trim().parse().map_err(|_| wrong())?);
                continue;
            };
            let (to, step) = rest.split_once(':').ok_or_else(wrong)?;
            let parse = |number: &str| number.trim().parse::<u16>().map_err(|_| wrong());
            let (from, to, step) = (parse(from)?, parse(to)?, parse(step)?);
            if step == 0 || from > to {
                return Err(wrong());
            }
            numbers.extend((from..=to).step_by(step.into()));
        }
        Ok(Self(numbers))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_ranges_may_be_mixed() {
        assert_eq!("5".parse(), Ok(List(vec![5])));
        assert_eq!("1,10..20:5, 7".parse(), Ok(List(vec![1, 10, 15, 20, 7])));
        for wrong in ["", "a", "1,", "5..1:1", "1..5:0", "1..5", "-1", "70000"] {
            assert!(wrong.parse::<List>().is_err(), "{wrong}");
        }
    }
}
