//! Checks of a body's fields: all of them are told at once.

use crate::fault::{Code, Fault, FieldFault};

/// Gathers what is wrong with the fields of one body.
#[derive(Debug, Default)]
pub struct Fields(Vec<FieldFault>);

impl Fields {
    /// Nothing wrong yet.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Notes that the field at `pointer` is refused with `code`.
    pub fn refuse(&mut self, code: Code, pointer: impl Into<String>) {
        self.refuse_with(code, pointer, Vec::new());
    }

    /// Notes a refusal whose words need values.
    pub fn refuse_with(
        &mut self,
        code: Code,
        pointer: impl Into<String>,
        values: Vec<(&'static str, String)>,
    ) {
        self.0.push(FieldFault { pointer: pointer.into(), code, values });
    }

    /// A line of text of 1 to `most` characters, trimmed; line breaks are refused.
    pub fn line(&mut self, pointer: &str, text: &str, most: usize) -> String {
        if text.trim().chars().any(|character| character.is_control() && character != '\0') {
            self.refuse(Code::ControlCharacter, pointer);
        }
        self.checked(pointer, text, most)
    }

    /// Text of 1 to `most` characters, trimmed; of control characters only line breaks and tabs may stand in it.
    pub fn text(&mut self, pointer: &str, text: &str, most: usize) -> String {
        let control =
            |character: char| character.is_control() && !matches!(character, '\n' | '\r' | '\t' | '\0');
        if text.chars().any(control) {
            self.refuse(Code::ControlCharacter, pointer);
        }
        self.checked(pointer, text, most)
    }

    /// [`Fields::line`] of a field that may be missing or blank.
    pub fn optional_line(&mut self, pointer: &str, text: Option<&str>, most: usize) -> Option<String> {
        text.filter(|text| !text.trim().is_empty()).map(|text| self.line(pointer, text, most))
    }

    /// [`Fields::text`] of a field that may be missing or blank.
    pub fn optional_text(&mut self, pointer: &str, text: Option<&str>, most: usize) -> Option<String> {
        text.filter(|text| !text.trim().is_empty()).map(|text| self.text(pointer, text, most))
    }

    /// Refuses a list of files without any.
    pub fn at_least_one(&mut self, pointer: &str, length: usize) {
        if length == 0 {
            self.refuse(Code::FileNeeded, pointer);
        }
    }

    /// Refuses a list longer than `most`.
    pub fn at_most(&mut self, pointer: &str, length: usize, most: usize) {
        if length > most {
            self.refuse_with(Code::TooMany, pointer, vec![("most", most.to_string())]);
        }
    }

    /// `text` without the marks that turn its direction, which phones put around numbers that are copied.
    fn checked(&mut self, pointer: &str, text: &str, most: usize) -> String {
        let text: String = text.chars().filter(|character| !turns(*character)).collect();
        let text = text.trim();
        let length = text.chars().count();
        if text.chars().all(|character| character.is_whitespace() || has_no_width(character)) {
            self.refuse(Code::TextEmpty, pointer);
        } else if length > most {
            let values = vec![("most", most.to_string()), ("length", length.to_string())];
            self.refuse_with(Code::TextTooLong, pointer, values);
        }
        text.to_owned()
    }

    /// `Ok` when nothing was refused, else one fault that names every refused field.
    pub fn finish(self) -> Result<(), Fault> {
        if self.0.is_empty() { Ok(()) } else { Err(Fault::fields(self.0)) }
    }
}

/// Whether it turns the direction of what stands after it (Unicode Standard Annex 9, §2).
const fn turns(character: char) -> bool {
    matches!(character, '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Whether nothing of it is seen. Some join what is seen, as in emoji, and may stand beside it.
const fn has_no_width(character: char) -> bool {
    matches!(character,
        '\u{00AD}' | '\u{180E}' | '\u{200B}'..='\u{200D}' | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}'
        | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E01EF}')
}
