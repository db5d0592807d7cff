//! A full disk under the attachments: a file is refused as such and leaves nothing, everything else goes on.

use super::Ground;
use super::disk::SmallDisk;
use super::load::Filer;
use crate::support::app::block_on;
use crate::support::files::pdf;
use crate::support::place::Database;
use std::fs;
use std::path::Path;

/// How many files there are in the folder and the folders in it.
fn count(folder: &Path) -> usize {
    let entries =
        fs::read_dir(folder).expect("the folder can be read").map(|entry| entry.expect("an entry").path());
    entries.map(|path| if path.is_dir() { count(&path) } else { 1 }).sum()
}

fn files_are_refused_while_there_is_no_room_for_them(database: Database) {
    let Some(ground) = Ground::new(database) else {
        return;
    };
    let Some(disk) = SmallDisk::mount(ground.folder.path(), 16) else {
        return;
    };
    let folder = disk.0.join("attachments");
    let named = folder.display().to_string();
    // One is written at once, the other part by part.
    let (small, large) = (pdf("x"), [pdf("x"), vec![b' '; 900_000], b"%%EOF".to_vec()].concat());
    block_on(async {
        let serving = ground.serve(&[("ONEDOOR_ATTACHMENTS__FOLDER", &named)]);
        let root = &serving.root;
        let filer = Filer::log_in(&ground, root).await;
        let mut kept = 0;
        for _ in 0..3 {
            let mut paths = Vec::new();
            for file in [&small, &large] {
                let (status, body) = filer.upload(root, file).await;
                assert_eq!(status, 201, "{body:#}");
                let id = body["items"][0]["id"].as_str().expect("an id");
                paths.push(format!("/api/v1/attachments/{id}/content"));
            }
            kept += paths.len();
            disk.fill();
            for file in [&small, &large, &small] {
                let (status, body) = filer.upload(root, file).await;
                assert_eq!((status, body["code"].as_str()), (507, Some("storage_full")), "{body:#}");
            }
            for path in paths.iter().map(String::as_str).chain(["/livez", "/readyz", "/api/v1/uploads"]) {
                assert_eq!(filer.get(root, path).await, 200, "{path}");
            }
            assert_eq!(filer.once(root).await, Some(201));
            disk.make_room();
            assert_eq!(count(&folder), kept, "what was refused left something behind");
        }
        serving.kill();
    });
}

#[test]
fn files_are_refused_while_there_is_no_room_for_them_on_sqlite() {
    files_are_refused_while_there_is_no_room_for_them(Database::Sqlite);
}

#[test]
fn files_are_refused_while_there_is_no_room_for_them_on_postgres() {
    files_are_refused_while_there_is_no_room_for_them(Database::Postgres);
}
