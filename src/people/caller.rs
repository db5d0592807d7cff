//! Who calls: the extractors that turn a bearer token into an [`Actor`].

use super::memberships;
use super::persons::Person;
use super::sessions::{self, Limits, Token};
use crate::domain::actor::Actor;
use crate::domain::ids::Id;
use crate::fault::{Code, Fault};
use crate::web::{At, Context};
use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use futures_util::future::LocalBoxFuture;

/// The actor of a request: a person logged in, with the standings that hold at the request's instant. An extractor;
/// refuses with `not_logged_in` whatever is wrong with the token, and with `password_change_needed` as long as the
/// password is a one-time one.
///
/// The actor is also left in the request's extensions, for whoever notes a denial.
#[derive(Debug, Clone)]
pub struct Caller(pub Actor);

/// The same for the acts on one's own account, which a one-time password opens too: looking, changing the password,
/// logging out.
#[derive(Debug, Clone)]
pub(crate) struct LoggedIn {
    pub(super) session: Id,
    pub(super) person: Person,
    pub(super) actor: Actor,
}

impl FromRequest for Caller {
    type Error = Fault;
    type Future = LocalBoxFuture<'static, Result<Self, Fault>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let logged_in = LoggedIn::from_request(request, payload);
        Box::pin(async move {
            let LoggedIn { person, actor, .. } = logged_in.await?;
            if person.password_one_time {
                return Err(Fault::new(Code::PasswordChangeNeeded));
            }
            Ok(Self(actor))
        })
    }
}

impl FromRequest for LoggedIn {
    type Error = Fault;
    type Future = LocalBoxFuture<'static, Result<Self, Fault>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let context = Context::from_request(request, payload).into_inner();
        let at = At::from_request(request, payload).into_inner();
        let request = request.clone();
        Box::pin(async move {
            let logged_in = find(&context?, at?, &request).await?;
            request.extensions_mut().insert(logged_in.actor.clone());
            Ok(logged_in)
        })
    }
}

async fn find(context: &Context, At(at): At, request: &HttpRequest) -> Result<LoggedIn, Fault> {
    let nobody = || Fault::new(Code::NotLoggedIn);
    let header = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = header.and_then(Token::of_header).ok_or_else(nobody)?;
    let today = super::day_of(at, context.zone);
    let limits = Limits::of(&context.config.people);
    let found = context
        .db
        .read(move |conn| {
            let Some((session, person)) = sessions::find(conn, at, &token.digest(), limits)? else {
                return Ok(None);
            };
            if !person.is_active() {
                return Ok(None);
            }
            let actor = memberships::actor(conn, at, today, person.id)?;
            Ok(Some((session, person, actor)))
        })
        .await?;
    let (session, person, actor) = found.ok_or_else(nobody)?;
    let id = session.id;
    if session.is_to_be_noted(at) {
        let noted = context.db.write(move |conn| sessions::note_use(conn, at, id)).await;
        if let Err(fault) = noted {
            tracing::warn!(%fault, "the use of a session could not be noted");
        }
    }
    Ok(LoggedIn { session: id, person, actor })
}
