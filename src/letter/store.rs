//! Rows of letters. Which of them go by post is in `store/post.rs`.

pub mod post;

use anrop_entity::{case, letter};
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, Condition, ConnectionTrait, EntityTrait as _,
    PaginatorTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _, QueryTrait as _,
    sea_query::Expr,
};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::model::LetterKind;
use crate::{
    database::Tx,
    document::Document,
    failure::Failure,
    identity::{Sight, SupervisionSight},
    keys::{DataKey, Place},
    permit::kind,
    seal::{self, Stream},
    supervision,
    values::{
        calendar::oslo_date,
        ids::{CaseId, LetterId, PartyId},
        language::Language,
        reminder::Reminder,
    },
};

/// Begins the subject of a log entry that commits to the file of a letter.
pub const FILE_OF: &str = "letter-file/";
/// Begins the subject of a log entry that commits to what a letter without a case says, as invoices were before they
/// were journaled; of others the journal of the case does.
pub const CONTENT_OF: &str = "letter/";

/// A letter as it stands; what it says is sealed and opened on its own.
#[derive(Debug, Clone)]
pub struct Letter {
    /// Id of the row.
    pub id: LetterId,
    /// Its case and the number of the document in it; none for invoices.
    pub place: Option<(CaseId, i32)>,
    /// Who it is addressed to.
    pub party: PartyId,
    /// What it tells of.
    pub kind: LetterKind,
    /// Language it is written in.
    pub language: Language,
    /// SHA-256 of what it says.
    pub sha256: Vec<u8>,
    /// SHA-256 of its file, once that is drawn.
    pub file_sha256: Option<Vec<u8>>,
    /// Code of the body that decides an appeal; none where there is no appeal.
    pub appeal_body: Option<String>,
    /// When it was made.
    pub sent_at: DateTime<Utc>,
    /// When the addressee first read it.
    pub opened_at: Option<DateTime<Utc>>,
    /// When it was sent by post.
    pub posted_at: Option<DateTime<Utc>>,
    /// Messages about it that were sent.
    pub notices: i32,
    /// Attempts at the next one.
    pub notice_attempts: i32,
    /// When the next one is due.
    pub notice_at: Option<DateTime<Utc>>,
    content: Vec<u8>,
    file: Option<Vec<u8>>,
}

impl Letter {
    /// When it reached its addressee, or is taken to reach them: when they first read it, or so many days after it
    /// was posted as a letter is on its way. Nothing while neither has happened.
    pub fn reached_at(&self) -> Option<DateTime<Utc>> {
        let by_post = self.posted_at.map(|posted| {
            let days = Reminder::PostReaches.days(oslo_date(posted)).unwrap_or_default();
            posted + TimeDelta::days(days)
        });
        [self.opened_at, by_post].into_iter().flatten().min()
    }

    /// What it says.
    ///
    /// # Errors
    /// When it does not open, or is not what its hash says.
    pub fn document(&self, key: &DataKey) -> Result<Document, Failure> {
        let bytes = key.open(content_place(self.id), &self.content).map_err(Failure::internal)?;
        if Sha256::digest(&bytes)[..] != self.sha256 {
            return Err(Failure::internal("a letter is not what its hash says"));
        }
        serde_json::from_slice(&bytes).map_err(Failure::internal)
    }

    /// Its file, once that is drawn.
    ///
    /// # Errors
    /// When it does not open, or is not what its hash says.
    pub fn file(&self, key: &DataKey) -> Result<Option<Vec<u8>>, Failure> {
        let Some(sealed) = &self.file else { return Ok(None) };
        let bytes = key.open(file_place(self.id), sealed).map_err(Failure::internal)?;
        if Some(&Sha256::digest(&bytes)[..]) != self.file_sha256.as_deref() {
            return Err(Failure::internal("the file of a letter is not what its hash says"));
        }
        Ok(Some(bytes))
    }
}

fn content_place(id: LetterId) -> Place {
    Place { table: "letter", column: "content_sealed", row: id.0 }
}

fn file_place(id: LetterId) -> Place {
    Place { table: "letter", column: "file_sealed", row: id.0 }
}

