//! A local run over a folder of captured output: `EVPACK_CAPTURES=folder cargo test --lib captures -- --ignored --nocapture`.

use super::redacted;

#[test]
#[ignore = "needs a folder of captures, named by EVPACK_CAPTURES"]
fn captures_keep_no_prompt_and_no_key() {
    let folder = std::env::var("EVPACK_CAPTURES").unwrap();
    let mut folders = vec![std::path::PathBuf::from(folder)];
    let (mut files, mut leaks) = (0, 0);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned();
            let shown = redacted(&text);
            files += 1;
            for mark in ["4711", "DUMMY0", "DUMMY\\n"] {
                if shown.contains(mark) {
                    leaks += 1;
                    println!("LEAK {mark} {}", path.display());
                }
            }
            assert_eq!(redacted(&shown), shown, "{}", path.display());
            if let Ok(out) = std::env::var("EVPACK_CAPTURES_OUT") {
                let name = path.display().to_string().replace('/', "_");
                std::fs::write(format!("{out}/{name}"), shown).unwrap();
                std::fs::write(format!("{out}/{name}.orig"), text).unwrap();
            }
        }
    }
    println!("{files} files, {leaks} leaks");
    assert!(files > 0 && leaks == 0);
}
