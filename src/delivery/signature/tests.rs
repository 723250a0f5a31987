//! Signing and checking: published values, an independent library, and every way to be refused.

use proptest::prelude::*;

use super::*;

const VECTORS: &str =
    include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/standard_webhooks.tsv"));

struct Vector<'a> {
    scheme: &'a str,
    key: &'a str,
    public_key: &'a str,
    id: &'a str,
    timestamp: &'a str,
    signature: &'a str,
    body: &'a [u8],
}

fn vectors() -> Vec<Vector<'static>> {
    let rows = VECTORS.lines().filter(|line| !line.starts_with('#'));
    rows.map(|line| {
        let [scheme, key, public_key, id, timestamp, signature, body] =
            line.split('\t').collect::<Vec<_>>().try_into().expect("seven columns");
        Vector { scheme, key, public_key, id, timestamp, signature, body: body.as_bytes() }
    })
    .collect()
}

fn vector(scheme: &str) -> Vector<'static> {
    vectors().into_iter().find(|vector| vector.scheme == scheme).expect("a vector")
}

fn secret() -> SharedSecret {
    SharedSecret::generate().expect("random bytes")
}

fn key() -> SigningKey {
    SigningKey::generate().expect("random bytes")
}

fn signer(secrets: &[&SharedSecret], keys: &[&SigningKey]) -> Signer {
    Signer::new(secrets.iter().copied().cloned().collect(), keys.iter().copied().cloned().collect())
        .expect("a signer")
}

fn now() -> DateTime<Utc> {
    "2026-11-20T12:00:00.9Z".parse().expect("a time")
}

fn id() -> MessageId {
    Uuid::from_u128(0x0193_0000_0000_7000_8000_0000_0000_0001).into()
}

const BODY: &[u8] = br#"{"type":"permit.amended","data":{"place":"Troms\u00f8"}}"#;

#[test]
fn signatures_equal_the_published_values() {
    let (v1, v1a) = (vector("v1"), vector("v1a"));
    let signer = Signer::new(
        vec![SharedSecret::parse(v1.key).expect("a secret")],
        vec![SigningKey::parse(v1a.key).expect("a key")],
    )
    .expect("a signer");
    let at = DateTime::from_timestamp(v1.timestamp.parse().expect("seconds"), 0).expect("a time");
    let headers = signer.sign(&MessageId::parse(v1.id).expect("an id"), at, v1.body);
    assert_eq!(headers.timestamp, v1.timestamp);
    assert_eq!(headers.signature, format!("{} {}", v1.signature, v1a.signature));
}

#[test]
fn a_public_key_belongs_to_its_signing_key_and_both_read_back() {
    let vector = vector("v1a");
    let key = SigningKey::parse(vector.key).expect("a key");
    assert_eq!(key.public_key().to_string(), vector.public_key);
    assert_eq!(PublicKey::parse(vector.public_key), Ok(key.public_key()));
    assert_eq!(*key.to_text(), vector.key);
    let secret = secret();
    assert_eq!(SharedSecret::parse(&secret.to_text()).expect("a secret").0, secret.0);
}

#[test]
fn an_independent_library_accepts_our_headers_and_ours_accepts_its() {
    let (old, new) = (secret(), secret());
    let now = Utc::now_for_test();
    let signed = signer(&[&new, &old], &[&key()]).sign(&id(), now, BODY);
    let mut headers = http::HeaderMap::new();
    for (name, value) in signed.pairs() {
        headers.insert(name, value.parse().expect("a header value"));
    }
    for secret in [&old, &new] {
        let theirs = standardwebhooks::Webhook::new(&secret.to_text()).expect("a webhook");
        theirs.verify(BODY, &headers).expect("accepted");
        theirs.verify(b"{}", &headers).expect_err("another body");
    }
    let theirs = standardwebhooks::Webhook::new(&old.to_text()).expect("a webhook");
    let signature = theirs.sign(&signed.id, now.timestamp(), BODY).expect("signed");
    let received = SignedHeaders { signature, ..signed };
    let trusted = Trusted { secrets: vec![old], keys: vec![] };
    assert_eq!(verify(&received, BODY, &trusted, now), Ok(id()));
}

/// The other library reads the machine's clock, so this one test must too.
trait Now {
    fn now_for_test() -> DateTime<Utc>;
}

impl Now for Utc {
    fn now_for_test() -> DateTime<Utc> {
        std::time::SystemTime::now().into()
    }
}

