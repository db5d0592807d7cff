//! What PostgreSQL does without onedoor: `pgbench` with the statements that one create sends, taken from the server's own log.

use super::cluster::Cluster;
use super::copy::Template;
use super::http::Client;
use super::server::Server;
use super::store::{Place, quoted};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// The statements of one create, in their order, each with its values in place.
pub(crate) struct Statements(Vec<String>);

/// Which of them a script has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Script {
    /// All, with those that find out who asks: a commit for each create.
    Whole,
    /// What writes rows, and a commit for each create.
    Rows,
    /// What writes rows, so many creates in one transaction.
    Batched(usize),
}

/// Files one request while the server's log tells everything. Gives what it sent, and the id of what was filed.
pub(crate) fn capture(
    cluster: &Cluster,
    home: &Path,
    place: &Place,
    token: &str,
    filing: &str,
) -> (Statements, String) {
    let mut store = place.connect();
    store.run(&format!("ALTER DATABASE {} SET log_statement = 'all'", place.name()));
    let server = Server::start(home, place, true);
    let mut client = Client::connect(server.address, token);
    let mut file = || -> String {
        let answer = client.ask("POST", "/api/v1/requests", filing).expect("the server answers");
        let shown: serde_json::Value = serde_json::from_slice(answer.body).expect("JSON");
        shown["id"].as_str().expect("an id").to_owned()
    };
    // The first one fills what is remembered; the loops that begin with the program come to rest.
    file();
    std::thread::sleep(Duration::from_secs(1));
    file();
    let before = std::fs::read_to_string(cluster.log()).expect("the log can be read").len();
    let id = file();
    let log = std::fs::read_to_string(cluster.log()).expect("the log can be read");
    store.run(&format!("ALTER DATABASE {} RESET log_statement", place.name()));
    (Statements::read(&log[before..]), id)
}

impl Statements {
    fn read(log: &str) -> Self {
        let mut statements: Vec<String> = Vec::new();
        for line in log.lines() {
            if let Some(text) = line.strip_prefix("LOG:  statement: ") {
                statements.push(text.to_owned());
            } else if let Some(text) = line.strip_prefix("LOG:  execute ") {
                statements.push(text.split_once(": ").map_or(text, |(_, text)| text).to_owned());
            } else if let Some(last) = statements.last_mut()
                && let Some((_, values)) = line.split_once("arameters: ")
            {
                *last = with_values(last, &values_of(values));
            } else if let (Some(last), Some(more)) = (statements.last_mut(), line.strip_prefix('\t')) {
                last.push(' ');
                last.push_str(more);
            }
        }
        // pgbench sends one statement at a time.
        let single = statements.iter().map(|text| text.strip_prefix("SELECT 1; ").unwrap_or(text).to_owned());
        Self(single.collect())
    }

    /// How many there are: each is a journey to the server and back.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// Each of them in a line, cut short.
    pub(crate) fn told(&self) -> String {
        let short = |text: &String| text.chars().take(150).collect::<String>();
        self.0.iter().map(short).collect::<Vec<_>>().join("\n")
    }

    /// Writes a script in which every create has new ids.
    pub(crate) fn write(&self, home: &Path, create: &Template, script: Script) -> PathBuf {
        let is_write = |text: &&String| text.starts_with("INSERT") || text.starts_with("UPDATE");
        let one = |number: usize| -> Vec<String> {
            let chosen = self.0.iter().filter(|text| script == Script::Whole || is_write(text));
            let mut lines = vec![
                "\\set i :i + 1".to_owned(),
                format!("\\set n{number} :start + :client_id * 1000000 + :i"),
            ];
            lines.extend(
                chosen.map(|text| format!("{};", renewed(text, create, &format!(":n{number}::bigint")))),
            );
            lines
        };
        let lines: Vec<String> = match script {
            Script::Whole => one(0),
            Script::Rows => [vec!["BEGIN;".to_owned()], one(0), vec!["COMMIT;".to_owned()]].concat(),
            Script::Batched(together) => {
                let all = (0..together).flat_map(one).collect();
                [vec!["BEGIN;".to_owned()], all, vec!["COMMIT;".to_owned()]].concat()
            }
        };
        let file = home.join(match script {
            Script::Whole => "whole.sql",
            Script::Rows => "rows.sql",
            Script::Batched(_) => "batched.sql",
        });
        std::fs::write(&file, lines.join("\n") + "\n").expect("a script can be written");
        file
    }
}

