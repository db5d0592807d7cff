//! The duty table.

use super::{MOST_NAME, today};
use crate::domain::ids::Id;
use crate::domain::words::Pace;
use crate::fault::Fault;
use crate::people::{Act, Caller};
use crate::promises::views::DutyView;
use crate::promises::{self, NewDuty, duty};
use crate::web::problem::{ReadProblems, WriteProblems};
use crate::web::{At, Body, Context, Fields, Page, PageQuery, Query, Rendered};
use actix_web::{HttpRequest, HttpResponse, get, post};
use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

/// The most units that may assist in one row.
const MOST_ASSISTS: usize = 20;

/// Which rows of the duty table to read.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct DutyQuery {
    /// The day on which they hold; today where it is missing.
    #[serde(default, deserialize_with = "crate::domain::day::optional")]
    on: Option<NaiveDate>,
    /// The cursor a page before this one gave as `next`.
    cursor: Option<String>,
    /// How many items at most: 1 to 100, 20 by default.
    #[param(minimum = 1, maximum = 100, default = 20)]
    limit: Option<u32>,
}

/// Read the duty table
///
/// The rows that hold on a day, by the categories' codes: for staff.
#[utoipa::path(
    tag = "categories",
    params(DutyQuery),
    responses((status = 200, body = Page<DutyView>), ReadProblems),
    security(("bearer" = []))
)]
#[get("/duty-table")]
pub(crate) async fn list_duties(
    context: Context,
    Caller(actor): Caller,
    At(at): At,
    Query(query): Query<DutyQuery>,
    request: HttpRequest,
) -> Result<HttpResponse, Fault> {
    let on = query.on.unwrap_or_else(|| today(&context, at));
    let page = PageQuery { cursor: query.cursor, limit: query.limit };
    let (after, limit) = (page.place::<String>("duty table")?, page.limit()?);
    let lines =
        context.db.read(move |conn| promises::duty_table(conn, &actor, on, after.as_deref(), limit)).await?;
    Ok(lines.map(DutyView::from).answer(&request))
}

/// A row of the duty table to be added.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AddDuty {
    /// The category.
    category_id: Id,
    /// The unit that answers for the whole.
    lead: Id,
    /// The units that help it.
    #[serde(default)]
    #[schema(max_items = 20)]
    assists: Vec<Id>,
    /// How long such a matter needs as a rule; `ordinary` where it is missing.
    pace: Option<Pace>,
    /// The code of the unit that keeps the row true; the lead's where it is missing.
    #[schema(max_length = 60)]
    owner: Option<String>,
    /// The first day it holds: today, where it is missing, or later.
    #[serde(default, deserialize_with = "crate::domain::day::optional")]
    valid_from: Option<NaiveDate>,
}

impl AddDuty {
    /// The command, or every wrong field.
    fn checked(self, today: NaiveDate) -> Result<NewDuty, Fault> {
        let mut fields = Fields::new();
        fields.at_most("/assists", self.assists.len(), MOST_ASSISTS);
        let owner = fields.optional_line("/owner", self.owner.as_deref(), MOST_NAME);
        fields.finish()?;
        Ok(NewDuty {
            category: self.category_id,
            lead: self.lead,
            assists: self.assists,
            pace: self.pace.unwrap_or(Pace::Ordinary),
            owner,
            valid_from: self.valid_from.unwrap_or(today),
        })
    }
}

/// Add a row to the duty table
///
/// For administrators and the office. The row that stands holds for the last time the day before.
#[utoipa::path(
    tag = "categories",
    request_body = AddDuty,
    responses((status = 201, body = DutyView), WriteProblems),
    security(("bearer" = []))
)]
#[post("/duty-table")]
pub(crate) async fn add_duty(act: Act, Body(form): Body<AddDuty>) -> Result<HttpResponse, Fault> {
    let today = today(&act.context, act.at);
    let command = form.checked(today)?;
    act.create(duty::is_seen, move |conn, at, actor| {
        let line = promises::add_duty(conn, at, actor, today, &command)?;
        let id = line.id;
        Ok(Rendered::created(&DutyView::from(line))?.about(id))
    })
    .await
}
