//! A flow drawn as stairs, on which no two words meet however many acts there are.
//!
//! Each state has a column and a row of its own. An arrow leaves its state sideways along that row, passes its acts
//! in the column of the next state, and turns there. Above the stairs it leads on, below them back.

use super::flow::{Arrow, Deed, Flow};
use std::collections::BTreeMap;

/// The height of a line of words, in pixels.
const LINE: usize = 16;
/// The width of a letter, in pixels, with room to spare: the reader's font is not known.
const LETTER: usize = 8;
/// The letters in a line that names who does an act, unless one word alone has more.
const WIDEST: usize = 15;
/// Half the height of a state, in pixels.
const HALF: usize = 18;
/// The room between columns and between rows, in pixels.
const GAP: usize = 20;
/// The room above the first row, in which the start stands, in pixels.
const TOP: usize = 56;

const STYLE: &str = "text{font:13px sans-serif;text-anchor:middle;fill:#222}.state,.act{font-weight:bold}\
    path{fill:none;stroke:#57a;stroke-width:1.5}.back{stroke:#b63}.tip{fill:#57a;stroke:none}\
    .back-tip{fill:#b63;stroke:none}.box{fill:#dce8f7;stroke:#246;stroke-width:1.5}.plain,.ground{fill:#fff}";

/// The middle of a state and half its width, in pixels.
struct Place {
    x: usize,
    y: usize,
    half: usize,
}

/// `flow` as an SVG picture, always the same for the same flow.
pub(crate) fn svg(flow: &Flow) -> String {
    let (places, width, height) = places(flow);
    let place_of = |state: &str| places.get(state).expect("every state that is drawn has its place");
    let (mut lines, mut words) = (String::new(), String::new());
    for Arrow { from, to, deeds } in &flow.arrows {
        let (from, to) = (place_of(from), place_of(to));
        lines += &line(from, to);
        words += &label((to.x, from.y), &label_lines(deeds));
    }
    let (act, first) = flow.start;
    let (x, y) = (place_of(first).x, place_of(first).y - HALF);
    lines += &format!("<circle cx=\"{x}\" cy=\"12\" r=\"7\"/>\n<path d=\"M{x} 19V{}\"/>\n", y - 8);
    lines += &tip(x, y, true, "tip");
    words += &label((x, (y + 14) / 2), &[("act", act.to_owned())]);
    for (state, Place { x, y, half }) in &places {
        words += &frame("box", (x - half, y - HALF), 2 * half, 2 * HALF);
        if flow.ends.contains(state) {
            words += &frame("box over", (x - half + 4, y - HALF + 4), 2 * half - 8, 2 * HALF - 8);
        }
        words += &format!("<text class=\"state\" x=\"{x}\" y=\"{}\">{state}</text>\n", y + 4);
    }
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
        viewBox=\"0 0 {width} {height}\" role=\"img\">\n<title>The states of the {noun} and the acts between them</title>\n\
        <style>{STYLE}</style>\n<rect class=\"ground\" width=\"{width}\" height=\"{height}\"/>\n{lines}{words}</svg>\n",
        noun = flow.noun
    )
}

/// Where each state stands, and the width and the height of it all.
fn places(flow: &Flow) -> (BTreeMap<&'static str, Place>, usize, usize) {
    let mut places = BTreeMap::new();
    let (mut right, mut bottom) = (GAP, TOP);
    for state in flow.drawn() {
        let into = flow.arrows.iter().filter(|arrow| arrow.to == state);
        let widest = into.map(|arrow| width(&label_lines(&arrow.deeds))).max().unwrap_or_default();
        let out = flow.arrows.iter().filter(|arrow| arrow.from == state);
        let most = out.map(|arrow| label_lines(&arrow.deeds).len()).max().unwrap_or_default();
        let half = state.len() * LETTER / 2 + 10;
        let (column, row) = ((2 * half).max(widest), (2 * HALF).max(most * LINE));
        places.insert(state, Place { x: right + column / 2, y: bottom + row / 2, half });
        right += column + GAP;
        bottom += row + GAP;
    }
    (places, right, bottom)
}

