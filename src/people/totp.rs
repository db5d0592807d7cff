//! One-time codes of an authenticator (TOTP, RFC 6238), and the recovery codes for when it is lost.
//!
//! No secret is stored: it follows from the enrolment's id and the installation's key (deterministic generation, RFC
//! 4226 §7.5). A code is good for its 30 seconds and the 30 on either side, once.

use super::keys::{Keys, Purpose};
use super::persons::{self, Person};
use super::{rights, sessions};
use crate::db::schema::{recovery_codes, totp_enrolments};
use crate::db::{Conn, for_update};
use crate::domain::actor::Actor;
use crate::domain::ids::{Id, Instant};
use crate::domain::lifecycle::Capacity;
use crate::fault::{Code, Fault};
use crate::journal::{self, Detail, Entry, SubjectKind};
use diesel::prelude::*;
use totp_rs::{Algorithm, Builder, Secret, Totp};

/// The length of a secret that RFC 4226 §4 (R6) recommends, in bytes.
const SECRET: usize = 20;

/// How many recovery codes are given.
const CODES: usize = 10;

/// The letters of a recovery code: none that is read for another. Sixteen of them are 80 bits.
const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
const LENGTH: usize = 16;

/// What an authenticator is told, once.
#[derive(Debug)]
pub(super) struct Offer {
    /// The secret in base 32.
    pub(super) secret: String,
    /// The same with all else as an `otpauth:` URL, for a QR code.
    pub(super) url: String,
}

#[derive(Debug, Queryable)]
struct Enrolment {
    person_id: Id,
    id: Id,
    last_step: i64,
}

/// Whether `person` has confirmed an authenticator.
pub(super) fn is_confirmed(conn: &mut Conn, person: Id) -> Result<bool, Fault> {
    let confirmed = totp_enrolments::table.find(person).filter(totp_enrolments::confirmed_at.is_not_null());
    Ok(diesel::select(diesel::dsl::exists(confirmed)).get_result(conn)?)
}

/// Begins an enrolment, in the place of one begun and not confirmed. Refused as `totp_enrolled` where one is confirmed.
pub(super) fn begin(conn: &mut Conn, at: Instant, keys: &Keys, person: Id) -> Result<Offer, Fault> {
    let person = persons::locked(conn, person)?.ok_or_else(Fault::hidden)?;
    if is_confirmed(conn, person.id)? {
        return Err(Fault::new(Code::TotpEnrolled));
    }
    forget(conn, person.id)?;
    let id = Id::new(at);
    diesel::insert_into(totp_enrolments::table)
        .values((
            totp_enrolments::person_id.eq(person.id),
            totp_enrolments::id.eq(id),
            totp_enrolments::last_step.eq(0),
        ))
        .execute(conn)?;
    let totp = totp(keys, id, person.username.as_deref().or(person.phone.as_deref()).unwrap_or_default())?;
    let url = totp.to_url().map_err(Fault::internal)?;
    Ok(Offer { secret: totp.secret().to_base32(), url })
}

/// Confirms the enrolment begun with a code of the authenticator, ends every other session, and gives the recovery
/// codes, told this once. `None` where the code is wrong or no enrolment was begun.
pub(super) fn confirm(
    conn: &mut Conn,
    at: Instant,
    keys: &Keys,
    (actor, capacity, session): (&Actor, Capacity, Id),
    (person, code): (Id, &str),
) -> Result<Option<Vec<String>>, Fault> {
    let person = persons::locked(conn, person)?.ok_or_else(Fault::hidden)?;
    if is_confirmed(conn, person.id)? {
        return Err(Fault::new(Code::TotpEnrolled));
    }
    let Some(enrolment) = locked(conn, person.id)? else { return Ok(None) };
    if !takes_step(conn, at, keys, &enrolment, code)? {
        return Ok(None);
    }
    diesel::update(totp_enrolments::table.find(person.id))
        .set(totp_enrolments::confirmed_at.eq(at))
        .execute(conn)?;
    let codes = fresh_codes()?;
    for code in &codes {
        diesel::insert_into(recovery_codes::table)
            .values((
                recovery_codes::id.eq(Id::new(at)),
                recovery_codes::person_id.eq(person.id),
                recovery_codes::code_hash.eq(hash(keys, person.id, code)?),
            ))
            .execute(conn)?;
    }
    sessions::close_all(conn, person.id, Some(session))?;
    write_down(conn, at, (actor, capacity), &person, "enrol_totp")?;
    Ok(Some(codes))
}

/// Whether `code` is one of the authenticator's, or a recovery code left; either is then used up. The person is locked.
pub(super) fn accept(
    conn: &mut Conn,
    at: Instant,
    keys: &Keys,
    person: &Person,
    code: &str,
) -> Result<bool, Fault> {
    if let Some(enrolment) = locked(conn, person.id)?
        && takes_step(conn, at, keys, &enrolment, code)?
    {
        return Ok(true);
    }
    let digest = hash(keys, person.id, code)?;
    let of_person = recovery_codes::table.filter(recovery_codes::person_id.eq(person.id));
    Ok(diesel::delete(of_person.filter(recovery_codes::code_hash.eq(digest))).execute(conn)? > 0)
}

