//! Every value comes back as it went in, sorts and compares the same on both.

use crate::house::{moment, on_both};
use chrono::NaiveDate;
use diesel::connection::SimpleConnection;
use diesel::dsl::{max, min};
use diesel::prelude::*;
use onedoor::db::{Backend, Conn, Json, OrIgnore, sql};
use onedoor::domain::ids::{Id, Instant};
use onedoor::domain::words::{ClockKind, Part, RequestState};
use onedoor::fault::{Code, Fault};
use serde_json::json;

diesel::table! {
    use diesel::sql_types::*;
    use onedoor::db::sql;

    values (id) {
        id -> sql::Id,
        at -> sql::Instant,
        until -> Nullable<sql::Instant>,
        other -> Nullable<sql::Id>,
        state -> Text,
        part -> Nullable<Text>,
        document -> sql::Document,
        extra -> Nullable<sql::Document>,
        small -> Integer,
        big -> BigInt,
        flag -> Bool,
        day -> Date,
        holiday -> Nullable<Date>,
        text -> Nullable<Text>,
    }
}

#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = values, check_for_backend(Backend))]
struct Row {
    id: Id,
    at: Instant,
    until: Option<Instant>,
    other: Option<Id>,
    state: RequestState,
    part: Option<Part>,
    document: Json,
    extra: Option<Json<Vec<String>>>,
    small: i32,
    big: i64,
    flag: bool,
    day: NaiveDate,
    holiday: Option<NaiveDate>,
    text: Option<String>,
}

const ON_SQLITE: &str =
    "CREATE TABLE \"values\" (id BLOB PRIMARY KEY NOT NULL, at INTEGER NOT NULL, until INTEGER,
    other BLOB, state TEXT NOT NULL, part TEXT, document TEXT NOT NULL, extra TEXT, small INTEGER NOT NULL,
    big INTEGER NOT NULL, flag INTEGER NOT NULL, day TEXT NOT NULL, holiday TEXT, text TEXT) STRICT";

const ON_POSTGRES: &str =
    "CREATE TABLE \"values\" (id uuid PRIMARY KEY, at timestamptz NOT NULL, until timestamptz,
    other uuid, state text NOT NULL, part text, document jsonb NOT NULL, extra jsonb, small integer NOT NULL,
    big bigint NOT NULL, flag boolean NOT NULL, day date NOT NULL, holiday date, text text COLLATE \"C\")";

fn row(micros: i64) -> Row {
    let (at, id) = moment(micros);
    Row {
        id,
        at,
        until: None,
        other: None,
        state: RequestState::Submitted,
        part: None,
        document: Json(json!({})),
        extra: None,
        small: 0,
        big: 0,
        flag: false,
        day: NaiveDate::from_ymd_opt(2026, 2, 28).unwrap(),
        holiday: None,
        text: None,
    }
}

fn full() -> Row {
    Row {
        until: Instant::from_micros(-1),
        other: Some(moment(77).1),
        state: RequestState::NeedsInfo,
        part: Some(Part::Assist),
        document: Json(json!({ "名": "稳岗补贴", "n": [1, 2.5, null, true], "quote": "a\"b\\c" })),
        extra: Some(Json(vec!["一".to_owned(), String::new()])),
        small: i32::MIN,
        big: i64::MAX,
        flag: true,
        day: NaiveDate::from_ymd_opt(1949, 10, 1).unwrap(),
        holiday: NaiveDate::from_ymd_opt(2028, 2, 29),
        text: Some("全角　空格，emoji 🙂, ' \" \\ %".to_owned()),
        ..row(123_456)
    }
}

fn insert(conn: &mut Conn, row: &Row) -> Result<(), Fault> {
    diesel::insert_into(values::table).values(row.clone()).execute(conn)?;
    Ok(())
}

async fn with_table(test: impl Fn(&mut Conn) -> Result<(), Fault> + Copy + Send + Sync + 'static) {
    for house in on_both() {
        let table = if house.is_postgres { ON_POSTGRES } else { ON_SQLITE };
        house.db.write(move |conn| Ok(conn.batch_execute(table)?)).await.unwrap();
        house.db.write(test).await.unwrap();
    }
}

