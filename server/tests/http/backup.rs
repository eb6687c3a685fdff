//! A backup is one moment of a server at work; after a restore phones send what it lacks, and lose nothing. On SQLite:
//! what the same tasks say on PostgreSQL is in [`crate::processes`].

use std::path::Path;
use std::process::{Command, Output, Stdio};

use leeway_core::sync::protocol::OutcomeKind;
use leeway_server::backup::{make, restore, verify};
use leeway_server::config::database;
use leeway_server::db::Tenant;
use serde_json::json;
use sqlx::{ConnectOptions, Connection};
use uuid::Uuid;

use crate::office::{NOON, Office, Phone, check_error, customer, of_type};

/// Counts in a backup: commands that have an outcome, commands that are there, customers that they made.
async fn counts(file: &Path) -> (i64, i64, i64) {
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(file).read_only(true).immutable(true);
    let mut conn = options.connect().await.unwrap();
    let sql = "select (select sum(last_seq) from client), (select count(*) from command),
               (select count(*) from row where typ = 'customer' and deleted = 0)";
    let found = sqlx::query_as(sql).fetch_one(&mut conn).await.unwrap();
    conn.close().await.unwrap();
    found
}

#[tokio::test]
async fn a_backup_during_pushes_is_one_moment_and_only_it_is_durable() {
    let Some(office) = Office::with_a_file().await else { return };
    let (data, mut chen) = (office.folder.path().join("data"), office.log_in("chen").await);
    chen.registers(0, "海港").await;
    let mut before = 1;
    for round in 0..4_u128 {
        let file = office.folder.path().join(format!("backup-{round}.sqlite"));
        let backup = tokio::spawn({
            let (data, file) = (data.clone(), file.clone());
            async move { make::make(&data, &file, false, None).await }
        });
        // several commands in one transaction, until the backup is made: it must hold all of them or none
        let mut n = 0;
        while !backup.is_finished() || n == 0 {
            let ids = [1, 2, 3].map(|part| 0x9000 + round * 0x1000 + n * 4 + part);
            let cmds = ids.map(|id| {
                chen.envelope("customers.register", customer(Uuid::from_u128(id), &format!("客户{id}")))
            });
            chen.push(&cmds).await;
            n += 1;
        }
        let made = backup.await.unwrap().unwrap();
        verify::file(&file).await.unwrap();
        let (outcomes, commands, customers) = counts(&file).await;
        assert_eq!((commands, customers), (outcomes, outcomes), "each command made one customer");
        assert!(outcomes % 3 == 1 && outcomes >= before, "{outcomes}: three came at a time");
        let pulled = chen.pull_page(None, None, 1).await;
        assert_eq!((pulled.durable, made.commands), (u64::try_from(outcomes).unwrap(), pulled.durable));
        before = i64::try_from(pulled.ack).unwrap();
        assert!(pulled.durable <= pulled.ack);
    }
}

#[tokio::test]
async fn a_restored_server_is_fed_again_and_nobody_loses_anything() {
    let Some(office) = Office::with_a_file().await else { return };
    let (data, file) = (office.folder.path().join("data"), office.folder.path().join("backup.sqlite"));
    let mut chen = office.log_in("chen").await;
    let mut all = Vec::new();
    for n in 1..=5 {
        all.push(chen.envelope("customers.register", customer(Uuid::from_u128(n), &format!("客户{n}"))));
    }
    chen.push(&all[..2]).await;
    make::make(&data, &file, false, None).await.unwrap();
    chen.push(&all[2..4]).await;
    let held = chen.pull(None).await;
    assert_eq!((held.ack, held.durable, of_type(&held.rows, "customer").len()), (4, 2, 4));
    let (cookie, cookies, client, incarnation) =
        (held.cookie.unwrap(), chen.cookie.clone(), chen.client, chen.incarnation);
    drop(chen);
    let office = office
        .between(async |data| {
            restore::restore(Tenant::FIRST, data, &file, "later", NOON).await.unwrap();
        })
        .await;
    // the session is older than the backup: the phone is still logged in
    let mut chen = Phone::of(&office, crate::office::CHEN, cookies);
    (chen.client, chen.incarnation) = (client, incarnation);
    let reset = chen.pull(Some(&cookie)).await;
    assert!(reset.reset && reset.epoch == "later" && reset.epoch != held.epoch);
    assert_eq!((reset.ack, reset.durable, of_type(&reset.rows, "customer").len()), (2, 2, 2));
    // it goes on where it was, and is told where the server is
    check_error(&chen.try_push(&all[4..]).await, 409, "gap", &json!({ "expected": 3 }));
    let fed = chen.push(&all[2..]).await;
    assert!(fed.last_seq == 5 && fed.results.iter().all(|it| it.outcome == OutcomeKind::Applied));
    let now = chen.pull(reset.cookie.as_deref()).await;
    assert_eq!((now.reset, now.ack, now.durable, of_type(&now.rows, "customer").len()), (false, 5, 2, 3));
    // an old cookie may be of a larger number of the same engine, and is void all the same
    assert!(chen.pull(Some(&cookie)).await.reset);
}

