//! The scene of a failure: every sign that bears on the verdict, gathered once from its fields.

use super::kind::{Kind, Stage, Weight, named};
use super::passage::{self, Passage};
use super::rules;
use crate::ingest::{schema, synonyms};
use crate::model::clues::Clues;
use crate::model::failure::{BodyKind, Failure};
use crate::model::safe::RequestId;
use crate::model::{Collected, OrText};

/// A wording that was found.
#[derive(Clone, Copy)]
pub(crate) struct Sighting<'a> {
    /// What it stands for.
    pub(crate) kind: &'static Kind,
    /// Where.
    pub(crate) passage: &'a Passage,
    /// Where in the folded text.
    pub(crate) at: usize,
}

/// A mark of who answered.
#[derive(Clone, Copy)]
pub(crate) struct Mark<'a> {
    /// `gateway`, `edge`, `proxy`, `local` or `vendor`.
    pub(crate) role: &'static str,
    /// Name within the role, such as `litellm`.
    pub(crate) name: &'static str,
    /// Where.
    pub(crate) passage: &'a Passage,
    /// Where in the folded text.
    pub(crate) at: usize,
}

/// What an id says of who gave it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum IdOrigin {
    /// Anthropic's form, `req_` and 24 characters.
    Anthropic,
    /// Vertex, `req_vrtx_`.
    Vertex,
    /// Another form: a UUID, or a relay's own number.
    Other,
}

/// Whose form an id has. OpenAI's ids also begin with `req_`, and go on with 32 hexadecimal digits.
#[must_use]
pub(crate) fn id_origin(id: &OrText<Collected, RequestId>) -> IdOrigin {
    let Some(safe) = id.safe() else { return IdOrigin::Other };
    let text = safe.as_str();
    let tail = text.strip_prefix("req_").unwrap_or_default();
    let hex = tail.len() == 32 && tail.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    match () {
        () if text.starts_with("req_vrtx_") => IdOrigin::Vertex,
        () if safe.is_anthropic() && tail.len() >= 20 && !hex => IdOrigin::Anthropic,
        () => IdOrigin::Other,
    }
}

/// The texts of a scene, which its signs point into.
pub(crate) struct Texts {
    passages: Vec<Passage>,
    aside: Vec<Passage>,
}

impl Texts {
    /// Gathers the texts of a failure.
    #[must_use]
    pub(crate) fn of(failure: &Failure<Collected>) -> Self {
        let mut aside = passage::headers(failure);
        let line = failure.request.provenance().and_then(|provenance| provenance.line);
        if let Some(url) = failure.request.value().and_then(|request| request.url.as_ref()) {
            aside.push(Passage::new("/failure/request/url", line, url.expose()));
        }
        if let Some(OrText::Text(text)) = failure.error_type.value() {
            aside.push(Passage::new("/failure/error_type", None, text.expose()));
        }
        if let Some(OrText::Safe(word)) = failure.error_type.value() {
            aside.push(Passage::new("/failure/error_type", None, word.as_str()));
        }
        Self { passages: passage::of(failure), aside }
    }
}

/// Every sign that bears on the verdict.
pub(crate) struct Scene<'a> {
    /// The failure.
    pub(crate) failure: &'a Failure<Collected>,
    /// Clues of all inputs.
    pub(crate) clues: &'a Clues,
    /// Texts, innermost first.
    pub(crate) passages: &'a [Passage],
    /// Wordings, in the order of the texts.
    pub(crate) sightings: Vec<Sighting<'a>>,
    /// Marks of who answered.
    pub(crate) marks: Vec<Mark<'a>>,
    /// HTTP status.
    pub(crate) status: Option<u16>,
    /// Status that an SDK's class name stands for, where no status is shown.
    pub(crate) implied: Option<u16>,
    /// Kind of the body.
    pub(crate) body: Option<BodyKind>,
    /// Lower-case `error.type`.
    pub(crate) error_type: Option<String>,
}

