//! The row of a case: how it begins, is read, and is overwritten.

use anrop_entity::case;
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{ActiveValue::Set, ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use serde_json::Value;

use super::super::{
    lifecycle::Status,
    model::{OWN_MOTION, Purpose},
    queue::{self, model::Place as Counted},
};
use crate::{
    database::{Tx, is_taken},
    failure::{Failure, Problem},
    keys::{DataKey, Place},
    party::model::Party,
    permit::kind::{self, Kind},
    values::{
        deadline::Timer,
        ids::{CaseId, PartyId, PermitId},
        language::Language,
    },
};

/// A case as it stands; what was applied for is sealed and opened on its own.
#[derive(Debug, Clone)]
pub struct Case {
    /// Id of the row.
    pub id: CaseId,
    /// Year and serial of the number.
    pub number: (i32, i64),
    /// Kind of permit.
    pub kind: Kind,
    /// What it is for.
    pub purpose: Purpose,
    /// State.
    pub status: Status,
    /// Outcome, once decided.
    pub outcome: Option<String>,
    /// Who applies.
    pub applicant: PartyId,
    /// How it came in.
    pub channel: String,
    /// Caseworker who registered it for the applicant.
    pub registered_by: Option<String>,
    /// Language of letters.
    pub language: Language,
    /// Call sign asked for, or given.
    pub call_sign: Option<String>,
    /// Permit that came of it; of every purpose but a new permit, the one it is about.
    pub permit: Option<PermitId>,
    /// Who is to receive the permit by transfer, as a blind index.
    pub receiver: Option<Vec<u8>>,
    /// Who accepted to receive it, and when.
    pub accepted: Option<(PartyId, DateTime<Utc>)>,
    /// Caseworker who has it.
    pub assignee: Option<String>,
    /// Deadline that runs.
    pub timer: Timer,
    /// Last day of it.
    pub due_on: NaiveDate,
    /// Since when the applicant is waited for.
    pub waiting_since: Option<DateTime<Utc>>,
    /// When the answer is expected.
    pub waiting_until: Option<NaiveDate>,
    /// When it came in.
    pub submitted_at: DateTime<Utc>,
    /// When it was decided.
    pub decided_at: Option<DateTime<Utc>>,
    /// Grows with every change.
    pub version: i32,
    /// Version at which what its parties see changed last.
    pub shown: i32,
    sealed: Vec<u8>,
    /// Where the queue counts it, as the row stands.
    counted: Counted,
}

impl Case {
    /// Who accepted to receive the permit by the transfer that the case is about.
    pub fn new_holder(&self) -> Option<PartyId> {
        let accepted = self.accepted.filter(|_| self.purpose == Purpose::Transfer);
        accepted.map(|(receiver, _)| receiver)
    }

    /// Language a party is written to in: that of the case for who applies, their own for anybody else.
    pub fn language_of(&self, party: &Party) -> Language {
        if party.id == self.applicant { self.language } else { party.details.language }
    }

    /// Those whom the decision is about: who applies, and who accepted to receive the permit.
    pub fn parties(&self) -> impl Iterator<Item = PartyId> {
        [Some(self.applicant), self.new_holder()].into_iter().flatten()
    }

    /// True for those whom the decision is about.
    pub fn has_party(&self, party: PartyId) -> bool {
        self.parties().any(|own| own == party)
    }

    /// True if a party who read it at a version has seen it as it is: notes and whose the case is are not for them.
    pub fn is_as_read(&self, version: i32) -> bool {
        (self.shown..=self.version).contains(&version)
    }

    /// True once the state is another than that of the row.
    pub fn has_moved(&self) -> bool {
        self.counted.status != self.status.code()
    }

    /// Where the queue counts it as it is now.
    fn place(&self) -> Counted {
        Counted {
            kind: self.kind.as_str().to_owned(),
            status: self.status.code().to_owned(),
            assignee: self.assignee.clone().unwrap_or_default(),
            due_on: self.decided_at.is_none().then_some(self.due_on),
        }
    }

    /// True for what the authority began of its own motion, an amendment among it.
    pub fn is_of_authority(&self) -> bool {
        self.channel == OWN_MOTION
    }

    /// True for what the authority considers to do to a permit of its own motion, until it is decided.
    pub fn is_considered(&self) -> bool {
        self.is_of_authority() && self.status.is_open() && self.outcome.is_none()
    }

    /// True while the holder may comment on the notice that the case began with; a question asked later is a question.
    pub fn waits_for_comment(&self) -> bool {
        self.is_considered() && self.waiting_since == Some(self.submitted_at)
    }

    /// The number people use, e.g. `2026/000123`.
    pub fn display_number(&self) -> String {
        format!("{}/{:06}", self.number.0, self.number.1)
    }

    /// The application as it was sent, opened with the applicant's data key.
    pub fn application(&self, key: &DataKey) -> Result<Value, Failure> {
        let bytes =
            key.open(application_place(self.id), &self.sealed).map_err(Failure::internal)?;
        serde_json::from_slice(&bytes).map_err(Failure::internal)
    }

    /// Replaces the application, after a correction.
    pub fn set_application(&mut self, key: &DataKey, application: &Value) -> Result<(), Failure> {
        self.sealed = seal_application(self.id, key, application)?;
        Ok(())
    }
}

fn application_place(id: CaseId) -> Place {
    Place { table: "case", column: "application_sealed", row: id.0 }
}

fn seal_application(id: CaseId, key: &DataKey, application: &Value) -> Result<Vec<u8>, Failure> {
    let bytes = serde_json::to_vec(application).map_err(Failure::internal)?;
    Ok(key.seal(application_place(id), &bytes))
}

/// What a new case begins with.
#[derive(Debug)]
pub struct NewCase<'a> {
    /// Kind of permit.
    pub kind: Kind,
    /// What it is for.
    pub purpose: Purpose,
    /// State it begins in.
    pub status: Status,
    /// Permit it is about.
    pub permit: Option<PermitId>,
    /// Who is to receive the permit, as a blind index.
    pub receiver: Option<Vec<u8>>,
    /// Who applies.
    pub applicant: PartyId,
    /// The applicant's data key.
    pub key: &'a DataKey,
    /// The application as it was sent.
    pub application: &'a Value,
    /// How it came in.
    pub channel: &'a str,
    /// Caseworker who registers it for the applicant.
    pub registered_by: Option<String>,
    /// Language of letters.
    pub language: Language,
    /// Call sign asked for.
    pub call_sign: Option<String>,
    /// Number.
    pub number: (i32, i64),
    /// Deadline.
    pub timer: Timer,
    /// When it came in, where it did not come just now: on paper, or by telephone.
    pub received_at: Option<DateTime<Utc>>,
    /// Last day of it.
    pub due_on: NaiveDate,
}

