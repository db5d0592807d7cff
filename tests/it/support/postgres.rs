//! A throw-away PostgreSQL server for the tests, and empty databases in it.
//!
//! `ONEDOOR_TEST_PG` says how much it matters: `auto` (the default: use PostgreSQL where it is installed, else skip
//! loudly), `require` (fail without it) or `off`. `ONEDOOR_TEST_PG_URL` names a running server to use instead; its
//! user must be allowed to create databases.
//!
//! The server is held by a small shell that reads a pipe from this process. However this process ends, even killed,
//! the pipe closes, and the shell stops the server and removes its directory.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// Keeps one server until its standard input ends. Arguments: the folder of the programs, the port, settings.
/// It prints the server's directory once the server has been started, and nothing when that failed. Then it reads `down`,
/// which ends the server as a crash would, and `up`.
const KEEPER: &str = r#"
trap '' INT TERM HUP
programs=$1 port=$2
shift 2
home=$(mktemp -d "${TMPDIR:-/tmp}/onedoor-pg.XXXXXX" 2>/dev/null || mktemp -d /tmp/onedoor-pg.XXXXXX) || exit 1
make() { "$programs/initdb" -D "$home/data" -U onedoor -A trust -E UTF8 -N "$@" >>"$home/log" 2>&1 </dev/null; }
# A server in service seldom sorts by code point; this one does not either where the build allows it.
make --locale=C.UTF-8 --locale-provider=icu --icu-locale=und || make --locale=C.UTF-8 || make --locale=C || {
    cat "$home/log" >&2; rm -rf "$home"; exit 1
}
up() {
    "$programs/postgres" -D "$home/data" -k "$home" -h 127.0.0.1 -p "$port" -c max_connections=400 \
        -c shared_buffers=64MB "$@" >>"$home/log" 2>&1 </dev/null &
    server=$!
}
up "$@"
# Whoever waits for the first line learns that the server answers, or from the end of it that it never will.
(
    while kill -0 "$server" 2>/dev/null; do
        if grep -q 'ready to accept connections' "$home/log"; then echo "$home"; exit; fi
        sleep 0.05
    done
    cat "$home/log" >&2
)
exec >/dev/null 2>&1
down() { kill -QUIT "$server"; wait "$server"; }
while read -r word; do
    case $word in
        down) down ;;
        up) up "$@" ;;
    esac
done
down
rm -rf "$home"
"#;

/// The settings of the server that most scenarios share: what it holds need not outlive it.
const FAST: &[&str] = &["-c", "fsync=off", "-c", "full_page_writes=off", "-c", "synchronous_commit=off"];

/// Databases older than this were left by a run that has long ended. Seconds.
const STALE_AFTER: u64 = 3600;

/// A server that makes databases.
pub(crate) struct Cluster {
    /// The URL of a database that exists, to create others from.
    pub(crate) first: String,
    /// The seconds at which this run began, and how many databases it has made: together with the process id they
    /// make names that no other run uses.
    began: u64,
    made: AtomicU32,
    /// The keeper, whose pipe stays open as long as this process lives; none for a server that was given.
    keeper: Option<Keeper>,
}

struct Keeper {
    process: Child,
    /// The server's directory.
    home: PathBuf,
}

impl Drop for Keeper {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        drop(self.process.wait());
    }
}

impl Cluster {
    /// A server of the test's own, which keeps what it has acknowledged; `None` when PostgreSQL is off or not
    /// installed. Gone when it is dropped.
    pub(crate) fn own() -> Option<Self> {
        // Whether to skip or to fail is said once, by the shared one.
        postgres()?;
        match start(&["-c", "fsync=on", "-c", "wal_sync_method=fdatasync"]) {
            Ok(cluster) => Some(cluster),
            Err(reason) => {
                panic!("a server that can be taken down is wanted beside a given one, but {reason}")
            }
        }
    }

    /// Ends the server at once, as a crash would; [`Cluster::up`] starts it again.
    pub(crate) fn down(&mut self) {
        self.tell("down");
        let gone = || PgConnection::establish(&self.first).is_err();
        await_that("the server is down", gone);
    }

    /// Starts the server again and waits until it answers.
    pub(crate) fn up(&mut self) {
        self.tell("up");
        let answers = || PgConnection::establish(&self.first).is_ok();
        await_that("the server answers", answers);
    }

    fn tell(&mut self, word: &str) {
        let pipe = self.keeper.as_mut().and_then(|keeper| keeper.process.stdin.as_mut());
        let told = writeln!(pipe.expect("a server of our own"), "{word}");
        told.expect("the keeper reads");
    }

