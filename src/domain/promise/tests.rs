//! The three books of `config/` against promises worked out by hand from their texts, and what a wrong book says.

use super::*;
use crate::domain::words::{Channel, ClockKind, Kind, Pace, Role, Urgency};

const STANDARD: &str = include_str!("../../../config/promises.toml");
const XUZHOU: &str = include_str!("../../../config/examples/xuzhou-housing.toml");
const BEIJING: &str = include_str!("../../../config/examples/beijing-draft.toml");

fn book(text: &str) -> Book {
    match Book::from_toml(text) {
        Ok(book) => book,
        Err(error) => panic!("{error}"),
    }
}

/// An ordinary plea for help, by the client, without a category.
fn ordinary(clock: ClockKind, holder: Holder) -> Case<'static> {
    Case {
        clock,
        holder,
        kind: Kind::Help,
        urgency: Urgency::Normal,
        category: None,
        channel: Channel::App,
        pace: Pace::Ordinary,
    }
}

fn length(book: &Book, case: &Case<'_>) -> Option<Length> {
    book.rule_for(case).and_then(|rule| rule.length)
}

fn hour(text: &str) -> TimeOfDay {
    TimeOfDay::parse(text).unwrap_or_else(|| panic!("{text}"))
}

fn same_day(cut_off: &str) -> Option<Length> {
    Some(Length::SameDay { cut_off: Some(hour(cut_off)) })
}

#[test]
fn the_standard_book_promises_every_limit_of_the_flow() {
    use ClockKind as Clock;
    let expected = [
        (Clock::CompanyContact, Holder::Company, Some(Length::WorkingDays(1))),
        (Clock::CompanyFeedback, Holder::Company, Some(Length::WorkingDays(3))),
        (Clock::Dispatch, Holder::Office, Some(Length::WorkingDays(1))),
        (Clock::Contact, Holder::Lead, Some(Length::WorkingDays(1))),
        (Clock::Contact, Holder::Branch, Some(Length::WorkingDays(1))),
        (Clock::Contact, Holder::Office, Some(Length::WorkingDays(1))),
        (Clock::Feedback, Holder::Lead, Some(Length::WorkingDays(3))),
        (Clock::Feedback, Holder::Branch, Some(Length::WorkingDays(3))),
        (Clock::Preliminary, Holder::Lead, None),
        (Clock::Conclusion, Holder::Lead, Some(Length::WorkingDays(15))),
        (Clock::Assist, Holder::Assist, Some(Length::WorkingDays(2))),
        (
            Clock::Progress,
            Holder::Lead,
            Some(Length::Weekly { weekday: chrono::Weekday::Fri, at: hour("12:00") }),
        ),
        (Clock::Commitment, Holder::Lead, Some(Length::Until)),
        (Clock::Release, Holder::Office, Some(Length::WorkingMinutes(240))),
        (Clock::ReturnRuling, Holder::Office, same_day("15:00")),
        (Clock::ContestRuling, Holder::Office, Some(Length::WorkingDays(1))),
        (Clock::PlanRuling, Holder::Office, Some(Length::WorkingDays(1))),
        (Clock::ExtensionRuling, Holder::Office, Some(Length::WorkingDays(1))),
        (Clock::JointRuling, Holder::Office, Some(Length::WorkingDays(1))),
        (Clock::Supplement, Holder::Company, Some(Length::WorkingDays(5))),
        (Clock::RatingWindow, Holder::Company, Some(Length::Days(15))),
        (Clock::FollowUp, Holder::Office, Some(Length::WorkingDays(1))),
        (Clock::Callback, Holder::Office, Some(Length::WorkingDays(1))),
        (Clock::Rework, Holder::Lead, Some(Length::WorkingDays(15))),
        (Clock::SupervisionReply, Holder::Lead, Some(Length::Until)),
    ];
    let standard = book(STANDARD);
    for (clock, holder, wanted) in expected {
        assert_eq!(
            length(&standard, &ordinary(clock, holder)),
            wanted,
            "{} of {}",
            clock.code(),
            holder.code()
        );
    }
    for clock in Clock::ALL {
        assert!(expected.iter().any(|(named, ..)| named == clock), "no case for {}", clock.code());
    }
    let preliminary = standard.rule_for(&ordinary(Clock::Preliminary, Holder::Lead)).unwrap();
    assert!(preliminary.off);
    assert_eq!(preliminary.warning(), None);
}

