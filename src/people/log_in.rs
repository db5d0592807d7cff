//! Logging in, with whoever guesses passwords in mind.
//!
//! Three budgets of tries: of a name from an address, of a name from all addresses that are new to it, of an address
//! with all names. Names nobody has are counted as those somebody has, and the same work is done for them. Where a
//! person has logged in before, only the first budget counts: nobody can lock them out from elsewhere.

use super::auth::Opened;
use super::caller::Need;
use super::keys::{Keys, Purpose};
use super::known_peers;
use super::memberships;
use super::password::Password;
use super::persons::{self, Person};
use super::sessions::{self, Limits, Token};
use super::throttle::{self, Budget, Waits};
use super::totp;
use crate::config::Accounts;
use crate::db::Conn;
use crate::domain::ids::Instant;
use crate::domain::phone::Phone;
use crate::fault::{Code, Fault};
use crate::journal::{SecurityEvent, SecurityKind};
use crate::web::{Context, Peer};
use serde_json::{Value, json};

/// What somebody offers to be let in.
#[derive(Debug, Clone)]
pub(super) struct Offer {
    /// The user name or phone.
    pub(super) name: String,
    /// The password.
    pub(super) password: Password,
    /// The authenticator's code, or a recovery code.
    pub(super) code: Option<String>,
    /// The address it comes from.
    pub(super) peer: Peer,
    /// The route, for the security log.
    pub(super) route: String,
}

/// What was found before the password is looked at.
struct Begun {
    person: Option<Person>,
    budgets: Budgets,
    /// Whether the next try must wait.
    locks: bool,
}

/// The budgets of one try.
#[derive(Debug, Clone)]
struct Budgets {
    peer_digest: String,
    of_name_here: Budget,
    /// Those that others share.
    shared: Vec<Budget>,
}

impl Budgets {
    fn all(&self) -> Vec<Budget> {
        std::iter::once(&self.of_name_here).chain(&self.shared).cloned().collect()
    }
}

/// What came of a right password.
enum Let {
    /// Let in.
    In(Box<Opened>),
    /// The person was disabled or given another password meanwhile.
    Changed,
    /// The authenticator's code is needed too.
    CodeNeeded,
    /// The code is wrong, or was used before.
    CodeWrong,
}

/// Opens a session for a name and its password. Unknown names, wrong passwords and disabled persons cost the same work
/// and are told alike; so are those who must wait because too much was tried, without any work. Noted in the security
/// log. Whoever has an authenticator is told so after a right password only.
pub(super) async fn log_in(context: &Context, at: Instant, offer: Offer) -> Result<Opened, Fault> {
    let Offer { name, password, code, peer, route } = offer;
    let config = context.config.clone();
    let begun = context.db.write(move |conn| begin(conn, at, &name, peer, &config.accounts)).await?;
    let comparable = begun.person.as_ref().filter(|person| person.is_active()).map(Person::password);
    let matches = password.matches(&context.turns, comparable).await?;
    let person = begun.person.as_ref().map(|person| person.id);
    let outcome = match begun.person {
        Some(person) if matches => open(context, at, person, begun.budgets, code).await?,
        _ => Let::Changed,
    };
    let detail = json!({ "route": route, "from": peer.to_string() });
    let note = async |kind, detail: Value| {
        context.security.note(SecurityEvent { at, person, kind, detail }).await;
    };
    let refused = match outcome {
        Let::In(opened) => {
            note(SecurityKind::LoggedIn, detail).await;
            return Ok(*opened);
        }
        Let::CodeNeeded => return Err(Fault::new(Code::TotpNeeded)),
        Let::CodeWrong => Code::TotpWrong,
        Let::Changed => Code::LogInFailed,
    };
    note(SecurityKind::LogInFailed, detail.clone()).await;
    if begun.locks {
        note(SecurityKind::LockedOut, detail).await;
    }
    Err(Fault::new(refused))
}

