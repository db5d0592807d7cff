//! Every loop of the program, in one list.

use crate::attachments;
use crate::audit;
use crate::domain::ids::Id;
use crate::fault::Fault;
use crate::inbox;
use crate::letters;
use crate::oversight;
use crate::people;
use crate::prepare::prepare;
use crate::requests;
use crate::retries;
use crate::runner::Loop;
use crate::web::Context;
use std::collections::HashMap;
use std::time::Duration;

/// The loops of the application with this context.
pub fn all(context: &Context) -> Vec<Loop> {
    vec![
        each("prepare the database", 2, context, |context| async move { Ok(prepare(&context).await?) }),
        each("let time pass", 15, context, let_time_pass),
        each("forget ended sessions", 3600, context, forget_sessions),
        each("forget answers", 600, context, forget_answers),
        each("recount clocks", 60, context, recount_clocks),
        each("index requests", 60, context, index_requests),
        each("forget idle callers", 60, context, |context| async move {
            context.throttle.forget_idle();
            Ok(())
        }),
        each("sum up what was measured", 5, context, |context| async move {
            context.meter.sum_up();
            Ok(())
        }),
        each("hand out notices", 1, context, inbox::hand_out),
        each("watch the lights", 5, context, oversight::watch),
        each("seal the journal", 60, context, seal_journal),
        each("send letters", 5, context, letters::send),
        each("sweep attachments", 3600, context, sweep_attachments),
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

/// How many kept answers go in one transaction.
const ANSWERS: i64 = 1000;

async fn forget_answers(context: Context) -> Result<(), Fault> {
    if !context.prepared.is_set() {
        return Ok(());
    }
    let at = context.time.now();
    while context.db.write(move |conn| retries::sweep(conn, at, ANSWERS)).await? {}
    Ok(())
}

/// How many requests one step looks for at a time.
const BATCH: i64 = 200;

/// Does what time alone does about requests, until there is nothing left to do. Each thing is a transaction of its own; a
/// request about which nothing can be done holds up no other, and is tried again in the next step.
async fn let_time_pass(context: Context) -> Result<(), Fault> {
    if !context.prepared.is_set() {
        return Ok(());
    }
    let mut stuck: HashMap<Id, Fault> = HashMap::new();
    loop {
        let at = context.time.now();
        let mut due = context.db.read(move |conn| requests::overdue(conn, at, BATCH)).await?;
        due.retain(|request| !stuck.contains_key(request));
        if due.is_empty() {
            return stuck.into_values().next().map_or(Ok(()), Err);
        }
        for request in due {
            let mut goes_on = Ok(true);
            while goes_on.as_ref().is_ok_and(|goes_on| *goes_on) {
                goes_on = context.db.write(move |conn| requests::time_passes(conn, at, request)).await;
            }
            if let Err(fault) = goes_on {
                stuck.insert(request, fault);
            }
        }
    }
}

async fn sweep_attachments(context: Context) -> Result<(), Fault> {
    if !context.prepared.is_set() {
        return Ok(());
    }
    attachments::sweep(&context).await
}

async fn recount_clocks(context: Context) -> Result<(), Fault> {
    if !context.prepared.is_set() {
        return Ok(());
    }
    let at = context.time.now();
    context.db.write(move |conn| requests::catch_up(conn, at)).await
}

/// Indexes the requests that wait for it, as all do that were there before there was an index, some in each transaction.
async fn index_requests(context: Context) -> Result<(), Fault> {
    if !context.prepared.is_set() {
        return Ok(());
    }
    while context.db.write(|conn| requests::index_waiting(conn, BATCH)).await? > 0 {}
    Ok(())
}

/// Takes the head of the day that has ended, where no replica has taken it.
async fn seal_journal(context: Context) -> Result<(), Fault> {
    if !context.prepared.is_set() {
        return Ok(());
    }
    let at = context.time.now();
    let Some(day) = at.day_in(context.zone).pred_opt() else { return Ok(()) };
    if context.db.read(move |conn| audit::is_closed(conn, day)).await? {
        return Ok(());
    }
    while context.db.write(move |conn| audit::take_head(conn, at, day, audit::MOST_ENDS)).await? {}
    Ok(())
}
