//! A database server that is down at the start, dies, freezes, and comes back.

use super::load::Filer;
use super::{Ground, kept};
use crate::support::app::block_on;
use crate::support::binary::Serving;
use crate::support::place::Database;
use crate::support::postgres::Cluster;
use futures_util::future::join;
use std::time::{Duration, Instant};

/// How it runs here: it gives up on a frozen server sooner than it would by default.
const IMPATIENT: &[(&str, &str)] =
    &[("ONEDOOR_DATABASE__ANSWER_MILLISECONDS", "1500"), ("ONEDOOR_SERVER__SHUTDOWN_SECONDS", "3")];

/// What a caller may be told while the database is away.
const AWAY: [&str; 3] = ["database_unavailable", "outcome_unknown", "overloaded"];

/// Waits until the program says that it is ready, and it may file again.
async fn ready(filer: &Filer, root: &str) {
    for _ in 0..600 {
        if filer.get(root, "/readyz").await == 200 && filer.once(root).await == Some(201) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("in a minute it was not ready again");
}

/// Everything refused so far was refused because the database was away.
fn only_away(filer: &Filer) {
    for (status, body) in filer.refused() {
        let code = body["code"].as_str().unwrap_or_default();
        assert!(status == 503 && AWAY.contains(&code), "{status} {body:#}");
    }
}

/// Sees one request refused, however many go through before.
async fn refused_once(filer: &Filer, root: &str) {
    while filer.once(root).await == Some(201) {}
    let refused = filer.refused();
    assert!(!refused.is_empty());
    for (status, body) in refused {
        assert!(
            status == 503 && AWAY.contains(&body["code"].as_str().unwrap_or_default()),
            "{status} {body:#}"
        );
    }
}

#[test]
fn it_waits_for_a_database_that_is_down_at_the_start() {
    let Some(mut ground) = Ground::new(Database::Postgres) else {
        return;
    };
    let first = ground.serve(&[]);
    block_on(async {
        let filer = Filer::log_in(&ground, &first.root).await;
        drop(first);
        go(&mut ground, Cluster::down).await;
        let serving = ground.serve(IMPATIENT);
        assert_eq!(filer.get(&serving.root, "/livez").await, 200);
        assert_eq!(filer.get(&serving.root, "/readyz").await, 503);
        assert_eq!(filer.once(&serving.root).await, Some(503));
        only_away(&filer);
        go(&mut ground, Cluster::up).await;
        ready(&filer, &serving.root).await;
        serving.kill();
        kept::all_of(&ground, &filer.acknowledged());
    });
}

#[test]
fn it_outlives_a_database_that_dies_under_load_and_comes_back() {
    let Some(mut ground) = Ground::new(Database::Postgres) else {
        return;
    };
    block_on(async {
        let serving = ground.serve(IMPATIENT);
        let root = serving.root.clone();
        let filer = Filer::log_in(&ground, &root).await;
        for _ in 0..5 {
            let dies = async {
                filer.answered(30).await;
                go(&mut ground, Cluster::down).await;
                assert_eq!(filer.get(&root, "/livez").await, 200);
                filer.answered(10).await;
                go(&mut ground, Cluster::up).await;
                ready(&filer, &root).await;
                filer.answered(30).await;
                filer.stop();
            };
            join(filer.file(&root, 8), dies).await;
            only_away(&filer);
        }
        serving.kill();
        kept::all_of(&ground, &filer.acknowledged());
    });
}

#[test]
fn a_database_that_freezes_hangs_nobody_and_goes_on() {
    let Some(ground) = Ground::new(Database::Postgres) else {
        return;
    };
    block_on(async {
        let serving = ground.serve(IMPATIENT);
        let root = serving.root.clone();
        let filer = Filer::log_in(&ground, &root).await;
        let frozen = ground.server.as_ref().expect("PostgreSQL");
        let freezes = async {
            filer.answered(30).await;
            frozen.signal("STOP");
            // Each of those that wait is answered, and more of them than there are connections.
            filer.answered(40).await;
            assert_eq!(filer.get(&root, "/livez").await, 200);
            frozen.signal("CONT");
            ready(&filer, &root).await;
            filer.stop();
        };
        join(filer.file(&root, 24), freezes).await;
        only_away(&filer);
        serving.kill();
        kept::all_of(&ground, &filer.acknowledged());
    });
}

#[test]
fn it_stops_in_time_though_its_database_is_frozen() {
    let Some(ground) = Ground::new(Database::Postgres) else {
        return;
    };
    block_on(async {
        let serving: Serving = ground.serve(IMPATIENT);
        let filer = Filer::log_in(&ground, &serving.root).await;
        assert_eq!(filer.once(&serving.root).await, Some(201));
        let frozen = ground.server.as_ref().expect("PostgreSQL");
        frozen.signal("STOP");
        refused_once(&filer, &serving.root).await;
        serving.signal("TERM");
        let told = Instant::now();
        assert_eq!(serving.end().code(), Some(0));
        assert!(told.elapsed() < Duration::from_secs(30), "{:?}", told.elapsed());
        frozen.signal("CONT");
    });
}

/// Takes the server down or up while everybody else goes on.
async fn go(ground: &mut Ground, way: fn(&mut Cluster)) {
    let mut server = ground.server.take().expect("PostgreSQL has a server");
    let gone = tokio::task::spawn_blocking(move || {
        way(&mut server);
        server
    });
    ground.server = Some(gone.await.expect("the server does as it is told"));
}
