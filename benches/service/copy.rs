//! Rows that real acts have written, copied many times under new ids and at other times.
//!
//! A template is every row that one subject has: found by the columns `id`, `request_id` and `subject_id`, so that a table
//! added later is copied too. In a copy each id of the template's own rows becomes a new one, each instant moves by the same
//! span, and unique texts are written anew. Nothing is computed again: the hashes of copied journals do not verify.

use super::store::{Column, Place, Store, Value, quoted};
use std::collections::HashMap;

/// One row of a template.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) table: String,
    pub(crate) columns: Vec<Column>,
    pub(crate) values: Vec<Value>,
}

/// Every row that belongs to one or several subjects.
#[derive(Debug, Clone, Default)]
pub(crate) struct Template {
    pub(crate) rows: Vec<Row>,
    /// The ids that a copy has anew, each with its place.
    pub(crate) ids: HashMap<String, usize>,
    /// Digests of personal data, which must be unique.
    pub(crate) digests: Vec<String>,
    /// Texts and ids that become another column of `copies`.
    marks: HashMap<String, &'static str>,
    /// When its first row was made.
    at: i64,
}

/// One copy to be made: when, and of whom.
#[derive(Debug, Clone)]
pub(crate) struct Copied {
    pub(crate) number: u64,
    pub(crate) template: usize,
    pub(crate) at: i64,
    pub(crate) company: String,
    pub(crate) person: String,
    pub(crate) category: String,
    pub(crate) unit: String,
    pub(crate) title: &'static str,
}

impl Template {
    /// All rows of `subjects` as they are now; what `marks` names is taken from the copy's own columns.
    pub(crate) fn of(store: &mut Store, subjects: &[String], marks: HashMap<String, &'static str>) -> Self {
        let mut template = Self { marks, at: i64::MAX, ..Self::default() };
        // The index of words has keys of its own, and is made by who keeps it.
        for (table, columns) in store.tables().into_iter().filter(|(table, _)| !table.starts_with("search_"))
        {
            let by = ["subject_id", "request_id", "id"];
            let Some(by) = by.into_iter().find(|by| columns.iter().any(|column| column.name == *by)) else {
                continue;
            };
            for subject in subjects {
                for values in store.rows(&table, &columns, by, subject) {
                    template.take(Row { table: table.clone(), columns: columns.clone(), values });
                }
            }
        }
        // What others refer to comes first.
        template.rows.sort_by_key(|row| row.table != "requests");
        template
    }

    /// Texts in columns of these names are unique: a copy has its own number there.
    pub(crate) fn mark_unique(&mut self, names: &[&str]) {
        for (column, value) in self.rows.iter().flat_map(|row| row.columns.iter().zip(&row.values)) {
            if let (Value::Text(text), true) = (value, names.contains(&column.name.as_str())) {
                self.marks.insert(text.clone(), "number");
            }
        }
    }

    /// Whether a copy has another text in the place of this one.
    pub(crate) fn is_unique(&self, text: &str) -> bool {
        self.marks.get(text) == Some(&"number")
    }

    /// The id that `id` becomes in the copy with this number, made at `at`.
    pub(crate) fn id_of(&self, id: &str, number: u64, at: i64) -> String {
        let text = format!("{:012x}7{:03x}8{number:015x}", at / 1000, self.ids[id]);
        uuid::Uuid::parse_str(&text).expect("an id").to_string()
    }

    fn take(&mut self, row: Row) {
        for (column, value) in row.columns.iter().zip(&row.values) {
            match value {
                Value::Id(id) if column.name == "id" => {
                    let place = self.ids.len();
                    self.ids.insert(id.clone(), place);
                }
                Value::Text(text) if column.name == "digest" => self.digests.push(text.clone()),
                Value::Instant(at) if column.name == "filed_at" || column.name == "created_at" => {
                    self.at = self.at.min(*at);
                }
                _ => {}
            }
        }
        self.rows.push(row);
    }

    /// The statements that copy this template for each row of `copies` that asks for it.
    fn statements(&self, store: &Store, index: usize) -> Vec<String> {
        let of_row = |row: &Row| {
            let names: Vec<&str> = row.columns.iter().map(|column| column.name.as_str()).collect();
            let pairs = row.columns.iter().zip(&row.values);
            let shown: Vec<String> =
                pairs.map(|(column, value)| self.expression(store, column, value)).collect();
            format!(
                "INSERT INTO {} ({}) SELECT {} FROM copies WHERE template = {index};",
                row.table,
                names.join(", "),
                shown.join(", ")
            )
        };
        self.rows.iter().map(of_row).collect()
    }

