//! A picture that no encoder makes small, in a form that every browser reads.

use std::path::{Path, PathBuf};

/// Writes 1200 × 900 points of noise as a bitmap of 3.2 MB; one seed, one picture.
#[must_use]
pub fn noise(folder: &Path, seed: u32) -> PathBuf {
    let (width, height) = (1_200_u32, 900_u32);
    let mut bytes = Vec::from(*b"BM");
    for field in [54 + width * height * 3, 0, 54, 40, width, height] {
        bytes.extend(field.to_le_bytes());
    }
    bytes.extend([1, 0, 24, 0]);
    bytes.extend([0; 24]);
    let mut noise = seed;
    bytes.extend((0..width * height * 3).map(|_| {
        noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        noise.to_be_bytes()[0]
    }));
    let path = folder.join(format!("IMG_{seed}.bmp"));
    std::fs::write(&path, bytes).unwrap();
    path
}
