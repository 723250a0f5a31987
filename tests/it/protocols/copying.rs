//! One permit in a rescue centre's copy: deliveries, the feed, questions about single permits and extracts,
//! all of which may be under way at once and come in any order. The registry is also put back to a backup and goes
//! on from there; that is `restored.rs`.
//!
//! What the code rests on and the model takes for granted: an answer says what the registry held when it was
//! asked.

use stateright::{Model, Property};

/// Rules that can be left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Without {
    Nothing,
    /// Of deliveries only a higher version counts.
    Higher,
    /// A page of the feed changes nothing newer.
    Feed,
    /// An answer changes nothing that came after its question.
    Asked,
    /// An extract takes nothing away that was issued after it.
    Issued,
}

/// Versions that are written.
const VERSIONS: u8 = 3;

/// Version 0 stands for nothing.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct State {
    /// In the registry.
    version: u8,
    /// In the copy.
    held: u8,
    /// The highest that was delivered and acknowledged.
    acknowledged: u8,
    /// A page of the feed that is on its way.
    feed: Option<u8>,
    /// What was held when the registry was asked, and its answer on its way.
    answer: Option<(u8, u8)>,
    /// An extract that lies ready.
    extract: Option<u8>,
    /// The copy has lost the permit once.
    is_damaged: bool,
    /// And got it back by asking.
    is_repaired: bool,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Step {
    Change,
    /// Any version may be delivered, also once more and late.
    Deliver(u8),
    ReadFeed,
    TakeFeed,
    Ask,
    TakeAnswer,
    WriteExtract,
    LoadExtract,
    Damage,
}

struct Copying {
    without: Without,
}

impl Model for Copying {
    type State = State;
    type Action = Step;

    fn init_states(&self) -> Vec<State> {
        vec![State {
            version: 0,
            held: 0,
            acknowledged: 0,
            feed: None,
            answer: None,
            extract: None,
            is_damaged: false,
            is_repaired: false,
        }]
    }

    fn actions(&self, state: &State, steps: &mut Vec<Step>) {
        if state.version < VERSIONS {
            steps.push(Step::Change);
        }
        steps.extend((1..=state.version).map(Step::Deliver));
        steps.extend([Step::ReadFeed, Step::Ask, Step::WriteExtract]);
        steps.extend(state.feed.map(|_| Step::TakeFeed));
        steps.extend(state.answer.map(|_| Step::TakeAnswer));
        steps.extend(state.extract.map(|_| Step::LoadExtract));
        if state.held > 0 && !state.is_damaged {
            steps.push(Step::Damage);
        }
    }

    fn next_state(&self, last: &State, step: Step) -> Option<State> {
        let mut state = last.clone();
        match step {
            Step::Change => state.version += 1,
            Step::Deliver(version) => {
                if version > state.held || self.without == Without::Higher {
                    state.held = version;
                }
                state.acknowledged = state.acknowledged.max(version);
            }
            Step::ReadFeed => state.feed = Some(state.version),
            Step::TakeFeed => {
                let told = state.feed.take()?;
                if told >= state.held || self.without == Without::Feed {
                    state.held = told;
                }
            }
            Step::Ask => state.answer = Some((state.held, state.version)),
            Step::TakeAnswer => {
                let (asked, told) = state.answer.take()?;
                let is_as_asked = asked == state.held || self.without == Without::Asked;
                state.held = if is_as_asked { told } else { state.held.max(told) };
                state.is_repaired |= state.is_damaged && asked == 0 && state.held > 0;
            }
            Step::WriteExtract => state.extract = Some(state.version),
            Step::LoadExtract => {
                let told = state.extract.take()?;
                // one that does not name the permit was written before it was issued
                if told > state.held || (told == 0 && self.without == Without::Issued) {
                    state.held = told;
                }
            }
            Step::Damage => {
                (state.held, state.acknowledged, state.is_damaged) = (0, 0, true);
            }
        }
        Some(state)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always("nothing acknowledged is undone", |_, state: &State| {
                state.held >= state.acknowledged
            }),
            Property::always("nothing is made up", |_, state: &State| state.held <= state.version),
            Property::sometimes("a damaged copy is repaired", |_, state: &State| {
                state.is_repaired && state.held == VERSIONS
            }),
        ]
    }
}

fn check(without: Without) -> Option<&'static str> {
    super::broken(Copying { without })
}

#[test]
fn nothing_a_copy_has_acknowledged_is_undone() {
    assert_eq!(check(Without::Nothing), None);
}

#[test]
fn each_rule_left_out_is_caught() {
    let caught = Some("nothing acknowledged is undone");
    for without in [Without::Higher, Without::Feed, Without::Asked, Without::Issued] {
        assert_eq!(check(without), caught, "{without:?}");
    }
}
