//! The caseworkers' desk through its forms: the queue and its counts, a case from question to decision,
//! what happens when somebody else was faster, decisions on several cases, two signatures, applications
//! registered for others, and the search for holders.

use anrop::{
    identity::{Caller, Role, session::Session, token::Ticket},
    permit::kind::{self, Kind},
};
use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::{
    kinds::shared::{act, caseworker, permit_of},
    support::{Reply, TestApp, Visitor, Who, people, visitor::form},
};

const QUEUE: &str = "/nb/casework";

/// An open case of the `n`th person: its address in the API and its page.
pub async fn plb(app: &TestApp, n: u64) -> (String, String) {
    let application = people::plb_application(n);
    let who = Who::person(n);
    let filed = app.post("/v1/plb/applications", &who, &application).await.expect(201);
    let case = filed.header("location").to_owned();
    let page = format!("{QUEUE}/cases/{}", case.rsplit('/').next().expect("an id"));
    (case, page)
}

fn representative(number: &str) -> Who {
    let ticket = Ticket { organisation: Some(number.to_owned()), ..Who::person(90).0 };
    Who(Ticket { roles: vec![Role::Representative], ..ticket })
}

/// What a form of the page does, sent with more.
async fn deed(visitor: &mut Visitor<'_>, page: &str, more: &[(&str, &str)]) -> Reply {
    let text = visitor.get(page).await.expect(200).text();
    send(visitor, page, &text, more).await
}

async fn send(visitor: &mut Visitor<'_>, page: &str, text: &str, more: &[(&str, &str)]) -> Reply {
    let action = format!("{page}/deed");
    visitor.post(&action, &form(text, &action, more)).await
}

#[tokio::test]
async fn a_case_is_opened_by_its_number_from_every_page() {
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    let (case, page) = plb(&app, 1).await;
    let number = app.get(&case, &caseworker()).await.expect(200).json()["number"].clone();
    let number = number.as_str().expect("a number").to_owned();
    let new = json!({ "matter": "Støy på 2 meter." });
    let made = app.post("/v1/supervision-cases", &caseworker(), &new).await.expect(201);
    let supervision = made.json()["caseNumber"].as_str().expect("a number").to_owned();
    let supervised = made.header("location").replace("/v1/", "/nb/casework/");
    let mut visitor = Visitor::signed_in(&app, "CASEWORKER").await;
    for path in [QUEUE, &page, "/nb/casework/fees", &supervised] {
        assert!(visitor.get(path).await.expect(200).text().contains("id=\"find-case\""), "{path}");
    }
    let (year, serial) = number.split_once('/').expect("parts");
    let short = format!("{year}/{}", serial.trim_start_matches('0'));
    for typed in [number.clone(), short, format!(" {number} "), format!("{number}-2")] {
        let reply = visitor.request("GET", &format!("{QUEUE}?case={typed}"), None).await;
        assert_eq!((reply.status, reply.header("location")), (303, page.as_str()), "{typed}");
    }
    let reply = visitor.request("GET", &format!("{QUEUE}?case={supervision}"), None).await;
    assert_eq!((reply.status, reply.header("location")), (303, supervised.as_str()));
    for typed in ["1999/000001", "x", "2026/", "\u{e6}", "100000009", "1000000016", "PLB-999999"] {
        let shown = visitor.get(&format!("{QUEUE}?case={typed}")).await.expect(200).text();
        assert!(shown.contains("Ingen sak, faktura, KID eller tillatelse har dette"), "{typed}");
        assert!(shown.contains(&format!("value=\"{typed}\"")), "{typed}");
    }
    let mut administrator = Visitor::signed_in(&app, "ADMINISTRATOR").await;
    let fees = administrator.get("/nb/casework/fees").await.expect(200).text();
    assert!(!fees.contains("id=\"find-case\""), "nothing for who cannot open cases");
    app.finish().await;
}

