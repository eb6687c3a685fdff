//! What the approval pages show, as plain Rust. Never reads the store or the screen, and never decides: whether the
//! user's limit suffices is asked of `leeway_core::authority`.

use leeway_core::approvals::{Case, CaseState, Decide, GiveBack, Missing, StandIn, Write};
use leeway_core::authority::{Level, Limits, judge};
use leeway_core::authority::{Promised, Situation};
use leeway_core::organisation::{Member, Post, Star};
use leeway_core::pricing::Family;
use leeway_core::quotes::{Earned, FamilySum, Totals, totals};
use leeway_core::spending::{Precedent, like};
use leeway_core::values::{CaseId, Date, LineId, Percent, PostId, UserId};

use super::queries::StandInView;

/// Cases that this user may decide on, and those that were decided.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Lists {
    /// To be decided, oldest first.
    pub open: Vec<Case>,
    /// Decided or taken back, newest first.
    pub over: Vec<Case>,
}

impl Lists {
    /// Sorts the cases of the posts that this user holds or stands in for. Their own requests are for others.
    pub fn of(cases: Vec<Case>, answering: &Answering, me: UserId) -> Self {
        let mine = |case: &Case| answering.may_decide(case.post, me) && case.asked_by != me;
        let (open, mut over): (Vec<Case>, Vec<Case>) =
            cases.into_iter().filter(mine).partition(|case| case.state == CaseState::Open);
        over.reverse();
        Self { open, over }
    }
}

/// Who answers for posts.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Answering {
    /// All posts, with their holders and deputies.
    pub posts: Vec<Post>,
    /// Who stands in for them, now or later.
    pub stand_ins: Vec<StandIn>,
}

impl Answering {
    /// Says whether this user holds the post, is its deputy, or stands in for it now.
    pub fn may_decide(&self, post: PostId, me: UserId) -> bool {
        let stands_in = |it: &StandIn| it.state.is_open() && it.post == post && it.deputy.id == me;
        self.posts.iter().any(|it| it.id == post && it.may_decide(me)) || self.stand_ins.iter().any(stands_in)
    }
}

/// Sorts out what this user may arrange about stand-ins.
pub fn stand_in_view(answering: Answering, people: Vec<Member>, me: UserId) -> StandInView {
    let posts: Vec<Post> =
        answering.posts.iter().filter(|post| answering.may_decide(post.id, me)).cloned().collect();
    let at_mine = |it: &StandIn| posts.iter().any(|post| post.id == it.post);
    let live = answering.stand_ins.into_iter().filter(at_mine).collect();
    StandInView { posts, people, live }
}

/// Reads the form for a stand-in; `None` while it is incomplete.
pub fn typed_stand_in(
    post: &str,
    deputy: &str,
    from: &str,
    until: &str,
) -> Option<(PostId, UserId, Date, Date)> {
    Some((post.parse().ok()?, deputy.parse().ok()?, from.parse().ok()?, until.parse().ok()?))
}

/// Says whether this user may decide on the case now.
pub fn is_for(case: &Case, answering: &Answering, me: UserId) -> bool {
    case.state == CaseState::Open && case.asked_by != me && answering.may_decide(case.post, me)
}

/// Returns the level of a post: the one of a unit's head, or the one above.
pub fn level_of(post: &Post) -> Level {
    if post.unit.is_some() { Level::UnitHead } else { Level::Approver }
}

/// A limit on the meter, and whose it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Mark {
    /// Whose.
    pub whose: Whose,
    /// How much.
    pub limit: Percent,
}

/// Whose a limit is.
#[derive(Debug, Clone, PartialEq)]
pub enum Whose {
    /// The user's own.
    Mine,
    /// The one who asks.
    Asker(String),
    /// A level that is not the user's.
    Level(Level),
}

/// What is asked against the user's limit, in the family where it is tightest.
#[derive(Debug, Clone, PartialEq)]
pub struct CaseMeter {
    /// Which family.
    pub family: Family,
    /// Effective discount asked in it.
    pub asked: Percent,
    /// What the user may give in it.
    pub mine: Percent,
    /// Whether the user's limits suffice for the whole quote.
    pub within: bool,
    /// All limits, the user's among them.
    pub marks: Vec<Mark>,
}

