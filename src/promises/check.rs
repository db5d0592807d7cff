//! What is missing or wrong in the data that promises stand on, for `onedoor check`.

use super::register::Register;
use super::{book, calendars, categories, digest_of, duty, ladder};
use crate::db::{Conn, Json};
use crate::domain::calendar::{Calendar, Spec};
use crate::domain::ids::Id;
use crate::domain::promise::Book;
use crate::fault::Fault;
use crate::journal;
use crate::people;
use chrono::{Datelike, NaiveDate};
use std::collections::{BTreeSet, HashSet};

/// The month from which next year's notice is missed; it comes in autumn as a rule.
const NOTICE_EXPECTED_IN: u32 = 12;

/// Everything found, one line each, nothing when all is well: calendars, the book, categories, the duty table, and the
/// journals of the registers. `today` is the office's date.
pub fn check(conn: &mut Conn, today: NaiveDate) -> Result<Vec<String>, Fault> {
    let mut findings = Vec::new();
    check_calendars(conn, today, &mut findings)?;
    check_book(conn, &mut findings)?;
    findings.extend(ladder::check(conn)?);
    check_duty_table(conn, today, &mut findings)?;
    for register in Register::ALL {
        let Some((id, chain)) = register.chain(conn)? else { continue };
        if let Some(broken) = journal::verify(conn, id, chain.seq, &chain.head)? {
            let name = register.name();
            findings.push(format!("journal of {name}: entry {}: {}", broken.seq, broken.why));
        }
    }
    Ok(findings)
}

fn check_calendars(conn: &mut Conn, today: NaiveDate, findings: &mut Vec<String>) -> Result<(), Fault> {
    let all = calendars::newest_of_all(conn)?;
    if all.is_empty() {
        findings.push("there is no calendar: the database was never seeded".to_owned());
    }
    for row in all {
        let place = format!("calendar {}, version {}", row.name, row.version);
        let Json(spec) = &row.document;
        if digest_of(&serde_json::to_value(spec).map_err(Fault::internal)?) != row.digest {
            findings.push(format!("{place}: the document is not the one its digest was taken of"));
        }
        match Calendar::build(spec) {
            Err(error) => findings.push(format!("{place}: {error}")),
            Ok(_) => {
                let missing = years_without_notice(spec, today);
                let told = |year| {
                    format!("{place}: the notice of {year} is missing, so dates of that year are provisional")
                };
                findings.extend(missing.into_iter().map(told));
            }
        }
    }
    Ok(())
}

/// The years a notice should be there for: this one, and the next from December on. None for a calendar that waits for
/// no notices.
fn years_without_notice(spec: &Spec, today: NaiveDate) -> Vec<i32> {
    if spec.announced.is_empty() {
        return Vec::new();
    }
    let next = (today.month() >= NOTICE_EXPECTED_IN).then(|| today.year().saturating_add(1));
    let expected = std::iter::once(today.year()).chain(next);
    expected.filter(|year| !spec.announced.contains(year)).collect()
}

fn check_book(conn: &mut Conn, findings: &mut Vec<String>) -> Result<(), Fault> {
    let Some(row) = book::newest_row(conn)? else {
        findings.push("there is no promise book: the database was never seeded".to_owned());
        return Ok(());
    };
    let place = format!("promise book, version {}", row.version);
    let Json(document) = row.document;
    if digest_of(&document) != row.digest {
        findings.push(format!("{place}: the document is not the one its digest was taken of"));
    }
    match Book::from_json(document) {
        Err(error) => findings.push(format!("{place}: {error}")),
        Ok(book) => {
            for code in categories::unknown_codes(conn, book.categories())? {
                findings.push(format!("{place}: a rule names the category {code}, which does not exist"));
            }
        }
    }
    Ok(())
}

fn check_duty_table(conn: &mut Conn, today: NaiveDate, findings: &mut Vec<String>) -> Result<(), Fault> {
    let rows = duty::rows_on(conn, today)?;
    let with_row: HashSet<Id> = rows.iter().map(|(row, _)| row.category_id).collect();
    for class in categories::category_tree(conn, today)? {
        let leaves = if class.sub_classes.is_empty() { vec![class.class] } else { class.sub_classes };
        for category in leaves.iter().filter(|category| !with_row.contains(&category.id)) {
            findings.push(format!("category {}: no row of the duty table holds today", category.code));
        }
    }
    let named: BTreeSet<Id> =
        rows.iter().flat_map(|(row, assists)| assists.iter().copied().chain([row.lead_unit_id])).collect();
    let units = people::units(conn, &named.into_iter().collect::<Vec<_>>())?;
    let ids: Vec<Id> = rows.iter().map(|(row, _)| row.category_id).collect();
    let of = categories::categories(conn, &ids)?;
    for (row, assists) in &rows {
        for (part, id) in
            [("leads", row.lead_unit_id)].into_iter().chain(assists.iter().map(|id| ("assists", *id)))
        {
            let Some(unit) = units.get(&id) else { continue };
            if !unit.is_valid_on(today) {
                let category = of.get(&row.category_id).map_or("", |category| category.code.as_str());
                findings
                    .push(format!("duty table, {category}: {} {part}, but does not exist today", unit.code));
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::years_without_notice;
    use crate::domain::calendar::Spec;
    use chrono::NaiveDate;

    #[test]
    fn next_year_s_notice_is_missed_from_december_on_and_this_year_s_always() {
        let spec = Spec { announced: vec![2025, 2026], ..Spec::default() };
        let missed = |spec: &Spec, month, day| {
            years_without_notice(spec, NaiveDate::from_ymd_opt(2026, month, day).unwrap())
        };
        assert_eq!(missed(&spec, 11, 30), Vec::<i32>::new());
        assert_eq!(missed(&spec, 12, 1), [2027]);
        let old = Spec { announced: vec![2025], ..Spec::default() };
        assert_eq!(missed(&old, 1, 1), [2026]);
        assert_eq!(missed(&old, 12, 31), [2026, 2027]);
        assert_eq!(missed(&Spec::default(), 12, 31), Vec::<i32>::new(), "it waits for no notices");
    }
}