#[tokio::test]
async fn the_number_of_an_invoice_a_case_of_fees_or_a_permit_leads_there_too() {
    use crate::kinds::{
        fees::{advance_to, plb as permit},
        invoices::{issue, only},
    };
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    advance_to(&app, 3, 1);
    permit(&app, 1, 101).await;
    issue(&app).await;
    let (invoice, _) = only(&app, &Who::person(1)).await;
    let letter = format!("/v1/letters/{}", invoice["letterId"].as_str().expect("an id"));
    let document = app.get(&letter, &Who::person(1)).await.expect(200).json();
    let document = document.to_string();
    let found = regex::Regex::new(r"(\d{4}/\d{6})-\d+").expect("a pattern");
    let found = found.captures(&document).unwrap_or_else(|| panic!("no number in {document}"));
    let (document, case) = (found[0].to_owned(), found[1].to_owned());
    let permit = app.get("/v1/permits", &caseworker()).await.expect(200).json();
    let permit = &permit["items"][0];
    let at = |path: &str, id: &serde_json::Value| {
        format!("/nb/casework/{path}/{}", id.as_str().expect("an id"))
    };
    let number = permit["number"].as_str().expect("a number");
    let of_invoice = at("fees", &invoice["id"]);
    let of_case = format!("/nb/casework/fees?case={case}");
    let mut visitor = Visitor::signed_in(&app, "CASEWORKER").await;
    for (typed, address) in [
        (invoice["invoiceNumber"].to_string(), of_invoice.clone()),
        (invoice["kid"].as_str().expect("a KID").to_owned(), of_invoice.clone()),
        (document.clone(), of_invoice),
        (case.clone(), of_case.clone()),
        (number.to_owned(), at("permits", &permit["id"])),
        (number.to_lowercase(), at("permits", &permit["id"])),
    ] {
        let reply = visitor.request("GET", &format!("{QUEUE}?case={typed}"), None).await;
        assert_eq!((reply.status, reply.header("location")), (303, address.as_str()), "{typed}");
        visitor.get(&address).await.expect(200);
    }
    let shown = visitor.get(&of_case).await.expect(200).text();
    assert!(shown.contains("100000001") && shown.contains(&format!("Sak {case}")), "{shown}");
    assert_eq!(visitor.get("/nb/casework/fees?case=1999/000001").await.status, 400);
    for (language, said) in [("nn", "Inga sak, inga faktura"), ("en", "No case, invoice, KID")] {
        let page = visitor.get(&format!("/{language}/casework?case=1999/000001")).await.expect(200);
        assert!(page.text().contains(said), "{language}");
    }
    app.finish().await;
}

#[tokio::test]
async fn the_desk_is_for_caseworkers() {
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    let (_, page) = plb(&app, 1).await;
    let mut nobody = Visitor::new(&app);
    for path in [QUEUE, &page, "/nb/casework/holders"] {
        assert_eq!(nobody.request("GET", path, None).await.status, 303, "{path}");
    }
    for person in ["KARI", "RESCUE", "ADMINISTRATOR"] {
        let mut other = Visitor::signed_in(&app, person).await;
        for path in [QUEUE, &page, "/nb/casework/holders"] {
            assert_eq!(other.get(path).await.status, 403, "{person} {path}");
        }
    }
    let mut visitor = Visitor::signed_in(&app, "CASEWORKER").await;
    let shown = visitor.get(&page).await.expect(200);
    assert_eq!(shown.header("cache-control"), "no-store");
    let name = people::applicant(1)["name"].as_str().expect("a name").to_owned();
    assert!(shown.text().contains(&name));
    // a form without the token of the session does nothing
    let forged = [("deed".to_owned(), "take".to_owned()), ("version".to_owned(), "1".to_owned())];
    assert_eq!(visitor.post(&format!("{page}/deed"), &forged).await.status, 403);
    assert_eq!(visitor.get("/nb/casework/cases/none").await.status, 404);
    app.finish().await;
}