/// Writes a new case.
///
/// # Errors
/// 409 when a case of the same purpose about the same permit is open.
pub async fn insert(tx: &Tx, new: NewCase<'_>) -> Result<Case, Failure> {
    let (purpose, is_own) = (new.purpose, new.channel == OWN_MOTION);
    let case = begun(new, tx.now())?;
    case::Entity::insert(to_row(&case, tx.now())).exec_without_returning(&**tx).await.map_err(
        |error| {
            if purpose != Purpose::New && is_taken(&error, "case") {
                Failure::told(Problem::Conflict, |language| open_already(language, is_own))
            } else {
                error.into()
            }
        },
    )?;
    queue::store::moved(tx, None, &case.counted).await?;
    Ok(case)
}

/// A case as it begins.
fn begun(new: NewCase<'_>, at: DateTime<Utc>) -> Result<Case, Failure> {
    let id = CaseId::new(at);
    let mut case = Case {
        id,
        number: new.number,
        kind: new.kind,
        purpose: new.purpose,
        status: new.status,
        outcome: None,
        applicant: new.applicant,
        channel: new.channel.to_owned(),
        registered_by: new.registered_by,
        language: new.language,
        call_sign: new.call_sign,
        permit: new.permit,
        receiver: new.receiver,
        accepted: None,
        assignee: None,
        timer: new.timer,
        due_on: new.due_on,
        waiting_since: None,
        waiting_until: None,
        submitted_at: new.received_at.unwrap_or(at),
        decided_at: None,
        version: 1,
        shown: 1,
        sealed: seal_application(id, new.key, new.application)?,
        counted: Counted::default(),
    };
    case.counted = case.place();
    Ok(case)
}

/// What has become of a made-up case.
#[derive(Debug, Clone, Default)]
pub struct Fate {
    /// Caseworker who has it.
    pub assignee: Option<String>,
    /// When an answer is expected.
    pub waiting_until: Option<NaiveDate>,
    /// When it was decided.
    pub decided_at: Option<DateTime<Utc>>,
}

/// The row of a made-up case, as [`insert`] and the steps after it would have left it, and where the queue
/// counts it.
///
/// # Errors
/// When the application cannot be written.
pub fn made_up(
    new: NewCase<'_>,
    at: DateTime<Utc>,
    fate: Fate,
) -> Result<(case::ActiveModel, Counted), Failure> {
    let mut case = begun(new, at)?;
    case.assignee = fate.assignee;
    case.waiting_since = fate.waiting_until.map(|_| at);
    case.waiting_until = fate.waiting_until;
    case.outcome = fate.decided_at.map(|_| case.status.code().to_owned());
    case.decided_at = fate.decided_at;
    Ok((to_row(&case, at), case.place()))
}

