//! Staff, and the roles people hold.

use super::auth::detail;
use crate::domain::ids::Id;
use crate::domain::words::Role;
use crate::fault::Fault;
use crate::people::act::Act;
use crate::people::auth;
use crate::people::caller::Caller;
use crate::people::forms::{PersonForm, Reason};
use crate::people::memberships;
use crate::people::password::Password;
use crate::people::persons as acts;
use crate::people::reveal;
use crate::people::rights;
use crate::people::rules::{Audience, PasswordRules};
use crate::people::totp;
use crate::people::views::{MembershipView, OneTimePasswordView, PersonDetail, PersonView, Phones, revealed};
use crate::people::words::PersonState;
use crate::web::problem::{ReadProblems, WriteProblems};
use crate::web::{At, Body, Context, Empty, Fields, Key, Page, PageQuery, Query, Rendered, etag};
use actix_web::{HttpRequest, HttpResponse, delete, get, post};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

/// What the list of persons is narrowed by.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct PeopleQuery {
    /// Only those in this state.
    state: Option<PersonState>,
    /// The cursor a page before this one gave as `next`.
    cursor: Option<String>,
    /// How many items at most: 1 to 100, 20 by default.
    #[param(minimum = 1, maximum = 100, default = 20)]
    limit: Option<u32>,
}

/// List persons
///
/// For administrators, in the order they were added.
#[utoipa::path(tag = "people", params(PeopleQuery),
    responses((status = 200, body = Page<PersonView>), ReadProblems), security(("bearer" = [])))]
#[get("/people")]
pub(crate) async fn list_people(
    context: Context,
    Caller(actor): Caller,
    request: HttpRequest,
    Query(query): Query<PeopleQuery>,
) -> Result<HttpResponse, Fault> {
    let page = PageQuery { cursor: query.cursor, limit: query.limit };
    let (limit, after) = (page.limit()?, page.place::<Id>("people")?);
    let rows = context.db.read(move |conn| acts::page(conn, &actor, query.state, after, limit)).await?;
    let page = Page::cut(rows, limit, "people", |person| person.id)?;
    Ok(page.map(|person| PersonView::new(person, Phones::Masked, context.zone)).answer(&request))
}

/// Add a person
///
/// A member of staff, without a role yet. For administrators.
#[utoipa::path(tag = "people", request_body = PersonForm, responses((status = 201, body = PersonDetail), WriteProblems),
    security(("bearer" = [])))]
#[post("/people")]
pub(crate) async fn create_person(act: Act, Body(form): Body<PersonForm>) -> Result<HttpResponse, Fault> {
    rights::or_denied(rights::keeper(&act.actor))?;
    let mut fields = Fields::new();
    let person = form.check(&mut fields, "", &PasswordRules::of(&act.context.config, Audience::Staff));
    fields.finish()?;
    let (person, made_up) = person.hashed(&act.context.turns).await?;
    let zone = act.context.zone;
    act.create(acts::PERSON.seen, move |conn, at, actor| {
        let person = acts::create_person(conn, at, actor, &person)?;
        let (id, version) = (person.id, person.version);
        let view = PersonDetail {
            person: PersonView::new(person, Phones::Masked, zone),
            memberships: Vec::new(),
            one_time_password: revealed(made_up.as_ref()),
        };
        Ok(Rendered::created(&view)?.version(version).at("/api/v1/people", id))
    })
    .await
}

/// Show a person
///
/// To administrators, and to the person.
#[utoipa::path(tag = "people", params(("id" = Id, Path, description = "The person")),
    responses((status = 200, body = PersonDetail), ReadProblems), security(("bearer" = [])))]
#[get("/people/{id}")]
pub(crate) async fn show_person(
    context: Context,
    Caller(actor): Caller,
    At(at): At,
    Key(id): Key,
) -> Result<HttpResponse, Fault> {
    let zone = context.zone;
    let detail = context
        .db
        .read(move |conn| {
            let person = acts::visible_person(conn, &actor, id)?;
            let is_own = actor.person == Some(id);
            detail(conn, at, person, Phones::whole_if(is_own), zone)
        })
        .await?;
    Ok(HttpResponse::Ok().insert_header(etag(detail.person.version)).json(detail))
}

/// Disable a person
///
/// Every session ends at once. The last administrator cannot be disabled. For administrators.
#[utoipa::path(tag = "people", params(("id" = Id, Path, description = "The person")),
    responses((status = 200, body = PersonView), WriteProblems), security(("bearer" = [])))]
#[post("/people/{id}/disable")]
pub(crate) async fn disable_person(act: Act, Key(id): Key, _: Empty) -> Result<HttpResponse, Fault> {
    let zone = act.context.zone;
    act.on(acts::PERSON, id, move |conn, at, actor| {
        let view = PersonView::new(acts::disable_person(conn, at, actor, id)?, Phones::Masked, zone);
        Ok(Rendered::ok(&view)?.version(view.version))
    })
    .await
}

