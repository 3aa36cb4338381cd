//! A number, or the word "none": TOML has no null.

/// A value that can be taken away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Maybe<T> {
    /// There is one.
    Some(T),
    /// There is none; written "none".
    None,
}

impl<T> From<Maybe<T>> for Option<T> {
    fn from(maybe: Maybe<T>) -> Self {
        match maybe {
            Maybe::Some(value) => Some(value),
            Maybe::None => None,
        }
    }
}

#[cfg(feature = "program")]
mod program {
    use std::borrow::Cow;
    use std::fmt;
    use std::marker::PhantomData;

    use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
    use serde::de::{Deserialize, Deserializer, Error, IntoDeserializer, Visitor};
    use serde::{Serialize, Serializer};

    use super::Maybe;

    const NONE: &str = "none";

    struct NumberOrNone<T>(PhantomData<T>);

    impl<'de, T: Deserialize<'de>> Visitor<'de> for NumberOrNone<T> {
        type Value = Maybe<T>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a number or \"none\"")
        }

        fn visit_f64<E: Error>(self, value: f64) -> Result<Maybe<T>, E> {
            T::deserialize(value.into_deserializer()).map(Maybe::Some)
        }

        fn visit_i64<E: Error>(self, value: i64) -> Result<Maybe<T>, E> {
            T::deserialize(value.into_deserializer()).map(Maybe::Some)
        }

        fn visit_u64<E: Error>(self, value: u64) -> Result<Maybe<T>, E> {
            T::deserialize(value.into_deserializer()).map(Maybe::Some)
        }

        fn visit_str<E: Error>(self, word: &str) -> Result<Maybe<T>, E> {
            if word == NONE {
                Ok(Maybe::None)
            } else {
                Err(E::invalid_value(serde::de::Unexpected::Str(word), &self))
            }
        }
    }

    impl<'de, T: Deserialize<'de>> Deserialize<'de> for Maybe<T> {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            deserializer.deserialize_any(NumberOrNone(PhantomData))
        }
    }

    impl<T: Serialize> Serialize for Maybe<T> {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            match self {
                Self::Some(value) => value.serialize(serializer),
                Self::None => serializer.serialize_str(NONE),
            }
        }
    }

    impl<T: JsonSchema> JsonSchema for Maybe<T> {
        fn inline_schema() -> bool {
            true
        }

        fn schema_name() -> Cow<'static, str> {
            format!("Maybe{}", T::schema_name()).into()
        }

        fn json_schema(generator: &mut SchemaGenerator) -> Schema {
            json_schema!({ "anyOf": [generator.subschema_for::<T>(), { "const": NONE }] })
        }
    }
}
