//! Putting permits right as the registry says they are today. What is delivered between the question and
//! its answer is newer than the answer and stays: an older telephone number must not come back.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::{Authority, Change, LocalCopy, Taken, leaf_of, store};
use crate::failure::Failure;

/// The versions a copy held when the registry was asked; none of a permit it did not hold.
pub type Asked = BTreeMap<Uuid, i32>;

impl LocalCopy {
    /// The versions held of some permits. Read before the registry is asked about them.
    ///
    /// # Errors
    /// When the file does not answer.
    pub async fn asked(&self, permits: &[Uuid]) -> Result<Asked, Failure> {
        let known = store::known_of(self.db.read(), permits).await?;
        Ok(known.into_iter().map(|(permit, (version, _))| (permit, version)).collect())
    }

    /// Takes over what the registry says, whatever it is, and removes what it does not give. Of a permit
    /// that has another version than when the registry was asked, only a higher one counts.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub async fn put_right(
        &self,
        asked: &Asked,
        changes: &[Change],
        gone: &[Uuid],
    ) -> Result<(), Failure> {
        let put_right = |tx: crate::database::Tx| async move {
            let mut taken = Taken::default();
            let put = changes.iter().map(|change| change.permit().0);
            let ids: Vec<Uuid> = put.chain(gone.iter().copied()).collect();
            let mut known = store::known_of(&*tx, &ids).await?;
            for change in changes {
                let as_asked = is_as_asked(&known, asked, change.permit().0);
                let authority = if as_asked { Authority::Repair } else { Authority::Delivery };
                self.take_one(&tx, change, authority, &mut known, &mut taken).await?;
            }
            for permit in gone {
                if is_as_asked(&known, asked, *permit) {
                    store::delete(&tx, *permit).await?;
                }
            }
            Ok(())
        };
        self.db.write(put_right).await?;
        let put = changes.iter().map(|change| change.permit().0);
        self.touch(put.chain(gone.iter().copied()).map(leaf_of));
        Ok(())
    }
}

fn is_as_asked(known: &store::Known, asked: &Asked, permit: Uuid) -> bool {
    known.get(&permit).map(|(version, _)| version) == asked.get(&permit)
}
