//! Rows of the journal.

pub mod access;
pub mod export;
pub mod numbers;
pub mod public;

use std::collections::HashMap;

use anrop_entity::{case, fee_case, journal_entry, party, supervision_case};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, Condition, ConnectionTrait, EntityTrait as _,
    PaginatorTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _, QueryTrait as _,
};
use serde_json::json;
use uuid::Uuid;

use super::model::{Correspondent, Direction, Journaled, Subject};
use crate::{
    database::Tx,
    failure::Failure,
    identity::SupervisionSight,
    permit::kind,
    seal::{self, Stream},
    supervision,
    values::{
        appeal_body::{AppealBody, of_correspondent},
        calendar::oslo_date,
        ids::{CaseId, PartyId, fresh},
        language::Language,
    },
};

/// An entry of the journal.
pub type Entry = journal_entry::Model;

/// A document on its way into the journal.
pub struct Document<'a> {
    /// Its case, and its number within it.
    pub place: (CaseId, i32),
    /// Which way it goes.
    pub direction: Direction,
    /// Title, without names of persons.
    pub title: &'a str,
    /// Who enters it.
    pub actor: &'a str,
    /// SHA-256 of what it says, where that is kept.
    pub hash: Option<[u8; 32]>,
    /// Who it comes from or goes to.
    pub with: With,
}

