//! Nobody's permit is suspended, revoked or amended by the authority before they have been heard, or a statutory exception is
//! named (forvaltningsloven § 16): over HTTP, below the letter, and at the desk.

use anrop::{
    permit::kind::{self, Kind},
    values::language::Language,
};
use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::{
    apply::{send, whole},
    desk_work::licence,
    kinds::shared::{act, caseworker, granted, permit_of},
    letters::{self, a_moment_later, letters, open_latest},
    my_page_life::who,
    support::{Reply, TestApp, Visitor, Who, people, visitor::form},
};

const COMMENT: &str = "Senderen er min, og jeg bruker den.";

/// The PLB permit of the first person.
async fn permit(app: &TestApp) -> String {
    permit_of(&granted(app, "plb", &Who::person(1), &people::plb_application(1)).await)
}

async fn step(app: &TestApp, permit: &str, step: &str, body: &Value) -> Reply {
    a_moment_later(app);
    let seen = app.get(permit, &caseworker()).await.expect(200);
    app.post_on(&format!("{permit}/{step}"), &caseworker(), &seen.etag(), body).await
}

/// Gives notice; the case that waits for the holder.
async fn noticed(app: &TestApp, permit: &str, intention: &str) -> String {
    let notice = json!({
        "intention": intention, "text": "Senderen er meldt solgt.", "dueOn": app.day_in(14),
    });
    let told = step(app, permit, "advance-notices", &notice).await.expect(200);
    told.header("location").to_owned()
}

async fn status(app: &TestApp, permit: &str) -> Value {
    app.get(permit, &caseworker()).await.expect(200).json()["record"]["permit"]["status"].clone()
}

fn grounds() -> Value {
    json!({ "grounds": "Senderen er solgt." })
}

