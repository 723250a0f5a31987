//! The appeals of a case as its page shows them: what came and when, what can become of the open one, and what that
//! would mean for the permit. Nothing is changed.

use chrono::NaiveDate;

use super::appeal::Typed;
use crate::{
    app::App,
    appeal::{
        actions::by_body,
        model::{Appeal, AppealStatus},
        store,
    },
    case::{actions::dossier::Dossier, lifecycle::Status, model::Purpose, store::Case},
    failure::Failure,
    task::store::duty::appeal_due,
    values::{
        appeal_body::{appeal_body, find},
        calendar::oslo_date,
    },
    web::{sign_in::SignedIn, texts::Words},
};

/// An appeal as the page of its case shows it.
pub struct Shown {
    /// Where it stands, in words.
    pub status: &'static str,
    /// It waits.
    pub is_open: bool,
    /// When it came, and by when it is to be considered.
    pub when: Vec<String>,
    /// It came late: what the law says of that.
    pub late: Option<String>,
    /// Why.
    pub late_reason: Option<String>,
    /// What the party writes.
    pub lines: Vec<String>,
    /// Why the decision should wait, where that is asked for.
    pub deferral: Vec<String>,
    /// Grounds of the latest step.
    pub grounds: Vec<String>,
}

/// What a case page has of appeals.
pub struct Appeals {
    /// The appeals, the oldest first.
    pub list: Vec<Shown>,
    /// What can become of the open one: code, name, is chosen.
    pub outcomes: Vec<(&'static str, String, bool)>,
    /// The appeal body has it.
    pub is_with_body: bool,
    /// What goes to the appeal body.
    pub documents: String,
    /// What a reversal would mean.
    pub effect: &'static str,
    /// One that came on paper can be registered.
    pub may_register: bool,
    /// It can be written down whether the decision waits for the open one.
    pub may_defer: bool,
    /// There is an appeal, so that the documents can be had for the appeal body.
    pub has_package: bool,
}

fn paragraphs(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

impl Appeals {
    /// Of a case.
    pub fn of(
        visitor: &SignedIn,
        dossier: &Dossier,
        appeals: &[Appeal],
        typed: &Typed,
        today: NaiveDate,
    ) -> Self {
        let words = visitor.reader.words;
        let case = &dossier.case;
        let open = appeals.last().filter(|appeal| appeal.status.is_open());
        let is_with_body = open.is_some_and(|appeal| appeal.status == AppealStatus::Forwarded);
        let body = appeal_body(dossier.decision_type, today);
        let is_ours = body.is_some_and(|body| !by_body(body));
        let body = body.map_or("", |body| body.name(words.language()));
        let outcomes = match open {
            None => Vec::new(),
            Some(_) if is_with_body => vec![
                (AppealStatus::Upheld, words.cwa_upheld().to_owned()),
                (AppealStatus::Changed, words.cwa_changed().to_owned()),
                (AppealStatus::Annulled, words.cwa_annulled().to_owned()),
            ],
            Some(_) => vec![
                (AppealStatus::Forwarded, words.cwa_forward(body)),
                (AppealStatus::Reversed, words.cwa_reverse().to_owned()),
                (AppealStatus::Inadmissible, words.cwa_inadmissible().to_owned()),
            ],
        };
        let passed = dossier.journal.iter().filter(|entry| entry.direction != "internal").count();
        Self {
            list: appeals.iter().map(|appeal| one(words, appeal, today)).collect(),
            outcomes: outcomes
                .into_iter()
                .map(|(status, name)| (status.code(), name, status.code() == typed.outcome))
                .collect(),
            is_with_body,
            documents: words.cwa_forward_documents(passed),
            effect: effect(words, dossier),
            may_defer: (is_with_body || is_ours)
                && open.is_some_and(|appeal| appeal.deferral_answer.is_none()),
            has_package: !appeals.is_empty(),
            may_register: case.status.is_decided()
                || matches!(case.status, Status::Upheld | Status::Reversed),
        }
    }
}

/// What follows for the permit when the decision of a case is reversed.
fn effect(words: Words, dossier: &Dossier) -> &'static str {
    let case = &dossier.case;
    let decided = case.outcome.as_deref().and_then(Status::from_code);
    match (case.purpose, decided) {
        (Purpose::Suspension | Purpose::Revocation, _) => words.cwa_effect_restore(),
        (_, Some(Status::Refused)) => words.cwa_effect_grant(),
        (_, Some(Status::Dismissed)) => words.cwa_effect_again(),
        (Purpose::Amendment, _) if dossier.is_undoable => words.cwa_effect_before(),
        _ => words.cwa_effect_conditions(),
    }
}

/// What was decided about the decision waiting, in words.
pub fn answer_of(words: Words, appeal: &Appeal) -> Option<String> {
    let answer = appeal.deferral_answer.as_ref()?;
    let what = if answer.is_granted { words.cwa_did_wait() } else { words.cwa_did_not_wait() };
    Some(match &answer.body_decision {
        Some((day, reference)) => format!("{what} ({}, {reference})", words.date(*day)),
        None => what.to_owned(),
    })
}

fn one(words: Words, appeal: &Appeal, today: NaiveDate) -> Shown {
    let received = oslo_date(appeal.received_at);
    let mut when = vec![words.cwa_received(words.date(received))];
    if appeal.appellant.is_some() {
        when.push(words.cwa_by_new_holder().to_owned());
    }
    if appeal.status == AppealStatus::Received {
        let due = appeal_due(received);
        let day = words.date(due);
        when.push(if due < today { words.cwa_overdue(day) } else { words.cwa_due(day) });
    }
    when.extend(with_body(words, appeal.body.as_deref(), appeal.forwarded_at.map(oslo_date)));
    when.extend(answer_of(words, appeal));
    if let Some((day, reference)) = &appeal.body_decision {
        when.push(format!("{} ({reference})", words.date(*day)));
    }
    if let Some((at, _)) = &appeal.closed {
        when.push(words.cwa_closed(words.date(oslo_date(*at))));
    }
    let late = (!appeal.in_time).then(|| {
        let day = appeal.period_ends_on.map_or_else(String::new, |day| words.date(day));
        words.cwa_late_by(day)
    });
    Shown {
        status: words.appeal_status(appeal.status),
        is_open: appeal.status.is_open(),
        when,
        late,
        late_reason: appeal.late_reason.clone(),
        lines: paragraphs(&appeal.text),
        deferral: appeal.deferral.as_deref().map(paragraphs).unwrap_or_default(),
        grounds: appeal.grounds.as_deref().map(paragraphs).unwrap_or_default(),
    }
}

/// With which body it lies, and since when.
pub fn with_body(words: Words, body: Option<&str>, since: Option<NaiveDate>) -> Option<String> {
    let body = find(body?)?;
    Some(words.cwa_with_body(body.name(words.language()), words.date(since?)))
}

/// The appeals of a case.
///
/// # Errors
/// When the database does not answer.
pub async fn of_case(app: &App, case: &Case) -> Result<Vec<Appeal>, Failure> {
    let connection = app.db().read();
    let key = crate::party::store::data_key(connection, &app.keys(), case.applicant).await?;
    store::of_case(connection, &key, case.id).await
}
