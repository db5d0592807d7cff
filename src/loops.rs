//! Every loop of the program, in one list.

use crate::fault::Fault;
use crate::people;
use crate::prepare::prepare;
use crate::requests;
use crate::runner::Loop;
use crate::web::Context;
use std::time::Duration;

/// The loops of the application with this context.
pub fn all(context: &Context) -> Vec<Loop> {
    vec![
        each("prepare the database", 2, context, |context| async move { Ok(prepare(&context).await?) }),
        each("forget ended sessions", 3600, context, forget_sessions),
        each("recount clocks", 60, context, recount_clocks),
    ]
}

/// The loop `name` that does `step` every so many seconds.
fn each<S, F>(name: &'static str, seconds: u64, context: &Context, step: S) -> Loop
where
    S: Fn(Context) -> F + Send + Sync + 'static,
    F: Future<Output = Result<(), Fault>> + Send + 'static,
{
    let context = context.clone();
    Loop::new(name, Duration::from_secs(seconds), move || step(context.clone()))
}

async fn forget_sessions(context: Context) -> Result<(), Fault> {
    if !context.prepared.is_set() {
        return Ok(());
    }
    let (at, config) = (context.time.now(), context.config);
    context.db.write(move |conn| people::sweep_sessions(conn, at, &config.people)).await
}

async fn recount_clocks(context: Context) -> Result<(), Fault> {
    if !context.prepared.is_set() {
        return Ok(());
    }
    let at = context.time.now();
    context.db.write(move |conn| requests::catch_up(conn, at)).await
}
