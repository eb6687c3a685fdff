//! What is given away, as a paper says it: by line, and on the whole.

use super::words::Language;
use crate::pricing::Charge;
use crate::quotes::{Content, Line, LinePart, Totals};
use crate::values::{Money, Percent};

/// Says what stands below a product: the agreement that its price is from, and what is in a bundle; empty if neither.
pub(super) fn note(language: Language, line: &Line) -> String {
    let agreed = line.agreed.as_ref().map(|it| match language {
        Language::Chinese => format!("框架协议价，协议编号 {}", it.number),
        Language::English => format!("Price of framework agreement {}", it.number),
    });
    let all = agreed.into_iter().chain(Some(parts(language, line)).filter(|it| !it.is_empty()));
    all.collect::<Vec<_>>().join(language.of("；", "; "))
}

/// Names what is in a bundle; empty for what is none.
fn parts(language: Language, line: &Line) -> String {
    let part = |it: &LinePart| match language {
        Language::Chinese => format!("{} {} {}", it.name, it.quantity, it.unit),
        Language::English => format!("{} × {}", it.quantity, it.name),
    };
    let all: Vec<String> = line.parts.iter().map(part).collect();
    match all.is_empty() {
        true => String::new(),
        false => format!("{}{}", language.of("含：", "With "), all.join(language.of("、", ", "))),
    }
}

/// Says for how many months a line is charged; empty for what is charged once.
pub(super) fn term(language: Language, line: &Line, months: u16) -> String {
    match (line.charge, language) {
        (Charge::OneOff, _) => String::new(),
        (Charge::Monthly | Charge::Usage, Language::Chinese) => format!("{months} 个月"),
        (Charge::Monthly | Charge::Usage, Language::English) => format!("{months} months"),
    }
}

/// Says what comes off a line.
pub(super) fn discount(language: Language, line: &Line) -> String {
    match line.off {
        _ if line.gift => language.of("赠送", "Gift").to_owned(),
        Percent::ZERO if line.agreed.is_some() => language.of("协议价", "Agreed price").to_owned(),
        Percent::ZERO => language.of("目录价", "List price").to_owned(),
        Percent::HUNDRED => language.of("免收", "Waived").to_owned(),
        off => language.discount(off),
    }
}

/// Says what is given on the whole: the amounts are in the lines' sums already.
pub(super) fn on_the_whole(language: Language, content: &Content, sums: &Totals) -> Vec<String> {
    let (overall, free, gifts) = (sums.channels.overall, sums.channels.free_months, sums.channels.gifts);
    let off = language.discount(content.overall);
    let months = content.free_months;
    let lines = [
        (
            overall,
            match language {
                Language::Chinese => format!("整单再优惠 {off}，计 {overall}。"),
                Language::English => format!("{off} on the whole: {overall}."),
            },
        ),
        (
            free,
            match language {
                Language::Chinese => format!("免 {months} 个月月费，计 {free}。"),
                Language::English => format!("{months} months free: {free}."),
            },
        ),
        (
            gifts,
            match language {
                Language::Chinese => format!("赠品按目录价计 {gifts}。"),
                Language::English => format!("Gifts at list price: {gifts}."),
            },
        ),
    ];
    lines.into_iter().filter(|(amount, _)| *amount > Money::ZERO).map(|(_, line)| line).collect()
}