#[tokio::test]
async fn the_queue_counts_filters_and_keeps_views() {
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    let mut pages = Vec::new();
    for n in 1..=4 {
        pages.push(plb(&app, n).await);
    }
    let mut visitor = Visitor::signed_in(&app, "CASEWORKER").await;
    deed(&mut visitor, &pages[0].1, &[("deed", "take")]).await.expect(200);
    let text = visitor.get(QUEUE).await.expect(200).text();
    assert!(text.contains("4 saker") && text.contains("Personlig nødpeilesender"), "{text}");
    let mine = visitor.get("/nb/casework?assignee=me").await.expect(200).text();
    assert!(mine.contains("1 saker"), "{mine}");
    let nobodys = visitor.get("/nb/casework?assignee=nobody&kind=plb").await.expect(200).text();
    assert!(nobodys.contains("3 saker"));
    let none = visitor.get("/nb/casework?kind=amateur").await.expect(200).text();
    assert!(none.contains("0 saker") && none.contains("Ingen saker passer"));
    for wrong in ["?status=lost", "?kind=x", "?overdue=1", "?utm=1", "?cursor=x"] {
        assert_eq!(visitor.get(&format!("{QUEUE}{wrong}")).await.status, 400, "{wrong}");
    }

    // a view is kept under a name, and is the caseworker's own
    let path = "/nb/casework?status=submitted&assignee=nobody";
    let page = visitor.get(path).await.expect(200).text();
    let keep = "/nb/casework/views";
    let named = [("name", "Nye, ingen har dem"), ("query", "?status=submitted&assignee=nobody")];
    let saved = visitor.post(keep, &form(&page, keep, &named)).await.expect(200).text();
    assert!(saved.contains("Nye, ingen har dem") && saved.contains("3 saker"), "{saved}");
    let again = visitor.post(keep, &form(&page, keep, &named)).await.expect(200).text();
    assert!(again.contains("Du har en visning med dette navnet"));
    let mut other = Visitor::signed_in(&app, "SUPERVISOR").await;
    assert!(!other.get(QUEUE).await.expect(200).text().contains("Nye, ingen har dem"));
    let id = regex::Regex::new(r#"name="delete" value="([^"]+)""#).expect("a pattern");
    let id = id.captures(&saved).expect("a button")[1].to_owned();
    let gone = [("delete", id.as_str())];
    let stranger = other.get(QUEUE).await.expect(200).text();
    let csrf = form(&stranger, "/sign-out", &gone);
    other.post(keep, &csrf).await.expect(200);
    assert!(visitor.get(QUEUE).await.expect(200).text().contains("Nye, ingen har dem"));
    let page = visitor.post(keep, &form(&saved, keep, &gone)).await.expect(200).text();
    assert!(!page.contains("Nye, ingen har dem"));

    // what is late is said in words too, and waiting stops the clock
    let due = app.day_in(2).to_string();
    let asked = [("deed", "ask"), ("question", "Hvilken farge?"), ("due", due.as_str())];
    deed(&mut visitor, &pages[1].1, &asked).await.expect(200);
    app.clock.advance(TimeDelta::days(60));
    let mut visitor = Visitor::signed_in(&app, "CASEWORKER").await;
    let late = visitor.get("/nb/casework?overdue=yes").await.expect(200).text();
    assert!(late.contains("3 saker") && late.contains("dager over fristen"), "{late}");
    let api = app.get("/v1/cases?overdue=true", &caseworker()).await.expect(200).json();
    assert_eq!(api["total"], 3);
    anrop::jobs::add_up_once(app.app.clone()).await.expect("adds up");
    let late = visitor.get("/nb/casework?overdue=yes").await.expect(200).text();
    assert!(late.contains("3 saker"), "adding up changes no count");
    assert_eq!(app.count("SELECT count(*) AS n FROM case_tally_change").await, 0);
    let waiting = visitor.get("/nb/casework?status=waitingForApplicant").await.expect(200).text();
    assert!(waiting.contains("Svar skulle ha kommet"), "{waiting}");
    app.finish().await;
}

#[tokio::test]
async fn what_is_typed_for_one_button_outlives_another() {
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    let (case, page) = plb(&app, 1).await;
    let mut visitor = Visitor::signed_in(&app, "CASEWORKER").await;
    let shown = visitor.get(&page).await.expect(200).text();
    // all buttons but that of a document belong to one form, and Enter in a field presses none of them
    let forms = shown.split("<form").skip(1);
    let of_case = forms.filter(|form| form.contains("name=\"deed\"")).count();
    assert_eq!(of_case, 1, "{shown}");
    let first =
        shown.find("<button disabled form=\"form\"></button>").expect("a button that does nothing");
    assert!(first < shown.find("name=\"deed\"").expect("a button"));
    let due = app.day_in(9).to_string();
    let texts = [
        ("question", "Hvilken farge har den?"),
        ("due", due.as_str()),
        ("grounds", "Alt er <i orden>."),
        ("outcome", "granted"),
        ("change-reason", "Vi venter på måling."),
        ("note", "Ring dem i morgen."),
    ];
    let is_kept = |shown: &str, besides: &[&str]| {
        for (name, _) in texts.iter().filter(|(name, _)| !besides.contains(name)) {
            let said = match *name {
                "due" => format!("value=\"{due}\""),
                "outcome" => "value=\"granted\" accesskey=\"v\" checked".to_owned(),
                "grounds" => "Alt er &#60;i orden&#62;.</textarea>".to_owned(),
                name => texts.iter().find(|(own, _)| *own == name).expect("a text").1.to_owned(),
            };
            assert!(shown.contains(&said), "{name} ({said}) is lost: {shown}");
        }
    };
    // done, refused for what is missing in another field, or only looked at: nothing else is lost
    let take = [&[("deed", "take")], &texts[..]].concat();
    let taken = send(&mut visitor, &page, &shown, &take).await.expect(200).text();
    assert!(taken.contains("Lagret") && taken.contains("demo-caseworker"));
    is_kept(&taken, &[]);
    let empty = [&[("deed", "assign"), ("to", "")], &texts[..]].concat();
    is_kept(&send(&mut visitor, &page, &taken, &empty).await.expect(422).text(), &[]);
    let preview = [&[("deed", "preview-question")], &texts[..]].concat();
    is_kept(&send(&mut visitor, &page, &taken, &preview).await.expect(200).text(), &[]);
    // what is done is away, and stands where it belongs
    let noted = [&[("deed", "note")], &texts[..]].concat();
    let noted = send(&mut visitor, &page, &taken, &noted).await.expect(200).text();
    is_kept(&noted, &["note"]);
    assert!(
        !noted.contains("Ring dem i morgen.</textarea>") && noted.contains("Ring dem i morgen.")
    );
    // what the case has no field for any more is shown all the same
    let asked = [&[("deed", "decide")], &texts[..5]].concat();
    let decided = send(&mut visitor, &page, &noted, &asked).await.expect(200).text();
    assert!(decided.contains("Innvilget") && decided.contains("id=\"left-over\""), "{decided}");
    assert!(decided.contains("Hvilken farge har den?</textarea>"));
    assert!(!decided.contains("i orden&#62;.</textarea>"), "the grounds are in the decision");
    // the address of the page is left only while something waits on it
    let done = app.get(&case, &caseworker()).await.expect(200).json();
    assert_eq!(done["status"], "granted");
    let body = form(&decided, &format!("{page}/deed"), &[("deed", "note"), ("note", "Ferdig.")]);
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&body).finish();
    let reply = visitor.request("POST", &format!("{page}/deed"), Some(body)).await;
    assert_eq!(reply.status, 303);
    app.finish().await;
}

