//! One region of the limits as it is typed, and what a new name means for the cells. Whether regions fit together is the
//! rule's to say, not the form's.

use leeway_core::authority::{Cell, REGION_NAME_MAX, Region};
use leeway_core::values::clean;

/// Reads a region; `None` if it has no proper name. `units` are ids, as chips hold them.
pub fn read_region(name: &str, units: &[String]) -> Option<Region> {
    let name = clean(name, REGION_NAME_MAX).ok()?;
    Some(Region { name, units: units.iter().filter_map(|it| it.parse().ok()).collect() })
}

/// Takes a region's new name into the cells that name it.
pub fn rename(cells: &mut [Cell], from: &str, to: &str) {
    for cell in cells {
        if cell.regions.remove(from) {
            cell.regions.insert(to.to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use leeway_core::testing::commands::publish_regions;
    use leeway_core::values::UnitId;

    use super::*;

    #[test]
    fn a_region_reads_back() {
        let region = publish_regions().regions.remove(0);
        let units: Vec<String> = region.units.iter().map(UnitId::to_string).collect();
        assert_eq!(read_region(" 江东 ", &units), Some(region));
        assert_eq!(read_region(" ", &units), None);
        assert_eq!(read_region(&"江".repeat(21), &[]), None);
    }

    #[test]
    fn cells_follow_a_new_name() {
        let mut cells = publish_regions().cells;
        rename(&mut cells, "江东", "江南");
        assert!(cells[0].regions.is_empty() && cells[1].regions.contains("江南"));
        assert_eq!(cells[1].regions.len(), 1);
    }
}
