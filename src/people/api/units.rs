//! The tree of units.

use crate::domain::ids::Id;
use crate::fault::{Code, Fault};
use crate::people::act::Act;
use crate::people::caller::Caller;
use crate::people::forms::{self, NAME, told};
use crate::people::units::{self as acts, NewUnit, UnitChange, is_unit_code};
use crate::people::views::UnitView;
use crate::people::words::UnitKind;
use crate::web::problem::{ReadProblems, WriteProblems};
use crate::web::{At, Body, Context, Fields, IfMatch, Key, Page, PageQuery, Query, Rendered, etag};
use actix_web::{HttpRequest, HttpResponse, get, patch, post};
use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

/// The most characters of a calendar's name.
const CALENDAR: usize = 64;

/// What the list of units is narrowed by.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct UnitsQuery {
    /// Only those of this kind.
    kind: Option<UnitKind>,
    /// The cursor a page before this one gave as `next`.
    cursor: Option<String>,
    /// How many items at most: 1 to 100, 20 by default.
    #[param(minimum = 1, maximum = 100, default = 20)]
    limit: Option<u32>,
}

/// List units
///
/// For everyone logged in, in the order of the tree: each unit before those below it. Ended ones are there too.
#[utoipa::path(tag = "units", params(UnitsQuery),
    responses((status = 200, body = Page<UnitView>), ReadProblems), security(("bearer" = [])))]
#[get("/units")]
pub(crate) async fn list_units(
    context: Context,
    _caller: Caller,
    At(at): At,
    request: HttpRequest,
    Query(query): Query<UnitsQuery>,
) -> Result<HttpResponse, Fault> {
    let page = PageQuery { cursor: query.cursor, limit: query.limit };
    let (limit, after) = (page.limit()?, page.place::<String>("units")?);
    let rows = context.db.read(move |conn| acts::page(conn, query.kind, after.as_deref(), limit)).await?;
    let today = at.day_in(context.zone);
    let page = Page::cut(rows, limit, "units", |unit| unit.path.clone())?;
    Ok(page.map(|unit| UnitView::new(unit, today)).answer(&request))
}

/// Show a unit
///
/// For everyone logged in.
#[utoipa::path(tag = "units", params(("id" = Id, Path, description = "The unit")),
    responses((status = 200, body = UnitView), ReadProblems), security(("bearer" = [])))]
#[get("/units/{id}")]
pub(crate) async fn show_unit(
    context: Context,
    _caller: Caller,
    At(at): At,
    Key(id): Key,
) -> Result<HttpResponse, Fault> {
    let unit = context.db.read(move |conn| acts::unit(conn, id)).await?.ok_or_else(Fault::hidden)?;
    let view = UnitView::new(unit, at.day_in(context.zone));
    Ok(HttpResponse::Ok().insert_header(etag(view.version)).json(view))
}

/// A unit to be added.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CreateUnit {
    /// 1 to 32 lower-case letters, digits, hyphens and underscores, a letter first. Never changes.
    #[schema(max_length = 32, pattern = "^[a-z][a-z0-9_-]{0,31}$")]
    code: String,
    /// In Chinese, at most 100 characters.
    #[schema(max_length = 100)]
    name: String,
    /// In English, at most 100 characters.
    #[schema(max_length = 100)]
    name_en: Option<String>,
    /// What it is.
    kind: UnitKind,
    /// The unit above it; left out for a district only.
    parent_id: Option<Id>,
    /// The calendar its clocks run by; the configured one by default.
    #[schema(max_length = 64)]
    calendar: Option<String>,
    /// Where its mail goes.
    #[schema(max_length = 254)]
    email: Option<String>,
    /// The first day it is valid; today by default.
    #[serde(default, deserialize_with = "crate::domain::day::optional")]
    valid_from: Option<NaiveDate>,
    /// The first day it is no longer valid.
    #[serde(default, deserialize_with = "crate::domain::day::optional")]
    valid_until: Option<NaiveDate>,
}