#[tokio::test]
async fn an_appeal_that_is_written_down_outlives_a_note() {
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    let (_, page) = plb(&app, 1).await;
    let mut visitor = Visitor::signed_in(&app, "CASEWORKER").await;
    let refused =
        [("deed", "decide"), ("outcome", "refused"), ("grounds", "Senderen er ikke merket.")];
    let shown = deed(&mut visitor, &page, &refused).await.expect(200).text();
    // as long as the fields take, and every letter is six bytes in the form
    let appeal = format!("Den er merket.\r\nSe bildet. {}", "æ".repeat(9_900));
    let deferral = "å".repeat(4_000);
    let typed = [
        ("deed", "note"),
        ("note", "Papir kom."),
        ("appeal", appeal.as_str()),
        ("deferral", deferral.as_str()),
        ("appeal-way", "telephone"),
    ];
    let shown = send(&mut visitor, &page, &shown, &typed).await.expect(200).text();
    assert!(shown.contains("Papir kom.") && shown.contains("Se bildet. æææ"), "{shown}");
    assert!(shown.contains(&deferral));
    assert!(shown.contains("name=\"appeal-way\" value=\"telephone\" checked"));
    // a decision's form goes to an address of its own, and what is typed elsewhere goes there too
    let action = format!("{page}/appeal");
    let more = [("deed", "register-appeal"), ("appeal", ""), ("note", "Husk å ringe.")];
    let wrong = visitor.post(&action, &form(&shown, &action, &more)).await.expect(422).text();
    assert!(wrong.contains("Husk å ringe.</textarea>"), "{wrong}");
    app.finish().await;
}

