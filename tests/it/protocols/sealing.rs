//! Sequence numbers of the log: writers that commit when they will, sealers that take turns, and a
//! reader who keeps the last number they have seen.

use stateright::{Model, Property};

/// Rules that can be left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Without {
    Nothing,
    /// Numbers are given after the commit, not inside the writing transaction.
    AfterCommit,
    /// Sealers hold a lock from reading the head to the commit.
    Lock,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
struct State {
    writers: Vec<Writer>,
    /// What the log says was last given.
    head: u8,
    sealers: Vec<Sealer>,
    locked: Option<usize>,
    reader: u8,
    read: Vec<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
struct Writer {
    begun: bool,
    committed: bool,
    seq: Option<u8>,
}

/// What a sealer has read: the head, and which rows it will number.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
struct Sealer(Option<(u8, Vec<usize>)>);

#[derive(Debug, Clone, Copy, PartialEq)]
enum Step {
    Begin(usize),
    Commit(usize),
    Look(usize),
    Seal(usize),
    Read,
}

struct Sealing {
    without: Without,
    writers: usize,
    sealers: usize,
}

impl Model for Sealing {
    type State = State;
    type Action = Step;

    fn init_states(&self) -> Vec<State> {
        vec![State {
            writers: vec![Writer::default(); self.writers],
            sealers: vec![Sealer::default(); self.sealers],
            ..State::default()
        }]
    }

    fn actions(&self, state: &State, steps: &mut Vec<Step>) {
        for (n, writer) in state.writers.iter().enumerate() {
            match (writer.begun, writer.committed) {
                (false, _) => steps.push(Step::Begin(n)),
                (true, false) => steps.push(Step::Commit(n)),
                _ => {}
            }
        }
        for (n, sealer) in state.sealers.iter().enumerate() {
            if sealer.0.is_some() {
                steps.push(Step::Seal(n));
            } else if state.locked.is_none() || self.without == Without::Lock {
                steps.push(Step::Look(n));
            }
        }
        steps.push(Step::Read);
    }

    fn next_state(&self, last: &State, step: Step) -> Option<State> {
        let mut state = last.clone();
        match step {
            Step::Begin(n) => {
                state.writers[n].begun = true;
                if self.without == Without::AfterCommit {
                    state.head += 1;
                    state.writers[n].seq = Some(state.head);
                }
            }
            Step::Commit(n) => state.writers[n].committed = true,
            Step::Look(n) => {
                let unsealed = |(at, writer): (usize, &Writer)| {
                    (writer.committed && writer.seq.is_none()).then_some(at)
                };
                let rows: Vec<usize> =
                    state.writers.iter().enumerate().filter_map(unsealed).collect();
                if rows.is_empty() {
                    return None;
                }
                state.locked = Some(n);
                state.sealers[n] = Sealer(Some((state.head, rows)));
            }
            Step::Seal(n) => {
                let (head, rows) = state.sealers[n].0.take()?;
                for (seq, row) in (head + 1..).zip(rows) {
                    state.writers[row].seq = Some(seq);
                    state.head = seq;
                }
                state.locked = None;
            }
            Step::Read => {
                let mut new: Vec<(u8, usize)> = Vec::new();
                for (n, writer) in state.writers.iter().enumerate() {
                    if let (true, Some(seq)) = (writer.committed, writer.seq)
                        && seq > state.reader
                    {
                        new.push((seq, n));
                    }
                }
                new.sort_unstable();
                state.reader = new.last()?.0;
                state.read.extend(new.into_iter().map(|(_, n)| n));
            }
        }
        Some(state)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always("nothing skipped", |_, state: &State| {
                let behind = |(n, writer): (usize, &Writer)| {
                    writer.committed
                        && writer.seq.is_some_and(|seq| seq <= state.reader)
                        && !state.read.contains(&n)
                };
                !state.writers.iter().enumerate().any(behind)
            }),
            Property::always("one number each", |_, state: &State| {
                let mut given: Vec<u8> = state.writers.iter().filter_map(|w| w.seq).collect();
                let count = given.len();
                given.sort_unstable();
                given.dedup();
                given.len() == count
            }),
            Property::sometimes("everything is read", |_, state: &State| {
                state.read.len() == state.writers.len()
            }),
        ]
    }
}

fn check(without: Without) -> Option<&'static str> {
    super::broken(Sealing { without, writers: 4, sealers: 2 })
}

#[test]
fn a_reader_who_keeps_the_last_number_misses_nothing() {
    assert_eq!(check(Without::Nothing), None);
}

#[test]
fn each_rule_left_out_is_caught() {
    assert_eq!(check(Without::AfterCommit), Some("nothing skipped"));
    assert!(check(Without::Lock).is_some());
}
