//! A case opened by its number, from every page of the desk: who calls has the number of the receipt at hand.
//!
//! It must not show anything of a case: its page does, to whoever may see it.

use super::supervision as supervision_pages;
use crate::{app::App, case, failure::Failure, party, supervision, web::sign_in::SignedIn};

/// What whoever opens cases may do.
pub const SCOPE: &str = "anrop:case.read";

crate::web::texts::texts! {
    cwn_number: "Saksnummer", "Saksnummer", "Case number";
    cwn_open: "Åpne", "Opne", "Open";
    cwn_key: "til saksnummeret", "til saksnummeret", "to the case number";
    cwn_none: "Ingen sak har dette nummeret. Skriv det som på kvitteringen, for eksempel 2026/000123.", "Inga sak har dette nummeret. Skriv det som på kvitteringa, til dømes 2026/000123.", "No case has this number. Write it as on the receipt, such as 2026/000123.";
}

/// Where the case with this number is, of a permit or of supervision. The number of one of its documents leads
/// to the case, too.
///
/// # Errors
/// When the database does not answer.
pub async fn address(
    app: &App,
    visitor: &SignedIn,
    typed: &str,
) -> Result<Option<String>, Failure> {
    let typed: String = typed.chars().filter(|letter| !letter.is_whitespace()).collect();
    let number = typed.split('-').next().and_then(case::store::parse_number);
    let Some(number) = number else { return Ok(None) };
    let connection = app.db().read();
    let link = |path: &str, id| visitor.reader.link(format_args!("{path}/{id}"));
    if let Some(case) = case::store::find_by_number(connection, number).await? {
        return Ok(Some(link("/casework/cases", case.id)));
    }
    if !visitor.caller.has_scope(supervision_pages::SCOPE) {
        return Ok(None);
    }
    let found = supervision::store::find_by_number(connection, number).await?;
    let Some(id) = found else { return Ok(None) };
    let sight = party::actions::supervision_sight(app, &visitor.caller).await?;
    let is_hidden = supervision::store::is_hidden(connection, &sight, id).await?;
    Ok((!is_hidden).then(|| link(supervision_pages::CASES_PATH, id)))
}
