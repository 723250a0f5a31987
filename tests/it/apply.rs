//! Applying through forms, without a browser's scripts: what is typed, saved, shown again
//! and sent.

use anrop::identity::session::Length;
use chrono::TimeDelta;

use crate::support::{Reply, TestApp, Visitor, visitor::form};

pub const APPLICANT: &[(&str, &str)] = &[
    ("/applicant/name", "Kari Eksempel Prøve"),
    ("/applicant/address/lines", "Fjordgata 7"),
    ("/applicant/address/postalCode", "4790"),
    ("/applicant/phone", "68 05 00 12"),
    ("/applicant/email", "kari@example.no"),
    ("/applicant/language", "nn"),
    ("deed", "next"),
];
const BEACON: &[(&str, &str)] = &[
    ("/beacon/manufacturer", "Havblikk"),
    ("/beacon/model", "Fjell 2"),
    ("/beacon/serial", "12345"),
    ("/beacon/batteryExpiry", "30.06.2031"),
    ("/beacon/ceMarked", "yes"),
    ("deed", "next"),
];
const USAGE: &[(&str, &str)] =
    &[("/usage/activity", "Fottur"), ("/usage/persons", "2"), ("deed", "next")];
const CONTACTS: &[(&str, &str)] = &[
    ("/emergencyContacts/0/name", "Ola Eksempel Prøve"),
    ("/emergencyContacts/0/phone", "68 05 00 21"),
    ("deed", "next"),
];

/// The draft's address below the language.
pub async fn begun(visitor: &mut Visitor<'_>, kind: &str) -> String {
    let path = format!("/nb/apply/{kind}");
    let page = visitor.get(&path).await.expect(200).text();
    let body = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(form(&page, &path, &[]))
        .finish();
    let made = visitor.request("POST", &path, Some(body)).await.expect(303);
    let first = made.header("location").to_owned();
    first.rsplit_once('/').expect("a step").0.to_owned()
}

/// Fills in a step and presses a button.
pub async fn fill(
    visitor: &mut Visitor<'_>,
    draft: &str,
    step: &str,
    typed: &[(&str, &str)],
) -> Reply {
    let path = format!("{draft}/{step}");
    let page = visitor.get(&path).await.expect(200).text();
    visitor.post(&path, &form(&page, &path, typed)).await
}

pub async fn whole(visitor: &mut Visitor<'_>) -> String {
    let draft = begun(visitor, "plb").await;
    for (step, typed) in
        [("applicant", APPLICANT), ("beacon", BEACON), ("usage", USAGE), ("contacts", CONTACTS)]
    {
        fill(visitor, &draft, step, typed).await.expect(200);
    }
    draft
}

pub async fn send(visitor: &mut Visitor<'_>, draft: &str) -> Reply {
    let path = format!("{draft}/review");
    let page = visitor.get(&path).await.expect(200).text();
    visitor.post(&path, &form(&page, &path, &[])).await
}

#[tokio::test]
async fn an_application_goes_from_the_first_step_to_the_receipt() {
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    let mut kari = Visitor::signed_in(&app, "KARI").await;
    let draft = whole(&mut kari).await;
    let review = kari.get(&format!("{draft}/review")).await.expect(200).text();
    for text in ["Kari Eksempel Prøve", "30.06.2031", "Ja", "Ola Eksempel Prøve", "Nynorsk"] {
        assert!(review.contains(text), "{text}");
    }
    let receipt = send(&mut kari, &draft).await.expect(200).text();
    assert!(receipt.contains("Søknaden er mottatt"), "{receipt}");
    assert_eq!(app.count("SELECT count(*) AS n FROM draft").await, 0);
    assert_eq!(app.count("SELECT count(*) AS n FROM \"case\"").await, 1);
    // the copy says the same on the page and in the file
    let copy = href(&receipt, "/application\"");
    let page = kari.get(&copy).await.expect(200);
    assert_eq!(page.header("cache-control"), "no-store");
    assert!(page.text().contains("Kari Eksempel Prøve") && page.text().contains("Fottur"));
    let file = kari.get(&href(&receipt, "/application.pdf\"")).await.expect(200);
    assert_eq!(file.header("content-type"), "application/pdf");
    assert!(file.bytes.starts_with(b"%PDF-") && file.bytes.len() > 5_000);
    // on my page, and on nobody else's
    let mine = kari.get("/nb/my-page").await.expect(200).text();
    let case = href(&mine, "/nb/my-page/cases/");
    assert!(kari.get(&case).await.expect(200).text().contains("Frist for avgjørelsen"));
    let mut ola = Visitor::signed_in(&app, "OLA").await;
    for path in [case.as_str(), copy.as_str(), &case.replace("my-page/cases", "receipts")] {
        assert_eq!(ola.get(path).await.status, 404, "{path}");
    }
    // the next application begins with what is known
    let next = begun(&mut kari, "plb").await;
    let first = kari.get(&format!("{next}/applicant")).await.expect(200).text();
    assert!(first.contains("value=\"Kari Eksempel Prøve\"") && first.contains("value=\"4790\""));
    app.finish().await;
}

