//! The chain: its vectors, and that every kind of change is found at the right row.

use super::*;
use proptest::prelude::*;

fn key() -> ChainKey {
    ChainKey::from_bytes(std::array::from_fn(|i| i as u8))
}

#[derive(Clone, Debug)]
struct Stored {
    seq: u64,
    id: Uuid,
    stream: String,
    salt: [u8; SALT],
    content: Vec<u8>,
    commitment: [u8; 32],
    recorded_at: DateTime<Utc>,
    link: Link,
    erased: bool,
}

impl Stored {
    fn row(&self) -> Row<'_> {
        Row {
            entry: Entry {
                seq: self.seq,
                id: self.id,
                stream: &self.stream,
                commitment: self.commitment,
                recorded_at: self.recorded_at,
            },
            link: self.link,
            content: (!self.erased).then_some((&self.salt, &self.content)),
        }
    }
}

fn log(length: u64) -> Vec<Stored> {
    let mut previous = GENESIS;
    (1..=length)
        .map(|seq| {
            let (salt, content) = (new_salt(), format!("entry {seq}").into_bytes());
            let mut stored = Stored {
                seq,
                id: Uuid::from_u128(u128::from(seq)),
                stream: if seq % 2 == 0 { "journal" } else { "disclosure" }.into(),
                salt,
                commitment: commitment(&salt, &content),
                content,
                recorded_at: DateTime::from_timestamp_micros(1_790_000_000_000_000 + seq as i64)
                    .unwrap(),
                link: GENESIS,
                erased: false,
            };
            stored.link = link(&key(), previous, &stored.row().entry);
            previous = stored.link;
            stored
        })
        .collect()
}

fn verify(log: &[Stored]) -> Result<Head, Break> {
    let key = key();
    let mut verifier = Verifier::new(&key);
    for stored in log {
        let _ = verifier.feed(&stored.row());
    }
    verifier.finish()
}

#[test]
fn commitments_and_links_are_those_of_the_vectors() {
    let vectors = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/log_chain.tsv"));
    let (key, mut previous, mut rows) = (key(), GENESIS, 0);
    for line in vectors.lines().filter(|line| !line.starts_with('#')) {
        let [seq, id, stream, salt, content, micros, committed, linked] =
            line.split('\t').collect::<Vec<_>>().try_into().unwrap();
        let salt: [u8; SALT] = hex::decode(salt).unwrap().try_into().unwrap();
        let entry = Entry {
            seq: seq.parse().unwrap(),
            id: id.parse().unwrap(),
            stream,
            commitment: commitment(&salt, content.as_bytes()),
            recorded_at: DateTime::from_timestamp_micros(micros.parse().unwrap()).unwrap(),
        };
        assert_eq!(hex::encode(entry.commitment), committed);
        previous = link(&key, previous, &entry);
        assert_eq!(previous.to_string(), linked);
        rows += 1;
    }
    assert_eq!(rows, 3);
}

#[test]
fn a_log_left_alone_is_whole() {
    let log = log(20);
    assert_eq!(verify(&log), Ok(Head { count: 20, root: log[19].link }));
    assert_eq!(verify(&[]), Ok(Head { count: 0, root: GENESIS }));
}

#[test]
fn erasing_content_leaves_the_chain_whole() {
    let mut log = log(20);
    for stored in &mut log {
        stored.erased = stored.seq % 3 == 0;
    }
    assert!(verify(&log).is_ok());
}

#[test]
fn a_verifier_continues_from_a_known_head() {
    let (log, key) = (log(20), key());
    let mut verifier = Verifier::resume(&key, Head { count: 12, root: log[11].link });
    for stored in &log[12..] {
        verifier.feed(&stored.row()).unwrap();
    }
    assert_eq!(verifier.finish().unwrap().count, 20);
}

#[test]
fn a_removed_repeated_or_swapped_row_is_a_gap() {
    let whole = log(9);
    let mut removed = whole.clone();
    removed.remove(4);
    let mut repeated = whole.clone();
    repeated.insert(5, whole[4].clone());
    let mut swapped = whole;
    swapped.swap(4, 5);
    assert_eq!(verify(&removed), Err(Break { seq: 6, fault: Fault::Gap { expected: 5 } }));
    assert_eq!(verify(&repeated), Err(Break { seq: 5, fault: Fault::Gap { expected: 6 } }));
    assert_eq!(verify(&swapped), Err(Break { seq: 6, fault: Fault::Gap { expected: 5 } }));
}

#[test]
fn renumbering_after_a_removal_does_not_help() {
    let mut log = log(9);
    log.remove(4);
    for (index, stored) in log.iter_mut().enumerate() {
        stored.seq = index as u64 + 1;
    }
    assert_eq!(verify(&log), Err(Break { seq: 5, fault: Fault::Link }));
}

#[test]
fn a_chain_made_anew_without_the_key_is_found_at_its_first_row() {
    let mut log = log(9);
    let guessed = ChainKey::from_bytes([0; 32]);
    let mut previous = GENESIS;
    for stored in &mut log {
        stored.link = link(&guessed, previous, &stored.row().entry);
        previous = stored.link;
    }
    assert_eq!(verify(&log), Err(Break { seq: 1, fault: Fault::Link }));
}

#[test]
fn streams_and_ids_cannot_be_confused_at_their_border() {
    let log = log(1);
    let entry = log[0].row().entry;
    let shorter = Entry { stream: "disclosur", ..entry };
    assert_ne!(link(&key(), GENESIS, &entry), link(&key(), GENESIS, &shorter));
}

proptest! {
    #[test]
    fn any_changed_field_is_found_at_its_row(at in 0_usize..12, field in 0..6, bit in 0_usize..128, erased: bool) {
        let mut log = log(12);
        let stored = &mut log[at];
        stored.erased = erased && field < 4;
        match field {
            0 => stored.id = Uuid::from_u128(stored.id.as_u128() ^ (1 << bit)),
            1 => stored.stream.push('x'),
            2 => stored.commitment[bit / 8] ^= 1 << (bit % 8),
            3 => stored.link.0[bit / 8] ^= 1 << (bit % 8),
            4 => stored.content.push(0),
            _ => stored.salt[bit / 8] ^= 1 << (bit % 8),
        }
        let fault = if field < 4 { Fault::Link } else { Fault::Content };
        prop_assert_eq!(verify(&log), Err(Break { seq: at as u64 + 1, fault }));
    }

    #[test]
    fn a_microsecond_is_seen_and_a_nanosecond_is_not(at in 0_usize..5, nanos in 1_i64..1_000) {
        let mut log = log(5);
        log[at].recorded_at += chrono::TimeDelta::nanoseconds(nanos);
        prop_assert!(verify(&log).is_ok());
        log[at].recorded_at += chrono::TimeDelta::microseconds(1);
        prop_assert!(verify(&log).is_err());
    }
}
