//! The spool on real files: what is safe when, crashes, a failing and a slow disk, and many writers at once.

use super::*;
use crate::keys::Origin;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Instant,
};

const LIMIT: Duration = Duration::from_millis(50);

fn ring() -> Arc<KeyRing> {
    Arc::new(KeyRing::generate(chrono::DateTime::UNIX_EPOCH, Origin::Operator))
}

fn options(folder: &Path) -> SpoolOptions {
    SpoolOptions {
        append_limit: Duration::from_secs(20),
        retry_interval: Duration::from_millis(20),
        ..SpoolOptions::new(folder)
    }
}

fn open(ring: &Arc<KeyRing>, folder: &Path) -> (Spool, Recovery) {
    Spool::open(ring.clone(), options(folder)).unwrap()
}

fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

async fn append(spool: &Spool, numbers: std::ops::Range<u128>) {
    for number in numbers {
        spool.append(id(number), format!("look-up {number}").into_bytes()).await.unwrap();
    }
}

fn numbers(batch: &Batch) -> Vec<u128> {
    batch.records.iter().map(|record| record.id.as_u128()).collect()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    segment::list(folder).unwrap().0.into_iter().map(|(_, path)| path).collect()
}

/// The folder as a crash at this moment would leave it.
fn crash(folder: &Path) -> tempfile::TempDir {
    let copy = tempfile::tempdir().unwrap();
    for file in files(folder) {
        fs::copy(&file, copy.path().join(file.file_name().unwrap())).unwrap();
    }
    copy
}