/// Who a document comes from or goes to.
#[derive(Debug, Clone, Copy)]
pub enum With {
    /// The applicant of the case.
    Applicant,
    /// Another party.
    Party(PartyId),
    /// A body that decides appeals.
    AppealBody(&'static AppealBody),
    /// Somebody who need not say who they are.
    Nobody,
}

/// Adds the next document of a case. The title must not name persons.
pub async fn add(
    tx: &Tx,
    case: CaseId,
    direction: Direction,
    title: &str,
    actor: &str,
) -> Result<i32, Failure> {
    let number = next_number(tx, case).await?;
    add_document(tx, (case, number), direction, title, actor, None).await?;
    Ok(number)
}

/// The number of the next document of a case; whoever asks has locked the case, or repeats.
pub async fn next_number(tx: &Tx, case: CaseId) -> Result<i32, Failure> {
    let last: Option<i32> = journal_entry::Entity::find()
        .select_only()
        .column(journal_entry::Column::Number)
        .filter(journal_entry::Column::CaseId.eq(case.0))
        .order_by_desc(journal_entry::Column::Number)
        .into_tuple()
        .one(&**tx)
        .await?;
    Ok(last.unwrap_or(0) + 1)
}

/// Adds a document from or to the applicant under its number, with the SHA-256 of what it says where that is kept.
pub async fn add_document(
    tx: &Tx,
    place: (CaseId, i32),
    direction: Direction,
    title: &str,
    actor: &str,
    hash: Option<[u8; 32]>,
) -> Result<(), Failure> {
    let document = Document { place, direction, title, actor, hash, with: With::Applicant };
    write(tx, &document).await.map(|_| ())
}

/// Adds a document under its number; answers its id.
pub async fn write(tx: &Tx, document: &Document<'_>) -> Result<Uuid, Failure> {
    write_dated(tx, document, None).await
}

/// As [`write`], of a document that bears another date than the day it is entered.
pub async fn write_dated(
    tx: &Tx,
    document: &Document<'_>,
    dated: Option<NaiveDate>,
) -> Result<Uuid, Failure> {
    let day = oslo_date(tx.now());
    let row = journal_entry::Model {
        id: fresh(tx.now()),
        case_id: document.place.0.0,
        number: document.place.1,
        direction: document.direction.code().to_owned(),
        title: document.title.to_owned(),
        actor: document.actor.to_owned(),
        document_hash: document.hash.map(|hash| hash.to_vec()),
        at: tx.now(),
        day,
        journal_year: chrono::Datelike::year(&day),
        journal_number: None,
        party_id: match document.with {
            With::Applicant => None,
            With::Party(party) => Some(party.0),
            With::AppealBody(body) => Some(body.correspondent()),
            With::Nobody => Some(Uuid::nil()),
        },
        document_date: dated,
        access_code: None,
        access_version: 0,
    };
    let (id, content) = (row.id, content(&row));
    journal_entry::Entity::insert(journal_entry::ActiveModel {
        id: Set(row.id),
        case_id: Set(row.case_id),
        number: Set(row.number),
        direction: Set(row.direction),
        title: Set(row.title),
        actor: Set(row.actor),
        document_hash: Set(row.document_hash),
        at: Set(row.at),
        day: Set(row.day),
        journal_year: Set(row.journal_year),
        journal_number: Set(None),
        party_id: Set(row.party_id),
        document_date: Set(row.document_date),
        access_code: Set(None),
        access_version: Set(0),
    })
    .exec_without_returning(&**tx)
    .await?;
    seal::append(tx, Stream::Journal, &id.to_string(), content.as_bytes());
    Ok(id)
}

/// What the sealed log commits to.
pub fn content(row: &journal_entry::Model) -> String {
    json!({
        "case": row.case_id, "number": row.number, "direction": row.direction,
        "title": row.title, "actor": row.actor, "documentHash": row.document_hash, "at": row.at,
    })
    .to_string()
}

/// The journal of a case in order, for the case view and the caseworkers' journal.
pub async fn of_case(
    connection: &impl ConnectionTrait,
    case: CaseId,
) -> Result<Vec<journal_entry::Model>, Failure> {
    Ok(journal_entry::Entity::find()
        .filter(journal_entry::Column::CaseId.eq(case.0))
        .order_by_asc(journal_entry::Column::Number)
        .all(connection)
        .await?)
}

/// The journal of every case the caller may see, oldest first, after `after`; and how many entries there are.
pub async fn list(
    connection: &impl ConnectionTrait,
    sight: &SupervisionSight,
    after: Option<Uuid>,
    limit: u64,
) -> Result<(Vec<Journaled>, u64), Failure> {
    let mut query = journal_entry::Entity::find();
    if let Some(hidden) = supervision::store::hidden_from(sight) {
        query = query.filter(journal_entry::Column::CaseId.not_in_subquery(hidden));
    }
    let total = query.clone().count(connection).await?;
    if let Some(after) = after {
        query = query.filter(journal_entry::Column::Id.gt(after));
    }
    let rows = query.order_by_asc(journal_entry::Column::Id).limit(limit).all(connection).await?;
    Ok((whole(connection, rows).await?, total))
}

/// One entry.
///
/// # Errors
/// 404 when there is none.
pub async fn find(connection: &impl ConnectionTrait, id: Uuid) -> Result<Journaled, Failure> {
    let row = journal_entry::Entity::find_by_id(id).one(connection).await?;
    one(connection, row).await
}

/// These entries, by their ids.
///
/// # Errors
/// When the database does not answer.
pub async fn many(
    connection: &impl ConnectionTrait,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, Journaled>, Failure> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = journal_entry::Entity::find()
        .filter(journal_entry::Column::Id.is_in(ids.iter().copied()))
        .all(connection)
        .await?;
    Ok(whole(connection, rows).await?.into_iter().map(|entry| (entry.id, entry)).collect())
}

/// The entry, locked until the transaction ends.
///
/// # Errors
/// 404 when there is none.
pub async fn lock(tx: &Tx, id: Uuid) -> Result<Journaled, Failure> {
    let row = journal_entry::Entity::find_by_id(id).lock_exclusive().one(&**tx).await?;
    one(&**tx, row).await
}

/// The entry with this number of a document.
///
/// # Errors
/// 404 when there is none.
pub async fn find_by_number(
    connection: &impl ConnectionTrait,
    (case, number): ((i32, i64), i32),
) -> Result<Journaled, Failure> {
    let row = journal_entry::Entity::find()
        .filter(in_cases(None, Some(case)))
        .filter(journal_entry::Column::Number.eq(number))
        .one(connection)
        .await?;
    one(connection, row).await
}

async fn one(connection: &impl ConnectionTrait, row: Option<Entry>) -> Result<Journaled, Failure> {
    let row = row.ok_or_else(Failure::not_found)?;
    whole(connection, vec![row]).await?.pop().ok_or_else(Failure::not_found)
}

/// Documents of the cases about a subject, or of this number; of all where neither is said.
pub(super) fn in_cases(subject: Option<Subject>, number: Option<(i32, i64)>) -> Condition {
    use journal_entry::Column::CaseId;
    if subject.is_none() && number.is_none() {
        return Condition::all();
    }
    let (year, serial) = number.unzip();
    let mut any = Condition::any();
    if matches!(subject, None | Some(Subject::Permit(_))) {
        let kind = match subject {
            Some(Subject::Permit(kind)) => Some(case::Column::Kind.eq(kind.as_str())),
            _ => None,
        };
        let of = Condition::all()
            .add_option(kind)
            .add_option(year.map(|year| case::Column::Year.eq(year)))
            .add_option(serial.map(|serial| case::Column::Serial.eq(serial)));
        let ids = case::Entity::find().select_only().column(case::Column::Id).filter(of);
        any = any.add(CaseId.in_subquery(ids.into_query()));
    }
    if matches!(subject, None | Some(Subject::Supervision)) {
        use supervision_case::{Column, Entity};
        let of = Condition::all()
            .add_option(year.map(|year| Column::Year.eq(year)))
            .add_option(serial.map(|serial| Column::Serial.eq(serial)));
        let ids = Entity::find().select_only().column(Column::Id).filter(of);
        any = any.add(CaseId.in_subquery(ids.into_query()));
    }
    if matches!(subject, None | Some(Subject::Fees)) {
        use fee_case::{Column, Entity};
        let of = Condition::all()
            .add_option(year.map(|year| Column::Year.eq(year)))
            .add_option(serial.map(|serial| Column::Serial.eq(serial)));
        let ids = Entity::find().select_only().column(Column::Id).filter(of);
        any = any.add(CaseId.in_subquery(ids.into_query()));
    }
    any
}

/// What is needed of a case to tell of its documents.
struct CaseFacts {
    number: (i32, i64),
    subject: Subject,
    party: Option<Uuid>,
    opened_at: DateTime<Utc>,
}

/// Year and serial of a case of any kind.
///
/// # Errors
/// When there is none.
pub async fn case_number(
    connection: &impl ConnectionTrait,
    id: CaseId,
) -> Result<(i32, i64), Failure> {
    let facts = facts_of(connection, vec![id.0]).await?;
    let found = facts.get(&id.0).map(|facts| facts.number);
    found.ok_or_else(|| Failure::internal("the case of a document is missing"))
}

/// What cases of any kind are about.
///
/// # Errors
/// When the database does not answer.
pub async fn subjects(
    connection: &impl ConnectionTrait,
    cases: Vec<CaseId>,
) -> Result<HashMap<CaseId, Subject>, Failure> {
    let facts = facts_of(connection, cases.into_iter().map(|id| id.0).collect()).await?;
    Ok(facts.into_iter().map(|(id, facts)| (CaseId(id), facts.subject)).collect())
}

/// Entries with what is needed to tell of them, in their order.
///
/// # Errors
/// When the database does not answer.
pub async fn whole(
    connection: &impl ConnectionTrait,
    rows: Vec<Entry>,
) -> Result<Vec<Journaled>, Failure> {
    let cases = cases_of(connection, &rows).await?;
    let parties = parties_of(connection, &rows, &cases).await?;
    rows.into_iter()
        .map(|row| {
            let case = cases
                .get(&row.case_id)
                .ok_or_else(|| Failure::internal("the case of a document is missing"))?;
            let direction = Direction::from_code(&row.direction)
                .ok_or_else(|| Failure::internal("unknown direction of a document"))?;
            let party = row.party_id.or(case.party);
            let is_with_somebody = direction != Direction::Internal;
            Ok(Journaled {
                id: row.id,
                case: CaseId(row.case_id),
                case_number: case.number,
                subject: case.subject,
                number: row.number,
                direction,
                title: row.title,
                actor: row.actor,
                at: row.at,
                day: row.day,
                document_date: row.document_date.unwrap_or(row.day),
                journal_number: row.journal_number.map(|number| (row.journal_year, number)),
                hash: row.document_hash,
                correspondent: party
                    .filter(|_| is_with_somebody)
                    .and_then(|party| correspondent(party, case.party, &parties)),
                set_code: row.access_code,
                access_version: row.access_version,
            })
        })
        .collect()
}

async fn cases_of(
    connection: &impl ConnectionTrait,
    rows: &[Entry],
) -> Result<HashMap<Uuid, CaseFacts>, Failure> {
    facts_of(connection, rows.iter().map(|row| row.case_id).collect()).await
}

async fn facts_of(
    connection: &impl ConnectionTrait,
    mut ids: Vec<Uuid>,
) -> Result<HashMap<Uuid, CaseFacts>, Failure> {
    ids.sort_unstable();
    ids.dedup();
    let found: Vec<(Uuid, i32, i64, String, Uuid, DateTime<Utc>)> = case::Entity::find()
        .select_only()
        .columns([
            case::Column::Id,
            case::Column::Year,
            case::Column::Serial,
            case::Column::Kind,
            case::Column::ApplicantId,
            case::Column::SubmittedAt,
        ])
        .filter(case::Column::Id.is_in(ids.iter().copied()))
        .into_tuple()
        .all(connection)
        .await?;
    let mut facts = HashMap::new();
    for (id, year, serial, code, applicant, opened_at) in found {
        let kind =
            kind::from_code(&code).ok_or_else(|| Failure::internal("unknown kind of permit"))?;
        let (subject, party) = (Subject::Permit(kind), Some(applicant));
        facts.insert(id, CaseFacts { number: (year, serial), subject, party, opened_at });
    }
    ids.retain(|id| !facts.contains_key(id));
    if ids.is_empty() {
        return Ok(facts);
    }
    let of_supervision = supervision_case::Entity::find()
        .filter(supervision_case::Column::Id.is_in(ids.iter().copied()))
        .all(connection)
        .await?;
    for row in of_supervision {
        let (subject, party) = (Subject::Supervision, row.party_id);
        let (number, opened_at) = ((row.year, row.serial), row.opened_at);
        facts.insert(row.id, CaseFacts { number, subject, party, opened_at });
    }
    ids.retain(|id| !facts.contains_key(id));
    if ids.is_empty() {
        return Ok(facts);
    }
    let of_fees =
        fee_case::Entity::find().filter(fee_case::Column::Id.is_in(ids)).all(connection).await?;
    for row in of_fees {
        let (subject, party) = (Subject::Fees, Some(row.party_id));
        let (number, opened_at) = ((row.year, row.serial), row.opened_at);
        facts.insert(row.id, CaseFacts { number, subject, party, opened_at });
    }
    Ok(facts)
}

/// Who a document came from or went to: a party, or a body that decides appeals, about the party of the case.
fn correspondent(
    id: Uuid,
    of_case: Option<Uuid>,
    parties: &HashMap<Uuid, Correspondent>,
) -> Option<Correspondent> {
    let Some(body) = of_correspondent(id) else { return parties.get(&id).cloned() };
    let about = of_case.and_then(|party| parties.get(&party));
    Some(Correspondent {
        party: about.map_or(PartyId(id), |about| about.party),
        name: body.name(Language::Bokmal).to_owned(),
        organisation: None,
        is_appeal_body: true,
        concerns_person: about.is_none_or(Correspondent::is_person),
        is_protected: false,
        is_restricted: false,
        birth_date: None,
    })
}

type PartyRow = (Uuid, String, Option<String>, bool, bool, Option<NaiveDate>);

async fn parties_of(
    connection: &impl ConnectionTrait,
    rows: &[Entry],
    cases: &HashMap<Uuid, CaseFacts>,
) -> Result<HashMap<Uuid, Correspondent>, Failure> {
    // both: what goes to an appeal body is about the party of the case
    let of = |row: &Entry| [row.party_id, cases.get(&row.case_id).and_then(|case| case.party)];
    let mut ids: Vec<Uuid> = rows.iter().flat_map(of).flatten().collect();
    ids.sort_unstable();
    ids.dedup();
    let found: Vec<PartyRow> = party::Entity::find()
        .select_only()
        .columns([
            party::Column::Id,
            party::Column::Name,
            party::Column::OrganisationNumber,
            party::Column::Protected,
            party::Column::Restricted,
            party::Column::BirthDate,
        ])
        .filter(party::Column::Id.is_in(ids))
        .into_tuple()
        .all(connection)
        .await?;
    Ok(found
        .into_iter()
        .map(|(id, name, organisation, is_protected, is_restricted, birth_date)| {
            let party = PartyId(id);
            let who = Correspondent {
                party,
                name,
                is_appeal_body: false,
                concerns_person: organisation.is_none(),
                organisation,
                is_protected,
                is_restricted,
                birth_date,
            };
            (id, who)
        })
        .collect())
}
