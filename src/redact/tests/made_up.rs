//! Passwords that people make up, in what holds them: names, pairs, calls, options, tables, sentences. What stands beside them stays.

use super::redacted;

/// Words and a number, as most such passwords are.
fn made_up() -> String {
    ["tulpe", "77", "garten"].concat()
}

#[test]
fn made_up_passwords_go_and_what_stands_beside_them_stays() {
    let secret = made_up();
    for (text, kept) in [
        ("{\"host\":\"db\",\"user\":\"x\",\"pass\":\"§\",\"port\":3306}", "\",\"port\":3306}"),
        ("auth: { pass: '§' },\n host: 'smtp'", "' },\n host: 'smtp'"),
        ("user=app&pass=§&lang=de", "&lang=de"),
        ("PASSWORD2=§\nPORT=1", "\nPORT=1"),
        ("{\"password_confirmation\"=>\"§\", \"commit\"=>\"Save\"}", "\"commit\"=>\"Save\"}"),
        ("<Connector port=\"8443\" keystorePass=\"§\"/>", "<Connector port=\"8443\" keystorePass=\""),
        ("{\"name\":\"DB_PASSWORD\",\"slotSetting\":false,\"value\":\"§\"}", "\"slotSetting\":false,\"value\":\""),
        ("{\"msg\":\"DB_PASSWORD=§\\nHTTP_STATUS=503\\n\"}", "\\nHTTP_STATUS=503\\n\"}"),
        ("nas cifs username=x,password=§,vers=3.0 0 0", ",vers=3.0 0 0"),
        ("a%3D1%26password%3D§%26lang%3Dde", "%26lang%3Dde"),
        ("token=Token(value='§', kind=1)", "token=Token(value='"),
        ("x password=Optional[§] y", " y"),
        ("{password,<<\"§\">>}", "{password,<<\""),
        ("Map(password -> §, retries -> 3)", ", retries -> 3)"),
        ("auth=('app', b'§'), timeout=3", "), timeout=3"),
        ("smtp.login(\"ops\", \"§\")\nnext", "\")\nnext"),
        ("['sshpass','-p','§','ssh','host']", "','ssh','host']"),
        ("mysql -uroot -p'§' -e 'select 1'", " -e 'select 1'"),
        ("plink -pw § host.example uptime", " uptime"),
        ("dsn app:§@tcp(db:3306)/shop", "@tcp(db:3306)/shop"),
        ("<td>Password:</td><td>§</td>", "<td>Password:</td><td>"),
        ("hey, the password is § by the way", " by the way"),
        ("The new password for the staging box: §", "The new password for the staging box: "),
        (" id | password       | role\n----+----------------+-----\n  1 | §  | x\n", "| role\n"),
        ("-[ RECORD 1 ]-+----\npassword      | §\ncreated_at    | 2026-10-01\n", "\ncreated_at    | 2026-10-01\n"),
        ("jdbc:sqlserver://db;password={a;§};encrypt=true", ";encrypt=true"),
    ] {
        let text = text.replace('§', &secret);
        let out = redacted(&text);
        assert!(!out.contains(&secret[..8]), "{text} -> {out}");
        assert!(out.contains(kept), "{text} -> {out}");
    }
}

#[test]
fn what_looks_like_one_stays() {
    for text in [
        "{\"pass\": 12, \"fail\": 0, \"suite\": \"retry\"}",
        "{\"pass\": true, \"id\": \"case-7\"}",
        "PASS src/client2.test.ts (5 s)",
        "--- PASS: TestRetryAfter429 (0.00s)",
        "annotations: {checksum/secret: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08}",
        "login failed: bad token -> 401 retry",
        "{\"error\":\"invalid_token\",\"status\":401,\"value\":\"retry7later\"}",
        "the password is sha256 hashed, the status is 401",
    ] {
        assert_eq!(redacted(text), text);
    }
}

#[test]
fn a_pair_that_is_cut_off_inside_a_string_is_no_pair() {
    for text in [r#""\\\"password\\\",\\\"key"""#, r#""\\\"password\\\":{\\\"key""#] {
        assert_eq!(redacted(text), text);
    }
}
