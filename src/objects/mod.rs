//! The store of objects: bytes under generated names, in a folder or in a store that speaks S3.
//!
//! An object is written once and never changed. When [`Writer::finish`] has answered it is whole and, in a folder, on
//! the disk; before that nobody can read it. A folder's half-written files are found by [`Objects::half_written`]; a
//! store that speaks S3 is told to drop its own after a while (see OPERATING).

mod folder;
mod settings;
mod writer;

pub use settings::{S3, Secret};
pub use writer::Writer;

use crate::fault::{Code, Fault};
use actix_web::web::Bytes;
use futures_util::stream::{BoxStream, StreamExt};
use object_store::aws::AmazonS3Builder;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{GetOptions, GetRange, ObjectStore, ObjectStoreExt, PutPayload, RetryConfig};
use std::fmt;
use std::io::ErrorKind;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// The part of an object that is held in memory while it is written to a folder.
const PART_OF_FILE: usize = 256 * 1024;

/// The same for S3, where no part but the last may be smaller.
const PART_OF_UPLOAD: usize = 5 * 1024 * 1024;

/// Seconds after which a store that failed is tried again.
const RETRY_AFTER: u32 = 5;

/// The store. Clones share it.
#[derive(Clone)]
pub struct Objects {
    store: Arc<dyn ObjectStore>,
    part: usize,
    folder: Option<PathBuf>,
}

impl fmt::Debug for Objects {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Objects")
    }
}

/// An object that is read, or a range of one.
pub struct Object {
    /// The size of the whole object, in bytes.
    pub size: u64,
    /// The bytes asked for.
    pub bytes: BoxStream<'static, Result<Bytes, Fault>>,
}

impl fmt::Debug for Object {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Object of {} bytes", self.size)
    }
}

/// An object as a list tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its name.
    pub name: String,
    /// Its size, in bytes.
    pub size: u64,
}

impl Objects {
    /// The store the settings name. A folder is made where there is none, but never the folder it lies in. A store
    /// that speaks S3 is not asked yet: it may be away. Fails in one line.
    pub fn open(folder: &std::path::Path, s3: &S3) -> Result<Self, String> {
        if !s3.bucket.is_empty() {
            return Ok(Self { store: Arc::new(remote(s3)?), part: PART_OF_UPLOAD, folder: None });
        }
        let wrong = |error: &dyn fmt::Display| format!("attachments.folder: {}: {error}", folder.display());
        match std::fs::create_dir(folder) {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(wrong(&error)),
            _ => {}
        }
        let store = LocalFileSystem::new_with_prefix(folder).map_err(|error| wrong(&error))?;
        let store = Arc::new(store.with_fsync(true));
        Ok(Self { store, part: PART_OF_FILE, folder: Some(folder.to_owned()) })
    }

    /// Begins to write the object `name`.
    pub fn writer(&self, name: &str) -> Writer {
        Writer::new(Arc::clone(&self.store), Path::from(name), self.part)
    }

    /// Writes the small object `name` at once, over what was there.
    pub async fn put(&self, name: &str, bytes: Vec<u8>) -> Result<(), Fault> {
        let put = self.store.put(&Path::from(name), PutPayload::from(bytes)).await;
        put.map(drop).map_err(|error| fault(&error))
    }

    /// Reads the object `name`, or a range of it that lies inside; `None` where there is no such object.
    pub async fn read(&self, name: &str, range: Option<Range<u64>>) -> Result<Option<Object>, Fault> {
        let options = GetOptions { range: range.map(GetRange::Bounded), ..GetOptions::default() };
        match self.store.get_opts(&Path::from(name), options).await {
            Ok(found) => {
                let size = found.meta.size;
                let bytes = found.into_stream().map(|chunk| chunk.map_err(|error| fault(&error))).boxed();
                Ok(Some(Object { size, bytes }))
            }
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(fault(&error)),
        }
    }

