//! National ids and organisation numbers that fit their check digits and belong to nobody.
//!
//! Numbers are counted without gaps, so that each has a place and a shuffle of the places gives each number once. It must not make
//! a number of a series that is issued.

use chrono::{Datelike, Days, NaiveDate};

use crate::values::national_id::{NationalId, NationalIdRule};
use crate::values::organisation_number::OrganisationNumber;

/// The first birth date; the last is 31 December 2007, so that all are of age.
const FIRST_BIRTH_DATE: NaiveDate = NaiveDate::from_ymd_opt(1934, 1, 1).expect("a date");
/// Days from the first birth date to the last, both included.
const BIRTH_DATES: u64 = 27_028;

/// Every birth date has 50 pairs of leading individual digits in its century.
const PAIRS: u64 = 50;
/// Of the ten numbers with such a pair, at most one needs ten as first check digit and at most one as second: the last individual
/// digit weighs 2 in the first sum and, by way of the first check digit, -1 in the second, and both are invertible modulo 11.
const FITTING_OF_TEN: u64 = 8;

/// How many places [`national_id`] knows.
pub(super) const NATIONAL_IDS: u64 = BIRTH_DATES * PAIRS * FITTING_OF_TEN;

/// Of ten organisation numbers that differ in the last digit before the check digit, at most one needs ten as check digit.
const FITTING_ORGANISATIONS_OF_TEN: u64 = 9;

/// How many places [`organisation`] knows.
pub(super) const ORGANISATIONS: u64 = 1_000_000 * FITTING_ORGANISATIONS_OF_TEN;

/// The Tenor number at `place`, below [`NATIONAL_IDS`], and its birth date; as a D-number if so wanted. Two places never give one
/// number (regulation FOR-2017-07-14-1201 ch. 2; month raised by 80 as the tax administration's test population has it).
pub(super) fn national_id(place: u64, d_number: bool) -> (NaiveDate, NationalId) {
    let per_date = PAIRS * FITTING_OF_TEN;
    let birth_date = FIRST_BIRTH_DATE + Days::new(place / per_date);
    let century = if birth_date.year() < 2000 { 0 } else { PAIRS };
    let pair = century + place % per_date / FITTING_OF_TEN;
    let day = birth_date.day() + if d_number { 40 } else { 0 };
    let month = birth_date.month() + 80;
    let year = birth_date.year().rem_euclid(100);
    let text = (0..10)
        .filter_map(|last| {
            let first = with_check_digit(
                format!("{day:02}{month}{year:02}{pair:02}{last}"),
                &[3, 7, 6, 1, 8, 9, 4, 5, 2],
            )?;
            with_check_digit(first, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2])
        })
        .nth(rank(place, FITTING_OF_TEN))
        .expect("eight of ten fit");
    let id = NationalId::parse(&text, NationalIdRule::Current).expect("date and digits fit");
    (birth_date, id)
}

/// The organisation number at `place`, below [`ORGANISATIONS`]: it begins with 3, issued ones with 8 or 9. Two places never give
/// one number (LOV-1994-06-03-15 § 5).
pub(super) fn organisation(place: u64) -> OrganisationNumber {
    let middle = place / FITTING_ORGANISATIONS_OF_TEN;
    let text = (0..10)
        .filter_map(|last| {
            with_check_digit(format!("3{middle:06}{last}"), &[3, 2, 7, 6, 5, 4, 3, 2])
        })
        .nth(rank(place, FITTING_ORGANISATIONS_OF_TEN))
        .expect("nine of ten fit");
    OrganisationNumber::parse(&text).expect("the check digit fits")
}

/// Which of the fitting numbers a place means.
fn rank(place: u64, of: u64) -> usize {
    usize::try_from(place % of).expect("a rank is below ten")
}

/// The digits with their modulus-11 check digit; `None` when it would be ten.
fn with_check_digit(mut digits: String, weights: &[u8]) -> Option<String> {
    let sum: u32 = digits
        .bytes()
        .zip(weights)
        .map(|(digit, weight)| u32::from(digit - b'0') * u32::from(*weight))
        .sum();
    let check = (11 - sum % 11) % 11;
    digits.push(char::from_digit(check, 10)?);
    Some(digits)
}
