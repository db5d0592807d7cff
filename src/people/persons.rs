//! Persons: who logs in.

use super::act::Resource;
use super::memberships;
use super::password::PasswordHash;
use super::rights;
use super::sessions;
use super::words::{PersonLanguage, PersonState};
use crate::db::schema::persons;
use crate::db::{Conn, for_update, unique};
use crate::domain::actor::{Actor, Place};
use crate::domain::ids::{Id, Instant};
use crate::domain::lifecycle::Capacity;
use crate::domain::phone::Phone;
use crate::domain::words::Role;
use crate::fault::{Code, Fault};
use crate::journal::{self, Chain, Detail, Entry, SubjectKind};
use crate::web::one_more;
use diesel::prelude::*;
use std::collections::HashMap;

/// A person as stored.
#[derive(Debug, Clone, Queryable)]
pub struct Person {
    /// Their id.
    pub id: Id,
    /// The name they log in with.
    pub username: Option<String>,
    /// The phone they log in with.
    pub phone: Option<String>,
    /// Their real name.
    pub name: String,
    /// Where their mail goes.
    pub email: Option<String>,
    password_hash: String,
    /// The language they are written to in.
    pub language: PersonLanguage,
    /// Whether they may log in.
    pub state: PersonState,
    /// When they were added.
    pub created_at: Instant,
    /// When their password was last changed.
    pub password_changed_at: Instant,
    /// Whether the password was made up for them, and opens nothing until they change it.
    pub password_one_time: bool,
    /// Rises with every change.
    pub version: i32,
    journal_seq: i32,
    journal_head: String,
}

impl Person {
    /// Whether they may log in.
    pub fn is_active(&self) -> bool {
        self.state == PersonState::Active
    }

    /// The names they log in by.
    pub(super) fn log_in_names(&self) -> Vec<&str> {
        self.username.iter().chain(&self.phone).map(String::as_str).collect()
    }

    /// What is stored of their password.
    pub(super) fn password(&self) -> PasswordHash {
        PasswordHash::stored(self.password_hash.clone())
    }

    /// The end of their chain in the journal.
    pub(super) fn chain(&self) -> Chain {
        Chain { seq: self.journal_seq, head: self.journal_head.clone() }
    }
}

/// A user name as it is stored: 3 to 32 lower-case letters, digits, dots, hyphens and underscores, a letter first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Username(String);

impl Username {
    /// Reads a user name; `None` where it is none.
    pub fn parse(text: &str) -> Option<Self> {
        let is_one = (3..=32).contains(&text.len())
            && text.starts_with(|first: char| first.is_ascii_lowercase())
            && text
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'_'));
        is_one.then(|| Self(text.to_owned()))
    }

    /// The name itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A person to be added; one of user name and phone is there.
#[derive(Debug, Clone)]
pub struct NewPerson {
    /// The name they log in with.
    pub username: Option<Username>,
    /// The phone they log in with.
    pub phone: Option<Phone>,
    /// Their real name.
    pub name: String,
    /// Where their mail goes.
    pub email: Option<String>,
    /// The language they are written to in.
    pub language: PersonLanguage,
    /// What is stored of their password.
    pub password: PasswordHash,
    /// Whether that password was made up for them, and opens nothing until they change it.
    pub one_time: bool,
}

/// The person with this id.
pub fn person(conn: &mut Conn, id: Id) -> Result<Option<Person>, Fault> {
    Ok(persons::table.filter(persons::id.eq(id)).first(conn).optional()?)
}

/// Whether anybody is known here.
pub fn any_person(conn: &mut Conn) -> Result<bool, Fault> {
    Ok(persons::table.select(persons::id).first::<Id>(conn).optional()?.is_some())
}

/// The person with this id as `actor` may see them: administrators and the person. To everyone else they are hidden.
pub(super) fn visible_person(conn: &mut Conn, actor: &Actor, id: Id) -> Result<Person, Fault> {
    if rights::keeper(actor).is_none() && actor.person != Some(id) {
        return Err(Fault::hidden());
    }
    person(conn, id)?.ok_or_else(Fault::hidden)
}

/// A person as acts are about one.
pub(super) const PERSON: Resource = Resource {
    version: |conn, id| Ok(locked(conn, id)?.map(|person| person.version)),
    seen: |conn, _, actor, id| visible_person(conn, actor, id).map(drop),
};

