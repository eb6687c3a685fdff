//! A paper as a PDF: the marks of `leeway_core::paper::layout`, with the letters that it needs out of a Chinese font. The
//! font is the operator's: named by the configuration, or found among the system's. **Never** decides what stands where.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use fontdb::{Database, Family, Query, Source, Weight};
use krilla::Document;
use krilla::color::rgb;
use krilla::geom::{PathBuilder, Point, Rect};
use krilla::metadata::Metadata;
use krilla::page::PageSettings;
use krilla::paint::{Fill, Stroke};
use krilla::surface::Surface;
use krilla::text::{GlyphId, KrillaGlyph};
use leeway_core::paper::layout::{Font, Mark, Measure, Sheet, Tone, WIDTH, layout};

use leeway_core::paper::{Code, Paper, modules};
use skrifa::instance::{LocationRef, Size};
use skrifa::{FontRef, MetadataProvider};

/// Families that have the letters of a paper, the best first.
const FAMILIES: [&str; 7] = [
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Noto Sans SC",
    "PingFang SC",
    "Microsoft YaHei",
    "WenQuanYi Zen Hei",
    "Noto Serif CJK SC",
];

/// Why there is no PDF.
#[derive(Debug, thiserror::Error)]
pub enum PdfError {
    /// There is no Chinese font.
    #[error("no Chinese font: install one (on Debian: fonts-noto-cjk), or name a file by --paper-font")]
    NoFont,
    /// The file that is named holds none.
    #[error("{} is no font that can be used", .0.display())]
    BadFont(PathBuf),
    /// It can't be put together.
    #[error("the PDF can't be made: {0}")]
    Failed(String),
}

/// The fonts of papers, found at first need. Cheap to clone.
#[derive(Clone, Default)]
pub struct Fonts {
    named: Option<Arc<Path>>,
    found: Arc<OnceLock<Faces>>,
}

/// Text and bold.
#[derive(Clone)]
struct Faces([Face; 2]);

#[derive(Clone)]
struct Face {
    data: Arc<Vec<u8>>,
    index: u32,
    font: krilla::text::Font,
}

impl Fonts {
    /// Takes the font out of this file; without this, out of the system's.
    #[must_use]
    pub fn named(file: Option<&Path>) -> Self {
        Self { named: file.map(Into::into), ..Self::default() }
    }

    fn faces(&self) -> Result<&Faces, PdfError> {
        if let Some(faces) = self.found.get() {
            return Ok(faces);
        }
        let faces = match &self.named {
            Some(file) => in_file(file)?,
            None => in_system()?,
        };
        Ok(self.found.get_or_init(|| faces))
    }
}

/// Takes the face of an own file for both: of a collection, that of simplified Chinese.
fn in_file(file: &Path) -> Result<Faces, PdfError> {
    let bad = || PdfError::BadFont(file.to_owned());
    let mut database = Database::new();
    database.load_font_file(file).map_err(|_| bad())?;
    let known = query(&database, Weight::NORMAL);
    let first = database.faces().next().map(|face| face.id);
    let face = face(&database, known.or(first).ok_or_else(bad)?).ok_or_else(bad)?;
    Ok(Faces([face.clone(), face]))
}

fn in_system() -> Result<Faces, PdfError> {
    let mut database = Database::new();
    database.load_system_fonts();
    let of = |weight| query(&database, weight).and_then(|id| face(&database, id)).ok_or(PdfError::NoFont);
    Ok(Faces([of(Weight::NORMAL)?, of(Weight::BOLD)?]))
}

fn query(database: &Database, weight: Weight) -> Option<fontdb::ID> {
    let families = FAMILIES.map(Family::Name);
    database.query(&Query { families: &families, weight, ..Query::default() })
}

fn face(database: &Database, id: fontdb::ID) -> Option<Face> {
    let (source, index) = database.face_source(id)?;
    let data = Arc::new(match source {
        Source::File(path) => std::fs::read(path).ok()?,
        Source::Binary(data) => data.as_ref().as_ref().to_vec(),
    });
    let font = krilla::text::Font::new(Arc::clone(&data).into(), index)?;
    Some(Face { data, index, font })
}

impl Faces {
    const fn of(&self, font: Font) -> &Face {
        &self.0[if font.strong { 1 } else { 0 }]
    }
}

