//! What is measured, how large and how long.

use clap::{Parser, ValueEnum};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Measures the real program over loopback, beside bare loops and pgbench on the same disk.
#[derive(Debug, Clone, Parser)]
pub(crate) struct Options {
    /// Some seconds with a small world: whether everything still runs, and no figure worth keeping
    #[arg(long)]
    quick: bool,
    /// Requests of the large world
    #[arg(long, default_value_t = 1_000_000)]
    pub(crate) requests: u64,
    /// Requests of the small world, on which creates are measured too
    #[arg(long, default_value_t = 10_000)]
    pub(crate) small: u64,
    /// Companies, in both
    #[arg(long, default_value_t = 395_000)]
    pub(crate) companies: u64,
    /// Open requests where their number is the same in both
    #[arg(long, default_value_t = 500)]
    pub(crate) open: u64,
    /// Milliseconds of each measurement
    #[arg(long, default_value_t = 3000)]
    milliseconds: u64,
    /// How often each measurement is taken, its rivals in between; the median counts
    #[arg(long, default_value_t = 3)]
    pub(crate) rounds: usize,
    /// Only this database
    #[arg(long, value_enum)]
    only: Option<Which>,
    /// Where the databases lie: on the disk that is to be measured
    #[arg(long)]
    folder: Option<PathBuf>,
    /// Leave the databases there, and take those that are there already
    #[arg(long)]
    pub(crate) keep: bool,
    /// What cargo says to every benchmark
    #[arg(long, hide = true)]
    bench: bool,
}

/// A database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Which {
    Sqlite,
    Postgres,
}

impl Options {
    /// Those of the command line.
    pub(crate) fn read() -> Self {
        let mut options = Self::parse();
        if options.quick {
            options = Self {
                requests: 1000,
                small: 200,
                companies: 100,
                open: 50,
                milliseconds: 200,
                rounds: 1,
                ..options
            };
        }
        options
    }

    /// Whether this database is to be measured.
    pub(crate) fn runs(&self, which: Which) -> bool {
        self.only.is_none_or(|only| only == which)
    }

    /// How long one measurement takes.
    pub(crate) const fn time(&self) -> Duration {
        Duration::from_millis(self.milliseconds)
    }

    /// The folder of the databases; it is made, and emptied unless they are kept.
    pub(crate) fn folder(&self) -> PathBuf {
        let home = Path::new(env!("CARGO_TARGET_TMPDIR")).join("service");
        let folder = self.folder.clone().unwrap_or(home);
        if !self.keep {
            drop(std::fs::remove_dir_all(&folder));
        }
        std::fs::create_dir_all(&folder).expect("the folder of the databases can be made");
        folder.canonicalize().expect("the folder has a path")
    }
}
