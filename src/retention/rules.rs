//! How long rows are kept, by the day, and on which ground. Pure.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use crate::values::{
    calendar::oslo_date,
    table::{Table, code_enum},
};

const TABLE: &str = include_str!("../data/retention.tsv");

code_enum! {
    /// What is kept for a time.
    Kept {
        /// The link of an emergency contact that was used or has ended.
        ContactLink = "contact-link",
        /// A message to a holder.
        Notification = "notification",
        /// A notice by e-mail.
        Email = "email",
        /// That an emergency contact was told.
        ContactNotice = "contact-notice",
        /// The emergency contacts of an ended permit, also in its versions.
        EmergencyContact = "emergency-contact",
        /// Emergency contacts that are not listed any more, in the versions of a permit.
        ReplacedContact = "replaced-contact",
        /// A task that is done.
        Task = "task",
        /// The outcome of an alert from a registered beacon.
        KnownAlert = "known-alert",
        /// The outcome of another alert.
        UnknownAlert = "unknown-alert",
        /// A look-up of a registered beacon.
        KnownLookUp = "known-look-up",
        /// Another look-up.
        UnknownLookUp = "unknown-look-up",
        /// Another entry of the disclosure log.
        Disclosure = "disclosure",
        /// A restriction that was lifted.
        Restriction = "restriction",
        /// Where the answer to a request for access to a document went.
        AccessRequester = "access-requester",
    }
}

/// A row of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// Days it is kept from the event the table names.
    pub days: i64,
    /// Rule of the policy it carries out.
    pub rule: &'static str,
    /// Code of the legal basis.
    pub basis: &'static str,
}

impl Kept {
    /// How long it is kept by the rules of `day`; nothing while there is no rule, and then nothing goes.
    pub fn rule(self, day: NaiveDate) -> Option<Rule> {
        Table::new(TABLE).rows().find_map(|row| {
            let from: NaiveDate = row.value("valid_from")?;
            let until: Option<NaiveDate> = row.value("valid_until");
            let holds = from <= day && until.is_none_or(|until| day < until);
            if row.text("what") != self.code() || !holds {
                return None;
            }
            let days = row.value("days")?;
            Some(Rule { days, rule: row.text("rule"), basis: row.text("basis") })
        })
    }

    /// What happened before this time is kept no longer.
    pub fn before(self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        Some(now - TimeDelta::days(self.rule(oslo_date(now))?.days))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        disclosure::{legal_basis, policy::Policy},
        values::reminder::Reminder,
    };

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn every_row_carries_out_a_rule_of_the_policy_on_a_ground_in_force_and_no_longer() {
        let today = day("2026-11-22");
        for kept in Kept::ALL {
            let row = kept.rule(today).unwrap_or_else(|| panic!("{kept:?} has no row today"));
            assert!(legal_basis::in_force(row.basis, today), "{kept:?}: {}", row.basis);
            let policy = Policy::load().retention_rule(row.rule).expect(row.rule);
            let promised = (policy.due(today).expect("a period") - today).num_days();
            assert!(row.days <= promised && row.days >= promised - 1, "{kept:?}: {promised}");
            assert_eq!(kept.rule(day("1999-01-01")), None);
        }
    }

    #[test]
    fn a_holder_is_not_asked_again_because_it_was_forgotten_that_they_were() {
        let today = day("2026-11-22");
        let days = Kept::Notification.rule(today).expect("a row").days;
        assert!(days > Reminder::ConfirmationDue.days(today).expect("a row"));
        assert!(days > Reminder::ConfirmationOverdue.days(today).expect("a row"));
    }
}
