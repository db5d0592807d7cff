//! Registering and changing one's password, tokens and what is forgotten of them.
//!
//! Each hashes between its database closures, never inside one.

use super::caller::Need;
use super::companies::{self, Company, Registration};
use super::keys::Keys;
use super::known_peers;
use super::log_in;
use super::memberships;
use super::password::{self, Password, PasswordHash};
use super::past_passwords;
use super::persons::{self, Person};
use super::resets;
use super::rights;
use super::rules::PasswordRules;
use super::sessions::{self, Limits, Token};
use super::throttle::{self, Budget, Waits};
use super::words::CompanyState;
use crate::config::{self, Config};
use crate::db::Conn;
use crate::db::schema::persons as table;
use crate::domain::actor::{Actor, Standing};
use crate::domain::ids::{Id, Instant};
use crate::domain::lifecycle::Capacity;
use crate::domain::words::Role;
use crate::fault::{Code, Fault};
use crate::journal::{self, Detail, Entry, SubjectKind};
use crate::web::{Context, Fields};
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
    /// What must be done before anything else is open.
    pub(super) need: Option<Need>,
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
    Ok((company, Opened { token, expires_at, person, need: None }))
}

/// Changes one's own password. Every other session ends; the one it is changed in stays. Guesses at the present one are
/// counted as log-ins are.
pub(super) async fn change_password(
    context: &Context,
    at: Instant,
    (actor, person, session): (Actor, Person, Id),
    (current, new): (Password, String),
) -> Result<(), Fault> {
    let (config, id) = (context.config.clone(), person.id);
    let read = move |conn: &mut Conn| {
        let rules = PasswordRules::of(&config, memberships::audience(conn, at, id)?);
        let past = past_passwords::of(conn, id, rules.past().saturating_sub(1))?;
        Ok((rules, past))
    };
    let (rules, past) = context.db.read(read).await?;
    let mut fields = Fields::new();
    let new = Password::chosen(&mut fields, "/new", &new, &rules, &person.log_in_names());
    fields.finish()?;
    prove(context, at, &person, ("/current", current)).await?;
    let hash = hash_of_new(context, ("/new", new), &person, &rules, past).await?;
    let kept = rules.past().saturating_sub(1);
    let change = move |conn: &mut _| change_own_password(conn, at, &actor, (&person, session), (&hash, kept));
    context.db.write(change).await
}

/// Makes sure that it is the person who acts, by the password typed at `pointer`. Guesses are counted.
pub(super) async fn prove(
    context: &Context,
    at: Instant,
    person: &Person,
    (pointer, password): (&str, Password),
) -> Result<(), Fault> {
    count_guess(context, at, (person.id, Secret::Password)).await?;
    if !password.matches(&context.turns, Some(person.password())).await? {
        return Err(Fault::field(Code::PasswordWrong, pointer));
    }
    forget_guesses(context, (person.id, Secret::Password)).await
}

/// What somebody who is logged in may guess at. Each is counted for itself: who knows the one has no more tries at the
/// other.
#[derive(Debug, Clone, Copy)]
pub(super) enum Secret {
    Password,
    Code,
}

/// Counts a guess at a secret of somebody who is logged in. Refused as `too_many_attempts` after several in vain.
pub(super) async fn count_guess(context: &Context, at: Instant, what: (Id, Secret)) -> Result<(), Fault> {
    let settings = &context.config.accounts;
    let (budget, waits) = (own_budget(settings, what), Waits::of(settings));
    let count = move |conn: &mut _| throttle::take(conn, at, std::slice::from_ref(&budget), waits);
    context.db.write(count).await.map(|_| ())
}

/// Forgets those guesses: the last one was right.
pub(super) async fn forget_guesses(context: &Context, what: (Id, Secret)) -> Result<(), Fault> {
    let budget = own_budget(&context.config.accounts, what);
    context.db.write(move |conn| throttle::forget(conn, &budget)).await
}

fn own_budget(settings: &config::Accounts, (person, secret): (Id, Secret)) -> Budget {
    Budget { key: format!("{secret:?} of {person}"), name: None, free: settings.name_peer_tries }
}

/// The hash of a new password at `pointer`, unless the person had it among those the rules remember.
pub(super) async fn hash_of_new(
    context: &Context,
    (pointer, new): (&str, Password),
    person: &Person,
    rules: &PasswordRules,
    mut past: Vec<PasswordHash>,
) -> Result<PasswordHash, Fault> {
    if rules.past() > 0 {
        past.push(person.password());
    }
    if password::is_one_of(new.clone(), &context.turns, past).await? {
        return Err(Fault::field(Code::PasswordUsed, pointer).with("last", rules.past()));
    }
    new.hash(&context.turns).await
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
    resets::sweep(conn, at)?;
    throttle::sweep(conn, at)
}

/// Gives a person a password made up for them: every session ends, and it opens nothing until they change it. Whoever
/// had to wait with that name need not any more.
pub fn reset_password(
    conn: &mut Conn,
    at: Instant,
    actor: &Actor,
    (id, password): (Id, &PasswordHash),
    config: &Config,
) -> Result<(), Fault> {
    let capacity = rights::or_hidden(rights::keeper(actor))?;
    let person = persons::locked(conn, id)?.ok_or_else(Fault::hidden)?;
    sessions::close_all(conn, id, None)?;
    let keys = Keys::of(conn, &config.accounts.secret)?;
    log_in::lift(conn, &keys, &person)?;
    let rules = PasswordRules::of(config, memberships::audience(conn, at, id)?);
    let kept = rules.past().saturating_sub(1);
    store_password(
        conn,
        at,
        (actor, capacity),
        &person,
        Change { password, one_time: true, kept, act: "reset_password" },
    )
}

/// Stores the password a person chose anew: every session but the one it was changed in ends. Refused as
/// `version_conflict` when the password was changed since `known` was read.
fn change_own_password(
    conn: &mut Conn,
    at: Instant,
    actor: &Actor,
    (known, session): (&Person, Id),
    (password, kept): (&PasswordHash, usize),
) -> Result<(), Fault> {
    let person = persons::locked(conn, known.id)?.ok_or_else(|| Fault::new(Code::NotLoggedIn))?;
    if person.password() != known.password() || !person.is_active() {
        return Err(Fault::new(Code::VersionConflict));
    }
    sessions::close_all(conn, person.id, Some(session))?;
    let change = Change { password, one_time: false, kept, act: "change_password" };
    store_password(conn, at, (actor, capacity_of(actor)), &person, change)
}

/// The capacity in which a person acts on their own account.
pub(super) fn capacity_of(actor: &Actor) -> Capacity {
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

/// A password to be stored.
#[derive(Debug, Clone, Copy)]
pub(super) struct Change<'a> {
    pub(super) password: &'a PasswordHash,
    /// Whether it was made up for the person.
    pub(super) one_time: bool,
    /// How many of those before it are remembered.
    pub(super) kept: usize,
    /// The act the journal tells.
    pub(super) act: &'static str,
}

/// Stores a new password of `person`, who is locked. What was mailed for another one holds no more.
pub(super) fn store_password(
    conn: &mut Conn,
    at: Instant,
    (actor, capacity): (&Actor, Capacity),
    person: &Person,
    Change { password, one_time, kept, act }: Change<'_>,
) -> Result<(), Fault> {
    past_passwords::add(conn, at, person.id, &person.password(), kept)?;
    resets::forget(conn, person.id)?;
    let mut chain = person.chain();
    let subject = (SubjectKind::Person, person.id);
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
