//! Personal and customer data by audience, and look-alikes that are evidence and stay.

use std::collections::BTreeMap;

use super::{fill, policy};
use crate::model::vocabulary::{Audience, PersonalKind};
use crate::model::{Raw, Sensitive};
use crate::redact::{Policy, redact_text};

fn shown(text: &str, policy: &Policy) -> String {
    redact_text(&Raw::text(text), policy, &Sensitive::default()).to_string()
}

/// Text, what must be gone, and the placeholder that must stand there. None is a number of a person: they are the
/// published examples of the standards, or documentation ranges.
const HIDDEN: &[(&str, &str, &str)] = &[
    ("write to dana.smith@corp.example.com today", "dana.smith", "[email-1]"),
    ("user=dana.smith%40corp.example.com&x=1", "dana.smith", "[email-1]"),
    ("write to jörg@müller.example.de.", "jörg@m", "[email-1]"),
    ("请联系dana@corp.example.com谢谢", "dana", "[email-1]"),
    ("call +49 170 1234567 now", "1234567", "[phone-1]"),
    ("call (212) 555-0143.", "555-0143", "[phone-1]"),
    ("call 212-555-0143 or", "555-0143", "[phone-1]"),
    ("{\"phone\": \"0170 1234567\"}", "1234567", "[phone-1]"),
    ("mobile_number=01701234567", "1234567", "[phone-1]"),
    ("tel:+442079460123", "2079460", "[phone-1]"),
    ("paid with 4111 1111 1111 1111 today", "1111", "[payment-card-1]"),
    ("card 4111111111111111", "4111", "[payment-card-1]"),
    ("amex 3782-822463-10005", "822463", "[payment-card-1]"),
    ("{\"card\":\"5555555555554444\"}", "5555", "[payment-card-1]"),
    ("IBAN DE89 3704 0044 0532 0130 00.", "3704", "[iban-1]"),
    ("to GB82WEST12345698765432 from", "WEST", "[iban-1]"),
    ("ssn 219-09-9999", "219-09", "[national-id-1]"),
    ("NI number AB 12 34 56 C", "12 34", "[national-id-1]"),
    ("dni 12345678Z", "12345678", "[national-id-1]"),
    ("CF RSSMRA85T10A562S", "RSSMRA", "[national-id-1]"),
    ("cpf 111.444.777-35", "111.444", "[national-id-1]"),
    ("id 11010519491231002X", "19491231", "[national-id-1]"),
    ("pnr 811218-9876", "811218", "[national-id-1]"),
    ("hetu 131052-308T", "131052", "[national-id-1]"),
    ("aadhaar 2341 2341 2346", "2341", "[national-id-1]"),
    ("steuer_id: 86095742719", "86095742719", "[national-id-1]"),
    ("AHV 756.9217.0769.85", "9217", "[national-id-1]"),
    ("bsn 111222333 of", "111222", "[national-id-1]"),
    ("NHS number 943 476 5919", "476", "[national-id-1]"),
    ("pesel: 44051401359", "4405", "[national-id-1]"),
    ("open /home/dana/app.py", "dana", "[home-1]"),
    ("open /Users/Dana/app.py", "Dana", "[home-1]"),
    ("path=%2Fhome%2Fdana%2Fapp", "dana", "[home-1]"),
    ("path=%252Fhome%252Fdana%252Fapp", "dana", "[home-1]"),
    ("C:\\Users\\Dana\\app.py", "Dana", "[home-1]"),
    ("\"C:\\\\Users\\\\Dana\\\\app.py\"", "Dana", "[home-1]"),
    ("u=C%3A%5CUsers%5CDana%5Capp", "Dana", "[home-1]"),
    ("TEMP=C:\\Users\\DANAMU~1\\AppData", "DANAMU", "[home-1]"),
    ("/mnt/c/Users/dana/app", "dana", "[home-1]"),
    ("file:///home/dana/app.js", "dana", "[home-1]"),
    ("file:///C:/Users/dana/app.js", "dana", "[home-1]"),
    ("from 10.1.2.3 to", "10.1.2.3", "[private-ip-1]"),
    ("from 192.168.7.9:443", "192.168", "[private-ip-1]"),
    ("peer fe80::1ff:fe23:4567:890a", "4567", "[private-ip-1]"),
    ("proxy build7.corp failed", "build7", "[host-1]"),
    ("resolve db.prod.internal now", "db.prod", "[host-1]"),
    ("ether 00:1a:2b:3c:4d:5e txqueuelen", "1a:2b", "[mac-1]"),
    ("Physical Address: 00-1A-2B-3C-4D-5E", "1A-2B", "[mac-1]"),
    ("cp ~dana/.anthropic/key .", "dana", "[home-1]"),
    ("open \\\\fs01\\home\\dana\\app.py", "dana", "[home-1]"),
    ("C:\\Users\\Dana Smith\\app.py", "Smith", "[home-1]\\app.py"),
    ("C:\\Documents and Settings\\dana\\x", "dana", "[home-1]"),
    ("\\/Users\\/dana\\/x", "dana", "[home-1]"),
    ("/Volumes/Macintosh HD/Users/dana/x", "dana", "[home-1]/x"),
    ("/usr/home/dana/x", "dana", "[home-1]"),
    ("/private/var/folders/8k/abcdefg12345abcdef/T/x", "abcdefg", "[home-1]/T/x"),
    ("vscode-remote://ssh-remote+box/home/dana/x", "dana", "[home-1]"),
    ("USER=dsmith SHELL=/bin/zsh", "dsmith", "USER=[user-1] SHELL"),
    ("{\"username\": \"dsmith\", \"id\": 1}", "dsmith", "[user-1]"),
    ("uid=1000(dsmith) gid=1000(dsmith)", "dsmith", "uid=1000([user-1]) gid=1000([user-1])"),
    ("session opened for user dsmith(uid=1000)", "dsmith", "[user-1]"),
    ("sudo: dsmith : TTY=pts/0 ; PWD=/", "dsmith", "[user-1]"),
    ("dsmith@build-7:~/app$ claude", "build-7", "[user-1]:~/app$"),
    ("scp dsmith@10.0.0.7:/x .", "dsmith", "scp [user-1]@"),
    ("git clone ssh://dsmith@git.example.com/x", "dsmith", "ssh://[user-1]@git.example.com/x"),
    ("Author: Dana Smith <dana@firm.example.org>", "Dana", "[email-1]"),
    ("git config user.name \"Dana Smith\"", "Dana", "[user-1]"),
    ("dana\\u0040firm.example.org", "dana", "[email-1]"),
    ("mail dana&#64;firm.example.org", "dana", "[email-1]"),
    ("u=dana%2540firm.example.org", "dana", "[email-1]"),
    ("call 0041 44 668 18 00", "668", "[phone-1]"),
    ("call 0049 30 901820.", "901820", "[phone-1]"),
    ("phone=%2B442079460123", "2079460", "[phone-1]"),
    ("Telefon 030-901820", "901820", "[phone-1]"),
    ("mobile 0151 12345678", "12345678", "[phone-1]"),
    ("call 1-800-555-0143", "555", "[phone-1]"),
    ("iban=DE89+3704+0044+0532+0130+00", "3704", "[iban-1]"),
    ("Steuer-ID 86 095 742 719", "095 742", "[national-id-1]"),
    ("SIN 046 454 286", "046 454", "[national-id-1]"),
    ("AHV 7569217076985", "7569217", "[national-id-1]"),
    ("arp 0011.2233.4455", "2233", "[mac-1]"),
    ("mac address 001a.2b3c.4d5e", "2b3c", "[mac-1]"),
    ("mac=001A2B3C4D5E", "1A2B", "[mac-1]"),
    ("open \\\\fileserver01\\share\\x", "fileserver01", "[host-1]\\share"),
    ("DESKTOP-A1B2C3D said no", "A1B2C3D", "[host-1]"),
    ("Danas-MacBook-Pro said no", "Danas", "[host-1]"),
    ("HOSTNAME=build-07", "build-07", "[host-1]"),
    ("Nov 20 10:00:00 ip-10-1-2-3 app: x", "10-1-2", "[host-1]"),
];

