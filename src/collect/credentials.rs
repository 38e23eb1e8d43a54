//! The state of every credential of a known name: where it is set, of what kind, whether its form is right, and which one
//! the client uses. Never its value.

pub(crate) mod form;
pub(crate) mod names;
mod precedence;

use std::path::PathBuf;

use super::vars::{Var, Vars};
use super::{Scope, files};
use crate::model::client::{Auth, CredentialDefect, CredentialKind, CredentialState};
use crate::model::vocabulary::RouteKind;
use crate::model::{AbsenceReason, Collected, Evidence, Raw};
use names::Known;

/// A credential that is set, with its value.
pub(crate) struct Held {
    pub(crate) known: &'static Known,
    pub(crate) var: Var,
    pub(crate) place: Raw<String>,
}

/// A credential file that the configuration names, with its text or the reason why that is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CredentialFile {
    pub(crate) path: PathBuf,
    pub(crate) text: Result<Raw<String>, AbsenceReason>,
}

impl CredentialFile {
    /// The text, where it was read.
    pub(crate) fn text(&self) -> &str {
        self.text.as_ref().map_or("", |text| text.expose())
    }

    /// What follows for redaction, where it was not read.
    pub(crate) fn risk(&self) -> Option<Raw<String>> {
        let reason = self.text.as_ref().err()?.word();
        let path = self.path.to_string_lossy();
        Some(Raw::new(format!(
            "the credential file {path} was not read ({reason}), so its values are removed by form only"
        )))
    }
}

/// Reads the credential files that the configuration names.
pub(crate) fn read_files(host: &dyn super::host::Host, scope: &Scope) -> Vec<CredentialFile> {
    let read = |path: &PathBuf| CredentialFile {
        path: path.clone(),
        text: files::text(host, path, files::SMALL).map_err(|error| error.reason()),
    };
    scope.credential_files.iter().map(read).collect()
}

/// The same files, where their probe was lost.
pub(crate) fn unread_files(scope: &Scope, reason: AbsenceReason) -> Vec<CredentialFile> {
    scope.credential_files.iter().map(|path| CredentialFile { path: path.clone(), text: Err(reason) }).collect()
}

/// The credentials, and the one in use. `route` decides whether a foreign kind is wrong in its place.
pub(crate) fn collect(
    vars: &Vars<'_>,
    files: &[CredentialFile],
    route: Option<RouteKind>,
) -> (Evidence<Collected, Auth<Collected>>, Vec<CredentialState<Collected>>) {
    let held = held(vars, files);
    let mut states: Vec<_> = held.iter().map(|one| state(one, &held, route)).collect();
    let auth = precedence::apply(vars, &held, &mut states);
    (auth, states)
}

/// Every credential of a known name, in the order of the table, shell before settings before files.
fn held(vars: &Vars<'_>, files: &[CredentialFile]) -> Vec<Held> {
    let mut all = Vec::new();
    for known in names::KNOWN {
        for var in [vars.shell(known.name), vars.setting(known.name)].into_iter().flatten() {
            if known.form_of(var.value.expose()).is_none() {
                continue;
            }
            let place = var.place(known.name);
            all.push(Held { known, var, place });
        }
        for file in files {
            let lines = file.text().lines().filter_map(dotenv);
            for (_, value) in lines.filter(|(name, _)| *name == known.name) {
                let path = files::shown(&file.path);
                let place = Raw::text(format!("{}: {}", path.expose(), known.name));
                all.push(Held { known, var: Var { value: Raw::text(value), file: Some(path) }, place });
            }
        }
    }
    all
}

/// A line of a dotenv or shell file: name and value without its quotation marks.
pub(crate) fn dotenv(line: &str) -> Option<(&str, &str)> {
    let line = line.trim();
    let line = line.strip_prefix("export ").unwrap_or(line);
    let (name, value) = line.split_once('=')?;
    let name = name.trim();
    if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
        return None;
    }
    Some((name, form::unquoted(value.trim())))
}

