//! Joins the built app's style sheets into one file: a start asks the service worker once instead of seven times.
//! Keeps their order and their content; a sheet for one medium stays for that medium.

use std::fs;
use std::path::Path;

use crate::error::{About, Error, Result};
use crate::hash::hex_of;

const PAGE: &str = "index.html";

/// A link to a style sheet, as Trunk writes it.
struct Link {
    /// Where it stands in the page.
    from: usize,
    /// Where it ends.
    to: usize,
    /// The sheet's name in the staged folder.
    file: String,
    /// The medium it is for, if not for all.
    media: Option<String>,
}

/// Puts one sheet in the place of all that the staged page links to.
pub fn join(staged: &Path) -> Result<()> {
    let path = staged.join(PAGE);
    let page = fs::read_to_string(&path).about(&path)?;
    let links = links(&page);
    let (Some(first), Some(last)) = (links.first(), links.last()) else {
        return Err(Error::shape(PAGE, "links to no style sheet"));
    };
    let mut joined = String::new();
    for link in &links {
        let sheet = staged.join(&link.file);
        let text = fs::read_to_string(&sheet).about(&sheet)?;
        match &link.media {
            Some(media) => joined.push_str(&format!("@media {media}{{{text}}}")),
            None => joined.push_str(&text),
        }
        fs::remove_file(&sheet).about(&sheet)?;
    }
    let name = format!("styles-{}.css", &hex_of(joined.as_bytes())[..16]);
    let sheet = staged.join(&name);
    fs::write(&sheet, joined).about(&sheet)?;
    let between: String = gaps(&links).map(|(from, to)| &page[from..to]).collect();
    let one = format!("<link href=/{name} rel=stylesheet>{between}");
    fs::write(&path, [&page[..first.from], &one, &page[last.to..]].concat()).about(&path)
}

/// Returns what stands between one link and the next.
fn gaps(links: &[Link]) -> impl Iterator<Item = (usize, usize)> {
    links.windows(2).map(|pair| (pair[0].to, pair[1].from))
}

fn links(page: &str) -> Vec<Link> {
    let link = |(from, _): (usize, &str)| {
        let to = from + page[from..].find('>')? + 1;
        let tag = &page[from..to];
        let file = attribute(tag, "href")?.strip_prefix('/')?.to_owned();
        let media = attribute(tag, "media").map(str::to_owned);
        (attribute(tag, "rel")? == "stylesheet").then_some(Link { from, to, file, media })
    };
    page.match_indices("<link ").filter_map(link).collect()
}

/// Reads an attribute of a tag, with quotes or without.
fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = tag.split_once(&format!(" {name}="))?;
    match rest.strip_prefix('"') {
        Some(rest) => rest.split('"').next(),
        None => rest.split([' ', '>']).next(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_sheets_become_one_in_their_order() {
        let folder = tempfile::tempdir().unwrap();
        let page = "<html><link href=/icon.svg rel=icon><link href=/a-1.css rel=stylesheet>\
                    <link href=\"/b-2.css\" rel=\"stylesheet\"><p>x<link href=/c-3.css media=print rel=stylesheet></html>";
        for (name, text) in [(PAGE, page), ("a-1.css", "a{}"), ("b-2.css", "b{}"), ("c-3.css", "c{}")] {
            fs::write(folder.path().join(name), text).unwrap();
        }
        join(folder.path()).unwrap();
        let page = fs::read_to_string(folder.path().join(PAGE)).unwrap();
        let name = page.split("/styles-").nth(1).and_then(|it| it.split(' ').next()).unwrap();
        assert_eq!(
            page,
            format!(
                "<html><link href=/icon.svg rel=icon><link href=/styles-{name} rel=stylesheet><p>x</html>"
            )
        );
        let joined = fs::read_to_string(folder.path().join(format!("styles-{name}"))).unwrap();
        assert_eq!(joined, "a{}b{}@media print{c{}}");
        assert!(!folder.path().join("a-1.css").exists());
        assert_eq!(name.len(), "0123456789abcdef.css".len(), "the server knows a hash by its length");
    }

    #[test]
    fn a_page_without_a_sheet_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(PAGE), "<html></html>").unwrap();
        assert!(join(folder.path()).is_err());
    }
}
