//! The sun without clouds, on a roof that faces the equator.

/// Slope of the roof in degrees.
const TILT: f64 = 30.0;
/// Light from the sky, as a share of that from the sun.
const DIFFUSE: f64 = 0.1;

pub(super) struct ClearSky {
    latitude: f64,
    /// Latitude at which a level roof would see what this one sees.
    level: f64,
    declination: f64,
}

impl ClearSky {
    pub(super) fn new(latitude: f64, day_of_year: i16) -> Self {
        let season = f64::from(day_of_year + 284) / 365.0 * std::f64::consts::TAU;
        Self {
            latitude: latitude.to_radians(),
            level: (latitude - TILT.copysign(latitude)).to_radians(),
            declination: (23.45 * season.sin()).to_radians(),
        }
    }

    /// Light on the roof in W/m², at an hour of solar time. Beam by Meinel, air mass by Kasten and Young.
    pub(super) fn irradiance(&self, hour: f64) -> f64 {
        let angle = ((hour - 12.0) * 15.0).to_radians();
        let height = |latitude: f64| {
            latitude.sin() * self.declination.sin()
                + latitude.cos() * self.declination.cos() * angle.cos()
        };
        let up = height(self.latitude);
        if up <= 0.0 {
            return 0.0;
        }
        let degrees = up.asin().to_degrees();
        let air_mass = 1.0 / (up + 0.505_72 * (degrees + 6.079_95).powf(-1.636_4));
        let beam = 1353.0 * 0.7_f64.powf(air_mass.powf(0.678));
        beam * (height(self.level).max(0.0) + DIFFUSE)
    }
}