/// The address in the page that has this in it.
pub fn href(page: &str, part: &str) -> String {
    let addresses = page.split("href=\"").skip(1);
    let quoted = addresses.map(|rest| &rest[..=rest.find('"').expect("an end")]);
    let found = quoted.into_iter().find(|address| address.contains(part));
    found
        .unwrap_or_else(|| panic!("no address with {part}: {page}"))
        .trim_end_matches('"')
        .to_owned()
}

#[tokio::test]
async fn what_is_wrong_is_said_where_it_stands_and_nothing_typed_is_lost() {
    let app = TestApp::start_at_own_address().await;
    let mut kari = Visitor::signed_in(&app, "KARI").await;
    let draft = begun(&mut kari, "plb").await;
    let typed = [
        ("/beacon/manufacturer", "<b>Havblikk</b>"),
        ("/beacon/serial", "tolv hundre"),
        ("/beacon/batteryExpiry", "neste år"),
        ("/beacon/code", "XYZ"),
        ("/beacon/ceMarked", "no"),
        ("deed", "next"),
    ];
    let wrong = fill(&mut kari, &draft, "beacon", &typed).await.expect(422).text();
    for kept in ["tolv hundre", "neste år", "XYZ", "&#60;b&#62;Havblikk&#60;/b&#62;"] {
        assert!(wrong.contains(&format!("value=\"{kept}\"")), "{kept}");
    }
    for (id, text) in [
        ("f-beacon-model", "Fyll ut dette."),
        ("f-beacon-serial", "Skriv et tall, uten bokstaver."),
        ("f-beacon-batteryExpiry", "Skriv datoen som 31.12.2026."),
        ("f-beacon-code", "0–9"),
        ("f-beacon-ceMarked", "Du må svare ja"),
    ] {
        assert!(wrong.contains(&format!("href=\"#{id}\"")), "the summary leads to {id}");
        let note = wrong.split(&format!("id=\"{id}-e\"")).nth(1).expect("a note at the field");
        assert!(note[..note.find("</div>").expect("an end")].contains(text), "{id}: {text}");
    }
    // in another language, on another machine, tomorrow
    let mut elsewhere = Visitor::signed_in(&app, "KARI").await;
    app.clock.advance(chrono::TimeDelta::hours(1));
    let path = draft.replacen("/nb/", "/en/", 1);
    let page = elsewhere.get(&format!("{path}/beacon?check=1")).await.expect(200).text();
    assert!(
        page.contains("value=\"tolv hundre\"") && page.contains("Write a number, without letters.")
    );
    let mine = elsewhere.get("/en/my-page").await.expect(200).text();
    assert!(mine.contains(&path), "the draft is on my page");
    // the review says it of every step, and has no button
    let review = elsewhere.get(&format!("{path}/review")).await.expect(200).text();
    assert!(review.contains("#f-applicant-name") && review.contains("#f-beacon-serial"));
    assert!(!review.contains("Send the application"));
    app.finish().await;
}