/// Takes one's own authenticator away, with a code of it or a recovery code. False where the code is wrong; refused as
/// `no_totp` where there is none.
pub(super) fn remove(
    conn: &mut Conn,
    at: Instant,
    keys: &Keys,
    (actor, capacity): (&Actor, Capacity),
    (person, code): (Id, &str),
) -> Result<bool, Fault> {
    let person = persons::locked(conn, person)?.ok_or_else(Fault::hidden)?;
    if !is_confirmed(conn, person.id)? {
        return Err(Fault::new(Code::NoTotp));
    }
    if !accept(conn, at, keys, &person, code)? {
        return Ok(false);
    }
    forget(conn, person.id)?;
    write_down(conn, at, (actor, capacity), &person, "remove_totp")?;
    Ok(true)
}

/// Takes a person's authenticator and recovery codes away: for administrators, when the device is lost. Every session
/// of the person ends.
pub(super) fn reset(conn: &mut Conn, at: Instant, actor: &Actor, id: Id) -> Result<(), Fault> {
    let capacity = rights::or_hidden(rights::keeper(actor))?;
    let person = persons::locked(conn, id)?.ok_or_else(Fault::hidden)?;
    if !is_confirmed(conn, id)? {
        return Err(Fault::new(Code::NoTotp));
    }
    forget(conn, id)?;
    sessions::close_all(conn, id, None)?;
    write_down(conn, at, (actor, capacity), &person, "reset_totp")
}

fn forget(conn: &mut Conn, person: Id) -> Result<(), Fault> {
    diesel::delete(totp_enrolments::table.find(person)).execute(conn)?;
    diesel::delete(recovery_codes::table.filter(recovery_codes::person_id.eq(person))).execute(conn)?;
    Ok(())
}

fn locked(conn: &mut Conn, person: Id) -> Result<Option<Enrolment>, Fault> {
    let columns = (totp_enrolments::person_id, totp_enrolments::id, totp_enrolments::last_step);
    let of_person = totp_enrolments::table.find(person).select(columns);
    Ok(for_update(of_person).get_result(conn).optional()?)
}

/// Whether `code` is that of a step near `at` later than the last one used; the step is then used.
fn takes_step(
    conn: &mut Conn,
    at: Instant,
    keys: &Keys,
    enrolment: &Enrolment,
    code: &str,
) -> Result<bool, Fault> {
    let seconds = u64::try_from(at.utc().timestamp()).map_err(Fault::internal)?;
    let code: String = code.chars().filter(|character| !character.is_whitespace()).collect();
    let step = totp(keys, enrolment.id, "-")?.check(&code, seconds);
    let step = step.map(i64::try_from).transpose().map_err(Fault::internal)?;
    let Some(step) = step.filter(|step| *step > enrolment.last_step) else { return Ok(false) };
    diesel::update(totp_enrolments::table.find(enrolment.person_id))
        .set(totp_enrolments::last_step.eq(step))
        .execute(conn)?;
    Ok(true)
}

/// The codes of this enrolment: SHA-1, six digits, 30 seconds, which is what authenticators know.
fn totp(keys: &Keys, enrolment: Id, account: &str) -> Result<Totp, Fault> {
    let derived = keys.derive(Purpose::TotpSecret, &enrolment.to_string())?;
    let secret: Vec<u8> = derived.into_iter().take(SECRET).collect();
    Builder::new()
        .with_algorithm(Algorithm::SHA1)
        .with_digits(6)
        .with_skew(1)
        .with_step_duration(30)
        .with_secret(Secret::new(secret.into_boxed_slice()))
        .with_account_name(account)
        .with_issuer(Some("onedoor"))
        .build()
        .map_err(Fault::internal)
}

fn fresh_codes() -> Result<Vec<String>, Fault> {
    let fresh = |_| {
        let mut bytes = [0_u8; LENGTH];
        getrandom::fill(&mut bytes).map_err(Fault::internal)?;
        let letter = |byte: &u8| LETTERS.get(usize::from(byte % 32)).copied().map(char::from);
        let letters: Vec<char> = bytes.iter().filter_map(letter).collect();
        let groups: Vec<String> = letters.chunks(4).map(|group| group.iter().collect()).collect();
        Ok(groups.join("-"))
    };
    (0..CODES).map(fresh).collect()
}

/// What is stored of a recovery code, however it is typed.
fn hash(keys: &Keys, person: Id, code: &str) -> Result<String, Fault> {
    let spelled: String = code.chars().filter(char::is_ascii_alphanumeric).collect();
    keys.digest(Purpose::RecoveryCode, &format!("{person} {}", spelled.to_ascii_lowercase()))
}

fn write_down(
    conn: &mut Conn,
    at: Instant,
    (actor, capacity): (&Actor, Capacity),
    person: &Person,
    act: &'static str,
) -> Result<(), Fault> {
    let mut chain = person.chain();
    let subject = (SubjectKind::Person, person.id);
    journal::record(conn, &mut chain, Entry { subject, at, actor, capacity, act, detail: Detail::none() })?;
    persons::store_chain(conn, person.id, chain)
}
