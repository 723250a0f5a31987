//! What becomes of an invoice when money comes in or lines fall away. Pure: amounts in, amounts out.

use chrono::NaiveDate;

use super::model::{Invoice, InvoiceKind};
use crate::values::{kid::Kid, table::code_enum};

/// Digits of a KID, the check digit included; it is agreed with the bank and must hold nine digits of number.
pub const KID_LENGTH: usize = 10;

/// The KID of an invoice of this number; nothing once the numbers have run out.
pub fn kid_of(number: i64) -> Option<Kid> {
    Kid::of(u64::try_from(number).ok()?, KID_LENGTH)
}

code_enum! {
    /// Why money that came in could not be placed.
    NotPlaced {
        /// It came without a KID.
        NoKid = "noKid",
        /// The KID is none, by its check digit or length.
        BadKid = "badKid",
        /// No invoice has the KID.
        UnknownKid = "unknownKid",
        /// The invoice is paid or credited already.
        NothingOpen = "nothingOpen",
        /// The bank takes money back.
        Reversal = "reversal",
    }
}

/// What becomes of money that came in for an invoice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placing {
    /// What the invoice takes, in øre.
    pub applied_ore: i64,
    /// What is too much and must be paid back.
    pub excess_ore: i64,
}

/// Whether and how an amount can be placed on an invoice.
///
/// # Errors
/// Why it cannot.
pub fn place(invoice: &Invoice, amount_ore: i64) -> Result<Placing, NotPlaced> {
    if amount_ore <= 0 {
        return Err(NotPlaced::Reversal);
    }
    match invoice.open_ore() {
        0 => Err(NotPlaced::NothingOpen),
        open => {
            let applied_ore = amount_ore.min(open);
            Ok(Placing { applied_ore, excess_ore: amount_ore - applied_ore })
        }
    }
}

/// Adds what was paid; true when nothing is left to pay after it.
pub fn pay(invoice: &mut Invoice, applied_ore: i64, paid_on: NaiveDate) -> bool {
    invoice.paid_ore += applied_ore;
    settle(invoice, paid_on)
}

/// Takes off what falls away; true when nothing is left to pay after it.
pub fn take_off(invoice: &mut Invoice, credited_ore: i64, on: NaiveDate) -> bool {
    invoice.credited_ore += credited_ore;
    settle(invoice, on)
}

fn settle(invoice: &mut Invoice, on: NaiveDate) -> bool {
    let is_settled = invoice.kind == InvoiceKind::Invoice && invoice.open_ore() == 0;
    if is_settled && invoice.settled_on.is_none() {
        invoice.settled_on = Some(on);
    }
    is_settled
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::{super::model::InvoiceState, *};
    use crate::values::ids::{InvoiceId, PartyId};

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn invoice(amount_ore: i64) -> Invoice {
        Invoice {
            id: InvoiceId(Uuid::nil()),
            number: 100_000_001,
            kind: InvoiceKind::Invoice,
            holder: PartyId(Uuid::nil()),
            credits: None,
            run: None,
            issued_on: day("2026-01-05"),
            due_on: day("2026-02-04"),
            amount_ore,
            paid_ore: 0,
            credited_ore: 0,
            kid: kid_of(100_000_001),
            reminded: None,
            settled_on: None,
            letter: None,
            reminder_letter: None,
            created_by: String::new(),
            created_at: DateTime::UNIX_EPOCH,
            version: 1,
        }
    }

    #[test]
    fn an_invoice_goes_from_issued_to_paid_or_to_a_caseworker() {
        let mut one = invoice(53_000);
        let state = |one: &Invoice, on: &str| one.state(day(on));
        assert_eq!(state(&one, "2026-02-04"), InvoiceState::Issued);
        assert_eq!(state(&one, "2026-02-05"), InvoiceState::Overdue);
        one.reminded = Some((day("2026-02-19"), day("2026-03-05")));
        assert_eq!(state(&one, "2026-03-05"), InvoiceState::Reminded);
        assert_eq!(state(&one, "2026-03-06"), InvoiceState::Unpaid);
        assert!(!pay(&mut one, 3_000, day("2026-03-07")));
        assert_eq!((one.open_ore(), one.settled_on), (50_000, None));
        assert!(pay(&mut one, 50_000, day("2026-03-08")));
        assert_eq!(state(&one, "2026-03-09"), InvoiceState::Paid);
        assert_eq!(one.settled_on, Some(day("2026-03-08")));
        let mut other = invoice(53_000);
        assert!(!pay(&mut other, 1, day("2026-01-08")));
        assert_eq!(state(&other, "2026-01-09"), InvoiceState::PartlyPaid);
        assert!(take_off(&mut other, 53_000, day("2026-01-10")));
        assert_eq!(state(&other, "2026-01-10"), InvoiceState::Credited);
        assert_eq!(other.owed_back_ore(), 1);
    }

    #[test]
    fn a_kid_has_the_agreed_length() {
        let kid = kid_of(100_000_001).unwrap();
        assert_eq!(kid.canonical(), "1000000016");
        assert_eq!(kid_of(1_000_000_000), None, "ten digits have no room");
        assert_eq!(kid_of(-1), None);
    }

    #[test]
    fn what_is_too_much_is_told_and_what_fits_nowhere_is_not_taken() {
        let mut one = invoice(1_000);
        assert_eq!(place(&one, 1_500), Ok(Placing { applied_ore: 1_000, excess_ore: 500 }));
        assert_eq!(place(&one, 0), Err(NotPlaced::Reversal));
        assert_eq!(place(&one, -1), Err(NotPlaced::Reversal));
        pay(&mut one, 1_000, day("2026-01-08"));
        assert_eq!(place(&one, 1), Err(NotPlaced::NothingOpen));
    }

    proptest! {
        /// Money neither appears nor vanishes, whatever comes in and falls away in whatever order.
        #[test]
        fn amounts_always_add_up(
            lines in prop::collection::vec(1_i64..1_000_000, 1..6),
            steps in prop::collection::vec((any::<bool>(), 0..6_usize, 1_i64..2_000_000), 0..30),
        ) {
            let on = day("2026-03-01");
            let mut one = invoice(lines.iter().sum());
            let mut left: Vec<i64> = lines;
            let (mut came_in, mut given_back) = (0, 0);
            for (is_payment, which, amount) in steps {
                if is_payment {
                    came_in += amount;
                    match place(&one, amount) {
                        Ok(placing) => {
                            prop_assert_eq!(placing.applied_ore + placing.excess_ore, amount);
                            prop_assert!(placing.applied_ore > 0 && placing.excess_ore >= 0);
                            given_back += placing.excess_ore;
                            pay(&mut one, placing.applied_ore, on);
                        }
                        Err(_) => given_back += amount,
                    }
                } else if !left.is_empty() {
                    let line = left.remove(which % left.len());
                    take_off(&mut one, line, on);
                }
                prop_assert!(one.paid_ore <= one.amount_ore && one.credited_ore <= one.amount_ore);
                prop_assert_eq!(
                    one.amount_ore + one.owed_back_ore(),
                    one.paid_ore + one.credited_ore + one.open_ore()
                );
                prop_assert_eq!(came_in, one.paid_ore + given_back);
                prop_assert_eq!(one.settled_on.is_some(), one.open_ore() == 0);
                prop_assert_eq!(one.credited_ore + left.iter().sum::<i64>(), one.amount_ore);
            }
        }
    }
}
