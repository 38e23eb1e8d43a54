//! Packing and reading back: the same evidence, whatever the texts are, in every form.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use evpack::archive::{self, block::CARRIED};
use evpack::model::Sensitive;
use evpack::model::vocabulary::{Audience, Format};
use evpack::redact::{CleanJson, Policy, Ruleset, redact_received};
use evpack::render::{self, Container, View};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{Evpack, show, verify};
use crate::support::{capture, repository};

static BASE: LazyLock<Value> = LazyLock::new(|| {
    let bytes = std::fs::read(repository("fixtures/packets/v1.json")).unwrap();
    let mut packet: Value = serde_json::from_slice(&bytes).unwrap();
    packet["note"] = "a note".into();
    packet["metadata"] = json!([{"key": "team", "value": "search"}]);
    packet["attempts"] = json!([
        {"n": 1, "at": packet["created_at"], "outcome": "no answer", "failure": "/failures/0", "changed": [], "followed": [], "not_compared": [], "repeats": null, "conclusion": null},
        {"n": 2, "at": {"absent": "not-in-input", "how_to_get_it": "look at the log"}, "outcome": "answered", "failure": null, "changed": ["HTTPS_PROXY"], "followed": ["route"], "not_compared": ["dns"], "repeats": {"kind": "persistent", "failed": 2, "of": 2}, "conclusion": "one-change: HTTPS_PROXY removed"},
    ]);
    packet
});

/// Places of free text in a packet.
const TEXTS: &[&str] = &[
    "/verdict/summary",
    "/verdict/next_step",
    "/verdict/escalate",
    "/verdict/because/0/statement",
    "/verdict/not_this/0",
    "/failure/exception_class",
    "/failure/error_string",
    "/failure/error_message",
    "/failure/cause_chain/0/message",
    "/failure/source/input",
    "/failures/0/error_string",
    "/client/runtime/source",
    "/host/os_version",
    "/route/base_url",
    "/route/why/0",
    "/attempts/0/outcome",
    "/attempts/1/changed/0",
    "/attempts/1/conclusion",
    "/checklist/1/source",
    "/inputs/0/name",
    "/note",
    "/metadata/0/key",
    "/metadata/0/value",
    "/attachments/0/source",
    "/attachments/0/text",
    "/timezone",
];

/// Texts that act somewhere: in Markdown, HTML, JSON, templates, tables, on a terminal, or in the block of data itself.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => prop::sample::select(vec![
            "```", "~~~", "~~~json", "<!-- evpack-data 2 words=sha256:0 data=sha256:0 -->", "</details>", "<details>", "\n", "\r\n", "\r",
            "\t", " ", "| a | b |", "# ", "> ", "- [ ] ", "{{ 7*7 }}", "{% raw %}", "{#", "&lt;", "<script>", "-->", "]]>", "[x](y)", "![](z)",
            "\\", "\\u0000", "\"", "'", "=1+1", "+", "@", "\u{0}", "\u{1b}[31m", "\u{7f}", "\u{85}", "\u{a0}", "\u{200b}", "\u{202e}", "\u{2028}",
            "\u{feff}", "\u{e0041}", "\u{fffd}", "\u{10ffff}", "e\u{301}", "ﷺ", "日本", "🧑‍💻", "absent", "null", "PK\u{3}\u{4}", "Did the request reach Anthropic",
        ]).prop_map(str::to_owned),
        2 => "[ -~]{0,12}",
        1 => any::<String>().prop_map(|text| text.chars().take(20).collect()),
    ];
    prop::collection::vec(piece, 1..8).prop_map(|pieces| pieces.concat())
}

/// Keys that no version knows, with anything behind them.
fn unknown() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        (-1e300..1e300_f64).prop_map(Value::from),
        text().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::btree_map(text(), inner, 0..5)
                .prop_map(|entries| Value::Object(entries.into_iter().collect())),
        ]
    })
}

fn clean(packet: Value) -> CleanJson {
    let rules = Ruleset::builtin().unwrap();
    let policy = Policy { audience: Audience::Internal, rules, personal: BTreeMap::new(), allow: Vec::new() };
    redact_received(packet, &policy, &Sensitive::default()).unwrap().0
}

