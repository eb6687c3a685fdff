//! Which program runs here: its version, and the name that its build gave the compiled file. Never the one that waits.

/// The version.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Returns the build's own part of the name of the running program; empty in a build without one.
pub fn id() -> String {
    let tag = web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| document.query_selector("script[data-js]").ok().flatten());
    let file = tag.and_then(|tag| tag.get_attribute("data-js")).unwrap_or_default();
    of_file(&file).to_owned()
}

/// Returns the part between the last hyphen and the first dot after it.
fn of_file(file: &str) -> &str {
    let name = file.rsplit('/').next().unwrap_or_default();
    let stem = name.split('.').next().unwrap_or_default();
    stem.rsplit_once('-').map_or("", |(_, id)| id)
}

#[cfg(test)]
mod tests {
    use super::of_file;

    #[test]
    fn a_build_is_named_by_its_hash() {
        assert_eq!(of_file("/leeway-app-1f2e3d4c5b.js"), "1f2e3d4c5b");
        assert_eq!(of_file("/app.js"), "");
        assert_eq!(of_file(""), "");
    }
}
