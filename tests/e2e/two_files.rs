//! The program is two files: nobody who is not logged in fetches the pages, and without them there is a way out.

use std::fs;
use std::path::PathBuf;

use crate::office::{Office, PASSWORD};

#[tokio::test]
async fn the_log_in_screen_needs_no_pages_and_a_known_user_is_told_when_they_do_not_come() {
    let office = Office::open();
    let lost: Vec<PathBuf> = fs::read_dir(office.app())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.file_name().is_some_and(|it| it.to_string_lossy().starts_with("leeway-pages-")))
        .collect();
    assert!(!lost.is_empty(), "a released build has pages");
    let aside = |path: &PathBuf| path.with_file_name("aside").with_extension(path.extension().unwrap());
    for path in &lost {
        fs::rename(path, aside(path)).unwrap();
    }

    let phone = office.phone().await;
    phone.type_into("login", "chen").await;
    phone.type_into("password", PASSWORD).await;
    phone.tap("primary").await;
    phone.wait_css("#recover[data-why='failed']").await;

    for path in &lost {
        fs::rename(aside(path), path).unwrap();
    }
    phone.tap_css("#recover .btn").await;
    phone.see("visit-row").await;
    phone.wait_synced().await;
}
