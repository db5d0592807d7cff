//! What someone who was refused is told.

use onedoor::domain::lifecycle::{AssignmentAct, Capacity, RequestAct, assignment, request};
use onedoor::domain::refusal::RefusalCode;
use onedoor::domain::words::{AssignmentState, Part, RequestState};

#[test]
fn an_office_that_declines_a_dispatched_request_is_told_why_not_and_what_it_can_do() {
    let refusal = request(RequestState::InProgress, RequestAct::Decline, Capacity::Dispatcher).unwrap_err();
    assert_eq!(refusal.code, RefusalCode::AlreadyDispatched);
    assert_eq!((refusal.act, refusal.state), ("decline", "in_progress"));
    let possible = [
        "ask_info",
        "categorise",
        "redispatch",
        "confirm_withdrawal",
        "drop_withdrawal",
        "message",
        "attach",
        "merge",
        "take_echo",
        "ask_transfer",
        "transfer",
        "rule_contest",
        "correct",
        "convene_meeting",
        "record_meeting",
    ];
    assert_eq!(refusal.possible, possible);
}

#[test]
fn a_company_that_rates_too_early_is_told_it_may_withdraw() {
    let refusal = request(RequestState::Submitted, RequestAct::Rate, Capacity::Company).unwrap_err();
    assert_eq!(refusal.code, RefusalCode::NotAnsweredYet);
    assert_eq!(refusal.possible, ["withdraw", "confirm", "urge", "message", "attach", "contest"]);
}

#[test]
fn a_wrong_capacity_is_told_before_a_wrong_state() {
    let refusal = request(RequestState::Withdrawn, RequestAct::Dispatch, Capacity::Company).unwrap_err();
    assert_eq!(refusal.code, RefusalCode::NotYours);
    assert_eq!(refusal.possible, [""; 0]);
}

#[test]
fn an_assist_that_calls_the_company_is_told_what_it_can_do_instead() {
    let refusal =
        assignment(AssignmentState::Signed, Part::Assist, AssignmentAct::Contact, Capacity::Handler)
            .unwrap_err();
    assert_eq!(refusal.code, RefusalCode::PartCannot);
    assert_eq!(refusal.possible, ["draft", "hand_on", "ask_return", "ask_extension"]);
}

#[test]
fn a_handler_who_approves_is_told_that_it_belongs_to_the_signer() {
    let refusal = assignment(AssignmentState::Drafted, Part::Lead, AssignmentAct::Approve, Capacity::Handler)
        .unwrap_err();
    assert_eq!(refusal.code, RefusalCode::NotYours);
    let possible = ["contact", "draft", "hand_on", "ask_return", "ask_extension", "report", "preliminary"];
    assert_eq!(refusal.possible, possible);
}
