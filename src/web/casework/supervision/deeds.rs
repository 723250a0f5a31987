//! What can be done with a supervision case from its page. Nothing is written unless the case is as it was when the form was
//! made. The forms are in `deed_forms.rs`.

use chrono::{DateTime, NaiveDate, Utc};

use super::{given, report::respondent, version};
use crate::{
    app::App,
    appeal::{
        receive::{Came, Lodging},
        wire::DeferralForm,
    },
    case::model::Channel,
    failure::Failure,
    supervision::{
        actions::{self, appeals, fines},
        wire::{
            MeasurementForm, case_id, decision_id,
            decisions::{
                ClosureForm, CorrectionForm, FineForm, FineKind, NoticeForm, OrderForm, ReasonForm,
                SupervisionAppealOutcome, SupervisionRulingForm,
            },
        },
    },
    values::{calendar::oslo_date, frequency::Frequency},
    web::{form::Form, interference::moment, sign_in::SignedIn, texts::Words},
};

/// Why something was not done.
pub(super) enum Undone {
    /// Fields cannot even be read.
    Wrong(Vec<(&'static str, String)>),
    /// The action refused.
    Failed(Failure),
}

impl From<Failure> for Undone {
    fn from(failure: Failure) -> Self {
        Undone::Failed(failure)
    }
}

fn day(text: &str) -> Option<NaiveDate> {
    ["%Y-%m-%d", "%d.%m.%Y"].iter().find_map(|form| NaiveDate::parse_from_str(text, form).ok())
}

/// Kroner with a comma or full stop before øre, thousands parted or not, in øre.
fn ore(text: &str) -> Option<i64> {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let (whole, rest) = text.split_once([',', '.']).unwrap_or((&text, "0"));
    if rest.len() > 2
        || whole.is_empty()
        || !whole.bytes().chain(rest.bytes()).all(|b| b.is_ascii_digit())
    {
        return None;
    }
    let ore: i64 = format!("{rest:0<2}").parse().ok()?;
    whole.parse::<i64>().ok()?.checked_mul(100)?.checked_add(ore)
}

/// Reads fields of a form that a wrong value keeps from being read.
struct Reading<'a> {
    words: Words,
    form: &'a Form,
    wrongs: Vec<(&'static str, String)>,
}

impl Reading<'_> {
    fn need<T>(&mut self, name: &'static str, value: Option<T>, text: &str) -> Option<T> {
        if value.is_none() {
            self.wrongs.push((name, text.to_owned()));
        }
        value
    }

    fn day(&mut self, name: &'static str) -> NaiveDate {
        let text = self.words.sup_wrong_past();
        let text = if matches!(name, "due" | "from") { self.words.sup_wrong_later() } else { text };
        self.need(name, day(self.form.get(name)), text).unwrap_or_default()
    }

    fn hertz(&mut self, name: &'static str) -> u64 {
        let parsed = Frequency::parse(self.form.get(name)).ok().map(Frequency::hertz);
        self.need(name, parsed, self.words.intf_wrong_frequency()).unwrap_or_default()
    }

    fn number(&mut self, name: &'static str, text: &str) -> f64 {
        let number = self.form.get(name).replace(',', ".").replace('\u{2212}', "-");
        let number: Option<f64> = number.parse().ok().filter(|n: &f64| n.is_finite());
        self.need(name, number, text).unwrap_or_default()
    }

    /// A longer text that may be left out.
    fn long(&mut self, name: &'static str) -> Option<String> {
        let said = Some(self.form.get(name)).filter(|text| !text.is_empty())?.to_owned();
        let fits = said.chars().count() <= 4000;
        self.need(name, fits.then_some(said), self.words.sup_wrong_text())
    }

    fn finish(self) -> Result<(), Undone> {
        if self.wrongs.is_empty() { Ok(()) } else { Err(Undone::Wrong(self.wrongs)) }
    }
}

/// Does what the form says.
pub(super) async fn carry_out(
    app: &App,
    visitor: &SignedIn,
    id: &str,
    form: &Form,
) -> Result<(), Undone> {
    let (caller, words) = (&visitor.caller, visitor.reader.words);
    let id = case_id(id)?;
    let version = version(form)?;
    let today = oslo_date(app.clock().now());
    let text = |name: &str| form.get(name).to_owned();
    let mut reading = Reading { words, form, wrongs: Vec::new() };
    match form.get("deed") {
        "identify" => {
            let respondent = respondent(form).unwrap_or_default().parse()?;
            actions::identify(app, caller, id, version, &respondent).await?;
        }
        "assign" => {
            let to = text("assignee");
            let fits = !to.is_empty() && to.chars().count() <= 100;
            reading.need("assignee", fits.then_some(()), words.sup_wrong_text());
            reading.finish()?;
            actions::assign(app, caller, id, version, &to).await?;
        }
        "measure" => {
            let measured_at = measured_at(&mut reading);
            let measurement = measurement(&mut reading, measured_at);
            reading.finish()?;
            let measurement = measurement.parse(app.clock().now())?;
            actions::measure(app, caller, id, version, &measurement).await?;
        }
        "remark" => {
            let said = text("text");
            let fits = !said.is_empty() && said.chars().count() <= 4000;
            reading.need("text", fits.then_some(()), words.sup_wrong_text());
            let from = form.get("from");
            let is_theirs = matches!(from, "respondent" | "us").then_some(from == "respondent");
            let is_theirs = reading.need("from", is_theirs, words.sup_wrong_choice());
            reading.finish()?;
            let said = (is_theirs.unwrap_or_default(), said.as_str());
            actions::remark(app, caller, id, version, said).await?;
        }
        "notice" => {
            let due_on = reading.day("due");
            reading.finish()?;
            let (said, due) = NoticeForm { text: text("text"), due_on }.parse(today)?;
            actions::notify(app, caller, id, version, (&said, due)).await?;
        }
        "order" => {
            let due_on = reading.day("due");
            reading.finish()?;
            let order = OrderForm {
                text: text("text"),
                grounds: text("grounds"),
                without_notice: given(form, "without"),
                due_on,
            };
            actions::order(app, caller, id, version, &order.parse(today)?).await?;
        }
        "fine" => {
            let fine = fine(&mut reading);
            reading.finish()?;
            let (terms, grounds) = fine.parse()?;
            fines::propose(app, caller, id, version, (terms, &grounds)).await?;
        }
        "sign" => {
            fines::sign(app, caller, decision_id(form.get("target"))?, version).await?;
        }
        "send-back" => {
            let reason = ReasonForm { reason: text("reason") }.parse()?;
            let target = decision_id(form.get("target"))?;
            fines::send_back(app, caller, target, version, &reason).await?;
        }
        "rule" => {
            let ruling = ruling(&mut reading);
            reading.finish()?;
            let ruling = ruling.parse(today)?;
            let target = decision_id(form.get("target"))?;
            appeals::decide(app, caller, target, version, &ruling).await?;
        }
        "defer" => {
            let deferral = deferral(&mut reading);
            reading.finish()?;
            let target = decision_id(form.get("target"))?;
            appeals::defer(app, caller, target, version, &deferral.parse(today)?).await?;
        }
        "register-appeal" => {
            let (said, came) = (text("text"), reading.day("came"));
            let fits = !said.is_empty() && said.chars().count() <= 10_000;
            reading.need("text", fits.then_some(()), words.sup_wrong_text());
            let posted_on = match form.get("posted") {
                "" => None,
                text => reading.need("posted", day(text), words.cwa_wrong_posted()),
            };
            let (late, deferral) = (reading.long("late"), reading.long("deferral"));
            reading.finish()?;
            let target = decision_id(form.get("target"))?;
            let lodging = Lodging {
                text: &said,
                late_reason: late.as_deref(),
                deferral: deferral.as_deref(),
            };
            let came = Came { channel: Channel::Paper, received_on: came, posted_on };
            appeals::register(app, caller, target, version, &lodging, came).await?;
        }
        "correct" => {
            let corrected_on = reading.day("corrected");
            reading.finish()?;
            let (day, said) = CorrectionForm { corrected_on, text: text("text") }.parse(today)?;
            actions::correct(app, caller, id, version, (day, &said)).await?;
        }
        "close" => {
            let (outcome, said) =
                ClosureForm { outcome: text("outcome"), text: text("text") }.parse()?;
            actions::close(app, caller, id, version, (outcome, &said)).await?;
        }
        _ => return Err(Failure::not_found().into()),
    }
    Ok(())
}

fn measured_at(reading: &mut Reading<'_>) -> DateTime<Utc> {
    let at = moment(reading.form.get("day"), reading.form.get("clock"));
    reading.need("day", at, reading.words.sup_wrong_past()).unwrap_or_default()
}

fn measurement(reading: &mut Reading<'_>, measured_at: DateTime<Utc>) -> MeasurementForm {
    let text = |name: &str| reading.form.get(name).to_owned();
    let (site, level_unit) = (text("site"), text("unit"));
    let (equipment, measured_by) = (text("equipment"), text("by"));
    let wrong = reading.words.sup_wrong_level();
    MeasurementForm {
        measured_at,
        site,
        latitude: None,
        longitude: None,
        frequency_hertz: reading.hertz("frequency"),
        level: reading.number("level", wrong),
        level_unit,
        bandwidth_hertz: reading.hertz("bandwidth"),
        equipment,
        measured_by,
    }
}

fn fine(reading: &mut Reading<'_>) -> FineForm {
    let words = reading.words;
    let kind = match reading.form.get("kind") {
        "running" => Some(FineKind::Running),
        "oneOff" => Some(FineKind::OneOff),
        _ => None,
    };
    let kind = reading.need("kind", kind, words.sup_wrong_choice()).unwrap_or(FineKind::Running);
    let amount = ore(reading.form.get("amount"));
    let amount_ore = reading.need("amount", amount, words.sup_wrong_amount()).unwrap_or_default();
    let maximum_ore = given(reading.form, "maximum")
        .and_then(|text| reading.need("maximum", ore(&text), words.sup_wrong_maximum()));
    let runs_from = reading.day("from");
    FineForm {
        kind,
        amount_ore,
        runs_from,
        maximum_ore,
        grounds: reading.form.get("grounds").to_owned(),
    }
}

fn ruling(reading: &mut Reading<'_>) -> SupervisionRulingForm {
    let words = reading.words;
    let outcome = match reading.form.get("outcome") {
        "inadmissible" => Some(SupervisionAppealOutcome::Inadmissible),
        "reversed" => Some(SupervisionAppealOutcome::Reversed),
        "forwarded" => Some(SupervisionAppealOutcome::Forwarded),
        "upheld" => Some(SupervisionAppealOutcome::Upheld),
        "annulled" => Some(SupervisionAppealOutcome::Annulled),
        _ => None,
    };
    let outcome = reading
        .need("outcome", outcome, words.sup_wrong_choice())
        .unwrap_or(SupervisionAppealOutcome::Inadmissible);
    let decided_on = given(reading.form, "decided")
        .and_then(|text| reading.need("decided", day(&text), words.sup_wrong_past()));
    SupervisionRulingForm {
        outcome,
        grounds: reading.form.get("grounds").to_owned(),
        decided_on,
        body_reference: given(reading.form, "reference"),
    }
}

fn deferral(reading: &mut Reading<'_>) -> DeferralForm {
    let words = reading.words;
    let granted = match reading.form.get("waits") {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    };
    let granted = reading.need("waits", granted, words.sup_wrong_choice()).unwrap_or_default();
    let reference = given(reading.form, "reference");
    reading.need("reference", reference.as_ref(), words.cwa_wrong_reference());
    DeferralForm {
        granted,
        grounds: reading.form.get("grounds").to_owned(),
        decided_on: Some(reading.day("decided")),
        body_reference: reference,
        appeal_id: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kroner_are_read_as_people_write_them() {
        for (text, expected) in [
            ("5000", Some(500_000)),
            ("5 000", Some(500_000)),
            ("5\u{a0}000,5", Some(500_050)),
            ("0.05", Some(5)),
            ("", None),
            (",5", None),
            ("1,234", None),
            ("-1", None),
            ("99999999999999999999", None),
            ("92233720368547758,08", None),
        ] {
            assert_eq!(ore(text), expected, "{text}");
        }
    }
}
