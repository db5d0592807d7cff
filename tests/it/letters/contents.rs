//! What letters say, and that every kind is written in both languages.

use super::{all_of, bodies, header, in_folder, of_kind, parsed, send};
use crate::support::app::{TestApp, instant, on_both};
use crate::support::walk;
use diesel::prelude::*;
use onedoor::db::schema::persons;
use onedoor::domain::ids::Id;
use onedoor::letters::{Composed, compose};
use onedoor::outbox::{self, Notice, NoticeChannel, Recipient, Wanted};
use onedoor::requests::letters::KINDS;
use serde_json::json;

async fn a_letter_tells_what_is_due_why_and_where_to_go(app: &mut TestApp) {
    let request = walk::file(app, json!({})).await;
    let view = walk::dispatch(app, &request).await;
    let number = walk::text(&view["number"]);
    send(app).await;
    let letters = in_folder(app);
    let to_handler = |one: &&String| header(&parsed(one), "To").contains("traffic_police.handler");
    let letter = letters.iter().find(to_handler).expect("a letter to the handler");
    let mail = parsed(letter);
    let subject = header(&mail, "Subject");
    assert!(subject.starts_with(&format!("[绿灯] {number} 联系企业 应于 9月")), "{subject}");
    assert_eq!(header(&mail, "Auto-Submitted"), "auto-generated");
    assert_eq!(header(&mail, "Date"), "Thu, 24 Sep 2026 08:40:00 +0000");
    assert_eq!(header(&mail, "List-Id"), "onedoor <onedoor.localhost>");
    let root = format!("<request-{request}@localhost>");
    assert_eq!((header(&mail, "In-Reply-To"), header(&mail, "References")), (root.clone(), root));
    assert!(letter.contains("Subject: =?utf-8?"), "RFC 2047: {letter}");
    let (text, html) = bodies(&mail);
    for body in [&text, &html] {
        for fact in
            ["厂区路口信号灯设置不清", "还剩工作时间", "1 个工作日", "http://127.0.0.1:8080/requests/"]
        {
            assert!(body.contains(fact), "{fact} is missing: {body}");
        }
    }
    let company = walk::text(
        &app.as_("dispatcher").get(&format!("/requests/{request}")).await.expect(200)["company"]["name"],
    );
    assert!(text.contains(&company), "{text}");
}

async fn an_answer_comes_with_a_link_to_rate_it(app: &mut TestApp) {
    let view = walk::answered(app, walk::solved()).await;
    send(app).await;
    let letters = in_folder(app);
    let all: Vec<String> = letters.iter().map(|one| all_of(one)).collect();
    let answered =
        all.iter().find(|one| one.contains("请评价") && one.contains("chemical@")).expect("a letter");
    assert!(answered.contains("新信号灯已换装。"), "{answered}");
    assert!(answered.contains(&format!("/requests/{}/rate", walk::text(&view["id"]))), "{answered}");
}

async fn a_person_reads_letters_in_their_language(app: &mut TestApp) {
    speak(app, "chemical", "en").await;
    let request = walk::file(app, json!({})).await;
    send(app).await;
    let letters = in_folder(app);
    let letter =
        letters.iter().find(|one| header(&parsed(one), "To").contains("chemical")).expect("a letter");
    let subject = header(&parsed(letter), "Subject");
    assert!(subject.contains("We have received your request"), "{subject}");
    let (text, _) = bodies(&parsed(letter));
    let view = app.as_("chemical").get(&format!("/requests/{request}")).await.expect(200);
    let by = walk::text(&view["expected"]["dispatched_by"]);
    assert!(text.contains(&format!("Dispatched by: {} Sep {}", &by[8..10], &by[11..16])), "{by}: {text}");
}

async fn who_has_no_address_gets_nothing_and_it_is_seen(app: &mut TestApp) {
    let id = Id::parse(app.district.person("chemical")).expect("an id");
    app.alters_rows_by_hand();
    let altered = app.context.db.write(move |conn| {
        diesel::update(persons::table.find(id)).set(persons::email.eq(None::<String>)).execute(conn)?;
        Ok(())
    });
    altered.await.expect("no address");
    walk::file(app, json!({})).await;
    send(app).await;
    assert_eq!(of_kind(app, "received").await[0].reason.as_deref(), Some("no_address"));
}

