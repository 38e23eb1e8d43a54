//! The containers in which a text is planted.

use crate::dice::Dice;

/// A container: its name, and the text in it. `None` where it cannot hold such a text.
pub type Container = (&'static str, fn(&str) -> Option<String>);

/// What stands before each line of a text in some of them.
pub const LEADS: &[&str] = &[
    "2026-11-20T10:00:00.1234567Z ",
    "app-1  | ",
    "> ",
    "# ",
    "// ",
    " * ",
    "2026-11-20 10:00:00,123 INFO app: ",
    "Nov 20 10:00:00 host app[12]: ",
    "[app] ",
    "12: ",
    "   12 | ",
    "+",
];

/// All of them.
pub const ALL: &[Container] = &[
    ("bare", |text| Some(text.to_owned())),
    ("log line", |text| Some(format!("2026-11-20T10:00:00Z ERROR app.http: it said {text}\n"))),
    ("logfmt", |text| line(text, |text| format!("level=info status=401 msg=\"{text}\" took=12ms\n"))),
    ("json", |text| Some(format!("{{\"level\":\"info\",\"note\":{}}}\n", json(text)))),
    ("json in json", |text| {
        Some(format!("{{\"body\":{},\"status\":401}}\n", json(&format!("{{\"note\":{}}}", json(text)))))
    }),
    ("pretty json", |text| Some(format!("{{\n  \"note\": {},\n  \"status\": 401\n}}\n", json(text)))),
    ("cut-off json", |text| Some(format!("{{\"error\":{{\"message\":{},\"typ", json(text)))),
    ("yaml", |text| simple(text, |text| format!("status: 401\nnote: \"{text}\"\nnext: 1\n"))),
    ("yaml block", |text| Some(format!("status: 401\nnote: |\n  {}\nnext: 1\n", text.replace('\n', "\n  ")))),
    ("csv", |text| (!begins_like_the_end(text)).then(|| format!("1,info,\"{}\",401\n", text.replace('"', "\"\"")))),
    ("tsv", |text| line(text, |text| format!("1\tinfo\t{text}\t401\n"))),
    ("env", |text| line(text, |text| format!("A=1\nNOTE={text}\nB=2\n"))),
    ("export", |text| simple(text, |text| format!("export NOTE='{text}'\n"))),
    ("header", |text| line(text, |text| format!("HTTP/1.1 401 Unauthorized\r\nx-note: {text}\r\nx-next: 1\r\n"))),
    ("curl -v", |text| line(text, |text| format!("> POST /v1/messages HTTP/2\n> x-note: {text}\n< HTTP/2 401\n"))),
    ("curl command", |text| {
        simple(text, |text| format!("$ curl -sS https://api.example.com/v1 -H 'x-note: {text}' -o out\n"))
    }),
    ("url query", |text| url(text, |text| format!("GET https://x.example.com/p?a=1&note={text}&next=1 401\n"))),
    ("url path", |text| url(text, |text| format!("GET https://x.example.com/a/{text} 404\n"))),
    ("python dict", |text| simple(text, |text| format!("{{'status': 401, 'note': '{text}', 'next': None}}\n"))),
    ("python bytes", |text| simple(text, |text| format!("[(b'x-note', b'{text}'), (b'x', b'1')]\n"))),
    ("python repr", |text| simple(text, |text| format!("Options(url='/v1', note='{text}', timeout=600.0)\n"))),
    ("traceback", |text| {
        line(text, |text| {
            format!(
                "Traceback (most recent call last):\n  File \"/app/x.py\", line 3, in f\n    call()\nValueError: bad {text}\n"
            )
        })
    }),
    ("node inspect", |text| {
        simple(text, |text| format!("{{\n  status: 401,\n  note: '{text}',\n  next: [Object]\n}}\n"))
    }),
    ("node map", |text| simple(text, |text| format!("Map(1) {{ 'note' => '{text}' }}\n"))),
    ("ruby hash", |text| simple(text, |text| format!("{{:status=>401, :note=>\"{text}\", \"next\"=>nil}}\n"))),
    ("go struct", |text| line(text, |text| format!("&{{Status:401 Note:{text} Next:<nil>}}\n"))),
    ("java toString", |text| line(text, |text| format!("Options[status=401, note={text}, next=null]\n"))),
    ("rust debug", |text| Some(format!("Options {{ status: 401, note: {text:?}, next: None }}\n"))),
    ("xml", |text| {
        line(text, |text| format!("<r><note>{}</note><n/></r>\n", text.replace('&', "&amp;").replace('<', "&lt;")))
    }),
    ("html attribute", |text| simple(text, |text| format!("<a data-note=\"{text}\">x</a>\n"))),
    ("markdown code", |text| line(text, |text| format!("It printed `{text}` and ended.\n"))),
    ("markdown fence", |text| Some(format!("```\n{text}\n```\n"))),
    ("table", |text| line(text, |text| format!("| 401 | {text} | x |\n"))),
    ("box", |text| line(text, |text| format!("\u{2502} {text} \u{2502}\n"))),
    ("ini", |text| line(text, |text| format!("[main]\nnote = {text}\nnext = 1\n"))),
    ("toml", |text| simple(text, |text| format!("[main]\nnote = \"{text}\"\n"))),
    ("diff", |text| line(text, |text| format!("@@ -1,2 +1,2 @@\n-x\n+{text}\n"))),
    ("ci prefix", |text| Some(lines(text, LEADS[0]))),
    ("compose prefix", |text| Some(lines(text, LEADS[1]))),
    ("quotation", |text| Some(lines(text, LEADS[2]))),
    ("comment", |text| Some(lines(text, LEADS[3]))),
    ("slash comment", |text| Some(lines(text, LEADS[4]))),
    ("star comment", |text| Some(lines(text, LEADS[5]))),
    ("log prefix", |text| Some(lines(text, LEADS[6]))),
    ("syslog", |text| Some(lines(text, LEADS[7]))),
    ("bracket prefix", |text| Some(lines(text, LEADS[8]))),
    ("line numbers", |text| Some(lines(text, LEADS[9]))),
    ("compiler lines", |text| Some(lines(text, LEADS[10]))),
    ("added lines", |text| Some(lines(text, LEADS[11]))),
    ("yaml folded", |text| Some(format!("status: 401\nnote: >-\n  {}\nnext: 1\n", text.replace('\n', "\n  ")))),
    ("crlf", |text| Some(format!("x\r\n{}\r\ny\r\n", text.replace("\r\n", "\n").replace('\n', "\r\n")))),
    ("shell history", |text| line(text, |text| format!(": 1763632800:0;{text}\n"))),
    ("sql", |text| simple(text, |text| format!("INSERT INTO t VALUES (1, '{text}');\n"))),
    ("parentheses", |text| line(text, |text| format!("failed ({text})\n"))),
    ("server event", |text| Some(format!("event: error\ndata: {{\"note\":{}}}\n\n", json(text)))),
];

fn json(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// For containers of one line.
fn line(text: &str, write: fn(&str) -> String) -> Option<String> {
    (!text.contains(['\n', '\r'])).then(|| write(text))
}

/// For containers that would have to quote marks in the text.
fn simple(text: &str, write: fn(&str) -> String) -> Option<String> {
    text.bytes().all(|b| (b' '..=b'~').contains(&b) && !b"\"'`\\".contains(&b)).then(|| write(text))
}

/// For URLs.
fn url(text: &str, write: fn(&str) -> String) -> Option<String> {
    text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~:=+,$!*@%".contains(&b)).then(|| write(text))
}

fn lines(text: &str, lead: &str) -> String {
    let lines: Vec<&str> = text.split('\n').collect();
    format!("{lead}{}\n\n", lines.join(&format!("\n{lead}")))
}

/// Text before the container, so that it begins at any place of a chunk.
pub fn lead(dice: &mut Dice) -> String {
    const WORDS: &[&str] = &["request", "sent", "queue", "worker", "200", "took", "12ms", "page", "rows", "ok"];
    let mut out = String::new();
    let lines = match dice.below(400) {
        // Over the bound of what is read at once.
        0 => 5000,
        1..=40 => 1 + dice.below(60),
        _ => dice.below(3),
    };
    for _ in 0..lines {
        for _ in 0..=dice.below(14) {
            out.push_str(dice.of::<&str>(WORDS));
            out.push(' ');
        }
        out.push('\n');
    }
    out
}

/// Whether a value in quotation marks begins with a mark that follows an empty text: where quotation marks are doubled, the two cannot be told apart.
fn begins_like_the_end(text: &str) -> bool {
    text.match_indices(['=', ':']).any(|(at, _)| {
        text[at + 1..]
            .trim_start_matches([' ', '\\'])
            .strip_prefix(['"', '\''])
            .is_some_and(|value| value.starts_with([',', ';', ':', ')', ']', '}', '>', '|']))
    })
}
