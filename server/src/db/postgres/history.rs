//! Which history of the data a server holds. A cookie is about transactions by their numbers; after a failover, a
//! restore or a dump the same numbers may mean other transactions. So the epoch of an organisation is made of what
//! is stored with it (a restore changes that), of the cluster (a dump is loaded into another one) and of its
//! timeline (a promoted standby, and a recovery to a point in time, begin a new one).
//!
//! **Never** trusts the control file about the timeline of a primary: it is behind until the first checkpoint after
//! a promotion.

use sha2::{Digest, Sha256};
use sqlx::PgConnection;

use crate::auth::token::hex;
use crate::db::{DbError, Result};

/// Names a cluster and the timeline that it is on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct History {
    /// The cluster, since `initdb`.
    pub(super) system: String,
    /// As in the name of a file of the write-ahead log: eight hexadecimal digits.
    pub(super) timeline: String,
}

/// A log file can't be named on a standby.
const PRIMARY: &str = "
    select system_identifier::text, case when pg_is_in_recovery() then ''
        else left(pg_walfile_name(pg_current_wal_insert_lsn()), 8) end
    from pg_control_system()";

impl History {
    /// Asks a primary.
    pub(super) async fn of_primary(conn: &mut PgConnection) -> Result<Self> {
        let (system, timeline): (String, String) = sqlx::query_as(PRIMARY).fetch_one(conn).await?;
        if timeline.is_empty() {
            return Err(DbError::Failed(sqlx::Error::Configuration(
                "this is a standby, not the primary".into(),
            )));
        }
        Ok(Self { system, timeline })
    }

    /// Returns the epoch of an organisation with this word stored.
    pub(super) fn epoch(&self, stored: &str) -> String {
        let mut sha = Sha256::new();
        for part in [stored, &self.system, &self.timeline] {
            sha.update(part.len().to_be_bytes());
            sha.update(part);
        }
        hex(&sha.finalize()[..8])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_part_makes_another_epoch() {
        let history =
            |system: &str, timeline: &str| History { system: system.into(), timeline: timeline.into() };
        let one = history("7", "00000001").epoch("e");
        assert_eq!((one.len(), one.contains('.')), (16, false));
        assert_eq!(one, history("7", "00000001").epoch("e"));
        for other in [
            history("8", "00000001").epoch("e"),
            history("7", "00000002").epoch("e"),
            history("7", "00000001").epoch("f"),
            history("", "00000001").epoch("7e"),
        ] {
            assert_ne!(one, other);
        }
    }
}
