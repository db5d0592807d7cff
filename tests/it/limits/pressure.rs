//! Too much at once: what cannot be done in time is refused in time, and the process lives.

use crate::support::app::{TestApp, on_both};
use crate::support::walk::form;
use diesel::prelude::*;
use futures_util::future::join_all;
use onedoor::config;
use onedoor::db::schema::requests;
use onedoor::fault::Fault;
use onedoor::web::Context;
use serde_json::json;
use std::sync::Mutex;
use std::sync::mpsc::{Sender, channel};
use std::time::{Duration, Instant};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// One of the database's connections, held until it is let go.
pub(super) struct Held {
    release: Sender<()>,
    call: JoinHandle<Result<(), Fault>>,
}

impl Held {
    pub(super) async fn reader(context: &Context) -> Self {
        let (release, wait) = channel();
        let (begin, begun) = oneshot::channel();
        let db = context.db.clone();
        let call = tokio::spawn(async move {
            db.read(move |_| {
                begin.send(()).map_err(|()| Fault::internal("nobody waits"))?;
                wait.recv().map_err(Fault::internal)
            })
            .await
        });
        begun.await.expect("it begins");
        Self { release, call }
    }

    pub(super) async fn writer(context: &Context) -> Self {
        let (release, wait) = channel();
        let (begin, begun) = oneshot::channel();
        let (begin, wait) = (Mutex::new(Some(begin)), Mutex::new(wait));
        let db = context.db.clone();
        let call = tokio::spawn(async move {
            db.write(move |_| {
                if let Some(begin) = begin.lock().expect("nobody panics with it").take() {
                    begin.send(()).map_err(|()| Fault::internal("nobody waits"))?;
                    wait.lock().expect("nobody panics with it").recv().map_err(Fault::internal)?;
                }
                Ok(())
            })
            .await
        });
        begun.await.expect("it begins");
        Self { release, call }
    }

    pub(super) async fn let_go(self) {
        self.release.send(()).expect("it waits");
        self.call.await.expect("it ends").expect("it succeeds");
    }
}

async fn small(app: &mut TestApp) {
    app.restart(|config| {
        (config.database.readers, config.database.writers) = (1, 1);
        config.database.wait_milliseconds = 100;
    })
    .await;
}

async fn filed(app: &TestApp) -> i64 {
    let count = app.context.db.read(|conn| Ok(requests::table.count().get_result(conn)?)).await;
    count.expect("requests can be counted")
}

async fn while_the_writer_is_held_writes_are_refused_and_nothing_hangs(app: &mut TestApp) {
    small(app).await;
    let chemical = app.as_("chemical");
    chemical.get("/me").await.expect(200);
    // The number of a request comes from a block that is taken by a write of its own.
    chemical.post("/requests", form(app, &json!({}))).await.expect(201);
    let before = filed(app).await;
    let held = Held::writer(&app.context).await;
    for _ in 0..3 {
        let refused = chemical.post("/requests", form(app, &json!({}))).await;
        assert_eq!(refused.header("retry-after"), "1");
        refused.problem(503, "overloaded");
    }
    app.stranger().get("/livez").await.expect(200);
    chemical.get("/requests").await.expect(200);
    held.let_go().await;
    chemical.post("/requests", form(app, &json!({}))).await.expect(201);
    assert_eq!(filed(app).await, before + 1, "what was refused is not done later");
}

async fn while_the_writer_is_held_nobody_waits_behind_another_for_a_number(app: &mut TestApp) {
    app.restart(|config| (config.database.writers, config.database.wait_milliseconds) = (1, 1000)).await;
    let chemical = app.as_("chemical");
    chemical.get("/me").await.expect(200);
    let (held, began) = (Held::writer(&app.context).await, Instant::now());
    let form = form(app, &json!({}));
    let refused = join_all((0..30).map(|_| chemical.post("/requests", form.clone()))).await;
    // One behind the other they would take half a minute.
    assert!(began.elapsed() < Duration::from_secs(15));
    for answer in refused {
        answer.problem(503, "overloaded");
    }
    held.let_go().await;
    chemical.post("/requests", form).await.expect(201);
}

async fn while_the_readers_are_held_reads_are_refused_and_nothing_hangs(app: &mut TestApp) {
    small(app).await;
    let chemical = app.as_("chemical");
    chemical.get("/me").await.expect(200);
    let held = Held::reader(&app.context).await;
    let refused = chemical.get("/requests").await;
    assert_eq!(refused.header("retry-after"), "1");
    refused.problem(503, "overloaded");
    app.stranger().get("/livez").await.expect(200);
    app.stranger().get("/readyz").await.problem(503, "overloaded");
    held.let_go().await;
    chemical.get("/requests").await.expect(200);
}

async fn a_queue_that_is_full_refuses_at_once(app: &mut TestApp) {
    app.restart(|config| {
        (config.database.readers, config.database.writers, config.database.queue) = (1, 1, 1);
        config.database.wait_milliseconds = 60_000;
    })
    .await;
    let chemical = app.as_("chemical");
    chemical.get("/me").await.expect(200);
    let held = Held::reader(&app.context).await;
    // One may wait for a minute; of three, two are refused long before.
    let asked = [(); 3].map(|()| {
        let chemical = chemical.clone();
        tokio::spawn(async move { chemical.get("/requests").await })
    });
    let mut refused = 0;
    let mut answered = 0;
    let mut answers: Vec<_> = asked.into_iter().collect();
    while refused < 2 {
        let (answer, _, rest) = futures_util::future::select_all(answers).await;
        answer.expect("it is answered").problem(503, "overloaded");
        (refused, answers) = (refused + 1, rest);
    }
    held.let_go().await;
    for answer in answers {
        answer.await.expect("it is answered").expect(200);
        answered += 1;
    }
    assert_eq!(answered, 1);
}

on_both!(in the sample district:
    while_the_writer_is_held_writes_are_refused_and_nothing_hangs,
    while_the_writer_is_held_nobody_waits_behind_another_for_a_number,
    while_the_readers_are_held_reads_are_refused_and_nothing_hangs,
    a_queue_that_is_full_refuses_at_once,
);

#[test]
fn by_default_nobody_waits_longer_than_a_second_for_the_database() {
    let config = config::load(None).expect("the defaults are right");
    assert!(config.database.wait_milliseconds <= 1000);
}
