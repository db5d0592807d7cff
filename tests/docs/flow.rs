//! A state machine as a picture, read from its table: which act leads from which state to which, and who does it.
//!
//! [`Flow`] is what the table says; [`Flow::section`] is the piece of a page that shows it, and `drawing` draws it.

use super::table::{Table, codes};
use onedoor::domain::lifecycle::{AssignmentAct, Capacity, RequestAct};
use onedoor::domain::words::{AssignmentState, Part, RequestState};

/// Words of the code.
type Words = Vec<&'static str>;

/// An act, and the capacities in which it is done.
pub(crate) struct Deed {
    pub(crate) act: &'static str,
    pub(crate) by: Words,
}

/// Every act that leads from one state to another.
pub(crate) struct Arrow {
    pub(crate) from: &'static str,
    pub(crate) to: &'static str,
    pub(crate) deeds: Vec<Deed>,
}

/// A state machine.
pub(crate) struct Flow {
    /// What it is the machine of.
    pub(crate) noun: &'static str,
    /// What makes a new one, and the state that one is in.
    pub(crate) start: (&'static str, &'static str),
    /// The states in which it is over, even where a late act can open it again.
    pub(crate) ends: Words,
    /// The states in the order of the table.
    pub(crate) states: Words,
    /// The arrows by state and next state, both in the order of the table.
    pub(crate) arrows: Vec<Arrow>,
    /// For each state the acts after which it is the same.
    stays: Vec<(&'static str, Vec<Deed>)>,
}

impl Flow {
    /// The request's, of the text of its table. Fails with every fault of that table.
    pub(crate) fn of_request(text: &str) -> Result<Self, Vec<String>> {
        let table = Table::of_request(text)?;
        let bare = Self {
            noun: "request",
            start: ("file", RequestState::Submitted.code()),
            ends: RequestState::ALL.iter().filter(|one| !one.is_open()).map(|one| one.code()).collect(),
            states: codes(RequestState::ALL, RequestState::code),
            arrows: Vec::new(),
            stays: Vec::new(),
        };
        Ok(bare.with_deeds(
            &codes(RequestAct::ALL, RequestAct::code),
            &codes(Capacity::ALL, Capacity::code),
            |act, capacity, state| table.cell(&[act, capacity], state).into_iter().collect(),
        ))
    }

    /// The assignment's, of the text of its table: what any part may do. Fails with every fault of that table.
    pub(crate) fn of_assignment(text: &str) -> Result<Self, Vec<String>> {
        let table = Table::of_assignment(text)?;
        let parts = codes(Part::ALL, Part::code);
        let bare = Self {
            noun: "assignment",
            start: ("dispatch", AssignmentState::Dispatched.code()),
            ends: AssignmentState::ALL.iter().filter(|one| !one.is_open()).map(|one| one.code()).collect(),
            states: codes(AssignmentState::ALL, AssignmentState::code),
            arrows: Vec::new(),
            stays: Vec::new(),
        };
        Ok(bare.with_deeds(
            &codes(AssignmentAct::ALL, AssignmentAct::code),
            &codes(Capacity::ALL, Capacity::code),
            |act, capacity, state| {
                parts.iter().filter_map(|part| table.cell(&[act, capacity, part], state)).collect()
            },
        ))
    }

    /// With all that `cells` says of an act by a capacity in a state.
    fn with_deeds<'table>(
        mut self,
        acts: &[&'static str],
        capacities: &[&'static str],
        cells: impl Fn(&str, &str, &str) -> Vec<&'table str>,
    ) -> Self {
        for from in &self.states {
            for to in &self.states {
                let target = if from == to { "=" } else { to };
                let deed = |act: &&'static str| {
                    let mut by = capacities.to_vec();
                    by.retain(|capacity| cells(act, capacity, from).contains(&target));
                    (!by.is_empty()).then_some(Deed { act, by })
                };
                let deeds: Vec<Deed> = acts.iter().filter_map(deed).collect();
                if deeds.is_empty() {
                    continue;
                }
                if from == to {
                    self.stays.push((from, deeds));
                } else {
                    self.arrows.push(Arrow { from, to, deeds });
                }
            }
        }
        self
    }

    /// The states that an arrow touches or the start leads to.
    pub(crate) fn drawn(&self) -> Words {
        let mut drawn = self.states.clone();
        drawn.retain(|state| {
            *state == self.start.1 || self.arrows.iter().any(|one| one.from == *state || one.to == *state)
        });
        drawn
    }

    /// The states to which nothing leads from the start.
    fn unreached(&self) -> Words {
        let mut reached = vec![self.start.1];
        while let Some(arrow) =
            self.arrows.iter().find(|arrow| reached.contains(&arrow.from) && !reached.contains(&arrow.to))
        {
            reached.push(arrow.to);
        }
        let mut unreached = self.states.clone();
        unreached.retain(|state| !reached.contains(state));
        unreached
    }

