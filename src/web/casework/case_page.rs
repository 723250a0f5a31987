//! The page of a case: application, decoded facts, registers, warnings and history on one side; what can
//! be done on the other. What is done is in `deeds.rs`, which shows this page again when it could not be.

use askama::Template;
use chrono::{Days, NaiveDate};
use poem::{
    Response, handler,
    http::StatusCode,
    web::{Data, Path},
};

use super::{
    CASE_PATH, Due, Inside, PATH, PERMIT_PATH, Refusal, appeal, appeal_registered,
    appeal_shown::Appeals,
    application::{Section, sections},
    beside::Beside,
    case_id, caseworker,
    correction::{self, Correction},
    documents,
    facts::{CodeFacts, PermitRow, same, sign},
    frame_at, kept,
    letter::{Draft, Letter},
    ring::Ring,
    status_tone,
};
use crate::{
    app::App,
    case::{
        actions::{
            dossier::{Dossier, dossier},
            preview, time_limit,
        },
        grounds,
        lifecycle::{Status, Step},
        model::{Channel, Purpose},
        queue, signing,
        store::MessageKind,
    },
    document::Document,
    failure::Failure,
    fee::invoice::{actions::non_payment, model::NonPayment},
    identity::Role,
    permit::kind,
    values::{
        calendar::{next_working_day, oslo_date},
        ids::CaseId,
        journal_title,
        language::Language,
        reminder::Reminder,
    },
    web::{
        form::Form,
        frame::{self, Frame},
        problems,
        sign_in::{SignedIn, Visitor},
        texts::Words,
    },
};

/// What stands in the fields of the forms.
#[derive(Debug, Clone, Default)]
pub struct Typed {
    /// Who is to have the case.
    pub to: String,
    /// Reasons that were demanded.
    pub reasons: String,
    /// What the applicant is asked.
    pub question: String,
    /// By when.
    pub due: String,
    /// Another last day for the answer.
    pub answer_day: String,
    /// An answer that came on paper or by telephone.
    pub reply: String,
    /// How it came, as in JSON.
    pub reply_way: String,
    /// The day it came in.
    pub reply_came: String,
    /// A note.
    pub note: String,
    /// Outcome, as in JSON.
    pub outcome: String,
    /// Code of a text of the library.
    pub library: String,
    /// Grounds.
    pub grounds: String,
    /// Conditions, one on each line.
    pub conditions: String,
    /// Day after the last.
    pub until: String,
    /// Why a proposal is sent back.
    pub why: String,
    /// How the time limit is changed, as in JSON.
    pub change: String,
    /// Why.
    pub change_reason: String,
    /// Day something was put to other countries, or they replied.
    pub change_on: String,
    /// Municipalities a ring has ground of.
    pub ring: String,
    /// Why.
    pub ring_why: String,
    /// How the word came that the applicant withdraws, as in JSON.
    pub withdrawal_way: String,
    /// How a demand for reasons came, as in JSON.
    pub reasons_way: String,
    /// The day it came in.
    pub reasons_came: String,
}

impl Typed {
    /// What a form says.
    fn of(form: &Form) -> Self {
        let text = |name: &str| form.get(name).to_owned();
        Self {
            to: text("to"),
            reasons: text("reasons"),
            question: text("question"),
            due: text("due"),
            answer_day: text("answer-day"),
            reply: text("reply"),
            reply_way: text("reply-way"),
            reply_came: text("reply-came"),
            note: text("note"),
            outcome: text("outcome"),
            library: text("library"),
            grounds: text("grounds"),
            conditions: text("conditions"),
            until: text("until"),
            why: text("why"),
            change: text("change"),
            change_reason: text("change-reason"),
            change_on: text("change-on"),
            ring: text("ring"),
            ring_why: text("ring-why"),
            withdrawal_way: text("withdrawal-way"),
            reasons_way: text("reasons-way"),
            reasons_came: text("reasons-came"),
        }
    }
}

