//! Where a number leads, from every page of the desk: who calls has the number of a receipt, an invoice or a permit at
//! hand.
//!
//! It must not show anything of what it finds: the page it leads to does, to whoever may see it.

use super::{PERMIT_PATH, fees, supervision as supervision_pages};
use crate::{
    app::App, case, failure::Failure, fee::invoice::store as invoices, party, permit, supervision,
    values::kid::Kid, web::sign_in::SignedIn,
};

/// What whoever opens cases may do.
pub const SCOPE: &str = "anrop:case.read";
const READ_PERMITS: &str = "anrop:permit.read";

crate::web::texts::texts! {
    cwn_number: "Nummer på sak, faktura eller tillatelse", "Nummer på sak, faktura eller løyve", "Number of a case, invoice or permit";
    cwn_open: "Åpne", "Opne", "Open";
    cwn_key: "til nummerfeltet", "til nummerfeltet", "to the number field";
    cwn_none: "Ingen sak, faktura, KID eller tillatelse har dette nummeret. Skriv det som på kvitteringen, fakturaen eller tillatelsen, for eksempel 2026/000123, 100000001 eller PLB-000123.", "Inga sak, inga faktura, ingen KID og ikkje noko løyve har dette nummeret. Skriv det som på kvitteringa, fakturaen eller løyvet, til dømes 2026/000123, 100000001 eller PLB-000123.", "No case, invoice, KID or permit has this number. Write it as on the receipt, the invoice or the permit, such as 2026/000123, 100000001 or PLB-000123.";
}

/// Where what has this number is: a case on a permit, of supervision or of fees, an invoice by its number or KID, or a
/// permit. The number of a document leads to its case, that of an invoice in a case of fees to the invoice.
///
/// # Errors
/// When the database does not answer.
pub async fn address(
    app: &App,
    visitor: &SignedIn,
    typed: &str,
) -> Result<Option<String>, Failure> {
    let typed: String = typed.chars().filter(|letter| !letter.is_whitespace()).collect();
    if typed.contains('/') {
        let (case, document) = match typed.split_once('-') {
            Some((case, document)) => (case, document.parse().ok()),
            None => (typed.as_str(), None),
        };
        return match case::store::parse_number(case) {
            Some(number) => of_case(app, visitor, number, document).await,
            None => Ok(None),
        };
    }
    if typed.bytes().all(|byte| byte.is_ascii_digit()) {
        return invoice(app, visitor, &typed).await;
    }
    permit(app, visitor, &typed).await
}

async fn of_case(
    app: &App,
    visitor: &SignedIn,
    number: (i32, i64),
    document: Option<i32>,
) -> Result<Option<String>, Failure> {
    let connection = app.db().read();
    let link =
        |path: &str, id: &dyn std::fmt::Display| visitor.reader.link(format_args!("{path}/{id}"));
    if let Some(case) = case::store::find_by_number(connection, number).await? {
        return Ok(Some(link("/casework/cases", &case.id)));
    }
    if visitor.caller.has_scope(supervision_pages::SCOPE)
        && let Some(id) = supervision::store::find_by_number(connection, number).await?
    {
        let sight = party::actions::supervision_sight(app, &visitor.caller).await?;
        let is_hidden = supervision::store::is_hidden(connection, &sight, id).await?;
        return Ok((!is_hidden).then(|| link(supervision_pages::CASES_PATH, &id)));
    }
    if !visitor.caller.has_scope(fees::SCOPE) {
        return Ok(None);
    }
    let Some(case) = invoices::case::find_by_number(connection, number).await? else {
        return Ok(None);
    };
    if let Some(document) = document
        && let Some(invoice) = invoices::of_document(connection, case.id, document).await?
    {
        return Ok(Some(link(fees::PATH, &invoice)));
    }
    Ok(Some(fees::of_case(&visitor.reader, &case.display_number())))
}

async fn invoice(app: &App, visitor: &SignedIn, digits: &str) -> Result<Option<String>, Failure> {
    if !visitor.caller.has_scope(fees::SCOPE) {
        return Ok(None);
    }
    let connection = app.db().read();
    let mut found = match digits.parse() {
        Ok(number) => invoices::id_of_number(connection, number).await?,
        Err(_) => None,
    };
    if found.is_none()
        && let Ok(kid) = Kid::parse(digits)
    {
        found = invoices::id_of_kid(connection, &kid).await?;
    }
    Ok(found.map(|id| visitor.reader.link(format_args!("{}/{id}", fees::PATH))))
}

async fn permit(app: &App, visitor: &SignedIn, typed: &str) -> Result<Option<String>, Failure> {
    if !visitor.caller.has_scope(READ_PERMITS) {
        return Ok(None);
    }
    let found = permit::store::id_of_number(app.db().read(), &typed.to_uppercase()).await?;
    Ok(found.map(|id| visitor.reader.link(PERMIT_PATH.replace(":id", &id.to_string()))))
}