#[test]
fn what_can_be_done_at_once_moves_the_unit_and_not_the_company_in_the_standard_book() {
    let standard = book(STANDARD);
    let at_once = |clock, holder| Case { pace: Pace::SameDay, ..ordinary(clock, holder) };
    assert_eq!(length(&standard, &at_once(ClockKind::Feedback, Holder::Lead)), same_day("15:00"));
    assert_eq!(
        length(&standard, &at_once(ClockKind::CompanyFeedback, Holder::Company)),
        Some(Length::WorkingDays(3))
    );
}

#[test]
fn the_standard_book_lets_extend_and_pause_what_the_flow_lets() {
    let standard = book(STANDARD);
    let rule = |clock, holder| standard.rule_for(&ordinary(clock, holder)).unwrap();
    let feedback = rule(ClockKind::Feedback, Holder::Lead);
    let once = Extension {
        ask_by_working_days: 1,
        at_most_working_days: 10,
        times: 1,
        second_by: Some(Role::Leader),
        approved_by: vec![Role::Dispatcher],
    };
    assert_eq!(feedback.extendable, Some(once));
    assert_eq!(feedback.pausable_by, [PauseCause::Supplement]);
    let contact = rule(ClockKind::Contact, Holder::Lead);
    assert_eq!((&contact.extendable, contact.pausable_by.len()), (&None, 0));
    for clock in [ClockKind::Conclusion, ClockKind::Rework, ClockKind::Commitment] {
        assert!(rule(clock, Holder::Lead).extendable.is_some(), "{}", clock.code());
    }
    assert!(rule(ClockKind::Assist, Holder::Assist).extendable.is_some());
}

#[test]
fn the_light_turns_yellow_a_day_before_or_at_half_of_a_short_limit() {
    let warning = |length| Rule { length: Some(length), ..Rule::default() }.warning();
    assert_eq!(warning(Length::WorkingDays(3)), Some(Warn::WorkingDaysLeft(1)));
    assert_eq!(warning(Length::WorkingDays(1)), Some(Warn::PercentGone(50)));
    assert_eq!(warning(Length::SameDay { cut_off: None }), Some(Warn::PercentGone(50)));
    assert_eq!(warning(Length::WorkingMinutes(240)), Some(Warn::PercentGone(50)));
    assert_eq!(warning(Length::Minutes(1440)), Some(Warn::PercentGone(50)));
    assert_eq!(warning(Length::Days(7)), Some(Warn::WorkingDaysLeft(1)));
    let told =
        Rule { length: Some(Length::Minutes(120)), warn: Some(Warn::MinutesLeft(30)), ..Rule::default() };
    assert_eq!(told.warning(), Some(Warn::MinutesLeft(30)));
}

#[test]
fn the_settings_of_the_standard_book_are_the_flow_s() {
    let standard = book(STANDARD);
    let settings = standard.settings();
    assert_eq!(settings.send_back_reprieve, Length::WorkingMinutes(240));
    assert_eq!(settings.follow_up, FollowUp::AfterSilence(Length::WorkingDays(5)));
    assert_eq!(settings.late_rating, Length::Days(30));
    assert_eq!(settings.unreached, Unreached { tries: 3, half_days: 3 });
    assert_eq!((settings.unmoved_reports, settings.returns.joint_ruling_from), (3, 2));
    assert!(settings.returns.before_contact_limit && settings.returns.before_reached_contact);
}

