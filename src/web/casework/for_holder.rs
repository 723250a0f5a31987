//! What a caseworker does on the page of a permit for its holder, who has written or called: confirm, tell what has
//! happened to a beacon, end a consent, give the permit up, leave its call sign to the new owner of a beacon. The actions are those of the holder.

use chrono::NaiveDate;
use poem::{
    Response, handler,
    web::{Data, Path},
};

use super::{can_be_said, caseworker, permit as shown};
use crate::{
    app::App,
    case::{
        actions::{hand_over_call_sign, surrender::surrender_received},
        model::Channel,
    },
    consent,
    failure::{Failure, Problem},
    permit::{
        actions::{self, for_holder},
        kind::{self, Kind, beacon::Condition},
        model::Permit,
        wire::SurrenderReason,
    },
    values::calendar::oslo_date,
    web::{
        form::Form,
        problems,
        sign_in::{SignedIn, Visitor},
        texts::Words,
    },
};

crate::web::texts::texts! {
    cwfh_title: "For innehaveren", "For innehavaren", "For the holder";
    cwfh_lead: "Når innehaveren har skrevet eller ringt.", "Når innehavaren har skrive eller ringt.", "When the holder has written or called.";
    cwfh_what: "Hva innehaveren melder", "Kva innehavaren melder", "What the holder tells";
    cwfh_confirm: "Opplysningene er riktige", "Opplysningane er rette", "What is registered is right";
    cwfh_lost: "Senderen er mistet", "Sendaren er mista", "The beacon is lost";
    cwfh_stolen: "Senderen er stjålet", "Sendaren er stolen", "The beacon is stolen";
    cwfh_found: "Senderen er kommet til rette", "Sendaren er komen til rette", "The beacon is back";
    cwfh_consent: "Ingenting skal vises i den offentlige listen lenger", "Ingenting skal visast i den offentlege lista lenger", "Nothing is to be shown in the public list any more";
    cwfh_give_up(why): "Sier opp tillatelsen: {why}", "Seier opp løyvet: {why}", "Gives the permit up: {why}";
    cwfh_received: "Dagen oppsigelsen kom inn, om det ikke er i dag", "Dagen oppseiinga kom inn, om det ikkje er i dag", "The day the notice to give it up came in, if not today";
    cwfh_sign: "Kallesignalet til den nye eieren", "Kallesignalet til den nye eigaren", "The call sign to the new owner";
    cwfh_sign_rests(sign, day): "{sign} hviler til {day}, og til da kan bare innehaveren få det igjen. Er senderen solgt, kan innehaveren la den nye eieren beholde signalet: Den nye eierens søknad må nevne det.", "{sign} kviler til {day}, og til då kan berre innehavaren få det att. Er sendaren seld, kan innehavaren la den nye eigaren halde på signalet: Søknaden til den nye eigaren må nemne det.", "{sign} rests until {day}, and until then only the holder can have it back. If the beacon is sold, the holder can let the new owner keep the sign: the new owner's application must quote it.";
    cwfh_sign_given(sign): "{sign} er overlatt til den nye eieren. Var nummeret på saken feil, skriv det riktige.", "{sign} er overlate til den nye eigaren. Var nummeret på saka feil, skriv det rette.", "{sign} is left to the new owner. If the number of the case was wrong, give the right one.";
    cwfh_contacts: "Andre nødkontakter", "Andre naudkontaktar", "Other emergency contacts";
    cwfh_do: "Registrer", "Registrer", "Register";
}

/// Below the language.
pub const PATH: &str = "/casework/permits/:id/for-holder";

/// What the form about a call sign that rests says.
const HAND_OVER: &str = "hand-over";

/// What a holder may tell.
#[derive(Clone, Copy)]
enum Told {
    Confirmed,
    Beacon(Option<Condition>),
    NoConsent,
    GivesUp(SurrenderReason),
}

impl Told {
    const ALL: [Told; 10] = [
        Told::Confirmed,
        Told::Beacon(Some(Condition::Lost)),
        Told::Beacon(Some(Condition::Stolen)),
        Told::Beacon(None),
        Told::NoConsent,
        Told::GivesUp(SurrenderReason::NoLongerUsed),
        Told::GivesUp(SurrenderReason::Sold),
        Told::GivesUp(SurrenderReason::Lost),
        Told::GivesUp(SurrenderReason::Stolen),
        Told::GivesUp(SurrenderReason::Destroyed),
    ];

    fn code(self) -> String {
        match self {
            Told::Confirmed => "confirmed".to_owned(),
            Told::Beacon(Some(Condition::Stolen)) => "stolen".to_owned(),
            Told::Beacon(Some(_)) => "lost".to_owned(),
            Told::Beacon(None) => "found".to_owned(),
            Told::NoConsent => "no-consent".to_owned(),
            Told::GivesUp(reason) => format!("gives-up-{}", reason.code()),
        }
    }

