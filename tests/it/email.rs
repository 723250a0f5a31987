//! Notices by e-mail: what is told when and in which language, that nothing of anybody stands in them, and
//! that a mail server that refuses, hangs or lies keeps neither a case nor another notice waiting.

use std::time::Duration;

use anrop::{
    jobs::{destroy_once, mail_once, remind_once},
    notification::email::client::{MailSettings, Protection},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use chrono::TimeDelta;
use serde_json::json;

use crate::{
    appeal_comments::told,
    kinds::{fees, invoices, numbering},
    letters::{filed, open_latest, step},
    supervision,
    support::{
        TestApp, Who,
        mail_server::{Behaviour, Mail, MailServer, Speech},
        people,
    },
};

const FROM: &str = "ikke-svar@example.no";

async fn started_with(
    speech: Speech,
    change: impl FnOnce(&mut MailSettings),
) -> (TestApp, MailServer) {
    let server = MailServer::start(speech).await;
    let (host, protection) = match speech {
        Speech::Plain => ("127.0.0.1", Protection::None),
        Speech::Implicit => ("localhost", Protection::Implicit),
        Speech::StartTls => ("localhost", Protection::StartTls),
    };
    let mut mail = MailSettings::new(host, server.port, protection, FROM);
    mail.roots = Some(server.certificate.clone().into_bytes());
    mail.time_limit = Duration::from_secs(2);
    change(&mut mail);
    let app = TestApp::start_told(|settings, base| {
        base.clone_into(&mut settings.public_url);
        settings.mail = Some(mail);
    })
    .await;
    app.waive_deliveries();
    (app, server)
}

async fn started() -> (TestApp, MailServer) {
    started_with(Speech::Plain, |_| {}).await
}

async fn sent(app: &TestApp) {
    mail_once(app.app.clone()).await.expect("goes on");
}

fn subjects(server: &MailServer) -> Vec<String> {
    server.mails().iter().map(|mail| mail.header("Subject")).collect()
}

async fn count(app: &TestApp, condition: &str) -> i64 {
    app.count(&format!("SELECT count(*) AS n FROM email WHERE {condition}")).await
}

async fn asked(app: &TestApp, case: &str, days: i64) {
    let due = app.day_in(days);
    step(app, case, "information-request", &json!({ "text": "Hvilken farge?", "dueOn": due }))
        .await;
}

#[tokio::test]
async fn an_applicant_is_told_of_receipt_request_deadline_and_decision_in_their_language() {
    let (app, server) = started().await;
    let case = filed(&app, 1, "nn").await;
    sent(&app).await;
    let receipt = server.mails().pop().expect("a receipt");
    let number = app.get(&case, &Who::person(1)).await.expect(200).json()["number"].clone();
    let number = number.as_str().expect("a number");
    assert_eq!(receipt.header("Subject"), format!("Søknaden er motteken: sak {number}"));
    assert_eq!(receipt.header("Content-Language"), "nn");
    assert_eq!(receipt.header("Auto-Submitted"), "auto-generated");
    assert!(receipt.header("From").ends_with(&format!("<{FROM}>")));
    let id = case.trim_start_matches("/v1/cases/");
    let link = format!("{}/nn/my-page/cases/{id}", app.base);
    assert!(receipt.body().lines().any(|line| line == link), "{}", receipt.body());
    let email = people::applicant(1)["email"].as_str().expect("an address").to_owned();
    assert!(receipt.to.contains(&email));

    asked(&app, &case, 10).await;
    sent(&app).await;
    assert!(subjects(&server).last().expect("one").starts_with("Vi treng svar frå deg"));
    // a reminder three days before the answer is due, and once
    remind_once(app.app.clone()).await.expect("looks");
    assert_eq!(count(&app, "purpose = 'answerDue'").await, 0);
    app.clock.advance(TimeDelta::days(7));
    // several processes look at the same moment, and one reminds
    let look = || remind_once(app.app.clone());
    let (one, two, three) = tokio::join!(look(), look(), look());
    one.and(two).and(three).expect("all look");
    look().await.expect("looks");
    sent(&app).await;
    let last = server.mails().pop().expect("one");
    assert!(last.header("Subject").starts_with("Fristen er snart ute"), "{last:?}");
    assert_eq!(count(&app, "purpose = 'answerDue'").await, 1);
    // asked again, reminded again
    let who = Who::person(1);
    let seen = app.get(&case, &who).await.expect(200);
    let path = format!("{case}/replies");
    app.post_on(&path, &who, &seen.etag(), &json!({ "text": "Gul." })).await.expect(200);
    asked(&app, &case, 2).await;
    remind_once(app.app.clone()).await.expect("looks");
    assert_eq!(count(&app, "purpose = 'answerDue'").await, 2);

    let seen = app.get(&case, &who).await.expect(200);
    app.post_on(&path, &who, &seen.etag(), &json!({ "text": "Gul." })).await.expect(200);
    let refused = json!({ "outcome": "refused", "grounds": "Senderen mangler CE-merke." });
    step(&app, &case, "decision", &refused).await;
    sent(&app).await;
    let subjects = subjects(&server);
    let decision = subjects.last().expect("one");
    assert_eq!(*decision, format!("Saka er avgjord: sak {number}"));
    let answered = subjects.iter().filter(|one| one.starts_with("Fristen")).count();
    assert_eq!(answered, 1, "who has answered is not reminded of it");
    for mail in server.mails() {
        says_nothing_of_anybody(&mail);
    }
    app.finish().await;
}

#[tokio::test]
async fn an_applicant_who_was_given_another_day_is_reminded_of_that_too() {
    let (app, _server) = started().await;
    let case = filed(&app, 1, "nb").await;
    asked(&app, &case, 3).await;
    let look = async || {
        for _ in 0..2 {
            remind_once(app.app.clone()).await.expect("looks");
        }
        count(&app, "purpose = 'answerDue'").await
    };
    assert_eq!(look().await, 1);
    let later = json!({ "dueOn": app.day_in(10) });
    step(&app, &case, "information-request-day", &later).await;
    assert_eq!(look().await, 1, "there is time enough");
    app.clock.advance(TimeDelta::days(8));
    assert_eq!(look().await, 2);
    app.finish().await;
}

/// The number of the case and where to sign in; no name, number, address nor word of a letter.
#[track_caller]
fn says_nothing_of_anybody(mail: &Mail) {
    let text = format!("{}\n{}", mail.header("Subject"), mail.body());
    let applicant = people::applicant(1);
    let name = applicant["name"].as_str().expect("a name");
    for part in name.split(' ').chain([
        applicant["phone"].as_str().expect("a number"),
        applicant["email"].as_str().expect("an address"),
        Who::person(1).national_id(),
        "farge",
        "CE-merke",
    ]) {
        assert!(!text.contains(part), "{part} in {text}");
    }
}

#[tokio::test]
async fn a_letter_that_nobody_opens_is_told_of_once_more_after_a_week() {
    let (app, server) = started().await;
    let (first, second) = (filed(&app, 1, "nb").await, filed(&app, 2, "en").await);
    for case in [&first, &second] {
        let refused = json!({ "outcome": "refused", "grounds": "Senderen mangler CE-merke." });
        step(&app, case, "decision", &refused).await;
    }
    sent(&app).await;
    assert_eq!(server.mails().len(), 4, "two receipts, two decisions");
    open_latest(&app, &Who::person(2)).await;
    app.clock.advance(TimeDelta::days(6));
    sent(&app).await;
    assert_eq!(server.mails().len(), 4);
    app.clock.advance(TimeDelta::days(4));
    for _ in 0..2 {
        sent(&app).await;
    }
    assert_eq!(server.mails().len(), 5);
    let last = server.mails().pop().expect("one");
    assert!(last.header("Subject").starts_with("Du har et brev som ikke er åpnet"), "{last:?}");
    assert_eq!(count(&app, "status = 'dropped'").await, 1, "the one that was opened");
    // and kept no longer than the policy says
    app.clock.advance(TimeDelta::days(401));
    destroy_once(app.app.clone()).await.expect("destroys");
    assert_eq!(count(&app, "1 = 1").await, 0);
    app.finish().await;
}

#[tokio::test]
async fn a_holder_is_told_twice_that_a_permit_ends_and_again_only_when_its_end_is_another() {
    let (app, server) = started().await;
    let case = filed(&app, 1, "nn").await;
    let granted = step(&app, &case, "decision", &json!({ "outcome": "granted" })).await;
    let id = granted["permitId"].as_str().expect("a permit").to_owned();
    // the end is the day after the last
    let ends_in = async |days: i64| {
        let (from, until) = (app.day_in(-400), app.day_in(days + 1));
        let sql = format!("UPDATE permit SET valid_from = '{from}', valid_until = '{until}'");
        app.execute(&sql).await;
    };
    let look = || remind_once(app.app.clone());
    ends_in(61).await;
    look().await.expect("looks");
    assert_eq!(count(&app, "permit_id IS NOT NULL").await, 0, "too early");
    app.clock.advance(TimeDelta::days(1));
    let last = app.day_in(60);
    // several processes look at the same moment, and one tells
    let (one, two, three) = tokio::join!(look(), look(), look());
    one.and(two).and(three).expect("all look");
    look().await.expect("looks");
    assert_eq!(count(&app, "purpose = 'permitEnds'").await, 1);
    assert_eq!(count(&app, "purpose = 'permitEndsSoon'").await, 0);
    sent(&app).await;
    let of_end = || {
        let mails = server.mails().into_iter();
        mails.filter(|mail| mail.header("Subject").starts_with("Løyvet går")).collect::<Vec<_>>()
    };
    let mail = of_end().pop().expect("a notice");
    let path = format!("/v1/permits/{id}");
    let permit = app.get(&path, &Who::person(1)).await.expect(200).json();
    let number = permit["record"]["permit"]["number"].as_str().expect("a number");
    assert_eq!(mail.header("Subject"), format!("Løyvet går snart ut: {number}"));
    assert_eq!(mail.header("Content-Language"), "nn");
    let day = anrop::document::date_for_people(last, anrop::values::language::Language::Nynorsk);
    assert!(mail.body().contains(&day), "{}", mail.body());
    // a permit of this kind is not renewed, and its holder is not told to
    let body = mail.body().split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(body.contains("må det søkjast på nytt") && !body.contains("å fornye"), "{body}");
    let link = format!("{}/nn/my-page/permits/{id}", app.base);
    assert!(mail.body().lines().any(|line| line == link), "{}", mail.body());
    says_nothing_of_anybody(&mail);

    // once more a fortnight before it
    app.clock.advance(TimeDelta::days(46));
    for _ in 0..2 {
        look().await.expect("looks");
        sent(&app).await;
    }
    assert_eq!(count(&app, "purpose = 'permitEndsSoon' AND status = 'sent'").await, 1);
    assert_eq!(of_end().len(), 2);
    // another end is told of anew, but not when it has been moved before the notice goes out
    ends_in(30).await;
    look().await.expect("looks");
    assert_eq!(count(&app, "purpose = 'permitEnds'").await, 2);
    ends_in(300).await;
    sent(&app).await;
    assert_eq!(count(&app, "purpose = 'permitEnds' AND status = 'dropped'").await, 1);
    assert_eq!(of_end().len(), 2);
    app.finish().await;
}

#[tokio::test]
async fn who_has_no_mail_server_has_no_queue_of_notices() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    filed(&app, 1, "nb").await;
    sent(&app).await;
    assert_eq!(count(&app, "1 = 1").await, 0);
    app.finish().await;
}

