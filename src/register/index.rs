//! The index in memory: an ordered map from call sign to what may be shown, shared by all readers
//! and replaced as a whole by each change (a persistent map, so that a change copies a few nodes and
//! readers keep the state they began with).

use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwap;
use imbl::OrdMap;

use super::{Change, PublicSign};
use crate::values::call_sign::CallSign;

/// One state of the register.
pub type State = OrdMap<CallSign, Slot>;

/// What is under one sign.
#[derive(Debug, Clone)]
pub struct Slot {
    /// What may be shown.
    pub row: Option<Arc<PublicSign>>,
    /// Revision of the row it came from.
    pub revision: i64,
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
        self.state.load().get(&sign).and_then(|slot| slot.row.clone())
    }

    /// Shows changes; a change older than what is shown already is passed over.
    pub fn apply(&self, changes: impl IntoIterator<Item = Change>) {
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let mut state = (*self.state.load_full()).clone();
        let mut changed = false;
        for change in changes {
            if state.get(&change.sign).is_none_or(|slot| slot.revision < change.revision) {
                state.insert(change.sign, Slot { row: change.row, revision: change.revision });
                changed = true;
            }
        }
        if changed {
            self.state.store(Arc::new(state));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assignment::SignStatus;

    fn change(revision: i64, name: Option<&str>) -> Change {
        Change {
            sign: CallSign::parse("LB1AG").unwrap(),
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
        }
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
        assert!(before.get(&sign).unwrap().row.as_ref().unwrap().reason.is_some());
    }
}
