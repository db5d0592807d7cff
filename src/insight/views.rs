//! The shapes of the board.

use crate::domain::ids::Id;
use crate::domain::light::Light;
use crate::domain::words::ClockKind;
use crate::web::LocalTime;
use serde::Serialize;
use utoipa::ToSchema;

/// The board: what the clocks say at one instant.
#[derive(Debug, Serialize, ToSchema)]
pub struct BoardView {
    /// The instant its lights were judged at.
    pub as_of: LocalTime,
    /// All open clocks of staff in scope.
    pub counts: Counts,
    /// How many of them are due today, those already past due among them.
    pub due_today: i64,
    /// The one longest past due.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oldest_overdue: Option<BoardClock>,
    /// The contact and the feedback companies were promised; for the office's whole board only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub promised: Option<Counts>,
    /// By kind of clock.
    pub by_clock: Vec<ByClock>,
    /// By holding unit, those with most red first.
    pub by_unit: Vec<ByUnit>,
    /// Up to 10 that are red, the earliest due first.
    pub red: BoardList,
    /// Up to 10 that are yellow.
    pub yellow: BoardList,
    /// Up to 10 that are due today.
    pub due_today_list: BoardList,
}

/// How many clocks show what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Counts {
    /// Past due.
    pub red: i64,
    /// Little time is left.
    pub yellow: i64,
    /// In time.
    pub green: i64,
    /// Contested by the company; counted apart from the colours.
    pub hollow: i64,
    /// Standing still: no light.
    pub paused: i64,
}

/// The counts of one kind of clock.
#[derive(Debug, Serialize, ToSchema)]
pub struct ByClock {
    /// The kind.
    pub kind: ClockKind,
    /// Its counts.
    pub counts: Counts,
}

/// The counts of one unit.
#[derive(Debug, Serialize, ToSchema)]
pub struct ByUnit {
    /// The unit.
    pub unit: UnitName,
    /// Its counts.
    pub counts: Counts,
    /// How many are due today.
    pub due_today: i64,
}

impl ByUnit {
    /// Adds other counts of the same unit.
    pub(super) const fn take_in(&mut self, counts: &Counts, due_today: i64) {
        self.counts.red += counts.red;
        self.counts.yellow += counts.yellow;
        self.counts.green += counts.green;
        self.counts.hollow += counts.hollow;
        self.counts.paused += counts.paused;
        self.due_today += due_today;
    }
}

/// A unit in short.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct UnitName {
    /// Its id.
    pub id: Id,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
}

/// A short list, and where the requests of the whole one are.
#[derive(Debug, Serialize, ToSchema)]
pub struct BoardList {
    /// The clocks, the earliest due first.
    pub clocks: Vec<BoardClock>,
    /// The list of requests with this filter.
    #[schema(example = "/api/v1/requests?light=red")]
    pub link: String,
}

/// One clock on the board.
#[derive(Debug, Serialize, ToSchema)]
pub struct BoardClock {
    /// The request.
    pub request: Id,
    /// Its number.
    pub number: String,
    /// Its title.
    pub title: String,
    /// Which clock.
    pub kind: ClockKind,
    /// The unit that holds it.
    pub unit: UnitName,
    /// When it is due.
    pub due_at: LocalTime,
    /// Its light.
    pub light: Light,
}
