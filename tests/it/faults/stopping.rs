//! SIGTERM under load: no accepted request fails.

use super::load::Filer;
use super::{Ground, kept};
use crate::support::app::block_on;
use crate::support::place::Database;
use std::time::{Duration, Instant};

fn no_accepted_request_fails_when_it_is_told_to_stop(database: Database) {
    let Some(ground) = Ground::new(database) else {
        return;
    };
    block_on(async {
        let mut before = kept::all_of(&ground, &Default::default());
        for _ in 0..5 {
            let serving = ground.serve(&[]);
            let root = serving.root.clone();
            let filer = Filer::log_in(&ground, &root).await;
            let stop = async {
                filer.answered(40).await;
                serving.signal("TERM");
                let told = Instant::now();
                let status = tokio::task::spawn_blocking(move || serving.end()).await.expect("it ends");
                assert_eq!(status.code(), Some(0));
                assert!(told.elapsed() < Duration::from_secs(30), "{:?}", told.elapsed());
            };
            futures_util::future::join(filer.file(&root, 16), stop).await;
            let refused = filer.refused();
            assert!(refused.is_empty(), "{refused:#?}");
            let acknowledged = filer.acknowledged();
            let after = kept::all_of(&ground, &acknowledged);
            assert_eq!(after, before + acknowledged.len(), "what was done was also acknowledged");
            before = after;
        }
    });
}

#[test]
fn no_accepted_request_fails_when_it_is_told_to_stop_on_sqlite() {
    no_accepted_request_fails_when_it_is_told_to_stop(Database::Sqlite);
}

#[test]
fn no_accepted_request_fails_when_it_is_told_to_stop_on_postgres() {
    no_accepted_request_fails_when_it_is_told_to_stop(Database::Postgres);
}
