//! How a file is given: never to be shown in place, whole or in part, and never another than was brought.

use super::stored;
use crate::support::app::{TestApp, on_both};
use crate::support::client::{Answer, Client};
use crate::support::district::District;
use crate::support::files::{pdf, picture, upload, uploaded};
use image::{GenericImageView, ImageFormat};
use reqwest::Method;
use serde_json::Value;

on_both!(
    a_file_is_given_to_be_saved_under_its_chinese_name,
    ranges_are_given_and_hold_for_one_version,
    a_picture_has_a_small_one_within_bounds,
    a_file_that_was_altered_is_never_given_whole,
);

fn path(id: &Value, what: &str) -> String {
    format!("/attachments/{}{what}", id.as_str().expect("an id"))
}

async fn content(client: &Client, id: &Value, headers: &[(&str, &str)]) -> Answer {
    let mut request = client.request(Method::GET, &path(id, "/content"));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    client.send(request).await
}

async fn a_file_is_given_to_be_saved_under_its_chinese_name(app: &mut TestApp) {
    let district = District::lay(app).await;
    let mill = &district.mill.user;
    let id = uploaded(mill, "合同 1.pdf", &pdf("x")).await;
    let given = content(mill, &id, &[]).await;
    assert_eq!((given.status, &given.bytes), (200, &pdf("x")));
    for (name, value) in [
        ("content-type", "application/pdf"),
        (
            "content-disposition",
            "attachment; filename=\"__ 1.pdf\"; filename*=UTF-8''%E5%90%88%E5%90%8C%201.pdf",
        ),
        ("x-content-type-options", "nosniff"),
        ("content-security-policy", "sandbox; default-src 'none'"),
        ("cache-control", "no-store"),
        ("accept-ranges", "bytes"),
        ("content-length", &pdf("x").len().to_string()),
    ] {
        assert_eq!(given.header(name), value, "{name}");
    }
    let told = mill.get(&path(&id, "")).await.expect(200);
    assert_eq!(told["name"], "合同 1.pdf");
    let head = mill.send(mill.request(Method::HEAD, &path(&id, "/content"))).await;
    assert_eq!((head.status, head.bytes.len()), (200, 0));
}

async fn ranges_are_given_and_hold_for_one_version(app: &mut TestApp) {
    let district = District::lay(app).await;
    let mill = &district.mill.user;
    let (whole, size) = (pdf("0123456789"), pdf("0123456789").len());
    let id = uploaded(mill, "a.pdf", &whole).await;
    let cases = [
        ("bytes=0-3", 0, 4),
        ("bytes=5-5", 5, 6),
        ("bytes=10-", 10, size),
        ("bytes=-4", size - 4, size),
        ("bytes=0-99999", 0, size),
    ];
    for (range, from, until) in cases {
        let given = content(mill, &id, &[("range", range)]).await;
        assert_eq!((given.status, given.bytes.as_slice()), (206, &whole[from..until]), "{range}");
        assert_eq!(given.header("content-range"), format!("bytes {from}-{}/{size}", until - 1));
    }
    for range in ["bytes=99999-", "bytes=-0"] {
        let outside = content(mill, &id, &[("range", range)]).await;
        assert_eq!(outside.header("content-range"), format!("bytes */{size}"), "{range}");
        outside.problem(416, "range_not_satisfiable");
    }
    // Several, what cannot be read, and what held for another version: the whole.
    for range in ["bytes=0-1,3-4", "bytes=3-1", "bytes=x", "lines=1-2"] {
        let given = content(mill, &id, &[("range", range)]).await;
        assert_eq!((given.status, given.bytes.len()), (200, size), "{range}");
    }
    let tag = content(mill, &id, &[]).await.header("etag").to_owned();
    let same = content(mill, &id, &[("range", "bytes=0-3"), ("if-range", &tag)]).await;
    assert_eq!(same.status, 206);
    for other in ["\"another\"", &format!("W/{tag}"), "Sat, 01 Jan 2028 00:00:00 GMT"] {
        let given = content(mill, &id, &[("range", "bytes=0-3"), ("if-range", other)]).await;
        assert_eq!((given.status, given.bytes.len()), (200, size), "{other}");
    }
}