fn program(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_leeway-server"));
    command.current_dir(folder).args(arguments).stdin(Stdio::null()).output().unwrap()
}

/// Runs the program with files limited to so many blocks of 512 bytes: what a full disk does, for one process.
fn on_a_full_disk(folder: &Path, blocks: u64, arguments: &[&str]) -> Output {
    let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"");
    let mut command = Command::new("sh");
    command.current_dir(folder).args(["-c", &script, env!("CARGO_BIN_EXE_leeway-server")]);
    command.args(arguments).output().unwrap()
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[tokio::test]
async fn the_drill_of_an_operator() {
    let Some(office) = Office::with_a_file().await else { return };
    let mut chen = office.log_in("chen").await;
    chen.registers(1, "海港").await;
    let folder = office.folder.path().to_owned();
    let run = |arguments: &[&str]| program(&folder, arguments);
    let well = |output: Output, word: &str| {
        let text = said(&output);
        assert!(output.status.success() && text.contains(word), "{text}");
    };
    let badly = |output: Output, word: &str| {
        let text = said(&output);
        assert!(output.status.code() == Some(1) && text.contains(word), "{text}");
    };
    // while it is served
    well(run(&["backup", "--to", "b.sqlite"]), "1 commands of 1 devices");
    assert_eq!(chen.pull(None).await.durable, 1);
    badly(run(&["backup", "--to", "b.sqlite"]), "--force");
    well(run(&["backup", "--to", "b.sqlite", "--force"]), "b.sqlite is whole");
    well(run(&["verify"]), "leeway.sqlite is sound");
    well(run(&["verify", "b.sqlite"]), "b.sqlite is sound");
    badly(run(&["restore", "--from", "b.sqlite"]), "in use by another");
    badly(run(&["serve", "--listen", "127.0.0.1:0"]), "in use by another");
    badly(run(&["new-epoch"]), "in use by another");
    chen.registers(2, "滨江").await;
    let began = (NOON.ms() / 1_000).to_string();
    well(run(&["mark-durable", "--began", &began]), "0 devices");
    let began = (NOON.ms() / 1_000 + 60).to_string();
    well(run(&["mark-durable", "--began", &began]), "1 devices");
    assert_eq!(chen.pull(None).await.durable, 2);
    // a full disk: nothing new, nothing gone
    let listed = |folder: &Path| {
        let mut all: Vec<_> = std::fs::read_dir(folder).unwrap().map(|it| it.unwrap().file_name()).collect();
        all.sort();
        all
    };
    let there = listed(&folder);
    let full = on_a_full_disk(&folder, 40, &["backup", "--to", "c.sqlite"]);
    badly(full, "c.sqlite");
    assert_eq!(listed(&folder), there);
    let before = chen.pull(None).await;
    let office = office
        .between(async |data| {
            let there = listed(data);
            let path = folder.to_owned();
            let full = on_a_full_disk(&path, 40, &["restore", "--from", "b.sqlite"]);
            badly(full, "leeway-server:");
            assert_eq!(listed(data), there);
            std::fs::write(
                path.join("broken.sqlite"),
                &std::fs::read(path.join("b.sqlite")).unwrap()[..9_000],
            )
            .unwrap();
            badly(program(&path, &["restore", "--from", "broken.sqlite"]), "not sound");
            badly(program(&path, &["verify", "broken.sqlite"]), "not sound");
            assert_eq!(listed(data), there);
            well(program(&path, &["new-epoch"]), "Another history");
            assert!(database(data).is_file());
        })
        .await;
    let chen = office.log_in("chen").await;
    let after = chen.pull(None).await;
    assert_ne!(after.epoch, before.epoch);
    assert_eq!(of_type(&after.rows, "customer").len(), 2);
}
