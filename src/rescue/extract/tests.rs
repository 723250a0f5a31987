//! An extract is read by its receiver alone, whole, and only as the registry signed it.

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::{disclosure::policy::Kind, values::ids::PermitId};

fn signing() -> SigningKey {
    SigningKey::from_bytes(&[7; 32])
}

fn at() -> DateTime<Utc> {
    "2026-11-22T08:00:00Z".parse().expect("a time")
}

fn held(n: u128) -> Held {
    Held {
        permit: PermitId(uuid::Uuid::from_u128(n)),
        version: 2,
        kind: Kind::Plb,
        record: json!({ "holder": { "name": "Kari Eksempel", "note": "x".repeat(700) } }),
        restricted: n.is_multiple_of(2),
        recorded_at: None,
        holder: None,
        former: Vec::new(),
    }
}

fn written(receiver: &ReceiverPublicKey, permits: u128) -> Vec<u8> {
    let mut writer = Writer::begin(Vec::new(), receiver).expect("begins");
    for n in 0..permits {
        writer.add(&Line::Permit(Box::new(held(n)))).expect("writes");
    }
    writer.finish(41, at(), &signing()).expect("ends").0
}

fn read_all(bytes: &[u8], key: &ReceiverKey) -> Result<(Statement, Vec<Held>), ExtractFlaw> {
    let mut permits = Vec::new();
    let statement = read(bytes, key, &[signing().verifying_key()], |line| {
        if let Line::Permit(held) = line {
            permits.push(*held);
        }
        Ok(())
    })?;
    Ok((statement, permits))
}

#[test]
fn what_was_written_is_read_whatever_its_length() {
    let key = ReceiverKey::generate();
    for count in [0, 1, 85, 86, 90, 300] {
        let bytes = written(&key.public(), count);
        let (statement, permits) = read_all(&bytes, &key).expect("reads");
        assert_eq!(permits, (0..count).map(held).collect::<Vec<_>>());
        assert_eq!((u128::from(statement.permits), statement.head), (count, 41));
        assert_eq!((statement.at, statement.receiver), (at(), key.public().id()));
        let plain = String::from_utf8_lossy(&bytes);
        assert!(!plain.contains("Kari") && !plain.contains("holder"), "it is encrypted");
    }
}

#[test]
fn another_receiver_reads_nothing_and_another_signer_is_not_believed() {
    let (key, other) = (ReceiverKey::generate(), ReceiverKey::generate());
    let bytes = written(&key.public(), 3);
    assert!(matches!(read_all(&bytes, &other), Err(ExtractFlaw::OtherReceiver(_))));
    let stranger = SigningKey::from_bytes(&[8; 32]).verifying_key();
    let outcome = read(&*bytes, &key, &[stranger], |_| Ok(()));
    assert!(matches!(outcome, Err(ExtractFlaw::Signature)));
    assert!(matches!(read(&*bytes, &key, &[], |_| Ok(())), Err(ExtractFlaw::Signature)));
}

#[test]
fn an_extract_passed_on_to_another_receiver_is_not_believed() {
    let (key, other) = (ReceiverKey::generate(), ReceiverKey::generate());
    let mut lines = Vec::new();
    let bytes = written(&key.public(), 2);
    let mut frames = frames(&*bytes, &key).expect("opens");
    frames.read_to_end(&mut lines).expect("reads");
    let mut again = Writer::begin(Vec::new(), &other.public()).expect("begins");
    again.write(&lines).expect("writes");
    again.frame(true).expect("ends");
    assert!(matches!(read_all(&again.out, &other), Err(ExtractFlaw::Signature)));
}

#[test]
fn keys_are_read_as_they_are_written() {
    let key = ReceiverKey::generate();
    let again = ReceiverKey::parse(&key.to_text()).expect("a key");
    assert_eq!(again.public(), key.public());
    let public = ReceiverPublicKey::parse(&key.public().to_string()).expect("a key");
    assert_eq!(public, key.public());
    assert!(ReceiverKey::parse(&key.public().to_string()).is_err());
    assert!(ReceiverPublicKey::parse("anrpk_abc").is_err());
    assert!(!format!("{key:?}").contains(&key.to_text()[6..20]));
    // a point of small order would give everybody the same shared secret
    let weak = ReceiverPublicKey(PublicKey::from([0; 32]));
    assert!(Writer::begin(Vec::new(), &weak).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn an_extract_that_was_changed_anywhere_is_refused(at in 0.0_f64..1.0, bit in 0_u8..8, cut in any::<bool>()) {
        let key = ReceiverKey::generate();
        let whole = written(&key.public(), 120);
        #[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss, clippy::cast_sign_loss)]
        let place = (at * whole.len() as f64) as usize;
        let mut bytes = whole.clone();
        if cut {
            bytes.truncate(place);
        } else {
            bytes[place] ^= 1 << bit;
        }
        prop_assert!(read_all(&bytes, &key).is_err());
        let mut longer = whole;
        longer.push(0);
        prop_assert!(read_all(&longer, &key).is_err());
    }
}