fn state(one: &Held, all: &[Held], route: Option<RouteKind>) -> CredentialState<Collected> {
    let value = one.var.value.expose();
    let (mut kind, mut defects) =
        if one.known.is_file { file_form(value) } else { form::examine(one.known.form_of(value).unwrap_or(value)) };
    if kind == CredentialKind::Unrecognised && one.known.expects == names::Expects::Aws {
        kind = CredentialKind::Aws;
    }
    if one.known.expects.refuses(kind, route) {
        defects.push(CredentialDefect::WrongKind);
    }
    let bare = form::bare(value);
    let same = |other: &&Held| {
        !std::ptr::eq(*other, one)
            && !bare.is_empty()
            && !one.known.is_file
            && form::bare(other.var.value.expose()) == bare
    };
    CredentialState {
        place: one.place.clone(),
        kind,
        defects,
        same_as: all.iter().find(same).map(|other| other.place.clone()),
        effective: false,
        shadowed_by: None,
    }
}

fn file_form(path: &str) -> (CredentialKind, Vec<CredentialDefect>) {
    if path.trim().is_empty() {
        (CredentialKind::Empty, vec![CredentialDefect::Empty])
    } else {
        (CredentialKind::File, Vec::new())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collect::claude_code::settings::Settings;
    use crate::collect::host::fake::FakeHost;
    use crate::model::vocabulary::Surface;

    pub(super) fn key(tag: &str) -> String {
        format!("sk-ant-{tag}-{}AA", "k7".repeat(46) + "x")
    }

    fn collected(
        host: &FakeHost,
        surface: Surface,
    ) -> (Evidence<Collected, Auth<Collected>>, Vec<CredentialState<Collected>>) {
        let settings = Settings::default();
        collect(&Vars { host, settings: &settings, surface }, &[], Some(RouteKind::Direct))
    }

    #[test]
    fn an_admin_key_where_an_api_key_belongs_is_of_the_wrong_kind() {
        let (_, states) = collected(&FakeHost::new().var("ANTHROPIC_API_KEY", key("admin01")), Surface::PythonSdk);
        assert_eq!(states[0].kind, CredentialKind::AnthropicAdminKey);
        assert_eq!(states[0].defects, [CredentialDefect::WrongKind]);
    }

    #[test]
    fn the_same_value_in_two_places_is_said_even_with_a_line_break() {
        let host = FakeHost::new()
            .var("ANTHROPIC_API_KEY", format!("{}\n", key("api03")))
            .var("ANTHROPIC_AUTH_TOKEN", key("api03"));
        let (_, states) = collected(&host, Surface::PythonSdk);
        assert_eq!(states[0].defects, [CredentialDefect::TrailingNewline]);
        assert_eq!(states[0].same_as.as_ref().map(|p| p.expose().as_str()), Some("ANTHROPIC_AUTH_TOKEN"));
        assert_eq!(states[1].same_as.as_ref().map(|p| p.expose().as_str()), Some("ANTHROPIC_API_KEY"));
    }

    #[test]
    fn a_gateways_own_key_is_no_defect_behind_a_gateway() {
        let host = FakeHost::new().var("ANTHROPIC_API_KEY", format!("sk-{}", "litellm1234567890"));
        let settings = Settings::default();
        let vars = Vars { host: &host, settings: &settings, surface: Surface::PythonSdk };
        let defects = |route| collect(&vars, &[], Some(route)).1[0].defects.clone();
        assert_eq!(defects(RouteKind::Gateway), []);
        assert_eq!(defects(RouteKind::Direct), [CredentialDefect::WrongKind]);
    }

    #[test]
    fn dotenv_lines_are_read_with_and_without_export_and_quotes() {
        assert_eq!(dotenv("export A_KEY=\"v v\""), Some(("A_KEY", "v v")));
        assert_eq!(dotenv("A_KEY='v'"), Some(("A_KEY", "v")));
        assert_eq!(dotenv("# comment = x"), None);
        assert_eq!(dotenv("if [ a = b ]"), None);
    }
}
