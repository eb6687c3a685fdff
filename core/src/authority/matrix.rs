//! The matrix: how deep each level may go, where it depends on more than the family. The cells of a family cover
//! every region, grade, deal size and term exactly once; that is checked when limits are published, so that no quote falls
//! between two cells or into both.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{AuthorityError, Level, Limits, Situation};
use crate::customers::Grade;
use crate::organisation::Star;
use crate::pricing::Family;
use crate::values::{Money, Percent, UnitId, clean};

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

/// Units that a version of the limits speaks of by one name.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Region {
    /// Its name, by which cells name it.
    pub name: String,
    /// The units whose customers are in it.
    pub units: BTreeSet<UnitId>,
}

/// Most regions of one version.
pub const REGIONS_MAX: usize = 50;
/// Most characters of a region's name.
pub const REGION_NAME_MAX: usize = 20;

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
    /// In which regions; empty: everywhere that no cell of the same family names.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub regions: BTreeSet<String>,
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

    /// Says whether it holds in this region; `None` is everywhere that no cell of the family names.
    fn holds_in(&self, region: Option<&str>) -> bool {
        region.map_or(self.regions.is_empty(), |region| self.regions.contains(region))
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
pub(super) fn cell<'a>(limits: &'a Limits, at: &Situation, family: Family, size: Money) -> Option<&'a Cell> {
    let region = at.unit.and_then(|unit| limits.region(unit));
    let region = region.filter(|region| of(&limits.cells, family).any(|(_, it)| it.holds_in(Some(region))));
    let fits = |cell: &&Cell| cell.holds_in(region) && cell.contains(family, at.grade, size, at.months);
    limits.cells.iter().find(fits)
}

/// Returns the cells of a family, each with its number.
fn of(cells: &[Cell], family: Family) -> impl Iterator<Item = (usize, &Cell)> {
    (1..).zip(cells).filter(move |(_, cell)| cell.families.contains(&family))
}

/// Refuses cells that leave a gap, contradict each other, or give a level less than the one below.
pub(super) fn check(regions: &[Region], cells: &[Cell]) -> Result<(), AuthorityError> {
    check_regions(regions)?;
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
        let unknown = |name: &&String| regions.iter().all(|region| region.name != **name);
        if let Some(region) = cell.regions.iter().find(unknown) {
            return Err(AuthorityError::UnknownRegion { cell: place, region: region.clone() });
        }
    }
    Family::ALL.into_iter().try_for_each(|family| check_family(cells, family))
}

/// Refuses regions that have no proper name, or the name or a unit of another.
fn check_regions(regions: &[Region]) -> Result<(), AuthorityError> {
    if regions.len() > REGIONS_MAX {
        return Err(AuthorityError::TooManyRegions { max: REGIONS_MAX });
    }
    let (mut names, mut units) = (BTreeSet::new(), BTreeSet::new());
    for (place, region) in (1..).zip(regions) {
        let named = clean(&region.name, REGION_NAME_MAX).is_ok_and(|name| name == region.name);
        if !(named && names.insert(&region.name) && region.units.iter().all(|unit| units.insert(unit))) {
            return Err(AuthorityError::BadRegion { region: place });
        }
    }
    Ok(())
}

