//! Opening a database: what is refused, in which words, and never with a password.

use crate::house::{on_sqlite, postgres_settings, sqlite_settings};
use onedoor::db::{Db, DbError, Settings};
use onedoor::fault::Code;

fn refusal(url: &str) -> String {
    let settings = Settings { url: url.to_owned(), create: true, ..Settings::default() };
    Db::open(&settings).expect_err("it is refused").to_string()
}

#[test]
fn a_url_of_another_scheme_is_refused() {
    for url in ["mysql://root:secret@host/db", "onedoor.db", "", "file:onedoor.db", "Postgres:secret"] {
        let words = refusal(url);
        assert!(words.contains("must begin with sqlite:, postgres:// or postgresql://"), "{words}");
        assert!(!words.contains("secret"), "{words}");
    }
}

#[test]
fn a_sqlite_url_that_names_no_file_is_refused() {
    for url in [
        "sqlite:",
        "sqlite://",
        "sqlite::memory:",
        "sqlite://:memory:",
        "sqlite:a.db?mode=ro",
        "sqlite:/tmp/",
    ] {
        assert!(refusal(url).starts_with("database url sqlite:"), "{url}");
    }
}

#[test]
fn a_typo_makes_neither_folder_nor_file() {
    let (mut settings, folder) = sqlite_settings();
    settings.url = format!("sqlite:{}", folder.path().join("folder/house.db").display());
    let words = Db::open(&settings).unwrap_err().to_string();
    assert!(words.contains("its folder is not there"), "{words}");
    settings.url = format!("sqlite:{}", folder.path().join("hoose.db").display());
    settings.create = false;
    let words = Db::open(&settings).unwrap_err().to_string();
    assert!(words.contains("no such file"), "{words}");
    settings.url = format!("sqlite:{}", folder.path().display());
    assert!(matches!(Db::open(&settings), Err(DbError::Missing { .. })));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn a_file_that_is_no_database_is_refused() {
    let (settings, folder) = sqlite_settings();
    std::fs::write(folder.path().join("house.db"), "a letter to the office, long enough to be no header")
        .unwrap();
    let words = Db::open(&settings).unwrap_err().to_string();
    assert!(words.contains("not a database"), "{words}");
}

#[test]
fn a_second_opener_of_one_file_is_told_who_has_it() {
    let house = on_sqlite(|_| {});
    let own = std::process::id();
    let words = Db::open(&house.settings).unwrap_err().to_string();
    assert!(words.contains(&format!("in use by process {own}; stop that one first")), "{words}");
    // Another spelling is the same file.
    let mut spelt = house.settings.clone();
    spelt.url = spelt.url.replace("/house.db", "/./house.db").replace("sqlite:", "sqlite://");
    assert!(matches!(Db::open(&spelt), Err(DbError::InUse { .. })));
    drop(house.db);
    Db::open(&house.settings).unwrap();
}

#[tokio::test]
async fn a_server_that_is_down_is_unavailable_and_the_password_is_in_no_word_about_it() {
    let urls = [
        "postgres://clerk:open%20sesame@127.0.0.1:1/house",
        "postgresql://clerk:open%20sesame@127.0.0.1:1,127.0.0.1:2/house?target_session_attrs=read-write",
        "postgres://127.0.0.1:1/house?user=clerk&password=open%20sesame",
    ];
    for url in urls {
        let db = Db::open(&Settings { url: url.to_owned(), ..Settings::default() }).unwrap();
        let fault = db.read(|_conn| Ok(())).await.unwrap_err();
        assert_eq!(fault.code, Code::DatabaseUnavailable);
        assert!(fault.retry_after.is_some());
        let cause = fault.cause.unwrap();
        assert!(
            cause.contains("127.0.0.1") && cause.contains("/house") && cause.contains("clerk"),
            "{cause}"
        );
        for text in [cause, db.migrate_pending().await.unwrap_err().to_string(), format!("{db:?}")] {
            assert!(!text.contains("sesame"), "{text}");
        }
        assert_eq!(db.ready().await.unwrap_err().code, Code::DatabaseUnavailable);
    }
}

#[tokio::test]
async fn a_refused_log_in_does_not_repeat_the_password() {
    let Some(settings) = postgres_settings() else { return };
    let (scheme, rest) = settings.url.split_once("://").unwrap();
    let host = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
    let url = format!("{scheme}://nobody_of_that_name:sesame@{host}");
    let db = Db::open(&Settings { url, ..Settings::default() }).unwrap();
    let cause = db.read(|_conn| Ok(())).await.unwrap_err().cause.unwrap();
    assert!(cause.contains("nobody_of_that_name") && !cause.contains("sesame"), "{cause}");
}

#[test]
fn a_password_that_should_have_been_encoded_is_refused_unseen() {
    for url in [
        "postgres://clerk:ses@me@host/house",
        "postgres://clerk:ses/ame@host/house",
        "postgres://clerk:ses?ame@host/house",
        "postgres://host/house?password=ses@me",
    ] {
        let words = refusal(url);
        assert!(words.contains("%40") && !words.contains("ses") && !words.contains("me@"), "{words}");
    }
}

#[cfg(not(feature = "pg-tls"))]
#[test]
fn a_demand_for_tls_is_refused_where_there_is_none() {
    for option in ["sslmode=require", "sslmode=verify-ca", "sslmode=verify-full", "sslrootcert=system"] {
        let words = refusal(&format!("postgres://clerk:sesame@host/house?connect_timeout=5&{option}"));
        assert!(words.contains("--features pg-tls"), "{words}");
        assert!(
            words.contains(&format!("postgres://clerk:***@host/house?connect_timeout=5&{option}")),
            "{words}"
        );
    }
}

#[test]
fn a_number_out_of_range_is_refused_by_its_key() {
    type Change = fn(&mut Settings);
    let changes: [(&str, Change); 4] = [
        ("readers", |settings| settings.readers = 0),
        ("writers", |settings| settings.writers = 257),
        ("queue", |settings| settings.queue = 0),
        ("wait_milliseconds", |settings| settings.wait_milliseconds = 0),
    ];
    for (key, change) in changes {
        let (mut settings, _folder) = sqlite_settings();
        change(&mut settings);
        let words = Db::open(&settings).unwrap_err().to_string();
        assert!(words.contains(key) && words.contains(" to "), "{words}");
    }
}
