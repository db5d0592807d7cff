//! `onedoor calendar`, as anyone runs it.

#![expect(clippy::unwrap_used, reason = "what cannot be set up fails the test")]

use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

const ONEDOOR: &str = env!("CARGO_BIN_EXE_onedoor");

/// Runs `onedoor calendar eval` over `input`; the answers, one JSON value a line.
fn eval(input: &str) -> Vec<Value> {
    let mut command = Command::new(ONEDOOR)
        .args(["calendar", "eval"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = command.stdin.take().unwrap();
    let input = input.to_owned();
    let writer = std::thread::spawn(move || stdin.write_all(input.as_bytes()));
    let output = command.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn eval_cases(cases: &[Value]) -> Vec<Value> {
    let lines: String = cases.iter().map(|case| format!("{case}\n")).collect();
    eval(&lines)
}

fn explain(arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = Command::new(ONEDOOR).args(["calendar", "explain"]).args(arguments).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn each_case_is_answered_in_order_with_its_own_id() {
    let inline = json!({"zone": "Asia/Shanghai",
        "hours": {"mon": [["09:00", "12:00"], ["13:30", "17:30"]], "tue": [["09:00", "24:00"]]},
        "days_off": ["2026-10-01"], "make_up_days": ["2026-10-10", {"date": "2026-10-17", "hours": [["10:00", "11:00"]]}],
        "special_hours": {"2026-10-11": [["09:00", "12:00"]]}, "breaks": {"2026-10-12": [["10:00", "11:00"]]}});
    let from = "2026-09-28T10:00:00+08:00";
    let answers = eval_cases(&[
        json!({"id": 1, "calendar": "cn", "op": "due", "from": from, "working_days": 3}),
        json!({"id": "two", "calendar": "cn", "op": "due", "from": "2026-09-26T10:00:00+08:00", "working_days": 1, "rule": "B"}),
        json!({"id": {"three": 3}, "calendar": "cn", "op": "due", "from": from, "working_days": 1, "rule": "B", "cut_off": "10:00"}),
        json!({"id": null, "calendar": "cn", "op": "due", "from": from, "same_day": true, "cut_off": "09:59:59"}),
        json!({"id": 5, "calendar": "cn", "op": "due", "from": "2026-12-23T02:00:00Z", "working_days": 15}),
        json!({"id": 6, "calendar": "cn", "op": "due", "from": from, "working_minutes": 120}),
        json!({"id": 7, "calendar": "cn", "op": "due", "from": from, "working_seconds": 7201,
            "paused": [["2026-09-28T10:30:00+08:00", "2026-09-28T11:00:00+08:00"]]}),
        json!({"id": 8, "calendar": "cn", "op": "due", "from": from, "minutes": 120}),
        json!({"id": 9, "calendar": "cn", "op": "due", "from": from, "days": 15}),
        json!({"id": 10, "calendar": inline, "op": "due", "from": "2026-10-10T16:30:00+08:00", "working_minutes": 61}),
        json!({"id": 11, "calendar": inline, "op": "elapsed", "from": "2026-10-10T00:00:00+08:00", "to": "2026-10-14T00:00:00+08:00"}),
        json!({"id": 12, "calendar": "cn", "op": "open", "at": "2026-10-10T12:00:00+08:00"}),
        json!({"id": 13, "calendar": "cn", "op": "open", "at": "2026-10-10T11:59:59+08:00"}),
    ]);
    assert_eq!(
        answers,
        [
            json!({"id": 1, "due": "2026-10-08T17:30:00+08:00", "provisional": false}),
            json!({"id": "two", "due": "2026-09-29T17:30:00+08:00", "provisional": false}),
            json!({"id": {"three": 3}, "due": "2026-09-30T17:30:00+08:00", "provisional": false}),
            json!({"id": null, "due": "2026-09-29T17:30:00+08:00", "provisional": false}),
            json!({"id": 5, "due": "2027-01-14T17:30:00+08:00", "provisional": true}),
            json!({"id": 6, "due": "2026-09-28T12:00:00+08:00", "provisional": false}),
            json!({"id": 7, "due": "2026-09-28T14:00:01+08:00", "provisional": false}),
            json!({"id": 8, "due": "2026-09-28T12:00:00+08:00", "provisional": false}),
            json!({"id": 9, "due": "2026-10-13T10:00:00+08:00", "provisional": false}),
            json!({"id": 10, "due": "2026-10-11T09:01:00+08:00", "provisional": false}),
            json!({"id": 11, "working_seconds": (7 + 3 + 6 + 15) * 3600}),
            json!({"id": 12, "open": false}),
            json!({"id": 13, "open": true}),
        ]
    );
}

#[test]
fn a_case_that_cannot_be_answered_says_why_and_the_next_is_answered() {
    let from = "2026-09-28T10:00:00+08:00";
    let due = |more: Value| {
        let mut case = json!({"id": 1, "calendar": "cn", "op": "due", "from": from});
        for (key, value) in more.as_object().unwrap() {
            case[key] = value.clone();
        }
        case.to_string()
    };
    let in_zone = |calendar: Value| due(json!({"calendar": calendar, "working_days": 1}));
    let faults = [
        ("{\"id\": 1".to_owned(), "invalid_json"),
        ("{\"id\": \"\\ud800\"}".to_owned(), "invalid_json"),
        ("[1]".to_owned(), "invalid_case"),
        ("[".repeat(100_000), "invalid_json"),
        ("x".repeat(1024 * 1024), "invalid_json"),
        ("x".repeat(5 * 1024 * 1024), "line_too_long"),
        (due(json!({"working_day": 1})), "unknown_field"),
        (due(json!({"x".repeat(1024 * 1024): 1})), "unknown_field"),
        (due(json!({})), "missing_length"),
        (due(json!({"same_day": false})), "missing_length"),
        (due(json!({"working_days": 1, "days": 1})), "several_lengths"),
        (due(json!({"working_days": -1})), "bad_length"),
        (due(json!({"working_days": 1.5})), "bad_length"),
        (due(json!({"working_days": "1"})), "bad_length"),
        (due(json!({"working_days": u64::MAX})), "out_of_range"),
        (due(json!({"working_days": 4_000_000_000_u32})), "out_of_range"),
        (due(json!({"working_minutes": u64::MAX})), "out_of_range"),
        (due(json!({"working_seconds": u64::MAX})), "out_of_range"),
        (due(json!({"minutes": u64::MAX})), "out_of_range"),
        (due(json!({"days": u32::MAX})), "out_of_range"),
        (due(json!({"days": 1, "rule": "C"})), "unknown_rule"),
        (due(json!({"days": 1, "cut_off": "25:00"})), "bad_time"),
        (due(json!({"days": 1, "from": "yesterday"})), "bad_instant"),
        (due(json!({"days": 1, "from": 5})), "wrong_type"),
        (due(json!({"days": 1, "from": null})), "missing_field"),
        (due(json!({"days": 1, "op": "undo"})), "unknown_op"),
        (due(json!({"days": 1, "paused": [[from]]})), "wrong_type"),
        (due(json!({"days": 1, "paused": [[from, "2026-09-01T00:00:00Z"]]})), "bad_pause"),
        (due(json!({"working_days": 1, "from": "0001-01-01T00:00:00Z"})), "out_of_range"),
        (due(json!({"working_days": 1, "from": "9999-12-31T23:59:59-23:59"})), "out_of_range"),
        (in_zone(json!("mars")), "unknown_calendar"),
        (in_zone(json!(7)), "wrong_type"),
        (in_zone(json!({"hours": {}})), "missing_field"),
        (in_zone(json!({"zone": "Mars/Olympus"})), "unknown_zone"),
        (in_zone(json!({"zone": "UTC"})), "never_open"),
        (in_zone(json!({"zone": "UTC", "hours": {"monday": []}})), "unknown_field"),
        (in_zone(json!({"zone": "UTC", "hours": {"mon": [["09:00"]]}})), "wrong_type"),
        (in_zone(json!({"zone": "UTC", "hours": {"mon": [["17:00", "09:00"]]}})), "bad_interval"),
        (
            in_zone(json!({"zone": "UTC", "make_up_days": [{"date": "2026-01-01", "hour": []}]})),
            "unknown_field",
        ),
        (in_zone(json!({"zone": "UTC", "days_off": [20_260_101]})), "wrong_type"),
    ];
    let good = due(json!({"days": 1}));
    let input: String = faults.iter().map(|(line, _)| format!("{line}\n\n  \r\n{good}\n")).collect();
    let answers = eval(&input);
    assert_eq!(answers.len(), faults.len() * 2, "a blank line has no answer");
    for ((line, code), pair) in faults.iter().zip(answers.chunks_exact(2)) {
        let shown: String = line.chars().take(120).collect();
        assert_eq!(pair[0]["error"]["code"], *code, "{shown}: {}", pair[0]);
        assert!(pair[0]["error"]["detail"].as_str().unwrap().len() < 2000);
        let own_id = if line.starts_with("{\"calendar\"") { json!(1) } else { Value::Null };
        assert_eq!(pair[0]["id"], own_id, "{shown}");
        assert_eq!(pair[1]["due"], "2026-09-29T10:00:00+08:00");
    }
}

#[test]
fn a_case_is_answered_before_the_next_is_sent() {
    let mut command = Command::new(ONEDOOR)
        .args(["calendar", "eval"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = command.stdin.take().unwrap();
    let mut answers = BufReader::new(command.stdout.take().unwrap()).lines();
    for at in ["2026-10-10T10:00:00+08:00", "2026-10-11T10:00:00+08:00"] {
        writeln!(stdin, "{}", json!({"id": at, "calendar": "cn", "op": "open", "at": at})).unwrap();
        let answer: Value = serde_json::from_str(&answers.next().unwrap().unwrap()).unwrap();
        assert_eq!(answer["id"], at);
    }
    drop(stdin);
    assert!(command.wait().unwrap().success());
}

#[test]
fn explain_prints_each_day_and_why() {
    let (code, text, _) = explain(&["--from", "2026-09-30T11:00:00+08:00", "--working-days", "3"]);
    assert_eq!(code, Some(0));
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(
        [lines[0], lines[1], lines[2], lines[9], lines[11], lines[12]],
        [
            "calendar cn in Asia/Shanghai, from 2026-09-30T11:00:00+08:00",
            "2026-09-30 Wed  09:00-12:00 13:30-17:30  day of the start, not counted: working day",
            "2026-10-01 Thu  closed                   skipped: day off, 国庆节",
            "2026-10-08 Thu  09:00-12:00 13:30-17:30  counted 1 of 3: working day",
            "2026-10-10 Sat  09:00-12:00 13:30-17:30  counted 3 of 3: make-up working day, 国庆节",
            "due 2026-10-10T17:30:00+08:00",
        ]
    );
    let after_cut_off =
        ["--from", "2026-12-31T16:00:00+08:00", "--working-days", "1", "--rule", "B", "--cut-off", "16:00"];
    let (_, text, _) = explain(&after_cut_off);
    assert!(text.contains("start moved to the next working day, as it is at or after the cut-off"), "{text}");
    assert!(
        text.contains("2027-01-01 Fri  closed                   skipped: day off, 元旦  provisional"),
        "{text}"
    );
    assert!(text.contains("due 2027-01-05T17:30:00+08:00  provisional"), "{text}");
}

#[test]
fn explain_refuses_what_it_cannot_answer_in_one_line() {
    let (code, text, error) =
        explain(&["--calendar", "mars", "--from", "2026-09-30T11:00:00+08:00", "--same-day"]);
    assert_eq!((code, text.as_str()), (Some(2), ""));
    assert_eq!(error, "onedoor calendar: unknown_calendar: there is no calendar \"mars\"; compiled in: cn\n");
}
