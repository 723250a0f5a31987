//! Whom somebody acts for: themselves, the organisation their token names, or one of those that the register of
//! representation knows for them. It must not decide who may: `representation/` asks.

use askama::Template;
use poem::{Response, handler, http::StatusCode, web::Data};

use super::{PATH as MY_PAGE, SCOPE};
use crate::{
    app::App,
    failure::{Failure, Problem},
    identity::acting::Acting,
    representation::{
        actions::{self, Listed},
        model::Organisation,
    },
    web::{
        apply::{Around, applicant, is_person},
        form::Form as Sent,
        frame::{self, Frame},
        problems,
        sign_in::{SignedIn, Visitor, give, see},
    },
};

/// The page, below the language.
pub const PATH: &str = "/my-page/acting";
/// Leads to the page that says that somebody acts for an organisation no more.
pub const LOST: &str = "lost=yes";
/// How a form says that somebody acts for themselves.
pub const SELF: &str = "person";
/// Most organisations shown at once.
const MOST: usize = 100;
/// With more than these there is a field to search in.
const FEW: usize = 10;

crate::web::texts::texts! {
    act_as: "Du handler for", "Du handlar for", "You act for";
    act_as_self: "deg selv", "deg sjølv", "yourself";
    act_as_organisation(number): "organisasjon {number}", "organisasjon {number}", "organisation {number}";
    act_as_other: "Velg hvem du handler for", "Vel kven du handlar for", "Choose whom to act for";
    act_title: "Hvem handler du for?", "Kven handlar du for?", "Whom do you act for?";
    act_lead: "Velg om du vil søke og se saker for deg selv eller for en organisasjon. Det du har begynt på, hører fortsatt til den du begynte på det for.", "Vel om du vil søkje og sjå saker for deg sjølv eller for ein organisasjon. Det du har byrja på, høyrer framleis til den du byrja på det for.", "Choose whether to apply and see cases for yourself or for an organisation. What you have begun still belongs to whom you began it for.";
    act_now: "Valgt nå", "Vald no", "Chosen now";
    act_number(number): "Organisasjonsnummer {number}", "Organisasjonsnummer {number}", "Organisation number {number}";
    act_unit(number, name): "Organisasjonsnummer {number}, underenhet av {name}", "Organisasjonsnummer {number}, undereining av {name}", "Organisation number {number}, unit of {name}";
    act_search: "Navn eller organisasjonsnummer", "Namn eller organisasjonsnummer", "Name or organisation number";
    act_more(shown, total): "Her står {shown} av {total}. Søk for å finne en annen.", "Her står {shown} av {total}. Søk for å finne ein annan.", "These are {shown} of {total}. Search to find another.";
    act_no_hit: "Ingen av organisasjonene du kan handle for, passer med søket.", "Ingen av organisasjonane du kan handle for, passar med søket.", "None of the organisations you can act for fits the search.";
    act_none: "Altinn kjenner ingen organisasjon som du kan handle for. Den som styrer tilgangene i organisasjonen, kan gi deg tilgang i Altinn. Rollene i Enhetsregisteret endrer organisasjonen der.", "Altinn kjenner ingen organisasjon som du kan handle for. Den som styrer tilgangane i organisasjonen, kan gje deg tilgang i Altinn. Rollene i Einingsregisteret endrar organisasjonen der.", "Altinn knows no organisation you can act for. Whoever manages access in the organisation can give you access in Altinn. The roles in the register of units are changed there by the organisation.";
    act_silent: "Altinn svarer ikke akkurat nå, så vi kan ikke vise eller kontrollere hvilke organisasjoner du kan handle for. Prøv igjen om noen minutter. Det som gjelder deg selv, kan du gjøre som vanlig. Haster det for organisasjonen, kan den søke på papir:", "Altinn svarer ikkje akkurat no, så vi kan ikkje vise eller kontrollere kva organisasjonar du kan handle for. Prøv igjen om nokre minutt. Det som gjeld deg sjølv, kan du gjere som vanleg. Hastar det for organisasjonen, kan han søkje på papir:", "Altinn does not answer right now, so we cannot show or check which organisations you can act for. Try again in a few minutes. What concerns yourself you can do as usual. If it is urgent for the organisation, it can apply on paper:";
    act_off: "Her kan du bare handle for den du er logget inn som.", "Her kan du berre handle for den du er logga inn som.", "Here you can only act for whom you are signed in as.";
    act_lost: "Du handler ikke lenger for organisasjonen du hadde valgt, men for deg selv: Altinn sier ikke lenger at du kan det, eller svarer ikke. Kan du det fortsatt, velger du den på nytt.", "Du handlar ikkje lenger for organisasjonen du hadde vald, men for deg sjølv: Altinn seier ikkje lenger at du kan det, eller svarer ikkje. Kan du det framleis, vel du han på nytt.", "You no longer act for the organisation you had chosen, but for yourself: Altinn no longer says that you can, or does not answer. If you still can, choose it again.";
}

