//! Named points at which tests make several transactions meet, so that races really race.
//!
//! A use case says `db::meet("dispatch: request locked")` where a race could hurt. Nothing happens there unless a
//! test gave its [`super::Db`] a hook by [`super::Db::with_meeting_points`]; the hook then runs on the thread and inside the
//! transaction of the closure, and may wait at a barrier. Only PostgreSQL has several writers at once: on SQLite a
//! hook that waits for a second writer waits for ever.

use std::cell::RefCell;
use std::sync::Arc;

/// What a test runs at each named point.
pub type MeetingPoints = Arc<dyn Fn(&'static str) + Send + Sync>;

thread_local! {
    static HERE: RefCell<Option<MeetingPoints>> = const { RefCell::new(None) };
}

/// Marks a named point of a closure given to `read` or `write`; free outside tests.
pub fn meet(point: &'static str) {
    let hook = HERE.with_borrow(Clone::clone);
    if let Some(hook) = hook {
        hook(point);
    }
}

/// Runs `work` with `hook` at its named points; the hook is gone afterwards, also after a panic.
pub(super) fn with_hook<T>(hook: Option<&MeetingPoints>, work: impl FnOnce() -> T) -> T {
    struct Reset;
    impl Drop for Reset {
        fn drop(&mut self) {
            HERE.set(None);
        }
    }
    let Some(hook) = hook else { return work() };
    HERE.set(Some(Arc::clone(hook)));
    let _reset = Reset;
    work()
}
