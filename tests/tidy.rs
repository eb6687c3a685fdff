//! Tidy checks: limits of size, directions between the parts, no text in views. Reads the sources as text;
//! never runs them.

#![expect(clippy::unwrap_used, reason = "a test program: what it can't read ends it")]

use std::fs;
use std::path::{Path, PathBuf};

/// Most lines of code of a file: without its tests, comments and empty lines.
const FILE_MAX: usize = 400;
/// Most lines of a function.
const FUNCTION_MAX: usize = 70;
/// Most lines of a component with its view.
const COMPONENT_MAX: usize = 120;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

struct Source {
    /// Path from the root, with `/`.
    name: String,
    text: String,
}

impl Source {
    /// The lines before the tests at the foot.
    fn code(&self) -> Vec<&str> {
        let lines: Vec<&str> = self.text.lines().collect();
        let tests = lines
            .windows(2)
            .position(|pair| pair[0].trim() == "#[cfg(test)]" && pair[1].trim_start().starts_with("mod "));
        lines[..tests.unwrap_or(lines.len())].to_vec()
    }

    fn is_test(&self) -> bool {
        self.name.ends_with("/tests.rs") || self.name.contains("/tests/") || self.name.starts_with("tests/")
    }
}

fn sources(folder: &str, ending: &str) -> Vec<Source> {
    let mut found = Vec::new();
    let mut open = vec![root().join(folder)];
    while let Some(dir) = open.pop() {
        let Ok(entries) = fs::read_dir(&dir) else { continue };
        for path in entries.map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                open.push(path);
            } else if path.to_string_lossy().ends_with(ending) {
                let name = path.strip_prefix(root()).unwrap().to_string_lossy().replace('\\', "/");
                found.push(Source { text: fs::read_to_string(&path).unwrap(), name });
            }
        }
    }
    found.sort_by(|a, b| a.name.cmp(&b.name));
    found
}

fn rust() -> Vec<Source> {
    ["app/src", "core/src", "server/src", "tests", "verify/src", "xtask/src"]
        .iter()
        .flat_map(|dir| sources(dir, ".rs"))
        .collect()
}

fn is_code(line: &str) -> bool {
    let line = line.trim();
    !line.is_empty() && !line.starts_with("//")
}

fn fail(what: &str, found: &[String]) {
    assert!(found.is_empty(), "{what}:\n  {}", found.join("\n  "));
}

#[test]
fn files_stay_small() {
    let long: Vec<String> = rust()
        .iter()
        .filter(|it| !it.is_test())
        .map(|it| (it.code().iter().filter(|line| is_code(line)).count(), &it.name))
        .filter(|(lines, _)| *lines > FILE_MAX)
        .map(|(lines, name)| format!("{name}: {lines} lines"))
        .collect();
    fail("split these by verb, or by type", &long);
}

#[test]
fn functions_stay_small() {
    let mut long = Vec::new();
    for file in rust().iter().filter(|it| !it.is_test()) {
        for (name, lines, component) in functions(&file.code()) {
            let max = if component { COMPONENT_MAX } else { FUNCTION_MAX };
            if lines > max {
                long.push(format!("{}: {name} has {lines} lines, of {max}", file.name));
            }
        }
    }
    fail("these are two things", &long);
}

/// Finds functions by rustfmt's layout: the closing brace stands under the line that opened it.
fn functions(lines: &[&str]) -> Vec<(String, usize, bool)> {
    let mut found = Vec::new();
    for (start, line) in lines.iter().enumerate() {
        let head = line.trim_start();
        let indent = line.len() - head.len();
        let signature = head
            .trim_start_matches("pub ")
            .trim_start_matches("pub(crate) ")
            .trim_start_matches("pub(super) ");
        let signature = signature.trim_start_matches("const ").trim_start_matches("async ");
        let Some(name) = signature.strip_prefix("fn ") else { continue };
        let name = name.split(['(', '<']).next().unwrap_or_default().to_owned();
        let closing = format!("{}}}", " ".repeat(indent));
        let Some(length) = lines[start..].iter().position(|line| *line == closing) else { continue };
        let component =
            start > 0 && lines[start.saturating_sub(3)..start].iter().any(|it| it.trim() == "#[component]");
        found.push((name, length + 1, component));
    }
    found
}