impl Face {
    /// Returns the glyphs of a text, with their advances for a size of one.
    fn glyphs(&self, text: &str) -> Vec<KrillaGlyph> {
        let Ok(font) = FontRef::from_index(&self.data, self.index) else { return Vec::new() };
        let (letters, widths) = (font.charmap(), font.glyph_metrics(Size::new(1.0), LocationRef::default()));
        let glyph = |(at, letter): (usize, char)| {
            let id = letters.map(letter).unwrap_or_default();
            let advance = widths.advance_width(id).unwrap_or(1.0);
            let range = at..at + letter.len_utf8();
            KrillaGlyph::new(GlyphId::new(id.to_u32()), advance, 0.0, 0.0, 0.0, range, None)
        };
        text.char_indices().map(glyph).collect()
    }
}

impl Measure for Faces {
    #[expect(clippy::cast_possible_truncation, reason = "the width of a line")]
    fn width(&self, text: &str, font: Font) -> i32 {
        let advances: f32 = self.of(font).glyphs(text).iter().map(|it| it.x_advance).sum();
        (advances * points(font.size) * 10.0).ceil() as i32
    }
}

/// Points of a length of the layout.
#[expect(clippy::cast_precision_loss, reason = "lengths on a page")]
fn points(length: i32) -> f32 {
    length as f32 / 10.0
}

/// Makes the PDF of a paper.
///
/// # Errors
/// [`PdfError`] says what is missing.
pub fn pdf(paper: &Paper, fonts: &Fonts) -> Result<Vec<u8>, PdfError> {
    let faces = fonts.faces()?;
    let mut document = Document::new();
    let title = format!("{} {}", paper.kind, paper.title);
    document.set_metadata(Metadata::new().title(title).language(paper.language.tag().to_owned()));
    for sheet in layout(paper, faces, true) {
        let size = PageSettings::from_wh(points(WIDTH), points(sheet.height));
        let mut page = document.start_page_with(size.unwrap_or_default());
        let mut surface = page.surface();
        paint(&mut surface, &sheet, faces, paper.code.as_ref());
        surface.finish();
        page.finish();
    }
    document.finish().map_err(|error| PdfError::Failed(format!("{error:?}")))
}

fn paint(surface: &mut Surface<'_>, sheet: &Sheet, faces: &Faces, code: Option<&Code>) {
    for mark in &sheet.marks {
        match mark {
            Mark::Text { x, y, font, text } => {
                surface.set_fill(Some(ink(font.tone)));
                let (start, face) = (Point::from_xy(points(*x), points(*y)), faces.of(*font));
                let size = points(font.size);
                surface.draw_glyphs(start, &face.glyphs(text), face.font.clone(), text, size, false);
            }
            Mark::Rule { x, y, width, weight } => {
                surface.set_fill(Some(ink(Tone::Ink)));
                boxes(surface, [(*x, *y, *width, *weight)]);
            }
            Mark::Seal { x, y, width, height } => {
                surface.set_fill(None);
                let paint = colour(Tone::Seal).into();
                surface.set_stroke(Some(Stroke { paint, width: 1.5, ..Stroke::default() }));
                boxes(surface, [(*x, *y, *width, *height)]);
                surface.set_stroke(None);
            }
            Mark::Code { x, y, side } => {
                surface.set_fill(Some(Fill { paint: rgb::Color::new(0, 0, 0).into(), ..Fill::default() }));
                boxes(surface, code.map(|code| modules(code, *x, *y, *side)).unwrap_or_default());
            }
        }
    }
}

/// Draws rectangles: left, top, width, height.
fn boxes(surface: &mut Surface<'_>, all: impl IntoIterator<Item = (i32, i32, i32, i32)>) {
    let mut path = PathBuilder::new();
    for (x, y, width, height) in all {
        if let Some(it) = Rect::from_xywh(points(x), points(y), points(width), points(height)) {
            path.push_rect(it);
        }
    }
    if let Some(path) = path.finish() {
        surface.draw_path(&path);
    }
}

fn colour(tone: Tone) -> rgb::Color {
    match tone {
        Tone::Ink => rgb::Color::new(0x1c, 0x21, 0x1f),
        Tone::Soft => rgb::Color::new(0x4a, 0x4f, 0x4c),
        Tone::Seal => rgb::Color::new(0xab, 0x2e, 0x1a),
    }
}

fn ink(tone: Tone) -> Fill {
    Fill { paint: colour(tone).into(), ..Fill::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_no_font_is_named_with_the_way_out() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("paper.otf");
        std::fs::write(&file, "no font").unwrap();
        let said = Fonts::named(Some(&file)).faces().err().unwrap().to_string();
        assert!(said.contains("paper.otf"), "{said}");
        assert!(PdfError::NoFont.to_string().contains("--paper-font"));
    }
}
