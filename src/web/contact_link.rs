//! The page behind the link of an emergency contact: what is registered about them, and three things
//! to do. No sign-in and no cookie: the address is the key, it is good once, and the page sends no
//! address on to anybody.

use askama::Template;
use poem::{
    Request, Response, handler,
    http::StatusCode,
    web::{Data, Path},
};

use super::{
    form::Form,
    frame::{self, Frame, Reader},
    problems,
};
use crate::{
    app::App,
    contact_link::{
        actions,
        api::view,
        wire::{ContactAnswer, ContactDeed, ContactLinkView, OwnEntry},
    },
    failure::{Failure, Problem},
    http::address::address_of,
    permit::contact::OWN_NUMBER,
    values::{language::Language, phone_number::PhoneNumber},
};

/// The page, below the language.
pub const PATH: &str = "/contact/:token";

super::texts::texts! {
    contact_title: "Du er nødkontakt", "Du er naudkontakt", "You are an emergency contact";
    contact_lead(holder, authority): "{holder} har oppgitt deg som nødkontakt for en nødpeilesender hos {authority}. Går senderen, kan redningssentralen ringe deg for å finne ut om noen er i nød.", "{holder} har oppgjeve deg som naudkontakt for ein naudpeilesendar hos {authority}. Går sendaren, kan redningssentralen ringje deg for å finne ut om nokon er i naud.", "{holder} has named you as emergency contact for a distress beacon registered with {authority}. If it is activated, the rescue centre may call you to find out whether somebody is in distress.";
    contact_somebody: "Noen", "Nokon", "Somebody";
    contact_stored: "Dette står om deg", "Dette står om deg", "This is stored about you";
    contact_who: "Bare redningssentralene får det. Det slettes når du tas bort, og senest ett år etter at tillatelsen er slutt.", "Berre redningssentralane får det. Det blir sletta når du blir teken bort, og seinast eitt år etter at løyvet er slutt.", "Only the rescue centres get it. It is erased when you are removed, and at the latest one year after the permit has ended.";
    contact_name: "Navn", "Namn", "Name";
    contact_phone: "Telefon", "Telefon", "Telephone";
    contact_alternative: "Annet telefonnummer", "Anna telefonnummer", "Another telephone number";
    contact_language: "Språk", "Språk", "Language";
    contact_availability: "Når du kan nås", "Når du kan nåast", "When you can be reached";
    contact_relation: "Hvem du er for innehaveren", "Kven du er for innehavaren", "What you are to the holder";
    contact_optional: "valgfritt", "valfritt", "optional";
    contact_right: "Det stemmer", "Det stemmer", "It is right";
    contact_right_button: "Bekreft", "Stadfest", "Confirm";
    contact_wrong: "Noe er feil", "Noko er feil", "Something is wrong";
    contact_wrong_button: "Lagre og bekreft", "Lagre og stadfest", "Save and confirm";
    contact_no: "Jeg vil ikke stå her", "Eg vil ikkje stå her", "I do not want to be listed";
    contact_no_text: "Du blir tatt bort med en gang og trenger ikke si hvorfor. Innehaveren får vite at en nødkontakt er borte.", "Du blir teken bort med ein gong og treng ikkje seie kvifor. Innehavaren får vite at ein naudkontakt er borte.", "You are removed at once and need not say why. The holder is told that an emergency contact is gone.";
    contact_no_button: "Ta meg bort", "Ta meg bort", "Remove me";
    contact_once(when): "Lenken kan brukes én gang, til {when}.", "Lenkja kan brukast éin gong, til {when}.", "The link can be used once, until {when}.";
    contact_done: "Takk", "Takk", "Thank you";
    contact_confirmed: "Opplysningene er bekreftet.", "Opplysningane er stadfesta.", "The data are confirmed.";
    contact_corrected: "Opplysningene er rettet. Er telefonnummeret nytt, får det nummeret en melding.", "Opplysningane er retta. Er telefonnummeret nytt, får det nummeret ei melding.", "The data are corrected. If the telephone number is new, that number gets a message.";
    contact_removed: "Du er tatt bort og er ikke nødkontakt lenger.", "Du er teken bort og er ikkje naudkontakt lenger.", "You are removed and are no longer an emergency contact.";
    contact_used: "Lenken gjelder ikke lenger", "Lenkja gjeld ikkje lenger", "The link is no longer valid";
    contact_used_text: "Den er brukt, for gammel, eller du står ikke lenger som nødkontakt. Ta kontakt med myndigheten eller den som oppga deg hvis noe skal endres.", "Ho er brukt, for gammal, eller du står ikkje lenger som naudkontakt. Ta kontakt med styresmakta eller den som oppgav deg om noko skal endrast.", "It has been used, is too old, or you are no longer an emergency contact. Contact the authority or whoever named you if something should change.";
    contact_wait: "Vent et minutt", "Vent eitt minutt", "Wait a minute";
    contact_check: "Rett dette:", "Rett dette:", "Correct this:";
    contact_bad_name: "Skriv fullt navn.", "Skriv fullt namn.", "Write the full name.";
    contact_bad_phone: "Skriv åtte siffer, eller landkode og nummer.", "Skriv åtte siffer, eller landkode og nummer.", "Write eight digits, or country code and number.";
    contact_same_phone: "En annen nødkontakt har dette nummeret.", "Ein annan naudkontakt har dette nummeret.", "Another emergency contact has this number.";
    contact_holder_phone: "Dette er innehaverens eget nummer. Skriv ditt, så redningssentralen når noen når innehaveren ikke svarer.", "Dette er nummeret til innehavaren. Skriv ditt, så redningssentralen når nokon når innehavaren ikkje svarer.", "This is the holder’s own number. Write yours, so that the rescue centre reaches somebody when the holder does not answer.";
    contact_bad_other: "Et felt er for langt eller har tegn som ikke kan brukes.", "Eit felt er for langt eller har teikn som ikkje kan brukast.", "A field is too long or has characters that cannot be used.";
}

