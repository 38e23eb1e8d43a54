//! The redactor over seeded logs.
#![allow(missing_docs)]
fn main() {
    divan::main();
}
