//! The rescue spool: every look-up by a rescue centre is recorded in a local, sealed file before it is answered, and moved
//! into the database later. It must not touch the database, and an answer must never wait for it longer than
//! [`SpoolOptions::append_limit`]: saving a life comes before the record of it.
//!
//! - Many callers of [`Spool::append`] share one flush to the disk (group commit, `spool/writer.rs`).
//! - [`Spool::drain`] gives records at least once, under ids that make storing them twice harmless;
//!   [`Spool::acknowledge`] removes them.
//! - A record that did not reach the disk in time stays in memory, is written as soon as the disk answers, and is marked
//!   late for good.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    sync::Arc,
    thread::JoinHandle,
    time::Duration,
};

use uuid::Uuid;

use crate::keys::KeyRing;
use segment::{HEADER, MAX_PAYLOAD, Segment};
use shared::{Cursor, Listed, Shared};

mod segment;
mod shared;
mod writer;

/// How a spool behaves.
#[derive(Clone, Debug)]
pub struct SpoolOptions {
    /// Its folder, made if missing. One process each.
    pub folder: PathBuf,
    /// Longest time [`Spool::append`] waits for the disk.
    pub append_limit: Duration,
    /// Time between attempts while the disk fails.
    pub retry_interval: Duration,
    /// Most records held in memory, waiting for the disk.
    pub memory_records: usize,
    /// Size in bytes from which a new segment file is begun.
    pub segment_bytes: u64,
}

impl SpoolOptions {
    /// Waits at most 50 ms, retries every 500 ms, holds 20,000 records in memory, segments of 8 MiB.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into(),
            append_limit: Duration::from_millis(50),
            retry_interval: Duration::from_millis(500),
            memory_records: 20_000,
            segment_bytes: 8 * 1024 * 1024,
        }
    }
}

/// A record read back.
#[derive(Clone, PartialEq, Eq)]
pub struct SpooledRecord {
    /// The id given to [`Spool::append`].
    pub id: Uuid,
    /// The bytes given to [`Spool::append`].
    pub payload: Vec<u8>,
    /// True if the record was not on the disk when `append` returned. If a record comes twice, it is late if either is.
    pub late: bool,
}

impl std::fmt::Debug for SpooledRecord {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SpooledRecord({}, late: {}, ..)", self.id, self.late)
    }
}

/// Why a record was not on the disk when `append` returned. Answer the rescue centre all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotOnDisk {
    /// The disk did not answer in time; the record is held and will be marked late.
    #[error("the disk did not answer in time; the record is kept in memory and written later")]
    Slow,
    /// The disk fails; the record is held and will be marked late.
    #[error("the disk fails; the record is kept in memory and written later")]
    Failing,
    /// Too many records are waiting; this one is lost unless the caller keeps it.
    #[error("too many records are waiting for the disk; this one is not kept")]
    Full,
    /// The payload is larger than 64 KiB; it is not kept.
    #[error("the record is larger than the spool takes; it is not kept")]
    TooLarge,
    /// The spool has been stopped; the record is not kept.
    #[error("the spool has been stopped; the record is not kept")]
    Stopped,
}

impl NotOnDisk {
    /// True if the spool still holds the record and will write it; false if the caller must keep it by other means.
    pub fn is_kept(self) -> bool {
        matches!(self, Self::Slow | Self::Failing)
    }
}

/// Why a spool cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum SpoolError {
    /// Another process has the folder.
    #[error("another process uses the spool folder; give each process its own")]
    InUse,
    /// The folder cannot be made, read or repaired.
    #[error("the spool folder cannot be used: {0}")]
    Io(#[from] io::Error),
}

/// What was found in the folder at the start.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recovery {
    /// Whole records from before, which [`Spool::drain`] will give.
    pub records: usize,
    /// Unfinished ends that were cut off, as a crash leaves them. Nobody was told that these records were safe.
    pub torn: usize,
    /// Bytes cut off with them.
    pub torn_bytes: u64,
    /// Damaged stretches in the middle of a file; records in them are lost.
    pub damaged: usize,
    /// Files whose key is missing or damaged; set aside under this name and left alone.
    pub set_aside: Vec<PathBuf>,
}

/// The state of a spool, for monitoring. Counters begin at the start of the process.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Health {
    /// Records in memory that wait for the disk.
    pub in_memory: usize,
    /// Segment files.
    pub segments: usize,
    /// Bytes on the disk that have not been acknowledged.
    pub unacknowledged_bytes: u64,
    /// How long the disk has been failing, and what the system answers.
    pub failing: Option<(Duration, String)>,
    /// Records marked late.
    pub late: u64,
    /// Records given up because too many were waiting.
    pub lost: u64,
    /// Damaged stretches met while draining.
    pub damaged: u64,
}

/// Records to store in the database, oldest first.
#[derive(Debug)]
pub struct Batch {
    /// The records; the same id may come again in this or a later batch.
    pub records: Vec<SpooledRecord>,
    upto: Cursor,
    /// How many of the records, at the end, are only in memory.
    from_memory: usize,
    damaged: usize,
}

