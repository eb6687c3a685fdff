//! The record: what a binding quote freezes, an approver decides on and a customer reads.

use serde::{Deserialize, Serialize};

use crate::Entity;
use crate::authority::ReasonCode;
use crate::pricing::{Charge, Family};
use crate::proof::Proof;
use crate::quotes::LineInput;
use crate::record::entity;
use crate::scope::Scope;
use crate::values::{
    CaseId, CustomerId, Date, FrameworkId, LineId, Money, OpportunityId, Percent, PostId, PriceBookId,
    ProductId, QuoteId, TaxRate, Timestamp, UserId,
};

/// A line with its price frozen from the price book.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// Which line.
    pub id: LineId,
    /// What is sold.
    pub product: ProductId,
    /// The product's name.
    pub name: String,
    /// What its discount is limited by.
    pub family: Family,
    /// Unit of the quantity.
    pub unit: String,
    /// How it is charged.
    pub charge: Charge,
    /// List price of one unit (and month), tax included.
    pub price: Money,
    /// Price that nobody may go below, tax included.
    pub floor: Money,
    /// VAT.
    pub vat: TaxRate,
    /// How many.
    pub quantity: u32,
    /// Discount off the list price.
    pub off: Percent,
    /// Given for nothing along with the rest. Its list price counts as a discount on what is sold.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub gift: bool,
    /// What is in it, if it is a bundle.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<LinePart>,
    /// The framework agreement that `price` is from, if it is not the book's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agreed: Option<Agreed>,
}

/// By which agreement a line is priced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agreed {
    /// Which one.
    pub framework: FrameworkId,
    /// The number that stands on it.
    pub number: String,
    /// What the book asks for one unit (and month) when this many are taken, tax included.
    pub list: Money,
}

impl Line {
    /// Returns what was typed to make it.
    pub fn typed(&self) -> LineInput {
        LineInput {
            line: self.id,
            product: self.product,
            quantity: self.quantity,
            off: self.off,
            gift: self.gift,
            framework: self.agreed.as_ref().map(|it| it.framework),
        }
    }
}

/// What one unit of a bundle has in it, as the customer reads it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinePart {
    /// The product's name.
    pub name: String,
    /// Unit of the quantity.
    pub unit: String,
    /// How many.
    pub quantity: u32,
}

/// Everything that the customer reads: what a binding quote freezes and an approver decides on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Content {
    /// For whom.
    pub customer: CustomerId,
    /// About which opportunity.
    pub opportunity: Option<OpportunityId>,
    /// What it is called.
    pub title: String,
    /// The price-book version of all its lines.
    pub book: PriceBookId,
    /// Term of the monthly charges.
    pub months: u16,
    /// How many months of the term are not charged.
    #[serde(default, skip_serializing_if = "no_months")]
    pub free_months: u16,
    /// Discount off everything that is left after the lines' own.
    #[serde(default, skip_serializing_if = "Percent::is_zero")]
    pub overall: Percent,
    /// Last day on which the customer may accept.
    pub valid_until: Date,
    /// The lines, in the order of the paper.
    pub lines: Vec<Line>,
}

/// What a quote said when it was sent, before it was changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Version {
    /// When it was sent.
    pub at: Timestamp,
    /// What it said.
    pub content: Content,
}

/// Most versions that are kept, the newest.
pub const VERSIONS_MAX: usize = 20;

/// Says that there are no months: they are not written then, so that what was stored before stays as it is.
pub(super) fn no_months(months: &u16) -> bool {
    *months == 0
}

/// How far a quote has come.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum QuoteState {
    /// Being worked on: indicative.
    Draft,
    /// With a post that decides: indicative.
    Submitted {
        /// The case.
        case: CaseId,
        /// Who decides.
        post: PostId,
        /// Since when.
        at: Timestamp,
    },
    /// Binding within the manager's own authority.
    Binding {
        /// Since when.
        at: Timestamp,
    },
    /// Binding by a post's decision.
    Approved {
        /// The case.
        case: CaseId,
        /// Who decided. Not `by`: flattened, it would take the place of who made the quote.
        #[serde(rename = "decided_by")]
        by: UserId,
        /// Their name.
        by_name: String,
        /// When.
        at: Timestamp,
    },
    /// Sent back with what is missing: indicative, may be changed, and says so until it is sent again.
    Returned {
        /// The case.
        case: CaseId,
        /// Who decided. Not `by`: flattened, it would take the place of who made the quote.
        #[serde(rename = "decided_by")]
        by: UserId,
        /// Their name.
        by_name: String,
        /// When.
        at: Timestamp,
        /// What is missing.
        missing: String,
    },
}

