//! What must hold of every state: while it is open a clock is, and it is no dead end.

use onedoor::domain::lifecycle::{AssignmentAct, Capacity, RequestAct, assignment, request};
use onedoor::domain::words::{AssignmentState, Part, RequestState};
use std::collections::BTreeSet;

/// Every state that some acts lead to from `start`, itself included.
fn reach<State: Ord + Copy>(start: State, next: impl Fn(State) -> Vec<State>) -> BTreeSet<State> {
    let mut reached = BTreeSet::from([start]);
    let mut waiting = vec![start];
    while let Some(state) = waiting.pop() {
        waiting.extend(next(state).into_iter().filter(|state| reached.insert(*state)));
    }
    reached
}

fn after_request(state: RequestState) -> Vec<RequestState> {
    RequestAct::ALL
        .iter()
        .flat_map(|act| Capacity::ALL.iter().filter_map(move |capacity| request(state, *act, *capacity).ok()))
        .collect()
}

/// The next states by all acts but one.
fn after_assignment(
    state: AssignmentState,
    part: Part,
    without: Option<AssignmentAct>,
) -> Vec<AssignmentState> {
    AssignmentAct::ALL
        .iter()
        .filter(|act| Some(**act) != without)
        .flat_map(|act| {
            Capacity::ALL.iter().filter_map(move |capacity| assignment(state, part, *act, *capacity).ok())
        })
        .collect()
}

#[test]
fn a_request_is_kept_open_by_a_clock_exactly_while_it_is_open() {
    for state in RequestState::ALL {
        assert_eq!(state.is_open(), !state.kept_open_by().is_empty(), "{}", state.code());
    }
}

#[test]
fn an_assignment_is_kept_open_by_a_clock_exactly_while_it_is_open() {
    for state in AssignmentState::ALL {
        for part in Part::ALL {
            let clocks = state.kept_open_by(*part);
            assert_eq!(state.is_open(), !clocks.is_empty(), "{} {}", state.code(), part.code());
        }
    }
}

#[test]
fn a_filed_request_may_come_into_every_state() {
    let every: BTreeSet<RequestState> = RequestState::ALL.iter().copied().collect();
    assert_eq!(reach(RequestState::Submitted, after_request), every);
}

#[test]
fn a_dispatched_assignment_may_come_into_every_state() {
    let every: BTreeSet<AssignmentState> = AssignmentState::ALL.iter().copied().collect();
    for part in Part::ALL {
        let reached = reach(AssignmentState::Dispatched, |state| after_assignment(state, *part, None));
        assert_eq!(reached, every, "{}", part.code());
    }
}

#[test]
fn no_open_state_of_a_request_is_a_dead_end() {
    for state in RequestState::ALL.iter().filter(|state| state.is_open()) {
        assert!(reach(*state, after_request).iter().any(|state| !state.is_open()), "{}", state.code());
    }
}

#[test]
fn no_open_state_of_an_assignment_is_a_dead_end() {
    for part in Part::ALL {
        for state in AssignmentState::ALL.iter().filter(|state| state.is_open()) {
            let reached = reach(*state, |state| after_assignment(state, *part, None));
            assert!(reached.iter().any(|state| !state.is_open()), "{} {}", state.code(), part.code());
        }
    }
}

#[test]
fn a_unit_can_always_bring_its_part_to_acceptance_without_its_role_being_ended() {
    for part in Part::ALL {
        for state in AssignmentState::ALL.iter().filter(|state| state.is_open()) {
            let reached = reach(*state, |state| after_assignment(state, *part, Some(AssignmentAct::Close)));
            assert!(reached.contains(&AssignmentState::Accepted), "{} {}", state.code(), part.code());
        }
    }
}

#[test]
fn what_has_ended_opens_again_by_a_rework_or_a_decline_taken_back_only() {
    for state in RequestState::ALL.iter().filter(|state| !state.is_open()) {
        for act in RequestAct::ALL {
            for next in Capacity::ALL.iter().filter_map(|capacity| request(*state, *act, *capacity).ok()) {
                let expected = match (*state, *act) {
                    (RequestState::Concluded, RequestAct::Rework) => RequestState::InProgress,
                    (RequestState::Declined, RequestAct::UndoDecline) => RequestState::Submitted,
                    _ => *state,
                };
                assert_eq!(next, expected, "{} {}", state.code(), act.code());
            }
        }
    }
}
