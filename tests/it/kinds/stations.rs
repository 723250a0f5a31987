//! Stations of radio amateurs besides the personal one: contest signs by wish and by lot, clubs, events and what they have in
//! common.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::amateur::{
    APPLICATIONS, as_minor, association, caseworker, contest, for_association, grant, licence,
    permit, reasons, status, surrender, text,
};
use crate::{
    appeal_comments::nothing_to_say,
    letters::{a_moment_later, open_latest, step},
    support::{TestApp, Who, people},
};

#[tokio::test]
async fn each_station_says_what_is_wrong_with_its_application() {
    let app = TestApp::start().await;
    let pointers = async |who: &Who, application: &Value| {
        let problem =
            app.post(APPLICATIONS, who, application).await.expect_problem(422, "invalid-content");
        let errors = problem["errors"].as_array().expect("errors");
        errors
            .iter()
            .map(|e| format!("{} {}", e["pointer"].as_str().unwrap(), e["code"].as_str().unwrap()))
            .collect::<Vec<_>>()
    };
    let person = Who::person(1);
    let mut application = json!({ "applicant": people::applicant(1), "wishes": ["LB1XX"] });
    assert_eq!(
        pointers(&person, &application).await,
        ["/licenceClass missing", "/wishes not-chosen"]
    );
    application = contest(1, &["LC1X", "LC1X", "LB1XX", "L\u{421}1X", "LC1XYZ"]);
    assert_eq!(
        pointers(&person, &application).await,
        ["/wishes/1 repeated", "/wishes/2 series", "/wishes/3 look-alike", "/wishes/4 series"]
    );
    application = contest(1, &["LC1A", "LC1B", "LC1C", "LC1D", "LC1E", "LC1F"]);
    assert_eq!(pointers(&person, &application).await, ["/wishes length"]);
    let mut application = association(1, "event", "LB1AA", &["LM2026X"]);
    application.as_object_mut().unwrap().remove("responsibleLicensee");
    application["event"] =
        json!({ "name": "Jubileum", "firstDay": "2027-05-02", "lastDay": "2027-05-01" });
    assert_eq!(
        pointers(&for_association(1), &application).await,
        ["/event/lastDay validity-order", "/responsibleLicensee missing"]
    );
    // a club sign does not end in A: those are old personal ones, and never assigned anew
    let application = association(1, "club", "LB1AA", &["LA1XYA"]);
    assert_eq!(pointers(&for_association(1), &application).await, ["/wishes/0 series"]);
    app.finish().await;
}

#[tokio::test]
async fn an_amateur_gets_one_contest_sign_for_the_year_and_five_more() {
    let app = TestApp::start().await;
    app.post(APPLICATIONS, &Who::person(1), &contest(1, &["LC1X"]))
        .await
        .expect_problem(422, "conditions-not-met");
    licence(&app, 1, &[]).await;
    let made = app
        .post(APPLICATIONS, &Who::person(1), &contest(1, &["LC1X", "LC2X"]))
        .await
        .expect(201)
        .json();
    assert_eq!((&made["status"], &made["callSign"]), (&json!("granted"), &json!("LC1X")));
    let record = permit(&app, made["permitId"].as_str().unwrap()).await;
    let year = chrono::Datelike::year(&app.day_in(0));
    assert_eq!(record["permit"]["validUntil"], format!("{}-01-01", year + 6));
    assert!(record["permit"].get("class").is_none());
    app.post(APPLICATIONS, &Who::person(1), &contest(1, &["LC3X"]))
        .await
        .expect_problem(422, "conditions-not-met");
    // another amateur gets the next wish; one without any waits for a caseworker
    licence(&app, 2, &[]).await;
    licence(&app, 3, &[]).await;
    let made = app
        .post(APPLICATIONS, &Who::person(2), &contest(2, &["LC1X", "LC2X"]))
        .await
        .expect(201)
        .json();
    assert_eq!(made["callSign"], "LC2X");
    let made =
        app.post(APPLICATIONS, &Who::person(3), &contest(3, &["LC1X"])).await.expect(201).json();
    assert_eq!(made["status"], "submitted");
    assert_eq!(reasons(&app, made["caseId"].as_str().unwrap()).await, ["no-wish-free"]);
    app.finish().await;
}

