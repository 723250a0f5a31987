//! A made-up file, what is read of it, and that no change of one character passes unseen where it counts.

use proptest::prelude::*;

use super::*;
use crate::{fee::bank::model::NoKid, values::kid::Kid};

/// Record 30 and 31 of a transaction.
fn transaction(number: u32, kind: u32, sign: char, amount: u64, kid: &str) -> Vec<String> {
    vec![
        format!(
            "NY09{kind:02}30{number:07}31032612131{number:05}{sign}{amount:017}{kid:>25}000000"
        ),
        format!(
            "NY09{kind:02}31{number:07}00000000001234567890000000310326{}{}",
            "12345678903",
            "0".repeat(22)
        ),
    ]
}

/// A whole file of one assignment.
fn file(transactions: &[Vec<String>], amount: u64) -> String {
    let mut lines = vec![
        format!("NY0000100000808000310001{}", "0".repeat(56)),
        format!("NY090020001008566000000212345678903{}", "0".repeat(45)),
    ];
    let count = transactions.len();
    let records: usize = transactions.iter().map(Vec::len).sum();
    lines.extend(transactions.iter().flatten().cloned());
    lines.push(format!(
        "NY090088{count:08}{:08}{amount:017}310326310326310326{}",
        records + 2,
        "0".repeat(21)
    ));
    lines.push(format!("NY000089{count:08}{:08}{amount:017}310326{}", records + 4, "0".repeat(33)));
    lines.join("\n") + "\n"
}

fn sample() -> String {
    let mut with_text = transaction(3, 21, '0', 10_000, "");
    with_text.push(format!("NY0921320000003{:<40}{}", "Kari Nordvik betaler", "0".repeat(25)));
    file(
        &[
            transaction(1, 10, '0', 53_000, "1000000016"),
            transaction(2, 11, '0', 1_410_000, "1000000024"),
            with_text,
            transaction(4, 18, '-', 53_000, "1000000016"),
        ],
        1_526_000,
    )
}

#[test]
fn a_file_is_read_without_who_paid() {
    for text in [sample(), sample().replace('\n', "\r\n"), sample() + "\u{1a}"] {
        let file = read(text.as_bytes()).unwrap();
        assert_eq!(file.transmission.as_deref(), Some("00008080-0031000"));
        let amounts: Vec<i64> = file.items.iter().map(|item| item.amount_ore).collect();
        assert_eq!(amounts, [53_000, 1_410_000, 10_000, -53_000]);
        assert_eq!(file.items[0].kid, Ok(Kid::parse("1000000016").unwrap()));
        assert_eq!(file.items[2].kid, Err(NoKid::Missing));
        assert_eq!(file.items[0].reference, "ocr-00008080-0031000-0000002-0000001");
        assert_eq!(file.items[0].paid_on, NaiveDate::from_ymd_opt(2026, 3, 31).unwrap());
        assert!(!format!("{file:?}").contains("Kari"));
    }
}

#[test]
fn a_file_that_is_not_whole_is_refused_with_its_line() {
    let text = sample();
    let lines: Vec<&str> = text.lines().collect();
    for left_out in 0..lines.len() {
        let rest: Vec<&str> = lines
            .iter()
            .enumerate()
            .filter(|(at, _)| *at != left_out)
            .map(|(_, line)| *line)
            .collect();
        assert!(read(rest.join("\n").as_bytes()).is_err(), "without line {}", left_out + 1);
        let cut = lines[..left_out].join("\n");
        assert!(read(cut.as_bytes()).is_err(), "up to line {left_out}");
    }
    let twice = [&lines[..4], &lines[2..]].concat().join("\n");
    assert!(read(twice.as_bytes()).is_err(), "a transaction twice");
    assert_eq!(read((text.clone() + lines[0]).as_bytes()).unwrap_err().line, 14);
    let flaw = read(text.replacen("31032612131", "31132612131", 1).as_bytes()).unwrap_err();
    assert_eq!(flaw, FileFlaw::at(3, Flaw::OcrDay));
}

proptest! {
    /// Whatever digit of an amount, a count or a sum is another, the file is refused.
    #[test]
    fn a_changed_amount_never_passes(line in 0..13_usize, at in 0..17_usize, other in b'0'..=b'9') {
        let text = sample();
        let mut lines: Vec<Vec<u8>> = text.lines().map(|line| line.as_bytes().to_vec()).collect();
        let record = &mut lines[line];
        let place = match &record[6..8] {
            b"30" => 32 + at,
            b"88" | b"89" => 24 + at,
            _ => return Ok(()),
        };
        prop_assume!(record[place] != other);
        record[place] = other;
        let text: Vec<u8> = lines.join(&b'\n');
        prop_assert!(read(&text).is_err());
    }

    #[test]
    fn nothing_makes_it_panic(text in "\\PC{0,300}", line in 0..13_usize, at in 0..80_usize) {
        let _ = read(text.as_bytes());
        let sample = sample();
        let mut lines: Vec<String> = sample.lines().map(str::to_owned).collect();
        lines[line].replace_range(at..=at, "ø");
        let _ = read(lines.join("\n").as_bytes());
    }
}
