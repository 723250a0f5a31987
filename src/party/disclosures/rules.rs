//! From when a holder is told of a look-up. Pure.

use chrono::{DateTime, TimeDelta, Utc};

use crate::values::{calendar::oslo_date, reminder::Reminder};

/// Days after which a look-up is told whatever became of it, by the rules of the day; before that it is told when an
/// alert of the beacon has been found false, or a test, since. Without a rule nothing is kept back.
pub fn days(now: DateTime<Utc>) -> i64 {
    Reminder::LookUpTold.days(oslo_date(now)).unwrap_or_default()
}

/// Look-ups before this time are told whatever became of them.
pub fn told_before(now: DateTime<Utc>) -> DateTime<Utc> {
    now - TimeDelta::days(days(now))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::disclosure::policy::{Field, Policy, Recipient};

    #[test]
    fn the_policy_gives_a_holder_everything_that_is_told_of_the_log() {
        let policy = Policy::load();
        let given =
            |purpose: &str| policy.record_fields(purpose, Recipient::Holder).expect("a row");
        let log = given("delivery-log");
        for field in ["delivery.recipient", "delivery.purpose", "delivery.fields", "delivery.time"]
        {
            let field = Field::ALL.iter().find(|one| one.as_str() == field).expect("a field");
            assert!(log.contains(*field), "{field}");
        }
        let look_ups = given("rescue-look-up-log");
        let may = |field: &str| look_ups.iter().any(|one| one.as_str() == field);
        assert!(may("lookUp.time"));
        assert!(!may("lookUp.officer") && !may("lookUp.key") && !may("lookUp.incidentReference"));
    }

    #[test]
    fn a_look_up_is_kept_back_for_the_days_of_the_table() {
        let now: DateTime<Utc> = "2026-11-23T12:00:00Z".parse().expect("a time");
        assert_eq!(days(now), 30);
        assert_eq!(told_before(now).to_rfc3339(), "2026-10-24T12:00:00+00:00");
    }
}
