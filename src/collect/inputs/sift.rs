//! Searches the part of a large input that is not kept, as it passes: what stands around words that may tell of a failed call is
//! kept with its place. Memory is bounded whatever the input holds.

use std::collections::VecDeque;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use aho_corasick::packed;

/// Words of which one stands in or near every failure of an API call, and few in other logs.
const ANCHORS: &[&str] = &[
    "nthropic",
    "API Error",
    "claude-",
    "Claude",
    "_error\"",
    "_error'",
    "verloaded",
    "ECONN",
    "ENOTFOUND",
    "EAI_AGAIN",
    "ETIMEDOUT",
    "UND_ERR",
    "req_01",
    "request_id",
    "ConnectError",
    "Connection error",
    "onnection refused",
    "reset by peer",
    "imed out",
    "curl: (",
    "CERTIFICATE_VERIFY",
    "certificate",
    "fetch failed",
    "Error code: ",
    "status code ",
    "resolve host",
    "no such host",
    "unreachable",
    "upstream connect",
    "/v1/messages",
];

/// Bytes that are kept before and after such a word.
const AROUND: usize = 8 << 10;
/// Bytes of such places that are kept: of the first ones, and of the last.
const FIRST: usize = 2 << 20;
const LAST: usize = 6 << 20;

/// Finds them with vector instructions; where the machine has none, with an automaton.
static PACKED: LazyLock<Option<packed::Searcher>> = LazyLock::new(|| packed::Searcher::new(ANCHORS));
static ANCHORED: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| AhoCorasick::new(ANCHORS).ok());

/// Where the first anchor stands.
fn find(bytes: &[u8]) -> Option<usize> {
    match PACKED.as_ref() {
        Some(packed) => packed.find(bytes).map(|found| found.start()),
        None => ANCHORED.as_ref()?.find(bytes).map(|found| found.start()),
    }
}

/// A part of an input: whole lines.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Place {
    /// Bytes before it.
    pub(super) skipped: u64,
    /// Line breaks before it.
    pub(super) skipped_lines: u64,
    /// Its bytes.
    pub(super) bytes: Vec<u8>,
}

/// The search, fed with one chunk after the other.
#[derive(Debug, Default)]
pub(super) struct Sift {
    /// The end of what has passed, which a place may still begin in, and what was not searched yet.
    window: Vec<u8>,
    /// Bytes and line breaks before the window.
    passed: u64,
    passed_lines: u64,
    /// Where in the window the search goes on.
    next: usize,
    /// Up to where in the window a place is kept already.
    kept: usize,
    first: Vec<Place>,
    last: VecDeque<Place>,
    held: [usize; 2],
}

impl Sift {
    /// Takes the next bytes of the input.
    pub(super) fn pass(&mut self, chunk: &[u8]) {
        self.window.extend_from_slice(chunk);
        // What follows a word must have come, too, before its place is cut out.
        self.search(self.window.len().saturating_sub(AROUND));
        self.forget();
    }

    /// The places, in order, once all has passed. `follows` is what comes next in the input: a place may reach into it.
    pub(super) fn finish(mut self, follows: &[u8]) -> Vec<Place> {
        let end = self.window.len();
        self.window.extend_from_slice(&follows[..follows.len().min(AROUND)]);
        self.search(end);
        self.first.into_iter().chain(self.last).collect()
    }

    /// Searches the window up to `end`.
    fn search(&mut self, end: usize) {
        while let Some(found) = self.window.get(self.next..end).and_then(find) {
            let at = self.next + found;
            let from = self.line_after(at.saturating_sub(AROUND)).min(at).max(self.kept);
            let to = self.line_before((at + AROUND).min(self.window.len()));
            self.keep(from, to.max(from));
            // Another word nearby lies in what is kept already, with enough after it.
            self.next = (at + AROUND / 2).min(end);
        }
        self.next = self.next.max(end);
    }

    /// Where the first line at or after `at` begins.
    fn line_after(&self, at: usize) -> usize {
        if at == 0 {
            return 0;
        }
        let rest = self.window.get(at..).unwrap_or_default();
        memchr::memchr(b'\n', rest.get(..AROUND).unwrap_or(rest)).map_or(at, |end| at + end + 1)
    }

