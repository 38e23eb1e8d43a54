//! People whom their devices, accounts, certificates and places tell, and look-alikes that stay.

use super::{assert_hidden, assert_stays};

/// Text, and what it becomes for the vendor.
const HIDDEN: &[(&str, &str)] = &[
    ("connected to Dana's iPhone", "connected to [user-1]'s iPhone"),
    ("Dana Smith\u{2019}s MacBook Pro", "[user-1]\u{2019}s MacBook Pro"),
    ("iPhone von Dana\n", "iPhone von [user-1]\n"),
    ("Organization: Dana Smith's Organization", "Organization: [user-1]'s Organization"),
    ("-Users-dsmith-app\n", "[home-1]-app\n"),
    ("C--Users-dsmith-app\n", "C-[home-1]-app\n"),
    (
        "subject=C = DE, O = Acme, CN = Dana Smith, emailAddress = x@y.example\n",
        "subject=C = DE, O = Acme, CN = [user-1], emailAddress = [email-1]\n",
    ),
    (
        "/C=DE/CN=Dana Smith/emailAddress=a@firm.example.de rejected",
        "/C=DE/CN=[user-1]/emailAddress=[email-1] rejected",
    ),
    (
        "{\"name\": \"Dana Smith\", \"preferred_username\": \"dsmith\"}",
        "{\"name\": \"[user-1]\", \"preferred_username\": \"[user-2]\"}",
    ),
    ("nickname=dsmith name=\"Dana Smith\"", "nickname=[user-1] name=\"[user-2]\""),
    ("      User Name: Dana Smith (dsmith)", "      User Name: [user-1] ([user-2])"),
    ("ask failed for user dsmith (Dana Smith): 529", "ask failed for user [user-1] ([user-2]): 529"),
    ("Logged in as Dana Smith (plan: max)", "Logged in as [user-1] (plan: max)"),
    ("Welcome back Dana!", "Welcome back [user-1]!"),
    ("x-remote-user: dsmith\n", "x-remote-user: [user-1]\n"),
    ("{\"first_name\"=>\"Dana\"}", "{\"first_name\"=>\"[user-1]\"}"),
    ("[[\"first_name\", \"Dana\"], [\"plan\", \"max\"]]", "[[\"first_name\", \"[user-1]\"], [\"plan\", \"max\"]]"),
    ("CallerName=Dana+Smith&x=1", "CallerName=[user-1]&x=1"),
    ("full_name=Dana%20Smith&x=1", "full_name=[user-1]&x=1"),
    (
        "form-data; name=\\\"full_name\\\"\\r\\n\\r\\nDana Smith\\r\\n--b",
        "form-data; name=\\\"full_name\\\"\\r\\n\\r\\n[user-1]\\r\\n--b",
    ),
    ("Key (username)=(dsmith) already exists.", "Key (username)=([user-1]) already exists."),
    ("1f3a - Retry (2 days ago) <Dana Smith>", "1f3a - Retry (2 days ago) <[user-1]>"),
    ("customer: Dana Smith\n", "customer: [user-1]\n"),
    ("chown: invalid user: 'dsmith'", "chown: invalid user: '[user-1]'"),
    ("Reporter: Dana Smith\n", "Reporter: [user-1]\n"),
    ("<dc:creator>Dana Smith</dc:creator>", "<dc:creator>[user-1]</dc:creator>"),
    ("BUILD_REQUESTEDFOR=Dana Smith\n", "BUILD_REQUESTEDFOR=[user-1]\n"),
    ("| Name | Phone |\n|---|---|\n| Dana Smith | n/a |\n", "| Name | Phone |\n|---|---|\n| [user-1] | n/a |\n"),
];

/// Text, and what it becomes for everyone.
const HIDDEN_FROM_ALL: &[(&str, &str)] = &[
    ("{\"latitude\": 55.930831, \"n\": 1}", "{\"latitude\": [postal-address-1], \"n\": 1}"),
    ("lat=34.737392 lon=27.566252", "lat=[postal-address-1] lon=[postal-address-2]"),
    ("lon: 8.68213, lat: 50.11092", "lon: [postal-address-1], lat: [postal-address-2]"),
    ("coords: 50.357301, 13.151484 ok", "coords: [postal-address-1], [postal-address-2] ok"),
];

/// What only looks like one of these.
const STAYS: &[&str] = &[
    "Apple's iPhone, today's macbook, the user's organization, Anthropic's Organization",
    "your account's organization has been disabled",
    "-Users-",
    "x-users-online-now",
    "a-home-page-1",
    "CN = GTS CA 1C3, O = Google Trust Services",
    "nickname: none, name=\"retry policy\"",
    "password authentication failed for user postgres",
    "for user billing (role admin): 403",
    "Logged in as root (uid 0)",
    "running as Local System\n",
    "Welcome back to Claude Code, welcome back!",
    "remote-user: null",
    "lat=12.345ms, latency=3.1415, lon=3, salon: 12.34567",
    "latitude 12, coordinates: 3, 4",
    "[\"registered owner\", \"registered organization\", \"x\"]",
    "map[\"full_name\"]=>nil",
    "Reporter: pytest-json, reviewer: none",
    "Key (id)=(4411) already exists.",
    "retried (2 days ago) <timeout>",
    "{\"nickname\": \"api gateway\", \"name\": \"Rate Limit Policy\"}",
    "{\"name\": \"Production Gateway\", \"ip_address\": \"203.0.113.7\"}",
];

#[test]
fn people_are_hidden_where_what_is_theirs_tells_them() {
    assert_hidden(HIDDEN, HIDDEN_FROM_ALL);
}

#[test]
fn what_only_looks_like_a_person_stays() {
    assert_stays(STAYS);
}
