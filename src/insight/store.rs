//! What is read of the clocks. Every query takes open clocks only and is served by one of the partial indexes
//! `clocks_by_holder_unit_id_kind_due_at`, `clocks_by_kind_due_at` and `clocks_by_due_at`.

use super::views::Counts;
use crate::db::schema::{clocks, requests};
use crate::db::{Backend, Conn};
use crate::domain::ids::{Id, Instant};
use crate::domain::promise::Holder;
use crate::domain::words::ClockKind;
use crate::fault::Fault;
use diesel::dsl::count_star;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Nullable};
use std::collections::HashMap;

/// Whose clocks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Scope {
    /// All that the company does not hold.
    Staff,
    /// Those these units hold.
    Units(Vec<Id>),
    /// The contact and the feedback companies were promised.
    Promised,
}

/// What an open clock shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown {
    Red,
    Yellow,
    Green,
    Hollow,
    Paused,
}

impl Shown {
    pub(super) const ALL: &'static [Self] =
        &[Self::Red, Self::Yellow, Self::Green, Self::Hollow, Self::Paused];

    /// Its name among the numbers for Prometheus.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Red => "red",
            Self::Yellow => "yellow",
            Self::Green => "green",
            Self::Hollow => "hollow",
            Self::Paused => "paused",
        }
    }
}

impl Counts {
    /// Counts `number` more clocks that show `shown`.
    pub(super) const fn add(&mut self, shown: Shown, number: i64) {
        match shown {
            Shown::Red => self.red += number,
            Shown::Yellow => self.yellow += number,
            Shown::Green => self.green += number,
            Shown::Hollow => self.hollow += number,
            Shown::Paused => self.paused += number,
        }
    }
}

/// An open clock that runs.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = clocks)]
pub(super) struct OpenClock {
    pub(super) request_id: Id,
    pub(super) kind: ClockKind,
    pub(super) holder_unit_id: Option<Id>,
    pub(super) warn_at: Option<Instant>,
    pub(super) due_at: Option<Instant>,
}

/// A request by its number and title.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = requests)]
pub(super) struct Titled {
    pub(super) id: Id,
    pub(super) number: String,
    pub(super) title: String,
}

type Condition = Box<dyn BoxableExpression<clocks::table, Backend, SqlType = Nullable<Bool>>>;

/// How many clocks of a kind a holder has.
type Group = (ClockKind, Option<Id>, i64);

fn open_in(scope: &Scope) -> Condition {
    let open = clocks::stopped_at.is_null();
    match scope {
        Scope::Staff => Box::new(open.and(clocks::holder.ne(Holder::Company)).nullable()),
        Scope::Units(units) => Box::new(open.and(clocks::holder_unit_id.eq_any(units.clone()))),
        Scope::Promised => {
            let promised = [ClockKind::CompanyContact, ClockKind::CompanyFeedback];
            let held = clocks::holder.eq(Holder::Company).and(clocks::kind.eq_any(promised));
            Box::new(open.and(held).nullable())
        }
    }
}

fn shows(shown: Shown, at: Instant) -> Condition {
    let (warn_at, due_at) = (clocks::warn_at, clocks::due_at);
    let lit = clocks::disputed.eq(false);
    match shown {
        Shown::Red => Box::new(lit.and(due_at.lt(at))),
        Shown::Yellow => Box::new(lit.and(due_at.ge(at)).and(warn_at.le(at))),
        Shown::Green => Box::new(lit.and(due_at.ge(at)).and(warn_at.gt(at))),
        Shown::Hollow => Box::new(clocks::disputed.eq(true).and(due_at.is_not_null()).nullable()),
        Shown::Paused => Box::new(due_at.is_null().nullable()),
    }
}

/// How many open clocks show `shown` at `at`, whoever holds them. Counted on `clocks_by_disputed_due_at_warn_at` alone.
pub(super) fn count_open(conn: &mut Conn, shown: Shown, at: Instant) -> Result<i64, Fault> {
    let open = clocks::table.filter(clocks::stopped_at.is_null());
    Ok(open.filter(shows(shown, at)).select(count_star()).first(conn)?)
}

fn due_within((from, until): (Instant, Instant)) -> Condition {
    Box::new(clocks::due_at.ge(from).and(clocks::due_at.lt(until)))
}

fn grouped(conn: &mut Conn, scope: &Scope, which: Condition) -> Result<Vec<Group>, Fault> {
    Ok(clocks::table
        .filter(open_in(scope))
        .filter(which)
        .group_by((clocks::kind, clocks::holder_unit_id))
        .select((clocks::kind, clocks::holder_unit_id, count_star()))
        .load(conn)?)
}

fn first(conn: &mut Conn, scope: &Scope, which: Condition, most: i64) -> Result<Vec<OpenClock>, Fault> {
    Ok(clocks::table
        .filter(open_in(scope))
        .filter(which)
        .order((clocks::due_at, clocks::id))
        .limit(most)
        .select(OpenClock::as_select())
        .load(conn)?)
}

/// How many open clocks show `shown` at `at`, by kind and holder.
pub(super) fn count(conn: &mut Conn, scope: &Scope, shown: Shown, at: Instant) -> Result<Vec<Group>, Fault> {
    grouped(conn, scope, shows(shown, at))
}

/// How many open clocks are due from the first instant up to the second, by kind and holder.
pub(super) fn count_due(
    conn: &mut Conn,
    scope: &Scope,
    within: (Instant, Instant),
) -> Result<Vec<Group>, Fault> {
    grouped(conn, scope, due_within(within))
}

/// Up to `most` open clocks that show `shown` at `at`, the earliest due first.
pub(super) fn first_due(
    conn: &mut Conn,
    scope: &Scope,
    shown: Shown,
    at: Instant,
    most: i64,
) -> Result<Vec<OpenClock>, Fault> {
    first(conn, scope, shows(shown, at), most)
}

/// Up to `most` open clocks that are due from the first instant up to the second, the earliest first.
pub(super) fn first_due_within(
    conn: &mut Conn,
    scope: &Scope,
    within: (Instant, Instant),
    most: i64,
) -> Result<Vec<OpenClock>, Fault> {
    first(conn, scope, due_within(within), most)
}

/// The requests with these ids.
pub(super) fn titled(conn: &mut Conn, ids: Vec<Id>) -> Result<HashMap<Id, Titled>, Fault> {
    let rows: Vec<Titled> =
        requests::table.filter(requests::id.eq_any(ids)).select(Titled::as_select()).load(conn)?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}
