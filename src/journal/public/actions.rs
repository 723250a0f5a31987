//! Reading the public journal.

use chrono::NaiveDate;

use crate::{
    app::App,
    failure::Failure,
    journal::{
        model::Journaled,
        rules,
        store::public::{self, PublicQuery},
    },
    values::{calendar::oslo_date, language::Language, organisation_number::OrganisationNumber},
};

use super::wire::PublicEntryView;

/// Rows read at a time for a file.
const PAGE: u64 = 500;

/// A page of the public journal, and how many documents there are in all.
///
/// # Errors
/// When the database does not answer.
pub async fn list(
    app: &App,
    asked: &PublicQuery,
    limit: u64,
) -> Result<(Vec<Journaled>, u64), Failure> {
    let today = oslo_date(app.clock().now());
    public::list(app.db().read(), asked, rules::last_public_day(today), limit).await
}

/// The documents of a day as a file for spreadsheets, in a language.
///
/// # Errors
/// When the database does not answer.
pub async fn csv_of(app: &App, day: NaiveDate, language: Language) -> Result<Vec<u8>, Failure> {
    let today = oslo_date(app.clock().now());
    let mut writer =
        csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    writer.write_record(PublicEntryView::COLUMNS).map_err(Failure::internal)?;
    let mut asked = PublicQuery { from: Some(day), to: Some(day), ..PublicQuery::default() };
    loop {
        let (entries, _) = list(app, &asked, PAGE).await?;
        let is_last = (entries.len() as u64) < PAGE;
        asked.before = entries.last().map(|entry| (entry.day, entry.id));
        for entry in &entries {
            let view = PublicEntryView::of(entry, today, language);
            writer.write_record(view.cells()).map_err(Failure::internal)?;
        }
        if is_last {
            break;
        }
    }
    writer.into_inner().map_err(|error| Failure::internal(error.into_error()))
}

/// Reads the number of an organisation that is asked for.
///
/// # Errors
/// 400 for one that is none: persons cannot be searched for.
pub fn organisation(text: &str) -> Result<String, Failure> {
    OrganisationNumber::parse(text).map(|number| number.to_string()).map_err(|_| {
        let detail =
            "Give the nine digits of an organisation number. Persons cannot be searched for.";
        Failure::parameter("organisation", "organisation-number", detail)
    })
}