/// One letter of each kind, to each side that may see the request, in both languages.
/// A letter about no request.
async fn a_missing_year_is_asked_for(app: &mut TestApp) {
    let person = Id::parse(app.district.person("admin")).expect("an id");
    let at = app.context.time.now();
    let written = app.context.db.write(move |conn| {
        let notice = Notice {
            kind: "calendar_year_missing",
            channel: NoticeChannel::Mail,
            to: Recipient::Person(person),
            request: None,
            dedup: "calendar_year_missing 2027".to_owned(),
            payload: json!({ "year": 2027 }),
        };
        outbox::put(conn, at, notice)
    });
    written.await.expect("a notice");
    for language in ["zh-CN", "en"] {
        speak(app, "admin", language).await;
    }
    send(app).await;
    let letter = in_folder(app).concat();
    let (text, html) = bodies(&parsed(&letter));
    assert!(text.contains("The days off of 2027 are missing") && html.contains("2027"), "{text}");
    assert!(
        parsed(&letter).headers.iter().all(|one| one.get_key() != "In-Reply-To"),
        "it belongs to no thread"
    );
}

async fn every_kind_is_written_in_both_languages(app: &mut TestApp) {
    let request = walk::file(app, json!({})).await;
    walk::dispatch(app, &request).await;
    let request = Id::parse(&request).expect("an id");
    let at = instant("2026-09-24T16:50:00+08:00");
    for language in ["zh-CN", "en"] {
        for who in ["chemical", "dispatcher", "traffic_police.handler"] {
            speak(app, who, language).await;
            let person = Id::parse(app.district.person(who)).expect("an id");
            let config = app.context.config.clone();
            let zone = app.context.zone;
            let written = app.context.db.write(move |conn| {
                let mut letters = Vec::new();
                for kind in KINDS {
                    let notice = Notice {
                        kind: kind.code,
                        channel: NoticeChannel::Mail,
                        to: Recipient::Person(person),
                        request: Some(request),
                        dedup: format!("sample {} {person} {language}", kind.code),
                        payload: json!({}),
                    };
                    outbox::put(conn, at, notice)?;
                    let wanted = Wanted { kind: Some(kind.code.to_owned()), ..Wanted::default() };
                    let row = outbox::page(conn, &wanted, None, 1)?.remove(0);
                    match compose(conn, at, (&config, zone), &row)? {
                        Composed::Letter(letter) => letters.push((kind, letter.1)),
                        other => panic!("{}: {other:?}", kind.code),
                    }
                }
                Ok(letters)
            });
            for (kind, letter) in written.await.expect("letters are written") {
                let words = if language == "en" { kind.english } else { kind.chinese };
                assert!(letter.subject.contains(words), "{}: {}", kind.code, letter.subject);
                assert!(letter.subject.contains("QS20260924-0001"), "{}", letter.subject);
                let (text, html) = letter.sheet.written().expect("both bodies");
                let html = html.replace("&#39;", "'");
                for body in [&text, &html] {
                    assert!(body.contains(words) && body.contains("/requests/"), "{}: {body}", kind.code);
                    assert!(!body.contains("{{") && !body.contains("{%"), "{body}");
                }
                if language == "en" {
                    assert!(!letter.subject.chars().any(is_chinese), "{}", letter.subject);
                }
            }
        }
    }
}

fn is_chinese(one: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&one)
}

/// Has this person written to in `language`.
async fn speak(app: &mut TestApp, username: &str, language: &'static str) {
    let id = Id::parse(app.district.person(username)).expect("an id");
    let set = app.context.db.write(move |conn| {
        diesel::update(persons::table.find(id)).set(persons::language.eq(language)).execute(conn)?;
        Ok(())
    });
    set.await.expect("a language");
}

on_both!(in the sample district:
    a_letter_tells_what_is_due_why_and_where_to_go,
    an_answer_comes_with_a_link_to_rate_it,
    a_person_reads_letters_in_their_language,
    who_has_no_address_gets_nothing_and_it_is_seen,
    a_missing_year_is_asked_for,
    every_kind_is_written_in_both_languages,
);
