//! The walk of a packet from the collected to the redacted stage, with the place of each text.

use super::clean::{Clean, Redacted};
use super::engine::Engine;
use super::placeholder::Ledger;
use crate::model::{Raw, RedactionReport, Via};

/// Turns each text of a packet into clean text.
pub(super) struct Walk<'a> {
    pub(super) engine: &'a Engine,
    pub(super) ledger: Ledger,
    place: Vec<String>,
    /// The text that stood under `name` or `key` in the object at hand: it names the text under `value`.
    sibling: Option<String>,
    /// Texts that could not be redacted.
    pub(super) left_out: u32,
}

impl<'a> Walk<'a> {
    pub(super) const fn new(engine: &'a Engine, ledger: Ledger) -> Self {
        Self { engine, ledger, place: Vec::new(), sibling: None, left_out: 0 }
    }

    fn pointer(&self) -> String {
        self.place.iter().fold(String::new(), |mut pointer, step| {
            pointer.push('/');
            pointer.push_str(step);
            pointer
        })
    }

    /// What the place says the text is the value of: a header's name, or the name beside it.
    fn name_of_place(&self) -> Option<&str> {
        let last = self.place.last()?;
        let in_headers = self.place.iter().rev().nth(1).is_some_and(|step| step == "headers");
        match last.as_str() {
            header if in_headers => Some(header),
            "value" => self.sibling.as_deref(),
            _ => None,
        }
    }
}

impl Via<Redacted> for Walk<'_> {
    fn enter(&mut self, step: &str) {
        self.place.push(step.to_owned());
    }

    fn leave(&mut self) {
        self.place.pop();
    }

    fn text(&mut self, raw: Raw<String>) -> Clean {
        let text = raw.into_exposed();
        let place = self.pointer();
        let name = self.name_of_place().map(str::to_owned);
        let Ok(shown) = self.engine.clean(&text, name.as_deref(), &mut self.ledger, &place) else {
            self.left_out += 1;
            self.sibling = None;
            return Clean::not_redactable();
        };
        if self.place.last().is_some_and(|step| step == "name" || step == "key") {
            self.sibling = Some(shown.clone());
        }
        Clean::new(shown)
    }

    fn report(&mut self) -> RedactionReport {
        RedactionReport::default()
    }
}
