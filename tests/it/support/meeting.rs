//! Transactions that meet: each waits at a named point until the others are there too.

use super::app::TestApp;
use onedoor::db::MeetingPoints;
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

/// Nobody waits longer for the others than this; then the test has failed anyway.
const PATIENCE: Duration = Duration::from_secs(20);

/// Where transactions meet. On SQLite, which has one writer, they only come at once.
#[derive(Debug, Clone, Default)]
pub(crate) struct Meeting(Option<Arc<Hall>>);

#[derive(Debug, Default)]
struct Hall {
    /// How many are awaited and how many have come.
    count: Mutex<(usize, usize)>,
    all_here: Condvar,
}

impl Meeting {
    /// Starts the application again so that its transactions meet before they lock a request's row.
    pub(crate) async fn at(app: &mut TestApp) -> Self {
        if app.place.url.starts_with("sqlite:") {
            return Self(None);
        }
        let hall = Arc::new(Hall::default());
        let of_hook = Arc::clone(&hall);
        let hook: MeetingPoints = Arc::new(move |point| {
            if point == "request to be locked" {
                of_hook.arrive();
            }
        });
        app.restart_with(hook).await;
        Self(Some(hall))
    }

    /// The next `awaited` transactions wait for each other; those after them pass.
    pub(crate) fn call(&self, awaited: usize) {
        if let Some(hall) = &self.0 {
            *hall.count.lock().expect("nobody panics with it") = (awaited, 0);
        }
    }

    /// Fails unless everybody called for has come, which is what makes a race of it.
    #[track_caller]
    pub(crate) fn was_held(&self) {
        if let Some(hall) = &self.0 {
            let (awaited, come) = *hall.count.lock().expect("nobody panics with it");
            assert!(awaited > 0 && come >= awaited, "{come} of {awaited} came");
        }
    }
}

impl Hall {
    fn arrive(&self) {
        let mut count = self.count.lock().expect("nobody panics with it");
        if count.0 == 0 {
            return;
        }
        count.1 += 1;
        self.all_here.notify_all();
        let waited = self.all_here.wait_timeout_while(count, PATIENCE, |count| count.1 < count.0);
        drop(waited.expect("nobody panics with it"));
    }
}