/// What a new letter begins with.
pub struct NewLetter<'a> {
    /// Its case and the number of the document in it.
    pub place: (CaseId, i32),
    /// Who it is addressed to.
    pub party: PartyId,
    /// The addressee's data key.
    pub key: &'a DataKey,
    /// What it tells of.
    pub kind: LetterKind,
    /// Language it is written in.
    pub language: Language,
    /// What it says, as it is kept.
    pub content: &'a [u8],
    /// SHA-256 of that.
    pub sha256: [u8; 32],
    /// Code of the body that decides an appeal.
    pub appeal_body: Option<&'static str>,
}

/// Writes a letter; the first message about it is due at once.
pub async fn insert(tx: &Tx, new: NewLetter<'_>) -> Result<LetterId, Failure> {
    let id = LetterId::new(tx.now());
    letter::Entity::insert(letter::ActiveModel {
        id: Set(id.0),
        case_id: Set(Some(new.place.0.0)),
        number: Set(Some(new.place.1)),
        party_id: Set(new.party.0),
        kind: Set(new.kind.code().to_owned()),
        language: Set(new.language.code().to_owned()),
        content_sealed: Set(new.key.seal(content_place(id), new.content)),
        content_sha256: Set(new.sha256.to_vec()),
        file_sealed: Set(None),
        file_sha256: Set(None),
        appeal_body: Set(new.appeal_body.map(str::to_owned)),
        sent_at: Set(tx.now()),
        opened_at: Set(None),
        notices: Set(0),
        notice_attempts: Set(0),
        notice_at: Set(Some(tx.now())),
    })
    .exec_without_returning(&**tx)
    .await?;
    Ok(id)
}

fn from_row(row: letter::Model) -> Result<Letter, Failure> {
    Ok(Letter {
        id: LetterId(row.id),
        place: row.case_id.map(CaseId).zip(row.number),
        party: PartyId(row.party_id),
        kind: LetterKind::from_code(&row.kind)
            .ok_or_else(|| Failure::internal("unknown kind of letter"))?,
        language: Language::parse(&row.language).map_err(Failure::internal)?,
        sha256: row.content_sha256,
        file_sha256: row.file_sha256,
        appeal_body: row.appeal_body,
        sent_at: row.sent_at,
        opened_at: row.opened_at,
        posted_at: None,
        notices: row.notices,
        notice_attempts: row.notice_attempts,
        notice_at: row.notice_at,
        content: row.content_sealed,
        file: row.file_sealed,
    })
}

async fn one(
    connection: &impl ConnectionTrait,
    row: Option<letter::Model>,
) -> Result<Option<Letter>, Failure> {
    Ok(post::with_days(connection, row.into_iter().collect()).await?.pop())
}

fn seen_by(sight: Sight) -> Option<Condition> {
    match sight {
        Sight::All => Some(Condition::all()),
        Sight::Kinds(kinds) => {
            let Some(kinds) = kinds.limit() else { return Some(Condition::all()) };
            let column = letter::Column::CaseId;
            // cases of supervision and of fees are of no kind
            let others = case::Entity::find().select_only().column(case::Column::Id);
            let others = others.filter(case::Column::Kind.is_not_in(kinds)).into_query();
            Some(Condition::any().add(column.is_null()).add(column.not_in_subquery(others)))
        }
        Sight::Party(party) => Some(Condition::all().add(letter::Column::PartyId.eq(party.0))),
        Sight::Nothing => None,
    }
}

/// The letter, if the caller may see it.
///
/// # Errors
/// 404 for anything else.
pub async fn find(
    connection: &impl ConnectionTrait,
    sight: Sight,
    id: LetterId,
) -> Result<Letter, Failure> {
    let seen = seen_by(sight).ok_or_else(Failure::not_found)?;
    let row = letter::Entity::find_by_id(id.0).filter(seen).one(connection).await?;
    if row.is_none() && matches!(sight, Sight::Kinds(_)) {
        refuse_kind(connection, sight, id).await?;
    }
    one(connection, row).await?.ok_or_else(Failure::not_found)
}

