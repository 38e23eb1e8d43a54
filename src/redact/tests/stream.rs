//! The streaming filter: the same result however the input is cut, and nothing that a whole text would lose stays.

use proptest::prelude::*;

use super::fill;
use crate::model::vocabulary::Audience;
use crate::redact::Redactor;
use crate::redact::ahead::Ahead;
use crate::redact::finding::Finding;

fn redactor() -> Redactor {
    Redactor::builder().secret("GATEWAY_KEY", "gw.71fe0c2a9b-Known/Value").build().unwrap()
}

/// Gives out one part after the other, as a pipe does.
struct Parts<'a> {
    text: &'a [u8],
    cuts: Vec<usize>,
}

impl std::io::Read for Parts<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let size = self.cuts.pop().unwrap_or(self.text.len()).clamp(1, buffer.len()).min(self.text.len());
        buffer[..size].copy_from_slice(&self.text[..size]);
        self.text = &self.text[size..];
        Ok(size)
    }
}

fn streamed(redactor: &Redactor, text: &[u8], cuts: Vec<usize>) -> Vec<u8> {
    let mut out = Vec::new();
    redactor.redact_stream(Parts { text, cuts }, &mut out).unwrap();
    out
}

fn pieces() -> Vec<String> {
    let key = format!("sk-ant-api03-{}", fill(93, "w", 3));
    vec![
        format!("2026-11-20T10:00:00Z INFO using {key}\n"),
        format!("Authorization: Bearer {}\n", fill(40, "w", 4)),
        "2026-11-20 ERROR status=529 request_id=req_011CSHoEeqs5C35K2UUqR7Fy retry\n".to_owned(),
        "{\"model\":\"claude-sonnet-4-5\",\"messages\":[{\"role\":\"user\",\"content\":\"my private dog Rufus\"}]}\n".to_owned(),
        "{\n  \"messages\": [\n    {\n      \"role\": \"user\",\n      \"content\": \"my private dog Rufus\"\n    }\n  ],\n  \"max_tokens\": 5\n}\n".to_owned(),
        "Traceback (most recent call last):\n  File \"/srv/app/ask.py\", line 3, in ask\n    client.send(\"my private dog Rufus\")\n    ~~~~~~~~~~~^^^^^\nanthropic.APIError: no\n".to_owned(),
        format!("-----BEGIN RSA PRIVATE KEY-----\n{}\n{}\n-----END RSA PRIVATE KEY-----\n", fill(64, "w", 5), fill(40, "w", 6)),
        format!("{}\n  {}\n", &key[..50], &key[50..]),
        "gateway gw.71fe0c2a9b-Kno\n   wn/Value said no\n".to_owned(),
        "gateway gw.71fe0c2a9b-Known/Value said no\r\n".to_owned(),
        "  content: |\n    my private dog Rufus\n    barks\n  role: user\n".to_owned(),
        "\"password\":\n   \"hunter2-Rufus\",\n".to_owned(),
        "/srv/app/ask.js:12\n  await ask(\"my private dog Rufus\")\n        ^\n\nError: no\n".to_owned(),
        "\u{1b}[32mplain \u{e9}\u{1f600} text\u{1b}[0m\n".to_owned(),
        "\n".to_owned(),
        "{\"log\":\"{\\\"messages\\\":[{\\\"content\\\":\\\"my private d\",\"stream\":\"stdout\",\"time\":\"1\"}\n\
         {\"log\":\"og Rufus\\\"}]}\\n\",\"stream\":\"stdout\",\"time\":\"1\"}\n"
            .to_owned(),
        "2026-11-20T10:00:00.1Z stderr P {\"messages\":[{\"content\":\"my private dog\n\
         2026-11-20T10:00:00.1Z stdout F status=529\n2026-11-20T10:00:00.1Z stderr F  Rufus\"}]}\n"
            .to_owned(),
        "plain text without an end".to_owned(),
    ]
}

#[test]
fn what_spans_lines_goes() {
    let redactor = redactor();
    for piece in pieces() {
        let text = format!("before\n{piece}2026-11-20 after\n");
        let clean = String::from_utf8(streamed(&redactor, text.as_bytes(), Vec::new())).unwrap();
        for leak in [
            "Rufus",
            "Known/Value",
            "wn/Value",
            &fill(93, "w", 3)[40..60],
            &fill(64, "w", 5)[4..30],
            &fill(40, "w", 6)[..20],
        ] {
            assert!(!clean.contains(leak), "{clean}");
        }
        assert!(clean.starts_with("before\n") && clean.ends_with("2026-11-20 after\n"), "{clean}");
        assert_eq!(clean, String::from_utf8(streamed(&redactor, clean.as_bytes(), Vec::new())).unwrap(), "twice");
    }
}

