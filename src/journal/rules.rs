//! What the public sees of an entry, and from when. Pure.

use chrono::{Days, NaiveDate};

use super::model::{Correspondent, Direction, Journaled};
use crate::{
    disclosure::policy::{Field, Policy, Recipient},
    values::reminder::Reminder,
};

/// The purpose of the policy by which the journal is public.
pub const PURPOSE: &str = "public-journal";
/// Its rule about names of persons.
const NAMES: &str = "journal-name-search";

/// The last day that is public today: documents are journaled a while before the public sees them.
pub fn last_public_day(today: NaiveDate) -> NaiveDate {
    let days = Reminder::JournalPublication.days(today).unwrap_or(1);
    today - Days::new(days.unsigned_abs())
}

/// Names of persons in entries of this day are shown to nobody any more (offentlegforskrifta § 7).
pub fn names_are_over(day: NaiveDate, today: NaiveDate) -> bool {
    let rule = Policy::load().retention_rule(NAMES);
    rule.and_then(|rule| rule.due(day)).is_none_or(|due| due <= today)
}

/// True for an entry that everybody may see: in or out, and the day has come.
pub fn is_public(entry: &Journaled, today: NaiveDate) -> bool {
    entry.direction != Direction::Internal && entry.day <= last_public_day(today)
}

/// Who a document came from or went to, as the public has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PublicName {
    /// An organisation by name and number.
    Organisation(String, String),
    /// A body that decides appeals, by name.
    Authority(String),
    /// A natural person by name.
    Person(String),
    /// A natural person who is not named.
    Withheld,
    /// Somebody who did not say who they are.
    Unknown,
}

/// The sender or receiver for the public. What is not to be seen is not in the answer.
pub fn public_name(entry: &Journaled, today: NaiveDate) -> PublicName {
    let Some(who) = &entry.correspondent else { return PublicName::Unknown };
    let fields = Policy::load().record_fields(PURPOSE, Recipient::Public);
    if !fields.is_some_and(|fields| fields.contains(Field::JournalCorrespondent)) {
        return PublicName::Withheld;
    }
    match &who.organisation {
        Some(number) => PublicName::Organisation(who.name.clone(), number.clone()),
        None if who.is_appeal_body => PublicName::Authority(who.name.clone()),
        None if may_name(who, entry, today) && !names_are_over(entry.day, today) => {
            PublicName::Person(who.name.clone())
        }
        None => PublicName::Withheld,
    }
}

