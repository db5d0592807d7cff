//! A new password by a link that is mailed: single-use, short-lived, and never told to whoever asks for it.
//!
//! The token follows from the reset's id and the installation's key: what is stored of it is a hash, and the outbox
//! holds the id alone. The sender asks [`reset_letter`] for it in the moment it writes the letter.

use super::auth::{self, Change};
use super::keys::{Keys, Purpose};
use super::password::{Password, PasswordHash};
use super::persons::{self, Person};
use super::rules::PasswordRules;
use super::throttle::{self, Budget, Waits};
use super::{known_peers, log_in, memberships, past_passwords, sessions};
use crate::config::Config;
use crate::db::Conn;
use crate::db::schema::password_resets;
use crate::domain::actor::Actor;
use crate::domain::ids::{Id, Instant};
use crate::fault::{Code, Fault};
use crate::outbox::{self, Notice, NoticeChannel, Recipient};
use crate::web::{Context, Fields, Peer};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use diesel::prelude::*;
use serde_json::json;
use sha2::{Digest, Sha256};

/// The kind of the letter.
pub const LETTER: &str = "password_reset";

/// How many letters one log-in name may have sent, and one address may ask for, before further ones must wait.
const LETTERS_A_NAME: i32 = 3;
const LETTERS_A_PEER: i32 = 20;

/// What the letter says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResetLetter {
    /// The code, told nowhere else.
    pub code: String,
    /// Where it is entered, with the code, at the configured address of this service.
    pub link: String,
    /// Until when it holds.
    pub expires_at: Instant,
}

/// Puts the letter into the outbox, if somebody active with an e-mail address logs in by `name`. Gives whom it goes to.
/// What was mailed before no longer holds. Refused as `too_many_attempts` where too many were asked for.
pub(super) fn ask(
    conn: &mut Conn,
    at: Instant,
    name: &str,
    peer: Peer,
    config: &Config,
) -> Result<Option<Id>, Fault> {
    let keys = Keys::of(conn, &config.accounts.secret)?;
    let peer = keys.digest(Purpose::PeerAddress, &peer.block().to_string())?;
    let of_name = log_in::name_digest(&keys, name)?;
    let budgets = [
        Budget { key: format!("reset {of_name}"), name: None, free: LETTERS_A_NAME },
        Budget { key: format!("reset {peer}"), name: None, free: LETTERS_A_PEER },
    ];
    throttle::take(conn, at, &budgets, Waits::of(&config.accounts))?;
    let person = persons::by_log_in_name(conn, name)?;
    let Some(person) = person.filter(|person| person.is_active() && person.email.is_some()) else {
        return Ok(None);
    };
    let id = Id::new(at);
    let expires_at = at.plus(TimeDelta::minutes(i64::from(config.accounts.reset_minutes)));
    persons::locked(conn, person.id)?;
    forget(conn, person.id)?;
    diesel::insert_into(password_resets::table)
        .values((
            password_resets::id.eq(id),
            password_resets::person_id.eq(person.id),
            password_resets::token_hash.eq(hash_of(&token(&keys, id)?)),
            password_resets::expires_at.eq(expires_at),
        ))
        .execute(conn)?;
    let notice = Notice {
        kind: LETTER,
        channel: NoticeChannel::Mail,
        to: Recipient::Person(person.id),
        request: None,
        dedup: format!("{LETTER}/{id}"),
        payload: json!({ "reset": id }),
    };
    outbox::put(conn, at, notice)?;
    Ok(Some(person.id))
}

/// What the letter about the reset with this id says at `at`; `None` where it holds no more.
pub fn reset_letter(
    conn: &mut Conn,
    at: Instant,
    id: Id,
    config: &Config,
) -> Result<Option<ResetLetter>, Fault> {
    let holding = password_resets::table.find(id).filter(password_resets::expires_at.gt(at));
    let expires_at: Option<Instant> = holding.select(password_resets::expires_at).first(conn).optional()?;
    let Some(expires_at) = expires_at else { return Ok(None) };
    let code = token(&Keys::of(conn, &config.accounts.secret)?, id)?;
    let base = config.server.base_url.trim_end_matches('/');
    // After `#`: a browser tells it to no server, nor to the next page.
    let link = format!("{base}{}#{code}", config.accounts.reset_path);
    Ok(Some(ResetLetter { code, link, expires_at }))
}

