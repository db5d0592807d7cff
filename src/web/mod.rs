//! The web kit: what every handler shares and no handler should write twice.
//!
//! [`Context`], [`Body`], [`Empty`], [`Query`], [`Key`], [`At`], [`Peer`] and [`IfMatch`] are extractors; [`Fields`] gathers what is wrong
//! with a body; [`Page`] is the shape of every list; [`LocalTime`] the shape of every time;
//! `problem` turns a [`Fault`](crate::fault::Fault) into an answer; [`finish`] is the middleware around every request.

mod body;
mod condition;
mod context;
mod extract;
mod fields;
mod finish;
pub mod health;
mod list;
mod local_time;
mod once;
mod peer;
pub mod problem;
mod turns;
mod unknown;

pub use body::{Body, Empty};
pub use condition::{IfMatch, etag};
pub use context::Context;
pub use extract::{At, Key, Name, Query, language_of};
pub use fields::Fields;
pub use finish::finish;
pub use health::Prepared;
pub use list::{Cursor, Page, PageQuery};
pub use local_time::LocalTime;
pub use peer::Peer;
pub use turns::Turns;
pub use unknown::{KnownPaths, unknown};
