//! What a first visit fetches, counted from the built files alone: `index.html`, every file that it names, every file
//! that those scripts import and those styles link, and the service worker's script. Bodies only, in the smallest
//! form that the server has (brotli). The rest of the build arrives in the background, by the service worker; so do
//! the pages (`data-pages`), which nobody sees before they have logged in.
//! Never counts headers or the answers of the API.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use crate::dist::{files, precache, twins};
use crate::error::{About, Result};

/// A size in the files' smallest form.
#[derive(Debug, PartialEq, Eq)]
pub struct Part {
    /// The file's address.
    pub url: String,
    /// Bytes over the wire.
    pub bytes: u64,
}

/// Returns what a first visit fetches, largest first.
pub fn first_load(dist: &Path) -> Result<Vec<Part>> {
    let mut all = BTreeMap::new();
    for file in files::below(dist)?.into_iter().filter(|file| !twins::is_twin(file)) {
        all.insert(files::address(dist, &file), file);
    }
    let mut texts = BTreeMap::new();
    for (url, file) in &all {
        // the worker names every file there is, but the page does not wait for them
        let text =
            url.ends_with(".html") || url.ends_with(".css") || (url.ends_with(".js") && url != "/sw.js");
        texts.insert(url.clone(), if text { fs::read_to_string(file).about(file)? } else { String::new() });
    }
    let fetched = reachable(&texts);
    sizes(dist, fetched.iter().map(String::as_str))
}

/// Returns everything that the service worker keeps, largest first.
pub fn precached(dist: &Path) -> Result<Vec<Part>> {
    let precache = precache::read(dist)?;
    sizes(dist, precache.files.iter().map(|file| file.url.as_str()))
}

/// Returns the sizes of these addresses, largest first.
pub fn sizes<'a>(dist: &Path, urls: impl Iterator<Item = &'a str>) -> Result<Vec<Part>> {
    let mut parts = Vec::new();
    for url in urls {
        let file = dist.join(url.trim_start_matches('/'));
        let plain = fs::metadata(&file).about(&file)?.len();
        let packed = fs::metadata(twins::twin(&file, "br")).map(|twin| twin.len());
        parts.push(Part { url: url.to_owned(), bytes: packed.unwrap_or(plain) });
    }
    parts.sort_by_key(|part| std::cmp::Reverse(part.bytes));
    Ok(parts)
}

/// Follows names from `index.html` through scripts and styles. `texts` holds every address, with the text of those
/// that may name others.
fn reachable(texts: &BTreeMap<String, String>) -> BTreeSet<String> {
    let mut fetched = BTreeSet::new();
    let mut waiting = vec!["/index.html".to_owned(), "/sw.js".to_owned()];
    while let Some(url) = waiting.pop() {
        let Some(text) = texts.get(&url) else { continue };
        if fetched.insert(url.clone()) {
            waiting.extend(named(&url, text).into_iter().map(|name| resolve(&url, name)));
        }
    }
    fetched
}

/// Returns the addresses that a text makes a browser fetch, and perhaps other words, which no file is called.
/// Reads minified texts too, where quotes and spaces are gone.
fn named<'a>(url: &str, text: &'a str) -> Vec<&'a str> {
    let openings: &[&str] = match url.rsplit('.').next() {
        Some("html") => &["href=", "src=", "data-js=", "data-wasm="],
        Some("css") => &["url("],
        Some("js") => &[" from ", "from\"", "from'", "import(", "import ", "import\"", "import'"],
        _ => &[],
    };
    let name = |rest: &'a str| {
        let rest = rest.trim_start_matches(['"', '\'', ' ']);
        rest.split(['"', '\'', ' ', ')', '>', '#', '?']).next()
    };
    openings.iter().flat_map(|opening| text.split(opening).skip(1)).filter_map(name).collect()
}

