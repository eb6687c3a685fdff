//! Compressed twins: next to each file a `.br` (brotli 11) and a `.gz` (gzip 9), which the server sends as they are.
//! Never keeps a twin that saves nothing.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::dist::files;
use crate::error::{About, Result};

/// The ending of each kind of twin, without the dot.
pub const KINDS: [&str; 2] = ["br", "gz"];

/// Formats that are compressed in themselves.
const DENSE: [&str; 6] = ["png", "jpg", "webp", "woff2", "ico", "gz"];

/// Writes the twins of all files below a folder anew.
pub fn write(dist: &Path) -> Result<()> {
    for file in files::below(dist)? {
        if is_twin(&file) {
            fs::remove_file(&file).about(&file)?;
        }
    }
    for file in files::below(dist)?.iter().filter(|file| !is_dense(file)) {
        let plain = fs::read(file).about(file)?;
        for (kind, packed) in [("br", brotli(&plain)), ("gz", gzip(&plain))] {
            let twin = twin(file, kind);
            let packed = packed.about(&twin)?;
            if packed.len() < plain.len() {
                fs::write(&twin, packed).about(&twin)?;
            }
        }
    }
    Ok(())
}

/// Says whether a file is the compressed form of another.
pub fn is_twin(file: &Path) -> bool {
    extension(file).is_some_and(|extension| KINDS.contains(&extension))
}

/// Returns the name of a file's twin.
pub fn twin(file: &Path, kind: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".");
    name.push(kind);
    name.into()
}

fn is_dense(file: &Path) -> bool {
    extension(file).is_some_and(|extension| DENSE.contains(&extension))
}

fn extension(file: &Path) -> Option<&str> {
    file.extension().and_then(|extension| extension.to_str())
}

fn brotli(plain: &[u8]) -> std::io::Result<Vec<u8>> {
    let params = brotli::enc::BrotliEncoderParams {
        quality: 11,
        lgwin: 24, // the largest window that browsers take
        size_hint: plain.len(),
        ..Default::default()
    };
    let mut packed = Vec::new();
    brotli::BrotliCompress(&mut &plain[..], &mut packed, &params)?;
    Ok(packed)
}

fn gzip(plain: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(plain)?;
    encoder.finish()
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        files::below(folder).unwrap().iter().map(|file| files::address(folder, file)).collect()
    }

    #[test]
    fn twins_unpack_to_the_file_and_come_only_where_they_save() {
        let folder = tempfile::tempdir().unwrap();
        let text = "余地 Leeway ".repeat(200);
        for (name, content) in [("app.js", text.as_str()), ("tiny.txt", "x"), ("icon.png", text.as_str())] {
            fs::write(folder.path().join(name), content).unwrap();
        }
        fs::write(folder.path().join("gone.js.br"), "of a file that is no more").unwrap();
        write(folder.path()).unwrap();
        write(folder.path()).unwrap();
        assert_eq!(names(folder.path()), ["/app.js", "/app.js.br", "/app.js.gz", "/icon.png", "/tiny.txt"]);

        let (br, gz) = (folder.path().join("app.js.br"), folder.path().join("app.js.gz"));
        let mut unpacked = Vec::new();
        brotli::BrotliDecompress(&mut fs::read(br).unwrap().as_slice(), &mut unpacked).unwrap();
        assert_eq!(String::from_utf8(unpacked).unwrap(), text);
        let mut unpacked = String::new();
        flate2::read::GzDecoder::new(fs::read(gz).unwrap().as_slice()).read_to_string(&mut unpacked).unwrap();
        assert_eq!(unpacked, text);
    }
}