/// Why there is no second case, and what to do instead.
fn open_already(language: Language, is_own: bool) -> String {
    let text = match (is_own, language) {
        (false, Language::Bokmal) => {
            "En søknad om det samme for denne tillatelsen er åpen fra før. Vent på vedtaket, eller trekk den søknaden og søk på nytt."
        }
        (false, Language::Nynorsk) => {
            "Ein søknad om det same for dette løyvet er open frå før. Vent på vedtaket, eller trekk den søknaden og søk på nytt."
        }
        (false, Language::English) => {
            "An application of this purpose about this permit is open already. Wait for its decision, or withdraw it and apply again."
        }
        (true, Language::Bokmal) => {
            "En sak om det samme er begynt av eget tiltak og er åpen. Gjør vedtaket i den, eller avslutt den først."
        }
        (true, Language::Nynorsk) => {
            "Ei sak om det same er byrja av eige tiltak og er open. Gjer vedtaket i henne, eller avslutt henne først."
        }
        (true, Language::English) => {
            "A case about the same has been begun of the authority's own motion and is open. Decide that case, or end it first."
        }
    };
    text.to_owned()
}

fn to_row(case: &Case, now: DateTime<Utc>) -> case::ActiveModel {
    case::ActiveModel {
        id: Set(case.id.0),
        year: Set(case.number.0),
        serial: Set(case.number.1),
        kind: Set(case.kind.as_str().to_owned()),
        purpose: Set(case.purpose.code().to_owned()),
        status: Set(case.status.code().to_owned()),
        outcome: Set(case.outcome.clone()),
        applicant_id: Set(case.applicant.0),
        channel: Set(case.channel.clone()),
        registered_by: Set(case.registered_by.clone()),
        application_sealed: Set(case.sealed.clone()),
        language: Set(case.language.code().to_owned()),
        call_sign: Set(case.call_sign.clone()),
        permit_id: Set(case.permit.map(|id| id.0)),
        receiver_blind: Set(case.receiver.clone()),
        receiver_id: Set(case.accepted.map(|(party, _)| party.0)),
        accepted_at: Set(case.accepted.map(|(_, at)| at)),
        assignee: Set(case.assignee.clone()),
        timer: Set(case.timer.as_str().to_owned()),
        due_on: Set(case.due_on),
        waiting_since: Set(case.waiting_since),
        waiting_until: Set(case.waiting_until),
        submitted_at: Set(case.submitted_at),
        decided_at: Set(case.decided_at),
        version: Set(case.version),
        shown_version: Set(case.shown),
        changed_at: Set(now),
    }
}

pub(super) fn from_row(row: case::Model) -> Result<Case, Failure> {
    let mut case = Case {
        id: CaseId(row.id),
        number: (row.year, row.serial),
        kind: kind::from_code(&row.kind).ok_or_else(|| Failure::internal("unknown kind"))?,
        purpose: Purpose::from_code(&row.purpose)
            .ok_or_else(|| Failure::internal("unknown purpose of a case"))?,
        status: Status::from_code(&row.status)
            .ok_or_else(|| Failure::internal("unknown case status"))?,
        outcome: row.outcome,
        applicant: PartyId(row.applicant_id),
        channel: row.channel,
        registered_by: row.registered_by,
        language: Language::parse(&row.language).map_err(Failure::internal)?,
        call_sign: row.call_sign,
        permit: row.permit_id.map(PermitId),
        receiver: row.receiver_blind,
        accepted: row.receiver_id.map(PartyId).zip(row.accepted_at),
        assignee: row.assignee,
        timer: Timer::named(&row.timer).ok_or_else(|| Failure::internal("unknown timer"))?,
        due_on: row.due_on,
        waiting_since: row.waiting_since,
        waiting_until: row.waiting_until,
        submitted_at: row.submitted_at,
        decided_at: row.decided_at,
        version: row.version,
        shown: row.shown_version,
        sealed: row.application_sealed,
        counted: Counted::default(),
    };
    case.counted = case.place();
    Ok(case)
}

/// Overwrites a case that was read at the version before.
pub async fn update(tx: &Tx, case: &mut Case) -> Result<(), Failure> {
    let mut row = to_row(case, tx.now());
    row.id = sea_orm::ActiveValue::NotSet;
    let result = case::Entity::update_many()
        .set(row)
        .filter(case::Column::Id.eq(case.id.0))
        .filter(case::Column::Version.eq(case.version - 1))
        .exec(&**tx)
        .await?;
    if result.rows_affected != 1 {
        return Err(Failure::stale());
    }
    let place = case.place();
    queue::store::moved(tx, Some(&case.counted), &place).await?;
    case.counted = place;
    Ok(())
}
