//! A full disk under the database: what would be written is refused as such, what is read is answered, and with room
//! everything goes on.

use super::load::Filer;
use super::{Ground, kept, skip};
use crate::support::app::block_on;
use crate::support::place::Database;
use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection};
use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::{MetadataExt, chown};
use std::path::{Path, PathBuf};
use std::process::Command;

/// A disk of some megabytes, in memory, mounted in a folder of its own until it is dropped.
pub(super) struct SmallDisk(pub(super) PathBuf);

impl SmallDisk {
    /// `None`, and says so, where nothing may be mounted.
    pub(super) fn mount(folder: &Path, megabytes: u32) -> Option<Self> {
        let place = folder.join("small");
        fs::create_dir(&place).expect("a folder can be made");
        let size = format!("size={megabytes}m");
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", &size, "none"]).arg(&place).output();
        match mounted {
            Ok(output) if output.status.success() => Some(Self(place)),
            _ => {
                skip("a full disk", "no disk can be mounted here (it takes root)");
                None
            }
        }
    }

    /// Takes all the room there is left.
    pub(super) fn fill(&self) {
        let mut filler = File::create(self.0.join("filler")).expect("a file can be made");
        for size in [1 << 20, 4096, 1] {
            while filler.write_all(&vec![0; size]).is_ok() {}
        }
    }

    /// Gives it back.
    pub(super) fn make_room(&self) {
        fs::remove_file(self.0.join("filler")).expect("the filler can be removed");
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        drop(Command::new("umount").arg("-l").arg(&self.0).status());
    }
}

/// The disk fills while requests are filed one after another, and is given room again.
fn a_full_disk_is_told_as_such_and_heals(ground: &Ground, disk: &SmallDisk) {
    block_on(async {
        let serving = ground.serve(&[]);
        let root = &serving.root;
        let filer = Filer::log_in(ground, root).await;
        for _ in 0..3 {
            assert_eq!(filer.once(root).await, Some(201));
            disk.fill();
            // What still fits into pages that are there already is kept; then nothing more is.
            let mut left = 500;
            while filer.once(root).await == Some(201) {
                left -= 1;
                assert!(left > 0, "the disk never fills");
            }
            for _ in 0..10 {
                filer.once(root).await;
            }
            for (status, body) in filer.refused() {
                assert_eq!((status, body["code"].as_str()), (507, Some("storage_full")), "{body:#}");
            }
            let (id, _) = filer.acknowledged().pop_first().expect("one was filed");
            for path in ["/livez", "/readyz", "/api/v1/requests", &format!("/api/v1/requests/{id}")] {
                assert_eq!(filer.get(root, path).await, 200, "{path}");
            }
            disk.make_room();
        }
        assert_eq!(filer.once(root).await, Some(201));
        serving.kill();
        kept::all_of(ground, &filer.acknowledged());
    });
}

#[test]
fn a_full_disk_is_told_as_such_and_heals_on_sqlite() {
    let Some(mut ground) = Ground::new(Database::Sqlite) else {
        return;
    };
    let Some(disk) = SmallDisk::mount(ground.folder.path(), 48) else {
        return;
    };
    let moved = disk.0.join("onedoor.db");
    fs::copy(ground.folder.path().join("onedoor.db"), &moved).expect("the database can be copied");
    ground.url = format!("sqlite:{}", moved.display());
    a_full_disk_is_told_as_such_and_heals(&ground, &disk);
}

#[test]
fn a_full_disk_is_told_as_such_and_heals_on_postgres() {
    let Some(mut ground) = Ground::new(Database::Postgres) else {
        return;
    };
    let Some(disk) = SmallDisk::mount(ground.folder.path(), 64) else {
        return;
    };
    // The server keeps its log elsewhere: a full disk there would end it, as it says itself.
    let server = ground.server.as_ref().expect("PostgreSQL has a server");
    let space = disk.0.join("space");
    fs::create_dir(&space).expect("a folder can be made");
    let owner = fs::metadata(format!("/proc/{}", server.process())).expect("the server runs");
    chown(&space, Some(owner.uid()), Some(owner.gid())).expect("the folder can be given away");
    for folder in [ground.folder.path(), &disk.0] {
        let open = Command::new("chmod").arg("a+rx").arg(folder).status();
        assert!(open.is_ok_and(|status| status.success()), "the folder can be opened to the server");
    }
    let name = ground.url.rsplit('/').next().expect("a name").to_owned();
    let mut connection = PgConnection::establish(&server.first).expect("the server takes connections");
    for statement in [
        format!("CREATE TABLESPACE small LOCATION '{}'", space.display()),
        format!("ALTER DATABASE {name} SET TABLESPACE small"),
    ] {
        connection.batch_execute(&statement).expect("the server does as it is told");
    }
    drop(connection);
    a_full_disk_is_told_as_such_and_heals(&ground, &disk);
    // The server goes before its disk.
    ground.server = None;
}
