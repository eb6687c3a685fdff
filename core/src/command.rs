//! A command: what one user asked for, frozen when it was asked.
//!
//! On the wire a command is `{seq, id, by, kind, kv, at, args}` ([`crate::sync::protocol::Envelope`]); `kind` is
//! `feature.verb`. A kind's meaning never changes: a new meaning is a new kind. A field that a kind got later is its
//! version 2, and whoever uses it says so: a server of before keeps such a command and refuses it by name, for it would
//! pass the field over and take the command for something else. This module never decides anything;
//! [`crate::apply()`] does.

use serde_json::Value;

use crate::values::{CommandId, Timestamp, UserId};
use crate::{
    approvals, authority, calendar, customers, deputies, frameworks, inbox, letterhead, opportunities,
    organisation, pricing, quotes, visits,
};

/// Version of a command that says what its kind could always say.
pub const FIRST_VERSION: u16 = 1;
/// Version of a command that uses a field which its kind got later.
pub const LATER_VERSION: u16 = 2;

/// One thing that a user asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Command {
    /// Made on the device when the user acted; makes resending harmless.
    pub id: CommandId,
    /// Who asked. The server refuses a command whose author is not the session's user.
    pub by: UserId,
    /// The device's clock when it was asked: shown to people, and never decides anything but whether a framework
    /// agreement had begun and was not over on that day.
    pub at: Timestamp,
    /// What was asked.
    pub body: Body,
}

impl Command {
    /// Returns what a rule may know about the asking.
    pub fn context(&self) -> Context {
        Context { command: self.id, actor: self.by, at: self.at }
    }
}

/// What a rule may know besides its input: no clock, no randomness, no locale.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Context {
    /// The command that is being applied; also the id of what it leaves behind (cards, field stamps).
    pub command: CommandId,
    /// Who asked.
    pub actor: UserId,
    /// When it was asked, by the device's clock; for display, and for the days of a framework agreement.
    pub at: Timestamp,
}

impl Context {
    /// Returns the time of the asking, moved past all of `others`: so the newest version is the one that the
    /// server took last, whatever the clocks of the admins say.
    pub fn after(&self, others: impl IntoIterator<Item = Timestamp>) -> Timestamp {
        let last = others.into_iter().max();
        last.map_or(self.at, |last| self.at.max(Timestamp::from_ms(last.ms().saturating_add(1))))
    }
}

/// Why stored or received parts are not a command that this core understands. The raw parts are kept.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum BodyError {
    /// No feature knows this kind: it was written by a newer app, or it is garbage.
    #[error("unknown command kind {0}")]
    UnknownKind(String),
    /// The kind is known, this version of it is not.
    #[error("version {version} of {kind} is not known")]
    UnknownVersion {
        /// The kind that was named.
        kind: String,
        /// The version that was named.
        version: u16,
    },
    /// The arguments do not fit the kind.
    #[error("arguments of {kind}: {why}")]
    BadArgs {
        /// The kind that was named.
        kind: String,
        /// What the decoder said; for logs and for the inbox card.
        why: String,
    },
}

