//! Sweeping: uploads nobody used, and what faults left in the store.

use super::oldest_draft;
use super::store::{self, Attachment};
use crate::domain::ids::{Id, Instant};
use crate::fault::Fault;
use crate::objects::Objects;
use crate::web::Context;
use chrono::TimeDelta;
use futures_util::TryStreamExt;

/// How many uploads one transaction looks at.
const BATCH: i64 = 100;

/// How many objects are looked up at once.
const AT_ONCE: usize = 500;

/// How old an object without a row must be: an upload under way is none yet.
const AGE: TimeDelta = TimeDelta::hours(2);

/// How many days back the store is searched beyond the time an upload is kept. What is older, `onedoor check` finds.
const DAYS: i64 = 7;

/// Deletes uploads that were attached to nothing in time, and the objects of recent days that belong to no file.
pub async fn sweep(context: &Context) -> Result<(), Fault> {
    let at = context.time.now();
    unused(context, at).await?;
    let hours = i64::from(context.config.attachments.draft_hours);
    for day in 0..=DAYS.saturating_add(hours / 24) {
        let folder = store::folder_of(at.plus(TimeDelta::days(-day)));
        orphans(context, &folder, at.plus(-AGE)).await?;
    }
    Ok(())
}

async fn unused(context: &Context, at: Instant) -> Result<(), Fault> {
    let until = oldest_draft(at, context.config.attachments.draft_hours);
    loop {
        let old = context.db.read(move |conn| store::waiting_before(conn, until, BATCH)).await?;
        if old.is_empty() {
            return Ok(());
        }
        for file in old {
            let id = file.id;
            // The row first: what it leaves behind if this ends here is an orphan.
            if context.db.write(move |conn| store::delete_waiting(conn, id)).await? {
                remove(&context.objects, &file).await?;
            }
        }
    }
}

/// Takes a file and its small picture out of the store.
pub(super) async fn remove(objects: &Objects, file: &Attachment) -> Result<(), Fault> {
    objects.delete(&file.object()).await?;
    if file.file_type.is_picture() {
        objects.delete(&file.thumbnail()).await?;
    }
    Ok(())
}

/// Deletes what lies under `folder`, was made before `before` and belongs to no file. When it was made its id tells
/// (RFC 9562 §5.7).
async fn orphans(context: &Context, folder: &str, before: Instant) -> Result<(), Fault> {
    let objects = &context.objects;
    let least = floor(before);
    let is_old = |name: &String| store::file_of(name).is_some_and(|id| id < least);
    let mut old: Vec<String> = Vec::new();
    let mut listed = objects.list(folder);
    while let Some(object) = listed.try_next().await? {
        if is_old(&object.name) {
            old.push(object.name);
        }
        if old.len() == AT_ONCE {
            for name in without_row(context, std::mem::take(&mut old)).await? {
                objects.delete(&name).await?;
            }
        }
    }
    for name in without_row(context, old).await? {
        objects.delete(&name).await?;
    }
    for name in objects.half_written(folder).await?.into_iter().filter(is_old) {
        objects.drop_half_written(&name).await?;
    }
    Ok(())
}

/// The least id an instant has.
fn floor(at: Instant) -> Id {
    let millis = u128::try_from(at.micros().max(0) / 1000).unwrap_or(0);
    Id::from_uuid(uuid::Uuid::from_u128(millis << 80))
}

/// Those objects whose file is not known.
async fn without_row(context: &Context, names: Vec<String>) -> Result<Vec<String>, Fault> {
    if names.is_empty() {
        return Ok(names);
    }
    let ids: Vec<Id> = names.iter().filter_map(|name| store::file_of(name)).collect();
    let known = context.db.read(move |conn| store::known(conn, &ids)).await?;
    let is_orphan = |name: &String| store::file_of(name).is_some_and(|id| !known.contains(&id));
    Ok(names.into_iter().filter(is_orphan).collect())
}
