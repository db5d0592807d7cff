//! One message: headers and both bodies (RFC 5322, RFC 2045), made by `lettre`, which encodes what is not ASCII
//! (RFC 2047). What comes from people is cut to one line before it comes near a header.

use super::settings::Settings;
use super::sheet::Sheet;
use crate::domain::ids::{Id, Instant};
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::{Address, Message};
use std::time::{Duration, SystemTime};

/// The most characters of a subject.
const LONGEST_SUBJECT: usize = 150;

/// What a room writes.
#[derive(Debug, Clone)]
pub struct Letter {
    /// The subject.
    pub subject: String,
    /// The facts.
    pub sheet: Sheet,
}

/// To whom a letter goes, and which one it is.
#[derive(Debug, Clone)]
pub struct Envelope {
    /// The letter's own id: it gives the `Message-ID`, the same each time the letter is sent.
    pub id: Id,
    /// What it belongs to, as a request: letters of one thread are shown together.
    pub thread: Option<Id>,
    /// When it is sent.
    pub at: Instant,
    /// The recipient's name.
    pub name: String,
    /// The recipient's address.
    pub address: String,
}

/// Who writes.
pub(super) struct Sender {
    from: Mailbox,
    list_id: String,
}

impl Sender {
    pub(super) fn new(settings: &Settings) -> Result<Self, (&'static str, String)> {
        let from: Mailbox =
            settings.from.parse().map_err(|error| ("mail.from", format!("{}: {error}", settings.from)))?;
        let list_id = one_line(&settings.list_id);
        if !list_id.ends_with('>') || !list_id.contains('<') || !list_id.is_ascii() {
            return Err(("mail.list_id", "write it as WORDS <NAME.DOMAIN>, in ASCII".to_owned()));
        }
        Ok(Self { from, list_id })
    }

    /// The whole message. Fails, in one line, where the address is none.
    pub(super) fn compose(&self, envelope: &Envelope, letter: &Letter) -> Result<Message, String> {
        let address: Address =
            envelope.address.trim().parse().map_err(|error| format!("no address: {error}"))?;
        let name = Some(one_line(&envelope.name)).filter(|name| !name.is_empty());
        let domain = self.from.email.domain();
        let micros = u64::try_from(envelope.at.micros()).unwrap_or(0);
        let mut headers = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(name, address))
            .subject(shortened(&one_line(&letter.subject), LONGEST_SUBJECT))
            .date(SystemTime::UNIX_EPOCH + Duration::from_micros(micros))
            .message_id(Some(format!("<{}@{domain}>", envelope.id)))
            .raw_header(plain("Auto-Submitted", "auto-generated"))
            .raw_header(plain("List-Id", &self.list_id));
        if let Some(thread) = envelope.thread {
            let root = format!("<request-{thread}@{domain}>");
            headers = headers.in_reply_to(root.clone()).references(root);
        }
        let (text, html) = letter.sheet.written().map_err(|error| error.to_string())?;
        headers.multipart(MultiPart::alternative_plain_html(text, html)).map_err(|error| error.to_string())
    }
}

/// A header whose value is ASCII and ours.
fn plain(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}

/// `text` on one line: line ends and other control characters become spaces, and spaces at the ends go.
pub fn one_line(text: &str) -> String {
    let line: String = text.chars().map(|one| if is_unseen(one) { ' ' } else { one }).collect();
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Control characters, and those that turn the direction of what follows (Unicode Standard Annex 9).
pub(super) fn is_unseen(one: char) -> bool {
    one.is_control()
        || matches!(one, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn shortened(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let kept: String = text.chars().take(most.saturating_sub(1)).collect();
    kept + "…"
}
