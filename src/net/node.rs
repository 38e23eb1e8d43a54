//! What a version of Node can do: which variables for proxies and certificates it reads.

/// A version of Node, as far as it is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Node(Option<(u32, u32)>);

impl Node {
    /// Reads `20.20.2`, `v22.21.0` or `24`; a major version alone counts as its first release.
    pub(crate) fn of(text: Option<&str>) -> Self {
        let parts = text.map(|text| text.trim().trim_start_matches('v').split('.').map(str::parse::<u32>));
        Self(parts.and_then(|mut parts| Some((parts.next()?.ok()?, parts.next().and_then(Result::ok).unwrap_or(0)))))
    }

    /// Whether it reads `NODE_USE_ENV_PROXY`: Node 24, or 22 from 22.21. Source: the page on the command line of its documentation.
    pub(crate) fn reads_env_proxy(self) -> Option<bool> {
        self.0.map(|(major, minor)| major >= 24 || (major == 22 && minor >= 21))
    }

    /// Whether it reads `NODE_USE_SYSTEM_CA`: Node 24 from 24.6, or 22 from 22.19. Source: the same page.
    pub(crate) fn reads_system_ca(self) -> Option<bool> {
        self.0.map(|version| version >= (24, 6) || ((22, 19)..(23, 0)).contains(&version))
    }

    /// Its name and version, in words.
    pub(crate) fn words(self) -> String {
        self.0.map_or_else(|| "Node of an unknown version".to_owned(), |(major, minor)| format!("Node {major}.{minor}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_tells_which_variables_are_read() {
        let of = |text| (Node::of(Some(text)).reads_env_proxy(), Node::of(Some(text)).reads_system_ca());
        assert_eq!(of("20.20.2"), (Some(false), Some(false)));
        assert_eq!(of("v22.20.0"), (Some(false), Some(true)));
        assert_eq!(of("22.21.0"), (Some(true), Some(true)));
        assert_eq!(of("23.11.0"), (Some(false), Some(false)));
        assert_eq!(of("24.5.0"), (Some(true), Some(false)));
        assert_eq!(of("26.1.0"), (Some(true), Some(true)));
        assert_eq!(of("latest"), (None, None));
        assert_eq!(Node::of(None), Node::default());
    }
}