#[tokio::test]
async fn pages_of_the_queue_neither_repeat_nor_skip() {
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    for n in 1..=53 {
        plb(&app, n).await;
    }
    let mut visitor = Visitor::signed_in(&app, "CASEWORKER").await;
    let number = regex::Regex::new(r#"<th scope="row"><a[^>]*>([^<]+)</a>"#).expect("a pattern");
    let next = regex::Regex::new(r#"href="([^"]+)" rel="next"#).expect("a pattern");
    let mut numbers = std::collections::BTreeSet::new();
    let mut path = QUEUE.to_owned();
    let mut shown = 0;
    loop {
        let text = visitor.get(&path).await.expect(200).text();
        assert!(text.contains("53 saker"));
        for found in number.captures_iter(&text) {
            shown += 1;
            numbers.insert(found[1].to_owned());
        }
        match next.captures(&text) {
            Some(link) => path = link[1].replace("&#38;", "&"),
            None => break,
        }
    }
    assert_eq!((numbers.len(), shown), (53, 53));
    app.finish().await;
}

#[tokio::test]
async fn a_case_is_asked_about_answered_and_decided() {
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    let (case, page) = plb(&app, 1).await;
    let mut visitor = Visitor::signed_in(&app, "CASEWORKER").await;
    let shown = visitor.get(&page).await.expect(200).text();
    for text in ["Havblikk", "samsvarserklæringen", "Søknad mottatt", "Fottur"] {
        assert!(shown.contains(text), "{text} is missing: {shown}");
    }
    // what is wrong with a form is said, and what was typed stays
    let wrong = deed(&mut visitor, &page, &[("deed", "ask"), ("question", ""), ("due", "")]).await;
    assert!(wrong.expect(422).text().contains("Skriv en tekst"));
    let late = [("deed", "ask"), ("question", "Hvilken farge har den?"), ("due", "2020-01-01")];
    let wrong = deed(&mut visitor, &page, &late).await.expect(422).text();
    assert!(wrong.contains("minst til i morgen") && wrong.contains("Hvilken farge har den?"));
    let due = app.day_in(21).to_string();
    let asked = [("deed", "ask"), ("question", "Hvilken farge har den?"), ("due", due.as_str())];
    let done = deed(&mut visitor, &page, &asked).await.expect(200).text();
    assert!(done.contains("Lagret") && done.contains("Venter på søker"), "{done}");

    let kari = Who::person(1);
    let seen = app.get(&case, &kari).await.expect(200);
    let reply = json!({ "text": "Den er gul." });
    app.post_on(&format!("{case}/replies"), &kari, &seen.etag(), &reply).await.expect(200);
    let shown = visitor.get(&page).await.expect(200).text();
    assert!(shown.contains("Den er gul.") && shown.contains("Under behandling"));

    // a refusal needs grounds; a text of the library is put into the form, in the applicant's language
    let none = [("deed", "decide"), ("outcome", "refused"), ("grounds", "")];
    let wrong = deed(&mut visitor, &page, &none).await.expect(422).text();
    assert!(wrong.contains("må begrunnes"));
    let insert =
        [("deed", "insert"), ("outcome", "granted"), ("library", "met"), ("grounds", "Hei.")];
    let filled = deed(&mut visitor, &page, &insert).await.expect(200).text();
    assert!(filled.contains("Hei.") && filled.contains("alle vilkår for tillatelsen er oppfylt"));
    let until = app.day_in(1000).to_string();
    let decision = [
        ("outcome", "granted"),
        ("grounds", "Alt er i orden."),
        ("conditions", "Bare i Norge.\n\nBare til fots."),
        ("until", until.as_str()),
    ];
    let preview = [&[("deed", "preview")], &decision[..]].concat();
    let letter = deed(&mut visitor, &page, &preview).await.expect(200).text();
    assert!(letter.contains("Slik blir brevet") && letter.contains("Utkast. Brevet er ikke sendt"));
    let entries = "SELECT count(*) AS n FROM journal_entry";
    let before = app.count(entries).await;
    let as_file = [&[("deed", "preview-file")], &decision[..]].concat();
    let file = deed(&mut visitor, &page, &as_file).await.expect(200);
    assert_eq!(file.header("content-type"), "application/pdf");
    let pdf = lopdf::Document::load_mem(&file.bytes).expect("a PDF");
    let drawn = pdf.extract_text(&[1]).expect("a text");
    assert!(drawn.contains("Utkast") && drawn.contains("orden"), "{drawn}");
    assert_eq!(app.count("SELECT count(*) AS n FROM decision").await, 0, "nothing is decided yet");
    assert_eq!(app.count(entries).await, before, "nothing is journaled");
    let decide = [&[("deed", "decide")], &decision[..]].concat();
    let done = deed(&mut visitor, &page, &decide).await.expect(200).text();
    assert!(done.contains("Innvilget") && done.contains("Bare til fots."), "{done}");
    let decided = app.get(&case, &kari).await.expect(200).json();
    // what was previewed is what was sent, word for word; only the number and the call sign came with the decision
    let listed = crate::letters::letters(&app, &kari).await;
    let sent = listed.iter().find(|one| one["kind"] == "decision").expect("a letter");
    let path = format!("/v1/letters/{}", sent["id"].as_str().expect("an id"));
    let sent = app.get(&path, &kari).await.expect(200).json();
    assert!(letter.contains(sent["subject"].as_str().expect("a text")));
    let blocks = sent["blocks"].as_array().expect("blocks");
    let paragraphs = blocks.iter().filter(|one| one["part"] == "paragraph");
    let paragraphs: Vec<&str> = paragraphs.filter_map(|one| one["text"].as_str()).collect();
    assert!(paragraphs.len() > 5, "{sent}");
    // but for the space behind §, which does not break on pages
    let letter = letter.replace("§\u{a0}", "§ ");
    for text in paragraphs {
        assert!(letter.contains(text), "{text}");
    }
    assert_eq!(decided["decision"]["conditions"], json!(["Bare i Norge.", "Bare til fots."]));
    let permit = app.get(&permit_of(&decided), &kari).await.expect(200).json();
    assert_eq!(permit["record"]["permit"]["validUntil"], until);
    // a decided case cannot be decided again, and the form is away
    assert!(!done.contains("value=\"decide\""));
    let version = decided["version"].to_string();
    let text = visitor.get(&page).await.expect(200).text();
    let again = [&[("deed", "decide"), ("version", version.as_str())], &decision[..]].concat();
    let refused = send(&mut visitor, &page, &text, &again).await.expect(409).text();
    assert!(refused.contains("dette ikke kan gjøres"), "{refused}");
    app.finish().await;
}

#[tokio::test]
async fn a_case_changed_by_another_is_shown_and_never_overwritten() {
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    let (case, page) = plb(&app, 1).await;
    let mut visitor = Visitor::signed_in(&app, "CASEWORKER").await;
    let open = visitor.get(&page).await.expect(200).text();
    // meanwhile somebody else takes it and writes a note
    let other = Who::caseworker("ola-nordmann");
    let taken = app.post_on(&format!("{case}/assignment"), &other, "\"v1\"", &json!({})).await;
    let note = json!({ "text": "Ringt søkeren." });
    app.post_on(&format!("{case}/notes"), &other, &taken.etag(), &note).await.expect(200);
    let mine = [
        ("deed", "decide"),
        ("outcome", "refused"),
        ("grounds", "Min lange og viktige begrunnelse."),
    ];
    let told = send(&mut visitor, &page, &open, &mine).await.expect(409).text();
    assert!(told.contains("Saken er endret mens du hadde den oppe"));
    assert!(told.contains("Min lange og viktige begrunnelse."), "what was typed stays");
    let changed = &told[told.find("id=\"changed\"").expect("a notice")..];
    let changed = &changed[..changed.find("</div>").expect("an end")];
    assert_eq!(changed.matches("ola-nordmann").count(), 2, "{changed}");
    assert!(changed.contains("Fordelt") && changed.contains("Notat"), "{changed}");
    assert!(!changed.contains("Søknad mottatt"), "only what is new");
    assert_eq!(app.count("SELECT count(*) AS n FROM decision").await, 0);
    // having seen it, the caseworker sends it again
    let done = send(&mut visitor, &page, &told, &mine).await.expect(200).text();
    assert!(done.contains("Avslått"), "{done}");
    app.finish().await;
}

/// A case that nothing forbids any more: the registration that stood in its way has ended.
pub async fn grantable(app: &TestApp, number: &str) -> (String, String) {
    let who = representative(number);
    let application = kind::any(Kind::Supplier).example();
    let path = "/v1/supplier/applications";
    let first = app.post(path, &who, &application).await.expect(201).json();
    let second = app.post(path, &who, &application).await.expect(201);
    let permit = format!("/v1/permits/{}", first["permitId"].as_str().expect("a permit"));
    act(app, &permit, "surrender", &who, &json!({ "reason": "noLongerUsed" })).await.expect(200);
    let id = second.json()["caseId"].as_str().expect("a case").to_owned();
    (second.header("location").to_owned(), id)
}

#[tokio::test]
async fn cases_that_rules_allow_are_granted_together_each_for_itself() {
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    let (first, first_id) = grantable(&app, "312345676").await;
    let (second, second_id) = grantable(&app, "312345684").await;
    let (judged, judged_page) = plb(&app, 1).await;
    let judged_id = judged_page.rsplit('/').next().expect("an id").to_owned();
    let mut visitor = Visitor::signed_in(&app, "CASEWORKER").await;
    let page = visitor.get(QUEUE).await.expect(200).text();
    let bulk = "/nb/casework/bulk";
    let empty = visitor.post(bulk, &form(&page, bulk, &[])).await.expect(200).text();
    assert!(empty.contains("Du har ikke valgt noen sak"));
    let mut chosen = form(&page, bulk, &[]);
    for id in [&first_id, &second_id, &judged_id] {
        chosen.push(("case".to_owned(), id.clone()));
    }
    let list = visitor.post(bulk, &chosen).await.expect(200).text();
    assert!(list.contains("2 saker kan innvilges") && list.contains("samsvarserklæringen"));
    assert_eq!(list.matches("name=\"token\"").count(), 2);
    // one of them changes before the button is pressed, and one that must be judged is smuggled in
    let note = json!({ "text": "Vent litt." });
    app.post_on(&format!("{first}/notes"), &caseworker(), "\"v1\"", &note).await.expect(200);
    let mut granting = form(&list, bulk, &[("deed", "grant")]);
    granting.push(("token".to_owned(), format!("{judged_id}:1")));
    let tokens = regex::Regex::new(r#"name="token" value="([^"]+)""#).expect("a pattern");
    assert_eq!(tokens.captures_iter(&list).count(), 2);
    let outcome = visitor.post(bulk, &granting).await.expect(200).text();
    assert!(outcome.contains("saken er endret i mellomtiden"), "{outcome}");
    let told = r#"<ul lang="nb"><li>Noe i denne saken må vurderes av en saksbehandler."#;
    assert!(outcome.contains(told), "in the reader's language: {outcome}");
    let status =
        async |case: &str| app.get(case, &caseworker()).await.expect(200).json()["status"].clone();
    assert_eq!(status(&first).await, "submitted");
    assert_eq!(status(&second).await, "granted");
    assert_eq!(status(&judged).await, "submitted");
    app.finish().await;
}

#[tokio::test]
async fn a_refusal_of_spectrum_is_signed_by_two() {
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    let who = representative("312345676");
    let application = kind::any(Kind::Spectrum).example();
    let filed = app.post("/v1/spectrum/applications", &who, &application).await.expect(201);
    let case = filed.header("location").to_owned();
    let page = format!("{QUEUE}/cases/{}", case.rsplit('/').next().expect("an id"));
    let mut visitor = Visitor::signed_in(&app, "CASEWORKER").await;
    let refuse =
        [("deed", "decide"), ("outcome", "refused"), ("grounds", "Båndet er tildelt en annen.")];
    let shown = deed(&mut visitor, &page, &refuse).await.expect(200).text();
    assert!(shown.contains("venter på underskrift nummer to"), "{shown}");
    assert!(shown.contains("En annen enn den som foreslo"));
    let proposed = app.get(&case, &caseworker()).await.expect(200);
    let etag = proposed.etag();
    let proposed = proposed.json();
    assert_eq!(proposed["status"], "underReview");
    assert_eq!(proposed["proposal"]["outcome"], "refused");
    // the applicant is not told of what is not decided
    let own = app.get(&case, &who).await.expect(200).json();
    assert!(own["proposal"].is_null() && own["decision"].is_null(), "{own}");

    // nobody signs twice, whatever roles they have; a caseworker signs nothing
    let signature = format!("{case}/signature");
    let sign = async |who: &Who, etag: &str| {
        app.send("POST", &signature, Some(who), &[("if-match", etag)], None).await
    };
    sign(&caseworker(), &etag).await.expect_problem(403, "not-allowed");
    let same = Who(Ticket {
        roles: vec![Role::Caseworker, Role::Supervisor],
        ..Who::caseworker("demo-caseworker").0
    });
    sign(&same, &etag).await.expect_problem(403, "disqualified");
    let party = Who(Ticket { roles: vec![Role::Supervisor], ..who.clone().0 });
    sign(&party, &etag).await.expect_problem(403, "disqualified");
    let supervisor = Who::role(Role::Supervisor);
    sign(&supervisor, "\"v1\"").await.expect_problem(412, "stale-version");
    // nor is it decided past the signature
    let decision = format!("{case}/decision");
    let again = json!({ "outcome": "refused", "grounds": "Nei." });
    app.post_on(&decision, &supervisor, &etag, &again)
        .await
        .expect_problem(409, "illegal-transition");

    // it is sent back, proposed anew and signed on the page
    let back = format!("{case}/signature-refusal");
    let why = json!({ "text": "Begrunnelsen mangler hjemmel." });
    app.post_on(&back, &supervisor, &etag, &why).await.expect(200);
    sign(&supervisor, "\"v3\"").await.expect_problem(409, "illegal-transition");
    deed(&mut visitor, &page, &refuse).await.expect(200);
    let mut second = Visitor::signed_in(&app, "SUPERVISOR").await;
    let done = deed(&mut second, &page, &[("deed", "sign")]).await.expect(200).text();
    assert!(done.contains("Avslått") && done.contains("Vedtak medsignert"), "{done}");
    let own = app.get(&case, &who).await.expect(200).json();
    assert_eq!(own["decision"]["outcome"], "refused");
    app.finish().await;
}

#[tokio::test]
async fn what_waits_for_a_signature_ends_when_the_case_moves() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let who = representative("312345676");
    let application = kind::any(Kind::Spectrum).example();
    let filed = app.post("/v1/spectrum/applications", &who, &application).await.expect(201);
    let case = filed.header("location").to_owned();
    let refuse = json!({ "outcome": "refused", "grounds": "Båndet er tildelt en annen." });
    let path = format!("{case}/decision");
    let proposed = app.post_on(&path, &caseworker(), &filed.etag(), &refuse).await.expect(200);
    let taken = format!("{case}/withdrawal");
    let gone = app
        .send("POST", &taken, Some(&who), &[("if-match", &proposed.etag())], None)
        .await
        .expect(200);
    let open = "SELECT count(*) AS n FROM proposed_decision WHERE ended_at IS NULL";
    assert_eq!(app.count(open).await, 0);
    let supervisor = Who::role(Role::Supervisor);
    let signed = format!("{case}/signature");
    app.send("POST", &signed, Some(&supervisor), &[("if-match", &gone.etag())], None)
        .await
        .expect_problem(409, "illegal-transition");
    app.finish().await;
}

fn on_paper(n: u64) -> Value {
    json!({
        "kind": "plb", "channel": "paper", "nationalId": Who::person(n).national_id(),
        "application": people::plb_application(n),
    })
}

#[tokio::test]
async fn paper_and_telephone_are_registered_for_others() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let path = "/v1/on-behalf-applications";
    let key = [("idempotency-key", "brev-17")];
    let sent = on_paper(1);
    let filed = app.send("POST", path, Some(&caseworker()), &key, Some(&sent)).await.expect(201);
    let again = app.send("POST", path, Some(&caseworker()), &key, Some(&sent)).await.expect(201);
    assert_eq!(filed.header("location"), again.header("location"));
    // the applicant has a case like any other
    let own = app.get(filed.header("location"), &Who::person(1)).await.expect(200).json();
    assert_eq!((&own["status"], &own["version"]), (&json!("submitted"), &json!(1)));
    let channel = "SELECT count(*) AS n FROM \"case\" WHERE channel = 'paper' AND registered_by = 'saksbehandler-1'";
    assert_eq!(app.count(channel).await, 1);
    // the same parser, with its pointers
    let mut wrong = on_paper(2);
    wrong["application"]["beacon"]["ceMarked"] = json!(false);
    let problem = app.post(path, &caseworker(), &wrong).await;
    let problem = problem.expect_problem(422, "invalid-content");
    assert_eq!(problem["errors"][0]["pointer"], "/application/beacon/ceMarked");
    for (member, value) in [
        ("nationalId", json!("12345678901")),
        ("organisationNumber", json!("312345676")),
        ("kind", json!("boat")),
    ] {
        let mut wrong = on_paper(2);
        wrong[member] = value;
        let problem = app.post(path, &caseworker(), &wrong).await;
        let text = problem.expect_problem(422, "invalid-content").to_string();
        assert!(!text.contains("12345678901"), "{text}");
    }
    // nobody registers their own, nor a kind that is not theirs
    let own = Who(Ticket {
        roles: vec![Role::Caseworker],
        subject: "saksbehandler-9".to_owned(),
        ..Who::person(3).0
    });
    app.post(path, &own, &on_paper(3)).await.expect_problem(403, "disqualified");
    let scopes = Some(vec!["anrop:case.decide".to_owned(), "anrop:amateur.decide".to_owned()]);
    let limited = Who(Ticket { scopes, ..caseworker().0 });
    app.post(path, &limited, &on_paper(4)).await.expect_problem(403, "not-allowed");
    let telephone = json!({
        "kind": "supplier", "channel": "telephone", "organisationNumber": "312345676",
        "application": kind::any(Kind::Supplier).example(),
    });
    let made = app.post(path, &caseworker(), &telephone).await.expect(201).json();
    assert_eq!(made["status"], "granted");
    app.finish().await;
}

#[tokio::test]
async fn holders_are_found_without_anything_in_an_address_and_logged() {
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    let (case, _) = plb(&app, 1).await;
    let decided = crate::kinds::shared::try_grant(&app, &case).await.expect(200).json();
    plb(&app, 2).await;
    let name = people::applicant(1)["name"].as_str().expect("a name").to_owned();
    let sign = decided["callSign"].as_str().expect("a sign").to_owned();
    let permit = app.get(&permit_of(&decided), &Who::person(1)).await.expect(200).json();
    let number = permit["record"]["permit"]["number"].as_str().expect("a number").to_owned();
    let mut visitor = Visitor::signed_in(&app, "CASEWORKER").await;
    let path = "/nb/casework/holders";
    let page = visitor.get(path).await.expect(200).text();
    let logged = "SELECT count(*) AS n FROM disclosure WHERE recipient = 'caseworker'";
    let national_id = Who::person(1).national_id().to_owned();
    let applicant = people::applicant(1);
    let phone = applicant["phone"].as_str().expect("a number").to_owned();
    let own = app.get("/v1/me", &Who::person(1)).await.expect(200).json();
    let birth = own["birthDate"].as_str().unwrap_or_default().to_owned();
    assert!(!birth.is_empty(), "{own}");
    for (turn, (field, value)) in (1..).zip([
        ("name", name.as_str()),
        ("phone", phone.as_str()),
        ("birth", birth.as_str()),
        ("number", national_id.as_str()),
        ("sign", sign.as_str()),
        ("permit", number.as_str()),
    ]) {
        let fields = form(&page, path, &[(field, value), ("purpose", "Spørsmål på telefon")]);
        let found = visitor.post(path, &fields).await.expect(200).text();
        assert!(found.contains("1 funnet") && found.contains(&name), "{field}: {found}");
        assert!(found.contains(&number), "{field}");
        assert_eq!(app.count(logged).await, turn, "{field}");
    }
    for fields in [
        vec![("purpose", "Ingenting")],
        vec![("number", "123"), ("purpose", "Feil")],
        vec![("birth", "31.02.1988"), ("purpose", "Feil")],
        vec![("phone", "klokka ti"), ("purpose", "Feil")],
    ] {
        visitor.post(path, &form(&page, path, &fields)).await.expect(422);
    }
    app.finish().await;
}

#[tokio::test]
async fn a_caseworker_limited_to_a_kind_sees_and_handles_no_other() {
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    let (case, page) = plb(&app, 1).await;
    let scopes = ["anrop:case.read", "anrop:case.decide", "anrop:amateur.decide"];
    let scopes: Vec<String> = scopes.into_iter().map(str::to_owned).collect();
    let limited = Who(Ticket { scopes: Some(scopes.clone()), ..caseworker().0 });
    let list = app.get("/v1/cases", &limited).await.expect(200).json();
    assert_eq!((&list["total"], &list["items"]), (&json!(0), &json!([])));
    app.get(&case, &limited).await.expect_problem(403, "not-allowed");
    let due = app.day_in(9).to_string();
    for (step, body) in [
        ("assignment", json!({})),
        ("notes", json!({ "text": "Hei." })),
        ("information-request", json!({ "text": "Hva?", "dueOn": due })),
        ("decision", json!({ "outcome": "granted" })),
    ] {
        let path = format!("{case}/{step}");
        app.post_on(&path, &limited, "\"v1\"", &body).await.expect_problem(403, "not-allowed");
    }
    // and so do the pages
    let caller = Caller {
        subject: "saksbehandler-1".to_owned(),
        roles: vec![Role::Caseworker],
        scopes,
        national_id: None,
        organisation: None,
    };
    let now = anrop::clock::Clock::now(&*app.clock);
    let cookie = Session::begin(&caller, now).seal(&app.app.keys());
    let mut visitor = Visitor::new(&app);
    visitor.cookies.insert("anrop-session".to_owned(), cookie);
    let queue = visitor.get(QUEUE).await.expect(200).text();
    assert!(queue.contains("0 saker"), "{queue}");
    let refused = visitor.get(&page).await.expect(403).text();
    let name = people::applicant(1)["name"].as_str().expect("a name").to_owned();
    assert!(!refused.contains(&name));
    app.finish().await;
}
