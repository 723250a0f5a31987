//! What goes to the body that decides an appeal: a letter with the appeal, what the authority says to it and the list of
//! what is enclosed (forvaltningsloven § 33), journaled in the case with the body as its receiver. The same for decisions
//! on permits, of supervision and on fees.

use chrono::{DateTime, Utc};

use crate::{
    app::App,
    appeal::{
        model::Appeal,
        store::dispatch::{self, Dispatch},
    },
    database::{Connection, Tx},
    document::{Document, render_pdf},
    failure::Failure,
    journal::{self, Direction},
    keys::DataKey,
    letter::{
        actions::{head, right_of, said},
        model::{Author, ForwardedFacts, Head, ListedDocument},
        rules::{appeal as rules, begun},
    },
    party::model::{Identity, Party},
    values::{
        appeal_body::AppealBody, calendar::oslo_date, ids::CaseId, journal_title,
        language::Language,
    },
};

/// An appeal on its way to the appeal body.
pub(crate) struct Forwarding<'a> {
    /// The app.
    pub app: &'a App,
    /// The transaction of the step.
    pub tx: &'a Tx,
    /// The appeal.
    pub appeal: &'a Appeal,
    /// Who decides it.
    pub body: &'static AppealBody,
    /// The case in whose journal it stands, and its number.
    pub case: (CaseId, &'a str),
    /// The key that the appeal lies under.
    pub key: &'a DataKey,
    /// Who appeals.
    pub appellant: &'a Party,
    /// The language of the case.
    pub language: Language,
    /// What the decision is about, in a language.
    pub about: &'a (dyn Fn(Language) -> String + Sync),
    /// What the authority says to the appeal.
    pub statement: &'a str,
    /// Who sends it.
    pub actor: &'a str,
}

/// The form of Norwegian that an appeal body is written to in: that of the case, bokmål where the case is in English.
pub(crate) const fn official(language: Language) -> Language {
    match language {
        Language::English => Language::Bokmal,
        own => own,
    }
}

/// What is said to the appeal body, and about what.
pub(crate) struct ToBody<'a> {
    /// The appeal.
    pub appeal: &'a Appeal,
    /// Who decides it.
    pub body: &'static AppealBody,
    /// Number of the case.
    pub case_number: &'a str,
    /// Who appeals.
    pub appellant: &'a Party,
    /// The language it is written in.
    pub language: Language,
    /// What the decision is about, in that language.
    pub about: String,
    /// What the authority says to the appeal.
    pub statement: &'a str,
    /// Who sends it.
    pub actor: &'a str,
}

/// The letter to the appeal body, under a number in the journal of the case.
pub(crate) fn letter_to_body(
    app: &App,
    at: DateTime<Utc>,
    what: ToBody<'_>,
    number: String,
    documents: &[ListedDocument],
) -> Document {
    let (appeal, language) = (what.appeal, what.language);
    let recipient = vec![begun(what.body.name(language))];
    let head = Head { kind_title: what.about, ..head(app, at, recipient, language, number) };
    let name = what.appellant.details.name.clone();
    let facts = ForwardedFacts {
        appellant: match &what.appellant.identity {
            Identity::Organisation { number } => format!("{name} ({number})"),
            Identity::Person { .. } => name,
        },
        case: what.case_number.to_owned(),
        received_on: oslo_date(appeal.received_at),
        decided_on: oslo_date(appeal.decision_at),
        late_reason: appeal.late_reason.clone(),
        text: appeal.text.clone(),
        deferral: appeal.deferral.clone(),
        statement: what.statement.to_owned(),
        body: right_of(what.body, language),
        author: Author::Caseworker(what.actor.to_owned()),
    };
    rules::to_body(&head, &facts, documents)
}

