//! The customer's paper: everything that stands on a quotation, as texts in their places. The screen, the printer, the
//! image and the PDF are all drawn from this, so they can't differ. Never lays anything out, and never decides: it reads a
//! quote.

mod code;
mod given;
pub mod layout;
mod state;
mod words;

use crate::letterhead::Printed;
use crate::organisation::Member;
use crate::proof::LIFE_MS;
use crate::quotes::{Line, LineSum, Quote, QuoteError, QuoteState, Standing, Totals, totals};
use crate::values::{Date, Money, Percent, Timestamp, capitals};

pub use code::{Code, PAGE, modules, number};
pub use state::{PaperState, paper_state};
pub use words::Language;

/// What a paper is made from.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// The quote.
    pub quote: &'a Quote,
    /// The customer's name.
    pub customer: &'a str,
    /// Where the customer is; may be empty.
    pub address: &'a str,
    /// Who made it, if that is known.
    pub manager: Option<&'a Member>,
    /// Head and foot, if an admin has set them.
    pub letterhead: Option<&'a Printed>,
    /// The server has not seen it yet.
    pub is_unseen: bool,
    /// The origin of the verification page: `https://host`.
    pub origin: &'a str,
    /// The day of printing.
    pub today: Date,
    /// How far the organisation's clock is from UTC.
    pub offset_minutes: i32,
}

/// A name with what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// What it is.
    pub label: String,
    /// The name, day or amount.
    pub value: String,
}

impl Fact {
    fn new(label: &str, value: impl Into<String>) -> Self {
        Self { label: label.to_owned(), value: value.into() }
    }
}

/// One of the two sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party {
    /// Which side.
    pub label: &'static str,
    /// Its name.
    pub name: String,
    /// Where it is, how it is reached, or what else is said about it.
    pub lines: Vec<String>,
}

/// A field of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// What it says.
    pub text: String,
    /// Smaller, below it; may be empty.
    pub note: String,
}

impl Field {
    fn new(text: impl Into<String>, note: impl Into<String>) -> Self {
        Self { text: text.into(), note: note.into() }
    }
}

/// How many fields a row has.
pub const COLUMNS: usize = 6;

/// Everything that stands on a paper, in the order in which it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paper {
    /// In which language it is.
    pub language: Language,
    /// What it is: a quotation.
    pub kind: &'static str,
    /// The organisation's name, then how it is reached; empty before an admin has set the letterhead.
    pub issuer: Vec<String>,
    /// Number, day, last day.
    pub facts: Vec<Fact>,
    /// What the quote is called.
    pub title: String,
    /// The customer, then the manager.
    pub parties: [Party; 2],
    /// The heads of the table's columns: product, quantity, list or agreed price, discount, tax rate, amount.
    pub columns: [&'static str; COLUMNS],
    /// The lines.
    pub rows: Vec<[Field; COLUMNS]>,
    /// What is given on the whole.
    pub given: Vec<String>,
    /// The sums before the last one.
    pub sums: Vec<Fact>,
    /// The contract value.
    pub total: Fact,
    /// The contract value in Chinese capitals.
    pub capitals: String,
    /// Head of the terms.
    pub terms_label: &'static str,
    /// The organisation's terms.
    pub terms: Vec<String>,
    /// What it is worth, in a word.
    pub stamp: &'static str,
    /// The same, for its shape.
    pub standing: Standing,
    /// What that means.
    pub worth: String,
    /// Where the customer signs.
    pub signature: &'static str,
    /// Head of what stands beside the code; empty on a paper that promises nothing.
    pub check_label: &'static str,
    /// How it is checked.
    pub check: String,
    /// The code by which it is checked. Only a quote that was signed has one.
    pub code: Option<Code>,
}

impl Paper {
    /// Puts down what stands on the paper of a quote.
    ///
    /// # Errors
    /// [`QuoteError::TooLarge`] when it can't be summed up.
    pub fn of(language: Language, it: &Facts<'_>) -> Result<Self, QuoteError> {
        let quote = it.quote;
        let content = &quote.content;
        let sums = totals(content)?;
        let standing = quote.standing(it.today);
        let evidence = quote.proof.as_ref().filter(|proof| proof.judged.is_confirmed());
        let code = evidence
            .and_then(|proof| proof.evidence())
            .filter(|_| standing == Standing::Binding)
            .and_then(|evidence| Code::of(it.origin, &evidence));
        let any_agreed = content.lines.iter().any(|line| line.agreed.is_some());
        let (check_label, check) = check(language, it, standing, code.is_some());
        let (stamp, worth) = worth(language, it, standing);
        Ok(Self {
            language,
            kind: language.of("报价单", "Quotation"),
            issuer: issuer(it.letterhead),
            facts: facts(language, it),
            title: content.title.clone(),
            parties: parties(language, it),
            columns: columns(language, any_agreed),
            rows: content
                .lines
                .iter()
                .zip(&sums.lines)
                .map(|(line, sum)| row(language, line, sum, content.months))
                .collect(),
            given: given::on_the_whole(language, content, &sums),
            sums: sums_before(language, &sums, any_agreed),
            total: total(language, content.months, &sums),
            capitals: capitals(sums.total),
            terms_label: language.of("说明", "Terms"),
            terms: it.letterhead.map(|it| it.terms.clone()).unwrap_or_default(),
            stamp,
            standing,
            worth,
            signature: language.of("客户签字", "Customer’s signature"),
            check_label,
            check,
            code,
        })
    }

