//! Credentials apart from the evidence beside them: parameters of headers, pairs and tables over lines, dialogues, and what interpreters print.

use super::{assert_gone, fill, redacted, streamed};

/// `§` stands for a password; what must stay is beside each text.
const APART: &[(&str, &[&str])] = &[
    (
        "Authorization: AWS4-HMAC-SHA256 Credential=AKIA§/20260303/us-east-1/bedrock/aws4_request, SignedHeaders=host;x-amz-date, Signature=§",
        &["AWS4-HMAC-SHA256", "20260303/us-east-1/bedrock/aws4_request", "SignedHeaders=host;x-amz-date"],
    ),
    (
        r#"{"authorization":"Digest username=\"§\", realm=\"api\", uri=\"/v1\", qop=auth, nc=00000001, response=\"§\"","status":401}"#,
        &["Digest ", r#"realm=\"api\""#, "qop=auth", "nc=00000001", r#""status":401"#],
    ),
    (
        r#"Authorization: OAuth oauth_consumer_key="§", oauth_signature_method="HMAC-SHA1", oauth_signature="§", oauth_version="1.0""#,
        &["HMAC-SHA1", r#"oauth_version="1.0""#],
    ),
    (r#"Authorization: Hawk id="§", ts="1353832234", mac="§""#, &[r#"ts="1353832234""#]),
    (
        "Set-Cookie: sid=§; Path=/; HttpOnly; SameSite=Lax; Max-Age=3600",
        &["sid=", "Path=/; HttpOnly; SameSite=Lax; Max-Age=3600"],
    ),
    (
        "set-cookie: a=§; expires=Tue, 03-Mar-26 09:42:44 GMT; Path=/, b=§; Secure",
        &["expires=Tue, 03-Mar-26 09:42:44 GMT; Path=/, b=", "; Secure"],
    ),
    ("{ 'set-cookie': [ 'a=§; Path=/', 'b=§; Secure' ], date: 'x' }", &["a=", "; Path=/', 'b=", "; Secure' ]"]),
    (
        "- name: API_TOKEN\n  optional: false\n  value: §\n- name: LOG\n  value: json\n",
        &["optional: false", "value: json"],
    ),
    (
        "{\n  \"name\": \"ADMIN_PASSWORD\",\n  \"type\": \"PLAINTEXT\",\n  \"value\": \"§\"\n},\n{\n  \"name\": \"STAGE\",\n  \"value\": \"prod\"\n}\n",
        &["PLAINTEXT", "\"value\": \"prod\""],
    ),
    (
        "    Property: spring.datasource.password\n    Value: \"§\"\n    Reason: failed to convert\n",
        &["Reason: failed"],
    ),
    ("<entry name=\"password\"><value>§</value></entry>\n<entry name=\"timeout\"><value>300</value></entry>", &["300"]),
    ("<property>\n  <name>fs.s3a.secret.key</name>\n  <value>§</value>\n</property>\n", &["fs.s3a.secret.key"]),
    (
        "KEY             VALUE\naws:region      us-west-2\napp:dbPassword  §\napp:replicas    3\n",
        &["us-west-2", "replicas    3"],
    ),
    (
        "Name           SlotSetting    Value\n-------------  -------------  ---------\nNODE_VERSION   False          18.19.0\nSMTP_PASSWORD  False          §\n",
        &["18.19.0", "False"],
    ),
    (" id |   password    | active\n----+---------------+--------\n  1 | §             | t\n(1 row)\n", &["(1 row)"]),
    ("id|name|password\n1|x|§\n2|y|§\n", &["id|name|password"]),
    ("      POSTGRES_PASSWORD: ${DB_PASSWORD:-§}\n", &["${DB_PASSWORD:-", "}"]),
    ("spring.datasource.password=${db.password:§}\n", &["${db.password:", "}"]),
    (
        "INSERT INTO users (id, name, password) VALUES (1, 'x', '§'), (2, 'y', '§');\n",
        &["INSERT INTO users", "(1, 'x', '"],
    ),
    ("api_keys = [\"§\", \"§\"]\nkind = 'x'\n", &["kind = 'x'"]),
    ("    auth_test.go:31: password = \"§\", want \"§\"\n", &["auth_test.go:31"]),
    (">>> os.environ[\"API_SECRET\"]\n'§'\n>>> response.status_code\n529\n", &["529"]),
    ("(gdb) p cfg->password\n$1 = 0x55d0c3 \"§\"\n(gdb) p cfg->port\n$2 = 5432\n", &["$2 = 5432"]),
    ("irb(main):001:0> ENV[\"SECRET_KEY_BASE\"]\n=> \"§\"\n", &["irb(main)"]),
    ("Your new API token:\n\n    §\n\nStore it safely.\n", &["Store it safely."]),
    (
        "Please use the following password to proceed to installation:\n\n§\n\nThis may also be found at: /var/lib\n",
        &["/var/lib"],
    ),
    (
        "AUTH LOGIN\n334 VXNlcm5hbWU6\n§\n334 UGFzc3dvcmQ6\n§==\n535 5.7.8 authentication failed\n",
        &["535 5.7.8", "334 "],
    ),
    ("<auth-user-pass>\nvpnuser7\n§\n</auth-user-pass>\ncipher AES-256-GCM\n", &["cipher AES-256-GCM"]),
    (
        "\"github-oauth\": {\n    \"github.com\": \"§\"\n},\n\"config\": {\n    \"x\": \"y\"\n}\n",
        &["github.com", "\"x\": \"y\""],
    ),
];

#[test]
fn credentials_go_and_what_stands_beside_them_stays() {
    let secret = fill(14, "a", 3);
    let texts: Vec<String> = APART.iter().map(|(text, _)| text.replace('§', &secret)).collect();
    let gone = [&*secret];
    assert_gone(texts.iter().zip(APART).map(|(text, (_, stay))| (&**text, &gone[..], *stay)));
}

#[test]
fn bytes_of_a_password_go_and_other_numbers_stay() {
    for text in [
        "password: <Buffer 48 75 6e 74 65 72 5f 42 75 73 68>\nlength: 11\n",
        "{\"secret\":{\"type\":\"Buffer\",\"data\":[72,117,110,116,101,114]},\"attempt\":2}",
        "secret=[72 117 110 116 101 114 95 66] attempt=3\n",
        "password_bytes: [72, 117, 110, 116, 101, 114]\n",
    ] {
        for out in [redacted(text), streamed(text)] {
            assert!(!out.contains("117") && !out.contains("48 75"), "{out}");
        }
    }
    assert_stay(&["secret_versions: [1, 2, 3, 4, 5, 6, 7]\n", "password_bytes: 128\n"]);
}

fn assert_stay(texts: &[&str]) {
    for text in texts {
        assert_eq!((redacted(text), streamed(text)), ((*text).to_owned(), (*text).to_owned()));
    }
}

#[test]
fn evidence_that_reads_like_them_stays() {
    assert_stay(&[
        "{\"code\":\"too_small\",\"path\":[\"password\"],\"message\":\"String must contain at least 8 characters\"}\n",
        "errors: {\"password\"=>[\"is too short (minimum is 8 characters)\"]}\n",
        "{\"password\":[\"This field is required.\"]}\n",
        "{\"errors\":{\"password\":\"Password must be at least 8 characters\"}}\n",
        "POSTGRES_PASSWORD: ${POSTGRES_PASSWORD:?must be set}\n",
        "POSTGRES_PASSWORD: ${POSTGRES_PASSWORD:-}\n",
        "password: ${env:DB_PASSWORD}\n",
        "export API_KEY=\"$(pass show api/key)\"\n",
        "password:  16 bytes\n",
        "authorization: header is missing from the request\n",
        "ERROR authorization: token has expired\n",
        "Authorization: Digest is not supported\n",
        "cookie: session has expired, please log in again\n",
        "* OK [CAPABILITY IMAP4rev1 IDLE AUTH=PLAIN] ready.\n",
        "password=SecretStr('**********')\n",
        "existingSecret: postgres-credentials\n",
        "+ docker run -u 1000:1000 -p 8080:80 nginx:1.25\n",
        "Set-Cookie: __cf_bm=; path=/; HttpOnly; Secure; SameSite=None\n",
        "WWW-Authenticate: Digest realm=\"api\", nonce=\"abc\"\n",
        "{\"error_description\":\"Invalid user credentials\"}\n",
        "- name: DB_PASSWORD\n  valueFrom:\n    secretKeyRef:\n      key: password\n",
        "KEY             VALUE\napp:dbPassword  [secret]\nSealed          false\n",
        "id|status|model\n1|529|claude-opus-4-1\n",
        "(gdb) p retries\n$1 = 3\n",
        ">>> token_count\n'1203'\n",
        "Next page token:\n\n(none)\n",
        "334 VXNlcm5hbWU6\n535 5.7.8 authentication failed\n",
        "name,status,region\napi,operational,eu\n",
    ]);
}

#[test]
fn names_of_people_in_tables_go() {
    for text in [
        " id |     name      |      email       | plan\n----+---------------+------------------+------\n  1 | Dana Whitfield | d@example.org | pro\n(1 row)\n",
        "first_name,last_name,plan\nDana,Whitfield,pro\n",
        "id|full_name\n1|Dana Whitfield\n",
    ] {
        for out in [redacted(text), streamed(text)] {
            assert!(!out.contains("Whitfield"), "{out}");
            assert_eq!(out.contains("pro"), text.contains("pro"), "{out}");
        }
    }
}

#[test]
fn names_of_users_of_ci_go_and_those_of_bots_stay() {
    for text in [
        "GITHUB_ACTOR=octo-dana\n",
        "{\"GITHUB_TRIGGERING_ACTOR\":\"octo-dana\"}\n",
        "Host b\n    HostName b.example.com\n    User octo-dana\n",
    ] {
        assert!(!redacted(text).contains("dana") && !streamed(text).contains("dana"), "{}", redacted(text));
    }
    assert_stay(&["GITHUB_ACTOR=dependabot[bot]\n", "Host b\n    HostName b.example.com\n    User git\n"]);
}
