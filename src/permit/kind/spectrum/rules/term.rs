//! How long a licence holds and how it is renewed (ekomloven 2024 §§ 11-7 to 11-9), by dated rows.

use chrono::NaiveDate;

use super::super::model::SpectrumDetails;
use crate::{
    permit::kind::Reason,
    values::{
        calendar::Period,
        frequency::FrequencyRange,
        table::{Row, Table},
        validity::Validity,
    },
};

const TERMS: &str = include_str!("../../../../data/spectrum_terms.tsv");
const HARMONISED: &str = include_str!("../../../../data/harmonised_broadband.tsv");

fn holds_on(row: &Row<'_, '_>, day: NaiveDate) -> bool {
    row.value("valid_from").is_some_and(|from: NaiveDate| from <= day)
        && row.value("valid_until").is_none_or(|until: NaiveDate| day < until)
}

/// The period of a rule on `day`, if the rule was in force.
fn term(rule: &str, day: NaiveDate) -> Option<Period> {
    let table = Table::new(TERMS);
    let row = table.rows().find(|row| row.text("rule") == rule && holds_on(row, day))?;
    row.value("period")
}

/// Whether the range lies wholly in a band harmonised in the EEA for wireless broadband on `day`.
fn is_harmonised(range: FrequencyRange, day: NaiveDate) -> bool {
    Table::new(HARMONISED).rows().filter(|row| holds_on(row, day)).any(|row| {
        row.value("from_hz").is_some_and(|from: u64| from <= range.from().hertz())
            && row.value("to_hz").is_some_and(|to: u64| range.until().hertz() <= to)
    })
}

/// Whether the act's rules for harmonised wireless broadband are those of this licence.
fn is_broadband(details: &SpectrumDetails, day: NaiveDate) -> bool {
    details.wireless_broadband
        && details.blocks.iter().flat_map(|block| block.ranges()).all(|r| is_harmonised(r, day))
}

/// What a caseworker must judge about the time applied for.
pub fn judge(details: &SpectrumDetails, today: NaiveDate) -> Vec<Reason> {
    let mut reasons = Vec::new();
    let validity = details.validity;
    if validity.from() < today {
        reasons.push(Reason::new("begins-in-the-past"));
    }
    let shortest = term("broadband_shortest", today).filter(|_| is_broadband(details, today));
    let least = shortest.map(|shortest| shortest.add_to(validity.from()));
    if validity.until().zip(least).is_some_and(|(until, least)| until < least) {
        reasons.push(Reason::new("shorter-than-the-act"));
    }
    reasons
}

/// The end of a licence that is renewed on `today`. For harmonised wireless broadband the one extension of § 11-8, which is
/// assessed at the latest two years before the end; for others the time first granted again (§ 11-9).
///
/// # Errors
/// Too early, too late, or extended already.
pub fn renewed_until(
    details: &SpectrumDetails,
    validity: Validity,
    today: NaiveDate,
) -> Result<NaiveDate, Reason> {
    let Some(end) = validity.until().filter(|end| today < *end) else {
        return Err(Reason::new("ended/spectrum"));
    };
    let extended = term("broadband_extended", today).filter(|_| is_broadband(details, today));
    if let Some(extended) = extended {
        let until = extended.add_to(validity.from());
        if until <= end {
            return Err(Reason::new("extended-already"));
        }
        let before = term("broadband_assessed_before", today);
        if before.is_some_and(|before| end < before.add_to(today)) {
            return Err(Reason::new("too-late"));
        }
        return Ok(until);
    }
    if term("renewal_earliest_before", today).is_some_and(|before| before.add_to(today) < end) {
        return Err(Reason::new("too-early/spectrum"));
    }
    again(details.validity, end).ok_or_else(|| Reason::new("no-end"))
}

/// The day a time as long as the first ends when it begins at `end`: as many years, and the days beyond them.
fn again(first: Validity, end: NaiveDate) -> Option<NaiveDate> {
    let until = first.until()?;
    let years = chrono::Months::new(until.years_since(first.from())? * 12);
    let days = (until - first.from().checked_add_months(years)?).num_days();
    end.checked_add_months(years)?.checked_add_days(chrono::Days::new(days.unsigned_abs()))
}

#[cfg(test)]
mod tests;
