//! The values of two JSON trees that differ, each with its name.

use serde_json::Value;

/// Keys whose values differ between any two packets, or say what another key says already.
const IGNORED: &[&str] = &[
    "source",
    "how_to_get_it",
    "detail",
    "occurred_at",
    "request_id",
    "request_ids",
    "fetched_at",
    "at",
    "started_at",
    "ended_at",
    "clock_source",
    "why",
    "body_text",
    "vpn_interfaces",
    "debug_log",
    "transcript_errors",
    "base_url_source",
    "run_id",
    "job_url",
    "cf-ray",
    "date",
    "request-id",
];
/// Endings of keys that hold measured times.
const MEASURED: &[&str] = &["_ms", "_millis", "_seconds", "_micros"];
/// Keys that name an entry of a list.
const NAMES: &[&str] = &["name", "place", "client", "variable", "role", "phase", "class", "component"];
/// Deepest nesting that is looked into.
const DEEPEST: usize = 16;
/// Longest value that is shown, in characters.
const LONGEST: usize = 300;
/// Differences of one part that are gathered.
const MOST: usize = 400;

/// One value that differs.
pub(super) struct Leaf {
    pub(super) name: String,
    pub(super) before: Option<String>,
    pub(super) after: Option<String>,
}

/// Gathers what differs below a name.
pub(super) fn leaves(name: &str, first: Option<&Value>, second: Option<&Value>, out: &mut Vec<Leaf>) {
    walk(name, first, second, DEEPEST, out);
}

fn walk(name: &str, first: Option<&Value>, second: Option<&Value>, depth: usize, out: &mut Vec<Leaf>) {
    if first == second || out.len() >= MOST {
        return;
    }
    let same_kind = match (first, second) {
        (Some(Value::Object(a)), Some(Value::Object(b))) if depth > 0 => {
            let keys: Vec<&String> = a.keys().chain(b.keys().filter(|key| !a.contains_key(*key))).collect();
            for key in keys.into_iter().filter(|key| !is_ignored(key)) {
                walk(&format!("{name}.{}", short(key)), a.get(key), b.get(key), depth - 1, out);
            }
            true
        }
        (Some(Value::Array(a)), Some(Value::Array(b))) if depth > 0 && (named(a) || named(b)) => {
            entries(name, a, b, depth - 1, out);
            true
        }
        _ => false,
    };
    if !same_kind {
        let (before, after) = (first.and_then(told), second.and_then(told));
        if before != after {
            out.push(Leaf { name: name.to_owned(), before, after });
        }
    }
}

/// Lists whose entries have names are compared by name: an entry that is new moves no other.
fn entries(name: &str, first: &[Value], second: &[Value], depth: usize, out: &mut Vec<Leaf>) {
    let label = |entry: &Value| NAMES.iter().find_map(|key| entry.get(key)).and_then(Value::as_str).map(str::to_owned);
    let find = |list: &'_ [Value], wanted: &str| list.iter().position(|entry| label(entry).as_deref() == Some(wanted));
    let mut seen: Vec<String> = Vec::new();
    for entry in first.iter().chain(second) {
        let Some(label) = label(entry).filter(|label| !seen.contains(label)) else { continue };
        let at = |list: &[Value]| find(list, &label);
        let (a, b) = (at(first).map(|at| &first[at]), at(second).map(|at| &second[at]));
        walk(&format!("{name}.{}", short(&label)), a, b, depth, out);
        seen.push(label);
        if seen.len() >= MOST {
            return;
        }
    }
}

fn named(list: &[Value]) -> bool {
    list.iter().any(|entry| NAMES.iter().any(|key| entry.get(key).is_some_and(Value::is_string)))
}

fn is_ignored(key: &str) -> bool {
    IGNORED.contains(&key) || (MEASURED.iter().any(|end| key.ends_with(end)) && key != "timeout_seconds")
}

/// A value in words; what is absent has its reason.
fn told(value: &Value) -> Option<String> {
    let text = match value {
        Value::Null => return None,
        Value::String(text) => text.clone(),
        Value::Object(object) if object.contains_key("absent") => {
            format!("not captured ({})", object.get("absent").and_then(Value::as_str).unwrap_or("no reason"))
        }
        // An entry that only one side has: what it says first.
        Value::Object(object) => {
            let said = ["value", "outcome", "kind", "version"].iter().find_map(|key| object.get(*key)?.as_str());
            said.map_or_else(|| value.to_string(), str::to_owned)
        }
        Value::Array(list) if list.is_empty() => return None,
        Value::Array(list) if list.iter().all(Value::is_string) => {
            list.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", ")
        }
        other => other.to_string(),
    };
    Some(cut(&text))
}

fn short(key: &str) -> String {
    key.chars().take(80).collect()
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{} ...", &text[..end]),
        None => text.to_owned(),
    }
}