/// A picture that says it has so many pixels a side, and has none.
fn bomb(side: u32) -> Vec<u8> {
    let mut png = picture(ImageFormat::Png, 1, 1);
    png[16..20].copy_from_slice(&side.to_be_bytes());
    png[20..24].copy_from_slice(&side.to_be_bytes());
    let checksum = png[12..29].iter().fold(u32::MAX, |mut sum, byte| {
        sum ^= u32::from(*byte);
        (0..8).for_each(|_| sum = (sum >> 1) ^ (0xEDB8_8320 & (sum & 1).wrapping_neg()));
        sum
    });
    png[29..33].copy_from_slice(&(!checksum).to_be_bytes());
    png
}

async fn a_picture_has_a_small_one_within_bounds(app: &mut TestApp) {
    app.restart(|config| {
        (config.attachments.thumbnail_pixels, config.attachments.thumbnail_bytes) = (10_000_000, 1_048_576);
    })
    .await;
    let district = District::lay(app).await;
    let mill = &district.mill.user;
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP] {
        let id = uploaded(mill, "照片", &picture(format, 640, 480)).await;
        for _ in 0..2 {
            let small = mill.get(&path(&id, "/thumbnail")).await;
            assert_eq!((small.status, small.header("content-type")), (200, "image/jpeg"));
            assert_eq!(small.header("content-security-policy"), "sandbox; default-src 'none'");
            let shown = image::load_from_memory(&small.bytes).expect("it is a picture");
            assert_eq!(shown.dimensions(), (320, 240));
        }
    }
    let more_memory = picture(ImageFormat::Png, 700, 600);
    let refused: [(&str, &[u8]); 4] = [
        ("more pixels than allowed", &bomb(60_000)),
        ("more memory than allowed", &more_memory),
        ("broken", &picture(ImageFormat::Png, 640, 480)[..900]),
        ("no picture", &pdf("x")),
    ];
    for (what, bytes) in refused {
        let id = uploaded(mill, "a", bytes).await;
        let answer = mill.get(&path(&id, "/thumbnail")).await;
        assert_eq!((answer.status, answer.body["code"].as_str()), (404, Some("no_thumbnail")), "{what}");
        assert_eq!(content(mill, &id, &[]).await.bytes, bytes, "the file itself is given");
    }
}

async fn a_file_that_was_altered_is_never_given_whole(app: &mut TestApp) {
    let district = District::lay(app).await;
    let mill = &district.mill.user;
    let whole = [pdf("x"), vec![b' '; 300_000], b"%%EOF".to_vec()].concat();
    let files: [(&str, &[u8]); 1] = [("a.pdf", &whole)];
    let id = upload(mill, &files).await.expect(201)["items"][0]["id"].clone();
    let file = stored(app).pop().expect("its file");
    let mut altered = whole.clone();
    altered[100] ^= 1;
    std::fs::write(&file, &altered).expect("it can be altered");
    let broken = mill.try_send(mill.request(Method::GET, &path(&id, "/content"))).await;
    assert!(broken.is_err(), "other bytes were given as a whole file");
    let all = mill.request(Method::GET, &path(&id, "/content")).header("range", "bytes=0-");
    assert!(mill.try_send(all).await.is_err(), "other bytes were given as a range of all");
    std::fs::write(&file, &whole[..whole.len() - 1]).expect("it can be cut");
    content(mill, &id, &[]).await.problem(500, "attachment_damaged");
    std::fs::remove_file(&file).expect("it can be taken away");
    content(mill, &id, &[]).await.problem(500, "attachment_damaged");
}
