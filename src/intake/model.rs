//! For whom an application is typed in, and how it came. Pure.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::{
    case::model::{Channel, Receiver},
    values::{
        national_id::{NationalId, NationalIdRule},
        organisation_number::OrganisationNumber,
    },
};

/// For whom an application is typed in, and how it came.
#[derive(Clone)]
pub struct Intake {
    /// Who applies.
    pub applicant: Receiver,
    /// How it came in.
    pub channel: Channel,
    /// Day it came in.
    pub received_on: NaiveDate,
}

impl std::fmt::Debug for Intake {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Intake").field("channel", &self.channel).finish_non_exhaustive()
    }
}

/// As it lies sealed in its row.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Kept {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    national_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    organisation_number: Option<String>,
    channel: String,
    received_on: NaiveDate,
}

impl Intake {
    /// As bytes to be sealed.
    ///
    /// # Errors
    /// None but of JSON itself.
    pub fn written(&self) -> Result<Vec<u8>, serde_json::Error> {
        let (national_id, organisation_number) = match &self.applicant {
            Receiver::Person(id) => (Some(id.reveal()), None),
            Receiver::Organisation(number) => (None, Some(number.to_string())),
        };
        serde_json::to_vec(&Kept {
            national_id,
            organisation_number,
            channel: self.channel.code().to_owned(),
            received_on: self.received_on,
        })
    }

    /// Reads [`written`](Self::written); nothing when it is not that.
    pub fn read(bytes: &[u8], rule: NationalIdRule) -> Option<Self> {
        let kept: Kept = serde_json::from_slice(bytes).ok()?;
        let applicant = match (kept.national_id, kept.organisation_number) {
            (Some(id), None) => Receiver::Person(NationalId::parse(&id, rule).ok()?),
            (None, Some(number)) => {
                Receiver::Organisation(OrganisationNumber::parse(&number).ok()?)
            }
            _ => return None,
        };
        let channel = Channel::from_code(&kept.channel)?;
        Some(Self { applicant, channel, received_on: kept.received_on })
    }
}

/// Whom a number names: nine digits an organisation, anything else is to be a national id.
pub fn applicant(text: &str, rule: NationalIdRule) -> Option<Receiver> {
    if text.chars().filter(char::is_ascii_digit).count() == 9 {
        return OrganisationNumber::parse(text).ok().map(Receiver::Organisation);
    }
    NationalId::parse(text, rule).ok().map(Receiver::Person)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_back() {
        let rule = NationalIdRule::Current;
        let person = NationalId::parse("24885805988", rule).expect("a made-up number");
        let number = OrganisationNumber::parse("312345676").expect("a made-up number");
        for applicant in [Receiver::Person(person), Receiver::Organisation(number)] {
            let intake = Intake {
                applicant,
                channel: Channel::Paper,
                received_on: "2026-11-20".parse().expect("a date"),
            };
            let read = Intake::read(&intake.written().expect("JSON"), rule).expect("an intake");
            assert_eq!(read.applicant.canonical(), intake.applicant.canonical());
            assert_eq!((read.channel, read.received_on), (intake.channel, intake.received_on));
            assert!(!format!("{read:?}").contains("applicant"));
        }
        assert!(Intake::read(b"{}", rule).is_none());
        assert!(applicant("12345", rule).is_none());
    }
}