#[tokio::test]
async fn contacts_are_added_and_removed_with_buttons() {
    let app = TestApp::start_at_own_address().await;
    let mut kari = Visitor::signed_in(&app, "KARI").await;
    let draft = begun(&mut kari, "plb").await;
    let first = [
        ("/emergencyContacts/0/name", "Anne Prøve"),
        ("/emergencyContacts/0/phone", "68 05 00 21"),
        ("deed", "add:/emergencyContacts"),
    ];
    let page = fill(&mut kari, &draft, "contacts", &first).await.expect(200).text();
    assert!(page.contains("name=\"/emergencyContacts/1/name\""));
    assert!(!page.contains("name=\"/emergencyContacts/2/name\""));
    let path = format!("{draft}/contacts");
    let second = [
        ("/emergencyContacts/0/name", "Anne Prøve"),
        ("/emergencyContacts/0/phone", "68 05 00 21"),
        ("/emergencyContacts/1/name", "Berit Prøve"),
        ("/emergencyContacts/1/phone", "12"),
        ("deed", "remove:/emergencyContacts/0"),
    ];
    let page = kari.post(&path, &form(&page, &path, &second)).await.expect(200).text();
    assert!(page.contains("value=\"Berit Prøve\"") && !page.contains("Anne Prøve"));
    assert!(!page.contains("name=\"/emergencyContacts/1/name\""));
    let wrong = kari.get(&format!("{path}?check=1")).await.expect(200).text();
    assert!(wrong.contains("href=\"#f-emergencyContacts-0-phone\""));
    assert!(wrong.contains("value=\"12\""));
    app.finish().await;
}

#[tokio::test]
async fn what_was_typed_outlives_the_session_and_a_change_of_language() {
    const STANDS: &str = "value=\"Padling i Lofoten\"";
    let app = TestApp::start_at_own_address().await;
    let mut kari = Visitor::signed_in(&app, "KARI").await;
    let draft = begun(&mut kari, "plb").await;
    let path = format!("{draft}/usage");
    let page = kari.get(&path).await.expect(200).text();
    let typed = [("/usage/activity", "Padling i Lofoten"), ("deed", "next")];
    let sent = form(&page, &path, &typed);
    app.clock.advance(Length::USUAL.idle + TimeDelta::minutes(1));
    let over = kari.post(&path, &sent).await.expect(403).text();
    // it is nowhere but with the browser, and nobody else is shown it
    assert!(!over.contains("Lofoten"), "{over}");
    let other = kari.sign_in("OLA", &path).await;
    assert!(other.status == 404 && !other.text().contains("Lofoten"), "{}", other.text());
    let anew = kari.sign_in("KARI", &path).await.expect(200).text();
    assert!(anew.contains("id=\"left\"") && anew.contains(STANDS), "{anew}");
    // Enter in a field presses the first button that belongs to the form, which goes on
    let first = anew.find("form=\"form\" name=\"deed\" value=\"next\"").expect("a button");
    assert!(first < anew.find("name=\"deed\" value=\"stay\"").expect("a language"), "{anew}");
    // saved with the first form that comes, whatever its button is for: here, another language
    let there = path.replacen("/nb/", "/en/", 1);
    assert!(there != path && anew.contains(&format!("formaction=\"{there}\"")), "{anew}");
    let stays = form(&anew, &path, &[typed[0], ("deed", "stay")]);
    let english = kari.post(&there, &stays).await.expect(200).text();
    assert!(english.contains("<html lang=\"en\">") && english.contains(STANDS), "{english}");
    let later = kari.get(&path).await.expect(200).text();
    assert!(later.contains(STANDS) && !later.contains("id=\"left\""), "{later}");
    app.finish().await;
}

#[tokio::test]
async fn two_tabs_do_not_overwrite_each_other() {
    let app = TestApp::start_at_own_address().await;
    let mut kari = Visitor::signed_in(&app, "KARI").await;
    let draft = begun(&mut kari, "plb").await;
    let path = format!("{draft}/usage");
    let old = kari.get(&path).await.expect(200).text();
    fill(&mut kari, &draft, "usage", &[("/usage/activity", "Ski"), ("deed", "next")])
        .await
        .expect(200);
    let typed = [("/usage/activity", "Padling"), ("deed", "next")];
    let stale = kari.post(&path, &form(&old, &path, &typed)).await;
    assert_eq!(stale.status, 412);
    let page = stale.text();
    assert!(page.contains("id=\"stale\"") && page.contains("value=\"Padling\""));
    assert!(kari.get(&path).await.expect(200).text().contains("value=\"Ski\""));
    // knowing that, one may save all the same
    kari.post(&path, &form(&page, &path, &typed)).await.expect(200);
    assert!(kari.get(&path).await.expect(200).text().contains("value=\"Padling\""));
    app.finish().await;
}