/// Whether a natural person may be named at all: not under an access code that hides them, now or by the rules whatever
/// a caseworker set, not with a protected address, not while processing is restricted, and not a child.
pub fn may_name(who: &Correspondent, entry: &Journaled, today: NaiveDate) -> bool {
    let is_child =
        who.birth_date.is_some_and(|born| today.years_since(born).is_none_or(|years| years < 18));
    let codes = [entry.access(), entry.first_access()];
    let is_hidden = codes.into_iter().flatten().any(|code| code.hides_person);
    !(who.is_protected || who.is_restricted || is_child || is_hidden)
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;
    use crate::{
        disclosure::policy::Kind,
        values::ids::{CaseId, PartyId},
    };

    use crate::journal::model::Subject;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn entry(kind: Kind, organisation: Option<&str>) -> Journaled {
        Journaled {
            id: uuid::Uuid::nil(),
            case: CaseId(uuid::Uuid::nil()),
            case_number: (2026, 7),
            subject: Subject::Permit(kind),
            number: 1,
            direction: Direction::In,
            title: "Application received".to_owned(),
            actor: "x".to_owned(),
            at: DateTime::UNIX_EPOCH,
            day: day("2026-03-02"),
            document_date: day("2026-03-02"),
            journal_number: Some((2026, 12)),
            hash: None,
            correspondent: Some(Correspondent {
                party: PartyId(uuid::Uuid::nil()),
                name: "Kari Eksempel".to_owned(),
                organisation: organisation.map(str::to_owned),
                is_appeal_body: false,
                concerns_person: organisation.is_none(),
                is_protected: false,
                is_restricted: false,
                birth_date: None,
            }),
            set_code: None,
            access_version: 0,
        }
    }

    #[test]
    fn a_person_is_named_for_a_year_where_nothing_hides_them() {
        let of = |kind, today| public_name(&entry(kind, None), day(today));
        let named = PublicName::Person("Kari Eksempel".to_owned());
        assert_eq!(of(Kind::Amateur, "2026-03-03"), named);
        assert_eq!(of(Kind::Amateur, "2027-03-01"), named);
        assert_eq!(of(Kind::Amateur, "2027-03-02"), PublicName::Withheld);
        assert_eq!(of(Kind::Plb, "2026-03-03"), PublicName::Withheld);
    }

    #[test]
    fn a_person_under_supervision_or_with_an_invoice_is_never_named() {
        for subject in [Subject::Supervision, Subject::Fees] {
            for direction in [Direction::In, Direction::Out] {
                let mut one = entry(Kind::Amateur, None);
                (one.subject, one.direction) = (subject, direction);
                assert_eq!(public_name(&one, day("2026-03-03")), PublicName::Withheld);
                let mut one = entry(Kind::Amateur, Some("999999999"));
                (one.subject, one.direction) = (subject, direction);
                let named = public_name(&one, day("2026-03-03"));
                assert!(matches!(named, PublicName::Organisation(..)));
            }
        }
    }

    #[test]
    fn an_appeal_body_is_named_and_what_it_gets_is_shielded_like_whom_it_is_about() {
        let mut one = entry(Kind::Plb, None);
        one.direction = Direction::Out;
        let who = one.correspondent.as_mut().expect("one");
        (who.is_appeal_body, who.name) = (true, "Departementet".to_owned());
        assert!(!who.is_person());
        let named = public_name(&one, day("2036-01-01"));
        assert_eq!(named, PublicName::Authority("Departementet".to_owned()));
        assert_eq!(one.access().map(|code| code.code), Some("13-1"));
        (one.subject, one.direction) = (Subject::Fees, Direction::Out);
        assert_eq!(one.access().map(|code| code.code), Some("13-1"));
        one.correspondent.as_mut().expect("one").concerns_person = false;
        assert_eq!(one.access(), None);
    }

    #[test]
    fn an_organisation_is_always_named() {
        let old = public_name(&entry(Kind::Plb, Some("999999999")), day("2036-01-01"));
        assert!(matches!(old, PublicName::Organisation(..)));
    }

    #[test]
    fn protection_restriction_childhood_and_a_code_hide_a_person() {
        let today = day("2026-03-03");
        let hidden = |change: fn(&mut Journaled)| {
            let mut one = entry(Kind::Amateur, None);
            change(&mut one);
            public_name(&one, today) == PublicName::Withheld
        };
        assert!(!hidden(|_| {}));
        assert!(hidden(|one| one.correspondent.as_mut().expect("one").is_protected = true));
        assert!(hidden(|one| one.correspondent.as_mut().expect("one").is_restricted = true));
        assert!(hidden(|one| {
            one.correspondent.as_mut().expect("one").birth_date =
                NaiveDate::from_ymd_opt(2010, 1, 1);
        }));
        assert!(hidden(|one| {
            one.set_code = Some("13-1".to_owned());
            one.access_version = 1;
        }));
        assert!(!hidden(|one| {
            one.set_code = Some("26-5".to_owned());
            one.access_version = 1;
        }));
        assert!(hidden(|one| {
            // a caseworker's code does not name whom the kind hides
            one.subject = Subject::Permit(Kind::Plb);
            one.access_version = 1;
        }));
    }

    #[test]
    fn a_document_is_public_the_day_after_and_an_internal_one_never() {
        let mut one = entry(Kind::Amateur, None);
        assert!(!is_public(&one, day("2026-03-02")));
        assert!(is_public(&one, day("2026-03-03")));
        one.direction = Direction::Internal;
        assert!(!is_public(&one, day("2026-03-03")));
    }
}
