//! T4: `kill -9` of the server while eight phones work, each on its own; started again on the same data, several
//! times in a run. The moments are counted in requests, so that a seed kills at the same load on every machine.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use leeway_e2e::dice::Dice;
use leeway_e2e::phone::Phone;
use leeway_e2e::phone::sync::Met;
use leeway_e2e::proxy::Proxy;
use leeway_e2e::truth::Violation;
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::branch::{Branch, quiet, tell};
use crate::report::{Outcome, Told};

/// A killed server is there again within this, or the run says so: the test plan's figure.
const START: Duration = Duration::from_secs(3);

/// Plays the history of a seed.
pub async fn run(branch: &Branch, seed: u64, trace: bool) -> Outcome {
    let mut dice = Dice::new(seed);
    let mut server = branch.open();
    let proxy = Proxy::start(server.port(), dice.part()).await;
    let stop = Arc::new(AtomicBool::new(false));
    let mut tasks = JoinSet::new();
    for mut phone in branch.phones(&proxy.address(), &mut dice) {
        // that a pull covers what was answered is T6's to find; here a kill must show a loss by itself
        phone.strict = false;
        tasks.spawn(work(phone, dice.part(), Arc::clone(&stop)));
    }
    let mut told = Told::default();
    let mut ended = Vec::new();
    for kill in 0..3 + dice.below(3) {
        // sometimes right after the first request, sometimes under full load
        let more = if dice.chance(1, 4) { 1 } else { 10 + dice.millis(90) };
        tokio::select! {
            () = proxy.until_begun(proxy.begun() + more) => {}
            // nobody ends before being told to but who has found something
            Some(done) = tasks.join_next() => {
                ended.push(done.unwrap());
                break;
            }
        }
        sleep(Duration::from_millis(dice.millis(6))).await;
        server.kill();
        told.fault("kill", 1);
        let took = server.start();
        if took > START {
            told.fault("slow_start", 1);
        }
        if trace {
            println!("kill {kill} at request {}, back after {took:?}", proxy.begun());
        }
    }
    let more = dice.millis(60);
    if ended.is_empty() {
        proxy.until_begun(proxy.begun() + more).await;
    }
    stop.store(true, Ordering::SeqCst);
    let mut phones = Vec::new();
    let mut checked = Ok(());
    ended.extend(tasks.join_all().await);
    for (phone, done) in ended {
        checked = checked.and(done);
        phones.push(phone);
    }
    phones.sort_by(|a, b| a.name.cmp(&b.name));
    if checked.is_ok() {
        checked = quiet(&mut phones, &server.address(), &mut dice).await;
    }
    tell(&mut told, &phones);
    told.steps = usize::try_from(proxy.begun()).unwrap();
    match checked {
        Ok(()) => Ok(told),
        Err(violation) => Err((told, violation)),
    }
}

/// Works and syncs until it is told to stop.
async fn work(mut phone: Phone, mut dice: Dice, stop: Arc<AtomicBool>) -> (Phone, Result<(), Violation>) {
    while !stop.load(Ordering::SeqCst) {
        for _ in 0..1 + dice.below(6) {
            phone.act(&mut dice);
        }
        let met = match dice.chance(2, 3) {
            true => phone.push(1 + dice.below(40)).await,
            false => phone.pull(500).await,
        };
        match met {
            Ok(Met::Lost) => sleep(Duration::from_millis(10)).await,
            Ok(_) => {}
            Err(violation) => return (phone, Err(violation)),
        }
    }
    (phone, Ok(()))
}
