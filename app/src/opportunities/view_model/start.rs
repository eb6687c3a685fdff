//! A new opportunity while it is typed.

use leeway_core::opportunities::NAME_MAX;
use leeway_core::values::{CustomerId, Date, Money, MoneyError};

/// What still has to be said before an opportunity can be started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StartGap {
    /// With whom.
    Customer,
    /// What it is called.
    Name,
    /// What it may bring.
    Amount(MoneyError),
    /// When it should be signed.
    Expected,
    /// What happens next.
    Step,
    /// And when.
    StepDay,
}

/// A new opportunity as it was typed.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TypedStart {
    /// The customer's id.
    pub customer: String,
    /// What it is called.
    pub name: String,
    /// What it may bring.
    pub amount: String,
    /// When it should be signed.
    pub expected: String,
    /// What happens next.
    pub step: String,
    /// And when.
    pub step_day: String,
}

/// An opportunity that can be started.
#[derive(Debug, Clone, PartialEq)]
pub struct StartReady {
    /// With whom.
    pub customer: CustomerId,
    /// What it is called.
    pub name: String,
    /// What it may bring.
    pub amount: Money,
    /// When it should be signed.
    pub expected: Date,
    /// What happens next.
    pub step: String,
    /// And when.
    pub step_day: Date,
}

impl TypedStart {
    /// Reads the form.
    ///
    /// # Errors
    /// The first thing that is missing or wrong, in the order of the screen.
    pub fn read(&self) -> Result<StartReady, StartGap> {
        let customer = self.customer.parse().map_err(|_| StartGap::Customer)?;
        let name = self.name.trim().to_owned();
        if name.is_empty() || name.chars().count() > NAME_MAX as usize {
            return Err(StartGap::Name);
        }
        let amount = read_amount(&self.amount).map_err(StartGap::Amount)?;
        let expected = self.expected.parse().map_err(|_| StartGap::Expected)?;
        let step = self.step.trim().to_owned();
        if step.is_empty() {
            return Err(StartGap::Step);
        }
        let step_day = self.step_day.parse().map_err(|_| StartGap::StepDay)?;
        Ok(StartReady { customer, name, amount, expected, step, step_day })
    }
}

/// Reads an amount.
///
/// # Errors
/// What is wrong with it.
pub fn read_amount(typed: &str) -> Result<Money, MoneyError> {
    Money::parse(typed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_start_says_what_it_lacks_first() {
        let mut form = TypedStart::default();
        assert_eq!(form.read(), Err(StartGap::Customer));
        form.customer = CustomerId::from_u128(1).to_string();
        assert_eq!(form.read(), Err(StartGap::Name));
        form.name = "校园网".into();
        assert_eq!(form.read(), Err(StartGap::Amount(MoneyError::Empty)));
        form.amount = "-1".into();
        assert_eq!(form.read(), Err(StartGap::Amount(MoneyError::Negative)));
        form.amount = "268,000".into();
        assert_eq!(form.read(), Err(StartGap::Expected));
        form.expected = "2026-12-31".into();
        assert_eq!(form.read(), Err(StartGap::Step));
        form.step = "看机房".into();
        assert_eq!(form.read(), Err(StartGap::StepDay));
        form.step_day = "2026-11-24".into();
        assert_eq!(form.read().map(|it| it.amount), Ok(Money::from_fen(26_800_000)));
    }
}
