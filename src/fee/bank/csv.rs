//! Reading transactions from comma-separated values; the layout stands in `mod.rs`. Pure.

use std::collections::HashSet;

use chrono::NaiveDate;

use super::{
    flaw::Flaw,
    model::{BankFile, FileFlaw, Format, Item, kid_of},
};

const HEADING: [&str; 4] = ["reference", "paidOn", "amount", "kid"];
/// Longest reference.
const LONGEST: usize = 70;

/// Reads a whole file.
///
/// # Errors
/// Everything that is wrong, line by line.
pub fn read(bytes: &[u8]) -> Result<BankFile, Vec<FileFlaw>> {
    let whole = |line, what| vec![FileFlaw::at(line, what)];
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = std::str::from_utf8(bytes)
        .map_err(|_| whole(1, Flaw::NotUtf8))?
        // the reader counts a line too few after each CR LF
        .replace("\r\n", "\n");
    let first = text.lines().next().unwrap_or_default();
    let delimiter = if first.contains(';') { b';' } else { b',' };
    let mut reader = ::csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(true)
        .from_reader(text.as_bytes());
    let heading = reader.headers().map_err(|_| whole(1, Flaw::HeadingUnreadable))?;
    if heading.iter().map(str::trim).ne(HEADING) {
        return Err(whole(1, Flaw::Heading));
    }
    let mut seen = HashSet::new();
    let (mut items, mut flaws): (Vec<Item>, Vec<FileFlaw>) = (Vec::new(), Vec::new());
    for (row, place) in reader.into_records().zip(2_u32..) {
        let line = |row: &::csv::StringRecord| {
            row.position().and_then(|position| u32::try_from(position.line()).ok()).unwrap_or(place)
        };
        let read = match &row {
            Ok(row) => item(line(row), row),
            Err(_) => Err(FileFlaw::at(place, Flaw::Row)),
        };
        match read {
            Ok(item) if !seen.insert(item.reference.clone()) => {
                flaws.push(FileFlaw::at(item.line, Flaw::Twice));
            }
            Ok(item) => items.push(item),
            Err(flaw) => flaws.push(flaw),
        }
    }
    if !flaws.is_empty() {
        return Err(flaws);
    }
    if items.is_empty() {
        return Err(whole(1, Flaw::NoTransactions));
    }
    Ok(BankFile { format: Format::Csv, transmission: None, items })
}

fn item(line: u32, row: &::csv::StringRecord) -> Result<Item, FileFlaw> {
    let cell = |at: usize| row.get(at).unwrap_or_default().trim();
    let reference = cell(0);
    let is_plain = !reference.is_empty()
        && reference.len() <= LONGEST
        && reference.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ');
    if !is_plain {
        let what = Flaw::Reference;
        return Err(FileFlaw::at(line, what));
    }
    let paid_on: NaiveDate = (cell(1).len() == 10)
        .then(|| cell(1).parse().ok())
        .flatten()
        .ok_or(FileFlaw::at(line, Flaw::Day))?;
    let amount_ore = ore(cell(2)).ok_or(FileFlaw::at(line, Flaw::Amount))?;
    let kid = kid_of(cell(3));
    Ok(Item { line, reference: reference.to_owned(), kid, amount_ore, paid_on })
}

/// `530.00` or `530,00` as øre.
fn ore(text: &str) -> Option<i64> {
    let (sign, text) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let (whole, part) = text.split_once(['.', ','])?;
    let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty()
        || whole.len() > 12
        || part.len() != 2
        || !are_digits(whole)
        || !are_digits(part)
    {
        return None;
    }
    let amount = whole.parse::<i64>().ok()? * 100 + part.parse::<i64>().ok()?;
    (amount > 0).then_some(sign * amount)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{super::model::NoKid, *};
    use crate::values::kid::Kid;

    const FILE: &str = "reference,paidOn,amount,kid\n\
        A-1,2026-03-31,530.00,1000000016\n\
        A-2,2026-03-31,\"14100,00\",\n\
        A-3,2026-04-01,-530.00,1000000017\n";

    #[test]
    fn every_line_that_is_wrong_is_named() {
        let file = "reference,paidOn,amount,kid\n\
            A-1,2026-03-31,530,\n\
            A-2,2026-03-31,530.00,\n\
            A-2,2026-03-31,530.00,\n\
            A-3,31.03.2026,530.00,\n\
            A-4,2026-03-31\n";
        let lines: Vec<u32> =
            read(file.as_bytes()).unwrap_err().iter().map(|flaw| flaw.line).collect();
        assert_eq!(lines, [2, 4, 5, 6]);
    }

    #[test]
    fn a_file_is_read_row_by_row() {
        for text in [FILE.to_owned(), format!("\u{feff}{FILE}"), FILE.replace('\n', "\r\n")] {
            let file = read(text.as_bytes()).unwrap();
            let amounts: Vec<i64> = file.items.iter().map(|item| item.amount_ore).collect();
            assert_eq!(amounts, [53_000, 1_410_000, -53_000]);
            assert_eq!(file.items[0].kid, Ok(Kid::parse("1000000016").unwrap()));
            assert_eq!(file.items[1].kid, Err(NoKid::Missing));
            assert_eq!(file.items[2].kid, Err(NoKid::Wrong("1000000017".to_owned())));
            assert_eq!(file.items[2].line, 4);
        }
        let semicolons = "reference;paidOn;amount;kid\nA-1;2026-03-31;530,00;1000000016\n";
        assert_eq!(read(semicolons.as_bytes()).unwrap().items[0].amount_ore, 53_000);
    }

    #[test]
    fn one_mistake_refuses_the_whole_file_and_says_where() {
        for (from, to, line) in [
            ("reference,", "ref,", 1),
            ("A-2", "A-1", 3),
            ("A-2", "", 3),
            ("A-2", "Å-2", 3),
            ("2026-04-01", "01.04.2026", 4),
            ("2026-04-01", "2026-02-30", 4),
            ("-530.00", "-530", 4),
            ("-530.00", "0.00", 4),
            ("-530.00", "5 30.00", 4),
            ("-530.00", "1e3.00", 4),
            (",1000000017", "", 4),
            ("1000000017", "1000000017,more", 4),
        ] {
            let text = FILE.replace(from, to);
            assert_ne!(text, FILE);
            assert_eq!(read(text.as_bytes()).unwrap_err()[0].line, line, "{from} as {to}");
        }
        assert!(read(b"").is_err() && read(b"\xff\xfe").is_err());
        assert!(read(b"reference,paidOn,amount,kid\n").is_err(), "nothing in it");
    }

    #[test]
    fn what_is_no_kid_is_kept_without_letters() {
        let text = FILE.replace("1000000017", "Kari 12");
        let item = &read(text.as_bytes()).unwrap().items[2];
        assert_eq!(item.kid_text(), Some("12".to_owned()));
    }

    proptest! {
        #[test]
        fn nothing_makes_it_panic(text in "\\PC{0,200}") {
            let _ = read(text.as_bytes());
            let _ = read(format!("reference,paidOn,amount,kid\n{text}").as_bytes());
        }

        #[test]
        fn an_amount_is_read_as_it_is_written(ore_in in 1_i64..10_000_000_000, minus: bool) {
            let sign = if minus { "-" } else { "" };
            let text = format!("{sign}{}.{:02}", ore_in / 100, ore_in % 100);
            prop_assert_eq!(ore(&text), Some(if minus { -ore_in } else { ore_in }));
        }
    }
}