impl<'a> Scene<'a> {
    /// Reads the signs.
    #[must_use]
    pub(crate) fn read(failure: &'a Failure<Collected>, clues: &'a Clues, texts: &'a Texts) -> Self {
        let (mut sightings, mut marks) = (Vec::new(), Vec::new());
        for passage in &texts.passages {
            for hit in rules::KINDS.hits(passage.folded()).into_iter().filter(|hit| !fetches(passage.folded(), hit.at))
            {
                sightings.extend(named(hit.name).map(|kind| Sighting { kind, passage, at: hit.at }));
            }
            let malformed = schema::place(passage.folded()).and_then(|at| Some((named("malformed")?, at)));
            sightings.extend(malformed.map(|(kind, at)| Sighting { kind, passage, at }));
        }
        if sightings.iter().all(|s| s.kind.weight == Weight::Generic) {
            let known = !sightings.is_empty();
            let telling = |s: &Sighting<'_>| s.kind.weight == Weight::Specific || !known;
            sightings.extend(retold(&texts.passages).into_iter().filter(telling));
        }
        for passage in texts.passages.iter().chain(&texts.aside) {
            for hit in rules::MARKS.hits(passage.folded()) {
                let (role, name) = hit.name.split_once('.').unwrap_or((hit.name, ""));
                marks.push(Mark { role, name, passage, at: hit.at });
            }
        }
        let class = failure.exception_class.value().map(|class| class.expose().as_str());
        let error_type = failure.error_type.value().map(|word| match word {
            OrText::Safe(word) => word.as_str().to_ascii_lowercase(),
            OrText::Text(text) => text.expose().to_ascii_lowercase(),
        });
        let error_type = error_type.or_else(|| class.and_then(cloud_code));
        let named = |passage: &Passage| aws_code(passage.folded()).or_else(|| grpc_code(passage.folded()));
        let error_type = error_type.or_else(|| texts.passages.iter().find_map(named));
        Self {
            failure,
            clues,
            passages: &texts.passages,
            sightings,
            marks,
            status: failure.http_status.value().map(|status| status.code()).filter(|code| !is_parse_code(*code, texts)),
            implied: class.and_then(implied_status).or_else(|| phrased_status(failure)),
            body: failure.response.value().and_then(|response| response.body),
            error_type,
        }
    }

    /// The innermost specific wording of these stages, or else the innermost generic one. Within one text the row order of
    /// [`super::kind::KINDS`] decides.
    #[must_use]
    pub(crate) fn leading(&self, stages: &[Stage]) -> Option<Sighting<'a>> {
        let of_weight = |weight: Weight| {
            let fitting = |s: &&Sighting<'a>| s.kind.weight == weight && stages.contains(&s.kind.stage);
            let first = self.sightings.iter().find(fitting)?;
            let same = self.sightings.iter().filter(|s| std::ptr::eq(s.passage, first.passage));
            same.filter(fitting).min_by_key(|s| row(s.kind)).copied()
        };
        let found = of_weight(Weight::Specific).or_else(|| of_weight(Weight::Generic))?;
        // A reset tells less than an outer text that says when it came; cut JSON tells less than one that says whose.
        let better = match found.kind.word {
            "reset" | "closed" => self.sighting("stream-cut"),
            // .NET says so, too, where the connection was closed before the first byte of an answer.
            "stream-cut" if self.says("occurred while sending the request") => {
                named("closed").map(|kind| Sighting { kind, ..found })
            }
            // The other side ended the connection before TLS stood.
            "stream-cut" if self.says("the ssl connection could not be established") => self.sighting("tls-handshake"),
            "stream-cut" => self.sighting("own-code"),
            // curl says that it could not connect also where its timer ran out; the code tells.
            "refused" => self.sighting("curl-timer"),
            // .NET cancels the request when its own timer runs out, or when no channel comes about.
            // undici aborts a request whose tunnel its proxy refuses.
            "abort" => {
                let words = ["proxy-auth", "proxy-tunnel", "read-timeout", "tls-handshake"];
                words.iter().find_map(|word| self.sighting(word))
            }
            _ => None,
        };
        Some(better.filter(|better| stages.contains(&better.kind.stage)).unwrap_or(found))
    }

    /// A wording of this kind.
    #[must_use]
    pub(crate) fn sighting(&self, word: &str) -> Option<Sighting<'a>> {
        self.sightings.iter().find(|sighting| sighting.kind.word == word).copied()
    }

    /// The first mark of a role.
    #[must_use]
    pub(crate) fn mark(&self, role: &str) -> Option<Mark<'a>> {
        self.marks.iter().find(|mark| mark.role == role).copied()
    }

    /// Whether any text holds this folded word.
    #[must_use]
    pub(crate) fn says(&self, word: &str) -> bool {
        self.passages.iter().any(|passage| passage.folded().contains(word))
    }

    /// Whether an id of this origin was seen.
    #[must_use]
    pub(crate) fn has_id(&self, origin: IdOrigin) -> bool {
        let last = self.failure.request_id.value();
        self.failure.request_ids.iter().chain(last).any(|id| id_origin(id) == origin)
    }

    /// Whether the answer had no body: the client says so, or prints the bare status where the body would stand.
    #[must_use]
    pub(crate) fn is_empty(&self) -> bool {
        let code = self.status.or(self.implied).unwrap_or_default();
        let bare = format!("error code: {code}");
        let printed = self.passages.iter().any(|passage| passage.folded().ends_with(&bare));
        self.body == Some(BodyKind::Empty) || printed || self.says("status code (no body)")
    }

    /// Whether headers of the answer are shown, and none of them is one that the API or the edge sends.
    #[must_use]
    pub(crate) fn has_strange_headers(&self) -> bool {
        let headers = self.failure.response.value().map(|response| &response.headers);
        let known = |name: &&str| name.starts_with("cf-") || name.starts_with("anthropic-") || *name == "request-id";
        headers.is_some_and(|headers| !headers.is_empty() && !headers.keys().any(known))
    }

    /// Whether the body is an HTML page, or the text shows the title of one.
    #[must_use]
    pub(crate) fn is_html(&self) -> bool {
        self.body == Some(BodyKind::Html) || self.sighting("html-page").is_some()
    }

    /// Whether the headers of a successful answer were seen before the failure.
    #[must_use]
    pub(crate) fn accepted(&self) -> bool {
        let headers = self.failure.response.value().is_some_and(|response| response.accepted);
        headers || self.status.is_some_and(|code| (200..300).contains(&code))
    }
}

