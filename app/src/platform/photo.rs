//! A picture out of the camera, made small: decoded and drawn anew by the browser. What comes out is a plain JPEG. All
//! that a camera writes beside the picture (where it was taken, by which phone, when) is not in it, because it is drawn
//! and not copied; how the camera was held is, because the browser turns the picture upright when it decodes it.

use leeway_core::values::{Blob, BlobHash, Media};
use leeway_core::visits::PHOTO_BYTES_MAX;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use super::sha;

/// Longest edge in pixels: the text of a contract on a page is readable.
const EDGE: f64 = 1_600.0;
/// How much is lost; below it, text frays.
const QUALITY: f64 = 0.7;

/// A photo as it is kept.
#[derive(Debug, Clone)]
pub struct Photo {
    /// Its name and length.
    pub blob: Blob,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// In pixels.
    pub width: u16,
    /// In pixels.
    pub height: u16,
}

/// Why there is no photo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PhotoError {
    /// The browser can't read this file as a picture.
    Unreadable,
    /// It is larger than a photo may be, even small.
    TooLarge,
}

/// Makes a photo out of a file of any form that the browser reads.
///
/// # Errors
/// [`PhotoError`].
pub async fn shrink(file: &web_sys::File) -> Result<Photo, PhotoError> {
    let (bytes, width, height) = draw(file).await.map_err(|_| PhotoError::Unreadable)?;
    let length = u32::try_from(bytes.len()).ok().filter(|it| *it <= PHOTO_BYTES_MAX);
    let length = length.ok_or(PhotoError::TooLarge)?;
    let hash: BlobHash = sha::of(&bytes).await.ok_or(PhotoError::Unreadable)?;
    Ok(Photo { blob: Blob { hash, media: Media::Jpeg, bytes: length }, bytes, width, height })
}

async fn draw(file: &web_sys::File) -> Result<(Vec<u8>, u16, u16), JsValue> {
    let window = web_sys::window().ok_or(JsValue::NULL)?;
    let decoding = window.create_image_bitmap_with_blob(file)?;
    let image: web_sys::ImageBitmap =
        JsFuture::from(decoding.unchecked_into::<js_sys::Promise>()).await?.dyn_into()?;
    let (width, height) = fit(image.width(), image.height());
    let document = window.document().ok_or(JsValue::NULL)?;
    let canvas: web_sys::HtmlCanvasElement = document.create_element("canvas")?.dyn_into()?;
    canvas.set_width(width.into());
    canvas.set_height(height.into());
    let context = canvas.get_context("2d")?.ok_or(JsValue::NULL)?;
    let context: web_sys::CanvasRenderingContext2d = context.dyn_into()?;
    // what is transparent would be black in a JPEG
    context.set_fill_style_str("#fff");
    let (w, h) = (f64::from(width), f64::from(height));
    context.fill_rect(0.0, 0.0, w, h);
    context.draw_image_with_image_bitmap_and_dw_and_dh(&image, 0.0, 0.0, w, h)?;
    image.close();
    let blob = encode(&canvas).await?;
    let buffer = JsFuture::from(blob.array_buffer().unchecked_into::<js_sys::Promise>()).await?;
    Ok((js_sys::Uint8Array::new(&buffer).to_vec(), width, height))
}

async fn encode(canvas: &web_sys::HtmlCanvasElement) -> Result<web_sys::Blob, JsValue> {
    let (give, take) = futures::channel::oneshot::channel();
    let done = Closure::once(move |blob: JsValue| drop(give.send(blob)));
    let quality = JsValue::from_f64(QUALITY);
    canvas.to_blob_with_type_and_encoder_options(
        done.as_ref().unchecked_ref(),
        Media::Jpeg.mime(),
        &quality,
    )?;
    take.await.unwrap_or(JsValue::NULL).dyn_into()
}

/// Returns how large it is drawn: never larger than it is.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 1 and the longest edge")]
fn fit(width: u32, height: u32) -> (u16, u16) {
    let scale = (EDGE / f64::from(width.max(height).max(1))).min(1.0);
    let edge = |length: u32| (f64::from(length) * scale).round().clamp(1.0, EDGE) as u16;
    (edge(width), edge(height))
}

/// Returns how many bytes this site may still keep; `None`: the browser doesn't say.
pub async fn room() -> Option<u64> {
    let found = super::capabilities::probe().await;
    Some(found.quota?.saturating_sub(found.used?))
}

/// An address under which a picture can be shown, for as long as this lives.
pub struct Address(String);

impl Address {
    /// Makes an address of these bytes.
    #[must_use]
    pub fn of(bytes: &[u8], media: Media) -> Option<Self> {
        let parts = js_sys::Array::of1(&js_sys::Uint8Array::from(bytes));
        let kind = web_sys::BlobPropertyBag::new();
        kind.set_type(media.mime());
        let blob = web_sys::Blob::new_with_u8_array_sequence_and_options(&parts, &kind).ok()?;
        web_sys::Url::create_object_url_with_blob(&blob).ok().map(Self)
    }

    /// Returns it as text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.0
    }
}

impl Drop for Address {
    fn drop(&mut self) {
        // what can't be taken back goes with the page
        let _ = web_sys::Url::revoke_object_url(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::fit;

    #[test]
    fn a_photo_is_made_smaller_and_never_larger() {
        for (from, to) in [
            ((4_000, 3_000), (1_600, 1_200)),
            ((3_000, 4_000), (1_200, 1_600)),
            ((1_600, 900), (1_600, 900)),
            ((64, 48), (64, 48)),
            ((100_000, 1), (1_600, 1)),
            ((0, 0), (1, 1)),
        ] {
            assert_eq!(fit(from.0, from.1), to, "{from:?}");
        }
    }
}
