//! Logging in and out, registering, one's own account.

use crate::db::Conn;
use crate::domain::ids::Instant;
use crate::fault::Fault;
use crate::people::auth::{self as acts};
use crate::people::caller::{LoggedIn, Need};
use crate::people::companies::Registration;
use crate::people::forms::{CompanyForm, PersonForm};
use crate::people::log_in::{self as logging_in, Offer};
use crate::people::memberships;
use crate::people::password::Password;
use crate::people::persons::Person;
use crate::people::rules::{Audience, PasswordRules};
use crate::people::sessions;
use crate::people::views::{
    CompanyView, MembershipView, PersonDetail, PersonView, Phones, RegistrationView, SessionView,
};
use crate::web::problem::{AttemptProblems, ReadProblems, WriteProblems};
use crate::web::{At, Body, Context, Empty, Fields, NoVersion, Peer, etag};
use actix_web::{HttpRequest, HttpResponse, get, post};
use chrono_tz::Tz;
use serde::Deserialize;
use utoipa::ToSchema;

/// A name and its password.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LogIn {
    /// The user name or the phone.
    #[schema(max_length = 200)]
    name: String,
    /// The password.
    #[schema(max_length = 128, format = Password)]
    password: String,
    /// The six digits of the authenticator, or a recovery code; for whoever has one.
    #[schema(max_length = 200)]
    code: Option<String>,
}

/// Log in
///
/// By user name or phone, and password. A wrong name and a wrong password are answered alike. After several in vain the
/// next must wait, whoever it is and whatever the password.
#[utoipa::path(tag = "auth", request_body = LogIn, responses((status = 200, body = SessionView), WriteProblems, AttemptProblems))]
#[post("/auth/login")]
pub(crate) async fn log_in(
    context: Context,
    At(at): At,
    peer: Peer,
    request: HttpRequest,
    _: NoVersion,
    Body(form): Body<LogIn>,
) -> Result<HttpResponse, Fault> {
    let password = Password::typed("/password", &form.password)?;
    let offer = Offer { name: form.name, password, code: form.code, peer, route: request.path().to_owned() };
    let opened = logging_in::log_in(&context, at, offer).await?;
    Ok(HttpResponse::Ok().json(SessionView::new(&opened, context.zone)))
}

/// Log out
///
/// Ends the session of the token used.
#[utoipa::path(tag = "auth", responses((status = 204), WriteProblems), security(("bearer" = [])))]
#[post("/auth/logout")]
pub(crate) async fn log_out(
    context: Context,
    LoggedIn { session, .. }: LoggedIn,
    _: NoVersion,
    _: Empty,
) -> Result<HttpResponse, Fault> {
    context.db.write(move |conn| sessions::close(conn, session)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// A company and its first user.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Register {
    company: CompanyForm,
    person: PersonForm,
}

/// Register a company
///
/// With its first user, who is logged in at once. Where the office approves companies, the company begins as
/// `pending` and may not file yet.
#[utoipa::path(tag = "auth", request_body = Register, responses((status = 201, body = RegistrationView), WriteProblems))]
#[post("/auth/register")]
pub(crate) async fn register(
    context: Context,
    At(at): At,
    _: NoVersion,
    Body(form): Body<Register>,
) -> Result<HttpResponse, Fault> {
    let mut fields = Fields::new();
    let company = form.company.check(&mut fields, "/company");
    let rules = PasswordRules::of(&context.config, Audience::Company);
    let person = form.person.check_own(&mut fields, "/person", &rules);
    fields.finish()?;
    let (person, _) = person.hashed(&context.turns).await?;
    let (company, opened) = acts::register(&context, at, Registration { company, person }).await?;
    let session = SessionView::new(&opened, context.zone);
    let company = CompanyView::new(company, Phones::Whole, context.zone);
    Ok(HttpResponse::Created().json(RegistrationView { session, company }))
}

/// One's password and the one to come.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChangePassword {
    /// The password until now.
    #[schema(max_length = 128, format = Password)]
    current: String,
    /// The password from now on.
    #[schema(max_length = 128, format = Password)]
    new: String,
}

/// Change one's password
///
/// Every other session of the person ends at once; the one used stays.
#[utoipa::path(tag = "auth", request_body = ChangePassword, responses((status = 204), WriteProblems, AttemptProblems), security(("bearer" = [])))]
#[post("/auth/password")]
pub(crate) async fn change_password(
    context: Context,
    LoggedIn { session, person, actor, .. }: LoggedIn,
    At(at): At,
    _: NoVersion,
    Body(form): Body<ChangePassword>,
) -> Result<HttpResponse, Fault> {
    let current = Password::typed("/current", &form.current)?;
    acts::change_password(&context, at, (actor, person, session), (current, form.new)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Who am I
///
/// The person logged in and the roles they hold, also those a company that waits for approval does not give yet.
#[utoipa::path(tag = "auth", responses((status = 200, body = PersonDetail), ReadProblems), security(("bearer" = [])))]
#[get("/me")]
pub(crate) async fn me(
    context: Context,
    LoggedIn { person, need, .. }: LoggedIn,
    At(at): At,
) -> Result<HttpResponse, Fault> {
    let zone = context.zone;
    let mut detail = context.db.read(move |conn| detail(conn, at, person, Phones::Whole, zone)).await?;
    detail.person.password_change_needed = need == Some(Need::Password);
    Ok(HttpResponse::Ok().insert_header(etag(detail.person.version)).json(detail))
}

/// `person` with the roles held at `at` and after.
pub(super) fn detail(
    conn: &mut Conn,
    at: Instant,
    person: Person,
    phones: Phones,
    zone: Tz,
) -> Result<PersonDetail, Fault> {
    let memberships = memberships::of_person(conn, at, person.id)?;
    let (units, companies) = memberships::places(conn, &memberships)?;
    let view = |membership| MembershipView::new(membership, &units, &companies, zone);
    let memberships = memberships.iter().map(view).collect();
    Ok(PersonDetail { person: PersonView::new(person, phones, zone), memberships, one_time_password: None })
}
