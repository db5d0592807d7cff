//! That the company wants to take back what units have, and what came of it.

use super::Reader;
use crate::requests::access;
use crate::requests::store::WithdrawalRow;
use crate::web::LocalTime;
use serde::Serialize;
use utoipa::ToSchema;

/// A withdrawal asked for after dispatch.
#[derive(Debug, Serialize, ToSchema)]
pub struct WithdrawalView {
    /// When it was asked for.
    pub asked_at: LocalTime,
    /// Why; missing where the reader may not know who filed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// When the office recorded its call, or the request came to another end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ruled_at: Option<LocalTime>,
    /// What the company said when it was called; missing where nobody called.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confirmed: Option<bool>,
    /// What came of the call; missing where the reader may not know who filed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub words: Option<String>,
}

/// The last one asked for, as far as the reader may see it.
pub(super) fn withdrawal(reader: &Reader<'_>, rows: &[WithdrawalRow]) -> Option<WithdrawalView> {
    let row = rows.last().filter(|_| access::sees_withdrawal(reader.audience))?;
    let knows_filer = reader.audience.knows_filer(reader.request.confidence);
    Some(WithdrawalView {
        asked_at: reader.time(row.asked_at),
        reason: Some(row.reason.clone()).filter(|_| knows_filer),
        ruled_at: row.ruled_at.map(|at| reader.time(at)),
        confirmed: row.confirmed,
        words: row.words.clone().filter(|_| knows_filer),
    })
}
