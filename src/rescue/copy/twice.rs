//! A version number that was given twice: the same permit and number, written at another time. A registry that was
//! put back to an earlier state gives numbers anew which a copy has had with other content; by the number alone
//! nobody sees that. A version written once may still be given with more or less of it, as the policy of the day says.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{Change, LocalCopy, store};
use crate::{database::Tx, failure::Failure};

impl LocalCopy {
    /// Whether the version held of a permit was written at another time than the one told of. What does not say
    /// when it was written may be the same.
    ///
    /// # Errors
    /// When the file does not answer.
    pub async fn is_given_twice(
        &self,
        permit: Uuid,
        version: i32,
        recorded_at: Option<DateTime<Utc>>,
    ) -> Result<bool, Failure> {
        let row = store::one(self.db.read(), permit).await?;
        Ok(self.differs_in_time(row, version, recorded_at))
    }

    pub(super) async fn is_change_given_twice(
        &self,
        tx: &Tx,
        change: &Change,
    ) -> Result<bool, Failure> {
        let Change::Put(told) = change else { return Ok(false) };
        let row = store::one(&**tx, told.permit.0).await?;
        Ok(self.differs_in_time(row, told.version, told.recorded_at))
    }

    fn differs_in_time(
        &self,
        row: Option<store::Sealed>,
        version: i32,
        recorded_at: Option<DateTime<Utc>>,
    ) -> bool {
        let held = row.filter(|(_, held, _)| *held == version);
        // what cannot be read any more is no loss, and must not keep what takes its place
        let held = held.and_then(|(id, version, sealed)| self.open(id, version, &sealed).ok());
        let known = held.and_then(|held| held.recorded_at);
        known.zip(recorded_at).is_some_and(|(known, told)| known != told)
    }
}
