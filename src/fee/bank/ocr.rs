//! Reading OCR giro, the fixed-width format in which Norwegian banks tell what was paid with a KID (OCR giro system
//! specification of BBS, later Nets): records of 80 characters, a transmission (10 … 89) of assignments (20 … 88) of
//! transactions (30, 31 and, with a text, 32). Numbers of records and transactions and sums stand at both
//! ends and are checked. Pure.
//!
//! Positions in comments count from 1, as in the specification.

use chrono::NaiveDate;

use super::{
    flaw::Flaw,
    model::{BankFile, FileFlaw, Format, Item, kid_of},
};

/// Characters of a record.
const WIDTH: usize = 80;
/// Most transactions a file may have.
const MOST: usize = 1_000_000;

/// One record: its line and its characters.
struct Record<'a> {
    line: u32,
    text: &'a str,
}

impl<'a> Record<'a> {
    /// Characters from one position to another, both included.
    fn at(&self, from: usize, to: usize) -> &'a str {
        self.text.get(from - 1..to).unwrap_or_default()
    }

    /// Service code and record type.
    fn kind(&self) -> (&'a str, &'a str) {
        (self.at(3, 4), self.at(7, 8))
    }

    fn number(&self, from: usize, to: usize, what: Flaw) -> Result<u64, FileFlaw> {
        let text = self.at(from, to);
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        let number = text.parse().ok().filter(|_| digits);
        number.ok_or(FileFlaw::at(self.line, what))
    }

    /// `DDMMYY`.
    fn day(&self, from: usize, to: usize) -> Result<NaiveDate, FileFlaw> {
        let wrong = FileFlaw::at(self.line, Flaw::OcrDay);
        let part = |from: usize| self.at(from, from + 1).parse::<u32>().ok();
        let digits = self.at(from, to).bytes().all(|byte| byte.is_ascii_digit());
        let (Some(day), Some(month), Some(year)) = (part(from), part(from + 2), part(from + 4))
        else {
            return Err(wrong);
        };
        let year = i32::try_from(2000 + year).unwrap_or_default();
        NaiveDate::from_ymd_opt(year, month, day).filter(|_| digits).ok_or(wrong)
    }

    /// What must be zeros to the end.
    fn filled(&self, from: usize) -> Result<(), FileFlaw> {
        let zeros = self.at(from, WIDTH).bytes().all(|byte| byte == b'0');
        if zeros { Ok(()) } else { Err(self.flaw(Flaw::Zeros)) }
    }

    const fn flaw(&self, what: Flaw) -> FileFlaw {
        FileFlaw::at(self.line, what)
    }
}

/// What has been counted since a start record, that record included.
#[derive(Default)]
struct Count {
    transactions: u64,
    records: u64,
    /// All amounts, without regard to signs.
    amount: u64,
    /// The same less what is taken back.
    net: i64,
}

impl Count {
    /// Whether an end record says the same: transactions at 9–16, records at 17–24, sum at 25–41.
    fn agrees(&self, end: &Record<'_>) -> Result<(), FileFlaw> {
        let of = |from, to| end.number(from, to, Flaw::EndNumbers);
        if of(9, 16)? != self.transactions {
            return Err(end.flaw(Flaw::TransactionCount));
        }
        if of(17, 24)? != self.records {
            return Err(end.flaw(Flaw::RecordCount));
        }
        // whether what is taken back is added or taken off, the specification leaves open
        let sum = of(25, 41)?;
        if sum != self.amount && sum != self.net.unsigned_abs() {
            return Err(end.flaw(Flaw::Sum));
        }
        Ok(())
    }

    fn add(&mut self, other: &Count) {
        self.transactions += other.transactions;
        self.records += other.records;
        self.amount += other.amount;
        self.net += other.net;
    }
}

/// Reads a whole file.
///
/// # Errors
/// The first thing that is wrong.
pub fn read(bytes: &[u8]) -> Result<BankFile, FileFlaw> {
    // texts are read past, so their letters may be in any encoding
    let text: String =
        bytes.iter().map(|byte| if byte.is_ascii() { char::from(*byte) } else { '?' }).collect();
    let mut records: Vec<Record<'_>> = Vec::new();
    for (text, line) in text.lines().zip(1_u32..) {
        records.push(Record { line, text: text.trim_end_matches('\r') });
    }
    while records.last().is_some_and(|record| record.text.trim_matches(['\u{1a}', ' ']).is_empty())
    {
        records.pop();
    }
    for record in &records {
        if record.text.len() != WIDTH {
            return Err(record.flaw(Flaw::Width));
        }
        if record.at(1, 2) != "NY" {
            return Err(record.flaw(Flaw::Begin));
        }
    }
    Reading { records: &records, at: 0 }.transmission()
}

