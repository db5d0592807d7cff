//! To whom a letter is written: who they are, which language they read, and when.

use crate::domain::actor::Actor;
use crate::domain::ids::Instant;
use crate::fault::Language;
use chrono_tz::Tz;

/// The recipient of one letter.
#[derive(Debug)]
pub struct Reader<'a> {
    /// When it is sent.
    pub at: Instant,
    /// The recipient, as an actor: a letter tells no more than that one may see.
    pub actor: &'a Actor,
    /// The recipient's name.
    pub name: &'a str,
    /// The recipient's language.
    pub language: Language,
    /// The office's zone.
    pub zone: Tz,
    /// What links begin with, without a slash at its end.
    pub base_url: &'a str,
}

impl Reader<'_> {
    /// The one of two texts in the recipient's language.
    pub fn say(&self, chinese: &str, english: &str) -> String {
        match self.language {
            Language::Chinese => chinese,
            Language::English => english,
        }
        .to_owned()
    }

    /// A time as letters write it: day and minute at the office.
    pub fn time(&self, at: Instant) -> String {
        let pattern = match self.language {
            Language::Chinese => "%-m月%-d日 %H:%M",
            Language::English => "%-d %b %H:%M",
        };
        at.utc().with_timezone(&self.zone).format(pattern).to_string()
    }
}
