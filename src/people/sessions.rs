//! Sessions: opaque tokens, of which only the hash is stored.

use crate::config::People;
use crate::db::schema::{persons, sessions};
use crate::db::{Conn, direct};
use crate::domain::hexadecimal;
use crate::domain::ids::{Id, Instant};
use crate::fault::Fault;
use crate::people::persons::Person;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use diesel::prelude::*;
use sha2::{Digest, Sha256};
use std::fmt;

/// The length of a token: 256 bits in base64url without padding (RFC 4648 §5).
const LENGTH: usize = 43;

/// How old the note of the last use may grow before it is written anew.
const NOTED_EVERY: TimeDelta = TimeDelta::minutes(1);

/// An opaque token: 256 random bits, told to its owner once and never stored or shown.
#[derive(Clone)]
pub(super) struct Token(String);

impl fmt::Debug for Token {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Token")
    }
}

/// Whether an `Authorization` header holds what may be a token.
pub fn is_token(header: &str) -> bool {
    Token::of_header(header).is_some()
}

impl Token {
    /// A new token.
    pub(super) fn fresh() -> Result<Self, Fault> {
        let mut bytes = [0_u8; 32];
        getrandom::fill(&mut bytes).map_err(Fault::internal)?;
        Ok(Self(URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// The token in an `Authorization` header, `Bearer` and the token (RFC 6750 §2.1); `None` where it is none.
    pub(super) fn of_header(header: &str) -> Option<Self> {
        let (scheme, token) = header.split_once(' ')?;
        let token = token.trim();
        let is_one = scheme.eq_ignore_ascii_case("Bearer")
            && token.len() == LENGTH
            && token.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
        is_one.then(|| Self(token.to_owned()))
    }

    /// What is stored of it: its SHA-256 in hexadecimal.
    pub(super) fn digest(&self) -> String {
        hexadecimal(&Sha256::digest(&self.0))
    }

    /// The token itself, for the one answer that tells it.
    pub(super) fn reveal(&self) -> &str {
        &self.0
    }
}

/// How long a session lasts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    idle: TimeDelta,
    whole: TimeDelta,
}

impl Limits {
    /// The limits the settings give.
    pub(super) fn of(people: &People) -> Self {
        Self {
            idle: TimeDelta::minutes(i64::from(people.session_idle_minutes)),
            whole: TimeDelta::hours(i64::from(people.session_hours)),
        }
    }
}

/// What of a stored session decides whether it holds.
#[derive(Debug, Clone, Queryable)]
pub(super) struct Session {
    pub(super) id: Id,
    last_used_at: Instant,
    expires_at: Instant,
}

impl Session {
    /// Whether it still holds at `at`: not past its end, and not left unused for too long.
    fn lasts(&self, at: Instant, limits: Limits) -> bool {
        at < self.expires_at && at < self.last_used_at.plus(limits.idle)
    }

    /// Whether its last use should be noted anew.
    pub(super) fn is_to_be_noted(&self, at: Instant) -> bool {
        at.since(self.last_used_at) >= NOTED_EVERY
    }
}

/// Opens a session of `person` for the token with this digest, and sweeps out those of the same person that have
/// ended. Gives the instant it ends whatever is done.
pub(super) fn open(
    conn: &mut Conn,
    at: Instant,
    person: Id,
    digest: &str,
    limits: Limits,
) -> Result<Instant, Fault> {
    let of_person = sessions::table.filter(sessions::person_id.eq(person));
    diesel::delete(of_person.filter(sessions::expires_at.le(at))).execute(conn)?;
    let expires_at = at.plus(limits.whole);
    diesel::insert_into(sessions::table)
        .values((
            sessions::id.eq(Id::new(at)),
            sessions::person_id.eq(person),
            sessions::token_hash.eq(digest),
            sessions::created_at.eq(at),
            sessions::last_used_at.eq(at),
            sessions::expires_at.eq(expires_at),
        ))
        .execute(conn)?;
    Ok(expires_at)
}

/// The session of the token with this digest and its person, if it still holds at `at`.
pub(super) fn find(
    conn: &mut Conn,
    at: Instant,
    digest: &str,
    limits: Limits,
) -> Result<Option<(Session, Person)>, Fault> {
    let with_person = sessions::table
        .inner_join(persons::table)
        .filter(sessions::token_hash.eq(digest))
        .select(((sessions::id, sessions::last_used_at, sessions::expires_at), persons::all_columns));
    let found: Option<(Session, Person)> = direct::only(conn, with_person)?;
    Ok(found.filter(|(session, _)| session.lasts(at, limits)))
}

/// Notes that the session was used at `at`.
pub(super) fn note_use(conn: &mut Conn, at: Instant, session: Id) -> Result<(), Fault> {
    let earlier = sessions::table.filter(sessions::id.eq(session)).filter(sessions::last_used_at.lt(at));
    diesel::update(earlier).set(sessions::last_used_at.eq(at)).execute(conn)?;
    Ok(())
}

/// Forgets every session that has ended by `at`.
pub(super) fn sweep(conn: &mut Conn, at: Instant, limits: Limits) -> Result<(), Fault> {
    let unused = sessions::last_used_at.le(at.plus(-limits.idle));
    diesel::delete(sessions::table.filter(sessions::expires_at.le(at).or(unused))).execute(conn)?;
    Ok(())
}

/// Ends one session.
pub(super) fn close(conn: &mut Conn, session: Id) -> Result<(), Fault> {
    diesel::delete(sessions::table.filter(sessions::id.eq(session))).execute(conn)?;
    Ok(())
}

/// Ends every session of a person, but for the one to be kept.
pub(super) fn close_all(conn: &mut Conn, person: Id, kept: Option<Id>) -> Result<(), Fault> {
    let of_person = sessions::table.filter(sessions::person_id.eq(person));
    match kept {
        Some(kept) => diesel::delete(of_person.filter(sessions::id.ne(kept))).execute(conn)?,
        None => diesel::delete(of_person).execute(conn)?,
    };
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Limits, Session, Token};
    use crate::domain::ids::{Id, Instant};
    use chrono::TimeDelta;

    const LIMITS: Limits = Limits { idle: TimeDelta::minutes(30), whole: TimeDelta::hours(8) };

    fn start() -> Instant {
        Instant::from_micros(1_790_000_000_000_000).unwrap()
    }

    fn session(last_used_after: TimeDelta) -> Session {
        let at = start();
        Session { id: Id::new(at), last_used_at: at.plus(last_used_after), expires_at: at.plus(LIMITS.whole) }
    }

    #[test]
    fn a_token_is_read_back_from_its_header_and_only_from_a_bearer_header() {
        let token = Token::fresh().unwrap();
        let read = |header: &str| Token::of_header(header).map(|token| token.digest());
        assert_eq!(read(&format!("Bearer {}", token.reveal())), Some(token.digest()));
        assert_eq!(read(&format!("bearer  {}", token.reveal())), Some(token.digest()));
        for other in ["", "Bearer", "Bearer ", "Bearer short", &format!("Basic {}", token.reveal())] {
            assert_eq!(read(other), None, "{other}");
        }
        assert_eq!(read(&format!("Bearer {}!", &token.reveal()[1..])), None);
    }

    #[test]
    fn two_tokens_differ_and_only_their_hash_is_kept() {
        let (one, other) = (Token::fresh().unwrap(), Token::fresh().unwrap());
        assert_ne!(one.reveal(), other.reveal());
        assert_eq!(one.digest().len(), 64);
        assert!(!one.digest().contains(one.reveal()));
        assert_eq!(format!("{one:?}"), "Token");
    }

    #[test]
    fn a_session_ends_after_its_idle_time_and_at_its_end_whatever_is_done() {
        let fresh = session(TimeDelta::zero());
        assert!(fresh.lasts(start().plus(TimeDelta::minutes(29)), LIMITS));
        assert!(!fresh.lasts(start().plus(TimeDelta::minutes(30)), LIMITS));
        let busy = session(TimeDelta::minutes(470));
        assert!(busy.lasts(start().plus(TimeDelta::minutes(479)), LIMITS));
        assert!(!busy.lasts(start().plus(TimeDelta::hours(8)), LIMITS));
    }

    #[test]
    fn the_last_use_is_noted_at_most_once_a_minute() {
        let fresh = session(TimeDelta::zero());
        assert!(!fresh.is_to_be_noted(start().plus(TimeDelta::seconds(59))));
        assert!(fresh.is_to_be_noted(start().plus(TimeDelta::seconds(60))));
    }
}
