//! Cuts the compiled app in two: what the log-in screen needs, and the pages (docs/adr/0007). Trunk can't: it bundles
//! the program as one file, and what this makes takes that file's place before `dist/` is swapped. The cut goes through
//! `#[wasm_split]` in `app/src/start.rs`; which function lands where follows from what calls it.
//! Never changes any other file of Trunk's output than the page.

use std::fs;
use std::path::{Path, PathBuf};

use crate::dist::files;
use crate::error::{About, Error, Result};
use crate::hash::hex_of;
use crate::places::Places;
use crate::shell::Run;
use crate::tools;

/// The compiled app, as cargo leaves it below the target folder.
const COMPILED: &str = "wasm32-unknown-unknown/wasm-release/leeway-app.wasm";
const PAGE: &str = "index.html";

/// The names that the tools give, which name each other, and what each is called with the build's hash.
const NAMES: [(&str, &str, &str); 4] = [
    ("main.js", "leeway-app-", ".js"),
    ("main_bg.wasm", "leeway-app-", "_bg.wasm"),
    ("split_pages.wasm", "leeway-pages-", ".wasm"),
    ("__wasm_split.js", "leeway-link-", ".js"),
];
const MAIN: &str = NAMES[0].0;
const MAIN_WASM: &str = NAMES[1].0;
const PAGES_WASM: &str = NAMES[2].0;
const LINK: &str = NAMES[3].0;

/// The linker puts the stack first, so nothing lies in the first kilobyte of memory: loads become shorter. Browsers
/// compile a function when it is first called: what one caller calls in a rare case is not put into that caller, as
/// the tool would by itself.
pub const OPTIONS: [&str; 6] =
    ["-Oz", "-ocimfs", "60", "--low-memory-unused", "--strip-debug", "--strip-producers"];

/// Puts the two files and their scripts into Trunk's output, in place of its one.
pub fn replace(places: &Places, staged: &Path) -> Result<()> {
    let parts = cut(places)?;
    let named = named(&parts)?;
    for (name, bytes) in &named.files {
        let path = staged.join(name);
        fs::write(&path, bytes).about(&path)?;
    }
    let path = staged.join(PAGE);
    let page = fs::read_to_string(&path).about(&path)?;
    let (page, dropped) = rewritten(&page, &named)?;
    fs::write(&path, page).about(&path)?;
    for name in dropped {
        let path = staged.join(name);
        fs::remove_file(&path).about(&path)?;
    }
    Ok(())
}

/// Runs the tools and returns their files, by the tools' own names.
fn cut(places: &Places) -> Result<Vec<(&'static str, Vec<u8>)>> {
    let work = places.target.join("split");
    if work.is_dir() {
        fs::remove_dir_all(&work).about(&work)?;
    }
    fs::create_dir_all(&work).about(&work)?;
    let tool = |folder: PathBuf, name: &str| Run::new(folder.join(name)).in_folder(&work);
    tool(tools::wasm_split().folder(places)?, "wasm-split-cli")
        .arg(places.target.join(COMPILED))
        .args([".", "--out-name", "main"])
        .check()?;
    tool(tools::wasm_bindgen(places)?.folder(places)?, "wasm-bindgen")
        .args(["main.wasm", "--target", "web", "--out-dir", ".", "--out-name", "main"])
        .args(["--no-typescript", "--keep-lld-exports"])
        .check()?;
    let node = tools::node_modules(places)?.join(".bin");
    for file in [MAIN_WASM, PAGES_WASM] {
        tool(node.clone(), "wasm-opt").args([file, "-o", file]).args(OPTIONS).check()?;
    }
    let made = files::below(&work)?;
    let made: Vec<_> = made.iter().map(|file| files::address(&work, file)).collect();
    let expected = |address: &String| address == "/main.wasm" || NAMES.iter().any(|it| address[1..] == *it.0);
    if let Some(address) = made.iter().find(|address| !expected(address)) {
        return Err(Error::shape("the tools", format!("made a file that nobody will fetch: {address}")));
    }
    let read = |name: &'static str| {
        let path = work.join(name);
        let bytes = fs::read(&path).about(&path)?;
        Ok((name, if name == LINK { compiled_early(bytes)? } else { bytes }))
    };
    NAMES.iter().map(|it| read(it.0)).collect()
}