#[derive(Template)]
#[template(path = "contact_link.html", config = "src/web/askama.toml")]
struct ContactPage {
    frame: Frame,
    lead: String,
    facts: Vec<(&'static str, String)>,
    entry: Entry,
    until: String,
    wrongs: Vec<&'static str>,
}

/// What stands in the fields.
#[derive(Default)]
struct Entry {
    name: String,
    phone: String,
    alternative: String,
    language: String,
    availability: String,
}

impl Entry {
    fn languages(&self) -> impl Iterator<Item = (&'static str, &'static str, bool)> {
        Language::ALL.into_iter().map(|one| (one.code(), one.name(), self.language == one.code()))
    }
}

#[derive(Template)]
#[template(path = "contact_done.html", config = "src/web/askama.toml")]
struct DonePage {
    frame: Frame,
    text: &'static str,
}

fn done(reader: &Reader, status: StatusCode, title: &'static str, text: &'static str) -> Response {
    let mut frame = reader.frame(title).about_persons();
    frame.is_translated = false;
    frame::answer(status, &frame, &DonePage { frame: frame.clone(), text })
}

fn failed(reader: &Reader, failure: Failure) -> Response {
    let words = reader.words;
    match failure.problem() {
        Problem::NotFound => {
            done(reader, StatusCode::NOT_FOUND, words.contact_used(), words.contact_used_text())
        }
        Problem::TooManyRequests => {
            let title = words.contact_wait();
            done(reader, StatusCode::TOO_MANY_REQUESTS, title, words.contact_used_text())
        }
        _ => problems::page(reader, failure),
    }
}

/// Shows what is registered.
#[handler]
pub async fn see(
    request: &Request,
    reader: Reader,
    Path(token): Path<String>,
    Data(app): Data<&App>,
) -> Response {
    match view(app, &address_of(app, request), &token).await {
        Ok(view) => page(&reader, &view, Vec::new(), None),
        Err(failure) => failed(&reader, failure),
    }
}

fn page(
    reader: &Reader,
    view: &ContactLinkView,
    wrongs: Vec<&'static str>,
    typed: Option<Entry>,
) -> Response {
    let words = reader.words;
    let record = &view.record;
    let holder = record.holder.as_ref().and_then(|holder| holder.name.clone());
    let holder = holder.or_else(|| record.organisation.as_ref().and_then(|one| one.name.clone()));
    let holder = holder.unwrap_or_else(|| words.contact_somebody().to_owned());
    let own = record.contacts.iter().flatten().next().cloned().unwrap_or_default();
    let phones = own.phone.unwrap_or_default();
    let grouped = |number: &String| {
        PhoneNumber::parse(number).map_or_else(|_| number.clone(), PhoneNumber::grouped)
    };
    let language = own.language.as_deref().and_then(|code| Language::parse(code).ok());
    let facts = [
        (words.contact_name(), own.name.clone()),
        (words.contact_phone(), phones.first().map(grouped)),
        (words.contact_alternative(), phones.get(1).map(grouped)),
        (words.contact_language(), language.map(|language| language.name().to_owned())),
        (words.contact_availability(), own.availability.clone()),
        (words.contact_relation(), own.relation.clone()),
    ];
    let registered = Entry {
        name: own.name.unwrap_or_default(),
        phone: phones.first().map(grouped).unwrap_or_default(),
        alternative: phones.get(1).map(grouped).unwrap_or_default(),
        language: own.language.unwrap_or_default(),
        availability: own.availability.unwrap_or_default(),
    };
    let status = if wrongs.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = ContactPage {
        frame: reader.frame(words.contact_title()).about_persons(),
        lead: words.contact_lead(&holder, &view.authority),
        facts: facts.into_iter().filter_map(|(label, value)| Some((label, value?))).collect(),
        entry: typed.unwrap_or(registered),
        until: words.moment(view.expires_at),
        wrongs,
    };
    frame::answer(status, &page.frame, &page)
}

/// Carries out what the contact chose.
#[handler]
pub async fn answer(
    request: &Request,
    reader: Reader,
    Path(token): Path<String>,
    form: Form,
    Data(app): Data<&App>,
) -> Response {
    let words = reader.words;
    let address = address_of(app, request);
    let deed = match form.get("deed") {
        "confirm" => ContactDeed::Confirm,
        "object" => ContactDeed::Object,
        _ => ContactDeed::Correct,
    };
    let given = |name: &str| Some(form.get(name).to_owned()).filter(|text| !text.is_empty());
    let contact = (deed == ContactDeed::Correct).then(|| OwnEntry {
        name: form.get("name").to_owned(),
        phone: form.get("phone").to_owned(),
        alternative_phone: given("alternative"),
        language: given("language"),
        availability: given("availability"),
    });
    let outcome = match (ContactAnswer { deed, contact }).parse() {
        Ok(answer) => actions::answer(app, &address, &token, &answer).await,
        Err(failure) => Err(failure),
    };
    let text = match outcome {
        Ok("confirmed") => words.contact_confirmed(),
        Ok("corrected") => words.contact_corrected(),
        Ok(_) => words.contact_removed(),
        Err(failure) if failure.problem() == Problem::InvalidContent => {
            let wrongs = wrongs(&reader, &failure);
            return match view(app, &address, &token).await {
                Ok(view) => page(&reader, &view, wrongs, Some(typed(&form))),
                Err(failure) => failed(&reader, failure),
            };
        }
        Err(failure) => return failed(&reader, failure),
    };
    done(&reader, StatusCode::OK, words.contact_done(), text)
}

fn typed(form: &Form) -> Entry {
    let text = |name: &str| form.get(name).to_owned();
    Entry {
        name: text("name"),
        phone: text("phone"),
        alternative: text("alternative"),
        language: text("language"),
        availability: text("availability"),
    }
}

fn wrongs(reader: &Reader, failure: &Failure) -> Vec<&'static str> {
    let words = reader.words;
    let one = |field: &crate::failure::FieldError| match (field.pointer.as_str(), &*field.code) {
        ("/contact/name", _) => words.contact_bad_name(),
        ("/contact/phone", "repeated") => words.contact_same_phone(),
        ("/contact/phone", OWN_NUMBER) => words.contact_holder_phone(),
        ("/contact/phone" | "/contact/alternativePhone", _) => words.contact_bad_phone(),
        _ => words.contact_bad_other(),
    };
    let mut wrongs: Vec<&'static str> = failure.fields().iter().map(one).collect();
    wrongs.dedup();
    wrongs
}
