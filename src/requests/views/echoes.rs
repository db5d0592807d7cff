//! What a request shows of the others it is answered with.

use super::phones::contact_person;
use super::{CompanyBrief, ContactPerson};
use crate::db::Conn;
use crate::domain::ids::Id;
use crate::domain::words::RequestState;
use crate::fault::Fault;
use crate::people;
use crate::requests::access::Audience;
use crate::requests::merge::is_past_merging;
use crate::requests::store::{self, ClockRow, RequestRow};
use serde::Serialize;
use utoipa::ToSchema;

/// An echo, as its master shows it.
#[derive(Debug, Serialize, ToSchema)]
pub struct EchoView {
    /// Its id.
    pub id: Id,
    /// Its number.
    pub number: String,
    /// Its company; missing where the reader may not know who filed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub company: Option<CompanyBrief>,
    /// Whom to ask for; missing where the reader may not know who filed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact: Option<ContactPerson>,
}

/// A master, as its echo shows it.
#[derive(Debug, Serialize, ToSchema)]
pub struct MasterView {
    /// Its id.
    pub id: Id,
    /// Its number.
    pub number: String,
}

/// What there is to show of merging.
pub(super) struct Merging {
    pub(super) echoes: Vec<EchoView>,
    pub(super) master: Option<MasterView>,
    /// Whether it could become an echo, as far as its state allows it.
    pub(super) may_merge: bool,
}

/// What `audience` may see of the echoes and the master of a request, with whole numbers if it calls for them. Echoes wait
/// only while their master is not answered.
pub(super) fn merging(
    conn: &mut Conn,
    (audience, shows_numbers): (Audience, bool),
    request: &RequestRow,
    clocks: &[ClockRow],
) -> Result<Merging, Fault> {
    let may_have =
        matches!(request.state, RequestState::Submitted | RequestState::NeedsInfo | RequestState::InProgress);
    let rows =
        if may_have && audience.sees_echoes() { store::echoes_of(conn, request.id)? } else { Vec::new() };
    let master = match request.master_id.filter(|_| audience.sees_master()) {
        Some(master) => store::request(conn, master)?,
        None => None,
    };
    Ok(Merging {
        may_merge: rows.is_empty() && !is_past_merging(request, clocks),
        echoes: shown(conn, audience, shows_numbers, rows)?,
        master: master.map(|master| MasterView { id: master.id, number: master.number }),
    })
}

fn shown(
    conn: &mut Conn,
    audience: Audience,
    shows_numbers: bool,
    rows: Vec<RequestRow>,
) -> Result<Vec<EchoView>, Fault> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<Id> = rows.iter().map(|echo| echo.company_id).collect();
    let companies = people::companies(conn, &ids)?;
    let view = |echo: RequestRow| {
        let knows_filer = audience.knows_filer(echo.confidence);
        let company = companies.get(&echo.company_id).filter(|_| knows_filer);
        let contact = contact_person(echo.contact_name.as_ref(), echo.contact_phone.as_ref(), shows_numbers);
        EchoView {
            id: echo.id,
            number: echo.number,
            company: company.map(|company| CompanyBrief {
                id: company.id,
                name: company.name.clone(),
                uscc: company.uscc.clone(),
            }),
            contact: contact.filter(|_| knows_filer),
        }
    };
    Ok(rows.into_iter().map(view).collect())
}