/// Has the link take the pages from `public/boot.js`, which compiles them while the first file still starts, out of
/// their bytes: from a stream, Chromium keeps what it has compiled, and the next start waits while all of that is read
/// back in one go (docs/adr/0007).
fn compiled_early(link: Vec<u8>) -> Result<Vec<u8>> {
    const CHANGES: [(&str, &str); 2] = [
        ("fetch(new URL(", "compiled(new URL("),
        ("WebAssembly.instantiateStreaming(src, imports)", "WebAssembly.instantiate(await src, imports)"),
    ];
    let mut text = String::from_utf8(link).map_err(|error| Error::shape(LINK, error))?;
    for (old, new) in CHANGES {
        if !text.contains(old) {
            return Err(Error::shape(LINK, format!("does not say {old}")));
        }
        text = text.replace(old, new);
    }
    Ok(format!("import {{ compiled }} from \"./boot.js\";\n{text}").into_bytes())
}

/// The files by their final names.
struct Named {
    hash: String,
    files: Vec<(String, Vec<u8>)>,
}

impl Named {
    fn of(&self, name: &str) -> String {
        NAMES
            .iter()
            .find(|it| it.0 == name)
            .map_or_else(String::new, |it| it.1.to_owned() + &self.hash + it.2)
    }
}

