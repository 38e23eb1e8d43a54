//! Reads the inputs that the user named. A large input is read to its end in constant memory: its tail is kept, and of what
//! stands before it the places that may tell of a failed call.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use super::sift::{Place, Sift};
use crate::model::Raw;

/// The most that is kept of one input, in bytes.
pub const TAIL_LIMIT: usize = 32 << 20;
/// The most that is read of an input whose size is not known in advance, in bytes.
const STREAM_LIMIT: u64 = 64 << 30;
/// How much is looked at to tell text from binary data, in bytes.
const SNIFF: usize = 8 << 10;
const CHUNK: usize = 1 << 20;

/// What was read of an input.
#[derive(Debug)]
pub struct InputBytes {
    /// The bytes: all of them, or the tail.
    pub bytes: Raw<Vec<u8>>,
    /// Size of the whole input.
    pub total: u64,
    /// Bytes left out before the tail.
    pub skipped: u64,
    /// Line breaks in what was left out.
    pub skipped_lines: u64,
    /// Places in what was left out that may tell of a failed call.
    pub places: Vec<Raw<Place>>,
}

/// Why an input gave nothing.
#[derive(Debug, PartialEq, Eq)]
pub enum InputError {
    /// It does not exist.
    Missing,
    /// It is a directory.
    Directory,
    /// Access was refused.
    Denied,
    /// There is nothing in it.
    Empty,
    /// It is not text.
    Binary,
    /// Reading failed; the words are the system's.
    Failed(Raw<String>),
}

impl From<io::Error> for InputError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound => Self::Missing,
            io::ErrorKind::PermissionDenied => Self::Denied,
            io::ErrorKind::IsADirectory => Self::Directory,
            _ => Self::Failed(Raw::new(error.to_string())),
        }
    }
}

/// Reads an input: a path, or `-` for standard input.
///
/// # Errors
/// Says why the input cannot be used.
pub fn read(input: &Path) -> Result<InputBytes, InputError> {
    let mut kept = if input.as_os_str() == "-" {
        read_stream(io::stdin().lock())?
    } else {
        // Windows refuses to open a folder with another error, so it is looked at first.
        if input.is_dir() {
            return Err(InputError::Directory);
        }
        let file = File::open(input)?;
        let size = file.metadata().ok().filter(std::fs::Metadata::is_file).map(|meta| meta.len());
        match size {
            Some(size) if size > TAIL_LIMIT as u64 => read_tail(file, size)?,
            // Whoever writes faster than evpack reads must not keep it; files of the kernel say 0 and have content.
            Some(size) if size > 0 => read_stream(file.take(size))?,
            _ => read_stream(file)?,
        }
    };
    if kept.total == 0 || kept.bytes.expose().iter().all(u8::is_ascii_whitespace) {
        return Err(InputError::Empty);
    }
    if kept.skipped > 0 {
        start_at_line(&mut kept);
    }
    Ok(kept)
}

/// A regular file larger than the limit: its line breaks are counted, its tail is kept.
fn read_tail(mut file: File, size: u64) -> Result<InputBytes, InputError> {
    let skipped = size - TAIL_LIMIT as u64;
    let (mut lines, mut sift) = (0, Sift::default());
    let mut chunk = vec![0; CHUNK];
    let mut front = (&file).take(skipped);
    let mut first = true;
    loop {
        let read = front.read(&mut chunk)?;
        if read == 0 {
            break;
        }
        if std::mem::take(&mut first) {
            refuse_binary(&chunk[..read])?;
        }
        lines += memchr::memchr_iter(b'\n', &chunk[..read]).count() as u64;
        sift.pass(&chunk[..read]);
    }
    file.seek(SeekFrom::Start(skipped))?;
    // The file may grow while it is read: what comes after its size at opening belongs to another moment.
    let mut bytes = Vec::with_capacity(TAIL_LIMIT);
    file.take(TAIL_LIMIT as u64).read_to_end(&mut bytes)?;
    let places = sift.finish(&bytes).into_iter().map(Raw::new).collect();
    Ok(InputBytes {
        total: skipped + bytes.len() as u64,
        bytes: Raw::new(bytes),
        skipped,
        skipped_lines: lines,
        places,
    })
}

