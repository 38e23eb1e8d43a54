//! `evpack rules`, own rule files, and rule files of gitleaks, through the real program.

use super::support::Evpack;

/// In two parts, so that no scanner takes the file for a leak.
fn acme() -> String {
    ["acme_", "0123456789abcdef"].concat()
}

fn own_rules() -> String {
    format!(
        "rules:\n- id: acme-token\n  description: Token of the Acme gateway\n  anchors: [acme_]\n  pattern: 'acme_[0-9a-z]{{16,}}'\n  placeholder: acme-token\n  source: internal documentation\n  must_match: ['{0}', 'key={0}']\n  must_stay: ['acme_', 'acme_short']\n",
        acme()
    )
}

const GITLEAKS: &str = "title = \"own\"\n\n[extend]\nuseDefault = true\n\n[[rules]]\nid = \"acme-gateway\"\ndescription = \"Acme\"\nregex = '''(?i)\\b(acme_[a-z0-9]{16})(?:[\\x60'\"\\s;]|\\\\[nr]|$)'''\nentropy = 2\nkeywords = [\"acme_\"]\n[[rules.allowlists]]\nstopwords = [\"sample\"]\n";

#[test]
fn the_list_has_every_family_and_json_has_every_key() {
    let output = Evpack::new(["rules", "list", "--json"]).run().code(0);
    let list = output.json();
    let rules = list.as_array().unwrap();
    assert!(rules.len() >= 250, "{}", rules.len());
    for rule in rules {
        for key in ["id", "kind", "family", "description", "source"] {
            assert!(rule[key].as_str().is_some_and(|text| !text.is_empty()), "{rule}");
        }
    }
    for family in [
        "anthropic",
        "llm",
        "cloud",
        "ci",
        "code-hosts",
        "packages",
        "payment",
        "monitoring",
        "databases",
        "webhooks",
        "files",
        "keys",
        "http",
        "chat",
    ] {
        assert!(rules.iter().any(|rule| rule["family"] == family), "{family}");
    }
    let text = Evpack::new(["rules", "list"]).run().code(0);
    assert_eq!(text.text().lines().count(), rules.len());
}

#[test]
fn a_good_file_has_no_problem_and_works_in_a_packet() {
    Evpack::new(["rules", "check", "acme.yaml"]).file("acme.yaml", own_rules()).run().code(0);
    let log = format!("anthropic.APIConnectionError: Connection error. via {}\n", acme());
    let args = ["collect", "--offline", "--rules", "acme.yaml", "-o", "-", "error.log"];
    let output = Evpack::new(args).fixed().file("acme.yaml", own_rules()).file("error.log", log).run().code(0);
    assert!(output.text().contains("[acme-token-1]"), "{}", output.text());
    assert!(!output.text().contains(&acme()));
}

#[test]
fn every_problem_of_a_file_is_told_with_its_line() {
    let bad = "rules:\n- id: Bad Id\n  description: x\n  anchors: [zz]\n  pattern: 'zz('\n  source: y\n  colour: red\n  must_match: [zz]\n  must_stay: [y]\n- id: wrong-examples\n  description: x\n  anchors: [zz-]\n  pattern: 'zz-[0-9]+'\n  source: y\n  must_match:\n  - zz-1\n  - yy\n  must_stay: [zz-2]\n- id: no-pattern\n  description: x\n  back: many\n";
    let output = Evpack::new(["rules", "check", "bad.yaml"]).file("bad.yaml", bad).run().code(2);
    for part in [
        "bad.yaml:2: id `Bad Id`",
        "bad.yaml:5: rule `Bad Id`: the pattern is not valid",
        "bad.yaml:7: unknown key `colour`",
        "bad.yaml:17: rule `wrong-examples`: example 2 of `must_match` is not found",
        "bad.yaml:18: rule `wrong-examples`: example 1 of `must_stay` is found",
        "bad.yaml:19: the key `pattern` is missing",
        "bad.yaml:21: `back` must be a number",
        "\nhint: ",
    ] {
        assert!(output.stderr.contains(part), "{part} in {}", output.stderr);
    }
    assert!(output.stdout.is_empty());
}

