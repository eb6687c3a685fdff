//! What the parts of one quote's page share: the record, the writer, which sheet is open, and the line that is being
//! typed. Every key of the keypad is a draft; an unfinished line opens again with the page. Never computes a sum.

mod prices;

use leeway_core::Body;
use leeway_core::Entity;
use leeway_core::authority::{Change, ReasonCode};
use leeway_core::pricing::PriceBook;
use leeway_core::quotes::{Asks, DropLine, Finalise, Line, LineInput, PutLine, SetTerms, Write, totals};
use leeway_core::values::{LineId, ProductId, QuoteId};
use leptos::prelude::*;

use super::queries::QuoteView;
use super::view_model::{self, LineGap, Stamp, TypedLine, WhatIf, book_for_edits, what_if};
use crate::app::{App, use_app};
use crate::commands::{Commands, use_commands};
use crate::drafts::{Draft, use_draft};
use crate::i18n::{I18n, errors, t_string, use_i18n};
use crate::parts::{Resend, Writer, use_resend, use_writer};
use crate::platform::{clock, ids, page};
use crate::signing::{self, Signed};
use crate::ui::Toasts;

/// The number that the keypad types.
pub const OFF: &str = "off";
/// The other one.
pub const QUANTITY: &str = "quantity";
/// What stands in the draft of a line that is a gift.
pub const GIFT: &str = "gift";

/// What the parts of one quote's page share. Copy.
#[derive(Clone, Copy)]
pub struct Desk {
    /// The language.
    pub i18n: I18n,
    /// Which quote.
    pub id: QuoteId,
    /// The quote with all that its page shows.
    pub record: Signal<Option<Option<QuoteView>>, LocalStorage>,
    /// The writer of this page.
    pub writer: Writer,
    /// The card that is edited and sent again.
    pub resend: Resend,
    /// The sheet with the keypad is open.
    pub typing: RwSignal<bool>,
    /// The sheet with the products is open.
    pub picking: RwSignal<bool>,
    /// The sheet with the terms is open.
    pub terms: RwSignal<bool>,
    /// The sheet with what is given on the whole is open.
    pub giving: RwSignal<bool>,
    /// The sheet with the reasons for giving is open.
    pub naming: RwSignal<bool>,
    /// Which number the keypad types.
    pub target: RwSignal<String>,
    /// How many, as typed.
    pub quantity: RwSignal<String>,
    /// Discount in percent, as typed.
    pub off: RwSignal<String>,
    /// Not empty: given for nothing along with the rest.
    pub gift: RwSignal<String>,
    line: RwSignal<String>,
    product: RwSignal<String>,
    draft: Draft,
    /// The typed line is on its way: closing the sheet drops nothing.
    saving: StoredValue<bool>,
    /// What is asked for once a reason is named.
    asked: StoredValue<Asks>,
    app: App,
    commands: Commands,
    toasts: Toasts,
}

impl Desk {
    /// Makes the desk of this quote's page.
    pub fn new(id: QuoteId, record: Signal<Option<Option<QuoteView>>, LocalStorage>) -> Self {
        let draft = use_draft("quote-line", id);
        Self {
            i18n: use_i18n(),
            id,
            record,
            writer: use_writer(),
            resend: use_resend(),
            typing: RwSignal::new(false),
            picking: RwSignal::new(false),
            terms: RwSignal::new(false),
            giving: RwSignal::new(false),
            naming: RwSignal::new(false),
            asked: StoredValue::new(Asks::Binding),
            target: RwSignal::new(OFF.to_owned()),
            quantity: draft.field("quantity", ""),
            off: draft.field("off", ""),
            gift: draft.field("gift", ""),
            line: draft.field("line", ""),
            product: draft.field("product", ""),
            draft,
            saving: StoredValue::new(false),
            app: use_app(),
            commands: use_commands(),
            toasts: Toasts::take(),
        }
    }

    /// Looks at the quote; `None` until it has been read.
    pub fn with<R>(self, look: impl FnOnce(&QuoteView) -> R) -> Option<R> {
        self.record.with(|record| record.as_ref().and_then(Option::as_ref).map(look))
    }

    /// The same, without following it.
    pub fn look<R>(self, look: impl FnOnce(&QuoteView) -> R) -> Option<R> {
        untrack(|| self.with(look))
    }

    /// Says whether lines and terms can be changed.
    pub fn is_open(self) -> bool {
        self.with(|view| view.quote.is_open()).unwrap_or_default()
    }