#[test]
fn core_knows_no_clock_no_io_no_float() {
    let banned = [
        "std::fs",
        "std::net",
        "std::time",
        "std::io",
        "std::thread",
        "SystemTime",
        "Instant",
        "async fn",
        ".await",
        "web_sys",
        "sqlx",
        "axum",
        "leptos",
        "f32",
        "f64",
        "rand::",
        "println!",
    ];
    let found = sources("core/src", ".rs").iter().flat_map(|it| code_with(it, &banned)).collect::<Vec<_>>();
    fail("core never does this", &found);
}

fn code_with(file: &Source, banned: &[&str]) -> Vec<String> {
    let lines = file.code();
    let code = lines.iter().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//"));
    code.flat_map(|(at, line)| banned.iter().filter(|it| has_word(line, it)).map(move |it| (at, it)))
        .map(|(at, it)| format!("{}:{}: {it}", file.name, at + 1))
        .collect()
}

/// Whether the line has this text, not as a part of a longer name.
fn has_word(line: &str, text: &str) -> bool {
    let name = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(text).any(|(at, _)| {
        let before = line[..at].chars().next_back().is_some_and(name) && text.starts_with(name);
        let after = line[at + text.len()..].chars().next().is_some_and(name) && text.ends_with(name);
        !before && !after
    })
}

#[test]
fn bugs_on_purpose_do_not_ship() {
    let manifest = fs::read_to_string(root().join("server/Cargo.toml")).unwrap();
    assert!(!manifest.contains("default ="), "the feature `plant` must be asked for by name");
    let allowed = ["xtask/src/soak.rs", "xtask/src/test/checks.rs"];
    let named = sources("xtask/src", ".rs").into_iter().filter(|it| !allowed.contains(&it.name.as_str()));
    let mut found: Vec<String> = named.filter(|it| it.text.contains("plant")).map(|it| it.name).collect();
    for file in sources("server/src", ".rs").iter().filter(|it| it.name != "server/src/plant.rs") {
        let lines = file.code();
        for (at, line) in lines.iter().enumerate().filter(|(_, line)| has_word(line, "plant")) {
            let above = at.checked_sub(1).map_or("", |above| lines[above].trim());
            if above != "#[cfg(feature = \"plant\")]"
                && !line.contains("cfg(feature")
                && !line.contains("plant::commit_later")
            {
                found.push(format!("{}:{}", file.name, at + 1));
            }
        }
    }
    fail("planted bugs are for the harnesses alone", &found);
}

