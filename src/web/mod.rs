//! The web kit: what every handler shares and no handler should write twice.
//!
//! [`Context`], [`Body`], [`Query`], [`Key`], [`At`] and [`Language`](crate::fault::Language) are extractors; [`Fields`] gathers
//! what is wrong with a body; [`Page`] is the shape of every list; [`LocalTime`] the shape of every time;
//! `problem` turns a [`Fault`](crate::fault::Fault) into an answer.

mod body;
mod context;
mod extract;
mod fields;
mod list;
mod local_time;
pub mod problem;

pub use body::Body;
pub use context::Context;
pub use extract::{At, Key, Query, language_of};
pub use fields::Fields;
pub use list::{Cursor, Page, PageQuery};
pub use local_time::LocalTime;
