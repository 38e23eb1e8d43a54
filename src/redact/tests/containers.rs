//! Prompts and credentials in the fields of CSV, YAML, XML, logfmt, syslog and workflow commands: they go, and what stands beside them stays.

use super::assert_gone;

const PRIVATE: &str = "of the merger 4711";
const REQUEST: &str = "req_011CSHoEeqs5C35K2UUqR7Fy";

/// `§` stands for the prompt and `¤` for the id of a request, which stays with what stands between `¦` and the end.
const CASES: &[&str] = &[
    "1,error,\"POST {\"\"messages\"\":[{\"\"content\"\":\"\"§\"\"}]}\",¦529,¤,m\n2,x\n",
    "1,error,\"kwargs={'messages': [{'role': 'user', 'content': \"\"it's §\"\"}]}\",¦529,¤,m\n",
    "1,error,\"sent {'messages': [{'role': 'user', 'content': '§\",¦529,¤,m\n",
    "log: '{''role'': ''user'', ''content'': \"it''s §\"}'\n¦status: 529\nrequest_id: ¤\n",
    "a:\n  log: 'sent {\"messages\":[{\"role\":\"user\",\"content\":\"§'\n  ¦status: 529\n  request_id: ¤\n",
    "log: |\n  sent {\"messages\":[{\"role\":\"user\",\"content\":\"§\n¦status: 529\nrequest_id: ¤\nmodel: m\n",
    "detail='{\\'role\\': \\'user\\', \\'content\\': \"it\\'s §\"}' ¦status=529 request_id=¤\n",
    "msg=\"sent {\\\"messages\\\":[{\\\"content\\\":\\\"§\" ¦status=529 request_id=¤\n",
    "<165>1 2026-11-20T10:00:00Z h a 1 - [c x=\"sent {\\\"messages\\\":[{\\\"content\\\":\\\"§\\\"}\\]}\" ¦s=\"529\" r=\"¤\"]\n<165>1 x\n",
    "<td>sent {&quot;messages&quot;:[{&quot;content&quot;:&quot;§</td>¦<td>529</td><td>¤</td>\n",
    "<a><![CDATA[sent {\"messages\":[{\"content\":\"§]]></a>¦<b>529 ¤</b>\n",
    "::error file=a.py::sent {%0A  \"messages\": [%0A {\"content\": \"§\"}]\n¦::notice::529 ¤\n",
    "last.error={\"messages\"\\:[{\"content\"\\:\"§\"}]}\n¦status=529\nrequest.id=¤\n",
];

#[test]
fn prompts_go_from_fields_and_the_fields_beside_them_stay() {
    let cases: Vec<(String, String)> = CASES
        .iter()
        .map(|case| {
            let text = case.replace('§', PRIVATE).replace('¤', REQUEST);
            let stays = text.split_once('¦').unwrap().1.lines().next().unwrap().to_owned();
            (text.replace('¦', ""), stays)
        })
        .collect();
    let stays: Vec<[&str; 2]> = cases.iter().map(|(_, stays)| [stays.as_str(), REQUEST]).collect();
    assert_gone(cases.iter().zip(&stays).map(|((text, _), stays)| (text.as_str(), &["4711"][..], &stays[..])));
}

#[test]
fn credentials_go_from_fields_and_the_fields_beside_them_stay() {
    let token = ["tn9kVHcNDXYq", "U89zPh7vRfHF"].concat();
    let texts = [
        format!("1,error,Authorization: Bearer {token},529,{REQUEST}\n"),
        format!("<error>Authorization: Bearer {token}</error><b>529 {REQUEST}</b>\n"),
        format!("{{\"password\"\\: \"{token}\"}} 529 {REQUEST}\n"),
        format!("url=postgres\\://app\\:{token}@db.example.com/x 529 {REQUEST}\n"),
        format!("log: 'DB_PASSWORD=''{token}'''\nstatus: 529\nrequest_id: {REQUEST}\n"),
        format!("MESSAGE=x-api-key: sk-ant-api03-{token}{token}AA\nSTATUS=529\nREQUEST_ID={REQUEST}\n"),
    ];
    let gone = [token.as_str()];
    assert_gone(texts.iter().map(|text| (text.as_str(), &gone[..], &["529", REQUEST][..])));
}

/// A plain text of YAML holds no colon with a blank behind it, and what takes the place of a prompt holds none either.
#[test]
fn plain_texts_of_yaml_stay_plain() {
    let redactor = crate::redact::Redactor::builder().build().unwrap();
    for text in [
        "msg: sent {\"messages\":[{\"role\":\"user\",\"content\":\"of the merger\"}],\"max_tokens\":9}\nstatus: 529\n",
        "msg: sent {\"tools\":[{\"name\":\"merger\"}],\"max_tokens\":9}\nstatus: 529\n",
        "- claude -p 'of the merger' --model m\n- 529\n",
    ] {
        let shown = redactor.redact_str(text);
        assert!(!shown.contains("merger"), "{shown}");
        let before: serde_yaml::Value = serde_yaml::from_str(text).unwrap();
        let after: serde_yaml::Value = serde_yaml::from_str(&shown).unwrap();
        let last = |value: &serde_yaml::Value| value.get("status").or_else(|| value.get(1)).cloned();
        assert_eq!(last(&before), last(&after), "{shown}");
    }
}
