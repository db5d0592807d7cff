//! The table, in Markdown, on standard output.

use super::disk;
use super::load::Measured;
use super::options::Options;
use std::path::Path;

/// What was measured so far.
pub(crate) struct Report(Vec<String>);

impl Report {
    /// The head: on what, and how.
    pub(crate) fn begin(options: &Options, folder: &Path) -> Self {
        let cores = std::thread::available_parallelism().map_or(0, usize::from);
        let mut report = Self(Vec::new());
        report.line(&format!(
            "{cores} cores, which the load shares; a disk of {} with {:.0} flushes of 8 KiB a second; {} rounds of {:.1} s, medians.\n",
            disk::file_system(folder),
            disk::flushes_per_second(folder),
            options.rounds,
            options.time().as_secs_f64(),
        ));
        report.line("| creates | a second | p50 ms | p99 ms | disk flushes/s |\n|---|---|---|---|---|");
        report
    }

    /// A line as it is, shown at once on standard error.
    fn line(&mut self, line: &str) {
        eprintln!("{line}");
        self.0.push(line.to_owned());
    }

    /// A sentence.
    pub(crate) fn note(&mut self, text: &str) {
        self.line(&format!("| _{text}_ | | | | |"));
    }

    /// What only whoever looks for a reason wants: on standard error.
    pub(crate) fn detail(&self, title: &str, text: &str) {
        eprintln!("{title}, of {} lines so far:\n{text}", self.0.len());
    }

    /// Writes.
    pub(crate) fn create(&mut self, what: &str, measured: &Measured, flushes: f64) {
        let (p50, p99) = (measured.quantile(50), measured.quantile(99));
        self.line(&format!("| {what} | {:.0} | {p50:.2} | {p99:.2} | {flushes:.0} |", measured.per_second));
    }

    /// Writes of which only the rate is known.
    pub(crate) fn rate(&mut self, what: &str, per_second: f64, flushes: f64) {
        self.line(&format!("| {what} | {per_second:.0} | | | {flushes:.0} |"));
    }

    /// What a create costs the processor, in microseconds: in the writer's thread, where there is one, and in all threads.
    pub(crate) fn work(&mut self, what: &str, writer: Option<f64>, all: f64) {
        let writer =
            writer.map_or_else(String::new, |writer| format!("{writer:.0} µs in the writer's thread, "));
        self.line(&format!(
            "| {what}: processor time of the server for each | {writer}{all:.0} µs in all | | | |"
        ));
    }

    /// How two compare, and what was aimed at.
    pub(crate) fn ratio(&mut self, what: &str, ratio: f64, aim: &str) {
        self.line(&format!("| **{what}** | **{ratio:.2}** | aim {aim} | | |"));
    }

    /// The head of the reads at two sizes.
    pub(crate) fn begin_reads(&mut self, kind: &str, open: &str, sizes: [(u64, u64); 2]) {
        let [small, large] = sizes.map(|(requests, open)| format!("{requests} ({open} open)"));
        self.line(&format!(
            "\n| {kind}, {open} | p50, p99 ms at {small} | p50, p99 ms at {large} | large ÷ small (aim ≤ 1.5) |\n|---|---|---|---|"
        ));
    }

    /// The same read at two sizes.
    pub(crate) fn read(&mut self, what: &str, small: &Measured, large: &Measured) {
        let shown =
            |measured: &Measured| format!("{:.2}, {:.2}", measured.quantile(50), measured.quantile(99));
        let ratio = large.quantile(50) / small.quantile(50);
        self.line(&format!("| {what} | {} | {} | {ratio:.2} |", shown(small), shown(large)));
    }

    /// From start to ready.
    pub(crate) fn start(&mut self, kind: &str, [small, large]: [f64; 2]) {
        self.line(&format!(
            "| {kind}: start to ready, ms (aim < 1000) | {small:.0} | {large:.0} | {:.2} |",
            large / small
        ));
    }

    /// The most memory that was resident.
    pub(crate) fn memory(&mut self, what: &str, mib: f64) {
        self.line(&format!("| {what}: most memory, MiB (aim < 150) | {mib:.0} | | | |"));
    }

    /// Prints all of it.
    pub(crate) fn print(&self) {
        println!("{}", self.0.join("\n"));
    }
}
