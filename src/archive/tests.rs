//! Packets of all forms, whole and hostile.

use std::io::{Cursor, Write as _};

use ::zip::write::SimpleFileOptions;
use ::zip::{CompressionMethod, ZipWriter};

use super::*;

const PACKET: &str = r#"{"schema_version":1,"packet_id":"0badcafe","new_key":{"kept":[1,2]}}"#;

fn zip_of(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(*name, SimpleFileOptions::default().compression_method(CompressionMethod::Deflated)).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// The same zip with one name (of the same length) for another, in both of its lists.
fn renamed(zip: &[u8], from: &str, to: &str) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let mut out = zip.to_vec();
    while let Some(at) = out.windows(from.len()).position(|window| window == from.as_bytes()) {
        out[at..at + from.len()].copy_from_slice(to.as_bytes());
    }
    out
}

fn refusal(bytes: &[u8]) -> Problem {
    read_bytes(bytes).map(drop).unwrap_err()
}

#[test]
fn the_same_packet_is_read_from_all_three_forms() {
    let words = "# Title\n\nDid the request reach Anthropic's API? No.\n";
    let forms = [
        (Form::Json, PACKET.as_bytes().to_vec()),
        (Form::Zip, zip_of(&[("evpack-1/packet.json", PACKET.as_bytes()), ("evpack-1/packet.md", b"x")])),
        (Form::Markdown, block::append(words, block::Data::Plain, PACKET).into_bytes()),
    ];
    for (form, bytes) in forms {
        let read = read_bytes(&bytes).unwrap();
        assert_eq!((read.form(), read.value().to_string().as_str()), (form, PACKET));
        assert!(!format!("{read:?}").contains("0badcafe"));
    }
}

#[test]
fn markdown_that_was_changed_says_so_and_line_ends_are_no_change() {
    let text = block::append("# Title  \n\nNo.\n", block::Data::Plain, PACKET);
    let prose = |text: &str| {
        let read = read_bytes(text.as_bytes()).unwrap();
        let prose = read.prose().unwrap();
        assert!(prose.frame_matches);
        (prose.words_match, prose.data_match)
    };
    assert_eq!(prose(&text), (true, true));
    assert_eq!(prose(&text.replace('\n', "\r\n")), (true, true));
    assert_eq!(prose(&text.replace("No.", "Yes.")), (false, true));
    assert_eq!(prose(&text.replace("0badcafe", "0badcaff")), (true, false));
    for slipped_in in [
        format!("{text}\nThe API did answer.\n"),
        text.replace("<summary>", "<summary>The API did answer. "),
        text.replace("~~~\n\n<", "~~~\n\nThe API did answer.\n<"),
        text.replace(" -->", " see below -->"),
    ] {
        assert!(!read_bytes(slipped_in.as_bytes()).unwrap().prose().unwrap().frame_matches, "{slipped_in}");
    }
    assert_eq!(refusal(format!("{text}{text}").as_bytes()), Problem::DoubleKey);
    let cut = text.split("~~~json").next().unwrap();
    assert_eq!(refusal(cut.as_bytes()), Problem::NoBlock);
}

