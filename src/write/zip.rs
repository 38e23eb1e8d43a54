//! A zip archive whose bytes depend on its members and its time alone.

use std::io::{Cursor, Write as _};

use chrono::{Datelike as _, NaiveDateTime, Timelike as _};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, System, ZipWriter};

use crate::render::Member;

/// Packs members into a zip archive, in the order given: deflate, one time and mode for all, no extra fields.
///
/// `modified` is in UTC; the format keeps two-second steps from 1980 to 2107, and a time outside is moved to 1980.
///
/// # Errors
/// Says what the archive writer said: two members with the same name, or a member above its limits.
pub fn pack(members: &[Member], modified: NaiveDateTime) -> std::io::Result<Vec<u8>> {
    let time = entry_time(modified).unwrap_or_default();
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(9))
        .last_modified_time(time)
        .system(System::Unix)
        .unix_permissions(0o600);
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for member in members {
        archive.start_file(member.name.as_str(), options)?;
        archive.write_all(&member.bytes)?;
    }
    Ok(archive.finish()?.into_inner())
}

fn entry_time(at: NaiveDateTime) -> Option<DateTime> {
    let small = |number: u32| u8::try_from(number).ok();
    DateTime::from_date_and_time(
        u16::try_from(at.year()).ok()?,
        small(at.month())?,
        small(at.day())?,
        small(at.hour())?,
        small(at.minute())?,
        small(at.second())?,
    )
    .ok()
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    fn members() -> Vec<Member> {
        ["evpack-1/packet.md", "evpack-1/packet.json"]
            .iter()
            .map(|name| Member { name: (*name).to_owned(), bytes: name.repeat(500).into_bytes() })
            .collect()
    }

    fn at(text: &str) -> NaiveDateTime {
        text.parse().unwrap()
    }

    #[test]
    fn the_same_members_give_the_same_bytes() {
        let first = pack(&members(), at("2026-11-22T18:31:08")).unwrap();
        assert_eq!(first, pack(&members(), at("2026-11-22T18:31:08")).unwrap());
        assert_ne!(first, pack(&members(), at("2026-11-22T18:31:10")).unwrap());
    }

    #[test]
    fn entries_keep_order_time_mode_and_content() {
        let packed = pack(&members(), at("2026-11-22T18:31:08")).unwrap();
        let mut archive = zip::ZipArchive::new(Cursor::new(packed)).unwrap();
        assert_eq!(archive.len(), 2);
        for (index, member) in members().iter().enumerate() {
            let mut entry = archive.by_index(index).unwrap();
            assert_eq!(entry.name().unwrap(), member.name);
            assert_eq!(entry.unix_mode().map(|mode| mode & 0o777), Some(0o600));
            assert_eq!(entry.last_modified().unwrap().to_string(), "2026-11-22 18:31:08");
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).unwrap();
            assert_eq!(bytes, member.bytes);
        }
    }

    #[test]
    fn a_time_before_1980_is_moved_and_a_double_name_is_an_error() {
        assert!(pack(&members(), at("1970-01-01T00:00:00")).is_ok());
        let twice = [members(), members()].concat();
        assert!(pack(&twice, at("2026-11-22T18:31:08")).is_err());
    }
}
