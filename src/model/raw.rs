//! `Raw<T>`: captured text that has not been through redaction, and cannot be shown by accident.

use std::fmt;

/// A value as it was captured: it may hold a secret, a prompt or a name.
///
/// There is no `Display`, no `Serialize` and no `Deref`; `Debug` shows the type only. The one way in is
/// [`Raw::expose`], so a search for `expose()` lists every place that reads captured text.
///
/// ```compile_fail
/// let raw = evpack::model::Raw::new(String::from("secret"));
/// println!("{raw}");
/// ```
/// ```compile_fail
/// let raw = evpack::model::Raw::new(String::from("secret"));
/// let text: String = raw.to_string();
/// ```
/// ```compile_fail
/// let raw = evpack::model::Raw::new(String::from("secret"));
/// serde_json::to_string(&raw).unwrap();
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Raw<T>(T);

impl<T> Raw<T> {
    /// Wraps a captured value.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// The captured value itself. Never print, log or store what this returns.
    pub const fn expose(&self) -> &T {
        &self.0
    }

    /// The captured value itself, by value. Never print, log or store what this returns.
    pub fn into_exposed(self) -> T {
        self.0
    }
}

impl Raw<String> {
    /// Wraps a copy of captured text.
    pub fn text(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

impl From<&str> for Raw<String> {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl From<String> for Raw<String> {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl<T> fmt::Debug for Raw<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Raw<{}>", std::any::type_name::<T>())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_the_type_and_nothing_else() {
        let raw = Raw::text("canary-4711");
        assert_eq!(format!("{raw:?}"), "Raw<alloc::string::String>");
    }
}
