//! The key by which this device signs: made by the browser, which does not give out its private half, to nobody. Never
//! decides what is signed.

use js_sys::{Array, ArrayBuffer, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{CryptoKey, SubtleCrypto};

/// A pair of keys, in the form in which the browser keeps it.
#[derive(Debug, Clone)]
pub struct KeyPair(JsValue);

impl KeyPair {
    /// Makes a new one; `None` when the browser has no cryptography, as on a page without TLS.
    pub async fn make() -> Option<Self> {
        let how = settings(&[("name", "ECDSA"), ("namedCurve", "P-256")])?;
        let usages = Array::of2(&"sign".into(), &"verify".into());
        // the private half is for signing only, and never comes out
        let making = subtle()?.generate_key_with_object(&how, false, &usages).ok()?;
        JsFuture::from(making.unchecked_into::<Promise>()).await.ok().map(Self)
    }

    /// Takes what the browser has kept.
    pub fn kept(value: JsValue) -> Self {
        Self(value)
    }

    /// Returns what the browser is to keep.
    pub fn to_keep(&self) -> &JsValue {
        &self.0
    }

    /// Returns the public half as an uncompressed point.
    pub async fn public(&self) -> Option<Vec<u8>> {
        let telling = subtle()?.export_key("raw", &self.half("publicKey")?).ok()?;
        let point: ArrayBuffer =
            JsFuture::from(telling.unchecked_into::<Promise>()).await.ok()?.dyn_into().ok()?;
        Some(Uint8Array::new(&point).to_vec())
    }

    /// Signs by ES256: r and s, one behind the other.
    pub async fn sign(&self, message: &[u8]) -> Option<[u8; 64]> {
        let how = settings(&[("name", "ECDSA"), ("hash", "SHA-256")])?;
        let (key, message) = (self.half("privateKey")?, Uint8Array::from(message));
        let signing = subtle()?.sign_with_object_and_buffer_source(&how, &key, &message).ok()?;
        let signed: ArrayBuffer =
            JsFuture::from(signing.unchecked_into::<Promise>()).await.ok()?.dyn_into().ok()?;
        Uint8Array::new(&signed).to_vec().try_into().ok()
    }

    fn half(&self, name: &str) -> Option<CryptoKey> {
        Reflect::get(&self.0, &name.into()).ok()?.dyn_into().ok()
    }
}

fn settings(all: &[(&str, &str)]) -> Option<Object> {
    let how = Object::new();
    for (name, value) in all {
        Reflect::set(&how, &(*name).into(), &(*value).into()).ok()?;
    }
    Some(how)
}

fn subtle() -> Option<SubtleCrypto> {
    let subtle = web_sys::window()?.crypto().ok()?.subtle();
    // a page without TLS has none
    (!subtle.is_undefined()).then_some(subtle)
}