/// The real names of those of the persons named that there are, by id.
pub fn person_names(conn: &mut Conn, ids: &[Id]) -> Result<HashMap<Id, String>, Fault> {
    let rows: Vec<(Id, String)> = persons::table
        .filter(persons::id.eq_any(ids.to_vec()))
        .select((persons::id, persons::name))
        .load(conn)?;
    Ok(rows.into_iter().collect())
}

/// The person who logs in by this user name or phone.
pub(super) fn by_log_in_name(conn: &mut Conn, name: &str) -> Result<Option<Person>, Fault> {
    let name = name.trim();
    let query = persons::table;
    // A user name begins with a letter and a phone does not, so one text is never both.
    let found = match Phone::parse(name) {
        Ok(phone) => query.filter(persons::phone.eq(phone.as_str())).first(conn),
        Err(_) => query.filter(persons::username.eq(name.to_lowercase())).first(conn),
    };
    Ok(found.optional()?)
}

/// Up to `limit` persons and one more, in the order they were added, after the one given.
pub(super) fn page(
    conn: &mut Conn,
    actor: &Actor,
    state: Option<PersonState>,
    after: Option<Id>,
    limit: usize,
) -> Result<Vec<Person>, Fault> {
    rights::or_denied(rights::keeper(actor))?;
    let mut query = persons::table.order(persons::id).into_boxed();
    if let Some(state) = state {
        query = query.filter(persons::state.eq(state));
    }
    if let Some(after) = after {
        query = query.filter(persons::id.gt(after));
    }
    Ok(query.limit(one_more(limit)).load(conn)?)
}

/// Adds a member of staff, without a role yet.
pub fn create_person(conn: &mut Conn, at: Instant, actor: &Actor, new: &NewPerson) -> Result<Person, Fault> {
    let capacity = rights::or_denied(rights::keeper(actor))?;
    insert(conn, at, actor, capacity, Id::new(at), "", new)
}

/// Adds an administrator: what the command line makes the first account with.
pub fn create_admin(conn: &mut Conn, at: Instant, new: &NewPerson) -> Result<Person, Fault> {
    let actor = Actor::system();
    let person = insert(conn, at, &actor, Capacity::System, Id::new(at), "", new)?;
    memberships::add(conn, at, &actor, Capacity::System, person.id, (Role::Admin, &Place::House))?;
    Ok(person)
}

/// Inserts a person. The rights have been judged; `place` is where the person stands in the caller's body.
pub(super) fn insert(
    conn: &mut Conn,
    at: Instant,
    actor: &Actor,
    capacity: Capacity,
    id: Id,
    place: &str,
    new: &NewPerson,
) -> Result<Person, Fault> {
    let username = new.username.as_ref().map(Username::as_str);
    let phone = new.phone.as_ref().map(Phone::as_str);
    check_free(conn, place, username, phone)?;
    let mut chain = Chain::empty();
    let detail = Detail::none()
        .personal("name", Some(&new.name))
        .personal("username", username)
        .personal("phone", phone)
        .personal("email", new.email.as_deref());
    let subject = (SubjectKind::Person, id);
    journal::record(conn, &mut chain, Entry { subject, at, actor, capacity, act: "create_person", detail })?;
    let inserted = diesel::insert_into(persons::table)
        .values((
            persons::id.eq(id),
            persons::username.eq(username),
            persons::phone.eq(phone),
            persons::name.eq(&new.name),
            persons::email.eq(&new.email),
            persons::password_hash.eq(new.password.as_str()),
            persons::language.eq(new.language),
            persons::state.eq(PersonState::Active),
            persons::created_at.eq(at),
            persons::password_changed_at.eq(at),
            persons::password_one_time.eq(new.one_time),
            persons::version.eq(1),
            persons::journal_seq.eq(chain.seq),
            persons::journal_head.eq(chain.head),
        ))
        .returning(persons::all_columns)
        .get_result(conn);
    // Only a rival in the same moment gets past the check above; the cause names the column it took.
    unique(inserted, Code::UsernameTaken).map_err(|fault| match (&fault.code, &fault.cause) {
        (Code::UsernameTaken, Some(cause)) if cause.contains("phone") => taken(place, Code::PhoneTaken),
        (Code::UsernameTaken, _) => taken(place, Code::UsernameTaken),
        _ => fault,
    })
}

fn check_free(
    conn: &mut Conn,
    place: &str,
    username: Option<&str>,
    phone: Option<&str>,
) -> Result<(), Fault> {
    if let Some(username) = username {
        let holders = persons::table.filter(persons::username.eq(username));
        if holders.count().get_result::<i64>(conn)? > 0 {
            return Err(taken(place, Code::UsernameTaken));
        }
    }
    if let Some(phone) = phone {
        let holders = persons::table.filter(persons::phone.eq(phone));
        if holders.count().get_result::<i64>(conn)? > 0 {
            return Err(taken(place, Code::PhoneTaken));
        }
    }
    Ok(())
}