#[test]
fn during_a_change_of_keys_every_key_signs_and_any_one_is_enough() {
    let (old_secret, new_secret, old_key, new_key) = (secret(), secret(), key(), key());
    let signed =
        signer(&[&new_secret, &old_secret], &[&new_key, &old_key]).sign(&id(), now(), BODY);
    let versions: Vec<_> = signed
        .signature
        .split(' ')
        .map(|entry| entry.split(',').next().expect("a version"))
        .collect();
    assert_eq!(versions, ["v1", "v1", "v1a", "v1a"]);
    for trusted in [
        Trusted { secrets: vec![old_secret], keys: vec![] },
        Trusted { secrets: vec![new_secret], keys: vec![] },
        Trusted { secrets: vec![], keys: vec![old_key.public_key()] },
        Trusted { secrets: vec![secret()], keys: vec![key().public_key(), new_key.public_key()] },
    ] {
        assert_eq!(verify(&signed, BODY, &trusted, now()), Ok(id()));
    }
}

#[test]
fn a_change_to_id_time_or_body_breaks_both_signatures() {
    let (secret, key) = (secret(), key());
    let signed = signer(&[&secret], &[&key]).sign(&id(), now(), BODY);
    let by_secret = Trusted { secrets: vec![secret], keys: vec![] };
    let by_key = Trusted { secrets: vec![], keys: vec![key.public_key()] };
    for trusted in [by_secret, by_key] {
        let check = |received: &SignedHeaders, body| verify(received, body, &trusted, now());
        assert!(check(&signed, BODY).is_ok());
        assert_eq!(check(&signed, b"{}"), Err(SignatureFlaw::NoMatch));
        let other_id = SignedHeaders { id: "other".into(), ..signed.clone() };
        assert_eq!(check(&other_id, BODY), Err(SignatureFlaw::NoMatch));
        let other_time =
            SignedHeaders { timestamp: (now().timestamp() + 1).to_string(), ..signed.clone() };
        assert_eq!(check(&other_time, BODY), Err(SignatureFlaw::NoMatch));
        let same_time_otherwise_written =
            SignedHeaders { timestamp: format!("+{}", signed.timestamp), ..signed.clone() };
        assert_eq!(check(&same_time_otherwise_written, BODY), Err(SignatureFlaw::NoMatch));
    }
}

#[test]
fn a_message_is_accepted_for_five_minutes_either_way() {
    let secret = secret();
    let signed = signer(&[&secret], &[&key()]).sign(&id(), now(), BODY);
    let trusted = Trusted { secrets: vec![secret], keys: vec![] };
    let after = |seconds| verify(&signed, BODY, &trusted, now() + TimeDelta::seconds(seconds));
    assert!(after(300).is_ok() && after(-300).is_ok());
    assert_eq!(after(301), Err(SignatureFlaw::TooOld));
    assert_eq!(after(-301), Err(SignatureFlaw::TooNew));
    for timestamp in ["", "soon", "1.5", "99999999999999999999"] {
        let received = SignedHeaders { timestamp: timestamp.into(), ..signed.clone() };
        assert_eq!(verify(&received, BODY, &trusted, now()), Err(SignatureFlaw::Timestamp));
    }
    for (timestamp, flaw) in [(i64::MIN, SignatureFlaw::TooOld), (i64::MAX, SignatureFlaw::TooNew)]
    {
        let received = SignedHeaders { timestamp: timestamp.to_string(), ..signed.clone() };
        assert_eq!(verify(&received, BODY, &trusted, now()), Err(flaw));
    }
}

#[test]
fn unknown_versions_and_broken_entries_are_passed_over() {
    let secret = secret();
    let signed = signer(&[&secret], &[&key()]).sign(&id(), now(), BODY);
    let trusted = Trusted { secrets: vec![secret], keys: vec![key().public_key()] };
    let check = |signature: String| {
        verify(&SignedHeaders { signature, ..signed.clone() }, BODY, &trusted, now())
    };
    let good = signed.signature.clone();
    assert!(check(format!("v2,AAAA v1 v1,%% , v1a,AAAA {good}")).is_ok());
    let as_other_version = good.replacen("v1,", "v9,", 1);
    assert_eq!(check(as_other_version), Err(SignatureFlaw::NoMatch));
    let cut_short = good.split(' ').next().expect("v1")[..20].to_owned();
    for signature in ["", " ", "v1,", "v1a,", "v1,AAAA", &cut_short] {
        assert_eq!(check(signature.to_owned()), Err(SignatureFlaw::NoMatch), "{signature:?}");
    }
    assert_eq!(check(format!("{}{good}", "v1,AAAA ".repeat(16))), Err(SignatureFlaw::NoMatch));
}

