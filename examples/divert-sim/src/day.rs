//! A day: what the roof makes and what the house takes, in steps.

use std::path::Path;

use anyhow::{Context as _, bail};

/// What holds from its time to that of the next row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// Seconds since the begin of the day.
    pub at_s: u32,
    /// Power of the solar generator in watts.
    pub solar_w: i32,
    /// Power that the house takes without the car, in watts.
    pub house_w: i32,
}

impl Row {
    /// Returns the power at the grid connection without the car: + import, - export.
    #[must_use]
    pub const fn net_w(&self) -> i32 {
        self.house_w - self.solar_w
    }
}

/// A day, piecewise constant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Day {
    /// For tables: the name of the file, or the seed.
    pub name: String,
    rows: Vec<Row>,
    end_s: u32,
}

/// More than any house connection; sums stay far inside their types.
const MOST_WATTS: f64 = 1e6;

/// Seconds of a leap year.
const LONGEST_S: u32 = 366 * 86_400;

/// For how long the last row of a file holds.
const LAST_ROW_S: u32 = 60;

impl Day {
    /// Returns a day of `rows`, in order and at least one, that ends at `end_s`.
    ///
    /// # Panics
    /// If there are no rows, or the last one does not come before the end.
    #[must_use]
    pub fn new(name: impl Into<String>, rows: Vec<Row>, end_s: u32) -> Self {
        assert!(rows.last().is_some_and(|last| last.at_s < end_s), "a day has a row and an end");
        Self { name: name.into(), rows, end_s }
    }

    /// Returns the rows.
    #[must_use]
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// Returns the time of the first row in seconds.
    #[must_use]
    pub fn start_s(&self) -> u32 {
        self.rows.first().map_or(0, |row| row.at_s)
    }

    /// Returns the time in seconds at which the last row ends.
    #[must_use]
    pub const fn end_s(&self) -> u32 {
        self.end_s
    }

    /// Reads a CSV file. `house_w` is taken where the file says nothing about the house.
    ///
    /// # Errors
    /// The file cannot be read, or a line makes no sense: says which and what is expected.
    pub fn read(path: &Path, house_w: i32) -> anyhow::Result<Self> {
        let text = std::fs::read_to_string(path)
            .with_context(|| format!("cannot read {}", path.display()))?;
        let name = path.file_stem().unwrap_or(path.as_os_str()).to_string_lossy();
        Self::parse(&name, &text, house_w).with_context(|| path.display().to_string())
    }

    /// Takes the columns `t_s`, `solar_w`, and one of `house_w` and `grid_ie_w_without_ev` if it is
    /// there.
    fn parse(name: &str, text: &str, house_w: i32) -> anyhow::Result<Self> {
        let mut lines = (1..).zip(text.lines());
        let header = lines.next().map_or("", |(_, header)| header.trim_start_matches('\u{feff}'));
        let columns: Vec<&str> = header.split(',').map(str::trim).collect();
        let column = |wanted: &str| columns.iter().position(|column| *column == wanted);
        let (Some(t_s), Some(solar_w)) = (column("t_s"), column("solar_w")) else {
            bail!(
                "line 1: the header needs the columns t_s and solar_w, for instance\n  \
                 t_s,solar_w,house_w"
            );
        };
        let (house, grid) = (column("house_w"), column("grid_ie_w_without_ev"));
        let mut rows: Vec<Row> = Vec::new();
        for (number, line) in lines.filter(|(_, line)| !line.trim().is_empty()) {
            let row = (|| {
                let cells: Vec<&str> = line.split(',').map(str::trim).collect();
                let solar = watts(&cells, solar_w, "solar_w")?.context("solar_w is empty")?;
                let house = match house {
                    Some(house) => watts(&cells, house, "house_w")?,
                    None => None,
                };
                let grid = match grid {
                    Some(grid) => watts(&cells, grid, "grid_ie_w_without_ev")?,
                    None => None,
                };
                let at_s: u32 = cell(&cells, t_s, "t_s")?.parse().ok().with_context(|| {
                    format!("t_s is `{}`, expected are whole seconds", cells[t_s])
                })?;
                if let Some(before) = rows.last().filter(|before| before.at_s >= at_s) {
                    bail!("t_s is {at_s} after {}: the time must grow", before.at_s);
                }
                let first_s = rows.first().map_or(at_s, |first| first.at_s);
                if at_s - first_s > LONGEST_S {
                    bail!("t_s is {at_s}, more than a year after {first_s}: seconds are expected");
                }
                let house_w = house.or(grid.map(|grid| grid + solar)).unwrap_or(house_w);
                anyhow::Ok(Row { at_s, solar_w: solar, house_w })
            })();
            rows.push(row.with_context(|| format!("line {number}"))?);
        }
        let last = rows.last().context("there are no rows after the header")?;
        let end_s = last.at_s.checked_add(LAST_ROW_S).context("the last t_s is too large")?;
        Ok(Self::new(name, rows, end_s))
    }
}

fn cell<'a>(cells: &[&'a str], index: usize, name: &str) -> anyhow::Result<&'a str> {
    cells.get(index).copied().with_context(|| {
        format!("{} cells, but {name} is column {} of the header", cells.len(), index + 1)
    })
}

fn watts(cells: &[&str], index: usize, name: &str) -> anyhow::Result<Option<i32>> {
    let text = cell(cells, index, name)?;
    if text.is_empty() {
        return Ok(None);
    }
    let watts: Option<f64> = text.parse().ok().filter(|watts: &f64| watts.abs() <= MOST_WATTS);
    let watts = watts.with_context(|| format!("{name} is `{text}`, expected are watts"))?;
    #[allow(clippy::cast_possible_truncation, reason = "checked above")]
    Ok(Some(watts.round() as i32))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_may_come_in_any_order_and_the_house_from_the_grid() {
        let text = "x,solar_w,t_s,grid_ie_w_without_ev\n1,1000,0,-400\n1,900.6,60,\n";
        let day = Day::parse("d", text, 300).unwrap();
        let rows = [
            Row { at_s: 0, solar_w: 1000, house_w: 600 },
            Row { at_s: 60, solar_w: 901, house_w: 300 },
        ];
        assert_eq!(day, Day::new("d", rows.to_vec(), 120));
    }

    #[test]
    fn a_wrong_line_is_named_with_what_is_expected() {
        for (text, message) in [
            ("", "line 1: the header needs the columns t_s and solar_w"),
            ("t_s,solar_w\n", "there are no rows"),
            ("t_s,solar_w\n0,1\n60,x\n", "line 3: solar_w is `x`, expected are watts"),
            ("t_s,solar_w\n0,1\n60,\n", "line 3: solar_w is empty"),
            ("t_s,solar_w\n0,1\n60,1e9\n", "line 3: solar_w is `1e9`"),
            ("t_s,solar_w\n0,1\n60\n", "line 3: 1 cells, but solar_w is column 2"),
            ("t_s,solar_w\n0,1\n\n0,5\n", "line 4: t_s is 0 after 0: the time must grow"),
            ("t_s,solar_w\n0,1\n60000000,1\n", "line 3: t_s is 60000000, more than a year"),
            ("t_s,solar_w\n4294967295,1\n", "the last t_s is too large"),
            ("t_s,solar_w\n0:00,1\n", "line 2: t_s is `0:00`, expected are whole seconds"),
        ] {
            let error = format!("{:#}", Day::parse("d", text, 0).unwrap_err());
            assert!(error.contains(message), "{error}");
        }
    }
}