    /// The size of the object `name`, in bytes; `None` where there is no such object.
    pub async fn size(&self, name: &str) -> Result<Option<u64>, Fault> {
        match self.store.head(&Path::from(name)).await {
            Ok(meta) => Ok(Some(meta.size)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(fault(&error)),
        }
    }

    /// Deletes the object `name`. That there is none is no fault.
    pub async fn delete(&self, name: &str) -> Result<(), Fault> {
        match self.store.delete(&Path::from(name)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(fault(&error)),
        }
    }

    /// The objects whose names begin with the folder `under`, in no order; all of them where it is empty.
    pub fn list(&self, under: &str) -> BoxStream<'static, Result<Listed, Fault>> {
        let prefix = Path::from(under);
        let listed = self.store.list(Some(&prefix)).map(|meta| {
            let meta = meta.map_err(|error| fault(&error))?;
            Ok(Listed { name: meta.location.to_string(), size: meta.size })
        });
        listed.boxed()
    }

    /// The names of the objects under `under` that were begun in a folder and not finished; none where it is no folder.
    pub async fn half_written(&self, under: &str) -> Result<Vec<String>, Fault> {
        folder::half_written(self.folder.as_deref(), under).await
    }

    /// Takes away what is left of an object that was begun in a folder and not finished.
    pub async fn drop_half_written(&self, name: &str) -> Result<(), Fault> {
        folder::drop_half_written(self.folder.as_deref(), name).await
    }
}

fn remote(s3: &S3) -> Result<impl ObjectStore, String> {
    let retries =
        RetryConfig { max_retries: 3, retry_timeout: Duration::from_secs(20), ..RetryConfig::default() };
    let mut builder = AmazonS3Builder::new()
        .with_bucket_name(&s3.bucket)
        .with_region(&s3.region)
        .with_access_key_id(&s3.access_key)
        .with_secret_access_key(s3.secret_key.reveal())
        .with_virtual_hosted_style_request(!s3.path_style)
        .with_retry(retries);
    if !s3.endpoint.is_empty() {
        builder = builder.with_endpoint(&s3.endpoint).with_allow_http(s3.endpoint.starts_with("http://"));
    }
    builder.build().map_err(|error| format!("attachments.s3: {error}"))
}

/// What a failure of the store is to the caller: full, or away.
fn fault(error: &object_store::Error) -> Fault {
    let code = if is_full(error) { Code::StorageFull } else { Code::StorageUnavailable };
    Fault::new(code).retry_after(RETRY_AFTER).because(error)
}

/// Whether the disk or the quota has no room left: as the system says it (ENOSPC, EDQUOT), or a store that speaks S3.
fn is_full(error: &object_store::Error) -> bool {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if error.downcast_ref::<std::io::Error>().is_some_and(says_full) {
            return true;
        }
        cause = error.source();
    }
    let words = error.to_string();
    ["507 Insufficient Storage", "StorageFull", "QuotaExceeded"].iter().any(|sign| words.contains(sign))
}

/// An error of the system that wraps another does not name it as its source.
fn says_full(error: &std::io::Error) -> bool {
    let inner = || error.get_ref().and_then(|inner| inner.downcast_ref::<std::io::Error>());
    matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded)
        || inner().is_some_and(says_full)
}

#[cfg(test)]
mod tests {
    use super::fault;
    use std::io::{Error, ErrorKind};

    fn code_of(kind: ErrorKind) -> &'static str {
        let source = Box::new(Error::other(Error::from(kind)));
        fault(&object_store::Error::Generic { store: "test", source }).code.code()
    }

    #[test]
    fn a_full_disk_and_a_spent_quota_are_told_from_a_store_that_is_away() {
        assert_eq!(code_of(ErrorKind::StorageFull), "storage_full");
        assert_eq!(code_of(ErrorKind::QuotaExceeded), "storage_full");
        assert_eq!(code_of(ErrorKind::PermissionDenied), "storage_unavailable");
    }
}
