//! No acknowledgement leaves before what it acknowledges is on the disk: seen from outside, in the system calls.

use super::load::Filer;
use super::{Ground, kept, skip};
use crate::support::app::block_on;
use crate::support::binary::{Serving, command};
use crate::support::place::Database;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// How many requests are filed, one after another.
const FILED: usize = 12;

/// `strace` with these arguments before its own, writing to `log`; `None`, and says so, where it is not installed.
fn strace(log: &Path) -> Option<Command> {
    let found = Command::new("strace").arg("-V").stdout(Stdio::null()).status();
    if !found.is_ok_and(|status| status.success()) {
        skip("the order of system calls", "strace is not installed");
        return None;
    }
    let mut strace = Command::new("strace");
    strace.args(["-f", "-qq", "-y", "-ttt", "-T", "-s", "24", "-o"]).arg(log);
    strace.args(["-e", "trace=fsync,fdatasync,pwrite64,write,writev,sendto,sendmsg"]);
    Some(strace)
}

/// What matters of a traced program, in the order in which it was done.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Call {
    /// Bytes went to the log of the database, at this instant, in seconds.
    Logged(f64),
    /// The log of the database was on the disk.
    Synced(f64),
    /// A 201 began to leave.
    Acknowledged(f64),
}

/// Reads what `strace` wrote of calls on files with `log` in their names, and of answers. A call that was interrupted in
/// the writing is taken for done where it is resumed, and the file it was on from where it began.
fn calls(trace: &Path, log: &str) -> Vec<Call> {
    let text = std::fs::read_to_string(trace).expect("strace has written");
    let mut begun: std::collections::HashMap<&str, bool> = std::collections::HashMap::new();
    let mut calls = Vec::new();
    for line in text.lines() {
        // The process is padded to a width.
        let Some((process, rest)) = line.split_once(' ') else { continue };
        let Some((time, call)) = rest.trim_start().split_once(' ') else { continue };
        let time: f64 = time.parse().unwrap_or_default();
        let took = line.rsplit_once('<').and_then(|(_, rest)| rest.trim_end_matches('>').parse::<f64>().ok());
        let is_sync = call.starts_with("fsync(") || call.starts_with("fdatasync(");
        if call.contains("HTTP/1.1 201") {
            calls.push(Call::Acknowledged(time));
        } else if is_sync && call.ends_with("<unfinished ...>") {
            begun.insert(process, call.contains(log));
        } else if call.contains("sync resumed>") && call.contains("= 0") {
            if begun.remove(process) == Some(true) {
                calls.push(Call::Synced(time));
            }
        } else if is_sync && call.contains(log) && call.contains("= 0") {
            calls.push(Call::Synced(time + took.unwrap_or_default()));
        } else if call.starts_with("pwrite64(") && call.contains(log) {
            calls.push(Call::Logged(time));
        }
    }
    calls
}

async fn file_some(ground: &Ground, serving: &Serving) -> Filer {
    let filer = Filer::log_in(ground, &serving.root).await;
    for _ in 0..FILED {
        assert_eq!(filer.once(&serving.root).await, Some(201));
    }
    filer
}

/// Starts the program under `strace`.
fn traced(ground: &Ground, mut strace: Command) -> Serving {
    let plain = command(ground.folder.path(), &["serve"], &[]);
    strace.arg(plain.get_program()).args(plain.get_args()).current_dir(ground.folder.path());
    strace.envs(ground.settings()).stdin(Stdio::null());
    Serving::of(strace)
}

/// Ends the traced program in order, so that the trace is whole.
fn end(serving: Serving) {
    let children = format!("/proc/{0}/task/{0}/children", serving.process());
    let child = std::fs::read_to_string(children).expect("strace has a child");
    let sent = Command::new("kill").args(["-TERM", child.trim()]).status();
    assert!(sent.is_ok_and(|status| status.success()), "the signal can be sent");
    assert_eq!(serving.end().code(), Some(0));
}

#[test]
fn no_201_leaves_before_its_commit_is_on_the_disk_on_sqlite() {
    let Some(ground) = Ground::new(Database::Sqlite) else {
        return;
    };
    let trace = ground.folder.path().join("onedoor.strace");
    let Some(strace) = strace(&trace) else {
        return;
    };
    block_on(async {
        let serving = traced(&ground, strace);
        let filer = file_some(&ground, &serving).await;
        end(serving);
        kept::all_of(&ground, &filer.acknowledged());
    });
    let (mut seen, mut logged, mut synced) = (0, false, false);
    for call in calls(&trace, "onedoor.db-wal") {
        match call {
            Call::Logged(_) => (logged, synced) = (true, false),
            Call::Synced(_) => synced = true,
            Call::Acknowledged(time) => {
                assert!(logged && synced, "the 201 at {time} left before its fsync");
                (seen, logged, synced) = (seen + 1, false, false);
            }
        }
    }
    assert_eq!(seen, FILED);
}

/// A tracer that is attached to the server's first process, and follows those it makes.
struct Attached(Child);

impl Drop for Attached {
    fn drop(&mut self) {
        // It lets go of what it follows only when it is asked.
        drop(Command::new("kill").args(["-INT", &self.0.id().to_string()]).status());
        drop(self.0.wait());
    }
}

#[test]
fn no_201_leaves_before_its_commit_is_on_the_disk_on_postgres() {
    let Some(ground) = Ground::new(Database::Postgres) else {
        return;
    };
    let place = |name: &str| -> PathBuf { ground.folder.path().join(name) };
    let (ours, theirs) = (place("onedoor.strace"), place("postgres.strace"));
    let (Some(around), Some(mut beside)) = (strace(&ours), strace(&theirs)) else {
        return;
    };
    let server = ground.server.as_ref().expect("PostgreSQL has a server");
    let attached = beside.args(["-p", &server.process().to_string()]).stderr(Stdio::null()).spawn();
    let attached = Attached(attached.expect("strace starts"));
    while !is_traced(server.process()) {
        std::thread::yield_now();
    }
    block_on(async {
        let serving = traced(&ground, around);
        let filer = file_some(&ground, &serving).await;
        end(serving);
        drop(attached);
        kept::all_of(&ground, &filer.acknowledged());
    });
    let synced: Vec<f64> = calls(&theirs, "pg_wal")
        .into_iter()
        .filter_map(|call| if let Call::Synced(time) = call { Some(time) } else { None })
        .collect();
    let mut before = 0.0;
    let mut seen = 0;
    for call in calls(&ours, "pg_wal") {
        if let Call::Acknowledged(time) = call {
            let on_disk = synced.iter().any(|synced| (before..time).contains(synced));
            assert!(on_disk, "the 201 at {time} left before the server's fdatasync: {synced:?}");
            (before, seen) = (time, seen + 1);
        }
    }
    assert_eq!(seen, FILED);
}

fn is_traced(process: u32) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).expect("the server runs");
    let tracer = status.lines().find_map(|line| line.strip_prefix("TracerPid:"));
    tracer.is_some_and(|tracer| tracer.trim() != "0")
}
