//! Rows of a queue of messages, whichever table they lie in: which are due, taking one for this process, and how it went.

use anrop_entity::{email, notification};
use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait, ExprTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _, sea_query::Expr,
};
use uuid::Uuid;

use crate::{
    database::{Tx, written},
    failure::Failure,
    notification::model::{Course, Standing},
};

/// A table of messages on their way.
pub trait Queue: EntityTrait {
    /// Id of a message.
    const ID: Self::Column;
    /// What has become of it.
    const STATUS: Self::Column;
    /// Attempts so far.
    const ATTEMPTS: Self::Column;
    /// When it was first to be sent.
    const DUE: Self::Column;
    /// When it is tried next.
    const NEXT: Self::Column;
    /// When it was taken.
    const SENT: Self::Column;

    /// How far a message has come, as it stands in its row: status, attempts, next attempt, when it was sent.
    fn said(row: &Self::Model) -> (&str, i32, Option<DateTime<Utc>>, Option<DateTime<Utc>>);
}

impl Queue for notification::Entity {
    const ID: Self::Column = notification::Column::Id;
    const STATUS: Self::Column = notification::Column::Status;
    const ATTEMPTS: Self::Column = notification::Column::Attempts;
    const DUE: Self::Column = notification::Column::CreatedAt;
    const NEXT: Self::Column = notification::Column::NextAttemptAt;
    const SENT: Self::Column = notification::Column::SentAt;

    fn said(row: &Self::Model) -> (&str, i32, Option<DateTime<Utc>>, Option<DateTime<Utc>>) {
        (&row.status, row.attempts, row.next_attempt_at, row.sent_at)
    }
}

impl Queue for email::Entity {
    const ID: Self::Column = email::Column::Id;
    const STATUS: Self::Column = email::Column::Status;
    const ATTEMPTS: Self::Column = email::Column::Attempts;
    const DUE: Self::Column = email::Column::DueAt;
    const NEXT: Self::Column = email::Column::NextAttemptAt;
    const SENT: Self::Column = email::Column::SentAt;

    fn said(row: &Self::Model) -> (&str, i32, Option<DateTime<Utc>>, Option<DateTime<Utc>>) {
        (&row.status, row.attempts, row.next_attempt_at, row.sent_at)
    }
}

fn course_of<Q: Queue>(row: &Q::Model) -> Result<Course, Failure> {
    let (status, attempts, next_attempt_at, sent_at) = Q::said(row);
    let standing: Standing = status.parse().map_err(Failure::internal)?;
    Ok(Course { standing, attempts, next_attempt_at, sent_at })
}

/// Messages that are due, the longest waiting first.
///
/// # Errors
/// When the database does not answer.
pub async fn due<Q: Queue>(
    connection: &impl ConnectionTrait,
    now: DateTime<Utc>,
    limit: u64,
) -> Result<Vec<Uuid>, Failure> {
    Ok(Q::find()
        .select_only()
        .column(Q::ID)
        .filter(Q::STATUS.into_expr().eq(written(Standing::Waiting.code())))
        .filter(Q::NEXT.lte(now))
        .order_by_asc(Q::NEXT)
        .limit(limit)
        .into_tuple()
        .all(connection)
        .await?)
}

/// Since when the message that has waited longest should have gone out.
///
/// # Errors
/// When the database does not answer.
pub async fn backlog<Q: Queue>(
    connection: &impl ConnectionTrait,
    now: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>, Failure> {
    Ok(Q::find()
        .select_only()
        .column(Q::DUE)
        .filter(Q::STATUS.into_expr().eq(written(Standing::Waiting.code())))
        .filter(Q::DUE.lte(now))
        .order_by_asc(Q::DUE)
        .limit(1)
        .into_tuple()
        .one(connection)
        .await?)
}

async fn locked<Q: Queue>(tx: &Tx, id: Uuid) -> Result<Option<(Q::Model, Course)>, Failure> {
    let row = Q::find().filter(Q::ID.eq(id)).lock_exclusive().one(&**tx).await?;
    row.map(|row| Ok((course_of::<Q>(&row)?, row)))
        .transpose()
        .map(|found| found.map(|(course, row)| (row, course)))
}

async fn save<Q: Queue>(tx: &Tx, id: Uuid, course: &Course) -> Result<(), Failure> {
    Q::update_many()
        .col_expr(Q::STATUS, Expr::value(course.standing.code()))
        .col_expr(Q::ATTEMPTS, Expr::value(course.attempts))
        .col_expr(Q::NEXT, Expr::value(course.next_attempt_at))
        .col_expr(Q::SENT, Expr::value(course.sent_at))
        .filter(Q::ID.eq(id))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Takes a message that is due for this process; nothing when another has it, or it is done with.
///
/// # Errors
/// When the database does not answer.
pub async fn take<Q: Queue>(tx: &Tx, id: Uuid) -> Result<Option<Q::Model>, Failure> {
    let Some((row, mut course)) = locked::<Q>(tx, id).await? else { return Ok(None) };
    if !course.is_due(tx.now()) {
        return Ok(None);
    }
    course.take(tx.now());
    save::<Q>(tx, id, &course).await?;
    Ok(Some(row))
}

/// Notes what has become of a message; answers its row as it was before, unless it is done with.
///
/// # Errors
/// When the database does not answer.
pub async fn settle<Q: Queue>(
    tx: &Tx,
    id: Uuid,
    change: impl FnOnce(&mut Course),
) -> Result<Option<(Q::Model, Course)>, Failure> {
    let Some((row, mut course)) = locked::<Q>(tx, id).await? else { return Ok(None) };
    if course.standing != Standing::Waiting {
        return Ok(None);
    }
    change(&mut course);
    save::<Q>(tx, id, &course).await?;
    Ok(Some((row, course)))
}
