//! Node, Bun and Deno: the version, and Node's OpenSSL, from files.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::{Local, tool_version, version_in_file};
use crate::collect::files;
use crate::collect::host::Host;
use crate::model::safe::Version;
use crate::model::{Collected, Provenance, SafeShape};

/// Files that name the wanted version of Node.
const PINS: &[&str] = &[".nvmrc", ".node-version"];
/// Folders that hold one Node a version, by version manager, under the home directory.
const MANAGERS: &[&str] = &[
    ".nvm/versions/node/v{}",
    ".local/share/fnm/node-versions/v{}/installation",
    ".fnm/node-versions/v{}/installation",
    ".asdf/installs/nodejs/{}",
    ".local/share/mise/installs/node/{}",
    ".volta/tools/image/node/{}",
    ".nodenv/versions/{}",
];

/// The project's runtime; `told` is the name that the input shows.
pub(super) fn local(host: &dyn Host, folders: &[PathBuf], told: Option<&str>) -> Local {
    let has = |names: &[&str]| folders.iter().any(|folder| names.iter().any(|name| host.exists(&folder.join(name))));
    let node_lock = has(&["package-lock.json", "yarn.lock", "pnpm-lock.yaml"]);
    let name = match told {
        Some("Bun") => "Bun",
        Some("Deno") => "Deno",
        None if !node_lock && has(&["bun.lock", "bun.lockb"]) => "Bun",
        None if !node_lock && has(&["deno.lock", "deno.json", "deno.jsonc"]) => "Deno",
        Some(_) | None => "Node.js",
    };
    match name {
        "Node.js" => node(host, folders),
        "Bun" => Local {
            name,
            version: tool_version(host, folders, &["bun"]),
            program: files::program(host, "bun"),
            openssl: None,
        },
        _ => Local {
            name,
            version: tool_version(host, folders, &["deno"]),
            program: files::program(host, "deno"),
            openssl: None,
        },
    }
}

fn node(host: &dyn Host, folders: &[PathBuf]) -> Local {
    let pinned = folders
        .iter()
        .flat_map(|folder| PINS.iter().map(|pin| folder.join(pin)))
        .find_map(|path| version_in_file(host, &path, 1));
    let pinned = pinned.or_else(|| tool_version(host, folders, &["nodejs", "node"]));
    // A pinned version that a version manager has installed is the one that the project runs with.
    if let Some((root, version, provenance)) =
        pinned.as_ref().and_then(|(version, provenance)| managed(host, version).map(|root| (root, version, provenance)))
    {
        let openssl = openssl(host, &root);
        return Local {
            name: "Node.js",
            version: Some((version.clone(), provenance.clone())),
            program: Some(root.join("bin").join("node")),
            openssl,
        };
    }
    let program = files::program(host, "node").or_else(|| files::program(host, "nodejs"));
    let real = program.as_deref().and_then(|program| host.real_path(program));
    let root = real.as_deref().and_then(Path::parent).and_then(Path::parent).map(Path::to_path_buf);
    let version =
        real.as_deref().and_then(from_path).or_else(|| root.as_deref().and_then(|root| from_header(host, root)));
    let openssl = root.as_deref().filter(|_| version.is_some()).and_then(|root| openssl(host, root));
    // Without any Node here, what the project asks for is the best hint.
    let version = version.or_else(|| if program.is_none() { pinned.or_else(|| engines(host, folders)) } else { None });
    Local { name: "Node.js", version, program, openssl }
}

fn managed(host: &dyn Host, version: &str) -> Option<PathBuf> {
    let home = host.home()?;
    if version.split('.').count() < 3 {
        return None;
    }
    MANAGERS.iter().map(|pattern| home.join(pattern.replace("{}", version))).find(|root| host.exists(root))
}

/// Version managers and Homebrew have the version in the path: `.../node/v20.20.2/bin/node`, `.../Cellar/node/22.1.0/bin/node`.
fn from_path(real: &Path) -> Option<(String, Provenance<Collected>)> {
    let parts: Vec<&str> = real.iter().filter_map(|part| part.to_str()).collect();
    let part = match parts.as_slice() {
        [.., part, "installation", "bin", _] | [.., part, "bin", _] => part.trim_start_matches('v'),
        _ => return None,
    };
    (part.split('.').count() == 3 && Version::parse(part).is_some())
        .then(|| (part.to_owned(), Provenance::file(files::shown(real))))
}

/// Node's own builds come with their headers: `include/node/node_version.h`.
fn from_header(host: &dyn Host, root: &Path) -> Option<(String, Provenance<Collected>)> {
    let path = root.join("include/node/node_version.h");
    let text = files::small(host, &path)?;
    let part = |name: &str| {
        let line = text.expose().lines().find_map(|line| line.strip_prefix("#define ")?.strip_prefix(name))?;
        line.trim().parse::<u32>().ok()
    };
    let version =
        format!("{}.{}.{}", part("NODE_MAJOR_VERSION ")?, part("NODE_MINOR_VERSION ")?, part("NODE_PATCH_VERSION ")?);
    Some((version, Provenance::file(files::shown(&path))))
}

/// Where Node's headers keep those of its OpenSSL. The folders of all architectures hold the same version.
const OPENSSL_HEADERS: &[&str] = &[
    "include/node/openssl/archs/linux-x86_64/no-asm/include/openssl/opensslv.h",
    "include/node/openssl/archs/linux-x86_64/asm/include/openssl/opensslv.h",
    "include/node/openssl/opensslv.h",
];

/// `# define OPENSSL_VERSION_TEXT "OpenSSL 3.0.17 1 Jul 2025"`.
fn openssl(host: &dyn Host, root: &Path) -> Option<(String, Provenance<Collected>)> {
    OPENSSL_HEADERS.iter().map(|header| root.join(header)).find_map(|path| {
        let text = files::small(host, &path)?;
        let line = text.expose().lines().find(|line| line.contains("define OPENSSL_VERSION_TEXT"))?;
        let version = line.split('"').nth(1)?;
        Some((version.to_owned(), Provenance::file(files::shown(&path))))
    })
}

/// `engines.node` of `package.json`: a range, and only a hint.
fn engines(host: &dyn Host, folders: &[PathBuf]) -> Option<(String, Provenance<Collected>)> {
    folders.iter().find_map(|folder| {
        let path = folder.join("package.json");
        let json: Value = serde_json::from_str(files::small(host, &path)?.expose()).ok()?;
        let range = json.get("engines")?.get("node")?.as_str()?;
        let place = format!("{} (engines, only asked for)", path.to_string_lossy());
        Some((range.to_owned(), Provenance::file(place)))
    })
}
