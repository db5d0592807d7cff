//! Reading requests over HTTP: lists, timelines, explanations.

use super::explain::{DueExplanation, Which, explain};
use super::list::{ListLight, Place, RequestItem, Sort, Wanted, list};
use super::timeline::{TimelineEntry, Until, timeline};
use crate::domain::day;
use crate::domain::ids::{Id, Instant};
use crate::domain::search;
use crate::domain::words::{Channel, Kind, RequestState, Urgency};
use crate::fault::{Code, Fault};
use crate::people::Caller;
use crate::web::problem::ReadProblems;
use crate::web::{At, Context, Fields, Key, Page, PageQuery, Query, language_of};
use actix_web::{HttpRequest, HttpResponse, get};
use chrono::{Days, NaiveDate, NaiveTime, TimeDelta};
use chrono_tz::Tz;
use serde::Deserialize;
use utoipa::IntoParams;

/// The most characters of a query.
const QUERY: usize = 200;

/// Which requests are wanted. A time is RFC 3339, or a date, which is the whole day in the office's zone.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListQuery {
    /// Words, 1 to 200 characters: every one must stand in the number, the title, the body, the company's name or the answers,
    /// in what the caller is shown of them. Taken as written, without wildcards and operators.
    #[param(min_length = 1, max_length = 200)]
    q: Option<String>,
    /// By light, as the caller sees it; `none` where no clock runs.
    #[param(inline)]
    light: Option<ListLight>,
    /// By state.
    #[param(inline)]
    state: Option<RequestState>,
    /// On which this unit has or had a share; in its lights. For a company: which it leads.
    unit: Option<Id>,
    /// Under this category, or a sub-class of it.
    category: Option<Id>,
    /// Of this company, where the caller may know who filed.
    company: Option<Id>,
    /// By what is wanted.
    #[param(inline)]
    kind: Option<Kind>,
    /// By how pressing it is.
    #[param(inline)]
    urgency: Option<Urgency>,
    /// By the way it came in.
    #[param(inline)]
    channel: Option<Channel>,
    /// Filed at or after.
    #[param(max_length = 64)]
    filed_from: Option<String>,
    /// Filed at or before.
    #[param(max_length = 64)]
    filed_to: Option<String>,
    /// Due at or after.
    #[param(max_length = 64)]
    due_from: Option<String>,
    /// Due at or before.
    #[param(max_length = 64)]
    due_to: Option<String>,
    /// `filed`, the newest first; `due`, the earliest first and only those with a due date. By default `due` where a
    /// colour is asked for, else `filed`.
    #[param(inline)]
    sort: Option<Sort>,
    /// The cursor a page before this one gave as `next`. Lights are judged as of the first page.
    cursor: Option<String>,
    /// How many items at most: 1 to 100, 20 by default.
    #[param(minimum = 1, maximum = 100, default = 20)]
    limit: Option<u32>,
}

impl ListQuery {
    fn wanted(&self, zone: Tz) -> Result<Wanted, Fault> {
        let mut fields = Fields::new();
        let words = self.q.as_deref().and_then(|text| words(&mut fields, text));
        let mut bound = |pointer: &str, text: &Option<String>, edge: Edge| {
            let read = instant(text.as_deref()?, zone, edge);
            if read.is_none() {
                fields.refuse(Code::InvalidDate, pointer);
            }
            read
        };
        let wanted = Wanted {
            words,
            light: self.light,
            state: self.state,
            unit: self.unit,
            category: self.category,
            company: self.company,
            kind: self.kind,
            urgency: self.urgency,
            channel: self.channel,
            filed_from: bound("?filed_from", &self.filed_from, Edge::From),
            filed_before: bound("?filed_to", &self.filed_to, Edge::To),
            due_from: bound("?due_from", &self.due_from, Edge::From),
            due_before: bound("?due_to", &self.due_to, Edge::To),
            sort: self.sort,
        };
        fields.finish()?;
        Ok(wanted)
    }
}

/// What is searched for; refused where it is longer than a line of words, or there is nothing in it to look for.
fn words(fields: &mut Fields, text: &str) -> Option<search::Query> {
    let line = fields.line("?q", text, QUERY);
    let query = search::Query::parse(&line);
    if query.is_none() && !line.is_empty() {
        fields.refuse(Code::TextEmpty, "?q");
    }
    query
}

/// Which end of a span a time is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Edge {
    From,
    To,
}

/// The first instant in the span, or the first one after it; `None` where the text is neither a date nor RFC 3339.
fn instant(text: &str, zone: Tz, edge: Edge) -> Option<Instant> {
    if let Some(date) = day::parse(text) {
        let day = if edge == Edge::To { date.checked_add_days(Days::new(1))? } else { date };
        return start_of(day, zone);
    }
    // An unescaped plus arrives as a blank.
    let at = chrono::DateTime::parse_from_rfc3339(&text.replace(' ', "+")).ok()?;
    let at = Instant::new(at.to_utc());
    Some(if edge == Edge::To { at.plus(TimeDelta::microseconds(1)) } else { at })
}

