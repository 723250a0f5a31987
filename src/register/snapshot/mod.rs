//! Files of the register: every list whole, at stable addresses, in several forms.
//!
//! A file is cut at a sealed sequence and holds exactly what a reader of the feed holds at that
//! sequence. How a cut comes to be exact ([`cut`]): the index of a moment is taken; everything that
//! is committed is sealed; then one statement reads head, changed keys and their rows. A row of the
//! index whose key has not changed since the sequence it stood for is right, and every other one is
//! taken from the statement.
//!
//! A file consists of chunks. A change cuts anew the chunk it falls in. A change under a key whose
//! row shows a natural person condemns its chunk at once, in the step in which the index changes
//! ([`Snapshots::changed`]): the content is gone, the file answers 503 until it is cut anew, and a
//! download under way breaks off. Without a lease no file that shows persons is served; those that show
//! nobody are cut from memory if the database does not answer.

mod chunk;
mod cut;
mod layout;
mod line;
mod node;
pub mod record;
pub mod rows;

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    time::{Duration, Instant},
};

use bytes::Bytes;
use chrono::{DateTime, Utc};

pub use chunk::{Chunk, Coding};
pub use layout::{Layout, columns, write};

use crate::{
    app::App,
    failure::{Failure, Problem},
    register::{CALL_SIGNS, Change},
};
use rows::Corrections;

/// The lists there are files of, by name.
pub const LISTS: [&str; 5] =
    [CALL_SIGNS, "frequency-permits", "installers", "number-ranges", "suppliers"];

/// The frequency plan, which is not in the feed: it changes by editions.
pub const PLAN: &str = "frequency-plan";

/// Every name there are files of in [`Layout::OF_LISTS`].
pub fn whole_lists() -> impl Iterator<Item = &'static str> {
    LISTS.into_iter().chain([PLAN])
}

/// A file that nobody has asked for so long is forgotten.
const IDLE: Duration = Duration::from_secs(900);
/// How long a reader waits for a file to be cut for the first time.
const FIRST: Duration = Duration::from_secs(30);
/// How long a reader waits for a file to be cut anew, before getting the last or being sent away.
const ANEW: Duration = Duration::from_millis(500);

/// A file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Name {
    /// A list in one of its forms.
    List(&'static str, Layout),
    /// `E164.csv`.
    NumberList,
    /// The rights of use of the frequency portal.
    RightsOfUse,
}

impl Name {
    /// The file called so below `/v1/snapshots/latest/`.
    pub fn parse(text: &str) -> Option<Self> {
        let (list, ending) = text.rsplit_once('.')?;
        let list = whole_lists().find(|name| *name == list)?;
        let layout = Layout::OF_LISTS.into_iter().find(|layout| layout.ending() == ending)?;
        Some(Name::List(list, layout))
    }

    /// Name it is saved under.
    pub fn file_name(self) -> String {
        match self {
            Name::List(_, Layout::CallSignList) => "kallesignaler.csv".to_owned(),
            Name::List(list, layout) => format!("{list}.{}", layout.ending()),
            Name::NumberList => "E164.csv".to_owned(),
            Name::RightsOfUse => "rightofuseinfos.json".to_owned(),
        }
    }

    /// Address it has.
    pub fn path(self) -> String {
        match self {
            Name::List(_, Layout::CallSignList) | Name::NumberList => {
                format!("/legacy/{}", self.file_name())
            }
            Name::List(..) => format!("/v1/snapshots/latest/{}", self.file_name()),
            Name::RightsOfUse => "/frekvensportalen_service/rest/rightofuseinfos".to_owned(),
        }
    }

    /// Whether the feed tells of changes of its rows.
    pub fn is_in_feed(self) -> bool {
        matches!(self, Name::List(list, _) if list != PLAN)
    }

    /// Media type.
    pub const fn media_type(self) -> &'static str {
        match self {
            Name::List(_, layout) => layout.media_type(),
            Name::NumberList => "text/csv; charset=utf-8",
            Name::RightsOfUse => "application/json",
        }
    }
}

/// A file at a sequence.
#[derive(Debug)]
pub struct Snapshot {
    /// Which.
    pub name: Name,
    /// Sequence of the feed it was cut at.
    pub sequence: i64,
    /// Since when it has had this content, as far as this process knows.
    pub modified: DateTime<Utc>,
    /// The same for the same content.
    pub tag: String,
    chunks: Vec<Arc<Chunk>>,
    end: Arc<Chunk>,
    began: Instant,
    cut_at: Instant,
    /// For how long it is not cut anew, so that cutting does not take more than a tenth of the time.
    pause: Duration,
    /// Keys the index did not yet have as the file has them.
    corrections: Mutex<Corrections>,
}

impl Snapshot {
    /// The chunks in their order.
    pub fn chunks(&self) -> impl Iterator<Item = &Arc<Chunk>> {
        self.chunks.iter().chain([&self.end])
    }

