//! The appeals of a case as its page shows them: what came, from whom and when, what can become of those that are open, and
//! what that would mean for the permit. Nothing is changed.

use std::collections::HashMap;

use chrono::NaiveDate;

use super::{appeal::Typed, appeal_comment, appeal_registered};
use crate::{
    app::App,
    appeal::{
        actions::by_body,
        model::{Appeal, AppealStatus, Comment},
        rules::commented_until,
        store,
    },
    case::{
        actions::dossier::Dossier,
        lifecycle::{Status, Step},
        model::Purpose,
        store::Case,
    },
    failure::Failure,
    task::store::duty::appeal_due,
    values::{
        appeal_body::{appeal_body, find},
        calendar::oslo_date,
        ids::PartyId,
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
    /// Other parties that were told of it, and what they say.
    pub comments: Vec<(String, Vec<String>)>,
}

/// What a case page has of appeals.
pub struct Appeals {
    /// The appeals, the oldest first.
    pub list: Vec<Shown>,
    /// The open ones, where there are several and one must be chosen: id, name, is chosen.
    pub which: Vec<(String, String, bool)>,
    /// Those of them it is not written down of whether the decision waits for them.
    pub waits_which: Vec<(String, String, bool)>,
    /// What can become of an open one: code, name, is chosen.
    pub outcomes: Vec<(&'static str, String, bool)>,
    /// The authority has one to consider.
    pub is_ours: bool,
    /// The appeal body has one.
    pub is_with_body: bool,
    /// What goes to the appeal body.
    pub documents: String,
    /// Until when one cannot be forwarded, since others may comment on it.
    pub waits: Option<String>,
    /// What a reversal would mean.
    pub effect: &'static str,
    /// Who was told of an open one and has not commented: letter, name, is chosen.
    pub told: Vec<(String, String, bool)>,
    /// One that came on paper can be registered.
    pub may_register: bool,
    /// Who may be named as its appellant: code, name, is chosen.
    pub who: Vec<(&'static str, String, bool)>,
    /// Languages of letters to somebody new: code, name, is chosen.
    pub languages: Vec<(&'static str, &'static str, bool)>,
    /// It can be written down whether the decision waits for the open one.
    pub may_defer: bool,
    /// There is an appeal, so that the documents can be had for the appeal body.
    pub has_package: bool,
}

fn paragraphs(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

/// Appeals to choose from, where there are several: id, name, is chosen.
fn choices(
    words: Words,
    appeals: &[&Appeal],
    who: impl Fn(&Appeal) -> String,
    chosen: &str,
) -> Vec<(String, String, bool)> {
    if appeals.len() < 2 {
        return Vec::new();
    }
    let choice = |appeal: &&Appeal| {
        let (id, day) = (appeal.id.to_string(), words.date(oslo_date(appeal.received_at)));
        let is_chosen = id == chosen;
        (id, words.cwa_which_one(who(appeal), day), is_chosen)
    };
    appeals.iter().map(choice).collect()
}

impl Appeals {
    /// Of a case; `names` are those of appellants besides who the case is of.
    pub fn of(
        visitor: &SignedIn,
        dossier: &Dossier,
        (appeals, names): (&[Appeal], &HashMap<PartyId, String>),
        typed: &Typed,
        today: NaiveDate,
    ) -> Self {
        let words = visitor.reader.words;
        let case = &dossier.case;
        let name =
            |party: PartyId| names.get(&party).unwrap_or(&dossier.applicant.details.name).clone();
        let who = |appeal: &Appeal| name(appeal.appellant.unwrap_or(case.applicant));
        let list = appeals.iter().map(|one| Shown {
            comments: one.comments.iter().map(|told| comment(words, told, name, today)).collect(),
            ..shown(words, case, (one, who(one)), today)
        });
        let open: Vec<&Appeal> = appeals.iter().filter(|one| one.status.is_open()).collect();
        let is_ours = open.iter().any(|one| one.status == AppealStatus::Received);
        let is_with_body = open.iter().any(|one| one.status == AppealStatus::Forwarded);
        let body = appeal_body(dossier.decision_type, today);
        let is_ours_to_defer = body.is_some_and(|body| !by_body(body));
        let body = body.map_or("", |body| body.name(words.language()));
        let mut outcomes = Vec::new();
        if is_ours {
            outcomes.push((AppealStatus::Forwarded, words.cwa_forward(body)));
            if !is_with_body {
                outcomes.push((AppealStatus::Reversed, words.cwa_reverse().to_owned()));
            }
            outcomes.push((AppealStatus::Inadmissible, words.cwa_inadmissible().to_owned()));
        }
        if is_with_body {
            outcomes.push((AppealStatus::Upheld, words.cwa_upheld().to_owned()));
            outcomes.push((AppealStatus::Changed, words.cwa_changed().to_owned()));
            outcomes.push((AppealStatus::Annulled, words.cwa_annulled().to_owned()));
        }
        let unanswered: Vec<&Appeal> = open
            .iter()
            .copied()
            .filter(|one| one.deferral_answer.is_none())
            .filter(|one| is_ours_to_defer || one.status == AppealStatus::Forwarded)
            .collect();
        let ours = open.iter().filter(|one| one.status == AppealStatus::Received);
        let waits = ours.filter_map(|one| commented_until(one, today)).max();
        let waits = waits.map(|day| words.cwa_forward_waits(words.date(day)));
        let passed = dossier.journal.iter().filter(|entry| entry.direction != "internal").count();
        Self {
            list: list.collect(),
            which: choices(words, &open, who, &typed.which),
            waits_which: choices(words, &unanswered, who, &typed.waits_which),
            outcomes: outcomes
                .into_iter()
                .map(|(status, name)| (status.code(), name, status.code() == typed.outcome))
                .collect(),
            is_ours,
            is_with_body,
            documents: words.cwa_forward_documents(passed),
            waits,
            effect: effect(words, dossier),
            may_defer: !unanswered.is_empty(),
            has_package: !appeals.is_empty(),
            told: appeal_comment::choices(dossier, appeals, name, &typed.comment),
            may_register: case.status.after(Step::Appeal).is_ok(),
            who: appeal_registered::choices(words, dossier, &typed.new),
            languages: appeal_registered::languages(&typed.new),
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

fn shown(words: Words, case: &Case, (appeal, who): (&Appeal, String), today: NaiveDate) -> Shown {
    let received = oslo_date(appeal.received_at);
    let mut when = vec![words.cwa_received(words.date(received))];
    if let Some(channel) = appeal.channel {
        when.push(words.case_channel(channel.code()));
    }
    when.extend(appeal.posted_on.map(|day| words.cwa_posted_on(words.date(day))));
    if appeal.appellant.is_some() {
        when.push(words.cwa_by(who));
    }
    if appeal.appellant.is_some() && appeal.appellant == case.new_holder() {
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
        comments: Vec::new(),
    }
}

/// Another party that was told of an appeal, and what they say to it.
fn comment(
    words: Words,
    told: &Comment,
    name: impl Fn(PartyId) -> String,
    today: NaiveDate,
) -> (String, Vec<String>) {
    let (who, due) = (name(told.party), words.date(told.due_on));
    match &told.said {
        Some(said) => {
            let day = words.date(oslo_date(said.received_at));
            (words.cwa_commented(who, day), paragraphs(&said.text))
        }
        None if told.due_on < today => (words.cwa_no_comment(who, due), Vec::new()),
        None => (words.cwa_may_comment(who, due), Vec::new()),
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