#[tokio::test]
async fn a_server_that_fails_in_any_way_keeps_no_case_waiting_and_gets_it_later() {
    for behaviour in [
        Behaviour::Greet(421),
        Behaviour::Greet(554),
        Behaviour::Address(450),
        Behaviour::Address(452),
        Behaviour::Address(554),
        Behaviour::Content(451),
        Behaviour::Content(552),
        Behaviour::Hang,
        Behaviour::HangAfter,
        Behaviour::HalfClose,
        Behaviour::CloseAfter,
        Behaviour::Garbage,
    ] {
        let (app, server) = started().await;
        server.behave(behaviour);
        let case = filed(&app, 1, "nb").await;
        sent(&app).await;
        assert!(server.mails().is_empty(), "{behaviour:?}");
        assert_eq!(count(&app, "status = 'waiting' AND attempts = 1").await, 1, "{behaviour:?}");
        // the case goes on
        asked(&app, &case, 10).await;
        server.behave(Behaviour::Take);
        app.clock.advance(TimeDelta::minutes(1));
        sent(&app).await;
        assert_eq!(server.mails().len(), 2, "{behaviour:?}");
        assert_eq!(count(&app, "status = 'sent'").await, 2, "{behaviour:?}");
        app.finish().await;
    }
}

#[tokio::test]
async fn the_same_notice_is_the_same_mail_in_every_attempt() {
    let (app, server) = started().await;
    filed(&app, 1, "nb").await;
    server.behave(Behaviour::CloseAfter);
    sent(&app).await;
    server.behave(Behaviour::Take);
    app.clock.advance(TimeDelta::minutes(1));
    sent(&app).await;
    let mail = server.mails().pop().expect("one");
    let row = "SELECT count(*) AS n FROM email WHERE attempts = 2 AND status = 'sent'";
    assert_eq!(app.count(row).await, 1);
    assert!(mail.header("Message-ID").ends_with("@example.no>"), "{mail:?}");
    // whoever is lost between the server's answer and our commit sends the same once more
    app.execute("UPDATE email SET status = 'waiting', next_attempt_at = created_at").await;
    sent(&app).await;
    let all = server.mails();
    assert_eq!(all.len(), 2);
    assert_eq!(all[0].header("Message-ID"), all[1].header("Message-ID"));
    assert_eq!(all[0].header("Date"), all[1].header("Date"));
    app.finish().await;
}

