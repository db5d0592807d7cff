//! Letters as files, where no mail server is set: one `.eml` each, named for the letter.

use super::Outcome;
use crate::domain::ids::Id;
use lettre::Message;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// A folder that letters are written into.
pub(super) struct Folder(PathBuf);

impl Folder {
    pub(super) fn new(path: &Path) -> Self {
        Self(path.to_owned())
    }

    /// Writes the message as `ID.eml`. A letter written again takes the place of its own file.
    pub(super) async fn write(&self, id: Id, message: Message) -> Outcome {
        let (file, folder) = (self.0.join(format!("{id}.eml")), self.0.clone());
        let name = file.display().to_string();
        let written = tokio::task::spawn_blocking(move || write_whole(&folder, &file, &message.formatted()));
        match written.await {
            Ok(Ok(())) => Outcome::Sent(name),
            Ok(Err(error)) => Outcome::Unreachable(format!("{name}: {error}")),
            Err(failure) => Outcome::Unreachable(failure.to_string()),
        }
    }
}

/// Whoever looks into the folder sees a whole letter or none.
fn write_whole(folder: &Path, file: &Path, bytes: &[u8]) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let beside = file.with_extension("part");
    fs::write(&beside, bytes)?;
    fs::rename(&beside, file)
}
