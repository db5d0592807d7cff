//! Files to be uploaded, made here byte by byte, and the upload itself.

use super::client::{Answer, Client};
use image::{ImageFormat, RgbImage};
use reqwest::Method;
use serde_json::Value;
use std::io::Cursor;

const BOUNDARY: &str = "between-the-files";

/// The media type of an upload.
pub(crate) fn content_type() -> String {
    format!("multipart/form-data; boundary={BOUNDARY}")
}

/// The body of an upload of these files, each with its name. What each says it is, is not true.
pub(crate) fn body(files: &[(&str, &[u8])]) -> Vec<u8> {
    body_of_parts(&files.iter().map(|(name, bytes)| ("file", *name, *bytes)).collect::<Vec<_>>())
}

/// The same, with the name of each part.
pub(crate) fn body_of_parts(parts: &[(&str, &str, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for (part, name, bytes) in parts {
        let head = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{part}\"; filename=\"{name}\"\r\n\
             Content-Type: text/html\r\n\r\n"
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
    body
}

/// Uploads these files.
pub(crate) async fn upload(client: &Client, files: &[(&str, &[u8])]) -> Answer {
    send(client, body(files)).await
}

/// Sends this body as an upload.
pub(crate) async fn send(client: &Client, body: Vec<u8>) -> Answer {
    let request = client.request(Method::POST, "/uploads").header("content-type", content_type()).body(body);
    client.send(request).await
}

/// Uploads one file and gives its id.
pub(crate) async fn uploaded(client: &Client, name: &str, bytes: &[u8]) -> Value {
    upload(client, &[(name, bytes)]).await.expect(201)["items"][0]["id"].clone()
}

/// A small PDF, with these words in it.
pub(crate) fn pdf(words: &str) -> Vec<u8> {
    format!("%PDF-1.4\n1 0 obj << /Type /Catalog >> endobj\n% {words}\ntrailer << /Root 1 0 R >>\n%%EOF\n")
        .into_bytes()
}

/// A picture of this format and size, as noisy as a photograph.
pub(crate) fn picture(format: ImageFormat, width: u32, height: u32) -> Vec<u8> {
    let shade = |x: u32, y: u32| u8::try_from((x * 7 + y * 13) % 256).expect("it is less than 256");
    let pixels = RgbImage::from_fn(width, height, |x, y| image::Rgb([shade(x, y), shade(y, x), 90]));
    let mut bytes = Cursor::new(Vec::new());
    pixels.write_to(&mut bytes, format).expect("a picture can be written");
    bytes.into_inner()
}

/// An archive with empty entries of these names (APPNOTE 4.3).
pub(crate) fn archive(names: &[&str]) -> Vec<u8> {
    let (mut entries, mut directory) = (Vec::new(), Vec::new());
    for name in names {
        let length = u16::try_from(name.len()).expect("a short name").to_le_bytes();
        let offset = u32::try_from(entries.len()).expect("a small archive").to_le_bytes();
        directory.extend_from_slice(b"PK\x01\x02\x14\x00\x14\x00");
        directory.extend_from_slice(&[0; 20]);
        directory.extend_from_slice(&length);
        directory.extend_from_slice(&[0; 12]);
        directory.extend_from_slice(&offset);
        directory.extend_from_slice(name.as_bytes());
        entries.extend_from_slice(b"PK\x03\x04\x14\x00");
        entries.extend_from_slice(&[0; 20]);
        entries.extend_from_slice(&length);
        entries.extend_from_slice(&[0; 2]);
        entries.extend_from_slice(name.as_bytes());
    }
    let (count, size) =
        (u16::try_from(names.len()).expect("few"), u32::try_from(directory.len()).expect("small"));
    let begin = u32::try_from(entries.len()).expect("small");
    let mut archive = [entries, directory].concat();
    archive.extend_from_slice(b"PK\x05\x06\x00\x00\x00\x00");
    archive.extend_from_slice(&[count.to_le_bytes(), count.to_le_bytes()].concat());
    archive.extend_from_slice(&[size.to_le_bytes(), begin.to_le_bytes()].concat());
    archive.extend_from_slice(&[0, 0]);
    archive
}

/// A document of Office Open XML whose main part has this name.
pub(crate) fn office(main: &str) -> Vec<u8> {
    archive(&["[Content_Types].xml", "_rels/.rels", main])
}

/// An OLE file with entries of these names in its directory.
pub(crate) fn ole(names: &[&str]) -> Vec<u8> {
    let mut file = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec();
    file.resize(512, 0);
    for name in names {
        let begin = file.len();
        file.extend(name.encode_utf16().flat_map(u16::to_le_bytes));
        file.resize(begin + 128, 0);
    }
    file.resize(2048, 0);
    file
}
