//! What letters of supervision say: advance notice (forvaltningsloven § 16), order, coercive fine, and that a case is
//! closed. Pure.

use chrono::NaiveDate;

use super::{Sheet, Text, sheet};
use crate::{
    document::Document,
    letter::model::{AppealRight, Author, Head},
    values::language::Language,
};

/// What every letter of a case has.
pub struct Supervised<'a> {
    /// Number of the case.
    pub case: &'a str,
    /// Provision it rests on, as it is cited.
    pub basis: String,
    /// Who writes.
    pub author: Author,
}

fn finish(mut sheet: Sheet<'_>, subject: Text, facts: &Supervised<'_>) -> Document {
    let title = sheet.text(subject, &[("case", facts.case)]);
    sheet.written_by(&facts.author, Text::WrittenAutomatically, Text::WrittenBy);
    let mut document = sheet.finish(subject);
    document.title = title;
    document
}

fn basis(sheet: &mut Sheet<'_>, facts: &Supervised<'_>) {
    sheet.heading(Text::HeadingRules);
    sheet.say(Text::Rules, &[("basis", &facts.basis)]);
}

/// Øre as kroner, with parted thousands; øre only where there are any.
pub fn kroner(ore: i64, language: Language) -> String {
    let (whole, rest) = (ore / 100, ore % 100);
    let digits = whole.to_string();
    let separator = if language == Language::English { ',' } else { '\u{a0}' };
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(separator);
        }
        out.push(digit);
    }
    if rest > 0 {
        let point = if language == Language::English { '.' } else { ',' };
        out.push_str(&format!("{point}{rest:02}"));
    }
    out
}

/// The respondent may comment before anything is decided.
pub fn advance_notice(
    head: &Head,
    facts: &Supervised<'_>,
    text: &str,
    due_on: NaiveDate,
) -> Document {
    let mut sheet = sheet(head);
    sheet.say(Text::OpeningAdvanceNotice, &[("case", facts.case), ("basis", &facts.basis)]);
    sheet.heading(Text::HeadingConsidered);
    sheet.quote(text);
    let due = sheet.day(due_on);
    sheet.say(Text::NoticeAnswerBy, &[("day", &due)]);
    finish(sheet, Text::SubjectAdvanceNotice, facts)
}

/// An order, its grounds and the right of appeal.
pub struct OrderFacts<'a> {
    /// What is to be done.
    pub text: &'a str,
    /// Why.
    pub grounds: &'a str,
    /// Why no notice came before it.
    pub without_notice: Option<&'a str>,
    /// By when.
    pub due_on: NaiveDate,
    /// The provision on coercive fines, as it is cited.
    pub fine_basis: String,
    /// Who decides an appeal.
    pub appeal: AppealRight,
}

/// Something has to be done by a day.
pub fn order(head: &Head, facts: &Supervised<'_>, order: &OrderFacts<'_>) -> Document {
    let mut sheet = sheet(head);
    sheet.say(Text::OpeningOrder, &[("case", facts.case)]);
    sheet.quote(order.text);
    let due = sheet.day(order.due_on);
    sheet.say(Text::OrderDue, &[("day", &due)]);
    sheet.say(Text::OrderOtherwise, &[("basis", &order.fine_basis)]);
    sheet.grounds(order.grounds);
    if let Some(reason) = order.without_notice {
        sheet.say(Text::WithoutNotice, &[("reason", reason)]);
    }
    basis(&mut sheet, facts);
    sheet.appeal(&order.appeal);
    finish(sheet, Text::SubjectOrder, facts)
}

/// A coercive fine.
pub struct FineFacts<'a> {
    /// Day of the order that was not carried out.
    pub ordered_on: NaiveDate,
    /// For each day; once otherwise.
    pub is_running: bool,
    /// Øre, for each day or once.
    pub amount: i64,
    /// First day, or the day by which it falls due.
    pub from: NaiveDate,
    /// Most it can come to, in øre.
    pub maximum: Option<i64>,
    /// Why.
    pub grounds: &'a str,
    /// Who decides an appeal.
    pub appeal: AppealRight,
}

/// It costs money not to do what was ordered.
pub fn coercive_fine(head: &Head, facts: &Supervised<'_>, fine: &FineFacts<'_>) -> Document {
    let mut sheet = sheet(head);
    let (ordered, from) = (sheet.day(fine.ordered_on), sheet.day(fine.from));
    let money = |ore| kroner(ore, head.language);
    sheet.say(Text::OpeningCoerciveFine, &[("case", facts.case), ("day", &ordered)]);
    let how = if fine.is_running { Text::FineRunning } else { Text::FineOneOff };
    sheet.say(how, &[("amount", &money(fine.amount)), ("day", &from)]);
    if let Some(maximum) = fine.maximum {
        sheet.say(Text::FineMaximum, &[("amount", &money(maximum))]);
    }
    sheet.say(Text::FineStops, &[]);
    sheet.grounds(fine.grounds);
    basis(&mut sheet, facts);
    sheet.appeal(&fine.appeal);
    finish(sheet, Text::SubjectCoerciveFine, facts)
}

/// How a case ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Corrected on a day.
    Corrected(NaiveDate),
    /// Nothing was wrong.
    NoBreach,
    /// It is not gone on with.
    Discontinued,
}

/// A case is closed.
pub fn closed(
    head: &Head,
    facts: &Supervised<'_>,
    ending: Ending,
    text: &str,
    accrued: i64,
) -> Document {
    let mut sheet = sheet(head);
    sheet.say(Text::OpeningSupervisionClosed, &[("case", facts.case)]);
    match ending {
        Ending::Corrected(day) => {
            let day = sheet.day(day);
            sheet.say(Text::ClosedCorrected, &[("day", &day)]);
        }
        Ending::NoBreach => sheet.say(Text::ClosedNoBreach, &[]),
        Ending::Discontinued => sheet.say(Text::ClosedDiscontinued, &[]),
    }
    sheet.quote(text);
    if accrued > 0 {
        sheet.say(Text::ClosedAccrued, &[("amount", &kroner(accrued, head.language))]);
    }
    finish(sheet, Text::SubjectSupervisionClosed, facts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kroner_are_written_as_the_language_does() {
        assert_eq!(kroner(500_000, Language::Bokmal), "5\u{a0}000");
        assert_eq!(kroner(123_456_750, Language::English), "1,234,567.50");
        assert_eq!(kroner(99_905, Language::Nynorsk), "999,05");
        assert_eq!(kroner(0, Language::English), "0");
    }
}
