//! The promises room on both databases: what is seeded, who may change what, and what a change touches.

use crate::support::postgres::postgres;
use chrono::NaiveDate;
use diesel::prelude::*;
use onedoor::db::schema::{books, calendars, persons, units};
use onedoor::db::{Conn, Db, Settings};
use onedoor::domain::actor::{Actor, Place, Standing};
use onedoor::domain::ids::{Id, Instant};
use onedoor::domain::promise::{Book, Case, Holder, Length};
use onedoor::domain::words::{Channel, ClockKind, Kind, Pace, Role, Urgency};
use onedoor::fault::Fault;
use onedoor::promises::{self, CategoryChange, CategoryCode, NewCategory, NewDuty};
use onedoor::seed;
use onedoor::web::IfMatch;
use serde_json::{Value, json};

/// A migrated and seeded database with the sample district.
struct House {
    db: Db,
    _folder: tempfile::TempDir,
}

fn at() -> Instant {
    serde_json::from_value(json!("2026-09-24T16:40:00+08:00")).expect("a time")
}

fn date(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

impl House {
    fn open(url: Option<String>) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let url = url.unwrap_or_else(|| format!("sqlite:{}", folder.path().join("onedoor.db").display()));
        let db = Db::open(&Settings { url, create: true, ..Settings::default() }).expect("it opens");
        db.migrate_up().expect("it migrates");
        let house = Self { db, _folder: folder };
        house
            .act(|conn| {
                seed_units(conn)?;
                promises::seed(conn, at())?;
                promises::seed_sample(conn, at())
            })
            .expect("it is seeded");
        house
    }

    fn act<T, F>(&self, work: F) -> Result<T, Fault>
    where
        T: Send + 'static,
        F: Fn(&mut Conn) -> Result<T, Fault> + Send + Sync + 'static,
    {
        self.db.write_blocking(work)
    }

    /// The code of the fault `work` ends in, and the pointer of its first field.
    fn refused<T, F>(&self, work: F) -> (&'static str, String)
    where
        T: Send + std::fmt::Debug + 'static,
        F: Fn(&mut Conn) -> Result<T, Fault> + Send + Sync + 'static,
    {
        let fault = self.act(work).expect_err("it is refused");
        let pointer = fault.fields.first().map(|field| field.pointer.clone()).unwrap_or_default();
        (fault.code.code(), pointer)
    }
}

/// Runs `scenario` on SQLite, and on PostgreSQL where it is.
fn on_both(scenario: impl Fn(&House)) {
    scenario(&House::open(None));
    if let Some(cluster) = postgres() {
        scenario(&House::open(Some(cluster.fresh_database())));
    }
}

fn seed_units(conn: &mut Conn) -> Result<(), Fault> {
    for unit in seed::units().map_err(Fault::internal)? {
        diesel::insert_into(units::table)
            .values((
                units::id.eq(Id::new(at())),
                units::code.eq(&unit.code),
                units::name.eq(&unit.zh),
                units::kind.eq(unit.kind.code()),
                units::path.eq(format!("/{}/", unit.code)),
                units::calendar.eq("cn"),
                units::valid_from.eq(date("2020-01-01")),
                units::version.eq(1),
                units::journal_seq.eq(0),
                units::journal_head.eq(""),
            ))
            .execute(conn)?;
    }
    Ok(())
}

fn unit(conn: &mut Conn, code: &str) -> Result<Id, Fault> {
    Ok(units::table.filter(units::code.eq(code)).select(units::id).first(conn)?)
}

/// Somebody with this role in the unit with this code.
fn somebody(house: &House, role: Role, code: &'static str) -> Actor {
    let found = house.act(move |conn| {
        let person = Id::new(at());
        diesel::insert_into(persons::table)
            .values((
                persons::id.eq(person),
                persons::name.eq("某人"),
                persons::password_hash.eq("none"),
                persons::language.eq("zh-CN"),
                persons::state.eq("active"),
                persons::created_at.eq(at()),
                persons::password_changed_at.eq(at()),
                persons::password_one_time.eq(false),
                persons::version.eq(1),
                persons::journal_seq.eq(0),
                persons::journal_head.eq(""),
            ))
            .execute(conn)?;
        Ok((person, unit(conn, code)?))
    });
    let (person, unit) = found.expect("a unit of the sample");
    let standing = Standing { role, place: Place::Unit { unit, scope: vec![unit] } };
    Actor { person: Some(person), standings: vec![standing] }
}

fn document(house: &House) -> Value {
    house.act(|conn| promises::read_book(conn, None)).expect("there is a book").document.0
}

/// The first book with the conclusion limit of every rule for it changed to this many working days.
fn with_conclusion(house: &House, days: u32) -> Value {
    let mut book = document(house);
    for rule in book["rules"].as_array_mut().expect("rules") {
        if rule["clocks"] == json!(["conclusion"]) && rule["length"]["working_days"].is_number() {
            rule["length"] = json!({ "working_days": days });
        }
    }
    book
}

fn conclusion(book: &Book) -> Option<Length> {
    let case = Case {
        clock: ClockKind::Conclusion,
        holder: Holder::Lead,
        kind: Kind::Help,
        urgency: Urgency::Normal,
        category: None,
        channel: Channel::App,
        pace: Pace::Ordinary,
    };
    book.rule_for(&case).and_then(|rule| rule.length)
}

fn codes(house: &House, on: &'static str) -> Vec<String> {
    let classes = house.act(move |conn| promises::category_tree(conn, date(on))).expect("the tree");
    classes
        .into_iter()
        .flat_map(|class| std::iter::once(class.class).chain(class.sub_classes))
        .map(|category| category.code)
        .collect()
}

fn category(house: &House, code: &'static str) -> Id {
    let found = house.act(move |conn| promises::category_by_code(conn, code)).expect("it is read");
    found.expect("a category of the sample").id
}

fn new_category(code: &str) -> NewCategory {
    NewCategory {
        code: CategoryCode::parse(code).expect("a code"),
        name: "测试".to_owned(),
        name_en: None,
        position: None,
        valid_from: date("2026-09-24"),
    }
}

fn lead_on(house: &House, code: &'static str, on: &'static str) -> Option<Id> {
    let category = category(house, code);
    let duty = house.act(move |conn| promises::duty(conn, category, date(on))).expect("it is read");
    duty.map(|duty| duty.lead)
}

fn unit_id(house: &House, code: &'static str) -> Id {
    house.act(move |conn| unit(conn, code)).expect("a unit of the sample")
}

#[test]
fn a_second_start_finds_everything_and_changes_nothing() {
    on_both(|house| {
        house
            .act(|conn| promises::seed(conn, at()).and_then(|()| promises::seed_sample(conn, at())))
            .expect("again");
        let counts = house.act(|conn| {
            let books: i64 = books::table.count().get_result(conn)?;
            let calendars: i64 = calendars::table.count().get_result(conn)?;
            Ok((books, calendars))
        });
        assert_eq!(counts.expect("counted"), (1, 1));
        let classes = house.act(|conn| promises::category_tree(conn, date("2026-09-24"))).expect("the tree");
        let sub_classes: usize = classes.iter().map(|class| class.sub_classes.len()).sum();
        assert_eq!((classes.len(), sub_classes), (11, 56));
        assert_eq!(
            house.act(|conn| promises::check(conn, date("2026-09-24"))).expect("checked"),
            Vec::<String>::new()
        );
    });
}

#[test]
fn the_terms_are_the_newest_book_and_calendar_and_are_read_once() {
    on_both(|house| {
        let terms = house.act(|conn| promises::terms(conn, "cn")).expect("terms");
        assert_eq!((terms.calendar_name.as_str(), terms.calendar_version), ("cn", 1));
        assert_eq!(conclusion(&terms.book), Some(Length::WorkingDays(15)));
        assert!(terms.calendar.is_working_day(date("2026-10-10")), "a Saturday made up for");
        let again = house.act(|conn| promises::terms(conn, "cn")).expect("terms");
        assert!(std::sync::Arc::ptr_eq(&terms.book, &again.book));
        let kept = house.act(|conn| promises::calendar_version(conn, "cn", 1)).expect("version 1");
        assert!(std::sync::Arc::ptr_eq(&terms.calendar, &kept));
        assert_eq!(house.refused(|conn| promises::terms(conn, "mars").map(|_| ())).0, "internal");
        assert_eq!(house.refused(|conn| promises::calendar_version(conn, "cn", 2).map(|_| ())).0, "internal");
    });
}

#[test]
fn a_changed_book_is_the_next_version_and_new_clocks_run_by_it() {
    on_both(|house| {
        let admin = somebody(house, Role::Admin, "business_environment");
        let book = with_conclusion(house, 12);
        let put = move |tag: IfMatch, document: Value| {
            let admin = admin.clone();
            move |conn: &mut Conn| promises::replace_book(conn, at(), &admin, &tag, &document)
        };
        let made = house.act(put(IfMatch::version(1), book.clone())).expect("it may be kept");
        assert_eq!(made.version, 2);
        let terms = house.act(|conn| promises::terms(conn, "cn")).expect("terms");
        assert_eq!(conclusion(&terms.book), Some(Length::WorkingDays(12)));
        let first = house.act(|conn| promises::read_book(conn, Some(1))).expect("version 1 stays");
        assert_ne!(first.document, made.document);
        let same = house.act(put(IfMatch::version(2), book.clone())).expect("it says the same");
        assert_eq!(same.version, 2, "a book that says the same is no new version");
        assert_eq!(house.refused(put(IfMatch::version(1), book.clone())).0, "precondition_failed");
        assert_eq!(house.refused(put(IfMatch::Missing, book)).0, "precondition_required");
        let page = house.act(|conn| promises::book_versions(conn, None, 1)).expect("a page");
        assert_eq!(page.items.iter().map(|(version, _)| *version).collect::<Vec<_>>(), [2]);
        assert!(page.next.is_some());
        assert_eq!(
            house.act(|conn| promises::check(conn, date("2026-09-24"))).expect("checked"),
            Vec::<String>::new()
        );
    });
}

#[test]
fn the_books_of_the_two_cities_may_be_put_one_after_the_other() {
    on_both(|house| {
        let leader = somebody(house, Role::Leader, "business_environment");
        for (version, (name, text)) in (1..).zip(seed::EXAMPLE_BOOKS) {
            let document = serde_json::to_value(Book::from_toml(text).expect(name)).expect(name);
            let leader = leader.clone();
            let made = house.act(move |conn| {
                promises::replace_book(conn, at(), &leader, &IfMatch::version(version), &document)
            });
            assert_eq!(made.expect(name).version, version + 1);
        }
    });
}

#[test]
fn a_wrong_book_or_a_stranger_changes_nothing() {
    on_both(|house| {
        let admin = somebody(house, Role::Admin, "business_environment");
        let mut wrong = document(house);
        wrong["rules"][0]["length"] = json!({ "working_days": 0 });
        let mut unknown = document(house);
        let mut first = unknown["rules"][0].clone();
        first["categories"] = json!(["utilities.water", "utilities.mead"]);
        unknown["rules"].as_array_mut().expect("rules").insert(0, first);
        for (document, pointer) in [
            (wrong, "/rules/0/length"),
            (unknown, "/rules/0/categories/1"),
            (json!([]), ""),
            (json!("book"), ""),
        ] {
            let admin = admin.clone();
            let refusal = house
                .refused(move |conn| promises::replace_book(conn, at(), &admin, &IfMatch::Any, &document));
            assert_eq!(refusal, ("book_invalid", pointer.to_owned()));
        }
        for (role, place) in [
            (Role::Handler, "traffic_police"),
            (Role::Dispatcher, "business_environment"),
            (Role::Leader, "traffic_police"),
        ] {
            let other = somebody(house, role, place);
            let refusal = house.refused(move |conn| {
                promises::replace_book(conn, at(), &other, &IfMatch::Missing, &json!({}))
            });
            assert_eq!(refusal.0, "not_allowed");
        }
        assert_eq!(house.act(|conn| promises::read_book(conn, None)).expect("a book").version, 1);
    });
}

#[test]
fn of_two_changes_made_from_one_version_at_once_one_holds() {
    on_both(|house| {
        let admin = somebody(house, Role::Admin, "business_environment");
        let changes: Vec<Value> = [10, 11, 12, 13].map(|days| with_conclusion(house, days)).into();
        let outcomes: Vec<&'static str> = std::thread::scope(|scope| {
            let running: Vec<_> = changes
                .into_iter()
                .map(|document| {
                    let admin = admin.clone();
                    scope.spawn(move || {
                        house.act(move |conn| {
                            promises::replace_book(conn, at(), &admin, &IfMatch::version(1), &document)
                        })
                    })
                })
                .collect();
            running
                .into_iter()
                .map(|one| one.join().expect("it ends").map_or_else(|fault| fault.code.code(), |_| "made"))
                .collect()
        });
        let of = |wanted| outcomes.iter().filter(|outcome| **outcome == wanted).count();
        assert_eq!((of("made"), of("precondition_failed")), (1, 3), "{outcomes:?}");
    });
}