#[test]
fn the_door_for_the_bench_does_not_ship() {
    let manifest = fs::read_to_string(root().join("app/Cargo.toml")).unwrap();
    assert!(!manifest.contains("default ="), "the feature `bench` must be asked for by name");
    let built = fs::read_to_string(root().join("xtask/src/dist.rs")).unwrap();
    let lines: Vec<&str> = built.lines().filter(|line| line.contains(r#""bench""#)).collect();
    assert!(
        matches!(lines.as_slice(), [line] if line.contains("dist-bench")),
        "only the build in a folder of its own names the feature: {lines:?}"
    );
    let inside = ["app/src/bench.rs", "app/src/bench/documents.rs"];
    let mut found = Vec::new();
    for file in sources("app/src", ".rs").iter().filter(|it| !inside.contains(&it.name.as_str())) {
        let lines = file.code();
        let named = |line: &str| line.contains("crate::bench") || line.trim() == "mod bench;";
        for (at, _) in lines.iter().enumerate().filter(|(_, line)| named(line)) {
            let above = lines[..at].iter().rev().take(4);
            if !above.into_iter().any(|line| line.contains("cfg(feature = \"bench\")")) {
                found.push(format!("{}:{}", file.name, at + 1));
            }
        }
    }
    fail("the bench's door is behind its feature", &found);
}

#[test]
fn one_room_for_each_browser_door() {
    let rules: [(&str, &[&str]); 3] = [
        ("app/src/store/", &["indexed_db_futures", "IdbFactory"]),
        ("app/src/sync/", &["gloo_net"]),
        ("app/src/platform/", &["BroadcastChannel::new", "LockManager", "ServiceWorkerContainer"]),
    ];
    let mut found = Vec::new();
    for (room, words) in rules {
        for file in sources("app/src", ".rs").iter().filter(|it| !it.name.starts_with(room)) {
            found.extend(code_with(file, words));
        }
    }
    fail("these belong into one room", &found);
}

#[test]
fn features_of_the_app_do_not_import_each_other() {
    let features = [
        "admin",
        "approvals",
        "customers",
        "inbox",
        "login",
        "opportunities",
        "quotes",
        "settings",
        "today",
        "visits",
    ];
    let mut found = Vec::new();
    for feature in features {
        for file in sources(&format!("app/src/{feature}"), ".rs") {
            for other in features.iter().filter(|it| **it != feature) {
                found.extend(code_with(&file, &[&format!("crate::{other}::")]));
            }
        }
    }
    fail("features share core types, ui parts and routes only", &found);
}

#[test]
fn views_hold_no_sentence() {
    let han = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
    let mut found = Vec::new();
    for file in sources("app/src", ".rs").iter().filter(|it| !it.is_test()) {
        for (at, line) in file.code().iter().enumerate() {
            let code = line.split("//").next().unwrap_or_default();
            if code.chars().any(han) {
                found.push(format!("{}:{}: {}", file.name, at + 1, line.trim()));
            }
        }
    }
    fail("sentences belong into app/locales", &found);
}

#[test]
fn the_content_policy_holds_in_views_and_pages() {
    let mut found: Vec<String> =
        sources("app/src", ".rs").iter().flat_map(|it| code_with(it, &["style=\"", "inner_html"])).collect();
    for page in
        sources("app", ".html").iter().chain(&sources("public", ".html")).chain(&sources("verify", ".html"))
    {
        for (at, line) in page.text.lines().enumerate() {
            let inline = line.contains(" style=") || line.contains("<style") || line.contains(" onclick=");
            if inline || (line.contains("<script") && !line.contains("src=")) {
                found.push(format!("{}:{}: {}", page.name, at + 1, line.trim()));
            }
        }
    }
    fail("blocked by the content policy", &found);
}

#[test]
fn both_languages_have_the_same_keys() {
    let mut found = Vec::new();
    for file in sources("app/locales/zh-CN", ".json") {
        let other = file.name.replace("zh-CN", "en");
        let Ok(text) = fs::read_to_string(root().join(&other)) else {
            found.push(format!("{other} is missing"));
            continue;
        };
        let keys = |text: &str| {
            let mut keys = Vec::new();
            collect("", &serde_json::from_str(text).unwrap(), &mut keys);
            keys.sort();
            keys
        };
        let (ours, theirs) = (keys(&file.text), keys(&text));
        found.extend(
            ours.iter().filter(|it| !theirs.contains(it)).map(|it| format!("{other}: {it} is missing")),
        );
        found.extend(
            theirs.iter().filter(|it| !ours.contains(it)).map(|it| format!("{}: {it} is missing", file.name)),
        );
    }
    fail("untranslated", &found);
}

/// Collects `key {{placeholder}}…` of every sentence. Plural forms of one key differ between languages.
fn collect(path: &str, value: &serde_json::Value, keys: &mut Vec<String>) {
    match value {
        serde_json::Value::Object(map) => {
            for (key, value) in map {
                let key = ["_one", "_other"].iter().find_map(|end| key.strip_suffix(end)).unwrap_or(key);
                collect(&format!("{path}.{key}"), value, keys);
            }
        }
        _ if keys.iter().any(|it| it == path) => {}
        _ => keys.push(path.to_owned()),
    }
}

#[test]
fn nothing_is_left_for_later() {
    let words = [["TO", "DO"].concat(), ["FIX", "ME"].concat(), ["X", "XX"].concat()];
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let mut found = Vec::new();
    for file in rust()
        .iter()
        .chain(&sources("public", ".js"))
        .chain(&sources("verify", ".js"))
        .chain(&sources("app/styles", ".css"))
    {
        for (at, line) in file.text.lines().enumerate() {
            if words.iter().any(|word| has_word(line, word)) {
                found.push(format!("{}:{}", file.name, at + 1));
            }
        }
    }
    fail("finish these", &found);
}
