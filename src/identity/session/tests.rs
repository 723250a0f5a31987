//! Tests of sessions: how long they last, who reads them, and whom somebody in one acts for.

use super::*;
use crate::keys::Origin;

#[test]
fn a_session_outlives_its_last_use_by_no_more_than_the_policy_says() {
    let policy = crate::disclosure::policy::Policy::load();
    let now = DateTime::UNIX_EPOCH;
    for (rule, role) in [("session", None), ("session-on-watch", Some(Role::Rescue))] {
        let period = policy.retention_rule(rule).and_then(|rule| rule.period).expect(rule);
        assert_eq!(now + Length::most_idle(role), period.add_to_instant(now), "{rule}");
    }
    let lengths = Lengths::default();
    for role in Role::ALL {
        assert!(lengths.of(&[role]).idle <= Length::most_idle(Some(role)), "{role:?}");
    }
}

#[test]
fn who_has_a_shorter_role_too_has_the_shorter_session() {
    let lengths = Lengths::default();
    assert_eq!(lengths.of(&[Role::Rescue]), Length::WATCH);
    assert_eq!(lengths.of(&[Role::Rescue, Role::Administrator]), Length::USUAL);
    assert_eq!(lengths.of(&[]), Length::USUAL);
}

#[test]
fn a_session_that_is_used_lasts_to_its_end_and_one_that_is_not_ends_before() {
    let start = DateTime::UNIX_EPOCH;
    let ring = KeyRing::generate(start, Origin::Demo);
    let unused = Session::begin(&caller(), start);
    assert!(unused.clone().used(start + TimeDelta::minutes(1)).is_none(), "not worth it");
    let idle_end = start + Length::USUAL.idle;
    assert!(Session::open(&ring, &unused.seal(&ring), idle_end).is_none());
    let (mut session, mut now) = (unused, start);
    let mut used = 0;
    while now < start + Length::USUAL.longest - TimeDelta::hours(1) {
        now += TimeDelta::hours(1);
        session = Session::open(&ring, &session.seal(&ring), now).expect("lasts");
        session = session.used(now).expect("is worth it");
        used += 1;
    }
    assert_eq!(used, 7);
    assert_eq!(session.seconds_left(now), 3600, "no use makes it longer than its longest");
    let end = start + Length::USUAL.longest;
    assert!(Session::open(&ring, &session.seal(&ring), end).is_none());
}

fn caller() -> Caller {
    Caller {
        subject: "vakt-3".to_owned(),
        roles: vec![Role::Rescue],
        scopes: vec!["anrop:rescue.read".to_owned()],
        national_id: None,
        organisation: None,
    }
}

fn a_person() -> NationalId {
    let people = crate::commands::demo::people::tickets();
    let id = people.into_iter().find_map(|person| person.ticket.national_id);
    NationalId::parse(&id.expect("a person"), NationalIdRule::Current).expect("a national id")
}

#[test]
fn a_session_is_read_by_its_own_ring_only_and_ends() {
    let now = DateTime::UNIX_EPOCH;
    let ring = KeyRing::generate(now, Origin::Demo);
    let session = Session::begin(&caller(), now);
    let text = session.seal(&ring);
    assert!(!text.contains("vakt"));
    let read = Session::open(&ring, &text, now).expect("its own");
    assert!(read.is_own_form(session.csrf()) && !read.is_own_form(""));
    assert!(Session::open(&ring, &text, now + Length::USUAL.longest).is_none());
    assert!(Session::open(&KeyRing::generate(now, Origin::Demo), &text, now).is_none());
    let mut changed = text.clone().into_bytes();
    let last = changed.len() - 5;
    changed[last] = if changed[last] == b'A' { b'B' } else { b'A' };
    let changed = String::from_utf8(changed).expect("ASCII");
    assert!(Session::open(&ring, &changed, now).is_none());
    // an attempt is no session
    let attempt = Attempt::begin("staff", "/nb", now).seal(&ring);
    assert!(Session::open(&ring, &attempt, now).is_none());
}

#[test]
fn who_has_two_roles_acts_in_one_of_them_at_a_time() {
    let now = DateTime::UNIX_EPOCH;
    let rule = NationalIdRule::Current;
    let number = OrganisationNumber::parse("974760673").expect("a number");
    let both = Caller {
        roles: vec![Role::Person, Role::Representative],
        national_id: Some(a_person()),
        organisation: Some(number),
        ..caller()
    };
    let session = Session::begin(&both, now);
    let roles = |session: &Session| session.caller(rule).expect("a caller").roles;
    assert_eq!(roles(&session).len(), 2);
    assert_eq!(session.named_organisation(), Some(number));
    let session = session.acting_as_self();
    assert_eq!(roles(&session), [Role::Person]);
    let session = session.acting_as(Some(Acting::Representative));
    assert_eq!(roles(&session), [Role::Representative]);
    // others have nothing to choose, and lose nothing
    let officer = Session::begin(&caller(), now).acting_as(Some(Acting::Person));
    assert!(!officer.may_choose() && !officer.is_of_person());
    assert_eq!(roles(&officer), [Role::Rescue]);
}

#[test]
fn who_acts_by_a_mandate_is_a_representative_of_that_organisation_and_nothing_else() {
    let now = DateTime::UNIX_EPOCH;
    let rule = NationalIdRule::Current;
    let number = OrganisationNumber::parse("974760673").expect("a number");
    let person = Caller {
        roles: vec![Role::Person],
        scopes: vec!["anrop:me".to_owned()],
        national_id: Some(a_person()),
        ..caller()
    };
    let before = Session::begin(&person, now);
    let mandate = Mandate::confirmed(number, "Vind AS", now);
    let session = before.clone().acting_as(Some(Acting::Mandate(mandate)));
    let acting = session.caller(rule).expect("a caller");
    assert_eq!((acting.roles, acting.organisation), (vec![Role::Representative], Some(number)));
    assert!(acting.national_id.is_some() && session.person(rule).is_some());
    let of_persons = access::scopes_of(&[Role::Person]);
    let gained = acting.scopes.iter().filter(|scope| *scope != "anrop:me");
    assert_eq!(gained.filter(|scope| of_persons.contains(scope)).count(), 0);
    // a form is of whom it was made for; to sign out, any of the session will do
    assert!(!session.is_own_form(before.csrf()) && session.is_form_of_before(before.csrf()));
    assert!(!session.is_form_of_before(Session::begin(&person, now).csrf()));
    let after = session.clone().acting_as_self();
    assert!(after.is_own_form(before.csrf()) && !after.is_own_form(session.csrf()));
    let back = after.caller(rule).expect("a caller");
    assert_eq!((back.roles, back.organisation), (vec![Role::Person], None));
    // one sign-out ends them all
    assert!(before.marks().eq(session.marks()));
}

#[test]
fn the_challenge_is_that_of_rfc_7636_appendix_b() {
    let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    assert_eq!(challenge_of(verifier), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
}
