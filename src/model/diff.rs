//! What differs between two packets.

use crate::staged;

staged! {
    /// One value that differs.
    #[schemars(rename = "Difference")]
    pub struct Difference<S> {
        /// Where it belongs: `path`, `versions`, `environment`, `probe`, `status` or `failure`.
        pub section: &'static str,
        /// Its name: the keys of `packet.json`, joined by points, or the name of a variable of the path.
        pub what: S::Text,
        /// Its value in the first packet; none where it has none or it is private.
        pub before: Option<S::Text>,
        /// Its value in the second packet.
        pub after: Option<S::Text>,
    }
}

staged! {
    /// What differs between two packets.
    #[schemars(rename = "Diff")]
    pub struct Diff<S> {
        /// Id of the first packet.
        pub first: S::Text,
        /// Id of the second packet.
        pub second: S::Text,
        /// Whether nothing differs.
        pub same: bool,
        /// Whether exactly one variable of the path differs, those that it explains aside, and none is left open.
        pub one_variable: bool,
        /// The variables of the path that differ, those that another one explains left out.
        pub changed: Vec<S::Text>,
        /// Variables that differ because of those.
        pub followed: Vec<S::Text>,
        /// Variables that cannot be compared here: private ones of packets that this machine did not make.
        pub not_compared: Vec<S::Text>,
        /// Whether both have the same failure signature.
        pub same_signature: bool,
        /// Signature of the first packet.
        pub first_signature: Option<S::Text>,
        /// Signature of the second packet.
        pub second_signature: Option<S::Text>,
        /// All values that differ.
        pub differences: Vec<Difference<S>>,
        /// Differences that are not listed, because there are too many.
        pub left_out: u32,
    }
}