fn packed(clean: &CleanJson, format: Format) -> Vec<u8> {
    let artifact = render::received(clean.clone(), &View::Form(format)).unwrap();
    match artifact.container() {
        Container::Single => artifact.members()[0].bytes.clone(),
        Container::Zip { modified } => evpack::write::zip::pack(artifact.members(), modified).unwrap(),
    }
}

/// The keys that Markdown promises.
fn promised(packet: &Value) -> Value {
    CARRIED.iter().map(|key| ((*key).to_owned(), packet[*key].clone())).collect::<serde_json::Map<_, _>>().into()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn what_is_packed_is_what_is_read(texts in prop::collection::vec(text(), TEXTS.len()), later in unknown(), inner in unknown()) {
        let mut packet = BASE.clone();
        for (place, text) in TEXTS.iter().zip(texts) {
            *packet.pointer_mut(place).unwrap_or_else(|| panic!("{place}")) = text.into();
        }
        packet["of_a_later_version"] = later;
        packet["failure"]["of_a_later_version"] = inner.clone();
        packet["attempts"][0]["of_a_later_version"] = inner.clone();
        packet["checklist"][0]["of_a_later_version"] = inner;
        // What redaction takes away is gone in every form; the rest must be there in every form.
        let clean = clean(packet);
        let json = archive::read_bytes(&packed(&clean, Format::Json)).unwrap();
        prop_assert_eq!(json.value(), clean.value());
        let zip = archive::read_bytes(&packed(&clean, Format::Zip)).unwrap();
        let mut of_zip = zip.value().clone();
        // The one thing that a zip may name anew are its own files.
        of_zip["attachments"][0]["file"] = clean.value()["attachments"][0]["file"].clone();
        prop_assert_eq!(&of_zip, clean.value());
        let markdown = archive::read_bytes(&packed(&clean, Format::Markdown)).unwrap();
        prop_assert_eq!(markdown.value(), &promised(clean.value()));
        let prose = markdown.prose().unwrap();
        prop_assert!(prose.words_match && prose.data_match && prose.frame_matches);
        // And once more round: nothing is lost on the second way either.
        let again = archive::read_bytes(&packed(&self::clean(markdown.value().clone()), Format::Markdown)).unwrap();
        prop_assert_eq!(again.value(), markdown.value());
    }
}

/// The same with the real program, over real captures of each client.
#[test]
fn every_way_between_the_forms_keeps_what_is_promised() {
    for name in [
        "curl/dns.txt",
        "python-sdk/conn_refused.txt",
        "typescript-sdk/http_529_print.txt",
        "claude-code/tls_untrusted_ca.txt",
    ] {
        let make = |file: &str| {
            let run = Evpack::new(["collect", "-q", "--offline", "-o", file]).arg(capture(name)).fixed();
            run.run().code(0).files[file].clone()
        };
        let original: Value = serde_json::from_slice(&make("p.json")).unwrap();
        let turned = |bytes: &[u8], from: &str, to: &str| {
            let (from, out) = (format!("p.{from}"), format!("q.{to}"));
            let shown = show(&["--format", to, "-o", &out], &from, bytes).code(0);
            verify(&[], &out, &shown.files[&out]).code(if to == "json" && from == "p.md" { 3 } else { 0 });
            shown.files[&out].clone()
        };
        let value = |bytes: &[u8]| archive::read_bytes(bytes).unwrap().value().clone();
        assert_eq!(value(&turned(&turned(&make("p.zip"), "zip", "json"), "json", "zip")), original, "{name}");
        assert_eq!(value(&turned(&turned(&make("p.json"), "json", "zip"), "zip", "json")), original, "{name}");
        assert_eq!(value(&turned(&make("p.zip"), "zip", "md")), promised(&original), "{name}");
        let markdown = make("p.md");
        assert_eq!(value(&markdown), promised(&original), "{name}");
        assert_eq!(value(&turned(&turned(&markdown, "md", "json"), "json", "md")), promised(&original), "{name}");
    }
}
