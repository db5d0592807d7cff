//! The rows a request is shown by: read, or at hand where it was just filed.

use crate::attachments::{self, Attachment};
use crate::db::Conn;
use crate::domain::actor::Actor;
use crate::domain::ids::Id;
use crate::fault::Fault;
use crate::people::{self, Company, Unit};
use crate::promises::{self, Category, Terms};
use crate::requests::access::{self, Audience};
use crate::requests::file::Filed;
use crate::requests::store::{
    self, AnswerRow, AssignmentRow, ClockRow, CommitmentRow, ContactRow, OriginRow, OutsideNumberRow,
    RequestRow, SupplementRow,
};
use std::collections::HashMap;

/// One request with what belongs to it, for a reader it is not hidden from.
pub(super) struct Held {
    pub(super) audience: Audience,
    pub(super) request: RequestRow,
    pub(super) assignments: Vec<AssignmentRow>,
    pub(super) clocks: Vec<ClockRow>,
    pub(super) contacts: Vec<ContactRow>,
    pub(super) answers: Vec<AnswerRow>,
    pub(super) commitments: Vec<CommitmentRow>,
    pub(super) papers: Vec<SupplementRow>,
    /// Every unit that the rows name.
    pub(super) units: HashMap<Id, Unit>,
    pub(super) category: Option<Category>,
    pub(super) company: Option<Company>,
    pub(super) origin: Option<OriginRow>,
    pub(super) outside: Vec<OutsideNumberRow>,
    pub(super) files: Vec<Attachment>,
    /// What new clocks are started by, where it is at hand.
    pub(super) terms: Option<Terms>,
}

impl Held {
    /// Reads them; hidden where `actor` may not see the request at all.
    pub(super) fn read(conn: &mut Conn, actor: &Actor, id: Id) -> Result<Self, Fault> {
        let request = store::request(conn, id)?.ok_or_else(Fault::hidden)?;
        let assignments = store::assignments_of(conn, id)?;
        let audience = access::audience_of(conn, actor, &request, &assignments)?.ok_or_else(Fault::hidden)?;
        let clocks = store::clocks_of(conn, id)?;
        let contacts = store::contacts_of(conn, id)?;
        let mut units: Vec<Id> = assignments.iter().map(|assignment| assignment.unit_id).collect();
        units.extend(contacts.iter().map(|contact| contact.unit_id));
        units.extend(clocks.iter().filter_map(|clock| clock.holder_unit_id));
        units.extend(request.conduct_unit_id);
        units.extend(assignments.iter().filter_map(|assignment| assignment.section_id));
        let units = people::units(conn, &units)?;
        let category = match request.category_id {
            Some(category) => promises::category(conn, category)?,
            None => None,
        };
        let origin = if request.channel.is_of_company() { None } else { store::origin(conn, id)? };
        Ok(Self {
            audience,
            company: people::company(conn, request.company_id)?,
            answers: store::answers_of(conn, id)?,
            commitments: store::commitments_of(conn, id)?,
            papers: store::supplements_of(conn, id)?,
            outside: outside(conn, &request)?,
            files: attachments::of_request(conn, id)?,
            request,
            assignments,
            clocks,
            contacts,
            units,
            category,
            origin,
            terms: None,
        })
    }

    /// Those of a request that `actor` has just filed: no unit has it, and nothing was answered.
    pub(super) fn filed(conn: &mut Conn, actor: &Actor, filed: Filed) -> Result<Self, Fault> {
        let Filed { request, company, category, office, conduct_unit, terms, origin, clocks, has_files } =
            filed;
        let units = [Some(office), conduct_unit].into_iter().flatten();
        Ok(Self {
            audience: access::audience(actor, &request, &[]).ok_or_else(Fault::hidden)?,
            outside: outside(conn, &request)?,
            files: if has_files { attachments::of_request(conn, request.id)? } else { Vec::new() },
            request,
            assignments: Vec::new(),
            clocks,
            contacts: Vec::new(),
            answers: Vec::new(),
            commitments: Vec::new(),
            papers: Vec::new(),
            units: units.map(|unit| (unit.id, unit)).collect(),
            category,
            company: Some(company),
            origin,
            terms: Some(terms),
        })
    }
}

/// What other systems call it; a company's own has no such number.
fn outside(conn: &mut Conn, request: &RequestRow) -> Result<Vec<OutsideNumberRow>, Fault> {
    if request.channel.is_of_company() {
        return Ok(Vec::new());
    }
    store::outside_numbers_of(conn, request.id)
}
