//! The signature of a failure: the same words for the same failure, so that two packets of it can be recognised.

use crate::model::Collected;
use crate::model::clues::Clues;
use crate::model::failure::Failure;
use crate::model::vocabulary::{Cause, Responder};

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

/// Host names by their end, and the role that they play. Everything else is a host of somebody's own.
const ROLES: [(&str, &str); 8] = [
    ("anthropic.com", "anthropic"),
    ("claude.ai", "anthropic"),
    ("claude.com", "anthropic"),
    ("amazonaws.com", "bedrock"),
    ("googleapis.com", "vertex"),
    ("azure.com", "foundry"),
    ("openrouter.ai", "openrouter"),
    ("api.openai.com", "openai"),
];

/// The signature, such as `apiconnectionerror/tcp-refused/none/loopback`: normalised class, cause, responder, and the role
/// of the host. It holds no id, no secret, no name of a machine and no version, and it rests on the input alone: equal
/// failures of different people agree.
#[must_use]
pub(super) fn signature(failed: Option<(&Failure<Collected>, &Clues)>, cause: Cause, responder: Responder) -> String {
    let class = failed.and_then(|(failure, _)| failure.exception_class.value()).map(|class| normalised(class.expose()));
    let class = class.filter(|class| !class.is_empty()).unwrap_or_else(|| "no-class".to_owned());
    let role = failed.and_then(|(failure, clues)| role(failure, clues)).unwrap_or("unknown-host");
    format!("{class}/{cause}/{responder}/{role}")
}

/// The role of the host that the failing request went to, as far as the input tells it.
fn role(failure: &Failure<Collected>, clues: &Clues) -> Option<&'static str> {
    let url = failure.request.value().and_then(|request| request.url.as_ref()).map(|url| url.expose().as_str());
    let own = [&failure.error_message, &failure.error_string].into_iter().filter_map(|text| text.value());
    let causes = failure.cause_chain.iter().rev().map(|link| link.message.expose().as_str());
    let texts = url.into_iter().chain(causes).chain(own.map(|text| text.expose().as_str()));
    let named = clues.gateways.iter().chain(&clues.urls).rev().map(|seen| seen.value.expose().as_str());
    texts.chain(named).find_map(role_in)
}

/// The role of the first host that a text names.
fn role_in(text: &str) -> Option<&'static str> {
    let is_host = |c: char| c.is_ascii_alphanumeric() || "-._:[]".contains(c);
    let words = text.split(|c: char| !is_host(c)).take(200).map(|word| word.trim_end_matches(['.', ':', '-']));
    words.filter(|word| word.len() > 3).find_map(|word| {
        let host = word.rsplit_once(':').filter(|(_, port)| port.bytes().all(|b| b.is_ascii_digit()));
        let (host, ported) = host.map_or((word, false), |(host, _)| (host, true));
        let host = host.trim_matches(['[', ']']);
        let this_machine = host == "localhost" || host == "::1" || host.starts_with("127.0.0.");
        let known = ROLES
            .iter()
            .find(|(end, _)| host.strip_suffix(end).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')));
        match known {
            _ if this_machine => Some("loopback"),
            Some((_, role)) => Some(*role),
            None => (ported && host.contains('.')).then_some("other-host"),
        }
    })
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

    #[test]
    fn hosts_are_told_by_role_and_never_by_name() {
        for (text, role) in [
            ("https://api.anthropic.com/v1/messages", Some("anthropic")),
            ("connect ECONNREFUSED 127.0.0.1:3456", Some("loopback")),
            ("connect ECONNREFUSED ::1:3456", Some("loopback")),
            ("Cannot connect to host llm.corp.example:8443 ssl:default", Some("other-host")),
            ("https://bedrock-runtime.eu-west-1.amazonaws.com/model/x", Some("bedrock")),
            ("notanthropic.com is somebody else", None),
            ("Connection error.", None),
        ] {
            assert_eq!(role_in(text), role, "{text}");
        }
    }
}
