//! The JSON Schema of `packet.json`.

use schemars::generate::SchemaSettings;
use serde_json::Value;

use crate::model::{Packet, RedactionReport, Stage};

/// A packet as a reader sees it: text is text. Only its schema is ever made.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Published {}

impl Stage for Published {
    type Text = String;
    type Report = RedactionReport;
}

/// The schema (draft 2020-12) of the packet version that this program writes. Descriptions are the doc comments of
/// the model.
#[must_use]
pub fn schema() -> Value {
    let generator = SchemaSettings::draft2020_12().for_serialize().into_generator();
    generator.into_root_schema_for::<Packet<Published>>().to_value()
}

/// The schema as text: pretty-printed, with a line break at the end.
#[must_use]
pub fn schema_text() -> String {
    format!("{:#}\n", schema())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The committed copy is what other programs read. `UPDATE=1 cargo test schema` writes it anew.
    #[test]
    #[allow(clippy::disallowed_methods)]
    fn the_committed_schema_is_the_one_of_the_model() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/schema/packet.v1.schema.json");
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(path, schema_text()).unwrap();
        }
        let committed = std::fs::read_to_string(path).unwrap_or_default();
        assert!(
            committed.replace('\r', "") == schema_text(),
            "run `UPDATE=1 cargo test schema` and look at the change"
        );
    }

    #[test]
    fn every_field_has_a_description() {
        fn walk(value: &Value, path: &str, missing: &mut Vec<String>) {
            if let Some(properties) = value.get("properties").and_then(Value::as_object) {
                for (name, property) in properties {
                    if property.get("description").is_none_or(|d| d.as_str().is_none_or(str::is_empty)) {
                        missing.push(format!("{path}/{name}"));
                    }
                }
            }
            if let Some(object) = value.as_object() {
                for (key, inner) in object {
                    walk(inner, &format!("{path}/{key}"), missing);
                }
            }
        }
        let mut missing = Vec::new();
        walk(&schema(), "", &mut missing);
        assert_eq!(missing, Vec::<String>::new());
    }

    #[test]
    fn all_keys_are_required_but_those_that_may_be_left_out() {
        let schema = schema();
        let required = |of: &Value| of["required"].as_array().map_or(0, Vec::len);
        assert_eq!(required(&schema), schema["properties"].as_object().map_or(0, serde_json::Map::len));
        assert_eq!(required(&schema["$defs"]["Absence"]), 2);
    }
}
