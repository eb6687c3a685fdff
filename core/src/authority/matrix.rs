//! The matrix: how deep each level may go, where it depends on more than the family. The cells of a family cover
//! every grade, deal size and term exactly once; that is checked when limits are published, so that no quote falls
//! between two cells or into both.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{AuthorityError, Level, Situation};
use crate::customers::Grade;
use crate::organisation::Star;
use crate::pricing::Family;
use crate::values::{Money, Percent};

/// From here on, and below there; without an end, on and on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Band<T> {
    /// The first that is in it.
    pub from: T,
    /// The first that is above it.
    #[serde(default = "Option::default", skip_serializing_if = "Option::is_none")]
    pub below: Option<T>,
}

impl<T: Copy + PartialOrd> Band<T> {
    /// Says whether it is in it.
    pub fn contains(&self, it: T) -> bool {
        self.from <= it && self.below.is_none_or(|below| it < below)
    }
}

/// One cell of the matrix.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cell {
    /// Of which families.
    pub families: BTreeSet<Family>,
    /// For customers of which grades.
    pub grades: BTreeSet<Grade>,
    /// For quotes of which size, at list price, tax included.
    pub size: Band<Money>,
    /// For which terms, in months.
    pub months: Band<u16>,
    /// Largest effective discount: managers of one, two and three stars, heads of units, the approver.
    pub off: [Percent; 5],
}

/// Most cells of one version.
pub const CELLS_MAX: usize = 100;

impl Cell {
    fn contains(&self, family: Family, grade: Grade, size: Money, months: u16) -> bool {
        self.families.contains(&family)
            && self.grades.contains(&grade)
            && self.size.contains(size)
            && self.months.contains(months)
    }

    /// Returns the largest effective discount of a level; nothing for [`Level::Nobody`].
    pub fn limit(&self, level: Level, star: Star) -> Percent {
        let place = match level {
            Level::Own => usize::from(star.get() - 1),
            Level::UnitHead => 3,
            Level::Approver => 4,
            Level::Nobody => return Percent::ZERO,
        };
        self.off[place]
    }
}

/// Returns the cell that a quote of this size falls into; `None` if the family has none.
pub(super) fn cell<'a>(cells: &'a [Cell], at: &Situation, family: Family, size: Money) -> Option<&'a Cell> {
    cells.iter().find(|cell| cell.contains(family, at.grade, size, at.months))
}

/// Refuses cells that leave a gap, contradict each other, or give a level less than the one below.
pub(super) fn check(cells: &[Cell]) -> Result<(), AuthorityError> {
    if cells.len() > CELLS_MAX {
        return Err(AuthorityError::TooManyCells { max: CELLS_MAX });
    }
    for (place, cell) in (1..).zip(cells) {
        let falls = cell.off.windows(2).any(|pair| pair[0] > pair[1]);
        let ends = |from: i128, below: Option<i128>| below.is_some_and(|below| below <= from);
        let size = ends(cell.size.from.fen().into(), cell.size.below.map(|it| it.fen().into()));
        let months = ends(cell.months.from.into(), cell.months.below.map(Into::into));
        if falls || size || months || cell.families.is_empty() || cell.grades.is_empty() {
            return Err(AuthorityError::BadCell { cell: place });
        }
    }
    Family::ALL.into_iter().try_for_each(|family| check_family(cells, family))
}

