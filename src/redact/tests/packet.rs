//! Texts with names of people and machines by audience, numbering, learning, and the scan of finished bytes.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{fill, policy, redacted, redacted_with};
use crate::model::vocabulary::Audience;
use crate::model::{Identity, IdentityKind, KnownValue, Raw, Sensitive};
use crate::redact::known::Entry;
use crate::redact::{Ruleset, Watch, redact_text};
use crate::verify::scan;

fn for_audience(text: &str, audience: Audience) -> String {
    let identities = vec![
        Identity { value: Raw::text("dmiller"), kind: IdentityKind::User },
        Identity { value: Raw::text("build-box-7"), kind: IdentityKind::HostName },
        Identity { value: Raw::text("acme.example"), kind: IdentityKind::Domain },
    ];
    redact_text(&Raw::text(text), &policy(audience), &Sensitive { values: Vec::new(), identities }).to_string()
}

#[test]
fn names_are_hidden_by_audience() {
    let text = "dmiller@build-box-7 in /home/dmiller/app and C:\\Users\\dana\\x from 10.1.2.3 via fe80::1ff:fe23:4567:890a, mail d.miller@corp.test, db01.prod.internal, localhost, 127.0.0.1, 160.79.104.10, 8.8.8.8, wrkspc_01JwQvzr7rXLA5AGx3HKfFUJ";
    assert_eq!(for_audience(text, Audience::Internal), text);
    let vendor = for_audience(text, Audience::Vendor);
    for gone in ["dmiller", "build-box-7", "10.1.2.3", "fe80::", "d.miller", "db01", "dana"] {
        assert!(!vendor.contains(gone), "{gone} in {vendor}");
    }
    for stays in
        ["localhost", "127.0.0.1", "160.79.104.10", "8.8.8.8", "wrkspc_01JwQvzr7rXLA5AGx3HKfFUJ", "[home-1]/app"]
    {
        assert!(vendor.contains(stays), "{stays} in {vendor}");
    }
    let public = for_audience(text, Audience::Public);
    assert!(!public.contains("wrkspc_") && !public.contains("8.8.8.8") && public.contains("160.79.104.10"), "{public}");
}

#[test]
fn equal_values_get_equal_numbers_and_standing_placeholders_keep_theirs() {
    let (one, two) = (fill(30, "a", 1), fill(30, "a", 2));
    let text = format!("[password-4] password={one} x\npassword={two}\npassword={one}");
    assert_eq!(redacted(&text), "[password-4] password=[password-5] x\npassword=[password-6]\npassword=[password-5]");
}

#[test]
fn a_common_value_goes_in_credential_position_only() {
    let text = "admin says: the admin page; ANTHROPIC_AUTH_TOKEN=admin";
    assert_eq!(redacted_with(text, "admin"), "admin says: the admin page; ANTHROPIC_AUTH_TOKEN=[token-1]");
}

#[test]
fn credentials_go_in_every_position() {
    let secret = fill(28, "a", 9);
    let mut wrong = Vec::new();
    for text in [
        "password=§",
        "PASSWORD: \"§\"",
        "\"password\": \"§\"",
        "{\\\"client_secret\\\":\\\"§\\\"}",
        "--password §",
        "--api-key=§",
        "x-api-key: §",
        "> X-Api-Key: §\r\n",
        "(b'x-api-key', b'§')",
        "[('authorization', 'Bearer §')]",
        "{'x-api-key': '§'}",
        "rawHeaders: [ 'x-api-key', '§' ]",
        "{\"name\":\"x-api-key\",\"value\":\"§\"}",
        "cookie: a=1; session=§",
        "set-cookie: __cf_bm=§; path=/",
        "'set-cookie': '__cf_bm=§; path=/'",
        "export GATEWAY_TOKEN=§",
        "os.environ[\"MY_API_KEY\"] = \"§\"",
        "Proxy-Authorization: Basic §",
        "http://u:§@proxy.example.com:8080",
        "postgres://u:§@db.example.com/x",
        "https://x.example/?api_key=§&y=1",
        "Server=x;Password=§;",
        "apiKey: '§',",
        "headers: { authorization: 'Bearer §' }",
        "authorization=Bearer%20§",
        "\\nANTHROPIC_AUTH_TOKEN=§\\n",
        "curl -u user:§ https://x",
        "ANTHROPIC_CUSTOM_HEADERS=X-Gateway: §",
        "aws_secret_access_key = §",
        "\"accessToken\":\"§\"",
        "token = \"§\"",
        "secret => '§'",
        "-H \"x-api-key: §\"",
        "-H 'Authorization: Bearer §'",
        "AZURE_OPENAI_API_KEY=§",
        "curl -H \"cf-aig-authorization: Bearer §\" x",
        "GATEWAY_KEY=§",
        "$env:GATEWAY_KEY = \"§\"",
        "Environment=\"GATEWAY_KEY=§\"",
        "setenv GATEWAY_KEY §",
        "set -x GATEWAY_KEY §",
        "SECRET_KEY_BASE=§",
        "pass: §",
        "[\"x-api-key\"]=> string(20) \"§\"",
        "<add key=\"ApiKey\" value=\"§\"/>",
        "| ANTHROPIC_API_KEY | `§` |",
        "ANTHROPIC_API_KEY (set): §",
        "ANTHROPIC_API_KEY    §",
        "ENV ANTHROPIC_API_KEY §",
        "gh secret set ANTHROPIC_API_KEY -b\"§\"",
        "aws configure set aws_secret_access_key §",
    ] {
        let shown = redacted(&text.replace('§', &secret));
        if shown.contains(&secret) {
            wrong.push(text);
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn finished_bytes_are_refused_where_a_value_stands_in_any_form() {
    let value = "s3cr3t/Value+0123456789";
    let entries = [Entry {
        value: value.into(),
        kind: "secret".into(),
        rule: "known-value".into(),
        rank: crate::redact::finding::Rank::Known,
    }];
    let watch = Watch::new(&entries, Ruleset::builtin().unwrap(), Vec::new()).unwrap();
    let cores = crate::redact::encodings::base64_forms(value.as_bytes());
    let whole = ["", "u:", "x"].map(|before| STANDARD.encode(format!("{before}{value}")));
    for form in crate::redact::encodings::forms(value).into_iter().filter(|form| !cores.contains(form)).chain(whole) {
        let text = format!("line one\nline two {form} end");
        assert!(scan(&watch, "packet.md", text.as_bytes()).is_err(), "{form}");
    }
    let leak = scan(&watch, "packet.md", format!("one\ntwo {value}").as_bytes()).unwrap_err();
    assert_eq!((leak.rule.as_str(), leak.line), ("known-value", 2));
    assert!(!leak.to_string().contains(value));
    let key = format!("sk-ant-api03-{}", fill(40, "w", 3));
    assert!(scan(&watch, "packet.json", key.as_bytes()).is_err());
    assert!(scan(&watch, "packet.json", b"{\"error\":\"[known-value-1] Connection refused\"}").is_ok());
}

#[test]
fn a_known_value_is_removed_as_its_kind() {
    let sensitive = Sensitive {
        values: vec![KnownValue {
            value: Raw::text("Zx9-gateway-Secret"),
            kind: "gateway-key",
            place: Raw::text("GATEWAY_KEY"),
        }],
        identities: Vec::new(),
    };
    let shown = redact_text(&Raw::text("a Zx9-gateway-Secret b"), &policy(Audience::Internal), &sensitive);
    assert_eq!(shown.as_str(), "a [gateway-key-1] b");
}
