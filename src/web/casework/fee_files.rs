//! Files the accounts are kept with: what was issued in a month as CSV, and an invoice to an organisation as EHF. They
//! are made by what makes them for the operations; a file of other days is an operation's or a command's.

use chrono::{Datelike as _, Months, NaiveDate};
use poem::{
    IntoResponse as _, Response, handler,
    web::{Data, Path},
};

use super::fees::accountant;
use crate::{
    app::App,
    failure::Failure,
    fee::invoice::{api::invoice_id, export, wire::TextFile},
    identity::Sight,
    web::{frame::Reader, problems, sign_in::Visitor},
};

/// An invoice or credit note as EHF, below the language.
pub const EHF_PATH: &str = "/casework/fees/:id/ehf";
/// What was issued in a month, such as `2026-03`.
pub const MONTH_PATH: &str = "/casework/fee-accounts/:month";
/// Months that stand on the page, the one that runs among them.
const MONTHS: u32 = 13;

/// Months and where their files are, the newest first.
pub fn months(reader: &Reader, today: NaiveDate) -> Vec<(String, String)> {
    let first = |back: u32| today.with_day(1)?.checked_sub_months(Months::new(back));
    let linked = |first: NaiveDate| {
        let day = reader.words.date(first);
        let month = day.split_once(' ').map_or(day.as_str(), |(_, month)| month);
        let address = MONTH_PATH.replace(":month", &first.format("%Y-%m").to_string());
        (month.to_owned(), reader.link(address))
    };
    (0..MONTHS).filter_map(first).map(linked).collect()
}

/// The first day of a month that is written as `2026-03`.
fn first_day(month: &str) -> Option<NaiveDate> {
    let (year, number) = month.split_once('-')?;
    let is_number =
        |text: &str, digits| text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number(year, 4) || !is_number(number, 2) {
        return None;
    }
    NaiveDate::from_ymd_opt(year.parse().ok()?, number.parse().ok()?, 1)
}

/// Everything issued in a month.
#[handler]
pub async fn accounts_of(
    visitor: Visitor,
    Path(month): Path<String>,
    Data(app): Data<&App>,
) -> poem::Result<Response> {
    let visitor = accountant(visitor)?;
    let made = async {
        let from = first_day(&month).ok_or_else(Failure::not_found)?;
        let until = from.checked_add_months(Months::new(1)).ok_or_else(Failure::not_found)?;
        let name = format!("fees-{}.csv", from.format("%Y-%m"));
        let text = export::accounts(app, from, until).await?;
        Ok::<_, Failure>(TextFile::<false> { name, text })
    };
    Ok(match made.await {
        Ok(file) => file.into_response(),
        Err(failure) => problems::page(&visitor.reader, failure),
    })
}

/// An invoice or credit note that an organisation pays.
#[handler]
pub async fn ehf(
    visitor: Visitor,
    Path(id): Path<String>,
    Data(app): Data<&App>,
) -> poem::Result<Response> {
    let visitor = accountant(visitor)?;
    let made = async {
        let (number, text) = export::ehf(app, Sight::All, invoice_id(&id)?).await?;
        Ok::<_, Failure>(TextFile::<true> { name: format!("{number}.xml"), text })
    };
    Ok(match made.await {
        Ok(file) => file.into_response(),
        Err(failure) => problems::page(&visitor.reader, failure),
    })
}

#[cfg(test)]
mod tests {
    use super::first_day;

    #[test]
    fn a_month_is_four_digits_and_two() {
        let march = first_day("2026-03").map(|day| day.to_string());
        assert_eq!(march.as_deref(), Some("2026-03-01"));
        for wrong in ["2026-13", "2026-3", "26-03", "+026-03", "2026-03-01", "2026", "-", ""] {
            assert_eq!(first_day(wrong), None, "{wrong}");
        }
    }
}
