//! The three journeys as one story, by their pages alone: somebody applies for a beacon, with a mistake and a break in
//! between; a caseworker asks, reads the answer, looks at the letter and decides; the applicant reads the letter
//! and appeals, and the caseworker finds the appeal. In every language, with scripts and without.

use thirtyfour::By;

use super::{
    apply::{choose, fill, on_step, press, sign_in_anew},
    driver::Browser,
};
use crate::support::{TestApp, test_app::on_postgres};

/// What stands on the pages in a language.
pub struct Said {
    pub language: &'static str,
    telephone: &'static str,
    received: &'static str,
    waiting: &'static str,
    answered: &'static str,
    refused: &'static str,
    unopened: &'static str,
    appealed: &'static str,
}

pub const SAID: [Said; 3] = [
    Said {
        language: "nb",
        telephone: "Telefon",
        received: "Søknaden er mottatt",
        waiting: "Venter på søker",
        answered: "Svaret er sendt.",
        refused: "Avslått",
        unopened: "Ikke åpnet",
        appealed: "Klagen er mottatt.",
    },
    Said {
        language: "nn",
        telephone: "Telefon",
        received: "Søknaden er motteken",
        waiting: "Ventar på søkjar",
        answered: "Svaret er sendt.",
        refused: "Avslått",
        unopened: "Ikkje opna",
        appealed: "Klaga er motteken.",
    },
    Said {
        language: "en",
        telephone: "Telephone",
        received: "The application is received",
        waiting: "Waiting for applicant",
        answered: "Your answer is sent.",
        refused: "Refused",
        unopened: "Not opened",
        appealed: "Your appeal is received.",
    },
];

const QUESTION: &str = "Hvilken farge har nødpeilesenderen?";
const ANSWER: &str = "Den er oransje med svart lokk.";
const GROUNDS: &str = "Senderen har ikke CE-merke, og kan ikke tas i bruk.";
const APPEAL: &str = "Senderen er CE-merket, se bildet.";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_application_is_filed_asked_about_decided_and_appealed_against() {
    if on_postgres() {
        return;
    }
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    super::in_browser(&app.base, async |browser| {
        for (said, scripts) in SAID.iter().zip([true, false, false]) {
            browser.scripts(scripts).await;
            a_decision_is_appealed_against(browser, said).await;
        }
    })
    .await;
    app.finish().await;
}

/// The story in a language, to its end; answers the id of the case.
pub async fn a_decision_is_appealed_against(browser: &Browser, said: &Said) -> String {
    let case = a_beacon_is_applied_for(browser, said).await;
    a_caseworker_asks(browser, said, &case).await;
    the_applicant_answers(browser, said, &case).await;
    a_caseworker_decides(browser, said, &case).await;
    the_applicant_appeals(browser, said, &case).await;
    a_caseworker_sees_the_appeal(browser, said, &case).await;
    case
}

/// Somebody applies, makes a mistake, is called away, signs in again and goes on; answers the id of the case.
pub async fn a_beacon_is_applied_for(browser: &Browser, said: &Said) -> String {
    let language = said.language;
    sign_in_anew(browser, "KARI", &format!("/{language}/my-page")).await;
    browser.follow(&format!("main a[href='/{language}/apply']")).await;
    browser.follow(&format!("a[href='/{language}/apply/plb']")).await;
    browser.follow("main form .button").await;
    on_step(browser, "applicant").await;
    for (name, text) in [
        ("/applicant/name", "Kari Eksempel Prøve"),
        ("/applicant/address/lines", "Fjordgata 7"),
        ("/applicant/address/postalCode", "4790"),
        ("/applicant/phone", "1234"),
        ("/applicant/email", "kari@example.no"),
    ] {
        fill(browser, name, text).await;
    }
    let own = format!("[value='{language}']");
    browser.click(&format!("[name='/applicant/language']{own}, #f-applicant-language {own}")).await;
    // a mistake: it is said above and beside the field, and what was typed is there
    press(browser, "next").await;
    assert!(browser.text("#wrong").await.contains(said.telephone));
    let phone = browser.one("[name='/applicant/phone']").await;
    assert_eq!(phone.value().await.expect("read").as_deref(), Some("1234"));
    assert_eq!(phone.attr("aria-invalid").await.expect("read").as_deref(), Some("true"));
    let note = browser.text("#f-applicant-phone-e").await;
    assert!(note.len() > 10, "{note}");
    browser.click("#wrong a").await;
    fill(browser, "/applicant/phone", "68 05 00 12").await;
    press(browser, "next").await;
    on_step(browser, "beacon").await;
    fill(browser, "/beacon/manufacturer", "Havblikk").await;
    // something comes in between
    press(browser, "later").await;
    on_step(browser, "my-page").await;
    sign_in_anew(browser, "KARI", &format!("/{language}/my-page")).await;
    browser.follow(&format!("a[href*='/{language}/drafts/']")).await;
    on_step(browser, "applicant").await;
    browser.follow(".way a[href$='/beacon']").await;
    let kept = browser.one("[name='/beacon/manufacturer']").await;
    assert_eq!(kept.value().await.expect("read").as_deref(), Some("Havblikk"));
    fill(browser, "/beacon/model", "Fjell 2").await;
    fill(browser, "/beacon/serial", "12345").await;
    choose(browser, "/beacon/ceMarked", "yes").await;
    press(browser, "next").await;
    on_step(browser, "usage").await;
    fill(browser, "/usage/activity", "Fottur").await;
    press(browser, "next").await;
    on_step(browser, "contacts").await;
    fill(browser, "/emergencyContacts/0/name", "Ola Eksempel Prøve").await;
    fill(browser, "/emergencyContacts/0/phone", "68 05 00 21").await;
    browser.follow("button[value='add:/emergencyContacts']").await;
    fill(browser, "/emergencyContacts/1/name", "Anne Eksempel Prøve").await;
    fill(browser, "/emergencyContacts/1/phone", "68 05 00 22").await;
    press(browser, "next").await;
    on_step(browser, "review").await;
    let seen = browser.text("main").await;
    for text in ["Kari Eksempel Prøve", "Havblikk", "12345", "Fottur", "Anne Eksempel Prøve"] {
        assert!(seen.contains(text), "{text}");
    }
    browser.follow(".sheet form button[value=send]").await;
    assert!(browser.path().await.starts_with(&format!("/{language}/receipts/")));
    assert_eq!(browser.text("h1").await, said.received);
    let link = browser.one(&format!("a[href*='/{language}/my-page/cases/']")).await;
    let address = link.attr("href").await.expect("read").expect("an address");
    address.rsplit('/').next().expect("an id").to_owned()
}