#[tokio::test]
async fn a_mailbox_that_is_not_there_is_not_written_to_again_and_others_are() {
    let (app, server) = started().await;
    filed(&app, 1, "nb").await;
    server.behave(Behaviour::Address(550));
    sent(&app).await;
    assert_eq!(count(&app, "status = 'failed' AND attempts = 1").await, 1);
    let calls = server.connections();
    app.clock.advance(TimeDelta::days(3));
    sent(&app).await;
    assert_eq!(server.connections(), calls);
    server.behave(Behaviour::Take);
    filed(&app, 2, "nb").await;
    sent(&app).await;
    assert_eq!(server.mails().len(), 1);
    // one that is never taken ends after days
    server.behave(Behaviour::Content(451));
    filed(&app, 3, "nb").await;
    for _ in 0..20 {
        sent(&app).await;
        app.clock.advance(TimeDelta::hours(12));
    }
    assert_eq!(count(&app, "status = 'failed'").await, 2);
    assert_eq!(count(&app, "status = 'waiting'").await, 0);
    app.finish().await;
}

#[tokio::test]
async fn while_the_server_is_silent_one_notice_a_run_tries_it() {
    let (app, server) = started().await;
    for n in 1..=4 {
        filed(&app, n, "nb").await;
    }
    server.behave(Behaviour::Hang);
    sent(&app).await;
    assert_eq!(server.connections(), 1);
    assert_eq!(count(&app, "attempts = 0").await, 3);
    server.behave(Behaviour::Take);
    app.clock.advance(TimeDelta::minutes(1));
    sent(&app).await;
    assert_eq!(server.mails().len(), 4);
    app.finish().await;
}

