//! Who answered: the API, the network in front of it, a gateway, a proxy, another vendor, or nobody that shows.

use super::finding::{Finding, Reason};
use super::kind::{Stage, Weight};
use super::route::{
    foreign_address, foreign_client, foreign_text, names_gateway, names_other_host, only_direct, routed, vendor,
    went_direct,
};
use super::scene::{IdOrigin, Mark, Scene, Sighting};
use crate::model::failure::BodyKind;
use crate::model::vocabulary::{Branch, Confidence, ReachedApi, Responder, Surface};

/// Error types of Anthropic's API. Source: its error documentation.
const API_TYPES: [&str; 11] = [
    "invalid_request_error",
    "authentication_error",
    "billing_error",
    "permission_error",
    "not_found_error",
    "conflict_error",
    "request_too_large",
    "rate_limit_error",
    "api_error",
    "timeout_error",
    "overloaded_error",
];

/// Gateways that pass Anthropic's own body on inside their own; all others make such bodies themselves.
pub(super) const RELAYS: [&str; 4] = ["litellm", "cloudflare-ai-gateway", "portkey", "helicone"];

/// What decides who answered, strongest first.
pub(crate) enum Who<'a> {
    Api(&'static str, &'static str, Confidence),
    /// A successful answer that cannot be used.
    Unusable,
    /// A refusal by region: without a request id, so from the front of the API.
    Region,
    Gateway(Option<Mark<'a>>, &'static str, Confidence),
    Edge(Option<Mark<'a>>),
    Proxy(Mark<'a>),
    Vendor(Mark<'a>),
    Open(&'static str),
}

impl Who<'_> {
    /// Branch, responder, arrival and confidence that follow from who answered.
    pub(crate) fn settle(&self, finding: &mut Finding, scene: &Scene<'_>) {
        use Responder as R;
        let code = scene.status.or(scene.implied).unwrap_or_default();
        let (branch, responder, reached, confidence) = match self {
            // Words alone, from behind a gateway: it may have relayed them or made them.
            Who::Api(_, _, Confidence::Medium) if names_gateway(scene) => {
                (Branch::ReturnedApiError, R::Unknown, ReachedApi::Unknown, Confidence::Medium)
            }
            Who::Api(_, _, sure) => (Branch::ReturnedApiError, R::Api, ReachedApi::Yes, *sure),
            Who::Unusable if scene.has_id(IdOrigin::Anthropic) => {
                (Branch::Gateway, R::Api, ReachedApi::Yes, Confidence::Medium)
            }
            Who::Unusable => (Branch::Gateway, R::Unknown, ReachedApi::Unknown, Confidence::Medium),
            Who::Region => (Branch::ReturnedApiError, R::Edge, ReachedApi::Unknown, Confidence::Medium),
            Who::Gateway(_, _, sure) => (Branch::Gateway, R::Gateway, ReachedApi::Unknown, *sure),
            // Statuses with which Cloudflare says that it turned the request away or could not connect to the origin.
            Who::Edge(_) if matches!(code, 403 | 413 | 521 | 522 | 523 | 525 | 526) => {
                (Branch::Gateway, R::Edge, ReachedApi::No, Confidence::High)
            }
            Who::Edge(_) => (Branch::Gateway, R::Edge, ReachedApi::Unknown, Confidence::High),
            Who::Proxy(_) => (Branch::Gateway, R::Proxy, ReachedApi::No, Confidence::High),
            Who::Vendor(_) => (Branch::Unknown, R::Gateway, ReachedApi::No, Confidence::Medium),
            Who::Open(_) => (Branch::Unknown, R::Unknown, ReachedApi::Unknown, Confidence::Low),
        };
        (finding.branch, finding.responder, finding.reached, finding.confidence) =
            (branch, responder, reached, confidence);
    }

    /// Adds why it was this one.
    pub(crate) fn explain(&self, finding: &mut Finding, scene: &Scene<'_>) {
        let mark_reason = |mark: &Mark<'_>, what: &str| Reason::quoting(mark.passage, mark.at, what);
        match self {
            Who::Api(pointer, why, sure) => {
                finding.because(Reason::stating(scene, pointer, why));
                if *sure == Confidence::Medium && names_gateway(scene) {
                    let named = "the text names a gateway on this route, which may have relayed or made these words";
                    finding.because(Reason::stating(scene, "/failure/error_string", named));
                }
            }
            Who::Unusable => finding.because(Reason::stating(
                scene,
                "/failure/error_string",
                "the client got a successful answer that it could not use, so something on the way may have changed it",
            )),
            Who::Region => finding.because(Reason::stating(
                scene,
                "/failure/error_message",
                "the refusal has the form of a refusal by region, which comes without a request id",
            )),
            Who::Gateway(mark, why, _) => {
                finding.because(Reason::stating(scene, "/failure/error_string", why));
                if let Some(mark) = mark {
                    finding.name = Some(mark.name);
                    let whose = if matches!(mark.name, "other" | "words") { "a gateway" } else { mark.name };
                    finding.because(mark_reason(mark, &format!("which is a mark of {whose}")));
                }
            }
            Who::Edge(mark) => {
                let what = "which is a mark of the network in front of the API, and no body of the API came with it";
                finding.name = mark.map(|mark| mark.name);
                match mark {
                    Some(mark) => finding.because(mark_reason(mark, what)),
                    None => finding.because(Reason::stating(
                        scene,
                        "/failure/http_status",
                        "only the network in front of an origin server answers with this status",
                    )),
                }
            }
            Who::Proxy(mark) => {
                finding.name = Some(mark.name);
                finding.because(mark_reason(mark, "which is a mark of a corporate proxy or firewall"));
            }
            Who::Vendor(mark) => {
                finding.name = Some(mark.name);
                finding.because(mark_reason(
                    mark,
                    "which is another vendor's service, so this failure is not one of the Claude API",
                ));
            }
            Who::Open(why) => finding.because(Reason::stating(scene, "/failure/error_string", why)),
        }
    }
}

/// Who answered: id before body, body before words, words before hints.
pub(crate) fn who<'a>(scene: &Scene<'a>, says: Option<Sighting<'a>>) -> Who<'a> {
    by_id(scene).or_else(|| by_body(scene)).unwrap_or_else(|| by_words(scene, says))
}

/// Who answered, as the request id or the lack of one tells.
fn by_id<'a>(scene: &Scene<'a>) -> Option<Who<'a>> {
    if scene.sighting("empty-answer").is_some() {
        return Some(Who::Unusable);
    }
    if scene.has_id(IdOrigin::Anthropic) {
        let why = "the request id has the form that only Anthropic's API gives";
        return Some(Who::Api("/failure/request_id", why, Confidence::High));
    }
    if scene.has_id(IdOrigin::Vertex) {
        let why = "the request id is one of Vertex AI";
        return Some(Who::Gateway(scene.mark("gateway"), why, Confidence::High));
    }
    let refused = scene.error_type.as_deref() == Some("forbidden") || scene.status == Some(403);
    (refused && scene.sighting("region").is_some()).then_some(Who::Region)
}