/// Hidden from the public only.
const PUBLIC: &[(&str, &str, &str)] = &[
    ("peer 93.184.216.34 port", "93.184", "[public-ip-1]"),
    ("peer 2606:4700:10::6814:507 port", "6814", "[public-ip-1]"),
    ("anthropic-organization-id: 8a1b2c3d-4e5f-6789-abcd-ef0123456789", "8a1b", "[organisation-1]"),
    (
        "peer 93.184.216.35 behind 203.0.113.9 and 192.0.2.44",
        "93.184",
        "[public-ip-1] behind 203.0.113.9 and 192.0.2.44",
    ),
    ("workspace_id=wrkspc_01AbCdEf23", "01AbCd", "[organisation-1]"),
    ("remote_addr=93.184.216.34", "93.184", "[public-ip-1]"),
    ("\"organization\":{\"uuid\":\"8a1b2c3d-4e5f-6789-abcd-ef0123456789\"}", "8a1b", "[organisation-1]"),
    ("AADSTS700016: not found in tenant '8a1b2c3d-4e5f-6789-abcd-ef0123456789'", "8a1b", "[organisation-1]"),
    ("project_number:481937265018", "4819", "[organisation-1]"),
    ("projects/kestrel-llm/locations/us-east5", "kestrel", "projects/[organisation-1]/locations"),
    ("{\"organizationName\":\"Kestrel Works\"}", "Kestrel", "[organisation-1]"),
    ("https://kestrel-llm.openai.azure.com/openai", "kestrel", "[organisation-1].openai.azure.com"),
    ("orgId=8a1b2c3d-4e5f-6789-abcd-ef0123456789", "8a1b", "[organisation-1]"),
    ("subscriptions/8a1b2c3d-4e5f-6789-abcd-ef0123456789/x", "8a1b", "[organisation-1]"),
    ("pull 123456789012.dkr.ecr.us-east-1.amazonaws.com/x", "123456789012", "[organisation-1]"),
];

