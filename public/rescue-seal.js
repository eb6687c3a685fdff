// The form of a rescue file (docs/rescue.md): what WebCrypto can do without the program. No page, no storage: also run
// by the server's tests. Never looks into what it seals.

const VERSION = 1;
const WHAT = "leeway-rescue";
const CURVE = { name: "ECDH", namedCurve: "P-256" };

const bytesOf = (text) => new TextEncoder().encode(text);
const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

/** Writes bytes in Base64, piece by piece: a function takes only so many arguments. */
export function base64(bytes) {
  let text = "";
  for (let at = 0; at < bytes.length; at += 0x2000) text += String.fromCharCode(...bytes.subarray(at, at + 0x2000));
  return btoa(text);
}

function unbase64(text) {
  return Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
}

/**
 * Seals contents to a recovery key, `{id, public}`, so that only its private half opens them. Returns the file's text.
 * `pair` is the file's own half of the agreement; only the frozen example gives one.
 */
export async function sealed(key, user, contents, pair) {
  const { subtle } = crypto;
  const theirs = unbase64(key.public);
  const recipient = await subtle.importKey("raw", theirs, CURVE, false, []);
  const own = pair ?? (await subtle.generateKey(CURVE, false, ["deriveBits"]));
  const ephemeral = new Uint8Array(await subtle.exportKey("raw", own.publicKey));
  const shared = await subtle.deriveBits({ name: "ECDH", public: recipient }, own.privateKey, 256);
  const salt = new Uint8Array([...ephemeral, ...theirs]);
  const secret = await subtle.importKey("raw", shared, "HKDF", false, ["deriveBits"]);
  const how = { name: "HKDF", hash: "SHA-256", salt, info: bytesOf(`${WHAT}-${VERSION}`) };
  const derived = new Uint8Array(await subtle.deriveBits(how, secret, 352));
  const aes = await subtle.importKey("raw", derived.slice(0, 32), "AES-GCM", false, ["encrypt"]);
  const additionalData = bytesOf(`${WHAT}|${VERSION}|${key.id}|${user}`);
  // a nonce that was derived with its key is used once, as the key is
  const cipher = { name: "AES-GCM", iv: derived.slice(32), additionalData };
  const body = new Uint8Array(await subtle.encrypt(cipher, aes, bytesOf(JSON.stringify(contents))));
  const file = { leeway: WHAT, v: VERSION, user, key: key.id, ephemeral: base64(ephemeral), sealed: base64(body) };
  return JSON.stringify(file);
}

/** Writes a file that anybody can read; the digest finds damage, not deceit. Returns the file's text. */
export async function open(user, contents) {
  const text = JSON.stringify(contents);
  const sum = new Uint8Array(await crypto.subtle.digest("SHA-256", bytesOf(text)));
  return JSON.stringify({ leeway: WHAT, v: VERSION, user, open: text, sha256: hex(sum) });
}
