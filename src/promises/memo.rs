//! Documents read once and kept, by the digest of their content.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

/// The last documents asked for, at most `most` of them; the one not asked for longest goes first. A document under a
/// digest never changes, so nothing is ever stale.
#[derive(Debug)]
pub(super) struct Memo<T> {
    most: usize,
    kept: Mutex<VecDeque<(String, Arc<T>)>>,
}

impl<T> Memo<T> {
    /// An empty one that keeps `most` documents.
    pub(super) const fn new(most: usize) -> Self {
        Self { most, kept: Mutex::new(VecDeque::new()) }
    }

    /// The document under `digest`, or what `read` gives, which is kept. A failed reading is not kept. Two who miss at
    /// once both read, and one of the readings stays.
    pub(super) fn get<E>(&self, digest: &str, read: impl FnOnce() -> Result<T, E>) -> Result<Arc<T>, E> {
        if let Some(known) = self.find(digest) {
            return Ok(known);
        }
        let fresh = Arc::new(read()?);
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, first)) = kept.iter().find(|(key, _)| key == digest) {
            return Ok(Arc::clone(first));
        }
        kept.push_back((digest.to_owned(), Arc::clone(&fresh)));
        if kept.len() > self.most {
            kept.pop_front();
        }
        Ok(fresh)
    }

    /// The document under `digest`, moved to the end of the queue.
    fn find(&self, digest: &str) -> Option<Arc<T>> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let place = kept.iter().position(|(key, _)| key == digest)?;
        let entry = kept.remove(place)?;
        let document = Arc::clone(&entry.1);
        kept.push_back(entry);
        Some(document)
    }
}

#[cfg(test)]
mod tests {
    use super::Memo;
    use std::sync::Arc;

    #[test]
    fn a_document_is_read_once_while_it_is_asked_for_and_the_memory_is_bounded() {
        let memo = Memo::new(2);
        let read = |text: &'static str| move || Ok::<_, ()>(text);
        let first = memo.get("a", read("one")).unwrap();
        assert!(Arc::ptr_eq(&first, &memo.get("a", read("two")).unwrap()), "it is not read again");
        memo.get("b", read("b")).unwrap();
        memo.get("a", read("two")).unwrap();
        memo.get("c", read("c")).unwrap();
        assert_eq!(*memo.get("a", read("two")).unwrap(), "one", "it was asked for, so it is kept");
        assert_eq!(*memo.get("b", read("again")).unwrap(), "again", "it went first");
    }

    #[test]
    fn a_failed_reading_is_tried_again() {
        let memo = Memo::new(2);
        assert_eq!(memo.get("a", || Err("no")), Err("no"));
        assert_eq!(memo.get("a", || Ok::<_, &str>(1)).map(|one| *one), Ok(1));
    }
}