#[test]
fn each_day_of_a_calendar_tells_its_hours_and_why() {
    on_both(|house| {
        let (version, days) = house
            .act(|conn| promises::days(conn, "cn", date("2026-09-30"), date("2026-10-11")))
            .expect("days of a calendar");
        assert_eq!(version, 1);
        let told: Vec<(String, bool, &str)> =
            days.iter().map(|day| (day.date.to_string(), day.working, day.kind.code())).collect();
        assert_eq!(told.first(), Some(&("2026-09-30".to_owned(), true, "working")));
        assert_eq!(told.get(1), Some(&("2026-10-01".to_owned(), false, "day_off")));
        assert_eq!(told.get(10), Some(&("2026-10-10".to_owned(), true, "make_up")));
        assert_eq!(told.last(), Some(&("2026-10-11".to_owned(), false, "weekend")));
        assert_eq!(days.first().map(|day| day.hours.len()), Some(2));
        assert_eq!(days.get(1).and_then(|day| day.name.clone()).as_deref(), Some("国庆节"));
        let asked = |from: &'static str, to: &'static str, name: &'static str| {
            house.refused(move |conn| promises::days(conn, name, date(from), date(to)))
        };
        assert_eq!(asked("2026-01-01", "2027-01-02", "cn"), ("date_too_late", "?to".to_owned()));
        assert_eq!(asked("2026-01-02", "2026-01-01", "cn"), ("date_too_early", "?to".to_owned()));
        assert_eq!(asked("2026-01-01", "2026-01-02", "mars").0, "not_found");
        let year = house.act(|conn| promises::days(conn, "cn", date("2026-01-01"), date("2027-01-01")));
        assert_eq!(year.expect("a year and a day").1.len(), 366);
    });
}

