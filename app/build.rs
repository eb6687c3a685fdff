//! Turns the sentences of `locales/` into Rust. Fails when one language lacks a sentence that the other has.

use std::collections::BTreeSet;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use leptos_i18n_parser::parse_locales::options::{Config, ParseOptions};
use leptos_i18n_parser::parse_locales::parse_locales;
use serde_json::Value;

const FIRST: &str = "zh-CN";
const SECOND: &str = "en";
const NAMESPACES: [&str; 14] = [
    "common",
    "shell",
    "login",
    "today",
    "customers",
    "visits",
    "quotes",
    "approvals",
    "opportunities",
    "inbox",
    "sync",
    "settings",
    "admin",
    "refusals",
];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=locales");
    let (ours, theirs) = (keys(FIRST)?, keys(SECOND)?);
    let lacking: Vec<_> = ours.symmetric_difference(&theirs).collect();
    if !lacking.is_empty() {
        return Err(format!("only one of {FIRST} and {SECOND} has {lacking:?}").into());
    }
    generate()
}

/// Writes the module that `src/i18n/mod.rs` includes.
fn generate() -> Result<(), Box<dyn Error>> {
    let config = Config::new(FIRST)?
        .add_locale(SECOND)?
        .add_namespaces(NAMESPACES)?
        .parse_options(ParseOptions::new().interpolate_display(true));
    let parsed = parse_locales(None, config)?;
    if let Some(warning) = parsed.diag.warnings().first() {
        return Err(warning.to_string().into());
    }
    let code = leptos_i18n_codegen::gen_code(&parsed, None, false, None, false)?;
    let out = PathBuf::from(std::env::var_os("OUT_DIR").ok_or("OUT_DIR is not set")?);
    Ok(fs::write(out.join("i18n.rs"), code.to_string())?)
}

/// Returns the names of all sentences of a language: `namespace.name.name`.
fn keys(locale: &str) -> Result<BTreeSet<String>, Box<dyn Error>> {
    let mut found = BTreeSet::new();
    for namespace in NAMESPACES {
        let path = Path::new("locales").join(locale).join(namespace).with_extension("json");
        let about = |error: &dyn Error| format!("{}: {error}", path.display());
        let text = fs::read_to_string(&path).map_err(|error| about(&error))?;
        let value: Value = serde_json::from_str(&text).map_err(|error| about(&error))?;
        collect(namespace, &value, &mut found);
    }
    Ok(found)
}

fn collect(name: &str, value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            for (field, value) in fields {
                collect(&format!("{name}.{field}"), value, found);
            }
        }
        _ => {
            found.insert(name.to_owned());
        }
    }
}
