//! The packet as templates see it: the same names and nesting as `packet.json`.

use minijinja::Value;
use serde_json::Value as Json;

/// A JSON value as a template value; numbers stay numbers, and `null` is `none`.
pub(super) fn to_value(json: &Json) -> Value {
    match json {
        Json::Null => Value::from(()),
        Json::Bool(truth) => Value::from(*truth),
        Json::Number(number) => number
            .as_u64()
            .map(Value::from)
            .or_else(|| number.as_i64().map(Value::from))
            .unwrap_or_else(|| Value::from(number.as_f64().unwrap_or(f64::NAN))),
        Json::String(text) => Value::from(text.as_str()),
        Json::Array(items) => items.iter().map(to_value).collect(),
        Json::Object(entries) => Value::from_pairs(entries.iter().map(|(key, value)| (key.clone(), to_value(value)))),
    }
}

/// The names inside the deepest part of a dotted path that exists, and that part: what a template could have said.
pub(super) fn names_near<'a>(context: &'a Json, path: &'a str) -> (&'a str, Vec<&'a str>) {
    let mut here = context;
    let mut end = 0;
    for (start, step) in steps(path) {
        match here.get(step) {
            Some(inner) if inner.is_object() => {
                here = inner;
                end = start + step.len();
            }
            _ => break,
        }
    }
    let names = here.as_object().map(|entries| entries.keys().map(String::as_str).collect()).unwrap_or_default();
    (&path[..end], names)
}

fn steps(path: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    path.split('.').map(move |step| {
        let start = at;
        at += step.len() + 1;
        (start, step)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_the_deepest_existing_part_are_offered() {
        let context = serde_json::json!({"verdict": {"branch": "timeout", "cause": "x"}, "route": {}});
        assert_eq!(names_near(&context, "verdict.branhc"), ("verdict", vec!["branch", "cause"]));
        assert_eq!(names_near(&context, "vredict.branch"), ("", vec!["verdict", "route"]));
    }
}
