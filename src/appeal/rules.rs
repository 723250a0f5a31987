//! Whether an appeal came in time (forvaltningsloven §§ 29 to 31). Pure.

use chrono::{DateTime, Utc};

use super::model::Timeliness;
use crate::values::deadline::{Deadline, DeadlineFlaw, Timer, deadline};

/// Weighs an appeal received at an instant against a decision. `period` is the end of the appeal period; none
/// while the letter has not reached its addressee, so that it has not begun. A year after the decision none is taken up,
/// whatever the period.
///
/// # Errors
/// When no rule was in force on the day of the decision.
pub fn timeliness(
    received_at: DateTime<Utc>,
    period: Option<Deadline>,
    decided_at: DateTime<Utc>,
) -> Result<Timeliness, DeadlineFlaw> {
    if deadline(Timer::LateAppealLimit, decided_at)?.is_over(received_at) {
        return Ok(Timeliness::TooLate);
    }
    let is_in_time = period.is_none_or(|period| !period.is_over(received_at));
    Ok(if is_in_time { Timeliness::InTime } else { Timeliness::Late })
}

/// When nobody can appeal any more: the end of the period, or of the year after the decision where that is earlier or
/// the period has not begun.
///
/// # Errors
/// When no rule was in force on the day of the decision.
pub fn closed_at(
    period: Option<Deadline>,
    decided_at: DateTime<Utc>,
) -> Result<Deadline, DeadlineFlaw> {
    let limit = deadline(Timer::LateAppealLimit, decided_at)?;
    Ok(period.map_or(limit, |period| period.min(limit)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("a time")
    }

    fn weigh(opened: &str, received: &str) -> Timeliness {
        let opened = at(opened);
        let period = deadline(Timer::Appeal, opened).expect("a rule");
        timeliness(at(received), Some(period), opened).expect("a rule")
    }

    #[test]
    fn the_last_day_of_the_period_is_in_time_to_its_end_in_norway() {
        // three weeks from 13 March 2026 end on Good Friday and move to 7 April
        let opened = "2026-03-13T10:00:00Z";
        assert_eq!(weigh(opened, "2026-04-07T21:59:59Z"), Timeliness::InTime);
        assert_eq!(weigh(opened, "2026-04-07T22:00:00Z"), Timeliness::Late);
        assert_eq!(weigh(opened, "2026-04-08T08:00:00Z"), Timeliness::Late);
    }

    #[test]
    fn after_a_year_nothing_can_be_taken_up_and_before_it_begins_nothing_is_late() {
        let opened = "2026-03-13T10:00:00Z";
        assert_eq!(weigh(opened, "2027-03-13T22:00:00Z"), Timeliness::Late);
        assert_eq!(weigh(opened, "2027-03-13T23:00:00Z"), Timeliness::TooLate);
        let unopened = |received| timeliness(at(received), None, at(opened));
        assert_eq!(unopened("2027-03-13T22:59:59Z"), Ok(Timeliness::InTime));
        // never after this day, opened or not (deadlines.tsv; the fine of a letter nobody opened is final then, too)
        assert_eq!(unopened("2027-03-13T23:00:00Z"), Ok(Timeliness::TooLate));
        assert_eq!(unopened("2029-01-01T00:00:00Z"), Ok(Timeliness::TooLate));
        // a letter that is opened on the last days of the year does not make it longer
        let late = deadline(Timer::Appeal, at("2027-03-10T10:00:00Z")).expect("a rule");
        let weighed = timeliness(at("2027-03-15T10:00:00Z"), Some(late), at(opened));
        assert_eq!(weighed, Ok(Timeliness::TooLate));
        let year = deadline(Timer::LateAppealLimit, at(opened)).expect("a rule");
        assert_eq!(closed_at(Some(late), at(opened)), Ok(year));
        assert_eq!(closed_at(None, at(opened)), Ok(year));
    }
}
