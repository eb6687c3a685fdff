use super::super::Language;
use super::super::modules;
use super::super::tests::{paper_of, signed_quote};
use super::*;
use crate::quotes::Line;
use crate::testing::sample::line;

/// A font in which a letter is half as wide as high, and a Chinese character as wide as high.
struct Even;

impl Measure for Even {
    fn width(&self, text: &str, font: Font) -> i32 {
        text.chars().map(|c| if c.is_ascii() { font.size / 2 } else { font.size }).sum()
    }
}

fn paper(language: Language, lines: u128) -> Paper {
    let mut quote = signed_quote();
    quote.content.lines = (1..=lines)
        .map(|n| Line {
            name: "院区专线 200M 双路由 Premium Business Connection（门诊楼）".into(),
            ..line(n)
        })
        .collect();
    paper_of(language, &quote, "2026-12-20", false)
}

fn texts(sheets: &[Sheet]) -> String {
    let all = sheets.iter().flat_map(|it| &it.marks).filter_map(|mark| match mark {
        Mark::Text { text, .. } => Some(text.as_str()),
        _ => None,
    });
    squeezed(&all.collect::<String>())
}

fn squeezed(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

#[test]
fn every_text_of_the_paper_is_put_down_once_in_its_order() {
    for language in [Language::Chinese, Language::English] {
        let paper = paper(language, 1);
        for is_paged in [true, false] {
            let sheets = layout(&paper, &Even, is_paged);
            assert_eq!(sheets.len(), 1);
            assert_eq!(texts(&sheets), squeezed(&paper.texts().concat()));
        }
    }
}

#[test]
fn nothing_leaves_the_page_or_covers_something_else() {
    for sheet in layout(&paper(Language::Chinese, 60), &Even, true) {
        let mut boxes: Vec<(i32, i32, i32, i32)> = Vec::new();
        for mark in &sheet.marks {
            let it = match mark {
                Mark::Text { x, y, font, text } => {
                    (*x, y - font.size * 8 / 10, x + Even.width(text, *font), *y)
                }
                Mark::Code { x, y, side } => (*x, *y, x + side, y + side),
                Mark::Rule { .. } | Mark::Seal { .. } => continue,
            };
            assert!(it.0 >= MARGIN && it.2 <= WIDTH - MARGIN && it.3 <= HEIGHT - MARGIN, "{mark:?}");
            let apart = |other: &(i32, i32, i32, i32)| {
                it.0 >= other.2 || it.2 <= other.0 || it.1 >= other.3 || it.3 <= other.1
            };
            assert!(boxes.iter().all(apart), "{mark:?}");
            boxes.push(it);
        }
    }
}

#[test]
fn a_long_paper_has_pages_with_heads_and_one_sheet_as_an_image() {
    let paper = paper(Language::Chinese, 60);
    let sheets = layout(&paper, &Even, true);
    assert!(sheets.len() > 2 && sheets.iter().all(|it| it.height == HEIGHT));
    let heads = texts(&sheets).matches("小计（含税）").count();
    assert!((sheets.len() - 1..=sheets.len()).contains(&heads), "{heads} heads on {} pages", sheets.len());
    let image = layout(&paper, &Even, false);
    assert!(image.len() == 1 && image[0].height > 3 * HEIGHT / 2);
}

#[test]
fn lines_break_between_words_and_never_before_what_closes() {
    assert_eq!(pieces("光纤，200M 专线。"), ["光", "纤，", "200M ", "专", "线。"]);
    assert_eq!(pieces("−¥1,234.00 x"), ["−¥1,234.00 ", "x"]);
}

#[test]
fn the_modules_of_a_code_leave_no_gaps() {
    let paper = paper(Language::Chinese, 1);
    let code = paper.code.unwrap();
    let all = modules(&code, 10, 20, CODE);
    assert_eq!(all.len(), code.runs().len());
    // the three corners are seven modules wide
    let first = all[0];
    assert_eq!((first.0, first.1), (10, 20));
    let seven = all.iter().filter(|it| it.1 == 20 && it.2 > CODE * 6 / i32::try_from(code.side).unwrap());
    assert!(seven.count() >= 2);
    let right = all.iter().map(|it| it.0 + it.2).max();
    assert_eq!(right, Some(10 + CODE));
}