/// A letter that is there, and of a kind the caller does not handle, is refused like its case.
async fn refuse_kind(
    connection: &impl ConnectionTrait,
    sight: Sight,
    id: LetterId,
) -> Result<(), Failure> {
    let Some(row) = letter::Entity::find_by_id(id.0).one(connection).await? else { return Ok(()) };
    let Some(of) = row.case_id else { return Ok(()) };
    match case::Entity::find_by_id(of).one(connection).await? {
        Some(of) => kind::from_code(&of.kind).map_or(Ok(()), |kind| sight.needs_kind(kind)),
        None => Ok(()),
    }
}

/// The letter, locked until the transaction ends.
///
/// # Errors
/// 404 when there is none.
pub async fn lock(tx: &Tx, id: LetterId) -> Result<Letter, Failure> {
    let row = letter::Entity::find_by_id(id.0).lock_exclusive().one(&**tx).await?;
    one(&**tx, row).await?.ok_or_else(Failure::not_found)
}

/// What a list of letters is asked for.
#[derive(Debug, Clone, Default)]
pub struct LetterQuery {
    /// Only of this case.
    pub case: Option<CaseId>,
    /// Only those nobody has opened.
    pub unopened: bool,
    /// Only those made before this one.
    pub before: Option<Uuid>,
    /// What staff may see of supervision, where staff ask.
    pub supervision: Option<SupervisionSight>,
}

/// Letters the caller may see, the newest first, and how many there are.
///
/// # Errors
/// When the database does not answer.
pub async fn list(
    connection: &impl ConnectionTrait,
    sight: Sight,
    query: LetterQuery,
    limit: u64,
) -> Result<(Vec<Letter>, u64), Failure> {
    let Some(seen) = seen_by(sight) else { return Ok((Vec::new(), 0)) };
    let mut all = letter::Entity::find().filter(seen);
    if let Some(case) = query.case {
        all = all.filter(letter::Column::CaseId.eq(case.0));
    }
    if let Some(hidden) = query.supervision.as_ref().and_then(supervision::store::hidden_from) {
        let column = letter::Column::CaseId;
        let seen = Condition::any().add(column.is_null()).add(column.not_in_subquery(hidden));
        all = all.filter(seen);
    }
    if query.unopened {
        all = all.filter(letter::Column::OpenedAt.is_null());
    }
    let total = all.clone().count(connection).await?;
    if let Some(before) = query.before {
        all = all.filter(letter::Column::Id.lt(before));
    }
    let rows = all.order_by_desc(letter::Column::Id).limit(limit).all(connection).await?;
    Ok((post::with_days(connection, rows).await?, total))
}

/// The latest letter of a case that tells `party` of something that can be appealed against.
///
/// # Errors
/// When the database does not answer.
pub async fn latest_appealable(
    connection: &impl ConnectionTrait,
    case: CaseId,
    party: PartyId,
) -> Result<Option<Letter>, Failure> {
    let row = letter::Entity::find()
        .filter(letter::Column::CaseId.eq(case.0))
        .filter(letter::Column::PartyId.eq(party.0))
        .filter(letter::Column::AppealBody.is_not_null())
        .order_by_desc(letter::Column::Number)
        .one(connection)
        .await?;
    one(connection, row).await
}

/// Letters of a kind in a case to a party that were sent at a moment, which is that of the step they tell of.
///
/// # Errors
/// When the database does not answer.
pub async fn of_moment(
    connection: &impl ConnectionTrait,
    case: CaseId,
    party: PartyId,
    (kind, sent_at): (LetterKind, DateTime<Utc>),
) -> Result<Vec<Letter>, Failure> {
    letter::Entity::find()
        .filter(letter::Column::CaseId.eq(case.0))
        .filter(letter::Column::PartyId.eq(party.0))
        .filter(letter::Column::Kind.eq(kind.code()))
        .filter(letter::Column::SentAt.eq(sent_at))
        .all(connection)
        .await?
        .into_iter()
        .map(from_row)
        .collect()
}

