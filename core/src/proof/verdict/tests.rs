//! The table, row by row, and then every case of a small world against what must hold in all of them.

use super::*;

const HOUR: i64 = 60 * 60 * 1_000;

fn hour(n: i64) -> Timestamp {
    Timestamp::from_ms(n * HOUR)
}

/// Signed an hour after the server's time of hour 1, arrived at hour 3, under a grant from 0 to 72.
fn good() -> Facts {
    Facts {
        step: Step::Next,
        grant: Some(Window { from: hour(0), until: hour(72) }),
        from: hour(1),
        until: hour(3),
        at: hour(2),
        is_same: true,
        is_within: true,
        has_changed: false,
        lost_at: None,
    }
}

fn confirmed(notes: &[Note]) -> Verdict {
    Verdict::Confirmed { notes: notes.to_vec() }
}

fn request(why: Unauthorised) -> Verdict {
    Verdict::Request { why }
}

#[test]
fn good_and_nothing_meanwhile_is_confirmed() {
    assert_eq!(judge(&good()), confirmed(&[]));
}

#[test]
fn what_changed_meanwhile_is_confirmed_and_noted() {
    assert_eq!(judge(&Facts { has_changed: true, ..good() }), confirmed(&[Note::Changed]));
}

#[test]
fn lost_while_it_may_have_been_signed_is_held() {
    for lost in [hour(2), hour(3), Timestamp::from_ms(hour(1).ms() + 1)] {
        assert_eq!(judge(&Facts { lost_at: Some(lost), ..good() }), Verdict::Held);
    }
}

#[test]
fn lost_after_it_arrived_is_confirmed() {
    assert_eq!(judge(&Facts { lost_at: Some(hour(4)), ..good() }), confirmed(&[]));
}

#[test]
fn signed_wholly_after_the_loss_is_a_request() {
    for lost in [hour(0), hour(1)] {
        assert_eq!(judge(&Facts { lost_at: Some(lost), ..good() }), request(Unauthorised::AfterLoss));
    }
}

#[test]
fn beyond_the_grant_is_a_request_and_never_cut_down() {
    assert_eq!(judge(&Facts { is_within: false, ..good() }), request(Unauthorised::Beyond));
    assert_eq!(judge(&Facts { is_same: false, ..good() }), request(Unauthorised::Differs));
    assert_eq!(judge(&Facts { grant: None, ..good() }), request(Unauthorised::NoGrant));
}

#[test]
fn out_of_the_time_of_the_grant_is_a_request() {
    let at = |at| judge(&Facts { at, until: hour(80), ..good() });
    assert_eq!(at(hour(72)), confirmed(&[Note::Late]));
    assert_eq!(at(Timestamp::from_ms(hour(72).ms() + 1)), request(Unauthorised::OutOfTime));
    assert_eq!(judge(&Facts { from: hour(73), until: hour(74), ..good() }), request(Unauthorised::OutOfTime));
    assert_eq!(judge(&Facts { from: hour(5), ..good() }), request(Unauthorised::OutOfTime));
}

#[test]
fn late_is_noted_for_fourteen_days() {
    let last = 72 + 14 * 24;
    assert_eq!(judge(&Facts { until: hour(last), ..good() }), confirmed(&[Note::Late]));
    let late = Timestamp::from_ms(hour(last).ms() + 1);
    assert_eq!(judge(&Facts { until: late, ..good() }), request(Unauthorised::TooLate));
}

#[test]
fn a_clock_that_was_off_is_noted() {
    let minutes = |hours: i64, minutes: i64| Timestamp::from_ms(hours * HOUR + minutes * 60_000);
    for (at, off) in
        [(minutes(1, -5), false), (minutes(1, -6), true), (minutes(3, 5), false), (minutes(3, 6), true)]
    {
        let notes: &[Note] = if off { &[Note::ClockOff] } else { &[] };
        assert_eq!(judge(&Facts { at, ..good() }), confirmed(notes));
    }
}

#[test]
fn a_gap_waits_and_a_fork_is_quarantined() {
    assert_eq!(judge(&Facts { step: Step::Gap, ..good() }), Verdict::Waiting);
    assert_eq!(judge(&Facts { step: Step::Fork, ..good() }), Verdict::Quarantined);
    assert_eq!(judge(&Facts { step: Step::Quarantined, ..good() }), Verdict::Quarantined);
}

/// Every combination of moments around the ends of the grant, of steps, of losses and of findings.
#[test]
fn in_every_case_only_what_was_promised_in_time_counts() {
    let moments = [-1, 0, 1, 40, 72, 73, 72 + 14 * 24, 73 + 14 * 24].map(hour);
    let losses = [None, Some(hour(0)), Some(hour(40)), Some(hour(73))];
    let bools = [false, true];
    let mut seen = 0;
    for step in [Step::Next, Step::Gap, Step::Fork, Step::Quarantined] {
        for from in moments {
            for until in moments {
                for at in moments {
                    for lost_at in losses {
                        for (is_same, is_within) in bools.into_iter().flat_map(|a| bools.map(|b| (a, b))) {
                            for grant in [None, good().grant] {
                                let it = Facts {
                                    step,
                                    grant,
                                    from,
                                    until,
                                    at,
                                    is_same,
                                    is_within,
                                    has_changed: false,
                                    lost_at,
                                };
                                holds(&it, &judge(&it));
                                seen += 1;
                            }
                        }
                    }
                }
            }
        }
    }
    assert_eq!(seen, 4 * 512 * 4 * 4 * 2);
}

fn holds(it: &Facts, verdict: &Verdict) {
    let is_good = it.step == Step::Next
        && it.is_same
        && it.is_within
        && it.from <= it.until
        && it.from <= hour(72)
        && it.at <= hour(72)
        && it.until <= hour(72 + 14 * 24)
        && it.grant.is_some();
    match verdict {
        Verdict::Confirmed { notes } => {
            assert!(is_good && it.lost_at.is_none_or(|lost| lost > it.until), "{it:?}");
            assert_eq!(notes.contains(&Note::Late), it.until > hour(72), "{it:?}");
        }
        Verdict::Held => {
            assert!(is_good && it.lost_at.is_some_and(|lost| it.from < lost && lost <= it.until), "{it:?}");
        }
        Verdict::Request { why: Unauthorised::AfterLoss } => {
            assert!(it.lost_at.is_some_and(|lost| lost <= it.from))
        }
        Verdict::Request { .. } => assert!(!is_good, "{it:?}"),
        Verdict::Waiting => assert_eq!(it.step, Step::Gap),
        Verdict::Quarantined => assert!(matches!(it.step, Step::Fork | Step::Quarantined)),
    }
}
