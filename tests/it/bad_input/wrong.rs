//! The ways a body can be wrong, field by field, and the answer each must get.

use super::cases::{Case, Field, Holds, put};
use serde_json::{Value, json};

/// An id of nothing.
pub(super) const NOTHING: &str = "01922222-2222-7222-8222-222222222222";

/// One wrong body and its answer: the status, and the code of the field at the pointer, or of the whole.
#[derive(Debug)]
pub(super) struct Wrong {
    pub(super) what: String,
    pub(super) body: Vec<u8>,
    pub(super) status: u16,
    pub(super) code: &'static str,
    /// Empty where the body as a whole is wrong.
    pub(super) pointer: String,
}

/// Every wrong body of a case.
pub(super) fn bodies(case: &Case) -> Vec<Wrong> {
    let fields = case.fields.as_deref().unwrap_or_default();
    let mut wrong = whole(case);
    for field in fields {
        let wrongs = of_type(field).into_iter().chain(of_value(field));
        for (value, code) in wrongs {
            let mut body = case.body();
            put(&mut body, field.pointer, value.clone());
            let shown: String = match code {
                // A right value, which may be an id that is another on each database.
                "nul_character" => "what is right, and NUL".to_owned(),
                _ => value.to_string().chars().take(40).collect(),
            };
            wrong.push(Wrong {
                what: format!("{} = {shown}", field.pointer),
                body: body.to_string().into_bytes(),
                status: 422,
                code,
                pointer: field.pointer.to_owned(),
            });
        }
        if field.must {
            wrong.push(missing(case, field));
        }
        if field.right.is_string() {
            wrong.push(lone_surrogate(case, field));
        }
    }
    wrong.extend(fields.iter().filter_map(|field| too_many(case, field)));
    wrong
}

