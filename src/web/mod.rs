//! The web kit: what every handler shares and no handler should write twice.
//!
//! [`Context`], [`Body`], [`Empty`], [`Query`], [`Key`], [`At`], [`Peer`] and [`IfMatch`] are extractors; [`Fields`] gathers what is wrong
//! with a body; [`Sent`] is how an act was sent and [`Rendered`] what it is answered; [`Page`] is the shape of every list; [`LocalTime`] the shape of every time;
//! `problem` turns a [`Fault`](crate::fault::Fault) into an answer; [`finish`] is the middleware around every request,
//! [`gate`] the one before it is judged, [`in_time`] the one that gives bodies their time; [`Throttle`] and [`Meter`] count.

mod body;
mod condition;
mod context;
mod described;
mod extract;
mod fields;
mod finish;
mod gate;
mod headers;
pub mod health;
mod in_time;
mod list;
mod local_time;
mod metrics;
mod once;
mod peer;
pub mod problem;
mod rendered;
mod sent;
mod span;
mod throttle;
mod turns;
mod unknown;

pub use body::{Body, Empty, read_json};
pub use condition::{IfMatch, NoVersion, etag};
pub use context::Context;
pub use described::{describe, operations};
pub use extract::{At, Key, Name, Query, language_of};
pub use fields::Fields;
pub use finish::finish;
pub use gate::gate;
pub use health::Prepared;
pub use in_time::in_time;
pub use list::{Cursor, Page, PageQuery, one_more};
pub use local_time::LocalTime;
pub use metrics::{Meter, measure};
pub use peer::Peer;
pub use rendered::Rendered;
pub use sent::{BodyDigest, Sent, heeds_keys};
pub use span::RequestSpan;
pub use throttle::Throttle;
pub use turns::Turns;
pub use unknown::{KnownPaths, unknown};
