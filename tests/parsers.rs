//! What reads input from outside takes or refuses whatever it is given: the samples of the fuzz targets, pieces and changes of
//! them, and noise.

#![expect(clippy::expect_used, clippy::panic, reason = "a test whose surroundings are broken has failed")]

#[path = "../fuzz/entries.rs"]
mod entries;

use entries::ENTRIES;
use proptest::prelude::*;
use std::fs;
use std::path::Path;

/// Every sample of an entry, by its file name.
fn samples(entry: &str) -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(entry);
    let files = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut found: Vec<(String, Vec<u8>)> = files
        .map(|file| {
            let path = file.expect("a sample can be listed").path();
            let name = path.file_name().expect("it has a name").to_string_lossy().into_owned();
            (name, fs::read(&path).expect("a sample can be read"))
        })
        .collect();
    found.sort();
    assert!(!found.is_empty(), "{entry} has no sample");
    found
}

#[test]
fn every_sample_and_every_beginning_of_it_is_taken_or_refused() {
    for (name, entry) in ENTRIES {
        for (_, bytes) in samples(name) {
            let step = (bytes.len() / 64).max(1);
            (0..=bytes.len()).step_by(step).for_each(|end| entry(&bytes[..end]));
            entry(&bytes);
        }
    }
}

#[test]
fn every_entry_has_its_target() {
    for (name, _) in ENTRIES {
        let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/targets").join(format!("{name}.rs"));
        assert!(target.is_file(), "{}", target.display());
    }
    let targets = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/targets"));
    assert_eq!(targets.expect("the targets can be listed").count(), ENTRIES.len());
}

proptest! {
    #[test]
    fn noise_is_taken_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..400), text in "\\PC{0,100}") {
        for (_, entry) in ENTRIES {
            entry(&bytes);
            entry(text.as_bytes());
        }
    }

    #[test]
    fn a_sample_with_some_bytes_changed_is_taken_or_refused(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        which in any::<prop::sample::Index>(),
    ) {
        for (name, entry) in ENTRIES {
            let samples = samples(name);
            let mut bytes = which.get(&samples).1.clone();
            for (place, byte) in &changes {
                if !bytes.is_empty() {
                    let place = place.index(bytes.len());
                    bytes[place] = *byte;
                }
            }
            entry(&bytes);
        }
    }
}