#[tokio::test]
async fn a_contest_sign_is_renewed_at_once_and_a_club_is_judged_as_a_club() {
    let app = TestApp::start().await;
    let (_, sign) = licence(&app, 1, &[]).await;
    let kari = Who::person(1);
    let made = app.post(APPLICATIONS, &kari, &contest(1, &["LC1X"])).await.expect(201).json();
    let permit_id = text(&made["permitId"]);
    let club = association(1, "club", &sign, &["LA1XYZ"]);
    let filed = app.post(APPLICATIONS, &for_association(1), &club).await.expect(201).json();
    let club_id = text(&grant(&app, &text(&filed["caseId"])).await.expect(200).json()["permitId"]);

    app.clock.advance(TimeDelta::days(5 * 365));
    let year = chrono::Datelike::year(&app.day_in(0));
    let renew = format!("/v1/permits/{permit_id}/renewal");
    let renewed = app.send("POST", &renew, Some(&kari), &[], None).await.expect(201).json();
    assert_eq!(renewed["status"], "granted", "{renewed}");
    let record = permit(&app, &permit_id).await;
    assert_eq!(record["permit"]["validUntil"], format!("{}-01-01", year + 6));

    let renew = format!("/v1/permits/{club_id}/renewal");
    let asked = app.send("POST", &renew, Some(&for_association(1)), &[], None).await;
    let case = text(&asked.expect(201).json()["caseId"]);
    assert_eq!(reasons(&app, &case).await, ["association"]);
    app.finish().await;
}

#[tokio::test]
async fn a_resting_contest_sign_goes_back_to_its_former_holder_only() {
    let app = TestApp::start().await;
    licence(&app, 1, &[]).await;
    licence(&app, 2, &[]).await;
    let (one, two) = (Who::person(1), Who::person(2));
    app.post(APPLICATIONS, &one, &contest(1, &["LC1X"])).await.expect(201);
    app.clock.advance(TimeDelta::days(6 * 366));
    anrop::jobs::expire_once(app.app.clone()).await.expect("the job runs");
    assert_eq!(status(&app, "LC1X").await, "quarantined");
    let other = app.post(APPLICATIONS, &two, &contest(2, &["LC1X"])).await.expect(201).json();
    assert_eq!(reasons(&app, other["caseId"].as_str().unwrap()).await, ["no-wish-free"]);
    app.clock.advance(TimeDelta::days(2 * 365));
    let again = app.post(APPLICATIONS, &one, &contest(1, &["LC1X"])).await.expect(201).json();
    assert_eq!(again["callSign"], "LC1X");
    // and when nobody has had it for three years it is anybody's
    surrender(&app, 1, again["permitId"].as_str().unwrap()).await;
    app.clock.advance(TimeDelta::days(3 * 366));
    anrop::jobs::expire_once(app.app.clone()).await.expect("the job runs");
    assert_eq!(status(&app, "LC1X").await, "free");
    assert!(reasons(&app, other["caseId"].as_str().unwrap()).await.is_empty());
    assert_eq!(
        grant(&app, other["caseId"].as_str().unwrap()).await.expect(200).json()["callSign"],
        "LC1X"
    );
    app.finish().await;
}

