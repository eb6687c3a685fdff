//! A paper as a picture: the marks of `leeway_core::paper::layout` on a canvas, with the phone's own fonts. Never decides
//! where something stands.

use leeway_core::paper::Paper;
use leeway_core::paper::layout::{Font, Mark, Measure, Sheet, Tone, WIDTH, layout};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CanvasRenderingContext2d, File, FilePropertyBag, HtmlCanvasElement};

/// Pixels of a point on a paper of usual length, and on one that would be too large a picture.
const SCALES: [f64; 2] = [3.0, 1.5];
/// Most pixels from top to bottom: old phones draw nothing on a larger canvas.
const HEIGHT_MAX: f64 = 8_000.0;
/// What stands for Chinese letters on each kind of phone.
const FAMILY: &str = "system-ui, \"PingFang SC\", \"Noto Sans CJK SC\", \"Microsoft YaHei\", sans-serif";

/// Draws a paper; `None` where the browser has no canvas.
pub async fn draw(paper: &Paper, name: &str) -> Option<File> {
    let canvas = canvas()?;
    let pen = Pen { context: context(&canvas)? };
    let sheet = layout(paper, &pen, false).pop()?;
    let height = f64::from(sheet.height) / 10.0;
    let scale = SCALES.into_iter().find(|scale| height * scale <= HEIGHT_MAX).unwrap_or(1.0);
    canvas.set_width(pixels(f64::from(WIDTH) / 10.0 * scale));
    canvas.set_height(pixels(height * scale));
    pen.context.scale(scale, scale).ok()?;
    pen.paint(paper, &sheet, scale);
    file(&canvas, name).await
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "some thousands, rounded up")]
fn pixels(length: f64) -> u32 {
    length.ceil().max(1.0) as u32
}

fn canvas() -> Option<HtmlCanvasElement> {
    web_sys::window()?.document()?.create_element("canvas").ok()?.dyn_into().ok()
}

fn context(canvas: &HtmlCanvasElement) -> Option<CanvasRenderingContext2d> {
    canvas.get_context("2d").ok()??.dyn_into().ok()
}

/// Points of a length of the layout.
fn points(length: i32) -> f64 {
    f64::from(length) / 10.0
}

struct Pen {
    context: CanvasRenderingContext2d,
}

impl Measure for Pen {
    #[expect(clippy::cast_possible_truncation, reason = "the width of a line")]
    fn width(&self, text: &str, font: Font) -> i32 {
        self.take(font);
        self.context.measure_text(text).map_or(0, |it| (it.width() * 10.0).ceil() as i32)
    }
}

impl Pen {
    fn take(&self, font: Font) {
        let weight = if font.strong { 700 } else { 400 };
        self.context.set_font(&format!("{weight} {}px {FAMILY}", points(font.size)));
        self.context.set_fill_style_str(match font.tone {
            Tone::Ink => "#1c211f",
            Tone::Soft => "#4a4f4c",
            Tone::Seal => "#ab2e1a",
        });
    }

    fn paint(&self, paper: &Paper, sheet: &Sheet, scale: f64) {
        self.context.set_fill_style_str("#fff");
        self.context.fill_rect(0.0, 0.0, points(WIDTH), points(sheet.height));
        for mark in &sheet.marks {
            match mark {
                Mark::Text { x, y, font, text } => {
                    self.take(*font);
                    // a glyph that this phone lacks is drawn as its font has it: nothing to be done about it
                    let _ = self.context.fill_text(text, points(*x), points(*y));
                }
                Mark::Rule { x, y, width, weight } => {
                    self.context.set_fill_style_str("#1c211f");
                    self.context.fill_rect(points(*x), points(*y), points(*width), points(*weight));
                }
                Mark::Seal { x, y, width, height } => {
                    self.context.set_stroke_style_str("#ab2e1a");
                    self.context.set_line_width(1.5);
                    self.context.stroke_rect(points(*x), points(*y), points(*width), points(*height));
                }
                Mark::Code { x, y, side } => self.code(paper, (points(*x), points(*y)), points(*side), scale),
            }
        }
    }

    /// Draws the code with modules of whole pixels: what is blurred is hard to read.
    #[expect(clippy::cast_precision_loss, reason = "some dozens of modules")]
    fn code(&self, paper: &Paper, (x, y): (f64, f64), side: f64, scale: f64) {
        let Some(code) = &paper.code else { return };
        let module = (side * scale / code.side as f64).floor().max(1.0) / scale;
        let (left, top) = ((x * scale).round() / scale, (y * scale).round() / scale);
        self.context.set_fill_style_str("#000");
        for (column, row, length) in code.runs() {
            let (x, y) = (left + column as f64 * module, top + row as f64 * module);
            self.context.fill_rect(x, y, length as f64 * module, module);
        }
    }
}

async fn file(canvas: &HtmlCanvasElement, name: &str) -> Option<File> {
    let (give, take) = futures::channel::oneshot::channel();
    let done = Closure::once(move |blob: JsValue| drop(give.send(blob)));
    canvas.to_blob(done.as_ref().unchecked_ref()).ok()?;
    let blob: web_sys::Blob = take.await.ok()?.dyn_into().ok()?;
    let kind = FilePropertyBag::new();
    kind.set_type("image/png");
    File::new_with_blob_sequence_and_options(&js_sys::Array::of1(&blob), name, &kind).ok()
}