#[test]
fn what_is_no_packet_is_told_from_what_is_newer_or_encrypted() {
    assert_eq!(refusal(b""), Problem::NotAPacket);
    assert_eq!(refusal(b"just a log"), Problem::NotAPacket);
    assert_eq!(refusal(b"\xff\xfe\x00"), Problem::NotAPacket);
    assert_eq!(refusal(br#"{"verdict":{}}"#), Problem::NotAPacket);
    assert_eq!(refusal(br#"{"schema_version":"1"}"#), Problem::NotAPacket);
    assert_eq!(refusal(br#"{"schema_version":999}"#), Problem::Newer);
    let markdown = block::append("# Title", block::Data::Short, PACKET);
    for (number, problem) in [("3", Problem::Newer), ("0", Problem::NoBlock), ("x", Problem::NoBlock)] {
        assert_eq!(refusal(markdown.replace("evpack-data 2", &format!("evpack-data {number}")).as_bytes()), problem);
    }
    assert_eq!(refusal(b"age-encryption.org/v1\n-> X25519"), Problem::Encrypted);
    assert_eq!(refusal(&zip_of(&[("notes.txt", b"x")])), Problem::NoPacketInside);
    assert_eq!(refusal(&vec![b' '; usize::try_from(MOST_STORED).unwrap() + 1]), Problem::TooLarge);
}

#[test]
fn names_that_lead_out_or_hide_are_refused() {
    let zip = zip_of(&[("evpack-1/packet.json", PACKET.as_bytes()), ("aaaaaaaaaaaaaaaa.txt", b"x")]);
    for bad in [
        "../../../a.txt",
        "/etc/aaaaa.txt",
        "C:\\aaaaaaa.txt",
        "a\\..\\..\\.a.txt",
        "a//b/aaaaa.txt",
        ".aaaaaaaaa.txt",
        "a\u{1b}[31maaa.txt",
        "a/./aaaaaa.txt",
        "con:aaaaaa.txt",
        "\u{202e}aaaaaaa.txt",
        "aaa aaaaaa.txt",
    ] {
        // Both lists hold the length of the name, so every bad one is made as long as the one it replaces.
        let bad = format!("{bad}{}", "a".repeat(20 - bad.len()));
        assert_eq!(refusal(&renamed(&zip, "aaaaaaaaaaaaaaaa.txt", &bad)), Problem::BadName, "{bad:?}");
    }
}

#[test]
fn two_files_of_one_name_are_refused() {
    let zip = zip_of(&[("evpack-1/packet.json", PACKET.as_bytes()), ("evpack-1/packet.jsox", b"{}")]);
    assert_eq!(refusal(&renamed(&zip, "packet.jsox", "packet.json")), Problem::DoubleName);
    assert_eq!(refusal(&renamed(&zip, "packet.jsox", "PACKET.json")), Problem::DoubleName);
}

#[test]
fn links_are_refused() {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("evpack-1/packet.json", SimpleFileOptions::default()).unwrap();
    zip.write_all(PACKET.as_bytes()).unwrap();
    zip.add_symlink("evpack-1/link.txt", "/etc/passwd", SimpleFileOptions::default()).unwrap();
    assert_eq!(refusal(&zip.finish().unwrap().into_inner()), Problem::NotAFile);
}

#[test]
fn a_wrong_checksum_is_refused() {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    zip.start_file("evpack-1/packet.json", stored).unwrap();
    zip.write_all(PACKET.as_bytes()).unwrap();
    let zip = zip.finish().unwrap().into_inner();
    assert!(read_bytes(&zip).is_ok());
    assert_eq!(refusal(&renamed(&zip, "0badcafe", "0badcaff")), Problem::BadChecksum);
}

#[test]
fn bombs_are_refused_by_what_they_say_and_by_what_they_hold() {
    let zeros = vec![b' '; usize::try_from(MOST_UNPACKED).unwrap() + 1];
    let zip = zip_of(&[("evpack-1/packet.json", &zeros)]);
    assert!(zip.len() < 100_000);
    assert_eq!(refusal(&zip), Problem::Bomb);
    // The same with a list that says it is small.
    let size = u32::try_from(zeros.len()).unwrap().to_le_bytes();
    let mut lying = zip.clone();
    while let Some(at) = lying.windows(4).position(|window| window == size) {
        lying[at..at + 4].copy_from_slice(&10u32.to_le_bytes());
    }
    assert!(matches!(refusal(&lying), Problem::Bomb | Problem::BadChecksum));
    // Two entries that share the bytes of one.
    let two = zip_of(&[("a/packet.json", PACKET.as_bytes()), ("b/packet.json", PACKET.as_bytes())]);
    let mut shared = two.clone();
    let second = two.windows(4).rposition(|window| window == b"PK\x01\x02").unwrap();
    shared[second + 42..second + 46].copy_from_slice(&0u32.to_le_bytes());
    assert!(matches!(refusal(&shared), Problem::BadZip));
}

#[test]
fn huge_counts_and_trailing_bytes_are_refused() {
    let names: Vec<String> = (0..300).map(|n| format!("evpack-1/{n}.txt")).collect();
    let files: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), b"x".as_slice())).collect();
    assert_eq!(refusal(&zip_of(&files)), Problem::TooManyFiles);
    let mut zip = zip_of(&[("evpack-1/packet.json", PACKET.as_bytes())]);
    let end = zip.len() - 22;
    let mut many = zip.clone();
    many[end + 8..end + 12].copy_from_slice(&[2, 0, 2, 0]);
    assert_eq!(refusal(&many), Problem::BadZip);
    zip.push(b'x');
    assert_eq!(refusal(&zip), Problem::BadZip);
}

#[test]
fn a_zip_cut_or_changed_anywhere_never_panics() {
    let zip = zip_of(&[("evpack-1/packet.json", PACKET.as_bytes()), ("evpack-1/packet.md", b"words")]);
    for at in 0..zip.len() {
        let _ = read_bytes(&zip[..at]);
        for bit in [1, 0x80, 0xff] {
            let mut changed = zip.clone();
            changed[at] ^= bit;
            let _ = read_bytes(&changed);
        }
    }
}
