//! Every route that changes something, sent again under its key, and sent for a version that is no more.

use super::cases::{Case, cases};
use super::world::World;
use super::{client, told, trace, turns, unchanged};
use crate::support::app::{TestApp, on_both};
use crate::support::client::Answer;
use reqwest::Method;
use std::collections::BTreeSet;

/// The routes that take no notice of an Idempotency-Key: those about the session, those whose answer is a
/// secret, and those that write down each telling.
const EXEMPT: [&str; 16] = [
    "/api/v1/auth/login",
    "/api/v1/auth/logout",
    "/api/v1/auth/password",
    "/api/v1/auth/password-reset",
    "/api/v1/auth/password-reset/confirm",
    "/api/v1/auth/register",
    "/api/v1/auth/totp",
    "/api/v1/auth/totp/confirm",
    "/api/v1/auth/totp/remove",
    "/api/v1/companies",
    "/api/v1/companies/{id}/members",
    "/api/v1/companies/{id}/reveal-phone",
    "/api/v1/people",
    "/api/v1/people/{id}/password",
    "/api/v1/people/{id}/reveal-phone",
    "/api/v1/requests/{id}/reveal-phone",
];

fn all(app: &TestApp, world: &World) -> Vec<Case> {
    cases(app, world).into_iter().chain(turns::beside(app)).collect()
}

/// A case's request with its right body and this header.
async fn send(app: &TestApp, case: &Case, (name, value): (&str, &str)) -> Answer {
    let body = if case.method == Method::PUT {
        app.as_("admin").get(&case.path(&case.id)).await.expect(200)["document"].clone()
    } else {
        case.body()
    };
    let client = client(app, case);
    let request = client.request(case.method.clone(), &case.path(&case.id));
    let request = if name.is_empty() { request } else { request.header(name, value) };
    let request = if case.fields.is_some() { request.json(&body) } else { request };
    client.send(request).await
}

async fn every_post_sent_again_is_answered_as_the_first_time_and_does_nothing(app: &mut TestApp) {
    let world = World::make(app).await;
    let posts: Vec<Case> = all(app, &world).into_iter().filter(|case| case.method == Method::POST).collect();
    let key = ("idempotency-key", "the same for all, for each route has keys of its own");
    let mut first = Vec::new();
    for case in &posts {
        let answer = send(app, case, key).await;
        assert!(answer.status < 300, "{}: {:#}", case.template, answer.body);
        assert_eq!(answer.header("idempotent-replayed"), "", "{}", case.template);
        first.push(answer);
    }
    let before = trace::content(app).await;
    let mut exempt = BTreeSet::new();
    for (case, first) in posts.iter().zip(first) {
        if EXEMPT.contains(&case.template) {
            exempt.insert(case.template);
            continue;
        }
        let again = send(app, case, key).await;
        assert_eq!(again.header("idempotent-replayed"), "true", "{}: {:#}", case.template, again.body);
        assert_eq!((again.status, &again.body), (first.status, &first.body), "{}", case.template);
        for name in ["location", "etag", "content-type"] {
            assert_eq!(again.header(name), first.header(name), "{} {name}", case.template);
        }
    }
    unchanged(app, &before).await;
    assert_eq!(exempt.into_iter().collect::<Vec<_>>(), EXEMPT);
    for case in posts.iter().filter(|case| case.by != "bearing" && EXEMPT.contains(&case.template)) {
        assert_eq!(send(app, case, key).await.header("idempotent-replayed"), "", "{}", case.template);
    }
}

async fn every_act_meant_for_another_version_is_refused(app: &mut TestApp) {
    let world = World::make(app).await;
    let before = trace::content(app).await;
    for case in all(app, &world) {
        for tag in ["\"99999\"", "W/\"1\"", "none"] {
            let answer = send(app, &case, ("if-match", tag)).await;
            let line = format!("{} {} {tag}", case.method, case.template);
            assert_eq!(told(&answer), "412 \"precondition_failed\" []", "{line}");
        }
        if case.method == Method::PUT || case.method == Method::PATCH {
            send(app, &case, ("", "")).await.problem(428, "precondition_required");
        }
    }
    unchanged(app, &before).await;
}

async fn what_is_hidden_or_denied_is_so_in_every_version(app: &mut TestApp) {
    let world = World::make(app).await;
    // Whoever sees a request may see its number whole, for a reason.
    let of_all = |case: &Case| case.by.is_empty() || case.template == "/api/v1/requests/{id}/reveal-phone";
    let cases = all(app, &world).into_iter().filter(|case| !of_all(case) && case.template.contains('{'));
    for case in cases {
        for other in
            ["equipment", "industry.handler", "auditor"].into_iter().filter(|other| *other != case.by)
        {
            let as_other = Case { by: other, ..case.clone() };
            let (any, stale) = (
                send(app, &as_other, ("if-match", "*")).await,
                send(app, &as_other, ("if-match", "\"99999\"")).await,
            );
            assert!([403, 404].contains(&any.status), "{other} {}: {}", case.template, told(&any));
            assert_eq!(told(&stale), told(&any), "{other} {} {}", case.method, case.template);
        }
    }
}

on_both!(in the sample district:
    every_post_sent_again_is_answered_as_the_first_time_and_does_nothing,
    every_act_meant_for_another_version_is_refused,
    what_is_hidden_or_denied_is_so_in_every_version,
);
