//! What is refused leaves nothing behind: neither a row nor a file.

use super::stored;
use crate::support::app::{TestApp, on_both};
use crate::support::district::District;
use crate::support::files::{
    archive, body, body_of_parts, office, ole, pdf, picture, send, upload, uploaded,
};
use image::ImageFormat;
use reqwest::Method;
use serde_json::json;

on_both!(
    one_bad_file_refuses_all_and_leaves_nothing,
    what_is_of_no_type_taken_is_refused,
    the_settings_narrow_what_is_taken,
    too_large_too_many_and_too_much_are_refused,
    a_body_that_is_no_whole_upload_is_refused,
);

async fn is_empty(app: &TestApp, district: &District) {
    assert_eq!(district.mill.user.get("/uploads").await.expect(200)["items"], json!([]));
    assert!(stored(app).is_empty(), "{:?}", stored(app));
}

async fn one_bad_file_refuses_all_and_leaves_nothing(app: &mut TestApp) {
    let district = District::lay(app).await;
    let large = [pdf("large"), vec![b' '; 600_000], b"%%EOF".to_vec()].concat();
    let page = b"<!DOCTYPE html><script>alert(1)</script>";
    let files: [(&str, &[u8]); 3] = [("a.pdf", &large), ("b.pdf", page), ("c.pdf", &pdf("c"))];
    let refused = upload(&district.mill.user, &files).await;
    refused.field_problem(422, "/file/1", "file_type_refused");
    is_empty(app, &district).await;
}

async fn what_is_of_no_type_taken_is_refused(app: &mut TestApp) {
    let district = District::lay(app).await;
    let (zip, macros) = (archive(&["a.txt"]), "word/vbaProject.bin");
    let with_macros = archive(&["[Content_Types].xml", "_rels/.rels", "word/document.xml", macros]);
    let two = archive(&["[Content_Types].xml", "_rels/.rels", "word/document.xml", "xl/workbook.xml"]);
    let behind = [office("word/document.xml"), b"more".to_vec()].concat();
    let before = [b"MZ".to_vec(), office("word/document.xml")].concat();
    let samples: [(&str, Vec<u8>); 20] = [
        ("a page", b"  <html><body>x</body></html>".to_vec()),
        ("a drawing", b"<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\"/>".to_vec()),
        ("a program of Windows", [b"MZ".to_vec(), vec![0; 200]].concat()),
        ("a program of Linux", [b"\x7FELF\x02\x01\x01".to_vec(), vec![0; 200]].concat()),
        ("a script", b"#!/bin/sh\nrm -rf /\n".to_vec()),
        ("an archive", zip.clone()),
        ("a document with macros", with_macros),
        ("two documents in one", two),
        ("a document with something behind", behind),
        ("a document with something before", before),
        ("a PDF that is an archive too", [pdf("x"), zip.clone()].concat()),
        ("a picture that is an archive too", [picture(ImageFormat::Png, 8, 8), zip].concat()),
        ("a PDF that begins as a page", [b"%PDF-1.4\n<script>alert(1)</script>".to_vec(), pdf("x")].concat()),
        ("a PDF without an end", b"%PDF-1.4\n1 0 obj".to_vec()),
        ("a moving picture", b"GIF89a\x01\x00\x01\x00\x00\x00\x00;".to_vec()),
        ("an OLE file of nothing known", ole(&["Root Entry", "Thumbs"])),
        ("an OLE file with macros", ole(&["Root Entry", "WordDocument", "_VBA_PROJECT_CUR"])),
        ("text that is not UTF-8", b"\xC2\xB7\xB5\xC6".to_vec()),
        ("text with NUL", b"a\x00b".to_vec()),
        ("text cut in a character", "路".as_bytes()[..2].to_vec()),
    ];
    for (what, bytes) in samples {
        let answer = upload(&district.mill.user, &[("a.pdf", &bytes)]).await;
        assert_eq!((answer.status, answer.body["code"].as_str()), (422, Some("file_type_refused")), "{what}");
    }
    is_empty(app, &district).await;
}

