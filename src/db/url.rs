//! The database URL: which database it names, and how it is shown without its password.

use super::error::DbError;
use std::path::PathBuf;

/// What a URL names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Address {
    /// A file.
    Sqlite {
        /// Where it is.
        path: PathBuf,
        /// The URL as given; it holds no secret.
        shown: String,
    },
    /// A server, or several of which one is taken.
    Postgres(Server),
}

/// A PostgreSQL URL, checked, with its secrets known.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Server {
    url: String,
    shown: String,
    secrets: Vec<String>,
}

impl std::fmt::Debug for Server {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.shown)
    }
}

/// The parameters of a PostgreSQL URL that are shown as they are; every other value is hidden.
const SHOWN: [&str; 12] = [
    "application_name",
    "connect_timeout",
    "dbname",
    "host",
    "hostaddr",
    "keepalives",
    "load_balance_hosts",
    "port",
    "sslmode",
    "sslrootcert",
    "target_session_attrs",
    "user",
];

impl Address {
    /// Reads a URL by its scheme alone: `sqlite:`, `postgres://` or `postgresql://`.
    pub(super) fn parse(url: &str) -> Result<Self, DbError> {
        if let Some(rest) = url.strip_prefix("sqlite:") {
            return sqlite(url, rest);
        }
        for scheme in ["postgres://", "postgresql://"] {
            if let Some(rest) = url.strip_prefix(scheme) {
                return Server::parse(url, scheme, rest).map(Self::Postgres);
            }
        }
        // What stands before the colon is no secret; what follows may be one.
        let shown = match url.split_once(':') {
            Some((scheme, _)) => format!("{scheme}:***"),
            None => "***".to_owned(),
        };
        Err(DbError::Url { shown, why: "it must begin with sqlite:, postgres:// or postgresql://" })
    }
}

/// Whether [`super::Db::open`] would take this URL; the refusal names it without its password.
pub fn check(url: &str) -> Result<(), String> {
    Address::parse(url).map(|_| ()).map_err(|error| error.to_string())
}

fn sqlite(url: &str, rest: &str) -> Result<Address, DbError> {
    let path = rest.strip_prefix("//").unwrap_or(rest);
    let refuse = |why| Err(DbError::Url { shown: url.to_owned(), why });
    if path.is_empty() || path.ends_with('/') {
        return refuse("it names no file");
    }
    if path == ":memory:" {
        return refuse("a database in memory is not supported; name a file");
    }
    if path.contains(['?', '\0']) {
        return refuse("a SQLite url takes no options: give sqlite: and the path of a file");
    }
    Ok(Address::Sqlite { path: PathBuf::from(path), shown: url.to_owned() })
}

/// What every connection is opened with unless the URL says otherwise.
const UNLESS_SAID: [(&str, &str); 6] = [
    ("application_name", "onedoor"),
    ("connect_timeout", "3"),
    ("keepalives_idle", "10"),
    ("keepalives_interval", "5"),
    ("keepalives_count", "3"),
    ("tcp_user_timeout", "15000"),
];

impl Server {
    fn parse(url: &str, scheme: &str, rest: &str) -> Result<Self, DbError> {
        let (place, query) = rest.split_once('?').map_or((rest, None), |(place, query)| (place, Some(query)));
        let (authority, name) =
            place.split_once('/').map_or((place, None), |(hosts, name)| (hosts, Some(name)));
        // An @ anywhere but once before the hosts is a user name or password with a character that had to be encoded.
        // The client would take parts of it for a host and print them.
        let stray = authority.matches('@').count() > 1
            || name.is_some_and(|name| name.contains('@'))
            || query.is_some_and(|query| query.contains('@'));
        if stray {
            return Err(DbError::Url {
                shown: format!("{scheme}***"),
                why: "encode @ as %40 everywhere but before the host, and / as %2F and ? as %3F in a password",
            });
        }
        if url.contains('\0') {
            return Err(DbError::Url { shown: format!("{scheme}***"), why: "it holds a NUL character" });
        }
        let mut secrets = Vec::new();
        let mut shown = scheme.to_owned();
        match authority.split_once('@') {
            Some((login, hosts)) => {
                let (user, password) =
                    login.split_once(':').map_or((login, None), |(user, word)| (user, Some(word)));
                shown.push_str(user);
                if let Some(password) = password {
                    shown.push_str(":***");
                    remember(&mut secrets, password);
                }
                shown.push('@');
                shown.push_str(hosts);
            }
            None => shown.push_str(authority),
        }
        if let Some(name) = name {
            shown.push('/');
            shown.push_str(name);
        }
        let mut tls = false;
        for (index, pair) in query.iter().flat_map(|query| query.split('&')).enumerate() {
            shown.push(if index == 0 { '?' } else { '&' });
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            if SHOWN.contains(&key) {
                shown.push_str(pair);
            } else {
                shown.push_str("***");
                remember(&mut secrets, value);
            }
            tls |= (key == "sslmode" && matches!(value, "require" | "verify-ca" | "verify-full"))
                || (key == "sslrootcert" && value == "system");
        }
        if tls && !cfg!(feature = "pg-tls") {
            return Err(DbError::Url {
                shown,
                why: "this onedoor was built without TLS to PostgreSQL; build it with --features pg-tls",
            });
        }
        Ok(Self { url: url.to_owned(), shown, secrets })
    }

    /// The URL without its password.
    pub(super) fn shown(&self) -> &str {
        &self.shown
    }

    /// The URL to connect by, with what it does not say itself: a name for the server's list of sessions, a time limit, and
    /// how soon a connection is given up whose other end is gone without a word (25 seconds when it waits, 15 when it
    /// sends).
    pub(super) fn to_connect_by(&self) -> String {
        let mut url = self.url.clone();
        for (key, value) in UNLESS_SAID {
            if !self.has(key) {
                url.push(if url.contains('?') { '&' } else { '?' });
                url.push_str(&format!("{key}={value}"));
            }
        }
        url
    }

    /// `text`, from the client library or the server, without any secret of the URL.
    pub(super) fn without_secrets(&self, text: &str) -> String {
        self.secrets.iter().fold(text.trim().to_owned(), |text, secret| text.replace(secret, "***"))
    }

    fn has(&self, key: &str) -> bool {
        let query = self.url.split_once('?').map_or("", |(_, query)| query);
        query.split('&').any(|pair| pair.split('=').next() == Some(key))
    }
}

/// Keeps a secret as it is written and as it is meant.
fn remember(secrets: &mut Vec<String>, written: &str) {
    let meant = percent_decoded(written);
    for secret in [written.to_owned(), meant] {
        if !secret.is_empty() && !secrets.contains(&secret) {
            secrets.push(secret);
        }
    }
}

/// RFC 3986 §2.1.
fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        rest = tail;
        let pair = match (first, tail) {
            (b'%', [high, low, ..]) => hexadecimal(*high).zip(hexadecimal(*low)),
            _ => None,
        };
        match (pair, tail) {
            (Some((high, low)), [_, _, after @ ..]) => {
                bytes.push(high * 16 + low);
                rest = after;
            }
            _ => bytes.push(*first),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn hexadecimal(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}
