//! What a temperature sensor of the cable is.

use super::DeciCelsius;
use crate::form::field_infos;
use crate::{Field, Fields, Form, Writer};

/// The properties of a thermistor: four fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Thermistor {
    /// Its resistance at 25 °C, in ohms.
    pub r25: u32,
    /// Its beta, in kelvins.
    pub beta: u32,
    /// What to add to the reading.
    pub offset: DeciCelsius,
    /// Where charging stops.
    pub panic: DeciCelsius,
}

impl Field for Thermistor {
    const FORM: Form = Form::Group(field_infos! {
        /// Its resistance at 25 °C, in ohms.
        r25: u32,
        /// Its beta, in kelvins.
        beta: u32,
        /// What to add to the reading.
        offset: DeciCelsius,
        /// Where charging stops.
        panic: DeciCelsius,
    });

    fn read(fields: &mut Fields<'_>) -> Self {
        Self {
            r25: fields.read(),
            beta: fields.read(),
            offset: fields.read(),
            panic: fields.read(),
        }
    }

    fn encode(&self, writer: &mut Writer<'_>) {
        self.r25.encode(writer);
        self.beta.encode(writer);
        self.offset.encode(writer);
        self.panic.encode(writer);
    }
}
