//! The caseworkers' list of data that nobody has confirmed in time: who stands in it and in which order, what it is
//! filtered by, and that whoever holds one is found by a search that is logged.

use anrop::{
    clock::Clock as _,
    identity::Kinds,
    permit::{kind::Kind, store::Unconfirmed},
    values::{calendar::oslo_date, reminder::Reminder},
};
use chrono::TimeDelta;

use crate::{
    kinds::shared::{caseworker, file, granted, permit_of, try_grant},
    support::{TestApp, Visitor, Who, people, visitor::form},
};

const PAGE: &str = "/nb/casework/confirmations";
const HOLDERS: &str = "/nb/casework/holders";

async fn shown(visitor: &mut Visitor<'_>, query: &str) -> String {
    visitor.get(&format!("{PAGE}{query}")).await.expect(200).text()
}

async fn number(app: &TestApp, permit: &str) -> String {
    let seen = app.get(permit, &caseworker()).await.expect(200).json();
    seen["record"]["permit"]["number"].as_str().expect("a number").to_owned()
}

#[tokio::test]
async fn those_who_have_not_confirmed_in_time_are_listed_the_oldest_first_and_can_be_found() {
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    let mut numbers = Vec::new();
    let mut permits = Vec::new();
    for n in 1..=3 {
        let decided = granted(&app, "plb", &Who::person(n), &people::plb_application(n)).await;
        permits.push(permit_of(&decided));
        numbers.push(number(&app, &permit_of(&decided)).await);
        app.clock.advance(TimeDelta::days(1));
    }
    let aircraft = crate::kinds::aircraft::application(4);
    let case = file(&app, "aircraft", &Who::person(4), &aircraft).await;
    let craft = permit_of(&try_grant(&app, &case).await.expect(200).json());
    let craft = number(&app, &craft).await;
    let today = oslo_date(app.clock.now());
    let overdue = Reminder::ConfirmationOverdue.days(today).expect("a row");

    app.clock.advance(TimeDelta::days(overdue - 3) - TimeDelta::minutes(1));
    let mut staff = Visitor::signed_in(&app, "CASEWORKER").await;
    let page = shown(&mut staff, "").await;
    assert!(page.contains("Alle har bekreftet i tide."), "the day before: {page}");
    let asked = shown(&mut staff, "?age=asked").await;
    assert!(asked.contains(&numbers[0]) && !asked.contains("class=\"late\""), "{asked}");

    app.clock.advance(TimeDelta::days(5));
    let ola = Who::person(2);
    let seen = app.get(&permits[1], &ola).await.expect(200);
    let path = format!("{}/confirmation", permits[1]);
    app.send("POST", &path, Some(&ola), &[("if-match", &*seen.etag())], None).await.expect(200);
    let mut staff = Visitor::signed_in(&app, "CASEWORKER").await;
    let page = shown(&mut staff, "").await;
    let place = |number: &str| page.find(&format!(">{number}</a>"));
    assert!(place(&numbers[0]).is_some() && place(&numbers[0]) < place(&numbers[2]), "{page}");
    assert!(place(&numbers[1]).is_none(), "it was confirmed: {page}");
    assert!(place(&craft).is_some() && page.contains("3 tillatelser"), "{page}");
    assert!(page.contains("class=\"late\"") && page.contains(&permits[0].replace("/v1/", "/")));
    let only = shown(&mut staff, "?kind=aircraft").await;
    assert!(only.contains(&craft) && !only.contains(&numbers[0]), "{only}");
    let names = people::applicant(1);
    let name = names["name"].as_str().expect("a name");
    assert!(!page.contains(name), "nobody is named in the list");

    // the holder is one button away, and that is a disclosure
    let found = staff.post(HOLDERS, &form(&page, HOLDERS, &[])).await.expect(200).text();
    assert!(found.contains(name) && found.contains(&numbers[0]), "{found}");
    let logged = "SELECT count(*) AS n FROM disclosure WHERE recipient = 'caseworker'";
    assert_eq!(app.count(logged).await, 1);

    for language in ["nn", "en"] {
        let page = staff.get(&format!("/{language}/casework/confirmations")).await.expect(200);
        assert!(page.text().contains(&numbers[0]));
    }
    for wrong in ["?kind=radio", "?age=old", "?cursor=bm9uZQ", "?holder=1"] {
        staff.get(&format!("{PAGE}{wrong}")).await.expect(400);
    }
    let mut person = Visitor::signed_in(&app, "KARI").await;
    person.get(PAGE).await.expect(403);
    app.finish().await;
}

#[tokio::test]
async fn a_long_list_is_read_page_by_page_without_a_gap() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let mut all = Vec::new();
    for n in 1..=4 {
        let decided = granted(&app, "plb", &Who::person(n), &people::plb_application(n)).await;
        all.push(decided["permitId"].as_str().expect("an id").to_owned());
        // the second and the third were confirmed at the same moment
        if n != 2 {
            app.clock.advance(TimeDelta::days(1));
        }
    }
    all[1..3].sort();
    let wanted = Unconfirmed { before: app.clock.now(), kinds: Kinds::ALL, kind: Some(Kind::Plb) };
    let mut read: Vec<String> = Vec::new();
    let mut after = None;
    loop {
        let page = wanted.list(app.app.db().read(), after, 1).await.expect("reads");
        let Some(permit) = page.first() else { break };
        after = Some((permit.confirmed_at.expect("a time"), permit.id.0));
        read.push(permit.id.to_string());
    }
    assert_eq!(read, all);
    let counts = wanted.counts(app.app.db().read()).await.expect("counts");
    assert_eq!(counts, [(Kind::Plb, 4)]);
    app.finish().await;
}
