//! What an operator can ask the program for, with the settings of each.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use leeway_core::values::KeyId;

use super::{Config, Place, Whose};
use crate::db::Tenant;
use crate::host::Host;

/// What the program can do.
#[derive(Debug, Subcommand)]
pub enum Task {
    /// Serve an organisation, or several
    Serve(Config),
    /// Found an empty organisation with one admin, and print their one-time password
    Init(Init),
    /// Back up the SQLite database into one checked file, while it is served or not
    Backup(Backup),
    /// Put a backup in the place of the SQLite database; the server must be stopped
    Restore(Restore),
    /// Check a backup, or the SQLite database, and say what is wrong with it
    Verify(Verify),
    /// Say that what arrived before a backup made by other tools began is safe in it
    MarkDurable(MarkDurable),
    /// Begin another history of the data after a restore by other tools; the server must be stopped
    NewEpoch(NewEpoch),
    /// The key to which phones seal the work that they can't send
    #[command(subcommand)]
    RecoveryKey(RecoveryKey),
    /// The key by which the organisation signs what phones may promise
    #[command(subcommand)]
    IssuerKey(IssuerKey),
    /// Bring in the work of a phone that can't send it, out of the file that it exported; while it is served or not
    RescueImport(RescueImport),
    /// Several organisations on one server, told apart by the host name of their addresses
    #[command(subcommand)]
    Tenant(TenantTask),
}

/// Settings of a new organisation.
#[derive(Debug, Clone, Args)]
pub struct Init {
    /// Where the data is.
    #[command(flatten)]
    pub place: Place,
    /// Name of the organisation, and of its first unit
    #[arg(long, value_name = "NAME")]
    pub name: String,
    /// The admin's log-in name: lower-case letters, digits, `.`, `-` and `_`
    #[arg(long, value_name = "LOGIN")]
    pub admin: String,
}

/// What can be done about organisations; while they are served or not.
#[derive(Debug, Subcommand)]
pub enum TenantTask {
    /// Found another organisation with one admin, and print their one-time password
    Add(TenantAdd),
    /// Say by which host names an organisation is reached, in the place of those that it had
    Host(TenantHost),
    /// List the organisations: number, hosts, name
    List(Place),
}

/// Settings of another organisation.
#[derive(Debug, Clone, Args)]
pub struct TenantAdd {
    /// Where the data is.
    #[command(flatten)]
    pub place: Place,
    /// A host name by which its people reach it, as in the address without the port; may be given several times
    #[arg(long = "host", value_name = "HOST", required = true)]
    pub hosts: Vec<Host>,
    /// Name of the organisation, and of its first unit
    #[arg(long, value_name = "NAME")]
    pub name: String,
    /// The admin's log-in name: lower-case letters, digits, `.`, `-` and `_`
    #[arg(long, value_name = "LOGIN")]
    pub admin: String,
}

/// Which hosts are an organisation's.
#[derive(Debug, Clone, Args)]
pub struct TenantHost {
    /// Where the data is.
    #[command(flatten)]
    pub place: Place,
    /// Number of the organisation, as `tenant list` tells it
    #[arg(value_name = "NUMBER")]
    pub tenant: Tenant,
    /// All host names by which its people reach it, as in the address without the port
    #[arg(value_name = "HOST", required = true)]
    pub hosts: Vec<Host>,
}

/// What can be done with recovery keys.
#[derive(Debug, Subcommand)]
pub enum RecoveryKey {
    /// Make a new one: prints the private half, once, and retires the key of before
    New(Whose),
    /// List the keys, the newest first
    List(Whose),
}

/// What can be done with the organisation's keys; while it is served or not.
#[derive(Debug, Subcommand)]
pub enum IssuerKey {
    /// Make another one, which signs from now on; what the one of before has signed goes on counting
    New(Whose),
    /// List the keys, the oldest first
    List(Whose),
    /// Say that somebody else may know a key: nothing that it has signed is genuine any more
    Withdraw(Withdraw),
}

/// Which key counts no more.
#[derive(Debug, Clone, Args)]
pub struct Withdraw {
    /// Which data is meant.
    #[command(flatten)]
    pub whose: Whose,
    /// The key, as `issuer-key list` tells it
    #[arg(value_name = "KEY")]
    pub key: KeyId,
}

/// Settings of the import of a rescue file.
#[derive(Debug, Clone, Args)]
pub struct RescueImport {
    /// Which data is meant.
    #[command(flatten)]
    pub whose: Whose,
    /// The file that the phone exported
    #[arg(long, value_name = "FILE")]
    pub from: PathBuf,
    /// Log-in name of who handed it in; a file of somebody else is refused
    #[arg(long, value_name = "LOGIN")]
    pub user: String,
    /// A file with the line that `recovery-key new` printed; not needed for a file that is not sealed
    #[arg(long, value_name = "FILE")]
    pub key: Option<PathBuf>,
}

/// Settings of a backup.
#[derive(Debug, Clone, Args)]
pub struct Backup {
    /// Which data is meant.
    #[command(flatten)]
    pub whose: Whose,
    /// The file to make
    #[arg(long, value_name = "FILE")]
    pub to: PathBuf,
    /// Replace the file if it is there, once the new one is whole
    #[arg(long)]
    pub force: bool,
}

/// Settings of a restore.
#[derive(Debug, Clone, Args)]
pub struct Restore {
    /// Which data is meant.
    #[command(flatten)]
    pub whose: Whose,
    /// The backup
    #[arg(long, value_name = "FILE")]
    pub from: PathBuf,
}

/// Settings of a check.
#[derive(Debug, Clone, Args)]
pub struct Verify {
    /// Which data is meant.
    #[command(flatten)]
    pub whose: Whose,
    /// The backup; without it, the database of the data folder
    #[arg(value_name = "FILE")]
    pub file: Option<PathBuf>,
}

/// Settings of a note about a backup that another tool made.
#[derive(Debug, Clone, Args)]
pub struct MarkDurable {
    /// Which data is meant.
    #[command(flatten)]
    pub whose: Whose,
    /// When the backup began, in seconds since 1970 as `date +%s` prints them
    #[arg(long, value_name = "SECONDS")]
    pub began: i64,
}

/// Settings of another history.
#[derive(Debug, Clone, Args)]
pub struct NewEpoch {
    /// Which data is meant.
    #[command(flatten)]
    pub whose: Whose,
}
