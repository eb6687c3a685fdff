//! The one way from a JSON value to a type of this core: bodies, arguments, reasons. A derived reader is made anew for
//! each kind of source, and for structs twice, out of a map and out of a list; the phone has to load all of that. So
//! there is one kind of source, and here a struct is a map only, which is how this core writes it.
//! Never reads text: `serde_json` does.

use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, Error as _, MapAccess, SeqAccess, Unexpected, VariantAccess,
    Visitor,
};
use serde::{Deserialize, forward_to_deserialize_any};
use serde_json::{Error, Value};

/// Reads a type out of a value.
///
/// # Errors
/// When the value is not of this form.
// never inlined: whoever reads one type would otherwise load the readers of all, and a phone compiles what it loads
#[inline(never)]
pub fn read<'de, T: Deserialize<'de>>(value: &'de Value) -> Result<T, Error> {
    T::deserialize(Plain::Value(value))
}

/// Reads an enum whose variant and content stand apart; no content is `null`.
pub(crate) fn read_apart<'de, T: Deserialize<'de>>(
    variant: &'de str,
    content: &'de Value,
) -> Result<T, Error> {
    T::deserialize(Apart { variant, content })
}

/// A value, or the key of a map.
#[derive(Clone, Copy)]
enum Plain<'de> {
    Value(&'de Value),
    Key(&'de str),
}

impl<'de> Plain<'de> {
    fn text(self) -> Option<&'de str> {
        match self {
            Self::Value(value) => value.as_str(),
            Self::Key(key) => Some(key),
        }
    }

    /// Says that something else was expected.
    #[cold]
    fn wrong<T>(self, expected: &dyn serde::de::Expected) -> Result<T, Error> {
        let found = match self {
            Self::Key(key) => Unexpected::Str(key),
            Self::Value(value) => match value {
                Value::Null => Unexpected::Unit,
                Value::Bool(it) => Unexpected::Bool(*it),
                Value::String(it) => Unexpected::Str(it),
                Value::Array(_) => Unexpected::Seq,
                Value::Object(_) => Unexpected::Map,
                Value::Number(it) => match (it.as_u64(), it.as_i64()) {
                    (Some(it), _) => Unexpected::Unsigned(it),
                    (None, Some(it)) => Unexpected::Signed(it),
                    (None, None) => Unexpected::Other("fraction"),
                },
            },
        };
        Err(Error::invalid_type(found, expected))
    }

    fn number<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self {
            Self::Value(Value::Number(it)) => it.deserialize_any(visitor),
            other => other.wrong(&visitor),
        }
    }
}

macro_rules! same {
    ($way:ident: $($method:ident)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> { self.$way(visitor) })*
    };
}

impl<'de> Deserializer<'de> for Plain<'de> {
    type Error = Error;

    same! { number:
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128
        deserialize_f32 deserialize_f64
    }

    forward_to_deserialize_any! { bytes byte_buf }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self {
            Self::Key(key) => visitor.visit_borrowed_str(key),
            Self::Value(value) => match value {
                Value::Null => visitor.visit_unit(),
                Value::Bool(it) => visitor.visit_bool(*it),
                Value::Number(it) => it.deserialize_any(visitor),
                Value::String(it) => visitor.visit_borrowed_str(it),
                Value::Array(_) => self.deserialize_seq(visitor),
                Value::Object(_) => self.deserialize_map(visitor),
            },
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self {
            Self::Value(Value::Bool(it)) => visitor.visit_bool(*it),
            other => other.wrong(&visitor),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.text() {
            Some(text) => visitor.visit_borrowed_str(text),
            None => self.wrong(&visitor),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_str(visitor)
    }

    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_str(visitor)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self {
            Self::Value(Value::Null) => visitor.visit_none(),
            some => visitor.visit_some(some),
        }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self {
            Self::Value(Value::Null) => visitor.visit_unit(),
            other => other.wrong(&visitor),
        }
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let Self::Value(Value::Array(items)) = self else { return self.wrong(&visitor) };
        let mut rest = Items(items.iter());
        let read = visitor.visit_seq(&mut rest)?;
        match rest.0.len() {
            0 => Ok(read),
            _ => Err(Error::invalid_length(items.len(), &"fewer elements in array")),
        }
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let Self::Value(Value::Object(fields)) = self else { return self.wrong(&visitor) };
        visitor.visit_map(Fields { rest: fields.iter(), value: &Value::Null })
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_map(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let (name, content) = match self {
            Self::Value(Value::Object(fields)) if fields.len() == 1 => match fields.iter().next() {
                Some((name, content)) => (name.as_str(), Some(content)),
                None => return self.wrong(&visitor),
            },
            other => match other.text() {
                Some(name) => (name, None),
                None => return other.wrong(&visitor),
            },
        };
        visitor.visit_enum(Variant { name, content })
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }
}

struct Items<'de>(std::slice::Iter<'de, Value>);

