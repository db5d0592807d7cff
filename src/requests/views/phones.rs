//! Telephone numbers: whole for those who must call, and for who asked for them with a reason; masked for all others.

use super::{ContactPerson, Reader};
use crate::domain::phone::Phone;
use crate::requests::access::Audience;
use crate::requests::store::ContactRow;

/// How numbers are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::requests) enum Phones {
    /// Whole for those who must call.
    AsNeeded,
    /// Whole: the reader has asked for it.
    Whole,
}

/// Whom to ask for, with the number whole or masked; `None` where neither is known.
pub(super) fn contact_person(
    name: Option<&String>,
    phone: Option<&String>,
    is_whole: bool,
) -> Option<ContactPerson> {
    let phone = phone.map(|phone| if is_whole { phone.clone() } else { Phone::masked_text(phone) });
    (name.is_some() || phone.is_some()).then(|| ContactPerson { name: name.cloned(), phone })
}

impl Reader<'_> {
    /// Whom the company says to ask for.
    pub(super) fn contact_person(&self) -> Option<ContactPerson> {
        let request = self.request;
        contact_person(request.contact_name.as_ref(), request.contact_phone.as_ref(), self.shows_numbers)
    }

    /// The number a contact was made by. Units that need not call are not shown it at all.
    pub(super) fn number_called(&self, contact: &ContactRow) -> Option<String> {
        let knows_filer = self.audience.knows_filer(self.request.confidence);
        let is_shown = knows_filer && (self.shows_numbers || self.audience != Audience::Unit);
        let number = contact.number.as_deref().filter(|_| is_shown)?;
        Some(if self.shows_numbers { number.to_owned() } else { Phone::masked_text(number) })
    }
}
