//! What must stand in a database after whatever happened to the program.

use super::Ground;
use crate::support::binary::output;
use diesel::prelude::*;
use onedoor::db::schema::{clocks, journal, outbox, requests};
use onedoor::db::{Db, Settings};
use std::collections::{BTreeMap, BTreeSet};

/// Fails unless every acknowledged request is there, whole, under its number; no number is there twice; every clock is
/// what its facts give; and every journal is one chain. Nobody may have the database open. Gives how many there are.
pub(super) fn all_of(ground: &Ground, acknowledged: &BTreeMap<String, String>) -> usize {
    let settings = [("ONEDOOR_DATABASE__URL", ground.url.as_str())];
    let checked = output(ground.folder.path(), &["check"], &settings);
    let findings = String::from_utf8_lossy(&checked.stdout).into_owned();
    // Next year's notice may not have come.
    let broken: Vec<&str> = findings
        .lines()
        .filter(|line| *line != "everything holds" && !line.contains("the notice of"))
        .collect();
    assert!(broken.is_empty() && !findings.is_empty(), "{broken:#?}");

    let db = open(ground);
    let stored = db.read_blocking(|conn| {
        let mut stored = BTreeMap::new();
        let all = requests::table.select((requests::id, requests::number)).load(conn)?;
        for (id, number) in all {
            let id: onedoor::domain::ids::Id = id;
            let number: String = number;
            let acts = journal::table.filter(journal::subject_id.eq(id)).count().get_result::<i64>(conn)?;
            let open = clocks::table.filter(clocks::request_id.eq(id)).count().get_result::<i64>(conn)?;
            let told = outbox::table.filter(outbox::request_id.eq(id)).count().get_result::<i64>(conn)?;
            assert!(acts > 0 && open > 0 && told > 0, "{number} is not whole: {acts} {open} {told}");
            stored.insert(id.to_string(), number);
        }
        Ok(stored)
    });
    db.close();
    let stored = stored.expect("the database can be read");
    let numbers: BTreeSet<&String> = stored.values().collect();
    assert_eq!(numbers.len(), stored.len(), "every number is given once");
    for (id, number) in acknowledged {
        assert_eq!(stored.get(id), Some(number), "it was acknowledged");
    }
    stored.len()
}

/// Opens the database of `ground` in this process, as the program would.
pub(super) fn open(ground: &Ground) -> Db {
    Db::open(&Settings { url: ground.url.clone(), ..Settings::default() }).expect("it can be opened")
}