fn taken(place: &str, code: Code) -> Fault {
    let field = if code == Code::PhoneTaken { "phone" } else { "username" };
    Fault::field(code, format!("{place}/{field}"))
}

/// Shuts a person out: every session ends at once. The last administrator cannot be disabled.
pub fn disable_person(conn: &mut Conn, at: Instant, actor: &Actor, id: Id) -> Result<Person, Fault> {
    let capacity = rights::or_hidden(rights::keeper(actor))?;
    let admins = memberships::lock_admins(conn, at)?;
    let person = locked(conn, id)?.ok_or_else(Fault::hidden)?;
    if !person.is_active() {
        return Ok(person);
    }
    if admins.contains(&id) && !any_other_active(conn, &admins, id)? {
        return Err(Fault::new(Code::LastAdmin));
    }
    sessions::close_all(conn, id, None)?;
    change_state(conn, at, (actor, capacity), &person, (PersonState::Disabled, "disable_person"))
}

/// Lets a person in again.
pub fn enable_person(conn: &mut Conn, at: Instant, actor: &Actor, id: Id) -> Result<Person, Fault> {
    let capacity = rights::or_hidden(rights::keeper(actor))?;
    let person = locked(conn, id)?.ok_or_else(Fault::hidden)?;
    if person.is_active() {
        return Ok(person);
    }
    change_state(conn, at, (actor, capacity), &person, (PersonState::Active, "enable_person"))
}

/// Whether one of these persons beside `id` may log in.
pub(super) fn any_other_active(conn: &mut Conn, ids: &[Id], id: Id) -> Result<bool, Fault> {
    let others: Vec<Id> = ids.iter().copied().filter(|other| *other != id).collect();
    let active =
        persons::table.filter(persons::id.eq_any(others)).filter(persons::state.eq(PersonState::Active));
    Ok(active.count().get_result::<i64>(conn)? > 0)
}

fn change_state(
    conn: &mut Conn,
    at: Instant,
    (actor, capacity): (&Actor, Capacity),
    person: &Person,
    (state, act): (PersonState, &'static str),
) -> Result<Person, Fault> {
    let mut chain = person.chain();
    let subject = (SubjectKind::Person, person.id);
    journal::record(conn, &mut chain, Entry { subject, at, actor, capacity, act, detail: Detail::none() })?;
    Ok(diesel::update(persons::table.filter(persons::id.eq(person.id)))
        .set((
            persons::state.eq(state),
            persons::version.eq(person.version.saturating_add(1)),
            persons::journal_seq.eq(chain.seq),
            persons::journal_head.eq(chain.head),
        ))
        .returning(persons::all_columns)
        .get_result(conn)?)
}

/// The person with this id, the row locked until the transaction ends.
pub fn locked(conn: &mut Conn, id: Id) -> Result<Option<Person>, Fault> {
    Ok(for_update(persons::table.filter(persons::id.eq(id))).get_result(conn).optional()?)
}

/// As [`store_chain`], after an act on something the person is shown with: raises the version.
pub(super) fn store_change(conn: &mut Conn, id: Id, chain: Chain) -> Result<(), Fault> {
    store_chain(conn, id, chain)?;
    let raised = persons::version.eq(persons::version + 1);
    diesel::update(persons::table.filter(persons::id.eq(id))).set(raised).execute(conn)?;
    Ok(())
}

/// Stores the end of a person's chain after an act on something that hangs on the person.
pub(super) fn store_chain(conn: &mut Conn, id: Id, chain: Chain) -> Result<(), Fault> {
    diesel::update(persons::table.filter(persons::id.eq(id)))
        .set((persons::journal_seq.eq(chain.seq), persons::journal_head.eq(chain.head)))
        .execute(conn)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::Username;

    #[test]
    fn a_user_name_has_3_to_32_lower_case_letters_digits_dots_hyphens_and_underscores() {
        for name in ["abc", "zhang.wei-2_a", &"a".repeat(32)] {
            assert!(Username::parse(name).is_some(), "{name}");
        }
        for name in ["ab", "Abc", "1abc", ".abc", "a b", "张三丰", "a@b.c", &"a".repeat(33)] {
            assert!(Username::parse(name).is_none(), "{name}");
        }
    }
}
