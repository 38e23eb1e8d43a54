//! Programs and commands from the templates in `templates/reproduction/`.

use std::sync::LazyLock;

use minijinja::syntax::SyntaxConfig;
use minijinja::{Environment, Error, UndefinedBehavior, Value, context};
use serde_json::Value as Json;

use super::literal::{self, Syntax};
use super::shape::{Credential, DEFAULT_BASE, Endpoint, Shape};
use crate::model::Raw;
use crate::model::packet::HARMLESS_PROMPT;
use crate::model::vocabulary::{Language, RouteKind};

const TEMPLATES: &[(&str, &str)] = &[
    ("claude-code", include_str!("../../../templates/reproduction/claude-code.j2")),
    ("csharp", include_str!("../../../templates/reproduction/csharp.j2")),
    ("curl", include_str!("../../../templates/reproduction/curl.j2")),
    ("go", include_str!("../../../templates/reproduction/go.j2")),
    ("java", include_str!("../../../templates/reproduction/java.j2")),
    ("php", include_str!("../../../templates/reproduction/php.j2")),
    ("python", include_str!("../../../templates/reproduction/python.j2")),
    ("ruby", include_str!("../../../templates/reproduction/ruby.j2")),
    ("typescript", include_str!("../../../templates/reproduction/typescript.j2")),
];

/// The engine. `None` would mean a broken template, which a test excludes.
static ENGINE: LazyLock<Option<Environment<'static>>> = LazyLock::new(|| engine().ok());

fn engine() -> Result<Environment<'static>, Error> {
    let mut env = Environment::new();
    env.set_undefined_behavior(UndefinedBehavior::Strict);
    env.set_auto_escape_callback(|_| minijinja::AutoEscape::None);
    env.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build()?);
    for (name, source) in TEMPLATES {
        env.add_template(name, source)?;
    }
    Ok(env)
}

/// Whether the SDK of a language has a client for a provider that evpack can write without guessing.
/// Source: the SDKs' own documentation on platforms.
pub(super) const fn supports(language: Language, kind: RouteKind) -> bool {
    match kind {
        RouteKind::Direct | RouteKind::Gateway | RouteKind::Bedrock => true,
        RouteKind::Vertex => !matches!(language, Language::Csharp),
        RouteKind::Foundry => matches!(language, Language::Python | Language::Typescript | Language::Java),
    }
}

/// A program or command by the template of that name.
pub(super) fn program(name: &str, syntax: Syntax, shape: &Shape) -> Option<Raw<String>> {
    let text = ENGINE.as_ref()?.get_template(name).ok()?.render(context_of(shape, syntax)).ok()?;
    // A checkout may have given the templates other line ends.
    Some(Raw::new(text.trim_end().replace("\r\n", "\n")))
}

/// The template name and literal syntax of a language.
pub(super) const fn of(language: Language) -> (&'static str, Syntax) {
    match language {
        Language::Python => ("python", Syntax::Python),
        Language::Typescript => ("typescript", Syntax::Typescript),
        Language::Go => ("go", Syntax::Json),
        Language::Java => ("java", Syntax::Json),
        Language::Csharp => ("csharp", Syntax::Json),
        Language::Ruby => ("ruby", Syntax::Ruby),
        Language::Php => ("php", Syntax::Php),
    }
}

/// All texts go in as finished literals of the language.
fn context_of(shape: &Shape, syntax: Syntax) -> Value {
    let body = shape.body.expose();
    let indent = if syntax == Syntax::Python { 4 } else { 2 };
    let literal = |json: &Json| literal::lines(json, syntax, indent);
    let part = |key: &str| body.get(key).map(literal);
    let base = shape.base_url.expose();
    // The clients of a cloud provider build their URL from the provider's own variables.
    let own = matches!(shape.kind, RouteKind::Direct | RouteKind::Gateway);
    let default = !own || base.trim_end_matches('/') == DEFAULT_BASE;
    let (header, variable) = match shape.credential {
        Credential::ApiKey(variable) => ("x-api-key: ", variable),
        Credential::Bearer(variable) => ("Authorization: Bearer ", variable),
        Credential::None => ("", ""),
    };
    let mut whole = body.clone();
    if shape.stream && shape.endpoint == Endpoint::Messages {
        whole["stream"] = Json::Bool(true);
    }
    // The seconds of whole and broken timeouts alike: `600`, `0.5`.
    let seconds = shape.timeout_ms.map(|ms| crate::model::safe::Seconds::from_millis(ms).to_string());
    context! {
        base_url => (!default).then(|| literal::string(base, syntax)),
        url => literal::string(shape.url.expose(), syntax),
        method => shape.method,
        route => shape.kind.word(),
        model => part("model"),
        max_tokens => part("max_tokens"),
        messages => part("messages"),
        tools => part("tools"),
        body => (shape.endpoint != Endpoint::WithoutBody)
            .then(|| literal::string(&literal::value(&whole, Syntax::Json), syntax)),
        prompt => literal::string(HARMLESS_PROMPT, syntax),
        stream => shape.stream,
        timeout => seconds,
        timeout_ms => shape.timeout_ms,
        max_retries => shape.max_retries,
        header => header,
        variable => variable,
        api_version => shape.api_version,
        shortened => shape.shortened.clone(),
        simplified => body["messages"].as_array().is_some_and(|m| m.len() > 1) || body.get("tools").is_some(),
        proxy => shape.proxy,
        no_proxy => shape.no_proxy,
        ca_variable => shape.ca_variable,
        variables => shape.variables.join(", "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_templates_parse_and_all_files_are_listed() {
        assert!(engine().is_ok());
        #[allow(clippy::disallowed_methods)]
        let folder = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/templates/reproduction")).unwrap();
        let mut files: Vec<String> = folder.map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        files.sort();
        assert_eq!(files, TEMPLATES.iter().map(|(name, _)| format!("{name}.j2")).collect::<Vec<_>>());
    }
}
