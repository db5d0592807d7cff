//! What a process that was killed leaves in a folder: files under the name of their object, `#` and a number. The store
//! itself passes over them.

use crate::fault::Fault;
use std::ffi::OsStr;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

pub(super) async fn half_written(folder: Option<&Path>, under: &str) -> Result<Vec<String>, Fault> {
    let Some(folder) = folder else { return Ok(Vec::new()) };
    let (place, under) = (folder.join(under), under.to_owned());
    let names = blocking(move || staged(&place)).await?;
    Ok(names.into_iter().map(|(_, name)| format!("{under}/{name}")).collect())
}

pub(super) async fn drop_half_written(folder: Option<&Path>, name: &str) -> Result<(), Fault> {
    let Some(file) = folder.map(|folder| folder.join(name)) else { return Ok(()) };
    blocking(move || {
        let (Some(place), Some(name)) = (file.parent(), file.file_name()) else { return Ok(()) };
        for (path, object) in staged(place)? {
            if name == OsStr::new(&object) {
                std::fs::remove_file(path)?;
            }
        }
        Ok(())
    })
    .await
}

/// The half-written files of a folder, each with the name of its object.
fn staged(place: &Path) -> io::Result<Vec<(PathBuf, String)>> {
    let entries = match std::fs::read_dir(place) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut found = Vec::new();
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name();
        if let Some((object, _)) = name.to_str().and_then(|name| name.split_once('#')) {
            found.push((entry.path(), object.to_owned()));
        }
    }
    Ok(found)
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T, Fault> {
    let done = tokio::task::spawn_blocking(work).await.map_err(Fault::internal)?;
    done.map_err(|error| {
        super::fault(&object_store::Error::Generic { store: "folder", source: error.into() })
    })
}
