//! The verification page, built beside the app into a folder of its own: the domain's check as a small Wasm, with its page,
//! its scripts and its worker. Every name but those of page and worker has a hash of all files, so that no build's script
//! meets another's program. The app's worker keeps none of it.

use std::fs;
use std::path::Path;

use crate::dist::first_load::{Part, sizes};
use crate::dist::{files, split, twins};
use crate::error::{About, Error, Result};
use crate::hash::hex_of;
use crate::places::Places;
use crate::shell::Run;
use crate::tools;

/// The folder of the page, which is its address, too (`core/src/paper/code.rs`).
pub const FOLDER: &str = "V";

const SOURCE: &str = "verify/page";
const COMPILED: &str = "wasm32-unknown-unknown/wasm-release/leeway_verify.wasm";
const PAGE: &str = "index.html";
const WORKER: &str = "sw.js";
/// What the page shows in the browser's tab: the app's.
const ICON: &str = "/icons/icon.svg";
const LINE: &str = r#"const PAGE = {"build":"dev","files":[]};"#;
/// What gets a hash into its name, and how the others name it.
const NAMED: [&str; 5] = ["style.css", "page.js", "words.js", "verify.js", "verify_bg.wasm"];

/// Builds the page into Trunk's output.
pub fn write(places: &Places, staged: &Path) -> Result<()> {
    let made = made(places)?;
    let folder = staged.join(FOLDER);
    fs::create_dir_all(&folder).about(&folder)?;
    for (name, bytes) in named(made)? {
        let path = folder.join(name);
        fs::write(&path, bytes).about(&path)?;
    }
    Ok(())
}

/// Says whether an address of the built app belongs to the page.
pub fn is_part(url: &str) -> bool {
    url.strip_prefix('/').and_then(|url| url.strip_prefix(FOLDER)).is_some_and(|rest| rest.starts_with('/'))
}

/// Returns what a first visit to the page transfers, largest first; the keys, some hundred bytes, apart.
pub fn transferred(dist: &Path) -> Result<Vec<Part>> {
    let own = files::below(&dist.join(FOLDER))?.into_iter().filter(|file| !twins::is_twin(file));
    let addresses: Vec<String> = own.map(|file| files::address(dist, &file)).collect();
    sizes(dist, addresses.iter().map(String::as_str).chain([ICON]))
}

/// Compiles the check and returns all files of the page by their plain names.
fn made(places: &Places) -> Result<Vec<(String, Vec<u8>)>> {
    Run::cargo()
        .args(["build", "--quiet", "--offline", "--package", "leeway-verify", "--lib"])
        .args(["--target", "wasm32-unknown-unknown", "--profile", "wasm-release", "--target-dir"])
        .arg(&places.target)
        .in_folder(&places.root)
        .check()?;
    let work = places.target.join("verify");
    fs::create_dir_all(&work).about(&work)?;
    Run::new(tools::wasm_bindgen(places)?.folder(places)?.join("wasm-bindgen"))
        .arg(places.target.join(COMPILED))
        .args(["--target", "web", "--out-dir", ".", "--out-name", "verify", "--no-typescript"])
        .in_folder(&work)
        .check()?;
    Run::new(tools::node_modules(places)?.join(".bin/wasm-opt"))
        .args(["verify_bg.wasm", "-o", "verify_bg.wasm"])
        .args(split::OPTIONS)
        .in_folder(&work)
        .check()?;
    let source = places.root.join(SOURCE);
    let read = |name: &str| {
        let folder = if name.starts_with("verify") { &work } else { &source };
        let path = folder.join(name);
        Ok((name.to_owned(), fs::read(&path).about(&path)?))
    };
    NAMED.iter().chain([&PAGE, &WORKER]).map(|name| read(name)).collect()
}

