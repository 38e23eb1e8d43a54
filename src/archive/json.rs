//! JSON with bounds: depth, number of values, length of texts, and no key twice. Keys that nobody knows are kept.

use std::cell::Cell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use super::Problem;

/// Deepest nesting; a packet has about ten.
const MOST_DEPTH: usize = 48;
/// Most values in one document. The largest packets that evpack makes, of fifty failures, have three thousand; a value takes about a
/// hundred bytes in memory, and there are two or three copies of it while a packet is shown.
const MOST_VALUES: usize = 40_000;
/// Longest text, in bytes. The longest that evpack puts into a packet are bodies and lines of 64 KiB; a text is searched as a whole, and
/// one that is all hits takes some fifty times its size while it is.
const MOST_TEXT: usize = 256 << 10;

/// Parses one document.
pub(super) fn parse(bytes: &[u8]) -> Result<Value, Problem> {
    let refusal = Cell::new(None);
    let left = Cell::new(MOST_VALUES);
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let seed = Bounded { left: &left, refusal: &refusal, depth: 0 };
    let parsed = seed.deserialize(&mut reader).and_then(|value| reader.end().map(|()| value));
    parsed.map_err(|_| refusal.get().unwrap_or(Problem::BadJson))
}

#[derive(Clone, Copy)]
struct Bounded<'a> {
    left: &'a Cell<usize>,
    refusal: &'a Cell<Option<Problem>>,
    depth: usize,
}

impl Bounded<'_> {
    fn refuse<E: serde::de::Error>(&self, problem: Problem) -> E {
        self.refusal.set(Some(problem));
        E::custom("refused")
    }

    fn count<E: serde::de::Error>(&self) -> Result<(), E> {
        let left = self.left.get().checked_sub(1).ok_or_else(|| self.refuse(Problem::TooMany))?;
        self.left.set(left);
        Ok(())
    }

    fn deeper<E: serde::de::Error>(&self) -> Result<Self, E> {
        if self.depth == MOST_DEPTH {
            return Err(self.refuse(Problem::TooDeep));
        }
        Ok(Self { depth: self.depth + 1, ..*self })
    }

    fn text<E: serde::de::Error>(&self, text: &str) -> Result<(), E> {
        if text.len() > MOST_TEXT { Err(self.refuse(Problem::TooLong)) } else { Ok(()) }
    }
}

impl<'de> DeserializeSeed<'de> for Bounded<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        self.count()?;
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Bounded<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, truth: bool) -> Result<Value, E> {
        Ok(Value::Bool(truth))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_f64<E>(self, number: f64) -> Result<Value, E> {
        Ok(Number::from_f64(number).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Value, E> {
        self.text(text)?;
        Ok(text.into())
    }

    fn visit_string<E: serde::de::Error>(self, text: String) -> Result<Value, E> {
        self.text(&text)?;
        Ok(text.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let inner = self.deeper()?;
        let mut out = Vec::new();
        while let Some(item) = items.next_element_seed(inner)? {
            out.push(item);
        }
        Ok(Value::Array(out))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let inner = self.deeper()?;
        let mut out = Map::new();
        while let Some(key) = entries.next_key::<String>()? {
            self.text::<A::Error>(&key)?;
            if out.contains_key(&key) {
                return Err(self.refuse(Problem::DoubleKey));
            }
            let value = entries.next_value_seed(inner)?;
            out.insert(key, value);
        }
        Ok(Value::Object(out))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_keys_order_and_numbers_stay() {
        let text = r#"{"z":1,"a":[-2,1.5,true,null,"\u001b"],"new":{"deep":{}}}"#;
        assert_eq!(parse(text.as_bytes()).unwrap().to_string(), text);
    }

    #[test]
    fn bounds_are_refused_by_name() {
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        assert_eq!(parse(deep.as_bytes()), Err(Problem::TooDeep));
        let edge = format!("{}{}", "[".repeat(MOST_DEPTH), "]".repeat(MOST_DEPTH));
        assert!(parse(edge.as_bytes()).is_ok());
        let many = format!("[{}0]", "0,".repeat(MOST_VALUES));
        assert_eq!(parse(many.as_bytes()), Err(Problem::TooMany));
        let long = format!("[\"{}\"]", "x".repeat(MOST_TEXT + 1));
        assert_eq!(parse(long.as_bytes()), Err(Problem::TooLong));
        assert_eq!(parse(br#"{"a":1,"b":{"c":1,"c":2}}"#), Err(Problem::DoubleKey));
        for bad in ["{", "{} {}", "nul", "{\"a\":1e999}", "\u{feff}{}", "[1,]"] {
            assert_eq!(parse(bad.as_bytes()), Err(Problem::BadJson), "{bad}");
        }
    }
}
