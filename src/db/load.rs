//! How busy the connections are.

/// The connections that read and those that write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Load {
    /// Those that read.
    pub readers: PoolLoad,
    /// Those that write; the embedded database has one.
    pub writers: PoolLoad,
}

/// The connections of one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolLoad {
    /// How many there may be.
    pub size: usize,
    /// How many work.
    pub in_use: usize,
    /// How many calls wait for one.
    pub waiting: usize,
}
