//! The same on a store that speaks S3, served in this process by `s3s`.

use crate::support::app::{TestApp, on_both};
use crate::support::district::District;
use crate::support::files::{pdf, picture, upload, uploaded};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use image::ImageFormat;
use onedoor::attachments::{self, Look};
use onedoor::objects::{S3, Secret};
use reqwest::Method;
use s3s::auth::SimpleAuth;
use s3s::service::S3ServiceBuilder;
use serde_json::json;
use std::path::Path;
use tempfile::TempDir;

on_both!(files_lie_in_a_bucket, a_store_that_is_away_is_told_as_such);

const BUCKET: &str = "onedoor";

/// Serves an S3-compatible store over `folder` until the test ends; gives the settings by which it is reached.
async fn serve(folder: &Path) -> S3 {
    std::fs::create_dir(folder.join(BUCKET)).expect("a bucket can be made");
    let mut service = S3ServiceBuilder::new(s3s_fs::FileSystem::new(folder).expect("a store"));
    service.set_auth(SimpleAuth::from_single("key", "secret"));
    let service = service.build();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let endpoint = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            let service = service.clone();
            tokio::spawn(async move {
                let server = Builder::new(TokioExecutor::new());
                drop(server.serve_connection(TokioIo::new(socket), service).await);
            });
        }
    });
    settings(&endpoint)
}

fn settings(endpoint: &str) -> S3 {
    S3 {
        bucket: BUCKET.to_owned(),
        endpoint: endpoint.to_owned(),
        region: "us-east-1".to_owned(),
        access_key: "key".to_owned(),
        secret_key: Secret::new("secret"),
        path_style: true,
    }
}

async fn files_lie_in_a_bucket(app: &mut TestApp) {
    let folder = TempDir::new().expect("a folder");
    let s3 = serve(folder.path()).await;
    app.restart(|config| config.attachments.s3 = s3).await;
    let district = District::lay(app).await;
    let mill = &district.mill.user;
    // Larger than one part of an upload.
    let large = [pdf("large"), vec![b' '; 6_000_000], b"%%EOF".to_vec()].concat();
    let photo = picture(ImageFormat::Png, 400, 400);
    let files: [(&str, &[u8]); 2] = [("大.pdf", &large), ("照片.png", &photo)];
    let brought = upload(mill, &files).await.expect(201);
    let ids = [&brought["items"][0]["id"], &brought["items"][1]["id"]];
    district.file(&district.mill, "用地咨询", json!({ "attachments": ids })).await;
    let path =
        |index: usize, what: &str| format!("/attachments/{}/{what}", ids[index].as_str().expect("an id"));
    assert!(mill.get(&path(0, "content")).await.bytes == large, "the same bytes come back");
    let range = mill.request(Method::GET, &path(0, "content")).header("range", "bytes=5999990-6000010");
    let part = mill.send(range).await;
    assert_eq!((part.status, part.bytes.as_slice()), (206, &large[5_999_990..6_000_011]));
    assert_eq!(mill.get(&path(1, "thumbnail")).await.status, 200);

    let page: [(&str, &[u8]); 2] = [("a.pdf", &large), ("b.pdf", b"<html>")];
    upload(mill, &page).await.field_problem(422, "/file/1", "file_type_refused");
    let given_up = uploaded(mill, "c.pdf", &pdf("c")).await;
    mill.delete(&format!("/uploads/{}", given_up.as_str().expect("an id"))).await.expect(204);
    app.set_time("2026-09-26T10:00:00+08:00");
    app.step("sweep attachments").await;
    let findings = attachments::check(&app.context.db, &app.context.objects, Look::Bytes).await;
    assert_eq!(findings.expect("it can be checked"), [""; 0], "every file is there, and nothing else");
}

async fn a_store_that_is_away_is_told_as_such(app: &mut TestApp) {
    // A port nobody listens on: it was free a moment ago.
    let free = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let endpoint = format!("http://{}", free.local_addr().expect("an address"));
    drop(free);
    app.restart(|config| config.attachments.s3 = settings(&endpoint)).await;
    let district = District::lay(app).await;
    let answer = upload(&district.mill.user, &[("a.pdf", &pdf("x"))]).await;
    assert_eq!(answer.header("retry-after"), "5");
    answer.problem(503, "storage_unavailable");
    assert_eq!(district.mill.user.get("/uploads").await.expect(200)["items"], json!([]));
}
