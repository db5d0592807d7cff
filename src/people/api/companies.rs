//! Companies and their users.

use crate::domain::ids::Id;
use crate::fault::{Code, Fault};
use crate::people::act::Act;
use crate::people::caller::Caller;
use crate::people::companies::{self as acts, CompanyFilter};
use crate::people::company_users::{self, NewUser};
use crate::people::forms::{self, CompanyForm, PersonForm, Reason};
use crate::people::reveal;
use crate::people::rights;
use crate::people::rules::{Audience, PasswordRules};
use crate::people::views::{AddedCompanyView, CompanyUserView, CompanyView, Phones, revealed};
use crate::people::words::CompanyState;
use crate::web::problem::{ReadProblems, WriteProblems};
use crate::web::{At, Body, Context, Empty, Fields, Key, Page, PageQuery, Query, Rendered, etag};
use actix_web::{HttpRequest, HttpResponse, get, post};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

/// What the list of companies is narrowed by.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct CompaniesQuery {
    /// Only those in this state.
    state: Option<CompanyState>,
    /// Only the one with this unified social credit code.
    #[param(max_length = 1000)]
    uscc: Option<String>,
    /// The cursor a page before this one gave as `next`.
    cursor: Option<String>,
    /// How many items at most: 1 to 100, 20 by default.
    #[param(minimum = 1, maximum = 100, default = 20)]
    limit: Option<u32>,
}

/// List companies
///
/// For the office, specialists, auditors and administrators, in the order they were registered.
#[utoipa::path(tag = "companies", params(CompaniesQuery),
    responses((status = 200, body = Page<CompanyView>), ReadProblems), security(("bearer" = [])))]
#[get("/companies")]
pub(crate) async fn list_companies(
    context: Context,
    Caller(actor): Caller,
    request: HttpRequest,
    Query(query): Query<CompaniesQuery>,
) -> Result<HttpResponse, Fault> {
    let mut fields = Fields::new();
    let uscc = query.uscc.as_deref().and_then(|text| forms::uscc(&mut fields, "?uscc", text));
    fields.finish()?;
    let filter = CompanyFilter { state: query.state, uscc };
    let page = PageQuery { cursor: query.cursor, limit: query.limit };
    let (limit, after) = (page.limit()?, page.place::<Id>("companies")?);
    let rows = context.db.read(move |conn| acts::page(conn, &actor, &filter, after, limit)).await?;
    let page = Page::cut(rows, limit, "companies", |company| company.id)?;
    Ok(page.map(|company| CompanyView::new(company, Phones::Masked, context.zone)).answer(&request))
}

/// A company, and its first user where there is one.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AddCompany {
    company: CompanyForm,
    /// Its first user.
    person: Option<PersonForm>,
}

/// Add a company
///
/// The office registers one; it is active at once.
#[utoipa::path(tag = "companies", request_body = AddCompany, responses((status = 201, body = AddedCompanyView), WriteProblems),
    security(("bearer" = [])))]
#[post("/companies")]
pub(crate) async fn create_company(act: Act, Body(form): Body<AddCompany>) -> Result<HttpResponse, Fault> {
    let mut fields = Fields::new();
    let company = form.company.check(&mut fields, "/company");
    let rules = PasswordRules::of(&act.context.config, Audience::Company);
    let person = form.person.as_ref().map(|person| person.check(&mut fields, "/person", &rules));
    fields.finish()?;
    let (person, made_up) = match person {
        Some(person) => {
            let (person, made_up) = person.hashed(&act.context.turns).await?;
            (Some(person), made_up)
        }
        None => (None, None),
    };
    let zone = act.context.zone;
    act.create(acts::COMPANY.seen, move |conn, at, actor| {
        let (company, user) = acts::create_company(conn, at, actor, &company, person.as_ref())?;
        let (id, version) = (company.id, company.version);
        let view = AddedCompanyView {
            company: CompanyView::new(company, Phones::Whole, zone),
            first_user_id: user.map(|person| person.id),
            one_time_password: revealed(made_up.as_ref()),
        };
        Ok(Rendered::created(&view)?.version(version).at("/api/v1/companies", id))
    })
    .await
}

/// Show a company
///
/// To its own users, the office, specialists, auditors and administrators.
#[utoipa::path(tag = "companies", params(("id" = Id, Path, description = "The company")),
    responses((status = 200, body = CompanyView), ReadProblems), security(("bearer" = [])))]
#[get("/companies/{id}")]
pub(crate) async fn show_company(
    context: Context,
    Caller(actor): Caller,
    At(at): At,
    Key(id): Key,
) -> Result<HttpResponse, Fault> {
    let (company, calls) = context
        .db
        .read(move |conn| {
            let company = acts::visible_company(conn, at, &actor, id)?;
            let is_user = company_users::is_user(conn, at, &actor, id)?;
            Ok((company, rights::calls_company(&actor, is_user)))
        })
        .await?;
    let view = CompanyView::new(company, Phones::whole_if(calls), context.zone);
    Ok(HttpResponse::Ok().insert_header(etag(view.version)).json(view))
}

