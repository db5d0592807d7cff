//! What a notice says in one sentence, for the places that show no letter.

use crate::domain::ids::Id;
use crate::fault::Language;
use crate::{audit, oversight, promises, requests, supervision};
use serde_json::Value;

/// The sentence of a notice of this kind, about `request` where it is about one; `None` where it is told by its letter
/// alone, as a link to a new password is.
pub fn headline(kind: &str, request: Option<Id>, payload: &Value, language: Language) -> Option<String> {
    match (request, kind) {
        (_, kind) if supervision::letters::is_known(kind) => {
            supervision::letters::headline(kind, language).map(str::to_owned)
        }
        (Some(_), kind) => requests::letters::headline(kind, language).map(str::to_owned),
        (None, oversight::DIGEST) => Some(oversight::letters::headline(language).to_owned()),
        (None, "calendar_year_missing") => promises::letters::headline_of_missing_year(payload, language),
        (None, audit::HEAD_LETTER) => audit::headline(payload, language),
        (None, _) => None,
    }
}