/// An open spool. Dropping it writes what is waiting and ends its thread. What waits because the disk fails goes with it:
/// drain once more before a shutdown.
#[derive(Debug)]
pub struct Spool {
    shared: Arc<Shared>,
    append_limit: Duration,
    writer: Option<JoinHandle<()>>,
    /// Held for as long as the spool is open.
    _lock: File,
}

impl Spool {
    /// Opens the folder, repairs what a crash left, and starts the writer. Blocks; call it while starting up.
    pub fn open(ring: Arc<KeyRing>, options: SpoolOptions) -> Result<(Self, Recovery), SpoolError> {
        Self::open_with(ring, options, Box::new(File::sync_data))
    }

    fn open_with(
        ring: Arc<KeyRing>,
        options: SpoolOptions,
        flush: writer::Flush,
    ) -> Result<(Self, Recovery), SpoolError> {
        create_private_folder(&options.folder)?;
        let lock = lock(&options.folder)?;
        let (segments, next, recovery) = recover(&options.folder, &ring)?;
        let append_limit = options.append_limit;
        let shared = Arc::new(Shared::new(segments, options));
        let writer = writer::start(shared.clone(), ring, next, flush)?;
        let spool = Self { shared, append_limit, writer: Some(writer), _lock: lock };
        Ok((spool, recovery))
    }

    /// Records a look-up. `Ok` means that it is on the disk. Returns within [`SpoolOptions::append_limit`].
    ///
    /// `id` must be unique. If the future is dropped before it is done, the record is written all the same, as late.
    pub async fn append(&self, id: Uuid, payload: Vec<u8>) -> Result<(), NotOnDisk> {
        if payload.len() > MAX_PAYLOAD {
            return Err(NotOnDisk::TooLarge);
        }
        let mut written = self.shared.enqueue(SpooledRecord { id, payload, late: false })?;
        if let Ok(answer) = tokio::time::timeout(self.append_limit, &mut written).await {
            return answer.unwrap_or(Err(NotOnDisk::Stopped));
        }
        // Closed first, so that the writer learns that nobody waits, and marks the record late.
        written.close();
        written.try_recv().unwrap_or(Err(NotOnDisk::Slow))
    }

    /// The oldest records, at most `max`, without removing them: the same come again until they are acknowledged. While the disk fails, records in memory come too.
    pub async fn drain(&self, max: usize) -> io::Result<Batch> {
        let shared = self.shared.clone();
        blocking(move || shared.drain(max)).await
    }

    /// Removes the records of a batch, once they are in the database. Harmless if done twice or out of order.
    pub async fn acknowledge(&self, batch: Batch) -> io::Result<()> {
        let shared = self.shared.clone();
        blocking(move || shared.acknowledge(&batch)).await
    }

    /// The present state.
    pub fn health(&self) -> Health {
        self.shared.health()
    }
}

impl Drop for Spool {
    fn drop(&mut self) {
        self.shared.stop();
        if let Some(writer) = self.writer.take() {
            // A panic of the writer has been reported by the runtime already; nothing is left to do about it here.
            let _ = writer.join();
        }
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(io::Error::other)?
}

fn create_private_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

fn lock(folder: &Path) -> Result<File, SpoolError> {
    let file = fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .open(folder.join("lock"))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(fs::TryLockError::WouldBlock) => Err(SpoolError::InUse),
        Err(fs::TryLockError::Error(error)) => Err(error.into()),
    }
}

/// Reads every segment, cuts torn ends, removes empty files and sets unreadable ones aside. Also gives the number of the
/// next segment: a file found here is never written again, so that a torn end cannot be continued.
fn recover(folder: &Path, ring: &KeyRing) -> io::Result<(Vec<Listed>, u64, Recovery)> {
    let mut recovery = Recovery::default();
    let mut segments = Vec::new();
    let (files, next) = segment::list(folder)?;
    for (number, path) in files {
        let length = fs::metadata(&path)?.len();
        let Some(segment) = Segment::open(path.clone(), number, ring)? else {
            set_aside(path, length, &mut recovery)?;
            continue;
        };
        let scan = segment.scan(HEADER, length, usize::MAX)?;
        if scan.end < length {
            recovery.torn += 1;
            recovery.torn_bytes += length - scan.end;
            let file = fs::OpenOptions::new().write(true).open(&path)?;
            file.set_len(scan.end)?;
            file.sync_all()?;
        }
        recovery.damaged += scan.damaged;
        recovery.records += scan.records.len();
        if scan.end == HEADER {
            fs::remove_file(path)?;
        } else {
            segments.push(Listed::closed(segment, scan.end));
        }
    }
    Ok((segments, next, recovery))
}

/// A file shorter than its header holds no record: a crash came while it was made.
fn set_aside(path: PathBuf, length: u64, recovery: &mut Recovery) -> io::Result<()> {
    if length < HEADER {
        recovery.torn += 1;
        recovery.torn_bytes += length;
        return fs::remove_file(path);
    }
    let aside = path.with_extension("spool.unreadable");
    fs::rename(path, &aside)?;
    recovery.set_aside.push(aside);
    Ok(())
}

#[cfg(test)]
mod tests;