    fn name(self, words: Words) -> String {
        match self {
            Told::Confirmed => words.cwfh_confirm().to_owned(),
            Told::Beacon(Some(Condition::Stolen)) => words.cwfh_stolen().to_owned(),
            Told::Beacon(Some(_)) => words.cwfh_lost().to_owned(),
            Told::Beacon(None) => words.cwfh_found().to_owned(),
            Told::NoConsent => words.cwfh_consent().to_owned(),
            Told::GivesUp(reason) => words.cwfh_give_up(match reason {
                SurrenderReason::NoLongerUsed => words.permit_surrender_no_longer_used(),
                SurrenderReason::Sold => words.permit_surrender_sold(),
                SurrenderReason::Lost => words.permit_surrender_lost(),
                SurrenderReason::Stolen => words.permit_surrender_stolen(),
                SurrenderReason::Destroyed => words.permit_surrender_destroyed(),
            }),
        }
    }

    fn is_of(self, permit: &Permit) -> bool {
        match self {
            Told::Beacon(_) => {
                kind::any(permit.kind).with_condition(&permit.details, None).is_some()
            }
            Told::NoConsent => permit.kind == Kind::Amateur && permit.call_sign.is_some(),
            Told::GivesUp(reason) => kind::any(permit.kind).may_be_given_up_for(reason.code()),
            Told::Confirmed => true,
        }
    }
}

/// What can be told of a permit that holds: code and name.
pub(super) fn choices(words: Words, permit: &Permit) -> Vec<(String, String)> {
    let all = Told::ALL.into_iter().filter(|told| permit.status.is_live() && told.is_of(permit));
    all.map(|told| (told.code(), told.name(words))).collect()
}

/// Does what the holder asked for.
#[handler]
pub async fn act(
    visitor: Visitor,
    Path(id): Path<String>,
    form: Form,
    Data(app): Data<&App>,
) -> poem::Result<Response> {
    let visitor = caseworker(visitor, "anrop:permit.write")?;
    visitor.own(&form)?;
    Ok(match done(app, &visitor, &id, &form).await {
        Ok(response) => response,
        Err(failure) if can_be_said(&failure) => super::refused(&visitor, failure),
        Err(failure) => problems::page(&visitor.reader, failure),
    })
}

async fn done(app: &App, visitor: &SignedIn, id: &str, form: &Form) -> Result<Response, Failure> {
    let words = visitor.reader.words;
    let permit = shown::seen(app, visitor, id).await?;
    if form.get("told") == HAND_OVER {
        return handed_over(app, visitor, &permit, form).await;
    }
    let told = Told::ALL.into_iter().find(|told| told.code() == form.get("told"));
    let way = Channel::from_code(form.get("way"));
    let mut wrongs = Vec::new();
    if told.is_none() {
        wrongs.push(("told", words.cwm_wrong_what()));
    }
    if way.is_none() {
        wrongs.push(("way", words.cwc_wrong_way()));
    }
    let received_on = super::day(form.get("received"));
    let is_given = !form.get("received").is_empty();
    if is_given && received_on.is_none_or(|day| day > oslo_date(app.clock().now())) {
        wrongs.push(("received", words.cwi_wrong_day()));
    }
    let (Some(told), Some(way), true) = (told, way, wrongs.is_empty()) else {
        return shown::again(app, visitor, &permit, form, wrongs).await;
    };
    let version = form.get("version").parse().unwrap_or_default();
    let outcome = carry_out(app, visitor, &permit, version, (told, way, received_on)).await;
    let outcome = outcome.map(|()| shown::done_at(visitor, &permit));
    shown::settle(app, visitor, &permit, form, outcome).await
}

/// Leaves the call sign of a beacon that was sold to the case of its new owner.
async fn handed_over(
    app: &App,
    visitor: &SignedIn,
    permit: &Permit,
    form: &Form,
) -> Result<Response, Failure> {
    let (caller, words) = (&visitor.caller, visitor.reader.words);
    if Channel::from_code(form.get("way")).is_none() {
        let wrongs = vec![("way", words.cwc_wrong_way())];
        return shown::again(app, visitor, permit, form, wrongs).await;
    }
    let version = form.get("version").parse().unwrap_or_default();
    let sight = for_holder::as_caseworker(app, caller, permit.id).await?;
    let number = form.get("case");
    let outcome = hand_over_call_sign(app, caller, sight, permit.id, version, number).await;
    if matches!(&outcome, Err(failure) if failure.problem() == Problem::InvalidContent) {
        let wrongs = vec![("case", words.hand_over_unknown())];
        return shown::again(app, visitor, permit, form, wrongs).await;
    }
    let outcome = outcome.map(|permit| shown::done_at(visitor, &permit));
    shown::settle(app, visitor, permit, form, outcome).await
}

async fn carry_out(
    app: &App,
    visitor: &SignedIn,
    permit: &Permit,
    version: i32,
    (told, way, received_on): (Told, Channel, Option<NaiveDate>),
) -> Result<(), Failure> {
    let (caller, id) = (&visitor.caller, permit.id);
    let sight = for_holder::as_caseworker(app, caller, id).await?;
    match told {
        Told::Confirmed => {
            actions::confirm(app, caller, sight, id, version).await?;
        }
        Told::Beacon(condition) => {
            actions::report_condition(app, caller, sight, id, version, condition, None).await?;
        }
        Told::NoConsent => {
            consent::actions::register(app, caller, id, &[], way.code()).await?;
        }
        Told::GivesUp(reason) => {
            let how = (reason.code(), received_on);
            surrender_received(app, caller, sight, id, version, how).await?;
        }
    }
    Ok(())
}
