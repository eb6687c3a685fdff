//! What six digits make with a salt: PBKDF2 with HMAC-SHA-256 (RFC 8018), done by the browser, off the page's thread. Never
//! keeps the digits. A million of them can be tried by whoever takes the store out of the phone; against whoever merely
//! picks it up, the waits of [`super::rules`] stand.

use js_sys::{Array, ArrayBuffer, Object, Reflect, Uint8Array};
use leeway_core::values::Timestamp;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Crypto, CryptoKey};

use super::rules::{Lock, Tried};

/// Takes about a third of a second on a middling phone.
const ROUNDS: u32 = 300_000;
const SALT_BYTES: u32 = 16;
const PROOF_BITS: u32 = 256;

/// Makes an open lock for these digits; `None` when the browser has no cryptography, as on a page without TLS.
pub(super) async fn make(digits: &str, after_min: Option<u16>) -> Option<Lock> {
    let salt = Uint8Array::new_with_length(SALT_BYTES);
    crypto()?.get_random_values_with_array_buffer_view(&salt).ok()?;
    let salt = hex(&salt);
    let proof = proof(digits, &salt, ROUNDS).await?;
    Some(Lock {
        salt,
        proof,
        rounds: ROUNDS,
        after_min,
        locked: false,
        wrong: 0,
        wait_until: Timestamp::default(),
    })
}

/// Tries these digits; `None` when the browser has no cryptography.
pub(super) async fn tried(lock: &mut Lock, digits: &str, now: Timestamp) -> Option<Tried> {
    if let Some(wait) = lock.wait(now) {
        return Some(wait);
    }
    let proof = proof(digits, &lock.salt, lock.rounds).await?;
    Some(lock.tried(&proof, now))
}

async fn proof(digits: &str, salt: &str, rounds: u32) -> Option<String> {
    let subtle = crypto()?.subtle();
    // a page without TLS has none
    if subtle.is_undefined() {
        return None;
    }
    let usages = Array::of1(&"deriveBits".into());
    let secret: Object = Uint8Array::from(digits.as_bytes()).unchecked_into();
    let key = subtle.import_key_with_str("raw", &secret, "PBKDF2", false, &usages).ok()?;
    let key: CryptoKey = JsFuture::from(key).await.ok()?.unchecked_into();
    let how = Object::new();
    let salt = Uint8Array::from(salt.as_bytes());
    let settings: [(&str, JsValue); 4] = [
        ("name", "PBKDF2".into()),
        ("hash", "SHA-256".into()),
        ("salt", salt.into()),
        ("iterations", rounds.into()),
    ];
    for (name, value) in settings {
        Reflect::set(&how, &name.into(), &value).ok()?;
    }
    let bits = subtle.derive_bits_with_object(&how, &key, PROOF_BITS).ok()?;
    let bits: ArrayBuffer = JsFuture::from(bits).await.ok()?.unchecked_into();
    Some(hex(&Uint8Array::new(&bits)))
}

fn crypto() -> Option<Crypto> {
    web_sys::window()?.crypto().ok()
}

fn hex(bytes: &Uint8Array) -> String {
    bytes.to_vec().iter().map(|byte| format!("{byte:02x}")).collect()
}
