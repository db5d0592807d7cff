//! Nothing that people write gets into the headers or the markup of a letter; and over TLS the server knows who sends.

use super::{all_of, bodies, header, in_folder, parsed, send};
use crate::support::app::{TestApp, on_both};
use crate::support::smtp::MailServer;
use crate::support::walk;
use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use serde_json::json;
use std::sync::Arc;
use tokio_rustls::TlsAcceptor;

async fn hostile_words_stay_words(app: &mut TestApp) {
    let title = "路灯 Bcc: evil@example.com <script>alert(1)</script>";
    let request =
        walk::file(app, json!({ "title": title, "body": "第一行\n.\nRCPT TO:<evil@example.com>\n" })).await;
    walk::dispatch(app, &request).await;
    send(app).await;
    let letters = in_folder(app);
    assert!(letters.len() > 3);
    for letter in &letters {
        let mail = parsed(letter);
        assert!(!letter.split("\r\n\r\n").next().expect("a head").contains("evil"), "{letter}");
        let (text, html) = bodies(&mail);
        assert!(text.contains(title), "as text it is what it is: {text}");
        assert!(!html.contains("<script>"), "{html}");
        assert!(mail.headers.iter().all(|one| one.get_key() != "Bcc"));
        assert_eq!(header(&mail, "To").matches('@').count(), 1);
    }
}

/// What no field may contain by the API, but old rows or other programs might hold.
async fn line_ends_in_names_make_no_header(app: &mut TestApp) {
    let person = app.district.person("chemical").to_owned();
    let id = onedoor::domain::ids::Id::parse(&person).expect("an id");
    app.alters_rows_by_hand();
    let altered = app.context.db.write(move |conn| {
        use diesel::prelude::*;
        use onedoor::db::schema::persons;
        let name = "周\r\nBcc: evil@example.com\r\n\r\n<b>body</b>";
        diesel::update(persons::table.find(id)).set(persons::name.eq(name)).execute(conn)?;
        Ok(())
    });
    altered.await.expect("a name");
    walk::file(app, json!({})).await;
    send(app).await;
    let letters = in_folder(app);
    let letter =
        letters.iter().find(|one| header(&parsed(one), "To").contains("chemical")).expect("the letter");
    let mail = parsed(letter);
    assert!(mail.headers.iter().all(|one| one.get_key() != "Bcc"), "{letter}");
    assert!(!bodies(&mail).1.contains("<b>"), "{}", all_of(letter));
}

async fn over_starttls_letters_go_encrypted_after_a_log_in(app: &mut TestApp) {
    let CertifiedKey { cert, signing_key } =
        generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
    let file = app.place.folder.path().join("ca.pem");
    std::fs::write(&file, cert.pem()).expect("a file");
    let key = PrivateKeyDer::try_from(signing_key.serialize_der()).expect("a key");
    let tls = ServerConfig::builder().with_no_client_auth().with_single_cert(vec![cert.der().clone()], key);
    let server = MailServer::with_tls(TlsAcceptor::from(Arc::new(tls.expect("a server")))).await;
    let port = server.port;
    let url = format!("smtp://user%40example.org:p%2Fw@localhost:{port}?tls=required");

    // The certificate is not trusted: nothing is sent in the clear instead.
    let untrusted = url.clone();
    app.restart(move |config| config.mail.url = untrusted).await;
    walk::file(app, json!({})).await;
    send(app).await;
    assert!(server.received().is_empty());

    let file = file.display().to_string();
    app.restart(move |config| {
        config.mail.url = url;
        config.mail.ca_file = file;
    })
    .await;
    send(app).await;
    let received = server.received();
    assert_eq!(received.len(), 2);
    let secret = "AHVzZXJAZXhhbXBsZS5vcmcAcC93";
    assert!(received.iter().all(|one| one.encrypted && one.login.as_deref() == Some(secret)), "{received:?}");
}

on_both!(in the sample district:
    hostile_words_stay_words,
    line_ends_in_names_make_no_header,
    over_starttls_letters_go_encrypted_after_a_log_in,
);