/// Somebody to act for.
struct Choice {
    code: String,
    name: String,
    note: String,
    is_now: bool,
}

#[derive(Template)]
#[template(path = "my_page/acting.html", config = "src/web/askama.toml")]
struct ActingPage {
    frame: Frame,
    around: Around,
    action: String,
    /// The choice that there was is gone.
    is_lost: bool,
    /// The register gives no answer.
    is_silent: bool,
    /// What is to be said of the organisations.
    said: Option<String>,
    has_search: bool,
    typed: String,
    choices: Vec<Choice>,
}

/// Whether there is anything to choose for whoever is signed in.
pub fn may_choose(visitor: &SignedIn) -> bool {
    let session = visitor.session();
    session.named_organisation().is_some()
        || session.mandate().is_some()
        || actions::is_offered(&visitor.reader.app, session)
}

/// Somebody to act for without looking further: code, name, and whether it is so now.
type AtHand = (String, String, bool);

/// Themselves, and the organisation that their token names; nobody where there is no choice.
fn fixed(visitor: &SignedIn) -> Vec<AtHand> {
    if !may_choose(visitor) {
        return Vec::new();
    }
    let (words, session) = (visitor.reader.words, visitor.session());
    let is_self = is_person(&visitor.caller);
    let mut all = vec![(SELF.to_owned(), words.act_as_self().to_owned(), is_self)];
    if let Some(number) = session.named_organisation() {
        let is_now = !is_self && session.mandate().is_none();
        all.push((number.to_string(), words.act_as_organisation(number), is_now));
    }
    all
}

/// The same, and the organisation that is chosen.
pub fn at_hand(visitor: &SignedIn) -> Vec<AtHand> {
    let chosen = visitor.session().mandate().map(|mandate| {
        let name = format!("{} ({})", mandate.name, mandate.number);
        (mandate.number.to_string(), name, true)
    });
    fixed(visitor).into_iter().chain(chosen).collect()
}

/// Shows whom one can act for.
#[handler]
pub async fn show(visitor: Visitor, Data(app): Data<&App>) -> poem::Result<Response> {
    let visitor = applicant(visitor, SCOPE)?;
    let listed = actions::list(app, visitor.session()).await;
    let page = page(&visitor, listed);
    Ok(frame::answer(StatusCode::OK, &page.frame, &page))
}

/// Acts for somebody else from now on.
#[handler]
pub async fn choose(visitor: Visitor, sent: Sent, Data(app): Data<&App>) -> poem::Result<Response> {
    let visitor = applicant(visitor, SCOPE)?;
    visitor.own(&sent)?;
    let (reader, session) = (&visitor.reader, visitor.session());
    let wanted = sent.get("as");
    let is_named = session.named_organisation().is_some_and(|own| own.to_string() == wanted);
    let chosen = match wanted {
        "" => return Ok(see(&reader.link(PATH))),
        SELF => Ok(actions::leave(session)),
        _ if is_named => Ok(session.clone().acting_as(Some(Acting::Representative))),
        number => actions::choose(app, session, number).await,
    };
    match chosen {
        Ok(session) => {
            let mut response = see(&reader.link(MY_PAGE));
            give(&mut response, app, &session);
            Ok(response)
        }
        Err(failure) => Ok(refused(&visitor, failure)),
    }
}

