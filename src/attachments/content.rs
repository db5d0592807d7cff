//! Giving a file: whole or a range of it, never to be shown in place, and never with other bytes than were brought.

use super::names::disposition;
use super::store::Attachment;
use crate::domain::hexadecimal;
use crate::fault::{Code, Fault};
use crate::objects::Objects;
use crate::web::{language_of, problem};
use actix_web::body::SizedStream;
use actix_web::http::header::{self, ByteRangeSpec, EntityTag, Header, HeaderValue, IfRange, Range};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use futures_util::stream::{BoxStream, StreamExt, try_unfold};
use sha2::{Digest, Sha256};

/// What is shown of a file that is opened all the same: nothing that could act.
const POLICY: HeaderValue = HeaderValue::from_static("sandbox; default-src 'none'");

/// The answer to a request for the bytes of `file`, with `Range` and `If-Range` honoured (RFC 9110 §14, §13.1.5): one
/// range is given alone; several, or one that does not hold for this version, give the whole.
///
/// The object's size is compared before anything is sent. The digest of all the bytes is compared before the last of them
/// are sent: where it differs, the connection breaks, and the reader never has a whole file that is another.
///
/// Fails with `range_not_satisfiable`, and with `attachment_damaged` where the object is not there or has another size.
pub async fn content(
    objects: &Objects,
    file: &Attachment,
    request: &HttpRequest,
) -> Result<HttpResponse, Fault> {
    let size = file.bytes();
    let range = match wanted((file.bytes(), &file.sha256), request) {
        Wanted::Whole => None,
        Wanted::Part(first, last) => Some(first..last.saturating_add(1)),
        Wanted::Outside => {
            let mut answer = problem::answer(&Fault::new(Code::RangeNotSatisfiable), language_of(request));
            answer.headers_mut().insert(header::CONTENT_RANGE, value(&format!("bytes */{size}"))?);
            return Ok(answer);
        }
    };
    let damaged =
        |why: &str| Fault::new(Code::AttachmentDamaged).because(format!("{}: {why}", file.object()));
    let object = objects.read(&file.object(), range.clone()).await?.ok_or_else(|| damaged("no object"))?;
    if object.size != size {
        return Err(damaged("the object has another size"));
    }
    let (mut answer, length, bytes) = match range {
        None => (HttpResponse::Ok(), size, checked(object.bytes, file.clone())),
        Some(range) => {
            let mut answer = HttpResponse::PartialContent();
            let last = range.end.saturating_sub(1);
            answer.insert_header((header::CONTENT_RANGE, format!("bytes {}-{last}/{size}", range.start)));
            let is_whole = range == (0..size);
            let bytes = if is_whole { checked(object.bytes, file.clone()) } else { object.bytes };
            (answer, range.end.saturating_sub(range.start), bytes)
        }
    };
    answer
        .insert_header((header::CONTENT_TYPE, file.file_type.media_type()))
        .insert_header((header::CONTENT_DISPOSITION, disposition(&file.name)))
        .insert_header((header::ETAG, format!("\"{}\"", file.sha256)))
        .insert_header((header::ACCEPT_RANGES, "bytes"));
    confine(&mut answer);
    Ok(answer.body(SizedStream::new(length, bytes)))
}

/// Says that nothing in it may act. The rest, `nosniff` and `no-store`, every answer says.
pub(super) fn confine(answer: &mut HttpResponseBuilder) {
    answer.insert_header((header::CONTENT_SECURITY_POLICY, POLICY));
}

fn value(text: &str) -> Result<HeaderValue, Fault> {
    HeaderValue::from_str(text).map_err(Fault::internal)
}

/// What of a file is asked for.
pub(super) enum Wanted {
    Whole,
    /// From this byte to that one, both with it.
    Part(u64, u64),
    Outside,
}

/// What `request` wants of a file of so many bytes with this digest.
pub(super) fn wanted((size, digest): (u64, &str), request: &HttpRequest) -> Wanted {
    // What cannot be read as a range of bytes is as if it were not there (RFC 9110 §14.2).
    let Ok(Range::Bytes(ranges)) = Range::parse(request) else { return Wanted::Whole };
    let [range] = ranges.as_slice() else { return Wanted::Whole };
    if request.headers().contains_key(header::IF_RANGE) {
        let this = EntityTag::new_strong(digest.to_owned());
        let is_this = matches!(IfRange::parse(request), Ok(IfRange::EntityTag(tag)) if tag.strong_eq(&this));
        if !is_this {
            return Wanted::Whole;
        }
    }
    match *range {
        ByteRangeSpec::FromTo(first, last) if last < first => Wanted::Whole,
        ref range => range
            .to_satisfiable_range(size)
            .map_or(Wanted::Outside, |(first, last)| Wanted::Part(first, last)),
    }
}

/// What goes through while a whole file is read.
struct Reading {
    bytes: BoxStream<'static, Result<Bytes, Fault>>,
    digest: Sha256,
    held: Option<Bytes>,
    file: Attachment,
}

/// The same bytes, each piece held back until the next has come: the last one until the digest is the one that is kept.
fn checked(
    bytes: BoxStream<'static, Result<Bytes, Fault>>,
    file: Attachment,
) -> BoxStream<'static, Result<Bytes, Fault>> {
    let reading = Reading { bytes, digest: Sha256::new(), held: None, file };
    try_unfold(Some(reading), |reading| async {
        let Some(mut reading) = reading else { return Ok(None) };
        loop {
            match reading.bytes.next().await {
                Some(Ok(piece)) => {
                    reading.digest.update(&piece);
                    if let Some(held) = reading.held.replace(piece) {
                        return Ok(Some((held, Some(reading))));
                    }
                }
                Some(Err(fault)) => {
                    tracing::error!(%fault, object = reading.file.object(), "a file could not be read to its end");
                    return Err(fault);
                }
                None if hexadecimal(&reading.digest.finalize_reset()) == reading.file.sha256 => {
                    return Ok(reading.held.take().map(|last| (last, None)));
                }
                None => {
                    let object = reading.file.object();
                    tracing::error!(object, "a file has other bytes than were brought; the connection is broken");
                    return Err(Fault::new(Code::AttachmentDamaged));
                }
            }
        }
    })
    .boxed()
}