#[tokio::test]
async fn nothing_is_decided_before_the_holder_has_commented_and_it_ends_the_case_of_the_notice() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let (kari, permit) = (Who::person(1), permit(&app).await);
    for what in ["suspension", "revocation"] {
        let unheard = step(&app, &permit, what, &grounds()).await;
        unheard.expect_problem(409, "illegal-transition");
    }
    let change = json!({ "grounds": "Lånt ut.", "validUntil": app.day_in(30) });
    let unheard = step(&app, &permit, "amendment", &change).await;
    unheard.expect_problem(409, "illegal-transition");
    let past = json!({ "intention": "revocation", "text": "x", "dueOn": app.day_in(0) });
    let wrong = step(&app, &permit, "advance-notices", &past).await;
    wrong.expect_problem(422, "invalid-content");

    let case = noticed(&app, &permit, "revocation").await;
    let again = json!({ "intention": "revocation", "text": "x", "dueOn": app.day_in(14) });
    let twice = step(&app, &permit, "advance-notices", &again).await;
    twice.expect_problem(409, "conflict");
    let early = step(&app, &permit, "revocation", &grounds()).await;
    assert!(early.expect_problem(409, "illegal-transition").to_string().contains("may comment"));
    // the notice is no question: its time stands
    let seen = app.get(&case, &caseworker()).await.expect(200).etag();
    let sooner = json!({ "dueOn": app.day_in(2) });
    for (deed, body) in [("-withdrawal", json!({})), ("-day", sooner)] {
        let path = format!("{case}/information-request{deed}");
        let stands = app.post_on(&path, &caseworker(), &seen, &body).await;
        stands.expect_problem(409, "illegal-transition");
    }
    let letter = open_latest(&app, &kari).await;
    assert_eq!(
        (&letter["kind"], &letter["canBeAppealed"]),
        (&json!("advanceNotice"), &json!(false))
    );
    let said = letter["blocks"].to_string();
    for part in
        ["vurderer å tilbakekalle tillatelse", "§ 16", "meldt solgt", "Du kan uttale deg innen"]
    {
        assert!(said.contains(part), "{part}: {said}");
    }
    let comment = format!("/v1/letters/{}/comment", letter["id"].as_str().expect("an id"));
    let body = json!({ "text": COMMENT });
    app.post(&comment, &Who::person(9), &body).await.expect_problem(404, "not-found");
    a_moment_later(&app);
    // one limit, whichever way it comes
    let (longest, longer) = ("å".repeat(10_000), "å".repeat(10_001));
    app.post(&comment, &kari, &json!({ "text": longer }))
        .await
        .expect_problem(422, "invalid-content");
    let seen = app.get(&case, &caseworker()).await.expect(200).etag();
    let replies = format!("{case}/replies");
    let over = app.post_on(&replies, &kari, &seen, &json!({ "text": longer })).await;
    over.expect_problem(422, "invalid-content");
    let registered = format!("{case}/registered-reply");
    let on_paper = json!({ "channel": "paper", "text": longer });
    let over = app.post_on(&registered, &caseworker(), &seen, &on_paper).await;
    over.expect_problem(422, "invalid-content");
    let other = noticed(&app, &permit, "suspension").await;
    let seen = app.get(&other, &kari).await.expect(200).etag();
    a_moment_later(&app);
    let replies = format!("{other}/replies");
    app.post_on(&replies, &kari, &seen, &json!({ "text": longest })).await.expect(200);
    app.post(&comment, &kari, &body).await.expect(200);
    app.post(&comment, &kari, &body).await.expect_problem(409, "illegal-transition");
    let seen = app.get(&case, &caseworker()).await.expect(200);
    assert!(seen.text().contains(COMMENT), "{}", seen.text());

    let done = step(&app, &permit, "revocation", &grounds()).await.expect(200);
    assert_eq!(done.json()["record"]["permit"]["status"], "revoked");
    let ended = app.get(&case, &kari).await.expect(200).json();
    assert_eq!((&ended["status"], &ended["purpose"]), (&json!("granted"), &json!("revocation")));
    assert_eq!(ended["decision"]["grounds"], "Senderen er solgt.");
    let mut kinds: Vec<Value> =
        letters(&app, &kari).await.iter().map(|letter| letter["kind"].clone()).collect();
    // what was considered beside it ends with the permit, in the same moment
    let beside = kinds.iter().position(|kind| kind == "caseClosed").expect("she is told");
    kinds.remove(beside);
    assert_eq!(kinds, ["decision", "advanceNotice", "advanceNotice", "decision"]);
    app.finish().await;
}

#[tokio::test]
async fn a_day_that_has_passed_or_an_exception_lets_the_authority_act() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let (kari, permit) = (Who::person(1), permit(&app).await);
    let urgent = json!({ "grounds": "Forstyrrer nødnettet.", "withoutNotice": "notPracticable" });
    step(&app, &permit, "suspension", &urgent).await.expect(200);
    assert_eq!(status(&app, &permit).await, "suspended");
    let letter = open_latest(&app, &kari).await;
    let said = letter["blocks"].to_string();
    assert!(said.contains("Forstyrrer nødnettet.") && said.contains("bokstav a"), "{said}");
    let case = format!("/v1/cases/{}", letter["caseId"].as_str().expect("a case"));
    let journal = app.get(&case, &caseworker()).await.expect(200).text();
    assert!(journal.contains("No advance notice: not practicable"), "{journal}");
    // what is only given back needs no notice
    step(&app, &permit, "reinstatement", &grounds()).await.expect(200);

    let case = noticed(&app, &permit, "amendment").await;
    let change = json!({ "grounds": "Lånt ut.", "validUntil": app.day_in(60) });
    app.clock.advance(TimeDelta::days(14));
    let last_day = step(&app, &permit, "amendment", &change).await;
    last_day.expect_problem(409, "illegal-transition");
    app.clock.advance(TimeDelta::days(1));
    // it is the permit that is amended, not something that was applied for
    let seen = app.get(&case, &caseworker()).await.expect(200);
    let granted = json!({ "outcome": "granted", "grounds": "Ja." });
    let in_case =
        app.post_on(&format!("{case}/decision"), &caseworker(), &seen.etag(), &granted).await;
    in_case.expect_problem(409, "illegal-transition");
    step(&app, &permit, "amendment", &change).await.expect(200);
    assert_eq!(app.get(&case, &kari).await.expect(200).json()["status"], "granted");

    // what is not gone on with ends
    let case = noticed(&app, &permit, "suspension").await;
    let seen = app.get(&case, &caseworker()).await.expect(200);
    let why = json!({ "text": "Det var en feil." });
    let path = format!("{case}/signature-refusal");
    a_moment_later(&app);
    app.post_on(&path, &caseworker(), &seen.etag(), &why).await.expect(200);
    assert_eq!(app.get(&case, &kari).await.expect(200).json()["status"], "withdrawn");
    let letter = open_latest(&app, &kari).await;
    assert_eq!((&letter["kind"], &letter["canBeAppealed"]), (&json!("caseClosed"), &json!(false)));
    let said = letter["blocks"].to_string();
    for part in ["vurderte å stanse tillatelse", "uten vedtak", "ingen følger", "Det var en feil."]
    {
        assert!(said.contains(part), "{part}: {said}");
    }
    let unheard = step(&app, &permit, "suspension", &grounds()).await;
    unheard.expect_problem(409, "illegal-transition");
    app.finish().await;
}

