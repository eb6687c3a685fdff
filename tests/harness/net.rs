//! T6 between simulated phones and the real server: two to four phones take turns, and the network does to every
//! request what the dice say. One thing happens at a time, so that a seed brings back the very same history.

use leeway_e2e::dice::Dice;
use leeway_e2e::phone::Phone;
use leeway_e2e::phone::sync::Met;
use leeway_e2e::proxy::{Proxy, WEATHER};
use leeway_e2e::truth::{View, Violation};

use crate::branch::{Branch, quiet, tell};
use crate::report::{Outcome, Told};

/// What a phone does in its turn, and how often.
const TURNS: [(Turn, usize); 6] = [
    (Turn::Act, 46),
    (Turn::Push, 20),
    (Turn::Overtake, 5),
    (Turn::Pull, 24),
    (Turn::Restart, 2),
    (Turn::Look, 3),
];

#[derive(Debug, Clone, Copy)]
enum Turn {
    Act,
    Push,
    Overtake,
    Pull,
    Restart,
    /// Pull to the end, and hold what is shown against what the server would give a new phone at this moment.
    Look,
}

/// Plays the history of a seed.
pub async fn run(branch: &Branch, seed: u64, trace: bool) -> Outcome {
    let mut dice = Dice::new(seed);
    let server = branch.open();
    let proxy = Proxy::start(server.port(), dice.part()).await;
    let mut all = branch.phones(&proxy.address(), &mut dice);
    // at least two phones of one manager, who meet on the same rows
    let mut phones: Vec<Phone> = all.drain(..2 + dice.below(3)).collect();
    let mut told = Told::default();
    proxy.weather(&WEATHER);
    let played = play(&mut phones, &server.address(), &mut dice, &mut told, trace).await;
    proxy.calm();
    let checked = match played {
        Ok(()) => quiet(&mut phones, &server.address(), &mut dice).await,
        violated => violated,
    };
    tell(&mut told, &phones);
    told.faults(proxy.counts());
    match checked {
        Ok(()) => Ok(told),
        Err(violation) => Err((told, violation)),
    }
}

async fn play(
    phones: &mut [Phone],
    server: &str,
    dice: &mut Dice,
    told: &mut Told,
    trace: bool,
) -> Result<(), Violation> {
    let steps = 60 + dice.below(140);
    for step in 0..steps {
        let at = dice.below(phones.len());
        let phone = &mut phones[at];
        let turn = dice.weighted(&TURNS);
        let did = match turn {
            Turn::Act => phone.act(dice).unwrap_or_else(|| "finds nothing to do".to_owned()),
            Turn::Push => format!("{:?}", phone.push(1 + dice.below(30)).await?),
            Turn::Overtake if phone.waiting().count() > 1 => {
                told.fault("overtaken", 1);
                format!("{:?}", phone.push_overtaking(1 + dice.below(4)).await?)
            }
            Turn::Overtake => continue,
            Turn::Pull => format!("{:?}", phone.pull(page(dice)).await?),
            Turn::Restart => {
                phone.restart();
                "starts again".to_owned()
            }
            Turn::Look => look(phone, server, dice).await?,
        };
        told.steps += 1;
        if trace {
            println!("{step:4} {:7} {turn:?}: {did}", phone.name);
        }
    }
    Ok(())
}

/// Most rows of a page: mostly all, sometimes few.
fn page(dice: &mut Dice) -> u32 {
    if dice.chance(1, 3) { u32::try_from(1 + dice.below(40)).unwrap() } else { 500 }
}

async fn look(phone: &mut Phone, server: &str, dice: &mut Dice) -> Result<String, Violation> {
    for _ in 0..20 {
        if phone.pull(500).await? == Met::Done {
            View::of(phone, server, dice).await?.check_rows(phone)?;
            return Ok("sees what is there".to_owned());
        }
    }
    Ok("does not get through".to_owned())
}
