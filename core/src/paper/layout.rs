//! The paper as marks in their places, for what has no layout of its own: the image and the PDF. Pure: how wide a text is,
//! is asked of whoever draws, in the font that it draws with. Lengths are tenths of a point.

use super::{COLUMNS, Fact, Field, Paper, Party};

/// How a text looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Font {
    /// Its size.
    pub size: i32,
    /// Whether it is bold.
    pub strong: bool,
    /// Its colour.
    pub tone: Tone,
}

/// A colour of the paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Text.
    Ink,
    /// What steps back.
    Soft,
    /// The seal.
    Seal,
}

/// Something to draw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mark {
    /// A text with the left end of its base line.
    Text {
        /// From the left.
        x: i32,
        /// From the top.
        y: i32,
        /// How it looks.
        font: Font,
        /// What it says.
        text: String,
    },
    /// A line from left to right.
    Rule {
        /// From the left.
        x: i32,
        /// From the top.
        y: i32,
        /// How long.
        width: i32,
        /// How thick.
        weight: i32,
    },
    /// The seal around its word.
    Seal {
        /// From the left.
        x: i32,
        /// From the top.
        y: i32,
        /// How wide.
        width: i32,
        /// How high.
        height: i32,
    },
    /// The QR code.
    Code {
        /// From the left.
        x: i32,
        /// From the top.
        y: i32,
        /// How wide and high, without the white around it.
        side: i32,
    },
}

/// A page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// How high it is.
    pub height: i32,
    /// What stands on it, in the order in which it is read.
    pub marks: Vec<Mark>,
}

/// Width of A4.
pub const WIDTH: i32 = 5_953;
/// Height of A4.
pub const HEIGHT: i32 = 8_419;

const MARGIN: i32 = 480;
const USABLE: i32 = WIDTH - 2 * MARGIN;
const GAP: i32 = 140;
/// Of the columns behind the first, which takes the rest.
const COLUMN_WIDTHS: [i32; COLUMNS - 1] = [560, 840, 860, 400, 960];
/// Between two columns.
const GUTTER: i32 = 60;
/// Four centimetres: a module of a code of version 20 is four tenths of a millimetre.
const CODE: i32 = 1_134;

const fn font(size: i32) -> Font {
    Font { size, strong: false, tone: Tone::Ink }
}

const TEXT: Font = font(105);
const STRONG: Font = Font { strong: true, ..TEXT };
const SMALL: Font = Font { tone: Tone::Soft, ..font(88) };
const KIND: Font = Font { strong: true, ..font(220) };
const TITLE: Font = Font { strong: true, ..font(125) };
const TOTAL: Font = Font { strong: true, ..font(150) };
const SEAL: Font = Font { strong: true, tone: Tone::Seal, ..font(150) };

/// Lays a paper out: on pages of A4, or on one sheet as high as it needs.
pub fn layout(paper: &Paper, measure: &impl Measure, is_paged: bool) -> Vec<Sheet> {
    let mut pen = Pen {
        measure,
        y: MARGIN,
        limit: is_paged.then_some(HEIGHT - MARGIN),
        sheets: Vec::new(),
        marks: Vec::new(),
    };
    pen.head(paper);
    pen.lines(MARGIN, USABLE, &paper.title, TITLE);
    pen.parties(&paper.parties);
    pen.table(paper);
    paper.given.iter().for_each(|line| pen.lines(MARGIN, USABLE, line, SMALL));
    pen.sums(paper);
    pen.lines(MARGIN, USABLE, &paper.capitals, STRONG);
    pen.space(GAP);
    pen.terms(paper);
    pen.signs(paper);
    pen.check(paper);
    pen.end()
}

/// Says how wide texts are.
pub trait Measure {
    /// Returns the width of a text.
    fn width(&self, text: &str, font: Font) -> i32;
}

struct Pen<'a, M> {
    measure: &'a M,
    /// Where the next line begins.
    y: i32,
    /// Where a page ends, if it does.
    limit: Option<i32>,
    sheets: Vec<Sheet>,
    marks: Vec<Mark>,
}

