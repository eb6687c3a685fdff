//! The session cookie: 256 random bits, of which the database holds the SHA-256 only. **Never** readable by
//! scripts, never sent to another site, never sent without TLS except on the loopback.

use axum::http::{HeaderMap, HeaderValue, header};
use leeway_core::values::Timestamp;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::db::{self, SessionRow};
use crate::error::ApiError;

/// The cookie's name. The prefix makes browsers insist on `Secure`, `Path=/` and this very host.
pub const COOKIE: &str = "__Host-s";
/// Says that somebody is logged in, without saying who: where a browser has cleared what the app kept, the app finds
/// this still, and asks the server what is safe. Browsers keep it longer than what a script has written.
pub const SIGN: &str = "__Host-here";

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;
/// How long a session lives without use.
pub const IDLE_MS: i64 = 14 * DAY_MS;
/// How long a session lives at all.
pub const LIFE_MS: i64 = 90 * DAY_MS;
/// Use is noted once in so long, so that reading doesn't write.
pub const NOTED_MS: i64 = 60 * 60 * 1_000;

/// Draws random bytes.
///
/// # Errors
/// [`ApiError::Internal`] when the machine has none.
pub fn random<const N: usize>() -> Result<[u8; N], ApiError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| ApiError::Internal(error.to_string()))?;
    Ok(bytes)
}

/// Makes an id for something that the server itself adds.
///
/// # Errors
/// [`ApiError::Internal`] when the machine has no randomness.
pub fn fresh_id() -> Result<Uuid, ApiError> {
    Ok(uuid::Builder::from_random_bytes(random()?).into_uuid())
}

/// A secret that only the browser keeps.
pub struct Token([u8; 32]);

impl Token {
    /// Makes a new one.
    ///
    /// # Errors
    /// [`ApiError::Internal`] when the machine has no randomness.
    pub fn new() -> Result<Self, ApiError> {
        random().map(Self)
    }

    /// Finds it among the cookies of a request.
    #[must_use]
    pub fn of(headers: &HeaderMap) -> Option<Self> {
        let all = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
        let pairs = all.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
        let mut ours = pairs.filter(|(name, _)| *name == COOKIE);
        match (ours.next(), ours.next()) {
            (Some((_, value)), None) => unhex(value).map(Self),
            _ => None,
        }
    }

    /// Returns what the database knows it by.
    #[must_use]
    pub fn hash(&self) -> db::Sha256 {
        Sha256::digest(self.0).into()
    }

    /// Returns the headers that make a browser keep it, and a sign beside it that the app can see.
    ///
    /// # Errors
    /// Never: hexadecimal digits fit into a header.
    pub fn set(&self) -> Result<[HeaderValue; 2], ApiError> {
        cookies(&hex(&self.0), "1", LIFE_MS / 1_000)
    }
}

/// Returns the headers that make a browser forget the cookies.
///
/// # Errors
/// Never: it is plain text.
pub fn clear() -> Result<[HeaderValue; 2], ApiError> {
    cookies("", "", 0)
}

fn cookies(token: &str, sign: &str, seconds: i64) -> Result<[HeaderValue; 2], ApiError> {
    let header =
        |text: String| HeaderValue::from_str(&text).map_err(|error| ApiError::Internal(error.to_string()));
    let rest = format!("Path=/; Max-Age={seconds}; Secure");
    Ok([
        header(format!("{COOKIE}={token}; {rest}; HttpOnly; SameSite=Strict"))?,
        header(format!("{SIGN}={sign}; {rest}; SameSite=Strict"))?,
    ])
}

/// Returns whether a session still counts.
#[must_use]
pub fn is_alive(session: &SessionRow, now: Timestamp) -> bool {
    let age = |since: Timestamp| now.ms().saturating_sub(since.ms());
    age(session.made_at) < LIFE_MS && age(session.seen_at) < IDLE_MS
}

/// Writes bytes in hexadecimal digits.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // writing to a string can't fail
        let _ = write!(text, "{byte:02x}");
        text
    })
}

pub(crate) fn unhex(text: &str) -> Option<[u8; 32]> {
    if text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let mut bytes = [0; 32];
    for (at, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(at * 2..at * 2 + 2)?, 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use leeway_core::values::UserId;

    fn cookies(all: &[&str]) -> HeaderMap {
        all.iter().map(|it| (header::COOKIE, it.parse().unwrap())).collect()
    }

    #[test]
    fn a_cookie_comes_back_as_it_was_set() {
        let token = Token::new().unwrap();
        let [set, sign] = token.set().unwrap();
        let set = set.to_str().unwrap();
        assert_eq!(sign, "__Host-here=1; Path=/; Max-Age=7776000; Secure; SameSite=Strict");
        assert!(set.ends_with("; Path=/; Max-Age=7776000; Secure; HttpOnly; SameSite=Strict"), "{set}");
        let (pair, _) = set.split_once(';').unwrap();
        let back = Token::of(&cookies(&["theme=dark", &format!("a=b; {pair}")])).unwrap();
        assert_eq!(back.hash(), token.hash());
        assert_ne!(token.hash().as_slice(), token.0.as_slice());
    }

    #[test]
    fn anything_else_is_no_token() {
        let good = "ab".repeat(32);
        for all in [
            vec![],
            vec![format!("s={good}")],
            vec![format!("{COOKIE}={}", &good[2..])],
            vec![format!("{COOKIE}=zz{}", &good[2..])],
            vec![format!("{COOKIE}=+1{}", &good[2..])],
            // two of them: somebody put one there
            vec![format!("{COOKIE}={good}; {COOKIE}={good}")],
        ] {
            let all: Vec<&str> = all.iter().map(String::as_str).collect();
            assert!(Token::of(&cookies(&all)).is_none(), "{all:?}");
        }
    }

    #[test]
    fn a_session_ends_unused_or_old() {
        let row = |made_at, seen_at| SessionRow {
            user: UserId::from_u128(1),
            made_at: Timestamp::from_ms(made_at),
            seen_at: Timestamp::from_ms(seen_at),
            device: None,
        };
        let now = Timestamp::from_ms(100 * DAY_MS);
        assert!(is_alive(&row(11 * DAY_MS, 87 * DAY_MS), now));
        assert!(!is_alive(&row(10 * DAY_MS, 100 * DAY_MS), now));
        assert!(!is_alive(&row(80 * DAY_MS, 86 * DAY_MS), now));
    }
}