/// Reads the meter for the holder of this post; `None` if the quote can't be summed up or has no line.
pub fn meter(case: &Case, post: &Post, limits: &Limits, asker: Option<&Member>) -> Option<CaseMeter> {
    let sums = totals(&case.content).ok()?;
    let level = level_of(post);
    let star = asker.map_or(Star::ONE, Member::star);
    // what the customer was promised before counts for managers alone
    let at = Situation {
        star,
        grade: case.grade,
        unit: case.unit,
        months: case.content.months,
        promised: Promised::default(),
        pool: None,
        earned: case.margin.map_or(Earned::Hidden, Earned::Known),
    };
    let limit = |level: Level, family: Family| limits.limit(level, &at, family, sums.list);
    let over = |sum: &FamilySum| i64::from(sum.effective.bp()) - i64::from(limit(level, sum.family).bp());
    let tight = sums.families.iter().max_by_key(|sum| over(sum))?;
    let limit = |level: Level| limit(level, tight.family);
    let mut marks = vec![Mark { whose: Whose::Mine, limit: limit(level) }];
    // without the asker's row nobody here knows how many stars they have
    if asker.is_some() {
        let whose = Whose::Asker(case.asked_by_name.clone());
        marks.push(Mark { whose, limit: limit(Level::Own) });
    }
    for other in [Level::UnitHead, Level::Approver].into_iter().filter(|other| *other != level) {
        marks.push(Mark { whose: Whose::Level(other), limit: limit(other) });
    }
    Some(CaseMeter {
        family: tight.family,
        asked: tight.effective,
        mine: limit(level),
        within: judge(limits, &at, &sums).level <= level,
        marks,
    })
}

/// Returns how a case is given back: as it always was where all is said in words about the whole, item by item otherwise.
/// `line` is the chosen one of what stands in the field.
pub fn give_back(case: CaseId, mut items: Vec<Missing>, line: Option<LineId>, words: &str) -> Write {
    let mut words = words.trim().to_owned();
    if line.is_some() && !words.is_empty() {
        items.push(Missing { line, words: std::mem::take(&mut words) });
    }
    match items.is_empty() {
        true => Write::Decide(Decide { case, approve: false, words }),
        false => Write::GiveBack(GiveBack { case, items, words }),
    }
}

/// Returns what was typed to give a case back, and item by item what was missing; `None`: it was not given back.
pub fn given_back(it: &Write) -> Option<(String, Vec<Missing>)> {
    match it {
        Write::Decide(it) if !it.approve => Some((it.words.clone(), Vec::new())),
        Write::GiveBack(it) => Some((it.words.clone(), it.items.clone())),
        _ => None,
    }
}

/// Returns the sums of what is asked.
pub fn sums(case: &Case) -> Option<Totals> {
    totals(&case.content).ok()
}

/// Returns what was given in like deals, in the family in which most is asked.
pub fn precedent<'a>(case: &Case, precedents: &'a [Precedent]) -> Option<&'a Precedent> {
    let sums = totals(&case.content).ok()?;
    let most = sums.families.iter().max_by_key(|sum| sum.effective)?;
    like(precedents, (most.family, sums.list), case.grade, case.content.months)
}

/// Returns which of the waiting cases this one is, from one; `None` if it does not wait.
pub fn place(waiting: &[leeway_core::values::CaseId], case: &Case) -> Option<(usize, usize)> {
    let at = waiting.iter().position(|id| *id == case.id)?;
    Some((at + 1, waiting.len()))
}

/// Returns what a meter draws, in hundredths of a percent: the value, the limit, and the end of the track.
pub fn track(it: &CaseMeter) -> (u32, u32, u32) {
    let marks = it.marks.iter().map(|mark| mark.limit.bp());
    let end = marks.chain([it.asked.bp()]).max().unwrap_or_default();
    (it.asked.bp(), it.mine.bp(), (end + end / 10).clamp(100, Percent::HUNDRED.bp()))
}

#[cfg(test)]
mod tests {
    use leeway_core::authority::Reason;
    use leeway_core::customers::Grade;
    use leeway_core::deputies::ActingState;
    use leeway_core::quotes::{Content, Line};
    use leeway_core::spending::Like;
    use leeway_core::testing::sample;
    use leeway_core::testing::sample::{
        APPROVER, CHEN, GAO, HEAD, LI, WANG, ZHAO, content, limits, line, members, percent, posts, stand_in,
    };
    use leeway_core::values::{Money, QuoteId, Timestamp};

    use super::*;

    fn case(n: u128, post: PostId, off: &str) -> Case {
        let content = Content { lines: vec![Line { off: percent(off), ..line(1) }], ..content() };
        let sums = totals(&content).unwrap();
        Case {
            id: CaseId::from_u128(n),
            quote: QuoteId::from_u128(n),
            post,
            asked_by: CHEN,
            asked_by_name: "陈静".into(),
            asked_at: Timestamp::from_ms(i64::try_from(n).unwrap()),
            customer_name: "医院".into(),
            grade: Grade::A,
            unit: None,
            content,
            list: sums.list,
            total: sums.total,
            effective: sums.effective,
            reasons: Vec::<Reason>::new(),
            found: None,
            because: None,
            margin: None,
            state: CaseState::Open,
            request: None,
            track: None,
        }
    }

