//! Sessions of the sample district's people, opened when they are first needed and again when time has moved far.

use chrono::TimeDelta;
use onedoor::domain::actor::Actor;
use onedoor::domain::ids::Instant;
use onedoor::people;
use onedoor::web::Context;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

/// How long one token is used, in the time of the application: less than a session may stay idle by default.
const USED_FOR: TimeDelta = TimeDelta::hours(6);

/// The tokens of one application. Clones share them.
#[derive(Debug, Clone)]
pub(crate) struct Sessions {
    context: Context,
    open: Arc<Mutex<HashMap<String, (String, Instant)>>>,
}

impl Sessions {
    /// No session yet.
    pub(crate) fn new(context: Context) -> Self {
        Self { context, open: Arc::default() }
    }

    /// A token of the person with this user name that holds now. A log-in by password takes too long to do it often.
    pub(crate) async fn token(&self, username: &str) -> String {
        let at = self.context.time.now();
        if let Some((token, since)) = self.open.lock().expect("no test panics with it").get(username)
            && (TimeDelta::zero()..USED_FOR).contains(&at.since(*since))
        {
            return token.clone();
        }
        let (name, config) = (username.to_owned(), self.context.config.clone());
        let token = self
            .context
            .db
            .write(move |conn| people::token_for(conn, at, &Actor::system(), &name, &config.people))
            .await
            .expect("a session can be opened")
            .unwrap_or_else(|| panic!("the district has no active person {username:?}"));
        self.open.lock().expect("no test panics with it").insert(username.to_owned(), (token.clone(), at));
        token
    }
}