/// The creates a second that `pgbench` reaches, and the mean duration of a transaction in milliseconds.
pub(crate) fn run(
    cluster: &Cluster,
    place: &Place,
    script: &Path,
    clients: usize,
    time: Duration,
    start: u64,
) -> (f64, f64) {
    let seconds = time.as_secs().max(1).to_string();
    let clients = clients.to_string();
    let threads = if clients == "1" { "1" } else { "2" };
    let output = Command::new(cluster.program("pgbench"))
        .args(["-n", "-M", "prepared", "-c", &clients, "-j", threads, "-T", &seconds])
        .args(["-D", "i=0", "-D", &format!("start={start}"), "-f"])
        .arg(script)
        .arg(place.url())
        .output()
        .expect("pgbench can be run");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let number = |key: &str| -> Option<f64> {
        let line = said.lines().find(|line| line.starts_with(key))?;
        line.split('=').nth(1)?.split_whitespace().next()?.parse().ok()
    };
    match (output.status.success(), number("tps = "), number("latency average")) {
        (true, Some(rate), Some(latency)) => (rate, latency),
        _ => panic!("pgbench: {said}\n{}", String::from_utf8_lossy(&output.stderr)),
    }
}

/// The values in a line like `$1 = 'one', $2 = NULL`.
fn values_of(line: &str) -> Vec<Option<String>> {
    let mut values = Vec::new();
    let mut rest = line;
    while let Some((_, after)) = rest.split_once(" = ") {
        if let Some(text) = after.strip_prefix('\'') {
            let mut value = String::new();
            let mut chars = text.char_indices().peekable();
            let mut end = text.len();
            while let Some((at, char)) = chars.next() {
                if char != '\'' {
                    value.push(char);
                } else if chars.peek().is_some_and(|(_, next)| *next == '\'') {
                    value.push('\'');
                    chars.next();
                } else {
                    end = at + 1;
                    break;
                }
            }
            values.push(Some(value));
            rest = &text[end..];
        } else {
            values.push(None);
            rest = after.strip_prefix("NULL").unwrap_or(after);
        }
    }
    values
}

/// The statement with each `$1` replaced by its value.
fn with_values(statement: &str, values: &[Option<String>]) -> String {
    let mut pieces = statement.split('$');
    let mut whole = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let digits = piece.chars().take_while(char::is_ascii_digit).count();
        let value = piece[..digits].parse::<usize>().ok().and_then(|number| values.get(number - 1));
        whole.push_str(&value.map_or_else(
            || format!("${}", &piece[..digits]),
            |value| value.as_deref().map_or_else(|| "NULL".to_owned(), quoted),
        ));
        whole.push_str(&piece[digits..]);
    }
    whole
}

/// The statement with new ids for those of the create, by the number `n`. Documents stay as they are.
fn renewed(statement: &str, create: &Template, n: &str) -> String {
    let id = |place: usize| {
        format!(
            "(lpad(to_hex((extract(epoch FROM now()) * 1000)::bigint), 12, '0') || '7{place:03x}8' || \
             lpad(to_hex({n}), 15, '0'))::uuid"
        )
    };
    let mut renewed = String::new();
    for (index, piece) in literals(statement).into_iter().enumerate() {
        if index % 2 == 0 {
            renewed.push_str(&piece);
            continue;
        }
        let digest = create.digests.iter().position(|digest| *digest == piece);
        let within = create.ids.iter().find(|(id, _)| piece.contains(id.as_str()));
        let is_document = piece.starts_with('{') || piece.starts_with('[');
        renewed.push_str(&match (create.ids.get(&piece), digest, within) {
            (Some(place), _, _) => id(*place),
            (_, Some(place), _) => {
                format!("(md5('{place} ' || {n}) || md5({n} || ' {place}'))")
            }
            // The keys of the index of words rise: these lie above all others.
            _ if piece.parse::<i64>().is_ok_and(|key| key > 1 << 60) => {
                format!("(4600000000000000000 + {n})")
            }
            _ if create.is_unique(&piece) => format!("('QS' || {n})"),
            (_, _, Some((own, place))) if !is_document => {
                let (before, after) = piece.split_once(own.as_str()).unwrap_or_default();
                format!("({} || {} || {})", escaped(before), id(*place), escaped(after))
            }
            _ => escaped(&piece),
        });
    }
    renewed
}

/// What stands outside quotes and inside them, in turn.
fn literals(statement: &str) -> Vec<String> {
    let (mut pieces, mut inside) = (vec![String::new()], false);
    let mut chars = statement.chars().peekable();
    while let Some(char) = chars.next() {
        if char == '\'' && inside && chars.peek() == Some(&'\'') {
            chars.next();
            pieces.last_mut().expect("a piece").push('\'');
        } else if char == '\'' {
            inside = !inside;
            pieces.push(String::new());
        } else {
            pieces.last_mut().expect("a piece").push(char);
        }
    }
    pieces
}

/// A text between quotes in which pgbench sees no variable: it takes a colon before a word for one.
fn escaped(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace('\'', "''").replace(':', "\\072").replace(';', "\\073");
    format!("E'{text}'")
}
