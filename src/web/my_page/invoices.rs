//! The invoices of whoever is signed in, on my page: how each stands, and the letters they were sent as.

use super::SCOPE;
use crate::{
    app::App,
    failure::Failure,
    fee::invoice::{
        model::{Invoice, InvoiceKind},
        store::list,
    },
    identity::Sight,
    values::{calendar::oslo_date, kid::Kid},
    web::{casework::state_tone, frame::Reader, letters, sign_in::SignedIn},
};

/// Scope for reading letters; without it there is nothing to link to.
const LETTERS: &str = "anrop:letter.read";

crate::web::texts::texts! {
    my_invoice_number: "Nummer", "Nummer", "Number";
    my_invoice_left: "Å betale (kr)", "Å betale (kr)", "To be paid (NOK)";
    my_invoice_kid: "KID", "KID", "KID";
    my_invoice_reminder: "påminnelse", "påminning", "reminder";
    my_invoice_lines: "Hva det gjelder", "Kva det gjeld", "What it is for";
}

/// An invoice or credit note.
pub struct Row {
    /// Number.
    pub number: i64,
    /// The letter it was sent as.
    pub letter: Option<String>,
    /// The letter that reminded of it.
    pub reminder: Option<String>,
    /// Amount; below nothing in a credit note.
    pub amount: String,
    /// What is still to be paid; empty when nothing is.
    pub left: String,
    /// KID, while there is something to pay.
    pub kid: String,
    /// Last day to pay.
    pub due: String,
    /// State in words.
    pub status: &'static str,
    /// Its colour.
    pub tone: &'static str,
}

/// Invoices, those to be paid first, at most `limit`; and how many there are.
///
/// # Errors
/// When the database does not answer.
pub async fn rows(
    app: &App,
    visitor: &SignedIn,
    sight: Sight,
    limit: u64,
) -> Result<(Vec<Row>, u64), Failure> {
    let (found, total) = list::foremost(app.db().read(), sight, limit).await?;
    let today = oslo_date(app.clock().now());
    let may_read = visitor.caller.has_scope(SCOPE) && visitor.caller.has_scope(LETTERS);
    let rows = found.iter().map(|one| row(&visitor.reader, one, today, may_read));
    Ok((rows.collect(), total))
}

fn row(reader: &Reader, one: &Invoice, today: chrono::NaiveDate, may_read: bool) -> Row {
    let words = reader.words;
    let state = one.state(today);
    let open = one.open_ore();
    let link = |id| reader.link(format_args!("{}/{id}", letters::PATH));
    let is_note = one.kind == InvoiceKind::CreditNote;
    Row {
        number: one.number,
        letter: one.letter.filter(|_| may_read).map(link),
        reminder: one.reminder_letter.filter(|_| may_read).map(link),
        amount: words.kroner(if is_note { -one.amount_ore } else { one.amount_ore }),
        left: if open > 0 { words.kroner(open) } else { String::new() },
        kid: one.kid.as_ref().filter(|_| open > 0).map(Kid::for_people).unwrap_or_default(),
        due: words.date(one.reminded.map_or(one.due_on, |(_, due_on)| due_on)),
        status: words.invoice_state(state),
        tone: state_tone(state),
    }
}
