//! Who calls: a bearer token is turned into an [`Actor`] before anything else of a request is judged, and handed to
//! handlers by extractors.

use super::memberships;
use super::persons::Person;
use super::rights;
use super::rules::{Audience, PasswordRules};
use super::sessions::{self, Limits, Token};
use super::totp;
use crate::config::Config;
use crate::db::Conn;
use crate::domain::actor::Actor;
use crate::domain::ids::{Id, Instant};
use crate::fault::{Code, Fault};
use crate::web::{At, Context, KnownPaths, Peer, health};
use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::header;
use actix_web::middleware::Next;
use actix_web::{Error, FromRequest, HttpMessage, HttpRequest};
use std::future::{Ready, ready};

/// The middleware that finds who calls, once, for every route that takes a token. It refuses with `not_logged_in`
/// whatever is wrong with the token, and whatever else is wrong with the request: a stranger learns nothing more. Whoever
/// asks too much is refused before the database is asked anything.
///
/// The actor is left in the request's extensions, for [`Caller`] and for whoever notes a denial.
pub async fn identify<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    // The path as routes match it, in which `%61` is `a`.
    let path = request.match_info().as_str();
    let known = request.app_data::<KnownPaths>();
    if known.is_some_and(|known| known.take_token(request.method(), path)) {
        match find(request.request()).await {
            Ok(logged_in) => {
                let mut extensions = request.extensions_mut();
                extensions.insert(logged_in.actor.clone());
                extensions.insert(logged_in);
            }
            Err(fault) => return Ok(request.error_response(fault).map_into_right_body()),
        }
    } else if !health::PATHS.contains(&path)
        && let Some(context) = request.app_data::<Context>()
        && let Err(fault) =
            context.throttle.count_stranger(Peer::of(request.request(), &context.config.server))
    {
        return Ok(request.error_response(fault).map_into_right_body());
    }
    Ok(next.call(request).await?.map_into_left_body())
}

/// The actor of a request: a person logged in, with the standings that hold at the request's instant. An extractor of
/// what [`identify`] found; refuses with `password_change_needed` or `totp_enrolment_needed` as long as that is to be done.
#[derive(Debug, Clone)]
pub struct Caller(pub Actor);

/// The same for the acts on one's own account, which are open before that is done: looking, changing the password,
/// enrolling an authenticator, logging out.
#[derive(Debug, Clone)]
pub(crate) struct LoggedIn {
    pub(super) session: Id,
    pub(super) person: Person,
    pub(super) actor: Actor,
    pub(super) need: Option<Need>,
}

/// What somebody who is logged in must do before anything else is open to them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    /// Change the password: it was made up for them, or is too old for the rules.
    Password,
    /// Enrol an authenticator: a role they hold needs one.
    Totp,
}

impl Need {
    const fn code(self) -> Code {
        match self {
            Self::Password => Code::PasswordChangeNeeded,
            Self::Totp => Code::TotpEnrolmentNeeded,
        }
    }

    /// What `person`, who is `actor`, must do at `at`.
    pub(super) fn of(
        conn: &mut Conn,
        at: Instant,
        (person, actor): (&Person, &Actor),
        config: &Config,
    ) -> Result<Option<Self>, Fault> {
        let rules = PasswordRules::of(config, Audience::of(actor));
        if person.password_one_time || rules.is_expired(person.password_changed_at, at) {
            return Ok(Some(Self::Password));
        }
        let needs_totp = rights::needs_second_factor(actor, &config.accounts.totp_roles);
        Ok((needs_totp && !totp::is_confirmed(conn, person.id)?).then_some(Self::Totp))
    }
}

impl FromRequest for Caller {
    type Error = Fault;
    type Future = Ready<Result<Self, Fault>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let logged_in = LoggedIn::from_request(request, payload).into_inner();
        ready(logged_in.and_then(|LoggedIn { need, actor, .. }| match need {
            Some(need) => Err(Fault::new(need.code())),
            None => Ok(Self(actor)),
        }))
    }
}

impl FromRequest for LoggedIn {
    type Error = Fault;
    type Future = Ready<Result<Self, Fault>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let found = request.extensions().get::<Self>().cloned();
        ready(found.ok_or_else(|| Fault::new(Code::NotLoggedIn)))
    }
}

async fn find(request: &HttpRequest) -> Result<LoggedIn, Fault> {
    let context = Context::from_request(request, &mut Payload::None).into_inner()?;
    let At(at) = At::from_request(request, &mut Payload::None).into_inner()?;
    let nobody = || Fault::new(Code::NotLoggedIn);
    let mut headers = request.headers().get_all(header::AUTHORIZATION);
    // Of two nobody knows which is meant.
    let header = headers.next().filter(|_| headers.next().is_none()).and_then(|value| value.to_str().ok());
    let from = Peer::of(request, &context.config.server);
    let Some(token) = header.and_then(Token::of_header) else {
        context.throttle.count_stranger(from)?;
        return Err(nobody());
    };
    let digest = token.digest();
    context.throttle.count_token(&digest, from)?;
    let today = at.day_in(context.zone);
    let (limits, config) = (Limits::of(&context.config.people), context.config.clone());
    let found = context
        .db
        .read(move |conn| {
            let Some((session, person)) = sessions::find(conn, at, &token.digest(), limits)? else {
                return Ok(None);
            };
            if !person.is_active() {
                return Ok(None);
            }
            let id = session.id;
            let actor = memberships::actor(conn, at, today, person.id)?;
            let need = Need::of(conn, at, (&person, &actor), &config)?;
            Ok(Some((session, LoggedIn { session: id, person, actor, need })))
        })
        .await?;
    let (session, logged_in) = found.ok_or_else(nobody)?;
    context.throttle.know_token(&digest, logged_in.person.id, logged_in.actor.companies())?;
    let id = session.id;
    if session.is_to_be_noted(at) {
        let noted = context.db.write(move |conn| sessions::note_use(conn, at, id)).await;
        if let Err(fault) = noted {
            tracing::warn!(%fault, "the use of a session could not be noted");
        }
    }
    Ok(logged_in)
}