/// Turns a name into an address, as seen from the file that names it.
fn resolve(from: &str, name: &str) -> String {
    if name.starts_with('/') {
        return name.to_owned();
    }
    let mut folders: Vec<&str> = from.split('/').collect();
    folders.pop();
    for part in name.split('/') {
        match part {
            "." => {}
            ".." => drop(folders.pop()),
            part => folders.push(part),
        }
    }
    folders.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reached(files: &[(&str, &str)]) -> Vec<String> {
        let texts = files.iter().map(|(url, text)| ((*url).to_owned(), (*text).to_owned())).collect();
        reachable(&texts).into_iter().collect()
    }

    #[test]
    fn what_the_page_names_is_fetched_and_the_rest_is_not() {
        let page = r#"<link rel="stylesheet" href="/base-1.css" integrity="sha384-x">
            <link rel="modulepreload" href="/app-1.js"><svg><use href="/icons.svg#i-today"/></svg>
            <script type="module" src="/boot.js" data-js="/app-1.js" data-wasm="/app-1_bg.wasm"></script>
            <a href="https://example.org/other.css">elsewhere</a>"#;
        let files = [
            ("/index.html", page),
            ("/sw.js", ""),
            ("/base-1.css", "body { background: url(paper.svg) }"),
            ("/paper.svg", ""),
            ("/icons.svg", ""),
            ("/boot.js", "await import(tag.dataset.js)"),
            ("/app-1.js", "import { a } from './snippets/x/inline.js';"),
            ("/app-1_bg.wasm", ""),
            ("/snippets/x/inline.js", "import '../y.js'"),
            ("/snippets/y.js", ""),
            ("/icons/512.png", ""),
            ("/precache.json", ""),
        ];
        let never = ["/icons/512.png", "/precache.json"];
        let mut expected: Vec<_> =
            files.iter().map(|file| file.0).filter(|url| !never.contains(url)).collect();
        expected.sort_unstable();
        assert_eq!(reached(&files), expected);
    }

    #[test]
    fn the_pages_behind_the_log_in_are_not_part_of_it_but_the_way_to_them_is() {
        let page = "<script src=/recover.js></script>\
            <script src=/boot.js data-pages=\"/pages.wasm\" data-js=/app.js data-wasm=/app.wasm></script>";
        let files = [
            ("/app.js", "import * as link from './link.js'"),
            ("/app.wasm", ""),
            ("/boot.js", ""),
            ("/index.html", page),
            ("/link.js", "import { initSync } from \"./app.js\"; fetch(new URL(\"./pages.wasm\", here))"),
            ("/pages.wasm", ""),
            ("/recover.js", ""),
        ];
        let expected = ["/app.js", "/app.wasm", "/boot.js", "/index.html", "/link.js", "/recover.js"];
        assert_eq!(reached(&files), expected);
    }

    #[test]
    fn a_minified_page_is_read_too() {
        let page = "<link href=/base.css rel=stylesheet><script src=/boot.js data-js=/app.js></script>";
        let files = [
            ("/app.js", "import{a}from\"./a.js\";import\"./b.js\""),
            ("/a.js", ""),
            ("/b.js", ""),
            ("/base.css", ""),
            ("/boot.js", ""),
            ("/index.html", page),
        ];
        assert_eq!(reached(&files), ["/a.js", "/app.js", "/b.js", "/base.css", "/boot.js", "/index.html"]);
    }

    #[test]
    fn the_smallest_form_counts() {
        let dist = tempfile::tempdir().unwrap();
        for (name, content) in [
            ("index.html", "<script src=\"/boot.js\"></script>"),
            ("boot.js", "1234567890"),
            ("boot.js.br", "1234"),
            ("sw.js", "12"),
            ("other.js", "not fetched"),
        ] {
            fs::write(dist.path().join(name), content).unwrap();
        }
        let parts = first_load(dist.path()).unwrap();
        let parts: Vec<_> = parts.iter().map(|part| (part.url.as_str(), part.bytes)).collect();
        assert_eq!(parts, [("/index.html", 32), ("/boot.js", 4), ("/sw.js", 2)]);
    }
}
