//! The stages a packet passes through, and the walk from one stage to the next.
//!
//! A packet is `Packet<S: Stage>`; all captured text in it has the type `S::Text`. [`Collected`] text is [`Raw`]:
//! it cannot be printed or serialised. The redacted stage lives in `redact`, the only place that can make its text.
//! [`staged!`](crate::staged) declares a struct over a stage together with its walk, so a field that is added later
//! is walked too, or the crate does not compile.

use std::collections::BTreeMap;
use std::fmt::Debug;

use super::Raw;

/// How far a packet has come.
pub trait Stage: Clone + Debug + PartialEq + Eq + Send + Sync + 'static {
    /// Captured text at this stage.
    type Text: Clone + Debug + PartialEq + Eq + Send + Sync + 'static;
    /// What is known of the redaction at this stage.
    type Report: Clone + Debug + PartialEq + Eq + Send + Sync + 'static;
}

/// As captured: nothing has been removed, so nothing may leave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Collected {}

impl Stage for Collected {
    type Text = Raw<String>;
    type Report = NotYetRedacted;
}

/// The redaction report of a packet that has not been redacted: there is none.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct NotYetRedacted;

/// What turns collected text into the text of stage `To`. It is told where in the packet each text stands.
pub trait Via<To: Stage> {
    /// Goes one step down: a field name or a list index.
    fn enter(&mut self, step: &str);
    /// Goes one step up.
    fn leave(&mut self);
    /// Turns one text into its form at stage `To`.
    fn text(&mut self, raw: Raw<String>) -> To::Text;
    /// The report that stands in the packet until the walk is over.
    fn report(&mut self) -> To::Report;
}

/// A value that holds text of a stage somewhere inside, or none at all.
pub trait Restage<To: Stage> {
    /// The same value at stage `To`.
    type Out;
    /// Walks the value in field order and turns each text.
    fn restage(self, via: &mut dyn Via<To>) -> Self::Out;
}

/// Read-only walk over all collected text, in the same order as [`Restage`].
pub trait Texts {
    /// Calls `visit` with each text.
    fn texts(&self, visit: &mut dyn FnMut(&Raw<String>));
}

impl<To: Stage> Restage<To> for Raw<String> {
    type Out = To::Text;
    fn restage(self, via: &mut dyn Via<To>) -> To::Text {
        via.text(self)
    }
}

impl Texts for Raw<String> {
    fn texts(&self, visit: &mut dyn FnMut(&Self)) {
        visit(self);
    }
}

impl<To: Stage> Restage<To> for NotYetRedacted {
    type Out = To::Report;
    fn restage(self, via: &mut dyn Via<To>) -> To::Report {
        via.report()
    }
}

impl Texts for NotYetRedacted {
    fn texts(&self, _visit: &mut dyn FnMut(&Raw<String>)) {}
}

impl<To: Stage, T: Restage<To>> Restage<To> for Option<T> {
    type Out = Option<T::Out>;
    fn restage(self, via: &mut dyn Via<To>) -> Self::Out {
        self.map(|inner| inner.restage(via))
    }
}

impl<T: Texts> Texts for Option<T> {
    fn texts(&self, visit: &mut dyn FnMut(&Raw<String>)) {
        if let Some(inner) = self {
            inner.texts(visit);
        }
    }
}

impl<To: Stage, T: Restage<To>> Restage<To> for Vec<T> {
    type Out = Vec<T::Out>;
    fn restage(self, via: &mut dyn Via<To>) -> Self::Out {
        let walk = |(index, item): (usize, T)| {
            via.enter(&index.to_string());
            let out = item.restage(via);
            via.leave();
            out
        };
        self.into_iter().enumerate().map(walk).collect()
    }
}

impl<T: Texts> Texts for Vec<T> {
    fn texts(&self, visit: &mut dyn FnMut(&Raw<String>)) {
        for item in self {
            item.texts(visit);
        }
    }
}

/// The keys of such a map are names that evpack knows (header names of an allow-list), never captured text.
impl<To: Stage, T: Restage<To>> Restage<To> for BTreeMap<&'static str, T> {
    type Out = BTreeMap<&'static str, T::Out>;
    fn restage(self, via: &mut dyn Via<To>) -> Self::Out {
        let walk = |(key, item): (&'static str, T)| {
            via.enter(key);
            let out = (key, item.restage(via));
            via.leave();
            out
        };
        self.into_iter().map(walk).collect()
    }
}

impl<T: Texts> Texts for BTreeMap<&'static str, T> {
    fn texts(&self, visit: &mut dyn FnMut(&Raw<String>)) {
        for item in self.values() {
            item.texts(visit);
        }
    }
}

/// Declares types that hold no captured text: they pass from stage to stage as they are.
#[macro_export]
macro_rules! textless {
    ($($ty:ty),+ $(,)?) => {$(
        impl<To: $crate::model::Stage> $crate::model::Restage<To> for $ty {
            type Out = $ty;
            fn restage(self, _via: &mut dyn $crate::model::Via<To>) -> $ty {
                self
            }
        }
        impl $crate::model::Texts for $ty {
            fn texts(&self, _visit: &mut dyn FnMut(&$crate::model::Raw<String>)) {}
        }
    )+};
}

textless!(bool, u8, u16, u32, u64, i32, i64, &'static str);

/// Declares a struct over a stage: its shape, how it serialises, its schema, and its walk.
#[macro_export]
macro_rules! staged {
    ($(#[$meta:meta])* pub struct $name:ident<S> { $($(#[$fmeta:meta])* pub $field:ident: $ty:ty,)* }) => {
        #[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
        $(#[$meta])*
        #[serde(bound(serialize = "S::Text: serde::Serialize, S::Report: serde::Serialize"))]
        #[schemars(bound = "S::Text: schemars::JsonSchema, S::Report: schemars::JsonSchema")]
        pub struct $name<S: $crate::model::Stage> { $($(#[$fmeta])* pub $field: $ty,)* }

        const _: () = {
            type S = $crate::model::Collected;
            impl<To: $crate::model::Stage> $crate::model::Restage<To> for $name<S> {
                type Out = $name<To>;
                fn restage(self, via: &mut dyn $crate::model::Via<To>) -> $name<To> {
                    $name { $($field: {
                        via.enter(stringify!($field));
                        let out = $crate::model::Restage::<To>::restage(self.$field, via);
                        via.leave();
                        out
                    },)* }
                }
            }
            impl $crate::model::Texts for $name<S> {
                fn texts(&self, visit: &mut dyn FnMut(&$crate::model::Raw<String>)) {
                    $($crate::model::Texts::texts(&self.$field, visit);)*
                }
            }
        };
    };
}
