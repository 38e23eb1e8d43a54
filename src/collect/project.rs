//! The folders of the failing program's project: from the working directory up to its root, and those the input names.

use std::path::{Path, PathBuf};

use super::Scope;
use super::host::Host;

/// Folders looked at on the way up.
const MAX_DEPTH: usize = 12;
/// Folders taken from the input.
const MAX_NAMED: usize = 8;
/// Files and folders that stand at the root of a version-controlled project.
const ROOT_MARKS: &[&str] = &[".git", ".hg", ".svn", ".jj"];

/// From a folder up to the project's root: the folder itself, and each parent until a version-control root, the home
/// directory (which is not a project) or the file-system root.
pub(crate) fn upwards(host: &dyn Host, from: &Path) -> Vec<PathBuf> {
    let home = host.home();
    let mut folders = Vec::new();
    for folder in from.ancestors().take(MAX_DEPTH) {
        let is_home = home.as_deref() == Some(folder);
        if (is_home || folder.parent().is_none()) && !folders.is_empty() {
            break;
        }
        folders.push(folder.to_path_buf());
        if is_home || ROOT_MARKS.iter().any(|mark| host.exists(&folder.join(mark))) {
            break;
        }
    }
    folders
}

/// Folders that paths in the input point at, and that exist here.
pub(crate) fn named(host: &dyn Host, scope: &Scope) -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = Vec::new();
    for seen in &scope.clues.folders {
        let path = PathBuf::from(seen.value.expose());
        // A relative folder of another machine's log means nothing here.
        if path.is_absolute() && !folders.contains(&path) && host.exists(&path) {
            folders.push(path);
        }
        if folders.len() == MAX_NAMED {
            break;
        }
    }
    folders
}

/// All project folders, those of the input first: they belong to the program that failed.
pub(crate) fn folders(host: &dyn Host, scope: &Scope) -> Vec<PathBuf> {
    let mut all = named(host, scope);
    for start in all.clone() {
        add(&mut all, upwards(host, &start));
    }
    if let Some(cwd) = host.cwd() {
        add(&mut all, upwards(host, &cwd));
    }
    all
}

/// Whether the input names folders of the program, and none of them is on this machine: the log comes from elsewhere, so
/// what is installed here says nothing about it.
pub(crate) fn ran_elsewhere(host: &dyn Host, scope: &Scope) -> bool {
    let folders = &scope.clues.folders;
    !folders.is_empty() && folders.iter().all(|seen| !host.exists(Path::new(seen.value.expose())))
}

fn add(all: &mut Vec<PathBuf>, more: Vec<PathBuf>) {
    for folder in more {
        if !all.contains(&folder) {
            all.push(folder);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collect::host::fake::FakeHost;

    #[test]
    fn the_way_up_ends_at_the_repository_or_below_home() {
        let host = FakeHost::new().var("HOME", "/home/dana").file("/home/dana/code/app/.git/HEAD", "");
        let up = |from: &str| upwards(&host, Path::new(from)).len();
        assert_eq!(up("/home/dana/code/app/src/deep"), 3);
        assert_eq!(up("/home/dana/other/x"), 2);
        assert_eq!(up("/home/dana"), 1);
        assert_eq!(up("/"), 1);
    }
}
