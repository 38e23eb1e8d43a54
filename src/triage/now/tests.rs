//! What the network says now adds reasons and trust, and changes nothing that the failure's text decides.

use super::*;
use crate::model::probe::{Interception, ProbeClient, ProbeVerdict};
use crate::model::safe::{Millis, Timestamp};
use crate::model::status::{EventState, Overlap, StatusComponent, StatusEvent, StatusIndicator};
use crate::model::vocabulary::Responder;
use crate::model::{AbsenceReason, Evidence, Raw};

fn probe(path_up: bool, cause: Cause, reached_api: ReachedApi) -> ProbeResult<Collected> {
    ProbeResult {
        target: "https://api.anthropic.com".into(),
        client: ProbeClient::Python,
        via: "direct".into(),
        phases: vec![],
        dns: None,
        proxy: None,
        tls: None,
        http: None,
        clock: None,
        interception: None,
        gateway: None,
        compare: None,
        verdict: ProbeVerdict {
            path_up,
            branch: Branch::Connection,
            cause,
            reached_api,
            responder: Responder::None,
            why: "it is so".into(),
        },
        ms: Millis(12),
    }
}

fn finding(branch: Branch, cause: Cause, confidence: Confidence) -> Finding {
    Finding { branch, cause, confidence, reached: ReachedApi::No, responder: Responder::None, ..Finding::default() }
}

fn page(state: ComponentState, overlap: Option<Overlap>) -> StatusSnapshot<Collected> {
    let none = || Evidence::absent(AbsenceReason::NotFound, "status.time");
    let event = |overlap| StatusEvent {
        name: Raw::text("Elevated errors"),
        state: EventState::Investigating,
        impact: StatusIndicator::Major,
        started_at: none(),
        ended_at: none(),
        components: vec![StatusPart::ClaudeApi],
        overlap,
    };
    StatusSnapshot {
        source: "https://status.claude.com".into(),
        fetched_at: none(),
        page_updated_at: none(),
        indicator: StatusIndicator::Unknown,
        description: Evidence::absent(AbsenceReason::NotFound, "status.summary"),
        components: vec![StatusComponent {
            component: StatusPart::ClaudeApi,
            name: Raw::text("Claude API"),
            state,
            updated_at: Evidence::<Collected, Timestamp>::absent(AbsenceReason::NotFound, "status.time"),
        }],
        incidents: overlap.map(event).into_iter().collect(),
        maintenance: vec![],
        left_out: 0,
        history: false,
    }
}

fn pointers(finding: &Finding) -> Vec<&'static str> {
    finding.reasons.iter().map(|reason| reason.pointer).collect()
}

#[test]
fn a_path_that_is_up_now_is_evidence_of_its_own_and_changes_the_next_step_alone() {
    let mut found = finding(Branch::Connection, Cause::TcpRefused, Confidence::High);
    add(&mut found, Some(&probe(true, Cause::Auth, ReachedApi::Yes)), None, None);
    assert_eq!(pointers(&found), ["/probe/verdict/reached_api"]);
    assert!(found.reasons[0].statement.contains("recovered since, or the failing client takes another path"));
    assert_eq!(
        (found.branch, found.cause, found.reached, found.confidence),
        (Branch::Connection, Cause::TcpRefused, ReachedApi::No, Confidence::High)
    );
    assert!(next_step(found.setting).is_some_and(|step| step.contains("unchanged")));
    // A setting that explains the failure has advice of its own.
    let mut explained =
        Finding { setting: Some("dead-loopback"), ..finding(Branch::Connection, Cause::TcpRefused, Confidence::High) };
    add(&mut explained, Some(&probe(true, Cause::Auth, ReachedApi::Yes)), None, None);
    assert_eq!((explained.setting, next_step(explained.setting)), (Some("dead-loopback"), None));
    // Where the API itself answered, that it can be reached is no news.
    let mut answered = finding(Branch::ReturnedApiError, Cause::Overloaded, Confidence::High);
    add(&mut answered, Some(&probe(true, Cause::Auth, ReachedApi::Yes)), None, None);
    assert!(answered.reasons.is_empty());
}