#[test]
fn dumps_urls_and_prose_keep_nothing() {
    let redactor = redactor();
    for text in [
        "req &{Model:claude-sonnet-4-5 Messages:[{Role:user Content:[{Text:my private dog Rufus Type:text}]}] MaxTokens:5}",
        "{Content:[{Text:my private dog Rufus}]}",
        "GET /complete?model=x&prompt=my%20private%20dog%20Rufus&n=1",
        "body=%7B%22messages%22%3A%5B%7B%22role%22%3A%22user%22%2C%22content%22%3A%22my%20private%20dog%20Rufus%22%7D%5D%7D end",
        "login failed for app with password 'dog-Rufus-7'",
    ] {
        let clean = redactor.redact_str(text);
        assert!(!clean.contains("Rufus"), "{clean}");
        assert_eq!(clean, redactor.redact_str(&clean), "twice");
    }
    for text in [
        "Content:[]",
        "error Text: none",
        "{Status:529 Model:claude-sonnet-4-5}",
        "GET /v1/models?limit=20",
        "password 'required'",
    ] {
        assert_eq!(redactor.redact_str(text), text);
    }
}

#[test]
fn a_dump_that_closes_on_its_line_costs_no_line_after_it() {
    let redactor = redactor();
    for dump in [
        "req &{Model:claude-sonnet-4-5 Messages:[{Role:user Content:[{Text:my private) dog Rufus Type:text}]}] MaxTokens:5}",
        "Params{body=Body{maxTokens=9, messages=[MessageParam{content=Content{string=my dog Rufus]}, role=user}]}}",
        "MessageParam[role=user, content=my private ] dog Rufus]",
        "Message(role=USER, content=my private dog Rufus, id=3)",
    ] {
        let clean = String::from_utf8(streamed(&redactor, format!("{dump}\nsaid 529\nend\n").as_bytes(), Vec::new()));
        let clean = clean.unwrap();
        assert!(!clean.contains("Rufus") && clean.ends_with("\nsaid 529\nend\n"), "{clean}");
        assert_eq!(clean, redactor.redact_str(&clean), "twice");
    }
    for dump in ["Params{content=my dog\nRufus}", "Messages:[{Role:user Content:[{Text:my dog :)\nRufus}]}]"] {
        let clean = redactor.redact_str(&format!("{{ {dump}\nmore\n"));
        assert!(!clean.contains("Rufus"), "{clean}");
    }
}

#[test]
fn what_never_ends_is_removed_and_the_rest_stays() {
    let redactor = redactor();
    let filler = "    \"my private dog Rufus\",\n".repeat(40_000);
    let text = format!("{{\n \"messages\": [\n{filler}2026-11-20 after\n");
    let clean = String::from_utf8(streamed(&redactor, text.as_bytes(), Vec::new())).unwrap();
    assert!(!clean.contains("Rufus") && clean.ends_with("\n2026-11-20 after\n"), "{}", clean.len());
}

#[test]
fn records_of_a_line_that_never_ends_are_removed_and_those_of_others_stay() {
    let redactor = redactor();
    let record = |tag: &str, said: &str| format!("2026-11-20T10:00:00.1Z stdout {tag} {said}\n");
    for (said, shown) in [("my private dog Rufus ", 0), ("a plain word 4711 ", 40)] {
        let pieces = record("P", &said.repeat(900)).repeat(40);
        let begin = if shown == 0 { "{\"messages\":[{\"content\":\"" } else { "took 529 ms: " };
        let text = record("P", begin) + &pieces + &record("F", "the end") + &record("F", "status=529");
        let clean = String::from_utf8(streamed(&redactor, text.as_bytes(), vec![4099; 1000])).unwrap();
        assert!(
            !clean.contains("Rufus") && clean.ends_with("\n2026-11-20T10:00:00.1Z stdout F status=529\n"),
            "{shown}"
        );
        assert!(clean.matches("4711").count() == 900 * shown, "{shown}");
    }
}

