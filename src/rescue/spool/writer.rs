//! The spool's writer: one thread that takes whatever is waiting, writes it at once and flushes once for all of it. It
//! must not hold the lock while it touches the disk, since every look-up takes that lock.

use std::{
    fs::File,
    io::{self, Write},
    sync::Arc,
    thread::JoinHandle,
};

use super::{
    segment::{HEADER, Segment},
    shared::{Listed, Pending, Shared, Work, remove},
};
use crate::keys::KeyRing;

/// Makes written bytes durable: `File::sync_data`, or in tests something that fails or dawdles.
pub(super) type Flush = Box<dyn Fn(&File) -> io::Result<()> + Send>;

struct Open {
    segment: Arc<Segment>,
    file: File,
    length: u64,
}

struct Writer {
    shared: Arc<Shared>,
    ring: Arc<KeyRing>,
    next: u64,
    flush: Flush,
    open: Option<Open>,
    buffer: Vec<u8>,
}

/// Starts the thread. It ends when the spool is stopped.
pub(super) fn start(
    shared: Arc<Shared>,
    ring: Arc<KeyRing>,
    next: u64,
    flush: Flush,
) -> io::Result<JoinHandle<()>> {
    let mut writer = Writer { shared, ring, next, flush, open: None, buffer: Vec::new() };
    std::thread::Builder::new().name("rescue-spool".into()).spawn(move || writer.run())
}

impl Writer {
    fn run(&mut self) {
        self.roll();
        loop {
            match self.shared.next_work() {
                Work::Write(batch) => match self.write(&batch) {
                    Ok(()) => self.confirm(batch),
                    Err(error) => self.give_up(batch, &error),
                },
                Work::Roll => self.roll(),
                Work::Stop => return,
            }
        }
    }

    /// Begins a new segment ahead of need, so that no look-up waits for it, and removes what is acknowledged.
    fn roll(&mut self) {
        match self.begin_segment() {
            Ok(()) => {
                let mut state = self.shared.lock();
                state.failing = None;
                let consumed = state.take_consumed();
                drop(state);
                // A file that stays behind is found at the next start; its records are then stored again, which is
                // harmless.
                let _ = remove(&consumed);
            }
            Err(error) => self.give_up(Vec::new(), &error),
        }
    }

    fn begin_segment(&mut self) -> io::Result<()> {
        self.open = None;
        // A number is not tried twice: a file may have been made before the attempt failed.
        let number = self.next;
        self.next += 1;
        let (segment, file) = Segment::create(&self.shared.options.folder, number, &self.ring)?;
        let segment = Arc::new(segment);
        let mut state = self.shared.lock();
        if let Some(last) = state.segments.back_mut() {
            last.closed = true;
        }
        state.segments.push_back(Listed {
            segment: segment.clone(),
            durable: HEADER,
            closed: false,
        });
        drop(state);
        self.open = Some(Open { segment, file, length: HEADER });
        Ok(())
    }

    fn write(&mut self, batch: &[Pending]) -> io::Result<()> {
        let limit = self.shared.options.segment_bytes;
        if self.open.as_ref().is_none_or(|open| open.length >= limit) {
            self.begin_segment()?;
        }
        let Some(open) = &mut self.open else {
            return Err(io::ErrorKind::NotFound.into());
        };
        self.buffer.clear();
        for pending in batch {
            let offset = open.length + self.buffer.len() as u64;
            open.segment.frame(offset, &pending.record, &mut self.buffer);
        }
        open.file.write_all(&self.buffer)?;
        (self.flush)(&open.file)?;
        open.length += self.buffer.len() as u64;
        Ok(())
    }

    /// Tells the callers, without the lock: each of them may at once come with another record.
    fn confirm(&mut self, batch: Vec<Pending>) {
        let mut state = self.shared.lock();
        state.failing = None;
        if let (Some(open), Some(last)) = (&self.open, state.segments.back_mut()) {
            last.durable = open.length;
        }
        drop(state);
        let unheard: Vec<_> = batch.into_iter().filter_map(Pending::confirm).collect();
        self.shared.lock().requeue(unheard);
    }

    /// Keeps the records for the next attempt, which begins a new segment.
    fn give_up(&mut self, batch: Vec<Pending>, error: &io::Error) {
        // After a failed flush the system may have dropped the pages: never write behind them.
        self.open = None;
        let empty = self.shared.lock().failed(error, batch);
        let _ = remove(empty.as_slice());
    }
}