/// A body that is no object of this route at all.
fn whole(case: &Case) -> Vec<Wrong> {
    let right = case.body().to_string();
    let of = |what: &str, body: Vec<u8>, status, code, pointer: &str| Wrong {
        what: what.to_owned(),
        body,
        status,
        code,
        pointer: pointer.to_owned(),
    };
    let invalid = |what: &str, body: Vec<u8>| of(what, body, 400, "invalid_json", "");
    let deep =
        |open: &str, close: &str| format!("{}{}", open.repeat(9_000), close.repeat(9_000)).into_bytes();
    let mut wrong = vec![
        invalid("nothing", Vec::new()),
        invalid("blanks", b" \n".to_vec()),
        invalid("cut off", right.as_bytes()[..right.len() - 1].to_vec()),
        invalid("something behind", format!("{right} x").into_bytes()),
        invalid("a second body", format!("{right}{right}").into_bytes()),
        invalid("a byte order mark", format!("\u{feff}{right}").into_bytes()),
        invalid("no text at all", vec![0xff, 0xfe, 0x00]),
        invalid("a byte that is no UTF-8", [br#"{"a":""#.as_slice(), &[0xc3, 0x28], br#""}"#].concat()),
        invalid("NaN", br#"{"a": NaN}"#.to_vec()),
        invalid("a number beyond all numbers", br#"{"a": 1e999}"#.to_vec()),
        of("a deep list", deep("[", "]"), 400, "json_too_deep", ""),
        of("a deep object", deep("{\"a\":", "}"), 400, "json_too_deep", ""),
        invalid("a comment", format!("{right} // done").into_bytes()),
        of(
            "too much",
            format!("{{\"a\":\"{}\"}}", "x".repeat(70_000)).into_bytes(),
            413,
            "body_too_large",
            "",
        ),
        of("NUL in a name", br#"{"a\u0000b": 1}"#.to_vec(), 422, "nul_character", "/a\u{0}b"),
    ];
    if case.fields.as_ref().is_some_and(Vec::is_empty) {
        return wrong;
    }
    let twice = |name: &str| format!("{{\"{name}\":1,{}", &right[1..]).into_bytes();
    for value in ["null", "true", "1", "\"text\""] {
        wrong.push(of(value, value.as_bytes().to_vec(), 422, "wrong_type", ""));
    }
    let first = case.fields.iter().flatten().next().map_or("", |field| field.pointer);
    let first = first.split('/').nth(1).unwrap_or_default();
    wrong.push(of("a name twice", twice(first), 422, "field_twice", &format!("/{first}")));
    let mut parents: Vec<&str> = case
        .fields
        .iter()
        .flatten()
        .filter_map(|field| field.pointer.rsplit_once('/'))
        .map(|pair| pair.0)
        .collect();
    parents.sort_unstable();
    parents.dedup();
    for parent in parents {
        let mut body = case.body();
        if body.pointer(parent).is_some_and(Value::is_array) {
            continue;
        }
        let pointer = format!("{parent}/no_such_field");
        put(&mut body, &pointer, json!(1));
        wrong.push(of("a field nobody knows", body.to_string().into_bytes(), 422, "unknown_field", &pointer));
    }
    wrong
}

fn of_type(field: &Field) -> Vec<(Value, &'static str)> {
    // An object where a word should stand is read as a word with a value.
    let object = if field.holds == Holds::Word { "unknown_word" } else { "wrong_type" };
    let mut wrong = vec![(json!({ "x": 1 }), object)];
    match field.holds {
        Holds::Flag => wrong.extend([(json!("true"), "wrong_type"), (json!(1), "wrong_type")]),
        Holds::Number(_) => wrong.extend([
            (json!("1"), "wrong_type"),
            (json!(1.5), "wrong_type"),
            (json!(1e30), "wrong_type"),
            (json!(u64::MAX), "invalid_value"),
            (json!(i64::MIN), "invalid_value"),
        ]),
        Holds::List(_) => wrong.extend([(json!("x"), "wrong_type"), (json!(1), "wrong_type")]),
        Holds::Text(_) | Holds::Line(_) | Holds::Formed(_) | Holds::Password | Holds::Phone | Holds::Uscc => {
            wrong.extend([
                (json!(1), "wrong_type"),
                (json!(["x"]), "wrong_type"),
                (json!(true), "wrong_type"),
            ]);
        }
        Holds::Word | Holds::Id(_) | Holds::Date | Holds::Past | Holds::Future => {
            wrong.extend([(json!(1), "wrong_type"), (json!(["x"]), "wrong_type")]);
        }
    }
    if field.must && !matches!(field.holds, Holds::Uscc) {
        wrong.push((Value::Null, "wrong_type"));
    }
    if field.right.is_string() {
        let nul = format!("{}\u{0}", field.right.as_str().unwrap_or_default());
        wrong.push((nul.into(), "nul_character"));
    }
    wrong
}

fn of_value(field: &Field) -> Vec<(Value, &'static str)> {
    let refused = |values: &[&str], code: &'static str| {
        values.iter().map(|text| (json!(text), code)).collect::<Vec<(Value, &str)>>()
    };
    match field.holds {
        Holds::Text(most) | Holds::Line(most) => {
            let mut wrong = vec![
                (json!("汉".repeat(most + 1)), "text_too_long"),
                (json!("a\u{7}b"), "control_character"),
                (json!("a\u{85}b"), "control_character"),
            ];
            if matches!(field.holds, Holds::Line(_)) {
                wrong.push((json!("一行\n又一行"), "control_character"));
            }
            if field.must {
                wrong.extend([(json!(""), "text_empty"), (json!(" \u{3000}\t"), "text_empty")]);
            }
            wrong
        }
        Holds::Formed("") => Vec::new(),
        Holds::Formed(code) => refused(&["", "no such form!", "汉字", "a\u{7}", "a..b@"], code)
            .into_iter()
            // A blank address is none, and one with a control character is refused as such.
            .filter(|(value, _): &(Value, _)| {
                code != "email_invalid" || !matches!(value.as_str(), Some("" | "a\u{7}"))
            })
            .collect(),
        Holds::Password => {
            vec![(json!("1234567"), "password_too_short"), (json!("密".repeat(129)), "password_too_long")]
        }
        Holds::Word => refused(&["", "no_such_word", "Normal ", "部门"], "unknown_word"),
        Holds::Id(unknown) => {
            let no_ids =
                ["", "x", "{01922222-2222-7222-8222-222222222222}", "0192222222227222822222222222222z"];
            let mut wrong: Vec<_> = refused(&no_ids, "invalid_value");
            wrong.push((json!(NOTHING), unknown));
            wrong
        }
        Holds::Date => refused(
            &[
                "",
                "tomorrow",
                "2026-02-30",
                "2027-02-29",
                "0000-00-00",
                "9999-99-99",
                "10000-01-01",
                "+262142-12-31",
                "-262143-01-01",
                "-0001-01-01",
                "2026-10-01T00:00:00Z",
                " 2026-10-01",
                "2026-1-1",
                "２０２６-10-01",
                "0000-01-01",
            ],
            "invalid_date",
        ),
        Holds::Past | Holds::Future => {
            let no_times = [
                "",
                "2026-09-24",
                "2026-09-24T16:40:00",
                "24.9.2026",
                "2026-09-24T25:00:00Z",
                "+262142-12-31T23:59:59Z",
                "-262143-01-01T00:00:00Z",
                "10000-01-01T00:00:00Z",
                "0000-01-01T00:00:00Z",
            ];
            let mut wrong: Vec<_> = refused(&no_times, "invalid_value");
            let before = if field.holds == Holds::Past { "date_too_early" } else { "not_in_future" };
            wrong.extend([
                (json!("9999-12-31T23:59:59Z"), "date_too_late"),
                (json!("0001-01-01T00:00:00Z"), before),
                (json!("1969-07-20T20:17:40Z"), before),
            ]);
            if field.holds == Holds::Past {
                wrong.push((json!("2026-09-24T16:40:00.000001+08:00"), "date_too_late"));
            }
            wrong
        }
        Holds::Phone => {
            let digits = "1".repeat(1000);
            refused(&["12", "no number", "138123412345", "+1 212 555 0100", "", &digits], "phone_invalid")
        }
        Holds::Uscc => [
            ("", "uscc_length"),
            ("91370211MA3C2UDK", "uscc_length"),
            ("91370211MA3C2UDKO0", "uscc_character"),
            ("91370211MA3C2UDK30", "uscc_check"),
            ("XX370211MA3C2UDK3F", "uscc_authority"),
            ("91370211111111111U", "uscc_repeated"),
        ]
        .map(|(text, code)| (json!(text), code))
        .into(),
        Holds::Number(1000) => [0, -1, 1001].map(|number| (json!(number), "out_of_range")).into(),
        Holds::Number(_) | Holds::Flag | Holds::List(_) => Vec::new(),
    }
}

fn missing(case: &Case, field: &Field) -> Wrong {
    let mut body = case.body();
    let (parent, name) = field.pointer.rsplit_once('/').expect("a pointer");
    let parent = if parent.is_empty() { Some(&mut body) } else { body.pointer_mut(parent) };
    parent.and_then(Value::as_object_mut).expect("a field stands in an object").remove(name);
    Wrong {
        what: format!("without {}", field.pointer),
        body: body.to_string().into_bytes(),
        status: 422,
        code: "missing_field",
        pointer: field.pointer.to_owned(),
    }
}

fn lone_surrogate(case: &Case, field: &Field) -> Wrong {
    let mut body = case.body();
    put(&mut body, field.pointer, json!("SURROGATE"));
    let body = body.to_string().replace("SURROGATE", r"x\udc00y");
    Wrong {
        what: format!("{} with a lone surrogate", field.pointer),
        body: body.into_bytes(),
        status: 400,
        code: "lone_surrogate",
        pointer: field.pointer.to_owned(),
    }
}

/// One item more than the list takes.
fn too_many(case: &Case, field: &Field) -> Option<Wrong> {
    let Holds::List(most) = field.holds else { return None };
    let mut body = case.body();
    let items = body.pointer_mut(field.pointer).and_then(Value::as_array_mut).expect("a list");
    let first = items.first().expect("a right list has an item").clone();
    *items = vec![first; most + 1];
    Some(Wrong {
        what: format!("{} with {} items", field.pointer, most + 1),
        body: body.to_string().into_bytes(),
        status: 422,
        code: "too_many",
        pointer: field.pointer.to_owned(),
    })
}
