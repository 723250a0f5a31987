//! What callers and the writer of a spool share: the queue, the list of segments, and how far they are acknowledged. It
//! must not write to the disk; it reads segments to drain them and removes those that are done with.

use std::{
    collections::{HashSet, VecDeque},
    fs, io,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use tokio::sync::oneshot;

use super::{
    Batch, Health, NotOnDisk, SpoolOptions, SpooledRecord,
    segment::{HEADER, Segment},
};

type Answer = oneshot::Sender<Result<(), NotOnDisk>>;

/// A place in the spool: records before it have been acknowledged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Cursor {
    segment: u64,
    offset: u64,
}

/// A segment on the disk.
#[derive(Clone, Debug)]
pub(super) struct Listed {
    pub(super) segment: Arc<Segment>,
    /// Offset up to which it is on the disk for certain. What stands after it is written again elsewhere.
    pub(super) durable: u64,
    /// True when nothing more will be written to it.
    pub(super) closed: bool,
}

impl Listed {
    pub(super) fn closed(segment: Segment, durable: u64) -> Self {
        Self { segment: Arc::new(segment), durable, closed: true }
    }

    fn end(&self) -> Cursor {
        Cursor { segment: self.segment.number, offset: self.durable }
    }
}

pub(super) struct Pending {
    pub(super) record: SpooledRecord,
    /// `None` when nobody waits any more.
    answer: Option<Answer>,
}

#[derive(Debug)]
pub(super) struct Failing {
    since: Instant,
    last_attempt: Instant,
    error: String,
}

pub(super) struct State {
    queue: VecDeque<Pending>,
    /// Records the writer has taken from the queue.
    in_flight: usize,
    pub(super) segments: VecDeque<Listed>,
    cursor: Cursor,
    pub(super) failing: Option<Failing>,
    stopping: bool,
    late: u64,
    lost: u64,
    damaged: u64,
}

/// What callers and the writer share.
pub(super) struct Shared {
    state: Mutex<State>,
    wake: Condvar,
    pub(super) options: SpoolOptions,
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Shared").field(&self.health()).finish()
    }
}

impl Shared {
    pub(super) fn new(segments: Vec<Listed>, options: SpoolOptions) -> Self {
        let state = State {
            queue: VecDeque::new(),
            in_flight: 0,
            segments: segments.into(),
            cursor: Cursor { segment: 0, offset: 0 },
            failing: None,
            stopping: false,
            late: 0,
            lost: 0,
            damaged: 0,
        };
        Self { state: Mutex::new(state), wake: Condvar::new(), options }
    }

    /// The state is whole whenever the lock is free, so a panic elsewhere must not stop look-ups from being recorded.
    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Hands a record to the writer. While the disk fails the record is kept, but waiting for it would be in vain.
    pub(super) fn enqueue(
        &self,
        mut record: SpooledRecord,
    ) -> Result<oneshot::Receiver<Result<(), NotOnDisk>>, NotOnDisk> {
        let mut state = self.lock();
        if state.stopping {
            return Err(NotOnDisk::Stopped);
        }
        if state.queue.len() + state.in_flight >= self.options.memory_records {
            state.lost += 1;
            return Err(NotOnDisk::Full);
        }
        if state.failing.is_some() {
            record.late = true;
            state.late += 1;
            state.queue.push_back(Pending { record, answer: None });
            return Err(NotOnDisk::Failing);
        }
        let (answer, written) = oneshot::channel();
        // With records waiting already, the writer is busy and will find this one too.
        let first = state.queue.is_empty();
        state.queue.push_back(Pending { record, answer: Some(answer) });
        drop(state);
        if first {
            self.wake.notify_one();
        }
        Ok(written)
    }

    pub(super) fn stop(&self) {
        self.lock().stopping = true;
        self.wake.notify_one();
    }

    pub(super) fn drain(&self, max: usize) -> io::Result<Batch> {
        let (segments, cursor) = {
            let state = self.lock();
            (state.segments.clone(), state.cursor)
        };
        let mut batch = Batch { records: Vec::new(), upto: cursor, from_memory: 0, damaged: 0 };
        for listed in segments {
            let (left, end) = (max.saturating_sub(batch.records.len()), listed.end());
            if left == 0 || end <= cursor {
                continue;
            }
            let from = if cursor.segment == end.segment { cursor.offset } else { HEADER };
            let scan = listed.segment.scan(from.max(HEADER), end.offset, left)?;
            let full = scan.records.len() == left;
            let offset = if full { scan.end } else { end.offset };
            batch.damaged += scan.damaged + usize::from(!full && scan.end < end.offset);
            batch.upto = Cursor { offset, ..end };
            batch.records.extend(scan.records);
        }
        self.drain_memory(max, &mut batch);
        Ok(batch)
    }

    /// While the disk fails, the database may still be there: what waits in memory is then worth most.
    fn drain_memory(&self, max: usize, batch: &mut Batch) {
        let state = self.lock();
        if state.failing.is_some() {
            let left = max.saturating_sub(batch.records.len());
            let waiting = state.queue.iter().take(left).map(|pending| pending.record.clone());
            batch.from_memory = waiting.len();
            batch.records.extend(waiting);
        }
    }

