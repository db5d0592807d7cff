//! Whether a JSON value is as a schema of the OpenAPI document says: the words of JSON Schema 2020-12 that the document uses.
//! A word that is not known here fails, so that none is passed over.

use serde_json::{Map, Value};

/// The words that say nothing of a value. A pattern is of what is sent; an answer is held to its type and its words.
const REMARKS: [&str; 8] = [
    "description",
    "example",
    "examples",
    "default",
    "title",
    "contentMediaType",
    "pattern",
    "propertyNames",
];

/// Where and how `value` is otherwise than `schema` of `document` says, a line each.
pub(crate) fn misfits(document: &Value, schema: &Value, value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    look(&Place { document, path: String::new() }, schema, value, &mut found);
    found
}

struct Place<'document> {
    document: &'document Value,
    path: String,
}

impl Place<'_> {
    fn below(&self, step: &str) -> Self {
        Self { document: self.document, path: format!("{}/{step}", self.path) }
    }
}

fn look(place: &Place<'_>, schema: &Value, value: &Value, found: &mut Vec<String>) {
    let Some(words) = schema.as_object() else { return };
    for (word, says) in words {
        let fits = match word.as_str() {
            "$ref" | "allOf" | "properties" | "additionalProperties" | "items" => {
                look_below(place, (word, says), words, value, found)
            }
            "anyOf" => parts(says).any(|part| misfits(place.document, part, value).is_empty()),
            "oneOf" => {
                parts(says).filter(|part| misfits(place.document, part, value).is_empty()).count() == 1
            }
            "type" => {
                let mut kinds = says.as_str().into_iter().chain(parts(says).filter_map(Value::as_str));
                kinds.any(|kind| is_a(value, kind))
            }
            "enum" => parts(says).any(|one| one == value),
            "const" => says == value,
            "required" => value.as_object().is_none_or(|object| {
                parts(says).filter_map(Value::as_str).all(|name| object.contains_key(name))
            }),
            "minimum" => value.as_f64().zip(says.as_f64()).is_none_or(|(value, least)| value >= least),
            "maximum" => value.as_f64().zip(says.as_f64()).is_none_or(|(value, most)| value <= most),
            "minLength" => value.as_str().is_none_or(|text| count(text.chars().count()) >= says.as_u64()),
            "maxLength" => value.as_str().is_none_or(|text| count(text.chars().count()) <= says.as_u64()),
            "minItems" => value.as_array().is_none_or(|list| count(list.len()) >= says.as_u64()),
            "maxItems" => value.as_array().is_none_or(|list| count(list.len()) <= says.as_u64()),
            "format" => value.as_str().is_none_or(|text| is_formed(text, says.as_str().unwrap_or_default())),
            remark => {
                assert!(REMARKS.contains(&remark), "{remark}: a word of JSON Schema that is not known here");
                true
            }
        };
        if !fits {
            found.push(format!("{}: {value} is not as {word:?}: {says}", place.path));
        }
    }
}

/// The words that speak of other schemas, each of which tells what is wrong itself.
fn look_below(
    place: &Place<'_>,
    (word, says): (&str, &Value),
    words: &Map<String, Value>,
    value: &Value,
    found: &mut Vec<String>,
) -> bool {
    match word {
        "$ref" => {
            let pointer = says.as_str().and_then(|text| text.strip_prefix('#')).expect("a reference within");
            look(place, place.document.pointer(pointer).expect("it leads somewhere"), value, found);
        }
        "allOf" => parts(says).for_each(|part| look(place, part, value, found)),
        "properties" => {
            for (name, schema) in says.as_object().into_iter().flatten() {
                if let Some(member) = value.get(name) {
                    look(&place.below(name), schema, member, found);
                }
            }
        }
        "additionalProperties" => {
            let known = words.get("properties").and_then(Value::as_object);
            let is_other = |name: &String| known.is_none_or(|known| !known.contains_key(name));
            let members = value.as_object().into_iter().flatten();
            for (name, member) in members.filter(|(name, _)| is_other(name)) {
                if *says == Value::Bool(false) {
                    return false;
                }
                look(&place.below(name), says, member, found);
            }
        }
        _ => {
            for (index, item) in parts(value).enumerate() {
                look(&place.below(&index.to_string()), says, item, found);
            }
        }
    }
    true
}

fn count(length: usize) -> Option<u64> {
    u64::try_from(length).ok()
}

/// The items of a list; none of anything else.
fn parts(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn is_a(value: &Value, kind: &str) -> bool {
    match kind {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        _ => false,
    }
}

fn is_formed(text: &str, format: &str) -> bool {
    match format {
        "uuid" => text.parse::<uuid::Uuid>().is_ok(),
        "date" => text.parse::<chrono::NaiveDate>().is_ok(),
        "date-time" => chrono::DateTime::parse_from_rfc3339(text).is_ok(),
        _ => true,
    }
}