#[test]
fn the_emergency_rules_kept_ready_in_the_standard_book_work_when_they_are_uncommented() {
    let with_emergencies = STANDARD.replace("#> ", "").replace("#>\n", "\n");
    assert_ne!(with_emergencies, STANDARD);
    let book = book(&with_emergencies);
    let emergency = Case { urgency: Urgency::Emergency, ..ordinary(ClockKind::Contact, Holder::Lead) };
    assert_eq!(length(&book, &emergency), Some(Length::Minutes(120)));
    assert_eq!(length(&book, &ordinary(ClockKind::Contact, Holder::Lead)), Some(Length::WorkingDays(1)));
}

#[test]
fn the_housing_bureau_s_procedure_is_kept_sentence_by_sentence() {
    let five = Some(Length::WorkingDays(5));
    let fifteen = Some(Length::WorkingDays(15));
    let expected = [
        (Kind::Consultation, Urgency::Normal, Pace::SameDay, same_day("15:00")),
        (Kind::Help, Urgency::Normal, Pace::SameDay, same_day("15:00")),
        (Kind::Consultation, Urgency::Normal, Pace::Ordinary, five),
        (Kind::Help, Urgency::Urgent, Pace::Ordinary, five),
        (Kind::Help, Urgency::Normal, Pace::Complex, five),
        (Kind::Suggestion, Urgency::Normal, Pace::Ordinary, fifteen),
        (Kind::Criticism, Urgency::Normal, Pace::Ordinary, fifteen),
        (Kind::Complaint, Urgency::Urgent, Pace::Complex, fifteen),
        (Kind::Complaint, Urgency::Normal, Pace::SameDay, fifteen),
        (Kind::Complaint, Urgency::Emergency, Pace::Ordinary, same_day("17:30")),
        (Kind::Help, Urgency::Emergency, Pace::SameDay, same_day("17:30")),
    ];
    let xuzhou = book(XUZHOU);
    for (kind, urgency, pace, wanted) in expected {
        for (clock, holder) in [
            (ClockKind::Feedback, Holder::Lead),
            (ClockKind::Feedback, Holder::Branch),
            (ClockKind::CompanyFeedback, Holder::Company),
        ] {
            let case = Case { kind, urgency, pace, ..ordinary(clock, holder) };
            let rule = xuzhou.rule_for(&case).unwrap();
            assert_eq!(rule.length, wanted, "{case:?}");
            assert_eq!(rule.counting(), Counting::NextDay, "all from the next day: {case:?}");
        }
    }
    let complaint = Case { kind: Kind::Complaint, ..ordinary(ClockKind::Feedback, Holder::Lead) };
    let extension = xuzhou.rule_for(&complaint).unwrap().extendable.clone().unwrap();
    assert_eq!(extension.ask_by_working_days, 1);
    assert_eq!(extension.approved_by, [Role::Leader, Role::Dispatcher]);
    assert_eq!(xuzhou.settings().returns.within, Some(Length::WorkingDays(2)));
}

#[test]
fn the_draft_standard_runs_in_natural_hours_and_days() {
    let two_hours = Some(Length::Minutes(120));
    let a_day = Some(Length::Minutes(1440));
    let expected = [
        (None, Urgency::Normal, Pace::Ordinary, Some(Length::Days(7))),
        (None, Urgency::Normal, Pace::SameDay, Some(Length::Days(7))),
        (None, Urgency::Normal, Pace::Complex, Some(Length::Days(15))),
        (Some("land.supply"), Urgency::Urgent, Pace::Complex, Some(Length::Days(15))),
        (Some("utilities.water"), Urgency::Normal, Pace::Ordinary, a_day),
        (Some("utilities.power"), Urgency::Normal, Pace::Complex, a_day),
        (Some("utilities.gas"), Urgency::Urgent, Pace::Ordinary, a_day),
        (Some("utilities.heating"), Urgency::Normal, Pace::Ordinary, a_day),
        (Some("utilities.telecom"), Urgency::Normal, Pace::Ordinary, Some(Length::Days(7))),
        (Some("utilities.water"), Urgency::Emergency, Pace::Ordinary, two_hours),
        (None, Urgency::Emergency, Pace::Complex, two_hours),
    ];
    let beijing = book(BEIJING);
    for (category, urgency, pace, wanted) in expected {
        for (clock, holder) in
            [(ClockKind::Feedback, Holder::Lead), (ClockKind::CompanyFeedback, Holder::Company)]
        {
            let case = Case { category, urgency, pace, ..ordinary(clock, holder) };
            assert_eq!(length(&beijing, &case), wanted, "{case:?}");
        }
    }
    let emergency = Case { urgency: Urgency::Emergency, ..ordinary(ClockKind::Dispatch, Holder::Office) };
    assert_eq!(length(&beijing, &emergency), Some(Length::Minutes(30)));
}

