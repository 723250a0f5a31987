//! After how many days somebody is reminded, dated. Purely a table; who is reminded is decided elsewhere.

use chrono::NaiveDate;

use super::table::{Table, code_enum};

const TABLE: &str = include_str!("../data/reminders.tsv");

code_enum! {
    /// What follows something after a number of days.
    Reminder {
        /// The programmer is told of an order once more.
        ProgrammingReminder = "programming-reminder",
        /// A caseworker is given an order that was not carried out.
        ProgrammingTimeout = "programming-timeout",
        /// The holder is asked to confirm what is registered.
        ConfirmationDue = "confirmation-due",
        /// The confirmation is overdue.
        ConfirmationOverdue = "confirmation-overdue",
        /// The link of an emergency contact ends.
        ContactLink = "contact-link",
        /// The applicant is told that the decision takes longer, from the application.
        ProvisionalAnswer = "provisional-answer",
        /// A draft that nobody goes on with is deleted.
        Draft = "draft",
        /// A caseworker's task is due.
        Task = "task",
        /// The applicant's answer to a question is due, unless the caseworker says otherwise.
        InformationRequest = "information-request",
        /// The holder is reminded of an invoice that is not paid.
        InvoiceUnpaid = "invoice-unpaid",
        /// A document stands in the public journal, so that its access code can be looked at before.
        JournalPublication = "journal-publication",
        /// So many days before it, who is asked is reminded of that answer, or of the time to comment on an advance notice or an appeal.
        AnswerDue = "answer-due",
        /// So many days before its last day, the holder is told that a permit ends.
        PermitEnds = "permit-ends",
        /// The same once more.
        PermitEndsSoon = "permit-ends-soon",
        /// So many days before its last day, the holder of number series is reminded of the yearly report.
        ReportDue = "report-due",
        /// So many days before its last day, the holder of number resources is asked whether they are in use.
        NumberUseDue = "number-use-due",
        /// A caseworker is reminded of a deadline, before it.
        DeadlineNear = "deadline-near",
        /// The authority has considered an appeal, from its receipt.
        AppealHandling = "appeal-handling",
        /// Another party that is told of an appeal has commented, from the day they were told.
        AppealComment = "appeal-comment",
        /// The authority has considered an appeal about access to a document, from its receipt.
        AccessAppealHandling = "access-appeal-handling",
        /// The holder is told of a look-up by a rescue centre, whatever became of the alert.
        LookUpTold = "look-up-told",
        /// A letter reaches its addressee, from the day it was posted.
        PostReaches = "post-reaches",
    }
}

impl Reminder {
    /// Days after which it comes, by the rules of `day`; nothing when there is no rule yet.
    pub fn days(self, day: NaiveDate) -> Option<i64> {
        Table::new(TABLE).rows().find_map(|row| {
            let from: NaiveDate = row.value("valid_from")?;
            let until: Option<NaiveDate> = row.value("valid_until");
            let holds = from <= day && until.is_none_or(|until| day < until);
            (row.text("event") == self.code() && holds).then(|| row.value("days"))?
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reminder_has_a_rule_today_and_none_before_the_first() {
        let day = |text: &str| text.parse().expect("a date");
        for reminder in Reminder::ALL {
            assert!(reminder.days(day("2026-11-22")).is_some_and(|days| days > 0), "{reminder:?}");
            assert_eq!(reminder.days(day("1999-01-01")), None);
        }
    }
}