/// Writes down that a locked letter was opened now; no more messages are sent about it.
///
/// # Errors
/// When the database does not answer.
pub async fn opened(tx: &Tx, id: LetterId) -> Result<(), Failure> {
    let row = letter::ActiveModel {
        opened_at: Set(Some(tx.now())),
        notice_at: Set(None),
        ..Default::default()
    };
    letter::Entity::update_many().set(row).filter(letter::Column::Id.eq(id.0)).exec(&**tx).await?;
    Ok(())
}

const HAS_KEY: &str =
    r#"EXISTS (SELECT 1 FROM person_key k WHERE k.party_id = "letter"."party_id")"#;

/// Letters whose file is not drawn yet, the oldest first; those that can still be read.
///
/// # Errors
/// When the database does not answer.
pub async fn without_file(
    connection: &impl ConnectionTrait,
    limit: u64,
) -> Result<Vec<Letter>, Failure> {
    let rows = letter::Entity::find()
        .filter(letter::Column::FileSha256.is_null())
        .filter(Expr::cust(HAS_KEY))
        .order_by_asc(letter::Column::Id)
        .limit(limit)
        .all(connection)
        .await?;
    rows.into_iter().map(from_row).collect()
}

/// What the sealed log commits to of a letter without a case.
pub fn said_content(id: Uuid, sha256: &[u8]) -> String {
    json!({ "letter": id, "contentHash": hex::encode(sha256) }).to_string()
}

/// What the sealed log commits to of a file.
pub fn file_content(id: Uuid, sha256: &[u8]) -> String {
    json!({ "letter": id, "fileHash": hex::encode(sha256) }).to_string()
}

/// Keeps the file of a letter, unless it has one: there is one, and it never changes.
///
/// # Errors
/// When the database does not answer.
pub async fn keep_file(tx: &Tx, key: &DataKey, id: LetterId, bytes: &[u8]) -> Result<(), Failure> {
    let sha256 = Sha256::digest(bytes).to_vec();
    let content = file_content(id.0, &sha256);
    let row = letter::ActiveModel {
        file_sealed: Set(Some(key.seal(file_place(id), bytes))),
        file_sha256: Set(Some(sha256)),
        ..Default::default()
    };
    let kept = letter::Entity::update_many()
        .set(row)
        .filter(letter::Column::Id.eq(id.0))
        .filter(letter::Column::FileSha256.is_null())
        .exec(&**tx)
        .await?;
    if kept.rows_affected == 0 {
        return Ok(());
    }
    seal::append(tx, Stream::Journal, &format!("{FILE_OF}{id}"), content.as_bytes());
    Ok(())
}

/// Letters about which a message is due, the longest due first.
///
/// # Errors
/// When the database does not answer.
pub async fn to_be_noticed(
    connection: &impl ConnectionTrait,
    now: DateTime<Utc>,
    limit: u64,
) -> Result<Vec<LetterId>, Failure> {
    let ids: Vec<Uuid> = letter::Entity::find()
        .select_only()
        .column(letter::Column::Id)
        .filter(letter::Column::NoticeAt.lte(now))
        .order_by_asc(letter::Column::NoticeAt)
        .limit(limit)
        .into_tuple()
        .all(connection)
        .await?;
    Ok(ids.into_iter().map(LetterId).collect())
}

/// Writes down how far the messages about a locked letter have come.
///
/// # Errors
/// When the database does not answer.
pub async fn noticed(tx: &Tx, letter: &Letter) -> Result<(), Failure> {
    let row = letter::ActiveModel {
        notices: Set(letter.notices),
        notice_attempts: Set(letter.notice_attempts),
        notice_at: Set(letter.notice_at),
        ..Default::default()
    };
    letter::Entity::update_many()
        .set(row)
        .filter(letter::Column::Id.eq(letter.id.0))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// True if the case has a letter of this kind.
///
/// # Errors
/// When the database does not answer.
pub async fn has_kind(
    connection: &impl ConnectionTrait,
    case: CaseId,
    kind: LetterKind,
) -> Result<bool, Failure> {
    let found = letter::Entity::find()
        .filter(letter::Column::CaseId.eq(case.0))
        .filter(letter::Column::Kind.eq(kind.code()))
        .count(connection)
        .await?;
    Ok(found > 0)
}
