//! The sample district: a whole small administration with one account per role, for `demo` and the tests.
//!
//! Everything is made by the rooms' use cases, as the program's own act, so it is journaled like any other deed.
//! No person is invented: accounts are named by what they do.

use crate::db::Conn;
use crate::domain::actor::Actor;
use crate::domain::ids::{Id, Instant};
use crate::domain::uscc::Uscc;
use crate::domain::words::Role;
use crate::fault::Fault;
use crate::people::{
    self, CompanyStanding, NewCompany, NewPerson, NewUnit, PasswordHash, PersonLanguage, UnitKind, Username,
};
use crate::promises;
use crate::seed::{self, Sample};
use chrono::NaiveDate;
use std::collections::{BTreeSet, HashMap};

/// The departments that have people, beside those that answer for the published cases.
const STAFFED: [&str; 5] = ["industry", "natural_resources", "permits", "traffic_police", "urban_management"];

/// The user names of the companies of the published cases, by the code of the case.
const COMPANIES: [(&str, &str); 5] = [
    ("junction_signal", "chemical"),
    ("ancient_tombs", "metal"),
    ("sewer_connection", "bearing"),
    ("dark_street_lamps", "washer"),
    ("land_for_a_hall", "equipment"),
];

/// The first day on which the units exist.
const FOUNDED: (i32, u32, u32) = (2020, 1, 1);

/// One account of the sample district.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The name it logs in with.
    pub username: String,
    /// What it is.
    pub role: Role,
    /// The unit's or the company's name; empty for roles held in the whole house.
    pub place: String,
    at: Standing,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Standing {
    House,
    Unit(String),
    /// The code of the case whose company it is.
    Company(String),
}

impl Account {
    fn of_unit(sample: &Sample, username: String, role: Role, code: &str) -> Result<Self, Fault> {
        let unit = sample.units.iter().find(|unit| unit.code == code).ok_or_else(|| missing("unit", code))?;
        Ok(Self { username, role, place: unit.zh.clone(), at: Standing::Unit(code.to_owned()) })
    }

    fn of_house(username: &str, role: Role) -> Self {
        Self { username: username.to_owned(), role, place: String::new(), at: Standing::House }
    }
}

/// Every account the district has: a user for each company, the office's dispatcher, a handler and a signer for each
/// staffed department, a supervisor and a leader over the district, an auditor and an administrator.
pub fn accounts() -> Result<Vec<Account>, Fault> {
    let sample = seed::sample().map_err(Fault::internal)?;
    let mut accounts = Vec::new();
    for (code, username) in COMPANIES {
        let case = sample.cases.iter().find(|case| case.code == code).ok_or_else(|| missing("case", code))?;
        accounts.push(Account {
            username: username.to_owned(),
            role: Role::Company,
            place: case.company.clone(),
            at: Standing::Company(code.to_owned()),
        });
    }
    let over_all = [
        ("dispatcher", Role::Dispatcher, "business_environment"),
        ("specialist", Role::Specialist, "business_environment"),
        ("supervisor", Role::Supervisor, "district"),
        ("leader", Role::Leader, "district"),
    ];
    for (username, role, unit) in over_all {
        accounts.push(Account::of_unit(&sample, username.to_owned(), role, unit)?);
    }
    for unit in staffed(&sample) {
        for role in [Role::Handler, Role::Signer] {
            accounts.push(Account::of_unit(&sample, format!("{unit}.{}", role.code()), role, unit)?);
        }
    }
    accounts.push(Account::of_house("auditor", Role::Auditor));
    accounts.push(Account::of_house("admin", Role::Admin));
    Ok(accounts)
}

/// The departments that lead or assist a published case by the duty table, and those named above.
fn staffed(sample: &Sample) -> BTreeSet<&str> {
    let cases: BTreeSet<&str> = sample.cases.iter().map(|case| case.category.as_str()).collect();
    let rows = sample.duty.iter().filter(|row| cases.contains(row.category.as_str()));
    let named = rows.flat_map(|row| row.assists.iter().map(String::as_str).chain([row.lead.as_str()]));
    named.chain(STAFFED).collect()
}