#[test]
fn nobody_trusted_means_nothing_accepted() {
    let signed = signer(&[&secret()], &[&key()]).sign(&id(), now(), BODY);
    assert_eq!(verify(&signed, BODY, &Trusted::default(), now()), Err(SignatureFlaw::NoMatch));
}

#[test]
fn a_signer_needs_both_kinds_of_key() {
    assert_eq!(Signer::new(vec![], vec![key()]).err(), Some(KeyFlaw::Missing));
    assert_eq!(Signer::new(vec![secret()], vec![]).err(), Some(KeyFlaw::Missing));
}

#[test]
fn faulty_keys_are_refused_with_the_reason() {
    let secret_of = |bytes: usize| format!("whsec_{}", BASE64.encode(vec![7; bytes]));
    assert_eq!(SharedSecret::parse(&secret_of(23)).err(), Some(KeyFlaw::Length));
    assert!(SharedSecret::parse(&secret_of(24)).is_ok());
    assert!(SharedSecret::parse(&secret_of(64)).is_ok());
    assert_eq!(SharedSecret::parse(&secret_of(65)).err(), Some(KeyFlaw::Length));
    assert_eq!(SharedSecret::parse("whsec_%").err(), Some(KeyFlaw::Base64));
    assert_eq!(SharedSecret::parse(vector("v1a").key).err(), Some(KeyFlaw::Prefix));
    assert_eq!(SigningKey::parse(vector("v1a").public_key).err(), Some(KeyFlaw::Prefix));
    assert_eq!(SigningKey::parse("whsk_AAAA").err(), Some(KeyFlaw::Length));
    let halves_that_do_not_fit = format!("whsk_{}", BASE64.encode([9; 64]));
    assert_eq!(SigningKey::parse(&halves_that_do_not_fit).err(), Some(KeyFlaw::Unsound));
    let small_order = format!("whpk_{}", BASE64.encode([0; 32]));
    assert_eq!(PublicKey::parse(&small_order), Err(KeyFlaw::Unsound));
    assert_eq!(PublicKey::parse("whpk_AAAA"), Err(KeyFlaw::Length));
}

#[test]
fn debug_shows_no_key_material() {
    let (v1, v1a) = (vector("v1"), vector("v1a"));
    let signer = Signer::new(
        vec![SharedSecret::parse(v1.key).expect("a secret")],
        vec![SigningKey::parse(v1a.key).expect("a key")],
    );
    assert_eq!(
        format!("{:?}", signer.expect("a signer")),
        "Signer { secrets: [SharedSecret(..)], keys: [SigningKey(..)] }"
    );
}

#[test]
fn an_id_with_a_full_stop_is_refused() {
    for text in ["", "a.b", "a b", "å", &"x".repeat(65)] {
        assert_eq!(MessageId::parse(text), Err(SignatureFlaw::Id), "{text:?}");
    }
    assert!(MessageId::parse(&"x".repeat(64)).is_ok());
}

proptest! {
    #[test]
    fn what_is_signed_verifies_and_one_changed_byte_does_not(
        body in proptest::collection::vec(any::<u8>(), 1..200),
        at in any::<proptest::sample::Index>(),
    ) {
        let (secret, key) = (secret(), key());
        let signed = signer(&[&secret], &[&key]).sign(&id(), now(), &body);
        let trusted = Trusted { secrets: vec![secret], keys: vec![key.public_key()] };
        prop_assert_eq!(verify(&signed, &body, &trusted, now()), Ok(id()));
        let mut changed = body.clone();
        changed[at.index(body.len())] ^= 1;
        prop_assert_eq!(verify(&signed, &changed, &trusted, now()), Err(SignatureFlaw::NoMatch));
    }

    #[test]
    fn no_text_makes_the_checks_panic(id in ".{0,40}", timestamp in ".{0,20}", signature in ".{0,200}") {
        let trusted = Trusted { secrets: vec![secret()], keys: vec![key().public_key()] };
        let received = SignedHeaders { id, timestamp, signature };
        prop_assert!(verify(&received, BODY, &trusted, now()).is_err());
    }
}
