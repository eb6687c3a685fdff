//! The wire types of what is told about devices: `/api/devices`, and how a cleared phone learns what the server has.
//! Unknown fields are passed over on both sides.

use serde::{Deserialize, Serialize};

use super::protocol::Session;
use crate::values::{Bytes, ClientId, Timestamp};

/// Answer of `GET /api/devices` and `GET /api/members/{id}/devices`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Devices {
    /// The devices that a user synced with and that are not removed, the one that was here last first.
    pub devices: Vec<Device>,
}

/// A device that somebody syncs with: a browser with the app's data.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Device {
    /// Its store.
    #[cfg_attr(feature = "openapi", schema(value_type = Uuid))]
    pub client: ClientId,
    /// The browser by its name; empty: one that the server does not know.
    pub browser: String,
    /// The operating system by its name; empty: one that the server does not know.
    pub system: String,
    /// First contact.
    #[cfg_attr(feature = "openapi", schema(value_type = i64))]
    pub made_at: Timestamp,
    /// Last contact, to the hour, or to when what waits changed.
    #[cfg_attr(feature = "openapi", schema(value_type = i64))]
    pub seen_at: Timestamp,
    /// How many commands it had to send then.
    pub waiting: u32,
    /// Whoever asks, asks from it.
    pub here: bool,
    /// Since when it is to be removed. It does so as soon as it is in contact, and is no longer listed then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<i64>))]
    pub removed_at: Option<Timestamp>,
}

/// Answer of `GET /api/session`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SessionAnswer {
    /// Who is logged in.
    #[serde(flatten)]
    pub session: Session,
    /// The device that synced with this log-in; `None`: it has not yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<KnownDevice>,
}

/// What the server knows of a device that may have lost what it had.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct KnownDevice {
    /// How many of its commands have an outcome, and are safe.
    pub acknowledged: u64,
    /// How many it still had to send at its last contact.
    pub waiting: u32,
    /// Its last contact.
    #[cfg_attr(feature = "openapi", schema(value_type = i64))]
    pub seen_at: Timestamp,
    /// It is to be removed.
    #[serde(default)]
    pub is_leaving: bool,
}

/// Body of `POST /api/devices/key`: a device hands in its public key, and asks for a grant where it needs one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct KeyRequest {
    /// The device's store.
    #[cfg_attr(feature = "openapi", schema(value_type = Uuid))]
    pub client: ClientId,
    /// The uncompressed P-256 point, in Base64 for addresses.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub key: Bytes,
    /// The device's clock. What it made before may be binding without a receipt, what it makes from now on is not.
    #[cfg_attr(feature = "openapi", schema(value_type = i64))]
    pub at: Timestamp,
}

/// Answer of `POST /api/devices/key`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct KeyAnswer {
    /// Rows came of it: a pull brings them.
    #[serde(default)]
    pub news: bool,
}

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use serde_json::json;

    use super::*;
    use crate::organisation::Role;
    use crate::testing::{numbers, sample};

    #[test]
    fn a_list_of_devices() {
        let device = Device {
            client: ClientId::from_u128(8),
            browser: "Chrome".into(),
            system: "Android".into(),
            made_at: sample::minute(1),
            seen_at: sample::minute(2),
            waiting: 3,
            here: true,
            removed_at: None,
        };
        let removed = Device { removed_at: Some(sample::minute(3)), here: false, ..device.clone() };
        let list = Devices { devices: vec![device, removed] };
        let text = serde_json::to_string_pretty(&list).unwrap();
        expect![[r#"
            {
              "devices": [
                {
                  "client": "8",
                  "browser": "Chrome",
                  "system": "Android",
                  "made_at": 1800000060000,
                  "seen_at": 1800000120000,
                  "waiting": 3,
                  "here": true
                },
                {
                  "client": "8",
                  "browser": "Chrome",
                  "system": "Android",
                  "made_at": 1800000060000,
                  "seen_at": 1800000120000,
                  "waiting": 3,
                  "here": false,
                  "removed_at": 1800000180000
                }
              ]
            }"#]]
        .assert_eq(&numbers(&text));
        assert_eq!(serde_json::from_str::<Devices>(&text).unwrap(), list);
    }

    #[test]
    fn a_session_reads_with_a_device_and_without() {
        let session = Session {
            user: sample::CHEN,
            login: "chen".into(),
            name: "陈静".into(),
            role: Role::Manager,
            organisation: "海港分公司".into(),
            must_change_password: false,
        };
        let device =
            KnownDevice { acknowledged: 128, waiting: 2, seen_at: sample::minute(4), is_leaving: false };
        let answer = SessionAnswer { session: session.clone(), device: Some(device) };
        let text = serde_json::to_value(&answer).unwrap();
        assert_eq!(text["acknowledged"], json!(null));
        assert_eq!(text["device"]["acknowledged"], json!(128));
        assert_eq!(serde_json::from_value::<SessionAnswer>(text.clone()).unwrap(), answer);
        assert_eq!(serde_json::from_value::<Session>(text).unwrap(), session);
        let bare = serde_json::to_value(&session).unwrap();
        let read: SessionAnswer = serde_json::from_value(bare).unwrap();
        assert_eq!(read, SessionAnswer { session, device: None });
    }
}
