//! The signature of a failure: the same words for the same failure, so that two packets of it can be recognised.

use crate::model::Collected;
use crate::model::failure::Failure;
use crate::model::verdict::Verdict;

/// Words of a class name that SDKs of different languages and versions use for the same thing.
const SAME: [(&str, &str); 8] = [
    ("apiconnectionexception", "apiconnectionerror"),
    ("anthropicioexception", "apiconnectionerror"),
    ("apitimeouterror", "apiconnectiontimeouterror"),
    ("apitimeoutexception", "apiconnectiontimeouterror"),
    ("requesttoolargeerror", "contenttoolargeerror"),
    ("unauthorizedexception", "authenticationerror"),
    ("ratelimitexception", "ratelimiterror"),
    ("internalserverexception", "internalservererror"),
];

/// Longest class name that is kept; a class is a name, and anything longer is not one.
const LONGEST: usize = 48;

/// The signature, such as `apiconnectionerror/tcp-refused/none/direct`: normalised class, cause, responder, and the role
/// of the host. It holds no id, no secret, no name of a machine and no version: equal failures of different people agree.
#[must_use]
pub fn signature(failure: Option<&Failure<Collected>>, verdict: &Verdict<Collected>, route: Option<&str>) -> String {
    let class = failure.and_then(|failure| failure.exception_class.value()).map(|class| normalised(class.expose()));
    let class = class.filter(|class| !class.is_empty()).unwrap_or_else(|| "no-class".to_owned());
    let role = route.unwrap_or("unknown-route");
    format!("{class}/{}/{}/{role}", verdict.cause, verdict.responder)
}

/// The last part of a class name, letters only, and one word for what is the same in all SDKs.
fn normalised(class: &str) -> String {
    let last = class.rsplit(['.', ':', '\\', '$', '/']).find(|part| !part.is_empty()).unwrap_or_default();
    let letters: String = last.chars().filter(char::is_ascii_alphanumeric).take(LONGEST).collect();
    let letters = letters.to_ascii_lowercase();
    let name = letters.trim_end_matches(|letter: char| letter.is_ascii_digit());
    SAME.iter().find(|(other, _)| *other == name).map_or(name, |(_, same)| *same).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_and_languages_agree_on_a_class() {
        for class in ["anthropic.APIConnectionError", "APIConnectionError", "Anthropic::Errors::APIConnectionError"] {
            assert_eq!(normalised(class), "apiconnectionerror");
        }
        assert_eq!(normalised("com.anthropic.errors.AnthropicIoException"), "apiconnectionerror");
        assert_eq!(normalised("anthropic._exceptions.OverloadedError"), normalised("anthropic.OverloadedError"));
        assert_eq!(normalised("weird name with spaces and a-token-4711"), "weirdnamewithspacesandatoken");
    }
}