impl<M: Measure> Pen<'_, M> {
    fn end(mut self) -> Vec<Sheet> {
        let height = if self.limit.is_some() { HEIGHT } else { self.y + MARGIN };
        self.sheets.push(Sheet { height, marks: self.marks });
        self.sheets
    }

    const fn space(&mut self, height: i32) {
        self.y += height;
    }

    /// Begins a new page if this much does not fit on the old one. Says whether it did.
    fn need(&mut self, height: i32) -> bool {
        let is_over = self.limit.is_some_and(|limit| self.y + height > limit) && !self.marks.is_empty();
        if is_over {
            let marks = std::mem::take(&mut self.marks);
            self.sheets.push(Sheet { height: HEIGHT, marks });
            self.y = MARGIN;
        }
        is_over
    }

    /// Puts a text on one line, its top at `y`.
    fn put(&mut self, x: i32, y: i32, text: &str, font: Font) {
        self.marks.push(Mark::Text { x, y: y + ascent(font), font, text: text.to_owned() });
    }

    /// Puts a text on as many lines as it needs, and goes below it.
    fn lines(&mut self, x: i32, width: i32, text: &str, font: Font) {
        for line in self.wrapped(text, font, width) {
            self.need(leading(font));
            self.put(x, self.y, &line, font);
            self.y += leading(font);
        }
    }

    /// Puts a text on lines below `y` without moving. Returns how high it is.
    fn block(&mut self, (x, y): (i32, i32), width: i32, text: &str, font: Font, is_right: bool) -> i32 {
        let lines = self.wrapped(text, font, width);
        for (line, n) in lines.iter().zip(0..) {
            let indent = if is_right { width - self.measure.width(line, font) } else { 0 };
            self.put(x + indent, y + n * leading(font), line, font);
        }
        height(lines.len(), font)
    }

    fn rule(&mut self, weight: i32) {
        self.marks.push(Mark::Rule { x: MARGIN, y: self.y, width: USABLE, weight });
    }

    fn head(&mut self, paper: &Paper) {
        let (left, right) = (USABLE * 3 / 5, USABLE * 2 / 5 - GUTTER);
        let top = self.y;
        let mut y = top + self.block((MARGIN, top), left, paper.kind, KIND, false) + 40;
        for (line, n) in paper.issuer.iter().zip(0..) {
            y += self.block((MARGIN, y), left, line, if n == 0 { STRONG } else { SMALL }, false);
        }
        let mut facts = top + 40;
        for it in &paper.facts {
            facts += self.pair((MARGIN + left + GUTTER, facts), right, it, (SMALL, TEXT)) + 10;
        }
        self.y = y.max(facts) + GAP;
    }

    /// Puts a name at the left and its value at the right of a space. Returns how high they are.
    fn pair(&mut self, (x, y): (i32, i32), width: i32, it: &Fact, (label, value): (Font, Font)) -> i32 {
        let room = width - self.measure.width(&it.value, value) - GUTTER;
        let drop = ascent(value) - ascent(label);
        let high = self.block((x, y + drop), room.max(width / 3), &it.label, label, false) + drop;
        high.max(self.block((x, y), width, &it.value, value, true))
    }

    fn parties(&mut self, parties: &[Party; 2]) {
        self.space(60);
        self.rule(10);
        self.space(80);
        let (top, width) = (self.y, USABLE / 2 - GUTTER);
        let mut bottom = top;
        for (party, x) in parties.iter().zip([MARGIN, MARGIN + USABLE / 2 + GUTTER]) {
            let mut y = top + self.block((x, top), width, party.label, SMALL, false);
            y += self.block((x, y), width, &party.name, STRONG, false);
            for line in &party.lines {
                y += self.block((x, y), width, line, TEXT, false);
            }
            bottom = bottom.max(y);
        }
        self.y = bottom + 80;
        self.rule(10);
        self.space(GAP);
    }

    fn table(&mut self, paper: &Paper) {
        let heads = paper.columns.map(|text| Field::new(text, ""));
        self.row(&heads, (SMALL, SMALL), 10);
        for row in &paper.rows {
            let high = self.row_height(row);
            if self.need(high) {
                self.row(&heads, (SMALL, SMALL), 10);
            }
            self.row(row, (TEXT, SMALL), 4);
        }
        self.space(60);
    }

    /// Returns where each column begins and how wide it is.
    fn columns() -> [(i32, i32); COLUMNS] {
        let rest = USABLE - COLUMN_WIDTHS.iter().sum::<i32>();
        let mut columns = [(MARGIN, rest - GUTTER); COLUMNS];
        let mut x = MARGIN + rest;
        for (column, width) in columns[1..].iter_mut().zip(COLUMN_WIDTHS) {
            *column = (x + GUTTER / 2, width - GUTTER);
            x += width;
        }
        columns[COLUMNS - 1].1 += GUTTER / 2;
        columns
    }

    fn row_height(&self, row: &[Field; COLUMNS]) -> i32 {
        let lines = |text: &str, font, width| height(self.wrapped(text, font, width).len(), font);
        let cell = |(field, (_, width)): (&Field, (i32, i32))| {
            lines(&field.text, TEXT, width) + lines(&field.note, SMALL, width)
        };
        row.iter().zip(Self::columns()).map(cell).max().unwrap_or_default() + 80
    }

    fn row(&mut self, row: &[Field; COLUMNS], (text, note): (Font, Font), weight: i32) {
        let top = self.y + 40;
        let mut high = 0;
        for ((field, (x, width)), n) in row.iter().zip(Self::columns()).zip(0..) {
            let is_right = n > 0;
            let first = self.block((x, top), width, &field.text, text, is_right);
            high = high.max(first + self.block((x, top + first), width, &field.note, note, is_right));
        }
        self.y = top + high + 40;
        self.rule(weight);
    }

    fn sums(&mut self, paper: &Paper) {
        let width = USABLE * 3 / 5;
        let x = MARGIN + USABLE - width;
        let high = i32::try_from(paper.sums.len()).unwrap_or_default() * 190 + 300;
        self.need(high);
        self.space(40);
        for it in &paper.sums {
            self.y += self.pair((x, self.y), width, it, (SMALL, TEXT)) + 10;
        }
        self.y += self.pair((x, self.y), width, &paper.total, (TEXT, TOTAL));
        self.space(60);
    }

    fn terms(&mut self, paper: &Paper) {
        if paper.terms.is_empty() {
            return;
        }
        self.lines(MARGIN, USABLE, paper.terms_label, STRONG);
        paper.terms.iter().for_each(|term| self.lines(MARGIN, USABLE, term, TEXT));
        self.space(GAP);
    }

    fn signs(&mut self, paper: &Paper) {
        self.need(700);
        let (top, half) = (self.y, USABLE / 2);
        self.block((MARGIN, top), half - GUTTER, paper.signature, SMALL, false);
        let width = self.measure.width(paper.stamp, SEAL) + 120;
        let side = USABLE - half - width - GUTTER;
        let high = self.block((MARGIN + half, top), side, &paper.worth, SMALL, false);
        let x = MARGIN + USABLE - width;
        self.marks.push(Mark::Seal { x, y: top, width, height: leading(SEAL) + 80 });
        self.put(x + 60, top + 40, paper.stamp, SEAL);
        self.y = top + high.max(500);
        self.rule(6);
        self.space(GAP);
    }

    fn check(&mut self, paper: &Paper) {
        if paper.check_label.is_empty() {
            return;
        }
        let has_code = paper.code.is_some();
        self.need(if has_code { CODE + 100 } else { 400 });
        let indent = if has_code { CODE + 2 * GAP } else { 0 };
        let (top, x, width) = (self.y, MARGIN + indent, USABLE - indent);
        if has_code {
            self.marks.push(Mark::Code { x: MARGIN, y: top, side: CODE });
        }
        let first = self.block((x, top), width, paper.check_label, STRONG, false);
        let second = self.block((x, top + first), width, &paper.check, TEXT, false);
        self.y = top + (first + second).max(if has_code { CODE } else { 0 });
    }

    /// Breaks a text into lines of at most this width: between words, and anywhere between Chinese characters but before
    /// what closes.
    fn wrapped(&self, text: &str, font: Font, width: i32) -> Vec<String> {
        let mut lines = Vec::new();
        let mut line = String::new();
        for piece in pieces(text) {
            let longer = format!("{line}{piece}");
            if line.is_empty() || self.measure.width(longer.trim_end(), font) <= width {
                line = longer;
            } else {
                lines.push(line.trim_end().to_owned());
                line = piece.trim_start().to_owned();
            }
        }
        if !line.trim().is_empty() {
            lines.push(line.trim_end().to_owned());
        }
        lines
    }
}

fn ascent(font: Font) -> i32 {
    font.size * 9 / 10
}

fn leading(font: Font) -> i32 {
    font.size * 3 / 2
}

fn height(lines: usize, font: Font) -> i32 {
    i32::try_from(lines).unwrap_or(i32::MAX / 10_000) * leading(font)
}

/// Cuts a text into what must stay together.
fn pieces(text: &str) -> Vec<String> {
    const CLOSING: &str = "，。、；：）》”’！？%";
    let is_word = |c: char| c.is_ascii_graphic() || matches!(c, '¥' | '\u{2212}' | '×');
    let mut pieces: Vec<String> = Vec::new();
    let mut last = ' ';
    for c in text.chars() {
        let joins = (is_word(c) && is_word(last)) || CLOSING.contains(c) || c == ' ';
        match pieces.last_mut() {
            Some(piece) if joins => piece.push(c),
            _ => pieces.push(c.to_string()),
        }
        last = c;
    }
    pieces
}

#[cfg(test)]
mod tests;