    /// Returns all texts in the order in which they are read, without empty ones.
    pub fn texts(&self) -> Vec<&str> {
        let mut all: Vec<&str> = vec![self.kind];
        all.extend(self.issuer.iter().map(String::as_str));
        all.extend(self.facts.iter().flat_map(|it| [it.label.as_str(), it.value.as_str()]));
        all.push(&self.title);
        for party in &self.parties {
            all.extend([party.label, party.name.as_str()]);
            all.extend(party.lines.iter().map(String::as_str));
        }
        all.extend(self.columns);
        all.extend(self.rows.iter().flatten().flat_map(|it| [it.text.as_str(), it.note.as_str()]));
        all.extend(self.given.iter().map(String::as_str));
        let sums = self.sums.iter().chain([&self.total]);
        all.extend(sums.flat_map(|it| [it.label.as_str(), it.value.as_str()]));
        all.push(&self.capitals);
        if !self.terms.is_empty() {
            all.push(self.terms_label);
            all.extend(self.terms.iter().map(String::as_str));
        }
        all.extend([self.signature, self.worth.as_str(), self.stamp, self.check_label, self.check.as_str()]);
        all.retain(|it| !it.is_empty());
        all
    }
}

fn issuer(letterhead: Option<&Printed>) -> Vec<String> {
    let lines = letterhead.map(|it| [&it.name, &it.address, &it.phone]).into_iter().flatten();
    lines.filter(|line| !line.is_empty()).cloned().collect()
}

/// Returns when it was made final, if it was.
fn issued_at(quote: &Quote) -> Option<Timestamp> {
    match quote.state {
        QuoteState::Binding { at } | QuoteState::Approved { at, .. } => Some(at),
        QuoteState::Draft | QuoteState::Submitted { .. } | QuoteState::Returned { .. } => None,
    }
}

fn facts(language: Language, it: &Facts<'_>) -> Vec<Fact> {
    let day = issued_at(it.quote).map_or(it.today, |at| at.date_at(it.offset_minutes));
    vec![
        Fact::new(language.of("编号", "No."), number(it.quote.id)),
        Fact::new(language.of("日期", "Date"), language.day(day)),
        Fact::new(language.of("有效期至", "Valid until"), language.day(it.quote.content.valid_until)),
    ]
}

fn parties(language: Language, it: &Facts<'_>) -> [Party; 2] {
    let months = it.quote.content.months;
    let address = Some(it.address.to_owned()).filter(|line| !line.is_empty());
    let phone = it.manager.map(|it| it.phone.as_str()).filter(|it| !it.is_empty());
    let phone = phone.map(|phone| format!("{} {phone}", language.of("电话", "Phone")));
    let term = match language {
        Language::Chinese => format!("合同期 {months} 个月"),
        Language::English => format!("Term of {months} months"),
    };
    [
        Party {
            label: language.of("客户", "Customer"),
            name: it.customer.to_owned(),
            lines: address.into_iter().collect(),
        },
        Party {
            label: language.of("您的客户经理", "Your account manager"),
            name: it.manager.map(|it| it.name.clone()).unwrap_or_default(),
            lines: phone.into_iter().chain([term]).collect(),
        },
    ]
}

const fn columns(language: Language, any_agreed: bool) -> [&'static str; COLUMNS] {
    [
        language.of("产品", "Product"),
        language.of("数量", "Quantity"),
        if any_agreed {
            language.of("单价", "Unit price")
        } else {
            language.of("目录单价", "List price")
        },
        language.of("折扣", "Discount"),
        language.of("税率", "VAT"),
        language.of("小计（含税）", "Amount with VAT"),
    ]
}

fn row(language: Language, line: &Line, sum: &LineSum, months: u16) -> [Field; COLUMNS] {
    let quantity = match line.unit.is_empty() {
        true => line.quantity.to_string(),
        false => format!("{} {}", line.quantity, line.unit),
    };
    [
        Field::new(line.name.clone(), given::note(language, line)),
        Field::new(quantity, given::term(language, line, months)),
        Field::new(line.price.to_string(), language.charged(line.charge)),
        Field::new(given::discount(language, line), ""),
        Field::new(line.vat.percent().to_string(), ""),
        Field::new(sum.total.to_string(), ""),
    ]
}

