//! Deliveries of one permit to one recipient: versions, leases, workers that crash, and superseding.
//!
//! What the code rests on and the model takes for granted: an attempt is over before its lease is, and the
//! recipient applies what arrives in the order of arrival. The lease is four times the longest attempt, and
//! no attempt begins when less than the longest is left of it, counted from before the claim: a worker that
//! was halted after its claim sends nothing, which the model has as a crash.

use stateright::{Model, Property};

/// Rules that can be left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Without {
    Nothing,
    /// A claim looks for leases of older versions.
    LeaseOfOlder,
    /// A lease lasts longer than an attempt.
    LongLease,
    /// A delivery is written down as delivered after it was received.
    EffectFirst,
    /// A newer version supersedes an older one that waits.
    Superseding,
    /// What went wrong is tried again.
    Retry,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Status {
    Unwritten,
    Pending,
    Delivered,
    Superseded,
    Lost,
}

/// A worker and what it is doing. Its request is on the way while `on_the_way`, even after a crash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Worker {
    Idle,
    /// Has claimed a version and not sent it.
    Claimed(usize),
    /// Has sent it and waits for the answer.
    Sent(usize),
    /// Has an answer: received or not.
    Answered(usize, bool),
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct State {
    /// By version, from 0.
    deliveries: Vec<Status>,
    /// Which worker holds the lease of a version.
    leases: Vec<Option<usize>>,
    workers: Vec<Worker>,
    /// Requests that have left a worker and not arrived: worker and version.
    on_the_way: Vec<(usize, usize)>,
    /// What the recipient has applied, in order.
    applied: Vec<usize>,
    crashes: u8,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Step {
    Write,
    Claim(usize),
    Send(usize),
    /// The request arrives and is applied; the answer may be lost.
    Arrive(usize, bool),
    /// The request is lost.
    Lose(usize),
    Settle(usize),
    Crash(usize),
    Expire(usize),
}

struct Deliveries {
    without: Without,
    versions: usize,
    workers: usize,
}

impl Deliveries {
    /// The version a worker may claim: the newest that waits, with no older one in flight.
    fn claimable(&self, state: &State) -> Option<usize> {
        let pending = |version: &usize| {
            state.deliveries[*version] == Status::Pending && state.leases[*version].is_none()
        };
        let mut waiting: Vec<usize> = (0..self.versions).filter(pending).collect();
        if self.without != Without::Superseding {
            waiting.reverse();
        }
        let version = *waiting.first()?;
        let in_flight = state.leases.iter().any(Option::is_some);
        (!in_flight || self.without == Without::LeaseOfOlder).then_some(version)
    }

    fn settle(&self, state: &mut State, worker: usize) {
        let Worker::Answered(version, received) = state.workers[worker] else { return };
        state.workers[worker] = Worker::Idle;
        // only while the lease holds; whoever has it now settles
        if state.leases[version] != Some(worker) {
            return;
        }
        state.leases[version] = None;
        if received {
            state.deliveries[version] = Status::Delivered;
        } else if self.without == Without::Retry {
            state.deliveries[version] = Status::Lost;
        }
    }
}

impl Model for Deliveries {
    type State = State;
    type Action = Step;

    fn init_states(&self) -> Vec<State> {
        vec![State {
            deliveries: vec![Status::Unwritten; self.versions],
            leases: vec![None; self.versions],
            workers: vec![Worker::Idle; self.workers],
            on_the_way: Vec::new(),
            applied: Vec::new(),
            crashes: 0,
        }]
    }

    fn actions(&self, state: &State, steps: &mut Vec<Step>) {
        if state.deliveries.contains(&Status::Unwritten) {
            steps.push(Step::Write);
        }
        for (worker, doing) in state.workers.iter().enumerate() {
            match doing {
                Worker::Idle if self.claimable(state).is_some() => steps.push(Step::Claim(worker)),
                Worker::Idle | Worker::Sent(_) => {}
                Worker::Claimed(_) => steps.push(Step::Send(worker)),
                Worker::Answered(..) => steps.push(Step::Settle(worker)),
            }
            if *doing != Worker::Idle && state.crashes < 2 {
                steps.push(Step::Crash(worker));
            }
        }
        for index in 0..state.on_the_way.len() {
            // at-least-once: an arrival may be repeated, but not for ever
            if state.applied.len() < 5 {
                steps.extend([Step::Arrive(index, true), Step::Arrive(index, false)]);
            }
            steps.push(Step::Lose(index));
        }
        for (version, holder) in state.leases.iter().enumerate() {
            let Some(holder) = holder else { continue };
            // the attempt is over before the lease is; a living worker settles in time or is too late
            let attempt = state.on_the_way.contains(&(*holder, version))
                || state.workers[*holder] == Worker::Claimed(version);
            if !attempt || self.without == Without::LongLease {
                steps.push(Step::Expire(version));
            }
        }
    }

    fn next_state(&self, last: &State, step: Step) -> Option<State> {
        let mut state = last.clone();
        match step {
            Step::Write => {
                let version = state.deliveries.iter().position(|s| *s == Status::Unwritten)?;
                state.deliveries[version] = Status::Pending;
            }
            Step::Claim(worker) => {
                let version = self.claimable(&state)?;
                state.leases[version] = Some(worker);
                state.workers[worker] = Worker::Claimed(version);
                if self.without == Without::EffectFirst {
                    state.deliveries[version] = Status::Delivered;
                    state.leases[version] = None;
                }
                if self.without != Without::Superseding {
                    for older in 0..version {
                        let waits = state.deliveries[older] == Status::Pending;
                        if waits && state.leases[older].is_none() {
                            state.deliveries[older] = Status::Superseded;
                        }
                    }
                }
            }
            Step::Send(worker) => {
                let Worker::Claimed(version) = state.workers[worker] else { return None };
                state.workers[worker] = Worker::Sent(version);
                state.on_the_way.push((worker, version));
            }
            Step::Arrive(index, answered) => {
                let (worker, version) = state.on_the_way.remove(index);
                state.applied.push(version);
                if state.workers[worker] == Worker::Sent(version) {
                    state.workers[worker] = Worker::Answered(version, answered);
                }
            }
            Step::Lose(index) => {
                let (worker, version) = state.on_the_way.remove(index);
                if state.workers[worker] == Worker::Sent(version) {
                    state.workers[worker] = Worker::Answered(version, false);
                }
            }
            Step::Settle(worker) => self.settle(&mut state, worker),
            Step::Crash(worker) => {
                state.crashes += 1;
                state.workers[worker] = Worker::Idle;
            }
            Step::Expire(version) => state.leases[version] = None,
        }
        Some(state)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always("one in flight", |_, state: &State| state.on_the_way.len() <= 1),
            Property::always("in order", |_, state: &State| {
                state.applied.windows(2).all(|pair| pair[0] <= pair[1])
            }),
            Property::always("nothing lost", |_, state: &State| {
                let settled = |s: &Status| !matches!(s, Status::Unwritten | Status::Pending);
                let newest = state.deliveries.len() - 1;
                !state.deliveries.iter().all(settled)
                    || !state.on_the_way.is_empty()
                    || state.workers.iter().any(|doing| *doing != Worker::Idle)
                    || state.applied.contains(&newest)
            }),
            Property::sometimes("a newer version supersedes", |model: &Self, state: &State| {
                model.without == Without::Superseding
                    || state.deliveries.contains(&Status::Superseded)
            }),
            Property::sometimes("a crash is made good", |_, state: &State| {
                state.crashes > 0 && state.deliveries.last() == Some(&Status::Delivered)
            }),
        ]
    }
}

fn check(without: Without) -> Option<&'static str> {
    super::broken(Deliveries { without, versions: 3, workers: 2 })
}

#[test]
fn nothing_is_lost_doubled_in_flight_or_out_of_order() {
    assert_eq!(check(Without::Nothing), None);
}

#[test]
fn each_rule_left_out_is_caught() {
    for (without, property) in [
        (Without::LeaseOfOlder, "one in flight"),
        (Without::LongLease, "one in flight"),
        (Without::EffectFirst, "nothing lost"),
        (Without::Retry, "nothing lost"),
    ] {
        let broken = check(without);
        assert!(broken.is_some(), "{without:?} is not caught");
        if without != Without::EffectFirst {
            assert_eq!(broken, Some(property), "{without:?}");
        }
    }
}

#[test]
fn without_superseding_a_parked_version_would_hold_back_newer_ones_but_order_holds() {
    assert_eq!(check(Without::Superseding), None);
}