    pub(super) fn acknowledge(&self, batch: &Batch) -> io::Result<()> {
        let mut state = self.lock();
        if batch.upto > state.cursor {
            state.cursor = batch.upto;
            state.damaged += batch.damaged as u64;
        }
        let from_memory = &batch.records[batch.records.len() - batch.from_memory..];
        let stored: HashSet<_> = from_memory.iter().map(|record| record.id).collect();
        state.queue.retain(|pending| !stored.contains(&pending.record.id));
        let consumed = state.take_consumed();
        let roll = state.open_is_consumed();
        drop(state);
        if roll {
            self.wake.notify_one();
        }
        remove(&consumed)
    }

    pub(super) fn health(&self) -> Health {
        let state = self.lock();
        let unacknowledged = state.segments.iter().map(|listed| {
            let from = match listed.segment.number.cmp(&state.cursor.segment) {
                std::cmp::Ordering::Less => listed.durable,
                std::cmp::Ordering::Equal => state.cursor.offset.max(HEADER),
                std::cmp::Ordering::Greater => HEADER,
            };
            listed.durable.saturating_sub(from)
        });
        Health {
            in_memory: state.queue.len() + state.in_flight,
            segments: state.segments.len(),
            unacknowledged_bytes: unacknowledged.sum(),
            failing: state.failing.as_ref().map(|f| (f.since.elapsed(), f.error.clone())),
            late: state.late,
            lost: state.lost,
            damaged: state.damaged,
        }
    }

    /// Waits for something to do.
    pub(super) fn next_work(&self) -> Work {
        let mut state = self.lock();
        loop {
            let pause = state.pause(self.options.retry_interval);
            if state.stopping && (state.queue.is_empty() || state.failing.is_some()) {
                return Work::Stop;
            }
            if pause.is_none() && !state.queue.is_empty() {
                return Work::Write(state.take_queue());
            }
            if pause.is_none() && state.open_is_consumed() {
                return Work::Roll;
            }
            state = match pause {
                // While the disk fails there is something to try again even without records: opening a segment.
                Some(pause) => {
                    self.wake.wait_timeout(state, pause).unwrap_or_else(PoisonError::into_inner).0
                }
                None if state.failing.is_some() => return Work::Roll,
                None => self.wake.wait(state).unwrap_or_else(PoisonError::into_inner),
            };
        }
    }
}

impl State {
    /// How long the next attempt must still wait; `None` if it need not.
    fn pause(&self, interval: Duration) -> Option<Duration> {
        let since = self.failing.as_ref()?.last_attempt.elapsed();
        interval.checked_sub(since).filter(|pause| !pause.is_zero())
    }

    /// Everything that waits. Whoever has stopped waiting has been answered without the record being safe.
    fn take_queue(&mut self) -> Vec<Pending> {
        let mut records: Vec<_> = self.queue.drain(..).collect();
        self.in_flight = records.len();
        for pending in &mut records {
            if pending.answer.take_if(|answer| answer.is_closed()).is_some() {
                pending.record.late = true;
                self.late += 1;
            }
        }
        records
    }

    /// Takes the acknowledged segments off the list; the caller removes their files.
    pub(super) fn take_consumed(&mut self) -> Vec<Listed> {
        let mut consumed = Vec::new();
        let cursor = self.cursor;
        while let Some(first) =
            self.segments.pop_front_if(|first| first.closed && first.end() <= cursor)
        {
            consumed.push(first);
        }
        consumed
    }

    /// True if the open segment holds records and all are acknowledged: it is time to begin another and remove it.
    fn open_is_consumed(&self) -> bool {
        let consumed =
            |open: &Listed| !open.closed && open.durable > HEADER && open.end() <= self.cursor;
        self.segments.back().is_some_and(consumed)
    }

    /// Keeps the records of a failed attempt, in order, and answers everyone who waits. Gives the segment to remove, if
    /// the open one holds no record: such files must not pile up with every attempt.
    pub(super) fn failed(&mut self, error: &io::Error, batch: Vec<Pending>) -> Option<Listed> {
        let now = Instant::now();
        let since = self.failing.as_ref().map_or(now, |failing| failing.since);
        self.failing = Some(Failing { since, last_attempt: now, error: error.to_string() });
        self.in_flight = 0;
        for pending in batch.into_iter().rev() {
            self.queue.push_front(pending);
        }
        self.late += self.queue.iter_mut().filter_map(Pending::give_up).count() as u64;
        self.segments.pop_back_if(|open| open.durable == HEADER)
    }

    /// Ends an attempt: records of callers who did not hear of it in time are written once more, marked late.
    pub(super) fn requeue(&mut self, unheard: Vec<Pending>) {
        self.in_flight = 0;
        self.late += unheard.len() as u64;
        self.queue.extend(unheard);
    }
}

impl Pending {
    /// Tells the caller that the record is safe. Given back, late, if the caller has been answered before that.
    pub(super) fn confirm(mut self) -> Option<Self> {
        let unheard = self.answer.take()?.send(Ok(())).is_err();
        self.record.late = true;
        unheard.then_some(self)
    }

    /// Tells the caller, if one still waits, that the record is late.
    fn give_up(&mut self) -> Option<()> {
        // Whether the caller still listens makes no difference: the record is late either way.
        let _ = self.answer.take()?.send(Err(NotOnDisk::Failing));
        self.record.late = true;
        Some(())
    }
}

pub(super) fn remove(segments: &[Listed]) -> io::Result<()> {
    segments.iter().try_for_each(|listed| fs::remove_file(&listed.segment.path))
}

pub(super) enum Work {
    Write(Vec<Pending>),
    Roll,
    Stop,
}
