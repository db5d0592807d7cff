//! Several files at once, what each is told to be, and what they are attached to.

use super::stored;
use crate::support::app::{TestApp, on_both};
use crate::support::district::District;
use crate::support::files::{office, ole, pdf, picture, upload, uploaded};
use image::ImageFormat;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

on_both!(
    several_files_come_at_once_and_are_attached_on_filing,
    a_file_is_what_its_bytes_say_and_not_what_its_sender_says,
    files_come_with_papers_messages_and_afterwards,
    an_upload_is_listed_and_given_up_by_who_brought_it,
);

async fn several_files_come_at_once_and_are_attached_on_filing(app: &mut TestApp) {
    let district = District::lay(app).await;
    let (permit, photo) = (pdf("许可"), picture(ImageFormat::Png, 40, 30));
    let files: [(&str, &[u8]); 2] = [("../营业执照.pdf", &permit), ("现场\u{202E}.exe", &photo)];
    let mill = &district.mill.user;
    let brought = upload(mill, &files).await.expect(201);
    let items = brought["items"].as_array().expect("items");
    assert_eq!(items.len(), 2);
    assert_eq!(
        (&items[0]["name"], &items[0]["media_type"]),
        (&json!("营业执照.pdf"), &json!("application/pdf"))
    );
    assert_eq!((&items[1]["name"], &items[1]["media_type"]), (&json!("现场.exe.png"), &json!("image/png")));
    let digest: String = Sha256::digest(&permit).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!((&items[0]["sha256"], &items[0]["size"]), (&json!(digest), &json!(permit.len())));
    let names: Vec<String> = stored(app).iter().map(|file| file.display().to_string()).collect();
    assert!(
        names.iter().all(|name| !name.contains("执照") && !name.contains("pdf")),
        "names are generated: {names:?}"
    );

    let ids = json!([items[0]["id"], items[1]["id"]]);
    let id = district.file(&district.mill, "用地咨询", json!({ "attachments": ids })).await;
    let seen = mill.get(&format!("/requests/{id}")).await.expect(200);
    let attached = seen["attachments"].as_array().expect("attachments");
    assert_eq!(
        attached.iter().map(|file| file["id"].clone()).collect::<Vec<_>>(),
        *ids.as_array().expect("ids")
    );
    assert_eq!((&attached[0]["attached_to"], &attached[0]["request"]), (&json!("request"), &json!(id)));
    let path = format!("/attachments/{}/content", items[0]["id"].as_str().expect("an id"));
    assert_eq!(mill.get(&path).await.bytes, permit);

    // Each is attached once.
    let again = json!({ "attachments": ids });
    let refused = mill.post(&format!("/requests/{id}/attachments"), again).await;
    refused.field_problem(422, "/attachments/0", "reference_unknown");
    assert_eq!(mill.get("/uploads").await.expect(200)["items"], json!([]));
}

async fn a_file_is_what_its_bytes_say_and_not_what_its_sender_says(app: &mut TestApp) {
    let district = District::lay(app).await;
    let samples: [(Vec<u8>, &str); 10] = [
        (pdf("x"), "application/pdf"),
        (picture(ImageFormat::Jpeg, 8, 8), "image/jpeg"),
        (picture(ImageFormat::Png, 8, 8), "image/png"),
        (picture(ImageFormat::WebP, 8, 8), "image/webp"),
        (
            office("word/document.xml"),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        (office("xl/workbook.xml"), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (
            office("ppt/presentation.xml"),
            "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        ),
        (ole(&["Root Entry", "WordDocument"]), "application/msword"),
        (ole(&["Root Entry", "Workbook"]), "application/vnd.ms-excel"),
        ("路灯不亮。\r\n".into(), "text/plain; charset=utf-8"),
    ];
    let files: Vec<(&str, &[u8])> = samples.iter().map(|(bytes, _)| ("a.html", bytes.as_slice())).collect();
    let brought = upload(&district.mill.user, &files).await.expect(201);
    for (item, (_, media_type)) in brought["items"].as_array().expect("items").iter().zip(&samples) {
        assert_eq!(item["media_type"], *media_type);
        assert!(item["name"].as_str().is_some_and(|name| name.starts_with("a.html.")), "{item}");
    }
}

async fn files_come_with_papers_messages_and_afterwards(app: &mut TestApp) {
    let district = District::lay(app).await;
    let (mill, office) = (&district.mill.user, &district.dispatcher);
    let id = district.file(&district.mill, "用地咨询", json!({})).await;
    let of = |act: &str| format!("/requests/{id}/{act}");
    office.post(&of("ask-info"), json!({ "list": "宗地图" })).await.expect(200);
    let map = uploaded(mill, "宗地图.pdf", &pdf("map")).await;
    let papers = json!({ "answer": "见附件", "attachments": [map] });
    let brought = mill.post(&of("supplement"), papers).await.expect(200);
    assert_eq!(brought["attachments"][0]["attached_to"], "supplement");

    let photo = uploaded(office, "照片.png", &picture(ImageFormat::Png, 8, 8)).await;
    let message = json!({ "text": "请看照片", "attachments": [photo] });
    let written = office.post(&of("messages"), message).await.expect(201);
    assert_eq!(written["attachments"][0]["id"], photo);
    let read = mill.get(&of("messages")).await.expect(200);
    assert_eq!(read["items"][0]["attachments"][0]["name"], "照片.png");

    let late = uploaded(mill, "后补.pdf", &pdf("late")).await;
    let attached = mill.post(&of("attachments"), json!({ "attachments": [late] })).await.expect(200);
    let places: Vec<&Value> =
        attached["attachments"].as_array().expect("files").iter().map(|file| &file["attached_to"]).collect();
    assert_eq!(places, ["supplement", "message", "request"]);
    let story = mill.get(&of("timeline")).await.expect(200);
    let acts: Vec<&Value> =
        story["items"].as_array().expect("items").iter().map(|entry| &entry["act"]).collect();
    assert!(acts.contains(&&json!("attach")), "{acts:?}");

    mill.post(&of("withdraw"), Value::Null).await.expect(200);
    let over = uploaded(mill, "又补.pdf", &pdf("over")).await;
    mill.post(&of("attachments"), json!({ "attachments": [over] })).await.problem(409, "already_ended");
    assert_eq!(
        mill.get("/uploads").await.expect(200)["items"][0]["id"],
        over,
        "a refused act has used nothing"
    );
}

async fn an_upload_is_listed_and_given_up_by_who_brought_it(app: &mut TestApp) {
    let district = District::lay(app).await;
    let (mill, bakery) = (&district.mill.user, &district.bakery.user);
    let id = uploaded(mill, "a.png", &picture(ImageFormat::Png, 500, 20)).await;
    let path = format!("/uploads/{}", id.as_str().expect("an id"));
    mill.get(&format!("/attachments/{}/thumbnail", id.as_str().expect("an id"))).await.expect(200);
    assert_eq!(stored(app).len(), 2);
    assert_eq!(mill.get("/uploads").await.expect(200)["items"][0]["id"], id);
    assert_eq!(bakery.get("/uploads").await.expect(200)["items"], json!([]));
    bakery.delete(&path).await.problem(404, "not_found");
    mill.delete(&path).await.expect(204);
    mill.delete(&path).await.problem(404, "not_found");
    assert!(stored(app).is_empty());
    app.stranger().get("/uploads").await.problem(401, "not_logged_in");
}
