//! What can go wrong while rendering. No error carries captured text.

/// A packet that could not be rendered.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// The user's template is at fault.
    #[error("template `{name}`{}: {problem}", .line.map(|line| format!(", line {line}")).unwrap_or_default())]
    Template {
        /// Its name as the user gave it.
        name: String,
        /// Line in it, counted from 1, where known.
        line: Option<usize>,
        /// What is wrong; names of the template's own source only.
        problem: String,
        /// What to do.
        hint: String,
    },
    /// A built-in template is at fault; this is a bug of evpack.
    #[error("the built-in template failed: {0}")]
    Builtin(String),
    /// The packet could not be serialised.
    #[error("the packet could not be serialised: {0}")]
    Json(#[from] serde_json::Error),
    /// The packet's own time is not RFC 3339 with offset.
    #[error("created_at is not an RFC 3339 time with offset")]
    CreatedAt,
    /// A packet that somebody sent lacks what is needed to show it.
    #[error("the packet has no usable {0}")]
    Shape(&'static str),
}

impl RenderError {
    /// What the user can do about it.
    #[must_use]
    pub fn hint(&self) -> Option<&str> {
        match self {
            Self::Template { hint, .. } => Some(hint),
            _ => None,
        }
    }
}
