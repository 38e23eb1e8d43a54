//! The packet against the JSON Schema that this program prints.
//!
//! The checker is evpack's own, of the few keywords that the schema uses: a fault names a place by keys of the schema alone,
//! where a library's messages quote the packet; and its work is bounded. Keys that the schema does not know are let through.

use serde_json::Value;

use super::{Check, Faults};
use crate::archive::block::{CAME_LATER, CARRIED};
use crate::archive::{Form, Received};
use crate::schema::schema;

/// Most values that are looked at, alternatives counted each.
const MOST_STEPS: usize = 1_000_000;

pub(super) fn check(received: &Received) -> Check {
    let mut faults = Faults::default();
    let mut schema = schema();
    if received.form() == Form::Markdown {
        // The rest is not promised in this form.
        let promised = CARRIED.iter().filter(|key| !CAME_LATER.contains(key));
        schema["required"] = promised.map(|key| Value::from(*key)).collect();
    }
    let mut checker = Checker { root: &schema, steps: 0 };
    checker.value(&schema, received.value(), "", &mut faults);
    faults.check("schema")
}

struct Checker<'a> {
    root: &'a Value,
    steps: usize,
}

impl<'a> Checker<'a> {
    fn value(&mut self, schema: &'a Value, value: &Value, place: &str, faults: &mut Faults) {
        self.steps += 1;
        if self.steps > MOST_STEPS {
            return faults.add(place, "has more values than can be checked");
        }
        if let Some(target) = schema["$ref"].as_str() {
            match self.root.pointer(target.trim_start_matches('#')) {
                Some(target) => self.value(target, value, place, faults),
                None => faults.add(place, "has no schema"),
            }
        }
        if let Some(kinds) = schema.get("type")
            && !is_of(kinds, value)
        {
            return faults.add(place, format!("is not of type {}", words(kinds)));
        }
        if let Some(allowed) = schema["enum"].as_array()
            && !allowed.contains(value)
        {
            faults.add(place, "is not one of the words of the schema");
        }
        if schema.get("const").is_some_and(|only| only != value) {
            faults.add(place, "is not the word of the schema");
        }
        if schema["minimum"].as_f64().zip(value.as_f64()).is_some_and(|(least, number)| number < least) {
            faults.add(place, "is smaller than the schema allows");
        }
        self.alternatives(schema, value, place, faults);
        self.inside(schema, value, place, faults);
    }

    fn alternatives(&mut self, schema: &'a Value, value: &Value, place: &str, faults: &mut Faults) {
        for keyword in ["anyOf", "oneOf"] {
            let Some(choices) = schema[keyword].as_array() else { continue };
            let mut nearest: Option<Faults> = None;
            for choice in choices {
                let mut inner = Faults::default();
                self.value(choice, value, place, &mut inner);
                if nearest.as_ref().is_none_or(|best| inner.0.len() < best.0.len()) {
                    nearest = Some(inner);
                }
            }
            for fault in nearest.unwrap_or_default().0 {
                faults.add(fault.place, fault.what);
            }
        }
        for part in schema["allOf"].as_array().map(Vec::as_slice).unwrap_or_default() {
            self.value(part, value, place, faults);
        }
    }

    fn inside(&mut self, schema: &'a Value, value: &Value, place: &str, faults: &mut Faults) {
        if let Some(entries) = value.as_object() {
            let properties = schema["properties"].as_object();
            for key in schema["required"].as_array().map(Vec::as_slice).unwrap_or_default() {
                if key.as_str().is_some_and(|key| !entries.contains_key(key)) {
                    faults.add(place, format!("lacks the key `{}`", key.as_str().unwrap_or_default()));
                }
            }
            for (key, inner) in entries {
                if let Some(property) = properties.and_then(|all| all.get(key)) {
                    self.value(property, inner, &format!("{place}/{key}"), faults);
                } else if let Some(rest @ Value::Object(_)) = schema.get("additionalProperties") {
                    // The key is of the packet, so it is not named.
                    self.value(rest, inner, &format!("{place}/*"), faults);
                }
            }
        }
        if let (Some(items), Some(each)) = (value.as_array(), schema.get("items")) {
            for (index, item) in items.iter().enumerate() {
                self.value(each, item, &format!("{place}/{index}"), faults);
            }
        }
    }
}

fn words(kinds: &Value) -> String {
    match kinds {
        Value::Array(all) => all.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" or "),
        one => one.as_str().unwrap_or_default().to_owned(),
    }
}

fn is_of(kinds: &Value, value: &Value) -> bool {
    let is = |kind: &str| match kind {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        _ => false,
    };
    match kinds {
        Value::Array(all) => all.iter().filter_map(Value::as_str).any(is),
        one => one.as_str().is_some_and(is),
    }
}
