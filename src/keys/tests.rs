//! Tests of the ring, its file, data keys, blind indexes and the sealed form.

use super::*;
use crate::seal::{
    chain::{GENESIS, Head},
    checkpoint::Checkpoint,
};
use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;
use std::{fs, path::PathBuf};
use uuid::Uuid;

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp_micros(1_790_000_000_000_000).unwrap()
}

fn ring() -> KeyRing {
    KeyRing::generate(now(), Origin::Operator)
}

fn place() -> Place {
    Place { table: "holder", column: "national_id", row: Uuid::from_u128(5) }
}

/// What has been stored under a ring, with the file it was saved to.
fn saved(ring: &KeyRing) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys.toml");
    ring.create(&path).unwrap();
    (folder, path)
}

/// Every key of a ring as its file spells it.
fn spelled_keys(path: &std::path::Path) -> Vec<String> {
    let text = fs::read_to_string(path).unwrap();
    text.lines()
        .filter_map(|line| line.strip_prefix("key = "))
        .map(|key| key.trim_matches('"').to_owned())
        .collect()
}

fn rewrite(path: &std::path::Path, from: &str, to: &str) {
    let text = fs::read_to_string(path).unwrap();
    assert!(text.contains(from), "{from} is in the file");
    fs::write(path, text.replacen(from, to, 1)).unwrap();
}

#[test]
fn a_ring_read_back_opens_what_the_first_sealed() {
    let mut first = ring();
    first.rotate(now());
    let (_folder, path) = saved(&first);
    let read = KeyRing::load(&path).unwrap();
    let person = Uuid::from_u128(1);
    let key = DataKey::generate(person);
    let stored = key.seal(place(), b"letter");
    let key = DataKey::unwrap(&read, person, &key.wrap(&first)).unwrap();
    assert_eq!(key.open(place(), &stored).unwrap(), b"letter");
    assert_eq!(read.open(place(), &first.seal(place(), b"secret")).unwrap(), b"secret");
    assert_eq!(read.status(), first.status());
    assert_eq!(read.chain_key(), first.chain_key());
    assert_eq!(read.token_issuer_pkcs8(), first.token_issuer_pkcs8());
    let index = |ring| blind(ring, BlindPurpose::Phone, "+4768050000");
    assert_eq!(index(&read), index(&first));
}

#[test]
fn a_generated_ring_stays_one_after_rotation_and_a_restart() {
    let mut demo = KeyRing::generate(now(), Origin::Demo);
    demo.rotate(now());
    let (_folder, path) = saved(&demo);
    assert!(KeyRing::load(&path).unwrap().is_generated());
    let (_folder, path) = saved(&ring());
    assert!(!KeyRing::load(&path).unwrap().is_generated());
}

#[test]
fn a_new_ring_never_replaces_one() {
    let (_folder, path) = saved(&ring());
    let before = fs::read(&path).unwrap();
    assert!(matches!(ring().create(&path), Err(RingError::Exists(_))));
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[test]
fn saving_replaces_the_file_and_leaves_nothing_beside_it() {
    let mut ring = ring();
    let (folder, path) = saved(&ring);
    ring.rotate(now());
    ring.save(&path).unwrap();
    assert_eq!(KeyRing::load(&path).unwrap().status().active, 2);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn a_missing_ring_is_told_from_an_unreadable_one() {
    let folder = tempfile::tempdir().unwrap();
    let missing = KeyRing::load(&folder.path().join("keys.toml"));
    assert!(matches!(missing, Err(RingError::Missing(_))));
    assert!(matches!(
        KeyRing::load(folder.path()),
        Err(RingError::Io { .. } | RingError::TooOpen { .. })
    ));
}

#[cfg(unix)]
#[test]
fn a_ring_open_to_others_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let (_folder, path) = saved(&ring());
    let mode = |path| fs::metadata(path).unwrap().permissions().mode() & 0o7777;
    assert_eq!(mode(&path), 0o600);
    for open in [0o640, 0o604, 0o620, 0o602, 0o610, 0o601] {
        fs::set_permissions(&path, fs::Permissions::from_mode(open)).unwrap();
        assert!(
            matches!(KeyRing::load(&path), Err(RingError::TooOpen { mode, .. }) if mode == open)
        );
    }
    ring().save(&path).unwrap();
    assert_eq!(mode(&path), 0o600);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o400)).unwrap();
    KeyRing::load(&path).unwrap();
}

