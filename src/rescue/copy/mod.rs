//! A copy of the permits a rescue centre gets, in a SQLite file of its own with its contents sealed.
//!
//! It serves twice: on the rescue centre's side it is what `anrop receiver` keeps, and beside the
//! service it is the standby that answers look-ups while the database does not. It holds what the
//! policy gives the rescue centre and nothing more; it is found by keyed digests of identifiers, so
//! that the file alone tells neither who is in it nor which beacon. It must not decide what a look-up
//! answers, and it knows no network.
//!
//! A record is taken only if its version is higher than the one held, an erased permit leaves its
//! version behind, and what was compared with the registry itself ([`Authority`]) goes before both. A number that
//! was given twice takes nothing's place ([`LocalCopy::is_given_twice`]).

mod beside;
pub mod model;
mod repair;
pub mod store;
#[cfg(test)]
mod tests;
mod twice;

use std::{
    collections::BTreeSet,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::rules::{
    Search,
    digest::{Hash, Item, Node, Tree, leaf_of},
    is_shown_after_end,
};
use crate::{
    clock::Clock,
    database::Db,
    failure::Failure,
    keys::{Secret, decrypt, derive, encrypt, keyed},
    permit::{kind, model::Scheme},
    values::ids::PermitId,
};
pub use model::{Held, HeldAlert, HeldKey};

/// A copy in its file.
pub struct LocalCopy {
    db: Db,
    cipher: Secret,
    index: Secret,
    tree: tokio::sync::Mutex<Option<Tree>>,
    /// Leaves written since the tree was last brought up to date.
    dirty: Mutex<BTreeSet<u16>>,
}

/// Something to be taken over.
#[derive(Debug, Clone)]
pub enum Change {
    /// This is registered now.
    Put(Box<Held>),
    /// The data have been erased; the version at which they were is all that stays.
    Erase {
        /// The permit.
        permit: PermitId,
        /// The version that was erased.
        version: i32,
    },
}

impl Change {
    /// The permit.
    pub fn permit(&self) -> PermitId {
        match self {
            Self::Put(held) => held.permit,
            Self::Erase { permit, .. } => *permit,
        }
    }

    /// The version told of.
    pub fn version(&self) -> i32 {
        match self {
            Self::Put(held) => held.version,
            Self::Erase { version, .. } => *version,
        }
    }
}

/// How much a change is worth against what is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Authority {
    /// A delivery: only a higher version counts.
    Delivery,
    /// The registry's own feed: the version held counts too, because today's policy may give more or less.
    Feed,
    /// The registry was asked about this very permit: whatever it says. A receiver, to which more is delivered
    /// meanwhile, uses [`LocalCopy::put_right`].
    Repair,
}

/// What came of changes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Taken {
    /// Written.
    pub applied: usize,
    /// Held already, the same.
    pub same: usize,
    /// Older than what is held; left out.
    pub stale: usize,
    /// The version held, written at another time: its number was given twice. Left out.
    pub twice: usize,
}

/// How many permits are held.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Count {
    /// Live ones.
    pub live: u64,
    /// Ended ones, within the period the policy keeps them.
    pub ended: u64,
}

impl LocalCopy {
    /// Opens the file, made if missing; it is this process's alone.
    ///
    /// # Errors
    /// When the file cannot be opened, or another process has it.
    pub async fn open_file(path: &Path, clock: Arc<dyn Clock>) -> Result<Db, Failure> {
        store::open(path, clock).await
    }

    /// The copy in an opened file, read and written under `secret`.
    pub(crate) fn new(db: Db, secret: &Secret) -> Self {
        Self {
            db,
            cipher: derive(secret, "anrop copy v1 content"),
            index: derive(secret, "anrop copy v1 index"),
            tree: tokio::sync::Mutex::default(),
            dirty: Mutex::default(),
        }
    }