async fn eventually(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let start = Instant::now();
    while !holds().await {
        assert!(start.elapsed() < Duration::from_secs(20), "{what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// A disk that can be told to fail or to hang.
#[derive(Clone, Default)]
struct Disk {
    fails: Arc<AtomicBool>,
    hangs: Arc<Mutex<()>>,
    flushes: Arc<AtomicUsize>,
}

impl Disk {
    fn open(&self, ring: &Arc<KeyRing>, options: SpoolOptions) -> Spool {
        let disk = self.clone();
        let flush = move |file: &File| {
            drop(disk.hangs.lock().unwrap());
            disk.flushes.fetch_add(1, Ordering::SeqCst);
            if disk.fails.load(Ordering::SeqCst) {
                return Err(io::Error::other("no answer from the drive"));
            }
            file.sync_data()
        };
        Spool::open_with(ring.clone(), options, Box::new(flush)).unwrap().0
    }

    fn fail(&self, fails: bool) {
        self.fails.store(fails, Ordering::SeqCst);
    }
}

#[tokio::test]
async fn what_append_has_confirmed_survives_a_crash_at_once() {
    let (folder, ring) = (tempfile::tempdir().unwrap(), ring());
    let (spool, _) = open(&ring, folder.path());
    for number in 0..20 {
        append(&spool, number..number + 1).await;
        let copy = crash(folder.path());
        let (after, recovery) = open(&ring, copy.path());
        assert_eq!((recovery.records as u128, recovery.torn), (number + 1, 0));
        assert_eq!(numbers(&after.drain(100).await.unwrap()), (0..=number).collect::<Vec<_>>());
    }
}

#[tokio::test]
async fn a_file_cut_at_any_offset_keeps_its_whole_records() {
    let (folder, ring) = (tempfile::tempdir().unwrap(), ring());
    let (spool, _) = open(&ring, folder.path());
    append(&spool, 0..3).await;
    let file = files(folder.path()).remove(0);
    let whole = fs::read(&file).unwrap();
    let frame = (whole.len() - HEADER as usize) / 3;
    for cut in 0..=whole.len() {
        let copy = tempfile::tempdir().unwrap();
        fs::write(copy.path().join(file.file_name().unwrap()), &whole[..cut]).unwrap();
        let (after, recovery) = open(&ring, copy.path());
        let kept = cut.saturating_sub(HEADER as usize) / frame;
        let torn = if cut < HEADER as usize { cut } else { cut - HEADER as usize - kept * frame };
        assert_eq!((recovery.records, recovery.torn_bytes as usize), (kept, torn), "cut at {cut}");
        assert!(recovery.damaged == 0 && recovery.set_aside.is_empty());
        append(&after, 9..10).await;
        let drained = numbers(&after.drain(100).await.unwrap());
        assert_eq!(drained, (0..kept as u128).chain([9]).collect::<Vec<_>>());
        drop(after);
        assert_eq!(
            open(&ring, copy.path()).1,
            Recovery { records: kept + 1, ..Recovery::default() }
        );
    }
}

#[tokio::test]
async fn a_damaged_record_in_the_middle_is_skipped_and_counted() {
    let (folder, ring) = (tempfile::tempdir().unwrap(), ring());
    let (spool, _) = open(&ring, folder.path());
    append(&spool, 0..5).await;
    let copy = crash(folder.path());
    let file = files(copy.path()).remove(0);
    let mut bytes = fs::read(&file).unwrap();
    let middle = usize::midpoint(HEADER as usize, bytes.len());
    bytes[middle] ^= 1;
    fs::write(&file, bytes).unwrap();
    let (after, recovery) = open(&ring, copy.path());
    assert_eq!((recovery.records, recovery.damaged, recovery.torn), (4, 1, 0));
    let batch = after.drain(100).await.unwrap();
    assert_eq!(numbers(&batch), [0, 1, 3, 4]);
    after.acknowledge(batch).await.unwrap();
    assert_eq!(after.health().damaged, 1);
    assert!(!file.exists());
}

#[tokio::test]
async fn a_segment_whose_key_is_missing_is_set_aside_and_never_removed() {
    let (folder, ring, other) = (tempfile::tempdir().unwrap(), ring(), ring());
    let (spool, _) = open(&ring, folder.path());
    append(&spool, 0..2).await;
    drop(spool);
    let (spool, recovery) = open(&other, folder.path());
    assert_eq!((recovery.records, recovery.set_aside.len()), (0, 1));
    append(&spool, 2..3).await;
    let batch = spool.drain(10).await.unwrap();
    assert_eq!(numbers(&batch), [2]);
    spool.acknowledge(batch).await.unwrap();
    drop(spool);
    let aside = &recovery.set_aside[0];
    assert!(files(folder.path()).iter().all(|file| !aside.starts_with(file)));
    // With the right ring again and the name restored, nothing is lost.
    fs::rename(aside, aside.with_extension("")).unwrap();
    let (spool, _) = open(&ring, folder.path());
    assert_eq!(numbers(&spool.drain(10).await.unwrap()), [0, 1]);
}

#[tokio::test]
async fn records_written_before_a_rotation_are_read_after_it() {
    let (folder, ring) = (tempfile::tempdir().unwrap(), ring());
    let (spool, _) = open(&ring, folder.path());
    append(&spool, 0..2).await;
    drop(spool);
    let mut rotated = KeyRing::clone(&ring);
    rotated.rotate(chrono::DateTime::UNIX_EPOCH);
    assert_eq!(open(&Arc::new(rotated), folder.path()).1.records, 2);
}

#[tokio::test]
async fn one_folder_serves_one_spool() {
    let (folder, ring) = (tempfile::tempdir().unwrap(), ring());
    let first = open(&ring, folder.path());
    let second = Spool::open(ring.clone(), options(folder.path()));
    assert!(matches!(second, Err(SpoolError::InUse)));
    drop(first);
    open(&ring, folder.path());
}

#[tokio::test]
async fn draining_repeats_until_acknowledged_and_then_removes() {
    let (folder, ring) = (tempfile::tempdir().unwrap(), ring());
    let (spool, _) = open(&ring, folder.path());
    append(&spool, 0..10).await;
    let first = spool.drain(4).await.unwrap();
    let again = spool.drain(4).await.unwrap();
    assert_eq!((numbers(&first), numbers(&again)), (vec![0, 1, 2, 3], vec![0, 1, 2, 3]));
    spool.acknowledge(first).await.unwrap();
    let rest = spool.drain(100).await.unwrap();
    assert_eq!(numbers(&rest), [4, 5, 6, 7, 8, 9]);
    assert!(spool.health().unacknowledged_bytes > 0);
    spool.acknowledge(rest).await.unwrap();
    // A batch acknowledged late must not bring anything back.
    spool.acknowledge(again).await.unwrap();
    assert_eq!(spool.drain(100).await.unwrap().records, []);
    assert_eq!(spool.health().unacknowledged_bytes, 0);
    eventually("only an empty segment is left", async || {
        let files = files(folder.path());
        files.len() == 1 && fs::metadata(&files[0]).unwrap().len() == HEADER
    })
    .await;
    append(&spool, 10..11).await;
    assert_eq!(numbers(&spool.drain(100).await.unwrap()), [10]);
}

#[tokio::test]
async fn segments_are_drained_in_order_and_removed_one_by_one() {
    let (folder, ring) = (tempfile::tempdir().unwrap(), ring());
    let small = SpoolOptions { segment_bytes: HEADER + 200, ..options(folder.path()) };
    let (spool, _) = Spool::open(ring.clone(), small).unwrap();
    append(&spool, 0..40).await;
    let many = files(folder.path()).len();
    assert!(many >= 10, "{many} segments");
    assert_eq!(spool.health().segments, many);
    let mut drained = Vec::new();
    while let batch = spool.drain(7).await.unwrap()
        && !batch.records.is_empty()
    {
        drained.extend(numbers(&batch));
        spool.acknowledge(batch).await.unwrap();
    }
    assert_eq!(drained, (0..40).collect::<Vec<_>>());
    eventually("one segment is left", async || files(folder.path()).len() == 1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_writers_and_a_drain_at_once_lose_and_repeat_nothing() {
    let (folder, ring, disk) = (tempfile::tempdir().unwrap(), ring(), Disk::default());
    let small = SpoolOptions { segment_bytes: 20_000, ..options(folder.path()) };
    let spool = Arc::new(disk.open(&ring, small));
    let writers: Vec<_> = (0..32_u128)
        .map(|writer| {
            let spool = spool.clone();
            tokio::spawn(async move { append(&spool, writer * 100..writer * 100 + 100).await })
        })
        .collect();
    let mut drained = Vec::new();
    while drained.len() < 3_200 {
        let batch = spool.drain(150).await.unwrap();
        assert!(batch.records.iter().all(|record| !record.late));
        drained.extend(numbers(&batch));
        spool.acknowledge(batch).await.unwrap();
        tokio::task::yield_now().await;
    }
    for writer in writers {
        writer.await.unwrap();
    }
    assert_eq!(drained.len(), 3_200);
    assert_eq!(drained.into_iter().collect::<BTreeSet<_>>().len(), 3_200);
    let flushes = disk.flushes.load(Ordering::SeqCst);
    assert!(flushes < 3_200, "{flushes} flushes for 3200 records: they are not shared");
    assert!(spool.drain(1).await.unwrap().records.is_empty());
}

#[tokio::test]
async fn a_failing_disk_is_answered_at_once_and_its_records_come_late() {
    let (folder, ring, disk) = (tempfile::tempdir().unwrap(), ring(), Disk::default());
    let spool = disk.open(&ring, options(folder.path()));
    append(&spool, 0..1).await;
    disk.fail(true);
    let start = Instant::now();
    for number in 1..50 {
        assert_eq!(spool.append(id(number), vec![]).await, Err(NotOnDisk::Failing));
    }
    assert!(start.elapsed() < Duration::from_secs(2));
    let health = spool.health();
    assert_eq!((health.in_memory, health.late, health.lost), (49, 49, 0));
    assert!(health.failing.unwrap().1.contains("no answer from the drive"));
    // Let it try a few times: attempts leave no files behind.
    tokio::time::sleep(Duration::from_millis(150)).await;
    assert!(files(folder.path()).len() <= 2);
    disk.fail(false);
    eventually("the disk is used again", async || spool.health().in_memory == 0).await;
    assert_eq!(spool.health().failing, None);
    append(&spool, 50..51).await;
    let copy = crash(folder.path());
    let batch = open(&ring, copy.path()).0.drain(1_000).await.unwrap();
    let mut late = BTreeMap::new();
    for record in &batch.records {
        *late.entry(record.id.as_u128()).or_default() |= record.late;
    }
    assert_eq!(late, (0..51).map(|number| (number, (1..50).contains(&number))).collect());
    // Nothing comes out of order either.
    let numbers = numbers(&batch);
    assert!(numbers.is_sorted(), "{numbers:?}");
}

#[tokio::test]
async fn a_disk_that_cannot_take_a_new_file_fails_and_recovers() {
    let (parent, ring) = (tempfile::tempdir().unwrap(), ring());
    let (folder, away) = (parent.path().join("spool"), parent.path().join("away"));
    let small = SpoolOptions { segment_bytes: 1, ..options(&folder) };
    let (spool, _) = Spool::open(ring.clone(), small).unwrap();
    append(&spool, 0..1).await;
    fs::rename(&folder, &away).unwrap();
    assert_eq!(spool.append(id(1), vec![]).await, Err(NotOnDisk::Failing));
    assert_eq!(spool.append(id(2), vec![]).await, Err(NotOnDisk::Failing));
    fs::rename(&away, &folder).unwrap();
    eventually("the folder is used again", async || spool.health().in_memory == 0).await;
    let batch = spool.drain(10).await.unwrap();
    assert_eq!(numbers(&batch), [0, 1, 2]);
    assert_eq!(
        batch.records.iter().map(|record| record.late).collect::<Vec<_>>(),
        [false, true, true]
    );
}

#[tokio::test]
async fn while_the_disk_fails_records_in_memory_can_go_to_the_database() {
    let (folder, ring, disk) = (tempfile::tempdir().unwrap(), ring(), Disk::default());
    let slow_retry =
        SpoolOptions { retry_interval: Duration::from_secs(3_600), ..options(folder.path()) };
    let spool = disk.open(&ring, slow_retry);
    append(&spool, 0..2).await;
    disk.fail(true);
    for number in 2..5 {
        assert!(spool.append(id(number), vec![]).await.is_err_and(NotOnDisk::is_kept));
    }
    let batch = spool.drain(4).await.unwrap();
    assert_eq!(numbers(&batch), [0, 1, 2, 3]);
    assert_eq!(batch.records.iter().filter(|record| record.late).count(), 2);
    spool.acknowledge(batch).await.unwrap();
    let batch = spool.drain(4).await.unwrap();
    assert_eq!(numbers(&batch), [4]);
    spool.acknowledge(batch).await.unwrap();
    assert_eq!(spool.health().in_memory, 0);
    drop(spool);
}

#[tokio::test]
async fn memory_is_bounded_and_what_does_not_fit_is_said_to_be_lost() {
    let (folder, ring, disk) = (tempfile::tempdir().unwrap(), ring(), Disk::default());
    let spool = disk.open(&ring, SpoolOptions { memory_records: 5, ..options(folder.path()) });
    disk.fail(true);
    for number in 0..5 {
        assert!(spool.append(id(number), vec![]).await.is_err_and(NotOnDisk::is_kept));
    }
    for number in 5..8 {
        assert_eq!(spool.append(id(number), vec![]).await, Err(NotOnDisk::Full));
    }
    assert_eq!((spool.health().in_memory, spool.health().lost), (5, 3));
    disk.fail(false);
    eventually("room again", async || spool.append(id(9), vec![]).await.is_ok()).await;
    assert_eq!(spool.append(id(10), vec![0; MAX_PAYLOAD + 1]).await, Err(NotOnDisk::TooLarge));
    append(&spool, 11..12).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hanging_disk_holds_no_answer_longer_than_the_limit() {
    let (folder, ring, disk) = (tempfile::tempdir().unwrap(), ring(), Disk::default());
    let spool = disk.open(&ring, SpoolOptions { append_limit: LIMIT, ..options(folder.path()) });
    let spool = Arc::new(spool);
    // Held in a thread of its own, so that no lock is held over an await.
    let (hang, over) = (disk.hangs.clone(), Arc::new(AtomicBool::new(false)));
    let until = over.clone();
    let hanging = std::thread::spawn(move || {
        let _held = hang.lock().unwrap();
        while !until.load(Ordering::SeqCst) {
            std::thread::sleep(Duration::from_millis(1));
        }
    });
    eventually("the disk hangs", async || disk.hangs.try_lock().is_err()).await;
    let start = Instant::now();
    let callers: Vec<_> = (0..50)
        .map(|number| {
            let spool = spool.clone();
            tokio::spawn(async move { spool.append(id(number), vec![]).await })
        })
        .collect();
    for caller in callers {
        assert_eq!(caller.await.unwrap(), Err(NotOnDisk::Slow));
    }
    assert!(start.elapsed() < LIMIT * 10, "{:?}", start.elapsed());
    assert_eq!(spool.health().in_memory, 50);
    over.store(true, Ordering::SeqCst);
    hanging.join().unwrap();
    eventually("all are written", async || spool.health().in_memory == 0).await;
    let mut late = BTreeMap::new();
    for record in spool.drain(1_000).await.unwrap().records {
        *late.entry(record.id.as_u128()).or_default() |= record.late;
    }
    assert_eq!(late, (0..50).map(|number| (number, true)).collect());
    assert_eq!(spool.health().late, 50);
}

#[tokio::test]
async fn an_append_given_up_by_its_caller_is_written_all_the_same() {
    let (folder, ring, disk) = (tempfile::tempdir().unwrap(), ring(), Disk::default());
    let spool = disk.open(&ring, options(folder.path()));
    let mut given_up = Box::pin(spool.append(id(1), vec![]));
    assert!(futures_poll_once(&mut given_up).await.is_none());
    drop(given_up);
    eventually("it is written", async || spool.health().in_memory == 0).await;
    let batch = spool.drain(10).await.unwrap();
    assert!(batch.records.iter().any(|record| record.id == id(1) && record.late));
}

/// The answer of a future that is asked once.
async fn futures_poll_once<T>(future: &mut (impl Future<Output = T> + Unpin)) -> Option<T> {
    std::future::poll_fn(|context| {
        std::task::Poll::Ready(match std::pin::Pin::new(&mut *future).poll(context) {
            std::task::Poll::Ready(value) => Some(value),
            std::task::Poll::Pending => None,
        })
    })
    .await
}

#[tokio::test]
async fn stopping_writes_what_is_waiting_and_ends_even_on_a_failing_disk() {
    let (folder, ring, disk) = (tempfile::tempdir().unwrap(), ring(), Disk::default());
    let spool = disk.open(&ring, options(folder.path()));
    for number in 0..20 {
        let mut waiting = Box::pin(spool.append(id(number), vec![]));
        let _ = futures_poll_once(&mut waiting).await;
    }
    drop(spool);
    assert!(open(&ring, folder.path()).1.records >= 20);
    let spool = disk.open(&ring, options(folder.path()));
    disk.fail(true);
    assert!(spool.append(id(99), vec![]).await.is_err());
    drop(spool);
}

#[cfg(unix)]
#[tokio::test]
async fn folder_and_files_are_closed_to_others() {
    use std::os::unix::fs::PermissionsExt;
    let (parent, ring) = (tempfile::tempdir().unwrap(), ring());
    let folder = parent.path().join("spool");
    let (spool, _) = open(&ring, &folder);
    append(&spool, 0..1).await;
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&folder), mode(&files(&folder)[0])), (0o700, 0o600));
}

/// Prints how long `append` takes with 32 writers, at full speed and at about 6,000 records a second:
/// `cargo test --release spool_latency -- --ignored --nocapture`.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a measurement, not a check"]
async fn spool_latency_with_32_writers() {
    for (appends, pause) in [(2_000, Duration::ZERO), (400, Duration::from_millis(5))] {
        // In the working directory: a temporary folder may lie in memory, where flushing costs nothing.
        let folder = tempfile::tempdir_in(".").unwrap();
        let disk = Disk::default();
        let spool = Arc::new(disk.open(&ring(), options(folder.path())));
        let alone = flush_alone();
        let start = Instant::now();
        let writers: Vec<_> = (0..32)
            .map(|writer| tokio::spawn(timed_appends(spool.clone(), writer, appends, pause)))
            .collect();
        let mut times = Vec::new();
        for writer in writers {
            times.extend(writer.await.unwrap());
        }
        times.sort();
        let at = |share: usize| times[(times.len() - 1) * share / 1_000];
        println!(
            "one flush alone {alone:?}; {} appends in {:?}, {} flushes: p50 {:?} p99 {:?} p99.9 {:?}",
            times.len(),
            start.elapsed(),
            disk.flushes.load(Ordering::SeqCst),
            at(500),
            at(990),
            at(999),
        );
    }
}

async fn timed_appends(
    spool: Arc<Spool>,
    writer: u128,
    appends: u128,
    pause: Duration,
) -> Vec<Duration> {
    let mut times = Vec::new();
    for number in 0..appends {
        let start = Instant::now();
        spool.append(id(writer << 32 | number), vec![0; 400]).await.unwrap();
        times.push(start.elapsed());
        if !pause.is_zero() {
            tokio::time::sleep(pause).await;
        }
    }
    times
}

/// What one flush of a record's length takes on this disk.
fn flush_alone() -> Duration {
    let mut file = tempfile::tempfile_in(".").unwrap();
    let start = Instant::now();
    for _ in 0..500 {
        io::Write::write_all(&mut file, &[0; 400]).unwrap();
        file.sync_data().unwrap();
    }
    start.elapsed() / 500
}
