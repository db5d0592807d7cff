//! The one error of the kit and the rooms, and the table of codes it speaks.
//!
//! A use case fails with a [`Fault`]: a [`Code`] from the table, the values its words need, and, where the caller's
//! fields are at fault, one [`FieldFault`] each. The web kit turns it into RFC 9457 problem details or a page.
//! Words live in `codes.rs`, in both languages; nothing else in the program words an error.

mod codes;

pub use codes::Code;

use crate::domain::refusal::Refusal;
use std::fmt;

/// The language a caller reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// Simplified Chinese, the default.
    Chinese,
    /// English.
    English,
}

/// A refused field: where it is, which code, and the values its words need.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldFault {
    /// RFC 6901 JSON pointer into the body, or `?name` for a query parameter.
    pub pointer: String,
    /// What is wrong with it.
    pub code: Code,
    /// Values for the words of the code.
    pub values: Vec<(&'static str, String)>,
}

impl FieldFault {
    /// The words of this fault in `language`.
    pub fn words(&self, language: Language) -> String {
        self.code.words(language, &self.values)
    }
}

/// Why something was not done.
#[derive(Debug, Clone)]
pub struct Fault {
    /// The stable code; for several wrong fields, that of the first.
    pub code: Code,
    /// Values for the words of the code.
    pub values: Vec<(&'static str, String)>,
    /// The fields at fault, if any.
    pub fields: Vec<FieldFault>,
    /// What the caller could do instead: codes of acts.
    pub possible: Vec<&'static str>,
    /// Seconds after which trying again makes sense.
    pub retry_after: Option<u32>,
    /// For the log only, never for the caller.
    pub cause: Option<String>,
    /// A denial: goes to the security log.
    pub denial: bool,
}

impl Fault {
    /// A fault with this code.
    pub const fn new(code: Code) -> Self {
        Self {
            code,
            values: Vec::new(),
            fields: Vec::new(),
            possible: Vec::new(),
            retry_after: None,
            cause: None,
            denial: false,
        }
    }

    /// A fault of one field; `pointer` is an RFC 6901 JSON pointer, or `?name` for a query parameter.
    pub fn field(code: Code, pointer: impl Into<String>) -> Self {
        Self::fields(vec![FieldFault { pointer: pointer.into(), code, values: Vec::new() }])
    }

    /// A fault of several fields; it speaks with the code of the first, and is internal when there is none.
    pub fn fields(fields: Vec<FieldFault>) -> Self {
        let mut fault = Self::new(fields.first().map_or(Code::Internal, |first| first.code));
        fault.values = fields.first().map(|first| first.values.clone()).unwrap_or_default();
        fault.fields = fields;
        fault
    }

    /// What the caller may not see, told exactly as what does not exist, and noted in the security log.
    pub const fn hidden() -> Self {
        let mut fault = Self::new(Code::NotFound);
        fault.denial = true;
        fault
    }

    /// What the caller may see but not do.
    pub const fn denied() -> Self {
        let mut fault = Self::new(Code::NotAllowed);
        fault.denial = true;
        fault
    }

    /// The same fault as a denial, where what is hidden or may not be done is told in another way.
    #[must_use]
    pub const fn noted(mut self) -> Self {
        self.denial = true;
        self
    }

    /// Something the program did not foresee; `cause` goes to the log only.
    pub fn internal(cause: impl fmt::Display) -> Self {
        let mut fault = Self::new(Code::Internal);
        fault.cause = Some(cause.to_string());
        fault
    }

    /// The same fault with a value for its words.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl fmt::Display) -> Self {
        let value = value.to_string();
        if let [only] = self.fields.as_mut_slice() {
            only.values.push((name, value.clone()));
        }
        self.values.push((name, value));
        self
    }

    /// The same fault, saying when to try again.
    #[must_use]
    pub const fn retry_after(mut self, seconds: u32) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    /// The same fault with the cause for the log.
    #[must_use]
    pub fn because(mut self, cause: impl fmt::Display) -> Self {
        self.cause = Some(cause.to_string());
        self
    }

    /// The words of this fault in `language`.
    pub fn words(&self, language: Language) -> String {
        self.code.words(language, &self.values)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.code.code(), self.words(Language::English))?;
        match &self.cause {
            Some(cause) => write!(formatter, " ({cause})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Fault {}

impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Self {
        let mut fault = Self::new(Code::from_code(refusal.code.code()).unwrap_or(Code::Internal));
        fault.denial = fault.code.status() == 403;
        fault.values = vec![("act", refusal.act.to_owned()), ("state", refusal.state.to_owned())];
        fault.possible = refusal.possible;
        fault
    }
}
