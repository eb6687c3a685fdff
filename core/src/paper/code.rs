//! The code on a paper: an address that opens the verification page, with the evidence behind its `#`, where no server
//! sees it. In capitals, because a QR code holds those most densely.

use qrcode::{Color, EcLevel, QrCode};

use crate::proof::Evidence;
use crate::values::QuoteId;

/// Where the verification page is. A folder of its own, for the worker that keeps it is bound to a folder.
pub const PAGE: &str = "/V/";

/// A QR code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    /// What it says.
    pub address: String,
    /// How many modules it is wide and high, without the white around it.
    pub side: usize,
    /// Its modules, row by row; true: black.
    modules: Vec<bool>,
}

impl Code {
    /// Makes the code of this evidence for the page of this origin (`https://host`); `None` when it is too much for one.
    pub fn of(origin: &str, evidence: &Evidence) -> Option<Self> {
        let address = format!("{}{PAGE}#{}", origin.to_ascii_uppercase(), evidence.to_text());
        let code = QrCode::with_error_correction_level(&address, EcLevel::L).ok()?;
        let side = code.width();
        let modules = code.into_colors().into_iter().map(|it| it == Color::Dark).collect();
        Some(Self { address, side, modules })
    }

    /// Says whether a module is black.
    pub fn is_dark(&self, column: usize, row: usize) -> bool {
        column < self.side && self.modules.get(row * self.side + column).is_some_and(|it| *it)
    }

    /// Returns the black stretches of all rows: column, row, and how many modules.
    pub fn runs(&self) -> Vec<(usize, usize, usize)> {
        let mut runs = Vec::new();
        for row in 0..self.side {
            let mut from = None;
            for column in 0..=self.side {
                match (self.is_dark(column, row), from) {
                    (true, None) => from = Some(column),
                    (false, Some(first)) => {
                        runs.push((first, row, column - first));
                        from = None;
                    }
                    _ => {}
                }
            }
        }
        runs
    }
}

/// Returns the number by which people name a quote: read off its id, so that whoever checks a paper sees the same.
pub fn number(quote: QuoteId) -> String {
    let digits = quote.uuid().simple().to_string().to_ascii_uppercase();
    let tail = &digits[digits.len() - 10..];
    format!("{}-{}", &tail[..5], &tail[5..])
}

/// Returns the modules of a code as rectangles on a sheet: left, top, width, height.
pub fn modules(code: &Code, x: i32, y: i32, side: i32) -> Vec<(i32, i32, i32, i32)> {
    // the edges are rounded, not the widths, so that no white shows between two black ones
    let edge = |module: usize| {
        let (module, modules) =
            (i64::try_from(module).unwrap_or_default(), i64::try_from(code.side).unwrap_or(1));
        i32::try_from(i64::from(side) * module / modules.max(1)).unwrap_or_default()
    };
    let run = |(column, row, length): (usize, usize, usize)| {
        let (left, top) = (edge(column), edge(row));
        (x + left, y + top, edge(column + length) - left, edge(row + 1) - top)
    };
    code.runs().into_iter().map(run).collect()
}

#[cfg(test)]
mod tests {
    use expect_test::expect_file;

    use super::*;
    use crate::testing::proof::{grant, receipt_claims, signed};

    fn code() -> Code {
        let evidence = Evidence { grant: grant().sealed, receipt: signed(&receipt_claims()) };
        Code::of("https://sales.example.com", &evidence).unwrap()
    }

    #[test]
    fn the_code_is_an_address_in_capitals_that_a_phone_can_read() {
        let code = code();
        let (page, evidence) = code.address.split_once('#').unwrap();
        assert_eq!(page, "HTTPS://SALES.EXAMPLE.COM/V/");
        assert_eq!(Evidence::from_text(evidence).unwrap().receipt, signed(&receipt_claims()));
        // version 20: on 40 mm of paper a module is four tenths of a millimetre
        assert!(code.side <= 97, "{} modules", code.side);
    }

    /// The code as a plain bitmap with its white around it, and what it says: read by another program, `cargo xtask
    /// test code`.
    #[test]
    fn it_is_frozen_for_another_reader() {
        let code = code();
        let (side, white) = (code.side + 8, 4);
        let module = |column: usize, row: usize| match (column.checked_sub(white), row.checked_sub(white)) {
            (Some(column), Some(row)) if code.is_dark(column, row) => '1',
            _ => '0',
        };
        let row = |row: usize| (0..side).map(|column| module(column, row)).collect::<String>();
        let rows: Vec<String> = (0..side).map(row).collect();
        expect_file!["../../golden/code.pbm"].assert_eq(&format!("P1\n{side} {side}\n{}\n", rows.join("\n")));
        expect_file!["../../golden/code.txt"].assert_eq(&format!("{}\n", code.address));
    }

    #[test]
    fn its_runs_are_its_black_modules() {
        let code = code();
        let mut drawn = vec![false; code.side * code.side];
        for (column, row, length) in code.runs() {
            for at in column..column + length {
                drawn[row * code.side + at] = true;
            }
        }
        assert_eq!(drawn, code.modules);
        assert!(code.is_dark(0, 0) && !code.is_dark(code.side, 0) && !code.is_dark(0, code.side));
    }

    #[test]
    fn a_number_is_read_off_the_id() {
        assert_eq!(number(QuoteId::from_u128(0x0198_c0de_0000_7000_8000_00ab_cdef_0123)), "ABCDE-F0123");
    }
}
