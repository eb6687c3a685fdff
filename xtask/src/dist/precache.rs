//! What the service worker keeps for the way without a network: the list of all files of a build, and the build's id.
//! The list is written to `precache.json` and into the staged `sw.js`, in place of its line `const PRECACHE = …;`.
//! Never changes any other line of the service worker.

use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::dist::{files, papers, twins};
use crate::error::{About, Error, Result};
use crate::hash::hex_of;

/// The list as a file, for tests and for the size figures.
pub const LIST: &str = "precache.json";

const WORKER: &str = "sw.js";
const LINE: &str = "const PRECACHE = ";
const UNSTAMPED: &str = r#"const PRECACHE = {"build":"dev","files":[]};"#;

/// The files of one build.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Precache {
    /// Names the build; another id means another version to the service worker.
    pub build: String,
    /// Every file that the app needs without a network.
    pub files: Vec<Kept>,
}

/// One file to keep.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// Its address on the server.
    pub url: String,
    /// The SHA-256 of its content, by which an unchanged file is taken over from an older build.
    pub sha256: String,
    /// Its size in bytes before compression.
    pub size: usize,
}

/// Lists the files of a built app and stamps the service worker. Without a given id the build is named after its
/// content, so that the same input makes the same build.
pub fn write(dist: &Path, build: Option<&str>) -> Result<Precache> {
    let worker = dist.join(WORKER);
    let script = fs::read_to_string(&worker).about(&worker)?;
    let files = kept(dist)?;
    let build = match build {
        Some(build) => checked(build)?.to_owned(),
        None => id(&files, &stamped(&script, UNSTAMPED)?),
    };
    let precache = Precache { build, files };
    let json = serde_json::to_string(&precache).map_err(|error| Error::shape(LIST, error))?;
    fs::write(&worker, stamped(&script, &format!("{LINE}{json};"))?).about(&worker)?;
    let list = dist.join(LIST);
    fs::write(&list, json).about(&list)?;
    Ok(precache)
}

/// Reads the list of a built app.
pub fn read(dist: &Path) -> Result<Precache> {
    let list = dist.join(LIST);
    let json = fs::read(&list).about(&list)?;
    serde_json::from_slice(&json).map_err(|error| Error::shape(list.display(), error))
}

/// Returns all files but the worker itself, its list, compressed twins, and the verification page, which has its own.
fn kept(dist: &Path) -> Result<Vec<Kept>> {
    let mut kept = Vec::new();
    for file in files::below(dist)? {
        let url = files::address(dist, &file);
        if twins::is_twin(&file) || [WORKER, LIST].contains(&&url[1..]) || papers::is_part(&url) {
            continue;
        }
        let bytes = fs::read(&file).about(&file)?;
        kept.push(Kept { url, sha256: hex_of(&bytes), size: bytes.len() });
    }
    Ok(kept)
}

/// Returns the script with its one list line replaced.
fn stamped(script: &str, line: &str) -> Result<String> {
    let places = script.lines().filter(|old| old.starts_with(LINE)).count();
    if places != 1 {
        return Err(Error::shape(WORKER, format!("has {places} lines that begin with `{LINE}`, not one")));
    }
    let lines = script.lines().map(|old| if old.starts_with(LINE) { line } else { old });
    Ok(lines.fold(String::with_capacity(script.len() + line.len()), |text, line| text + line + "\n"))
}

fn id(files: &[Kept], worker: &str) -> String {
    let all =
        files.iter().fold(hex_of(worker.as_bytes()), |all, file| all + "\n" + &file.url + " " + &file.sha256);
    hex_of(all.as_bytes())[..12].to_owned()
}

/// An id becomes part of a cache's name and of a script: letters, digits, dot, dash.
fn checked(build: &str) -> Result<&str> {
    let fits = !build.is_empty() && build.chars().all(|it| it.is_ascii_alphanumeric() || ".-".contains(it));
    if fits { Ok(build) } else { Err(Error::shape("build id", "takes letters, digits, dots and dashes")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn built() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("V")).unwrap();
        for (name, content) in [
            (
                "sw.js",
                "// keeps the shell\nconst PRECACHE = {\"build\":\"dev\",\"files\":[]};\nconst CACHE = 1;\n",
            ),
            ("index.html", "<html>"),
            ("app.wasm", "\0asm"),
            ("app.wasm.br", "twin"),
            ("V/index.html", "the verification page"),
        ] {
            fs::write(folder.path().join(name), content).unwrap();
        }
        folder
    }

    fn worker(dist: &Path) -> String {
        fs::read_to_string(dist.join("sw.js")).unwrap()
    }

    #[test]
    fn the_list_names_every_file_but_worker_list_and_twins() {
        let dist = built();
        let written = write(dist.path(), None).unwrap();
        let urls: Vec<_> = written.files.iter().map(|file| (file.url.as_str(), file.size)).collect();
        assert_eq!(urls, [("/app.wasm", 4), ("/index.html", 6)]);
        assert_eq!(written.files[1].sha256, hex_of(b"<html>"));
        assert_eq!(read(dist.path()).unwrap(), written);
    }

    #[test]
    fn the_worker_gets_the_same_list_on_its_line_only() {
        let dist = built();
        write(dist.path(), Some("b1")).unwrap();
        let list = fs::read_to_string(dist.path().join(LIST)).unwrap();
        assert!(list.starts_with(r#"{"build":"b1","files":[{"url":"/app.wasm","sha256":""#), "{list}");
        let expected = format!("// keeps the shell\nconst PRECACHE = {list};\nconst CACHE = 1;\n");
        assert_eq!(worker(dist.path()), expected);
    }

    #[test]
    fn the_id_follows_the_content_and_survives_stamping() {
        let dist = built();
        let first = write(dist.path(), None).unwrap().build;
        assert_eq!(first.len(), 12);
        write(dist.path(), Some("second-build")).unwrap();
        assert!(worker(dist.path()).contains(r#"{"build":"second-build","#));
        assert_eq!(write(dist.path(), None).unwrap().build, first);
        fs::write(dist.path().join("index.html"), "<html lang>").unwrap();
        assert_ne!(write(dist.path(), None).unwrap().build, first);
    }

    #[test]
    fn a_worker_without_the_line_and_a_strange_id_are_refused() {
        let dist = built();
        assert!(write(dist.path(), Some("\";alert(1)")).is_err());
        fs::write(dist.path().join("sw.js"), "// nothing").unwrap();
        let error = write(dist.path(), None).unwrap_err().to_string();
        assert_eq!(error, "sw.js: has 0 lines that begin with `const PRECACHE = `, not one");
    }
}
