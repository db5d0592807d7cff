//! The disk under the databases: that it is one, and how fast it makes things durable.

use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

/// Fails where the folder lies in memory: nothing is durable there.
pub(crate) fn refuse_memory(folder: &Path) {
    let kind = file_system(folder);
    assert!(
        kind != "tmpfs" && kind != "ramfs",
        "{} lies in memory; name another by --folder",
        folder.display()
    );
}

/// The kind of the file system that the folder lies in.
pub(crate) fn file_system(folder: &Path) -> String {
    let asked = Command::new("stat").args(["-f", "-c", "%T"]).arg(folder).output();
    asked.map_or_else(|_| "unknown".to_owned(), |out| String::from_utf8_lossy(&out.stdout).trim().to_owned())
}

/// How often in a second 8 KiB can be written and flushed to the disk, one after another, in this folder.
pub(crate) fn flushes_per_second(folder: &Path) -> f64 {
    let path = folder.join("flushes");
    let mut file = File::create(&path).expect("a file can be made");
    file.write_all(&[0; 1 << 20]).and_then(|()| file.sync_all()).expect("it can be written");
    let page = [1_u8; 8192];
    let (began, mut flushes) = (Instant::now(), 0_u32);
    while began.elapsed() < Duration::from_millis(300) {
        file.seek(SeekFrom::Start(u64::from(flushes % 128) * 8192)).expect("it has room");
        file.write_all(&page).and_then(|()| file.sync_data()).expect("it can be flushed");
        flushes += 1;
    }
    let rate = f64::from(flushes) / began.elapsed().as_secs_f64();
    drop(std::fs::remove_file(path));
    rate
}