/// Lines of all captures, of the rules' examples, and of the test pieces.
fn lines() -> Vec<String> {
    let mut lines: Vec<String> = pieces();
    for (_, text) in crate::redact::rules::builtin::sources() {
        lines.extend(
            super::expand(&text.replace("<fill:N:class>", ""))
                .0
                .lines()
                .map(|line| line.trim().trim_matches('\'').to_owned() + "\n"),
        );
    }
    let mut folders = vec![std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            if entry.path().is_dir() {
                folders.push(entry.path());
            } else if let Ok(text) = std::fs::read_to_string(entry.path()) {
                lines.extend(text.split_inclusive('\n').map(str::to_owned));
            }
        }
    }
    lines
}

#[test]
fn the_gate_never_passes_what_a_detector_finds() {
    for audience in [Audience::Vendor, Audience::Public, Audience::Internal] {
        let redactor =
            Redactor::builder().audience(audience).secret("GATEWAY_KEY", "gw.71fe0c2a9b-Known/Value").build().unwrap();
        let (mut cold, mut hot, mut fast) = (0, 0, 0);
        for line in lines() {
            // Which of two equally sure rules names a finding may differ; what goes may not.
            let places = |found: Vec<Finding>| found.iter().map(|f| f.range.clone()).collect::<Vec<_>>();
            let ungated = places(redactor.engine.find_ungated(line.as_bytes()));
            let scan = redactor.engine.scan(line.as_bytes());
            let (is_cold, views, known) = (scan.is_cold(), scan.scan.views, scan.scan.known);
            if line.find('\n') == Some(line.len() - 1) {
                let end = redactor.engine.cold_end(line.as_bytes(), 0, &mut Ahead::default());
                assert!(is_cold || end == 0, "the fast way passes {line}");
                fast += usize::from(end > 0);
            }
            let gated = places(redactor.engine.look_with(line.as_bytes(), None, scan).unwrap().findings);
            if views || known {
                assert!(ungated.is_empty() || !gated.is_empty(), "{line}");
            } else {
                assert_eq!(gated, ungated, "{line}");
            }
            let first = ungated.first();
            cold += usize::from(is_cold);
            hot += usize::from(!is_cold && first.is_none());
        }
        assert!(fast * 10 > cold * 9, "{fast} lines of {cold} take the fast way");
        assert!(cold > 2000 && hot * 2 < cold, "{cold} lines are cold, {hot} are looked at for nothing");
    }
}

#[test]
fn the_fast_way_over_many_lines_passes_no_line_that_is_looked_at_alone() {
    for audience in [Audience::Vendor, Audience::Public] {
        let redactor =
            Redactor::builder().audience(audience).secret("GATEWAY_KEY", "gw.71fe0c2a9b-Known/Value").build().unwrap();
        let plain = "2026-11-20T10:00:00.123Z INFO app.http: token was sent to https://example.com in 12ms\n";
        let lines: Vec<String> = lines()
            .into_iter()
            .filter(|line| line.find('\n') == Some(line.len() - 1))
            .enumerate()
            .flat_map(|(index, line)| vec![line; 1 + usize::from(index % 7 == 0)].into_iter().chain([plain.to_owned()]))
            .collect();
        let text = lines.concat();
        let mut hot = lines.iter().map(|line| !redactor.engine.scan(line.as_bytes()).is_cold());
        let mut ahead = Ahead::default();
        let (mut at, mut index, mut fast) = (0, 0, 0);
        while at < text.len() {
            let end = redactor.engine.cold_end(text.as_bytes(), at, &mut ahead);
            while at < end {
                assert!(!hot.next().unwrap(), "the fast way passes {}", lines[index]);
                (at, index, fast) = (at + lines[index].len(), index + 1, fast + 1);
            }
            if at < text.len() {
                hot.next();
                (at, index) = (at + lines[index].len(), index + 1);
            }
        }
        assert!(fast * 2 > lines.len(), "{fast} lines of {} take the fast way", lines.len());
    }
}

#[test]
fn a_line_among_others_is_scanned_as_it_is_alone() {
    let lines: Vec<String> = lines().into_iter().filter(|line| line.find('\n') == Some(line.len() - 1)).collect();
    let text = lines.concat();
    // With every line looked at, and with the fast way taken before: it may have gone beyond a line that is hot.
    for (fast, audience) in [(false, Audience::Vendor), (true, Audience::Vendor), (true, Audience::Public)] {
        let redactor = Redactor::builder().audience(audience).build().unwrap();
        let engine = &redactor.engine;
        let mut ahead = Ahead::default();
        let (mut at, mut hot) = (0, 0);
        for line in &lines {
            let end = at + line.len();
            if !fast || engine.cold_end(text.as_bytes(), at, &mut ahead) == at {
                let found = |scan| engine.look_with(line.as_bytes(), None, scan).unwrap().findings;
                let shown = |found: Vec<Finding>| found.iter().map(|f| format!("{f:?}")).collect::<Vec<_>>();
                let among = shown(found(engine.scan_line(text.as_bytes(), at..end, &mut ahead)));
                hot += usize::from(!among.is_empty());
                assert_eq!(among, shown(found(engine.scan(line.as_bytes()))), "{line}");
            }
            at = end;
        }
        assert!(hot > 300, "something is found in {hot} lines alone");
    }
}

