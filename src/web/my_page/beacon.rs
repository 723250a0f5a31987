//! What a holder reports of a beacon on the page of its permit: lost, stolen, sold, destroyed, or back again. The rescue
//! centre is told by the action.

use serde_json::Value;

use crate::{
    app::App,
    failure::Failure,
    identity::Sight,
    permit::{
        actions,
        kind::{self, beacon::Condition},
        lifecycle::Step,
        model::Permit,
    },
    values::calendar::oslo_date,
    web::{form::Form as Sent, sign_in::SignedIn, texts::Words},
};

/// Longest note, in characters, as the operation has it.
const LONGEST: usize = 500;
/// It is back: takes an earlier report away.
const FOUND: &str = "found";

const CONDITIONS: [(&str, Condition); 4] = [
    ("lost", Condition::Lost),
    ("stolen", Condition::Stolen),
    ("sold", Condition::Sold),
    ("destroyed", Condition::Destroyed),
];

crate::web::texts::texts! {
    beacon_title: "Nødpeilesenderen", "Naudpeilesendaren", "The beacon";
    beacon_report: "Meld fra om senderen", "Meld frå om sendaren", "Report what has happened to the beacon";
    beacon_report_text: "Redningssentralen får vite det med en gang, så ingen leter etter feil person. Tillatelsen gjelder til du sier den opp.", "Redningssentralen får vite det med ein gong, så ingen leitar etter feil person. Løyvet gjeld til du seier det opp.", "The rescue centre is told at once, so that nobody searches for the wrong person. The permit holds until you give it up.";
    beacon_what: "Hva har skjedd?", "Kva har hendt?", "What has happened?";
    beacon_found: "Kommet til rette", "Komen til rette", "Found again";
    beacon_note: "Hvor og hvordan, for redningssentralen", "Kvar og korleis, for redningssentralen", "Where and how, for the rescue centre";
    beacon_note_hint: "Høyst 500 tegn.", "Høgst 500 teikn.", "At most 500 characters.";
    beacon_button: "Meld fra", "Meld frå", "Report";
    beacon_missing: "Velg hva som har skjedd.", "Vel kva som har hendt.", "Choose what has happened.";
    beacon_too_long: "Teksten til redningssentralen kan ha høyst 500 tegn.", "Teksten til redningssentralen kan ha høgst 500 teikn.", "The text for the rescue centre may have at most 500 characters.";
    beacon_reported(what, date): "Meldt {what} {date}. Redningssentralen vet det.", "Meldt {what} {date}. Redningssentralen veit det.", "Reported {what} on {date}. The rescue centre knows.";
    beacon_is_lost: "mistet", "mista", "lost";
    beacon_is_stolen: "stjålet", "stolen", "stolen";
    beacon_is_sold: "solgt", "seld", "sold";
    beacon_is_destroyed: "ødelagt", "øydelagd", "destroyed";
    done_beacon: "Takk. Redningssentralen har fått vite det.", "Takk. Redningssentralen har fått vite det.", "Thank you. The rescue centre has been told.";
    done_beacon_gone: "Takk. Redningssentralen har fått vite det. Har du ikke bruk for tillatelsen lenger, si den opp nedenfor.", "Takk. Redningssentralen har fått vite det. Har du ikkje bruk for løyvet lenger, sei det opp nedanfor.", "Thank you. The rescue centre has been told. If you have no more use for the permit, give it up below.";
}

/// The part of the page about the beacon.
pub struct Beacon {
    /// What was reported, and the holder's words.
    pub reported: Option<(String, Option<String>)>,
    /// What can be reported: code, name, and whether it is chosen.
    pub choices: Vec<(&'static str, &'static str, bool)>,
    /// What stands in the note.
    pub note: String,
    /// What is wrong with what was sent.
    pub wrong: Option<&'static str>,
}

impl Beacon {
    /// Of a permit that holds and has a beacon.
    pub fn of(words: Words, permit: &Permit) -> Option<Self> {
        let any = kind::any(permit.kind);
        any.with_condition(&permit.details, None)?;
        permit.status.after(Step::Amend).ok()?;
        let record = any.record(&permit.details);
        let reported = reported(words, record.get("beacon").unwrap_or(&Value::Null));
        let found = reported.is_some().then_some((FOUND, words.beacon_found(), false));
        let others = CONDITIONS.map(|(code, condition)| (code, name(words, condition), false));
        Some(Self {
            reported,
            choices: found.into_iter().chain(others).collect(),
            note: String::new(),
            wrong: None,
        })
    }

    /// The same with what was sent, and what is wrong with it.
    #[must_use]
    pub fn sent(mut self, sent: &Sent, wrong: &'static str) -> Self {
        for (code, _, is_chosen) in &mut self.choices {
            *is_chosen = *code == sent.get("condition");
        }
        sent.get("note").clone_into(&mut self.note);
        self.wrong = Some(wrong);
        self
    }
}

const fn name(words: Words, condition: Condition) -> &'static str {
    match condition {
        Condition::Lost => words.permit_surrender_lost(),
        Condition::Stolen => words.permit_surrender_stolen(),
        Condition::Sold => words.permit_surrender_sold(),
        Condition::Destroyed => words.permit_surrender_destroyed(),
    }
}

fn reported(words: Words, beacon: &Value) -> Option<(String, Option<String>)> {
    let condition: Condition = serde_json::from_value(beacon["condition"].clone()).ok()?;
    let at = serde_json::from_value(beacon["conditionReportedAt"].clone()).ok()?;
    let what = match condition {
        Condition::Lost => words.beacon_is_lost(),
        Condition::Stolen => words.beacon_is_stolen(),
        Condition::Sold => words.beacon_is_sold(),
        Condition::Destroyed => words.beacon_is_destroyed(),
    };
    let text = words.beacon_reported(what, words.date(oslo_date(at)));
    Some((text, beacon["conditionNote"].as_str().map(str::to_owned)))
}

/// What the form asks for; none when it is back again.
///
/// # Errors
/// What is wrong with it, in the reader's language.
pub fn read(
    words: Words,
    sent: &Sent,
) -> Result<(Option<Condition>, Option<String>), &'static str> {
    let code = sent.get("condition");
    let known = CONDITIONS.iter().find(|(own, _)| *own == code);
    let condition = match known {
        Some((_, condition)) => Some(*condition),
        None if code == FOUND => None,
        None => return Err(words.beacon_missing()),
    };
    let note = sent.get("note").trim();
    if note.chars().count() > LONGEST {
        return Err(words.beacon_too_long());
    }
    Ok((condition, (!note.is_empty()).then(|| note.to_owned())))
}

/// Reports it; answers what the page says afterwards.
///
/// # Errors
/// As the action.
pub async fn report(
    app: &App,
    visitor: &SignedIn,
    (sight, permit, version): (Sight, &Permit, i32),
    (condition, note): (Option<Condition>, Option<String>),
) -> Result<&'static str, Failure> {
    let note = note.as_deref();
    actions::report_condition(app, &visitor.caller, sight, permit.id, version, condition, note)
        .await?;
    Ok(if condition.is_some_and(Condition::ends_use) { "beacon-gone" } else { "beacon" })
}
