//! The two state machines of the work: a request, and one unit's assignment on it.
//!
//! [`request()`] and [`assignment()`] take a state, an act and the capacity in which it is done, and give the
//! next state or a [`Refusal`](super::refusal::Refusal). Both judge in one order: is the act this capacity's, can
//! this part do it, does the state allow it now. Who may *see* a request, what an act must carry and how many days
//! it may wait are judged elsewhere. `tests/lifecycle/*.table` says the same by hand, every combination.

mod assignment;
mod capacity;
mod request;

pub use assignment::{AssignmentAct, assignment};
pub use capacity::Capacity;
pub use request::{RequestAct, request};