#[tokio::test]
async fn what_is_sent_back_for_another_proposal_needs_no_other_notice_and_is_not_the_holders_to_withdraw()
 {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let (holder, permit) = licence(&app).await;
    let case = noticed(&app, &permit, "revocation").await;
    app.clock.advance(TimeDelta::days(15));
    step(&app, &permit, "revocation", &grounds()).await.expect(200);
    let back = format!("{case}/signature-refusal");
    let why = json!({ "text": "Begrunnelsen mangler hjemmel." });
    for (status, letters_closed) in [("underReview", 0), ("withdrawn", 1)] {
        a_moment_later(&app);
        let seen = app.get(&case, &caseworker()).await.expect(200);
        app.post_on(&back, &caseworker(), &seen.etag(), &why).await.expect(200);
        assert_eq!(app.get(&case, &holder).await.expect(200).json()["status"], status);
        let told = letters(&app, &holder).await;
        let closed = told.iter().filter(|letter| letter["kind"] == "caseClosed").count();
        assert_eq!(closed, letters_closed, "{status}");
    }

    // nobody has applied in it, so that there is nothing to take back
    let case = noticed(&app, &permit, "amendment").await;
    let etag = app.get(&case, &holder).await.expect(200).etag();
    let withdrawal = format!("{case}/withdrawal");
    app.send("POST", &withdrawal, Some(&holder), &[("if-match", &etag)], None)
        .await
        .expect_problem(409, "illegal-transition");
    app.finish().await;
}