/// Fills an empty database with the district at `at`: calendars and promise book, units, accounts, companies,
/// categories and the duty table. `today` is that day at the office; each account's password is what `passwords` has
/// for its user name.
pub fn build(
    conn: &mut Conn,
    at: Instant,
    today: NaiveDate,
    passwords: &HashMap<String, PasswordHash>,
) -> Result<(), Fault> {
    let sample = seed::sample().map_err(Fault::internal)?;
    promises::seed(conn, at)?;
    let units = add_units(conn, at, &sample)?;
    promises::seed_sample(conn, at)?;
    for account in accounts()? {
        let password =
            passwords.get(&account.username).ok_or_else(|| missing("password", &account.username))?;
        let person = person(&account, password)?;
        match &account.at {
            Standing::Company(code) => add_company(conn, at, &sample, code, &person)?,
            Standing::House => add_staff(conn, at, today, &person, (account.role, None))?,
            Standing::Unit(code) => {
                let unit = *units.get(code).ok_or_else(|| missing("unit", code))?;
                add_staff(conn, at, today, &person, (account.role, Some(unit)))?;
            }
        }
    }
    Ok(())
}

fn add_units(conn: &mut Conn, at: Instant, sample: &Sample) -> Result<HashMap<String, Id>, Fault> {
    let (year, month, day) = FOUNDED;
    let valid_from =
        NaiveDate::from_ymd_opt(year, month, day).ok_or_else(|| Fault::internal("no such day"))?;
    let mut units = HashMap::new();
    for unit in &sample.units {
        let kind = unit.kind.code();
        let new = NewUnit {
            code: unit.code.clone(),
            name: unit.zh.clone(),
            name_en: Some(unit.en.clone()),
            kind: UnitKind::from_code(kind).ok_or_else(|| missing("kind of unit", kind))?,
            parent: unit.parent.as_ref().and_then(|parent| units.get(parent)).copied(),
            calendar: "cn".to_owned(),
            email: None,
            valid_from,
            valid_until: None,
        };
        units.insert(unit.code.clone(), people::create_unit(conn, at, &Actor::system(), &new)?.id);
    }
    Ok(units)
}

fn person(account: &Account, password: &PasswordHash) -> Result<NewPerson, Fault> {
    Ok(NewPerson {
        username: Some(
            Username::parse(&account.username).ok_or_else(|| missing("user name", &account.username))?,
        ),
        phone: None,
        name: format!("{}{}", account.place, title(account.role)),
        email: Some(format!("{}@example.org", account.username)),
        language: PersonLanguage::Chinese,
        password: password.clone(),
        one_time: false,
    })
}

/// What one who holds this role is called.
const fn title(role: Role) -> &'static str {
    match role {
        Role::Company => "联系人",
        Role::Dispatcher => "分派员",
        Role::Handler => "承办人",
        Role::Signer => "审签人",
        Role::Supervisor => "督查员",
        Role::Leader => "负责人",
        Role::Specialist => "服务专员",
        Role::Auditor => "审计员",
        Role::Admin => "管理员",
    }
}

fn add_staff(
    conn: &mut Conn,
    at: Instant,
    today: NaiveDate,
    person: &NewPerson,
    place: (Role, Option<Id>),
) -> Result<(), Fault> {
    let person = people::create_person(conn, at, &Actor::system(), person)?;
    people::grant(conn, at, &Actor::system(), today, person.id, place)?;
    Ok(())
}

fn add_company(
    conn: &mut Conn,
    at: Instant,
    sample: &Sample,
    code: &str,
    user: &NewPerson,
) -> Result<(), Fault> {
    let case = sample.cases.iter().find(|case| case.code == code).ok_or_else(|| missing("case", code))?;
    let uscc = Uscc::parse(&case.uscc).map_err(|_| missing("credit code", &case.uscc))?;
    let company = NewCompany {
        uscc: Some(uscc),
        name: case.company.clone(),
        standing: CompanyStanding::Registered,
        size: None,
        industry: Some(case.industry.clone()),
        street: None,
        contact_name: None,
        contact_phone: None,
    };
    people::create_company(conn, at, &Actor::system(), &company, Some(user))?;
    Ok(())
}

fn missing(what: &str, name: &str) -> Fault {
    Fault::internal(format_args!("the sample district has no {what} {name:?}"))
}
