//! Ready snippets for the configuration of each CI vendor, as `evpack init --ci` writes them.

/// One snippet: the word for its vendor, the file it goes to, and its text.
#[derive(Debug)]
pub struct Snippet {
    /// The word of `--ci`.
    pub word: &'static str,
    /// A file name that replaces nothing a project has already.
    pub file: &'static str,
    /// The text.
    pub text: &'static str,
}

const fn snippet(word: &'static str, file: &'static str, text: &'static str) -> Snippet {
    Snippet { word, file, text }
}

/// All snippets.
pub const SNIPPETS: &[Snippet] = &[
    snippet("github", "evpack-github.yml", include_str!("../../templates/ci/github.yml")),
    snippet("gitlab", "evpack-gitlab.yml", include_str!("../../templates/ci/gitlab.yml")),
    snippet("jenkins", "evpack-jenkins.groovy", include_str!("../../templates/ci/jenkins.groovy")),
    snippet("circleci", "evpack-circleci.yml", include_str!("../../templates/ci/circleci.yml")),
    snippet("buildkite", "evpack-buildkite.yml", include_str!("../../templates/ci/buildkite.yml")),
    snippet("azure", "evpack-azure.yml", include_str!("../../templates/ci/azure.yml")),
    snippet("bitbucket", "evpack-bitbucket.yml", include_str!("../../templates/ci/bitbucket.yml")),
];
