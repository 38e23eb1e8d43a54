//! Forms that a hunt found with nobody having tried them before: credentials in declarations, braces, options with one dash and files of accounts; people
//! behind words of other languages, in elements, calendars, URLs and prompts; and lines that only look like these.

use super::{assert_hidden, assert_stays, redacted, streamed};

/// The credential in each text, and one of the kind that a service makes.
const VALUE: &str = "Kestrel-mast8126!";
const KEY: &str = "Kestrelmast8126x4Lq83kdPz02mQv71";

/// `§` stands for the first credential, `¤` for the second; what follows each text must stay.
const GOES: &[(&str, &[&str])] = &[
    ("Dim apiKey As String = \"§\"\nDim n = 2\n", &["Dim n = 2"]),
    ("var apiKey string = \"§\"\nvar retries int = 2\n", &["retries int = 2"]),
    ("const apiKey: string = \"§\"\nconst n: number = 2\n", &["const n: number = 2", "apiKey: string"]),
    ("pub const API_KEY: &'static str = \"§\";\n", &["&'static str"]),
    ("api_key: str | None = '§'\nretries: int = 2\n", &["str | None", "retries: int = 2"]),
    ("let apiKey: String? = \"§\"\n", &["String?"]),
    ("std::string api_key{\"§\"};\n", &["std::string"]),
    ("Set-Item -Path env:API_KEY -Value \"§\"\n", &["-Path env:API_KEY"]),
    ("API_KEY ?= §\nall:\n", &["all:"]),
    ("Config(apiKey = Some(¤), timeout = 30 seconds)\n", &["timeout = 30 seconds"]),
    ("Credentials(app) token=Some(¤)\n", &["Credentials(app)"]),
    ("jdbc:sqlserver://db:1433;user=sa;password={§};encrypt=true\n", &["encrypt=true"]),
    (
        "Driver={ODBC Driver 18 for SQL Server};UID=sa;PWD={a}}b§};Encrypt=yes\n",
        &["Driver={ODBC Driver 18", "Encrypt=yes"],
    ),
    ("java -jar agent.jar -url http://ci/ -secret ¤ -name \"w1\"\n", &["-name \"w1\""]),
    ("deploy.exe -apiToken '¤' -retries 3\n", &["-retries 3"]),
    (
        "keychain: \"login\"\n    \"svce\"<blob>=\"Claude Code\"\n    \"type\"<uint32>=<NULL>\ndata:\n\"§\"\n",
        &["\"type\"<uint32>"],
    ),
    ("$ cat /etc/pgbouncer/userlist.txt\n\"app\" \"§\"\n\"stats\" \"§\"\n", &["userlist.txt"]),
    ("# Secrets for authentication using CHAP\n# client server secret IP\ndana * § *\n", &["client server secret"]),
    ("stdout='==== Data ====\\nKey   Value\\n---   -----\\nllm   ¤'\n", &["Value"]),
    ("+Backup codes:\n+b7a34-8540c\n+73a85-1c1c0\n", &["Backup codes"]),
    (
        "Key1                              Key2\n--------------------------------  --------------------------------\n¤  ¤\n",
        &["Key1"],
    ),
    (
        "2026-12-01T09:14:22.1181234Z Key1              Key2\n2026-12-01T09:14:22.1181234Z ----------------  ----------------\n2026-12-01T09:14:22.1181234Z ¤  ¤\n",
        &["Key2"],
    ),
    ("x-tenant-key: falcon-river-§\ncontent-type: application/json\n", &["application/json"]),
    ("define( 'AUTH_SALT', 'a|b §' );\n", &["AUTH_SALT"]),
    ("<keyMaterial>§</keyMaterial>\n", &["<keyMaterial>"]),
    ("https://app.example/verify?token_hash=¤&type=magiclink\n", &["type=magiclink"]),
    ("https://fn.example/api?code=¤\n", &["https://fn.example/api"]),
    ("ID: abc\nx-key: Zm9vYmFyYmF6cXV4MTIzNDU2Nzg5MGFiY2RlZmdoaWprbG1ub3BxcnN0dXY4OTE=\nstatus 401\n", &["status 401"]),
];

