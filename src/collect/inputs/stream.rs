//! Inputs of any size, as streams: files and standard input, unpacked where they are gzip or zstd.

use std::fs::File;
use std::io::{self, Cursor, Read};
use std::path::Path;

/// Beginnings of the packed forms.
const GZIP: &[u8] = &[0x1f, 0x8b, 0x08];
const ZSTD: &[u8] = &[0x28, 0xb5, 0x2f, 0xfd];

/// Opens an input; `-` is standard input.
///
/// # Errors
/// It does not exist, is a folder, or cannot be read.
pub fn open(path: &Path) -> io::Result<Box<dyn Read + Send>> {
    if path.as_os_str() == "-" {
        return unpacked(Box::new(io::stdin()));
    }
    let file = File::open(path)?;
    if file.metadata()?.is_dir() {
        return Err(io::Error::new(io::ErrorKind::IsADirectory, "this is a folder"));
    }
    unpacked(Box::new(file))
}

/// Unpacks a stream by its first bytes. No more of them are waited for than are needed to tell.
fn unpacked(mut input: Box<dyn Read + Send>) -> io::Result<Box<dyn Read + Send>> {
    let mut head = Vec::with_capacity(4);
    while [GZIP, ZSTD].iter().any(|mark| mark.len() > head.len() && mark.starts_with(&head)) {
        let mut byte = [0];
        match input.read(&mut byte) {
            Ok(0) => break,
            Ok(_) => head.push(byte[0]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    let (gzip, zstd) = (head.starts_with(GZIP), head.starts_with(ZSTD));
    let whole = Cursor::new(head).chain(input);
    if gzip {
        return Ok(Box::new(flate2::read::MultiGzDecoder::new(whole)));
    }
    if zstd {
        return Ok(Box::new(Frames { frame: None, rest: Some(Box::new(whole)) }));
    }
    Ok(Box::new(whole))
}

type Frame = ruzstd::decoding::StreamingDecoder<Box<dyn Read + Send>, ruzstd::decoding::FrameDecoder>;

/// All frames of a zstd stream, one after the other.
struct Frames {
    frame: Option<Box<Frame>>,
    rest: Option<Box<dyn Read + Send>>,
}

impl Read for Frames {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            if let Some(frame) = &mut self.frame {
                let count = frame.read(buffer)?;
                if count > 0 || buffer.is_empty() {
                    return Ok(count);
                }
            }
            if let Some(done) = self.frame.take() {
                self.rest = Some(done.into_inner());
            }
            let Some(mut rest) = self.rest.take() else { return Ok(0) };
            let mut first = [0];
            if rest.read(&mut first)? == 0 {
                return Ok(0);
            }
            let whole: Box<dyn Read + Send> = Box::new(Cursor::new(first).chain(rest));
            self.frame = Some(Box::new(Frame::new(whole).map_err(io::Error::other)?));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;

    fn read(bytes: Vec<u8>) -> Vec<u8> {
        let mut out = Vec::new();
        unpacked(Box::new(Cursor::new(bytes))).unwrap().read_to_end(&mut out).unwrap();
        out
    }

    #[test]
    fn packed_streams_are_unpacked_and_others_pass() {
        let text = b"one line\nanother\n".repeat(100);
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(&text).unwrap();
        let gzip = gzip.finish().unwrap();
        assert_eq!(read([gzip.clone(), gzip].concat()), text.repeat(2));
        let zstd = ruzstd::encoding::compress_to_vec(&text[..], ruzstd::encoding::CompressionLevel::Fastest);
        assert_eq!(read([zstd.clone(), zstd].concat()), text.repeat(2));
        for plain in [&b""[..], b"\x1f", b"\x1f\x8b", b"(", b"plain"] {
            assert_eq!(read(plain.to_vec()), plain);
        }
    }
}
