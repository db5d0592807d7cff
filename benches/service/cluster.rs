//! A throw-away PostgreSQL server that is as durable as one in service: `fsync` and `synchronous_commit` are on.

use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// As in the tests: a small shell keeps the server and stops it when its standard input ends, however we end.
const KEEPER: &str = r#"
trap '' INT TERM HUP
programs=$1 port=$2 home=$3
if [ ! -d "$home/data" ]; then
    "$programs/initdb" -D "$home/data" -U onedoor -A trust -E UTF8 --locale=C.UTF-8 >>"$home/log" 2>&1 </dev/null || exit 1
fi
"$programs/postgres" -D "$home/data" -k "$home" -h 127.0.0.1 -p "$port" -c max_connections=300 \
    -c shared_buffers=512MB -c max_wal_size=8GB -c checkpoint_timeout=30min -c log_line_prefix= \
    >>"$home/log" 2>&1 </dev/null &
server=$!
until "$programs/pg_isready" -q -h 127.0.0.1 -p "$port"; do kill -0 "$server" 2>/dev/null || exit 1; sleep 0.05; done
echo ready
while read -r _; do :; done
kill -INT "$server"
wait "$server"
"#;

/// A running server.
pub(crate) struct Cluster {
    keeper: Child,
    port: u16,
    programs: PathBuf,
    home: PathBuf,
}

impl Cluster {
    /// Starts one whose data lies in `home`; says why not where it cannot.
    pub(crate) fn start(home: &Path) -> Result<Self, String> {
        let programs = programs().ok_or("no folder with `initdb`, `postgres` and `pgbench` was found")?;
        std::fs::create_dir_all(home).map_err(|error| error.to_string())?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(|error| error.to_string())?;
        let port = listener.local_addr().map_err(|error| error.to_string())?.port();
        drop(listener);
        let mut command = Command::new("sh");
        command.args(["-c", KEEPER, "keeper"]).arg(&programs).arg(port.to_string()).arg(home);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).process_group(0);
        if output("id", &["-u"]).as_deref() == Some("0") {
            let (user, group) =
                unprivileged().ok_or("it refuses to run as root, and no other user was found")?;
            std::os::unix::fs::chown(home, Some(user), Some(group)).map_err(|error| error.to_string())?;
            command.uid(user).gid(group);
        }
        let mut keeper = command.spawn().map_err(|error| error.to_string())?;
        let mut said = String::new();
        let mut pipe = std::io::BufReader::new(keeper.stdout.take().ok_or("no pipe")?);
        std::io::BufRead::read_line(&mut pipe, &mut said).map_err(|error| error.to_string())?;
        let cluster = Self { keeper, port, programs, home: home.to_owned() };
        if said.trim() == "ready" {
            Ok(cluster)
        } else {
            Err(format!("it did not start; see {}", cluster.log().display()))
        }
    }

    /// The URL of the database with this name, which need not exist yet.
    pub(crate) fn url(&self, name: &str) -> String {
        format!("postgres://onedoor@127.0.0.1:{}/{name}", self.port)
    }

    /// The folder of the programs.
    pub(crate) fn program(&self, name: &str) -> PathBuf {
        self.programs.join(name)
    }

    /// The server's log.
    pub(crate) fn log(&self) -> PathBuf {
        self.home.join("log")
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        drop(self.keeper.wait());
    }
}

/// The newest folder that holds the programs: where Debian and Red Hat put them, or by `pg_config`.
fn programs() -> Option<PathBuf> {
    let number = |path: &Path| path.parent()?.file_name()?.to_str()?.parse::<u32>().ok();
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut folders: Vec<PathBuf> = versions.map(|entry| entry.path().join("bin")).collect();
    folders.sort_by_key(|path| std::cmp::Reverse(number(path)));
    folders.push(PathBuf::from("/usr/pgsql/bin"));
    folders.extend(output("pg_config", &["--bindir"]).map(PathBuf::from));
    let has_all =
        |folder: &PathBuf| ["initdb", "postgres", "pgbench"].iter().all(|name| folder.join(name).exists());
    folders.into_iter().find(has_all)
}

/// User and group under which a server may run when we run as root.
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

fn output(program: &str, arguments: &[&str]) -> Option<String> {
    let result = Command::new(program).args(arguments).stdin(Stdio::null()).output().ok()?;
    result.status.success().then(|| String::from_utf8_lossy(&result.stdout).trim().to_owned())
}