#[tokio::test]
async fn a_notice_keeps_no_holder_from_applying_reporting_or_giving_the_permit_up() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let (kari, permit) = (Who::person(1), permit(&app).await);
    let amendment = noticed(&app, &permit, "amendment").await;
    let revocation = noticed(&app, &permit, "revocation").await;
    let again = json!({ "intention": "amendment", "text": "x", "dueOn": app.day_in(14) });
    let twice = step(&app, &permit, "advance-notices", &again).await;
    assert!(twice.expect_problem(409, "conflict").to_string().contains("own motion"));

    a_moment_later(&app);
    let mut form = people::plb_application(1);
    form["beacon"]["serial"] = json!(501);
    let applied = json!({ "application": form });
    let path = format!("{permit}/amendment-applications");
    app.post(&path, &kari, &applied).await.expect(201);
    for (language, says) in
        [("nb", "Vent på vedtaket, eller trekk"), ("en", "Wait for its decision")]
    {
        let headers = [("accept-language", language)];
        let told = app.send("POST", &path, Some(&kari), &headers, Some(&applied)).await;
        let told = told.expect_problem(409, "conflict");
        assert!(told["detail"].as_str().expect("words").contains(says), "{told}");
    }
    let body = json!({ "emergencyContacts": form["emergencyContacts"] });
    let seen = app.get(&permit, &kari).await.expect(200);
    app.put(&format!("{permit}/contacts"), &kari, Some(&seen.etag()), &body).await.expect(200);
    act(&app, &permit, "beacon-condition", &kari, &json!({ "condition": "lost" }))
        .await
        .expect(200);
    for case in [&amendment, &revocation] {
        let waits = app.get(case, &kari).await.expect(200).json();
        assert_eq!(waits["status"], "waitingForApplicant");
    }

    a_moment_later(&app);
    act(&app, &permit, "surrender", &kari, &json!({ "reason": "lost" })).await.expect(200);
    for case in [&amendment, &revocation] {
        let ended = app.get(case, &kari).await.expect(200).json();
        assert_eq!(ended["status"], "withdrawn");
    }
    let told = letters(&app, &kari).await;
    let closed = told.iter().filter(|letter| letter["kind"] == "caseClosed").count();
    assert_eq!(closed, 2, "{told:?}");
    let said = open_latest(&app, &kari).await["blocks"].to_string();
    assert!(said.contains("tillatelsen er sagt opp") && !said.contains("ingen følger"), "{said}");
    app.finish().await;
}

#[tokio::test]
async fn notice_is_given_at_the_desk_and_commented_on_below_the_letter() {
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    let mut kari = Visitor::signed_in(&app, "KARI").await;
    let draft = whole(&mut kari).await;
    send(&mut kari, &draft).await.expect(200);
    let open = app.get("/v1/cases?status=open", &caseworker()).await.expect(200).json();
    let case = format!("/v1/cases/{}", open["items"][0]["id"].as_str().expect("an id"));
    let etag = app.get(&case, &caseworker()).await.expect(200).etag();
    let path = format!("{case}/decision");
    let granted = json!({ "outcome": "granted" });
    let decided = app.post_on(&path, &caseworker(), &etag, &granted).await.expect(200).json();
    let id = decided["permitId"].as_str().expect("a permit").to_owned();

    let mut desk = Visitor::signed_in(&app, "CASEWORKER").await;
    let page = format!("/nb/casework/permits/{id}");
    let shown = desk.get(&page).await.expect(200).text();
    let bare = form(&shown, &page, &[("what", "notice"), ("intention", ""), ("notice-text", "")]);
    let wrong = desk.post(&page, &bare).await.expect(422).text();
    for name in ["intention", "notice-text", "due"] {
        assert!(wrong.contains(&format!("id=\"wrong-{name}\"")), "{name}: {wrong}");
    }
    let due = app.day_in(14).to_string();
    let notice = [
        ("what", "notice"),
        ("intention", "suspension"),
        ("notice-text", "Senderen er meldt solgt."),
        ("due", due.as_str()),
    ];
    a_moment_later(&app);
    desk.post(&page, &form(&shown, &page, &notice)).await.expect(200);
    let suspend = [("what", "suspend"), ("grounds", "Den er solgt.")];
    let early = desk.post(&page, &form(&shown, &page, &suspend)).await.expect(409).text();
    assert!(early.contains("kan fortsatt uttale seg"), "{early}");

    // My page names it a notice and not a question
    let mine = kari.get("/nb/my-page").await.expect(200).text();
    let until = anrop::document::date_for_people(app.day_in(14), Language::Bokmal);
    assert!(mine.contains(&format!("du kan uttale deg innen {until}")), "{mine}");
    assert!(!mine.contains("Svar i sak") && !mine.contains("Venter på svar"), "{mine}");
    let waits = app.get("/v1/cases?status=open", &caseworker()).await.expect(200).json();
    let own = format!("/nb/my-page/cases/{}", waits["items"][0]["id"].as_str().expect("an id"));
    for (page, says) in [
        (own.clone(), ["Uttal deg om forhåndsvarselet", "Forhåndsvarsel. Du kan uttale deg innen"]),
        (format!("{own}/reply"), ["Høyst 10 000 tegn", "Send uttalelsen"]),
    ] {
        let text = kari.get(&page).await.expect(200).text();
        for part in says {
            assert!(text.contains(part) && text.contains(&until), "{page}: {part}: {text}");
        }
        for part in ["Svar på spørsmålet", "Vi spør deg", "Trekk søknaden", "Send svaret"] {
            assert!(!text.contains(part), "{page}: {part}: {text}");
        }
    }

    let list = kari.get("/nb/letters").await.expect(200).text();
    let at = list.find("/nb/letters/").expect("a letter");
    let letter = list[at..].split('"').next().expect("an address").to_owned();
    let text = kari.get(&letter).await.expect(200).text();
    assert!(text.contains("vurderer å stanse løyve") && text.contains("Uttal deg"), "{text}");
    a_moment_later(&app);
    let said = form(&text, &letter, &[("text", COMMENT)]);
    let done = kari.post(&letter, &said).await.expect(200).text();
    assert!(done.contains("Du uttalte deg ") && !done.contains("name=\"text\""), "{done}");
    let open = app.get("/v1/cases?status=open", &caseworker()).await.expect(200).json();
    let waiting = open["items"][0]["id"].as_str().expect("an id");
    let at_desk = desk.get(&format!("/nb/casework/cases/{waiting}")).await.expect(200).text();
    assert!(at_desk.contains(COMMENT), "{at_desk}");
    assert!(at_desk.contains("Gå ikke videre med saken"), "{at_desk}");
    a_moment_later(&app);
    desk.post(&page, &form(&shown, &page, &suspend)).await.expect(200);
    assert_eq!(status(&app, &format!("/v1/permits/{id}")).await, "suspended");
    app.finish().await;
}

