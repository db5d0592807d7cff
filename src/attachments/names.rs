//! What a file is called: for show only, and never where it lies.

use crate::domain::file_type::FileType;
use unicode_normalization::UnicodeNormalization;

/// The most characters of a name.
const LONGEST: usize = 120;

/// The name `sent` without what could lead astray: folders, control characters, marks that turn the direction of writing
/// or have no width. It ends as files of its type do, so that a program is not called for by what is a picture.
pub(super) fn clean(sent: &str, file_type: FileType) -> String {
    // Browsers send these three escaped (HTML, multipart/form-data encoding algorithm).
    let sent = sent.replace("%22", "\"").replace("%0D", " ").replace("%0A", " ");
    let last = sent.rsplit(['/', '\\']).next().unwrap_or_default();
    let shown: String = last.nfc().filter(|character| !is_hidden(*character)).collect();
    let shown = shown.split_whitespace().collect::<Vec<_>>().join(" ");
    let shown = shown.trim_matches(['.', ' ']);
    let (stem, ending) = match shown.rsplit_once('.') {
        Some((stem, ending)) if fits(file_type, ending) && !stem.is_empty() => (stem, ending.to_owned()),
        _ => (shown, file_type.endings().first().copied().unwrap_or_default().to_owned()),
    };
    let room = LONGEST.saturating_sub(ending.chars().count().saturating_add(1));
    let stem: String = if stem.is_empty() { "file".to_owned() } else { stem.chars().take(room).collect() };
    format!("{}.{ending}", stem.trim_end())
}

fn fits(file_type: FileType, ending: &str) -> bool {
    file_type.endings().iter().any(|known| ending.eq_ignore_ascii_case(known))
}

/// Control characters, the marks of direction (UAX #9), line and paragraph separators, and characters without width.
fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{00AD}' | '\u{061C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}')
}

/// The header by which a file is saved under `name` and never shown in place (RFC 6266): an ASCII name for old readers,
/// and the name itself in UTF-8 (RFC 8187 §3.2).
pub(super) fn disposition(name: &str) -> String {
    let plain: String = name
        .chars()
        .map(|character| match character {
            '"' | '\\' | '%' => '_',
            ' '..='~' => character,
            _ => '_',
        })
        .collect();
    let mut encoded = String::new();
    for byte in name.bytes() {
        // attr-char of RFC 8187 §3.2.1.
        if byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}")
}

#[cfg(test)]
mod tests {
    use super::{clean, disposition};
    use crate::domain::file_type::FileType::{Jpeg, Pdf};

    #[test]
    fn a_name_loses_what_could_lead_astray_and_ends_as_its_type_does() {
        let cases = [
            ("营业执照.pdf", "营业执照.pdf"),
            ("../../etc/passwd", "passwd.pdf"),
            ("C:\\temp\\a.PDF", "a.PDF"),
            ("invoice.exe", "invoice.exe.pdf"),
            ("gpj\u{202E}fdp.exe", "gpjfdp.exe.pdf"),
            ("a\u{0}b\r\n c\t.pdf", "ab c .pdf"),
            ("a%22b%0D%0A.pdf", "a\"b .pdf"),
            ("..", "file.pdf"),
            ("", "file.pdf"),
            (".pdf", "pdf.pdf"),
        ];
        for (sent, shown) in cases {
            assert_eq!(clean(sent, Pdf), shown.replace(" .pdf", ".pdf"), "{sent:?}");
        }
        let long = clean(&"长".repeat(500), Jpeg);
        assert_eq!((long.chars().count(), long.ends_with("长.jpg")), (120, true));
    }

    #[test]
    fn a_name_is_told_in_ascii_and_in_utf_8() {
        assert_eq!(
            disposition("合同 \"1\".pdf"),
            "attachment; filename=\"__ _1_.pdf\"; filename*=UTF-8''%E5%90%88%E5%90%8C%20%221%22.pdf"
        );
    }
}