    #[test]
    fn holder_and_deputy_see_the_cases_of_their_post() {
        let decided = CaseState::Decided {
            by: WANG,
            by_name: "王海".into(),
            at: Timestamp::from_ms(9),
            approved: true,
            words: String::new(),
        };
        let cases = vec![
            case(1, HEAD, "15"),
            case(2, APPROVER, "25"),
            Case { state: decided.clone(), ..case(3, HEAD, "15") },
            Case { state: decided, ..case(4, HEAD, "15") },
        ];
        let answering = Answering { posts: posts(), stand_ins: Vec::new() };
        let ids = |cases: &[Case]| cases.iter().map(|it| it.id.uuid().as_u128()).collect::<Vec<_>>();
        let seen = |me| {
            let lists = Lists::of(cases.clone(), &answering, me);
            (ids(&lists.open), ids(&lists.over))
        };
        assert_eq!(seen(WANG), (vec![1], vec![4, 3]));
        assert_eq!(seen(LI), (vec![1], vec![4, 3]));
        assert_eq!(seen(ZHAO), (vec![2], vec![]));
        assert_eq!(seen(CHEN), (vec![], vec![]), "nobody decides on their own request");
        let may = |case: &Case, me| is_for(case, &answering, me);
        assert!(may(&cases[0], WANG) && may(&cases[0], LI));
        assert!(!may(&cases[2], WANG) && !may(&cases[0], ZHAO) && !may(&cases[0], CHEN));
    }

    #[test]
    fn who_stands_in_answers_while_the_period_is_open() {
        let of = |state| Answering { posts: posts(), stand_ins: vec![stand_in(state)] };
        assert!(of(ActingState::Open).may_decide(HEAD, GAO));
        assert!(
            !of(ActingState::Planned).may_decide(HEAD, GAO)
                && !of(ActingState::Open).may_decide(APPROVER, GAO)
        );
        let view = stand_in_view(of(ActingState::Open), members(), GAO);
        let titles: Vec<&str> = view.posts.iter().map(|it| it.title.as_str()).collect();
        assert_eq!((titles, view.live.len()), (vec!["政企1部负责人", "政企2部负责人"], 1));
        assert_eq!(stand_in_view(of(ActingState::Open), Vec::new(), ZHAO).live.len(), 0);
        let id = "00000000-0000-0000-0000-000000000002";
        assert!(typed_stand_in(id, id, "2026-11-22", "2026-11-23").is_some());
        assert_eq!(typed_stand_in(id, "", "2026-11-22", "2026-11-23"), None);
    }

    #[test]
    fn the_meter_is_the_posts_own() {
        let (posts, limits, people) = (posts(), limits(), members());
        let asker = people.iter().find(|it| it.id == CHEN);
        let head = posts.iter().find(|it| it.id == HEAD).unwrap();
        let it = meter(&case(1, HEAD, "15"), head, &limits, asker).unwrap();
        assert_eq!((it.asked, it.mine, it.within), (percent("15"), percent("20"), true));
        assert_eq!(
            it.marks.iter().map(|mark| mark.limit.to_string()).collect::<Vec<_>>(),
            ["20%", "12%", "30%"]
        );
        assert_eq!(track(&it), (1_500, 2_000, 3_300));
        let beyond = meter(&case(1, HEAD, "25"), head, &limits, None).unwrap();
        assert!(!beyond.within);
        assert_eq!(beyond.marks.len(), 2, "stars of strangers are not guessed");
        let above = posts.iter().find(|it| it.id == APPROVER).unwrap();
        assert!(meter(&case(1, APPROVER, "25"), above, &limits, asker).unwrap().within);
    }

    #[test]
    fn what_is_missing_is_said_item_by_item_where_it_is_about_a_line() {
        let (case, line) = (CaseId::from_u128(1), LineId::from_u128(2));
        let item = |line, words: &str| Missing { line, words: words.into() };
        let plain = Decide { case, approve: false, words: "缺凭据".into() };
        assert_eq!(give_back(case, Vec::new(), None, " 缺凭据 "), Write::Decide(plain));
        let of_line = GiveBack { case, items: vec![item(Some(line), "缺凭据")], words: String::new() };
        assert_eq!(give_back(case, Vec::new(), Some(line), "缺凭据"), Write::GiveBack(of_line));
        let items = vec![item(None, "缺年限")];
        let both = GiveBack { case, items: items.clone(), words: "补齐再报".into() };
        let both = Write::GiveBack(both);
        assert_eq!(given_back(&both), Some(("补齐再报".to_owned(), items.clone())));
        assert_eq!(give_back(case, items, None, "补齐再报"), both);
        assert_eq!(given_back(&Write::Decide(Decide { case, approve: true, words: String::new() })), None);
    }

    #[test]
    fn the_precedent_is_of_the_family_in_which_most_is_asked() {
        let asked = case(1, HEAD, "15");
        let there = sample::precedent();
        assert_eq!(precedent(&asked, std::slice::from_ref(&there)), Some(&there));
        let other = Like { family: Family::Cloud, ..there.like };
        assert_eq!(precedent(&asked, &[Precedent { like: other, ..there }]), None);
    }

    #[test]
    fn a_case_knows_its_place_in_the_queue() {
        let waiting = [CaseId::from_u128(7), CaseId::from_u128(1)];
        assert_eq!(place(&waiting, &case(1, HEAD, "15")), Some((2, 2)));
        assert_eq!(place(&waiting, &case(2, HEAD, "15")), None);
        assert_eq!(sums(&case(1, HEAD, "0")).unwrap().total, Money::from_fen(320_000 * 24));
    }
}
