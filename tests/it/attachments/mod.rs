//! Files: brought, refused, attached, seen, given and swept.

mod given;
mod refused;
mod remote;
mod seen;
mod slow;
mod swept;
mod taken;

use crate::support::app::TestApp;
use std::path::PathBuf;

/// Every file in the folder of attachments.
fn stored(app: &TestApp) -> Vec<PathBuf> {
    fn walk(folder: PathBuf, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).expect("the folder can be read") {
            let path = entry.expect("it can be read").path();
            if path.is_dir() { walk(path, found) } else { found.push(path) }
        }
    }
    let mut found = Vec::new();
    walk(app.place.folder.path().join("attachments"), &mut found);
    found
}