/// What the one letter says that tells somebody that a case is closed.
async fn closing(app: &TestApp, who: &Who) -> String {
    let told = letters(app, who).await;
    let mut closed = told.iter().filter(|letter| letter["kind"] == "caseClosed");
    let letter = closed.next().expect("a letter")["id"].as_str().expect("an id");
    assert!(closed.next().is_none(), "{told:?}");
    app.get(&format!("/v1/letters/{letter}"), who).await.expect(200).json()["blocks"].to_string()
}

#[tokio::test]
async fn what_was_considered_ends_with_the_permit_however_that_ends_and_the_holder_is_told() {
    for (how, says) in [("revocation", "tillatelsen er tilbakekalt"), ("expiry", "har løpt ut")] {
        let app = TestApp::start().await;
        app.waive_deliveries();
        let (kari, permit) = (Who::person(1), permit(&app).await);
        let end = json!({
            "grounds": "Lånt ut.", "validUntil": app.day_in(30), "withoutNotice": "unnecessary",
        });
        step(&app, &permit, "amendment", &end).await.expect(200);
        let suspension = noticed(&app, &permit, "suspension").await;
        if how == "revocation" {
            let now = json!({ "grounds": "Solgt.", "withoutNotice": "unnecessary" });
            step(&app, &permit, how, &now).await.expect(200);
        } else {
            app.clock.advance(TimeDelta::days(31));
            anrop::jobs::expire_once(app.app.clone()).await.expect("the job runs");
            assert_eq!(status(&app, &permit).await, "expired");
        }
        let ended = app.get(&suspension, &kari).await.expect(200).json();
        assert_eq!(ended["status"], "withdrawn", "{how}");
        let said = closing(&app, &kari).await;
        assert!(said.contains(says) && said.contains("stanse tillatelse"), "{how}: {said}");
        app.finish().await;
    }
}