fn sums_before(language: Language, sums: &Totals, any_agreed: bool) -> Vec<Fact> {
    let list = match any_agreed {
        true => language.of("协议价与目录价合计", "Total at agreed and list prices"),
        false => language.of("目录价合计", "List total"),
    };
    let mut all = vec![Fact::new(list, sums.list.to_string())];
    if sums.effective != Percent::ZERO {
        let label = format!("{} {}", language.of("优惠", "Discount"), language.discount(sums.effective));
        let cut = Money::from_fen(sums.cut.fen().saturating_neg());
        all.push(Fact { label, value: cut.to_string() });
    }
    all.push(Fact::new(language.of("不含税", "Without VAT"), sums.net.to_string()));
    all.push(Fact::new(language.of("税额", "VAT"), sums.tax.to_string()));
    if sums.monthly.fen() > 0 {
        all.push(Fact::new(language.of("其中每月", "Of it each month"), sums.monthly.to_string()));
    }
    if sums.usage.fen() > 0 {
        let label = language.of("其中按用量，为估算", "Of it by use, an estimate");
        all.push(Fact::new(label, sums.usage.to_string()));
    }
    all
}

fn total(language: Language, months: u16, sums: &Totals) -> Fact {
    let label = match language {
        Language::Chinese => format!("{months} 个月合计（含税）"),
        Language::English => format!("Total of {months} months with VAT"),
    };
    Fact { label, value: sums.total.to_string() }
}

/// Says what the paper is worth: a word for the stamp and a sentence.
fn worth(language: Language, it: &Facts<'_>, standing: Standing) -> (&'static str, String) {
    let issued = issued_at(it.quote);
    let at = |at: Timestamp| language.moment(at, it.offset_minutes);
    let is_subject = it.is_unseen
        && it.letterhead.is_some_and(|it| it.confirms)
        && matches!(it.quote.state, QuoteState::Binding { .. });
    match (standing, issued) {
        (Standing::Binding, Some(issued)) if is_subject => {
            let until = at(Timestamp::from_ms(issued.ms().saturating_add(LIFE_MS)));
            let sentence = match language {
                Language::Chinese => format!("签发于 {}，须经公司确认，最迟 {until}。", at(issued)),
                Language::English => {
                    format!("Issued {}, subject to our confirmation until {until}.", at(issued))
                }
            };
            (language.of("待确认", "To be confirmed"), sentence)
        }
        (Standing::Binding, issued) => {
            let issued = issued.map(at).unwrap_or_default();
            let sentence = match language {
                Language::Chinese => format!("签发于 {issued}，有效期内按此价格签约。"),
                Language::English => {
                    format!("Issued {issued}. We contract at this price until the last day.")
                }
            };
            (language.of("正式", "Binding"), sentence)
        }
        (Standing::Indicative, _) => {
            let sentence =
                language.of("供参考，以正式报价为准。", "For information; only a binding quotation counts.");
            (language.of("参考", "Indicative"), sentence.to_owned())
        }
        (Standing::Expired, _) => {
            let sentence = language
                .of("有效期已过，请向客户经理要新的报价。", "Its days are over: ask for a new quotation.");
            (language.of("失效", "Expired"), sentence.to_owned())
        }
    }
}

/// Says how it is checked.
fn check(language: Language, it: &Facts<'_>, standing: Standing, has_code: bool) -> (&'static str, String) {
    if has_code {
        let text = language.of(
            "用手机扫码：核对金额和折扣，看公司是否确认、有没有换成新的。没有网络也能验真。",
            "Scan it: compare amount and discount, see whether we confirmed it or replaced it. Works without a network.",
        );
        return (language.of("扫一扫，验真伪", "Scan to check this paper"), text.to_owned());
    }
    if standing != Standing::Binding {
        return ("", String::new());
    }
    let label = language.of("怎样核对", "How to check this paper");
    let phone = it.letterhead.map(|it| it.phone.as_str()).filter(|it| !it.is_empty());
    let text = match (language, phone) {
        (Language::Chinese, Some(phone)) => {
            format!("本报价由公司审批签发，没有二维码。核对请拨 {phone}，报编号。")
        }
        (Language::Chinese, None) => {
            "本报价由公司审批签发，没有二维码。核对请找客户经理，报编号。".to_owned()
        }
        (Language::English, Some(phone)) => {
            format!(
                "Approved by our posts, so it has no code. To check it, call {phone} and name its number."
            )
        }
        (Language::English, None) => {
            "Approved by our posts, so it has no code. To check it, ask your account manager by its number."
                .to_owned()
        }
    };
    (label, text)
}

#[cfg(test)]
mod tests;
