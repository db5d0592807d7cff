//! A new password by a mailed link.

use crate::fault::{Code, Fault};
use crate::journal::{SecurityEvent, SecurityKind};
use crate::people::resets;
use crate::web::problem::WriteProblems;
use crate::web::{At, Body, Context, NoVersion, Peer};
use actix_web::{HttpResponse, post};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

/// Whose password is forgotten.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AskReset {
    /// The user name or the phone.
    #[schema(max_length = 200)]
    name: String,
}

/// Ask for a new password
///
/// A letter with a link goes to the person's e-mail address, if there is such a person and such an address. The answer is
/// the same in any case, also where too many letters were asked for.
#[utoipa::path(tag = "auth", request_body = AskReset, responses((status = 202), WriteProblems))]
#[post("/auth/password-reset")]
pub(crate) async fn ask_reset(
    context: Context,
    At(at): At,
    peer: Peer,
    _: NoVersion,
    Body(form): Body<AskReset>,
) -> Result<HttpResponse, Fault> {
    let config = context.config.clone();
    let asked = context.db.write(move |conn| resets::ask(conn, at, &form.name, peer, &config)).await;
    let person = match asked {
        Ok(person) => person,
        Err(fault) if fault.code == Code::TooManyAttempts => None,
        Err(fault) => return Err(fault),
    };
    let detail = json!({ "from": peer.to_string() });
    context.security.note(SecurityEvent { at, person, kind: SecurityKind::ResetAsked, detail }).await;
    Ok(HttpResponse::Accepted().finish())
}

/// The code of the letter and the password from now on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ConfirmReset {
    /// What stands behind `#` in the link.
    #[schema(max_length = 200)]
    token: String,
    /// The password from now on.
    #[schema(max_length = 128, format = Password)]
    new_password: String,
}

/// Set a new password with the code of a letter
///
/// Every session of the person ends, and whoever had to wait after failed log-ins need not any more. The code is good
/// once; a password that is refused leaves it good.
#[utoipa::path(tag = "auth", request_body = ConfirmReset, responses((status = 204), WriteProblems))]
#[post("/auth/password-reset/confirm")]
pub(crate) async fn confirm_reset(
    context: Context,
    At(at): At,
    peer: Peer,
    _: NoVersion,
    Body(form): Body<ConfirmReset>,
) -> Result<HttpResponse, Fault> {
    resets::confirm(&context, at, (form.token, form.new_password), peer).await?;
    Ok(HttpResponse::NoContent().finish())
}
