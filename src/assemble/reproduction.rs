//! The redacted reproduction: the smallest request of the same shape on the same route, and the steps as observed.

use crate::model::client::Client;
use crate::model::clues::Clues;
use crate::model::failure::Failure;
use crate::model::packet::{MetadataEntry, Reproduction};
use crate::model::route::{NetworkEnv, Route};
use crate::model::{AbsenceReason, Collected, Evidence};

/// What is known of the failing call.
pub struct Observed<'a> {
    /// The failure.
    pub failure: Option<&'a Failure<Collected>>,
    /// The route.
    pub route: &'a Route<Collected>,
    /// The client.
    pub client: &'a Client<Collected>,
    /// Network settings.
    pub network: &'a NetworkEnv<Collected>,
    /// What the inputs say.
    pub clues: &'a Clues,
    /// What the user said.
    pub metadata: &'a [MetadataEntry<Collected>],
}

/// The reproduction.
#[must_use]
pub fn reproduction(observed: &Observed<'_>) -> Reproduction<Collected> {
    let _ = observed.failure;
    Reproduction {
        curl: Evidence::absent(AbsenceReason::NotInInput, "reproduction"),
        language: None,
        code: Evidence::absent(AbsenceReason::NotInInput, "reproduction"),
        command: Evidence::absent(AbsenceReason::NotInInput, "reproduction.command"),
        working_directory: Evidence::absent(AbsenceReason::NotInInput, "reproduction.command"),
        exit_code: Evidence::absent(AbsenceReason::NotInInput, "reproduction.exit_code"),
        unknown: Vec::new(),
    }
}
