//! One's own authenticator.

use crate::fault::{Code, Fault};
use crate::people::auth::{self, Secret};
use crate::people::caller::LoggedIn;
use crate::people::keys::Keys;
use crate::people::password::Password;
use crate::people::totp as acts;
use crate::people::views::{RecoveryCodesView, TotpOfferView};
use crate::web::problem::{AttemptProblems, WriteProblems};
use crate::web::{At, Body, Context, NoVersion};
use actix_web::{HttpResponse, post};
use serde::Deserialize;
use utoipa::ToSchema;

/// The password, to begin with.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct BeginTotp {
    /// The present password.
    #[schema(max_length = 128, format = Password)]
    password: String,
}

/// A code.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TotpCode {
    /// The six digits of the authenticator.
    #[schema(max_length = 200)]
    code: String,
}

/// Enrol an authenticator
///
/// Gives the secret, once; it holds when a code is confirmed. Beginning again takes the place of what was begun.
#[utoipa::path(tag = "auth", request_body = BeginTotp,
    responses((status = 200, body = TotpOfferView), WriteProblems, AttemptProblems), security(("bearer" = [])))]
#[post("/auth/totp")]
pub(crate) async fn begin_totp(
    context: Context,
    LoggedIn { person, .. }: LoggedIn,
    At(at): At,
    _: NoVersion,
    Body(form): Body<BeginTotp>,
) -> Result<HttpResponse, Fault> {
    let password = Password::typed("/password", &form.password)?;
    auth::prove(&context, at, &person, ("/password", password)).await?;
    let config = context.config.clone();
    let begin = move |conn: &mut _| {
        let keys = Keys::of(conn, &config.accounts.secret)?;
        acts::begin(conn, at, &keys, person.id)
    };
    let acts::Offer { secret, url } = context.db.write(begin).await?;
    Ok(HttpResponse::Ok().json(TotpOfferView { secret, url }))
}

/// Confirm an authenticator
///
/// With a code of it. From then on every log-in needs one; every other session ends. Gives ten recovery codes, once.
#[utoipa::path(tag = "auth", request_body = TotpCode,
    responses((status = 200, body = RecoveryCodesView), WriteProblems, AttemptProblems), security(("bearer" = [])))]
#[post("/auth/totp/confirm")]
pub(crate) async fn confirm_totp(
    context: Context,
    LoggedIn { session, person, actor, .. }: LoggedIn,
    At(at): At,
    _: NoVersion,
    Body(form): Body<TotpCode>,
) -> Result<HttpResponse, Fault> {
    let (id, config) = (person.id, context.config.clone());
    auth::count_guess(&context, at, (id, Secret::Code)).await?;
    let confirm = move |conn: &mut _| {
        let keys = Keys::of(conn, &config.accounts.secret)?;
        acts::confirm(conn, at, &keys, (&actor, auth::capacity_of(&actor), session), (id, &form.code))
    };
    let codes = context.db.write(confirm).await?;
    let recovery_codes = codes.ok_or_else(|| Fault::field(Code::TotpCodeWrong, "/code"))?;
    auth::forget_guesses(&context, (id, Secret::Code)).await?;
    Ok(HttpResponse::Ok().json(RecoveryCodesView { recovery_codes }))
}

/// Take one's authenticator away
///
/// With a code of it or a recovery code, as before a new device is enrolled.
#[utoipa::path(tag = "auth", request_body = TotpCode,
    responses((status = 204), WriteProblems, AttemptProblems), security(("bearer" = [])))]
#[post("/auth/totp/remove")]
pub(crate) async fn remove_totp(
    context: Context,
    LoggedIn { person, actor, .. }: LoggedIn,
    At(at): At,
    _: NoVersion,
    Body(form): Body<TotpCode>,
) -> Result<HttpResponse, Fault> {
    let (id, config) = (person.id, context.config.clone());
    auth::count_guess(&context, at, (id, Secret::Code)).await?;
    let remove = move |conn: &mut _| {
        let keys = Keys::of(conn, &config.accounts.secret)?;
        acts::remove(conn, at, &keys, (&actor, auth::capacity_of(&actor)), (id, &form.code))
    };
    if !context.db.write(remove).await? {
        return Err(Fault::field(Code::TotpCodeWrong, "/code"));
    }
    auth::forget_guesses(&context, (id, Secret::Code)).await?;
    Ok(HttpResponse::NoContent().finish())
}
