//! A JSON value in which no object has two members of one name, and which is neither too deep nor too much.
//!
//! RFC 8259 §4 leaves open which of two would hold; I-JSON (RFC 7493 §2.3) forbids them, and so do we: what one reader
//! takes for the value must not differ from what another takes.

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use std::cell::Cell;
use std::fmt;

/// Begins the words of the error; the name follows, ended by a backquote.
pub(super) const TWICE: &str = "name twice `";

/// How many objects and lists may stand one in another. The deepest document the API takes has seven.
pub(super) const DEEPEST: usize = 32;

/// The words of the error when there are more.
pub(super) const TOO_DEEP: &str = "nested too deep";

/// How many values one document may have: a year's calendar has some hundreds.
pub(super) const MOST_VALUES: usize = 10_000;

/// The words of the error when there are more.
pub(super) const TOO_MANY: &str = "too many values";

/// Reads one document.
#[derive(Debug)]
pub(super) struct Once {
    left: Cell<usize>,
}

impl Once {
    /// Nothing is read yet.
    pub(super) const fn new() -> Self {
        Self { left: Cell::new(MOST_VALUES) }
    }
}

impl<'de> DeserializeSeed<'de> for &Once {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        At { depth: 0, left: &self.left }.deserialize(deserializer)
    }
}

/// One value at its depth, and how many more values may come.
#[derive(Clone, Copy)]
struct At<'count> {
    depth: usize,
    left: &'count Cell<usize>,
}

impl At<'_> {
    /// The place of what stands in this value.
    fn below<E: Error>(self) -> Result<Self, E> {
        if self.depth >= DEEPEST {
            return Err(E::custom(TOO_DEEP));
        }
        Ok(Self { depth: self.depth + 1, ..self })
    }
}

impl<'de> DeserializeSeed<'de> for At<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        let left = self.left.get().checked_sub(1).ok_or_else(|| D::Error::custom(TOO_MANY))?;
        self.left.set(left);
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for At<'_> {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("number out of range"))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E: Error>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let below = self.below()?;
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(below)? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let below = self.below()?;
        let mut object = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            if object.contains_key(&name) {
                return Err(A::Error::custom(format_args!("{TWICE}{name}`")));
            }
            object.insert(name, members.next_value_seed(below)?);
        }
        Ok(Value::Object(object))
    }
}
