//! What this room reads of what comes from outside, each as a function of bytes, for `crate::parsers`. They panic where what was read
//! does not hold.

use super::content::{Wanted, wanted};
use super::names::{clean, disposition};
use super::sniff::Sniffer;
use crate::domain::file_type::FileType;
use actix_web::http::header::{self, HeaderValue};
use actix_web::test::TestRequest;

/// A `Range`: what is given lies in the file.
pub(crate) fn check_range(bytes: &[u8]) {
    const SIZE: u64 = 1000;
    let Ok(value) = HeaderValue::from_bytes(bytes) else { return };
    let request = TestRequest::default().insert_header((header::RANGE, value)).to_http_request();
    if let Wanted::Part(first, last) = wanted((SIZE, "digest"), &request) {
        assert!(first <= last && last < SIZE, "{first}-{last}");
    }
}

/// The name of a file: one of no folder, that a header can carry.
pub(crate) fn check_file_name(bytes: &[u8]) {
    let name = clean(&String::from_utf8_lossy(bytes), FileType::Pdf);
    assert!(!name.contains(['/', '\\']) && name.to_lowercase().ends_with(".pdf"), "{name:?}");
    assert!(HeaderValue::from_str(&disposition(&name)).is_ok(), "{name:?}");
}

/// What a file is, told by its bytes: the same in one piece and in two.
pub(crate) fn check_file_type(bytes: &[u8]) {
    let (mut whole, mut halves) = (Sniffer::default(), Sniffer::default());
    whole.feed(bytes);
    let (first, second) = bytes.split_at(bytes.len() / 2);
    halves.feed(first);
    halves.feed(second);
    assert_eq!(whole.file_type(), halves.file_type());
}