/// Approve a company
///
/// One that waits for approval or was disabled may use the service from now on. For the office.
#[utoipa::path(tag = "companies", params(("id" = Id, Path, description = "The company")),
    responses((status = 200, body = CompanyView), WriteProblems), security(("bearer" = [])))]
#[post("/companies/{id}/approve")]
pub(crate) async fn approve_company(act: Act, Key(id): Key, _: Empty) -> Result<HttpResponse, Fault> {
    let zone = act.context.zone;
    act.on(acts::COMPANY, id, move |conn, at, actor| {
        let view = CompanyView::new(acts::approve_company(conn, at, actor, id)?, Phones::Whole, zone);
        Ok(Rendered::ok(&view)?.version(view.version))
    })
    .await
}

/// Disable a company
///
/// Its users may still log in, but act for it no more. For the office.
#[utoipa::path(tag = "companies", params(("id" = Id, Path, description = "The company")),
    responses((status = 200, body = CompanyView), WriteProblems), security(("bearer" = [])))]
#[post("/companies/{id}/disable")]
pub(crate) async fn disable_company(act: Act, Key(id): Key, _: Empty) -> Result<HttpResponse, Fault> {
    let zone = act.context.zone;
    act.on(acts::COMPANY, id, move |conn, at, actor| {
        let view = CompanyView::new(acts::disable_company(conn, at, actor, id)?, Phones::Whole, zone);
        Ok(Rendered::ok(&view)?.version(view.version))
    })
    .await
}

/// Show a company's number whole
///
/// To specialists, auditors and administrators, who see it masked, for a reason; it is written down.
#[utoipa::path(tag = "companies", request_body = Reason, params(("id" = Id, Path, description = "The company")),
    responses((status = 200, body = CompanyView), WriteProblems), security(("bearer" = [])))]
#[post("/companies/{id}/reveal-phone")]
pub(crate) async fn reveal_company_phone(
    act: Act,
    Key(id): Key,
    Body(form): Body<Reason>,
) -> Result<HttpResponse, Fault> {
    let reason = form.checked()?;
    let zone = act.context.zone;
    act.on(reveal::COMPANY, id, move |conn, at, actor| {
        let company = reveal::reveal_phone_of_company(conn, at, actor, id, &reason)?;
        let view = CompanyView::new(company, Phones::Whole, zone);
        Ok(Rendered::ok(&view)?.version(view.version))
    })
    .await
}

/// List a company's users
///
/// All of them, the first user first.
#[utoipa::path(tag = "companies", params(("id" = Id, Path, description = "The company")),
    responses((status = 200, body = Page<CompanyUserView>), ReadProblems), security(("bearer" = [])))]
#[get("/companies/{id}/members")]
pub(crate) async fn list_users(
    context: Context,
    Caller(actor): Caller,
    At(at): At,
    Key(id): Key,
) -> Result<HttpResponse, Fault> {
    let users = context.db.read(move |conn| company_users::users(conn, at, &actor, id)).await?;
    let view = |(membership, name)| CompanyUserView::new(&membership, name, None, context.zone);
    Ok(HttpResponse::Ok().json(Page { items: users.into_iter().map(view).collect(), next: None }))
}

/// A user to be added: a new person, or one already here, whom only the office may name.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AddUser {
    /// A new person.
    person: Option<PersonForm>,
    /// A person already here.
    person_id: Option<Id>,
}

/// Add a user to a company
///
/// By the office, or by the company's first user: the one who has been with it longest.
#[utoipa::path(tag = "companies", request_body = AddUser, params(("id" = Id, Path, description = "The company")),
    responses((status = 201, body = CompanyUserView), WriteProblems), security(("bearer" = [])))]
#[post("/companies/{id}/members")]
pub(crate) async fn add_user(
    act: Act,
    Key(id): Key,
    Body(form): Body<AddUser>,
) -> Result<HttpResponse, Fault> {
    let (user, made_up) = match (form.person, form.person_id) {
        (Some(person), None) => {
            let mut fields = Fields::new();
            let person = person.check(
                &mut fields,
                "/person",
                &PasswordRules::of(&act.context.config, Audience::Company),
            );
            fields.finish()?;
            let (person, made_up) = person.hashed(&act.context.turns).await?;
            (NewUser::New(Box::new(person)), made_up)
        }
        (None, Some(id)) => (NewUser::Known(id), None),
        (None, None) => return Err(Fault::field(Code::MissingField, "/person").with("field", "person")),
        (Some(_), Some(_)) => {
            return Err(Fault::field(Code::UnknownField, "/person_id").with("field", "person_id"));
        }
    };
    let zone = act.context.zone;
    act.on(acts::COMPANY, id, move |conn, at, actor| {
        let (membership, person) = company_users::add_user(conn, at, actor, id, &user)?;
        Rendered::created(&CompanyUserView::new(&membership, person.name, made_up.as_ref(), zone))
    })
    .await
}