    /// It shows natural persons.
    pub fn is_personal(&self) -> bool {
        self.chunks.iter().any(|chunk| chunk.is_personal())
    }

    /// It shows a natural person under this key.
    pub fn shows_person(&self, key: &str) -> bool {
        is_of(self.name, key) && self.chunk_of(key).shows_person(chunk::hash(key))
    }

    /// A person it shows may not be shown any more.
    pub fn is_condemned(&self) -> bool {
        self.chunks.iter().any(|chunk| chunk.is_condemned())
    }

    /// Length of each chunk in a coding; gzip members are made where they are missing, which takes
    /// time. Nothing when a chunk has been condemned.
    pub fn lengths(&self, coding: Coding) -> Option<Vec<usize>> {
        self.chunks()
            .map(|chunk| match coding {
                Coding::Plain => Some(chunk.len()),
                Coding::Gzip => chunk.compress(),
            })
            .collect()
    }

    /// The whole file.
    pub fn bytes(&self) -> Option<Vec<u8>> {
        let pieces: Option<Vec<Bytes>> =
            self.chunks().map(|chunk| chunk.bytes(Coding::Plain)).collect();
        pieces.map(|pieces| pieces.concat())
    }

    fn condemn(&self, key: &str, revision: i64) {
        self.chunk_of(key).condemn(chunk::hash(key));
        // the index has it now
        let mut corrections = lock(&self.corrections);
        if corrections.get(key).is_some_and(|(known, _)| *known <= revision) {
            corrections.remove(key);
        }
    }

    fn position(&self, key: &str) -> usize {
        self.chunks.partition_point(|chunk| chunk.from.as_str() <= key).saturating_sub(1)
    }

    fn chunk_of(&self, key: &str) -> &Chunk {
        self.chunks.get(self.position(key)).unwrap_or(&self.end)
    }

    /// It need not be cut anew: nothing is sealed since, or it has just been cut.
    fn is_fresh(&self, head: i64) -> bool {
        let has_all = self.name.is_in_feed() && self.sequence >= head;
        !self.is_condemned() && (has_all || self.cut_at.elapsed() < self.pause)
    }
}

/// The files of this process.
#[derive(Debug, Default)]
pub struct Snapshots {
    slots: Mutex<HashMap<Name, Arc<Slot>>>,
    ledger: Mutex<Ledger>,
}

#[derive(Debug, Default)]
struct Slot {
    current: Mutex<Option<Arc<Snapshot>>>,
    asked_at: Mutex<Option<Instant>>,
    /// One cuts, the others wait.
    turn: Arc<tokio::sync::Mutex<()>>,
}

/// What changed while files are being cut, so that none is put in place with what was taken away
/// meanwhile.
#[derive(Debug, Default)]
struct Ledger {
    cutting: usize,
    keys: Vec<(String, i64)>,
    /// Chunks with persons that are in no file any more, while somebody still downloads them.
    retired: Vec<Weak<Chunk>>,
}

impl Ledger {
    fn retire<'a>(&mut self, chunks: impl Iterator<Item = &'a Arc<Chunk>>) {
        self.retired.retain(|chunk| chunk.strong_count() > 0);
        self.retired.extend(chunks.filter(|chunk| chunk.is_personal()).map(Arc::downgrade));
    }
}

impl Slot {
    fn current(&self) -> Option<Arc<Snapshot>> {
        lock(&self.current).clone()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Snapshots {
    /// Told in the step in which the index changes, after it: no file shows a person of these rows as
    /// they were.
    pub fn changed(&self, keys: Vec<(String, i64)>) {
        // held for the whole step: a file is put in place before it, and condemned in it, or after it
        let mut ledger = lock(&self.ledger);
        let files: Vec<Arc<Snapshot>> =
            lock(&self.slots).values().filter_map(|slot| slot.current()).collect();
        for (key, revision) in &keys {
            for file in files.iter().filter(|file| is_of(file.name, key)) {
                file.condemn(key, *revision);
            }
            for chunk in ledger.retired.iter().filter_map(Weak::upgrade) {
                chunk.condemn(chunk::hash(key));
            }
        }
        if ledger.cutting > 0 {
            ledger.keys.extend(keys);
        }
    }

    fn slot(&self, name: Name) -> Arc<Slot> {
        let slot = Arc::clone(lock(&self.slots).entry(name).or_default());
        *lock(&slot.asked_at) = Some(Instant::now());
        slot
    }

    /// Forgets the files nobody has asked for.
    pub fn forget_idle(&self) {
        let mut ledger = lock(&self.ledger);
        lock(&self.slots).retain(|_, slot| {
            let is_idle = lock(&slot.asked_at).is_none_or(|asked| asked.elapsed() > IDLE);
            if let Some(file) = slot.current().filter(|_| is_idle) {
                ledger.retire(file.chunks());
            }
            !is_idle
        });
    }

    fn begin(&self) -> Cutting<'_> {
        let mut ledger = lock(&self.ledger);
        ledger.cutting += 1;
        Cutting { files: self, begun: ledger.keys.len() }
    }
}

/// A file being cut.
struct Cutting<'a> {
    files: &'a Snapshots,
    /// How much was in the ledger when it began.
    begun: usize,
}