#[test]
fn each_kind_is_hidden_from_its_audiences() {
    let mut wrong = Vec::new();
    for (list, audience) in [(HIDDEN, Audience::Vendor), (HIDDEN, Audience::Public), (PUBLIC, Audience::Public)] {
        for (text, gone, placeholder) in list {
            let out = shown(text, &policy(audience));
            if out.contains(gone) || !out.contains(placeholder) {
                wrong.push(format!("{audience}: {text} -> {out}"));
            }
        }
    }
    for (text, _, _) in PUBLIC {
        if shown(text, &policy(Audience::Vendor)) != *text {
            wrong.push(format!("vendor: {text} -> {}", shown(text, &policy(Audience::Vendor))));
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn words_that_no_blank_parts_from_an_address_stay() {
    assert_eq!(shown("请联系dana@corp.example.com谢谢", &policy(Audience::Vendor)), "请联系[email-1]谢谢");
}

#[test]
fn a_user_id_of_claude_code_is_hidden_from_all() {
    let text =
        format!("\"user_id\":\"user_{}_account__session_8a1b2c3d-4e5f-6789-abcd-ef0123456789\"", fill(64, "h", 5));
    for audience in Audience::ALL {
        assert_eq!(shown(&text, &policy(*audience)), "\"user_id\":\"[user-id-1]\"");
    }
}

#[test]
fn each_kind_can_be_switched_for_each_audience() {
    let with = |audience, kind, audiences: &[Audience]| Policy {
        personal: BTreeMap::from([(kind, audiences.to_vec())]),
        ..policy(audience)
    };
    for (text, _, placeholder) in HIDDEN.iter().chain(PUBLIC) {
        let word = placeholder.split(['[', ']']).nth(1).unwrap().strip_suffix("-1").unwrap();
        let kind = PersonalKind::from_word(word).unwrap();
        let on = shown(text, &with(Audience::Internal, kind, &[Audience::Internal]));
        assert!(on.contains(placeholder), "{text} -> {on}");
        let off = shown(text, &with(Audience::Public, kind, &[]));
        assert!(!off.contains(placeholder), "{text} -> {off}");
    }
}

/// Evidence that looks like personal data.
const STAYS: &[&str] = &[
    // Versions that look like addresses.
    "Chrome/120.0.6099.109 Safari/537.36",
    "version 10.15.7.1234",
    "kernel v10.0.19045.3693",
    "undici@7.10.1.2",
    "tzdata 2024.1.2.3",
    "python-3.11.7.1",
    "OpenSSL/3.0.13 nghttp2/1.59.0",
    "section 4.3.2.1 of the manual",
    "schema_version: 1.2.3.4",
    // Loopback, unspecified and metadata addresses; whole networks.
    "connect ECONNREFUSED 127.0.0.1:18799",
    "listening on 0.0.0.0:8080",
    "connect ECONNREFUSED ::1:443",
    "bind [::]:8080",
    "169.254.169.254 metadata",
    "NO_PROXY=localhost,127.0.0.1,10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,::1",
    // Public names.
    "POST https://api.anthropic.com/v1/messages",
    "Host: bedrock-runtime.us-east-1.amazonaws.com",
    "https://us-east5-aiplatform.googleapis.com/v1/projects",
    "https://host.docker.internal:8080",
    "metadata.google.internal",
    "Connected to api.anthropic.com (160.79.104.10) port 443",
    // Times and counters that look like telephone numbers.
    "2026-11-22T18:36:29+00:00",
    "2026-11-22 18:36:29 +0200",
    "Sun Nov 22 18:36:29 2026 +0100",
    "[22/Nov/2026:18:36:29 +0000]",
    "1795373030",
    "1795373030123",
    "1795373030123456",
    "1795373030123456789",
    "time=1795373030.123",
    "timestamp: 4111111111111111",
    "elapsed 212.555 ms",
    "+1234 -567 lines",
    "@@ -120,7 +120,9 @@ fn main() {",
    "x = a+1234567890",
    "offset +0x7f3a2b",
    "progress 100-200-3000",
    "range 212-555",
    "bytes 0-1023/146515",
    "ETA 12:34:56",
    "line 212, column 5550",
    "pid 21255 tid 50143",
    "port 18799",
    "retry in 1795 s",
    // Ids that look like cards.
    "dd.trace_id=4611686018427387904 dd.span_id=4111111111111111",
    "\"trace_id\": \"4111111111111111\"",
    "cf-ray: 8f2a1b3c4d5e6f70-FRA",
    "cf-ray: 4111111111111111-FRA",
    "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    "x-cloud-trace-context: 105445aa7843bc8bf206b12000100000/1;o=1",
    "X-Amzn-Trace-Id: Root=1-67891233-abcdef012345678912345678",
    "request-id: req_011CSHoEeqs5C35K2UUqR7Fy",
    "8a1b2c3d-4e5f-6789-abcd-ef0123456789",
    "12345678-1234-1234-1234-123456789012",
    "msg_01XFDUDYJgAACzvnptvVoYEL",
    "commit f84842c9d1e2b3a4f5968778695a4b3c2d1e0f9a",
    "commit 4111111",
    "GITHUB_RUN_ID=9876543210",
    "job 1234567890123456",
    "build 20261122183629",
    "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "etag: W/\"33a64df551425fcc55e4d42a148795d9f25f89d4\"",
    "content-length: 4111111111",
    "memory 16777216 kB",
    // Token counts and limits.
    "\"usage\":{\"input_tokens\":2095,\"cache_creation_input_tokens\":2051,\"output_tokens\":503}",
    "anthropic-ratelimit-tokens-remaining: 79000",
    "anthropic-ratelimit-input-tokens-reset: 2026-11-22T18:36:29Z",
    "max_tokens: 64000 > 32000",
    "prompt is too long: 210221 tokens > 200000 maximum",
    // Ids of models and codes that look like bank accounts or national ids.
    "claude-sonnet-4-5-20250929",
    "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
    "ERR_TLS_CERT_ALTNAME_INVALID",
    "AC1234567890 is the account of the example",
    "SAP note DE12 3456",
    "20261122T000000Z",
    "error 80070005",
    "0x80070005",
    "HRESULT 0x8007232B",
    "ORA-12541: TNS:no listener",
    "KB5031455",
    "CVE-2026-12345",
    "RFC 9110 section 15.5.22",
    "ISO 8601-1:2019",
    // Fingerprints and rows of pairs that look like hardware addresses.
    "SHA1 Fingerprint=6C:AA:18:0F:22:11:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00",
    "serial 04:9f:3a:77:21:5c:9e:11",
    "log-26-11-22-18-36-29.txt",
    "ff:ff:ff:ff:ff:ff",
    "00:00:00:00:00:00",
    "std::vec::Vec and cafe::bad",
    "a::b::c",
    // Homes of nobody, and paths that are none.
    "https://example.com/users/42",
    "GET /api/home/settings",
    "file:///srv/app/node_modules/x.mjs:345:12",
    "/Users/Shared/app",
    "threading.local()",
    "File \"/home/runner/work/app/app/ask.py\", line 3",
    "~/.claude/settings.json",
    "$x =~ s/a/b/",
    "took ~100ms/call",
    // Users that are no one, and what only looks like one.
    "User-Agent: anthropic-python/0.39.0",
    "user=root shell=/bin/sh",
    "{\"role\": \"user\", \"username\": null}",
    "connect(user=get_user(), host=h)",
    "password authentication failed for user \"postgres\"",
    "uid=0(root) gid=0(root)",
    "hostname: api.anthropic.com",
    "hostname=api.anthropic.com",
    "win-x64-node-22.11.0.zip",
    "darwin-arm64 and win-unpacked",
    "\\d+\\s matches \\\\w+",
    "row 0012 0034 0056",
    "hex 00 41 44 66 81 80 00",
    "0044-2026-11-22",
    "rev 1234.abcd.ef01",
    "timeout=40ms.max",
    // Mail addresses of services, and at signs that are none.
    "support@anthropic.com",
    "git@github.com:o/r.git",
    "@anthropic-ai/sdk@0.39.0",
    "undici@7.30.0",
    "50%40 of",
];

#[test]
fn look_alikes_stay() {
    assert!(STAYS.len() >= 80, "{}", STAYS.len());
    let mut changed = Vec::new();
    for audience in [Audience::Vendor, Audience::Public] {
        for text in STAYS {
            let out = shown(text, &policy(audience));
            if out != *text {
                changed.push(format!("{audience}: {text} -> {out}"));
            }
        }
    }
    assert!(changed.is_empty(), "{} changed:\n{}", changed.len(), changed.join("\n"));
}
