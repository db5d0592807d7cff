//! The two state machines against their tables written by hand, and what must hold of every state.

mod openness;
mod refusals;
mod table;

use onedoor::domain::lifecycle::{AssignmentAct, Capacity, RequestAct, assignment, request};
use onedoor::domain::refusal::Refusal;
use onedoor::domain::words::{AssignmentState, Part, RequestState};
use table::Table;

/// The cell the code would write: the next state, `=` or `!code`.
fn cell<State: PartialEq>(
    state: State,
    result: Result<State, Refusal>,
    code: fn(&State) -> &'static str,
) -> String {
    match result {
        Ok(next) if next == state => "=".to_owned(),
        Ok(next) => code(&next).to_owned(),
        Err(refusal) => format!("!{}", refusal.code.code()),
    }
}

#[test]
fn the_request_does_what_its_table_says_in_every_state() {
    let table = Table::of_request(include_str!("request.table")).unwrap();
    let mut faults = Vec::new();
    for act in RequestAct::ALL {
        for capacity in Capacity::ALL {
            for state in RequestState::ALL {
                let does = cell(*state, request(*state, *act, *capacity), |state| state.code());
                let says = table.cell(&[act.code(), capacity.code()], state.code());
                if says != Some(does.as_str()) {
                    faults.push(format!(
                        "{} by {} in {}: the table says {says:?}, the code does {does}",
                        act.code(),
                        capacity.code(),
                        state.code()
                    ));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn the_assignment_does_what_its_table_says_in_every_state() {
    let table = Table::of_assignment(include_str!("assignment.table")).unwrap();
    let mut faults = Vec::new();
    for act in AssignmentAct::ALL {
        for capacity in Capacity::ALL {
            for part in Part::ALL {
                for state in AssignmentState::ALL {
                    let does = cell(*state, assignment(*state, *part, *act, *capacity), |state| state.code());
                    let says = table.cell(&[act.code(), capacity.code(), part.code()], state.code());
                    if says != Some(does.as_str()) {
                        faults.push(format!(
                            "{} of the {} by {} in {}: the table says {says:?}, the code does {does}",
                            act.code(),
                            part.code(),
                            capacity.code(),
                            state.code()
                        ));
                    }
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// The request's table after `change`, which must be refused with a line that holds `words`.
fn is_refused(change: impl Fn(String) -> String, words: &str) {
    let faults =
        Table::of_request(&change(include_str!("request.table").to_owned())).err().unwrap_or_default();
    assert!(faults.iter().any(|fault| fault.contains(words)), "wanted {words:?} among {faults:?}");
}

#[test]
fn a_table_that_leaves_out_an_act_is_refused() {
    let without = |table: String| {
        table.lines().filter(|line| !line.starts_with("rate ")).map(|line| format!("{line}\n")).collect()
    };
    is_refused(without, "no row for rate");
}

#[test]
fn a_table_that_leaves_out_a_capacity_is_refused() {
    is_refused(|table| table.replace(" auditor admin", " admin"), "capacities");
}

#[test]
fn a_table_that_leaves_out_a_state_is_refused() {
    is_refused(|table| table.replace("| transferred", ""), "transferred");
}

#[test]
fn a_table_with_two_rows_for_one_act_is_refused() {
    let doubled = |table: String| {
        let row = table
            .lines()
            .find(|line| line.starts_with("categorise    | disp"))
            .unwrap_or_default()
            .to_owned();
        format!("{table}{row}\n")
    };
    is_refused(doubled, "2 rows for categorise dispatcher");
}

#[test]
fn a_table_with_a_word_nobody_knows_is_refused() {
    is_refused(|table| table.replace("!already_dispatched", "!too_late"), "!too_late");
    is_refused(|table| table.replace("| company    |", "| customer   |"), "customer");
}