/// From the queue into the case.
async fn open_at_desk(browser: &Browser, said: &Said, case: &str) {
    sign_in_anew(browser, "CASEWORKER", &format!("/{}/casework", said.language)).await;
    browser.follow(&format!(".queue th a[href$='/casework/cases/{case}']")).await;
}

pub async fn a_caseworker_asks(browser: &Browser, said: &Said, case: &str) {
    open_at_desk(browser, said, case).await;
    assert!(browser.text(".left").await.contains("Havblikk"));
    browser.follow("button[value=take]").await;
    assert!(browser.text(".marks").await.contains("demo-caseworker"));
    browser.click("summary[accesskey=o]").await;
    browser.fill("#question", QUESTION).await;
    browser.follow("button[value=ask]").await;
    assert!(browser.text(".marks").await.contains(said.waiting));
}

async fn the_applicant_answers(browser: &Browser, said: &Said, case: &str) {
    sign_in_anew(browser, "KARI", &format!("/{}/my-page", said.language)).await;
    browser.follow(&format!("main li a[href$='/my-page/cases/{case}']")).await;
    browser.follow("main a.button[href$='/reply']").await;
    assert!(browser.text(".message.asked").await.contains(QUESTION));
    // what is begun is kept
    browser.fill("#text", ANSWER).await;
    press(browser, "later").await;
    let begun = format!("main li a[href$='/cases/{case}/reply']");
    sign_in_anew(browser, "KARI", &format!("/{}/my-page", said.language)).await;
    browser.follow(&begun).await;
    let kept = browser.one("#text").await.value().await.expect("read");
    assert_eq!(kept.as_deref(), Some(ANSWER));
    press(browser, "send").await;
    assert!(browser.text("[role=status]").await.starts_with(said.answered));
    assert!(browser.texts(".message").await.join(" ").contains(ANSWER));
}

async fn a_caseworker_decides(browser: &Browser, said: &Said, case: &str) {
    open_at_desk(browser, said, case).await;
    assert!(browser.texts(".message").await.join(" ").contains(ANSWER));
    browser.click("input[value=refused]").await;
    browser.fill("#grounds", GROUNDS).await;
    browser.follow("button[value=preview]").await;
    let letter = browser.one(".preview .letter").await;
    let language = letter.attr("lang").await.expect("read");
    assert_eq!(language.as_deref(), Some(said.language), "it is in the language of the applicant");
    let seen = letter.text().await.expect("a text");
    let says = seen.to_lowercase();
    assert!(says.contains(&GROUNDS.to_lowercase()), "{seen}");
    assert!(says.contains(&said.refused.to_lowercase()), "{seen}");
    assert!(browser.one("input[value=refused]").await.is_selected().await.expect("read"));
    browser.follow("button[value=decide]").await;
    assert!(browser.text(".marks").await.contains(said.refused));
}

async fn the_applicant_appeals(browser: &Browser, said: &Said, case: &str) {
    sign_in_anew(browser, "KARI", &format!("/{}/my-page", said.language)).await;
    browser.follow(&format!("main li a[href$='/my-page/cases/{case}']")).await;
    let unread = unopened(browser, said).await;
    browser.follow(&unread).await;
    assert!(browser.text("article.letter").await.contains(GROUNDS));
    browser.follow("section.appeal a").await;
    // nothing is sent as long as nothing is said
    press(browser, "send").await;
    assert_eq!(browser.count("#wrong").await, 1);
    browser.fill("#text", APPEAL).await;
    press(browser, "send").await;
    assert!(browser.text("[role=status]").await.starts_with(said.appealed));
}

/// The newest letter of the page, which nobody has opened.
async fn unopened(browser: &Browser, said: &Said) -> String {
    for line in browser.driver.find_all(By::Css("main li")).await.expect("a page") {
        if !line.text().await.expect("a text").contains(said.unopened) {
            continue;
        }
        let link = line.find(By::Css("a")).await.expect("a link");
        let address = link.attr("href").await.expect("read").expect("an address");
        if link.text().await.expect("a text").to_lowercase().contains(&said.refused.to_lowercase())
        {
            return format!("main li a[href='{address}']");
        }
    }
    panic!("no letter waits to be opened");
}

async fn a_caseworker_sees_the_appeal(browser: &Browser, said: &Said, case: &str) {
    sign_in_anew(browser, "CASEWORKER", &format!("/{}/casework/appeals", said.language)).await;
    browser.follow(&format!(".queue th a[href*='/casework/cases/{case}']")).await;
    assert!(browser.text("#appeals").await.contains(APPEAL));
    assert_eq!(browser.count("input[name='appeal-outcome'][value=forwarded]").await, 1);
}