#[tokio::test]
async fn an_address_that_would_say_more_to_the_server_reaches_nobody() {
    let (app, server) = started().await;
    // as the register takes it in
    for bad in ["kari@example.no\r\nBcc: alle@example.no", "kari@example.no>\r\nDATA", "a b@c.no"] {
        let mut application = people::plb_application(5);
        application["applicant"]["email"] = json!(bad);
        let who = Who::person(5);
        let reply = app.post("/v1/plb/applications", &who, &application).await;
        assert_eq!(reply.status, 422, "{bad}");
    }
    // as somebody with the database could put it there
    filed(&app, 1, "nb").await;
    filed(&app, 2, "nb").await;
    let first = people::applicant(1)["email"].as_str().expect("an address").to_owned();
    let change = format!(
        "UPDATE party SET email = 'kari@example.no>' || {} || 'RCPT TO:<x@example.com' WHERE email = '{first}'",
        if crate::support::test_app::on_postgres() { "chr(13) || chr(10)" } else { "char(13, 10)" }
    );
    app.execute(&change).await;
    sent(&app).await;
    let mails = server.mails();
    assert_eq!(mails.len(), 1, "the other one went out");
    assert!(!mails[0].to.contains("example.com") && !mails[0].to.contains(&first));
    assert_eq!(count(&app, "status = 'waiting' AND attempts = 1").await, 1);
    app.finish().await;
}

