//! Reading one's own inbox, and saying what was read. Nobody reads another's.

use super::store::{self, Item};
use super::views::{InboxItem, InboxRequest, Unread};
use crate::db::Conn;
use crate::domain::actor::Actor;
use crate::domain::ids::{Id, Instant};
use crate::fault::{Fault, Language};
use crate::letters;
use crate::requests::{self, SeenRequest};
use crate::web::{LocalTime, one_more};
use chrono_tz::Tz;
use std::collections::HashMap;

/// The most unread items that are counted.
const MOST_COUNTED: i64 = 1000;

/// The language and the zone an inbox is shown in.
pub(super) type Shown = (Language, Tz);

/// One more than `limit` of the actor's items older than `before`, the newest first, where there are so many.
pub(super) fn page(
    conn: &mut Conn,
    actor: &Actor,
    shown: Shown,
    unread: bool,
    mut before: Option<Id>,
    limit: usize,
) -> Result<Vec<InboxItem>, Fault> {
    let person = actor.person.ok_or_else(Fault::denied)?;
    let mut items = Vec::new();
    loop {
        let batch = store::page(conn, person, unread, before, one_more(limit))?;
        let is_last = batch.len() <= limit;
        before = batch.last().map(|item| item.id);
        items.extend(told(conn, actor, shown, batch)?);
        if is_last || items.len() > limit {
            items.truncate(limit.saturating_add(1));
            return Ok(items);
        }
    }
}

/// How many of the actor's items are unread.
pub(super) fn unread(conn: &mut Conn, actor: &Actor) -> Result<Unread, Fault> {
    let person = actor.person.ok_or_else(Fault::denied)?;
    let batch = store::page(conn, person, true, None, MOST_COUNTED)?;
    let or_more = i64::try_from(batch.len()).unwrap_or(MOST_COUNTED) >= MOST_COUNTED;
    let seen = seen(conn, actor, &batch)?;
    let unread = batch.iter().filter(|item| is_told(item, &seen)).count();
    Ok(Unread { unread, or_more })
}

/// Notes that the actor has read an item; gives it.
pub(super) fn mark_read(
    conn: &mut Conn,
    at: Instant,
    actor: &Actor,
    shown: Shown,
    id: Id,
) -> Result<InboxItem, Fault> {
    own(conn, actor, id)?;
    store::mark(conn, at, id)?;
    let item = own(conn, actor, id)?;
    told(conn, actor, shown, vec![item])?.pop().ok_or_else(Fault::hidden)
}

/// Notes that the actor has read an item and all older ones; gives how many are unread then.
pub(super) fn mark_older_read(conn: &mut Conn, at: Instant, actor: &Actor, id: Id) -> Result<Unread, Fault> {
    own(conn, actor, id)?;
    let person = actor.person.ok_or_else(Fault::denied)?;
    store::mark_up_to(conn, at, person, id)?;
    unread(conn, actor)
}

/// The actor's own item with this id, as long as it is shown.
pub(super) fn own(conn: &mut Conn, actor: &Actor, id: Id) -> Result<Item, Fault> {
    let person = actor.person.ok_or_else(Fault::hidden)?;
    let item = store::find(conn, person, id)?.ok_or_else(Fault::hidden)?;
    let seen = seen(conn, actor, std::slice::from_ref(&item))?;
    if is_told(&item, &seen) { Ok(item) } else { Err(Fault::hidden()) }
}

type Seen = HashMap<Id, SeenRequest>;

/// The requests the items are about, as far as the actor may see them.
fn seen(conn: &mut Conn, actor: &Actor, items: &[Item]) -> Result<Seen, Fault> {
    let mut ids: Vec<Id> = items.iter().filter_map(|item| item.request).collect();
    ids.sort_unstable();
    ids.dedup();
    requests::seen_among(conn, actor, &ids)
}

/// Whether an item is shown: of a request, as long as its reader may see that.
fn is_told(item: &Item, seen: &Seen) -> bool {
    item.request.is_none_or(|request| seen.contains_key(&request))
}

fn told(
    conn: &mut Conn,
    actor: &Actor,
    (language, zone): Shown,
    items: Vec<Item>,
) -> Result<Vec<InboxItem>, Fault> {
    let seen = seen(conn, actor, &items)?;
    let time = |at| LocalTime::new(at, zone);
    let view = |item: Item| {
        let request = item.request.and_then(|id| Some((id, seen.get(&id)?)));
        let words = letters::headline(&item.kind, item.request, &item.payload.0, language);
        InboxItem {
            id: item.id,
            words: words.unwrap_or_else(|| item.kind.clone()),
            kind: item.kind,
            request: request.map(|(id, seen)| InboxRequest {
                id,
                number: seen.number.clone(),
                title: seen.title.clone(),
            }),
            created_at: time(item.created_at),
            read_at: item.read_at.map(time),
        }
    };
    Ok(items.into_iter().filter(|item| is_told(item, &seen)).map(view).collect())
}