/// The mark of a gateway that makes such bodies itself.
fn maker_of_bodies<'a>(scene: &Scene<'a>) -> Option<Mark<'a>> {
    scene.marks.iter().find(|mark| mark.role == "gateway" && !RELAYS.contains(&mark.name)).copied()
}

/// Who made a body of the form of Anthropic's API.
fn by_body<'a>(scene: &Scene<'a>) -> Option<Who<'a>> {
    if scene.body != Some(BodyKind::AnthropicError) {
        return None;
    }
    let maker = maker_of_bodies(scene);
    let lost = scene.leading(&[Stage::Transport]).filter(|s| s.kind.weight == Weight::Specific);
    if let Some(lost) = lost.filter(|s| maker.is_none() && s.passage.pointer == "/failure/error_message") {
        let why = "the body reports that a connection behind it failed, which only a router between can tell";
        let sure = if lost.kind.reached == ReachedApi::No { Confidence::High } else { Confidence::Medium };
        return Some(Who::Gateway(None, why, sure));
    }
    if maker.is_some() {
        let why = "the body imitates or relays Anthropic's, and names a gateway";
        return Some(Who::Gateway(maker, why, Confidence::High));
    }
    let why = if scene.says("for url 'http") && names_other_host(scene) {
        "the body reports the answer of another host behind it, which only a router between can tell"
    } else if matches!(scene.status, Some(502..=504)) && scene.says("inference gateway (") {
        "the body has the form of Anthropic's API without an id of its own, and the client names the gateway that it asked"
    } else if imitated(scene) {
        "the body has the form of Anthropic's API, and an error type that the API does not have"
    } else if routed(scene) {
        "the body has the form of Anthropic's API without an id of its own, and the base URL is another provider's"
    } else {
        let why = "the body has the form of Anthropic's API";
        return Some(Who::Api("/failure/response", why, Confidence::High));
    };
    Some(Who::Gateway(None, why, Confidence::Medium))
}

