//! What the organisation says of a paper that somebody holds: one word, by the quote as it stands now.

use serde::{Deserialize, Serialize};

use crate::proof::{Evidence, Genuine, content_sha};
use crate::quotes::{Quote, QuoteState};
use crate::values::Date;

/// How a paper stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum PaperState {
    /// The organisation stands by it.
    Confirmed,
    /// A post decides on it.
    UnderReview,
    /// The same quote was made binding with other content.
    Replaced,
    /// It was sent back or taken back.
    Withdrawn,
    /// Its days are over.
    Expired,
    /// The organisation has not received it: the phone that signed it may not have been online yet.
    Unknown,
}

/// Says how a genuine paper stands, by the quote that it is about.
pub fn paper_state(evidence: &Evidence, genuine: &Genuine, quote: Option<&Quote>, today: Date) -> PaperState {
    let Some(quote) = quote.filter(|it| it.content.customer == genuine.receipt.customer) else {
        return PaperState::Unknown;
    };
    let has_come = quote.proof.as_ref().is_some_and(|proof| proof.receipt == evidence.receipt);
    let is_same = content_sha(&quote.content) == genuine.receipt.content_sha;
    match quote.state {
        QuoteState::Binding { .. } | QuoteState::Approved { .. } if !is_same => PaperState::Replaced,
        // a draft that other phones know of, while the paper is still on the phone that signed it
        QuoteState::Draft | QuoteState::Returned { .. } if !has_come => PaperState::Unknown,
        QuoteState::Draft | QuoteState::Returned { .. } => PaperState::Withdrawn,
        QuoteState::Submitted { .. } if !(is_same || has_come) => PaperState::Withdrawn,
        _ if quote.content.valid_until < today => PaperState::Expired,
        QuoteState::Submitted { .. } => PaperState::UnderReview,
        QuoteState::Binding { .. } | QuoteState::Approved { .. } => PaperState::Confirmed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proof::{Chain, Proof, Verdict};
    use crate::quotes::Content;
    use crate::testing::proof::{content_of, grant, grant_claims, receipt_of, signed};
    use crate::testing::sample::{HEAD, WANG, day, minute, quote};
    use crate::values::{CaseId, CustomerId, GrantId};

    /// What is said of the paper on 8 % when the quote stands like this.
    fn said(it: Option<Quote>, today: &str) -> PaperState {
        let content = content_of("8");
        let receipt = receipt_of(quote(QuoteState::Draft).id, &content, &Chain::default());
        let evidence = Evidence { grant: grant().sealed, receipt: signed(&receipt) };
        let genuine = Genuine { grant: grant_claims(), receipt };
        paper_state(&evidence, &genuine, it.as_ref(), day(today))
    }

    /// The quote with this content in this state, with or without the paper's receipt.
    fn with(content: Content, state: QuoteState, has_come: bool) -> Option<Quote> {
        let receipt = signed(&receipt_of(quote(QuoteState::Draft).id, &content_of("8"), &Chain::default()));
        let proof = Proof {
            receipt,
            grant: GrantId::from_u128(1),
            under: grant().sealed,
            witnessed_at: None,
            judged: Verdict::Confirmed { notes: Vec::new() },
        };
        Some(Quote { content, proof: has_come.then_some(proof), ..quote(state) })
    }

    #[test]
    fn each_state_of_the_quote_has_its_word() {
        let (at, case, by_name) = (minute(30), CaseId::from_u128(1), "王海".to_owned());
        let submitted = QuoteState::Submitted { case, post: HEAD, at };
        let approved = QuoteState::Approved { case, by: WANG, by_name: by_name.clone(), at };
        let returned = QuoteState::Returned { case, by: WANG, by_name, at, missing: "税率".into() };
        let binding = QuoteState::Binding { at };
        let (own, other) = (content_of("8"), content_of("9"));
        use PaperState::{Confirmed, Expired, Replaced, UnderReview, Unknown, Withdrawn};
        for (content, state, has_come, word) in [
            (&own, &binding, true, Confirmed),
            (&own, &approved, true, Confirmed),
            // the price is the one on the paper, whoever confirmed it
            (&own, &approved, false, Confirmed),
            (&own, &submitted, true, UnderReview),
            (&own, &returned, true, Withdrawn),
            (&own, &QuoteState::Draft, true, Withdrawn),
            (&own, &QuoteState::Draft, false, Unknown),
            (&own, &returned, false, Unknown),
            (&other, &binding, false, Replaced),
            (&other, &approved, false, Replaced),
            (&other, &submitted, false, Withdrawn),
            (&other, &QuoteState::Draft, false, Unknown),
            // changed after it was sent back
            (&other, &returned, true, Withdrawn),
        ] {
            assert_eq!(said(with(content.clone(), state.clone(), has_come), "2026-12-31"), word, "{state:?}");
        }
        assert_eq!(said(None, "2026-12-31"), Unknown);
        assert_eq!(said(with(own.clone(), binding.clone(), true), "2027-01-01"), Expired);
        let stranger = Content { customer: CustomerId::from_u128(2), ..own };
        assert_eq!(said(with(stranger, binding, true), "2026-12-31"), Unknown);
    }
}
