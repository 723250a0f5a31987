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
        let mut asked = Asked::new();
        for permit in permits {
            let known = store::known(self.db.read(), *permit).await?;
            asked.extend(known.map(|(version, _)| (*permit, version)));
        }
        Ok(asked)
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
            for change in changes {
                let as_asked = is_as_asked(&tx, asked, change.permit().0).await?;
                let authority = if as_asked { Authority::Repair } else { Authority::Delivery };
                self.take_one(&tx, change, authority, &mut taken).await?;
            }
            for permit in gone {
                if is_as_asked(&tx, asked, *permit).await? {
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

async fn is_as_asked(
    tx: &crate::database::Tx,
    asked: &Asked,
    permit: Uuid,
) -> Result<bool, Failure> {
    let known = store::known(&**tx, permit).await?;
    Ok(known.map(|(version, _)| version) == asked.get(&permit).copied())
}