/// Who answered, as the words of the text and the names in it tell.
fn by_words<'a>(scene: &Scene<'a>, says: Option<Sighting<'a>>) -> Who<'a> {
    let gateway = scene.mark("gateway").or_else(|| scene.mark("local"));
    let maker = maker_of_bodies(scene);
    let html = scene.is_html();
    let standard = says.is_some_and(|sighting| sighting.kind.responder == Responder::Api);
    // The API's own words inside a body of another form are a gateway's.
    let standard = standard && scene.body != Some(BodyKind::OtherJson);
    if !html
        && maker.is_none()
        && (api_type_alone(scene) && !foreign_text(scene) || names_anthropic(scene) && scene.mark("vendor").is_none())
    {
        let pointer = if scene.error_type.is_some() { "/failure/error_type" } else { "/failure/error_string" };
        return Who::Api(pointer, "the error carries a type or a class that Anthropic's API gives", Confidence::High);
    }
    if let Some(mark) = vendor(scene, gateway) {
        return Who::Vendor(mark);
    }
    if maker.is_none() && foreign_address(scene) {
        return Who::Open("the only address that the text shows is another vendor's");
    }
    // What gives a gateway away in a text about Claude is another vendor's own in one that is not.
    let between = gateway.is_some_and(|mark| !matches!(mark.name, "other" | "words" | "deepseek"));
    if !between && foreign_text(scene) {
        return Who::Open("the text names another vendor of models, and nothing of Anthropic's");
    }
    if let Some(mark) = scene.mark("proxy").filter(|_| html || scene.body != Some(BodyKind::OtherJson)) {
        return Who::Proxy(mark);
    }
    if let Some(mark) = scene.mark("gateway") {
        return Who::Gateway(Some(mark), "the answer bears the marks of a gateway or provider", Confidence::High);
    }
    bare(scene, says, standard, html)
}

/// Who answered where neither id nor body nor name of a gateway tells.
fn bare<'a>(scene: &Scene<'a>, says: Option<Sighting<'a>>, standard: bool, html: bool) -> Who<'a> {
    let shapeless = html
        || scene.sighting("edge-refused").is_some()
        || scene.sighting("edge-rate").is_some()
        || scene.says("upstream connect error")
        || scene.says("no healthy upstream");
    let empty = scene.is_empty();
    let code = scene.status.or(scene.implied).unwrap_or_default();
    if matches!(code, 520..=527 | 530) {
        return Who::Edge(scene.mark("edge"));
    }
    if let Some(mark) = scene.mark("edge").filter(|_| shapeless || (empty && !standard)) {
        return Who::Edge(Some(mark));
    }
    let local = scene.mark("local");
    if html || local.is_some() {
        let why = "a page or a default answer of a web server came, not an answer of the API";
        return Who::Gateway(local, why, Confidence::Medium);
    }
    if empty {
        return without_body(scene);
    }
    if let Some(between) = between(scene, says) {
        return between;
    }
    if standard && names_other_host(scene) {
        return Who::Gateway(None, "the text names the address of another host", Confidence::Medium);
    }
    let common = ["rate", "overloaded", "bad-key", "auth-failed", "token-expired", "request-size"];
    let common = says.is_none_or(|says| common.contains(&says.kind.word));
    let plain = scene.body != Some(BodyKind::OtherJson);
    let standard = standard || plain && scene.says("internal server error") && scene.status == Some(500);
    if standard && common && !scene.clues.about_models && foreign_client(scene) {
        return Who::Open("the words are those of many services, and the text names neither a model nor its vendor");
    }
    if standard {
        return Who::Api("/failure/error_string", "the words are those of Anthropic's API", Confidence::Medium);
    }
    shapeful(scene, names_gateway(scene), counts_as_own(scene))
}

/// Whether the client counts the answer as the API's own: it names the status page.
fn counts_as_own(scene: &Scene<'_>) -> bool {
    scene.says("status.claude.com") || scene.says("status.anthropic.com")
}

/// Who gave an answer without a body.
fn without_body<'a>(scene: &Scene<'a>) -> Who<'a> {
    if names_gateway(scene) {
        Who::Gateway(None, "the base URL names another host, and the answer has no body", Confidence::Medium)
    } else if counts_as_own(scene) {
        Who::Api("/failure/error_string", "the client counts the answer as the API's own", Confidence::Medium)
    } else if went_direct(scene) {
        let why = "the request went to api.anthropic.com, and an answer came";
        Who::Api("/failure/error_string", why, Confidence::Low)
    } else {
        Who::Gateway(None, "the API gives every error a JSON body, and this one has none", Confidence::Low)
    }
}

/// A router between the client and the API that what it says gives away.
fn between<'a>(scene: &Scene<'a>, says: Option<Sighting<'a>>) -> Option<Who<'a>> {
    let mut mark = None;
    let why = if scene.sighting("streaming-required").is_some() {
        "these are words of the SDK itself, sent on by a gateway behind a status"
    } else if let Some(says) = says.filter(|says| says.kind.responder == Responder::Gateway) {
        if says.kind.word == "upstream-failed" {
            "a router reports the failure of its own upstream call"
        } else {
            "the words are those of a gateway"
        }
    } else if scene.status.is_some_and(|code| code >= 500) && lost_behind(scene) {
        "something answered with a status and says that its own connection failed, which only a router between can tell"
    } else {
        let answered = scene.status.or(scene.implied).is_some();
        mark = Some(scene.mark("behind").filter(|_| answered && !went_direct(scene))?);
        "the words speak of what stands behind a gateway, of which the API knows nothing"
    };
    Some(Who::Gateway(mark, why, Confidence::Medium))
}