/// Names the files after the content of all: they name each other in a circle, so one hash stands for the four.
fn named(parts: &[(&'static str, Vec<u8>)]) -> Result<Named> {
    let all = parts.iter().fold(String::new(), |all, (name, bytes)| all + name + &hex_of(bytes));
    let mut named = Named { hash: hex_of(all.as_bytes())[..16].to_owned(), files: Vec::new() };
    for (name, bytes) in parts {
        let bytes = match name.ends_with(".js") {
            true => renamed(name, bytes, &named)?.into_bytes(),
            false => bytes.clone(),
        };
        named.files.push((named.of(name), bytes));
    }
    Ok(named)
}

/// Gives a script the final names of the files that it fetches. Under its old name the link is a key of what the
/// program imports, too: that one stays.
fn renamed(name: &str, bytes: &[u8], named: &Named) -> Result<String> {
    let mut text = String::from_utf8(bytes.to_vec()).map_err(|error| Error::shape(name, error))?;
    let fetched: &[&str] = if name == LINK { &[MAIN, PAGES_WASM] } else { &[LINK, MAIN_WASM] };
    for old in fetched {
        let new = named.of(old);
        let before = text.clone();
        let openings: &[&str] =
            if old.ends_with(".js") { &["from './", "from \"./"] } else { &["'", "\"./"] };
        for open in openings {
            text = text.replace(&format!("{open}{old}"), &format!("{open}{new}"));
        }
        if text == before {
            return Err(Error::shape(name, format!("does not fetch {old}")));
        }
    }
    Ok(text)
}

/// Has the page fetch our files, and says which of Trunk's it fetched until now.
fn rewritten(page: &str, named: &Named) -> Result<(String, [String; 2])> {
    let [script, program] = ["data-js=", "data-wasm="].map(|attribute| value(page, attribute));
    let (Some(script), Some(program)) = (script, program) else {
        return Err(Error::shape(PAGE, "names no program"));
    };
    let pages = format!("data-pages=\"/{}\" data-js=", named.of(PAGES_WASM));
    let link = format!("<link rel=\"modulepreload\" href=\"/{}\"></head>", named.of(LINK));
    let text = page
        .replacen("data-js=", &pages, 1)
        .replacen("</head>", &link, 1)
        .replace(&program, &named.of(MAIN_WASM))
        .replace(&script, &named.of(MAIN));
    Ok((text, [script, program]))
}

/// Returns the name of the file in an attribute, quoted or not.
fn value(page: &str, attribute: &str) -> Option<String> {
    let rest = page.split_once(attribute)?.1.trim_start_matches('"');
    let name = rest.split(['"', ' ', '>']).next()?.trim_start_matches('/');
    (!name.is_empty()).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(pages: &str) -> Vec<(&'static str, Vec<u8>)> {
        vec![
            (MAIN, b"import * as i from \"./__wasm_split.js\"; o = { \"./__wasm_split.js\": i }; new URL('main_bg.wasm', u)"
                    .to_vec()),
            (MAIN_WASM, b"main".to_vec()),
            (PAGES_WASM, pages.into()),
            (LINK, b"import { initSync } from \"./main.js\"; fetch(\"./split_pages.wasm\")".to_vec()),
        ]
    }

    fn text(named: &Named, name: &str) -> String {
        let found = named.files.iter().find(|it| it.0 == named.of(name)).unwrap();
        String::from_utf8(found.1.clone()).unwrap()
    }

    #[test]
    fn all_names_change_with_any_content_and_the_scripts_follow() {
        let first = named(&parts("one")).unwrap();
        let hash = &first.hash;
        assert_ne!(*hash, named(&parts("two")).unwrap().hash);
        assert_eq!(hash.len(), 16);
        assert_eq!(
            text(&first, MAIN),
            format!(
                "import * as i from \"./leeway-link-{hash}.js\"; o = {{ \"./__wasm_split.js\": i }}; \
                 new URL('leeway-app-{hash}_bg.wasm', u)"
            )
        );
        assert_eq!(
            text(&first, LINK),
            format!(
                "import {{ initSync }} from \"./leeway-app-{hash}.js\"; fetch(\"./leeway-pages-{hash}.wasm\")"
            )
        );
        assert_eq!(text(&first, PAGES_WASM), "one");
    }

    #[test]
    fn a_script_that_does_not_fetch_the_second_file_is_an_error() {
        let mut parts = parts("one");
        parts[3].1 = b"import { initSync } from \"./main.js\"".to_vec();
        let error = named(&parts).err().unwrap().to_string();
        assert_eq!(error, "__wasm_split.js: does not fetch split_pages.wasm");
    }

    #[test]
    fn the_link_takes_the_pages_from_who_compiles_them() {
        let link = b"const src = fetch(new URL(\"./p.wasm\", import.meta.url));
            return async (imports) => (WebAssembly.instantiateStreaming(src, imports));";
        let expected = "import { compiled } from \"./boot.js\";
const src = compiled(new URL(\"./p.wasm\", import.meta.url));
            return async (imports) => (WebAssembly.instantiate(await src, imports));";
        assert_eq!(String::from_utf8(compiled_early(link.to_vec()).unwrap()).unwrap(), expected);
        let error = compiled_early(b"fetch(new URL(".to_vec()).err().unwrap().to_string();
        assert_eq!(error, "__wasm_split.js: does not say WebAssembly.instantiateStreaming(src, imports)");
    }

    #[test]
    fn the_page_fetches_our_files_whether_it_is_minified_or_not() {
        let ours = Named { hash: "1".to_owned(), files: Vec::new() };
        for quote in ["", "\""] {
            let page = format!(
                "<script src=/recover.js></script>\
                 <script data-js={quote}/a-2.js{quote} data-wasm={quote}/a-2_bg.wasm{quote} src=/boot.js></script>\
                 <link href={quote}/a-2_bg.wasm{quote} rel=preload></head>"
            );
            let (text, dropped) = rewritten(&page, &ours).unwrap();
            assert_eq!(dropped, ["a-2.js", "a-2_bg.wasm"]);
            let expected = format!(
                "<script src=/recover.js></script>\
                 <script data-pages=\"/leeway-pages-1.wasm\" data-js={quote}/leeway-app-1.js{quote} \
                 data-wasm={quote}/leeway-app-1_bg.wasm{quote} src=/boot.js></script>\
                 <link href={quote}/leeway-app-1_bg.wasm{quote} rel=preload>\
                 <link rel=\"modulepreload\" href=\"/leeway-link-1.js\"></head>"
            );
            assert_eq!(text, expected);
        }
        assert!(rewritten("<script src=/boot.js></script></head>", &ours).is_err());
    }
}
