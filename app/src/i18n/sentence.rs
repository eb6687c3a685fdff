//! Keys and their sentences: a constant each, and one function that fills in. Small on purpose: it is in the app's
//! first load (docs/adr/0006), with the sentences that are said there and no other.

use std::fmt::{Display, Write};

use super::Locale;

mod table {
    #![expect(
        non_upper_case_globals,
        missing_docs,
        reason = "named by the keys of app/locales, which say it"
    )]
    use super::Sentence;
    include!(concat!(env!("OUT_DIR"), "/sentences.rs"));
}

pub use table::keys;

/// A sentence in all languages, in the order of [`Locale`].
pub type Texts = [&'static str; 2];

/// A sentence, in whatever language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sentence {
    texts: Texts,
    names: &'static [&'static str],
}

impl Sentence {
    const fn new(texts: Texts, names: &'static [&'static str]) -> Self {
        Self { texts, names }
    }

    /// Returns what it is in each language.
    pub const fn texts(self) -> Texts {
        self.texts
    }

    /// Says whether it needs exactly what these names bring.
    pub const fn needs(self, brought: &[&str]) -> bool {
        if self.names.len() != brought.len() {
            return false;
        }
        let mut at = 0;
        while at < brought.len() {
            if !holds(self.names, brought[at]) {
                return false;
            }
            at += 1;
        }
        true
    }
}

const fn holds(names: &[&str], name: &str) -> bool {
    let mut at = 0;
    while at < names.len() {
        if is_same(names[at].as_bytes(), name.as_bytes()) {
            return true;
        }
        at += 1;
    }
    false
}

const fn is_same(a: &[u8], b: &[u8]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    let mut at = 0;
    while at < a.len() {
        if a[at] != b[at] {
            return false;
        }
        at += 1;
    }
    true
}

/// Returns a sentence that needs nothing.
pub fn plain(locale: Locale, texts: &Texts) -> &'static str {
    let [chinese, english] = texts;
    match locale {
        Locale::zh_CN => chinese,
        Locale::en => english,
    }
}

/// Returns a sentence with its gaps filled in.
pub fn filled(locale: Locale, texts: &Texts, values: &[(&str, &dyn Display)]) -> String {
    let mut said = String::new();
    let mut rest = plain(locale, texts);
    while let Some((before, gap)) = rest.split_once("{{") {
        said.push_str(before);
        let Some((name, after)) = gap.split_once("}}") else { break };
        if let Some((_, value)) = values.iter().find(|(it, _)| *it == name.trim()) {
            // writing into a text doesn't fail
            let _ = write!(said, "{value}");
        }
        rest = after;
    }
    said.push_str(rest);
    said
}

/// Says a sentence: `td_string!(locale, visits.left, count = n)`. A text without gaps is a `&'static str`.
macro_rules! td_string {
    ($lang:expr, $first:ident $(. $rest:ident)* $(,)?) => {{
        const KEY: $crate::i18n::Sentence = $crate::i18n::keys::$first $(:: $rest)*;
        const { assert!(KEY.needs(&[]), "the sentence has gaps") };
        $crate::i18n::plain($crate::i18n::Lang::locale($lang), const { &KEY.texts() })
    }};
    ($lang:expr, $first:ident $(. $rest:ident)*, $($name:ident = $value:expr),+ $(,)?) => {{
        const KEY: $crate::i18n::Sentence = $crate::i18n::keys::$first $(:: $rest)*;
        const { assert!(KEY.needs(&[$(stringify!($name)),+]), "the sentence has other gaps") };
        $crate::i18n::filled(
            $crate::i18n::Lang::locale($lang),
            const { &KEY.texts() },
            &[$((stringify!($name), &$value as &dyn ::std::fmt::Display)),+],
        )
    }};
}

pub(crate) use td_string;
/// Says a sentence in the language of the context, which is tracked: `t_string!(i18n, visits.title)`.
pub(crate) use td_string as t_string;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_is_said_in_its_language() {
        assert_eq!(td_string!(Locale::zh_CN, common.today), "今天");
        assert_eq!(td_string!(Locale::en, common.today), "Today");
    }

    #[test]
    fn gaps_are_filled_wherever_they_stand() {
        let off = |locale| td_string!(locale, common.discount, percent = "8%", zhe = 9.2);
        assert_eq!(off(Locale::zh_CN), "8% = 9.2 折");
        assert_eq!(off(Locale::en), "8% off = 9.2 折");
    }

    #[test]
    fn what_a_sentence_needs_is_checked_by_name_and_in_any_order() {
        let two = Sentence::new(["", ""], &["a", "b"]);
        assert!(two.needs(&["b", "a"]));
        assert!(!two.needs(&["a"]));
        assert!(!two.needs(&["a", "c"]));
        assert!(!two.needs(&["a", "b", "c"]));
        assert!(Sentence::new(["", ""], &[]).needs(&[]));
    }
}