/// The page again when nobody can say whether they may, else that nothing is there.
fn refused(visitor: &SignedIn, failure: Failure) -> Response {
    if failure.problem() != Problem::Unavailable {
        return problems::page(&visitor.reader, failure);
    }
    let page = page(visitor, Listed::Silent);
    frame::answer(StatusCode::SERVICE_UNAVAILABLE, &page.frame, &page)
}

fn page(visitor: &SignedIn, listed: Listed) -> ActingPage {
    let reader = &visitor.reader;
    let words = reader.words;
    let mut frame = reader.frame(words.act_title()).about_persons();
    PATH.clone_into(&mut frame.here);
    let is_silent = listed == Listed::Silent;
    let is_on = matches!(listed, Listed::Found(_));
    let found = match listed {
        Listed::Found(found) => found,
        Listed::Off | Listed::Silent => Vec::new(),
    };
    let typed = reader.query.typed("q").to_owned();
    let fitting = fitting(&found, &typed);
    let said = match (found.len(), fitting.len()) {
        (0, _) if is_on => Some(words.act_none().to_owned()),
        (0, _) if !is_silent && !may_choose(visitor) => Some(words.act_off().to_owned()),
        (0, _) => None,
        (_, 0) => Some(words.act_no_hit().to_owned()),
        (total, hits) if hits > MOST => Some(words.act_more(MOST, total)),
        _ => None,
    };
    ActingPage {
        around: Around::of(visitor),
        action: reader.link(PATH),
        is_lost: reader.query.get("lost").is_some(),
        is_silent,
        said,
        has_search: found.len() > FEW,
        choices: choices(visitor, &fitting),
        typed,
        frame,
    }
}

/// Those whose name or number has in it what was typed.
fn fitting<'a>(found: &'a [Organisation], typed: &str) -> Vec<&'a Organisation> {
    let (name, number) = (typed.to_lowercase(), typed.replace(' ', ""));
    let fits = |one: &&Organisation| {
        one.name.to_lowercase().contains(&name) || one.number.to_string().contains(&number)
    };
    found.iter().filter(fits).collect()
}

fn choices(visitor: &SignedIn, fitting: &[&Organisation]) -> Vec<Choice> {
    let (words, session) = (visitor.reader.words, visitor.session());
    let fixed = fixed(visitor).into_iter().map(|(code, name, is_now)| Choice {
        code,
        name,
        note: String::new(),
        is_now,
    });
    let chosen = session.mandate().map(|mandate| mandate.number);
    let named = session.named_organisation();
    let found = fitting.iter().filter(|one| named != Some(one.number)).take(MOST).map(|one| {
        let number = one.number.grouped();
        Choice {
            code: one.number.to_string(),
            name: one.name.clone(),
            note: match &one.part_of {
                Some(name) => words.act_unit(number, name),
                None => words.act_number(number),
            },
            is_now: chosen == Some(one.number),
        }
    });
    fixed.chain(found).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn organisations_are_found_by_a_part_of_their_name_or_number() {
        let organisation = |number: &str, name: &str| Organisation {
            number: number.parse().expect("a number"),
            name: name.to_owned(),
            part_of: None,
        };
        let all = [organisation("312345676", "Bølge AS"), organisation("312345684", "Vind AS")];
        let names = |typed: &str| -> Vec<String> {
            fitting(&all, typed).into_iter().map(|one| one.name.clone()).collect()
        };
        assert_eq!(names("bøl"), ["Bølge AS"]);
        assert_eq!(names("312 345 684"), ["Vind AS"]);
        assert_eq!(names("").len(), 2);
        assert_eq!(names("312345692"), Vec::<String>::new());
    }
}
