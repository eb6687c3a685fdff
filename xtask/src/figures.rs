//! The figures in `target/bench.json`: a list, each figure once by its name, so that one can be measured again alone.
//! Never drops a figure that was not measured this time.

use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::error::{About, Error, Result};

/// What was measured.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Measured {
    /// The figure's name.
    pub name: String,
    /// The value that counts: a size, a median, a percentile, as the figure says.
    pub value: f64,
    /// KB, ms, s or points.
    pub unit: String,
    /// How many measurements stand behind it.
    pub n: u32,
    /// The lowest of them.
    pub min: f64,
    /// The highest of them.
    pub max: f64,
}

/// A figure as it is kept: with what it was measured on, when and how.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    /// What was measured.
    #[serde(flatten)]
    pub measured: Measured,
    /// The commit that was measured, with `-dirty` where the checkout differed from it.
    pub commit: String,
    /// When, RFC 3339.
    pub at: String,
    /// What to type to measure it again.
    pub command: String,
}

/// Puts a figure into the list, in place of an older one of its name.
pub fn upsert(list: &mut Vec<Figure>, figure: Figure) {
    match list.iter_mut().find(|old| old.measured.name == figure.measured.name) {
        Some(old) => *old = figure,
        None => list.push(figure),
    }
}

/// Reads the list; where there is none yet, it is empty.
pub fn read(file: &Path) -> Result<Vec<Figure>> {
    match fs::read(file) {
        Ok(json) => serde_json::from_slice(&json).map_err(|error| Error::shape(file.display(), error)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error).about(file),
    }
}

/// Writes the list as a whole or not at all, one figure a line.
pub fn write(file: &Path, list: &[Figure]) -> Result<()> {
    let lines: serde_json::Result<Vec<String>> = list.iter().map(serde_json::to_string).collect();
    let lines = lines.map_err(|error| Error::shape(file.display(), error))?;
    let fresh = file.with_extension("partial");
    fs::write(&fresh, format!("[\n{}\n]\n", lines.join(",\n"))).about(&fresh)?;
    fs::rename(&fresh, file).about(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure(name: &str, value: f64) -> Figure {
        let measured =
            Measured { name: name.into(), value, unit: "ms".into(), n: 5, min: value, max: value + 2.5 };
        Figure {
            measured,
            commit: "abc".into(),
            at: "2026-11-21T08:00:00Z".into(),
            command: "cargo xtask bench".into(),
        }
    }

    #[test]
    fn a_figure_replaces_its_older_self_and_leaves_the_others() {
        let mut list = vec![figure("a", 1.0), figure("b", 2.0)];
        upsert(&mut list, figure("a", 3.0));
        upsert(&mut list, figure("c", 4.0));
        assert_eq!(list, [figure("a", 3.0), figure("b", 2.0), figure("c", 4.0)]);
    }

    #[test]
    fn the_list_is_read_as_it_was_written() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("bench.json");
        assert_eq!(read(&file).unwrap(), []);
        let list = [figure("a", 1.5), figure("b", 2.0)];
        write(&file, &list).unwrap();
        assert_eq!(read(&file).unwrap(), list);
        let first = fs::read_to_string(&file).unwrap().lines().nth(1).unwrap().to_owned();
        let expected = r#"{"name":"a","value":1.5,"unit":"ms","n":5,"min":1.5,"max":4.0,"#.to_owned()
            + r#""commit":"abc","at":"2026-11-21T08:00:00Z","command":"cargo xtask bench"},"#;
        assert_eq!(first, expected);
    }
}
