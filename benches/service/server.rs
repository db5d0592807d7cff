//! The real program as a process of its own, so that its memory is its own.

use super::http::Client;
use super::store::Place;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Settings that a comparison needs and an operator would not: the bench is one person, and asks without end.
const SETTINGS: &str = include_str!("settings.toml");

/// A program that serves.
pub(crate) struct Server {
    child: Child,
    pub(crate) address: SocketAddr,
    /// From its start until it was ready.
    pub(crate) ready_after: Duration,
}

/// The settings in a file, for the program and for the library.
pub(crate) fn settings(home: &Path, place: &Place, group_commit: bool) -> std::path::PathBuf {
    let file = home.join(format!("{}-{group_commit}.toml", place.name()));
    let text = SETTINGS.replace("{url}", &place.url()).replace("{home}", &home.display().to_string());
    let text = text.replace("{group_commit}", &group_commit.to_string());
    std::fs::write(&file, text).expect("the settings can be written");
    file
}

/// Processor time.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Work {
    pub(crate) writer: Duration,
    pub(crate) all: Duration,
}

impl Work {
    /// What was added since `before`, for each of `count`, in microseconds: the writer's, and all.
    pub(crate) fn each(self, before: Self, count: usize) -> [f64; 2] {
        let micros = |now: Duration, before: Duration| (now - before).as_secs_f64() * 1e6;
        [(self.writer, before.writer), (self.all, before.all)]
            .map(|(now, before)| micros(now, before) / super::load::count(count))
    }
}

impl Server {
    /// Starts it on this database and waits until it is ready.
    pub(crate) fn start(home: &Path, place: &Place, group_commit: bool) -> Self {
        let file = settings(home, place, group_commit);
        let began = Instant::now();
        let mut child = Command::new(env!("CARGO_BIN_EXE_onedoor"))
            .args(["serve", "--config"])
            .arg(&file)
            .env_clear()
            .stdin(Stdio::null())
            .stderr(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .expect("the program can be run");
        let mut lines = BufReader::new(child.stderr.take().expect("standard error is a pipe")).lines();
        let mut said = Vec::new();
        let address = loop {
            let Some(Ok(line)) = lines.next() else { panic!("it never listened:\n{}", said.join("\n")) };
            if let Some((_, address)) = line.split_once("listening on http://") {
                break address.trim().parse().expect("an address");
            }
            said.push(line);
        };
        // Whatever it says from here on is read, or its pipe would fill.
        std::thread::spawn(move || lines.map_while(Result::ok).for_each(|line| eprintln!("{line}")));
        let mut server = Self { child, address, ready_after: Duration::ZERO };
        let mut client = Client::connect(address, "");
        while client.ask("GET", "/readyz", "").expect("it answers").status != 200 {
            std::thread::sleep(Duration::from_millis(2));
        }
        server.ready_after = began.elapsed();
        server
    }

    /// The processor time it has taken so far: its writer's thread, and all of it. By `/proc/PID/task/*/schedstat`; threads
    /// that have ended are left out.
    pub(crate) fn worked(&self) -> Work {
        let folder = format!("/proc/{}/task", self.child.id());
        let tasks = std::fs::read_dir(folder).into_iter().flatten().flatten();
        let mut work = Work::default();
        for task in tasks {
            let text = |name: &str| std::fs::read_to_string(task.path().join(name)).unwrap_or_default();
            let nanos = text("schedstat").split(' ').next().and_then(|nanos| nanos.parse().ok());
            let spent = Duration::from_nanos(nanos.unwrap_or_default());
            work.all += spent;
            if text("comm").trim() == "onedoor-writer" {
                work.writer += spent;
            }
        }
        work
    }

    /// The most memory it ever had resident, in MiB (`VmHWM` of `/proc/PID/status`).
    pub(crate) fn most_memory(&self) -> f64 {
        let path = format!("/proc/{}/status", self.child.id());
        let status = std::fs::read_to_string(path).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kib =
            line.and_then(|line| line.split_whitespace().next()).and_then(|kib| kib.parse::<u32>().ok());
        kib.map_or(f64::NAN, |kib| f64::from(kib) / 1024.0)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let process = self.child.id().to_string();
        drop(Command::new("kill").args(["-TERM", &process]).status());
        let began = Instant::now();
        while began.elapsed() < Duration::from_secs(30) {
            if matches!(self.child.try_wait(), Ok(Some(_))) {
                return;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
