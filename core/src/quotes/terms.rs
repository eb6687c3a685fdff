//! Title, term, validity of a draft, and what is given on the whole of it.

use serde::{Deserialize, Serialize};

use super::{Content, check_months, check_title, open, totals};
use crate::command::Context;
use crate::refusal::Stop;
use crate::rows::{Changes, Rows};
use crate::values::{Date, Percent, QuoteId};

/// Changes title, term and validity.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SetTerms {
    /// Of which quote.
    pub quote: QuoteId,
    /// What it is called.
    pub title: String,
    /// Term of the monthly charges.
    pub months: u16,
    /// How many months of the term are not charged; as before if it is not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub free_months: Option<u16>,
    /// Discount off everything that is left after the lines' own; as before if it is not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overall: Option<Percent>,
    /// Last day on which the customer may accept.
    pub valid_until: Date,
}

pub(super) fn set(rows: &Rows, by: &Context, it: &SetTerms) -> Result<Changes, Stop> {
    let mut quote = open(rows, by, it.quote)?;
    let free_months = it.free_months.unwrap_or(quote.content.free_months);
    check_months(it.months, free_months)?;
    let content = Content {
        title: check_title(&it.title)?,
        months: it.months,
        free_months,
        overall: it.overall.unwrap_or(quote.content.overall),
        valid_until: it.valid_until,
        ..quote.content.clone()
    };
    totals(&content)?;
    quote.change(content);
    Ok(Changes::none().put(quote))
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::super::{Finalise, Quote, Write};
    use super::*;
    use crate::testing::sample::{CHEN, percent, yuan};
    use crate::testing::{Office, commands};

    fn told(office: &mut Office, months: u16, free: Option<u16>, off: Option<&str>) -> String {
        let overall = off.map(percent);
        let set = SetTerms { months, free_months: free, overall, ..commands::set_terms() };
        office.tell(CHEN, Write::SetTerms(set))
    }

    #[test]
    fn what_is_given_on_the_whole_stays_until_something_else_is_said() {
        let mut office = Office::new().after(CHEN, Write::Draft(commands::draft()));
        let given = |office: &Office| {
            let content = &office.get::<Quote>(QuoteId::from_u128(7)).content;
            (content.free_months, content.overall.to_string())
        };
        expect!["put quote/7"].assert_eq(&told(&mut office, 24, Some(2), Some("5")));
        assert_eq!(given(&office), (2, "5%".to_owned()));
        expect!["put quote/7"].assert_eq(&told(&mut office, 12, None, None));
        assert_eq!(given(&office), (2, "5%".to_owned()));
        expect![[r#"refused quotes.free_months {"max":1}"#]].assert_eq(&told(&mut office, 2, None, None));
        expect!["put quote/7"].assert_eq(&told(&mut office, 3, None, Some("0")));
        assert_eq!(given(&office), (2, "0%".to_owned()));
    }

    #[test]
    fn a_binding_quote_keeps_what_was_given_on_the_whole() {
        let mut office = Office::new();
        // ¥76,800.00 less 5 %, less 1 of 24 months
        let it = Finalise {
            overall: percent("5"),
            free_months: 1,
            total: yuan(69_920),
            ..commands::finalise("0", 0)
        };
        expect!["put quote/7"].assert_eq(&office.tell(CHEN, Write::Finalise(it.clone())));
        let content = &office.get::<Quote>(QuoteId::from_u128(7)).content;
        assert_eq!((content.free_months, content.overall), (1, percent("5")));
        let all = Finalise { free_months: 24, ..it };
        expect![[r#"refused quotes.free_months {"max":23}"#]]
            .assert_eq(&Office::new().tell(CHEN, Write::Finalise(all)));
    }
}