    /// The server's first process.
    pub(crate) fn process(&self) -> u32 {
        let home = &self.keeper.as_ref().expect("a server of our own").home;
        let file = std::fs::read_to_string(home.join("data/postmaster.pid")).expect("a running server");
        file.lines().next().and_then(|line| line.parse().ok()).expect("a process number")
    }

    /// Sends every process of the server the signal with this name: `STOP` freezes it, `CONT` thaws it.
    pub(crate) fn signal(&self, name: &str) {
        let first = self.process();
        let mut processes = vec![first.to_string()];
        for entry in std::fs::read_dir("/proc").expect("processes can be listed").flatten() {
            let Ok(stat) = std::fs::read_to_string(entry.path().join("stat")) else { continue };
            // What follows the name, which stands in brackets: the state, and the parent.
            let parent = stat.rsplit(')').next().and_then(|rest| rest.split_whitespace().nth(1));
            if parent == Some(first.to_string().as_str()) {
                processes.push(entry.file_name().to_string_lossy().into_owned());
            }
        }
        let sent = Command::new("kill").arg(format!("-{name}")).args(&processes).status();
        assert!(sent.is_ok_and(|status| status.success()), "the server can be sent a signal");
    }

    /// The URL of a new, empty database in UTF-8.
    pub(crate) fn fresh_database(&self) -> String {
        self.database_from("template0 ENCODING 'UTF8'")
    }

    /// The URL of a new database made from `template`, to which nobody may be connected.
    pub(crate) fn database_from(&self, template: &str) -> String {
        let number = self.made.fetch_add(1, Ordering::Relaxed);
        let name = format!("onedoor_test_{}_{}_{number}", self.began, std::process::id());
        let mut connection = PgConnection::establish(&self.first).expect("the test server takes connections");
        connection
            .batch_execute(&format!("CREATE DATABASE {name} TEMPLATE {template}"))
            .expect("the test server's user may create databases");
        with_database(&self.first, &name)
    }

    /// Drops the databases that earlier runs left on a server that outlives them.
    fn drop_stale(&self) {
        #[derive(QueryableByName)]
        struct Database {
            #[diesel(sql_type = diesel::sql_types::Text)]
            name: String,
        }
        let mut connection =
            PgConnection::establish(&self.first).expect("ONEDOOR_TEST_PG_URL takes connections");
        let unused = "SELECT datname::text AS name FROM pg_database WHERE starts_with(datname::text, 'onedoor_test_') \
                      AND NOT EXISTS (SELECT FROM pg_stat_activity WHERE pg_stat_activity.datname = pg_database.datname)";
        let databases: Vec<Database> =
            diesel::sql_query(unused).load(&mut connection).expect("the databases can be listed");
        for Database { name } in databases {
            let began = name.split('_').nth(2).and_then(|seconds| seconds.parse::<u64>().ok());
            if began.is_some_and(|began| began + STALE_AFTER < self.began) {
                // Another run may be dropping the same one.
                drop(connection.batch_execute(&format!("DROP DATABASE IF EXISTS {name}")));
            }
        }
    }
}

/// Waits until something holds, looking again and again.
fn await_that(what: &str, holds: impl Fn() -> bool) {
    for _ in 0..1200 {
        if holds() {
            return;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("in a minute it never was that {what}");
}

/// The server of this test process, started at the first call; `None` when PostgreSQL is off or not installed.
pub(crate) fn postgres() -> Option<&'static Cluster> {
    static CLUSTER: OnceLock<Option<Cluster>> = OnceLock::new();
    CLUSTER.get_or_init(choose).as_ref()
}

fn choose() -> Option<Cluster> {
    let wish = setting("ONEDOOR_TEST_PG").unwrap_or_else(|| "auto".to_owned());
    match wish.as_str() {
        "off" => return skip("ONEDOOR_TEST_PG=off"),
        "auto" | "require" => {}
        other => panic!("ONEDOOR_TEST_PG is `{other}`; it may be auto, require or off"),
    }
    if let Some(url) = setting("ONEDOOR_TEST_PG_URL") {
        let cluster = cluster(url, None);
        cluster.drop_stale();
        return Some(cluster);
    }
    match start(FAST) {
        Ok(cluster) => Some(cluster),
        Err(reason) if wish == "auto" => skip(&reason),
        Err(reason) => panic!(
            "ONEDOOR_TEST_PG=require, but {reason}. Install the server's programs (Debian: `apt-get install \
             --no-install-recommends postgresql`), or name a running server in ONEDOOR_TEST_PG_URL."
        ),
    }
}

/// Says once, past the test harness, that half of the tests will not run.
fn skip(reason: &str) -> Option<Cluster> {
    let line = format!("SKIPPED: every scenario on PostgreSQL, because {reason}\n");
    std::io::stderr().write_all(line.as_bytes()).expect("standard error can be written");
    None
}

#[expect(
    clippy::disallowed_methods,
    reason = "how tests run is said by the environment, not by the product's config"
)]
fn setting(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

#[expect(
    clippy::disallowed_methods,
    reason = "the age of a left-over database is a matter of the real clock"
)]
fn cluster(first: String, keeper: Option<Keeper>) -> Cluster {
    let began = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or(Duration::ZERO);
    Cluster { first, began: began.as_secs(), made: AtomicU32::new(0), keeper }
}