/// These stay as they are.
const STAYS: &[&str] = &[
    "var apiKey string\nvar timeout string = \"30s\"\n",
    "status = Some(overloaded_error), token = Some(next)\n",
    "java -jar app.jar -token -verbose\n",
    "run -secret /run/secrets/key -key-file x.pem -auth none\n",
    "Authorization: Digest realm=\"api\"\n",
    "token: string = nextToken()\nmodel: string = \"m-1\"\n",
    "COMMIT_KEY=9f86d081884c7d659a2feaa0c55ad015a3bf4f1b\n",
    "password={}\n",
    "f\"UID=sa;PWD={db_password};Encrypt=yes\"\n",
    "password={self.dbPassword}\n",
    "Key1     Key2\n----     ----\nabc      def\n",
    "userlist.txt was not found\nretrying in 3 s\nrequest failed: 529\n",
    "\"svce\"<blob>=\"Claude Code\"\n    \"type\"<uint32>=<NULL>\n",
    "socks5 proxy refused the connection\n",
];

fn filled(text: &str) -> String {
    text.replace('§', VALUE).replace('¤', KEY)
}

#[test]
fn credentials_go_in_one_piece_and_line_by_line() {
    for (text, stay) in GOES {
        let text = filled(text);
        for out in [redacted(&text), streamed(&text)] {
            assert!(!out.contains("mast8126") && !out.contains("8540c"), "{text} -> {out}");
            assert!(stay.iter().all(|mark| out.contains(mark)), "{text} -> {out}");
            assert_eq!(redacted(&out), out);
        }
    }
}

#[test]
fn what_only_reads_like_them_stays() {
    for text in STAYS {
        assert_eq!((redacted(text), streamed(text)), ((*text).to_owned(), (*text).to_owned()));
    }
}

/// Text, and what it becomes for the vendor.
const HIDDEN: &[(&str, &str)] = &[
    ("Nombre: Dana Smith Lopez\nstatus 500", "Nombre: [user-1]\nstatus 500"),
    ("{\"nome\": \"Dana Smith\", \"n\": 7}", "{\"nome\": \"[user-1]\", \"n\": 7}"),
    ("Nom : Smith, prénom : Dana", "Nom : [user-1], prénom : [user-2]"),
    ("名前: 佐藤花子\n", "名前: [user-1]\n"),
    ("ORGANIZER;CN=Dana Smith:mailto:x@firm.example.org", "ORGANIZER;CN=[user-1]:mailto:[email-1]"),
    (
        "<saml:Attribute Name=\"givenName\"><saml:AttributeValue>Dana</saml:AttributeValue>",
        "<saml:Attribute Name=\"givenName\"><saml:AttributeValue>[user-1]</saml:AttributeValue>",
    ),
    (
        "<saml:NameID Format=\"x:unspecified\">dsmith</saml:NameID>",
        "<saml:NameID Format=\"x:unspecified\">[user-1]</saml:NameID>",
    ),
    ("git clone https://dsmith@git.firm.example/x.git", "git clone https://[user-1]@git.firm.example/x.git"),
    ("Danas-MacBook-Pro:app dsmith$ curl x", "[host-1]:app [user-1]$ curl x"),
    ("\u{1b}]0;dsmith@kestrel-7: ~/src\u{7}", "\u{1b}]0;[user-1]: ~/src\u{7}"),
    ("Login: dsmith         \t\tName: Dana Smith\n", "Login: [user-1]         \t\tName: [user-2]\n"),
    (
        "+dsmith  pts/0    Tue Dec  1 09:00   still logged in\n",
        "+[user-1]  pts/0    Tue Dec  1 09:00   still logged in\n",
    ),
    ("Best regards,\n\nDana Smith\nstatus 500\n", "Best regards,\n\n[user-1]\nstatus 500\n"),
    ("{\"name\":\"Dana Smith\",\"username\":\"dsmith\"}", "{\"name\":\"[user-1]\",\"username\":\"[user-2]\"}"),
    ("vscode-remote://ssh-remote+dsmith@kestrel-7/x", "vscode-remote://ssh-remote+[user-1]/x"),
    ("User dsmith may run the following commands on x:", "User [user-1] may run the following commands on x:"),
    ("su: Authentication failure for dsmith\n", "su: Authentication failure for [user-1]\n"),
    ("Reported by Dana Smith on 2026-12-01", "Reported by [user-1] on 2026-12-01"),
    ("Full Name                    Dana Smith\n", "Full Name                    [user-1]\n"),
    ("ComputerName: Danas MacBook Air\n", "ComputerName: [user-1]s MacBook Air\n"),
    ("Tfno. 915 55 47 11", "Tfno. [phone-1]"),
    ("Adding user `dsmith' ...", "Adding user `[user-1]' ..."),
    ("From: \"Dana Smith\" <sip:7@192.0.2.1>", "From: \"[user-1]\" <sip:7@192.0.2.1>"),
    ("users \"dsmith\" is forbidden", "users \"[user-1]\" is forbidden"),
    ("dsmith ALL=(ALL) NOPASSWD: ALL\n", "[user-1] ALL=(ALL) NOPASSWD: ALL\n"),
    ("Registrant Name: Dana Smith\n", "Registrant Name: [user-1]\n"),
    ("Employee: Dana Smith (4711)", "Employee: [user-1] (4711)"),
    ("app-10-3-7-21.sslip.io, 10.3.7.21.nip.io", "app-[private-ip-1].sslip.io, [private-ip-2].nip.io"),
    ("arp: 001a.2b3c.4d5e on Gi0/1", "arp: [mac-1] on Gi0/1"),
    ("電話 03-5555-4711", "電話 [phone-1]"),
    ("Logon failure for CORP\\dsmith from console", "Logon failure for [user-1] from console"),
    ("Benutzer dsmith konnte nicht angemeldet werden", "Benutzer [user-1] konnte nicht angemeldet werden"),
    ("   Host Name . . . . . . . . . . . . : KESTREL-7\r\n", "   Host Name . . . . . . . . . . . . : [host-1]\r\n"),
    (
        "INSERT INTO customers (id, first_name, city) VALUES (7, 'Dana', 'Bochum');",
        "INSERT INTO customers (id, first_name, city) VALUES (7, '[user-1]', 'Bochum');",
    ),
];

