//! What is done to a station from outside: one type for lines of a person, HTTP and scenarios.

mod apply;
mod check;
mod maybe;
mod words;

pub(crate) use check::inside;
pub use maybe::Maybe;
pub use words::{CAR_HELP, Word};

/// Declares the commands, so that their names are written once.
macro_rules! commands {
    ($($(#[doc = $doc:literal])+ $name:literal => $Variant:ident($Type:ident),)+) => {
        /// Something that is done to a station from outside: to its car, its sensors, its line.
        ///
        /// What is left out of a command stays as it is.
        ///
        /// ```
        /// use rapi_sim::{Command, Config, Station, VehicleChange};
        ///
        /// let mut station = Station::new(Config::default());
        /// let plug = VehicleChange { connected: Some(true), ..VehicleChange::default() };
        /// station.command(&Command::Vehicle(plug), 5000)?;
        /// # Ok::<(), String>(())
        /// ```
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub enum Command {
            $($(#[doc = $doc])+ $Variant($Type),)+
        }

        impl Command {
            /// The names of all commands: paths of HTTP, keys of scenarios, words of a person.
            pub const NAMES: &'static [&'static str] = &[$($name),+];

            /// Returns its name.
            #[must_use]
            pub const fn name(&self) -> &'static str {
                match self {
                    $(Self::$Variant(_) => $name,)+
                }
            }
        }

        #[cfg(feature = "program")]
        impl Command {
            /// Reads the body of the command of this name.
            pub(crate) fn named<'de, D: serde::Deserializer<'de>>(
                name: &str,
                body: D,
            ) -> Result<Self, D::Error> {
                match name {
                    $($name => serde::Deserialize::deserialize(body).map(Self::$Variant),)+
                    _ => Err(serde::de::Error::custom(Self::unknown(name))),
                }
            }

            /// Returns its body, as the control interface takes it.
            fn body(&self) -> serde_json::Value {
                match self {
                    $(Self::$Variant(body) => serde_json::json!(body),)+
                }
            }

            /// Returns the name, the description and the schema of each command.
            pub(crate) fn schemas(
                generator: &mut schemars::SchemaGenerator,
            ) -> Vec<(&'static str, &'static str, schemars::Schema)> {
                vec![$((
                    $name,
                    concat!($($doc),+).trim_ascii(),
                    generator.subschema_for::<$Type>(),
                )),+]
            }
        }
    };
}

commands! {
    /// Plugs a car in or out, and says what it is and wants.
    "vehicle" => Vehicle(VehicleChange),
    /// Breaks and mends: residual current, earth, relay, diode.
    "faults" => Faults(Faults),
    /// Sets what the temperature sensors measure.
    "temperatures" => Temperatures(Temperatures),
    /// Connects the station to other mains.
    "supply" => Supply(Supply),
    /// Presses the button.
    "button" => Button(Button),
    /// Sets the clock, the speed of time, or lets time pass at once.
    "time" => Time(Time),
    /// Makes the serial line lose, corrupt, repeat or delay.
    "line" => Line(LineChange),
    /// Switches the power off and on: what is not in the EEPROM is gone.
    "restart" => Restart(PowerCycle),
}

/// Declares a struct of optional fields with what serde and the schema need.
macro_rules! changes {
    ($($(#[$of:meta])* $Type:ident { $($(#[$meta:meta])* $field:ident: $F:ty,)* })+) => { $(
        $(#[$of])*
        #[derive(Clone, Debug, Default, PartialEq)]
        #[cfg_attr(feature = "program", derive(
            serde::Deserialize, serde::Serialize, schemars::JsonSchema
        ))]
        #[cfg_attr(feature = "program", serde(deny_unknown_fields, default))]
        pub struct $Type {
            $(
                $(#[$meta])*
                #[cfg_attr(feature = "program", serde(skip_serializing_if = "Option::is_none"))]
                pub $field: Option<$F>,
            )*
        }
    )+ };
}

changes! {
    /// What changes about the car.
    VehicleChange {
        /// Whether the plug is in.
        connected: bool,
        /// What the car asks for. Without it a car that is told its state of charge asks for
        /// energy, and another one for nothing when it is plugged in.
        wants: Wants,
        /// The state of charge of its battery, in percent.
        soc: f64,
        /// The capacity of its battery, in watt-hours; 0 is one that never gets full. A car that is
        /// told its state of charge has 60,000 if nothing else was said.
        capacity_wh: f64,
        /// The least that its charger takes, in amps: 6 to 80.
        min_amps: u8,
        /// The most that its charger takes, in amps: 6 to 80.
        max_amps: u8,
        /// How fast it draws more, in amps a second; "none" is at once.
        ramp_amps_per_s: Maybe<f64>,
        /// After how long without an offer it falls asleep, in seconds; "none" is never.
        patience_s: Maybe<u64>,
        /// Whether a new offer wakes it up.
        wakes: bool,
        /// What it draws whatever is offered, in milliamps; "none" is what it is offered.
        draws_ma: Maybe<i32>,
    }

    /// What breaks (true) or is mended (false).
    Faults {
        /// A residual current: the GFCI trips.
        gfi: bool,
        /// The GFCI does not answer its self test.
        gfi_self_test: bool,
        /// The protective earth is interrupted.
        no_ground: bool,
        /// The contacts of the relay are welded together.
        stuck_relay: bool,
        /// The diode in the car's inlet is shorted.
        diode: bool,
    }

    /// What the sensors measure, in degrees Celsius; "none" is a sensor that is not there.
    Temperatures {
        /// Beside the clock chip.
        ds3231: Maybe<f64>,
        /// On the board.
        mcp9808: Maybe<f64>,
        /// By infrared.
        tmp007: Maybe<f64>,
    }

    /// The mains.
    Supply {
        /// The service level: 1 is 120 V, 2 is 240 V.
        level: u8,
    }

    /// The button.
    Button {
        /// How long it is held, in milliseconds: 100 without it, 60,000 at most.
        hold_ms: u64,
    }

    /// The station's time.
    Time {
        /// What the clock chip says: local time as 2024-06-01T08:00:00.
        clock: String,
        /// Lets this much time pass at once, in seconds: 604,800 (a week) at most.
        advance_s: f64,
        /// How many times faster than real time passes: 0.01 to 100,000.
        speed: f64,
    }

    /// What the serial line does to bytes, in both directions.
    LineChange {
        /// The probability that a byte is lost: 0 to 1.
        loss: f64,
        /// The probability that a bit of a byte is flipped: 0 to 1.
        corruption: f64,
        /// The probability that what arrives together arrives twice: 0 to 1.
        duplication: f64,
        /// The longest delay, in milliseconds; each piece waits a random part of it. 60,000 at
        /// most.
        delay_ms: u64,
    }

    /// Power off and on.
    PowerCycle {
    }
}

/// What a car asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "program",
    derive(serde::Deserialize, serde::Serialize, schemars::JsonSchema),
    serde(rename_all = "snake_case")
)]
pub enum Wants {
    /// Nothing: state B.
    Nothing,
    /// Energy: state C.
    Energy,
    /// Energy, and ventilation of the room: state D.
    Ventilation,
}

#[cfg(feature = "program")]
impl Command {
    /// Says that there is no command of this name.
    pub(crate) fn unknown(name: &str) -> String {
        format!("there is no {name:?}; take one of {}", Self::NAMES.join(", "))
    }

    /// Returns the command as a person would type it.
    #[must_use]
    pub fn describe(&self) -> String {
        let mut text = self.name().to_owned();
        if let serde_json::Value::Object(fields) = self.body() {
            for (field, value) in fields {
                let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                text.push_str(&format!(" {field}={value}"));
            }
        }
        text
    }
}
