//! The names of what a command is about: a command holds ids only. What this device does not hold has no name.

use leeway_core::Body;
use leeway_core::approvals::{self, Case, StandIn};
use leeway_core::customers::{self, Contact, Customer};
use leeway_core::deputies::{self, ActingPeriod};
use leeway_core::frameworks::{self, Framework};
use leeway_core::opportunities::{self, Opportunity};
use leeway_core::organisation::{self, Member, Post};
use leeway_core::pricing::{self, PriceBook};
use leeway_core::quotes::{self, Quote};
use leeway_core::values::{CustomerId, OpportunityId, QuoteId, UserId, VisitId};
use leeway_core::visits::{self, Checklist, Item, Visit, VisitPhoto};

use crate::store::{Store, StoreError};

/// What a command is about, in names.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Names {
    /// The customer, quote, opportunity or person.
    pub about: Option<String>,
    /// The product of a quote's line, with its unit.
    pub product: Option<(String, String)>,
    /// The item of a checklist that was answered.
    pub item: Option<Item>,
    /// The checklist of a past visit.
    pub checklist: Option<Checklist>,
    /// Holder and deputy of a post; first, who takes over customers, or acts.
    pub people: [Option<String>; 2],
}

/// Reads the names of what a command is about.
///
/// # Errors
/// [`StoreError`] when this device can't read.
pub async fn names_of(store: &Store, body: &Body) -> Result<Names, StoreError> {
    match body {
        Body::Customers(it) => of_customers(store, it).await,
        Body::Visits(it) => of_visits(store, it).await,
        Body::Quotes(it) => of_quotes(store, it).await,
        Body::Approvals(it) => of_approvals(store, it).await,
        Body::Opportunities(it) => of_opportunities(store, it).await,
        Body::Pricing(it) => match it {
            pricing::Write::Publish(it) => Ok(about(Some(it.name.clone()))),
            pricing::Write::Withdraw(pricing::Withdraw { book })
            | pricing::Write::SetCosts(pricing::SetCosts { book, .. }) => {
                Ok(about(store.get::<PriceBook>(*book).await?.map(|book| book.name)))
            }
        },
        Body::Frameworks(it) => match it {
            frameworks::Write::Publish(it) => Ok(about(Some(it.number.clone()))),
            frameworks::Write::End(it) => {
                Ok(about(store.get::<Framework>(it.framework).await?.map(|it| it.number)))
            }
        },
        Body::Organisation(it) => of_organisation(store, it).await,
        Body::Deputies(it) => of_deputies(store, it).await,
        Body::Authority(_) | Body::Calendar(_) | Body::Letterhead(_) | Body::Inbox(_) => Ok(Names::default()),
    }
}

fn about(name: Option<String>) -> Names {
    Names { about: name, ..Names::default() }
}

async fn of_approvals(store: &Store, it: &approvals::Write) -> Result<Names, StoreError> {
    use approvals::Write;
    let (case, post) = match it {
        Write::Decide(it) => (it.case, None),
        Write::GiveBack(it) => (it.case, None),
        Write::Forward(it) => (it.case, Some(it.to)),
        Write::AddSigner(it) => (it.case, Some(it.post)),
        Write::AskStandIn(it) => {
            let about = store.get::<Post>(it.post).await?.map(|post| post.title);
            let deputy = store.get::<Member>(it.deputy).await?.map(|member| member.name);
            return Ok(Names { about, people: [deputy, None], ..Names::default() });
        }
        Write::EndStandIn(it) => {
            return Ok(about(store.get::<StandIn>(it.stand_in).await?.map(|it| it.deputy.name)));
        }
        Write::SetProcedure(_) => return Ok(Names::default()),
    };
    let title = match post {
        Some(post) => store.get::<Post>(post).await?.map(|post| post.title),
        None => None,
    };
    let about = store.get::<Case>(case).await?.map(|case| case.customer_name);
    Ok(Names { about, people: [title, None], ..Names::default() })
}

async fn customer(store: &Store, id: CustomerId) -> Result<Option<String>, StoreError> {
    Ok(store.get::<Customer>(id).await?.map(|it| it.name.value))
}

async fn of_customers(store: &Store, it: &customers::Write) -> Result<Names, StoreError> {
    use customers::Write;
    Ok(about(match it {
        Write::HandOver(it) => {
            let successor = member(store, it.to).await?;
            let about = customer(store, it.customer).await?;
            return Ok(Names { about, people: [successor, None], ..Names::default() });
        }
        Write::Register(it) => Some(it.name.clone()),
        Write::Edit(it) => customer(store, it.customer).await?,
        Write::AddContact(it) => Some(it.name.clone()),
        Write::EditContact(it) => store.get::<Contact>(it.contact).await?.map(|it| it.name.value),
    }))
}