#[tokio::test]
async fn nothing_is_sent_without_tls_where_tls_is_configured() {
    for speech in [Speech::Implicit, Speech::StartTls] {
        let user = Some(("anrop".to_owned(), "hemmelig".to_owned().into()));
        let (app, server) = started_with(speech, |mail| mail.user = user).await;
        filed(&app, 1, "nb").await;
        sent(&app).await;
        let mail = server.mails().pop().unwrap_or_else(|| panic!("{speech:?}: no mail"));
        assert!(mail.under_tls, "{speech:?}");
        let shown = STANDARD.decode(mail.user.expect("a name")).expect("base64");
        assert_eq!(shown, b"\0anrop\0hemmelig");
        // a password that is refused may be right tomorrow
        server.behave(Behaviour::Password(535));
        filed(&app, 2, "nb").await;
        sent(&app).await;
        assert_eq!(count(&app, "status = 'waiting' AND attempts = 1").await, 1);
        app.finish().await;
    }
    // a server without STARTTLS, as one between us and it would be, and one that nobody has vouched for
    let (app, server) = started_with(Speech::Plain, |mail| {
        mail.protection = Protection::StartTls;
    })
    .await;
    filed(&app, 1, "nb").await;
    sent(&app).await;
    assert!(server.mails().is_empty() && server.connections() == 1);
    app.finish().await;
    let (app, server) = started_with(Speech::Implicit, |mail| mail.roots = None).await;
    filed(&app, 1, "nb").await;
    sent(&app).await;
    assert!(server.mails().is_empty() && server.connections() == 1);
    assert_eq!(count(&app, "status = 'waiting' AND attempts = 1").await, 1);
    app.finish().await;
}

#[tokio::test]
async fn two_processes_send_a_notice_once() {
    let (app, server) = started().await;
    for n in 1..=6 {
        filed(&app, n, "nb").await;
    }
    let (one, other) = (mail_once(app.app.clone()), mail_once(app.app.clone()));
    let (one, other) = tokio::join!(one, other);
    one.and(other).expect("both go on");
    let mut ids: Vec<String> =
        server.mails().iter().map(|mail| mail.header("Message-ID")).collect();
    assert_eq!(ids.len(), 6);
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 6);
    app.finish().await;
}

#[tokio::test]
async fn a_letter_of_supervision_is_told_of_like_any_other() {
    let (app, server) = started().await;
    let case = supervision::supervised(&app).await;
    let number =
        app.get(&case, &Who::caseworker("a")).await.expect(200).json()["caseNumber"].clone();
    let number = number.as_str().expect("a number").to_owned();
    supervision::step(&app, &case, "notices", &supervision::notice(&app)).await;
    sent(&app).await;
    let last = server.mails().pop().expect("one");
    assert_eq!(last.header("Subject"), format!("Du har fått et brev: sak {number}"));
    assert!(last.body().contains("/nb/letters/"), "{}", last.body());
    says_nothing_of_anybody(&last);
    // once more after a week, and the order that came meanwhile as a decision
    app.clock.advance(TimeDelta::days(15));
    supervision::step(&app, &case, "orders", &supervision::order(&app)).await;
    sent(&app).await;
    let told = subjects(&server);
    assert!(told.contains(&format!("Saken er avgjort: sak {number}")), "{told:?}");
    assert!(told.contains(&format!("Du har et brev som ikke er åpnet: sak {number}")), "{told:?}");
    app.finish().await;
}