    /// Takes changes over, all of them or none.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub async fn take(&self, changes: &[Change], authority: Authority) -> Result<Taken, Failure> {
        self.take_with(changes, authority, &[]).await
    }

    /// As [`take`](Self::take), with facts about the copy written in the same commit.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub async fn take_with(
        &self,
        changes: &[Change],
        authority: Authority,
        facts: &[(&str, String)],
    ) -> Result<Taken, Failure> {
        let taken = self.db.write(|tx| async move {
            let mut taken = Taken::default();
            let ids: Vec<Uuid> = changes.iter().map(|change| change.permit().0).collect();
            // all at once: a sweep comes by a million permits, and most are the same
            let mut known = store::known_of(&*tx, &ids).await?;
            for change in changes {
                self.take_one(&tx, change, authority, &mut known, &mut taken).await?;
            }
            for (name, value) in facts {
                store::set_fact(&tx, name, value.as_bytes()).await?;
            }
            Ok(taken)
        });
        let taken = taken.await?;
        self.touch(changes.iter().map(|change| leaf_of(change.permit().0)));
        Ok(taken)
    }

    async fn take_one(
        &self,
        tx: &crate::database::Tx,
        change: &Change,
        authority: Authority,
        known: &mut store::Known,
        taken: &mut Taken,
    ) -> Result<(), Failure> {
        let permit = change.permit().0;
        let row = self.row(change)?;
        let version = change.version();
        let held = known.get(&permit);
        let is_same = held.is_some_and(|(held, sum)| *held == version && *sum == row.sum);
        let counts = match (held, authority) {
            (None, _) | (_, Authority::Repair) => true,
            (Some((held, _)), Authority::Delivery) => version > *held,
            (Some((held, _)), Authority::Feed) => version >= *held,
        };
        // only what has the number that is held can be it once more
        let may_be_twice = held.is_some_and(|(held, _)| *held == version);
        let may_be_twice = may_be_twice && authority != Authority::Repair;
        if is_same {
            taken.same += 1;
        } else if may_be_twice && self.is_change_given_twice(tx, change).await? {
            taken.twice += 1;
        } else if counts {
            store::put(tx, &row).await?;
            // another change of the same permit may follow
            known.insert(permit, (version, row.sum));
            taken.applied += 1;
        } else {
            taken.stale += 1;
        }
        Ok(())
    }

    fn row(&self, change: &Change) -> Result<store::Row, Failure> {
        let id = change.permit().0;
        let mut row = store::Row {
            id,
            version: change.version(),
            leaf: leaf_of(id),
            kind: String::new(),
            live: false,
            hash: None,
            ended_at: None,
            sum: Vec::new(),
            sealed: None,
            marks: Vec::new(),
        };
        if let Change::Put(held) = change {
            let content = serde_json::to_vec(held).map_err(Failure::internal)?;
            row.live = held.status().is_some_and(crate::permit::lifecycle::Status::is_live);
            held.kind.as_str().clone_into(&mut row.kind);
            row.hash = Some(held.hash());
            row.ended_at = held.ended().map(|(at, _)| at);
            row.sum = keyed(&self.index, &content)[..16].to_vec();
            row.sealed = Some(encrypt(&self.cipher, &associated(id, held.version), &content));
            let mark = |key: &HeldKey| (self.mark(key.scheme, &key.value), key.current);
            row.marks = held.keys().iter().map(mark).collect();
        }
        Ok(row)
    }

    /// What an identifier is found by: a keyed digest.
    fn mark(&self, scheme: Scheme, value: &str) -> Vec<u8> {
        keyed(&self.index, format!("{}\0{value}", scheme.code()).as_bytes())[..16].to_vec()
    }

    fn touch(&self, leaves: impl Iterator<Item = u16>) {
        self.dirty.lock().unwrap_or_else(PoisonError::into_inner).extend(leaves);
    }

    /// Removes permits without leaving anything behind.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub async fn remove(&self, permits: &[Uuid]) -> Result<(), Failure> {
        let remove = |tx: crate::database::Tx| async move {
            for permit in permits {
                store::delete(&tx, *permit).await?;
            }
            Ok(())
        };
        self.db.write(remove).await?;
        self.touch(permits.iter().map(|permit| leaf_of(*permit)));
        Ok(())
    }

    /// Removes ended permits that the policy shows no longer, and alerts and look-ups that are kept no
    /// longer; answers how many permits.
    ///
    /// # Errors
    /// When the file does not answer.
    pub async fn expire(&self, now: DateTime<Utc>) -> Result<usize, Failure> {
        let mut gone = Vec::new();
        for (permit, kind, at) in store::ended(self.db.read()).await? {
            let kind = kind::from_code(&kind).ok_or_else(|| Failure::internal("unknown kind"))?;
            if !is_shown_after_end(kind, at, now) {
                gone.push(permit);
            }
        }
        self.remove(&gone).await?;
        self.expire_beside(now).await?;
        Ok(gone.len())
    }

    /// Permits that have or had an identifier, with whether it is theirs now.
    ///
    /// # Errors
    /// When the file does not answer, or was written under another key.
    pub async fn find(&self, search: &Search) -> Result<Vec<(Held, bool)>, Failure> {
        let mark = self.mark(search.scheme, &search.value);
        // look-ups have connections of their own, as at the registry
        let rows = store::by_mark(self.db.urgent(), &mark).await?;
        rows.into_iter()
            .map(|(id, version, sealed, current)| Ok((self.open(id, version, &sealed)?, current)))
            .collect()
    }

    /// What is held of a permit.
    ///
    /// # Errors
    /// When the file does not answer, or was written under another key.
    pub async fn held(&self, permit: PermitId) -> Result<Option<Held>, Failure> {
        let row = store::one(self.db.read(), permit.0).await?;
        row.map(|(id, version, sealed)| self.open(id, version, &sealed)).transpose()
    }

    /// The version held of a permit, or at which it was erased.
    ///
    /// # Errors
    /// When the file does not answer.
    pub async fn version(&self, permit: PermitId) -> Result<Option<i32>, Failure> {
        Ok(store::known(self.db.read(), permit.0).await?.map(|(version, _)| version))
    }

    fn open(&self, id: Uuid, version: i32, sealed: &[u8]) -> Result<Held, Failure> {
        let content =
            decrypt(&self.cipher, &associated(id, version), sealed).map_err(Failure::internal)?;
        serde_json::from_slice(&content).map_err(Failure::internal)
    }

    /// The hash tree over the live permits held.
    ///
    /// # Errors
    /// When the file does not answer.
    pub async fn tree(&self) -> Result<Tree, Failure> {
        let mut kept = self.tree.lock().await;
        // taken before anything is read: what is written meanwhile is read again the next time
        let dirty = std::mem::take(&mut *self.dirty.lock().unwrap_or_else(PoisonError::into_inner));
        let refreshed = self.refreshed(kept.take(), &dirty).await;
        match refreshed {
            Ok(tree) => Ok(kept.insert(tree).clone()),
            Err(failure) => Err(failure),
        }
    }

    async fn refreshed(&self, tree: Option<Tree>, dirty: &BTreeSet<u16>) -> Result<Tree, Failure> {
        let Some(mut tree) = tree else {
            return Ok(Tree::of(store::items(self.db.read(), Node::ROOT.leaves()).await?));
        };
        for leaf in dirty {
            let range = usize::from(*leaf)..usize::from(*leaf) + 1;
            tree.set(*leaf, store::items(self.db.read(), range).await?);
        }
        Ok(tree)
    }

    /// The live permits below a node.
    ///
    /// # Errors
    /// When the file does not answer.
    pub async fn items(&self, node: Node) -> Result<Vec<Item>, Failure> {
        store::items(self.db.read(), node.leaves()).await
    }

    /// Everything held after an id, live and ended, in the order of the ids: at most `limit`.
    ///
    /// # Errors
    /// When the file does not answer, or was written under another key.
    pub async fn page(&self, after: Uuid, limit: u64) -> Result<Vec<Held>, Failure> {
        let rows = store::page(self.db.read(), after, limit).await?;
        rows.into_iter().map(|(id, version, sealed)| self.open(id, version, &sealed)).collect()
    }

    /// How many permits are held.
    ///
    /// # Errors
    /// When the file does not answer.
    pub async fn count(&self) -> Result<Count, Failure> {
        store::count(self.db.read()).await
    }

    /// A fact about the copy, such as how far it has followed the log.
    ///
    /// # Errors
    /// When the file does not answer.
    pub async fn fact<T: std::str::FromStr>(&self, name: &str) -> Result<Option<T>, Failure> {
        let bytes = store::fact(self.db.read(), name).await?;
        Ok(bytes.and_then(|bytes| String::from_utf8(bytes).ok()?.parse().ok()))
    }

    /// Writes a fact about the copy.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub async fn set_fact(&self, name: &str, value: &str) -> Result<(), Failure> {
        self.db.write(|tx| async move { store::set_fact(&tx, name, value.as_bytes()).await }).await
    }

    /// The database behind it, for facts that are kept before there is a key.
    pub fn db(&self) -> &Db {
        &self.db
    }

    /// Empties the copy.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub async fn wipe(&self) -> Result<(), Failure> {
        self.db.write(|tx| async move { store::wipe(&tx).await }).await?;
        *self.tree.lock().await = None;
        Ok(())
    }
}

impl std::fmt::Debug for LocalCopy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LocalCopy(..)")
    }
}

/// Sealed bytes of one row do not open in another.
fn associated(id: Uuid, version: i32) -> Vec<u8> {
    [id.as_bytes().as_slice(), &version.to_be_bytes()].concat()
}

/// The SHA-256 behind an item, where there is one.
pub(super) fn hash_of(bytes: Vec<u8>) -> Option<Hash> {
    bytes.try_into().ok()
}