async fn of_visits(store: &Store, it: &visits::Write) -> Result<Names, StoreError> {
    use visits::Write;
    let visit = match it {
        Write::Plan(it) => return Ok(about(customer(store, it.customer).await?)),
        Write::Record(it) => {
            let checklist = store.get::<Checklist>(it.checklist).await?;
            let about = customer(store, it.customer).await?;
            return Ok(Names { about, checklist, ..Names::default() });
        }
        Write::Answer(it) => return of_answer(store, it.visit, &it.item).await,
        Write::Reschedule(it) => it.visit,
        Write::Cancel(it) => it.visit,
        Write::Open(it) => it.visit,
        Write::Note(it) => it.visit,
        Write::AddPhoto(it) => it.visit,
        Write::RemovePhoto(it) => match store.get::<VisitPhoto>(it.photo).await? {
            Some(photo) => photo.visit,
            None => return Ok(Names::default()),
        },
        Write::SetNextStep(it) => it.visit,
        Write::CompleteNextStep(it) => it.visit,
        Write::Finish(it) => it.visit,
    };
    match store.get::<Visit>(visit).await? {
        Some(visit) => Ok(about(customer(store, visit.customer).await?)),
        None => Ok(Names::default()),
    }
}

async fn of_answer(store: &Store, visit: VisitId, key: &visits::ItemKey) -> Result<Names, StoreError> {
    let Some(visit) = store.get::<Visit>(visit).await? else { return Ok(Names::default()) };
    let checklist = store.get::<Checklist>(visit.checklist).await?;
    let item = checklist.and_then(|it| it.item(key).cloned());
    Ok(Names { about: customer(store, visit.customer).await?, item, ..Names::default() })
}

async fn of_quotes(store: &Store, it: &quotes::Write) -> Result<Names, StoreError> {
    use quotes::Write;
    match it {
        Write::Draft(it) => Ok(about(Some(it.title.clone()))),
        Write::Finalise(it) => Ok(about(Some(it.title.clone()))),
        Write::PutLine(it) => {
            let book = store.get::<PriceBook>(it.book).await?;
            let found = book.and_then(|book| book.product(it.line.product).cloned());
            let product = found.map(|product| (product.name, product.unit));
            Ok(Names { product, ..quote(store, it.quote).await? })
        }
        Write::DropLine(it) => {
            let found = store.get::<Quote>(it.quote).await?;
            let line =
                found.as_ref().and_then(|quote| quote.content.lines.iter().find(|line| line.id == it.line));
            let product = line.map(|line| (line.name.clone(), line.unit.clone()));
            Ok(Names { about: found.map(|quote| quote.content.title), product, ..Names::default() })
        }
        Write::SetTerms(it) => quote(store, it.quote).await,
        Write::Withdraw(it) => quote(store, it.quote).await,
    }
}

async fn quote(store: &Store, id: QuoteId) -> Result<Names, StoreError> {
    Ok(about(store.get::<Quote>(id).await?.map(|quote| quote.content.title)))
}

async fn of_opportunities(store: &Store, it: &opportunities::Write) -> Result<Names, StoreError> {
    use opportunities::Write;
    let id: OpportunityId = match it {
        Write::Start(it) => return Ok(about(Some(it.name.clone()))),
        Write::Edit(it) => it.opportunity,
        Write::MoveStage(it) => it.opportunity,
        Write::SetNextStep(it) => it.opportunity,
        Write::CompleteNextStep(it) => it.opportunity,
    };
    Ok(about(store.get::<Opportunity>(id).await?.map(|it| it.name.value)))
}

async fn of_organisation(store: &Store, it: &organisation::Write) -> Result<Names, StoreError> {
    use organisation::Write;
    match it {
        Write::AddUnit(it) => Ok(about(Some(it.name.clone()))),
        Write::AddMember(it) => Ok(about(Some(it.name.clone()))),
        Write::SetPhone(_) => Ok(Names::default()),
        Write::ChangeMember(it) => Ok(about(member(store, it.user).await?)),
        Write::HandOver(it) => {
            let (about, successor) = (member(store, it.from).await?, member(store, it.to).await?);
            Ok(Names { about, people: [successor, None], ..Names::default() })
        }
        Write::SetPost(it) => {
            let title = store.get::<Post>(it.post).await?.map(|post| post.title);
            let holder = member(store, it.holder).await?;
            let deputy = match it.deputy {
                Some(user) => member(store, user).await?,
                None => None,
            };
            let about = title.or_else(|| Some(it.title.clone()));
            Ok(Names { about, people: [holder, deputy], ..Names::default() })
        }
    }
}

async fn of_deputies(store: &Store, it: &deputies::Write) -> Result<Names, StoreError> {
    let (manager, deputy) = match it {
        deputies::Write::Appoint(it) => (it.manager, it.deputy),
        deputies::Write::End(it) => match store.get::<ActingPeriod>(it.period).await? {
            Some(period) => (period.manager, period.deputy),
            None => return Ok(Names::default()),
        },
    };
    let (about, deputy) = (member(store, manager).await?, member(store, deputy).await?);
    Ok(Names { about, people: [deputy, None], ..Names::default() })
}

async fn member(store: &Store, user: UserId) -> Result<Option<String>, StoreError> {
    Ok(store.get::<Member>(user).await?.map(|it| it.name))
}
