//! Turns the sentences of `locales/` into one constant for each key. Fails when one language lacks a sentence that the
//! other has. Asks the linker of a released build for what cutting it into two files needs.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

/// In the order of the enum `Locale`.
const LANGUAGES: [&str; 2] = ["zh-CN", "en"];

/// The sentences of a language by their keys: `file.name.name`.
type Sentences = BTreeMap<String, String>;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=locales");
    cut();
    let languages = LANGUAGES.iter().map(|tag| read(tag)).collect::<Result<Vec<_>, _>>()?;
    let [first, second] = languages.as_slice() else { return Err("two languages are expected".into()) };
    let lacking: Vec<_> = first
        .keys()
        .filter(|it| !second.contains_key(*it))
        .chain(second.keys().filter(|it| !first.contains_key(*it)))
        .collect();
    if !lacking.is_empty() {
        return Err(format!("only one language has {lacking:?}").into());
    }
    let mut code = String::new();
    write_keys(&mut code, first, second)?;
    let out = PathBuf::from(std::env::var_os("OUT_DIR").ok_or("OUT_DIR is not set")?);
    Ok(fs::write(out.join("sentences.rs"), code)?)
}

/// Has a released build cut in two by `cargo xtask` (docs/adr/0007): with `cfg(split)` the pages are behind an import
/// of the second file, and with its relocations kept a program can be taken apart.
fn cut() {
    println!("cargo::rustc-check-cfg=cfg(split)");
    let is = |name: &str, value: &str| std::env::var(name).is_ok_and(|it| it == value);
    if is("PROFILE", "release") && is("CARGO_CFG_TARGET_FAMILY", "wasm") {
        println!("cargo::rustc-cfg=split");
        println!("cargo::rustc-link-arg-bins=--emit-relocs");
    }
}

fn read(tag: &str) -> Result<Sentences, Box<dyn Error>> {
    let mut found = Sentences::new();
    for file in fs::read_dir(Path::new("locales").join(tag))? {
        let path = file?.path();
        let about = |error: &dyn Error| format!("{}: {error}", path.display());
        let text = fs::read_to_string(&path).map_err(|error| about(&error))?;
        let value: Value = serde_json::from_str(&text).map_err(|error| about(&error))?;
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        collect(&name, &value, &mut found)
            .map_err(|key| format!("{}: {key} is no sentence", path.display()))?;
    }
    Ok(found)
}

fn collect(key: &str, value: &Value, found: &mut Sentences) -> Result<(), String> {
    match value {
        Value::Object(fields) => {
            fields.iter().try_for_each(|(name, it)| collect(&format!("{key}.{name}"), it, found))
        }
        Value::String(text) => {
            found.insert(key.to_owned(), text.clone());
            Ok(())
        }
        _ => Err(key.to_owned()),
    }
}

/// Writes the keys as constants in modules, so that `visits.title` is the path `keys::visits::title`. Each brings its
/// own texts: a table of all would be in the first file as a whole.
fn write_keys(code: &mut String, first: &Sentences, second: &Sentences) -> Result<(), Box<dyn Error>> {
    writeln!(
        code,
        "/// The keys, each with the names of what its sentence needs.\npub mod keys {{ use super::Sentence;"
    )?;
    let mut open: Vec<&str> = Vec::new();
    for (key, text) in first {
        let mut path: Vec<&str> = key.split('.').collect();
        let name = path.pop().unwrap_or_default();
        let same = open.iter().zip(&path).take_while(|(a, b)| a == b).count();
        for _ in same..open.len() {
            writeln!(code, "}}")?;
        }
        for module in &path[same..] {
            writeln!(code, "pub mod {module} {{ use super::Sentence;")?;
        }
        open = path;
        let other = second.get(key).map(String::as_str).unwrap_or_default();
        let needed: BTreeSet<&str> = names(text).into_iter().chain(names(other)).collect();
        let needed: Vec<&str> = needed.into_iter().collect();
        writeln!(code, "pub const {name}: Sentence = Sentence::new([{text:?}, {other:?}], &{needed:?});")?;
    }
    for _ in 0..=open.len() {
        writeln!(code, "}}")?;
    }
    Ok(())
}

/// Returns the names between `{{` and `}}`.
fn names(text: &str) -> Vec<&str> {
    text.split("{{").skip(1).filter_map(|it| it.split_once("}}")).map(|(name, _)| name.trim()).collect()
}
