//! Whether a ZIP archive is a document of Office Open XML, by its central directory (APPNOTE 4.3.12, 4.3.16).
//!
//! The directory stands at the end of the file, and the end is all that is read. The archive must begin at the first byte
//! and end at the last, so that no other file hides before or behind it.

use crate::domain::file_type::FileType;

const END: &[u8] = b"PK\x05\x06";
const ENTRY: &[u8] = b"PK\x01\x02";

/// How long the end of an archive is without its comment.
const END_LENGTH: usize = 22;

/// The longest comment an archive has.
const LONGEST_COMMENT: usize = 65_535;

/// What `tail`, the last bytes of a file of `size` bytes, makes of it. A document that carries macros is none of ours.
pub(super) fn document(tail: &[u8], size: u64) -> Option<FileType> {
    let names = names(tail, size)?;
    let has = |wanted: &str| names.iter().any(|name| name == wanted);
    let has_macros = names.iter().any(|name| name.to_ascii_lowercase().ends_with("vbaproject.bin"));
    if !has("[Content_Types].xml") || !has("_rels/.rels") || has_macros {
        return None;
    }
    let marks = [
        ("word/document.xml", FileType::Docx),
        ("xl/workbook.xml", FileType::Xlsx),
        ("ppt/presentation.xml", FileType::Pptx),
    ];
    let mut found = marks.into_iter().filter(|(mark, _)| has(mark));
    // One of them, and not several in one.
    found.next().filter(|_| found.next().is_none()).map(|(_, file_type)| file_type)
}

/// Whether an archive ends where the file ends: other types are refused for it.
pub(super) fn ends_as_archive(tail: &[u8]) -> bool {
    end(tail).is_some()
}

/// Where the end of the archive begins: the one whose comment reaches the last byte.
fn end(tail: &[u8]) -> Option<usize> {
    let last = tail.len().checked_sub(END_LENGTH)?;
    (last.saturating_sub(LONGEST_COMMENT)..=last).rev().find(|at| {
        let rest = tail.get(*at..).unwrap_or_default();
        rest.starts_with(END) && number(rest, 20, 2) == u64::try_from(last - at).ok()
    })
}

/// The names in the directory; `None` where it is not whole, lies before the tail, or counts from elsewhere than the
/// beginning of the file.
fn names(tail: &[u8], size: u64) -> Option<Vec<String>> {
    let end = end(tail)?;
    let (count, length, offset) =
        (number(tail, end + 10, 2)?, number(tail, end + 12, 4)?, number(tail, end + 16, 4)?);
    let before = size.checked_sub(u64::try_from(tail.len()).ok()?)?;
    let begin = usize::try_from(offset.checked_sub(before)?).ok()?;
    if begin.checked_add(usize::try_from(length).ok()?)? != end {
        return None;
    }
    let mut names = Vec::new();
    let mut at = begin;
    for _ in 0..count {
        if !tail.get(at..end)?.starts_with(ENTRY) {
            return None;
        }
        let lengths = [number(tail, at + 28, 2)?, number(tail, at + 30, 2)?, number(tail, at + 32, 2)?];
        let [name, extra, comment] = lengths.map(|length| usize::try_from(length).unwrap_or(usize::MAX));
        let begin = at + 46;
        names.push(String::from_utf8_lossy(tail.get(begin..begin.checked_add(name)?)?).into_owned());
        at = begin.checked_add(name)?.checked_add(extra)?.checked_add(comment)?;
    }
    (at == end).then_some(names)
}

/// The little-endian number of so many bytes at `at`.
fn number(bytes: &[u8], at: usize, length: usize) -> Option<u64> {
    let bytes = bytes.get(at..at.checked_add(length)?)?;
    Some(bytes.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte)))
}