#[tokio::test]
async fn a_full_row_and_an_empty_one_come_back_as_they_went_in() {
    with_table(|conn| {
        for expected in [row(0), full()] {
            let returned: Row = diesel::insert_into(values::table)
                .values(expected.clone())
                .returning(values::all_columns)
                .get_result(conn)?;
            assert_eq!(returned, expected);
            let found = values::table.find(expected.id).select(Row::as_select()).first(conn)?;
            assert_eq!(found, expected);
        }
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn lists_of_values_find_their_rows() {
    with_table(|conn| {
        let (one, two) = (row(0), full());
        insert(conn, &one)?;
        insert(conn, &two)?;
        let by_id =
            values::table.filter(values::id.eq_any([one.id, moment(9).1])).count().get_result::<i64>(conn)?;
        let by_at =
            values::table.filter(values::at.eq_any([one.at, two.at])).count().get_result::<i64>(conn)?;
        let words = [RequestState::NeedsInfo, RequestState::Merged];
        let by_state = values::table.filter(values::state.eq_any(words)).count().get_result::<i64>(conn)?;
        let by_day = values::table.filter(values::day.eq_any([two.day])).count().get_result::<i64>(conn)?;
        let none =
            values::table.filter(values::id.eq_any(Vec::<Id>::new())).count().get_result::<i64>(conn)?;
        assert_eq!((by_id, by_at, by_state, by_day, none), (1, 2, 1, 1, 0));
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn instants_and_ids_compare_and_sort_in_time() {
    with_table(|conn| {
        let mut rows: Vec<Row> = [5_000, -5_000, 0, 1_000_000].map(row).into();
        rows[0].until = Instant::from_micros(-62_135_596_800_000_000);
        for row in &rows {
            insert(conn, row)?;
        }
        rows.sort_by_key(|row| row.at);
        let by_at: Vec<Id> = values::table.select(values::id).order(values::at).load(conn)?;
        assert_eq!(by_at, rows.iter().map(|row| row.id).collect::<Vec<_>>());
        let later: Vec<Id> = values::table
            .select(values::id)
            .filter(values::at.gt(rows[1].at))
            .order(values::at)
            .load(conn)?;
        assert_eq!(later, [rows[2].id, rows[3].id]);
        let after: Vec<Id> = values::table
            .select(values::id)
            .filter(values::id.gt(rows[2].id))
            .order(values::id)
            .load(conn)?;
        assert_eq!(after, [rows[3].id]);
        let ends = values::table
            .select((min(values::at), max(values::at)))
            .first::<(Option<Instant>, Option<Instant>)>(conn)?;
        assert_eq!(ends, (Some(rows[0].at), Some(rows[3].at)));
        let year_one: Option<Instant> =
            values::table.select(values::until).filter(values::until.is_not_null()).first(conn)?;
        assert_eq!(year_one.unwrap().to_string(), "0001-01-01T00:00:00Z");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn filters_made_at_run_time_work_on_either_database() {
    with_table(|conn| {
        insert(conn, &row(0))?;
        insert(conn, &full())?;
        let mut query = values::table.select(values::id).into_boxed::<Backend>();
        query = query.filter(values::flag.eq(true)).filter(values::part.eq(Part::Assist));
        query = query.filter(values::small.lt(0)).limit(5);
        assert_eq!(query.load::<Id>(conn)?.len(), 1);
        let counts: Vec<(RequestState, i64)> = values::table
            .group_by(values::state)
            .select((values::state, diesel::dsl::count_star()))
            .order(values::state)
            .load(conn)?;
        assert_eq!(counts, [(RequestState::NeedsInfo, 1), (RequestState::Submitted, 1)]);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn an_insert_that_meets_its_like_is_left_out_and_the_transaction_goes_on() {
    with_table(|conn| {
        let first = row(0);
        assert_eq!(OrIgnore(diesel::insert_into(values::table).values(first.clone())).execute(conn)?, 1);
        assert_eq!(OrIgnore(diesel::insert_into(values::table).values(first)).execute(conn)?, 0);
        insert(conn, &row(1))?;
        assert_eq!(values::table.count().get_result::<i64>(conn)?, 2);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_text_that_is_no_word_of_the_list_is_an_error_that_names_both() {
    with_table(|conn| {
        insert(conn, &row(0))?;
        diesel::update(values::table).set(values::part.eq("boss")).execute(conn)?;
        let read: QueryResult<Option<Part>> = values::table.select(values::part).first(conn);
        let words = Fault::from(read.unwrap_err()).cause.unwrap();
        assert!(words.contains("Part") && words.contains("\"boss\""), "{words}");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn every_clock_kind_is_stored_by_its_code() {
    with_table(|conn| {
        for kind in ClockKind::ALL {
            let spelt: String = diesel::select(
                diesel::dsl::sql::<diesel::sql_types::Text>("").bind::<diesel::sql_types::Text, _>(*kind),
            )
            .get_result(conn)?;
            assert_eq!(spelt, kind.code());
        }
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_character_postgresql_cannot_keep_is_a_fault_and_not_a_crash() {
    for house in on_both() {
        let written = house.put("a\0b").await;
        if house.is_postgres {
            assert_eq!(written.unwrap_err().code, Code::Internal);
        } else {
            written.unwrap();
        }
        house.put("after").await.unwrap();
    }
}

const _: sql::Instant = sql::Instant;