/// Looks at every corner where one band ends and the next begins: between them nothing changes.
fn check_family(cells: &[Cell], family: Family) -> Result<(), AuthorityError> {
    let mine: Vec<(usize, &Cell)> = of(cells, family).collect();
    if mine.is_empty() {
        return Ok(());
    }
    let sizes = mine.iter().flat_map(|(_, cell)| [Some(cell.size.from), cell.size.below]);
    let sizes: BTreeSet<Money> = sizes.flatten().chain([Money::ZERO]).collect();
    let terms = mine.iter().flat_map(|(_, cell)| [Some(cell.months.from), cell.months.below]);
    let terms: BTreeSet<u16> = terms.flatten().chain([1]).filter(|months| *months > 0).collect();
    let named: BTreeSet<&str> =
        mine.iter().flat_map(|(_, cell)| cell.regions.iter().map(String::as_str)).collect();
    for region in named.into_iter().map(Some).chain([None]) {
        let here: Vec<(usize, &Cell)> =
            mine.iter().filter(|(_, cell)| cell.holds_in(region)).copied().collect();
        for grade in Grade::ALL {
            for (size, months) in sizes.iter().flat_map(|size| terms.iter().map(move |it| (*size, *it))) {
                let mut fits = here.iter().filter(|(_, cell)| cell.contains(family, grade, size, months));
                let region = region.map(str::to_owned);
                match (fits.next(), fits.next()) {
                    (None, _) => return Err(AuthorityError::Gap { family, region, grade, size, months }),
                    (Some((first, _)), Some((second, _))) => {
                        let (first, second) = (*first, *second);
                        return Err(AuthorityError::Contradiction { family, region, first, second });
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
    use crate::testing::sample::{limits, percent, situation, yuan};

    fn cell(size: (i64, Option<i64>), months: (u16, Option<u16>), grades: &[Grade]) -> Cell {
        Cell {
            families: [Family::Cloud].into(),
            grades: grades.iter().copied().collect(),
            size: Band { from: yuan(size.0), below: size.1.map(yuan) },
            months: Band { from: months.0, below: months.1 },
            regions: BTreeSet::new(),
            off: ["5", "8", "10", "15", "25"].map(percent),
        }
    }

    #[track_caller]
    fn check(cells: &[Cell], expected: Expect) {
        check_with(&regions(), cells, expected);
    }

    /// Region 东 of unit 1, region 西 of units 2 and 3.
    fn regions() -> Vec<Region> {
        let region = |name: &str, units: &[u128]| Region {
            name: name.into(),
            units: units.iter().copied().map(UnitId::from_u128).collect(),
        };
        vec![region("东", &[1]), region("西", &[2, 3])]
    }

    fn within(names: &[&str], cell: Cell) -> Cell {
        Cell { regions: names.iter().map(|it| (*it).to_owned()).collect(), ..cell }
    }

    #[track_caller]
    fn check_with(regions: &[Region], cells: &[Cell], expected: Expect) {
        let said = match super::check(regions, cells) {
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

    #[test]
    fn a_region_has_its_own_cells_and_elsewhere_is_covered_too() {
        let all = || cell((0, None), (1, None), ALL);
        check(&[all(), within(&["东"], all())], expect!["covers all once"]);
        check(&[all(), within(&["东"], all()), within(&["西"], all())], expect!["covers all once"]);
        check(
            &[within(&["东", "西"], all())],
            expect!["no cell for Cloud, customers of grade A, ¥0.00, 1 months"],
        );
        check(
            &[all(), within(&["东"], cell((0, None), (12, None), ALL))],
            expect!["no cell for Cloud in 东, customers of grade A, ¥0.00, 1 months"],
        );
        check(
            &[all(), within(&["东", "西"], all()), within(&["西"], all())],
            expect!["cells 2 and 3 both say what holds for Cloud in 西"],
        );
        check(&[all(), within(&["南"], all())], expect!["cell 2 names a region that there is not: 南"]);
    }

    #[test]
    fn a_region_has_a_name_and_units_of_its_own() {
        let with = |change: fn(&mut Vec<Region>), expected: Expect| {
            let mut regions = regions();
            change(&mut regions);
            check_with(&regions, &[], expected);
        };
        with(|_| (), expect!["covers all once"]);
        let second = || expect!["region 2 has no proper name, or a name or a unit of another"];
        with(|all| all[1].name = "东".into(), second());
        with(|all| all[1].name = " ".into(), second());
        with(|all| all[1].name = "西 ".into(), second());
        with(|all| all[1].name = "西".repeat(21), second());
        with(|all| all[1].units = [UnitId::from_u128(1)].into(), second());
        let many = |all: &mut Vec<Region>| {
            *all = (0..51).map(|n| Region { name: n.to_string(), units: BTreeSet::new() }).collect();
        };
        with(many, expect!["more than 50 regions"]);
    }

    fn any_cells() -> impl Strategy<Value = Vec<Cell>> {
        let band = (0i64..4, prop::option::of(1i64..4));
        let named = prop_oneof![3 => Just(&[][..]), 2 => Just(&["东"][..]), 1 => Just(&["东", "西"][..])];
        let cell = (band.clone(), band, prop::collection::btree_set(0usize..3, 1..=3), named);
        prop::collection::vec(cell, 1..5).prop_map(|cells| {
            let made = cells.into_iter().map(|((size, size_more), (months, months_more), grades, named)| {
                let grades: Vec<Grade> = grades.into_iter().map(|at| Grade::ALL[at]).collect();
                let months = u16::try_from(months + 1).unwrap();
                let more = months_more.map(|more| months + u16::try_from(more).unwrap());
                within(named, self::cell((size, size_more.map(|more| size + more)), (months, more), &grades))
            });
            made.collect()
        })
    }

    /// Counts the cells that hold for a quote, as people would read them: those that name its region, or else, if no cell
    /// does, those that name none.
    fn held(limits: &Limits, unit: u128, grade: Grade, size: i64, months: u16) -> usize {
        let unit = UnitId::from_u128(unit);
        let home = limits.regions.iter().find(|it| it.units.contains(&unit)).map(|it| it.name.clone());
        let names_home = |cell: &&Cell| home.as_ref().is_some_and(|home| cell.regions.contains(home));
        let own = limits.cells.iter().any(|cell| names_home(&cell));
        let here = |cell: &&Cell| if own { names_home(cell) } else { cell.regions.is_empty() };
        let fits = |cell: &&Cell| cell.contains(Family::Cloud, grade, yuan(size), months);
        let count = limits.cells.iter().filter(here).filter(fits).count();
        let at = Situation { unit: Some(unit), grade, months, ..situation() };
        assert_eq!(super::cell(limits, &at, Family::Cloud, yuan(size)).is_some(), count > 0);
        count
    }

    proptest! {
        /// What the check says of the corners holds everywhere.
        #[test]
        fn checked_cells_hold_exactly_one_for_every_quote(cells in any_cells()) {
            // unit 9 is in no region
            let counts = [1, 2, 9].into_iter().flat_map(|unit| {
                let limits = Limits { regions: regions(), cells: cells.clone(), ..limits() };
                Grade::ALL.into_iter().flat_map(move |grade| {
                    let limits = limits.clone();
                    (0..9).flat_map(move |size| {
                        let limits = limits.clone();
                        (1..9).map(move |months| held(&limits, unit, grade, size, months))
                    })
                })
            });
            let (mut least, mut most) = (usize::MAX, 0);
            for count in counts {
                (least, most) = (least.min(count), most.max(count));
            }
            match super::check(&regions(), &cells) {
                Ok(()) => prop_assert_eq!((least, most), (1, 1)),
                Err(AuthorityError::Gap { .. }) => prop_assert_eq!(least, 0),
                Err(AuthorityError::Contradiction { .. }) => prop_assert!(most > 1),
                Err(other) => prop_assert!(false, "{}", other),
            }
        }
    }
}
