//! Quotes: drafted, changed by whoever shares them, and made binding with the total that the device shows.

use fastrand::Rng;
use leeway_app::platform::ids;
use leeway_app::store::{Store, StoreError};
use leeway_core::Body;
use leeway_core::authority::{LIMITS, Limits};
use leeway_core::customers::{self, Customer};
use leeway_core::organisation::Member;
use leeway_core::pricing::{BOOKS, PriceBook};
use leeway_core::quotes::{
    Content, Draft, Finalise, LineInput, Prices, PutLine, QUOTES, Quote, Write, totals, with_line,
};
use leeway_core::testing::commands;
use leeway_core::values::{CustomerId, Percent, UserId};

/// Chooses something to do about quotes, if this device shows anything to quote from.
pub async fn choose(rng: &mut Rng, store: &Store, by: UserId) -> Result<Option<Body>, StoreError> {
    let books = store.list::<PriceBook>(BOOKS).await?;
    let customers = store.list::<Customer>(customers::BY_NAME).await?;
    let book = books.iter().find(|it| it.withdrawn_at.is_none());
    let (Some(book), Some(customer)) = (book, rng.choice(&customers)) else { return Ok(None) };
    let write = match rng.u8(..4) {
        0 => Some(draft(rng, book, customer.id)),
        1..=2 => put_line(rng, book, store).await?,
        _ => finalise(rng, book, customer.id, store, by).await?,
    };
    Ok(write.map(Body::Quotes))
}

fn line(rng: &mut Rng, book: &PriceBook) -> Option<LineInput> {
    let off = Percent::from_bp(rng.u32(..400)).ok()?;
    let product = rng.choice(&book.products)?.id;
    let gift = rng.u8(..8) == 0;
    Some(LineInput { line: ids::line(), product, quantity: rng.u32(1..10), off, gift, framework: None })
}

fn draft(rng: &mut Rng, book: &PriceBook, customer: CustomerId) -> Write {
    let lines = line(rng, book).into_iter().collect();
    Write::Draft(Draft { quote: ids::quote(), customer, book: book.id, lines, ..commands::draft() })
}

async fn put_line(rng: &mut Rng, book: &PriceBook, store: &Store) -> Result<Option<Write>, StoreError> {
    let quotes = store.list::<Quote>(QUOTES).await?;
    let open: Vec<&Quote> = quotes.iter().filter(|it| it.is_open()).collect();
    let (Some(quote), Some(line)) = (rng.choice(&open), line(rng, book)) else { return Ok(None) };
    Ok(Some(Write::PutLine(PutLine { quote: quote.id, book: book.id, line })))
}

async fn finalise(
    rng: &mut Rng,
    book: &PriceBook,
    customer: CustomerId,
    store: &Store,
    by: UserId,
) -> Result<Option<Write>, StoreError> {
    let limits = store.list::<Limits>(LIMITS).await?;
    let (Some(limits), Some(member)) = (limits.last(), store.get::<Member>(by).await?) else {
        return Ok(None);
    };
    let draft = commands::draft();
    let lines: Vec<LineInput> = (0..rng.u8(1..4)).filter_map(|_| line(rng, book)).collect();
    let mut content = Content {
        customer,
        opportunity: None,
        title: draft.title,
        book: book.id,
        months: draft.months,
        free_months: rng.u16(..3),
        overall: Percent::from_bp(rng.u32(..200)).unwrap_or(Percent::ZERO),
        valid_until: draft.valid_until,
        lines: Vec::new(),
    };
    for it in &lines {
        let Ok(more) = with_line(&content, &Prices::of_book(book), it) else { return Ok(None) };
        content = more;
    }
    let Ok(sums) = totals(&content) else { return Ok(None) };
    Ok(Some(Write::Finalise(Finalise {
        quote: ids::quote(),
        customer,
        book: book.id,
        limits: limits.id,
        star: member.star(),
        free_months: content.free_months,
        overall: content.overall,
        lines,
        total: sums.total,
        case: ids::case(),
        ..commands::finalise("0", 0)
    })))
}
