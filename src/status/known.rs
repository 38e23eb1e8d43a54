//! What is known of the status page: its hosts, and which of its components matter to which client. Data: `page.yaml`.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::model::status::StatusPart;
use crate::model::vocabulary::Surface;

/// The file `page.yaml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Known {
    /// The pages, the first one first.
    pub pages: Vec<String>,
    /// Hosts that may be contacted for it, and that a redirect may lead to.
    pub hosts: Vec<String>,
    /// The page's id.
    pub(super) page_id: String,
    /// Words of which the page's name or URL holds one, should its id ever change.
    pub(super) page_names: Vec<String>,
    components: Vec<Row>,
}

/// A component of the page.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Row {
    /// Which one it is.
    pub(super) component: StatusPart,
    id: String,
    names: Vec<String>,
    /// The clients that it matters to.
    pub(super) surfaces: Vec<Surface>,
}

/// The file, read when it is first asked for.
pub fn known() -> &'static Known {
    // The file is part of the program; a test reads it.
    static KNOWN: LazyLock<Known> = LazyLock::new(|| crate::data::read(data!("status/page")).unwrap_or_default());
    &KNOWN
}

#[cfg(test)]
impl Known {
    /// Other pages and hosts, for a test.
    pub(crate) fn for_test(pages: Vec<String>, hosts: Vec<String>) -> Self {
        Self { pages, hosts, ..Self::default() }
    }
}

impl Known {
    /// The component of an id; by its name where the page gives no id that is known.
    pub(super) fn component(&self, id: Option<&str>, name: &str) -> Option<&Row> {
        let by_id = self.components.iter().find(|known| Some(known.id.as_str()) == id);
        let name = name.to_lowercase();
        by_id.or_else(|| {
            // A name such as `Claude API (api.anthropic.com)` may grow; it begins with what people know.
            self.components.iter().find(|known| known.names.iter().any(|start| name.starts_with(start.as_str())))
        })
    }

    /// Place of a component in the file.
    pub(super) fn rank(&self, component: StatusPart) -> usize {
        self.components.iter().position(|known| known.component == component).unwrap_or(usize::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_whole_and_every_client_uses_the_api() {
        let file: Known = crate::data::read(data!("status/page")).unwrap();
        for page in &file.pages {
            let host = page.strip_prefix("https://").unwrap();
            assert!(file.hosts.iter().any(|allowed| allowed == host), "{page}");
        }
        for surface in Surface::ALL {
            let used = file.components.iter().filter(|component| component.surfaces.contains(surface));
            assert!(used.clone().any(|component| component.component == StatusPart::ClaudeApi), "{surface}");
        }
    }

    #[test]
    fn an_id_counts_before_a_name() {
        let of = |id, name| known().component(id, name).map(|component| component.component);
        assert_eq!(of(Some("k8w3r06qmzrp"), "Renamed"), Some(StatusPart::ClaudeApi));
        assert_eq!(of(Some("new"), "Claude API (api.anthropic.com)"), Some(StatusPart::ClaudeApi));
        assert_eq!(of(None, "Claude Code"), Some(StatusPart::ClaudeCode));
        assert_eq!(of(Some("other"), "Weather API"), None);
    }
}
