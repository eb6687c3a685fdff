//! What a command says, as a hash: by it a resent command is told from another one under the same number or id.

use leeway_core::sync::protocol::Envelope;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::db;

/// Returns the SHA-256 of what a command says, whatever its place in the order and that of its fields.
pub(super) fn payload_sha(envelope: &Envelope) -> db::Sha256 {
    let mut sha = Sha256::new();
    for part in [envelope.id.uuid().as_bytes(), envelope.by.uuid().as_bytes()] {
        sha.update(part);
    }
    sha.update(envelope.at.ms().to_be_bytes());
    sha.update(envelope.kv.to_be_bytes());
    text(&mut sha, &envelope.kind);
    digest(&mut sha, &envelope.args);
    sha.finalize().into()
}

fn text(sha: &mut Sha256, text: &str) {
    sha.update(text.len().to_be_bytes());
    sha.update(text);
}

/// Digests a value with its fields in order. Each kind has a mark, each list its length, so that no two
/// values look alike.
fn digest(sha: &mut Sha256, value: &Value) {
    match value {
        Value::Null => sha.update(b"n"),
        Value::Bool(it) => sha.update(if *it { b"t" } else { b"f" }),
        Value::Number(it) => {
            sha.update(b"#");
            text(sha, &it.to_string());
        }
        Value::String(it) => {
            sha.update(b"s");
            text(sha, it);
        }
        Value::Array(items) => {
            sha.update(b"[");
            sha.update(items.len().to_be_bytes());
            for item in items {
                digest(sha, item);
            }
        }
        Value::Object(fields) => {
            sha.update(b"{");
            sha.update(fields.len().to_be_bytes());
            let mut names: Vec<&String> = fields.keys().collect();
            names.sort();
            for name in names {
                text(sha, name);
                digest(sha, &fields[name]);
            }
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use leeway_core::values::{CommandId, Timestamp, UserId};

    use super::*;

    pub(in crate::accept) fn envelope(seq: u64, args: &str) -> Envelope {
        Envelope {
            seq,
            id: CommandId::from_u128(7),
            by: UserId::from_u128(1),
            kind: "visits.open".into(),
            kv: 1,
            at: Timestamp::from_ms(5),
            args: serde_json::from_str(args).unwrap(),
        }
    }

    #[test]
    fn the_payload_is_what_is_said_not_how() {
        let one = payload_sha(&envelope(1, r#"{"a":1,"b":["x","y"]}"#));
        assert_eq!(one, payload_sha(&envelope(9, r#"{ "b": ["x", "y"], "a": 1 }"#)));
        for other in [
            r#"{"a":1,"b":["xy"]}"#,
            r#"{"a":1,"b":["y","x"]}"#,
            r#"{"a":1.0,"b":["x","y"]}"#,
            r#"{"a":"1","b":["x","y"]}"#,
            r#"{"a":1,"b":["x","y",null]}"#,
            r#"{"a":1}"#,
        ] {
            assert_ne!(one, payload_sha(&envelope(1, other)), "{other}");
        }
        let mut later = envelope(1, r#"{"a":1,"b":["x","y"]}"#);
        later.at = Timestamp::from_ms(6);
        assert_ne!(one, payload_sha(&later));
    }
}
