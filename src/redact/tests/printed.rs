//! Credentials that commands print, are handed, or that a terminal wraps; defaults of parameters of templates.

use super::{assert_gone, redacted};

/// Text, what goes, and what stays.
const CASES: &[(&str, &[&str], &[&str])] = &[
    ("$ mytool login --user dana --password 7xQ\nvL9p2 --retries 3", &["7xQ", "vL9p2"], &["--retries 3"]),
    ("psql postgres://app:Kq7\nv2Lp@db.example.org:5432/app", &["Kq7", "v2Lp"], &["@db.example.org:5432/app"]),
    ("│ psql postgres://app:Kq7 │\n│ v2Lp@db.example.org/app │", &["Kq7", "v2Lp"], &[]),
    (
        "export ANTHROPIC_BASE_URL=https://gw.example.org/v1 DB_HOST=db PGPASSWORD=Hj4\nkW8z psql -h db.example.org",
        &["Hj4", "kW8z"],
        &[],
    ),
    (
        "curl -sS https://gw.example.org/v1/messages -H \"x-api-key: Hj4kW\n8zQ2mN\" -d @body.json",
        &["Hj4kW", "8zQ2mN"],
        &[],
    ),
    (
        "docker run --rm -e MODEL=claude-opus-4-6 -e DB_USER=app -e DB_PASSWORD=Tr0\nub4dor -p 8080:8080 app:latest",
        &["Tr0", "ub4dor"],
        &[],
    ),
    (
        "mysqldump --host=db.example.org --user=app --single-transaction --password=Tr0\nub4d app > dump.sql",
        &["Tr0", "ub4d"],
        &[],
    ),
    ("$ whoami && op read \"op://vault/item/field\"\ndsmith\nm0ssy-Gate", &["dsmith", "m0ssy-Gate"], &[]),
    ("$ whoami; gh auth token\ndsmith\nm0ssy-Gate\n$ echo next", &["dsmith", "m0ssy-Gate"], &["$ echo next"]),
    ("$ op read \"op://vault/item/field\" && whoami\nm0ssy-Gate\ndsmith", &["dsmith", "m0ssy-Gate"], &[]),
    ("$ cd /srv && op read \"op://vault/item/field\"\nm0ssy-Gate", &["m0ssy-Gate"], &[]),
    ("$ echo start; op read \"op://vault/item/field\"\nstart\nm0ssy-Gate", &["m0ssy-Gate"], &["start"]),
    ("$ hostname; whoami\nkestrel-7\ndsmith", &["kestrel-7", "dsmith"], &[]),
    ("$ date; pass show claude/key\nSun Nov 29 10:00:00 UTC 2026\nm0ssy-Gate", &["m0ssy-Gate"], &["2026"]),
    ("$ op read \"op://vault/item/field\" | tr -d '\\n' && echo\nm0ssy-Gate", &["m0ssy-Gate"], &[]),
    ("$ op read op://a/b/c; op read op://a/b/d\nm0ssy-Gate\nf1nch-Door", &["m0ssy-Gate", "f1nch-Door"], &[]),
    (
        "dana@laptop:~$ whoami && hostname && op read \"op://vault/item/field\"\ndsmith\nkestrel-7\nm0ssy-Gate",
        &["dsmith", "kestrel-7", "m0ssy-Gate"],
        &[],
    ),
    ("$ echo $ANTHROPIC_MODEL; echo $DB_PASSWORD\nclaude-opus-4-6\nm0ssy-Gate", &["m0ssy-Gate"], &["claude-opus-4-6"]),
    ("{\"cmd\":\"whoami\",\"stdout\":\"dsmith\",\"exit\":0}", &["dsmith"], &["\"exit\":0"]),
    ("{\"cmd\": \"whoami\", \"rc\": 0, \"stdout\": \"dsmith\\n\"}", &["dsmith"], &["\"rc\": 0"]),
    ("{\"command\":\"op read op://a/b/c\",\"output\":\"m0ssy-Gate\",\"exit_code\":0}", &["m0ssy-Gate"], &["op read"]),
    (
        "{\"command\":\"op read \\\"op://vault/item/field\\\"\",\"stdout\":\"m0ssy-Gate\\n\",\"stderr\":\"\",\"exit_code\":0}",
        &["m0ssy-Gate"],
        &["\"exit_code\":0"],
    ),
    (
        "{\"tool\":\"bash\",\"command\":\"gh auth token\",\"result\":{\"stdout\":\"m0ssy-Gate\\n\",\"stderr\":\"\"}}",
        &["m0ssy-Gate"],
        &[],
    ),
    (
        "{\"cmd\":[\"op\",\"read\",\"op://a/b/c\"],\"stdout\":\"m0ssy-Gate\"}\n{\"cmd\":[\"whoami\"],\"stdout\":\"dsmith\",\"stdout_lines\":[\"dsmith\"]}",
        &["m0ssy-Gate", "dsmith"],
        &[],
    ),
    (
        "{\n  \"command\": \"op read op://a/b/c\",\n  \"exit_code\": 0,\n  \"stdout\": \"m0ssy-Gate\\n\"\n}",
        &["m0ssy-Gate"],
        &[],
    ),
    ("{\"stdout\":\"m0ssy-Gate\",\"cmd\":\"op read op://a/b/c\"}", &["m0ssy-Gate"], &[]),
    (
        "CompletedProcess(args=['op', 'read', 'op://a/b/c'], returncode=0, stdout='m0ssy-Gate\\n', stderr='')",
        &["m0ssy-Gate"],
        &["returncode=0"],
    ),
    ("2026-11-29T10:00:00Z DEBUG run {\"cmd\":\"pass show claude/key\",\"out\":\"m0ssy-Gate\"}", &["m0ssy-Gate"], &[]),
    (
        "{\"log\":\"{\\\"cmd\\\":\\\"pass show claude/key\\\",\\\"stdout\\\":\\\"m0ssy-Gate\\\"}\"}",
        &["m0ssy-Gate"],
        &[],
    ),
    ("{\"cmd\":\"hostname\",\"stdout\":\"kestrel-7\"}", &["kestrel-7"], &[]),
    ("{\"cmd\":\"printenv DB_PASSWORD\",\"stdout\":\"m0ssy-Gate\"}", &["m0ssy-Gate"], &[]),
    (
        "{\"cmd\":\"git status\",\"stdout\":\"fatal: not a git repository\"}\n{\"cmd\":\"op read op://a/b/c\",\"stdout\":\"\",\"stderr\":\"connection refused by host\"}",
        &[],
        &["fatal: not a git repository", "connection refused by host"],
    ),
    (
        "Parameters:\n  MasterThing:\n    Type: String\n    NoEcho: true\n    Default: m0ssy-Gate\n  Region:\n    Type: String\n    Default: eu-west-1",
        &["m0ssy-Gate"],
        &["Type: String", "eu-west-1"],
    ),
    (
        "Parameters:\n  MasterThing:\n    Type: String\n    Default: m0ssy-Gate\n    NoEcho: true\n  Region:\n    Type: String\n    Default: eu-west-1",
        &["m0ssy-Gate"],
        &["eu-west-1"],
    ),
    (
        "Parameters:\n  InstanceType:\n    Default: t3.micro\n    Type: String\n  DBPassword:\n    Type: String\n    Description: The master password\n    Default: \"m0ssy-Gate\"\n    MinLength: 8",
        &["m0ssy-Gate"],
        &["t3.micro"],
    ),
    (
        "{\n  \"Parameters\": {\n    \"DBPassword\": {\n      \"Type\": \"String\",\n      \"NoEcho\": \"true\",\n      \"Default\": \"m0ssy-Gate\"\n    },\n    \"InstanceType\": {\n      \"Type\": \"String\",\n      \"Default\": \"t3.micro\"\n    }\n  }\n}",
        &["m0ssy-Gate"],
        &["t3.micro"],
    ),
    (
        "{\"Parameters\":{\"MasterThing\":{\"Type\":\"String\",\"NoEcho\":true,\"Default\":\"m0ssy-Gate\"},\"InstanceType\":{\"Type\":\"String\",\"Default\":\"t3.micro\"}}}",
        &["m0ssy-Gate"],
        &["t3.micro"],
    ),
    (
        "{\"Parameters\":{\"DBPassword\":{\"Type\":\"String\",\"Default\":\"m0ssy-Gate\"},\"InstanceType\":{\"Type\":\"String\",\"Default\":\"t3.micro\"}}}",
        &["m0ssy-Gate"],
        &["t3.micro"],
    ),
    (
        "2026-11-29T10:00:00Z   DBPassword:\n2026-11-29T10:00:00Z     Type: String\n2026-11-29T10:00:00Z     Default: m0ssy-Gate",
        &["m0ssy-Gate"],
        &[],
    ),
    ("  MaxTokens:\n    type: integer\n    default: 100", &[], &["default: 100"]),
    ("gh auth login --with-token < <(echo m0ssyGate9)", &["m0ssyGate9"], &[]),
    (
        "openssl enc -aes-256-cbc -pass file:<(echo m0ssyGate9) -in a -out b\nansible-playbook x.yml --vault-password-file <(echo 'm0ssyGate9')",
        &["m0ssyGate9"],
        &[],
    ),
    ("sudo -S apt update <<< \"m0ssyGate9\"\ncryptsetup open /dev/sda2 x <<<'m0ssyGate9'", &["m0ssyGate9"], &[]),
    (
        "printf '%s' m0ssyGate9 | docker login -u dana --password-stdin\nprintf '%s\\n' 'm0ssyGate9' | sudo -S true",
        &["m0ssyGate9"],
        &[],
    ),
    ("printf \"%s\" \"m0ssyGate9\" | gh secret set KEY", &["m0ssyGate9"], &[]),
    ("echo m0ssyGate9 | sudo -S apt update\necho \"hunter22\" | sudo -kS id", &["m0ssyGate9", "hunter22"], &[]),
    ("echo m0ssyGate9 | docker login ghcr.io -u dana --password-stdin", &["m0ssyGate9"], &[]),
    ("echo m0ssyGate9 | gpg --batch --passphrase-fd 0 -d a.gpg", &["m0ssyGate9"], &[]),
    (
        "echo m0ssyGate9 | cryptsetup luksOpen /dev/sda2 x -\necho m0ssyGate9 | kinit dana\necho dana:m0ssyGate9 | chpasswd\necho m0ssyGate9 | passwd --stdin dana\necho m0ssyGate9 | su - dana -c id",
        &["m0ssyGate9"],
        &[],
    ),
    (
        "{\"cmd\":\"echo \\\"m0ssyGate9\\\" | sudo -S apt update\",\"exit\":1}\n{\"cmd\":\"sudo -S id <<< \\\"m0ssyGate9\\\"\",\"exit\":1}",
        &["m0ssyGate9"],
        &["\"exit\":1"],
    ),
    (
        "echo \"m0ssyGate9\" | npx wrangler secret put ANTHROPIC_API_KEY\necho -n 'm0ssyGate9' | gcloud secrets versions add key --data-file=-\necho -n m0ssyGate9 | vault kv put secret/x value=-",
        &["m0ssyGate9"],
        &[],
    ),
    (
        "echo $PW | sudo -S id\necho done | tee log\ncat <<< \"$TOKEN\"\ndiff <(echo hello) b\nbc <<< \"1+2\"",
        &[],
        &["echo $PW | sudo -S id", "echo done | tee log", "<<< \"$TOKEN\"", "<(echo hello)", "bc <<< \"1+2\""],
    ),
    (
        "mreuter2@box:~/app$ cd infra; id -un; pass show \"ci; deploy/key\"\nmreuter\nkl4r-Teich",
        &["kl4r-Teich", "mreuter"],
        &["~/app"],
    ),
    (
        "❯ aws sts get-caller-identity > /dev/null && aws secretsmanager get-secret-value --secret-id x --query SecretString --output text\nkl4r-Teich",
        &["kl4r-Teich"],
        &[],
    ),
    ("+ npm --version && gh auth token\n10.9.0\nkl4r-Teich9xQ2", &["kl4r-Teich9xQ2"], &[]),
    (
        "ok: [web] => {\"changed\": true, \"cmd\": [\"pass\", \"show\", \"ci/deploy\"], \"rc\": 0, \"stdout\": \"kl4r-Teich\", \"stdout_lines\": [\"kl4r-Teich\"]}\nok: [web] => {\"changed\": true, \"cmd\": \"whoami\", \"rc\": 0, \"stdout\": \"mreuter\", \"stdout_lines\": [\"mreuter\"]}",
        &["kl4r-Teich", "mreuter"],
        &["\"rc\": 0", "\"changed\": true"],
    ),
    (
        "{\"tool\":\"shell\",\"arguments\":null,\"command\":[\"bash\",\"-lc\",\"vault kv get -field=pw secret/ci\"],\"exitCode\":0,\"aggregated_output\":\"kl4r-Teich\\n\"}",
        &["kl4r-Teich"],
        &["\"exitCode\":0"],
    ),
    (
        "DEBUG CompletedProcess(args='op read op://ci/deploy/pw', returncode=0, stdout=b'kl4r-Teich\\n', stderr=b'')",
        &["kl4r-Teich"],
        &["returncode=0"],
    ),
    ("- command: op read op://ci/deploy/pw\n  exit: 0\n  stdout: kl4r-Teich", &["kl4r-Teich"], &[]),
    (
        "Parameters:\n  DbPort:\n    Type: Number\n    Default: 5432\n  MasterUserPassword:\n    # the master\n    Description: Password of the master\n    Type: String\n    NoEcho: 'true'\n    MinLength: 8\n    Default: 'kl4r-Teich'\n  Klass:\n    Type: String\n    Default: db.t3.small",
        &["kl4r-Teich"],
        &["5432", "db.t3.small"],
    ),
    (
        "+  Parameters:\n+    ThirdPartyThing:\n+      Type: String\n+      NoEcho: true\n+      Default: kl4r-Teich",
        &["kl4r-Teich"],
        &[],
    ),
    (
        "{\n  \"parameters\": {\n    \"adminThing\": {\n      \"type\": \"securestring\",\n      \"defaultValue\": \"kl4r-Teich\"\n    },\n    \"location\": {\"type\": \"string\", \"defaultValue\": \"westeurope\"}\n  }\n}",
        &["kl4r-Teich"],
        &["westeurope"],
    ),
    (
        "{\"TemplateBody\":\"Parameters:\\n  DbPassword:\\n    Type: String\\n    Default: kl4r-Teich\\nResources: {}\\n\",\"Status\":\"FAILED\"}",
        &["kl4r-Teich"],
        &[],
    ),
    (
        "docker run -d --name gw -p 4000:4000 -e LITELLM_LOG=DEBUG -e PROXY_PASSWORD=Wq4\ntE7i ghcr.io/berriai/litellm:main",
        &["Wq4", "tE7i"],
        &[],
    ),
    (
        "printf \"kl4rTeich\\n\" | sudo -S -p \"\" systemctl restart gw\nsudo --stdin id <<<kl4rTeich\nopenssl pkcs12 -in a.p12 -passin file:<(printf 'kl4rTeich')",
        &["kl4rTeich"],
        &[],
    ),
    (
        "  - run: echo \"kl4rTeich\" | docker login registry.example.org --username ci --password-stdin",
        &["kl4rTeich"],
        &[],
    ),
    ("echo zebraT4nk | sudo -Sv\necho 'zebraT4nk' | sudo -p '' -S ls", &["zebraT4nk"], &[]),
    (
        "{\"command\":\"bash -c \\\"op read 'op://a/b/c' && date\\\"\",\"stdout\":\"zebraT4nk\\nSun Nov 29\",\"status\":\"ok\"}",
        &["zebraT4nk"],
        &["\"status\":\"ok\""],
    ),
    (
        "$ AWS_PROFILE=ci aws secretsmanager get-secret-value --secret-id x --query SecretString --output text; echo rc=$?\nzebraT4nk\nrc=0",
        &["zebraT4nk"],
        &["rc=0"],
    ),
    (
        "\t\"Parameters\": {\n\t\t\"DbThing\": {\n\t\t\t\"Default\": \"zebraT4nk\",\n\t\t\t\"Type\": \"String\",\n\t\t\t\"NoEcho\": \"true\"\n\t\t}\n\t}",
        &["zebraT4nk"],
        &[],
    ),
    ("export DATABASE_URL=postgres://app:zK4\nrT9q@db.example.org/app", &["zK4", "rT9q"], &[]),
];

#[test]
fn what_commands_print_and_are_handed_goes() {
    assert_gone(CASES.iter().copied());
}

/// A text as JSON writes it inside a string.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}

#[test]
fn a_user_name_of_quotation_marks_does_not_end_the_call_early() {
    let secret = ["hG7p", "Q2mK", "x9"].concat();
    let call = format!("req.SetBasicAuth(\"\"\"\"\"\", \"{secret}\")");
    let json = escaped(&escaped(&escaped(&call)));
    let texts = [call.clone(), escaped(&call), json.clone(), format!("1,info,\"{}\",401", json.replace('"', "\"\""))];
    for text in texts {
        let shown = redacted(&text);
        assert!(!shown.contains(&secret), "{text} -> {shown}");
        assert!(shown.contains("SetBasicAuth("), "{shown}");
    }
}
