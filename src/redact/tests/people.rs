//! Names, birth dates and addresses that their keys tell, names in the words of commands, and look-alikes that are evidence and stay.

use super::{assert_hidden, assert_stays};

/// Text, and what it becomes for the vendor.
const HIDDEN: &[(&str, &str)] = &[
    ("{\"full_name\":\"Dana Smith\",\"id\":7}", "{\"full_name\":\"[user-1]\",\"id\":7}"),
    ("{\\\"full_name\\\":\\\"Dana Smith\\\"}", "{\\\"full_name\\\":\\\"[user-1]\\\"}"),
    ("401,\"full_name: \"\"Dana Smith\"\"\",x", "401,\"full_name: \"\"[user-1]\"\"\",x"),
    ("full_name=Dana Smith&plan=team", "full_name=[user-1]&plan=team"),
    ("<givenName>Dana</givenName>", "<givenName>[user-1]</givenName>"),
    ("{'first_name': 'Dana'}", "{'first_name': '[user-1]'}"),
    ("{\"displayName\":\"Dana Smith\",\"mail\":null}", "{\"displayName\":\"[user-1]\",\"mail\":null}"),
    ("{\"author\": {\"name\": \"Dana Smith\"}}", "{\"author\": {\"name\": \"[user-1]\"}}"),
    ("{\"name\": \"Dana\", \"email\": \"x@firm.example.org\"}", "{\"name\": \"[user-1]\", \"email\": \"[email-1]\"}"),
    ("9f86d08 fix (Dana Smith, 2 days ago)", "9f86d08 fix ([user-1], 2 days ago)"),
    (
        "assigned: Successfully assigned prod/api-x to kestrel-3",
        "assigned: Successfully assigned prod/api-x to [host-1]",
    ),
    ("Node:         kestrel-3/198.51.100.7", "Node:         [host-1]/198.51.100.7"),
    ("Owner: CORP\\dsmith", "Owner: [user-1]"),
    ("Full name: Dana Smith, status 500", "Full name: [user-1], status 500"),
    ("{FirstName:Dana LastName:Smith Status:500}", "{FirstName:[user-1] LastName:[user-2] Status:500}"),
    ("\u{59d3}\u{540d}\u{ff1a}Dana Smith\nstatus 500", "\u{59d3}\u{540d}\u{ff1a}[user-1]\nstatus 500"),
    ("Assigned to: Dana Smith\nstatus 500", "Assigned to: [user-1]\nstatus 500"),
    ("{\"billing_details\":{\"name\":\"Dana Smith\"}}", "{\"billing_details\":{\"name\":\"[user-1]\"}}"),
    ("Reported-by: Dana Smith\nfixes 12", "Reported-by: [user-1]\nfixes 12"),
    ("author Dana Smith\nauthor-time 1764410400", "author [user-1]\nauthor-time 1764410400"),
    ("Registered Owner:          Dana Smith", "Registered Owner:          [user-1]"),
    ("Host Name:                 KESTREL\r\n", "Host Name:                 [host-1]\r\n"),
    ("Dear Ms. Smith,", "Dear Ms. [user-1],"),
    (
        "f84842c9 (Dana Smith 2026-11-29 10:00:00 +0100  12) x = 1",
        "f84842c9 ([user-1] 2026-11-29 10:00:00 +0100  12) x = 1",
    ),
    ("node    4321 dsmith   23u  IPv4 0x1a2b      0t0  TCP", "node    4321 [user-1]   23u  IPv4 0x1a2b      0t0  TCP"),
    ("sudo chown -R dsmith:dsmith /srv/x", "sudo chown -R [user-1]:[user-1] /srv/x"),
    ("usermod -aG docker dsmith", "usermod -aG docker [user-1]"),
    ("sudo -u dsmith claude doctor", "sudo -u [user-1] claude doctor"),
    ("started by CORP\\dsmith and failed", "started by [user-1] and failed"),
    ("{\"m\":\"denied by ACME\\\\dsmith\"}", "{\"m\":\"denied by [user-1]\"}"),
    ("corp\\dsmith   S-1-5-21-3623811015-3361044348-30300820-1013", "[user-1]   [user-2]"),
    ("dsmith:*:502:20:Dana Smith:/x:/bin/zsh", "[user-1]:*:502:20:[user-2]:/x:/bin/zsh"),
    ("kestrel-7    Ready    <none>   41d   v1.31.2", "[host-1]    Ready    <none>   41d   v1.31.2"),
    ("    SSID                   : Smith-5G", "    SSID                   : [host-1]"),
    ("GET /x?user%3Ddsmith", "GET /x?user%3D[user-1]"),
    ("<pre>user=dsmith</pre>", "<pre>user=[user-1]</pre>"),
];