/// Enable a person
///
/// Who may log in again from now on. For administrators.
#[utoipa::path(tag = "people", params(("id" = Id, Path, description = "The person")),
    responses((status = 200, body = PersonView), WriteProblems), security(("bearer" = [])))]
#[post("/people/{id}/enable")]
pub(crate) async fn enable_person(act: Act, Key(id): Key, _: Empty) -> Result<HttpResponse, Fault> {
    let zone = act.context.zone;
    act.on(acts::PERSON, id, move |conn, at, actor| {
        let view = PersonView::new(acts::enable_person(conn, at, actor, id)?, Phones::Masked, zone);
        Ok(Rendered::ok(&view)?.version(view.version))
    })
    .await
}

/// Give a person a one-time password
///
/// One is made up and told once; every session ends, and nothing but changing it is open until it is changed. For
/// administrators.
#[utoipa::path(tag = "people", params(("id" = Id, Path, description = "The person")),
    responses((status = 200, body = OneTimePasswordView), WriteProblems), security(("bearer" = [])))]
#[post("/people/{id}/password")]
pub(crate) async fn reset_password(act: Act, Key(id): Key, _: Empty) -> Result<HttpResponse, Fault> {
    rights::or_hidden(rights::keeper(&act.actor))?;
    let password = Password::made_up()?;
    let hash = password.clone().hash(&act.context.turns).await?;
    let config = act.context.config.clone();
    act.on(acts::PERSON, id, move |conn, at, actor| {
        auth::reset_password(conn, at, actor, (id, &hash), &config)?;
        Rendered::ok(&OneTimePasswordView { one_time_password: password.reveal().to_owned() })
    })
    .await
}

/// Take a person's authenticator away
///
/// When the device and the recovery codes are lost: every session ends, and the next log-in needs no code; where the role
/// needs one, it opens nothing but a new enrolment. For administrators.
#[utoipa::path(tag = "people", params(("id" = Id, Path, description = "The person")),
    responses((status = 204), WriteProblems), security(("bearer" = [])))]
#[delete("/people/{id}/totp")]
pub(crate) async fn reset_totp(act: Act, Key(id): Key) -> Result<HttpResponse, Fault> {
    act.on(acts::PERSON, id, move |conn, at, actor| {
        totp::reset(conn, at, actor, id)?;
        Ok(Rendered::nothing())
    })
    .await
}

/// Show a person's number whole
///
/// To administrators, who see it masked, for a reason; it is written down.
#[utoipa::path(tag = "people", request_body = Reason, params(("id" = Id, Path, description = "The person")),
    responses((status = 200, body = PersonView), WriteProblems), security(("bearer" = [])))]
#[post("/people/{id}/reveal-phone")]
pub(crate) async fn reveal_person_phone(
    act: Act,
    Key(id): Key,
    Body(form): Body<Reason>,
) -> Result<HttpResponse, Fault> {
    let reason = form.checked()?;
    let zone = act.context.zone;
    act.on(reveal::PERSON, id, move |conn, at, actor| {
        let view = PersonView::new(
            reveal::reveal_phone_of_person(conn, at, actor, id, &reason)?,
            Phones::Whole,
            zone,
        );
        Ok(Rendered::ok(&view)?.version(view.version))
    })
    .await
}

/// A role to be held from now on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Grant {
    /// Any but `company`, whose users are added to the company.
    role: Role,
    /// The unit it is held in: left out for `admin` and `auditor`, who hold it in the whole house; the office for
    /// `dispatcher`.
    unit_id: Option<Id>,
}

/// Give a person a role
///
/// For administrators.
#[utoipa::path(tag = "people", request_body = Grant, params(("id" = Id, Path, description = "The person")),
    responses((status = 201, body = MembershipView), WriteProblems), security(("bearer" = [])))]
#[post("/people/{id}/memberships")]
pub(crate) async fn grant_membership(
    act: Act,
    Key(id): Key,
    Body(form): Body<Grant>,
) -> Result<HttpResponse, Fault> {
    let zone = act.context.zone;
    act.on(acts::PERSON, id, move |conn, at, actor| {
        let today = at.day_in(zone);
        let membership = memberships::grant(conn, at, actor, today, id, (form.role, form.unit_id))?;
        let (units, companies) = memberships::places(conn, std::slice::from_ref(&membership))?;
        Rendered::created(&MembershipView::new(&membership, &units, &companies, zone))
    })
    .await
}

/// End a role
///
/// At once: of staff by an administrator, of a company's user by the office or the company's first user. The last
/// administrator's cannot be ended.
#[utoipa::path(tag = "people", params(("id" = Id, Path, description = "The membership")),
    responses((status = 204), WriteProblems), security(("bearer" = [])))]
#[delete("/memberships/{id}")]
pub(crate) async fn end_membership(act: Act, Key(id): Key, _: Empty) -> Result<HttpResponse, Fault> {
    act.on(memberships::MEMBERSHIP, id, move |conn, at, actor| {
        memberships::end_membership(conn, at, actor, id)?;
        Ok(Rendered::nothing())
    })
    .await
}
