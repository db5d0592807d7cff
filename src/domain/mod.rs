//! Floor 0: the rules of the work, pure.
//!
//! Nothing here does I/O, waits, or asks a system clock: every function takes its time as an argument. Rooms
//! and kit import these modules; these modules import nothing but each other.

#[macro_use]
mod vocabulary;

pub mod actor;
pub mod answer;
pub mod calendar;
pub mod charge;
pub mod day;
pub mod decline;
pub mod file_type;
mod hexadecimal;
pub mod ids;
pub mod lifecycle;
pub mod ladder;
pub mod light;
pub mod limits;
pub mod phone;
pub mod promise;
pub mod rating;
pub mod refusal;
pub mod search;
pub mod supervision;
pub mod timer;
pub mod uscc;
pub mod words;

pub use hexadecimal::hexadecimal;
