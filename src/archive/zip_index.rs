//! The list of files at the end of a zip, checked before anything is unpacked. The archive library reads what passes here;
//! where a zip can be read in two ways, it is refused.

use std::collections::HashSet;

use super::Problem;

/// Most members; a packet has a handful and its attachments.
const MOST_FILES: usize = 256;
/// Longest name of a member, in bytes.
const MOST_NAME: usize = 160;

const END: &[u8] = b"PK\x05\x06";
const ENTRY: &[u8] = b"PK\x01\x02";
const LOCAL: &[u8] = b"PK\x03\x04";
const END_LENGTH: usize = 22;
const ENTRY_LENGTH: usize = 46;
const LOCAL_LENGTH: usize = 30;

/// What the list says of a member.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Listed {
    /// Its name, which is safe.
    pub name: String,
    /// Its unpacked size as the list says; it may lie.
    pub size: u64,
    /// Whether it is a folder, which has no content.
    pub folder: bool,
}

/// The members, in the order of the list.
pub(super) fn list(bytes: &[u8]) -> Result<Vec<Listed>, Problem> {
    // evpack writes no comment, so the end record is the last thing there is; bytes behind it are not looked past.
    let end = bytes.len().checked_sub(END_LENGTH).filter(|at| bytes[*at..].starts_with(END)).ok_or(Problem::BadZip)?;
    let (count, start) = (u16_at(bytes, end + 10)?, u32_at(bytes, end + 16)?);
    if count != u16_at(bytes, end + 8)? || u16_at(bytes, end + 4)? != 0 || u16_at(bytes, end + 20)? != 0 {
        return Err(Problem::BadZip);
    }
    if count > MOST_FILES {
        return Err(Problem::TooManyFiles);
    }
    let mut at = start;
    let mut data_end = 0;
    let mut names = HashSet::new();
    let mut listed = Vec::with_capacity(count);
    for _ in 0..count {
        let entry = Entry::read(bytes, at)?;
        let (member, local_end) = entry.check(bytes, start)?;
        // Members follow one another: two that share bytes are the trick of the densest bombs.
        if entry.local < data_end {
            return Err(Problem::BadZip);
        }
        data_end = local_end;
        // Some file systems tell no `A` from `a`.
        if !names.insert(member.name.trim_end_matches('/').to_lowercase()) {
            return Err(Problem::DoubleName);
        }
        listed.push(member);
        at = entry.next;
    }
    if at == end { Ok(listed) } else { Err(Problem::BadZip) }
}

struct Entry<'a> {
    name: &'a [u8],
    flags: usize,
    method: usize,
    packed: usize,
    size: usize,
    made_by: usize,
    attributes: usize,
    local: usize,
    next: usize,
}

impl<'a> Entry<'a> {
    fn read(bytes: &'a [u8], at: usize) -> Result<Self, Problem> {
        if !bytes.get(at..).is_some_and(|rest| rest.starts_with(ENTRY)) {
            return Err(Problem::BadZip);
        }
        let (name, extra, comment) = (u16_at(bytes, at + 28)?, u16_at(bytes, at + 30)?, u16_at(bytes, at + 32)?);
        let name_at = at + ENTRY_LENGTH;
        Ok(Self {
            name: bytes.get(name_at..name_at + name).ok_or(Problem::BadZip)?,
            flags: u16_at(bytes, at + 8)?,
            method: u16_at(bytes, at + 10)?,
            packed: u32_at(bytes, at + 20)?,
            size: u32_at(bytes, at + 24)?,
            made_by: u16_at(bytes, at + 4)? >> 8,
            attributes: u32_at(bytes, at + 38)?,
            local: u32_at(bytes, at + 42)?,
            next: name_at + name + extra + comment,
        })
    }

    /// The member, and where its data ends.
    fn check(&self, bytes: &[u8], list_start: usize) -> Result<(Listed, usize), Problem> {
        // Encrypted, patched, or with an encrypted list; then the methods that evpack writes: stored and deflate.
        if self.flags & 0x2061 != 0 || !matches!(self.method, 0 | 8) {
            return Err(Problem::UnknownPacking);
        }
        let name = safe_name(self.name)?;
        let folder = name.ends_with('/');
        if !is_plain(self.made_by, self.attributes, folder) || (folder && self.size != 0) {
            return Err(Problem::NotAFile);
        }
        if !bytes.get(self.local..).is_some_and(|rest| rest.starts_with(LOCAL)) {
            return Err(Problem::BadZip);
        }
        let name_at = self.local + LOCAL_LENGTH;
        let (length, extra) = (u16_at(bytes, self.local + 26)?, u16_at(bytes, self.local + 28)?);
        if bytes.get(name_at..name_at + length) != Some(self.name) || u16_at(bytes, self.local + 8)? != self.method {
            return Err(Problem::BadZip);
        }
        let end = name_at + length + extra + self.packed;
        if end > list_start {
            return Err(Problem::BadZip);
        }
        Ok((Listed { name, size: self.size as u64, folder }, end))
    }
}

/// Whether the attributes are those of a file or folder. Only Unix has links in them.
const fn is_plain(made_by: usize, attributes: usize, folder: bool) -> bool {
    const UNIX: [usize; 2] = [3, 19];
    let kind = (attributes >> 16) & 0o170_000;
    let unix = made_by == UNIX[0] || made_by == UNIX[1] || kind != 0;
    !unix || kind == 0 || (kind == 0o100_000 && !folder) || (kind == 0o040_000 && folder)
}

/// A relative path of plain ASCII steps.
fn safe_name(name: &[u8]) -> Result<String, Problem> {
    let text = std::str::from_utf8(name).map_err(|_| Problem::BadName)?;
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let step_is_safe = |step: &str| !step.is_empty() && !step.starts_with('.') && step.chars().all(plain);
    let path = text.strip_suffix('/').unwrap_or(text);
    if text.len() > MOST_NAME || path.is_empty() || !path.split('/').all(step_is_safe) {
        return Err(Problem::BadName);
    }
    Ok(text.to_owned())
}

fn u16_at(bytes: &[u8], at: usize) -> Result<usize, Problem> {
    let two = bytes.get(at..at + 2).ok_or(Problem::BadZip)?;
    Ok(usize::from(two[0]) | usize::from(two[1]) << 8)
}

/// A 32-bit number; the mark of the 64-bit form of zip is refused, as no packet is that large.
fn u32_at(bytes: &[u8], at: usize) -> Result<usize, Problem> {
    let number = u16_at(bytes, at)? | u16_at(bytes, at + 2)? << 16;
    if number == 0xffff_ffff { Err(Problem::Bomb) } else { Ok(number) }
}
