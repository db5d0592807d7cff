//! The sample district as the tests know it: one password for all, and every id by its code.

use diesel::prelude::*;
use onedoor::db::Db;
use onedoor::db::schema::{categories, companies, memberships, persons, units};
use onedoor::district;
use onedoor::domain::ids::{Id, Instant};
use onedoor::people::Password;
use std::collections::HashMap;

/// Everybody's password.
pub(crate) const PASSWORD: &str = "One-door-in";

/// When the district is built: some weeks before any scenario begins.
const BUILT: &str = "2026-09-01T09:00:00+08:00";

/// The ids of what is there, as the API spells them.
#[derive(Debug, Default)]
pub(crate) struct Sample {
    units: HashMap<String, String>,
    categories: HashMap<String, String>,
    persons: HashMap<String, String>,
    companies: HashMap<String, String>,
}

impl Sample {
    /// Builds the district in a migrated database.
    pub(crate) fn build(db: &Db) -> Self {
        let at: Instant = serde_json::from_value(BUILT.into()).expect("a time");
        let password = Password::typed("/password", PASSWORD).and_then(|password| password.hash_here());
        let password = password.expect("a password can be hashed");
        let accounts = district::accounts().expect("the sample is right").into_iter();
        let passwords: HashMap<_, _> = accounts.map(|account| (account.username, password.clone())).collect();
        let today = at.utc().date_naive();
        db.write_blocking(move |conn| district::build(conn, at, today, &passwords)).expect("it is built");
        db.read_blocking(|conn| {
            let of_companies = memberships::table
                .inner_join(persons::table)
                .inner_join(companies::table)
                .select((persons::username.assume_not_null(), companies::id));
            Ok(Self {
                units: spelled(units::table.select((units::code, units::id)).load(conn)?),
                categories: spelled(categories::table.select((categories::code, categories::id)).load(conn)?),
                persons: spelled(
                    persons::table.select((persons::username.assume_not_null(), persons::id)).load(conn)?,
                ),
                companies: spelled(of_companies.load(conn)?),
            })
        })
        .expect("it can be read")
    }

    /// The id of the unit with this code.
    #[track_caller]
    pub(crate) fn unit(&self, code: &str) -> &str {
        self.units.get(code).expect("a unit of the sample district")
    }

    /// The id of the category with this code.
    #[track_caller]
    pub(crate) fn category(&self, code: &str) -> &str {
        self.categories.get(code).expect("a category of the sample district")
    }

    /// The id of the person with this user name.
    #[track_caller]
    pub(crate) fn person(&self, username: &str) -> &str {
        self.persons.get(username).expect("an account of the sample district")
    }

    /// The id of the company whose user has this user name.
    #[track_caller]
    pub(crate) fn company(&self, username: &str) -> &str {
        self.companies.get(username).expect("a company's user of the sample district")
    }
}

fn spelled(rows: Vec<(String, Id)>) -> HashMap<String, String> {
    rows.into_iter().map(|(name, id)| (name, id.to_string())).collect()
}