    /// Returns the price book that an edit is typed on.
    pub fn book(self) -> Option<PriceBook> {
        let today = self.app.today().get();
        self.with(|view| book_for_edits(view.book.as_ref(), view.judges.current.as_ref(), today).cloned())
            .flatten()
    }

    /// Opens the keypad on a line of the quote.
    pub fn edit(self, line: &Line) {
        self.open(TypedLine {
            line: line.id,
            product: line.product,
            quantity: line.quantity.to_string(),
            off: line.off.to_string().trim_end_matches('%').to_owned(),
            gift: line.gift,
        });
        self.target.set(if line.gift { QUANTITY } else { OFF }.to_owned());
    }

    /// Opens the keypad on a line that is not in the quote yet.
    pub fn add(self, product: ProductId) {
        self.picking.set(false);
        self.open(TypedLine {
            line: ids::line(),
            product,
            quantity: "1".to_owned(),
            off: String::new(),
            gift: false,
        });
        self.target.set(QUANTITY.to_owned());
    }

    /// Opens the keypad with what was typed once.
    pub fn open(self, typed: TypedLine) {
        self.line.set(typed.line.to_string());
        self.product.set(typed.product.to_string());
        self.quantity.set(typed.quantity);
        self.off.set(typed.off);
        self.gift.set(if typed.gift { GIFT } else { "" }.to_owned());
        self.typing.set(true);
    }

    /// Opens the keypad if a line was left unfinished. Returns whether draft and quote have been read.
    pub fn open_unfinished(self) -> bool {
        let (true, Some(open)) = (self.draft.ready().get(), self.with(|view| view.quote.is_open())) else {
            return false;
        };
        if open && untrack(|| self.typed()).is_some() {
            self.typing.set(true);
        }
        true
    }

    /// Returns the line as it stands typed.
    pub fn typed(self) -> Option<TypedLine> {
        let line = self.line.with(|it| it.parse::<LineId>().ok());
        let product = self.product.with(|it| it.parse::<ProductId>().ok());
        let (line, product) = (line?, product?);
        let (quantity, off, gift) =
            (self.quantity.get(), self.off.get(), self.gift.with(|it| !it.is_empty()));
        Some(TypedLine { line, product, quantity, off, gift })
    }

    /// Computes what the quote would be with the typed line; `None` while none is typed.
    pub fn what_if(self) -> Option<Result<WhatIf, LineGap>> {
        let (typed, book) = (self.typed()?, self.book()?);
        let today = self.app.today().get();
        self.with(|view| {
            what_if(&view.quote.content, &view.judges.prices(&book, today), &view.judges, &typed)
        })
    }

    /// Writes the typed line. Returns whether it can be.
    pub fn save(self) -> bool {
        let Some((Ok(with), Some(book))) = untrack(|| Some((self.what_if()?, self.book()))) else {
            return false;
        };
        let put = PutLine { quote: self.id, book: book.id, line: with.input };
        self.saving.set_value(true);
        self.typing.set(false);
        let written = self.writer.write(Body::Quotes(Write::PutLine(put)), Some(self.draft));
        leptos::task::spawn_local(async move {
            let taken = written.await.is_ok();
            self.saving.try_set_value(false);
            if taken {
                self.forget();
                self.resend.done(self.writer);
            } else {
                self.typing.try_set(true);
            }
        });
        true
    }

    /// Forgets the typed line.
    fn forget(self) {
        for field in ["line", "product", "quantity", "off", "gift"] {
            self.draft.reset(field, "");
        }
    }

    /// Drops what stands typed, when the sheet was closed without saving; what was changed can be brought back.
    pub fn drop_typed(self) {
        if self.saving.get_value() {
            return;
        }
        let Some(typed) = untrack(|| self.typed()) else { return };
        let same = |input: &LineInput| {
            let written =
                self.look(|view| view.quote.content.lines.iter().find(|it| it.id == input.line).cloned());
            // by which agreement it is priced is nothing that was typed
            written.flatten().is_some_and(|it| LineInput { framework: None, ..it.typed() } == *input)
        };
        let unchanged = typed.read().is_ok_and(|input| same(&input));
        self.forget();
        if !unchanged {
            let (i18n, toasts) = (self.i18n, self.toasts);
            toasts.show_undo(
                t_string!(i18n, quotes.line.dropped_typing),
                t_string!(i18n, quotes.line.go_on),
                move || {
                    if self.typing.try_get_untracked().is_some() {
                        self.open(typed.clone());
                    }
                },
            );
        }
    }

