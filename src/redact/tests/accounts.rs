//! Names of users and machines by what stands around them: columns, prompts, lines of system logs, forms of Windows; and look-alikes that stay.

use super::{assert_each, assert_hidden, assert_stays};
use crate::model::vocabulary::Audience;

/// Text, and what it becomes for the vendor. For the people inside it stays as it is.
const HIDDEN: &[(&str, &str)] = &[
    ("-rw-r--r-- 1 dsmith staff 1234 Nov 29 10:00 a.log", "-rw-r--r-- 1 [user-1] staff 1234 Nov 29 10:00 a.log"),
    ("drwxr-xr-x@ 5 dsmith dsmith 4.0K Nov  9  2025 x", "drwxr-xr-x@ 5 [user-1] [user-1] 4.0K Nov  9  2025 x"),
    ("-r--r--r-- dsmith/dsmith  12 2026-11-29 10:00 a", "-r--r--r-- [user-1]/[user-1]  12 2026-11-29 10:00 a"),
    ("x\ndsmith  4321  0.3  1.2 12 98 pts/0  S 0:05 node a", "x\n[user-1]  4321  0.3  1.2 12 98 pts/0  S 0:05 node a"),
    ("dsmith+  812  1  0 10:00 ?        00:00:05 node a", "[user-1]+  812  1  0 10:00 ?        00:00:05 node a"),
    ("dsmith   tty7         Nov 29 10:00 (:0)", "[user-1]   tty7         Nov 29 10:00 (:0)"),
    ("user=CORP\\dsmith status=401", "user=[user-1] status=401"),
    ("{\"user\":\"CORP\\\\dsmith\",\"status\":401}", "{\"user\":\"[user-1]\",\"status\":401}"),
    ("{\"m\":\"user=dsmith\\nnext\"}", "{\"m\":\"user=[user-1]\\nnext\"}"),
    ("{\"currentUser\": \"dsmith\"}", "{\"currentUser\": \"[user-1]\"}"),
    ("user: dsmith\nstatus: 401", "user: [user-1]\nstatus: 401"),
    ("Account Name:\t\tdsmith\r\nLogon ID:\t0x3E7", "Account Name:\t\t[user-1]\r\nLogon ID:\t0x3E7"),
    ("UserName    : CORP\\dsmith", "UserName    : [user-1]"),
    ("<Data Name=\"SubjectUserName\">dsmith</Data>", "<Data Name=\"SubjectUserName\">[user-1]</Data>"),
    ("Account Domain:\t\tNORTHWIND", "Account Domain:\t\t[domain-1]"),
    ("Security ID: S-1-5-21-3623811015-3361044348-30300820-1013", "Security ID: [user-1]"),
    ("Failed password for dsmith from 192.0.2.7 port 22", "Failed password for [user-1] from 192.0.2.7 port 22"),
    ("[sudo] password for dsmith: ", "[sudo] password for [user-1]: "),
    ("opened for user root by dsmith(uid=1000)", "opened for user root by [user-1](uid=1000)"),
    ("groups=1000(dsmith),27(sudo),1001(mweber)", "groups=1000([user-1]),27(sudo),1001([user-2])"),
    ("New session 12 of user dsmith.", "New session 12 of user [user-1]."),
    ("CRON[12]: (dsmith) CMD (/usr/bin/x)", "CRON[12]: ([user-1]) CMD (/usr/bin/x)"),
    ("dsmith is not in the sudoers file.", "[user-1] is not in the sudoers file."),
    ("Logged in to github.com account dsmith (keyring)", "Logged in to github.com account [user-1] (keyring)"),
    ("dsmith:x:1000:1000:Dana Smith,,,:/srv/x:/bin/sh", "[user-1]:x:1000:1000:[user-2],,,:/srv/x:/bin/sh"),
    ("CN=Dana Smith,OU=Users,DC=corp", "CN=[user-1],OU=Users,DC=corp"),
    (
        "192.0.2.7 - dsmith [29/Nov/2026:10:00:00 +0000] \"GET / HTTP/1.1\" 401",
        "192.0.2.7 - [user-1] [29/Nov/2026:10:00:00 +0000] \"GET / HTTP/1.1\" 401",
    ),
    ("Signed-off-by: dana smith <dana@firm.example.org>", "Signed-off-by: [user-1] <[email-1]>"),
    ("GIT_AUTHOR_NAME='Dana Smith' git commit", "GIT_AUTHOR_NAME='[user-1]' git commit"),
    ("dsmith@build-7:/srv/app$ npm test", "[user-1]:/srv/app$ npm test"),
    ("[dsmith@build-7 app]$ npm test", "[[user-1] app]$ npm test"),
    ("dsmith@Danas-Mini app % npm test", "[user-1] app % npm test"),
    ("root@build-7:/srv# npm test", "root@[host-1]:/srv# npm test"),
    ("dsmith@build-7's password: ", "[user-1]'s password: "),
    ("dsmith@192.0.2.7: Permission denied (publickey).", "[user-1]@192.0.2.7: Permission denied (publickey)."),
    ("rsync -a x/ dsmith@backup7:/srv", "rsync -a x/ [user-1]@backup7:/srv"),
    ("Default principal: dsmith@CORP", "Default principal: [user-1]@CORP"),
    ("Nov 29 10:00:01 build-7 sshd[1]: closed", "Nov 29 10:00:01 [host-1] sshd[1]: closed"),
    ("<13>Nov  9 10:00:01 build-7 app: closed", "<13>Nov  9 10:00:01 [host-1] app: closed"),
    (
        "2026-11-29T10:00:01.12+00:00 kestrel systemd[1]: Started",
        "2026-11-29T10:00:01.12+00:00 [host-1] systemd[1]: Started",
    ),
    ("<34>1 2026-11-29T10:00:01Z kestrel app 12 - - x", "<34>1 2026-11-29T10:00:01Z [host-1] app 12 - - x"),
    ("Linux kestrel 6.8.0-45-generic #45-Ubuntu SMP", "Linux [host-1] 6.8.0-45-generic #45-Ubuntu SMP"),
    (" Static hostname: build-7\n", " Static hostname: [host-1]\n"),
    ("<Computer>BUILD-7</Computer>", "<Computer>[host-1]</Computer>"),
    ("mail dana [at] firm [dot] example [dot] org today", "mail [email-1] today"),
    ("call 415.555.0123.", "call [phone-1]."),
    ("phone 415 555 0123", "phone [phone-1]"),
    ("tel 06 12 34 56 78", "tel [phone-1]"),
    ("10.0.0.1 3c5a.b47f.12de ARPA Vlan1", "[private-ip-1] [mac-1] ARPA Vlan1"),
    ("m=00%3A1A%3A2B%3A3C%3A4D%3A5E&x", "m=[mac-1]&x"),
];

