//! One permit in a rescue centre's copy, at a registry that is put back to a backup, gives numbers anew and grows past
//! where it was: deliveries, the feed with the links of its log, and comparisons with an operator's word.
//!
//! An entry is one version; which life of the registry wrote it is what its time of writing and the link of the log
//! tell. What came to the copy in a life that was lost is nowhere else: it may go only by an operator's word, or when
//! the holder has stated something newer since. `copying.rs` has what else may be under way at once.

use std::collections::BTreeSet;

use stateright::{Model, Property};

/// Rules that can be left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Without {
    Nothing,
    /// A number that was given twice takes nothing's place.
    Twice,
    /// A comparison lowers and removes nothing without an operator.
    Operator,
    /// The link of the log is compared, not its length alone.
    Link,
    /// It is read on from where the logs part, not from their length.
    Parting,
}

/// Versions that are written before and after the registry is put back.
const VERSIONS: u8 = 3;

/// A version and the life of the registry that wrote it: 0 before it was put back, 1 after.
type Version = (u8, u8);

/// The log is the versions in order; its place is how many there are. Of the permit only the last counts, but of the
/// log every entry: of what is no longer live no comparison tells.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct State {
    /// Versions by place.
    log: Vec<Version>,
    /// The backup: how many of them it has.
    backup: Option<u8>,
    is_restored: bool,
    /// In the copy.
    held: Option<Version>,
    /// How far the feed was read, and the life of the entry there: its link.
    applied: (u8, Option<u8>),
    /// Entries that were read from the feed.
    read: BTreeSet<Version>,
    /// The copy takes the registry to be older than itself.
    is_in_doubt: bool,
    /// The operator has accepted what is lost.
    is_accepted: bool,
    /// What came to the copy in the life that was lost has gone, and nobody was asked.
    is_lost: bool,
    /// It has gone by the operator's word.
    is_given_up: bool,
    /// The feed was read to its end without some entry of the log.
    is_passed_over: bool,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Step {
    Change,
    BackUp,
    Restore,
    /// Any version of this life may be delivered, also once more and late.
    Deliver(u8),
    ReadFeed,
    Compare,
    Accept,
}

struct Restored {
    without: Without,
}

impl State {
    fn length(&self) -> u8 {
        u8::try_from(self.log.len()).expect("few")
    }

    fn link(&self, place: u8) -> Option<u8> {
        place.checked_sub(1).map(|index| self.log[usize::from(index)].1)
    }

    /// What the registry has of the permit.
    fn registered(&self) -> Option<Version> {
        self.log.last().copied()
    }
}

impl Restored {
    /// The copy takes a version, or keeps what it has.
    fn take(&self, state: &mut State, told: Version, same_counts: bool) {
        let Some(held) = state.held else {
            state.held = Some(told);
            return;
        };
        let is_twice = told.0 == held.0 && told.1 != held.1;
        if is_twice && self.without != Without::Twice {
            state.is_in_doubt = true;
        } else if told.0 > held.0 || (told.0 == held.0 && same_counts) {
            // a higher version is what the holder has stated since
            state.is_lost |= is_twice;
            state.held = Some(told);
        }
    }

    fn read_feed(&self, state: &mut State) {
        let (place, link) = state.applied;
        let is_shorter = state.length() < place;
        let is_other = !is_shorter && state.link(place) != link && self.without != Without::Link;
        if is_shorter || is_other {
            state.is_in_doubt = true;
            let parting = if self.without == Without::Parting {
                state.length().min(place)
            } else {
                state.backup.unwrap_or(0).min(place)
            };
            state.applied = (parting, state.link(parting));
        }
        let read = state.log[usize::from(state.applied.0)..].to_vec();
        state.read.extend(&read);
        state.is_passed_over |= state.log.iter().any(|entry| !state.read.contains(entry));
        // only the newest version of a permit carries its record
        if let (Some(told), false) = (state.registered(), read.is_empty()) {
            self.take(state, told, true);
        }
        state.applied = (state.length(), state.link(state.length()));
    }

    fn compare(&self, state: &mut State) {
        self.read_feed(state);
        let told = state.registered();
        let is_loss = match (state.held, told) {
            (Some(held), Some(told)) => told.0 < held.0 || (told.0 == held.0 && told.1 != held.1),
            (held, None) => held.is_some(),
            (None, Some(_)) => false,
        };
        if is_loss && !state.is_accepted && self.without != Without::Operator {
            state.is_in_doubt = true;
            return;
        }
        state.is_lost |= is_loss && !state.is_accepted;
        state.is_given_up |= is_loss && state.is_accepted;
        state.held = told;
        (state.is_in_doubt, state.is_accepted) = (false, false);
    }
}

impl Model for Restored {
    type State = State;
    type Action = Step;

    fn init_states(&self) -> Vec<State> {
        vec![State {
            log: Vec::new(),
            backup: None,
            is_restored: false,
            held: None,
            applied: (0, None),
            read: BTreeSet::new(),
            is_in_doubt: false,
            is_accepted: false,
            is_lost: false,
            is_given_up: false,
            is_passed_over: false,
        }]
    }

    fn actions(&self, state: &State, steps: &mut Vec<Step>) {
        if state.length() < VERSIONS {
            steps.push(Step::Change);
        }
        if state.backup.is_none() {
            steps.push(Step::BackUp);
        } else if !state.is_restored {
            steps.push(Step::Restore);
        }
        steps.extend((0..state.length()).map(Step::Deliver));
        steps.extend([Step::ReadFeed, Step::Compare]);
        if state.is_in_doubt && !state.is_accepted {
            steps.push(Step::Accept);
        }
    }

    fn next_state(&self, last: &State, step: Step) -> Option<State> {
        let mut state = last.clone();
        match step {
            Step::Change => {
                let number = state.registered().map_or(0, |(number, _)| number) + 1;
                state.log.push((number, u8::from(state.is_restored)));
            }
            Step::BackUp => state.backup = Some(state.length()),
            Step::Restore => {
                state.log.truncate(usize::from(state.backup?));
                state.is_restored = true;
            }
            Step::Deliver(place) => {
                let told = state.log[usize::from(place)];
                self.take(&mut state, told, false);
            }
            Step::ReadFeed => self.read_feed(&mut state),
            Step::Compare => self.compare(&mut state),
            Step::Accept => state.is_accepted = true,
        }
        Some(state)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always(LOST, |_, state: &State| !state.is_lost),
            Property::always(PASSED_OVER, |_, state: &State| !state.is_passed_over),
            Property::sometimes("what was lost waits for the operator", |_, state: &State| {
                state.is_in_doubt && state.held.is_some_and(|(_, life)| life == 0)
            }),
            Property::sometimes("and goes by the operator's word", |_, state: &State| {
                state.is_given_up && state.held == state.registered()
            }),
        ]
    }
}

const LOST: &str = "nothing is given up without an operator";
const PASSED_OVER: &str = "nothing that was entered is passed over";

fn check(without: Without) -> Option<&'static str> {
    super::broken(Restored { without })
}

#[test]
fn a_registry_that_is_put_back_takes_nothing_from_a_copy_and_is_read_anew() {
    assert_eq!(check(Without::Nothing), None);
}

#[test]
fn each_rule_left_out_is_caught() {
    for without in [Without::Twice, Without::Operator] {
        assert_eq!(check(without), Some(LOST), "{without:?}");
    }
    for without in [Without::Link, Without::Parting] {
        assert_eq!(check(without), Some(PASSED_OVER), "{without:?}");
    }
}