#[tokio::test]
async fn a_respondent_is_reminded_of_the_time_to_comment_unless_they_have() {
    for has_commented in [false, true] {
        let (app, server) = started().await;
        let case = supervision::supervised(&app).await;
        supervision::step(&app, &case, "notices", &supervision::notice(&app)).await;
        // whoever has read the letter is reminded too
        open_latest(&app, &Who::person(1)).await;
        if has_commented {
            let said = json!({ "fromRespondent": true, "text": "Senderen er ikke min." });
            supervision::step(&app, &case, "remarks", &said).await;
        }
        let reminders = || {
            let mails = server.mails().into_iter();
            mails
                .filter(|mail| mail.header("Subject").starts_with("Fristen for å uttale deg"))
                .collect::<Vec<_>>()
        };
        app.clock.advance(TimeDelta::days(10));
        sent(&app).await;
        assert!(reminders().is_empty(), "too early");
        app.clock.advance(TimeDelta::days(1));
        sent(&app).await;
        sent(&app).await;
        assert_eq!(reminders().len(), usize::from(!has_commented));
        for mail in reminders() {
            assert!(mail.body().contains("/nb/letters/"), "{}", mail.body());
            says_nothing_of_anybody(&mail);
        }
        let dropped = count(&app, "purpose = 'commentDue' AND status = 'dropped'").await;
        assert_eq!(dropped, i64::from(has_commented));
        app.finish().await;
    }
}

#[tokio::test]
async fn another_party_is_reminded_of_the_time_to_comment_on_an_appeal_unless_they_have() {
    for has_commented in [false, true] {
        let (app, server) = started().await;
        let (_, new, _, letter) = told(&app).await;
        if has_commented {
            let said = json!({ "text": "We ask that the decision stands." });
            app.post(&format!("{letter}/comment"), &new, &said).await.expect(200);
        }
        let subject = "The time to comment is nearly over";
        let reminders = || subjects(&server).iter().filter(|one| one.starts_with(subject)).count();
        // two weeks, and some days more where the last of them is a holiday
        for _ in 0..10 {
            app.clock.advance(TimeDelta::days(1));
            sent(&app).await;
        }
        assert_eq!(reminders(), 0, "too early");
        for _ in 10..17 {
            app.clock.advance(TimeDelta::days(1));
            sent(&app).await;
        }
        assert_eq!(reminders(), usize::from(!has_commented));
        app.finish().await;
    }
}

/// Sends the report of the `n`th organisation on a year, of a thousand numbers.
async fn reports(app: &TestApp, n: u64, permit: &str, (year, range): (i32, &str)) {
    let report = json!({
        "services": "Bedriftstelefoni", "forecast": [900, 1100, 1300],
        "series": [{
            "range": range, "activePercent": 50.0, "reservedPercent": 0.0,
            "portedOutPercent": 0.0, "freePercent": 50.0, "portedIn": 0,
        }],
    });
    let path = format!("/v1/permits/{permit}/utilisation-reports/{year}");
    app.put(&path, &numbering::organisation(n), Some("\"v0\""), &report).await.expect(200);
}

