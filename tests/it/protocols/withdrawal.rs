//! A withdrawal of consent at one process while another serves: the withdrawal answers when the other has
//! applied it or its lease has run out, and nobody shows the name after the answer.
//!
//! Time is counted in ticks that may pass between any two steps, so a process may stand still anywhere.

use stateright::{Model, Property};

/// Rules that can be left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Without {
    Nothing,
    /// The withdrawal waits for the other process.
    Waiting,
    /// A renewed lease counts only after the log has been followed once more.
    Following,
    /// The process counts its lease from before it asked the database.
    FromBefore,
    /// What a process says it has applied, it has applied.
    Honesty,
}

/// Length of a lease in ticks, by the database's clock and by the process's own.
const LENGTH: u8 = 2;
/// The last tick.
const END: u8 = 7;

/// Where the serving process is in renewing its lease.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Renewal {
    Resting,
    /// Asked at this tick; the row is not written yet.
    Asked(u8),
    /// The row is written; the log has not been followed yet.
    Written(u8),
    /// The log has been followed.
    Followed(u8),
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct State {
    now: u8,
    /// The withdrawal is in the log.
    sealed: bool,
    answered: bool,
    /// The row in the database: runs out at, and whether the withdrawal is said to be applied.
    row: (u8, bool),
    renewal: Renewal,
    /// The serving process has applied the withdrawal.
    applied: bool,
    /// It shows persons before this tick.
    good_until: u8,
    /// The name was shown after the answer.
    shown_after: bool,
    /// The name was shown at all.
    shown: bool,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Step {
    Tick,
    Seal,
    Answer,
    Ask,
    Write,
    Follow,
    Count,
    Serve,
}

struct Withdrawal {
    without: Without,
}

impl Model for Withdrawal {
    type State = State;
    type Action = Step;

    fn init_states(&self) -> Vec<State> {
        vec![State {
            now: 0,
            sealed: false,
            answered: false,
            row: (LENGTH, false),
            renewal: Renewal::Resting,
            applied: false,
            good_until: LENGTH,
            shown_after: false,
            shown: false,
        }]
    }

    fn actions(&self, state: &State, steps: &mut Vec<Step>) {
        if state.now < END {
            steps.push(Step::Tick);
        }
        if !state.sealed {
            steps.push(Step::Seal);
        }
        let behind = state.row.0 > state.now && !state.row.1;
        if state.sealed && !state.answered && (!behind || self.without == Without::Waiting) {
            steps.push(Step::Answer);
        }
        steps.push(match state.renewal {
            Renewal::Resting => Step::Ask,
            Renewal::Asked(_) => Step::Write,
            Renewal::Written(_) if self.without != Without::Following => Step::Follow,
            Renewal::Written(_) => Step::Count,
            Renewal::Followed(_) => Step::Count,
        });
        steps.push(Step::Serve);
    }

    fn next_state(&self, last: &State, step: Step) -> Option<State> {
        let mut state = last.clone();
        match step {
            Step::Tick => state.now += 1,
            Step::Seal => state.sealed = true,
            Step::Answer => state.answered = true,
            Step::Ask => state.renewal = Renewal::Asked(state.now),
            Step::Write => {
                let Renewal::Asked(at) = state.renewal else { return None };
                let said = state.applied || (self.without == Without::Honesty && state.sealed);
                state.row = (state.now + LENGTH, said);
                state.renewal = Renewal::Written(at);
            }
            Step::Follow => {
                let Renewal::Written(at) = state.renewal else { return None };
                state.applied |= state.sealed;
                state.renewal = Renewal::Followed(at);
            }
            Step::Count => {
                let (Renewal::Followed(at) | Renewal::Written(at)) = state.renewal else {
                    return None;
                };
                let from = if self.without == Without::FromBefore { state.now } else { at };
                state.good_until = from + LENGTH;
                state.renewal = Renewal::Resting;
            }
            Step::Serve => {
                let shows = state.now < state.good_until && !state.applied;
                if !shows {
                    return None;
                }
                state.shown = true;
                state.shown_after |= state.answered;
            }
        }
        Some(state)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always("nobody shows the name after the answer", |_, state: &State| {
                !state.shown_after
            }),
            Property::sometimes("the name was shown before", |_, state: &State| state.shown),
            Property::sometimes("a renewed process answers again", |_, state: &State| {
                state.answered && state.applied && state.now < state.good_until
            }),
        ]
    }
}

fn check(without: Without) -> Option<&'static str> {
    super::broken(Withdrawal { without })
}

#[test]
fn nobody_shows_the_name_after_the_answer() {
    assert_eq!(check(Without::Nothing), None);
}

#[test]
fn each_rule_left_out_is_caught() {
    let caught = Some("nobody shows the name after the answer");
    for without in [Without::Waiting, Without::Following, Without::FromBefore, Without::Honesty] {
        assert_eq!(check(without), caught, "{without:?}");
    }
}