    /// The picture as a Mermaid diagram.
    fn mermaid(&self) -> String {
        let (act, state) = self.start;
        let mut text = format!("stateDiagram-v2\n    [*] --> {state} : {act}\n");
        for Arrow { from, to, deeds } in &self.arrows {
            text += &format!("    {from} --> {to} : {}\n", told(deeds, ""));
        }
        for state in self.drawn().into_iter().filter(|state| self.ends.contains(state)) {
            text += &format!("    {state} --> [*]\n");
        }
        text
    }

    /// The piece of a page in `docs` that shows this flow: the drawing, the same for Mermaid, and what no arrow shows.
    pub(crate) fn section(&self) -> String {
        let noun = self.noun;
        let mut text = format!("![The states of the {noun} and the acts between them](flow/{noun}.svg)\n\n");
        text += "<details><summary>The same picture for Mermaid, and as text</summary>\n\n";
        text += &format!("```mermaid\n{}```\n\n</details>\n\n", self.mermaid());
        text += "| in this state also | acts that leave it as it is |\n|---|---|\n";
        for (state, deeds) in &self.stays {
            text += &format!("| `{state}` | {} |\n", told(deeds, "`"));
        }
        let unreached: Vec<String> = self.unreached().iter().map(|state| format!("`{state}`")).collect();
        if !unreached.is_empty() {
            text += &format!("\nNo act leads to {} yet.\n", unreached.join(" or "));
        }
        text + "\n"
    }
}

/// `act (who, who), act (who)`, each act in `marks`.
fn told(deeds: &[Deed], marks: &str) -> String {
    let told = deeds.iter().map(|Deed { act, by }| format!("{marks}{act}{marks} ({})", by.join(", ")));
    told.collect::<Vec<_>>().join(", ")
}

/// A small table by hand: `b` is over, and nothing leads to `d`.
const EXAMPLE: &str = "capacities: unit office\n\
    act  | capacity | a   | b   | c   | d\n\
    go   | unit     | c   | !no | =   | !no\n\
    go   | office   | c   | !no | b   | !no\n\
    stop | office   | c   | c   | =   | b\n\
    stop | *        | !no | !no | !no | !no\n";

/// The flow of a table in the words of the example.
fn example(text: &str) -> Result<Flow, Vec<String>> {
    let (acts, capacities, states) = (["go", "stop"], ["unit", "office"], ["a", "b", "c", "d"]);
    let keys: &[(&str, &[&str])] = &[("act", &acts), ("capacities", &capacities)];
    let table =
        Table::read(text, keys, &states, |cell| cell == "=" || cell == "!no" || states.contains(&cell))?;
    let bare = Flow {
        noun: "example",
        start: ("begin", "a"),
        ends: vec!["b"],
        states: states.to_vec(),
        arrows: Vec::new(),
        stays: Vec::new(),
    };
    Ok(bare.with_deeds(&acts, &capacities, |act, capacity, state| {
        table.cell(&[act, capacity], state).into_iter().collect()
    }))
}

#[test]
fn an_arrow_names_every_act_that_leads_there_and_who_does_it() {
    let wanted = "stateDiagram-v2\n    \
        [*] --> a : begin\n    \
        a --> c : go (unit, office), stop (office)\n    \
        b --> c : stop (office)\n    \
        c --> b : go (office)\n    \
        d --> b : stop (office)\n    \
        b --> [*]\n";
    assert_eq!(example(EXAMPLE).unwrap().mermaid(), wanted);
}

#[test]
fn an_act_that_changes_no_state_stands_below_the_picture() {
    let section = example(EXAMPLE).unwrap().section();
    let below = section.split_once("|---|---|\n").map(|(_, below)| below);
    assert_eq!(below, Some("| `c` | `go` (unit), `stop` (office) |\n\nNo act leads to `d` yet.\n\n"));
}

#[test]
fn a_table_that_cannot_be_read_gives_no_picture() {
    let fault = |text: String| example(&text).err().unwrap_or_default().join("\n");
    assert_eq!(
        fault(EXAMPLE.replace("| =   | b\n", "| =   | x\n")),
        "nobody knows x: stop | office   | c   | c   | =   | x"
    );
    assert_eq!(fault(EXAMPLE.replace("go   | unit     | c   | !no | =   | !no\n", "")), "no row for go unit");
    let request = include_str!("../lifecycle/request.table").replace("!already_ended", "!long_gone");
    assert!(Flow::of_request(&request).is_err());
    let assignment = include_str!("../lifecycle/assignment.table").replace("parts: lead", "parts:");
    assert!(Flow::of_assignment(&assignment).is_err());
}