/// Gives the files their hashed names, in each other's text, too, and tells the worker of them.
fn named(files: Vec<(String, Vec<u8>)>) -> Result<Vec<(String, Vec<u8>)>> {
    let all = files.iter().fold(String::new(), |all, (name, bytes)| all + name + " " + &hex_of(bytes) + "\n");
    let hash = &hex_of(all.as_bytes())[..16];
    let hashed = |name: &str| match name.rsplit_once('.') {
        // the server knows such names by their end
        Some(("verify_bg", ending)) => format!("verify-{hash}_bg.{ending}"),
        Some((stem, ending)) => format!("{stem}-{hash}.{ending}"),
        None => name.to_owned(),
    };
    let mut made = Vec::new();
    for (name, bytes) in files {
        let is_named = NAMED.contains(&name.as_str());
        let bytes = match String::from_utf8(bytes) {
            Ok(text) if !name.ends_with(".wasm") => {
                NAMED.iter().fold(text, |text, name| renamed(&text, name, &hashed(name))).into_bytes()
            }
            Ok(text) => text.into_bytes(),
            Err(binary) => binary.into_bytes(),
        };
        made.push((if is_named { hashed(&name) } else { name }, bytes));
    }
    let kept: Vec<String> = NAMED.iter().map(|name| hashed(name)).chain(["./".to_owned()]).collect();
    let list = serde_json::json!({ "build": hash, "files": kept });
    let worker = made.iter_mut().find(|(name, _)| name == WORKER);
    let (_, bytes) = worker.ok_or_else(|| Error::shape(WORKER, "is missing"))?;
    let text = String::from_utf8_lossy(bytes).into_owned();
    if text.matches(LINE).count() != 1 {
        return Err(Error::shape(WORKER, format!("does not have the line `{LINE}` once")));
    }
    *bytes = text.replace(LINE, &format!("const PAGE = {list};")).into_bytes();
    Ok(made)
}

/// Replaces a name where it stands as a whole, in quotes or behind a slash.
fn renamed(text: &str, name: &str, hashed: &str) -> String {
    let quotes = ['"', '\''];
    let whole = |text: String, quote: char| {
        let plain = text.replace(&format!("{quote}{name}{quote}"), &format!("{quote}{hashed}{quote}"));
        plain.replace(&format!("{quote}./{name}{quote}"), &format!("{quote}./{hashed}{quote}"))
    };
    quotes.into_iter().fold(text.to_owned(), whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn renamed_files() -> Vec<(String, String)> {
        let files = [
            ("style.css", "body {}"),
            (
                "page.js",
                "import { words } from \"./words.js\"; import start from \"./verify.js\"; // verify.js",
            ),
            ("words.js", "export const words = {};"),
            ("verify.js", "new URL('verify_bg.wasm', import.meta.url)"),
            ("verify_bg.wasm", "\0asm 'verify.js'"),
            ("index.html", "<link href=\"style.css\"><script src=\"page.js\"></script>"),
            ("sw.js", "// keeps\nconst PAGE = {\"build\":\"dev\",\"files\":[]};\n"),
        ];
        let files = files.map(|(name, text)| (name.to_owned(), text.as_bytes().to_vec()));
        let made = named(files.into()).unwrap();
        made.into_iter().map(|(name, bytes)| (name, String::from_utf8(bytes).unwrap())).collect()
    }

    #[test]
    fn files_of_one_build_name_each_other_by_its_hash() {
        let made = renamed_files();
        let hash = made[0].0.strip_prefix("style-").unwrap().strip_suffix(".css").unwrap().to_owned();
        assert_eq!(hash.len(), 16);
        let text = |name: &str| &made.iter().find(|(it, _)| it == name).unwrap().1;
        assert_eq!(
            *text("index.html"),
            format!("<link href=\"style-{hash}.css\"><script src=\"page-{hash}.js\"></script>")
        );
        let page = text(&format!("page-{hash}.js"));
        assert!(
            page.contains(&format!("\"./words-{hash}.js\"; import start from \"./verify-{hash}.js\"")),
            "{page}"
        );
        assert_eq!(
            *text(&format!("verify-{hash}.js")),
            format!("new URL('verify-{hash}_bg.wasm', import.meta.url)")
        );
        assert_eq!(*text(&format!("verify-{hash}_bg.wasm")), "\0asm 'verify.js'");
        let worker = text("sw.js");
        assert!(worker.contains(&format!("\"build\":\"{hash}\"")) && worker.contains("\"./\""), "{worker}");
    }

    #[test]
    fn what_lies_in_its_folder_is_part_of_it() {
        assert!(is_part("/V/index.html") && is_part("/V/sw.js"));
        assert!(!is_part("/Verify.js") && !is_part("/index.html") && !is_part("/v/sw.js"));
    }
}
