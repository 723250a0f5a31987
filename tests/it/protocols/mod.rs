//! The protocols that must never be wrong, as models in the project's own words, every order of steps
//! walked through for small sizes. Each model is also run with one of its rules left out, and must then
//! be caught; a model that cannot fail proves nothing. The models are of the rules, not of the code:
//! `delivery.rs`, `sealing.rs` and `concurrency.rs` beside this folder try the code itself.

mod copying;
mod delivery;
mod restored;
mod sealing;
mod withdrawal;

use std::{fmt::Debug, hash::Hash};

use stateright::{Checker as _, Expectation, HasDiscoveries, Model};

/// Walks through every state; the name of a safety property that is broken, if any. Every `sometimes`
/// must have been reached, or the model does not do what it is about.
fn broken<M>(model: M) -> Option<&'static str>
where
    M: Model + Send + Sync + 'static,
    M::State: Clone + Debug + Hash + Eq + Send + Sync + 'static,
    M::Action: Clone + Debug + PartialEq + Send + Sync + 'static,
{
    let checker = model.checker().finish_when(HasDiscoveries::AnyFailures).spawn_bfs().join();
    let found = checker.discoveries();
    for property in checker.model().properties() {
        let is_reached = property.expectation == Expectation::Sometimes;
        if !is_reached && found.contains_key(property.name) {
            return Some(property.name);
        }
    }
    assert!(checker.unique_state_count() > 100, "{} states only", checker.unique_state_count());
    for property in checker.model().properties() {
        let is_reached = property.expectation != Expectation::Sometimes;
        assert!(is_reached || found.contains_key(property.name), "never: {}", property.name);
    }
    None
}
