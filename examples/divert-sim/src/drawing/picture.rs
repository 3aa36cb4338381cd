//! The day as SVG or PNG.

use std::fs::File;
use std::io::BufWriter;
use std::path::Path;
use std::sync::Once;

use anyhow::{Context as _, bail};
use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::{FontStyle, register_font};

use super::{Kind, Sketch, Slice, State, clock};

const SOLAR: RGBColor = RGBColor(253, 216, 120);
const SOLAR_EDGE: RGBColor = RGBColor(214, 145, 0);
const HOUSE: RGBColor = RGBColor(150, 155, 162);
const EV: RGBColor = RGBColor(58, 125, 190);
const GRID: RGBColor = RGBColor(205, 50, 50);
const PAUSE: RGBColor = RGBColor(228, 230, 233);
const LEAST_OFF: RGBColor = RGBColor(190, 194, 200);
const CHARGE: RGBColor = RGBColor(168, 203, 236);
const LEAST_ON: RGBColor = RGBColor(240, 190, 160);
const START: RGBColor = RGBColor(30, 140, 60);
const TEXT: RGBColor = RGBColor(50, 54, 60);

/// Starts and stops that are written out below.
const LINES: usize = 8;
const MARGIN: i32 = 56;

/// Draws a day into a file; its ending says how.
///
/// # Errors
/// The ending is neither `.svg` nor `.png`, or the file cannot be written.
pub fn draw(sketch: &Sketch, path: &Path, size: (u32, u32)) -> anyhow::Result<()> {
    static FONT: Once = Once::new();
    FONT.call_once(|| {
        // The font is part of the program: it can be read.
        let _ = register_font("sans-serif", FontStyle::Normal, epaint_default_fonts::UBUNTU_LIGHT);
    });
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    let cannot = || format!("cannot write {}", path.display());
    match ending {
        "svg" => {
            let mut text = String::new();
            layout(sketch, &SVGBackend::with_string(&mut text, size).into_drawing_area())?;
            std::fs::write(path, text).with_context(cannot)
        }
        "png" => {
            let mut pixels = vec![0; size.0 as usize * size.1 as usize * 3];
            layout(sketch, &BitMapBackend::with_buffer(&mut pixels, size).into_drawing_area())?;
            let file = BufWriter::new(File::create(path).with_context(cannot)?);
            let mut encoder = png::Encoder::new(file, size.0, size.1);
            encoder.set_color(png::ColorType::Rgb);
            encoder.set_compression(png::Compression::High);
            encoder.write_header()?.write_image_data(&pixels).with_context(cannot)
        }
        _ => bail!("{}: a picture ends in .svg or .png", path.display()),
    }
}

type Area<B> = DrawingArea<B, Shift>;

fn layout<B: DrawingBackend>(sketch: &Sketch, area: &Area<B>) -> anyhow::Result<()>
where
    B::ErrorType: 'static,
{
    area.fill(&WHITE)?;
    let (width, height) = area.dim_in_pixel();
    let lines = sketch.switches().count().min(LINES).div_ceil(2);
    let below = 68 + i32::try_from(lines)? * 18;
    let (top, rest) = area.split_vertically(62);
    let (middle, bottom) = rest.split_vertically(i32::try_from(height)? - 62 - below);

    let title = format!("{}, rule {}", sketch.day, sketch.rule);
    top.draw(&Text::new(title, (MARGIN, 8), font(20)))?;
    top.draw(&Text::new(sketch.summary(), (MARGIN, 34), font(15)))?;

    let slices = sketch.slices((width as usize).saturating_sub(MARGIN as usize + 16) / 3);
    powers(sketch, &slices, &middle)?;
    reasons(sketch, &bottom)?;
    area.present()?;
    Ok(())
}

fn font(size: i32) -> TextStyle<'static> {
    ("sans-serif", size).into_font().color(&TEXT)
}

fn powers<B: DrawingBackend>(
    sketch: &Sketch,
    slices: &[Slice],
    area: &Area<B>,
) -> anyhow::Result<()>
where
    B::ErrorType: 'static,
{
    let (first, last) = sketch.hours;
    let most = slices.iter().map(|slice| slice.solar.max(slice.taken())).fold(1000.0, f64::max);
    let mut chart = ChartBuilder::on(area)
        .margin_right(16)
        .x_label_area_size(22)
        .y_label_area_size(MARGIN)
        .build_cartesian_2d(first..last, 0.0..most / 1000.0 * 1.12)?;
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "hours of a day")]
    let labels = (last - first) as usize + 1;
    chart
        .configure_mesh()
        .light_line_style(TRANSPARENT)
        .bold_line_style(RGBColor(232, 234, 237))
        .axis_style(RGBColor(150, 155, 160))
        .x_labels(labels.min(18))
        .y_labels(6)
        .x_label_formatter(&|hour| clock(*hour))
        .y_label_formatter(&|power| match power.fract() {
            part if part < 0.05 => format!("{power:.0} kW"),
            _ => format!("{power:.1} kW"),
        })
        .label_style(font(13))
        .draw()?;

    #[allow(clippy::cast_precision_loss, reason = "a few hundred")]
    let hour = |index: usize| first + (last - first) * index as f64 / slices.len() as f64;
    // Steps: a slice holds its power from its begin to its end.
    let outline = |power: &dyn Fn(&Slice) -> f64| -> Vec<(f64, f64)> {
        let steps = slices.iter().enumerate();
        let steps =
            steps.flat_map(|(at, slice)| [at, at + 1].map(|at| (at, power(slice) / 1000.0)));
        simplify(steps.map(|(at, power)| (hour(at), power)))
    };
    let area_below = |power: &dyn Fn(&Slice) -> f64| {
        let mut points = outline(power);
        points.extend([(last, 0.0), (first, 0.0)]);
        points
    };
    let solar = |slice: &Slice| slice.solar;
    // Each one covers what the next one leaves free.
    for (points, colour) in [
        (area_below(&solar), SOLAR),
        (area_below(&Slice::taken), GRID),
        (area_below(&|slice| slice.house + slice.ev_sun), EV),
        (area_below(&|slice| slice.house), HOUSE),
    ] {
        chart.draw_series([Polygon::new(points, colour.filled())])?;
    }
    chart.draw_series([PathElement::new(outline(&solar), SOLAR_EDGE)])?;
    legend(
        area,
        6,
        &[
            ("sun", SOLAR),
            ("house", HOUSE),
            ("car, from the sun", EV),
            ("car, from the grid", GRID),
        ],
    )
}

