//! Finding one package in a lock file by reading it line by line, without a parser for each format.

/// The first `version` after a line that names the package, in TOML as `uv.lock`, `poetry.lock` and `pdm.lock` write it.
pub(super) fn toml_version<'a>(text: &'a str, package: &str) -> Option<&'a str> {
    let name = format!("name = \"{package}\"");
    let mut lines = text.lines().map(str::trim).skip_while(|line| *line != name).skip(1);
    let line = lines.find(|line| line.starts_with("version = ") || line.starts_with("[["))?;
    quoted(line.strip_prefix("version = ")?)
}

/// The first `"version"` after `"name": "package"`, in JSON as Composer writes it.
pub(super) fn json_version<'a>(text: &'a str, package: &str) -> Option<&'a str> {
    let at = text.find(&format!("\"name\": \"{package}\""))?;
    let rest = &text[at..];
    let end = rest[1..].find("\"name\":").map_or(rest.len(), |at| at + 1);
    value_of(&rest[..end], "\"version\":")
}

/// The quoted text after a key.
pub(super) fn value_of<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    let rest = &text[text.find(key)? + key.len()..];
    quoted(rest.trim_start())
}

/// The text between the quotation marks that stand first.
pub(super) fn quoted(text: &str) -> Option<&str> {
    let quote = text.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    text[1..].split(quote).next()
}

/// The run of characters that a version or a version range can have.
pub(super) fn version_run(text: &str) -> Option<&str> {
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || ".-+_".contains(c))).unwrap_or(text.len());
    Some(&text[..end]).filter(|run| run.starts_with(|c: char| c.is_ascii_digit() || c == 'v'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lock_files_give_the_version_of_the_package_and_of_no_other() {
        let lock = "[[package]]\nname = \"anthropic-x\"\nversion = \"9\"\n\n[[package]]\nname = \"anthropic\"\nversion = \"2.12.0\"\n";
        assert_eq!(toml_version(lock, "anthropic"), Some("2.12.0"));
        assert_eq!(
            toml_version(
                "[[package]]\nname = \"anthropic\"\n[[package]]\nname = \"b\"\nversion = \"1\"\n",
                "anthropic"
            ),
            None
        );
        let lock =
            r#"{"packages": [{"name": "a/b", "version": "1"}, {"name": "anthropic-ai/sdk", "version": "v0.3.0"}]}"#;
        assert_eq!(json_version(lock, "anthropic-ai/sdk"), Some("v0.3.0"));
        assert_eq!(version_run("2.57.0\")"), Some("2.57.0"));
        assert_eq!(version_run("$version"), None);
    }
}
