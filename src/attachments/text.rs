//! Whether what streams by is plain text in UTF-8.

/// Reads bytes as they come; a character may be cut between two pieces.
#[derive(Debug, Default)]
pub(super) struct TextReader {
    cut: Vec<u8>,
    is_other: bool,
}

impl TextReader {
    /// Reads the next bytes.
    pub(super) fn feed(&mut self, bytes: &[u8]) {
        if self.is_other {
            return;
        }
        let mut piece = std::mem::take(&mut self.cut);
        piece.extend_from_slice(bytes);
        let whole = match std::str::from_utf8(&piece) {
            Ok(text) => text,
            Err(error) if error.error_len().is_none() => {
                let (whole, cut) = piece.split_at(error.valid_up_to());
                self.cut = cut.to_vec();
                std::str::from_utf8(whole).unwrap_or_default()
            }
            Err(_) => {
                self.is_other = true;
                return;
            }
        };
        let is_odd =
            |character: char| character.is_control() && !matches!(character, '\t' | '\n' | '\r' | '\u{C}');
        self.is_other = whole.chars().any(is_odd);
    }

    /// Whether all of it was text.
    pub(super) fn is_text(&self) -> bool {
        !self.is_other && self.cut.is_empty()
    }
}
