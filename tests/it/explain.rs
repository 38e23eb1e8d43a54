//! `evpack explain`: the list, one cause in both forms, and the answer to an unknown word.

use super::support::Evpack;

#[test]
fn the_list_names_every_branch_and_says_what_causes_mean() {
    let output = Evpack::new(["explain"]).run().code(0);
    let text = output.text();
    for branch in ["connection:", "timeout:", "returned-api-error:", "gateway:", "client-side:", "unknown:"] {
        assert!(text.lines().any(|line| line.starts_with(branch)), "{branch}: {text}");
    }
    assert!(text.contains("tls-untrusted: certificate not trusted") && text.contains("    dead-loopback\n"), "{text}");
}

#[test]
fn a_cause_is_explained_with_its_kinds_and_sources() {
    let output = Evpack::new(["explain", "tcp-refused"]).run().code(0);
    let text = output.text();
    for part in ["connection / tcp-refused", "Next step: ", "Moves to avoid:", "Escalate: ", "Where it is", "Sources:"]
    {
        assert!(text.contains(part), "{part}: {text}");
    }
    let json = Evpack::new(["explain", "--json", "rate-limit"]).run().code(0).json();
    let branches: Vec<&str> = json.as_array().unwrap().iter().map(|one| one["branch"].as_str().unwrap()).collect();
    assert_eq!(branches, ["returned-api-error", "gateway"]);
    for one in json.as_array().unwrap() {
        for key in ["not_this", "evidence", "sources"] {
            assert!(!one[key].as_array().unwrap().is_empty(), "{key}");
        }
    }
}

#[test]
fn an_unknown_word_is_an_error_with_the_nearest_ones() {
    let output = Evpack::new(["explain", "overlaoded"]).run().code(2);
    assert!(output.stdout.is_empty());
    assert!(output.stderr.contains("near: overloaded") && output.stderr.contains("hint: "), "{}", output.stderr);
}