/// Sends it, with those of these documents of the case that have passed between the party and the authority; all of
/// them when none are named.
///
/// # Errors
/// When the database does not answer.
pub(crate) async fn send(one: &Forwarding<'_>, enclosed: Option<&[i32]>) -> Result<(), Failure> {
    let (app, tx, appeal) = (one.app, one.tx, one.appeal);
    let (case, case_number) = one.case;
    let language = official(one.language);
    let documents = documents_of(&**tx, one.case, language, enclosed).await?;
    let number = journal::next_number(tx, case).await?;
    let what = ToBody {
        appeal,
        body: one.body,
        case_number,
        appellant: one.appellant,
        language,
        about: (one.about)(language),
        statement: one.statement,
        actor: one.actor,
    };
    let number_of = format!("{case_number}-{number}");
    let letter = letter_to_body(app, tx.now(), what, number_of, &documents);
    let (content, sha256) = said(&letter)?;
    let document = journal::Document {
        place: (case, number),
        direction: Direction::Out,
        title: "Appeal sent to the appeal body",
        actor: one.actor,
        hash: Some(sha256),
        with: journal::With::AppealBody(one.body),
    };
    journal::write(tx, &document).await?;
    dispatch::insert(tx, one.key, (appeal.id, one.body), (case, number), (&content, sha256)).await
}

/// Enters in the journal of a case what the appeal body decided, which came in before anybody is told of it
/// (arkivforskrifta § 9). The decision itself lies with the body; the entry has its date.
///
/// # Errors
/// When the database does not answer.
pub(crate) async fn answered(
    tx: &Tx,
    case: CaseId,
    appeal: &Appeal,
    body: &'static AppealBody,
    actor: &str,
) -> Result<(), Failure> {
    let document = journal::Document {
        place: (case, journal::next_number(tx, case).await?),
        direction: Direction::In,
        title: "Decision received from the appeal body",
        actor,
        hash: None,
        with: journal::With::AppealBody(body),
    };
    let dated = appeal.body_decision.as_ref().map(|(day, _)| *day);
    journal::write_dated(tx, &document, dated).await.map(|_| ())
}

/// What has passed between the party and the authority in a case, in a language; of it those with these numbers.
///
/// # Errors
/// When the database does not answer.
pub(crate) async fn documents_of(
    connection: &impl Connection,
    (case, number): (CaseId, &str),
    language: Language,
    only: Option<&[i32]>,
) -> Result<Vec<ListedDocument>, Failure> {
    let entries = journal::of_case(connection, case).await?;
    let is_wanted = |entry: &journal::Entry| {
        entry.direction != Direction::Internal.code()
            && only.is_none_or(|only| only.contains(&entry.number))
    };
    Ok(entries
        .into_iter()
        .filter(is_wanted)
        .map(|entry| ListedDocument {
            number: format!("{number}-{}", entry.number),
            title: journal_title::in_language(&entry.title, language).to_owned(),
            day: oslo_date(entry.at),
        })
        .collect())
}

/// The file of what was sent from a case under a number: the one that is kept, or drawn now and kept; none where nothing
/// was sent.
///
/// # Errors
/// When it cannot be drawn or kept.
pub(crate) async fn file(
    app: &App,
    key: &DataKey,
    (case, number): (CaseId, i32),
) -> Result<Option<Vec<u8>>, Failure> {
    let Some(sent) = found(app, key, case, number).await? else { return Ok(None) };
    if sent.file.is_some() {
        return Ok(sent.file);
    }
    let (appeal, document) = (sent.appeal, sent.document);
    let drawn = tokio::task::spawn_blocking(move || {
        render_pdf(&document).map(|pdf| pdf.file("appeal", appeal))
    });
    let bytes = drawn.await.map_err(Failure::internal)?.map_err(Failure::internal)?;
    let bytes = &bytes;
    app.db().write(|tx| async move { dispatch::keep_file(&tx, key, appeal, bytes).await }).await?;
    // somebody may have kept another at the same moment: there is one file, and it is that one
    Ok(found(app, key, case, number).await?.and_then(|sent| sent.file))
}

async fn found(
    app: &App,
    key: &DataKey,
    case: CaseId,
    number: i32,
) -> Result<Option<Dispatch>, Failure> {
    let sent = dispatch::of_case(app.db().read(), key, case).await?;
    Ok(sent.into_iter().find(|one| one.number == number))
}
