//! Amounts in Chinese capitals (人民币大写), as quotes and contracts state them. The form is the one that the central
//! bank's rules for bills give first: 零 stands where digits are skipped, after 元 when the last 元 digit is 0 and
//! after 元 when 角 is 0; never between 万 or 亿 and a full group; 整 ends what ends in 元 or 角.

use super::money::Money;

const DIGITS: [char; 10] = ['零', '壹', '贰', '叁', '肆', '伍', '陆', '柒', '捌', '玖'];
/// The ranks above one, each with its unit, highest first.
const RANKS: [(u64, char); 5] = [(100_000_000, '亿'), (10_000, '万'), (1_000, '仟'), (100, '佰'), (10, '拾')];

/// Returns the amount in Chinese capitals: `人民币壹拾柒万肆仟伍佰贰拾贰元整`.
#[must_use]
pub fn capitals(money: Money) -> String {
    let fen = money.fen().unsigned_abs();
    let (yuan, jiao, rest) = (fen / 100, fen / 10 % 10, fen % 10);
    let mut words = String::from(if money.is_negative() { "人民币负" } else { "人民币" });
    if yuan > 0 || fen == 0 {
        write_number(yuan, &mut words);
        words.push('元');
        let skipped = yuan % 10 == 0 || jiao == 0;
        if skipped && jiao + rest > 0 {
            words.push('零');
        }
    }
    if jiao > 0 {
        words.push(digit(jiao));
        words.push('角');
    }
    if rest > 0 {
        words.push(digit(rest));
        words.push('分');
    } else {
        words.push('整');
    }
    words
}

/// Writes a whole number rank by rank; what stands before 亿 is a number itself.
fn write_number(number: u64, words: &mut String) {
    let Some(&(rank, unit)) = RANKS.iter().find(|&&(rank, _)| number >= rank) else {
        words.push(digit(number));
        return;
    };
    write_number(number / rank, words);
    words.push(unit);
    let rest = number % rank;
    // a rest without its own highest digit has skipped one
    if rest > 0 && rest < rank / 10 {
        words.push('零');
    }
    if rest > 0 {
        write_number(rest, words);
    }
}

fn digit(value: u64) -> char {
    usize::try_from(value).ok().and_then(|at| DIGITS.get(at)).copied().unwrap_or('零')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn amounts_as_the_rules_write_them() {
        for (fen, expected) in [
            (0, "零元整"),
            (5, "伍分"),
            (50, "伍角整"),
            (55, "伍角伍分"),
            (100, "壹元整"),
            (105, "壹元零伍分"),
            (150, "壹元伍角整"),
            (1_000, "壹拾元整"),
            (1_005, "壹拾元零伍分"),
            (1_050, "壹拾元零伍角整"),
            (1_100, "壹拾壹元整"),
            (10_500, "壹佰零伍元整"),
            (32_504, "叁佰贰拾伍元零肆分"),
            (100_100, "壹仟零壹元整"),
            (140_950, "壹仟肆佰零玖元伍角整"),
            (168_032, "壹仟陆佰捌拾元零叁角贰分"),
            (600_714, "陆仟零柒元壹角肆分"),
            (1_640_902, "壹万陆仟肆佰零玖元零贰分"),
            (10_000_000, "壹拾万元整"),
            (10_700_053, "壹拾万柒仟元零伍角叁分"),
            (10_000_500, "壹拾万零伍元整"),
            (17_452_200, "壹拾柒万肆仟伍佰贰拾贰元整"),
            (1_000_500_005, "壹仟万伍仟元零伍分"),
            (1_000_050_000, "壹仟万零伍佰元整"),
            (10_000_000_000, "壹亿元整"),
            (10_001_000_000, "壹亿零壹万元整"),
            (11_000_000_000, "壹亿壹仟万元整"),
            (100_000_000_100, "壹拾亿零壹元整"),
            (100_050_000_500, "壹拾亿零伍拾万零伍元整"),
            (9_999_999_999_999, "玖佰玖拾玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分"),
            (100_000_000_000_000, "壹万亿元整"),
            (100_000_000_000_100, "壹万亿零壹元整"),
            (-17_452_200, "负壹拾柒万肆仟伍佰贰拾贰元整"),
            (-5, "负伍分"),
        ] {
            assert_eq!(capitals(Money::from_fen(fen)), format!("人民币{expected}"), "{fen} fen");
        }
    }

    /// Reads capitals back by another way than they were written: each unit multiplies what stands before it.
    fn read_back(words: &str) -> Option<i64> {
        let words = words.strip_prefix("人民币")?;
        let (sign, words) = words.strip_prefix('负').map_or((1, words), |rest| (-1, rest));
        let (mut fen, mut above, mut group, mut digit) = (0_i64, 0_i64, 0_i64, 0_i64);
        for word in words.chars() {
            match word {
                '拾' => group += std::mem::take(&mut digit) * 10,
                '佰' => group += std::mem::take(&mut digit) * 100,
                '仟' => group += std::mem::take(&mut digit) * 1_000,
                '万' => above += (std::mem::take(&mut group) + std::mem::take(&mut digit)) * 10_000,
                '亿' => {
                    above = (above + std::mem::take(&mut group) + std::mem::take(&mut digit)) * 100_000_000
                }
                '元' => {
                    fen += (std::mem::take(&mut above)
                        + std::mem::take(&mut group)
                        + std::mem::take(&mut digit))
                        * 100;
                }
                '角' => fen += std::mem::take(&mut digit) * 10,
                '分' => fen += std::mem::take(&mut digit),
                '整' => {}
                other => digit = i64::try_from(DIGITS.iter().position(|&known| known == other)?).ok()?,
            }
        }
        (above == 0 && group == 0 && digit == 0).then_some(sign * fen)
    }

    /// Amounts with many zeros, where the rules are.
    fn gappy() -> impl Strategy<Value = i64> {
        proptest::collection::vec(prop_oneof![3 => Just(0_i64), 2 => 1..10_i64], 1..=13)
            .prop_map(|digits| digits.into_iter().fold(0, |fen, digit| fen * 10 + digit))
    }

    proptest! {
        #[test]
        fn capitals_read_back(fen in prop_oneof![gappy(), 0..=Money::MAX.fen()], negative: bool) {
            let fen = if negative { -fen } else { fen };
            prop_assert_eq!(read_back(&capitals(Money::from_fen(fen))), Some(fen));
        }

        #[test]
        fn no_zero_is_written_twice_or_last(fen in gappy()) {
            let words = capitals(Money::from_fen(fen));
            prop_assert!(!words.contains("零零"), "{}", words);
            for unit in ["亿", "万", "角", "分", "整"] {
                let zero = format!("零{unit}");
                prop_assert!(!words.contains(zero.as_str()), "{}", words);
            }
            prop_assert_eq!(words.contains("零元"), fen == 0, "{}", words);
        }

        #[test]
        fn any_amount_has_words(fen: i64) {
            prop_assert_eq!(read_back(&capitals(Money::from_fen(fen / 1_000))), Some(fen / 1_000));
            prop_assert!(capitals(Money::from_fen(fen)).starts_with("人民币"));
        }
    }
}
