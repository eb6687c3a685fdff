//! How long to wait before asking the server again. Pure: the caller brings the dice.

/// Milliseconds.
pub type Ms = u32;

const FIRST: Ms = 1_000;
const LONGEST: Ms = 10 * 60 * 1_000;
/// While the user looks.
const LONGEST_SEEN: Ms = 30_000;
/// While the user looks and something waits to be sent.
const LONGEST_WAITING: Ms = 5_000;
const PULL_SEEN: Ms = 5_000;
/// The server rings when something changed: pulls only make sure.
const PULL_POKED: Ms = 60_000;
const PULL_HIDDEN: Ms = 5 * 60 * 1_000;

/// What the wait depends on.
#[derive(Debug, Clone, Copy)]
pub struct Situation {
    /// How many times in a row the server did not answer.
    pub failures: u32,
    /// How long the server asked to be left alone.
    pub asked: Option<Ms>,
    /// The user sees the page.
    pub visible: bool,
    /// The server rings when something changed.
    pub poked: bool,
    /// Something waits to be sent.
    pub waiting: bool,
    /// From 0 to 1.
    pub dice: f64,
}

/// Returns how long to wait: up to a quarter more or less than the rule says, so that phones that lost the network
/// together do not come back together.
pub fn wait(it: Situation) -> Ms {
    if let Some(asked) = it.asked {
        return spread(asked.min(LONGEST), 1.0 + it.dice / 4.0);
    }
    if it.failures == 0 {
        let every = match (it.visible, it.poked) {
            (true, false) => PULL_SEEN,
            (true, true) => PULL_POKED,
            (false, _) => PULL_HIDDEN,
        };
        return spread(every, 0.9 + it.dice / 5.0);
    }
    let doubled = FIRST.saturating_mul(2_u32.saturating_pow(it.failures - 1));
    let longest = match (it.visible, it.waiting) {
        (true, true) => LONGEST_WAITING,
        (true, false) => LONGEST_SEEN,
        (false, _) => LONGEST,
    };
    spread(doubled, 0.75 + it.dice / 2.0).min(longest)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "at most 13 minutes, never negative"
)]
fn spread(ms: Ms, factor: f64) -> Ms {
    (f64::from(ms) * factor) as Ms
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(failures: u32, visible: bool, waiting: bool, expected: Ms) {
        let it = Situation { failures, asked: None, visible, poked: false, waiting, dice: 0.5 };
        assert_eq!(wait(it), expected, "{it:?}");
    }

    #[test]
    fn it_asks_often_while_it_is_looked_at() {
        check(0, true, false, 5_000);
        check(0, false, false, 300_000);
    }

    #[test]
    fn it_asks_less_while_the_server_rings() {
        let it =
            Situation { failures: 0, asked: None, visible: true, poked: true, waiting: false, dice: 0.5 };
        assert_eq!(wait(it), 60_000);
        assert_eq!(wait(Situation { visible: false, ..it }), 300_000);
        assert_eq!(wait(Situation { failures: 1, ..it }), 1_000);
    }

    #[test]
    fn it_doubles_up_to_ten_minutes() {
        check(1, true, false, 1_000);
        check(2, true, false, 2_000);
        check(5, false, true, 16_000);
        check(11, false, false, 600_000);
        check(99, false, true, 600_000);
        check(99, true, false, 30_000);
    }

    #[test]
    fn it_never_waits_long_while_somebody_looks_at_unsent_work() {
        check(3, true, true, 4_000);
        check(4, true, true, 5_000);
        check(99, true, true, 5_000);
    }

    #[test]
    fn what_the_server_asks_is_done() {
        let it = Situation {
            failures: 3,
            asked: Some(2_000),
            visible: true,
            poked: true,
            waiting: true,
            dice: 0.0,
        };
        assert_eq!(wait(it), 2_000);
        assert_eq!(wait(Situation { dice: 1.0, ..it }), 2_500);
    }

    #[test]
    fn the_dice_spread_it() {
        let it =
            Situation { failures: 3, asked: None, visible: false, poked: false, waiting: false, dice: 0.0 };
        assert_eq!((wait(it), wait(Situation { dice: 1.0, ..it })), (3_000, 5_000));
    }
}