#[test]
fn a_damaged_file_is_refused_without_quoting_it() {
    let mut twice = ring();
    twice.rotate(now());
    let keys = spelled_keys(&saved(&twice).1);
    assert_eq!(keys.len(), 6);
    let key = keys[0].as_str();
    let damages = [
        ("format = 1", "format = 2"),
        ("generated = false", "generated = \"perhaps\""),
        ("generated = false", "generated = false\nfurther = 1"),
        ("id = 1", "id = 3"),
        ("id = 2", "id = 1"),
        ("[[encryption]]", "[[encryption"),
        (key, &key[1..]),
        (key, &key[4..]),
        (key, "AAAA"),
        (&format!("key = \"{key}\""), &format!("key = {key}")),
        (&format!("key = \"{key}\""), &format!("key = [\"{key}\"]")),
        (&format!("key = \"{key}\""), &format!("kye = \"{key}\"")),
    ];
    for (from, to) in damages {
        let (_folder, path) = saved(&twice);
        rewrite(&path, from, to);
        let error = KeyRing::load(&path).unwrap_err();
        assert!(matches!(error, RingError::Malformed { .. }), "{to}: {error:?}");
        let told = format!("{error} {error:?}");
        assert!(keys.iter().all(|key| !told.contains(&key[4..12])), "{told}");
    }
}

#[test]
fn rotation_adds_a_key_and_keeps_the_old_one_for_reading() {
    let mut ring = ring();
    let old = ring.seal(place(), b"secret");
    let (person, key) = (Uuid::from_u128(1), DataKey::generate(Uuid::from_u128(1)));
    let wrapped = key.wrap(&ring);
    assert!(!ring.needs_reseal(&old) && !wrapped.needs_rewrap(&ring));
    let later = now() + TimeDelta::days(1);
    assert_eq!(ring.rotate(later), 2);
    assert_eq!(ring.status().encryption, vec![(1, now()), (2, later)]);
    assert!(ring.needs_reseal(&old) && wrapped.needs_rewrap(&ring));
    let secret = ring.open(place(), &old).unwrap();
    assert!(!ring.needs_reseal(&ring.seal(place(), &secret)));
    let again = DataKey::unwrap(&ring, person, &wrapped).unwrap().wrap(&ring);
    assert!(!again.needs_rewrap(&ring));
    assert_eq!(DataKey::unwrap(&ring, person, &again).unwrap().id(), person);
}

#[test]
fn what_a_newer_key_sealed_tells_an_older_ring_that_a_key_is_missing() {
    let old = ring();
    let mut new = old.clone();
    new.rotate(now());
    assert_eq!(old.open(place(), &new.seal(place(), b"x")), Err(OpenFlaw::UnknownKey));
}

#[test]
fn what_a_checkpoint_key_has_signed_verifies_when_another_has_taken_its_place() {
    let mut ring = ring();
    let sign = |ring: &KeyRing| {
        let head = Head { count: 3, root: GENESIS };
        Checkpoint::sign(head, now(), ring.checkpoint_key()).to_line()
    };
    let before = sign(&ring);
    let first = ring.checkpoint_key().verifying_key();
    ring.rotate_checkpoint_key();
    let second = ring.checkpoint_key().verifying_key();
    assert_ne!(first, second);
    let (_folder, path) = saved(&ring);
    let read = KeyRing::load(&path).unwrap();
    assert_eq!(read.checkpoint_keys(), [second, first]);
    for line in [before, sign(&read)] {
        assert!(Checkpoint::parse(&line, &read.checkpoint_keys()).is_ok(), "{line}");
    }
    assert_eq!(read.checkpoint_key(), ring.checkpoint_key());
}

