//! The bytes of a segment: damage of every kind, at every offset.

use super::*;
use crate::keys::Origin;
use proptest::prelude::*;

const PAYLOAD: &[u8] = b"a look-up by the rescue centre";

fn ring() -> KeyRing {
    KeyRing::generate(chrono::DateTime::UNIX_EPOCH, Origin::Operator)
}

fn record(number: u128) -> SpooledRecord {
    SpooledRecord { id: Uuid::from_u128(number), payload: PAYLOAD.to_vec(), late: number % 2 == 1 }
}

/// A segment in memory, and the bytes of `count` frames of equal length.
fn frames(count: u128) -> (Segment, Vec<u8>) {
    let (id, key) = (Uuid::from_bytes(random()), Secret::generate());
    let segment = Segment { number: 0, path: PathBuf::new(), id, key };
    let mut bytes = Vec::new();
    for number in 0..count {
        segment.frame(HEADER + bytes.len() as u64, &record(number), &mut bytes);
    }
    (segment, bytes)
}

fn scan(segment: &Segment, bytes: &[u8]) -> Scan {
    segment.scan_bytes(bytes, HEADER, usize::MAX)
}

fn ids(scan: &Scan) -> Vec<u128> {
    scan.records.iter().map(|record| record.id.as_u128()).collect()
}

#[test]
fn records_are_read_back_with_their_flags() {
    let (segment, bytes) = frames(4);
    let scan = scan(&segment, &bytes);
    assert_eq!(scan.records, (0..4).map(record).collect::<Vec<_>>());
    assert_eq!((scan.damaged, scan.end), (0, HEADER + bytes.len() as u64));
}

#[test]
fn a_scan_stops_at_the_number_asked_for_and_goes_on_from_there() {
    let (segment, bytes) = frames(4);
    let first = segment.scan_bytes(&bytes, HEADER, 3);
    assert_eq!(ids(&first), [0, 1, 2]);
    let rest = &bytes[(first.end - HEADER) as usize..];
    assert_eq!(ids(&segment.scan_bytes(rest, first.end, 3)), [3]);
}

#[test]
fn the_payload_cannot_be_read_in_the_file() {
    let (_, bytes) = frames(1);
    assert!(!bytes.windows(8).any(|window| PAYLOAD.starts_with(window)));
}

#[test]
fn a_frame_cut_anywhere_costs_itself_only() {
    let (segment, bytes) = frames(3);
    let length = bytes.len() / 3;
    for cut in 0..bytes.len() {
        let scan = scan(&segment, &bytes[..cut]);
        assert_eq!(scan.records.len(), cut / length, "cut at {cut}");
        assert_eq!(scan.end, HEADER + (cut / length * length) as u64);
        assert_eq!(scan.damaged, 0);
    }
}

#[test]
fn a_byte_changed_anywhere_costs_its_frame_only() {
    let (segment, bytes) = frames(3);
    let length = bytes.len() / 3;
    for at in 0..bytes.len() {
        let mut bytes = bytes.clone();
        bytes[at] ^= 0x10;
        let scan = scan(&segment, &bytes);
        let hit = (at / length) as u128;
        assert_eq!(
            ids(&scan),
            (0..3).filter(|id| *id != hit).collect::<Vec<_>>(),
            "changed at {at}"
        );
        // At the end a damaged frame looks like one that was never finished.
        assert_eq!(scan.damaged, usize::from(hit < 2));
        assert_eq!(scan.end, HEADER + (if hit < 2 { 3 } else { 2 } * length) as u64);
    }
}

#[test]
fn frames_swapped_repeated_or_from_another_file_do_not_open() {
    let (segment, bytes) = frames(3);
    let frame = |index: usize| &bytes[index * bytes.len() / 3..(index + 1) * bytes.len() / 3];
    let swapped = scan(&segment, &[frame(1), frame(0), frame(2)].concat());
    assert_eq!((ids(&swapped), swapped.damaged), (vec![2], 2));
    let repeated = scan(&segment, &[frame(0), frame(0), frame(2)].concat());
    assert_eq!((ids(&repeated), repeated.damaged), (vec![0, 2], 1));
    let (_, other) = frames(1);
    let foreign = scan(&segment, &[frame(0), &other, frame(2)].concat());
    assert_eq!((ids(&foreign), foreign.damaged), (vec![0, 2], 1));
}

#[test]
fn a_header_cut_or_changed_anywhere_is_not_read() {
    let (folder, ring) = (tempfile::tempdir().unwrap(), ring());
    let (segment, _) = Segment::create(folder.path(), 7, &ring).unwrap();
    let whole = fs::read(&segment.path).unwrap();
    assert_eq!(whole.len() as u64, HEADER);
    let open = || Segment::open(segment.path.clone(), 7, &ring).unwrap();
    assert!(open().is_some_and(|read| read.id == segment.id && read.key == segment.key));
    for at in 0..whole.len() {
        let mut changed = whole.clone();
        changed[at] ^= 1;
        fs::write(&segment.path, &changed).unwrap();
        assert!(open().is_none(), "changed at {at}");
        fs::write(&segment.path, &whole[..at]).unwrap();
        assert!(open().is_none(), "cut at {at}");
    }
}

#[test]
fn files_are_listed_in_order_and_a_number_set_aside_is_not_used_again() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["000b.spool", "0002.spool", "00ff.spool.unreadable", "lock", "x.spool"] {
        fs::write(folder.path().join(name), "").unwrap();
    }
    let (segments, next) = list(folder.path()).unwrap();
    assert_eq!(segments.iter().map(|(number, _)| *number).collect::<Vec<_>>(), [2, 11]);
    assert_eq!(next, 256);
}

proptest! {
    #[test]
    fn any_bytes_are_scanned_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let (segment, frames) = frames(1);
        prop_assert!(scan(&segment, &bytes).records.is_empty());
        prop_assert!(scan(&segment, &[MARK.as_slice(), &bytes].concat()).records.is_empty());
        // Rubbish after a whole frame is a torn end, whatever it is.
        let torn = scan(&segment, &[frames.as_slice(), &bytes].concat());
        prop_assert_eq!((torn.records.len(), torn.end), (1, HEADER + frames.len() as u64));
    }
}