#[test]
fn categories_are_made_renamed_and_ended_by_an_administrator() {
    on_both(|house| {
        let admin = somebody(house, Role::Admin, "business_environment");
        let create = |actor: Actor, code: &'static str| {
            move |conn: &mut Conn| promises::create_category(conn, at(), &actor, &new_category(code))
        };
        let class = house.act(create(admin.clone(), "space")).expect("a class");
        let own = house.act(create(admin.clone(), "space.rockets")).expect("a sub-class");
        assert_eq!((class.position, own.position, own.parent_id), (12, 1, Some(class.id)));
        assert!(codes(house, "2026-09-24").contains(&"space.rockets".to_owned()));
        assert!(!codes(house, "2026-09-23").contains(&"space".to_owned()), "it begins on its first day");
        assert_eq!(house.refused(create(admin.clone(), "space")).0, "already_exists");
        assert_eq!(
            house.refused(create(admin.clone(), "sea.ships")),
            ("reference_unknown", "/code".to_owned())
        );
        let office = somebody(house, Role::Dispatcher, "business_environment");
        assert_eq!(house.refused(create(office, "sea")).0, "not_allowed");

        let amend = |id: Id, tag: IfMatch, change: CategoryChange| {
            let admin = admin.clone();
            move |conn: &mut Conn| promises::amend_category(conn, at(), &admin, id, &tag, &change)
        };
        let renamed = CategoryChange { name: Some("航天".to_owned()), ..CategoryChange::default() };
        let ended =
            CategoryChange { valid_until: Some(Some(date("2026-10-01"))), ..CategoryChange::default() };
        assert_eq!(
            house.refused(amend(class.id, IfMatch::Missing, renamed.clone())).0,
            "precondition_required"
        );
        let amended = house.act(amend(class.id, IfMatch::version(1), renamed.clone())).expect("renamed");
        assert_eq!((amended.name.as_str(), amended.version), ("航天", 2));
        assert_eq!(house.refused(amend(class.id, IfMatch::version(1), renamed)).0, "precondition_failed");
        house.act(amend(class.id, IfMatch::version(2), ended)).expect("ended");
        assert!(codes(house, "2026-09-30").contains(&"space.rockets".to_owned()));
        let after = codes(house, "2026-10-01");
        assert!(!after.contains(&"space".to_owned()) && !after.contains(&"space.rockets".to_owned()));
        let own = house.act(move |conn| promises::category(conn, own.id)).expect("read").expect("it stays");
        assert_eq!((own.valid_until, own.version), (Some(date("2026-10-01")), 2), "it ends with its class");
        let longer = CategoryChange { valid_until: Some(None), ..CategoryChange::default() };
        assert_eq!(
            house.refused(amend(own.id, IfMatch::version(2), longer)),
            ("date_too_late", "/valid_until".to_owned())
        );
        assert_eq!(
            house.act(|conn| promises::check(conn, date("2026-10-01"))).expect("checked"),
            Vec::<String>::new()
        );
    });
}