#[tokio::test]
async fn a_provider_is_reminded_once_of_the_yearly_report_that_has_not_come() {
    let (app, server) = started().await;
    let ranges = ["22000000-22000999", "22001000-22001999", "22002000-22002999"];
    let mut permits = Vec::new();
    for (n, range) in (1..).zip(ranges) {
        let resource = numbering::exact("e164_8_digit", range);
        permits.push(numbering::permit(&app, n, resource).await.0);
    }
    numbering::permit(&app, 4, numbering::exact("mnc", "77")).await;
    let year = chrono::Datelike::year(&app.day_in(0));
    let early: chrono::DateTime<chrono::Utc> =
        format!("{}-01-17T12:00:00Z", year + 1).parse().expect("a time");
    app.clock.advance(early - app.app.clock().now());
    let look = || remind_once(app.app.clone());
    look().await.expect("looks");
    assert_eq!(count(&app, "purpose = 'reportDue'").await, 0, "too early");
    app.clock.advance(TimeDelta::days(1));
    reports(&app, 2, &permits[1], (year, ranges[1])).await;
    // several processes look at the same moment, and one reminds
    let (one, two, three) = tokio::join!(look(), look(), look());
    one.and(two).and(three).expect("all look");
    look().await.expect("looks");
    assert_eq!(count(&app, "purpose = 'reportDue'").await, 2);
    // what comes before the reminder goes out makes it needless
    reports(&app, 3, &permits[2], (year, ranges[2])).await;
    sent(&app).await;
    assert_eq!(count(&app, "purpose = 'reportDue' AND status = 'dropped'").await, 1);
    let told: Vec<Mail> = server
        .mails()
        .into_iter()
        .filter(|mail| mail.header("Subject").starts_with("Rapporten skal snart sendes: "))
        .collect();
    assert_eq!(told.len(), 1);
    let body = told[0].body();
    let link = format!("{}/nb/my-page/permits/{}/utilisation/{year}", app.base, permits[0]);
    assert!(body.lines().any(|line| line == link), "{body}");
    assert!(body.contains(&format!("1. februar {}", year + 1)), "{body}");
    app.clock.advance(TimeDelta::days(20));
    look().await.expect("looks");
    assert_eq!(count(&app, "purpose = 'reportDue'").await, 2, "what is late is not reminded of");
    app.finish().await;
}

#[tokio::test]
async fn a_holder_is_asked_once_whether_harmonised_numbers_are_in_use_before_the_day() {
    let (app, server) = started().await;
    let (stated, _) = numbering::permit(&app, 1, numbering::exact("e164_6_digit", "116117")).await;
    let (asked, _) = numbering::permit(&app, 2, numbering::exact("e164_6_digit", "116123")).await;
    numbering::permit(&app, 3, numbering::exact("mnc", "77")).await;
    let look = || remind_once(app.app.clone());
    app.clock.advance(TimeDelta::days(120));
    look().await.expect("looks");
    assert_eq!(count(&app, "purpose = 'numberUseDue'").await, 0, "too early");
    app.clock.advance(TimeDelta::days(40));
    let path = format!("/v1/permits/{stated}/number-use");
    let body = json!({ "inUseOn": app.day_in(-1) });
    app.put(&path, &numbering::organisation(1), Some("\"v0\""), &body).await.expect(200);
    let (one, two) = tokio::join!(look(), look());
    one.and(two).expect("both look");
    look().await.expect("looks");
    assert_eq!(count(&app, "purpose = 'numberUseDue'").await, 1);
    sent(&app).await;
    let told: Vec<Mail> = server
        .mails()
        .into_iter()
        .filter(|mail| mail.header("Subject").starts_with("Er numrene tatt i bruk? "))
        .collect();
    assert_eq!(told.len(), 1);
    let link = format!("{}/nb/my-page/permits/{asked}", app.base);
    assert!(told[0].body().lines().any(|line| line == link), "{}", told[0].body());
    app.finish().await;
}

#[tokio::test]
async fn an_invoice_is_told_of_and_its_reminder_too() {
    let (app, server) = started().await;
    fees::plb(&app, 1, 101).await;
    invoices::issue(&app).await;
    sent(&app).await;
    let told = subjects(&server);
    assert!(told.iter().any(|one| one.starts_with("Du har fått en faktura: sak ")), "{told:?}");
    app.clock.advance(TimeDelta::days(60));
    let look = || remind_once(app.app.clone());
    let (one, two) = tokio::join!(look(), look());
    one.and(two).expect("both look");
    sent(&app).await;
    let reminders = subjects(&server);
    let reminders = reminders.iter().filter(|one| one.starts_with("Betalingspåminnelse: sak "));
    assert_eq!(reminders.count(), 1);
    app.finish().await;
}