#[test]
fn a_class_covers_its_sub_classes_and_no_other_word_that_begins_alike() {
    let rule =
        Rule { clocks: vec![ClockKind::Contact], categories: vec!["roads".to_owned()], ..Rule::default() };
    let case = |category| Case { category, ..ordinary(ClockKind::Contact, Holder::Lead) };
    assert!(rule.fits(&case(Some("roads"))) && rule.fits(&case(Some("roads.lights"))));
    assert!(!rule.fits(&case(Some("roads_east"))) && !rule.fits(&case(None)));
}

#[test]
fn a_book_and_each_rule_alone_survive_being_stored() {
    for text in [STANDARD, XUZHOU, BEIJING] {
        let original = book(text);
        let stored = serde_json::to_value(&original).unwrap();
        assert_eq!(Book::from_json(stored.clone()), Ok(original.clone()));
        assert_eq!(serde_json::from_value::<Book>(stored).unwrap(), original);
        for rule in original.rules() {
            let snapshot = serde_json::to_string(rule).unwrap();
            assert_eq!(&serde_json::from_str::<Rule>(&snapshot).unwrap(), rule);
        }
    }
}

#[test]
fn a_stored_book_keeps_following_its_own_cut_off() {
    let mut stored = serde_json::to_value(book(STANDARD)).unwrap();
    *stored.pointer_mut("/settings/same_day_cut_off").unwrap() = "16:00".into();
    let changed = Book::from_json(stored).unwrap();
    assert_eq!(length(&changed, &ordinary(ClockKind::ReturnRuling, Holder::Office)), same_day("16:00"));
}

/// What the standard book says when `wanted` replaces its only (or first) `found`.
fn fault(found: &str, wanted: &str) -> BookError {
    assert!(STANDARD.contains(found), "{found}");
    match Book::from_toml(&STANDARD.replacen(found, wanted, 1)) {
        Ok(_) => panic!("a book with `{wanted}` was read"),
        Err(error) => error,
    }
}