#[test]
fn a_new_row_of_the_duty_table_ends_the_one_that_stands() {
    on_both(|house| {
        let office = somebody(house, Role::Dispatcher, "business_environment");
        let water = category(house, "roads.signals");
        let (old, new) = (unit_id(house, "traffic_police"), unit_id(house, "urban_management"));
        let command = NewDuty {
            category: water,
            lead: new,
            assists: vec![old],
            pace: Pace::SameDay,
            owner: None,
            valid_from: date("2026-10-01"),
        };
        let add = |actor: Actor, command: NewDuty| {
            move |conn: &mut Conn| promises::add_duty(conn, at(), &actor, date("2026-09-24"), &command)
        };
        let line = house.act(add(office.clone(), command.clone())).expect("a row");
        assert_eq!(
            (line.owner.as_str(), line.assists.len(), line.valid_until),
            ("urban_management", 1, None)
        );
        assert_eq!(lead_on(house, "roads.signals", "2026-09-30"), Some(old));
        assert_eq!(lead_on(house, "roads.signals", "2026-10-01"), Some(new));
        assert_eq!(lead_on(house, "roads.signals", "2025-12-31"), None, "no row fits: an outcome");
        let between =
            NewDuty { lead: old, assists: Vec::new(), valid_from: date("2026-09-25"), ..command.clone() };
        let line = house.act(add(office.clone(), between)).expect("a row before the one planned");
        assert_eq!(line.valid_until, Some(date("2026-10-01")));
        assert_eq!(house.refused(add(office.clone(), command.clone())).0, "already_exists");

        let refused = |command: NewDuty| house.refused(add(office.clone(), command));
        let later = NewDuty { valid_from: date("2026-11-01"), ..command };
        let twice = NewDuty { assists: vec![old, new], ..later.clone() };
        assert_eq!(refused(twice), ("unit_twice", "/assists/1".to_owned()));
        let unknown = NewDuty { lead: water, ..later.clone() };
        assert_eq!(refused(unknown), ("reference_unknown", "/lead".to_owned()));
        let no_category = NewDuty { category: new, ..later.clone() };
        assert_eq!(refused(no_category), ("reference_unknown", "/category_id".to_owned()));
        let past = NewDuty { valid_from: date("2026-09-23"), ..later.clone() };
        assert_eq!(refused(past), ("date_too_early", "/valid_from".to_owned()));
        let nobody = NewDuty { owner: Some("nobody".to_owned()), ..later.clone() };
        assert_eq!(refused(nobody), ("reference_unknown", "/owner".to_owned()));
        let handler = somebody(house, Role::Handler, "traffic_police");
        assert_eq!(house.refused(add(handler, later.clone())).0, "not_allowed");

        house.act(|conn| end_unit(conn, "traffic_police", "2026-10-15")).expect("the unit ends");
        assert_eq!(refused(later), ("reference_not_valid", "/assists/0".to_owned()));
        let findings = house.act(|conn| promises::check(conn, date("2026-12-01"))).expect("checked");
        let finds = |words: &str| findings.iter().any(|finding| finding.contains(words));
        assert!(finds("the notice of 2027 is missing"), "{findings:?}");
        assert!(finds("roads.signals: traffic_police assists"), "{findings:?}");
    });
}

