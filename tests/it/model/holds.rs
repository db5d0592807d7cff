//! What must hold after every act, whoever did it.

use super::snapshot::{Clock, Snapshot};
use crate::support::app::TestApp;
use crate::support::client::Answer;
use onedoor::domain::ids::{Id, Instant};
use onedoor::domain::words::{AssignmentState, ClockKind, Confidence, Part};
use onedoor::requests;
use std::collections::HashMap;

/// What was seen before, which later acts must not undo.
#[derive(Default)]
pub(super) struct Memory {
    /// When each promise to a company started.
    promised: HashMap<(Id, ClockKind), (Id, Instant)>,
    /// Clocks that were seen past due.
    reds: HashMap<Id, Instant>,
    versions: HashMap<Id, i32>,
}

impl Memory {
    /// Fails with what does not hold, and after which act.
    pub(super) async fn holds(&mut self, app: &TestApp, at: &Snapshot, told: &str) {
        let findings = app.context.db.read(requests::check).await.expect("the data can be checked");
        assert!(findings.is_empty(), "{told}: {findings:#?}");
        let now = app.context.time.now();
        for request in &at.requests {
            let before = self.versions.insert(request.id, request.version);
            assert!(before.is_none_or(|before| before <= request.version), "{told}: a version only rises");
        }
        one_live_lead(at, told);
        self.promises_never_start_again(at, told);
        self.reds_stay(at, now, told);
        open_shares_are_held_open(at, told);
    }

    fn promises_never_start_again(&mut self, at: &Snapshot, told: &str) {
        let promises =
            |clock: &&Clock| matches!(clock.kind, ClockKind::CompanyContact | ClockKind::CompanyFeedback);
        for clock in at.clocks.iter().filter(promises) {
            let seen =
                *self.promised.entry((clock.request, clock.kind)).or_insert((clock.id, clock.started_at));
            assert_eq!(seen, (clock.id, clock.started_at), "{told}: {:?} started again", clock.kind);
        }
    }

    /// What was red is still red, or is on record as having been.
    fn reds_stay(&mut self, at: &Snapshot, now: Instant, told: &str) {
        for (id, seen) in &self.reds {
            let clock = at.clocks.iter().find(|clock| clock.id == *id).expect("a clock is never deleted");
            let is_kept = clock.facts.0["reds"].as_array().is_some_and(|reds| !reds.is_empty());
            let is_past = clock.due_at.is_some_and(|due_at| due_at < clock.stopped_at.unwrap_or(now));
            // What stopped it was made before it was seen red: a later contact than the struck one, or a plan that was asked
            // for in time.
            let kinds = [ClockKind::Contact, ClockKind::CompanyContact, ClockKind::Feedback];
            let was_in_time =
                kinds.contains(&clock.kind) && clock.stopped_at.is_some_and(|stopped_at| stopped_at < *seen);
            assert!(
                is_kept || is_past || was_in_time,
                "{told}: {:?} was red and is not: {clock:?}",
                clock.kind
            );
        }
        for clock in at.clocks.iter().filter(|clock| clock.stopped_at.is_none()) {
            if clock.due_at.is_some_and(|due_at| due_at < now) {
                self.reds.entry(clock.id).or_insert(now);
            }
        }
    }
}

fn one_live_lead(at: &Snapshot, told: &str) {
    for request in &at.requests {
        let live = |state| !matches!(state, AssignmentState::Returned | AssignmentState::Closed);
        for cycle in 1..=request.cycle {
            let leads = at
                .parts_of(request.id)
                .filter(|part| part.part == Part::Lead && part.cycle == cycle && live(part.state))
                .count();
            assert!(leads <= 1, "{told}: {} has {leads} leads in cycle {cycle}", request.number);
        }
        assert!(request.cycle <= 2, "{told}: {} is in cycle {}", request.number, request.cycle);
    }
}

/// The state machine's own list: every open share has one of the clocks that keep it open.
fn open_shares_are_held_open(at: &Snapshot, told: &str) {
    for share in at.assignments.iter().filter(|share| share.state.is_open()) {
        let kept_by = share.state.kept_open_by(share.part);
        let holds = |clock: &&Clock| {
            clock.assignment == Some(share.id) && clock.stopped_at.is_none() && kept_by.contains(&clock.kind)
        };
        assert!(
            at.clocks.iter().any(|clock| holds(&clock)),
            "{told}: the {:?} {} in {:?} has no clock",
            share.part,
            share.id,
            share.state
        );
    }
}

/// What a reader is shown of a request is theirs to see.
pub(super) fn nobody_sees_what_is_not_theirs(
    app: &TestApp,
    at: &Snapshot,
    request: Id,
    reader: &str,
    answer: &Answer,
) {
    if !at.sees(request, reader) {
        assert_eq!(
            (answer.status, &answer.body["code"]),
            (404, &"not_found".into()),
            "{reader} sees {request}"
        );
        return;
    }
    let view = &answer.body;
    assert_eq!(answer.status, 200, "{reader} does not see {request}: {view:#}");
    let row = at.request(request);
    let is_company = reader == at.company_user(request) || reader == "specialist";
    let is_office = ["dispatcher", "second_dispatcher", "auditor"].contains(&reader);
    let knows_filer = is_company
        || is_office
        || row.confidence == Confidence::Open
        || (row.confidence == Confidence::Hidden && at.leads(request, reader));
    assert_eq!(view["company"].is_object(), knows_filer, "{reader}, {:?}: {view:#}", row.confidence);
    // Who is to be called for an echo is the echo's own affair, and shown by its own confidence.
    let mut own = view.clone();
    own["echoes"] = serde_json::Value::Null;
    let text = own.to_string();
    if !knows_filer {
        for told in ["周经理", app.district.company(at.company_user(request))] {
            assert!(!text.contains(told), "{reader} reads {told} of a {:?} request", row.confidence);
        }
    }
    if is_company {
        let is_internal = |answer: &serde_json::Value| answer["content"]["internal_note"].is_string();
        let answers = view["answers"].as_array().expect("answers");
        assert!(!answers.iter().any(is_internal), "{reader} reads an internal note");
        let states: Vec<_> = answers.iter().map(|answer| answer["state"].clone()).collect();
        assert!(
            states.iter().all(|state| state == "released" || state == "corrected"),
            "{reader}: {states:?}"
        );
        let parts = view["parts"].as_array().expect("parts");
        assert!(parts.iter().all(|part| part["part"] != "assist"), "{reader} learns who assists");
        assert!(
            !text.contains("退单") && view["returns"].as_array().is_none_or(Vec::is_empty),
            "{reader}: {text}"
        );
        let other = if at.company_user(request) == "chemical" { "equipment" } else { "chemical" };
        assert!(!text.contains(app.district.company(other)), "{reader} reads of the other company");
    }
}
