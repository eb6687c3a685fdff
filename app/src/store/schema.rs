//! Names of what is stored, and how keys are written. The IndexedDB version stays 1 for ever: new indexes are new
//! strings in `ix`, which core computes, and a new layout is a new logical schema (`meta.schema`).

/// Version of the IndexedDB database, for ever.
#[cfg(target_family = "wasm")]
pub(super) const IDB_VERSION: u32 = 1;
/// The logical schema that this program writes.
pub const SCHEMA: u32 = 1;

/// Rows as the server confirmed them, by `typ/id`.
pub(super) const ROWS: &str = "rows";
/// What pending commands made of them, by `typ/id`.
pub(super) const OVER: &str = "over";
/// Pending commands, by seq.
pub(super) const OUT: &str = "out";
/// Keystrokes that are no command yet, by `form|record`.
pub(super) const DRAFT: &str = "draft";
/// Single values, by name.
pub(super) const META: &str = "meta";
/// All object stores of a user's database.
pub(super) const ALL: [&str; 5] = [ROWS, OVER, OUT, DRAFT, META];

/// Index of [`ROWS`] and [`OVER`]: the home scope.
pub(super) const SCOPE: &str = "scope";
/// Index of [`ROWS`] and [`OVER`]: each of the record's index keys.
pub(super) const IX: &str = "ix";

/// The keys of [`META`].
pub(super) mod meta {
    /// The logical schema, a number.
    pub const SCHEMA: &str = "schema";
    /// The device's store as the server knows it: client id and incarnation.
    pub const CLIENT: &str = "client";
    /// The seq of the next command.
    pub const NEXT_SEQ: &str = "next_seq";
    /// What [`NEXT_SEQ`] was when a reveal left nothing in [`super::OVER`]: while it still is, nothing lies there.
    pub const BARE_AT: &str = "bare_at";
    /// What is known of the commands that are done.
    pub const DONE: &str = "done";
    /// Where the last reveal stood, or how far the first sync has come.
    pub const CURSOR: &str = "cursor";
    /// The key by which this device signs; not a text.
    #[cfg(target_family = "wasm")]
    pub const DEVICE_KEY: &str = "device_key";
    /// With the hash behind it: where a blob stands. In this store and not in one of its own, which would need another
    /// version of the database.
    pub const BLOB: &str = "blob|";
    /// With the hash behind it: a blob's bytes.
    pub const BYTES: &str = "bytes|";
    /// With the hash behind it: the first bytes of a blob that is being fetched.
    pub const PART: &str = "part|";
}

/// Returns the end (not included) of all strings that start with `prefix`: U+FFFF is the last code unit, and no text
/// holds it.
pub(super) fn after(prefix: &str) -> String {
    format!("{prefix}\u{ffff}")
}
