//! One act over HTTP: who does it and when, under which `Idempotency-Key`, for which version. Every handler that changes
//! something on behalf of a person writes through [`Act`], so that none can forget a retry or a lost update.

use super::caller::Caller;
use crate::db::Conn;
use crate::domain::actor::Actor;
use crate::domain::ids::{Id, Instant};
use crate::fault::{Code, Fault};
use crate::retries::{self, Taken};
use crate::web::{At, Context, IfMatch, Rendered, Sent};
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use std::future::{Ready, ready};
use std::time::Duration;

/// A kind of thing that acts are about.
#[derive(Debug, Clone, Copy)]
pub struct Resource {
    /// Locks the one with this id until the transaction ends and gives its version, if there is one.
    pub version: fn(&mut Conn, Id) -> Result<Option<i32>, Fault>,
    /// Who may see it.
    pub seen: Seen,
}

/// Fails as reading the thing with this id does, where the actor may not see it at this instant.
pub type Seen = fn(&mut Conn, Instant, &Actor, Id) -> Result<(), Fault>;

/// Who does what, and how it was sent. An extractor, in place of [`Caller`].
#[derive(Debug)]
pub struct Act {
    /// The kit.
    pub context: Context,
    /// The one instant of the request.
    pub at: Instant,
    /// Who does it.
    pub actor: Actor,
    sent: Sent,
}

impl FromRequest for Act {
    type Error = Fault;
    type Future = Ready<Result<Self, Fault>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let mut act = || {
            let context = Context::from_request(request, payload).into_inner()?;
            let Caller(actor) = Caller::from_request(request, payload).into_inner()?;
            let At(at) = At::from_request(request, payload).into_inner()?;
            let sent = Sent::from_request(request, payload).into_inner()?;
            Ok(Self { context, at, actor, sent })
        };
        ready(act())
    }
}

impl Act {
    /// Does `work` on the thing `id` in one transaction, once for each key. `work` may run twice, as of any write.
    ///
    /// Faults of its own: `precondition_failed` where `If-Match` names another version than the present one and `work`
    /// would neither hide nor deny it; `idempotency_key_reused` and `idempotency_key_in_use`. An answer that was given
    /// before is given only to who may still see the thing and is what he or she was then.
    pub async fn on<W>(self, resource: Resource, id: Id, work: W) -> Result<HttpResponse, Fault>
    where
        W: Fn(&mut Conn, Instant, &Actor) -> Result<Rendered, Fault> + Send + Sync + 'static,
    {
        let (db, at, actor) = (self.context.db.clone(), self.at, self.actor.clone());
        let done = self.run(resource.seen, Some((resource, id)), work).await;
        if done.as_ref().is_err_and(|fault| fault.code == Code::IdempotencyKeyInUse) {
            db.read(move |conn| (resource.seen)(conn, at, &actor, id)).await?;
        }
        done
    }

    /// As [`Act::on`], where `work` makes a thing and says which in its answer. What it is made in has no version: every tag in
    /// `If-Match` is another one.
    pub async fn create<W>(self, seen: Seen, work: W) -> Result<HttpResponse, Fault>
    where
        W: Fn(&mut Conn, Instant, &Actor) -> Result<Rendered, Fault> + Send + Sync + 'static,
    {
        self.run(seen, None, work).await
    }

    async fn run<W>(self, seen: Seen, on: Option<(Resource, Id)>, work: W) -> Result<HttpResponse, Fault>
    where
        W: Fn(&mut Conn, Instant, &Actor) -> Result<Rendered, Fault> + Send + Sync + 'static,
    {
        let Self { context, at, actor, sent } = self;
        let sending = sent.by(&actor)?;
        let wait = Duration::from_millis(context.config.retries.wait_milliseconds);
        let once = move |conn: &mut Conn| {
            let work = |conn: &mut Conn| work(conn, at, &actor);
            let Some(sending) = &sending else {
                return Ok((meant(conn, &sent.if_match, on, work)?.into_kept(), false));
            };
            let (kept, refusal) = match retries::take(conn, at, wait, sending)? {
                Taken::First => {
                    let answer = meant(conn, &sent.if_match, on, work)?.into_kept();
                    retries::keep(conn, sending, &answer)?;
                    return Ok((answer, false));
                }
                Taken::Same(kept) => (kept, None),
                Taken::Other(kept) => (kept, Some(Fault::new(Code::IdempotencyKeyReused))),
                Taken::OfAnotherStanding(kept) => (kept, Some(Fault::denied())),
            };
            if let Some(id) = on.map(|(_, id)| id).or(kept.subject_id) {
                seen(conn, at, &actor, id)?;
            }
            refusal.map_or(Ok((kept, true)), Err)
        };
        let (kept, replayed) = context.db.write(once).await?;
        Ok(Rendered::response(kept, replayed))
    }
}

/// Does `work` if the thing is in the version it is meant for. What `work` hides or denies is told before that; what else
/// stands against it, after.
fn meant(
    conn: &mut Conn,
    if_match: &IfMatch,
    on: Option<(Resource, Id)>,
    work: impl Fn(&mut Conn) -> Result<Rendered, Fault>,
) -> Result<Rendered, Fault> {
    if *if_match == IfMatch::Missing {
        return work(conn);
    }
    let present = match on {
        Some((resource, id)) => (resource.version)(conn, id)?,
        None => None,
    };
    let done = work(conn);
    if !if_match.is_broken_by(present) {
        return done;
    }
    match done {
        Err(fault) if ![400, 409, 422].contains(&fault.code.status()) => Err(fault),
        _ => Err(Fault::new(Code::PreconditionFailed)),
    }
}