struct Reading<'a> {
    records: &'a [Record<'a>],
    at: usize,
}

impl<'a> Reading<'a> {
    fn next(&mut self, what: Flaw) -> Result<&'a Record<'a>, FileFlaw> {
        let end = u32::try_from(self.records.len()).unwrap_or(u32::MAX).saturating_add(1);
        let record = self.records.get(self.at).ok_or(FileFlaw::at(end, what))?;
        self.at += 1;
        Ok(record)
    }

    fn is_next(&self, kind: (&str, &str)) -> bool {
        self.records.get(self.at).is_some_and(|record| record.kind() == kind)
    }

    fn transmission(mut self) -> Result<BankFile, FileFlaw> {
        let start = self.next(Flaw::Empty)?;
        if start.kind() != ("00", "10") || start.at(5, 6) != "00" {
            return Err(start.flaw(Flaw::Start));
        }
        start.number(9, 31, Flaw::StartDigits)?;
        start.filled(32)?;
        let transmission = format!("{}-{}", start.at(9, 16), start.at(17, 23));
        let mut count = Count { records: 1, ..Count::default() };
        let mut items = Vec::new();
        while self.is_next(("09", "20")) {
            count.add(&self.assignment(&transmission, &mut items)?);
        }
        let end = self.next(Flaw::NoEnd)?;
        if end.kind() != ("00", "89") {
            return Err(end.flaw(Flaw::NotOcr));
        }
        count.records += 1;
        count.agrees(end)?;
        if let Some(more) = self.records.get(self.at) {
            return Err(more.flaw(Flaw::AfterEnd));
        }
        if items.is_empty() {
            return Err(end.flaw(Flaw::NoTransactions));
        }
        Ok(BankFile { format: Format::Ocr, transmission: Some(transmission), items })
    }

    fn assignment(&mut self, transmission: &str, items: &mut Vec<Item>) -> Result<Count, FileFlaw> {
        let start = self.next(Flaw::NoAssignment)?;
        start.number(9, 24, Flaw::AssignmentDigits)?;
        start.number(25, 35, Flaw::AccountDigits)?;
        start.filled(36)?;
        let number = start.at(18, 24);
        let mut count = Count { records: 1, ..Count::default() };
        while self.is_next(("09", "30")) {
            let item = self.transaction(&mut count, transmission, number)?;
            if items.len() == MOST {
                return Err(FileFlaw::at(item.line, Flaw::TooMany));
            }
            items.push(item);
        }
        let end = self.next(Flaw::NoAssignmentEnd)?;
        if end.kind() != ("09", "88") {
            return Err(end.flaw(Flaw::Order));
        }
        count.records += 1;
        count.agrees(end)?;
        Ok(count)
    }

    /// Records 30, 31 and, for types 20 and 21, 32.
    fn transaction(
        &mut self,
        count: &mut Count,
        transmission: &str,
        assignment: &str,
    ) -> Result<Item, FileFlaw> {
        let first = self.next(Flaw::NoTransaction)?;
        let kind = first.number(5, 6, Flaw::Type)?;
        if !(10..=21).contains(&kind) {
            return Err(first.flaw(Flaw::Type));
        }
        let number = first.number(9, 15, Flaw::NumberDigits)?;
        let paid_on = first.day(16, 21)?;
        let amount = first.number(33, 49, Flaw::AmountDigits)?;
        let amount_ore = i64::try_from(amount).map_err(|_| first.flaw(Flaw::TooLarge))?;
        // a minus, or a type that takes back what was paid
        let is_back = match first.at(32, 32) {
            "-" => true,
            "0" | " " => [18, 20].contains(&kind),
            _ => return Err(first.flaw(Flaw::Sign)),
        };
        let second = self.next(Flaw::NoSecond)?;
        let same = |record: &Record<'_>, kind: &str| {
            record.kind() == ("09", kind)
                && (record.at(5, 6), record.at(9, 15)) == (first.at(5, 6), first.at(9, 15))
        };
        if !same(second, "31") {
            return Err(second.flaw(Flaw::SecondOfOther));
        }
        count.records += 2;
        if self.is_next(("09", "32")) {
            let third = self.next(Flaw::NoThird)?;
            if !same(third, "32") {
                return Err(third.flaw(Flaw::ThirdOfOther));
            }
            count.records += 1;
        }
        count.transactions += 1;
        let amount_ore = if is_back { -amount_ore } else { amount_ore };
        count.amount += amount;
        count.net += amount_ore;
        Ok(Item {
            line: first.line,
            reference: format!("ocr-{transmission}-{assignment}-{number:07}"),
            kid: kid_of(first.at(50, 74)),
            amount_ore,
            paid_on,
        })
    }
}

#[cfg(test)]
mod tests;