#[test]
fn a_gitleaks_file_is_imported_with_its_exceptions() {
    let output = Evpack::new(["rules", "check", "g.toml"]).file("g.toml", GITLEAKS).run().code(0);
    assert!(output.stderr.contains("g.toml:3: `useDefault`"), "{}", output.stderr);
    let text = format!("a {}\nb acme_sample7890abcdef\nc acme_aaaaaaaaaaaaaaaa\n", acme());
    let output = Evpack::new(["rules", "test", "--rules", "g.toml", "--json"])
        .file("g.toml", GITLEAKS)
        .stdin(text)
        .run()
        .code(0);
    let hits = output.json();
    assert_eq!(hits.as_array().unwrap().len(), 1, "{hits}");
    assert_eq!(hits[0]["rule"], "acme-gateway");
    assert_eq!(hits[0]["placeholder"], "[acme-gateway-1]");
    assert_eq!((hits[0]["line"].as_u64(), hits[0]["column"].as_u64()), (Some(1), Some(3)));
    assert_eq!((hits[0]["end_line"].as_u64(), hits[0]["end_column"].as_u64()), (Some(1), Some(23)));
}

#[test]
fn an_imported_rule_takes_no_blanks_and_no_line_breaks() {
    let toml = "[[rules]]\nid = \"acme\"\nregex = '''acme=([a-z0-9]{12})(?:[\\s;]|$)|(acmex_[a-z0-9]{12})(?:[\\s;]|$)'''\nkeywords = [\"acme\"]\n";
    let text = "a acme=abcdef123456\nb acmex_abcdef123456 c\n";
    let output = Evpack::new(["redact", "-q", "--rules", "g.toml"]).file("g.toml", toml).stdin(text).run().code(0);
    assert_eq!(output.text(), "a acme=[acme-1]\nb [acme-2] c\n");
}

#[test]
fn what_gitleaks_has_and_evpack_has_not_is_said() {
    let toml =
        "[[rules]]\nid = \"hex\"\nregex = '''[0-9a-f]{32}'''\n\n[[rules]]\nid = \"look\"\nregex = '''look_(?=x)y'''\n";
    let output = Evpack::new(["rules", "check", "g.toml"]).file("g.toml", toml).run().code(2);
    assert!(output.stderr.contains("g.toml:3: rule `hex`: the regex has no literal"), "{}", output.stderr);
    assert!(output.stderr.contains("g.toml:7: rule `look`: look-around"), "{}", output.stderr);
}

#[test]
fn a_rule_without_a_literal_holds_near_its_keywords_alone() {
    let toml = "[[rules]]\nid = \"hex\"\nregex = '''\\b([0-9a-f]{40})\\b'''\nkeywords = [\"acme\"]\n";
    let output = Evpack::new(["rules", "check", "g.toml"]).file("g.toml", toml).run().code(0);
    assert!(output.stderr.contains("rule `hex`: the regex has no literal"), "{}", output.stderr);
    let hex = "0123456789".repeat(4);
    let text = format!("Acme uses {hex}\ncommit {hex}\n");
    let output = Evpack::new(["redact", "-q", "--rules", "g.toml"]).file("g.toml", toml).stdin(text).run().code(0);
    assert_eq!(output.text(), format!("Acme uses [hex-1]\ncommit {hex}\n"));
}

#[test]
fn a_test_says_where_and_never_what() {
    let secret = ["sk-ant-", "api03-", "QbCdEfGh1jKlMn0pQrStUvWx"].concat();
    let text = format!("first\nlevel=error key={secret} status=401\n");
    for args in [&["rules", "test", "app.log"][..], &["rules", "test", "--json", "app.log"]] {
        let output = Evpack::new(args.iter().copied()).file("app.log", &text).run().code(0);
        assert!(output.text().contains("anthropic-api-key"), "{}", output.text());
        assert!(!output.text().contains("QbCdEf") && !output.stderr.contains("QbCdEf"));
    }
    let output = Evpack::new(["rules", "test"]).stdin(text.clone()).run().code(0);
    assert!(output.text().starts_with("2:17-2:"), "{}", output.text());
}

#[test]
fn personal_data_is_switched_in_the_configuration() {
    let log = "anthropic.APIConnectionError: Connection error. dana@corp.example.com from 10.1.2.3\n";
    let config = "personal:\n  email: []\n  private-ip: [vendor]\n";
    let args = ["collect", "--offline", "-o", "-", "error.log"];
    let output = Evpack::new(args).fixed().file("evpack.yaml", config).file("error.log", log).run().code(0);
    assert!(
        output.text().contains("dana@corp.example.com") && !output.text().contains("10.1.2.3"),
        "{}",
        output.text()
    );
    let wrong = "personal:\n  shoe-size: [public]\n";
    let output = Evpack::new(args).fixed().file("evpack.yaml", wrong).file("error.log", log).run().code(2);
    assert!(output.stderr.contains("expected one of `user`"), "{}", output.stderr);
}