/// Defines the `Write` of a feature: what can be asked, each with its verb on the wire, and `later` the names of the
/// fields that the verb got later, at whatever depth of its arguments.
macro_rules! writes {
    ($(#[$doc:meta])* pub enum Write {
        $($(#[$each:meta])* $variant:ident($args:ty) = $verb:literal $(later [$($field:literal),+])?,)*
    }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq)]
        pub enum Write { $($(#[$each])* $variant($args),)* }

        impl Write {
            /// Every verb of this feature, as it stands on the wire behind the feature's name.
            pub const VERBS: &[&str] = &[$($verb,)*];

            /// Returns the names of the fields that a verb got later.
            pub(crate) fn later(verb: &str) -> &'static [&'static str] {
                match verb {
                    $($($verb => &[$($field),+],)?)*
                    _ => &[],
                }
            }

            /// Splits into the verb and the arguments of the wire form.
            pub(crate) fn to_parts(&self) -> (&'static str, serde_json::Result<serde_json::Value>) {
                match self { $(Self::$variant(it) => ($verb, serde_json::to_value(it)),)* }
            }

            /// Reads the arguments of a verb; `None` if there is no such verb.
            pub(crate) fn from_parts(verb: &str, args: &serde_json::Value) -> Option<serde_json::Result<Self>> {
                match verb {
                    $($verb => Some($crate::plain::read::<$args>(args).map(Self::$variant)),)*
                    _ => None,
                }
            }
        }
    };
}
pub(crate) use writes;

macro_rules! features {
    ($($(#[$doc:meta])* $variant:ident => $module:ident,)*) => {
        /// What can be asked: one line per feature, the writes are listed in the feature's `mod.rs`.
        #[allow(clippy::large_enum_variant, reason = "one at a time; limits are large where pointers have 64 bits")]
        #[derive(Debug, Clone, PartialEq)]
        pub enum Body { $($(#[$doc])* $variant($module::Write),)* }

        $(impl From<$module::Write> for Body {
            fn from(it: $module::Write) -> Self { Self::$variant(it) }
        })*

        impl Body {
            /// Returns every kind that this core understands.
            pub fn kinds() -> impl Iterator<Item = String> {
                let features: &[(&str, &[&str])] = &[$((stringify!($module), $module::Write::VERBS),)*];
                features.iter().flat_map(|(feature, verbs)| verbs.iter().map(move |verb| format!("{feature}.{verb}")))
            }

            /// Splits into the `kind` and `args` of the wire form.
            pub fn to_parts(&self) -> (String, Value) {
                let (feature, (verb, args)) = match self {
                    $(Self::$variant(it) => (stringify!($module), it.to_parts()),)*
                };
                (format!("{feature}.{verb}"), args.unwrap_or(Value::Null))
            }

            /// Returns the version of a command of this kind with these arguments.
            pub fn version(kind: &str, args: &Value) -> u16 {
                if names_any(args, Self::later(kind)) { LATER_VERSION } else { FIRST_VERSION }
            }

            fn later(kind: &str) -> &'static [&'static str] {
                match kind.split_once('.') {
                    $(Some((stringify!($module), verb)) => $module::Write::later(verb),)*
                    _ => &[],
                }
            }

            /// Reads the wire form of a command.
            ///
            /// # Errors
            /// [`BodyError`] when the kind, its version or its arguments are not understood.
            pub fn from_parts(kind: &str, version: u16, args: &Value) -> Result<Self, BodyError> {
                let unknown = || BodyError::UnknownKind(kind.to_owned());
                let (feature, verb) = kind.split_once('.').ok_or_else(unknown)?;
                let read = match feature {
                    $(stringify!($module) => $module::Write::from_parts(verb, args).map(|it| it.map(Self::$variant)),)*
                    _ => None,
                }
                .ok_or_else(unknown)?;
                let is_known = version == FIRST_VERSION
                    || version == LATER_VERSION && !Self::later(kind).is_empty();
                if !is_known {
                    return Err(BodyError::UnknownVersion { kind: kind.to_owned(), version });
                }
                read.map_err(|e| BodyError::BadArgs { kind: kind.to_owned(), why: e.to_string() })
            }
        }
    };
}

/// Says whether one of these fields is anywhere in the arguments.
fn names_any(args: &Value, fields: &[&str]) -> bool {
    match args {
        _ if fields.is_empty() => false,
        Value::Object(all) => {
            all.iter().any(|(name, value)| fields.contains(&name.as_str()) || names_any(value, fields))
        }
        Value::Array(all) => all.iter().any(|value| names_any(value, fields)),
        _ => false,
    }
}

features! {
    /// Customers and their contacts.
    Customers => customers,
    /// Visits with their checklists.
    Visits => visits,
    /// Quotes and their lines.
    Quotes => quotes,
    /// Decisions on quotes beyond the manager's own authority.
    Approvals => approvals,
    /// Opportunities and their stages.
    Opportunities => opportunities,
    /// Price-book versions.
    Pricing => pricing,
    /// Framework agreements with customers.
    Frameworks => frameworks,
    /// Versions of the discount limits.
    Authority => authority,
    /// Working days and office hours.
    Calendar => calendar,
    /// Head and foot of the customers' papers.
    Letterhead => letterhead,
    /// Units, members and posts.
    Organisation => organisation,
    /// Who acts for whom.
    Deputies => deputies,
    /// The user's own cards.
    Inbox => inbox,
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use expect_test::{Expect, expect, expect_file};
    use serde_json::json;

    use super::*;
    use crate::sync::protocol::Envelope;
    use crate::testing::{commands, numbers, sample};

    fn sealed() -> Vec<(Command, Envelope)> {
        let seal = |(seq, (by, body)): (u64, (UserId, Body))| {
            let id = CommandId::from_u128(u128::from(seq) + 100);
            let command = Command { id, by, at: sample::minute(0), body };
            let envelope = Envelope::seal(seq, &command);
            (command, envelope)
        };
        (1..).zip(commands::all()).map(seal).collect()
    }

    #[test]
    fn every_kind_is_frozen_on_the_wire() {
        let lines: Vec<String> =
            sealed().iter().map(|(_, envelope)| serde_json::to_string(envelope).unwrap()).collect();
        expect_file!["../golden/commands.jsonl"].assert_eq(&format!("{}\n", lines.join("\n")));
    }

    #[test]
    fn every_frozen_command_is_still_understood() {
        let frozen = include_str!("../golden/commands.jsonl");
        for (line, (command, envelope)) in frozen.lines().zip(sealed()) {
            let read: Envelope = serde_json::from_str(line).unwrap();
            assert_eq!((read.open().unwrap(), read), (command, envelope));
        }
    }

    /// Every kind in every version, as an app once wrote it. Lines are added, never changed: a phone may hold such a
    /// command for half a year. No test writes this file.
    const FROZEN: &str = include_str!("../golden/frozen/commands-1.jsonl");

    #[test]
    fn what_old_phones_hold_means_what_it_meant() {
        for line in FROZEN.lines() {
            let old: Envelope = serde_json::from_str(line).unwrap();
            let command = old.open().unwrap_or_else(|error| panic!("{error}: {line}"));
            let today = Envelope::seal(old.seq, &command);
            assert_eq!(today.open().as_ref(), Ok(&command), "{line}");
            // nothing that was said is lost on the way
            assert_eq!(serde_json::to_string(&today).unwrap(), line);
        }
    }

    #[test]
    fn every_kind_and_version_is_among_what_old_phones_hold() {
        let frozen: BTreeSet<(String, u16)> = FROZEN
            .lines()
            .map(|line| serde_json::from_str::<Envelope>(line).unwrap())
            .map(|old| (old.kind, old.kv))
            .collect();
        let missing: Vec<String> = sealed()
            .iter()
            .filter(|(_, today)| !frozen.contains(&(today.kind.clone(), today.kv)))
            .map(|(_, today)| serde_json::to_string(today).unwrap())
            .collect();
        assert!(
            missing.is_empty(),
            "add to golden/frozen/commands-1.jsonl, for ever:\n{}",
            missing.join("\n")
        );
    }

    #[test]
    fn fields_of_a_newer_app_are_passed_over() {
        for (command, mut envelope) in sealed() {
            sample::add_unknown_fields(&mut envelope.args);
            assert_eq!(envelope.open(), Ok(command));
        }
    }

    #[test]
    fn every_kind_has_a_sample_and_reads_back() {
        let mut seen = BTreeSet::new();
        for (_, body) in commands::all() {
            let (kind, args) = body.to_parts();
            assert_eq!(Body::from_parts(&kind, Body::version(&kind, &args), &args), Ok(body));
            seen.insert(kind);
        }
        assert_eq!(seen, Body::kinds().collect());
    }

    #[test]
    fn every_field_that_came_later_has_a_sample_of_version_2() {
        let later: BTreeSet<String> = Body::kinds()
            .flat_map(|kind| Body::later(&kind).iter().map(move |field| format!("{kind} {field}")))
            .collect();
        let mut seen = BTreeSet::new();
        for (_, envelope) in sealed() {
            let fields = Body::later(&envelope.kind);
            assert_eq!(envelope.kv == LATER_VERSION, names_any(&envelope.args, fields), "{envelope:?}");
            let named = fields.iter().filter(|field| names_any(&envelope.args, &[field]));
            seen.extend(named.map(|field| format!("{} {field}", envelope.kind)));
        }
        assert_eq!(seen, later);
    }

    #[track_caller]
    fn check(kind: &str, version: u16, args: &Value, expected: Expect) {
        let said = match Body::from_parts(kind, version, args) {
            Ok(body) => format!("understood: {}", body.to_parts().0),
            Err(error) => numbers(&error.to_string()),
        };
        // the rest are the decoder's words
        expected.assert_eq(&said.chars().take(60).collect::<String>());
    }

    #[test]
    fn what_no_feature_knows_is_an_unknown_kind() {
        let visit = json!({ "visit": sample::visit().id });
        check("visits.open", 1, &visit, expect!["understood: visits.open"]);
        check("visits.sing", 1, &visit, expect!["unknown command kind visits.sing"]);
        check("visits.", 1, &visit, expect!["unknown command kind visits."]);
        check("visits", 1, &visit, expect!["unknown command kind visits"]);
        check("visits.open.wide", 1, &visit, expect!["unknown command kind visits.open.wide"]);
        check("Visits.open", 1, &visit, expect!["unknown command kind Visits.open"]);
        check("projects.open", 1, &visit, expect!["unknown command kind projects.open"]);
        check("projects.open", 2, &visit, expect!["unknown command kind projects.open"]);
        check(".open", 1, &visit, expect!["unknown command kind .open"]);
        check("", 1, &visit, expect!["unknown command kind "]);
    }

    #[test]
    fn another_version_of_a_known_kind_is_named() {
        let visit = json!({ "visit": sample::visit().id });
        check("visits.open", 0, &visit, expect!["version 0 of visits.open is not known"]);
        check("visits.open", 2, &Value::Null, expect!["version 2 of visits.open is not known"]);
    }

    #[test]
    fn arguments_that_do_not_fit_are_named() {
        let parts = |body: Body| body.to_parts().1;
        let mut line =
            parts(Body::Quotes(quotes::Write::PutLine(commands::put_line(commands::line(1, "8")))));
        line["off"] = json!(10_001);
        check("quotes.put_line", 1, &line, expect!["arguments of quotes.put_line: more than 100 %"]);
        line["off"] = json!(800);
        line["quantity"] = json!(-1);
        check(
            "quotes.put_line",
            1,
            &line,
            expect!["arguments of quotes.put_line: invalid value: integer `-1`, e"],
        );
        let mut register = parts(Body::Customers(customers::Write::Register(commands::register())));
        register["code"] = json!("91110000MA00000120");
        check(
            "customers.register",
            1,
            &register,
            expect!["arguments of customers.register: the credit code should end "],
        );
        let mut answer = parts(Body::Visits(visits::Write::Answer(commands::answer(
            "decider",
            visits::Answer::YesNo(true),
        ))));
        answer["answer"]["kind"] = json!("drawing");
        check(
            "visits.answer",
            1,
            &answer,
            expect!["arguments of visits.answer: unknown variant `drawing`, expec"],
        );
        check("visits.open", 1, &json!({}), expect!["arguments of visits.open: missing field `visit`"]);
        check(
            "visits.open",
            1,
            &json!({ "visit": 7 }),
            expect!["arguments of visits.open: invalid type: integer `7`, expecte"],
        );
        check(
            "visits.open",
            1,
            &Value::Null,
            expect!["arguments of visits.open: invalid type: null, expected struc"],
        );
        check(
            "visits.open",
            1,
            &json!([1]),
            expect!["arguments of visits.open: invalid type: sequence, expected s"],
        );
    }

    #[test]
    fn the_order_of_versions_is_the_order_of_their_arrival() {
        let by = Context { at: Timestamp::from_ms(5), ..sample::by(1) };
        let ms = |others: &[i64]| by.after(others.iter().map(|ms| Timestamp::from_ms(*ms))).ms();
        assert_eq!(ms(&[]), 5);
        assert_eq!(ms(&[1, 4]), 5);
        assert_eq!(ms(&[5]), 6);
        assert_eq!(ms(&[9_000_000_000_000, 3]), 9_000_000_000_001);
        assert_eq!(ms(&[i64::MAX]), i64::MAX);
    }
}