/// A pipe, a device or a small file: read to its end, the tail kept in a ring of chunks.
fn read_stream(mut source: impl Read) -> Result<InputBytes, InputError> {
    let mut kept: VecDeque<Vec<u8>> = VecDeque::new();
    let (mut held, mut skipped, mut skipped_lines, mut sift) = (0_usize, 0_u64, 0_u64, Sift::default());
    while skipped + (held as u64) < STREAM_LIMIT {
        let mut chunk = Vec::new();
        let read = source.by_ref().take(CHUNK as u64).read_to_end(&mut chunk)?;
        if read == 0 {
            break;
        }
        if held == 0 && skipped == 0 {
            refuse_binary(&chunk)?;
        }
        held += read;
        kept.push_back(chunk);
        while kept.front().is_some_and(|oldest| held - oldest.len() >= TAIL_LIMIT) {
            if let Some(oldest) = kept.pop_front() {
                held -= oldest.len();
                skipped += oldest.len() as u64;
                skipped_lines += memchr::memchr_iter(b'\n', &oldest).count() as u64;
                sift.pass(&oldest);
            }
        }
    }
    let bytes: Vec<u8> = kept.into_iter().flatten().collect();
    let places = if skipped > 0 { sift.finish(&bytes) } else { Vec::new() };
    let places = places.into_iter().map(Raw::new).collect();
    Ok(InputBytes { total: skipped + held as u64, bytes: Raw::new(bytes), skipped, skipped_lines, places })
}

/// Binary data holds NUL bytes; UTF-16 text does too, at every second place only.
fn refuse_binary(start: &[u8]) -> Result<(), InputError> {
    let start = &start[..start.len().min(SNIFF)];
    let utf16 = start.starts_with(&[0xff, 0xfe]) || start.starts_with(&[0xfe, 0xff]);
    let nuls = |offset: usize| start.iter().skip(offset).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (nuls(0), nuls(1));
    let one_sided = even.min(odd) == 0 && even.max(odd) * 3 > start.len();
    if utf16 || one_sided || even + odd == 0 { Ok(()) } else { Err(InputError::Binary) }
}

/// A tail starts inside a line: that line is left out, so that no half of a secret is read without its other half. Of a
/// line that fills most of the tail, only its first word is.
fn start_at_line(kept: &mut InputBytes) {
    let bytes = std::mem::replace(&mut kept.bytes, Raw::new(Vec::new())).into_exposed();
    let front = &bytes[..bytes.len().min(CHUNK)];
    let line = memchr::memchr(b'\n', front);
    let word = || front.iter().position(u8::is_ascii_whitespace);
    let start = line.or_else(word).map_or(0, |at| at + 1);
    kept.skipped += start as u64;
    kept.skipped_lines += u64::from(line.is_some());
    kept.bytes = Raw::new(bytes[start..].to_vec());
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn file(bytes: &[u8]) -> tempfile::NamedTempFile {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(bytes).unwrap();
        file
    }

    #[test]
    fn a_small_file_is_read_whole() {
        let read = read(file(b"one\ntwo\n").path()).unwrap();
        assert_eq!((read.bytes.expose().as_slice(), read.total, read.skipped), (b"one\ntwo\n".as_slice(), 8, 0));
    }

    #[test]
    fn what_is_no_text_is_refused_by_kind() {
        assert_eq!(read(Path::new("no/such/file")).unwrap_err(), InputError::Missing);
        assert_eq!(read(tempfile::tempdir().unwrap().path()).unwrap_err(), InputError::Directory);
        assert_eq!(read(file(b" \n").path()).unwrap_err(), InputError::Empty);
        assert_eq!(read(file(b"\x7fELF\x02\x01\x01\0\0\0\0\0").path()).unwrap_err(), InputError::Binary);
        assert!(read(file(b"e\0r\0r\0o\0r\0\n\0").path()).is_ok());
    }

    #[test]
    fn the_tail_of_a_large_input_keeps_its_line_numbers() {
        let line = [b'x'; 99];
        let mut text = Vec::new();
        let lines = (TAIL_LIMIT / 100) + 50_000;
        for _ in 0..lines {
            text.extend_from_slice(&line);
            text.push(b'\n');
        }
        for kept in [read(file(&text).path()).unwrap(), read_whole(&text)] {
            assert_eq!(kept.total, text.len() as u64);
            assert!(kept.bytes.expose().len() <= TAIL_LIMIT + CHUNK);
            assert_eq!(kept.skipped + kept.bytes.expose().len() as u64, kept.total);
            assert_eq!(kept.skipped_lines * 100, kept.skipped);
        }
    }

    #[test]
    fn the_end_of_one_long_line_is_kept() {
        let mut text = vec![b'x'; TAIL_LIMIT + CHUNK];
        text.extend_from_slice(b" anthropic.APIConnectionError: Connection error.\n");
        let kept = read(file(&text).path()).unwrap();
        assert!(kept.bytes.expose().ends_with(b"Connection error.\n"));
        assert_eq!(kept.skipped_lines, 0);
    }

    fn read_whole(text: &[u8]) -> InputBytes {
        let mut kept = read_stream(text).unwrap();
        start_at_line(&mut kept);
        kept
    }
}
