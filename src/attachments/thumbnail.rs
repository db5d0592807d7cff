//! Small pictures: made when first asked for, one at a time, within a bound of pixels and memory.

use super::content::confine;
use super::store::Attachment;
use crate::config;
use crate::fault::{Code, Fault};
use crate::objects::Objects;
use actix_web::HttpResponse;
use actix_web::http::header;
use futures_util::TryStreamExt;
use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageDecoder, ImageReader, Limits, Rgb, RgbImage};
use std::io::Cursor;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;

/// The longest side of a small picture, in pixels.
const SIDE: u32 = 320;

/// The quality of the JPEG, of 100.
const QUALITY: u8 = 80;

/// How long a picture waits for its turn.
const PATIENCE: Duration = Duration::from_secs(10);

/// Seconds after which one more picture is asked for again.
const RETRY_AFTER: u32 = 5;

/// Whose turn it is to be made small. Clones share it.
#[derive(Debug, Clone)]
pub struct Pictures(Arc<Semaphore>);

impl Pictures {
    /// One at a time.
    pub fn new() -> Self {
        Self(Arc::new(Semaphore::new(1)))
    }
}

impl Default for Pictures {
    fn default() -> Self {
        Self::new()
    }
}

/// The answer to a request for the small picture of `file`: a JPEG, turned as the picture says it is to be seen, without
/// anything else the picture says.
///
/// Fails with `no_thumbnail` for what is no picture, is broken, or is larger than the settings allow, and with
/// `overloaded` where too many wait.
pub async fn thumbnail(
    objects: &Objects,
    pictures: &Pictures,
    file: &Attachment,
    settings: &config::Attachments,
) -> Result<HttpResponse, Fault> {
    if !file.file_type.is_picture() {
        return Err(Fault::new(Code::NoThumbnail));
    }
    let bytes = match whole(objects, &file.thumbnail()).await? {
        Some(made) => made,
        None => make(objects, pictures, file, settings).await?,
    };
    let mut answer = HttpResponse::Ok();
    answer
        .insert_header((header::CONTENT_TYPE, "image/jpeg"))
        .insert_header((header::CONTENT_DISPOSITION, "inline"));
    confine(&mut answer);
    Ok(answer.body(bytes))
}

async fn make(
    objects: &Objects,
    pictures: &Pictures,
    file: &Attachment,
    settings: &config::Attachments,
) -> Result<Vec<u8>, Fault> {
    let turn = tokio::time::timeout(PATIENCE, Arc::clone(&pictures.0).acquire_owned()).await;
    let turn =
        turn.map_err(|_| Fault::new(Code::Overloaded).retry_after(RETRY_AFTER))?.map_err(Fault::internal)?;
    let damaged = || Fault::new(Code::AttachmentDamaged).because(file.object());
    let picture = whole(objects, &file.object()).await?.ok_or_else(damaged)?;
    let (most_pixels, most_bytes) = (settings.thumbnail_pixels, settings.thumbnail_bytes);
    let work = tokio::task::spawn_blocking(move || {
        // The turn ends with the work, even where nobody waits for it any more.
        let _turn = turn;
        small(&picture, most_pixels, most_bytes)
    });
    let made = work.await.unwrap_or_else(|panic| Err(panic.to_string()));
    let made = made.map_err(|why| Fault::new(Code::NoThumbnail).because(why))?;
    objects.put(&file.thumbnail(), made.clone()).await?;
    Ok(made)
}

/// All bytes of an object, which is no larger than a file may be.
async fn whole(objects: &Objects, name: &str) -> Result<Option<Vec<u8>>, Fault> {
    let Some(object) = objects.read(name, None).await? else { return Ok(None) };
    let gather = |mut all: Vec<u8>, piece: actix_web::web::Bytes| async move {
        all.extend_from_slice(&piece);
        Ok(all)
    };
    object.bytes.try_fold(Vec::new(), gather).await.map(Some)
}

/// The small picture, or why there is none.
fn small(picture: &[u8], most_pixels: u64, most_bytes: u64) -> Result<Vec<u8>, String> {
    let reader =
        ImageReader::new(Cursor::new(picture)).with_guessed_format().map_err(|error| error.to_string())?;
    let mut decoder = reader.into_decoder().map_err(|error| error.to_string())?;
    let (width, height) = decoder.dimensions();
    if u64::from(width).saturating_mul(u64::from(height)) > most_pixels {
        return Err(format!("{width} × {height} pixels"));
    }
    let mut limits = Limits::default();
    limits.max_alloc = Some(most_bytes);
    limits.reserve(decoder.total_bytes()).map_err(|error| error.to_string())?;
    decoder.set_limits(limits).map_err(|error| error.to_string())?;
    let orientation = decoder.orientation().map_err(|error| error.to_string())?;
    let decoded = DynamicImage::from_decoder(decoder).map_err(|error| error.to_string())?;
    let fits = decoded.width() <= SIDE && decoded.height() <= SIDE;
    let mut shown = if fits { decoded } else { decoded.thumbnail(SIDE, SIDE) };
    shown.apply_orientation(orientation);
    let mut bytes = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut bytes, QUALITY);
    on_white(&shown).write_with_encoder(encoder).map_err(|error| error.to_string())?;
    Ok(bytes)
}

/// A JPEG has no transparent pixels: they are white.
fn on_white(picture: &DynamicImage) -> RgbImage {
    let pixels = picture.to_rgba8();
    RgbImage::from_fn(pixels.width(), pixels.height(), |x, y| {
        let [red, green, blue, alpha] = pixels.get_pixel(x, y).0;
        let mix = |part: u8| {
            let mixed = u16::from(part) * u16::from(alpha) + 255 * (255 - u16::from(alpha));
            u8::try_from(mixed / 255).unwrap_or(u8::MAX)
        };
        Rgb([mix(red), mix(green), mix(blue)])
    })
}
