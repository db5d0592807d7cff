//! A search is a list: its order, its pages, its filters.

use super::{asked, found, found_with, page};
use crate::support::app::{TestApp, on_both};
use crate::support::district::District;
use serde_json::json;

on_both!(
    a_search_has_the_order_and_the_pages_of_the_list,
    requests_of_one_instant_keep_their_order_through_all_pages,
    a_search_takes_every_filter_and_a_cursor_belongs_to_it,
);

/// Titles from `last` down to 0, those of every `step`th.
fn down_from(last: usize, step: usize) -> Vec<String> {
    (0..=last).rev().filter(|number| number % step == 0).map(|number| format!("第{number:03}件")).collect()
}

async fn a_search_has_the_order_and_the_pages_of_the_list(app: &mut TestApp) {
    let district = District::lay(app).await;
    for number in 0..100 {
        app.set_time(&format!("2026-09-23T{:02}:{:02}:00+08:00", 9 + number / 60, number % 60));
        let body = if number % 3 == 0 { "路灯不亮" } else { "井盖缺失" };
        district.file(&district.mill, &format!("第{number:03}件"), json!({ "body": body })).await;
    }
    assert_eq!(found(&district.dispatcher, "路灯").await, down_from(99, 3));
    assert_eq!(found(&district.mill.user, "甲纺织").await, down_from(99, 1));
    let by_due = found_with(&district.dispatcher, "路灯", &[("sort", "due")]).await;
    let mut earliest_first = down_from(99, 3);
    earliest_first.reverse();
    assert_eq!(by_due, earliest_first);
    let green = found_with(&district.dispatcher, "路灯", &[("light", "green")]).await;
    assert_eq!(green, earliest_first);
}

async fn requests_of_one_instant_keep_their_order_through_all_pages(app: &mut TestApp) {
    let district = District::lay(app).await;
    for number in 0..150 {
        if number % 50 == 0 {
            app.set_time(&format!("2026-09-23T09:00:00.{:06}+08:00", 100 + number));
        }
        district.file(&district.bakery, &format!("第{number:03}件"), json!({})).await;
    }
    assert_eq!(found(&district.auditor, "协助办理").await, down_from(149, 1));
}

/// Filters, and the numbers of the requests they leave.
type Narrowed<'a> = (&'a [(&'a str, &'a str)], &'a [usize]);

async fn a_search_takes_every_filter_and_a_cursor_belongs_to_it(app: &mut TestApp) {
    let district = District::lay(app).await;
    for number in 0..12 {
        app.set_time(&format!("2026-09-{:02}T09:00:00+08:00", 10 + number));
        let firm = if number % 2 == 0 { &district.mill } else { &district.bakery };
        let urgency = if number % 3 == 0 { "urgent" } else { "normal" };
        let title = format!("第{number:03}件");
        let request = district.file(firm, &title, json!({ "body": "路灯不亮", "urgency": urgency })).await;
        if number % 4 == 0 {
            district.dispatch(request, &[(&district.industry, "lead")]).await;
        }
    }
    let ids = [district.mill.id, district.industry.id, district.land].map(|id| id.to_string());
    let [mill, industry, land] = ids.each_ref().map(String::as_str);
    let numbers =
        |wanted: &[usize]| wanted.iter().map(|number| format!("第{number:03}件")).collect::<Vec<_>>();
    let narrowed: [Narrowed<'_>; 8] = [
        (&[("company", mill)], &[10, 8, 6, 4, 2, 0]),
        (&[("unit", industry)], &[8, 4, 0]),
        (&[("urgency", "urgent")], &[9, 6, 3, 0]),
        (&[("state", "in_progress")], &[8, 4, 0]),
        (&[("category", land), ("channel", "app"), ("kind", "help"), ("urgency", "urgent")], &[9, 6, 3, 0]),
        (&[("filed_from", "2026-09-13"), ("filed_to", "2026-09-15")], &[5, 4, 3]),
        (&[("company", mill), ("unit", industry), ("filed_to", "2026-09-15")], &[4, 0]),
        (&[("state", "declined")], &[]),
    ];
    for (filters, expected) in narrowed {
        assert_eq!(found_with(&district.dispatcher, "路灯", filters).await, numbers(expected), "{filters:?}");
    }
    let handler = &district.industry.handler;
    assert_eq!(found(handler, "路灯").await, numbers(&[8, 4, 0]));
    assert_eq!(found_with(handler, "路灯", &[("company", mill)]).await, numbers(&[8, 4, 0]));

    let first = page(&district.dispatcher, "路灯", &[("limit", "2")]).await;
    let cursor = first["next"].as_str().expect("there is more");
    let other = [("q", "不亮"), ("limit", "2"), ("cursor", cursor)];
    let problem = district.dispatcher.get(&asked(&other)).await.expect(400);
    assert_eq!(problem["code"], "invalid_cursor");
}