#[test]
fn bytes_that_are_no_text_stay() {
    let redactor = redactor();
    let bytes: Vec<u8> = (0..=255u8).cycle().take(70_000).map(|b| if b == b'@' { 0xff } else { b }).collect();
    assert_eq!(streamed(&redactor, &bytes, Vec::new()), bytes);
}

#[test]
fn a_line_without_end_is_redacted_in_pieces() {
    let redactor = redactor();
    let secret = format!("sk-ant-api03-{}", fill(93, "w", 9));
    let mut text = "word ".repeat(1_200_000);
    for at in [4_190_000, 4_194_300, 4_259_830, 5_000_000] {
        text.insert_str(at, &format!(" {secret} "));
    }
    let clean = String::from_utf8(streamed(&redactor, text.as_bytes(), Vec::new())).unwrap();
    assert!(!clean.contains("sk-ant-api03") && clean.matches("[anthropic-api-key-1]").count() == 4);
    assert_eq!(clean.replace("[anthropic-api-key-1]", &secret), text);
    assert_eq!(clean, String::from_utf8(streamed(&redactor, text.as_bytes(), vec![7; 200_000])).unwrap());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn chunks_make_no_difference(
        order in prop::collection::vec(0..17usize, 1..14),
        cuts in prop::collection::vec(1..90usize, 0..60),
    ) {
        let redactor = redactor();
        let all = pieces();
        // The last piece has no line break.
        let text: String = order.iter().map(|index| all[*index].as_str()).chain([all[17].as_str()]).collect();
        let whole = streamed(&redactor, text.as_bytes(), Vec::new());
        prop_assert_eq!(&whole, &streamed(&redactor, text.as_bytes(), cuts));
        prop_assert_eq!(&whole, &streamed(&redactor, text.as_bytes(), vec![1; text.len()]));
        prop_assert!(!String::from_utf8_lossy(&whole).contains("Rufus"));
    }
}

#[test]
fn the_rest_of_a_token_goes_behind_the_time_of_its_line_whatever_ends_it() {
    let redactor = redactor();
    let (head, tail) = (format!("sk-or-v6-{}_Sd", fill(12, "w", 41)), format!("Ta_{}6k5_", fill(16, "w", 42)));
    let time = "2026-11-20T10:00:00.123Z ";
    for (lead, end) in [
        (format!("{time}> "), "\n"),
        (format!("{time}> "), "\\"),
        ("1,info,\"".to_owned(), "\",401"),
        ("1,info,\"".to_owned(), "\",401,\"said no more than that\""),
        ("\"1,info,\\\"".to_owned(), "\\\",401"),
        ("{'key': '".to_owned(), "', 'status': 401}"),
    ] {
        let text = format!("{lead}{head}\n{time}{tail}{end}\n{time}status=401\n");
        let shown = String::from_utf8(streamed(&redactor, text.as_bytes(), Vec::new())).unwrap();
        assert!(!shown.contains(&tail[..8]) && shown.ends_with("status=401\n"), "{text}{shown}");
    }
}

#[test]
fn a_number_is_found_wherever_it_stands_in_a_group_of_blocks() {
    // What no word announces is told by the classes of bytes alone, many blocks at once; its pattern may lie across two of them.
    let redactor = Redactor::builder().build().unwrap();
    let numbers =
        ["4012 8888 8888 1881", "415-555-0123", "+49 30 901820", "00:1a:2b:3c:4d:5e", "dana@corp.example.com"];
    for number in numbers {
        for before in (0..140).chain(440..660) {
            let text = format!("{}\n{} {number} b\nc\n", "a ".repeat(before / 2), "z".repeat(before % 2));
            let mut out = Vec::new();
            redactor.redact_stream(text.as_bytes(), &mut out).unwrap();
            let out = String::from_utf8(out).unwrap();
            assert!(!out.contains(number) && out.ends_with("] b\nc\n"), "{before} {number}: {out}");
        }
    }
}
