//! A paper is compared as a whole, as it is read.

use expect_test::{Expect, expect};

use super::*;
use crate::pricing::Charge;
use crate::proof::{Chain, Evidence, Proof, Verdict};
use crate::quotes::{Agreed, Content};
use crate::testing::proof::{content_of, grant, receipt_of, signed};
use crate::testing::sample::{CHEN, HEAD, WANG, day, letterhead, line, member, minute, percent, quote, yuan};
use crate::values::{CaseId, GrantId, Money};

/// A quote that the manager's phone made binding, with all that can be given away in it.
pub(super) fn signed_quote() -> Quote {
    let gift = Line { name: "安装调试".into(), charge: Charge::OneOff, gift: true, ..line(2) };
    let waived = Line { name: "开通费".into(), charge: Charge::OneOff, off: percent("100"), ..line(3) };
    let mut content = Content { free_months: 2, overall: percent("5"), ..content_of("8") };
    content.lines.extend([gift, waived]);
    let draft = quote(QuoteState::Draft);
    let receipt = signed(&receipt_of(draft.id, &content, &Chain::default()));
    let proof = Proof {
        receipt,
        grant: GrantId::from_u128(1),
        under: grant().sealed,
        witnessed_at: None,
        judged: Verdict::Confirmed { notes: Vec::new() },
    };
    Quote { content, proof: Some(proof), ..quote(QuoteState::Binding { at: minute(0) }) }
}

fn manager() -> Member {
    let role = crate::organisation::Role::Manager;
    Member { phone: "130 0000 2417".into(), ..member(CHEN, "chen", "陈静", 1, role) }
}

pub(super) fn paper_of(language: Language, quote: &Quote, today: &str, is_unseen: bool) -> Paper {
    let (manager, letterhead) = (manager(), letterhead().printed);
    let facts = Facts {
        quote,
        customer: "海港第1医院",
        address: "江畔路 1 号",
        manager: Some(&manager),
        letterhead: Some(&letterhead),
        is_unseen,
        origin: "https://sales.example.com",
        today: day(today),
        offset_minutes: 480,
    };
    Paper::of(language, &facts).unwrap()
}

#[track_caller]
fn check(paper: &Paper, expected: Expect) {
    expected.assert_eq(&format!("{}\n", paper.texts().join("\n")));
}

#[test]
fn a_price_that_was_agreed_names_the_agreement() {
    let mut quote = signed_quote();
    for line in &mut quote.content.lines[..1] {
        let framework = crate::testing::sample::framework();
        let agreed = Agreed { framework: framework.id, number: framework.number, list: line.price };
        (line.price, line.off, line.agreed) = (yuan(2_900), Percent::ZERO, Some(agreed));
    }
    for (language, head, note, off, sum) in [
        (Language::Chinese, "单价", "框架协议价，协议编号 KJ-2026-018", "协议价", "协议价与目录价合计"),
        (
            Language::English,
            "Unit price",
            "Price of framework agreement KJ-2026-018",
            "Agreed price",
            "Total at agreed and list prices",
        ),
    ] {
        let paper = paper_of(language, &quote, "2026-12-20", false);
        let row = &paper.rows[0];
        assert_eq!((paper.columns[2], row[0].note.as_str()), (head, note));
        assert_eq!((row[2].text.as_str(), row[3].text.as_str()), ("¥2,900.00", off));
        assert_eq!((paper.sums[0].label.as_str(), paper.rows[1][0].note.as_str()), (sum, ""));
    }
}