#[tokio::test]
async fn what_was_considered_of_a_permit_that_is_handed_over_ends_with_the_old_holders() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let (old, new) = (who("BUSINESS"), who("REPRESENTATIVE"));
    let example = kind::any(Kind::Spectrum).example();
    let permit = permit_of(&granted(&app, "spectrum", &old, &example).await);
    let case = noticed(&app, &permit, "suspension").await;
    let number = new.0.organisation.clone().expect("an organisation");
    let offer = json!({ "newHolder": number, "reason": "Virksomheten er solgt." });
    let made = app.post(&format!("{permit}/transfer"), &old, &offer).await.expect(201);
    let transfer = made.header("location").to_owned();
    let seen = app.get(&transfer, &new).await.expect(200);
    let acceptance = json!({ "applicant": people::applicant(2) });
    let path = format!("{transfer}/acceptance");
    app.post_on(&path, &new, &seen.etag(), &acceptance).await.expect(200);
    letters::step(&app, &transfer, "decision", &json!({ "outcome": "granted" })).await;
    assert_eq!(status(&app, &permit).await, "transferred");
    assert_eq!(app.get(&case, &old).await.expect(200).json()["status"], "withdrawn");
    let said = closing(&app, &old).await;
    assert!(said.contains("er overført til en annen"), "{said}");
    app.finish().await;
}

#[tokio::test]
async fn a_question_that_is_asked_after_the_comment_is_moved_and_withdrawn_like_any_other() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let (kari, permit) = (Who::person(1), permit(&app).await);
    let case = noticed(&app, &permit, "suspension").await;
    a_moment_later(&app);
    let seen = app.get(&case, &kari).await.expect(200).etag();
    let comment = json!({ "text": COMMENT });
    app.post_on(&format!("{case}/replies"), &kari, &seen, &comment).await.expect(200);
    let question = json!({ "text": "Når kjøpte du den?", "dueOn": app.day_in(10) });
    letters::step(&app, &case, "information-request", &question).await;
    let later = json!({ "dueOn": app.day_in(20) });
    let moved = letters::step(&app, &case, "information-request-day", &later).await;
    assert_eq!(moved["waitingUntil"], later["dueOn"], "{moved}");
    let said = open_latest(&app, &kari).await["blocks"].to_string();
    assert!(said.contains("Når kjøpte du den?"), "{said}");
    a_moment_later(&app);
    let etag = app.get(&case, &caseworker()).await.expect(200).etag();
    let path = format!("{case}/information-request-withdrawal");
    let headers = [("if-match", etag.as_str())];
    let gone = app.send("POST", &path, Some(&caseworker()), &headers, None).await.expect(200);
    assert_eq!(gone.json()["status"], "underReview");
    app.finish().await;
}

#[tokio::test]
async fn what_was_proposed_by_an_exception_and_sent_back_leaves_the_time_of_the_notice() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let (holder, permit) = licence(&app).await;
    let case = noticed(&app, &permit, "revocation").await;
    let until = app.day_in(14);
    let urgent = json!({ "grounds": "Forstyrrer nødnettet.", "withoutNotice": "notPracticable" });
    step(&app, &permit, "revocation", &urgent).await.expect(200);
    let why = json!({ "text": "Det haster ikke." });
    let back = letters::step(&app, &case, "signature-refusal", &why).await;
    assert_eq!(
        (&back["status"], &back["waitingUntil"]),
        (&json!("waitingForApplicant"), &json!(until))
    );
    let early = step(&app, &permit, "revocation", &grounds()).await;
    assert!(early.expect_problem(409, "illegal-transition").to_string().contains("may comment"));
    a_moment_later(&app);
    let seen = app.get(&case, &holder).await.expect(200).etag();
    let comment = json!({ "text": COMMENT });
    app.post_on(&format!("{case}/replies"), &holder, &seen, &comment).await.expect(200);
    step(&app, &permit, "revocation", &grounds()).await.expect(200);
    // nor does what is sent back then wait for what has been said
    let back = letters::step(&app, &case, "signature-refusal", &why).await;
    assert_eq!(back["status"], "underReview");
    app.finish().await;
}
