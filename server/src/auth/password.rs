//! Passwords: hashed with Argon2id, two at a time, and checked for being guessable. **Never** logged, never kept.

use std::sync::{Arc, OnceLock};

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use tokio::sync::Semaphore;

use crate::auth::token::random;
use crate::error::{ApiError, WeakPassword};

/// Fewest characters of a password that somebody chooses.
pub const MIN: usize = 8;
/// Most characters of a password.
pub const MAX: usize = 128;

/// How many hashes are computed at once: each takes 19 MiB and a core.
const AT_ONCE: usize = 2;

/// Those that are tried first, here and elsewhere; compared in lower case.
const COMMON: &[&str] = &[
    "00000000",
    "01234567",
    "0123456789",
    "0987654321",
    "11111111",
    "111111111",
    "1111111111",
    "11112222",
    "11223344",
    "112233445566",
    "12121212",
    "12341234",
    "123123123",
    "12344321",
    "12345678",
    "123456789",
    "1234567890",
    "123456789a",
    "12345678a",
    "123456abc",
    "123456qwe",
    "1234abcd",
    "1234qwer",
    "123qweasd",
    "147258369",
    "159357456",
    "19491001",
    "1q2w3e4r",
    "1q2w3e4r5t",
    "1qaz2wsx",
    "1qaz2wsx3edc",
    "20082008",
    "22222222",
    "31415926",
    "33333333",
    "44444444",
    "520520520",
    "5201314520",
    "52013145201314",
    "55555555",
    "66666666",
    "666888888",
    "77777777",
    "789456123",
    "87654321",
    "88888888",
    "888888888",
    "987654321",
    "9876543210",
    "99999999",
    "a1234567",
    "a12345678",
    "a123456789",
    "aa123456",
    "aaaaaaaa",
    "abc12345",
    "abc123456",
    "abcd1234",
    "abcdefgh",
    "abcdefg1",
    "administrator",
    "admin123",
    "admin1234",
    "admin888",
    "asd123456",
    "asdfasdf",
    "asdf1234",
    "asdfghjk",
    "asdfghjkl",
    "baseball",
    "changeme",
    "computer",
    "dearbook",
    "default1",
    "football",
    "helloworld",
    "iloveyou",
    "iloveyou1",
    "internet",
    "leeway123",
    "letmein1",
    "liverpool",
    "michael1",
    "mima1234",
    "monkey123",
    "nihao123",
    "p@ssw0rd",
    "p@ssword",
    "pass1234",
    "passw0rd",
    "password",
    "password1",
    "password123",
    "princess",
    "q1w2e3r4",
    "qazwsxedc",
    "qq123456",
    "qq123456789",
    "qwe12345",
    "qwe123456",
    "qwer1234",
    "qwerasdf",
    "qwertyui",
    "qwertyuiop",
    "qwerty123",
    "root1234",
    "secret123",
    "starwars",
    "sunshine",
    "superman",
    "test1234",
    "trustno1",
    "wang1234",
    "welcome1",
    "woaini123",
    "woaini520",
    "woaini521",
    "woaini1314",
    "woaiwojia",
    "wodemima",
    "xiaoming",
    "zaq12wsx",
    "zhang123",
    "zxcvbnm1",
    "zxcvbnm123",
    "zxcvbnmz",
];

/// Hashes and checks passwords.
#[derive(Debug, Clone)]
pub struct Passwords {
    turns: Arc<Semaphore>,
    /// Of a password that nobody has, so that an unknown name takes as long as a known one.
    nobody: Arc<OnceLock<String>>,
}

impl Default for Passwords {
    fn default() -> Self {
        Self { turns: Arc::new(Semaphore::new(AT_ONCE)), nobody: Arc::default() }
    }
}

impl Passwords {
    /// Returns the PHC string of a password.
    ///
    /// # Errors
    /// [`ApiError::Internal`] when the machine has no randomness.
    pub async fn hash(&self, password: &str) -> Result<String, ApiError> {
        let password = password.to_owned();
        self.work(move || hash(&password)).await?
    }

    /// Returns whether this is the password. Without a hash the answer is no, after the same work.
    ///
    /// # Errors
    /// [`ApiError::Internal`] when the hash is unreadable.
    pub async fn verify(&self, password: &str, known: Option<String>) -> Result<bool, ApiError> {
        let password = password.to_owned();
        let nobody = Arc::clone(&self.nobody);
        self.work(move || {
            let is_known = known.is_some();
            let phc = match known {
                Some(phc) => phc,
                None => match nobody.get() {
                    Some(phc) => phc.clone(),
                    None => {
                        let phc = hash("nobody's password")?;
                        nobody.get_or_init(|| phc).clone()
                    }
                },
            };
            let phc = PasswordHash::new(&phc).map_err(|error| ApiError::Internal(error.to_string()))?;
            Ok(argon2()?.verify_password(password.as_bytes(), &phc).is_ok() && is_known)
        })
        .await?
    }

