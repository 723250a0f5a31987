//! On the page of a permit whose numbers must be in use by a day: by when, what was stated, and the form that states it. What
//! is wrong in it is found where the operation finds it.

use chrono::NaiveDate;

use crate::{
    app::App,
    failure::Failure,
    identity::Sight,
    permit::model::Permit,
    utilisation::{actions, rules, store},
    values::calendar::oslo_date,
    web::{apply::values, form::Form as Sent, sign_in::SignedIn, texts::Words},
};

/// What the button says.
pub const DEED: &str = "number-use";

crate::web::texts::texts! {
    numuse_title: "Er numrene i bruk?", "Er numra i bruk?", "Are the numbers in use?";
    numuse_due(day): "Numrene skal være i bruk innen {day}. Meld fra når de er det; ellers vurderer vi å trekke dem tilbake.", "Numra skal vere i bruk innan {day}. Meld frå når dei er det; elles vurderer vi å trekkje dei tilbake.", "The numbers must be in use by {day}. State when they are; otherwise we consider to withdraw them.";
    numuse_again(day): "Meld fra igjen innen {day} om de fortsatt er i bruk.", "Meld frå igjen innan {day} om dei framleis er i bruk.", "State again by {day} whether they are still in use.";
    numuse_late(day): "Numrene skulle være i bruk innen {day}, og vi har ikke fått melding om det.", "Numra skulle vere i bruk innan {day}, og vi har ikkje fått melding om det.", "The numbers were to be in use by {day}, and we have not been told that they are.";
    numuse_stated(day): "Meldt i bruk {day}.", "Melde i bruk {day}.", "Stated to be in use on {day}.";
    numuse_day: "Siste dag du vet at de var i bruk", "Siste dag du veit at dei var i bruk", "Last day on which you know they were in use";
    numuse_day_hint: "For koder for datanett: dagen samtrafikken var etablert. Skriv dagen slik: 31.12.2026.", "For kodar for datanett: dagen samtrafikken var etablert. Skriv dagen slik: 31.12.2026.", "For data network codes: the day interconnection was established. Write the day as 2026-12-31.";
    numuse_button: "Meld i bruk", "Meld i bruk", "State that they are in use";
    numuse_wrong: "Skriv en dag fra tillatelsens første dag til i dag.", "Skriv ein dag frå den første dagen til løyvet til i dag.", "Write a day from the first day of the permit to today.";
    numuse_expected(number, day): "Meld fra innen {day} om numrene i {number} er i bruk", "Meld frå innan {day} om numra i {number} er i bruk", "State by {day} whether the numbers of {number} are in use";
    done_number_use: "Takk. Vi har notert at numrene er i bruk.", "Takk. Vi har notert at numra er i bruk.", "Thank you. We have noted that the numbers are in use.";
}

/// The part of the page about the use of the numbers.
pub struct NumberUse {
    /// Sentences on by when, and on what was stated.
    pub texts: Vec<String>,
    /// The day has passed.
    pub is_late: bool,
    /// Version of what was stated, for the form.
    pub version: i32,
    /// What stands in the field.
    pub day: String,
    /// What is wrong with it.
    pub wrong: Option<&'static str>,
}

impl NumberUse {
    /// Of a live permit whose numbers must be in use by some day.
    pub(super) async fn of(
        app: &App,
        words: Words,
        permit: &Permit,
    ) -> Result<Option<Self>, Failure> {
        let today = oslo_date(app.clock().now());
        if !permit.status.is_live() || rules::rule_of(permit, today).is_none() {
            return Ok(None);
        }
        let stated = store::stated(app.db().read(), permit.id).await?;
        let in_use_on = stated.as_ref().map(|stated| stated.in_use_on);
        let due = rules::in_use_by(permit, in_use_on, today);
        let is_late = due.is_some_and(|due| due < today);
        let said = in_use_on.map(|day| words.numuse_stated(words.date(day)));
        let asked = due.map(|due| match (is_late, in_use_on) {
            (true, _) => words.numuse_late(words.date(due)),
            (false, None) => words.numuse_due(words.date(due)),
            (false, Some(_)) => words.numuse_again(words.date(due)),
        });
        Ok(Some(Self {
            texts: said.into_iter().chain(asked).collect(),
            is_late,
            version: stated.map_or(0, |stated| stated.version),
            day: String::new(),
            wrong: None,
        }))
    }

    /// The same with what was sent, and what is wrong with it.
    #[must_use]
    pub(super) fn sent(mut self, sent: &Sent, wrong: &'static str) -> Self {
        sent.get("day").clone_into(&mut self.day);
        self.wrong = Some(wrong);
        self
    }
}

/// The day by which the holder of a permit is asked, where that is near or has passed.
pub(super) async fn expected(app: &App, permit: &Permit) -> Result<Option<NaiveDate>, Failure> {
    let today = oslo_date(app.clock().now());
    if rules::rule_of(permit, today).is_none() {
        return Ok(None);
    }
    let stated = store::stated(app.db().read(), permit.id).await?;
    let due = rules::in_use_by(permit, stated.map(|stated| stated.in_use_on), today);
    Ok(due.filter(|due| rules::is_asked(*due, today)))
}

fn day_of(sent: &Sent) -> Option<NaiveDate> {
    values::day(sent.get("day").trim())?.parse().ok()
}

/// Whether what went wrong is the day that was sent.
pub(super) fn is_wrong_day(sent: &Sent, failure: &Failure) -> bool {
    sent.get("deed") == DEED && failure.fields().iter().any(|field| field.pointer == "/inUseOn")
}

/// States what was sent.
///
/// # Errors
/// As the operation; 422 at the day for one that cannot be read.
pub(super) async fn state(
    app: &App,
    visitor: &SignedIn,
    (sight, permit, version): (Sight, &Permit, i32),
    sent: &Sent,
) -> Result<(), Failure> {
    let wrong = || Failure::at("/inUseOn", "malformed", "Give a day.");
    let day = day_of(sent).ok_or_else(wrong)?;
    let about = (sight, permit.id);
    actions::state_use(app, &visitor.caller, about, version, day).await.map(|_| ())
}
