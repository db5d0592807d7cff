//! Whether the store holds what the rows say, and nothing else.

use super::store::{self, Attachment};
use crate::db::Db;
use crate::domain::hexadecimal;
use crate::domain::ids::Id;
use crate::fault::Fault;
use crate::objects::{Listed, Objects};
use futures_util::TryStreamExt;
use sha2::{Digest, Sha256};

/// How many files are looked at between two questions to the database.
const BATCH: i64 = 200;

/// How many objects are looked up at once.
const AT_ONCE: usize = 500;

/// How closely files are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// Whether they are there, in the right size.
    Sizes,
    /// Whether they have the right bytes: every file is read.
    Bytes,
}

/// A line for each file whose object is missing or another than was brought, and for each object of no file.
pub async fn check(db: &Db, objects: &Objects, look: Look) -> Result<Vec<String>, Fault> {
    let mut findings = Vec::new();
    let mut last: Option<Id> = None;
    loop {
        let rows = db.read(move |conn| store::after(conn, last, BATCH)).await?;
        let Some(end) = rows.last() else { break };
        last = Some(end.id);
        for row in &rows {
            findings
                .extend(wrong(objects, row, look).await?.map(|why| format!("attachment {}: {why}", row.id)));
        }
    }
    let mut listed = objects.list("").try_chunks(AT_ONCE);
    while let Some(chunk) = listed.try_next().await.map_err(|error| error.1)? {
        let ids: Vec<Id> = chunk.iter().filter_map(|object| store::file_of(&object.name)).collect();
        let known = db.read(move |conn| store::known(conn, &ids)).await?;
        let is_orphan = |object: &Listed| store::file_of(&object.name).is_none_or(|id| !known.contains(&id));
        let orphans = chunk.iter().filter(|object| is_orphan(object));
        findings.extend(orphans.map(|object| format!("object {}: it belongs to no attachment", object.name)));
    }
    Ok(findings)
}

async fn wrong(objects: &Objects, row: &Attachment, look: Look) -> Result<Option<&'static str>, Fault> {
    match objects.size(&row.object()).await? {
        None => return Ok(Some("its object is missing")),
        Some(size) if size != row.bytes() => return Ok(Some("its object has another size")),
        Some(_) if look == Look::Sizes => return Ok(None),
        Some(_) => {}
    }
    let Some(mut object) = objects.read(&row.object(), None).await? else {
        return Ok(Some("its object is missing"));
    };
    let mut digest = Sha256::new();
    while let Some(piece) = object.bytes.try_next().await? {
        digest.update(&piece);
    }
    let is_same = hexadecimal(&digest.finalize()) == row.sha256;
    Ok((!is_same).then_some("its object has other bytes"))
}
