//! What nobody uses and what faults leave behind is swept, and `check` finds what does not hold.

use super::stored;
use crate::support::app::{TestApp, on_both};
use crate::support::district::District;
use crate::support::files::{pdf, uploaded};
use onedoor::attachments::{self, Look};
use serde_json::json;

on_both!(
    an_upload_nobody_used_in_time_is_swept,
    what_faults_left_in_the_store_is_swept,
    a_check_finds_what_is_missing_altered_or_nobodys,
);

async fn an_upload_nobody_used_in_time_is_swept(app: &mut TestApp) {
    app.set_time("2026-11-02T10:00:00+08:00");
    let district = District::lay(app).await;
    let mill = &district.mill.user;
    let (used, unused) = (uploaded(mill, "a.pdf", &pdf("a")).await, uploaded(mill, "b.pdf", &pdf("b")).await);
    let id = district.file(&district.mill, "用地咨询", json!({ "attachments": [used] })).await;
    app.set_time("2026-11-03T09:59:59+08:00");
    app.step("sweep attachments").await;
    assert_eq!(stored(app).len(), 2);
    app.set_time("2026-11-03T10:00:00+08:00");
    let late = mill.post(&format!("/requests/{id}/attachments"), json!({ "attachments": [unused] })).await;
    late.field_problem(422, "/attachments/0", "reference_unknown");
    app.step("sweep attachments").await;
    assert_eq!(stored(app).len(), 1);
    let path = |id: &serde_json::Value| format!("/attachments/{}/content", id.as_str().expect("an id"));
    mill.get(&path(&unused)).await.problem(404, "not_found");
    assert_eq!(mill.get(&path(&used)).await.bytes, pdf("a"));
}

async fn what_faults_left_in_the_store_is_swept(app: &mut TestApp) {
    app.set_time("2026-11-02T10:00:00+08:00");
    let district = District::lay(app).await;
    uploaded(&district.mill.user, "a.pdf", &pdf("a")).await;
    let kept = stored(app).pop().expect("a file");
    let folder = kept.parent().expect("a folder");
    // An upload killed between the store and the row, and one killed on its way into the store.
    let orphan = onedoor::domain::ids::Id::new(app.context.time.now()).to_string();
    let half = format!("{}#1", onedoor::domain::ids::Id::new(app.context.time.now()));
    for left in [&orphan, &half] {
        std::fs::write(folder.join(left), "left").expect("it can be written");
    }
    std::fs::write(folder.join(format!("{orphan}.thumbnail")), "left").expect("it can be written");
    app.set_time("2026-11-02T11:00:00+08:00");
    app.step("sweep attachments").await;
    assert_eq!(stored(app).len(), 4, "it may be under way still");
    app.set_time("2026-11-02T12:30:00+08:00");
    app.step("sweep attachments").await;
    assert_eq!(stored(app), [kept]);
}

async fn a_check_finds_what_is_missing_altered_or_nobodys(app: &mut TestApp) {
    let district = District::lay(app).await;
    let mill = &district.mill.user;
    let mut ids = Vec::new();
    for words in ["whole", "gone", "cut", "altered"] {
        ids.push(uploaded(mill, "a.pdf", &pdf(words)).await);
    }
    let (db, objects) = (&app.context.db, &app.context.objects);
    assert_eq!(attachments::check(db, objects, Look::Bytes).await.expect("it can be checked"), [""; 0]);
    let file = |index: usize| {
        let id = ids[index].as_str().expect("an id");
        stored(app).into_iter().find(|file| file.ends_with(id)).expect("its file")
    };
    std::fs::remove_file(file(1)).expect("it can be taken away");
    std::fs::write(file(2), "%PDF").expect("it can be cut");
    std::fs::write(file(3), pdf("AltereD")).expect("it can be altered");
    std::fs::write(file(0).with_file_name("stranger"), "x").expect("it can be written");
    let findings =
        async |look: Look| attachments::check(db, objects, look).await.expect("it can be checked").join("\n");
    let sizes = findings(Look::Sizes).await;
    for words in
        ["its object is missing", "its object has another size", "stranger: it belongs to no attachment"]
    {
        assert!(sizes.contains(words), "{sizes}");
    }
    assert!(!sizes.contains("other bytes"));
    assert!(findings(Look::Bytes).await.contains("its object has other bytes"));
}