/// Whether the words of a browser that lost its connection, `Failed to fetch`, go on with what was to be fetched: then they are those
/// of a program, and tell of no connection.
fn fetches(folded: &str, at: usize) -> bool {
    let rest = folded.get(at..).and_then(|text| text.strip_prefix("failed to fetch "));
    rest.is_some_and(|rest| {
        rest.starts_with(char::is_alphabetic) && !rest.starts_with("from ") && !rest.starts_with("http")
    })
}

/// Wordings that are found once one word stands for all that say the same. Where in the text is no longer known.
fn retold(passages: &[Passage]) -> Vec<Sighting<'_>> {
    let of = |passage| {
        let plain = synonyms::plain(Passage::folded(passage));
        let hits = rules::PLAIN_KINDS.hits(&plain);
        hits.into_iter().filter_map(move |hit| named(hit.name).map(|kind| Sighting { kind, passage, at: 0 }))
    };
    passages.iter().flat_map(of).collect()
}

/// Whether a number is the code that aiohttp prints for its own parse errors (`<TransferEncodingError: 400, message=...>`), and
/// not the status of an answer.
fn is_parse_code(code: u16, texts: &Texts) -> bool {
    let names = ["transferencodingerror", "contentlengtherror", "badhttpmessage", "clientpayloaderror"];
    let printed = names.map(|name| format!("{name}: {code}, message="));
    texts.passages.iter().any(|passage| printed.iter().any(|form| passage.folded().contains(form)))
}

/// The exception that botocore names: `An error occurred (ThrottlingException) when calling the InvokeModel operation`.
fn aws_code(folded: &str) -> Option<String> {
    let (_, rest) = folded.split_once("an error occurred (")?;
    let (code, rest) = rest.split_once(')')?;
    (rest.trim_start().starts_with("when calling") && code.len() < 60).then(|| code.to_owned())
}

/// Codes of gRPC without underscores, and as providers write them in JSON. Source: gRPC's `status codes` document.
const GRPC: [(&str, &str); 16] = [
    ("cancelled", "cancelled"),
    ("unknown", "unknown"),
    ("invalidargument", "invalid_argument"),
    ("deadlineexceeded", "deadline_exceeded"),
    ("notfound", "not_found"),
    ("alreadyexists", "already_exists"),
    ("permissiondenied", "permission_denied"),
    ("resourceexhausted", "resource_exhausted"),
    ("failedprecondition", "failed_precondition"),
    ("aborted", "aborted"),
    ("outofrange", "out_of_range"),
    ("unimplemented", "unimplemented"),
    ("internal", "internal"),
    ("unavailable", "unavailable"),
    ("dataloss", "data_loss"),
    ("unauthenticated", "unauthenticated"),
];

/// The code of a gRPC call, as Go, Python and Java print it.
fn grpc_code(folded: &str) -> Option<String> {
    let labels = ["rpc error: code = ", "statuscode.", "statusruntimeexception: "];
    let rest = labels.iter().find_map(|label| folded.split_once(label)).map(|(_, rest)| rest)?;
    let end = rest.find(|c: char| !c.is_ascii_alphabetic() && c != '_').unwrap_or(rest.len());
    let word = rest[..end].replace('_', "");
    let known = GRPC.iter().find(|(name, _)| *name == word).map(|(_, code)| *code)?;
    rules::cause_of_type(known).map(|_| known.to_owned())
}

/// The code that a class of a cloud provider's SDK is named after: `ThrottlingException`, `google...ResourceExhausted`.
fn cloud_code(class: &str) -> Option<String> {
    let last = class.rsplit(['.', ':', '\\']).next().unwrap_or_default();
    let google = class.starts_with("google.api_core.exceptions.");
    let code = if google { snake(last) } else { last.to_ascii_lowercase() };
    let of_cloud = google || code.ends_with("exception") && !class.contains("nthropic");
    (of_cloud && rules::cause_of_type(&code).is_some()).then_some(code)
}

