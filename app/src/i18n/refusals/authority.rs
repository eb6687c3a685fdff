//! Why limits or reasons are not published.

use leeway_core::authority::AuthorityError;
use leeway_core::pricing::Family;

use crate::i18n::{Locale, format, td_string, words};

pub(super) fn sentence(t: Locale, it: &AuthorityError) -> String {
    match it {
        AuthorityError::Decreasing { family: Some(family) } => {
            td_string!(t, refusals.authority.decreasing, family = words::family(t, *family))
        }
        AuthorityError::Decreasing { family: None } => {
            td_string!(t, refusals.authority.decreasing_cap).to_owned()
        }
        AuthorityError::MarginOfManagers => td_string!(t, refusals.authority.margin_of_managers).to_owned(),
        AuthorityError::BadCell { cell } => {
            td_string!(t, refusals.authority.bad_cell, cell = cell.to_string())
        }
        AuthorityError::Gap { family, region, grade, size, months } => td_string!(
            t,
            refusals.authority.gap,
            family = family_in(t, *family, region.as_ref()),
            grade = words::grade(t, *grade),
            size = format::money(*size),
            months = months.to_string()
        ),
        AuthorityError::Contradiction { family, region, first, second } => td_string!(
            t,
            refusals.authority.contradiction,
            family = family_in(t, *family, region.as_ref()),
            first = first.to_string(),
            second = second.to_string()
        ),
        AuthorityError::UnknownRegion { cell, region } => {
            td_string!(t, refusals.authority.unknown_region, cell = cell.to_string(), region = region.clone())
        }
        AuthorityError::BadRegion { region } => {
            td_string!(t, refusals.authority.bad_region, region = region.to_string())
        }
        AuthorityError::TooManyRegions { max } => {
            td_string!(t, refusals.authority.too_many_regions, max = max.to_string())
        }
        AuthorityError::TooManyCells { max } => {
            td_string!(t, refusals.authority.too_many_cells, max = max.to_string())
        }
        AuthorityError::Reasons { max } => {
            td_string!(t, refusals.authority.reasons, max = max.to_string())
        }
        AuthorityError::ReasonsChanged => td_string!(t, refusals.authority.reasons_changed).to_owned(),
        AuthorityError::Window { max } => td_string!(t, refusals.authority.window, max = max.to_string()),
    }
}

/// Names a family, and the region in which cells of it don't fit together.
fn family_in(t: Locale, family: Family, region: Option<&String>) -> String {
    let family = words::family(t, family);
    match region {
        Some(region) => {
            td_string!(t, refusals.authority.in_region, family = family, region = region.clone())
        }
        None => family.to_owned(),
    }
}
