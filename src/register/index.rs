//! The index in memory: a table of call signs and one of the permits in all public lists, shared by all
//! readers and replaced as a whole by each change, so that readers keep the state they began with.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arc_swap::ArcSwap;

use super::{
    Change, PublicPermit, PublicSign,
    search::{base::Base, table::Table},
};
use crate::values::call_sign::CallSign;

/// One state of the register.
#[derive(Clone, Default)]
pub struct State {
    /// Call signs, in alphabetical order.
    pub signs: Table<PublicSign>,
    /// Permits of all public lists, by the keys of their rows, so that each list stands together.
    pub permits: Table<PublicPermit>,
}

/// The register of this process.
#[derive(Default)]
pub struct Index {
    state: ArcSwap<State>,
    /// Writers take turns; readers never wait.
    turn: Mutex<()>,
    /// One at a time puts other bases below the tables.
    cutting: Mutex<()>,
}

impl Index {
    /// The state of this moment. It does not change any more.
    pub fn state(&self) -> Arc<State> {
        self.state.load_full()
    }

    /// What may be shown of one sign.
    pub fn get(&self, sign: CallSign) -> Option<PublicSign> {
        self.state.load().signs.get(&sign)
    }

    /// Whether anything may be shown of a sign.
    pub fn has(&self, sign: CallSign) -> bool {
        self.state.load().signs.has(&sign)
    }

    /// What may be shown under the key of a public list.
    pub fn permit(&self, key: &str) -> Option<PublicPermit> {
        self.state.load().permits.get(&key.into())
    }

    /// Shows changes; a change older than what is shown already is passed over.
    pub fn apply(&self, changes: impl IntoIterator<Item = Change>) {
        let _turn = locked(&self.turn);
        let mut state = (*self.state.load_full()).clone();
        let mut changed = false;
        for change in changes {
            changed |= match change {
                Change::Sign(entry) => state.signs.show(entry),
                Change::Permit(entry) => state.permits.show(super::Entry {
                    key: entry.key.into(),
                    row: entry.row,
                    revision: entry.revision,
                }),
            };
        }
        if changed {
            self.state.store(Arc::new(state));
        }
    }

    /// Puts bases below the tables. Changes that are newer than a base stay above it; whatever the base
    /// before held must be in the new one.
    pub fn put_below(&self, signs: Option<Base<PublicSign>>, permits: Option<Base<PublicPermit>>) {
        let _turn = locked(&self.turn);
        let mut state = (*self.state.load_full()).clone();
        if let Some(base) = signs {
            state.signs = state.signs.over(Arc::new(base));
        }
        if let Some(base) = permits {
            state.permits = state.permits.over(Arc::new(base));
        }
        self.state.store(Arc::new(state));
    }

    /// How many rows are shown.
    pub fn rows(&self) -> u64 {
        let state = self.state();
        state.signs.len() + state.permits.len()
    }

    /// Tells the metrics how large it is.
    pub fn tell(&self) {
        let state = self.state();
        #[allow(clippy::cast_precision_loss)] // gauges
        for (table, rows, bytes) in [
            ("call-signs", state.signs.len(), state.signs.bytes()),
            ("permits", state.permits.len(), state.permits.bytes()),
        ] {
            metrics::gauge!("anrop_register_rows", "table" => table).set(rows as f64);
            metrics::gauge!("anrop_register_bytes", "table" => table).set(bytes as f64);
        }
    }

    /// Cuts bases anew that are worn; answers whether one was. Takes about a second for a million rows;
    /// readers and writers go on meanwhile.
    pub fn recut(&self) -> bool {
        let _cutting = locked(&self.cutting);
        let state = self.state();
        let signs = state.signs.is_worn().then(|| state.signs.cut());
        let permits = state.permits.is_worn().then(|| state.permits.cut());
        let is_cut = signs.is_some() || permits.is_some();
        // what the old bases held must not be kept longer than needed
        drop(state);
        if is_cut {
            self.put_below(signs, permits);
        }
        is_cut
    }
}

fn locked(lock: &Mutex<()>) -> MutexGuard<'_, ()> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{
        assignment::SignStatus,
        register::{Entry, PublicHolder},
    };

    fn change(revision: i64, name: Option<&str>) -> Change {
        Change::Sign(Entry {
            key: CallSign::parse("LB1AG").unwrap(),
            row: Some(Arc::new(PublicSign {
                status: SignStatus::InUse,
                series: "personal_new".into(),
                kind: None,
                class: None,
                valid_from: None,
                valid_until: None,
                updated_on: None,
                holder_kind: None,
                until: None,
                reason: None,
                holder: name.map(|name| {
                    Box::new(PublicHolder {
                        name: Some(name.to_owned()),
                        is_person: true,
                        ..PublicHolder::default()
                    })
                }),
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
        assert_eq!(index.get(sign).unwrap().holder, None);
        // a reader that began earlier keeps its state
        assert!(before.signs.get(&sign).unwrap().holder.is_some());
    }

    #[test]
    fn a_withdrawn_name_is_gone_from_memory_when_the_base_is_cut_anew() {
        let index = Index::default();
        let sign = CallSign::parse("LB1AG").unwrap();
        index.apply([change(1, Some("Zebulon"))]);
        let state = index.state();
        index.put_below(Some(state.signs.cut()), None);
        drop(state);
        assert!(!index.recut(), "nothing is hidden yet");
        let holds = |index: &Index| {
            let state = index.state();
            let base = state.signs.base();
            let row = base.find(&sign).unwrap();
            let packed = base.packed(row).unwrap();
            packed.windows(7).any(|window| window == b"Zebulon") || base.has_word("zebulon")
        };
        assert!(holds(&index));
        index.apply([change(2, None)]);
        assert_eq!(index.get(sign).unwrap().holder, None, "hidden at once");
        assert!(index.recut());
        assert!(!holds(&index));
        index.apply([change(1, Some("Zebulon"))]);
        assert_eq!(index.get(sign).unwrap().holder, None, "the base keeps revisions");
        assert!(!index.recut());
    }

    #[test]
    fn a_contact_who_was_replaced_is_gone_from_memory_when_the_base_is_cut_anew() {
        const KEY: &str = "frequency-permits/SPE-000007";
        let index = Index::default();
        let change = |revision: i64, contact: &str| {
            let record = json!({
                "contactPerson": { "name": contact, "phone": "+4768050021" },
                "organisation": { "name": "Fjell Nett AS", "number": "312345676" },
                "permit": { "number": "SPE-000007", "status": "active" },
            });
            let row = Some(Arc::new(PublicPermit::of(&record)));
            Change::Permit(Entry { key: KEY.to_owned(), row, revision })
        };
        let holds = |index: &Index| {
            let state = index.state();
            let base = state.permits.base();
            let row = base.find(&Box::from(KEY)).unwrap();
            base.packed(row).unwrap().windows(7).any(|window| window == b"Zebulon")
        };
        index.apply([change(1, "Zebulon")]);
        let state = index.state();
        index.put_below(None, Some(state.permits.cut()));
        drop(state);
        assert!(!index.recut(), "nothing is hidden yet");
        assert!(holds(&index));
        index.apply([change(2, "Driftssenter")]);
        assert!(index.recut());
        assert!(!holds(&index));
    }
}