impl<'de> SeqAccess<'de> for Items<'de> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        self.0.next().map(|it| seed.deserialize(Plain::Value(it))).transpose()
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.0.len())
    }
}

struct Fields<'de> {
    rest: serde_json::map::Iter<'de>,
    /// What belongs to the key that was read last.
    value: &'de Value,
}

impl<'de> MapAccess<'de> for Fields<'de> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        let Some((key, value)) = self.rest.next() else { return Ok(None) };
        self.value = value;
        seed.deserialize(Plain::Key(key)).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        seed.deserialize(Plain::Value(self.value))
    }
}

struct Variant<'de> {
    name: &'de str,
    content: Option<&'de Value>,
}

impl<'de> EnumAccess<'de> for Variant<'de> {
    type Error = Error;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), Error> {
        seed.deserialize(Plain::Key(self.name)).map(|variant| (variant, self))
    }
}

impl<'de> Variant<'de> {
    fn content(&self) -> Plain<'de> {
        Plain::Value(self.content.unwrap_or(&Value::Null))
    }
}

impl<'de> VariantAccess<'de> for Variant<'de> {
    type Error = Error;

    fn unit_variant(self) -> Result<(), Error> {
        self.content.map_or(Ok(()), |content| <()>::deserialize(Plain::Value(content)))
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Error> {
        seed.deserialize(self.content())
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Error> {
        self.content().deserialize_seq(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.content().deserialize_map(visitor)
    }
}

/// Variant and content in this order, so that a reader never has to keep content for later.
struct Apart<'de> {
    variant: &'de str,
    content: &'de Value,
}

impl<'de> Deserializer<'de> for Apart<'de> {
    type Error = Error;

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 char str string bytes byte_buf option unit
        unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }

    same! { deserialize_any: deserialize_f32 deserialize_f64 }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_seq(Halves { variant: Some(self.variant), content: Some(self.content) })
    }
}

struct Halves<'de> {
    variant: Option<&'de str>,
    content: Option<&'de Value>,
}

impl<'de> SeqAccess<'de> for Halves<'de> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        match (self.variant.take(), self.content) {
            (Some(variant), _) => seed.deserialize(Plain::Key(variant)).map(Some),
            (None, Some(content)) => {
                self.content = None;
                seed.deserialize(Plain::Value(content)).map(Some)
            }
            (None, None) => Ok(None),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::fmt::Debug;

    use serde::de::DeserializeOwned;
    use serde_json::json;

    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    struct Line {
        name: String,
        #[serde(default)]
        off: Option<u16>,
        #[serde(flatten)]
        state: State,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(tag = "state", rename_all = "snake_case")]
    enum State {
        Open,
        Won { by: (u8, i64) },
    }

    #[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Grade {
        High,
        Low(bool),
    }

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(tag = "code", content = "args", rename_all = "snake_case")]
    enum Reason {
        Gone,
        Short { by: u32 },
        Of(Grade),
    }

    /// What is read here is what `serde_json` itself reads.
    fn check<T: DeserializeOwned + PartialEq + Debug>(value: Value) {
        let ours = read::<T>(&value).map_err(|error| error.to_string());
        assert_eq!(ours, serde_json::from_value::<T>(value).map_err(|error| error.to_string()));
    }

    #[test]
    fn every_form_is_read() {
        check::<Line>(json!({ "name": "a", "state": "open", "of a newer core": [1, { "a": null }] }));
        check::<Line>(json!({ "state": "won", "by": [1, -2], "name": "b", "off": 7 }));
        check::<Vec<(i8, f64, char)>>(json!([[-1, 0.5, "x"], [2, 3, "y"]]));
        check::<BTreeMap<Grade, Option<()>>>(json!({ "high": null }));
        check::<Vec<Grade>>(json!(["high", { "low": true }]));
        check::<Option<bool>>(json!(null));
    }

    #[test]
    fn what_does_not_fit_is_named() {
        check::<Line>(json!({ "name": 7 }));
        check::<Line>(json!({ "name": "a", "state": "lost" }));
        check::<Vec<u8>>(json!([256]));
        check::<Vec<u8>>(json!({}));
        check::<(u8, u8)>(json!([1, 2, 3]));
        check::<bool>(json!(-1));
        check::<String>(json!([]));
        check::<Grade>(json!({ "high": 1 }));
    }

    #[test]
    fn a_struct_is_a_map() {
        assert!(read::<Line>(&json!(["a", 1, "open"])).is_err());
    }

    #[test]
    fn variant_and_content_may_stand_apart() {
        let check = |variant, content: Value, expected: Option<Reason>| {
            assert_eq!(read_apart::<Reason>(variant, &content).ok(), expected, "{variant} {content}");
        };
        check("gone", Value::Null, Some(Reason::Gone));
        check("short", json!({ "by": 3 }), Some(Reason::Short { by: 3 }));
        check("of", json!("high"), Some(Reason::Of(Grade::High)));
        check("short", Value::Null, None);
        check("of a newer core", Value::Null, None);
    }
}