/// `ResourceExhausted` as `resource_exhausted`.
fn snake(name: &str) -> String {
    let mut out = String::new();
    for (at, letter) in name.char_indices() {
        if at > 0 && letter.is_ascii_uppercase() {
            out.push('_');
        }
        out.push(letter.to_ascii_lowercase());
    }
    out
}

fn row(kind: &Kind) -> usize {
    super::kind::KINDS.iter().position(|other| other.word == kind.word).unwrap_or(usize::MAX)
}

/// Class names that stand for one status, by their last part. Source: `_exceptions.py` and `core/error.js` of the SDKs.
const CLASSES: [(&str, u16); 28] = [
    ("badrequesterror", 400),
    ("badrequestexception", 400),
    ("authenticationerror", 401),
    ("unauthorizedexception", 401),
    ("unauthorizederror", 401),
    ("paymentrequirederror", 402),
    ("permissiondeniederror", 403),
    ("permissiondeniedexception", 403),
    ("forbiddenexception", 403),
    ("forbiddenerror", 403),
    ("notfounderror", 404),
    ("notfoundexception", 404),
    ("methodnotallowederror", 405),
    ("requesttimeouterror", 408),
    ("conflicterror", 409),
    ("requesttoolargeerror", 413),
    ("contenttoolargeerror", 413),
    ("unprocessableentityerror", 422),
    ("ratelimiterror", 429),
    ("ratelimitexception", 429),
    ("toomanyrequestserror", 429),
    ("toomanyrequestsexception", 429),
    ("internalservererror", 500),
    ("internalserverexception", 500),
    ("badgatewayerror", 502),
    ("serviceunavailableerror", 503),
    ("gatewaytimeouterror", 504),
    ("overloadederror", 529),
];

/// The status whose reason phrase is all that a body says: `{"detail":"Method Not Allowed"}`.
fn phrased_status(failure: &Failure<Collected>) -> Option<u16> {
    let bare = failure.response.value().and_then(|response| response.body) == Some(BodyKind::OtherJson);
    let message = failure.error_message.value().filter(|_| bare)?.expose();
    let name: String = message.split_whitespace().collect::<String>().to_ascii_lowercase();
    let named = |name: &str| CLASSES.iter().find(|(known, _)| *known == name).map(|(_, status)| *status);
    named(&name).or_else(|| named(&format!("{name}error")))
}

fn implied_status(class: &str) -> Option<u16> {
    let last = class.rsplit(['.', ':', '\\']).next().unwrap_or_default().to_ascii_lowercase();
    let last = last.strip_prefix("anthropic").unwrap_or(&last);
    CLASSES.iter().find(|(name, _)| *name == last).map(|(_, status)| *status)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::SafeShape;

    #[test]
    fn ids_tell_who_gave_them() {
        let origin = |text: &str| id_origin(&OrText::parse(text));
        assert!(RequestId::parse("req_011CSHoEeqs5C35K2UUqR7Fy").is_some());
        assert_eq!(origin("req_011CSHoEeqs5C35K2UUqR7Fy"), IdOrigin::Anthropic);
        assert_eq!(origin("req_vrtx_011CSHoEeqs5C35K2UUqR7Fy"), IdOrigin::Vertex);
        assert_eq!(origin("req_0123456789abcdef0123456789abcdef"), IdOrigin::Other);
        assert_eq!(origin("8a1b2c3d-4e5f-6789-abcd-ef0123456789"), IdOrigin::Other);
        assert_eq!(origin("202511240831 relay 17"), IdOrigin::Other);
    }

    #[test]
    fn codes_of_grpc_are_read_as_each_language_prints_them() {
        let code = |text: &str| grpc_code(&text.to_lowercase());
        assert_eq!(code("rpc error: code = NotFound desc = no model").as_deref(), Some("not_found"));
        assert_eq!(code("status = StatusCode.INVALID_ARGUMENT").as_deref(), Some("invalid_argument"));
        assert_eq!(code("io.grpc.StatusRuntimeException: UNAVAILABLE: io exception").as_deref(), Some("unavailable"));
        assert_eq!(code("StatusCode.TooManyRequests"), None);
        assert_eq!(code("rpc error: code = Unknown desc = x"), None);
    }

    #[test]
    fn class_names_stand_for_a_status() {
        assert_eq!(implied_status("anthropic.PermissionDeniedError"), Some(403));
        assert_eq!(implied_status("anthropic._exceptions.OverloadedError"), Some(529));
        assert_eq!(implied_status("Anthropic::Errors::RateLimitError"), Some(429));
        assert_eq!(implied_status("anthropic.APIConnectionError"), None);
    }
}