#[test]
fn nothing_printed_shows_a_key() {
    let ring = ring();
    let keys = spelled_keys(&saved(&ring).1);
    let key = DataKey::generate(Uuid::from_u128(1));
    let printed = format!("{ring:?} {:?} {:?} {key:?}", ring.status(), ring.chain_key());
    assert!(keys.iter().all(|key| !printed.contains(key.as_str())));
    assert!(printed.contains("Secret(..)"));
    let bytes = format!("{:?}", ring.chain_key().bytes());
    assert!(!printed.contains(bytes.trim_matches(['[', ']'])));
}

#[test]
fn the_cipher_is_the_one_of_the_draft() {
    // draft-irtf-cfrg-xchacha-03, appendix A.3.1
    let key = Secret::new(std::array::from_fn(|i| 0x80 + i as u8));
    let nonce: Vec<u8> = (0x40..0x58).collect();
    let associated = hex::decode("50515253c0c1c2c3c4c5c6c7").unwrap();
    let sealed = hex::decode(concat!(
        "bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb731c7f1b0b4aa6440bf3a82f",
        "4eda7e39ae64c6708c54c216cb96b72e1213b4522f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f",
        "76b2383565d3fff921f9664c97637da9768812f615c68b13b52ec0875924c1c7987947deafd8780acf49"
    ))
    .unwrap();
    let plain = "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the \
        future, sunscreen would be it.";
    let opened = decrypt(&key, &associated, &[nonce, sealed].concat()).unwrap();
    assert_eq!(opened, plain.as_bytes());
}

#[test]
fn the_same_secret_never_looks_the_same_twice() {
    let ring = ring();
    assert_ne!(ring.seal(place(), b"x"), ring.seal(place(), b"x"));
}

#[test]
fn a_sealed_value_opens_in_its_own_place_only() {
    let (ring, key) = (ring(), DataKey::generate(Uuid::from_u128(1)));
    let Place { table, column, row } = place();
    let others = [
        Place { table: "case", ..place() },
        Place { column: "phone", ..place() },
        Place { row: Uuid::from_u128(6), ..place() },
        Place { table: "holdern", column: "ational_id", row },
        Place { table: column, column: table, row },
    ];
    for other in others {
        assert_eq!(ring.open(other, &ring.seal(place(), b"x")), Err(OpenFlaw::WrongPlace));
        assert_eq!(key.open(other, &key.seal(place(), b"x")), Err(OpenFlaw::WrongPlace));
    }
}

#[test]
fn a_place_whose_short_mark_is_the_same_is_refused_by_the_cipher() {
    let ring = ring();
    let other = Place { row: Uuid::from_u128(6), ..place() };
    let (mut moved, there) = (ring.seal(place(), b"x"), ring.seal(other, b"x"));
    moved[5..9].copy_from_slice(&there[5..9]);
    assert_eq!(ring.open(other, &moved), Err(OpenFlaw::Tampered));
}

#[test]
fn another_ring_opens_nothing() {
    let sealed = ring().seal(place(), b"x");
    assert_eq!(ring().open(place(), &sealed), Err(OpenFlaw::Tampered));
}

#[test]
fn data_keys_cannot_be_swapped_between_people() {
    let (ring, one, two) = (ring(), Uuid::from_u128(1), Uuid::from_u128(2));
    let wrapped = DataKey::generate(one).wrap(&ring);
    assert_eq!(DataKey::unwrap(&ring, two, &wrapped).unwrap_err(), OpenFlaw::WrongPlace);
}

#[test]
fn a_sealed_copy_names_its_data_key_and_opens_with_no_other() {
    let (one, two) = (DataKey::generate(Uuid::from_u128(1)), DataKey::generate(Uuid::from_u128(2)));
    let sealed = one.seal(place(), b"x");
    assert_eq!(DataKey::id_of(&sealed), Ok(one.id()));
    assert_eq!(two.open(place(), &sealed), Err(OpenFlaw::UnknownKey));
    let reused = DataKey::generate(one.id());
    assert_eq!(reused.open(place(), &sealed), Err(OpenFlaw::Tampered));
}