fn end_unit(conn: &mut Conn, code: &str, on: &str) -> Result<(), Fault> {
    diesel::update(units::table.filter(units::code.eq(code)))
        .set(units::valid_until.eq(date(on)))
        .execute(conn)?;
    Ok(())
}

#[test]
fn the_duty_table_is_read_by_staff_page_by_page() {
    on_both(|house| {
        let handler = somebody(house, Role::Handler, "traffic_police");
        let company = Actor { person: handler.person, standings: Vec::new() };
        let read = |actor: Actor, after: Option<String>| {
            move |conn: &mut Conn| {
                promises::duty_table(conn, &actor, date("2026-09-24"), after.as_deref(), 50)
                    .map(|page| page.items)
            }
        };
        let first = house.act(read(handler.clone(), None)).expect("a page");
        let last = first.last().map(|line| line.category.code.clone());
        let rest = house.act(read(handler, last)).expect("the next page");
        assert_eq!((first.len(), rest.len()), (50, 6));
        assert_eq!(house.refused(read(company, None)).0, "not_found");
    });
}

#[test]
fn a_category_without_a_row_is_found_by_the_check() {
    on_both(|house| {
        let admin = somebody(house, Role::Admin, "business_environment");
        house
            .act(move |conn| promises::create_category(conn, at(), &admin, &new_category("roads.tunnels")))
            .expect("a sub-class");
        let findings = house.act(|conn| promises::check(conn, date("2026-09-24"))).expect("checked");
        assert_eq!(findings, ["category roads.tunnels: no row of the duty table holds today"]);
    });
}