    /// Prepares the answer to unknown names, so that the first one doesn't take twice as long.
    ///
    /// # Errors
    /// [`ApiError::Internal`] when the machine has no randomness.
    pub async fn warm_up(&self) -> Result<(), ApiError> {
        self.verify("", None).await.map(drop)
    }

    /// Runs it on a thread of its own, when it is its turn. The turn ends with the work, not with the request.
    async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, ApiError> {
        let turn = Arc::clone(&self.turns).acquire_owned().await.map_err(|_| ApiError::Busy)?;
        let run = move || {
            let done = work();
            drop(turn);
            done
        };
        tokio::task::spawn_blocking(run).await.map_err(|error| ApiError::Internal(error.to_string()))
    }
}

fn argon2() -> Result<Argon2<'static>, ApiError> {
    let params = Params::new(19_456, 2, 1, None).map_err(|error| ApiError::Internal(error.to_string()))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn hash(password: &str) -> Result<String, ApiError> {
    let phc = argon2()?.hash_password(password.as_bytes());
    phc.map(|phc| phc.to_string()).map_err(|error| ApiError::Internal(error.to_string()))
}

/// Refuses a password that is easily guessed.
///
/// # Errors
/// [`WeakPassword`] says why.
pub fn check(new: &str, old: &str, login: &str) -> Result<(), WeakPassword> {
    let lower = new.to_lowercase();
    match new.chars().count() {
        n if n < MIN => Err(WeakPassword::Short),
        n if n > MAX => Err(WeakPassword::Long),
        _ if lower == login.to_lowercase() => Err(WeakPassword::Login),
        _ if new == old => Err(WeakPassword::Same),
        _ if COMMON.contains(&lower.as_str()) || lower == crate::demo::PASSWORD => Err(WeakPassword::Common),
        _ => Ok(()),
    }
}

/// Makes a password to be used once: 16 characters that can't be taken for each other, 80 bits.
///
/// # Errors
/// [`ApiError::Internal`] when the machine has no randomness.
pub fn one_time() -> Result<String, ApiError> {
    const LETTERS: &[u8; 32] = b"23456789abcdefghijkmnpqrstuvwxyz";
    let bytes: [u8; 16] = random()?;
    let mut password = String::with_capacity(19);
    for (at, byte) in bytes.into_iter().enumerate() {
        if at > 0 && at % 4 == 0 {
            password.push('-');
        }
        password.push(char::from(LETTERS[usize::from(byte % 32)]));
    }
    Ok(password)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_easily_guessed_is_refused() {
        let cases = [
            ("1234567", Some(WeakPassword::Short)),
            ("余地余地余地余", Some(WeakPassword::Short)),
            ("余地余地余地余地", None),
            ("Password", Some(WeakPassword::Common)),
            ("woaini1314", Some(WeakPassword::Common)),
            (crate::demo::PASSWORD, Some(WeakPassword::Common)),
            ("Chen.Wei", Some(WeakPassword::Login)),
            ("the old password", Some(WeakPassword::Same)),
            ("correct horse", None),
        ];
        for (new, expected) in cases {
            assert_eq!(check(new, "the old password", "chen.wei").err(), expected, "{new}");
        }
        assert_eq!(check(&"x".repeat(129), "", "chen").err(), Some(WeakPassword::Long));
    }

    #[test]
    fn the_list_holds_only_what_the_other_rules_let_through() {
        for common in COMMON {
            assert!(common.len() >= MIN && common.to_lowercase() == *common, "{common}");
        }
    }

    #[test]
    fn one_time_passwords_differ_and_pass_the_check() {
        let (one, other) = (one_time().unwrap(), one_time().unwrap());
        assert_ne!(one, other);
        assert_eq!((one.len(), one.matches('-').count()), (19, 3));
        assert_eq!(check(&one, "", "chen"), Ok(()));
    }

    #[tokio::test]
    async fn a_hash_knows_its_password() {
        let passwords = Passwords::default();
        let phc = passwords.hash("correct horse").await.unwrap();
        assert!(phc.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{phc}");
        assert!(passwords.verify("correct horse", Some(phc.clone())).await.unwrap());
        assert!(!passwords.verify("correct horsf", Some(phc)).await.unwrap());
        assert!(!passwords.verify("nobody's password", None).await.unwrap());
    }
}
