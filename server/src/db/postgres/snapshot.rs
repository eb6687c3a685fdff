//! Marks: a snapshot in PostgreSQL's own writing, `xmin:xmax:xip,…`. All transactions before xmin are in it, none
//! from xmax on, and in between those that are not listed. A mark may come from anybody, so it is read with care:
//! what is not exactly a snapshot is none.
//!
//! A standby does not know which transactions are still under way on the primary: its own
//! `pg_current_snapshot()` lists none, and a mark made of that would take them for seen. The safe form there is
//! `xmin:xmin:`: too little is taken for seen, and sent again.

use std::fmt;
use std::str::FromStr;

use crate::db::Mark;

/// A set of transactions whose results are seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Snapshot {
    xmin: u64,
    xmax: u64,
    /// Under way between the two, in their order.
    under_way: Vec<u64>,
}

impl Snapshot {
    /// Returns the largest that can be made of what a standby knows.
    pub(super) fn safe(&self) -> Self {
        Self { xmin: self.xmin, xmax: self.xmin, under_way: Vec::new() }
    }

    /// Whether the primary, when it saw this, can have made `mark` before.
    pub(super) fn may_follow(&self, mark: &Self) -> bool {
        mark.xmax <= self.xmax
    }

    /// Whether this holds all that `mark` holds, whatever else may be under way.
    pub(super) fn surely_holds(&self, mark: &Self) -> bool {
        mark.xmax <= self.xmin
    }

    pub(super) fn of(mark: &Mark) -> Option<Self> {
        mark.0.parse().ok()
    }
}

impl fmt::Display for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:", self.xmin, self.xmax)?;
        for (at, xid) in self.under_way.iter().enumerate() {
            write!(f, "{}{xid}", if at == 0 { "" } else { "," })?;
        }
        Ok(())
    }
}

/// Not a snapshot.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct NoSnapshot;

fn xid(text: &str) -> Result<u64, NoSnapshot> {
    let is_number = !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit());
    text.parse().ok().filter(|xid| is_number && *xid > 0).ok_or(NoSnapshot)
}

impl FromStr for Snapshot {
    type Err = NoSnapshot;

    fn from_str(text: &str) -> Result<Self, NoSnapshot> {
        let mut parts = text.split(':');
        let mut part = || parts.next().ok_or(NoSnapshot);
        let (xmin, xmax, listed) = (xid(part()?)?, xid(part()?)?, part()?);
        let under_way: Vec<u64> = match listed {
            "" => Vec::new(),
            listed => listed.split(',').map(xid).collect::<Result<_, _>>()?,
        };
        let is_in_order = under_way.windows(2).all(|pair| pair[0] < pair[1]);
        let is_inside = under_way.iter().all(|it| (xmin..xmax).contains(it));
        if parts.next().is_some() || xmin > xmax || !is_in_order || !is_inside {
            return Err(NoSnapshot);
        }
        Ok(Self { xmin, xmax, under_way })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_postgresql_writes_reads_back() {
        for text in ["1:1:", "10:20:10,14,15", "747:747:", "18446744073709551614:18446744073709551615:"] {
            assert_eq!(text.parse::<Snapshot>().map(|it| it.to_string()).as_deref(), Ok(text));
        }
    }

    #[test]
    fn nothing_else_is_a_snapshot() {
        for text in [
            "",
            "7",
            "7:8",
            ":8:",
            "7::",
            "8:7:",
            "0:7:",
            "-1:7:",
            "+1:7:",
            "7:8:6",
            "7:8:8",
            "7:9:8,7",
            "7:9:7,7",
            "7:9:7,",
            "7:8::",
            "a:8:",
            "7:18446744073709551616:",
            "7: 8:",
            "7:8:\u{0}",
        ] {
            assert_eq!(text.parse::<Snapshot>(), Err(NoSnapshot), "{text:?}");
        }
    }

    #[test]
    fn a_mark_is_compared_with_what_is_known_now() {
        let snapshot = |text: &str| text.parse::<Snapshot>().unwrap();
        let now = snapshot("10:20:10,14");
        assert!(now.may_follow(&now) && now.may_follow(&snapshot("20:20:")));
        assert!(!now.may_follow(&snapshot("10:21:")));
        // on a standby 10 to 19 may be seen or not
        assert!(now.surely_holds(&snapshot("10:10:")) && now.surely_holds(&snapshot("7:9:8")));
        assert!(!now.surely_holds(&snapshot("10:11:")));
        assert_eq!(now.safe(), snapshot("10:10:"));
        assert!(now.surely_holds(&now.safe()));
    }
}
