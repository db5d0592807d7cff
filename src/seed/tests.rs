//! The files of `config/` against each other and against the size of the model platform.

use super::*;
use std::collections::HashSet;

#[test]
fn the_sample_district_has_the_model_platform_s_size() {
    let sample = sample().unwrap();
    assert_eq!(sample.departments().count(), 59);
    assert_eq!(sample.classes().count(), 11);
    assert_eq!(sample.sub_classes().count(), 56);
    assert_eq!(sample.duty.len(), 56);
    assert_eq!(sample.units.iter().filter(|unit| unit.kind == UnitKind::Office).count(), 1);
    let names: HashSet<&str> = sample.units.iter().map(|unit| unit.zh.as_str()).collect();
    assert_eq!(names.len(), sample.units.len(), "no two units share a name");
}

#[test]
fn every_published_case_goes_where_it_really_went() {
    let sample = sample().unwrap();
    let lead = |code: &str| {
        let case = sample.cases.iter().find(|case| case.code == code).unwrap();
        sample.duty.iter().find(|row| row.category == case.category).unwrap().lead.clone()
    };
    assert_eq!(lead("junction_signal"), "traffic_police");
    assert_eq!(lead("ancient_tombs"), "culture_tourism");
    assert_eq!(lead("sewer_connection"), "urban_management");
    assert_eq!(lead("dark_street_lamps"), "municipal_works");
    assert_eq!(lead("land_for_a_hall"), "natural_resources");
}

/// GB 32100-2015: the weighted sum of all eighteen characters, the check character with weight 1, is 0 mod 31.
#[test]
fn the_invented_credit_codes_pass_the_standard_s_check_and_differ() {
    let alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    let weights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28, 1];
    let cases = cases().unwrap();
    for case in &cases {
        assert_eq!(case.uscc.len(), 18, "{}", case.uscc);
        let indices = case.uscc.chars().map(|letter| alphabet.find(letter).unwrap());
        let sum: usize = indices.zip(weights).map(|(index, weight)| index * weight).sum();
        assert_eq!(sum % 31, 0, "{}", case.uscc);
    }
    let codes: HashSet<&str> = cases.iter().map(|case| case.uscc.as_str()).collect();
    assert_eq!(codes.len(), cases.len());
}

#[test]
fn every_book_names_only_categories_of_the_sample_district() {
    let categories = categories().unwrap();
    let mut books = vec![promises().unwrap()];
    books.extend(EXAMPLE_BOOKS.iter().map(|(_, text)| Book::from_toml(text).unwrap()));
    for book in books {
        for named in book.categories() {
            assert!(categories.iter().any(|category| category.code == named), "{named} in {}", book.title());
        }
    }
}

#[test]
fn a_duty_row_that_names_nobody_is_refused_by_name() {
    let mut sample = sample().unwrap();
    sample.duty.iter_mut().take(1).for_each(|row| row.lead = "nobody".to_owned());
    let fault = sample.check().unwrap_err();
    assert_eq!(
        fault,
        "config/sample/duty.toml: the row of `employment.recruitment` names an unknown unit: `nobody`"
    );
    sample.duty.remove(0);
    assert_eq!(sample.check().unwrap_err(), "config/sample/duty.toml: `employment.recruitment` has no row");
}

#[test]
fn a_unit_outside_the_tree_is_refused() {
    let mut sample = sample().unwrap();
    sample.units.iter_mut().skip(5).take(1).for_each(|unit| unit.parent = Some("elsewhere".to_owned()));
    let fault = sample.check().unwrap_err();
    assert!(fault.starts_with("config/sample/units.toml: the parent `elsewhere`"), "{fault}");
}
