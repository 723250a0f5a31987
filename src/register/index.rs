//! The index in memory: ordered maps from call sign, and from the key of a permit in a public list,
//! to what may be shown, shared by all readers and replaced as a whole by each change (a persistent map, so that a change copies a few nodes and
//! readers keep the state they began with).

use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwap;
use imbl::OrdMap;

use super::{Change, Entry, PublicPermit, PublicSign};
use crate::values::call_sign::CallSign;

/// One state of the register.
#[derive(Debug, Clone, Default)]
pub struct State {
    /// Call signs, in alphabetical order.
    pub signs: OrdMap<CallSign, Slot<PublicSign>>,
    /// Permits of all public lists, by the keys of their rows, so that each list stands together.
    pub permits: OrdMap<String, Slot<PublicPermit>>,
}

/// What is under one key.
#[derive(Debug)]
pub struct Slot<R> {
    /// What may be shown.
    pub row: Option<Arc<R>>,
    /// Revision of the row it came from.
    pub revision: i64,
}

// derived, it would ask for rows that can be copied
impl<R> Clone for Slot<R> {
    fn clone(&self) -> Self {
        Self { row: self.row.clone(), revision: self.revision }
    }
}

/// The register of this process.
#[derive(Debug, Default)]
pub struct Index {
    state: ArcSwap<State>,
    /// Writers take turns; readers never wait.
    turn: Mutex<()>,
}

impl Index {
    /// The state of this moment. It does not change any more.
    pub fn state(&self) -> Arc<State> {
        self.state.load_full()
    }

    /// What may be shown of one sign.
    pub fn get(&self, sign: CallSign) -> Option<Arc<PublicSign>> {
        self.state.load().signs.get(&sign).and_then(|slot| slot.row.clone())
    }

    /// What may be shown under the key of a public list.
    pub fn permit(&self, key: &str) -> Option<Arc<PublicPermit>> {
        self.state.load().permits.get(key).and_then(|slot| slot.row.clone())
    }

    /// Shows changes; a change older than what is shown already is passed over.
    pub fn apply(&self, changes: impl IntoIterator<Item = Change>) {
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let mut state = (*self.state.load_full()).clone();
        let mut changed = false;
        for change in changes {
            changed |= match change {
                Change::Sign(entry) => show(&mut state.signs, entry),
                Change::Permit(entry) => show(&mut state.permits, entry),
            };
        }
        if changed {
            self.state.store(Arc::new(state));
        }
    }
}

/// Shows an entry if it is newer than what is there; answers whether it was.
fn show<K: Ord + Clone, R>(rows: &mut OrdMap<K, Slot<R>>, entry: Entry<K, R>) -> bool {
    let newer = rows.get(&entry.key).is_none_or(|slot| slot.revision < entry.revision);
    if newer {
        rows.insert(entry.key, Slot { row: entry.row, revision: entry.revision });
    }
    newer
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assignment::SignStatus;

    fn change(revision: i64, name: Option<&str>) -> Change {
        Change::Sign(Entry {
            key: CallSign::parse("LB1AG").unwrap(),
            row: Some(Arc::new(PublicSign {
                status: SignStatus::InUse,
                series: "personal_new".into(),
                kind: None,
                class: None,
                until: None,
                reason: name.map(str::to_owned),
                holder: None,
            })),
            revision,
        })
    }

    #[test]
    fn an_older_change_never_brings_back_what_was_withdrawn() {
        let index = Index::default();
        index.apply([change(1, Some("named"))]);
        let before = index.state();
        index.apply([change(3, None)]);
        index.apply([change(2, Some("named"))]);
        let sign = CallSign::parse("LB1AG").unwrap();
        assert_eq!(index.get(sign).unwrap().reason, None);
        // a reader that began earlier keeps its state
        assert!(before.signs.get(&sign).unwrap().row.as_ref().unwrap().reason.is_some());
    }
}