/// Text, and what it becomes for everyone.
const HIDDEN_FROM_ALL: &[(&str, &str)] = &[
    ("to de89370400440532013000.", "to [iban-1]."),
    ("to gb82west12345698765432 now", "to [iban-1] now"),
    ("card=4111%201111%201111%201111&x=1", "card=[payment-card-1]&x=1"),
];

#[test]
fn names_go_where_what_stands_around_them_tells_them() {
    assert_hidden(HIDDEN, HIDDEN_FROM_ALL);
    let public = [
        ("ip-203-0-113-7 said", "[public-ip-1] said"),
        ("ec2-203-0-113-7.compute-1.amazonaws.com", "[public-ip-1].compute-1.amazonaws.com"),
    ];
    assert_each(public.into_iter(), Audience::Public);
    assert_each(public.into_iter().map(|(text, _)| (text, text)), Audience::Vendor);
}

/// What only looks like one of these.
const STAYS: &[&str] = &[
    "chmod -rw-r--r-- file",
    "-rw-r--r-- 1 root wheel 1234 Nov 29 10:00 x.log",
    "-rw-r--r-- 1 1000 1000 1234 Nov 29 10:00 x.log",
    "root       812  0.0  0.1 12345  6789 ?        Ss   10:00   0:00 init",
    "is it ok?    yes, retry 3 times",
    "USER       PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND",
    "opened /dev/pts/0 for writing",
    "the input device is not a tty",
    "    restore tty force-read hack",
    "Nov 29 10:00:01 localhost app: started",
    "Nov 29 10:00:01 INFO app: started",
    "[Nov 29 10:00:01] request failed: 529",
    "Date: Sun, 29 Nov 2026 10:00:01 GMT",
    "2026-11-29T10:00:01Z INFO kernel: panic",
    "2026-11-29T10:00:01Z app systemd[1]: Started",
    "<34>1 is a priority",
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36",
    "Linux x64 6.8.0",
    "platform: linux arm64 6.8.0",
    "{\"role\":\"user\",\"status\":401}",
    "\"user\": null, \"login\": true",
    "user: is not allowed",
    "error: user: not found",
    "login: failed with 401",
    "username: missing",
    "Username for 'https://github.com': ",
    "password for the account is missing",
    "no password for user in config",
    "Logged in as an administrator",
    "authenticated as service account",
    "running as a service (pid 12)",
    "list of user names",
    "session of user interaction",
    "gid=20(staff) groups=20(staff),12(everyone)",
    "npm WARN deprecated rimraf@3.0.2: Rimraf versions prior to v4",
    "node_modules/.pnpm/undici@7.30.0/node_modules/undici/lib/x.js:1:2",
    "uses: actions/checkout@v4",
    "image: ghcr.io/org/app@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "java.lang.Object@7852e922",
    "app@1.2.3:/srv",
    "@app.route(\"/x\") % name",
    "x@y % z",
    "root@:/srv# ls",
    "[at] line 12",
    "index(at) com",
    "version 415.555.0123.4",
    "v415.555.0123",
    "415.555.0123-rc1",
    "took 415.555 ms",
    "06 12 34 56 78 9a bc de",
    "00 06 12 34 56 78",
    "01 02 03 04 05",
    "05 11 20 26 10",
    "be12345678901234",
    "sha1 de89370400440532013000aabbccddeeff001122",
    "?from=2026-11-29%2010:00:01&to=2026-11-30%2010:00:01",
    "%3A%2F%2Fapi.anthropic.com%3A443%2Fv1",
    "ip-address of ec2-instance",
    "arp rev 1234.abcd.ef0",
    "S-1-5-18",
    "hostname: api.anthropic.com",
    "USERDOMAIN=WORKGROUP",
    "127.0.0.1 - - [29/Nov/2026:10:00:00 +0000] \"POST /v1/messages HTTP/1.1\" 529 12",
    "CONNECT api.anthropic.com:443 - HIER_NONE/- text/html",
    "root:x:0:0:root:/root:/bin/bash",
    "CN=Corp Proxy CA,OU=IT,O=Corp",
    "subject=CN=*.anthropic.com,OU=Web,O=X",
    "Co-Authored-By: Claude <noreply@anthropic.com>",
    "user=App\\Models\\User",
    "App\\Http\\Controllers\\UserController",
    "NT AUTHORITY\\SYSTEM",
];

#[test]
fn what_only_looks_like_a_name_in_such_a_place_stays() {
    assert!(STAYS.len() > HIDDEN.len(), "{}", STAYS.len());
    assert_stays(STAYS);
}