/// Looks at every corner where one band ends and the next begins: between them nothing changes.
fn check_family(cells: &[Cell], family: Family) -> Result<(), AuthorityError> {
    let mine: Vec<(usize, &Cell)> =
        (1..).zip(cells).filter(|(_, cell)| cell.families.contains(&family)).collect();
    if mine.is_empty() {
        return Ok(());
    }
    let sizes: BTreeSet<Money> = mine
        .iter()
        .flat_map(|(_, cell)| [Some(cell.size.from), cell.size.below])
        .chain([Some(Money::ZERO)])
        .flatten()
        .collect();
    let terms: BTreeSet<u16> = mine
        .iter()
        .flat_map(|(_, cell)| [Some(cell.months.from), cell.months.below])
        .chain([Some(1)])
        .flatten()
        .filter(|months| *months > 0)
        .collect();
    for grade in Grade::ALL {
        for size in &sizes {
            for months in &terms {
                let mut here = mine.iter().filter(|(_, cell)| cell.contains(family, grade, *size, *months));
                match (here.next(), here.next()) {
                    (None, _) => {
                        return Err(AuthorityError::Gap { family, grade, size: *size, months: *months });
                    }
                    (Some((first, _)), Some((second, _))) => {
                        return Err(AuthorityError::Contradiction { family, first: *first, second: *second });
                    }
                    (Some(_), None) => {}
                }
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};
    use proptest::prelude::*;

    use super::*;
    use crate::testing::sample::{percent, yuan};

    fn cell(size: (i64, Option<i64>), months: (u16, Option<u16>), grades: &[Grade]) -> Cell {
        Cell {
            families: [Family::Cloud].into(),
            grades: grades.iter().copied().collect(),
            size: Band { from: yuan(size.0), below: size.1.map(yuan) },
            months: Band { from: months.0, below: months.1 },
            off: ["5", "8", "10", "15", "25"].map(percent),
        }
    }

    #[track_caller]
    fn check(cells: &[Cell], expected: Expect) {
        let said = match super::check(cells) {
            Ok(()) => "covers all once".to_owned(),
            Err(error) => error.to_string(),
        };
        expected.assert_eq(&said);
    }

    const ALL: &[Grade] = &Grade::ALL;

    #[test]
    fn cells_cover_everything_once() {
        check(&[], expect!["covers all once"]);
        check(&[cell((0, None), (1, None), ALL)], expect!["covers all once"]);
        let split = [
            cell((0, Some(100_000)), (1, None), ALL),
            cell((100_000, None), (1, Some(24)), &[Grade::A]),
            cell((100_000, None), (24, None), &[Grade::A]),
            cell((100_000, None), (1, None), &[Grade::B, Grade::C]),
        ];
        check(&split, expect!["covers all once"]);
        check(&split[..3], expect!["no cell for Cloud, customers of grade B, ¥100,000.00, 1 months"]);
        check(&split[1..], expect!["no cell for Cloud, customers of grade A, ¥0.00, 1 months"]);
        let twice = [cell((0, None), (1, None), ALL), cell((50_000, None), (12, None), &[Grade::C])];
        check(&twice, expect!["cells 1 and 2 both say what holds for Cloud"]);
        check(
            &[cell((0, None), (2, None), ALL)],
            expect!["no cell for Cloud, customers of grade A, ¥0.00, 1 months"],
        );
    }

    #[test]
    fn a_cell_by_itself_makes_sense() {
        let good = cell((0, None), (1, None), ALL);
        let mut falls = good.clone();
        falls.off = ["5", "8", "7", "15", "25"].map(percent);
        check(&[falls], expect!["cell 1 makes no sense by itself"]);
        check(
            &[good.clone(), cell((5, Some(5)), (1, None), ALL)],
            expect!["cell 2 makes no sense by itself"],
        );
        check(&[cell((0, None), (12, Some(12)), ALL)], expect!["cell 1 makes no sense by itself"]);
        check(&[cell((0, None), (1, None), &[])], expect!["cell 1 makes no sense by itself"]);
        check(&[Cell { families: [].into(), ..good.clone() }], expect!["cell 1 makes no sense by itself"]);
        check(&vec![good; 101], expect!["more than 100 cells"]);
    }

    fn any_cells() -> impl Strategy<Value = Vec<Cell>> {
        let band = (0i64..4, prop::option::of(1i64..4));
        let cell = (band.clone(), band, prop::collection::btree_set(0usize..3, 1..=3));
        prop::collection::vec(cell, 1..5).prop_map(|cells| {
            let made = cells.into_iter().map(|((size, size_more), (months, months_more), grades)| {
                let grades: Vec<Grade> = grades.into_iter().map(|at| Grade::ALL[at]).collect();
                let months = u16::try_from(months + 1).unwrap();
                let more = months_more.map(|more| months + u16::try_from(more).unwrap());
                self::cell((size, size_more.map(|more| size + more)), (months, more), &grades)
            });
            made.collect()
        })
    }

    proptest! {
        /// What the check says of the corners holds everywhere.
        #[test]
        fn checked_cells_hold_exactly_one_for_every_quote(cells in any_cells()) {
            let counts = Grade::ALL.into_iter().flat_map(|grade| {
                let cells = &cells;
                (0..9).flat_map(move |size| (1..9).map(move |months| {
                    cells.iter().filter(|it| it.contains(Family::Cloud, grade, yuan(size), months)).count()
                }))
            });
            let (mut least, mut most) = (usize::MAX, 0);
            for count in counts {
                (least, most) = (least.min(count), most.max(count));
            }
            match super::check(&cells) {
                Ok(()) => prop_assert_eq!((least, most), (1, 1)),
                Err(AuthorityError::Gap { .. }) => prop_assert_eq!(least, 0),
                Err(AuthorityError::Contradiction { .. }) => prop_assert!(most > 1),
                Err(other) => prop_assert!(false, "{}", other),
            }
        }
    }
}