impl Cutting<'_> {
    fn put(&self, slot: &Slot, file: Snapshot) -> Arc<Snapshot> {
        let mut ledger = lock(&self.files.ledger);
        for (key, revision) in ledger.keys.iter().skip(self.begun) {
            if is_of(file.name, key) {
                file.condemn(key, *revision);
            }
        }
        let file = Arc::new(file);
        if let Some(old) = lock(&slot.current).replace(Arc::clone(&file)) {
            let kept: HashSet<*const Chunk> = file.chunks().map(Arc::as_ptr).collect();
            ledger.retire(old.chunks().filter(|chunk| !kept.contains(&Arc::as_ptr(chunk))));
        }
        file
    }
}

impl Drop for Cutting<'_> {
    fn drop(&mut self) {
        let mut ledger = lock(&self.files.ledger);
        ledger.cutting -= 1;
        if ledger.cutting == 0 {
            ledger.keys.clear();
        }
    }
}

fn is_of(name: Name, key: &str) -> bool {
    let Name::List(list, _) = name else { return false };
    key.strip_prefix(list).is_some_and(|rest| rest.starts_with('/'))
}

/// Keys and revisions of changes of the index.
pub fn keys(changes: &[Change]) -> Vec<(String, i64)> {
    changes
        .iter()
        .map(|change| match change {
            Change::Sign(entry) => (format!("{CALL_SIGNS}/{}", entry.key), entry.revision),
            Change::Permit(entry) => (entry.key.clone(), entry.revision),
        })
        .collect()
}

/// The newest state of a file.
///
/// # Errors
/// 503 while it cannot be given: a person it shows may not be shown any more and it is not cut anew
/// yet, or persons may not be shown at all at this moment.
pub async fn get(app: &App, name: Name) -> Result<Arc<Snapshot>, Failure> {
    let slot = app.snapshots().slot(name);
    let held = slot.current();
    if let Some(file) = held.as_ref().filter(|file| file.is_fresh(app.feed().known())) {
        return admit(app, Arc::clone(file));
    }
    let patience = if held.is_some() || stands_in(app, name) { ANEW } else { FIRST };
    // goes on when the reader goes away, for the next one
    let cutting = tokio::spawn(renew(app.clone(), name, Arc::clone(&slot), Instant::now()));
    match tokio::time::timeout(patience, cutting).await {
        Ok(Ok(Ok(file))) => admit(app, file),
        outcome => {
            if let Ok(Ok(Err(failure))) = outcome {
                tracing::warn!(problem = failure.problem().code(), "a file could not be cut");
            }
            match slot.current() {
                Some(file) => admit(app, file),
                None => admit(app, remember(app, name, &slot).await?),
            }
        }
    }
}

/// Memory stands in for the database, which has not answered for so long that the lease has run out.
fn stands_in(app: &App, name: Name) -> bool {
    cut::is_remembered(name) && !app.lease().is_good() && app.lease().applied() >= 0
}

/// A file nobody has asked for before, from memory. The next cut corrects it like any other.
async fn remember(app: &App, name: Name, slot: &Slot) -> Result<Arc<Snapshot>, Failure> {
    let Name::List(list, layout) = name else { return Err(being_cut()) };
    if !stands_in(app, name) {
        return Err(being_cut());
    }
    let cutting = app.snapshots().begin();
    let file = cut::remembered(app, list, layout).await?;
    // the database may have answered meanwhile
    Ok(slot.current().unwrap_or_else(|| cutting.put(slot, file)))
}

fn being_cut() -> Failure {
    Failure::new(
        Problem::Unavailable,
        "This file is being written anew. Ask again in a few seconds.",
    )
}

fn admit(app: &App, file: Arc<Snapshot>) -> Result<Arc<Snapshot>, Failure> {
    if file.is_condemned() {
        return Err(being_cut());
    }
    if file.is_personal() && !app.lease().is_good() {
        return Err(Failure::new(
            Problem::Unavailable,
            "Persons cannot be shown at this moment. Ask again in a few seconds.",
        ));
    }
    Ok(file)
}

async fn renew(
    app: App,
    name: Name,
    slot: Arc<Slot>,
    asked: Instant,
) -> Result<Arc<Snapshot>, Failure> {
    let _turn = Arc::clone(&slot.turn).lock_owned().await;
    let held = slot.current();
    let is_good = |file: &&Arc<Snapshot>| {
        file.is_fresh(app.feed().known()) || (file.began >= asked && !file.is_condemned())
    };
    if let Some(file) = held.as_ref().filter(is_good) {
        return Ok(Arc::clone(file));
    }
    let cutting = app.snapshots().begin();
    let file = cut::cut(&app, name, held).await?;
    Ok(cutting.put(&slot, file))
}
