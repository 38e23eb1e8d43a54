//! Documents that were written by serialisers: prompts and credentials go, and what stood beside and below them is still there, so that they parse as before.

use super::{assert_gone, fill, redacted, streamed};

const PROMPT: &str = "the merger 4711";

/// A text with `§` for the prompt and `¤` for a secret, what must go, and what must stay as it is.
type Case = (&'static str, &'static [&'static str]);

const CASES: &[Case] = &[
    // YAML in single quotation marks: quoted keys, doubled marks, flows.
    (
        "'body':\n  'system': 'You keep § and it''s\n    4711 secret\n\n    '\n  'n': 1\n'response':\n  'status': 529\n",
        &["\n  'n': 1\n'response':\n  'status': 529\n"],
    ),
    (
        "body:\n    system: 'You keep § it''s 4711 widow\n\n      '\n    n: 1\nstatus: 529\n",
        &["    system: '[text", "'\n    n: 1\nstatus: 529\n"],
    ),
    (
        "{a: {n: 1,\n      system: 'You keep §\n        4711 more\n\n        ', messages: [{role: user, content: 'Tell § of\n            4711 it\n\n            '}, {role: assistant, content: 'No § to\n            4711 tell\n\n            '}]}, status: 529,\n  note: kept}\n",
        &["role: assistant, content: '[text", "'}]}, status: 529,\n  note: kept}\n"],
    ),
    // JSON that YAML folds, under a quoted key and behind others.
    (
        "'body': '{\"model\": \"m\", \"messages\": [{\"role\": \"user\", \"content\": \"Tell §\n  of 4711 it''s\"}]}'\n'status': 529\n",
        &["\"model\": \"m\"", "'\n'status': 529\n"],
    ),
    (
        "{a: {h: x,\n      v: '2'}, body: '{\"model\": \"m\", \"max_tokens\":\n      1024, \"system\": \"You keep §\n      4711 more\"}'}, status: 529}\n",
        &["\"model\": \"m\", \"max_tokens\":", "'}, status: 529}\n"],
    ),
    (
        "\"body\": \"{\\\"model\\\": \\\"m\\\", \\\"messages\\\"\\\n  : [{\\\"role\\\": \\\"user\\\", \\\"content\\\": \\\"You keep §\\\n  \\ and 4711\\\"}]}\"\n\"status\": 529\n",
        &["\\\"model\\\": \\\"m\\\"", "]}\"\n\"status\": 529\n"],
    ),
    // A plain text of YAML.
    (
        "body:\n    model: m\n    system: You keep it about § and say\n      nothing of 4711 to others\n    n: 1\n",
        &["    model: m\n    system: [text", "\n    n: 1\n"],
    ),
    // Pieces that pprint writes with one mark or the other.
    (
        "{'system': 'You keep '\n           \"it's §\"\n           'and 4711',\n 'headers': {'authorization': 'Bearer '\n                              '¤'},\n 'status': 529}\n",
        &["'authorization': 'Bearer '\n", "'},\n 'status': 529}\n"],
    ),
    // Soft breaks of mail and of properties.
    (
        "  \"system\": \"You keep § of the harbour and say that =\nit is about 4711 =C3=A9\",\n  \"status\": 529\n",
        &["\",\n  \"status\": 529\n"],
    ),
    (
        "model=m\nprompt=You keep § and \\\n    say nothing of 4711 to \\\n    others\nstatus=529\n",
        &["model=m\nprompt=[text", "\nstatus=529\n"],
    ),
    ("db.password=peb-¤\\\n    Beach-4711\ndb.pool=10\n", &["\ndb.pool=10\n"]),
    // Files of variables and of sections, TOML.
    (
        "MODEL=\"m\"\nUSER_PROMPT=\"You keep §\n> quoted 4711\n\nto the end\"\nSTATUS=\"529\"\n",
        &["USER_PROMPT=\"[text", "\"\nSTATUS=\"529\"\n"],
    ),
    (
        "[call]\nsystem_prompt = You keep it about § and say\n\tnothing of 4711 to others\nstatus = 529\n",
        &["system_prompt = [text", "\nstatus = 529\n"],
    ),
    (
        "n = 1\nsystem = \"\"\"\nYou keep §\n\n> quoted 4711\nto the end\n\"\"\"\nstatus = 529\n",
        &["\"\"\"\nstatus = 529\n"],
    ),
    // Tables: columns of credentials, and marks of their own in TSV.
    ("id,model,api_key,status\n1,m,¤,529\n2,m,none,429\n", &["1,m,[", ",529\n2,m,none,429\n"]),
    ("\"id\";\"password\";\"prompt\"\n\"1\";\"¤\";\"You keep §\"\n", &["\"1\";\"[", "\";\"[text"]),
    (
        "id\ttoken\tprompt\tstatus\n1\t¤\t\"You keep §\" she said\t529\n2\tx\tmore of § 4711\t429\n",
        &["\t529\n2\tx\t", "\t429\n"],
    ),
    // XML whose text is no markup, parts of a form, the boundary below a key.
    ("<a><password><![CDATA[f<or>m&¤]]></password><n>3</n></a>\n", &["<password><![CDATA[[", "]]></password><n>3</n>"]),
    (
        "--b\nContent-Disposition: form-data; name=\"user_prompt\"\n\nYou keep §\n--b\nContent-Disposition: form-data; name=\"n\"\n",
        &["\n--b\nContent-Disposition: form-data; name=\"n\"\n"],
    ),
    // Archives of HTTP over lines.
    (
        "\"cookies\": [\n  {\n    \"name\": \"sid\",\n    \"value\": \"¤\"\n  }\n],\n\"status\": 529\n",
        &["\"name\": \"sid\",\n    \"value\": \"[", "\"\n  }\n],\n\"status\": 529\n"],
    ),
    (
        "\"cookies\":[{\"name\":\"sid\",\"value\":\"¤\",\"path\":\"/\"}],\"s\":529\n",
        &["\",\"path\":\"/\"}],\"s\":529\n"],
    ),
    (
        "  \"text\": \"{\\\"model\\\": \\\"m\\\", \\\"max_tokens\\\": 9, \\\"messages\\\": [{\\\"role\\\": \\\"user\\\", \\\"content\\\": \\\"Tell §\\\"}]}\"\n",
        &["\"text\": \"{\\\"model\\\": \\\"m\\\", \\\"max_tokens\\\": 9"],
    ),
    ("::set-output name=prompt::You keep §%0Aand 4711\n::notice::529\n", &["\n::notice::529\n"]),
];

#[test]
fn what_a_serialiser_wrote_loses_what_is_private_and_nothing_beside_it() {
    let secret = fill(24, "a", 7);
    let cases: Vec<(String, &[&str])> =
        CASES.iter().map(|(text, stay)| (text.replace('§', PROMPT).replace('¤', &secret), *stay)).collect();
    let gone = ["4711", secret.as_str()];
    assert_gone(cases.iter().map(|(text, stay)| (text.as_str(), &gone[..], *stay)));
}

/// Values of credentials that stand before their name or below it.
#[test]
fn values_go_whose_name_stands_in_another_line() {
    let secret = fill(8, "l", 7) + "-Hill-31";
    let cases = [
        (
            "[\n  {\n    \"value\": \"¤\",\n    \"slot\": false,\n    \"name\": \"DB_PASSWORD\"\n  }\n]\n",
            &["\"slot\": false"][..],
        ),
        ("env:\n- value: ¤\n  name: SMTP_PASS\n- name: X\n", &["\n  name: SMTP_PASS\n- name: X\n"][..]),
        (
            "machine files.example.com\n  login sduarte\n  account finance\n  password ¤\nmachine b\n",
            &["  login [user-1]\n  account finance\n  password [", "\nmachine b\n"][..],
        ),
        (
            "headers: {n: 1, authorization: Bearer\n    ¤}, status: 529}\n",
            &["authorization: Bearer\n    [", "}, status: 529}\n"][..],
        ),
        ("db_password: |\n  ¤\ntimeout: 30\n", &["db_password: |\n  [password-1]\ntimeout: 30\n"][..]),
        ("a:\n  secret: >-\n    ¤\n    ¤\n  n: 3\n", &["  secret: >-\n    [", "\n  n: 3\n"][..]),
    ];
    let texts: Vec<(String, &[&str])> = cases.iter().map(|(text, stay)| (text.replace('¤', &secret), *stay)).collect();
    let gone = [secret.as_str()];
    assert_gone(texts.iter().map(|(text, stay)| (text.as_str(), &gone[..], *stay)));
}

/// What only looks like one of these.
#[test]
fn what_looks_like_these_forms_stays() {
    for text in [
        "[\n  {\n    \"value\": \"us-east-1\",\n    \"name\": \"AWS_REGION\"\n  }\n]\n",
        "  system: Darwin Kernel Version 23.1.0: Mon Oct 9 21:27:27 PDT 2023; root:xnu\n",
        "AUTH: Received control message: AUTH_FAILED\n",
        "id,token,tag\n1,the,DET\n2,harbour,NOUN\n",
        "user,password,realm\nthis is no row\nnor is this, it is text\n",
        "secret: |\n\nnext: 1\n",
        "the state machine stopped\n  login failed\n",
        "a.path=one \\\n    two\nb=3\n",
    ] {
        assert_eq!(redacted(text), text);
        assert_eq!(streamed(text), text);
    }
}