#[tokio::test]
async fn two_who_wish_for_the_same_sign_are_drawn_among_and_the_journals_say_how() {
    let app = TestApp::start().await;
    let mut cases = Vec::new();
    for (n, wishes) in [(1, ["LC1X", "LC5X"]), (2, ["LC1X", "LC6X"]), (3, ["LC7X", "LC1X"])] {
        licence(&app, n, &[]).await;
        // a minor's application stays open for a caseworker
        let application = as_minor(&app, contest(n, &wishes), false);
        let made = app.post(APPLICATIONS, &Who::person(n), &application).await.expect(201).json();
        cases.push(text(&made["caseId"]));
    }
    licence(&app, 4, &[]).await;
    let made =
        app.post(APPLICATIONS, &Who::person(4), &contest(4, &["LC1X"])).await.expect(201).json();
    assert_eq!(made["status"], "submitted", "not granted while others wish for it");
    cases.push(text(&made["caseId"]));
    assert_eq!(reasons(&app, &cases[0]).await, ["minor", "contested"]);
    assert_eq!(reasons(&app, &cases[2]).await, ["minor"]);
    assert_eq!(reasons(&app, &cases[3]).await, ["contested"]);
    grant(&app, &cases[0]).await.expect_problem(409, "illegal-transition");
    app.post("/v1/call-signs/LC7X/draw", &caseworker(), &json!({}))
        .await
        .expect_problem(409, "illegal-transition");

    let draw = "/v1/call-signs/LC1X/draw";
    let drawn = app.send("POST", draw, Some(&caseworker()), &[], None).await.expect(200).json();
    let numbers = drawn["caseNumbers"].as_array().expect("numbers").clone();
    assert_eq!(numbers.len(), 3);
    let random: u64 = drawn["randomNumber"].as_str().unwrap().parse().expect("a number");
    let place = usize::try_from(random % 3).unwrap();
    assert_eq!((&drawn["place"], &drawn["winner"]), (&json!(place), &numbers[place]));
    let winner = text(&drawn["winnerCaseId"]);
    for case in [&cases[0], &cases[1], &cases[3]] {
        let seen = app.get(&format!("/v1/cases/{case}"), &caseworker()).await.expect(200).json();
        let titles = seen["journal"].to_string();
        assert!(
            titles.contains(&random.to_string()) && titles.contains("Draw for LC1X"),
            "{titles}"
        );
        assert!(numbers.iter().all(|number| titles.contains(number.as_str().unwrap())));
    }
    assert_eq!(status(&app, "LC1X").await, "reserved");
    // drawn once; the winner is given the sign, the others their next wish
    app.send("POST", draw, Some(&caseworker()), &[], None)
        .await
        .expect_problem(409, "illegal-transition");
    for (case, next) in [(&cases[0], Some("LC5X")), (&cases[1], Some("LC6X")), (&cases[3], None)] {
        if *case == winner {
            assert_eq!(grant(&app, case).await.expect(200).json()["callSign"], "LC1X");
        } else if let Some(next) = next {
            assert_eq!(grant(&app, case).await.expect(200).json()["callSign"], next);
        } else {
            assert_eq!(reasons(&app, case).await, ["no-wish-free"]);
        }
    }
    assert_eq!(grant(&app, &cases[2]).await.expect(200).json()["callSign"], "LC7X");
    app.finish().await;
}

#[tokio::test]
async fn who_was_drawn_among_is_told_when_another_of_them_appeals_and_what_comes_of_it() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let mut cases = Vec::new();
    for (n, wishes) in [(1, ["LC1X", "LC5X"]), (2, ["LC1X", "LC6X"])] {
        licence(&app, n, &[]).await;
        let application = as_minor(&app, contest(n, &wishes), false);
        let made = app.post(APPLICATIONS, &Who::person(n), &application).await.expect(201).json();
        cases.push(text(&made["caseId"]));
    }
    let draw = "/v1/call-signs/LC1X/draw";
    let drawn = app.send("POST", draw, Some(&caseworker()), &[], None).await.expect(200).json();
    for case in &cases {
        grant(&app, case).await.expect(200);
    }
    let has_won = cases[0] == text(&drawn["winnerCaseId"]);
    let (loser, winner) = if has_won { (2, 1) } else { (1, 2) };
    let case = format!("/v1/cases/{}", cases[loser - 1]);
    let (loser, winner) = (Who::person(loser as u64), Who::person(winner));
    open_latest(&app, &loser).await;
    a_moment_later(&app);
    let seen = app.get(&case, &loser).await.expect(200);
    let appeal = json!({ "text": "Det ble ikke trukket riktig." });
    app.post_on(&format!("{case}/appeal"), &loser, &seen.etag(), &appeal).await.expect(200);

    let notice = open_latest(&app, &winner).await;
    assert_eq!(notice["kind"], "appealNotice", "{notice}");
    let said = notice["blocks"].to_string();
    assert!(said.contains("trukket lodd om et kallesignal"), "{said}");
    assert!(!said.contains("ikke trukket riktig"), "what the appeal says is not told: {said}");
    app.get(&case, &winner).await.expect_problem(404, "not-found");
    let path = format!("{case}/appeal-decision");
    let seen = app.get(&case, &caseworker()).await.expect(200);
    let forward = json!({ "outcome": "forwarded", "grounds": "Loddet avgjør." });
    app.post_on(&path, &caseworker(), &seen.etag(), &forward)
        .await
        .expect_problem(409, "illegal-transition");
    // nobody decides what they are party to, in another of the cases either
    let mut own = caseworker();
    own.0.national_id = Some(winner.national_id().to_owned());
    app.post_on(&path, &own, &seen.etag(), &forward).await.expect_problem(403, "disqualified");

    nothing_to_say(&app, &winner).await;
    step(&app, &case, "appeal-decision", &forward).await;
    let changed = json!({
        "outcome": "changed", "grounds": "Loddet står, men ikke vilkårene.", "conditions": [],
        "decidedOn": app.day_in(0), "bodyReference": "26/420",
    });
    step(&app, &case, "appeal-decision", &changed).await;
    for party in [&loser, &winner] {
        assert_eq!(open_latest(&app, party).await["kind"], "appealDecision");
    }
    app.finish().await;
}