async fn the_settings_narrow_what_is_taken(app: &mut TestApp) {
    app.restart(|config| config.attachments.types.retain(|known| known.code() == "pdf")).await;
    let district = District::lay(app).await;
    let text: [(&str, &[u8]); 1] = [("a.txt", "文字".as_bytes())];
    upload(&district.mill.user, &text).await.field_problem(422, "/file/0", "file_type_refused");
    uploaded(&district.mill.user, "a.pdf", &pdf("x")).await;
}

async fn too_large_too_many_and_too_much_are_refused(app: &mut TestApp) {
    app.restart(|config| {
        let limits = &mut config.attachments;
        (limits.file_bytes, limits.files, limits.drafts) = (2048, 3, 4);
        (limits.request_files, limits.request_bytes) = (3, 3000);
    })
    .await;
    let district = District::lay(app).await;
    let mill = &district.mill.user;
    let (small, large) = (pdf("small"), [pdf("large"), vec![b' '; 2048]].concat());
    upload(mill, &[("a.pdf", &small), ("b.pdf", &large)]).await.field_problem(
        413,
        "/file/1",
        "file_too_large",
    );
    let four: Vec<(&str, &[u8])> = vec![("a.pdf", &small); 4];
    upload(mill, &four).await.field_problem(422, "/file", "too_many");
    upload(mill, &[("a.pdf", b"")]).await.field_problem(422, "/file/0", "file_empty");
    is_empty(app, &district).await;

    upload(mill, &four[..3]).await.expect(201);
    upload(mill, &four[..2]).await.problem(409, "too_many_drafts");
    assert_eq!(stored(app).len(), 3);
    let ids: Vec<_> = mill.get("/uploads").await.expect(200)["items"].as_array().expect("items").clone();
    let ids: Vec<_> = ids.into_iter().map(|item| item["id"].clone()).collect();
    let id = district.file(&district.mill, "用地咨询", json!({ "attachments": ids })).await;
    let path = format!("/requests/{id}/attachments");
    let one_more = uploaded(mill, "d.pdf", &small).await;
    mill.post(&path, json!({ "attachments": [one_more] })).await.problem(409, "request_full");
    mill.post(&path, json!({ "attachments": [one_more, one_more] })).await.field_problem(
        422,
        "/attachments/1",
        "attachment_twice",
    );
    mill.post(&path, json!({ "attachments": [] })).await.field_problem(422, "/attachments", "file_needed");

    let id = district.file(&district.mill, "另一事项", json!({ "attachments": [one_more] })).await;
    let filled = [pdf("filled"), vec![b' '; 1900], b"%%EOF".to_vec()].concat();
    upload(mill, &[("e.pdf", &filled), ("f.pdf", &filled)]).await.expect(201);
    let ids: Vec<_> = mill.get("/uploads").await.expect(200)["items"].as_array().expect("items").clone();
    let ids: Vec<_> = ids.into_iter().map(|item| item["id"].clone()).collect();
    let much = mill.post(&format!("/requests/{id}/attachments"), json!({ "attachments": ids })).await;
    much.problem(409, "request_full");
}

async fn a_body_that_is_no_whole_upload_is_refused(app: &mut TestApp) {
    let district = District::lay(app).await;
    let mill = &district.mill.user;
    mill.post("/uploads", json!({})).await.problem(415, "multipart_needed");
    let without = mill.request(Method::POST, "/uploads").header("content-type", "multipart/form-data");
    mill.send(without.body("x")).await.problem(400, "invalid_multipart");
    let mut cut = body(&[("a.pdf", &pdf("x"))]);
    cut.truncate(cut.len() - 20);
    send(mill, cut).await.problem(400, "invalid_multipart");
    send(mill, body(&[])).await.field_problem(422, "/file", "file_needed");
    let other = body_of_parts(&[("picture", "a.pdf", &pdf("x"))]);
    send(mill, other).await.field_problem(422, "/picture", "unknown_field");
    send(&app.stranger(), body(&[("a.pdf", &pdf("x"))])).await.problem(401, "not_logged_in");
    is_empty(app, &district).await;
}
