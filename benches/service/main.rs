//! How fast the real program is, against bare loops, `pgbench` and itself: `cargo bench --bench service`.
//!
//! A world is seeded by copying requests that were walked through the API ([`walk`], [`copy`], [`world`]); the release
//! binary is started on it as a process of its own ([`server`]) and driven over loopback ([`http`], [`load`]).
//! [`creates`] measures writing beside what a database does without onedoor ([`bare`], [`pgbench`]); [`reads`] lists,
//! board and memory at two sizes side by side. [`report`] prints one table in Markdown. It is bounded in time and ends by
//! itself; `docs/PERFORMANCE.md` says how to read it.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a benchmark that cannot be set up has nothing to measure, and its result is what it prints"
)]

mod bare;
mod cluster;
mod copy;
mod creates;
mod disk;
mod http;
mod load;
mod options;
mod pgbench;
mod reads;
mod report;
mod server;
mod store;
mod walk;
mod world;

use cluster::Cluster;
use options::{Options, Which};
use report::Report;
use std::path::Path;
use store::Place;

fn main() {
    let options = Options::read();
    let folder = options.folder();
    disk::refuse_memory(&folder);
    let mut report = Report::begin(&options, &folder);
    if options.runs(Which::Sqlite) {
        let home = folder.join("sqlite");
        measure(&options, &mut report, &|name| Place::Sqlite(home.join(format!("{name}.db"))), None, &home);
    }
    if options.runs(Which::Postgres) {
        let home = folder.join("postgres");
        match Cluster::start(&home) {
            Ok(cluster) => {
                let place = |name: &str| Place::Postgres(cluster.url(name));
                measure(&options, &mut report, &place, Some(&cluster), &home);
            }
            Err(why) => report.note(&format!("PostgreSQL was not measured: {why}.")),
        }
    }
    report.print();
    if !options.keep {
        drop(std::fs::remove_dir_all(&folder));
    }
}

/// Seeds the worlds of one database and measures all there is to measure on it.
fn measure(
    options: &Options,
    report: &mut Report,
    place: &dyn Fn(&str) -> Place,
    cluster: Option<&Cluster>,
    home: &Path,
) {
    std::fs::create_dir_all(home).expect("the folder can be made");
    let small = world::seed(options, &place("small"), home, options.small, options.open);
    creates::measure(options, report, &small, cluster, home);
    let mut large = world::seed(options, &place("large"), home, options.requests, options.open);
    reads::measure(options, report, (&small, &large), home, "open constant");
    world::open_more(options, &mut large, options.requests / 20);
    let small = world::seed(options, &place("small5"), home, options.small, options.small / 20);
    reads::measure(options, report, (&small, &large), home, "open 5 %");
}
