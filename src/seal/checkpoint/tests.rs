//! Checkpoints: their signature, their files, and what comparing them with the log shows.

use super::*;
use crate::seal::chain::GENESIS;
use proptest::prelude::*;

fn key() -> SigningKey {
    SigningKey::from_bytes(&[7; 32])
}

fn trusted() -> Vec<VerifyingKey> {
    vec![SigningKey::from_bytes(&[8; 32]).verifying_key(), key().verifying_key()]
}

fn at(micros: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(1_790_000_000_000_000 + micros).unwrap()
}

/// A head as an honest log would have it at `count`.
fn head(count: u64) -> Head {
    let root = if count == 0 { GENESIS } else { Link([count as u8; 32]) };
    Head { count, root }
}

fn checkpoint(count: u64) -> Checkpoint {
    Checkpoint::sign(head(count), at(count as i64), &key())
}

/// What comparing shows of a log that has these heads.
fn compare(
    checkpoints: Vec<Checkpoint>,
    heads: impl IntoIterator<Item = Head>,
) -> Vec<Disagreement> {
    let mut comparison = Comparison::new(checkpoints, head(0));
    let mut last = head(0);
    for head in heads {
        comparison.pass(head);
        last = head;
    }
    comparison.finish(last)
}

#[test]
fn a_line_is_read_back_as_it_was_signed() {
    let signed = Checkpoint::sign(head(3), at(5) + chrono::TimeDelta::nanoseconds(7), &key());
    let read = Checkpoint::parse(&signed.to_line(), &trusted()).unwrap();
    assert_eq!(read, signed);
    assert_eq!((read.head(), read.at()), (head(3), at(5)));
}

#[test]
fn a_checkpoint_of_another_key_is_not_believed() {
    let foreign = SigningKey::from_bytes(&[9; 32]);
    let line = Checkpoint::sign(head(3), at(0), &foreign).to_line();
    assert_eq!(Checkpoint::parse(&line, &trusted()), Err(CheckpointFlaw::UnknownKey));
    let renamed =
        line.replace(&public_key_id(&foreign.verifying_key()), &public_key_id(&trusted()[1]));
    assert_eq!(Checkpoint::parse(&renamed, &trusted()), Err(CheckpointFlaw::Signature));
}

#[test]
fn checkpoints_stand_in_one_file_a_day() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("checkpoints");
    assert_eq!(read(&path, &trusted()).unwrap(), (vec![], vec![]));
    let next_day = Checkpoint::sign(head(9), at(86_400_000_000), &key());
    let all = [checkpoint(1), checkpoint(2), next_day];
    let files: Vec<_> = all.iter().map(|checkpoint| append(&path, checkpoint).unwrap()).collect();
    assert_eq!(files[0], files[1]);
    assert!(files[0] < files[2]);
    assert_eq!(read(&path, &trusted()).unwrap(), (all.to_vec(), vec![]));
}

#[test]
fn a_line_cut_anywhere_by_a_crash_does_not_swallow_the_next() {
    let line = format!("{}\n", checkpoint(2).to_line());
    for cut in 0..line.len() {
        let folder = tempfile::tempdir().unwrap();
        let path = append(folder.path(), &checkpoint(1)).unwrap();
        let mut bytes = fs::read(&path).unwrap();
        bytes.extend_from_slice(&line.as_bytes()[..cut]);
        fs::write(&path, bytes).unwrap();
        append(folder.path(), &checkpoint(3)).unwrap();
        let (good, bad) = read(folder.path(), &trusted()).unwrap();
        let whole = cut == line.len() - 1;
        let counts: Vec<_> = good.iter().map(|checkpoint| checkpoint.head.count).collect();
        assert_eq!(counts, if whole { vec![1, 2, 3] } else { vec![1, 3] });
        assert_eq!(bad.len(), usize::from(cut > 0 && !whole));
        assert!(bad.iter().all(|bad| bad.line == 2 && bad.flaw == CheckpointFlaw::Malformed));
    }
}

#[test]
fn a_log_left_alone_agrees_with_every_checkpoint() {
    let checkpoints = vec![checkpoint(5), checkpoint(0), checkpoint(2), checkpoint(2)];
    assert_eq!(compare(checkpoints, (1..=9).map(head)), vec![]);
}

#[test]
fn a_cut_end_is_found() {
    let cut = |had| Disagreement::CutOff { count: 4, had, at: at(had as i64) };
    let checkpoints = vec![checkpoint(8), checkpoint(4), checkpoint(6)];
    assert_eq!(compare(checkpoints, (1..=4).map(head)), vec![cut(6), cut(8)]);
    assert_eq!(compare(vec![checkpoint(1)], []).len(), 1);
}

#[test]
fn a_log_that_went_on_after_a_cut_is_found() {
    let heads = (1..=9).map(|count| match count {
        ..=4 => head(count),
        _ => Head { count, root: Link([0xee; 32]) },
    });
    let found = compare(vec![checkpoint(4), checkpoint(6)], heads);
    assert_eq!(found, vec![Disagreement::Rewritten { count: 6, at: at(6) }]);
}

#[test]
fn a_comparison_that_starts_later_meets_the_later_checkpoints_only() {
    let mut comparison =
        Comparison::new(vec![checkpoint(2), checkpoint(5), checkpoint(7)], head(5));
    comparison.pass(head(6));
    comparison.pass(head(7));
    assert_eq!(comparison.finish(head(7)), vec![]);
    let other = Head { count: 5, root: GENESIS };
    assert_eq!(Comparison::new(vec![checkpoint(5)], other).finish(other).len(), 1);
}

proptest! {
    #[test]
    fn a_changed_line_is_refused(at in 0_usize..1_000, byte in 0x20_u8..0x7f) {
        let line = checkpoint(3).to_line();
        let mut changed = line.clone().into_bytes();
        let at = at % changed.len();
        prop_assume!(changed[at] != byte);
        changed[at] = byte;
        let changed = String::from_utf8(changed).unwrap();
        // The case of hexadecimal digits carries no meaning, so a root in capitals is the same checkpoint.
        prop_assume!(!changed.eq_ignore_ascii_case(&line));
        prop_assert!(Checkpoint::parse(&changed, &trusted()).is_err());
    }

    #[test]
    fn any_text_is_refused_without_a_panic(text in ".*") {
        prop_assert!(Checkpoint::parse(&text, &trusted()).is_err());
    }
}
