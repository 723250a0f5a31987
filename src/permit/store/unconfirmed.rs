//! Live permits with a beacon or emergency contacts that nobody has confirmed for a time, those that have waited longest first.

use anrop_entity::permit;
use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait as _, Condition, ConnectionTrait, EntityTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _, sea_query::Expr,
};
use uuid::Uuid;

use super::{from_row, of_kinds};
use crate::{
    failure::Failure,
    identity::Kinds,
    notification,
    permit::{
        kind::{self, Kind},
        model::Permit,
    },
};

/// Which of them are asked for.
#[derive(Debug, Clone, Copy)]
pub struct Unconfirmed {
    /// Last confirmed before this time.
    pub before: DateTime<Utc>,
    /// Only kinds that the reader handles.
    pub kinds: Kinds,
    /// Only this kind.
    pub kind: Option<Kind>,
}

impl Unconfirmed {
    fn find(self) -> sea_orm::Select<permit::Entity> {
        let kind = self.kind.map(|kind| permit::Column::Kind.eq(kind.as_str()));
        permit::Entity::find()
            .filter(permit::Column::EndedAt.is_null())
            .filter(permit::Column::ConfirmedAt.lt(self.before))
            .filter(Expr::cust(notification::store::IS_CONFIRMED_YEARLY))
            .filter(Condition::all().add_option(of_kinds(self.kinds)).add_option(kind))
    }

    /// Those after a position.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn list(
        self,
        connection: &impl ConnectionTrait,
        after: Option<(DateTime<Utc>, Uuid)>,
        limit: u64,
    ) -> Result<Vec<Permit>, Failure> {
        let (confirmed, id) = (permit::Column::ConfirmedAt, permit::Column::Id);
        let further = after.map(|(moment, last)| {
            let same = Condition::all().add(confirmed.eq(moment)).add(id.gt(last));
            Condition::any().add(confirmed.gt(moment)).add(same)
        });
        let rows = self
            .find()
            .filter(Condition::all().add_option(further))
            .order_by_asc(confirmed)
            .order_by_asc(id)
            .limit(limit)
            .all(connection)
            .await?;
        rows.into_iter().map(from_row).collect()
    }

    /// How many there are of each kind.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn counts(
        self,
        connection: &impl ConnectionTrait,
    ) -> Result<Vec<(Kind, u64)>, Failure> {
        let rows: Vec<(String, i64)> = self
            .find()
            .select_only()
            .column(permit::Column::Kind)
            .column_as(permit::Column::Id.count(), "permits")
            .group_by(permit::Column::Kind)
            .order_by_asc(permit::Column::Kind)
            .into_tuple()
            .all(connection)
            .await?;
        let counted = |(code, count): (String, i64)| {
            Some((kind::from_code(&code)?, u64::try_from(count).unwrap_or_default()))
        };
        Ok(rows.into_iter().filter_map(counted).collect())
    }
}
