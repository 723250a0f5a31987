//! What notices by e-mail say, in the reader's language, and whether one that was not taken is tried
//! again. Pure.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use chrono_tz::Europe::Oslo;

use super::Notice;
use crate::{
    document::date_for_people, notification::rules::pause_after, values::language::Language,
};

/// What a notice names. No name, nothing of what a letter says.
#[derive(Debug, Clone, Copy)]
pub struct Named<'a> {
    /// The authority.
    pub authority: &'a str,
    /// Number of the case, or of the permit where it is about one.
    pub case: &'a str,
    /// When the application came in; none where it is about a letter.
    pub received: Option<DateTime<Utc>>,
    /// Last day for an answer, a comment or a report, or of the permit.
    pub due_on: Option<NaiveDate>,
    /// Why a permit that ends is not renewed, in the reader's language; none where it can be.
    pub no_renewal: Option<&'a str>,
    /// Where to sign in and read.
    pub link: &'a str,
}

/// A notice as it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Subject.
    pub subject: String,
    /// Text.
    pub text: String,
}

/// The notice.
pub fn message(notice: Notice, language: Language, named: &Named<'_>) -> Message {
    let Named { authority, case, link, no_renewal, .. } = named;
    let received = named.received.map(|at| moment(at, language)).unwrap_or_default();
    let due = named.due_on.map(|day| date_for_people(day, language)).unwrap_or_default();
    let (subject, said) = match language {
        Language::Bokmal => match notice {
            Notice::Receipt => (
                format!("Søknaden er mottatt: sak {case}"),
                format!("Vi mottok søknaden {received}. Saken har nummer {case}. Følg den her:"),
            ),
            Notice::InformationRequest => (
                format!("Vi trenger svar fra deg: sak {case}"),
                format!(
                    "Det er kommet et brev i sak {case}. Vi trenger opplysninger før vi kan avgjøre saken. Les brevet her:"
                ),
            ),
            Notice::Decision => (
                format!("Saken er avgjort: sak {case}"),
                format!("Det er truffet vedtak i sak {case}. Les vedtaket her:"),
            ),
            Notice::Letter => (
                format!("Du har fått et brev: sak {case}"),
                format!("Det er kommet et brev i sak {case}. Les det her:"),
            ),
            Notice::Invoice => (
                format!("Du har fått en faktura: sak {case}"),
                format!("Det er kommet en faktura i sak {case}. Les den og se hvordan du betaler:"),
            ),
            Notice::PaymentReminder => (
                format!("Betalingspåminnelse: sak {case}"),
                format!("En faktura i sak {case} er ikke betalt. Les påminnelsen her:"),
            ),
            Notice::Unopened => (
                format!("Du har et brev som ikke er åpnet: sak {case}"),
                format!(
                    "For en uke siden kom det et brev i sak {case}, og det er ikke åpnet. Det kan ha en frist. Les det her:"
                ),
            ),
            Notice::AnswerDue => (
                format!("Fristen er snart ute: sak {case}"),
                format!("Vi venter på svar fra deg i sak {case} innen {due}. Svar her:"),
            ),
            Notice::PermitEnds | Notice::PermitEndsSoon => (
                format!("Tillatelsen går snart ut: {case}"),
                match no_renewal {
                    Some(why) => format!(
                        "Tillatelsen {case} gjelder til og med {due}. {why} Se tillatelsen her:"
                    ),
                    None => format!(
                        "Tillatelsen {case} gjelder til og med {due}. Skal du ha den lenger, må du søke om å fornye den før det. Det gjør du her:"
                    ),
                },
            ),
            Notice::CommentDue => (
                format!("Fristen for å uttale deg er snart ute: sak {case}"),
                format!("Du kan uttale deg i sak {case} innen {due}. Les brevet her:"),
            ),
            Notice::NumberUseDue => (
                format!("Er numrene tatt i bruk? {case}"),
                format!(
                    "Numrene i tillatelsen {case} skal være i bruk innen {due}. Meld fra her om de er det:"
                ),
            ),
            Notice::ReportDue => (
                format!("Rapporten skal snart sendes: {case}"),
                format!(
                    "Rapporten om hvordan numrene i tillatelsen {case} ble brukt, skal sendes innen {due}. Send den her:"
                ),
            ),
        },
        Language::Nynorsk => match notice {
            Notice::Receipt => (
                format!("Søknaden er motteken: sak {case}"),
                format!("Vi fekk søknaden {received}. Saka har nummer {case}. Følg henne her:"),
            ),
            Notice::InformationRequest => (
                format!("Vi treng svar frå deg: sak {case}"),
                format!(
                    "Det er kome eit brev i sak {case}. Vi treng opplysningar før vi kan avgjere saka. Les brevet her:"
                ),
            ),
            Notice::Decision => (
                format!("Saka er avgjord: sak {case}"),
                format!("Det er gjort vedtak i sak {case}. Les vedtaket her:"),
            ),
            Notice::Letter => (
                format!("Du har fått eit brev: sak {case}"),
                format!("Det er kome eit brev i sak {case}. Les det her:"),
            ),
            Notice::Invoice => (
                format!("Du har fått ein faktura: sak {case}"),
                format!(
                    "Det er komen ein faktura i sak {case}. Les han og sjå korleis du betaler:"
                ),
            ),
            Notice::PaymentReminder => (
                format!("Betalingspåminning: sak {case}"),
                format!("Ein faktura i sak {case} er ikkje betalt. Les påminninga her:"),
            ),
            Notice::Unopened => (
                format!("Du har eit brev som ikkje er opna: sak {case}"),
                format!(
                    "For ei veke sidan kom det eit brev i sak {case}, og det er ikkje opna. Det kan ha ein frist. Les det her:"
                ),
            ),
            Notice::AnswerDue => (
                format!("Fristen er snart ute: sak {case}"),
                format!("Vi ventar på svar frå deg i sak {case} innan {due}. Svar her:"),
            ),
            Notice::PermitEnds | Notice::PermitEndsSoon => (
                format!("Løyvet går snart ut: {case}"),
                match no_renewal {
                    Some(why) => {
                        format!("Løyvet {case} gjeld til og med {due}. {why} Sjå løyvet her:")
                    }
                    None => format!(
                        "Løyvet {case} gjeld til og med {due}. Skal du ha det lenger, må du søkje om å fornye det før det. Det gjer du her:"
                    ),
                },
            ),
            Notice::CommentDue => (
                format!("Fristen for å uttale deg er snart ute: sak {case}"),
                format!("Du kan uttale deg i sak {case} innan {due}. Les brevet her:"),
            ),
            Notice::NumberUseDue => (
                format!("Er numra tekne i bruk? {case}"),
                format!(
                    "Numra i løyvet {case} skal vere i bruk innan {due}. Meld frå her om dei er det:"
                ),
            ),
            Notice::ReportDue => (
                format!("Rapporten skal snart sendast: {case}"),
                format!(
                    "Rapporten om korleis numra i løyvet {case} vart brukte, skal sendast innan {due}. Send han her:"
                ),
            ),
        },
        Language::English => match notice {
            Notice::Receipt => (
                format!("Your application has come in: case {case}"),
                format!(
                    "We received the application on {received}. The case has number {case}. Follow it here:"
                ),
            ),
            Notice::InformationRequest => (
                format!("We need an answer from you: case {case}"),
                format!(
                    "A letter has come in case {case}. We need information before we can decide the case. Read the letter here:"
                ),
            ),
            Notice::Decision => (
                format!("Your case is decided: case {case}"),
                format!("A decision has been made in case {case}. Read it here:"),
            ),
            Notice::Letter => (
                format!("You have received a letter: case {case}"),
                format!("A letter has come in case {case}. Read it here:"),
            ),
            Notice::Invoice => (
                format!("You have received an invoice: case {case}"),
                format!("An invoice has come in case {case}. Read it and see how to pay:"),
            ),
            Notice::PaymentReminder => (
                format!("Reminder of payment: case {case}"),
                format!("An invoice in case {case} is not paid. Read the reminder here:"),
            ),
            Notice::Unopened => (
                format!("You have a letter that is not opened: case {case}"),
                format!(
                    "A letter came in case {case} a week ago, and it is not opened. It may set a time limit. Read it here:"
                ),
            ),
            Notice::AnswerDue => (
                format!("The time limit is near: case {case}"),
                format!("We are waiting for your answer in case {case} until {due}. Answer here:"),
            ),
            Notice::PermitEnds | Notice::PermitEndsSoon => (
                format!("Your permit ends soon: {case}"),
                match no_renewal {
                    Some(why) => format!(
                        "The permit {case} holds up to and including {due}. {why} See the permit here:"
                    ),
                    None => format!(
                        "The permit {case} holds up to and including {due}. To keep it longer you must apply for its renewal before that. You do so here:"
                    ),
                },
            ),
            Notice::CommentDue => (
                format!("The time to comment is nearly over: case {case}"),
                format!("You can comment in case {case} until {due}. Read the letter here:"),
            ),
            Notice::NumberUseDue => (
                format!("Are the numbers in use? {case}"),
                format!(
                    "The numbers of the permit {case} must be in use by {due}. State here that they are:"
                ),
            ),
            Notice::ReportDue => (
                format!("Your report is due soon: {case}"),
                format!(
                    "The report on how the numbers of the permit {case} were used is due on {due}. Send it here:"
                ),
            ),
        },
    };
    let foot = match language {
        Language::Bokmal => {
            "Du må logge inn. Vi ber aldri om passord eller kortnummer på e-post. Denne adressen kan ikke besvares."
        }
        Language::Nynorsk => {
            "Du må logge inn. Vi ber aldri om passord eller kortnummer på e-post. Denne adressa kan ikkje svarast."
        }
        Language::English => {
            "You will be asked to sign in. We never ask for passwords or card numbers by e-mail. This address takes no answers."
        }
    };
    Message { subject, text: format!("{said}\n{link}\n\n{foot}\n\n{authority}\n") }
}