/// Leaves out the points that lie on the straight line between their neighbours.
fn simplify(points: impl Iterator<Item = (f64, f64)>) -> Vec<(f64, f64)> {
    let mut kept: Vec<(f64, f64)> = Vec::new();
    for point in points {
        #[allow(clippy::float_cmp, reason = "copies of the same number")]
        if matches!(kept[..], [.., (_, a), (_, b)] if a == b && b == point.1) {
            kept.pop();
        }
        kept.push(point);
    }
    kept
}

fn legend<B: DrawingBackend>(
    area: &Area<B>,
    y: i32,
    entries: &[(&str, RGBColor)],
) -> anyhow::Result<()>
where
    B::ErrorType: 'static,
{
    let mut x = MARGIN + 10;
    for (text, colour) in entries {
        area.draw(&Rectangle::new([(x, y), (x + 12, y + 12)], colour.filled()))?;
        area.draw(&Text::new((*text).to_owned(), (x + 17, y), font(14)))?;
        let (width, _) = area.estimate_text_size(text, &font(14))?;
        x += 34 + i32::try_from(width)?;
    }
    Ok(())
}

/// A strip of states with the changes on it, its legend, and the starts and stops in words.
fn reasons<B: DrawingBackend>(sketch: &Sketch, area: &Area<B>) -> anyhow::Result<()>
where
    B::ErrorType: 'static,
{
    const STRIP: (i32, i32) = (4, 26);
    let (width, _) = area.dim_in_pixel();
    let right = i32::try_from(width)? - 16;
    let (first, last) = sketch.hours;
    #[allow(clippy::cast_possible_truncation, reason = "pixels")]
    let x = |hour: f64| {
        let share = ((hour - first) / (last - first)).clamp(0.0, 1.0);
        MARGIN + (f64::from(right - MARGIN) * share).round() as i32
    };
    area.draw(&Text::new("why", (MARGIN - 32, STRIP.0 + 4), font(14)))?;
    let ends = sketch.states.iter().skip(1).map(|(hour, _)| *hour).chain([last]);
    for ((hour, state), end) in sketch.states.iter().zip(ends) {
        let colour = match state {
            State::Pause => PAUSE,
            State::Charge => CHARGE,
            State::LeastOn => LEAST_ON,
            State::LeastOff => LEAST_OFF,
        };
        let corners = [(x(*hour), STRIP.0), (x(end), STRIP.1)];
        area.draw(&Rectangle::new(corners, colour.filled()))?;
    }
    let mut drawn = None;
    for event in &sketch.events {
        let at = x(event.hour);
        if drawn.replace((at, event.kind)) == Some((at, event.kind)) {
            continue;
        }
        let (colour, from, to, wide) = match event.kind {
            Kind::Start => (START, STRIP.0 - 4, STRIP.1, 2),
            Kind::Stop => (GRID, STRIP.0, STRIP.1 + 4, 2),
            Kind::More => (EV, STRIP.0, STRIP.0 + 10, 1),
            Kind::Less => (TEXT, STRIP.1 - 10, STRIP.1, 1),
        };
        area.draw(&Rectangle::new([(at, from), (at + wide, to)], colour.filled()))?;
    }
    legend(
        area,
        STRIP.1 + 12,
        &[
            ("pause", PAUSE),
            ("least time off", LEAST_OFF),
            ("charge", CHARGE),
            ("least time on", LEAST_ON),
            ("start", START),
            ("stop", GRID),
            ("more", EV),
            ("less", TEXT),
        ],
    )?;
    let count = sketch.switches().count();
    let half = i32::try_from(count.min(LINES).div_ceil(2))?;
    for (index, event) in (0..).zip(sketch.switches().take(LINES)) {
        let (column, line) = (index / half, index % half);
        let mut text = format!("{}  {}", clock(event.hour), event.text);
        if count > LINES && usize::try_from(index)? == LINES - 1 {
            text = format!("and {} more starts and stops", count - LINES + 1);
        }
        let at = (MARGIN + 10 + column * (right - MARGIN) / 2, STRIP.1 + 34 + line * 18);
        area.draw(&Text::new(text, at, font(14)))?;
    }
    Ok(())
}
