//! What must hold of every state: while it is open a clock is, and it is no dead end.

use onedoor::domain::lifecycle::{AssignmentAct, Capacity, RequestAct, assignment, request};
use onedoor::domain::words::{AssignmentState, Part, RequestState};
use std::collections::BTreeSet;

/// The states a request comes into by the acts there are.
const REACHED: [RequestState; 7] = [
    RequestState::Submitted,
    RequestState::NeedsInfo,
    RequestState::InProgress,
    RequestState::Answered,
    RequestState::Concluded,
    RequestState::Declined,
    RequestState::Withdrawn,
];

/// The states an assignment of any part comes into by the acts there are.
const REACHED_BY_ASSIGNMENT: [AssignmentState; 6] = [
    AssignmentState::Dispatched,
    AssignmentState::Signed,
    AssignmentState::Drafted,
    AssignmentState::Answered,
    AssignmentState::Accepted,
    AssignmentState::Closed,
];

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
fn a_filed_request_comes_into_the_listed_states_and_no_other() {
    assert_eq!(reach(RequestState::Submitted, after_request), BTreeSet::from(REACHED));
}

#[test]
fn a_dispatched_assignment_comes_into_the_listed_states_and_no_other() {
    for part in Part::ALL {
        let reached = reach(AssignmentState::Dispatched, |state| after_assignment(state, *part, None));
        assert_eq!(reached, BTreeSet::from(REACHED_BY_ASSIGNMENT), "{}", part.code());
    }
}

#[test]
fn no_open_state_of_a_request_is_a_dead_end() {
    // An echo is led out by its master's release; no act makes a request one yet.
    for state in RequestState::ALL.iter().filter(|state| state.is_open() && **state != RequestState::Merged) {
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
        for state in REACHED_BY_ASSIGNMENT.iter().filter(|state| state.is_open()) {
            let reached = reach(*state, |state| after_assignment(state, *part, Some(AssignmentAct::Close)));
            assert!(reached.contains(&AssignmentState::Accepted), "{} {}", state.code(), part.code());
        }
    }
}

#[test]
fn what_has_ended_opens_again_by_the_rework_of_a_conclusion_only() {
    for state in RequestState::ALL.iter().filter(|state| !state.is_open()) {
        for act in RequestAct::ALL {
            for next in Capacity::ALL.iter().filter_map(|capacity| request(*state, *act, *capacity).ok()) {
                let reopens = (*state, *act) == (RequestState::Concluded, RequestAct::Rework);
                let expected = if reopens { RequestState::InProgress } else { *state };
                assert_eq!(next, expected, "{} {}", state.code(), act.code());
            }
        }
    }
}