    fn expression(&self, store: &Store, column: &Column, value: &Value) -> String {
        let is_file = matches!(store, Store::Sqlite(_));
        match value {
            Value::Id(id) => match (self.marks.get(id), self.ids.get(id)) {
                (Some(mark), _) => (*mark).to_owned(),
                (None, Some(place)) if is_file => format!("unhex(stamp || '7{place:03x}' || tail)"),
                (None, Some(place)) => format!("(stamp || '7{place:03x}' || tail)::uuid"),
                (None, None) => store.literal(value, column),
            },
            Value::Instant(at) if is_file => format!("{at} + delta"),
            Value::Instant(_) => {
                format!("{} + delta * interval '1 microsecond'", store.literal(value, column))
            }
            Value::Text(text) => match (self.marks.get(text), self.pieces(text)) {
                (Some(mark), _) => (*mark).to_owned(),
                (None, Some(pieces)) if is_file => pieces,
                (None, Some(pieces)) => format!("({pieces})::{}", column.kind),
                (None, None) => store.literal(value, column),
            },
            Value::Null | Value::Number(_) => store.literal(value, column),
        }
    }

    /// The text put together from what stays and what a copy has anew; `None` where all of it stays.
    fn pieces(&self, text: &str) -> Option<String> {
        let ids = self.ids.iter().map(|(id, place)| {
            let shown = format!(
                "substr(stamp, 1, 8) || '-' || substr(stamp, 9, 4) || '-7{place:03x}-' || substr(tail, 1, 4) || '-' || \
                 substr(tail, 5, 12)"
            );
            (id.as_str(), shown)
        });
        let digests =
            self.digests.iter().map(|digest| (digest.as_str(), format!("mix || '{}'", &digest[8..])));
        let found = ids.chain(digests).flat_map(|(anew, shown)| {
            text.match_indices(anew).map(move |(at, _)| (at, anew.len(), shown.clone())).collect::<Vec<_>>()
        });
        let mut found: Vec<(usize, usize, String)> = found.collect();
        if found.is_empty() {
            return None;
        }
        found.sort();
        let (mut pieces, mut end) = (Vec::new(), 0);
        for (at, length, shown) in found {
            if at > end {
                pieces.push(quoted(&text[end..at]));
            }
            pieces.push(shown);
            end = at + length;
        }
        if end < text.len() {
            pieces.push(quoted(&text[end..]));
        }
        Some(pieces.join(" || "))
    }
}

/// How many copies are made in one go.
const TOGETHER: usize = 20_000;

/// Makes all `copies` of the `templates`.
pub(crate) fn copy(place: &Place, templates: &[Template], copies: impl Iterator<Item = Copied>) {
    let mut store = place.connect();
    let (id, begin) = match &store {
        Store::Sqlite(_) => {
            ("BLOB", "PRAGMA foreign_keys = OFF; PRAGMA journal_mode = OFF; PRAGMA cache_size = -1000000")
        }
        Store::Postgres(_) => {
            ("uuid", "SET session_replication_role = replica; SET synchronous_commit = off")
        }
    };
    store.run(begin);
    store.run(&format!(
        "CREATE TEMP TABLE copies (template integer, delta bigint, stamp text, tail text, mix text, number text, title text, \
         company {id}, person {id}, category {id}, unit {id})"
    ));
    let statements: Vec<Vec<String>> =
        templates.iter().enumerate().map(|(index, template)| template.statements(&store, index)).collect();
    let mut copies = copies.peekable();
    while copies.peek().is_some() {
        store.run("BEGIN");
        let rows: Vec<String> =
            copies.by_ref().take(TOGETHER).map(|copy| row(&store, templates, &copy)).collect();
        store.run("DELETE FROM copies");
        for some in rows.chunks(500) {
            store.run(&format!("INSERT INTO copies VALUES {}", some.join(", ")));
        }
        statements.iter().flatten().for_each(|statement| store.run(statement));
        store.run("COMMIT");
    }
    drop(store);
    let mut store = place.connect();
    store.run(match &store {
        Store::Sqlite(_) => "PRAGMA wal_checkpoint(TRUNCATE)",
        Store::Postgres(_) => "VACUUM ANALYZE",
    });
}

fn row(store: &Store, templates: &[Template], copy: &Copied) -> String {
    let millis = copy.at / 1000;
    let id = |text: &str| {
        store.literal(&Value::Id(text.to_owned()), &Column { name: String::new(), kind: "uuid".to_owned() })
    };
    format!(
        "({}, {}, '{millis:012x}', '8{:015x}', '{:08x}', 'QS{:014}', {}, {}, {}, {}, {})",
        copy.template,
        copy.at - templates[copy.template].at,
        copy.number,
        copy.number.wrapping_mul(2_654_435_761) % (1 << 32),
        copy.number,
        quoted(copy.title),
        id(&copy.company),
        id(&copy.person),
        id(&copy.category),
        id(&copy.unit),
    )
}
