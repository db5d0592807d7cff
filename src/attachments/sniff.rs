//! What a file is, by its bytes as they stream by. What its sender says of it is not believed.
//!
//! The beginning decides by its signature, the end whether the file ends as its type does and hides no archive, and the
//! whole whether it is plain text. Held are the first and the last bytes only.

use super::ooxml;
use super::text::TextReader;
use crate::domain::file_type::FileType;

/// How much of the beginning is held, in bytes.
const HEAD: usize = 4096;

/// How much of the end is held, in bytes: more than the directory of any sensible document takes.
const TAIL: usize = 256 * 1024;

/// How deep markup is looked for that a browser might take the file for (WHATWG MIME Sniffing §5.2), in bytes.
const MARKUP_DEPTH: usize = 1024;

/// One entry of the directory of an OLE file ([MS-CFB] §2.6.1), in bytes.
const OLE_ENTRY: usize = 128;

/// Reads a file as it streams by.
#[derive(Debug, Default)]
pub(super) struct Sniffer {
    size: u64,
    head: Vec<u8>,
    tail: Vec<u8>,
    text: TextReader,
    ole: OleNames,
}

/// Which names stand in the directory of an OLE file.
#[derive(Debug, Default)]
struct OleNames {
    part: Vec<u8>,
    word: bool,
    excel: bool,
    macros: bool,
}

impl Sniffer {
    /// Reads the next bytes.
    pub(super) fn feed(&mut self, bytes: &[u8]) {
        self.size = self.size.saturating_add(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
        let room = HEAD.saturating_sub(self.head.len()).min(bytes.len());
        self.head.extend_from_slice(bytes.get(..room).unwrap_or_default());
        self.tail.extend_from_slice(bytes);
        if self.tail.len() > 2 * TAIL {
            self.tail.drain(..self.tail.len() - TAIL);
        }
        self.text.feed(bytes);
        if self.is_ole() {
            self.ole.feed(bytes);
        }
    }

    fn is_ole(&self) -> bool {
        self.head.starts_with(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")
    }

    /// What the whole file is; `None` where it is nothing we take.
    pub(super) fn file_type(&self) -> Option<FileType> {
        if looks_like_markup(&self.head) {
            return None;
        }
        let signature = infer::get(&self.head).map(|known| known.mime_type());
        match signature {
            Some("application/pdf") => self.alone(FileType::Pdf).filter(|_| self.ends_as_pdf()),
            Some("image/jpeg") => self.alone(FileType::Jpeg),
            Some("image/png") => self.alone(FileType::Png),
            Some("image/webp") => self.alone(FileType::Webp),
            _ if self.head.starts_with(b"PK\x03\x04") => ooxml::document(&self.tail, self.size),
            _ if self.is_ole() => self.ole.file_type().and_then(|known| self.alone(known)),
            _ => (self.text.is_text() && !is_script(&self.head)).then_some(FileType::Text),
        }
    }

    /// This type, unless an archive hides behind it.
    fn alone(&self, file_type: FileType) -> Option<FileType> {
        (!ooxml::ends_as_archive(&self.tail)).then_some(file_type)
    }

    /// Whether the end of the file has the mark of a PDF's end (ISO 32000-1 §7.5.5, and its note H.3 18).
    fn ends_as_pdf(&self) -> bool {
        let last = self.tail.get(self.tail.len().saturating_sub(1024)..).unwrap_or_default();
        last.windows(5).any(|window| window == b"%%EOF")
    }
}

/// Whether a browser that guesses could take it for markup.
fn looks_like_markup(head: &[u8]) -> bool {
    let begin = head.get(..head.len().min(MARKUP_DEPTH)).unwrap_or_default().to_ascii_lowercase();
    let has = |mark: &&str| begin.windows(mark.len()).any(|window| window == mark.as_bytes());
    ["<!doctype", "<html", "<script", "<svg", "<iframe", "<body", "<?php"].iter().any(has)
}

/// Whether text begins as what a machine runs, or reads as markup.
fn is_script(head: &[u8]) -> bool {
    let begin = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head).trim_ascii_start();
    begin.starts_with(b"#!")
        || begin.starts_with(b"<")
        || begin.starts_with(b"%PDF")
        || begin.starts_with(b"%!PS")
}

impl OleNames {
    /// Looks at each whole entry-sized piece: entries stand at multiples of their size.
    fn feed(&mut self, bytes: &[u8]) {
        let mut rest = bytes;
        while !rest.is_empty() {
            let room = OLE_ENTRY.saturating_sub(self.part.len()).min(rest.len());
            let (piece, after) = rest.split_at(room);
            self.part.extend_from_slice(piece);
            rest = after;
            if self.part.len() == OLE_ENTRY {
                self.look();
                self.part.clear();
            }
        }
    }

    fn look(&mut self) {
        let is_named = |name: &str| {
            let wide: Vec<u8> = name.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect();
            self.part.starts_with(&wide)
        };
        let (word, excel) = (is_named("WordDocument"), is_named("Workbook") || is_named("Book"));
        let macros = ["VBA", "_VBA_PROJECT", "_VBA_PROJECT_CUR", "Macros"].into_iter().any(is_named);
        self.word |= word;
        self.excel |= excel;
        self.macros |= macros;
    }

    fn file_type(&self) -> Option<FileType> {
        match (self.word, self.excel, self.macros) {
            (true, _, false) => Some(FileType::Doc),
            (false, true, false) => Some(FileType::Xls),
            _ => None,
        }
    }
}
