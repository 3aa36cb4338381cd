//! What the fuzz targets share: values of the table made from bytes, and a slow second opinion on
//! lines.

mod input;
pub mod oracle;
mod sample;

pub use input::Input;
pub use sample::{Sample, out_of_range};