/// Text, and what it becomes for everyone.
const HIDDEN_FROM_ALL: &[(&str, &str)] = &[
    ("{\"date_of_birth\": \"1984-03-17\", \"n\": 1}", "{\"date_of_birth\": \"[birth-date-1]\", \"n\": 1}"),
    ("\"birthDate\": \"1990-01-02T00:00:00Z\"", "\"birthDate\": \"[birth-date-1]T00:00:00Z\""),
    ("Geburtsdatum: 17.03.1984", "Geburtsdatum: [birth-date-1]"),
    ("born on 2 January 1990 in ward 4", "born on [birth-date-1] in ward 4"),
    (
        "{\"street\": \"Gartenweg 3a\", \"zip\": \"80331\"}",
        "{\"street\": \"[postal-address-1]\", \"zip\": \"[postal-address-2]\"}",
    ),
    ("adresse : 48 Kestrel Mews\nstatus 500", "adresse : [postal-address-1]\nstatus 500"),
    ("shipping address: 742 Evergreen Terrace, Springfield", "shipping address: [postal-address-1]"),
];

/// What only looks like one of these.
const STAYS: &[&str] = &[
    "{\"display_name\":\"Claude Opus 4.6\",\"mail\":\"x\"}",
    "{\"displayName\":\"GitHub Copilot\",\"publisher\":\"GitHub\"}",
    "{\"full_name\":\"anthropics/claude-code\",\"stargazers_count\":1}",
    "\"author\": {\"name\": \"Anthropic, PBC\"}",
    "\"author\": {\"name\": \"GitHub Actions\"}, \"committer\": {\"name\": \"GitHub\"}",
    "\"first_name\": [\"This field may not be blank.\"]",
    "first name is required, \"full_name\": null",
    "func (u *User) FullName() string { return u.firstName }",
    "\"name\": \"model\", \"email\": null",
    "\"name\":\"max_tokens\",\"type\":\"int\"",
    "2026-11-29 10:00:00 +0000 INFO started (pid 12)",
    "(3 retries 2026-11-29 10:00:00 +0100 done)",
    "127.0.0.1 [29/Nov/2026:10:00:00 +0000] \"GET / HTTP/1.1\" 200",
    "Author: dependabot[bot] <49699333+dependabot[bot]@users.noreply.github.com>",
    "author of the request: unknown",
    "node    4321 root  txt    REG  259,1  99123 12 /usr/bin/node",
    "TCP IPv4 port 443 is open, listening on IPv6 only",
    "chown: changing ownership of '/opt/app': Operation not permitted",
    "chown -R root:root /opt && chown -R 1000:1000 /data",
    "adduser is not installed, useradd: user 'app' already exists",
    "sudo -u postgres psql, su - postgres, sudo -u root id",
    "passwd: password updated successfully",
    "passwd: files systemd",
    "user ERROR\\nretry for HTTP\\n by GET\\n",
    "user App\\Models\\User of API\\Client",
    "for HKEY_LOCAL_MACHINE\\Software\\x by NT\\x",
    "{\"name\":\"search\",\"display_name\":\"Web Search\",\"email_verified\":false}",
    "{\"name\":\"Bash\",\"email\":null},{\"name\":\"Read\",\"email\":\"\"}",
    "su - builds the image",
    "provide --username or --token",
    "for HTTP\\1.1 by TLS\\v1.3 as UTF\\8, by ALPN\\nnegotiated h2\\n",
    "updated (2 days ago), deployed (v1.2, 3 hours ago)",
    "NAME      STATUS   ROLES    AGE   VERSION",
    "server ready  in 120 ms",
    "SSID: unknown, ssid=none",
    "Registered Owner:          N/A",
    "birthday paradox: 50% at 23",
    "\"date_of_birth\": null, dob-service returned 502",
    "\"address\": \"0.0.0.0:3000\", \"street\": null, \"zip\": \"dist.zip\"",
    "home address of the page 0x7ff0 4096",
    "address line 12: syntax error",
    "Dear customer, dear Mr. ",
    "seed: 42, seed=1234567890",
];

#[test]
fn people_are_hidden_where_their_keys_tell_them() {
    assert_hidden(HIDDEN, HIDDEN_FROM_ALL);
}

#[test]
fn what_only_looks_like_a_person_stays() {
    assert_stays(STAYS);
}
