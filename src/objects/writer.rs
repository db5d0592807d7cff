//! Writing one object, part by part.

use super::fault;
use crate::fault::Fault;
use actix_web::web::Bytes;
use object_store::ObjectStore;
use object_store::buffered::BufWriter;
use object_store::path::Path;
use std::fmt;
use std::sync::Arc;
use tokio::io::AsyncWriteExt;

/// An object on its way into the store: one part of it at a time is held in memory, and whoever writes waits until the
/// store has taken the part before. What is neither finished nor aborted is never seen under its name.
pub struct Writer {
    writer: BufWriter,
    is_closing: bool,
}

impl fmt::Debug for Writer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Writer")
    }
}

impl Writer {
    pub(super) fn new(store: Arc<dyn ObjectStore>, path: Path, part: usize) -> Self {
        let writer = BufWriter::with_capacity(store, path, part).with_max_concurrency(1);
        Self { writer, is_closing: false }
    }

    /// Writes the next bytes.
    pub async fn put(&mut self, bytes: Bytes) -> Result<(), Fault> {
        self.writer.put(bytes).await.map_err(|error| fault(&error))
    }

    /// Writes what is left. After that the object is there, whole, and survives a loss of power.
    pub async fn finish(&mut self) -> Result<(), Fault> {
        self.is_closing = true;
        self.writer.shutdown().await.map_err(|error| {
            let words = error.to_string();
            match error.downcast::<object_store::Error>() {
                Ok(error) => fault(&error),
                Err(_) => fault(&object_store::Error::Generic { store: "writer", source: words.into() }),
            }
        })
    }

    /// Gives it up: nothing of it is left. What failed to finish has cleaned up after itself.
    pub async fn abort(&mut self) -> Result<(), Fault> {
        if self.is_closing {
            return Ok(());
        }
        self.writer.abort().await.map_err(|error| fault(&error))
    }
}
