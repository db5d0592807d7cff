//! A transfer to discipline inspection, for the office and the auditor.

use super::Reader;
use crate::db::Conn;
use crate::domain::ids::Id;
use crate::domain::words::RequestState;
use crate::fault::Fault;
use crate::people;
use crate::requests::store::TransferRow;
use crate::web::LocalTime;
use serde::Serialize;
use utoipa::ToSchema;

/// A transfer and who signed it.
#[derive(Debug, Serialize, ToSchema)]
pub struct TransferView {
    /// The number of the letter.
    pub letter_number: String,
    /// Why.
    pub reason: String,
    /// The first signature.
    pub first: Signature,
    /// The second; the request is handed over with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub second: Option<Signature>,
}

/// Who signed, and when.
#[derive(Debug, Serialize, ToSchema)]
pub struct Signature {
    /// The person's name.
    pub name: String,
    /// When.
    pub at: LocalTime,
}

/// The last one signed. A first signature without a second is nothing any more once the request has come to an answer or an
/// end.
pub(super) fn transfer(
    conn: &mut Conn,
    reader: &Reader<'_>,
    rows: &[TransferRow],
) -> Result<Option<TransferView>, Fault> {
    let may_be_signed = matches!(
        reader.request.state,
        RequestState::Submitted | RequestState::NeedsInfo | RequestState::InProgress
    );
    let stands = |row: &&TransferRow| may_be_signed || row.second_signed_at.is_some();
    let Some(row) = rows.last().filter(stands) else { return Ok(None) };
    let signers: Vec<Id> = [Some(row.first_signer_id), row.second_signer_id].into_iter().flatten().collect();
    let names = people::person_names(conn, &signers)?;
    let signed = |signer: Id, at| Signature {
        name: names.get(&signer).cloned().unwrap_or_default(),
        at: reader.time(at),
    };
    Ok(Some(TransferView {
        letter_number: row.letter_number.clone(),
        reason: row.reason.clone(),
        first: signed(row.first_signer_id, row.first_signed_at),
        second: row.second_signer_id.zip(row.second_signed_at).map(|(signer, at)| signed(signer, at)),
    }))
}