/// Gives the person the token was mailed to the new password: every session ends, whoever must wait need not any more,
/// and the address it comes from is known from now on. The token is used up by that alone.
pub(super) async fn confirm(
    context: &Context,
    at: Instant,
    (token, new): (String, String),
    peer: Peer,
) -> Result<(), Fault> {
    let invalid = || Fault::field(Code::ResetTokenInvalid, "/token");
    let digest = hash_of(token.trim());
    let (of_read, config) = (digest.clone(), context.config.clone());
    let read = move |conn: &mut Conn| {
        let Some(person) = holder(conn, at, &of_read)? else { return Ok(None) };
        let audience = memberships::audience(conn, at, person.id)?;
        let rules = PasswordRules::of(&config, audience);
        let past = past_passwords::of(conn, person.id, rules.past().saturating_sub(1))?;
        Ok(Some((person, rules, past)))
    };
    let (person, rules, past) = context.db.read(read).await?.ok_or_else(invalid)?;
    let mut fields = Fields::new();
    let new = Password::chosen(&mut fields, "/new_password", &new, &rules, &person.log_in_names());
    fields.finish()?;
    let hash = auth::hash_of_new(context, ("/new_password", new), &person, &rules, past).await?;
    let (kept, config) = (rules.past().saturating_sub(1), context.config.clone());
    let write = move |conn: &mut Conn| take(conn, at, (&digest, peer), (&hash, kept), &config);
    if context.db.write(write).await? { Ok(()) } else { Err(invalid()) }
}

/// Takes the token and stores the password; false where it holds no more.
fn take(
    conn: &mut Conn,
    at: Instant,
    (digest, peer): (&str, Peer),
    (password, kept): (&PasswordHash, usize),
    config: &Config,
) -> Result<bool, Fault> {
    let Some(found) = holder(conn, at, digest)? else { return Ok(false) };
    let person = persons::locked(conn, found.id)?.filter(Person::is_active);
    // Another may have taken it between the look and the lock.
    let (Some(person), Some(_)) = (person, holder(conn, at, digest)?) else { return Ok(false) };
    sessions::close_all(conn, person.id, None)?;
    let actor = Actor { person: Some(person.id), standings: Vec::new() };
    let change = Change { password, one_time: false, kept, act: "reset_password_by_mail" };
    auth::store_password(conn, at, (&actor, auth::capacity_of(&actor)), &person, change)?;
    let keys = Keys::of(conn, &config.accounts.secret)?;
    log_in::lift(conn, &keys, &person)?;
    known_peers::note(conn, at, person.id, &keys.digest(Purpose::PeerAddress, &peer.block().to_string())?)?;
    Ok(true)
}

/// Whom a token with this digest was mailed to, while it holds.
fn holder(conn: &mut Conn, at: Instant, digest: &str) -> Result<Option<Person>, Fault> {
    let person: Option<Id> = password_resets::table
        .filter(password_resets::token_hash.eq(digest))
        .filter(password_resets::expires_at.gt(at))
        .select(password_resets::person_id)
        .first(conn)
        .optional()?;
    Ok(match person {
        Some(person) => persons::person(conn, person)?.filter(Person::is_active),
        None => None,
    })
}

/// Takes what was mailed to this person back.
pub(super) fn forget(conn: &mut Conn, person: Id) -> Result<(), Fault> {
    diesel::delete(password_resets::table.filter(password_resets::person_id.eq(person))).execute(conn)?;
    Ok(())
}

/// Sweeps out what holds no more.
pub(super) fn sweep(conn: &mut Conn, at: Instant) -> Result<(), Fault> {
    diesel::delete(password_resets::table.filter(password_resets::expires_at.le(at))).execute(conn)?;
    Ok(())
}

/// The token of the reset with this id: 256 bits that nobody can guess without the key.
fn token(keys: &Keys, id: Id) -> Result<String, Fault> {
    keys.digest(Purpose::PasswordReset, &id.to_string())
}

fn hash_of(token: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(token))
}