/// Text, and what it becomes for everyone.
const HIDDEN_FROM_ALL: &[(&str, &str)] = &[
    ("geo: 50.9375, 6.9603 and 401", "geo: [postal-address-1], [postal-address-2] and 401"),
    (
        "https://maps.example/maps/@48.1371079,11.5753822,17z",
        "https://maps.example/maps/@[postal-address-1],[postal-address-2],17z",
    ),
    ("at 50°56'15.0\"N 6°57'37.0\"E", "at [postal-address-1] [postal-address-2]"),
    ("POINT(6.9603 50.9375) and 401", "POINT([postal-address-1] [postal-address-2]) and 401"),
    ("Born: 17 March 1984\n", "Born: [birth-date-1]\n"),
    ("PLZ: 80331\n", "PLZ: [postal-address-1]\n"),
    ("住所: 東京都渋谷区神南1-2-3", "住所: [postal-address-1]"),
];

/// These stay for all.
const EVIDENCE: &[&str] = &[
    "Nom : Production",
    "Nome: Serverlist, nombre: api-7",
    "https://git@git.firm.example/x.git and redis://default@cache:6379/0",
    "23°C in rack 4, turned by 90° N",
    "location: 12.5, 3 and position: 1.2345",
    "Location: https://api.example/v1/messages",
    "<NameID/> <nameid>none</nameid>",
    "Benutzer ist nicht angemeldet",
    "scaling is dynamic and linear",
    "customer: Acme Payments\n",
    "1.2.3.nip.io",
    "created by GitHub Actions on 2026-12-01, assigned to worker-3, maintained by the team",
    "Full Name                    none\n",
    "Best regards,\n[Your name]\n",
    "{\"name\":\"search\",\"username\":\"none\"}",
    "zip: dist-2.zip and POINT(x y)",
];

#[test]
fn people_and_places_are_hidden() {
    assert_hidden(HIDDEN, HIDDEN_FROM_ALL);
}

#[test]
fn what_only_looks_like_people_and_places_stays() {
    assert_stays(EVIDENCE);
}