#[test]
fn a_wrong_book_is_refused_with_the_rule_the_key_and_what_is_allowed() {
    let day = "clocks = [\"company_contact\"]\nlength = { working_days = 1 }";
    let company = |rest: &str| format!("clocks = [\"company_contact\"]\n{rest}");
    let expected = [
        ("length = { working_days = 0 }", "/rules/0/length", "write 1 to 250"),
        ("length = { working_days = 251 }", "/rules/0/length", "write 1 to 250"),
        ("length = { working_days = 1, days = 1 }", "/rules/0/length", "exactly one of"),
        ("length = { fortnights = 1 }", "/rules/0/length/fortnights", "unknown field `fortnights`"),
        ("length = { working_days = \"one\" }", "/rules/0/length/working_days", "invalid type"),
        ("length = { same_day = true, cut_off = \"3 pm\" }", "/rules/0/length/cut_off", "write HH:MM"),
        (
            "length = { weekday = \"Fri\", at = \"12:00\" }",
            "/rules/0/length",
            "only the progress clock is weekly",
        ),
        ("length = { until = true }", "/rules/0/length", "take their date from the act"),
        ("", "/rules/0/length", "a length is needed, or off = true"),
        ("length = { working_days = 1 }\noff = true", "/rules/0/off", "leave out one of the two"),
        ("length = { working_days = 1 }\nlenght = 3", "/rules/0/lenght", "unknown field `lenght`"),
        (
            "length = { working_days = 1 }\nkinds = [\"praise\"]",
            "/rules/0/kinds/0",
            "unknown variant `praise`",
        ),
        (
            "length = { working_days = 1 }\ncategories = [\"Water!\"]",
            "/rules/0/categories",
            "no category code",
        ),
        ("length = { working_days = 1 }\nholders = [\"lead\"]", "/rules/0/holders", "is held by company"),
        (
            "length = { working_days = 1 }\ncut_off = \"17:00\"",
            "/rules/0/cut_off",
            "goes with counting = \"B\"",
        ),
        ("length = { minutes = 60 }\ncounting = \"B\"", "/rules/0/counting", "count working days"),
        (
            "length = { working_days = 2 }\nwarn = { working_days_left = 2 }",
            "/rules/0/warn",
            "less than the 2",
        ),
        ("length = { minutes = 60 }\nwarn = { minutes_left = 60 }", "/rules/0/warn", "less than the 60"),
        ("length = { working_days = 2 }\nwarn = { percent_gone = 100 }", "/rules/0/warn", "1 to 99"),
        (
            "length = { working_days = 1 }\npausable_by = [\"supplement\"]",
            "/rules/0/pausable_by",
            "never pauses",
        ),
        (
            "length = { working_days = 1 }\nextendable = { ask_by_working_days = 1, at_most_working_days = 9, times = 1 }",
            "/rules/0/extendable",
            "is never extended",
        ),
    ];
    for (rest, pointer, said) in expected {
        let error = fault(day, &company(rest));
        assert_eq!(error.pointer(), pointer, "{rest}: {error}");
        assert!(error.to_string().contains(said), "{rest}: {error}");
        assert!(error.to_string().starts_with("rule 1"), "{rest}: {error}");
    }
}

#[test]
fn a_clock_the_flow_needs_cannot_be_off() {
    let error = fault(
        "clocks = [\"dispatch\"]\nlength = { working_days = 1 }",
        "clocks = [\"dispatch\"]\noff = true",
    );
    assert_eq!(error.code(), "promise_rule_invalid");
    assert!(
        error.to_string().contains("only company_contact, company_feedback, contact, preliminary, follow_up")
    );
}

#[test]
fn a_book_that_leaves_some_request_without_a_promise_is_refused() {
    let narrowed =
        fault("clocks = [\"contact\"]\n", "clocks = [\"contact\"]\nholders = [\"lead\", \"branch\"]\n");
    assert_eq!(narrowed, BookError::NoLastResort { clock: ClockKind::Contact, holder: Holder::Office });
    let conditional = fault("clocks = [\"assist\"]\n", "clocks = [\"assist\"]\nkinds = [\"help\"]\n");
    assert_eq!(conditional, BookError::NoLastResort { clock: ClockKind::Assist, holder: Holder::Assist });
}

#[test]
fn a_rule_that_can_never_be_reached_is_refused() {
    let late = format!(
        "{STANDARD}\n[[rules]]\nclocks = [\"contact\"]\nkinds = [\"help\"]\nlength = {{ minutes = 5 }}\n"
    );
    let error = Book::from_toml(&late).unwrap_err();
    assert_eq!((error.code(), error.pointer()), ("promise_unreachable", "/rules/20".to_owned()));
    assert!(error.to_string().contains("rule 21 can never set the clock `contact`"), "{error}");
}

#[test]
fn a_wrong_setting_names_its_key() {
    let error = fault("unreached = { tries = 3, half_days = 3 }", "unreached = { tries = 2, half_days = 3 }");
    assert_eq!(error.pointer(), "/settings/unreached");
    let error =
        fault("send_back_reprieve = { working_minutes = 240 }", "send_back_reprieve = { until = true }");
    assert_eq!(error.pointer(), "/settings/send_back_reprieve");
    let error = fault("late_rating = { days = 30 }\n", "");
    assert!(error.to_string().contains("missing field `late_rating`"), "{error}");
    assert_eq!(fault("title =", "title ").code(), "promises_unreadable");
}
