//! Names of people, machines and organisations.

use crate::collect::files;
use crate::collect::host::Host;
use crate::model::{Identity, IdentityKind, Raw, Sensitive};

/// Variables that name a person.
const PEOPLE: &[&str] = &[
    "USER",
    "LOGNAME",
    "USERNAME",
    "SUDO_USER",
    "EMAIL",
    "GIT_AUTHOR_NAME",
    "GIT_AUTHOR_EMAIL",
    "GIT_COMMITTER_NAME",
    "GIT_COMMITTER_EMAIL",
    "GITHUB_ACTOR",
    "GITHUB_TRIGGERING_ACTOR",
    "GITLAB_USER_LOGIN",
    "GITLAB_USER_NAME",
    "GITLAB_USER_EMAIL",
    "CIRCLE_USERNAME",
    "BUILDKITE_BUILD_CREATOR",
    "BUILDKITE_BUILD_CREATOR_EMAIL",
    "BUILD_REQUESTEDFOR",
    "BUILD_REQUESTEDFOREMAIL",
    "BUILD_USER",
    "GITPOD_GIT_USER_EMAIL",
    "GITHUB_USER",
];
/// Variables that name a home directory.
const HOMES: &[&str] = &["HOME", "USERPROFILE"];
/// Variables that name this machine.
const MACHINES: &[&str] = &["HOSTNAME", "HOST", "COMPUTERNAME", "CODESPACE_NAME", "RUNNER_NAME", "NODE_NAME"];
/// Variables that name an internal domain.
const DOMAINS: &[&str] = &["USERDNSDOMAIN", "USERDOMAIN", "LOCALDOMAIN"];
/// Variables that name an organisation, account, workspace or project.
const ORGANISATIONS: &[&str] = &[
    "ANTHROPIC_ORGANIZATION_ID",
    "ANTHROPIC_WORKSPACE_ID",
    "ANTHROPIC_AWS_WORKSPACE_ID",
    "ANTHROPIC_GOOGLE_CLOUD_PROJECT",
    "ANTHROPIC_GOOGLE_CLOUD_WORKSPACE_ID",
    "ANTHROPIC_VERTEX_PROJECT_ID",
    "ANTHROPIC_FOUNDRY_RESOURCE",
    "ANTHROPIC_SERVICE_ACCOUNT_ID",
    "ANTHROPIC_FEDERATION_RULE_ID",
    "AWS_ACCOUNT_ID",
    "AWS_PROFILE",
    "AZURE_SUBSCRIPTION_ID",
    "AZURE_TENANT_ID",
    "AZURE_CLIENT_ID",
    "CLOUDFLARE_ACCOUNT_ID",
    "CLOUDSDK_CORE_ACCOUNT",
    "CLOUDSDK_CORE_PROJECT",
    "GCLOUD_PROJECT",
    "GCP_PROJECT",
    "GOOGLE_CLOUD_PROJECT",
    "GITHUB_REPOSITORY_OWNER",
];
/// Names that thousands of machines share. They identify nobody, and removing them everywhere would spoil the evidence.
const GENERIC: &[&str] = &[
    "root",
    "user",
    "users",
    "runner",
    "ubuntu",
    "debian",
    "admin",
    "administrator",
    "vscode",
    "node",
    "app",
    "default",
    "docker",
    "jenkins",
    "circleci",
    "codespace",
    "gitpod",
    "vagrant",
    "ec2-user",
    "nobody",
    "system",
    "guest",
    "test",
    "home",
    "localhost",
    "localdomain",
    "local",
    "none",
    "workgroup",
    "python",
    "claude",
    "anthropic",
    "build",
    "ci",
    "github",
    "gitlab",
    "runneradmin",
    "containeradministrator",
    "coder",
    "work",
    "dev",
];
/// Shortest name that is removed.
const SHORTEST_NAME: usize = 3;

/// Adds the names that variables tell.
pub(super) fn of_environment(sensitive: &mut Sensitive, host: &dyn Host) {
    for (list, kind) in
        [(PEOPLE, IdentityKind::User), (DOMAINS, IdentityKind::Domain), (ORGANISATIONS, IdentityKind::Organisation)]
    {
        for value in list.iter().filter_map(|name| host.env(name)) {
            add(sensitive, value.expose(), kind);
        }
    }
    for value in MACHINES.iter().filter_map(|name| host.env(name)) {
        machine(sensitive, value.expose());
    }
    let home = host.home().map(|home| files::shown(&home));
    for value in HOMES.iter().filter_map(|name| host.env(name)).chain(home) {
        home_dir(sensitive, value.expose());
    }
}

/// Whether the variable names an organisation, account, workspace or project.
pub(super) fn is_organisation(name: &str) -> bool {
    ORGANISATIONS.contains(&name)
}

/// Adds a name, unless it is too short or too common to stand for anyone.
pub(super) fn add(sensitive: &mut Sensitive, text: &str, kind: IdentityKind) {
    let text = text.trim();
    let generic =
        GENERIC.iter().any(|name| name.eq_ignore_ascii_case(text)) || text.bytes().all(|byte| byte.is_ascii_digit());
    // An account number is all digits; a login name of digits alone would remove numbers everywhere.
    let generic = generic && !(kind == IdentityKind::Organisation && text.len() >= 8);
    if text.len() >= SHORTEST_NAME && !generic && !sensitive.identities.iter().any(|known| known.value.expose() == text)
    {
        sensitive.identities.push(Identity { value: Raw::text(text), kind });
    }
}

/// Adds the name of a machine, in full and in short, and its domain.
pub(super) fn machine(sensitive: &mut Sensitive, name: &str) {
    add(sensitive, name, IdentityKind::HostName);
    if let Some((short, domain)) = name.split_once('.') {
        add(sensitive, short, IdentityKind::HostName);
        if domain.contains('.') {
            add(sensitive, domain, IdentityKind::Domain);
        }
    }
}

fn home_dir(sensitive: &mut Sensitive, path: &str) {
    let path = path.trim_end_matches(['/', '\\']);
    let name = path.rsplit(['/', '\\']).next().unwrap_or_default();
    if path.len() > 1 && !GENERIC.iter().any(|generic| generic.eq_ignore_ascii_case(name)) {
        add(sensitive, path, IdentityKind::HomePath);
        add(sensitive, name, IdentityKind::User);
    }
}
