//! A supervision case: what it is about, what was done, its reports and journal, and what can be done now. What is done
//! is in `deeds.rs`, which shows this page again when it could not be.

use askama::Template;
use poem::{
    IntoResponse as _, Response, handler,
    http::StatusCode,
    web::{Data, Path},
};

use super::{
    CASE_PATH, Inside, REPORT_PATH, SCOPE, Undone, caseworker, deed_forms, deeds, frame_at, range,
    severity_tone, status_tone, undone, visitor_link,
};
use crate::web::casework::appeal_shown::answer_of;
use crate::{
    app::App,
    case_file::{package, wire::ZipFile},
    failure::Failure,
    interference::rules,
    letter::rules::supervision::kroner,
    supervision::{
        actions::dossier::{Dossier, Shown, dossier},
        model::{Deed, FineWay, Standing},
        wire::{case_id, decision_id},
    },
    values::{calendar::oslo_date, journal_title},
    web::{
        entry::DeedForm,
        form::Form,
        frame::{self, Frame},
        problems,
        sign_in::{SignedIn, Visitor, see},
        texts::Words,
    },
};

/// Something that was done.
struct Step {
    what: &'static str,
    tone: &'static str,
    standing: Option<&'static str>,
    lines: Vec<String>,
    facts: Vec<(&'static str, String)>,
    who: String,
    when: String,
    letter: Option<String>,
    appeals: Vec<(String, Vec<String>)>,
    /// Where the documents for the appeal body are.
    package: Option<String>,
}

#[derive(Template)]
#[template(path = "casework_supervision_case.html", config = "src/web/askama.toml")]
struct CasePage {
    frame: Frame,
    inside: Inside,
    number: String,
    status: &'static str,
    tone: &'static str,
    severity: &'static str,
    severity_tone: &'static str,
    is_overdue: bool,
    is_done: bool,
    refused: Option<(String, String)>,
    matter: Vec<String>,
    facts: Vec<(&'static str, String)>,
    steps: Vec<Step>,
    reports: Vec<(String, String)>,
    journal: Vec<(String, String, String)>,
    action: String,
    version: i32,
    forms: Vec<DeedForm>,
}

/// The page of a case.
#[handler]
pub async fn open(
    visitor: Visitor,
    Path(id): Path<String>,
    Data(app): Data<&App>,
) -> poem::Result<Response> {
    let visitor = caseworker(visitor, SCOPE)?;
    Ok(shown(app, &visitor, &id, &Form::default(), StatusCode::OK, Undone::default()).await)
}

/// The documents of the case of a decision for the appeal body, as a file to be saved.
#[handler]
pub async fn documents(
    visitor: Visitor,
    Path(id): Path<String>,
    Data(app): Data<&App>,
) -> poem::Result<Response> {
    let visitor = caseworker(visitor, SCOPE)?;
    let made = async { package::of_supervision(app, &visitor.caller, decision_id(&id)?).await };
    Ok(match made.await {
        Ok(package) => ZipFile(package).into_response(),
        Err(failure) => problems::page(&visitor.reader, failure),
    })
}

/// Does what the form says, or shows the page again.
#[handler]
pub async fn carry(
    visitor: Visitor,
    Path(id): Path<String>,
    form: Form,
    Data(app): Data<&App>,
) -> poem::Result<Response> {
    let visitor = caseworker(visitor, SCOPE)?;
    visitor.own(&form)?;
    let reader = &visitor.reader;
    let (status, undone) = match deeds::carry_out(app, &visitor, &id, &form).await {
        Ok(()) => {
            return Ok(see(&format!("{}?done=yes", visitor_link(reader, CASE_PATH, &id))));
        }
        Err(deeds::Undone::Failed(failure)) => undone(reader, &form, failure)?,
        Err(deeds::Undone::Wrong(wrongs)) => {
            let text = reader.words.case_problem(crate::failure::Problem::InvalidContent);
            let undone = Undone {
                deed: form.get("deed").to_owned(),
                target: form.get("target").to_owned(),
                refused: Some((text.to_owned(), String::new())),
                wrongs,
            };
            (StatusCode::UNPROCESSABLE_ENTITY, undone)
        }
    };
    Ok(shown(app, &visitor, &id, &form, status, undone).await)
}

async fn shown(
    app: &App,
    visitor: &SignedIn,
    id: &str,
    form: &Form,
    status: StatusCode,
    undone: Undone,
) -> Response {
    let page = async {
        let dossier = dossier(app, &visitor.caller, case_id(id)?).await?;
        Ok::<_, Failure>(page(app, visitor, &dossier, form, undone))
    };
    match page.await {
        Ok(page) => frame::answer(status, &page.frame, &page),
        Err(failure) => problems::page(&visitor.reader, failure),
    }
}

fn page(app: &App, visitor: &SignedIn, dossier: &Dossier, form: &Form, undone: Undone) -> CasePage {
    let reader = &visitor.reader;
    let words = reader.words;
    let case = &dossier.case;
    let today = oslo_date(app.clock().now());
    let path = CASE_PATH.replace(":id", &case.id.to_string());
    let journal = dossier.journal.iter().map(|entry| {
        let title = journal_title::in_language(&entry.title, words.language()).to_owned();
        let number = format!("{}-{}", case.display_number(), entry.number);
        (number, title, format!("{}, {}", entry.actor, words.moment(entry.at)))
    });
    let reports = dossier
        .reports
        .iter()
        .map(|(report, _)| (visitor_link(reader, REPORT_PATH, report.id), report.display_number()));
    CasePage {
        frame: frame_at(visitor, case.display_number(), &path),
        inside: Inside::of(visitor, ""),
        number: case.display_number(),
        status: words.sup_state(case.status),
        tone: status_tone(case.status),
        severity: rules::severity_title(case.severity, reader.language()),
        severity_tone: severity_tone(case.severity),
        is_overdue: case.due_on.is_some_and(|due| due < today),
        is_done: reader.query.get("done").is_some(),
        matter: dossier.matter.text.lines().map(str::to_owned).collect(),
        facts: facts(words, dossier),
        steps: dossier.acts.iter().map(|shown| step(visitor, shown)).collect(),
        reports: reports.collect(),
        journal: journal.collect(),
        action: reader.link(format_args!("{path}/deed")),
        version: case.version,
        forms: deed_forms::forms(visitor, dossier, form, &undone),
        refused: undone.refused,
    }
}

fn facts(words: Words, dossier: &Dossier) -> Vec<(&'static str, String)> {
    let case = &dossier.case;
    let respondent = match (&dossier.respondent, &dossier.matter.suspect) {
        (Some(party), _) => party.details.name.clone(),
        (None, Some(suspect)) => format!("{} ({suspect})", words.sup_nobody_knows()),
        (None, None) => words.sup_nobody_knows().to_owned(),
    };
    let mut facts = vec![
        (words.sup_respondent(), respondent),
        (words.sup_assignee(), case.assignee.clone()),
        (words.sup_opened(), words.moment(case.opened_at)),
    ];
    facts.extend(dossier.permit_number.clone().map(|number| (words.permit_number(), number)));
    facts.extend(case.range.map(|both| (words.sup_frequency(), range(words, both))));
    facts.extend(case.due_on.map(|due| (words.sup_due(), words.date(due))));
    facts.extend(case.corrected_on.map(|day| (words.sup_corrected_on(), words.date(day))));
    facts.extend(
        case.outcome
            .map(|outcome| (words.sup_outcome_field(), words.sup_outcome(outcome).to_owned())),
    );
    if dossier.acts.iter().any(|shown| shown.accrued.is_some()) {
        let amount = kroner(dossier.accrued(), words.language());
        facts.push((words.sup_accrued(), words.sup_accrued_value(amount)));
    }
    facts
}

fn step(visitor: &SignedIn, shown: &Shown) -> Step {
    let words = visitor.reader.words;
    let act = &shown.act;
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
    let mut facts = Vec::new();
    let (what, mut said) = match &act.deed {
        Deed::Measurement(one) => {
            facts.push((words.sup_day(), words.moment(one.measured_at)));
            facts.push((words.sup_place(), one.site.clone()));
            facts.push((words.sup_frequency(), range(words, (one.frequency, one.frequency))));
            let level = words.decimal(f64::from(one.level) / 100.0, 2);
            let unit = match one.unit.code() {
                "dBuV/m" => "dBµV/m",
                other => other,
            };
            facts.push((words.sup_level(), format!("{level} {unit}")));
            facts.push((words.sup_bandwidth(), range(words, (one.bandwidth, one.bandwidth))));
            facts.push((words.sup_equipment(), one.equipment.clone()));
            facts.push((words.sup_measured_by(), one.measured_by.clone()));
            (words.sup_kind_measurement(), Vec::new())
        }
        Deed::Notice { text } => (words.sup_kind_notice(), lines(text)),
        Deed::Remark { from_respondent: true, text } => (words.sup_kind_remark(), lines(text)),
        Deed::Remark { text, .. } => (words.sup_kind_note(), lines(text)),
        Deed::Order { text, grounds, .. } => {
            (words.sup_kind_order(), [lines(text), lines(grounds)].concat())
        }
        Deed::CoerciveFine { terms, grounds } => {
            let money = |ore| kroner(ore, words.language());
            let (amount, from) = (money(terms.amount), words.date(terms.from));
            let mut said = vec![match terms.way {
                FineWay::Running => words.sup_fine_running(amount, from),
                FineWay::OneOff => words.sup_fine_once(amount, from),
            }];
            said.extend(terms.maximum.map(|most| words.sup_fine_most(money(most))));
            if let Some(accrued) = shown.accrued {
                said.push(words.sup_fine_so_far(money(accrued.amount), accrued.days));
                if accrued.is_paused {
                    said.push(words.sup_fine_paused().to_owned());
                }
            }
            said.extend(shown.invoice.as_ref().map(|one| {
                words.sup_fine_invoice(one.number, money(one.open_ore()), words.date(one.due_on))
            }));
            said.extend(lines(grounds));
            (words.sup_kind_fine(), said)
        }
    };
    if let Some(due) = act.due_on {
        said.push(words.sup_by(words.date(due)));
    }
    let (standing, tone) = match act.standing {
        Standing::Recorded => (None, ""),
        Standing::Proposed => (Some(words.sup_standing_proposed()), "warn"),
        Standing::SentBack => (Some(words.sup_standing_back()), ""),
        Standing::InForce => (Some(words.sup_standing_force()), "ok"),
        Standing::Annulled => (Some(words.sup_standing_annulled()), "danger"),
    };
    let appeals = shown.appeals.iter().map(|appeal| {
        let late = if appeal.in_time { "" } else { words.sup_appeal_late() };
        let deferral = appeal.deferral.as_deref();
        let deferral = deferral.map(|why| format!("{}: {why}", words.cwa_deferral()));
        let said: Vec<String> = [Some(appeal.text.clone()), deferral, answer_of(words, appeal)]
            .into_iter()
            .flatten()
            .collect();
        (format!("{} {late}", words.moment(appeal.received_at)), said)
    });
    Step {
        what,
        tone,
        standing,
        lines: said,
        facts,
        who: match &act.signed_by {
            Some(second) => words.sup_signed(&act.actor, second),
            None => act.actor.clone(),
        },
        when: words.moment(act.made_at),
        letter: act.letter.map(|letter| visitor.reader.link(format_args!("/letters/{letter}"))),
        appeals: appeals.collect(),
        package: (!shown.appeals.is_empty())
            .then(|| visitor.reader.link(super::PACKAGE_PATH.replace(":id", &act.id.to_string()))),
    }
}
