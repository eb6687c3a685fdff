//! One cell of the matrix as it is typed. Whether the cells fit together is the rule's to say, not the form's.

use std::collections::BTreeSet;

use leeway_core::authority::{Band, Cell};
use leeway_core::customers::Grade;
use leeway_core::values::{Money, Percent};

use super::view_model::{FAMILY_FIELDS, family_key, typed_percent};

/// A cell as it is typed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CellForm {
    /// Keys of the families.
    pub families: Vec<String>,
    /// Letters of the grades.
    pub grades: Vec<String>,
    /// Names of the regions; none: everywhere that no cell of the same family names.
    pub regions: Vec<String>,
    /// Smallest list price; empty for nothing.
    pub size_from: String,
    /// First list price that is above; empty for no end.
    pub size_below: String,
    /// Shortest term; empty for one month.
    pub months_from: String,
    /// First term that is above; empty for no end.
    pub months_below: String,
    /// Largest discount by level, lowest level first; empty for none.
    pub off: [String; 5],
}

/// What is wrong with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CellProblem {
    /// No family or no grade is chosen.
    Nothing,
    /// An amount can't be read.
    Size,
    /// A term can't be read.
    Months,
    /// The discount of this level can't be read, counted from 0.
    Off(usize),
}

/// Returns the letter of a grade in a form.
pub const fn grade_key(grade: Grade) -> &'static str {
    match grade {
        Grade::A => "a",
        Grade::B => "b",
        Grade::C => "c",
    }
}

impl CellForm {
    /// Writes a cell as it is typed.
    pub fn of(cell: &Cell) -> Self {
        let optional = |it: Option<String>| it.unwrap_or_default();
        Self {
            families: cell.families.iter().map(|it| family_key(*it).to_owned()).collect(),
            grades: cell.grades.iter().map(|it| grade_key(*it).to_owned()).collect(),
            regions: cell.regions.iter().cloned().collect(),
            size_from: cell.size.from.plain(),
            size_below: optional(cell.size.below.map(Money::plain)),
            months_from: cell.months.from.to_string(),
            months_below: optional(cell.months.below.map(|it| it.to_string())),
            off: cell.off.map(typed_percent),
        }
    }

    /// Reads what was typed.
    ///
    /// # Errors
    /// The first thing that is wrong, in the order of the screen.
    pub fn read(&self) -> Result<Cell, CellProblem> {
        let families = FAMILY_FIELDS.iter().filter(|(_, key)| self.families.iter().any(|it| it == key));
        let families: BTreeSet<_> = families.map(|(family, _)| *family).collect();
        let grades = Grade::ALL.into_iter().filter(|it| self.grades.iter().any(|key| key == grade_key(*it)));
        let grades: BTreeSet<_> = grades.collect();
        if families.is_empty() || grades.is_empty() {
            return Err(CellProblem::Nothing);
        }
        let mut off = [Percent::ZERO; 5];
        for (level, (off, typed)) in off.iter_mut().zip(&self.off).enumerate() {
            if !typed.trim().is_empty() {
                *off = Percent::parse(typed).map_err(|_| CellProblem::Off(level))?;
            }
        }
        let money = |typed: &str| Money::parse(typed).map_err(|_| CellProblem::Size);
        let months = |typed: &str| typed.trim().parse::<u16>().map_err(|_| CellProblem::Months);
        Ok(Cell {
            families,
            grades,
            size: Band {
                from: given(&self.size_from, money)?.unwrap_or(Money::ZERO),
                below: given(&self.size_below, money)?,
            },
            months: Band {
                from: given(&self.months_from, months)?.unwrap_or(1),
                below: given(&self.months_below, months)?,
            },
            regions: self.regions.iter().cloned().collect(),
            off,
        })
    }
}

/// Reads a text unless it is empty.
fn given<T>(typed: &str, read: impl Fn(&str) -> Result<T, CellProblem>) -> Result<Option<T>, CellProblem> {
    if typed.trim().is_empty() { Ok(None) } else { read(typed).map(Some) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form() -> CellForm {
        CellForm {
            families: vec!["cloud".into()],
            grades: vec!["a".into(), "b".into()],
            regions: vec!["江东".into()],
            size_below: "100,000".into(),
            months_from: "12".into(),
            off: ["5", "8", "10", "15", ""].map(str::to_owned),
            ..CellForm::default()
        }
    }

    #[test]
    fn a_cell_reads_back() {
        let cell = form().read().unwrap();
        assert_eq!((cell.size.from, cell.months.below), (Money::ZERO, None));
        assert_eq!((cell.off[4], cell.regions.len()), (Percent::ZERO, 1));
        assert_eq!(CellForm::of(&cell).read(), Ok(cell));
    }

    #[test]
    fn what_is_wrong_is_named() {
        let with = |change: fn(&mut CellForm)| {
            let mut form = form();
            change(&mut form);
            form.read().unwrap_err()
        };
        assert_eq!(with(|it| it.grades.clear()), CellProblem::Nothing);
        assert_eq!(with(|it| it.families = vec!["x".into()]), CellProblem::Nothing);
        assert_eq!(with(|it| it.size_below = "x".into()), CellProblem::Size);
        assert_eq!(with(|it| it.months_from = "-1".into()), CellProblem::Months);
        assert_eq!(with(|it| it.off[3] = "101".into()), CellProblem::Off(3));
    }
}
