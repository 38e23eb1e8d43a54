//! The harness of the fuzz targets on stable Rust: the corpus, and the corpus with damage.

#[path = "../../fuzz/harness.rs"]
mod harness;

use std::fs;

use super::support::repository;

#[test]
fn no_reader_panics_on_the_corpus_or_on_damage_to_it() {
    for (name, reader) in harness::READERS {
        let folder = repository("fuzz/corpus").join(name);
        let mut seeds = 0;
        for entry in fs::read_dir(&folder).unwrap() {
            let bytes = fs::read(entry.unwrap().path()).unwrap();
            seeds += 1;
            reader(&bytes);
            let mut state = 0x9e37_79b9_u64;
            for _ in 0..40 {
                let mut damaged = bytes.clone();
                for _ in 0..3 {
                    state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                    let at = usize::try_from(state >> 33).unwrap() % damaged.len().max(1);
                    match state % 3 {
                        0 => damaged.truncate(at),
                        1 if at < damaged.len() => damaged[at] ^= 1 << (state >> 60 & 7),
                        _ => damaged.insert(at.min(damaged.len()), b'{'),
                    }
                }
                reader(&damaged);
            }
        }
        assert!(seeds > 0, "{name} has no corpus");
    }
}