    /// Where the last line before `at` ends.
    fn line_before(&self, at: usize) -> usize {
        let front = self.window.get(..at).unwrap_or_default();
        memchr::memrchr(b'\n', front).map_or(at, |end| end + 1)
    }

    fn keep(&mut self, from: usize, to: usize) {
        let bytes = self.window.get(from..to).unwrap_or_default().to_vec();
        if bytes.is_empty() {
            return;
        }
        let joins = from == self.kept && from > 0;
        self.kept = to;
        let first = self.held[0] < FIRST;
        self.held[usize::from(!first)] += bytes.len();
        let before = if first { self.first.last_mut() } else { self.last.back_mut() };
        if let Some(place) = before.filter(|place| joins && place.bytes.len() < FIRST) {
            place.bytes.extend_from_slice(&bytes);
        } else {
            let lines = memchr::memchr_iter(b'\n', self.window.get(..from).unwrap_or_default()).count();
            let place =
                Place { skipped: self.passed + from as u64, skipped_lines: self.passed_lines + lines as u64, bytes };
            if first { self.first.push(place) } else { self.last.push_back(place) }
        }
        while self.held[1] > LAST && self.last.len() > 1 {
            self.held[1] -= self.last.pop_front().map_or(0, |place| place.bytes.len());
        }
    }

    /// Lets go of what no place can begin in any more.
    fn forget(&mut self) {
        let gone = self.next.saturating_sub(AROUND).min(self.window.len());
        self.passed_lines += memchr::memchr_iter(b'\n', self.window.get(..gone).unwrap_or_default()).count() as u64;
        self.passed += gone as u64;
        self.window.drain(..gone);
        self.next -= gone;
        // 0 stands for nothing kept: a place that ended right here is joined by its bytes.
        self.kept = self.kept.saturating_sub(gone);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FAILURE: &str = "anthropic.APIConnectionError: Connection error.\n";

    fn sifted(text: &[u8], chunk: usize) -> Vec<Place> {
        let mut sift = Sift::default();
        text.chunks(chunk).for_each(|chunk| sift.pass(chunk));
        sift.finish(b"")
    }

    fn quiet(lines: usize) -> String {
        "2026-11-22T18:46:03Z INFO handled one item\n".repeat(lines)
    }

    #[test]
    fn a_failure_anywhere_is_kept_with_its_place_however_the_input_is_cut() {
        let before = quiet(5000);
        let text = format!("{before}{FAILURE}{}", quiet(5000));
        for chunk in [1000, 8 << 10, 64 << 10, text.len()] {
            let places = sifted(text.as_bytes(), chunk);
            let [place] = places.as_slice() else { panic!("{} places", places.len()) };
            let at = usize::try_from(place.skipped).unwrap();
            assert_eq!(&text.as_bytes()[at..at + place.bytes.len()], place.bytes.as_slice());
            let lines = text[..at].matches('\n').count() as u64;
            assert_eq!(place.skipped_lines, lines);
            assert!(String::from_utf8_lossy(&place.bytes).contains(FAILURE));
        }
        assert!(sifted(quiet(5000).as_bytes(), 4096).is_empty());
    }

    #[test]
    fn memory_is_bounded_where_every_line_tells_of_a_failure() {
        let text = FAILURE.repeat(400_000);
        let places = sifted(text.as_bytes(), 1 << 20);
        let held: usize = places.iter().map(|place| place.bytes.len()).sum();
        assert!(held <= 2 * (FIRST + LAST), "{held}");
        assert_eq!(places.first().map(|place| place.skipped), Some(0));
        let last = places.last().unwrap();
        assert_eq!(last.skipped + last.bytes.len() as u64, text.len() as u64);
    }

    #[test]
    fn one_endless_line_is_no_trouble() {
        let mut text = vec![b'x'; 3 << 20];
        text.extend_from_slice(FAILURE.as_bytes());
        let places = sifted(&text, 1 << 20);
        assert!(places.iter().any(|place| String::from_utf8_lossy(&place.bytes).contains(FAILURE)));
    }
}