/// Add a unit
///
/// For administrators.
#[utoipa::path(tag = "units", request_body = CreateUnit, responses((status = 201, body = UnitView), WriteProblems), security(("bearer" = [])))]
#[post("/units")]
pub(crate) async fn create_unit(act: Act, Body(form): Body<CreateUnit>) -> Result<HttpResponse, Fault> {
    let today = act.at.day_in(act.context.zone);
    let mut fields = Fields::new();
    if !is_unit_code(&form.code) {
        fields.refuse(Code::UnitCodeInvalid, "/code");
    }
    let calendar = fields.optional_line("/calendar", form.calendar.as_deref(), CALENDAR);
    let new = NewUnit {
        name: fields.line("/name", &form.name, NAME),
        name_en: fields.optional_line("/name_en", form.name_en.as_deref(), NAME),
        email: forms::email(&mut fields, "/email", form.email.as_deref()),
        calendar: calendar.unwrap_or_else(|| act.context.config.working_time.calendar.clone()),
        code: form.code,
        kind: form.kind,
        parent: form.parent_id,
        valid_from: form.valid_from.unwrap_or(today),
        valid_until: form.valid_until,
    };
    fields.finish()?;
    act.create(acts::is_seen, move |conn, at, actor| {
        let unit = acts::create_unit(conn, at, actor, &new)?;
        let (id, version) = (unit.id, unit.version);
        Ok(Rendered::created(&UnitView::new(unit, today))?.version(version).at("/api/v1/units", id))
    })
    .await
}

/// What of a unit is to change; what is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChangeUnit {
    /// In Chinese, at most 100 characters.
    #[schema(max_length = 100)]
    name: Option<String>,
    /// In English, at most 100 characters; `null` takes it away.
    #[serde(default, deserialize_with = "told")]
    #[schema(max_length = 100, value_type = Option<String>)]
    name_en: Option<Option<String>>,
    /// The calendar its clocks run by, from now on.
    #[schema(max_length = 64)]
    calendar: Option<String>,
    /// Where its mail goes; `null` takes it away.
    #[serde(default, deserialize_with = "told")]
    #[schema(max_length = 254, value_type = Option<String>)]
    email: Option<Option<String>>,
    /// The first day it is no longer valid; `null` takes the end away.
    #[serde(default, deserialize_with = "crate::domain::day::told")]
    #[schema(value_type = Option<NaiveDate>)]
    valid_until: Option<Option<NaiveDate>>,
}

/// Change a unit
///
/// For administrators; `If-Match` names the version that was read. A unit cannot end while units below it are valid.
#[utoipa::path(
    tag = "units", request_body = ChangeUnit,
    params(
        ("id" = Id, Path, description = "The unit")
    ),
    responses(
        (status = 200, body = UnitView),
        WriteProblems
    ),
    security(("bearer" = []))
)]
#[patch("/units/{id}")]
pub(crate) async fn change_unit(
    context: Context,
    Caller(actor): Caller,
    At(at): At,
    Key(id): Key,
    if_match: IfMatch,
    Body(form): Body<ChangeUnit>,
) -> Result<HttpResponse, Fault> {
    let mut fields = Fields::new();
    let change = UnitChange {
        name: form.name.map(|name| fields.line("/name", &name, NAME)),
        name_en: form.name_en.map(|name| fields.optional_line("/name_en", name.as_deref(), NAME)),
        calendar: form.calendar.map(|calendar| fields.line("/calendar", &calendar, CALENDAR)),
        email: form.email.map(|email| forms::email(&mut fields, "/email", email.as_deref())),
        valid_until: form.valid_until,
    };
    fields.finish()?;
    let unit =
        context.db.write(move |conn| acts::change_unit(conn, at, &actor, id, (&if_match, &change))).await?;
    let view = UnitView::new(unit, at.day_in(context.zone));
    Ok(HttpResponse::Ok().insert_header(etag(view.version)).json(view))
}
