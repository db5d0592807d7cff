//! Every parser of outside input takes the examples in `fuzz/corpus`, changed ones and any bytes, and neither panics nor reads
//! what does not hold. The fuzz target of `fuzz/` calls the same parsers, for longer.

#![expect(clippy::expect_used, reason = "a test that cannot read its input has failed")]

use onedoor::parsers::{ALL, Parser};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus")
}

/// The examples of one parser.
fn examples(parser: &Parser) -> Vec<Vec<u8>> {
    let folder = corpus().join(parser.name);
    let entries = fs::read_dir(&folder).expect("every parser has examples in fuzz/corpus");
    entries
        .map(|entry| fs::read(entry.expect("an example").path()).expect("an example can be read"))
        .collect()
}

#[test]
fn every_parser_has_examples_and_every_example_a_parser() {
    let folders = fs::read_dir(corpus()).expect("the examples are there");
    let folders: BTreeSet<String> =
        folders.map(|entry| entry.expect("a folder").file_name().to_string_lossy().into_owned()).collect();
    let parsers: BTreeSet<String> = ALL.iter().map(|parser| parser.name.to_owned()).collect();
    assert_eq!(folders, parsers);
    assert!(ALL.iter().all(|parser| !examples(parser).is_empty()));
}

#[test]
fn no_parser_fails_on_its_examples_changed_ones_or_any_bytes() {
    for parser in ALL {
        let known = examples(parser);
        known.iter().for_each(|bytes| (parser.take)(bytes));
        let seeds = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
        let config = Config { cases: 256, failure_persistence: None, ..Config::default() };
        let changed = (
            prop::sample::select(known),
            vec((any::<prop::sample::Index>(), any::<u8>()), 0..8),
            any::<prop::sample::Index>(),
        );
        let changed = changed.prop_map(|(mut bytes, changes, end)| {
            for (place, byte) in changes {
                let place = place.index(bytes.len().max(1));
                if let Some(old) = bytes.get_mut(place) {
                    *old = byte;
                }
            }
            bytes.truncate(end.index(bytes.len() * 2 + 1));
            bytes
        });
        let bytes = prop_oneof![changed, vec(any::<u8>(), 0..300), ".{0,100}".prop_map(String::into_bytes)];
        TestRunner::new_with_rng(config, seeds)
            .run(&bytes, |bytes| {
                (parser.take)(&bytes);
                Ok(())
            })
            .expect(parser.name);
    }
}