/// The line of an arrow, which ends in its tip.
fn line(from: &Place, to: &Place) -> String {
    let leads_on = from.y < to.y;
    let (side, end, neck) = if leads_on {
        (from.x + from.half, to.y - HALF, to.y - HALF - 8)
    } else {
        (from.x - from.half, to.y + HALF, to.y + HALF + 8)
    };
    let (class, tip_class) = if leads_on { ("on", "tip") } else { ("back", "back-tip") };
    format!("<path class=\"{class}\" d=\"M{side} {y}H{x}V{neck}\"/>\n", x = to.x, y = from.y)
        + &tip(to.x, end, leads_on, tip_class)
}

/// The tip of an arrow that touches a state at `x`, `y` from above or from below.
fn tip(x: usize, y: usize, is_above: bool, class: &str) -> String {
    let foot = if is_above { y - 10 } else { y + 10 };
    format!("<path class=\"{class}\" d=\"M{x} {y}L{} {foot}H{}Z\"/>\n", x - 5, x + 5)
}

/// A rectangle whose left upper corner is `corner`.
fn frame(class: &str, corner: (usize, usize), width: usize, height: usize) -> String {
    let (x, y) = corner;
    format!("<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"6\"/>\n")
}

/// Lines of words about the point `middle`, on a ground of their own.
fn label(middle: (usize, usize), lines: &[(&str, String)]) -> String {
    let (x, width, height) = (middle.0, width(lines), lines.len() * LINE);
    let top = middle.1 - height / 2;
    let mut text = frame("plain", (x - width / 2, top), width, height);
    for (place, (class, words)) in lines.iter().enumerate() {
        let y = top + place * LINE + 12;
        text += &format!("<text class=\"{class}\" x=\"{x}\" y=\"{y}\">{words}</text>\n");
    }
    text
}

fn width(lines: &[(&str, String)]) -> usize {
    lines.iter().map(|(_, words)| words.len() * LETTER).max().unwrap_or_default()
}

/// The lines of an arrow's acts: each act, and under it who does it.
fn label_lines(deeds: &[Deed]) -> Vec<(&'static str, String)> {
    let mut lines: Vec<(&str, String)> = Vec::new();
    for Deed { act, by } in deeds {
        lines.push(("act", (*act).to_owned()));
        let mut open = by.first().copied().unwrap_or_default().to_owned();
        for who in by.iter().skip(1) {
            open.push(',');
            if open.len() + who.len() < WIDEST {
                open.push(' ');
            } else {
                lines.push(("by", std::mem::take(&mut open)));
            }
            open += who;
        }
        lines.push(("by", open));
    }
    lines
}

/// Left, right, top and bottom of every state and of every arrow's words.
fn rectangles(svg: &str) -> Vec<[usize; 4]> {
    let mut found = Vec::new();
    for rest in svg.split("<rect class=\"").skip(1) {
        if rest.starts_with("ground") || rest.starts_with("box over") {
            continue;
        }
        let number = |name: &str| {
            let rest = rest.split_once(&format!(" {name}=\"")).map(|(_, rest)| rest);
            rest.and_then(|rest| rest.split('"').next()?.parse::<usize>().ok())
                .expect("a rectangle has its measures")
        };
        let (x, y) = (number("x"), number("y"));
        found.push([x, x + number("width"), y, y + number("height")]);
    }
    found
}

#[test]
fn no_two_words_of_a_drawing_meet() {
    let request = Flow::of_request(include_str!("../lifecycle/request.table")).unwrap();
    let assignment = Flow::of_assignment(include_str!("../lifecycle/assignment.table")).unwrap();
    for flow in [request, assignment] {
        let found = rectangles(&svg(&flow));
        assert_eq!(found.len(), flow.drawn().len() + flow.arrows.len() + 1, "states, arrows and the start");
        for (place, one) in found.iter().enumerate() {
            for other in found.iter().skip(place + 1) {
                let is_apart =
                    one[1] <= other[0] || other[1] <= one[0] || one[3] <= other[2] || other[3] <= one[2];
                assert!(is_apart, "{}: {one:?} and {other:?}", flow.noun);
            }
        }
    }
}