#[test]
fn a_probe_that_fails_alike_confirms_and_one_that_fails_otherwise_does_not() {
    for (before, after) in [
        (Confidence::Low, Confidence::Medium),
        (Confidence::Medium, Confidence::High),
        (Confidence::High, Confidence::High),
    ] {
        let mut found = finding(Branch::Connection, Cause::Dns, before);
        add(&mut found, Some(&probe(false, Cause::Dns, ReachedApi::No)), None, None);
        assert_eq!((found.confidence, pointers(&found)), (after, vec!["/probe/verdict/cause"]));
        let mut other = finding(Branch::Connection, Cause::Dns, before);
        add(&mut other, Some(&probe(false, Cause::TcpReset, ReachedApi::No)), None, None);
        assert_eq!((other.confidence, other.cause), (before, Cause::Dns));
        assert!(other.reasons[0].statement.contains("another way"));
    }
    let mut undecided = Finding::default();
    add(&mut undecided, Some(&probe(false, Cause::Unknown, ReachedApi::Unknown)), None, None);
    assert_eq!((undecided.confidence, undecided.cause), (Confidence::Low, Cause::Unknown));
    let mut local = finding(Branch::ClientSide, Cause::MissingKey, Confidence::High);
    add(
        &mut local,
        Some(&probe(false, Cause::Dns, ReachedApi::No)),
        Some(&page(ComponentState::MajorOutage, None)),
        None,
    );
    assert!(local.reasons.is_empty());
}

#[test]
fn an_inspecting_proxy_that_is_seen_now_explains_a_chain_that_was_not_trusted() {
    let mut seen = probe(false, Cause::TlsUntrusted, ReachedApi::No);
    seen.interception = Some(Interception {
        verdict: InterceptionKind::InterceptedBy,
        issuer: Some("CN=Example Inspection CA".into()),
        product: None,
        public_root: false,
        system_store: false,
        clients: vec![],
        why: "the chain was made by a product that inspects TLS".into(),
    });
    let mut found = finding(Branch::Connection, Cause::TlsUntrusted, Confidence::High);
    add(&mut found, Some(&seen), None, None);
    assert_eq!(pointers(&found), ["/probe/verdict/cause", "/probe/interception/verdict"]);
}

#[test]
fn the_status_page_adds_a_reason_where_times_meet_and_none_where_it_is_green() {
    let of = |page: &StatusSnapshot<Collected>, route| {
        let mut found = finding(Branch::ReturnedApiError, Cause::Overloaded, Confidence::Medium);
        add(&mut found, None, Some(page), route);
        assert_eq!((found.cause, found.confidence), (Cause::Overloaded, Confidence::Medium));
        pointers(&found)
    };
    assert_eq!(of(&page(ComponentState::PartialOutage, Some(Overlap::During)), None), ["/status/incidents"]);
    assert_eq!(of(&page(ComponentState::PartialOutage, Some(Overlap::Apart)), None), ["/status/components"]);
    assert_eq!(of(&page(ComponentState::Operational, Some(Overlap::Close)), None), ["/status/incidents"]);
    assert!(of(&page(ComponentState::Operational, None), None).is_empty());
    assert!(of(&page(ComponentState::MajorOutage, None), Some(RouteKind::Bedrock)).is_empty());
}

#[test]
fn the_sentences_are_whole_and_those_on_the_status_page_conclude_nothing() {
    let yaml: std::collections::BTreeMap<String, String> = serde_yaml::from_str(SOURCE).unwrap();
    for (name, sentence_of) in &yaml {
        assert_eq!(&sentence(name, &[]).matches('{').count(), &0, "{name}");
        assert_eq!(sentence(name, &[("x", "y")]).is_empty(), sentence_of.is_empty(), "{name}");
        if name.starts_with("status") {
            assert!(
                sentence_of.contains("no proof of a cause") || sentence_of.contains("not of this request"),
                "{name}"
            );
            for banned in ["fault", "blame", "clears", "therefore", "so the API", "rules out", "healthy", "explains"] {
                assert!(!sentence_of.contains(banned), "{name}: {banned}");
            }
        }
    }
    // What is filled in is never read as a template.
    assert!(sentence("interception", &[("why", "{target}")]).contains("{target}"));
}