/// The first instant of a day; where the clocks are put forward at midnight, the first one shown.
fn start_of(day: NaiveDate, zone: Tz) -> Option<Instant> {
    let midnight = day.and_time(NaiveTime::MIN);
    (0..4)
        .filter_map(|half_hours| midnight.checked_add_signed(TimeDelta::minutes(30 * half_hours)))
        .find_map(|local| local.and_local_timezone(zone).earliest())
        .map(|at| Instant::new(at.to_utc()))
}

/// Lists the requests the caller may see, each with the caller's light.
#[utoipa::path(tag = "requests", security(("bearer" = [])), params(ListQuery),
    responses((status = 200, body = Page<RequestItem>), ReadProblems))]
#[get("/requests")]
pub(crate) async fn requests(
    context: Context,
    Caller(actor): Caller,
    At(at): At,
    Query(query): Query<ListQuery>,
    request: HttpRequest,
) -> Result<HttpResponse, Fault> {
    let zone = context.zone;
    let wanted = query.wanted(zone)?;
    let page = PageQuery { cursor: query.cursor, limit: query.limit };
    let (place, limit) = (page.place::<Place>("requests")?, page.limit()?);
    let page = context.db.read(move |conn| list(conn, at, &actor, zone, &wanted, place, limit)).await?;
    Ok(page.answer(&request))
}

/// What a timeline takes.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TimelineQuery {
    /// The cursor a page before this one gave as `next`.
    cursor: Option<String>,
    /// How many items at most: 1 to 100, 20 by default.
    #[param(minimum = 1, maximum = 100, default = 20)]
    limit: Option<u32>,
}

/// Tells what was done with a request, oldest first: to the company what concerns it, to staff all.
#[utoipa::path(tag = "requests", security(("bearer" = [])), params(("id" = Id, Path), TimelineQuery),
    responses((status = 200, body = Page<TimelineEntry>), ReadProblems))]
#[get("/requests/{id}/timeline")]
pub(crate) async fn story(
    context: Context,
    Caller(actor): Caller,
    Key(id): Key,
    Query(query): Query<TimelineQuery>,
    request: HttpRequest,
) -> Result<HttpResponse, Fault> {
    let reader = (context.zone, language_of(&request));
    let page = PageQuery { cursor: query.cursor, limit: query.limit };
    let (after, limit) = (page.place::<Until>("timeline")?, page.limit()?);
    let page = context.db.read(move |conn| timeline(conn, &actor, reader, id, after, limit)).await?;
    Ok(page.answer(&request))
}

/// Which clock is to be explained.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ExplainQuery {
    /// A kind of clock, or a clock's id; by default the clock that is due first for the caller.
    #[param(max_length = 64)]
    clock: Option<String>,
}

/// Explains a due date: the rule, the calendar, and each day counted or skipped and why.
#[utoipa::path(tag = "requests", security(("bearer" = [])), params(("id" = Id, Path), ExplainQuery),
    responses((status = 200, body = DueExplanation), ReadProblems))]
#[get("/requests/{id}/due-explanation")]
pub(crate) async fn due_explanation(
    context: Context,
    Caller(actor): Caller,
    Key(id): Key,
    Query(query): Query<ExplainQuery>,
    request: HttpRequest,
) -> Result<HttpResponse, Fault> {
    let reader = (context.zone, language_of(&request));
    let which = match query.clock.as_deref() {
        Some(text) => Some(
            Which::parse(text)
                .ok_or_else(|| Fault::field(Code::InvalidValue, "?clock").with("detail", text))?,
        ),
        None => None,
    };
    let explained = context.db.read(move |conn| explain(conn, &actor, reader, id, which)).await?;
    Ok(HttpResponse::Ok().json(explained))
}

#[cfg(test)]
mod tests {
    use super::{Edge, instant};
    use chrono_tz::{America::Sao_Paulo, Asia::Shanghai};

    #[test]
    fn a_date_is_the_whole_day_in_the_offices_zone() {
        let shown = |text, edge| instant(text, Shanghai, edge).unwrap().to_string();
        assert_eq!(shown("2026-09-24", Edge::From), "2026-09-23T16:00:00Z");
        assert_eq!(shown("2026-09-24", Edge::To), "2026-09-24T16:00:00Z");
        assert_eq!(shown("2026-09-24T08:00:00+08:00", Edge::From), "2026-09-24T00:00:00Z");
        assert_eq!(shown("2026-09-24T08:00:00 08:00", Edge::To), "2026-09-24T00:00:00.000001Z");
        for text in ["24.9.2026", "-4800-01-01", "+12026-01-01"] {
            assert!(instant(text, Shanghai, Edge::From).is_none(), "{text}");
        }
    }

    #[test]
    fn a_day_without_midnight_begins_at_its_first_hour() {
        assert_eq!(instant("2018-11-04", Sao_Paulo, Edge::From).unwrap().to_string(), "2018-11-04T03:00:00Z");
    }
}
