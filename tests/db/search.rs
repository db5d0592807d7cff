//! The index of words gives the same keys on both databases, the newest first, wherever the hits lie.

use crate::house::on_both;
use onedoor::db::search::{self, Terms};
use std::collections::HashMap;

/// More than the newest among which a frequent word is looked for first.
const ENTRIES: i64 = 4500;

/// The key of an entry: five in a second, and a minute to the next five.
fn key(number: i64) -> i64 {
    ((1_790_000_000 + number / 5 * 60) << 20) + number % 5
}

/// The words of an entry.
fn words(number: i64) -> Vec<&'static str> {
    let has = [
        ("常见", number % 20 == 0),
        ("少见", number % 900 == 7),
        ("往年", number < 150),
        ("近来", number > ENTRIES - 150),
        ("单", number % 2 == 1),
        ("双", number % 2 == 0),
    ];
    has.into_iter().filter_map(|(word, has)| has.then_some(word)).collect()
}

fn terms(all: &[&str], any: &[&[&str]]) -> Terms {
    let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    Terms { all: owned(all), any: any.iter().map(|group| owned(group)).collect() }
}

fn has(number: i64, terms: &Terms) -> bool {
    let words = words(number);
    let has = |word: &String| words.contains(&word.as_str());
    terms.all.iter().all(has) && terms.any.iter().all(|group| group.iter().any(has))
}

/// What is to be given: all hits below, the highest first, cut after the second of the one at `most`.
fn expected(terms: &Terms, below: i64, most: i64) -> Vec<i64> {
    let numbers = (0..ENTRIES).rev().filter(|number| key(*number) < below && has(*number, terms));
    let mut keys: Vec<i64> = numbers.map(key).collect();
    if let Some(last) = keys.get(usize::try_from(most).unwrap() - 1).copied() {
        keys.retain(|key| *key >> 20 >= last >> 20);
    }
    keys
}

#[tokio::test]
async fn the_newest_hits_are_given_in_order_however_frequent_and_however_old() {
    let asked = [
        terms(&["常见"], &[]),
        terms(&["少见"], &[]),
        terms(&["往年"], &[]),
        terms(&["近来"], &[]),
        terms(&["常见", "往年"], &[]),
        terms(&["常见", "单"], &[]),
        terms(&["少见"], &[&["单", "双"]]),
        terms(&["常见"], &[&["往年", "近来"], &["双"]]),
        terms(&["没有"], &[]),
    ];
    for house in on_both() {
        let db = house.db.clone();
        tokio::task::spawn_blocking(move || db.migrate_up()).await.unwrap().unwrap();
        let written = house.db.write(|conn| {
            (0..ENTRIES).try_for_each(|number| search::put(conn, key(number), &words(number).join(" ")))
        });
        written.await.unwrap();
        for terms in asked.clone() {
            for below in [i64::MAX, key(4321), key(2500), key(149), key(0), i64::MIN + 1] {
                for most in [1, 7, 64] {
                    let expected = expected(&terms, below, most);
                    let asked = terms.clone();
                    let found = house.db.read(move |conn| search::newest(conn, &asked, below, most)).await;
                    assert_eq!(found.unwrap(), expected, "{terms:?} below {below}, {most} of them");
                }
            }
        }
    }
}

#[tokio::test]
async fn what_is_put_anew_takes_the_place_of_what_was() {
    for house in on_both() {
        let db = house.db.clone();
        tokio::task::spawn_blocking(move || db.migrate_up()).await.unwrap().unwrap();
        let found = house.db.write(|conn| {
            search::put(conn, key(1), "早先 共有")?;
            search::put(conn, key(2), "别的")?;
            search::put(conn, key(1), "后来 共有")?;
            let mut found = HashMap::new();
            for word in ["早先", "后来", "共有"] {
                found.insert(word, search::newest(conn, &terms(&[word], &[]), i64::MAX, 10)?);
            }
            Ok((found, search::kept(conn, key(0), key(9))?))
        });
        let (found, kept) = found.await.unwrap();
        assert_eq!(found, HashMap::from([("早先", vec![]), ("后来", vec![key(1)]), ("共有", vec![key(1)])]));
        assert_eq!(kept, [key(1), key(2)]);
    }
}
