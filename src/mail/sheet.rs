//! The body of every letter: one sheet of facts, as text and as HTML, in the recipient's language.
//!
//! A room fills in what it knows; the templates in `templates/letters/` say how it looks. HTML is escaped there; the text
//! is cleaned of control characters here.

use super::message::is_unseen;
use crate::fault::Language;
use askama::Template;

/// What a letter tells. Words are in `language` already.
#[derive(Debug, Clone)]
pub struct Sheet {
    /// The language of the recipient.
    pub language: Language,
    /// To whom it speaks; empty for nobody by name.
    pub name: String,
    /// What has happened or is wanted, in one sentence.
    pub headline: String,
    /// Facts in one line each, with their labels.
    pub facts: Vec<(String, String)>,
    /// What somebody wrote, in full, with its label.
    pub texts: Vec<(String, String)>,
    /// Where to go, with what is there.
    pub links: Vec<(String, String)>,
    /// What is to be known of the letter itself, as that it is late.
    pub notes: Vec<String>,
}

#[derive(Template)]
#[template(path = "letters/sheet.txt")]
struct Text<'a> {
    sheet: &'a Sheet,
    words: Words,
}

#[derive(Template)]
#[template(path = "letters/sheet.html")]
struct Html<'a> {
    sheet: &'a Sheet,
    words: Words,
}

/// What every letter says.
struct Words {
    language: &'static str,
    greeting: &'static str,
    colon: &'static str,
    footer: &'static str,
}

impl Words {
    const fn of(language: Language) -> Self {
        match language {
            Language::Chinese => Self {
                language: "zh-CN",
                greeting: "您好",
                colon: "：",
                footer: "本邮件由系统自动发出，请勿直接回复；办理请使用上面的链接。",
            },
            Language::English => Self {
                language: "en",
                greeting: "Dear colleague",
                colon: ": ",
                footer: "This letter was sent automatically. Please do not reply; use the link above.",
            },
        }
    }
}

impl Sheet {
    /// A sheet with nothing but its sentence.
    pub const fn new(language: Language, name: String, headline: String) -> Self {
        Self {
            language,
            name,
            headline,
            facts: Vec::new(),
            texts: Vec::new(),
            links: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// The same with one more fact.
    #[must_use]
    pub fn fact(mut self, label: impl Into<String>, value: impl Into<String>) -> Self {
        self.facts.push((label.into(), value.into()));
        self
    }

    /// The same with one more text.
    #[must_use]
    pub fn text(mut self, label: impl Into<String>, text: impl Into<String>) -> Self {
        self.texts.push((label.into(), text.into()));
        self
    }

    /// The same with one more link.
    #[must_use]
    pub fn link(mut self, label: impl Into<String>, url: impl Into<String>) -> Self {
        self.links.push((label.into(), url.into()));
        self
    }

    /// Both bodies: text, HTML. Fails as templates do, which is to say never in practice.
    pub fn written(&self) -> Result<(String, String), askama::Error> {
        let clean = self.cleaned();
        let text = Text { sheet: &clean, words: Words::of(self.language) }.render()?;
        let html = Html { sheet: &clean, words: Words::of(self.language) }.render()?;
        Ok((text, html))
    }

    fn cleaned(&self) -> Self {
        let line = super::message::one_line;
        let pairs = |pairs: &[(String, String)], clean: fn(&str) -> String| {
            pairs.iter().map(|(label, value)| (line(label), clean(value))).collect()
        };
        Self {
            language: self.language,
            name: line(&self.name),
            headline: line(&self.headline),
            facts: pairs(&self.facts, line),
            texts: pairs(&self.texts, lines),
            links: pairs(&self.links, line),
            notes: self.notes.iter().map(|note| line(note)).collect(),
        }
    }
}

/// `text` with its line ends and without other control characters.
fn lines(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    text.chars().filter(|one| *one == '\n' || !is_unseen(*one)).collect()
}
