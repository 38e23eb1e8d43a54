//! The data files of the program, as `build.rs` turned them into JSON.

/// The text of a data file, named by its path below `src`, without `.yaml`.
macro_rules! data {
    ($path:literal) => {
        include_str!(concat!(env!("OUT_DIR"), "/", $path, ".json"))
    };
}