#[test]
fn ring_and_data_key_do_not_take_each_other_s_values() {
    let (ring, key) = (ring(), DataKey::generate(Uuid::from_u128(1)));
    assert_eq!(ring.open(place(), &key.seal(place(), b"x")), Err(OpenFlaw::UnknownVersion));
    assert_eq!(key.open(place(), &ring.seal(place(), b"x")), Err(OpenFlaw::UnknownVersion));
}

#[test]
fn blind_indexes_differ_by_value_purpose_and_ring() {
    let (one, two) = (ring(), ring());
    let index = blind(&one, BlindPurpose::Phone, "+4768050000");
    assert_eq!(index, blind(&one, BlindPurpose::Phone, "+4768050000"));
    assert_ne!(index, blind(&one, BlindPurpose::Phone, "+4768050001"));
    assert_ne!(index, blind(&two, BlindPurpose::Phone, "+4768050000"));
    for other in [BlindPurpose::NationalId, BlindPurpose::Email, BlindPurpose::RequestBody] {
        assert_ne!(index, blind(&one, other, "+4768050000"));
    }
}

#[test]
fn the_issuer_s_key_has_the_form_of_rfc_8410() {
    let ring = ring();
    let der = ring.token_issuer_pkcs8();
    let seed = [[0x04, 0x20].as_slice(), ring.token_issuer_key().as_bytes()].concat();
    assert!(der.windows(34).any(|window| window == seed));
    // Object identifier 1.3.101.112, Ed25519.
    assert!(der.windows(5).any(|window| window == [0x06, 0x03, 0x2b, 0x65, 0x70]));
}

proptest! {
    #[test]
    fn what_is_sealed_opens(plain in prop::collection::vec(any::<u8>(), 0..300)) {
        let (ring, key) = (ring(), DataKey::generate(Uuid::from_u128(1)));
        prop_assert_eq!(&ring.open(place(), &ring.seal(place(), &plain)).unwrap(), &plain);
        prop_assert_eq!(&key.open(place(), &key.seal(place(), &plain)).unwrap(), &plain);
    }

    #[test]
    fn every_changed_bit_is_found_and_named(at in 0_usize..10_000, bit in 0..8_u8) {
        let ring = ring();
        let mut sealed = ring.seal(place(), b"a secret");
        let at = at % sealed.len();
        sealed[at] ^= 1 << bit;
        let expected = match at {
            0 => OpenFlaw::UnknownVersion,
            1..5 => OpenFlaw::UnknownKey,
            5..9 => OpenFlaw::WrongPlace,
            _ => OpenFlaw::Tampered,
        };
        prop_assert_eq!(ring.open(place(), &sealed), Err(expected));
    }

    #[test]
    fn any_bytes_are_refused_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), version in 0..4_u8) {
        let (ring, key) = (ring(), DataKey::generate(Uuid::from_u128(1)));
        let headed = [&[version], bytes.as_slice()].concat();
        for bytes in [bytes, headed] {
            prop_assert!(ring.open(place(), &bytes).is_err());
            prop_assert!(key.open(place(), &bytes).is_err());
            prop_assert!(DataKey::unwrap(&ring, key.id(), &WrappedKey(bytes)).is_err());
        }
    }
}

#[test]
fn every_cut_is_refused() {
    let (ring, key) = (ring(), DataKey::generate(Uuid::from_u128(1)));
    let (of_ring, of_key) = (ring.seal(place(), b"1234"), key.seal(place(), b"1234"));
    for cut in 0..of_ring.len() {
        // Up to four bytes short the length alone cannot tell.
        let expected =
            if cut < of_ring.len() - 4 { OpenFlaw::Truncated } else { OpenFlaw::Tampered };
        assert_eq!(ring.open(place(), &of_ring[..cut]), Err(expected));
    }
    for cut in 0..of_key.len() {
        assert!(key.open(place(), &of_key[..cut]).is_err());
    }
}