#[tokio::test]
async fn a_club_holds_its_sign_ten_years_under_a_live_licensee() {
    let app = TestApp::start().await;
    let (licence_permit, sign) = licence(&app, 1, &[]).await;
    let club = for_association(1);
    app.post(APPLICATIONS, &club, &association(1, "club", "LB9ZZ", &["LA1XYZ"]))
        .await
        .expect_problem(422, "conditions-not-met");
    app.post(APPLICATIONS, &Who::person(1), &association(1, "club", &sign, &["LA1XYZ"]))
        .await
        .expect(422);
    let mut application = association(1, "club", &sign, &["LA1XYZ", "LA1SOS"]);
    let refused = app.post(APPLICATIONS, &club, &application).await;
    let refused = refused.expect_problem(422, "invalid-content");
    let error = &refused["errors"][0];
    assert_eq!(
        (&error["pointer"], &error["code"]),
        (&json!("/wishes/1"), &json!("blocked-signal"))
    );
    let draft = json!({ "application": application });
    let begun = app.post("/v1/amateur/drafts", &club, &draft).await.expect(201).json();
    assert_eq!(begun["missing"][0]["code"], "blocked-signal");
    application["wishes"] = json!(["LA1XYZ"]);
    let made = app.post(APPLICATIONS, &club, &application).await.expect(201).json();
    let case = text(&made["caseId"]);
    assert_eq!(reasons(&app, &case).await, ["association"]);
    let granted = grant(&app, &case).await.expect(200).json();
    assert_eq!(granted["callSign"], "LA1XYZ");
    let id = text(&granted["permitId"]);
    let record = permit(&app, &id).await;
    let until = app.day_in(0).checked_add_months(chrono::Months::new(120)).unwrap();
    assert_eq!(record["permit"]["validUntil"], until.to_string());
    let shown = app.get_public("/v1/call-signs/LA1XYZ").await.expect(200).json();
    assert_eq!(shown["holder"]["name"], application["applicant"]["name"]);
    let pdf = app.get(&format!("/v1/permits/{id}/certificate"), &club).await.expect(200);
    assert!(pdf.bytes.starts_with(b"%PDF-"));
    // repeater and beacon; and nothing once the licensee has given the licence up
    let repeater = association(1, "repeater", &sign, &["LA5ABR"]);
    let open = app.post(APPLICATIONS, &club, &repeater).await.expect(201).json();
    let beacon = association(1, "beacon", &sign, &["LA5ABD"]);
    let made = app.post(APPLICATIONS, &club, &beacon).await.expect(201).json();
    let granted = grant(&app, made["caseId"].as_str().unwrap()).await.expect(200).json();
    assert_eq!(granted["callSign"], "LA5ABD");
    let beacon = text(&granted["permitId"]);
    let record = permit(&app, &beacon).await;
    assert!(record["permit"].get("validUntil").is_none(), "{record}");
    // its sign looks like a club's and is not one: in the register, the filter and the counts
    let shown = app.get_public("/v1/call-signs/LA5ABD").await.expect(200).json();
    assert_eq!(shown["type"], "repeater_beacon", "{shown}");
    let club_sign = app.get_public("/v1/call-signs/LA1XYZ").await.expect(200).json();
    assert_eq!(club_sign["type"], "club");
    let listed = app.get_public("/v1/call-signs?type=repeater_beacon").await.expect(200).json();
    assert_eq!(listed["total"], 1, "{listed}");
    let counts = app.get("/v1/call-sign-series", &Who::caseworker("a")).await.expect(200).json();
    let series = counts["items"].as_array().expect("series").iter();
    let found = series.clone().find(|series| series["name"] == "repeater_beacon").expect("there");
    assert_eq!(found["inUse"], 1, "{found}");
    let then = format!("/v1/call-signs/LA5ABD?asOf={}", app.day_in(0));
    let then = app.get_public(&then).await.expect(200).json();
    assert_eq!(then["type"], "repeater_beacon", "{then}");
    surrender(&app, 1, &licence_permit).await;
    let case = text(&open["caseId"]);
    assert_eq!(reasons(&app, &case).await, ["responsible-licensee", "association"]);
    grant(&app, &case).await.expect_problem(422, "conditions-not-met");
    app.finish().await;
}