/// What is said above the case when something was tried.
#[derive(Default)]
pub struct Said {
    /// What was typed.
    pub typed: Typed,
    /// What was typed about an appeal.
    pub appeal: appeal::Typed,
    /// Fields that are wrong, by name, and what is wrong with them.
    pub wrongs: Vec<(&'static str, &'static str)>,
    /// Why it was refused.
    pub refused: Option<Refusal>,
    /// The last entry of the journal that the form was made after; set when the case has changed since.
    pub seen: Option<i32>,
    /// Letters that are not sent yet, and where on the page each is shown.
    pub previews: Vec<(&'static str, Document)>,
    /// Something was saved.
    pub is_done: bool,
    /// What was typed before a session was over stands on the page.
    pub is_left: bool,
}

impl Said {
    /// With what somebody has typed in a form.
    pub fn of(form: &Form) -> Self {
        let typed = kept::typed(form);
        Self { typed: Typed::of(&typed), appeal: appeal::Typed::of(&typed), ..Self::default() }
    }
}

/// An entry of the journal.
struct Entry {
    number: String,
    link: String,
    title: String,
    who: String,
    when: String,
    arrow: &'static str,
}

/// A message or note.
struct Spoken {
    what: &'static str,
    who: String,
    when: String,
    lines: Vec<String>,
    is_note: bool,
}

/// A decision that waits.
struct Waiting {
    by: String,
    letter: Draft,
    can_sign: bool,
}

/// An outcome to choose: code, name, needs two signatures, is chosen.
type Choice = (&'static str, &'static str, bool, bool);

#[derive(Template)]
#[template(path = "casework_case.html", config = "src/web/askama.toml")]
struct CasePage {
    frame: Frame,
    inside: Inside,
    deed: String,
    version: i32,
    seen: i32,
    number: String,
    title: &'static str,
    purpose: &'static str,
    status: &'static str,
    tone: &'static str,
    due: Due,
    assignee: Option<String>,
    /// Others who have open cases: whom it can be given to.
    colleagues: Vec<String>,
    is_mine: bool,
    is_open: bool,
    can_ask: bool,
    can_reply: bool,
    can_correct: bool,
    /// The application corrected for an answer on paper or by telephone.
    correction: Option<Correction>,
    /// How the time limit can be changed: code, name, is chosen.
    changes_of_limit: Vec<(&'static str, &'static str, bool)>,
    is_new: bool,
    /// Somebody has applied, so that the rules have something to say.
    is_asked: bool,
    /// The authority considers it of its own motion: what it comes to is decided on the page of the permit.
    is_considered: bool,
    /// It waits for what the holder says to the notice it began with, which is no question.
    waits_for_comment: bool,
    changes: Vec<Entry>,
    said: Said,
    facts: Vec<(&'static str, String)>,
    sections: Vec<Section>,
    code: Option<CodeFacts>,
    same: Vec<PermitRow>,
    has_identifiers: bool,
    permits: Vec<PermitRow>,
    cases: Vec<(String, String, &'static str)>,
    case_count: u64,
    signs: Vec<(String, String, bool)>,
    reasons: Vec<(&'static str, String)>,
    /// What the applicant has not paid after a reminder.
    unpaid: Option<String>,
    messages: Vec<Spoken>,
    journal: Vec<Entry>,
    proposal: Option<Waiting>,
    decision: Option<Letter>,
    /// Letters that are not sent yet: where on the page, under which heading, and what.
    previews: Vec<(&'static str, &'static str, Draft)>,
    outcomes: Vec<Choice>,
    library: Vec<(&'static str, &'static str)>,
    tomorrow: String,
    today: String,
    /// By when reasons are to be given that were demanded.
    reasons_due: Option<String>,
    may_demand: bool,
    /// When reasons were given, and what they are.
    reasons_given: Option<(String, Vec<String>)>,
    appeals: Appeals,
    appeal_deed: String,
    /// Where the documents for the appeal body are.
    package: String,
    /// Where the competence of persons named is assessed.
    competence: Option<String>,
    documents: Vec<documents::Row>,
    documents_deed: String,
    letters: Vec<(String, String, String)>,
    permit: Option<String>,
    /// The ring of an application, where its municipalities can be corrected.
    ring: Option<Ring>,
    /// What the page has filled in: field and value.
    given: Vec<(&'static str, String)>,
    /// Texts that were typed in fields which the page has no more.
    left_over: Vec<String>,
}

impl CasePage {
    /// Where its form is sent to, below its own address.
    const fn posts_to(&self) -> &'static str {
        "/deed"
    }

    fn wrong(&self, name: &str) -> Option<&'static str> {
        self.said.wrongs.iter().find(|(own, _)| *own == name).map(|(_, text)| *text)
    }

    /// Texts in fields that the page does not show: the case has come further since they were typed.
    fn unplaced(&self) -> Vec<String> {
        let (typed, appeal) = (&self.said.typed, &self.said.appeal);
        let is_decidable = self.is_open && !self.is_considered && self.proposal.is_none();
        let fields = [
            (&typed.question, self.is_open && self.can_ask),
            (&typed.reply, self.is_open && self.can_reply),
            (&typed.ring_why, self.ring.is_some()),
            (&typed.change_reason, !self.changes_of_limit.is_empty()),
            (&typed.grounds, is_decidable),
            (&typed.conditions, is_decidable),
            (&typed.why, self.proposal.is_some() || self.is_considered),
            (&typed.reasons, self.reasons_due.is_some()),
            (&appeal.grounds, !self.appeals.outcomes.is_empty()),
            (&appeal.conditions, !self.appeals.outcomes.is_empty()),
            (&appeal.waits_grounds, self.appeals.may_defer),
            (&appeal.comment.text, !self.appeals.told.is_empty()),
            (&appeal.new.text, self.appeals.may_register),
            (&appeal.new.late, self.appeals.may_register),
            (&appeal.new.deferral, self.appeals.may_register),
        ];
        let unplaced =
            fields.into_iter().filter(|(text, is_placed)| !is_placed && !text.is_empty());
        unplaced.map(|(text, _)| text.clone()).collect()
    }
}

/// The page of a case.
#[handler]
pub async fn open(
    visitor: Visitor,
    Path(id): Path<String>,
    Data(app): Data<&App>,
) -> poem::Result<Response> {
    let visitor = caseworker(visitor, "anrop:case.read")?;
    let is_done = visitor.reader.query.get("done").is_some();
    let Ok(id) = case_id(&id) else {
        return Ok(problems::page(&visitor.reader, Failure::not_found()));
    };
    let said = match visitor.left() {
        Some(left) => Said { is_left: true, ..Said::of(left) },
        None => Said::default(),
    };
    Ok(shown(app, &visitor, id, StatusCode::OK, Said { is_done, ..said }).await)
}

/// True for the path of the page of a case, below the language.
pub fn is_here(below: &str) -> bool {
    below.strip_prefix("/casework/cases/").is_some_and(|id| case_id(id).is_ok())
}

/// The page with what is to be said above it.
pub async fn shown(
    app: &App,
    visitor: &SignedIn,
    id: CaseId,
    status: StatusCode,
    mut said: Said,
) -> Response {
    let found = async {
        let dossier = dossier(app, &visitor.caller, id).await?;
        let correction = correction::of(app, visitor, &dossier).await?;
        let beside = Beside::of(app, &dossier).await?;
        let unpaid = non_payment(app, dossier.applicant.id).await?;
        let proposed = match &dossier.proposal {
            Some(one) => {
                let by = &one.proposed_by;
                Some(preview::decision_of(app, &dossier, &one.ruling, by).await?)
            }
            None => None,
        };
        let today = oslo_date(app.clock().now());
        let tallies = queue::store::tallies(app.db().read(), today).await?;
        Ok::<_, Failure>((dossier, beside, unpaid, proposed, tallies, correction))
    };
    match found.await {
        Ok((dossier, beside, unpaid, proposed, tallies, correction)) => {
            if let Some(begun) = &correction {
                begun.remind(&mut said.typed);
            }
            let mut page = page(app, visitor, &dossier, &beside, said);
            page.correction = correction;
            page.proposal = waiting(visitor, &dossier, proposed.as_ref());
            let words = visitor.reader.words;
            let text =
                |one: NonPayment| words.cwf_unpaid_text(one.count, words.kroner(one.open_ore));
            page.unpaid = unpaid.map(text);
            let others = queue::rules::assignees(&tallies).into_iter();
            let others = others.filter(|name| page.assignee.as_deref() != Some(*name));
            page.colleagues = others.map(str::to_owned).collect();
            page.left_over = page.unplaced();
            frame::answer(status, &page.frame, &page)
        }
        Err(failure) => super::refused(visitor, failure),
    }
}

fn page(
    app: &App,
    visitor: &SignedIn,
    dossier: &Dossier,
    beside: &Beside,
    mut said: Said,
) -> CasePage {
    let reader = &visitor.reader;
    let words = reader.words;
    let case = &dossier.case;
    let today = oslo_date(app.clock().now());
    let path = CASE_PATH.replace(":id", &case.id.to_string());
    let any = kind::any(case.kind);
    let journal: Vec<Entry> =
        dossier.journal.iter().map(|entry| written(visitor, case, entry)).collect();
    let changes = match said.seen {
        Some(seen) => {
            let newer = dossier.journal.iter().filter(|entry| entry.number > seen);
            newer.map(|entry| written(visitor, case, entry)).collect()
        }
        None => Vec::new(),
    };
    let mut given = vec![
        ("came", today.to_string()),
        ("due", usual_due(today).to_string()),
        ("answer-day", case.waiting_until.unwrap_or(today).to_string()),
        ("reply-came", today.to_string()),
        ("reasons-came", today.to_string()),
    ];
    let days = [
        &mut said.appeal.new.came,
        &mut said.typed.due,
        &mut said.typed.answer_day,
        &mut said.typed.reply_came,
        &mut said.typed.reasons_came,
    ];
    for (day, (_, usual)) in days.into_iter().zip(&given) {
        if day.is_empty() {
            day.clone_from(usual);
        }
    }
    let ring = Ring::of(case, &dossier.application, &said.typed);
    let appeals =
        Appeals::of(visitor, dossier, (&beside.appeals, &beside.appellants), &said.appeal, today);
    given.extend(ring.as_ref().map(|ring| ("ring", ring.given.clone())));
    given.extend(["appeal-way", "comment-way"].map(|way| (way, Channel::Paper.code().to_owned())));
    given.push(("who", appeal_registered::APPLICANT.to_owned()));
    given.push(("who-language", Language::default().code().to_owned()));
    if let [(letter, _, _)] = appeals.told.as_slice() {
        given.push(("told", letter.clone()));
    }
    let is_open = case.status.is_open();
    let reasons = beside.reasons.as_ref();
    let library = grounds::library(case.kind, today, reader.language(), case.language);
    let others = dossier.cases.0.iter().map(|other| {
        let link = reader.link(format_args!("{PATH}/cases/{}", other.id));
        (link, other.display_number(), words.case_status(other.status))
    });
    CasePage {
        frame: frame_at(visitor, case.display_number(), &path),
        inside: Inside::of(visitor, "").with_keys(&[
            ("t", words.cw_key_take()),
            ("o", words.cw_key_ask()),
            ("n", words.cw_key_note()),
            ("v", words.cw_key_decide()),
        ]),
        deed: reader.link(format_args!("{path}/deed")),
        version: case.version,
        seen: dossier.journal.last().map_or(0, |entry| entry.number),
        number: case.display_number(),
        title: any.title(reader.language()),
        purpose: words.case_purpose(case.purpose),
        status: words.case_status(case.status),
        tone: status_tone(case.status),
        due: Due::of(words, case, today),
        assignee: case.assignee.clone(),
        colleagues: Vec::new(),
        is_mine: case.assignee.as_deref() == Some(&visitor.caller.subject),
        is_open,
        can_ask: matches!(case.status, Status::Submitted | Status::UnderReview),
        can_reply: case.status.after(Step::Reply).is_ok(),
        can_correct: correction::is_possible(visitor, case),
        correction: None,
        changes_of_limit: time_limit::allowed(case, today)
            .into_iter()
            .map(|one| (one.code(), words.cwc_change(one), one.code() == said.typed.change))
            .collect(),
        is_new: case.purpose == Purpose::New,
        is_asked: !case.purpose.is_own_motion(),
        is_considered: case.is_considered(),
        waits_for_comment: case.waits_for_comment(),
        facts: facts(visitor, dossier),
        sections: sections(words, case.kind, case.purpose, &dossier.application),
        code: CodeFacts::of(words, case.kind, &dossier.application),
        same: same(reader, dossier),
        has_identifiers: matches!(case.kind, kind::Kind::Plb | kind::Kind::Aircraft),
        permits: dossier.permits.iter().map(|one| PermitRow::of(reader, one)).collect(),
        cases: others.collect(),
        case_count: dossier.cases.1,
        signs: dossier.signs.iter().map(|asked| sign(words, asked)).collect(),
        reasons: dossier.reasons.iter().map(|one| (one.code, one.text(words.language()))).collect(),
        unpaid: None,
        messages: messages(visitor, dossier),
        previews: said.previews.iter().map(|&(at, ref letter)| draft(words, at, letter)).collect(),
        decision: Letter::made(dossier),
        outcomes: outcomes(visitor, dossier, &said.typed.outcome, today),
        library: library.iter().map(|ground| (ground.code, ground.title)).collect(),
        tomorrow: (today + Days::new(1)).to_string(),
        today: today.to_string(),
        reasons_due: reasons.filter(|one| one.given.is_none()).map(|one| {
            words.cwc_reasons_due(words.date(oslo_date(one.received_at)), words.date(one.due_on))
        }),
        may_demand: beside.may_demand,
        reasons_given: reasons.and_then(|one| one.given.as_ref()).map(|given| {
            let head = words.cwc_reasons_given(&given.by, words.moment(given.at));
            (head, given.text.lines().map(str::to_owned).collect())
        }),
        appeals,
        appeal_deed: reader.link(format_args!("{path}/appeal")),
        package: reader.link(format_args!("{path}/appeal-package")),
        competence: dossier
            .reasons
            .iter()
            .any(|one| one.code == "person-not-assessed")
            .then(|| reader.link(format_args!("{path}/competence"))),
        documents: beside
            .documents
            .iter()
            .map(|one| documents::Row::of(visitor, case, one))
            .collect(),
        documents_deed: reader.link(format_args!("{path}/documents")),
        letters: beside.letters(visitor),
        permit: case.permit.map(|id| reader.link(PERMIT_PATH.replace(":id", &id.to_string()))),
        ring,
        given,
        left_over: Vec::new(),
        proposal: None,
        changes,
        journal,
        said,
    }
}

/// A letter that is not sent yet, with where on the page it is shown and under which heading.
fn draft(words: Words, at: &'static str, letter: &Document) -> (&'static str, &'static str, Draft) {
    let title = match at {
        "to-body" => words.cwc_preview_body_title(),
        _ => words.cwc_preview_title(),
    };
    (at, title, Draft::of(letter))
}

/// The decision that waits for its second signature, with the letter it would be.
fn waiting(visitor: &SignedIn, dossier: &Dossier, letter: Option<&Document>) -> Option<Waiting> {
    let words = visitor.reader.words;
    let (proposal, letter) = (dossier.proposal.as_ref()?, letter?);
    let is_other = proposal.proposed_by != visitor.caller.subject;
    Some(Waiting {
        by: words.cwc_proposed_by(&proposal.proposed_by, words.moment(proposal.proposed_at)),
        letter: Draft::of(letter),
        can_sign: visitor.caller.is(Role::Supervisor) && is_other,
    })
}

/// The day an answer is due unless the caseworker says otherwise.
fn usual_due(today: NaiveDate) -> NaiveDate {
    let days = Reminder::InformationRequest.days(today).unwrap_or(1);
    next_working_day(today + Days::new(days.unsigned_abs()))
}

fn outcomes(visitor: &SignedIn, dossier: &Dossier, chosen: &str, today: NaiveDate) -> Vec<Choice> {
    let words = visitor.reader.words;
    let case = &dossier.case;
    // of its own motion the authority grants and refuses nothing
    let is_asked = !case.purpose.is_own_motion();
    [
        (Step::Grant, if is_asked { words.cwc_grant() } else { words.case_purpose(case.purpose) }),
        (Step::GrantPartly, words.cwc_grant_partly()),
        (Step::Refuse, words.cwc_refuse()),
        (Step::Dismiss, words.cwc_dismiss()),
    ]
    .into_iter()
    .filter(|(step, _)| case.status.after(*step).is_ok())
    .filter(|(step, _)| *step == Step::Grant || is_asked)
    .filter_map(|(step, name)| {
        let code = signing::rules::outcome(step)?;
        Some((
            code,
            name,
            signing::rules::is_needed((case.kind, case.purpose), step, today),
            code == chosen,
        ))
    })
    .collect()
}

fn facts(visitor: &SignedIn, dossier: &Dossier) -> Vec<(&'static str, String)> {
    let words = visitor.reader.words;
    let case = &dossier.case;
    let channel = match (case.channel.as_str(), &case.registered_by) {
        (channel, Some(name)) => {
            format!("{}, {}", words.case_channel(channel), words.cwc_registered_by(name))
        }
        (channel, None) => words.case_channel(channel),
    };
    let mut facts = vec![
        (words.cwc_applicant(), dossier.applicant.details.name.clone()),
        (words.cw_received(), words.moment(case.submitted_at)),
        (words.cwc_channel(), channel),
        (words.cwc_language(), case.language.name().to_owned()),
    ];
    facts.extend(dossier.new_holder.clone().map(|name| (words.cwc_new_holder(), name)));
    facts
}

fn written(
    visitor: &SignedIn,
    case: &crate::case::store::Case,
    entry: &crate::journal::Entry,
) -> Entry {
    let words = visitor.reader.words;
    Entry {
        number: format!("{}-{}", case.display_number(), entry.number),
        link: visitor.reader.link(format_args!("/casework/journal/{}", entry.id)),
        title: journal_title::in_language(&entry.title, words.language()).to_owned(),
        who: entry.actor.clone(),
        when: words.moment(entry.at),
        arrow: match entry.direction.as_str() {
            "in" => "→",
            "out" => "←",
            _ => "·",
        },
    }
}

fn messages(visitor: &SignedIn, dossier: &Dossier) -> Vec<Spoken> {
    let words = visitor.reader.words;
    let shown = |message: &crate::case::store::Message| {
        let is_reply = message.kind == MessageKind::Reply.code();
        let is_note = message.kind == MessageKind::Note.code();
        Spoken {
            what: match (is_reply, is_note) {
                (true, _) => words.cwc_reply(),
                (_, true) => words.cwc_note(),
                _ => words.cwc_question(),
            },
            who: if is_reply {
                words.cwc_from_applicant().to_owned()
            } else {
                message.author.clone()
            },
            when: words.moment(message.created_at),
            lines: message.text.lines().map(str::to_owned).collect(),
            is_note,
        }
    };
    dossier.messages.iter().map(shown).collect()
}