fn shapeful<'a>(scene: &Scene<'a>, elsewhere: bool, status_page: bool) -> Who<'a> {
    let code = scene.status.or(scene.implied).unwrap_or_default();
    let direct = went_direct(scene);
    let sdk = !matches!(scene.failure.surface, Surface::Other | Surface::Unknown);
    match scene.body {
        Some(BodyKind::OtherJson) if logged(scene) => Who::Api(
            "/failure/error_string",
            "the program names Anthropic's API as what answered with this status",
            Confidence::Medium,
        ),
        Some(BodyKind::OtherJson) => {
            Who::Gateway(None, "the body is JSON, and not of the form of Anthropic's API", Confidence::Medium)
        }
        Some(BodyKind::Text) if scene.failure.surface != Surface::ClaudeCode => {
            Who::Gateway(None, "the body is plain text, and the API answers in JSON", Confidence::Medium)
        }
        _ if scene.has_strange_headers() => Who::Gateway(
            None,
            "the headers of the answer are shown, and none of them is one of the API's",
            Confidence::Medium,
        ),
        _ if direct => Who::Api(
            "/failure/error_string",
            "the request went to api.anthropic.com, and an answer came",
            Confidence::Medium,
        ),
        _ if elsewhere => Who::Gateway(None, "the base URL names another host", Confidence::Medium),
        _ if scene.mark("api").is_some() => Who::Api(
            "/failure/error_string",
            "the program names Anthropic's API as what answered with this status",
            Confidence::Medium,
        ),
        _ if status_page => {
            Who::Api("/failure/error_string", "the client counts the answer as the API's own", Confidence::Medium)
        }
        _ if code == 529 || (sdk && (400..500).contains(&code)) => Who::Api(
            "/failure/http_status",
            "the client reports an answer of the API with this status",
            Confidence::Medium,
        ),
        _ if sdk && code == 500 && scene.implied.is_some() => {
            Who::Api("/failure/exception_class", "the SDK reports an answer of the API", Confidence::Low)
        }
        _ => Who::Open("something answered, and the text does not show who"),
    }
}

/// Whether the words are those of a connection that failed before an answer came on it.
fn lost_behind(scene: &Scene<'_>) -> bool {
    let lost = scene.leading(&[Stage::Transport]).filter(|s| s.kind.weight == Weight::Specific);
    lost.is_some_and(|s| s.kind.word != "stream-cut") && scene.body != Some(BodyKind::OtherJson)
}

/// Whether the error type is one of the API's and the body does not have the fields of an OpenAI-like error.
fn api_type_alone(scene: &Scene<'_>) -> bool {
    let of_api = scene.error_type.as_deref().is_some_and(|word| API_TYPES.contains(&word));
    // In a body inside a message, backslashes stand before the quotation marks.
    let keys = ["\"param\"", "'param'", "\"param\\\"", "\"code\"", "'code'", "\"code\\\""];
    // The API has an endpoint that answers in OpenAI's form, too.
    let openai_like = keys.iter().any(|key| scene.says(key)) && !only_direct(scene);
    // The API's own body says that it is an error; one that does not, from behind a gateway, is the gateway's.
    let of_gateway = scene.body == Some(BodyKind::OtherJson) && names_gateway(scene) || routed(scene);
    of_api && !openai_like && !of_gateway
}

/// Whether a wrapper says that Anthropic's API answered.
fn names_anthropic(scene: &Scene<'_>) -> bool {
    let wrapped =
        scene.says("anthropicexception - ") || scene.says("anthropicerror - ") || scene.says("litellm.llms.anthropic");
    wrapped
        && (scene.status.or(scene.implied).is_some() || scene.error_type.is_some())
        && scene.body != Some(BodyKind::OtherJson)
}

/// Whether the JSON is what a logger prints after its message, and not a body: no status stands before it.
fn logged(scene: &Scene<'_>) -> bool {
    let Some(mark) = scene.mark("api") else { return false };
    let after = mark.passage.folded().get(mark.at..).unwrap_or_default();
    after.split_once('{').is_some_and(|(head, _)| !head.bytes().any(|byte| byte.is_ascii_digit()))
}

/// Whether the error type is one that providers made up for bodies in the API's form.
fn imitated(scene: &Scene<'_>) -> bool {
    let strange = |word: &str| word.ends_with("_error") && !API_TYPES.contains(&word);
    scene.error_type.as_deref().is_some_and(strange)
}