#[tokio::test]
async fn an_event_has_its_days_and_morokulien_is_one_station() {
    let app = TestApp::start().await;
    let (_, sign) = licence(&app, 1, &[]).await;
    let mut event = association(1, "event", &sign, &["LM2026X"]);
    event["event"] = json!({
        "name": "Hundre år på lufta",
        "firstDay": app.day_in(10), "lastDay": app.day_in(19),
    });
    let made = app.post(APPLICATIONS, &for_association(1), &event).await.expect(201).json();
    assert_eq!(reasons(&app, made["caseId"].as_str().unwrap()).await, ["occasion"]);
    let granted = grant(&app, made["caseId"].as_str().unwrap()).await.expect(200).json();
    let record = permit(&app, granted["permitId"].as_str().unwrap()).await;
    assert_eq!(record["permit"]["validFrom"], json!(app.day_in(10)));
    assert_eq!(record["permit"]["validUntil"], json!(app.day_in(20)));
    // it is put off
    event["event"]["firstDay"] = json!(app.day_in(12));
    event["event"]["lastDay"] = json!(app.day_in(21));
    let path = format!("/v1/permits/{}/amendment-applications", text(&granted["permitId"]));
    let asked = json!({ "application": event });
    let made = app.post(&path, &for_association(1), &asked).await.expect(201).json();
    assert_eq!(reasons(&app, made["caseId"].as_str().unwrap()).await, ["occasion"]);
    grant(&app, made["caseId"].as_str().unwrap()).await.expect(200);
    let record = permit(&app, granted["permitId"].as_str().unwrap()).await;
    assert_eq!(record["permit"]["validFrom"], json!(app.day_in(12)));
    assert_eq!(record["permit"]["validUntil"], json!(app.day_in(22)));
    event["event"] = json!({
        "name": "Over", "firstDay": app.day_in(-10), "lastDay": app.day_in(-2),
    });
    event["wishes"] = json!(["LM2026Y"]);
    app.post(APPLICATIONS, &for_association(1), &event)
        .await
        .expect_problem(422, "conditions-not-met");

    let mut cases = Vec::new();
    for n in [1, 2] {
        let application = association(n, "morokulien", &sign, &[]);
        let made =
            app.post(APPLICATIONS, &for_association(n), &application).await.expect(201).json();
        cases.push(text(&made["caseId"]));
        assert_eq!(reasons(&app, &cases[0]).await, ["morokulien"]);
    }
    assert_eq!(grant(&app, &cases[0]).await.expect(200).json()["callSign"], "LG5LG");
    grant(&app, &cases[1]).await.expect_problem(409, "identifier-taken");
    app.finish().await;
}
