//! Days that never were: clear sky by latitude and date, clouds, and what a household takes.
//!
//! The same seed gives the same days. They are a simple model, for tests and demonstrations; recorded days decide.

mod clouds;
mod household;
mod random;
mod sky;

use jiff::civil::Date;

use self::clouds::Clouds;
use self::household::Household;
use self::random::Random;
use self::sky::ClearSky;
use crate::day::{Day, Row};

/// Seconds between two rows.
const STEP_S: u32 = 10;
const DAY_S: u32 = 86_400;

/// Where and what the days are.
#[derive(Clone, Copy, Debug)]
pub struct Site {
    /// Latitude in degrees, north is positive.
    pub latitude: f64,
    /// Power of the solar generator in full sun, in watts.
    pub peak_w: f64,
    /// The sky; every day its own if there is none.
    pub weather: Option<Weather>,
}

/// What a day's sky is like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Weather {
    /// No cloud all day.
    Clear,
    /// Long sun, short clouds.
    Fair,
    /// Sun and clouds in turn, every few minutes.
    Broken,
    /// Grey all day.
    Overcast,
}

impl Weather {
    fn draw(random: &mut Random) -> Self {
        match random.below(100) {
            0..20 => Self::Clear,
            20..45 => Self::Fair,
            45..75 => Self::Broken,
            _ => Self::Overcast,
        }
    }
}

/// Returns `count` days from `first` on.
///
/// # Errors
/// The calendar ends.
pub fn days(site: &Site, first: Date, seed: u64, count: u32) -> anyhow::Result<Vec<Day>> {
    let mut days = Vec::new();
    let mut date = first;
    for index in 0..count {
        days.push(day(site, date, seed, index));
        date = date.tomorrow()?;
    }
    Ok(days)
}

fn day(site: &Site, date: Date, seed: u64, index: u32) -> Day {
    let mut random = Random::new(seed, index);
    let weather = Weather::draw(&mut random);
    let mut clouds = Clouds::new(site.weather.unwrap_or(weather), random.fork());
    let household = Household::new(random.fork());
    let sky = ClearSky::new(site.latitude, date.day_of_year());
    let rows = (0..DAY_S)
        .step_by(STEP_S as usize)
        .map(|at_s| {
            let sun = sky.irradiance(f64::from(at_s) / 3600.0) / 1000.0 * clouds.at(at_s);
            #[allow(clippy::cast_possible_truncation, reason = "watts of a house")]
            let solar_w = (site.peak_w * SYSTEM * sun).round() as i32;
            Row { at_s, solar_w, house_w: household.at(at_s) }
        })
        .collect();
    Day::new(format!("{date}-s{seed}"), rows, DAY_S)
}

/// What an inverter and warm panels leave of the power on the label.
const SYSTEM: f64 = 0.87;

#[cfg(test)]
mod tests {
    use super::*;

    const SITE: Site = Site { latitude: 50.0, peak_w: 5000.0, weather: None };

    fn kwh(day: &Day, power: impl Fn(&Row) -> i32) -> f64 {
        day.rows().iter().map(|row| f64::from(power(row))).sum::<f64>() * 10.0 / 3.6e6
    }

    fn at(year_day: &str, weather: Weather) -> Day {
        let site = Site { weather: Some(weather), ..SITE };
        days(&site, year_day.parse().unwrap(), 1, 1).unwrap().remove(0)
    }

    #[test]
    fn a_seed_gives_the_same_days_and_another_one_others() {
        let first = "2026-05-01".parse().unwrap();
        let some = days(&SITE, first, 7, 3).unwrap();
        assert_eq!(some, days(&SITE, first, 7, 3).unwrap());
        assert_eq!(some[0], days(&SITE, first, 7, 1).unwrap()[0]);
        assert_ne!(some[0].rows(), days(&SITE, first, 8, 1).unwrap()[0].rows());
        assert_ne!(some[0].rows(), some[1].rows());
    }

    #[test]
    fn summer_is_longer_than_winter_and_clear_is_more_than_grey() {
        let solar = |day: &Day| kwh(day, |row| row.solar_w);
        let summer = solar(&at("2026-06-21", Weather::Clear));
        let winter = solar(&at("2026-12-21", Weather::Clear));
        // 5 kWp at 50 degrees north: 30 to 40 kWh on a clear day of June, a quarter to a half of it in December.
        assert!((30.0..40.0).contains(&summer), "{summer}");
        assert!((summer * 0.2..summer * 0.5).contains(&winter), "{winter}");
        let grey = solar(&at("2026-06-21", Weather::Overcast));
        assert!(grey < summer * 0.4, "{grey}");
        let south = Site { latitude: -50.0, weather: Some(Weather::Clear), ..SITE };
        let june = days(&south, "2026-06-21".parse().unwrap(), 1, 1).unwrap();
        assert!(solar(&june[0]) < summer * 0.5);
        let day = at("2026-06-21", Weather::Clear);
        assert_eq!((day.rows()[0].solar_w, day.rows().last().unwrap().solar_w), (0, 0));
    }

    #[test]
    fn a_household_takes_some_kilowatt_hours_with_peaks() {
        for seed in 0..50 {
            let day = &days(&SITE, "2026-05-01".parse().unwrap(), seed, 1).unwrap()[0];
            let house = kwh(day, |row| row.house_w);
            assert!((4.0..20.0).contains(&house), "{house}");
            let peak = day.rows().iter().map(|row| row.house_w).max().unwrap();
            assert!((1_500..9_000).contains(&peak), "{peak}");
        }
    }
}
