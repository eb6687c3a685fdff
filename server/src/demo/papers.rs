//! The letterhead of the demo, and the telephones of its managers.

use leeway_core::Body;
use leeway_core::letterhead::{Printed, SetLetterhead, Write};
use leeway_core::organisation::{self, Role, SetPhone};

use super::history::History;
use super::{numbering, people};

const TERMS: [&str; 3] = [
    "合同签订后 15 个工作日内开通。",
    "设备质保三年，坏了次日上门更换。",
    "期满前三个月，我们主动来谈续约。",
];

/// Tells how the letterhead was set, and who said under which telephone they are reached.
pub(super) fn set(history: &mut History) {
    let printed = Printed {
        name: "海港通信有限公司 政企部".to_owned(),
        address: "海港市滨江大道 1 号".to_owned(),
        phone: "0591 8000 0000".to_owned(),
        terms: TERMS.map(str::to_owned).into(),
        confirms: false,
    };
    let at = history.days.at(-178, 545);
    let set = SetLetterhead { printed, seen: None };
    history.ask(people::ADMIN, at, Body::Letterhead(Write::Set(set)));
    for (number, _) in (1..).zip(&people::PEOPLE).filter(|(_, it)| it.role == Role::Manager) {
        let phone = format!("130 0000 {:04}", 2_400 + number);
        let set = organisation::Write::SetPhone(SetPhone { phone });
        history.ask(numbering::user(number), at, Body::Organisation(set));
    }
}