    /// Takes a line out of the quote, with a way back.
    pub fn drop_line(self, line: LineId) {
        let Some(Some(gone)) =
            self.look(|view| view.quote.content.lines.iter().find(|it| it.id == line).cloned())
        else {
            return;
        };
        let Some(back) = self.put(gone.typed()) else { return };
        let quote = self.id;
        let written = self.writer.write(Body::Quotes(Write::DropLine(DropLine { quote, line })), None);
        let (i18n, toasts, commands) = (self.i18n, self.toasts, self.commands);
        leptos::task::spawn_local(async move {
            if written.await.is_err() {
                return;
            }
            let text = t_string!(i18n, quotes.line.gone, name = gone.name.clone());
            toasts.show_undo(text, t_string!(i18n, shell.undo), move || {
                let back = Body::Quotes(back.clone());
                leptos::task::spawn_local(async move {
                    if let Err(error) = commands.dispatch(back).await {
                        toasts.warn(errors::dispatch(i18n, &error));
                    }
                });
            });
        });
    }

    /// Makes one change and nothing else: one of the ways back into the own room.
    pub fn change(self, change: &Change) {
        let line = |id: LineId| {
            self.look(|view| view.quote.content.lines.iter().find(|it| it.id == id).map(Line::typed))
        };
        let write = match change {
            Change::Off { line: id, to, .. } => {
                line(*id).flatten().and_then(|it| self.put(LineInput { off: *to, ..it }))
            }
            Change::Quantity { line: id, to, .. } => {
                line(*id).flatten().and_then(|it| self.put(LineInput { quantity: *to, ..it }))
            }
            Change::NoGift { line, .. } => Some(Write::DropLine(DropLine { quote: self.id, line: *line })),
            Change::Overall { to, .. } => self.set_terms(|it| it.overall = Some(*to)),
            Change::FreeMonths { to, .. } => self.set_terms(|it| it.free_months = Some(*to)),
            Change::Months { to, .. } => self.set_terms(|it| it.months = *to),
        };
        if let Some(write) = write {
            self.writer.put(String::new(), None, None, move |_| Body::Quotes(write));
        }
    }

    /// Returns the terms of the quote with a change, as a write.
    pub fn set_terms(self, change: impl FnOnce(&mut SetTerms)) -> Option<Write> {
        let mut terms = self.look(|view| {
            let content = &view.quote.content;
            let (title, months, valid_until) = (content.title.clone(), content.months, content.valid_until);
            SetTerms { quote: self.id, title, months, free_months: None, overall: None, valid_until }
        })?;
        change(&mut terms);
        Some(Write::SetTerms(terms))
    }

    /// Asks the server now, for what this device lacks.
    pub fn sync_now(self) {
        self.app.sync_now();
    }

    /// Makes the quote binding, or asks the post that may decide; asks why first if something is given that needs it.
    pub fn ask(self, asks: Asks) {
        let why = self.look(|view| totals(&view.quote.content).is_ok_and(|sums| view.reasons.asks(&sums)));
        if why == Some(true) {
            self.asked.set_value(asks);
            self.naming.set(true);
        } else {
            leptos::task::spawn_local(self.finalise(asks, None));
        }
    }

    /// Goes on with what was asked for, for this reason.
    pub fn name_reason(self, because: ReasonCode) {
        self.naming.set(false);
        leptos::task::spawn_local(self.finalise(self.asked.get_value(), Some(because)));
    }

    async fn finalise(self, asks: Asks, because: Option<ReasonCode>) {
        let key = leeway_core::quotes::Quote::key(self.id);
        let covers = self.commands.pending_for(key).await.unwrap_or_default();
        let stamp = Stamp { asks, case: ids::case(), covers, because };
        let made = self.look(|view| view_model::finalise(&view.quote, &view.judges, stamp)).flatten();
        let Some(made) = made else { return };
        let signed = match asks {
            Asks::Binding => self.sign(made).await,
            Asks::Approval => Signed::unsigned(made),
        };
        let made = signed.made.clone();
        if self.writer.write(Body::Quotes(Write::Finalise(made)), None).await.is_ok() {
            page::to_top();
            self.resend.done(self.writer);
        }
    }

    /// Signs a quote that is to be binding. What can't be signed here goes to the post that may decide.
    async fn sign(self, made: Finalise) -> Signed {
        let read = |view: &QuoteView| Some((view.quote.content.clone(), view.judges.limits.clone()?));
        let Some((content, limits)) = self.look(read).flatten() else { return Signed::unsigned(made) };
        let store = self.app.store();
        match signing::sign(&store, made.clone(), &content, &limits, clock::now()).await {
            Ok(signed) => signed,
            // writing it will fail on the same store, and says so
            Err(_) => Signed::unsigned(made),
        }
    }
}
