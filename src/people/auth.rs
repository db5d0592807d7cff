//! Registering and changing one's password, tokens and what is forgotten of them.
//!
//! Each hashes between its database closures, never inside one.

use super::companies::{self, Company, Registration};
use super::known_peers;
use super::password::{Password, PasswordHash};
use super::persons::{self, Person};
use super::rights;
use super::sessions::{self, Limits, Token};
use super::throttle;
use super::words::CompanyState;
use crate::config;
use crate::db::Conn;
use crate::db::schema::persons as table;
use crate::domain::actor::{Actor, Standing};
use crate::domain::ids::{Id, Instant};
use crate::domain::lifecycle::Capacity;
use crate::domain::words::Role;
use crate::fault::{Code, Fault};
use crate::journal::{self, Detail, Entry, SubjectKind};
use crate::web::Context;
use diesel::prelude::*;

/// A session just opened.
#[derive(Debug)]
pub(super) struct Opened {
    /// The token, told this once.
    pub(super) token: Token,
    /// When the session ends whatever is done.
    pub(super) expires_at: Instant,
    /// Whose it is.
    pub(super) person: Person,
}

/// Registers a company and its first user, in the state the settings begin with, and logs the user in.
pub(super) async fn register(
    context: &Context,
    at: Instant,
    registration: Registration,
) -> Result<(Company, Opened), Fault> {
    let state = match context.config.people.registration {
        config::Registration::Open => CompanyState::Active,
        config::Registration::Approval => CompanyState::Pending,
    };
    let token = Token::fresh()?;
    let digest = token.digest();
    let limits = Limits::of(&context.config.people);
    let (company, person, expires_at) = context
        .db
        .write(move |conn| {
            let (company, person) = companies::register(conn, at, &registration, state)?;
            let expires_at = sessions::open(conn, at, person.id, &digest, limits)?;
            Ok((company, person, expires_at))
        })
        .await?;
    Ok((company, Opened { token, expires_at, person }))
}

/// Changes one's own password. Every other session ends; the one it is changed in stays.
pub(super) async fn change_password(
    context: &Context,
    at: Instant,
    (actor, person, session): (Actor, Person, Id),
    (current, new): (Password, Password),
) -> Result<(), Fault> {
    if !current.matches(&context.turns, Some(person.password())).await? {
        return Err(Fault::field(Code::PasswordWrong, "/current"));
    }
    let hash = new.hash(&context.turns).await?;
    let change = move |conn: &mut _| change_own_password(conn, at, &actor, (&person, session), &hash);
    context.db.write(change).await
}

/// A token of the active person with this user name, without their password: for the demo, which hands tokens out, and
/// for tests. Only the program itself may; `None` where there is no such person.
pub fn token_for(
    conn: &mut Conn,
    at: Instant,
    actor: &Actor,
    username: &str,
    settings: &config::People,
) -> Result<Option<String>, Fault> {
    if !actor.is_system() {
        return Err(Fault::denied());
    }
    let Some(person) = persons::by_log_in_name(conn, username)?.filter(Person::is_active) else {
        return Ok(None);
    };
    let token = Token::fresh()?;
    sessions::open(conn, at, person.id, &token.digest(), Limits::of(settings))?;
    Ok(Some(token.reveal().to_owned()))
}

/// Forgets the sessions that have ended by `at`, and of tries and addresses what counts no more: what a loop does now
/// and then, for those who never log in again.
pub fn sweep_sessions(conn: &mut Conn, at: Instant, settings: &config::People) -> Result<(), Fault> {
    sessions::sweep(conn, at, Limits::of(settings))?;
    known_peers::sweep(conn, at)?;
    throttle::sweep(conn, at)
}

/// Gives a person a password made up for them: every session ends, and it opens nothing until they change it.
pub fn reset_password(
    conn: &mut Conn,
    at: Instant,
    actor: &Actor,
    id: Id,
    password: &PasswordHash,
) -> Result<(), Fault> {
    let capacity = rights::or_hidden(rights::keeper(actor))?;
    let person = persons::locked(conn, id)?.ok_or_else(Fault::hidden)?;
    sessions::close_all(conn, id, None)?;
    store_password(conn, at, (actor, capacity), &person, (password, true))
}

/// Stores the password a person chose anew: every session but the one it was changed in ends. Refused as
/// `version_conflict` when the password was changed since `known` was read.
fn change_own_password(
    conn: &mut Conn,
    at: Instant,
    actor: &Actor,
    (known, session): (&Person, Id),
    password: &PasswordHash,
) -> Result<(), Fault> {
    let person = persons::locked(conn, known.id)?.ok_or_else(|| Fault::new(Code::NotLoggedIn))?;
    if person.password() != known.password() || !person.is_active() {
        return Err(Fault::new(Code::VersionConflict));
    }
    sessions::close_all(conn, person.id, Some(session))?;
    store_password(conn, at, (actor, capacity_of(actor)), &person, (password, false))
}

/// The capacity in which a person acts on their own account.
fn capacity_of(actor: &Actor) -> Capacity {
    let of_role = |standing: &Standing| match standing.role {
        Role::Company => Capacity::Company,
        Role::Dispatcher => Capacity::Dispatcher,
        Role::Handler => Capacity::Handler,
        Role::Signer => Capacity::Signer,
        Role::Supervisor => Capacity::Supervisor,
        Role::Specialist => Capacity::Specialist,
        Role::Leader => Capacity::Leader,
        Role::Auditor => Capacity::Auditor,
        Role::Admin => Capacity::Admin,
    };
    actor.standings.first().map_or(Capacity::Company, of_role)
}

fn store_password(
    conn: &mut Conn,
    at: Instant,
    (actor, capacity): (&Actor, Capacity),
    person: &Person,
    (password, one_time): (&PasswordHash, bool),
) -> Result<(), Fault> {
    let mut chain = person.chain();
    let subject = (SubjectKind::Person, person.id);
    let act = if one_time { "reset_password" } else { "change_password" };
    journal::record(conn, &mut chain, Entry { subject, at, actor, capacity, act, detail: Detail::none() })?;
    diesel::update(table::table.filter(table::id.eq(person.id)))
        .set((
            table::password_hash.eq(password.as_str()),
            table::password_changed_at.eq(at),
            table::password_one_time.eq(one_time),
            table::version.eq(person.version.saturating_add(1)),
            table::journal_seq.eq(chain.seq),
            table::journal_head.eq(chain.head),
        ))
        .execute(conn)?;
    Ok(())
}