/// What had changed when a binding quote reached the server. The customer keeps the price.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Flag {
    /// The price book had been withdrawn.
    BookWithdrawn,
    /// Newer limits were in force.
    LimitsSuperseded,
    /// The manager's rating had changed.
    StarChanged,
    /// The customer's grade had changed.
    GradeChanged,
    /// A framework agreement had been ended.
    FrameworkEnded,
    /// The customer had come to another unit.
    UnitChanged,
}

/// What people believe about a quote: shape, word and colour of the stamp.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// 正式: the customer can rely on it.
    Binding,
    /// 参考: not yet.
    Indicative,
    /// 失效: its days are over.
    Expired,
}

/// A quote.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Quote {
    /// Which one.
    pub id: QuoteId,
    /// Who made it.
    pub by: UserId,
    /// When it was started.
    pub made_at: Timestamp,
    /// What the customer reads.
    #[serde(flatten)]
    pub content: Content,
    /// How far it has come.
    #[serde(flatten)]
    pub state: QuoteState,
    /// What had changed when it reached the server.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub flags: Vec<Flag>,
    /// What it keeps of the receipt by which it was made binding, if it was signed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proof: Option<Proof>,
    /// Why something is given away, as it was said last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub because: Option<ReasonCode>,
    /// When it was sent as it stands: made binding, or asked for. `None`: it was changed since, or never sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent: Option<Timestamp>,
    /// As what it was sent before, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub versions: Vec<Version>,
}

impl Quote {
    /// Returns the index prefix of the quotes that somebody made, oldest first.
    pub fn of_manager(by: UserId) -> String {
        format!("quote.by|{by}|")
    }

    /// Returns the index prefix of a customer's quotes, oldest first.
    pub fn of_customer(customer: CustomerId) -> String {
        format!("quote.customer|{customer}|")
    }

    /// Keeps what was sent as a version, if it becomes another content now.
    pub(super) fn change(&mut self, content: Content) {
        let before = std::mem::replace(&mut self.content, content);
        if before == self.content {
            return;
        }
        if let Some(at) = self.sent.take() {
            self.versions.push(Version { at, content: before });
            let more = self.versions.len().saturating_sub(VERSIONS_MAX);
            self.versions.drain(..more);
        }
    }

    /// Returns whether lines and terms can still be changed.
    pub fn is_open(&self) -> bool {
        matches!(self.state, QuoteState::Draft | QuoteState::Returned { .. })
    }

    /// Returns what the stamp says on this day.
    pub fn standing(&self, today: Date) -> Standing {
        if self.content.valid_until < today {
            Standing::Expired
        } else if matches!(self.state, QuoteState::Binding { .. } | QuoteState::Approved { .. }) {
            Standing::Binding
        } else {
            Standing::Indicative
        }
    }
}

/// Index: all quotes, oldest first.
pub const QUOTES: &str = "quote|";
/// Index: quotes with an approver, oldest first.
pub const WAITING: &str = "quote.waiting|";

impl Entity for Quote {
    entity!(Quote, QuoteId);

    fn scope(&self) -> Scope {
        Scope::Customer(self.content.customer)
    }

    fn index_keys(&self) -> Vec<String> {
        let at = self.made_at.in_index();
        let mut keys = vec![
            format!("{QUOTES}{at}"),
            format!("{}{at}", Self::of_customer(self.content.customer)),
            format!("{}{at}", Self::of_manager(self.by)),
        ];
        if matches!(self.state, QuoteState::Submitted { .. }) {
            keys.push(format!("{WAITING}{at}"));
        }
        keys
    }
}
