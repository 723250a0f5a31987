//! Whether fuller grounds can be demanded for a refusal of access, by when they are due, and what the letter with them says
//! (offentleglova § 31). Pure.

use chrono::{DateTime, NaiveDate, Utc};

use super::Writing;
use crate::{
    document::{Block, Document},
    document_access::model::{Appeal, Request},
    failure::{Failure, Problem},
    values::{
        access_code::AccessCode,
        deadline::{Deadline, DeadlineFlaw, Timer, deadline},
    },
};

/// Why none can be demanded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoDemand {
    /// Nobody has refused anything.
    NotRefused,
    /// They were demanded before.
    DemandedBefore,
    /// The time for it is over.
    TooLate,
    /// The appeal body has the matter.
    WithBody,
}

impl From<NoDemand> for Failure {
    fn from(why: NoDemand) -> Self {
        let detail = match why {
            NoDemand::NotRefused => "Nothing was refused, so there is nothing to give grounds for.",
            NoDemand::DemandedBefore => {
                "Fuller grounds were demanded already. They come at the same address."
            }
            NoDemand::TooLate => {
                "The time for demanding fuller grounds, three weeks, is over. Ask for the document once more."
            }
            NoDemand::WithBody => "The appeal body has the matter. Its decision says why.",
        };
        Self::new(Problem::IllegalTransition, detail)
    }
}

/// The time within which fuller grounds can be demanded for how a request was answered, with the appeals there were, the
/// oldest first; none where it has not begun, since nobody has read the answer.
///
/// # Errors
/// Why none can be demanded; when no rule was in force.
pub fn right(
    request: &Request,
    appeals: &[Appeal],
    now: DateTime<Utc>,
) -> Result<Option<Deadline>, Failure> {
    if !request.status.keeps_back() {
        return Err(NoDemand::NotRefused.into());
    }
    if request.fuller.is_some() {
        return Err(NoDemand::DemandedBefore.into());
    }
    if appeals.last().is_some_and(|last| last.forwarded.is_some()) {
        return Err(NoDemand::WithBody.into());
    }
    let time = request.opened_at.map(|at| deadline(Timer::FullerReasonsRequest, at));
    let time = time.transpose().map_err(Failure::internal)?;
    if time.is_some_and(|time| time.is_over(now)) {
        return Err(NoDemand::TooLate.into());
    }
    Ok(time)
}

/// Last day for the fuller grounds: ten working days (offentleglova § 31).
///
/// # Errors
/// When no rule was in force that day.
pub fn due_on(asked_at: DateTime<Utc>) -> Result<NaiveDate, DeadlineFlaw> {
    Ok(deadline(Timer::FullerReasonsAnswer, asked_at)?.last_day)
}

/// What the letter says.
pub struct GroundsFacts<'a> {
    /// Who writes, and about what.
    pub writing: Writing<'a>,
    /// Day of the demand.
    pub asked_on: NaiveDate,
    /// Code that something is kept back by.
    pub code: Option<&'static AccessCode>,
    /// The main considerations that were decisive.
    pub grounds: &'a str,
    /// Who decides an appeal; nobody once it has the matter.
    pub body: Option<&'a str>,
}

/// The letter with fuller grounds. The time for an appeal begins anew when it is read, as it does after reasons that a
/// party demands (forvaltningsloven § 29).
pub fn letter(facts: GroundsFacts<'_>) -> Document {
    let writing = facts.writing;
    let mut blocks = vec![writing.opening("fuller_opening", facts.asked_on)];
    blocks.extend(facts.code.map(|code| writing.basis("appeal_basis", code)));
    blocks.extend(writing.written("grounds", facts.grounds));
    if let Some(body) = facts.body {
        blocks.push(Block::Heading(writing.say("appeal_heading", &[])));
        blocks.push(writing.paragraph("fuller_appeal", &[("body", body)]));
    }
    writing.letter("fuller_subject", blocks)
}

#[cfg(test)]
mod tests {
    use super::{
        super::{appeal::tests::request, tests::writing},
        *,
    };
    use crate::{
        document_access::model::Status,
        values::{access_code, language::Language},
    };

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("a time")
    }

    #[test]
    fn fuller_grounds_can_be_demanded_once_within_three_weeks_of_reading_a_refusal() {
        let now = at("2026-04-02T10:00:00Z");
        let why = |request: &Request, now| {
            right(request, &[], now).err().map(|failure| failure.detail().to_owned())
        };
        let said = |why: NoDemand| Some(Failure::from(why).detail().to_owned());
        for status in [Status::Received, Status::Granted] {
            assert_eq!(why(&request(status, None), now), said(NoDemand::NotRefused));
        }
        for status in [Status::PartlyGranted, Status::Refused] {
            assert!(right(&request(status, None), &[], now).expect("unread").is_none());
            let read = request(status, Some("2026-03-12T11:00:00Z"));
            // three weeks from Thursday 12 March end on Maundy Thursday, so that the first working day after Easter counts
            let time = right(&read, &[], now).expect("in time").expect("it has begun");
            assert_eq!(time.last_day, "2026-04-07".parse().expect("a date"));
            assert!(right(&read, &[], at("2026-04-07T21:59:00Z")).is_ok());
            assert_eq!(why(&read, at("2026-04-07T22:01:00Z")), said(NoDemand::TooLate));
            let fuller = crate::document_access::model::Fuller {
                number: 5,
                asked_at: now,
                due_on: due_on(now).expect("a rule"),
                given: None,
            };
            let asked = Request { fuller: Some(fuller), ..read };
            assert_eq!(why(&asked, now), said(NoDemand::DemandedBefore));
        }
    }

    #[test]
    fn they_are_due_in_ten_working_days() {
        for (asked, last) in [
            ("2026-03-02T09:00:00Z", "2026-03-16"),
            // Easter: 2, 3 and 6 April are holidays
            ("2026-03-31T09:00:00Z", "2026-04-17"),
        ] {
            assert_eq!(due_on(at(asked)), Ok(last.parse().expect("a date")), "{asked}");
        }
    }

    #[test]
    fn the_letter_is_whole_in_every_language() {
        for language in Language::ALL {
            let document = letter(GroundsFacts {
                writing: writing(language),
                asked_on: "2026-11-20".parse().expect("a date"),
                code: access_code::find("13-1"),
                grounds: "Fordi.\n\nOg derfor.",
                body: Some("departementet"),
            });
            let said = serde_json::to_string(&document).expect("JSON");
            for part in ["offl. § 13", "Og derfor.", "departementet", "2026/000001-1"] {
                assert!(said.contains(part), "{part}: {said}");
            }
            assert!(!["{day}", "{body}", "{who}"].iter().any(|gap| said.contains(gap)), "{said}");
            assert!(!document.title.is_empty());
        }
    }
}