#[test]
fn it_is_read_from_top_to_bottom() {
    let paper = paper_of(Language::Chinese, &signed_quote(), "2026-12-20", false);
    check(
        &paper,
        expect![[r#"
        报价单
        江畔通信有限公司 政企部
        江畔区滨江大道 1 号
        0591 0000 0000
        编号
        00000-00001
        日期
        2027年1月15日
        有效期至
        2026年12月31日
        专线
        客户
        海港第1医院
        江畔路 1 号
        您的客户经理
        陈静
        电话 130 0000 2417
        合同期 24 个月
        产品
        数量
        目录单价
        折扣
        税率
        小计（含税）
        专线 200M
        1 条
        24 个月
        ¥3,200.00
        每月
        8% = 9.2 折
        9%
        ¥61,529.60
        安装调试
        1 条
        ¥3,200.00
        一次性
        赠送
        9%
        ¥0.00
        开通费
        1 条
        ¥3,200.00
        一次性
        免收
        9%
        ¥0.00
        整单再优惠 5% = 9.5 折，计 ¥3,532.80。
        免 2 个月月费，计 ¥5,593.60。
        赠品按目录价计 ¥3,200.00。
        目录价合计
        ¥83,200.00
        优惠 26.05% = 7.395 折
        −¥21,670.40
        不含税
        ¥56,449.17
        税额
        ¥5,080.43
        其中每月
        ¥2,796.80
        24 个月合计（含税）
        ¥61,529.60
        人民币陆万壹仟伍佰贰拾玖元陆角整
        说明
        合同签订后 15 个工作日内开通。
        设备质保三年，坏了次日上门更换。
        客户签字
        签发于 2027年1月15日 16:00，有效期内按此价格签约。
        正式
        扫一扫，验真伪
        用手机扫码：核对金额和折扣，看公司是否确认、有没有换成新的。没有网络也能验真。
    "#]],
    );
    let code = paper.code.unwrap();
    let evidence = Evidence::from_text(code.address.split_once('#').unwrap().1).unwrap();
    assert_eq!(Some(evidence), signed_quote().proof.unwrap().evidence());
}

#[test]
fn it_has_english_words_for_the_same() {
    let paper = paper_of(Language::English, &signed_quote(), "2026-12-20", false);
    check(
        &paper,
        expect![[r#"
        Quotation
        江畔通信有限公司 政企部
        江畔区滨江大道 1 号
        0591 0000 0000
        No.
        00000-00001
        Date
        15 January 2027
        Valid until
        31 December 2026
        专线
        Customer
        海港第1医院
        江畔路 1 号
        Your account manager
        陈静
        Phone 130 0000 2417
        Term of 24 months
        Product
        Quantity
        List price
        Discount
        VAT
        Amount with VAT
        专线 200M
        1 条
        24 months
        ¥3,200.00
        a month
        8% off = 9.2 折
        9%
        ¥61,529.60
        安装调试
        1 条
        ¥3,200.00
        once
        Gift
        9%
        ¥0.00
        开通费
        1 条
        ¥3,200.00
        once
        Waived
        9%
        ¥0.00
        5% off = 9.5 折 on the whole: ¥3,532.80.
        2 months free: ¥5,593.60.
        Gifts at list price: ¥3,200.00.
        List total
        ¥83,200.00
        Discount 26.05% off = 7.395 折
        −¥21,670.40
        Without VAT
        ¥56,449.17
        VAT
        ¥5,080.43
        Of it each month
        ¥2,796.80
        Total of 24 months with VAT
        ¥61,529.60
        人民币陆万壹仟伍佰贰拾玖元陆角整
        Terms
        合同签订后 15 个工作日内开通。
        设备质保三年，坏了次日上门更换。
        Customer’s signature
        Issued 15 January 2027, 16:00. We contract at this price until the last day.
        Binding
        Scan to check this paper
        Scan it: compare amount and discount, see whether we confirmed it or replaced it. Works without a network.
    "#]],
    );
}

#[test]
fn every_text_is_in_both_languages_and_figures_are_the_same() {
    let figures = |language| {
        let paper = paper_of(language, &signed_quote(), "2026-12-20", false);
        let all: Vec<Fact> = paper.sums.into_iter().chain([paper.total]).collect();
        all.into_iter().map(|it| it.value).collect::<Vec<_>>()
    };
    assert_eq!(figures(Language::Chinese), figures(Language::English));
}

#[test]
fn the_sums_of_the_lines_make_the_total() {
    let quote = signed_quote();
    let paper = paper_of(Language::Chinese, &quote, "2026-12-20", false);
    let amounts = paper.rows.iter().map(|row| Money::parse(&row[5].text).unwrap());
    assert_eq!(Money::sum(amounts).unwrap().to_string(), paper.total.value);
    assert_eq!(paper.total.value, totals(&quote.content).unwrap().total.to_string());
}

/// The stamp, what it means, whether there is a code, and how the paper is checked.
fn worth_of(quote: &Quote, today: &str, is_unseen: bool) -> String {
    let it = paper_of(Language::Chinese, quote, today, is_unseen);
    format!("{} | {} | {} | {}{}", it.stamp, it.worth, it.code.is_some(), it.check_label, it.check)
}

#[test]
fn it_says_what_it_is_worth() {
    let it = signed_quote();
    let at = minute(0);
    let submitted = QuoteState::Submitted { case: CaseId::from_u128(1), post: HEAD, at };
    let approved =
        QuoteState::Approved { case: CaseId::from_u128(1), by: WANG, by_name: "王海".into(), at };
    let with = |state| Quote { state, proof: None, ..it.clone() };
    expect!["待确认 | 签发于 2027年1月15日 16:00，须经公司确认，最迟 2027年1月18日 16:00。 | true | 扫一扫，验真伪用手机扫码：核对金额和折扣，看公司是否确认、有没有换成新的。没有网络也能验真。"].assert_eq(&worth_of(&it, "2026-12-31", true));
    expect!["失效 | 有效期已过，请向客户经理要新的报价。 | false | "].assert_eq(&worth_of(
        &it,
        "2027-01-01",
        false,
    ));
    expect!["参考 | 供参考，以正式报价为准。 | false | "].assert_eq(&worth_of(
        &with(QuoteState::Draft),
        "2026-12-31",
        false,
    ));
    expect!["参考 | 供参考，以正式报价为准。 | false | "].assert_eq(&worth_of(
        &with(submitted),
        "2026-12-31",
        false,
    ));
    expect!["正式 | 签发于 2027年1月15日 16:00，有效期内按此价格签约。 | false | 怎样核对本报价由公司审批签发，没有二维码。核对请拨 0591 0000 0000，报编号。"].assert_eq(&worth_of(&with(approved), "2026-12-31", true));
}

#[test]
fn a_paper_without_letterhead_manager_and_discount_has_no_empty_places() {
    let it = Quote { content: content_of("0"), ..quote(QuoteState::Draft) };
    let facts = Facts {
        quote: &it,
        customer: "海港第1医院",
        address: "",
        manager: None,
        letterhead: None,
        is_unseen: false,
        origin: "https://sales.example.com",
        today: day("2026-12-20"),
        offset_minutes: 480,
    };
    let paper = Paper::of(Language::Chinese, &facts).unwrap();
    check(
        &paper,
        expect![[r#"
        报价单
        编号
        00000-00001
        日期
        2026年12月20日
        有效期至
        2026年12月31日
        专线
        客户
        海港第1医院
        您的客户经理
        合同期 24 个月
        产品
        数量
        目录单价
        折扣
        税率
        小计（含税）
        专线 200M
        1 条
        24 个月
        ¥3,200.00
        每月
        目录价
        9%
        ¥76,800.00
        目录价合计
        ¥76,800.00
        不含税
        ¥70,458.72
        税额
        ¥6,341.28
        其中每月
        ¥3,200.00
        24 个月合计（含税）
        ¥76,800.00
        人民币柒万陆仟捌佰元整
        客户签字
        供参考，以正式报价为准。
        参考
    "#]],
    );
    let mut dear = it.clone();
    dear.content.lines[0].price = yuan(90_000_000_000);
    assert_eq!(Paper::of(Language::Chinese, &Facts { quote: &dear, ..facts }), Err(QuoteError::TooLarge));
}