/// Starts a server of our own on a free port, with these arguments.
fn start(settings: &[&str]) -> Result<Cluster, String> {
    let programs = programs().ok_or("no folder with `initdb` and `postgres` was found")?;
    let mut last = String::new();
    // A free port may be taken by another before the server has it.
    for _ in 0..3 {
        let port = free_port();
        match keep(&programs, port, settings) {
            Ok(keeper) => {
                return Ok(cluster(format!("postgres://onedoor@127.0.0.1:{port}/postgres"), Some(keeper)));
            }
            Err(reason) => last = reason,
        }
    }
    Err(format!("the server in {} did not start: {last}", programs.display()))
}

fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a loopback port is free");
    listener.local_addr().expect("a listener has an address").port()
}

/// Starts the keeper and waits until its server answers.
fn keep(programs: &Path, port: u16, settings: &[&str]) -> Result<Keeper, String> {
    let mut command = Command::new("sh");
    command.args(["-c", KEEPER, "keeper"]).arg(programs).arg(port.to_string()).args(settings);
    // A group of its own: what stops the tests from the keyboard must not stop the keeper before it has cleaned up.
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .current_dir("/")
        .process_group(0);
    if output("id", &["-u"]).as_deref() == Some("0") {
        let (user, group) =
            unprivileged().ok_or("PostgreSQL refuses to run as root, and no other user was found")?;
        command.uid(user).gid(group);
    }
    let mut keeper = command.spawn().map_err(|error| error.to_string())?;
    let (mut home, mut complaint) = (String::new(), String::new());
    // Both end when the keeper closes them, which it does as soon as the server is ready or has failed.
    keeper.stdout.take().map(|mut pipe| pipe.read_to_string(&mut home));
    if home.trim().is_empty() {
        keeper.stderr.take().map(|mut pipe| pipe.read_to_string(&mut complaint));
        drop(keeper.stdin.take());
        drop(keeper.wait());
        return Err(complaint);
    }
    Ok(Keeper { process: keeper, home: PathBuf::from(home.trim()) })
}

/// The newest folder that holds both programs: on the path, by `pg_config`, or where Debian and Red Hat put them.
fn programs() -> Option<PathBuf> {
    let path = setting("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    folders.extend(output("pg_config", &["--bindir"]).map(PathBuf::from));
    let mut versions: Vec<(u32, PathBuf)> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|entry| {
            let entry = entry.ok()?;
            Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin")))
        })
        .collect();
    versions.sort();
    folders.extend(versions.into_iter().rev().map(|(_, folder)| folder));
    folders.push(PathBuf::from("/usr/pgsql/bin"));
    folders.into_iter().find(|folder| folder.join("initdb").exists() && folder.join("postgres").exists())
}

/// User and group under which a server may run when the tests run as root.
fn unprivileged() -> Option<(u32, u32)> {
    let users = std::fs::read_to_string("/etc/passwd").ok()?;
    let find = |wanted: &str| {
        users.lines().find_map(|line| {
            let mut fields = line.split(':');
            let is_wanted = fields.next()? == wanted;
            let user = fields.nth(1)?.parse().ok()?;
            is_wanted.then_some((user, fields.next()?.parse().ok()?))
        })
    };
    find("postgres").or_else(|| find("nobody"))
}

/// What a program prints, trimmed; `None` when it is missing or fails.
fn output(program: &str, arguments: &[&str]) -> Option<String> {
    let result = Command::new(program).args(arguments).stdin(Stdio::null()).output().ok()?;
    result.status.success().then(|| String::from_utf8_lossy(&result.stdout).trim().to_owned())
}

/// The same URL with another database: the part after the host, before any `?`.
fn with_database(url: &str, name: &str) -> String {
    let (address, options) =
        url.split_once('?').map_or((url, String::new()), |(address, rest)| (address, format!("?{rest}")));
    let (scheme, rest) = address.split_once("://").expect("a database URL has a scheme");
    let host = rest.split('/').next().unwrap_or(rest);
    format!("{scheme}://{host}/{name}{options}")
}