fn moment(at: DateTime<Utc>, language: Language) -> String {
    let local = at.with_timezone(&Oslo);
    let day = date_for_people(local.date_naive(), language);
    match language {
        Language::English => format!("{day} at {}", local.format("%H:%M")),
        Language::Bokmal | Language::Nynorsk => format!("{day} kl. {}", local.format("%H.%M")),
    }
}

/// How a mail server refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// There is no such mailbox, or it takes nothing; another attempt would not help.
    Mailbox,
    /// Anything else: the server, the way to it or who may send.
    Server,
}

/// What an answer of a mail server is about (RFC 5321 section 4.2.2): a mailbox that is not there, moved or
/// not allowed. Every other refusal may be over tomorrow, also those that call themselves permanent,
/// such as a password that was changed.
pub const fn refusal(status: u16) -> Refusal {
    match status {
        550 | 551 | 553 | 556 => Refusal::Mailbox,
        _ => Refusal::Server,
    }
}

/// When a notice that was not taken is tried again, the first attempt being 1; nothing when it never is.
pub fn again(attempt: i32, refusal: Refusal) -> Option<TimeDelta> {
    match refusal {
        Refusal::Mailbox => None,
        Refusal::Server => pause_after(attempt),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named() -> Named<'static> {
        Named {
            authority: "Myndigheten",
            case: "2026/000123",
            received: "2026-11-22T22:30:00Z".parse().ok(),
            due_on: NaiveDate::from_ymd_opt(2026, 12, 1),
            no_renewal: None,
            link: "https://x/nb/my-page",
        }
    }

    #[test]
    fn every_notice_is_in_every_language_with_its_case_and_its_link_on_a_line_of_its_own() {
        for notice in Notice::ALL {
            assert_eq!(Notice::from_code(notice.code()), Some(notice));
            let all = Language::ALL.map(|language| message(notice, language, &named()));
            for one in &all {
                assert!(one.subject.contains("2026/000123") && one.text.contains("2026/000123"));
                assert!(one.text.lines().any(|line| line == "https://x/nb/my-page"));
                assert!(!one.subject.contains('\n') && one.text.ends_with("Myndigheten\n"));
            }
            assert!(all[0] != all[1] && all[1] != all[2] && all[0] != all[2], "{notice:?}");
        }
        let receipt = message(Notice::Receipt, Language::Bokmal, &named()).text;
        assert!(receipt.contains("22. november 2026 kl. 23.30"), "{receipt}");
        let due = message(Notice::AnswerDue, Language::Bokmal, &named()).text;
        assert!(due.contains("1. desember 2026"), "{due}");
        let ends = message(Notice::PermitEndsSoon, Language::Nynorsk, &named()).text;
        assert!(ends.contains("til og med 1. desember 2026") && ends.contains("fornye"), "{ends}");
        for notice in [Notice::CommentDue, Notice::ReportDue, Notice::NumberUseDue] {
            let due = message(notice, Language::Bokmal, &named()).text;
            assert!(due.contains("innen 1. desember 2026"), "{due}");
        }
    }

    #[test]
    fn who_cannot_renew_is_not_told_to_but_why() {
        for (language, renewed) in [
            (Language::Bokmal, "søke om å fornye"),
            (Language::Nynorsk, "søkje om å fornye"),
            (Language::English, "apply for its renewal"),
        ] {
            let none = Named { no_renewal: Some("Denne gjelder sine dager."), ..named() };
            for notice in [Notice::PermitEnds, Notice::PermitEndsSoon] {
                let text = message(notice, language, &none).text;
                assert!(text.contains("Denne gjelder sine dager.") && !text.contains(renewed));
                assert!(message(notice, language, &named()).text.contains(renewed));
            }
        }
    }

    #[test]
    fn only_a_mailbox_that_is_not_there_ends_the_attempts_at_once() {
        assert_eq!(again(1, refusal(550)), None);
        for status in [421, 450, 451, 452, 454, 500, 530, 535, 552, 554] {
            assert!(again(1, refusal(status)).is_some(), "{status}");
        }
        assert_eq!(again(crate::notification::rules::ATTEMPTS, refusal(451)), None);
    }
}
