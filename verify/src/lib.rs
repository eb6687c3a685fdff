//! What the verification page asks: is this paper genuine, and what does it say. The check is `leeway_core::proof`, the same
//! that the server uses. Never speaks to anybody, and holds no sentence: `page/page.js` does.

use leeway_core::paper::number;
use leeway_core::proof::{Evidence, Flaw, Genuine, POINT, PublicKey};
use leeway_core::values::capitals;
use wasm_bindgen::prelude::wasm_bindgen;

/// What was found.
#[wasm_bindgen]
#[derive(Debug, Clone, PartialEq)]
pub struct Found(Result<Genuine, Flaw>);

/// Checks what stands behind the `#` of the address, by the organisation's keys: uncompressed points, one after the other.
#[wasm_bindgen]
pub fn check(text: &str, points: &[u8]) -> Found {
    let keys: Vec<PublicKey> =
        points.chunks_exact(POINT).filter_map(|point| PublicKey::from_point(point).ok()).collect();
    Found(Evidence::from_text(text).and_then(|evidence| evidence.check(&keys)))
}

#[wasm_bindgen]
impl Found {
    fn said(&self, say: impl Fn(&Genuine) -> String) -> String {
        self.0.as_ref().map(say).unwrap_or_default()
    }

    /// Says what is wrong with it; empty: it is genuine.
    #[wasm_bindgen(getter)]
    pub fn flaw(&self) -> String {
        let word = |flaw: &Flaw| match flaw {
            Flaw::TooLong | Flaw::NotCose | Flaw::NotCanonical | Flaw::Claims => "unreadable",
            Flaw::Key => "unknown_key",
            Flaw::Algorithm | Flaw::Kind | Flaw::Signature | Flaw::Foreign => "forged",
        };
        self.0.as_ref().err().map(word).unwrap_or_default().to_owned()
    }

    /// Returns the organisation's name as it stood in the grant.
    #[wasm_bindgen(getter)]
    pub fn issuer(&self) -> String {
        self.said(|it| it.grant.issuer.clone())
    }

    /// Returns the number of the quote.
    #[wasm_bindgen(getter)]
    pub fn number(&self) -> String {
        self.said(|it| number(it.receipt.quote))
    }

    /// Returns the contract value in figures.
    #[wasm_bindgen(getter)]
    pub fn total(&self) -> String {
        self.said(|it| it.receipt.total.to_string())
    }

    /// Returns the contract value in Chinese capitals.
    #[wasm_bindgen(getter)]
    pub fn capitals(&self) -> String {
        self.said(|it| capitals(it.receipt.total))
    }

    /// Returns the effective discount: `8% = 9.2 折`.
    #[wasm_bindgen(getter)]
    pub fn discount(&self) -> String {
        self.said(|it| format!("{} = {} 折", it.receipt.discount, it.receipt.discount.zhe()))
    }

    /// Returns when it was signed by the phone's clock, in milliseconds.
    #[wasm_bindgen(getter)]
    #[expect(
        clippy::cast_precision_loss,
        reason = "JavaScript's dates are of this type, and exact for our times"
    )]
    pub fn signed_at(&self) -> f64 {
        self.0.as_ref().map_or(0.0, |it| it.receipt.at.ms() as f64)
    }
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "times are whole numbers")]
mod tests {
    use leeway_core::testing::proof::{content_of, grant, issuer, receipt_claims, receipt_of, signed};

    use super::*;

    fn text() -> String {
        let receipt =
            receipt_of(receipt_claims().quote, &content_of("8"), &leeway_core::proof::Chain::default());
        Evidence { grant: grant().sealed, receipt: signed(&receipt) }.to_text()
    }

    fn points() -> Vec<u8> {
        issuer().public().point().to_vec()
    }

    #[test]
    fn a_genuine_paper_says_what_was_signed() {
        let found = check(&text(), &points());
        let said =
            [found.flaw(), found.issuer(), found.number(), found.total(), found.capitals(), found.discount()];
        let expected =
            ["", "海港分公司", "00000-00007", "¥70,656.00", "人民币柒万零陆佰伍拾陆元整", "8% = 9.2 折"];
        assert_eq!(said, expected);
        assert_eq!(found.signed_at(), 1_800_000_000_000.0);
    }

    #[test]
    fn what_is_not_says_why_and_nothing_else() {
        let flaw = |text: &str, points: &[u8]| {
            let found = check(text, points);
            assert_eq!((found.total(), found.signed_at()), (String::new(), 0.0));
            found.flaw()
        };
        assert_eq!(flaw("", &points()), "unreadable");
        assert_eq!(flaw(&text()[..400], &points()), "unreadable");
        assert_eq!(flaw(&text(), &[]), "unknown_key");
        assert_eq!(flaw(&text(), &points()[1..]), "unknown_key");
        let mut forged = text().into_bytes();
        let last = forged.len() - 9;
        forged[last] = if forged[last] == b'A' { b'B' } else { b'A' };
        assert_eq!(flaw(&String::from_utf8(forged).unwrap(), &points()), "forged");
    }
}
