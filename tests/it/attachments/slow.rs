//! Uploads of which only a half is sent, broken off, waited for, and in the way of others; and whose answer nobody waits for.

use super::stored;
use crate::support::app::{TestApp, on_both};
use crate::support::client::Client;
use crate::support::district::District;
use crate::support::files::{body, content_type, pdf, upload, uploaded};
use onedoor::db::MeetingPoints;
use reqwest::Method;
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

on_both!(
    an_upload_broken_off_leaves_nothing,
    an_upload_that_takes_too_long_is_given_up_and_leaves_nothing,
    one_upload_more_than_are_taken_at_a_time_is_to_come_again,
    an_upload_whose_sender_has_gone_before_the_answer_keeps_its_bytes,
);

/// An upload half of which has been sent.
struct Half {
    stream: TcpStream,
    rest: Vec<u8>,
}

impl Half {
    async fn of(app: &TestApp, client: &Client) -> Self {
        let large = [pdf("x"), vec![b' '; 900_000], b"%%EOF".to_vec()].concat();
        let whole = body(&[("whole.pdf", &pdf("whole")), ("large.pdf", &large)]);
        let request = client.request(Method::POST, "/uploads").header("content-type", content_type());
        let request = client.authorised(request).await.build().expect("a request");
        let mut sent = format!("POST {} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n", request.url().path());
        for (name, value) in request.headers() {
            sent.push_str(&format!("{name}: {}\r\n", value.to_str().expect("plain")));
        }
        sent.push_str(&format!("content-length: {}\r\n\r\n", whole.len()));
        let (half, rest) = whole.split_at(whole.len() / 2);
        let mut stream = TcpStream::connect(app.address()).await.expect("it listens");
        stream.write_all(sent.as_bytes()).await.expect("the head is sent");
        stream.write_all(half).await.expect("half of it is sent");
        Self { stream, rest: rest.to_vec() }
    }

    /// All that is answered.
    async fn answer(mut self) -> String {
        let mut told = Vec::new();
        // A connection that is cut after the answer has told all there is.
        drop(self.stream.read_to_end(&mut told).await);
        String::from_utf8_lossy(&told).into_owned()
    }
}

/// Waits until the upload has come so far that there is a file of it.
async fn has_begun(app: &TestApp) {
    while stored(app).is_empty() {
        tokio::task::yield_now().await;
    }
}

async fn an_upload_broken_off_leaves_nothing(app: &mut TestApp) {
    let district = District::lay(app).await;
    let mut half = Half::of(app, &district.industry.handler).await;
    half.stream.shutdown().await.expect("the connection is broken off");
    half.answer().await;
    app.restart(|_| {}).await;
    assert!(stored(app).is_empty(), "{:?}", stored(app));
}

async fn an_upload_that_takes_too_long_is_given_up_and_leaves_nothing(app: &mut TestApp) {
    app.restart(|config| config.attachments.upload_seconds = 1).await;
    let district = District::lay(app).await;
    let told = Half::of(app, &district.mill.user).await.answer().await;
    assert!(told.starts_with("HTTP/1.1 408 ") && told.contains("\"upload_too_slow\""), "{told}");
    assert!(stored(app).is_empty(), "{:?}", stored(app));
    uploaded(&district.mill.user, "a.pdf", &pdf("x")).await;
}

async fn one_upload_more_than_are_taken_at_a_time_is_to_come_again(app: &mut TestApp) {
    app.restart(|config| config.attachments.uploads = 1).await;
    let district = District::lay(app).await;
    let mut half = Half::of(app, &district.mill.user).await;
    has_begun(app).await;
    let answer = upload(&district.mill.user, &[("a.pdf", &pdf("x"))]).await;
    assert_eq!(answer.header("retry-after"), "5");
    answer.problem(503, "overloaded");
    let rest = std::mem::take(&mut half.rest);
    half.stream.write_all(&rest).await.expect("the rest is sent");
    let told = half.answer().await;
    assert!(told.starts_with("HTTP/1.1 201 "), "{told}");
    uploaded(&district.mill.user, "a.pdf", &pdf("x")).await;
}

async fn an_upload_whose_sender_has_gone_before_the_answer_keeps_its_bytes(app: &mut TestApp) {
    let (begin, begun) = channel();
    let (release, wait) = channel();
    let (begin, wait) = (Mutex::new(begin), Mutex::new(wait));
    let hook: MeetingPoints = Arc::new(move |point| {
        if point == "upload to be recorded" {
            begin.lock().expect("whole").send(()).expect("it is waited for");
            wait.lock().expect("whole").recv().expect("it is let go");
        }
    });
    app.restart_with(hook).await;
    let district = District::lay(app).await;
    let mill = &district.mill.user;
    let mut half = Half::of(app, mill).await;
    half.stream.write_all(&half.rest).await.expect("the rest is sent");
    tokio::task::spawn_blocking(move || begun.recv()).await.expect("it ends").expect("it begins");
    // So that the connection is reset, and not closed in order.
    half.stream.set_zero_linger().expect("it can be set");
    drop(half);
    // The application has seen it by the time it has answered others.
    for _ in 0..3 {
        mill.get("/uploads").await.expect(200);
    }
    release.send(()).expect("it waits");
    let files = loop {
        let kept = mill.get("/uploads").await.expect(200);
        match kept["items"].as_array() {
            Some(files) if files.len() == 2 => break files.clone(),
            _ => tokio::task::yield_now().await,
        }
    };
    for file in files {
        let path = format!("/attachments/{}/content", file["id"].as_str().expect("an id"));
        assert_eq!(mill.get(&path).await.status, 200, "its bytes were taken away");
    }
}