#[tokio::test]
async fn drafts_and_forms_of_others_are_refused() {
    let app = TestApp::start_at_own_address().await;
    let mut kari = Visitor::signed_in(&app, "KARI").await;
    let draft = begun(&mut kari, "plb").await;
    let path = format!("{draft}/beacon");
    let page = kari.get(&path).await.expect(200);
    assert_eq!(page.header("cache-control"), "no-store");
    assert!(!page.header("content-security-policy").contains("unsafe"));
    let mut ola = Visitor::signed_in(&app, "OLA").await;
    assert_eq!(ola.get(&path).await.status, 404);
    assert_eq!(ola.get(&format!("{draft}/review")).await.status, 404);
    let own = ola.get("/nb/apply/plb").await.expect(200).text();
    let mut typed = form(&own, "/nb/apply/plb", BEACON);
    typed.push(("version".to_owned(), "1".to_owned()));
    assert_eq!(ola.post(&path, &typed).await.status, 404);
    let forged: Vec<(String, String)> =
        BEACON.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    assert_eq!(kari.post(&path, &forged).await.status, 403);
    // not signed in: to the sign-in, and back to the page
    let away = Visitor::new(&app).request("GET", &path, None).await.expect(303);
    assert!(away.header("location").starts_with("/sign-in?to="));
    let mut caseworker = Visitor::signed_in(&app, "CASEWORKER").await;
    assert_eq!(caseworker.get("/nb/apply").await.status, 403);
    // a person does not apply for what only organisations hold
    let page = kari.get("/nb/apply/installer").await.expect(200).text();
    assert!(page.contains("på vegne av en organisasjon") && !page.contains("Begynn på søknaden"));
    assert_eq!(kari.get("/nb/apply/no-such").await.status, 404);
    app.finish().await;
}

#[tokio::test]
async fn an_organisation_is_filled_in_from_the_register_of_units_and_by_hand_when_it_is_away() {
    let stand_in = anrop::web::unit_register_stand_in::PATH;
    let app = TestApp::start_told(|settings, base| {
        base.clone_into(&mut settings.public_url);
        settings.unit_register = Some(format!("{base}{stand_in}"));
    })
    .await;
    let mut firm = Visitor::signed_in(&app, "REPRESENTATIVE").await;
    let draft = begun(&mut firm, "priority").await;
    let page = firm.get(&format!("{draft}/applicant")).await.expect(200).text();
    assert!(page.contains(" AS\"") && page.contains("value=\"4790\""), "{page}");
    assert!(!page.contains("birthDate"), "an organisation has none");
    app.finish().await;

    let app = TestApp::start_told(|settings, base| {
        base.clone_into(&mut settings.public_url);
        settings.unit_register = Some("http://127.0.0.1:9/api".to_owned());
    })
    .await;
    let mut firm = Visitor::signed_in(&app, "REPRESENTATIVE").await;
    let draft = begun(&mut firm, "priority").await;
    let page = firm.get(&format!("{draft}/applicant")).await.expect(200).text();
    assert!(page.contains("name=\"/applicant/name\" type=\"text\" inputmode=\"text\" value=\"\""));
    app.finish().await;
}

#[tokio::test]
async fn every_kind_has_its_form_in_three_languages() {
    let app = TestApp::start_at_own_address().await;
    for (person, kinds) in [
        ("KARI", &["plb", "amateur", "aircraft", "transmitter"][..]),
        ("REPRESENTATIVE", &["spectrum", "numbering", "installer", "supplier", "priority"][..]),
    ] {
        let mut visitor = Visitor::signed_in(&app, person).await;
        for kind in kinds {
            let draft = begun(&mut visitor, kind).await;
            let review = visitor.get(&format!("{draft}/review")).await.expect(200).text();
            let last = draft.rsplit('/').next().expect("an id");
            let steps: Vec<String> = review
                .split(&format!("/nb/drafts/{last}/"))
                .skip(1)
                .map(|rest| rest[..rest.find(['"', '?', '#']).expect("an end")].to_owned())
                .collect();
            assert!(steps.contains(&"applicant".to_owned()), "{kind}: {steps:?}");
            for language in ["nb", "nn", "en"] {
                for step in &steps {
                    if step != "delete" {
                        let check = if step == "review" { "" } else { "?check=1" };
                        let path = format!("/{language}/drafts/{last}/{step}{check}");
                        let page = visitor.get(&path).await.expect(200);
                        assert_eq!(page.header("content-language"), language, "{path}");
                    }
                }
            }
        }
    }
    app.finish().await;
}