/// Counts the try and finds the person, or refuses it.
fn begin(conn: &mut Conn, at: Instant, name: &str, peer: Peer, settings: &Accounts) -> Result<Begun, Fault> {
    let keys = Keys::of(conn, &settings.secret)?;
    let person = persons::by_log_in_name(conn, name)?;
    let budgets = budgets(conn, at, &keys, (name, person.as_ref(), peer), settings)?;
    let locks = throttle::take(conn, at, &budgets.all(), Waits::of(settings))?;
    Ok(Begun { person, budgets, locks })
}

fn budgets(
    conn: &mut Conn,
    at: Instant,
    keys: &Keys,
    (name, person, peer): (&str, Option<&Person>, Peer),
    settings: &Accounts,
) -> Result<Budgets, Fault> {
    let name = name_digest(keys, name)?;
    let peer = keys.digest(Purpose::PeerAddress, &peer.block().to_string())?;
    let is_known = match person {
        Some(person) => known_peers::is_known(conn, at, person.id, &peer)?,
        None => false,
    };
    let of_name_here =
        Budget { key: format!("{name} {peer}"), name: Some(name.clone()), free: settings.name_peer_tries };
    let of_name = Budget { key: name.clone(), name: Some(name), free: settings.name_tries };
    let of_peer = Budget { key: peer.clone(), name: None, free: settings.peer_tries };
    let shared = if is_known { Vec::new() } else { vec![of_name, of_peer] };
    Ok(Budgets { peer_digest: peer, of_name_here, shared })
}

/// The digest tries of this log-in name are counted under, however it is typed.
pub(super) fn name_digest(keys: &Keys, name: &str) -> Result<String, Fault> {
    let name = name.trim();
    let spelled = Phone::parse(name).map_or_else(|_| name.to_lowercase(), |phone| phone.as_str().to_owned());
    keys.digest(Purpose::LogInName, &spelled)
}

/// Forgets what was tried in vain with the names of `person`, from wherever.
pub(super) fn lift(conn: &mut Conn, keys: &Keys, person: &Person) -> Result<(), Fault> {
    let names = person.log_in_names().into_iter().map(|name| name_digest(keys, name));
    throttle::forget_names(conn, names.collect::<Result<_, _>>()?)
}

/// Opens a session, unless the person was disabled or given another password since `known` was read, or the code of an
/// authenticator is wanting.
async fn open(
    context: &Context,
    at: Instant,
    known: Person,
    budgets: Budgets,
    code: Option<String>,
) -> Result<Let, Fault> {
    let token = Token::fresh()?;
    let (limits, waits) = (Limits::of(&context.config.people), Waits::of(&context.config.accounts));
    let (config, today) = (context.config.clone(), at.day_in(context.zone));
    let open = move |conn: &mut Conn| {
        let person = persons::locked(conn, known.id)?;
        let Some(person) =
            person.filter(|person| person.is_active() && person.password() == known.password())
        else {
            return Ok(Let::Changed);
        };
        if totp::is_confirmed(conn, person.id)? {
            let Some(code) = &code else {
                throttle::give_back(conn, at, &budgets.all(), waits)?;
                return Ok(Let::CodeNeeded);
            };
            let keys = Keys::of(conn, &config.accounts.secret)?;
            if !totp::accept(conn, at, &keys, &person, code)? {
                return Ok(Let::CodeWrong);
            }
        }
        throttle::give_back(conn, at, &budgets.all(), waits)?;
        throttle::forget(conn, &budgets.of_name_here)?;
        known_peers::note(conn, at, person.id, &budgets.peer_digest)?;
        let expires_at = sessions::open(conn, at, person.id, &token.digest(), limits)?;
        let actor = memberships::actor(conn, at, today, person.id)?;
        let need = Need::of(conn, at, (&person, &actor), &config)?;
        Ok(Let::In(Box::new(Opened { token: token.clone(), expires_at, person, need })))
    };
    context.db.write(open).await
}
