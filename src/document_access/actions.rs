//! Asking for access, answering, and reading the answer. Beside it `appeal.rs` has appeals, `grounds.rs` fuller grounds,
//! `given.rs` the document that is given, and `case.rs` what differs with the kind of case.

pub mod appeal;
mod case;
mod given;
pub mod grounds;

pub use given::{Released, released};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::{
    limit::TooMuch,
    model::{Appeal, Request, Status},
    rules::{self, AnswerFacts, Answering, Writing},
    store::{self, File, NewRequest, Reach, appeal::Opened},
};
use crate::{
    app::App,
    attachment::{
        model::{LARGEST, MediaType},
        rules::{TextCheck, detect},
    },
    database::Tx,
    document::{Authority, Document},
    failure::{Failure, FieldErrors, Problem},
    identity::Caller,
    journal::{
        self, Direction, With,
        model::{Journaled, Subject},
        public::wire::title,
    },
    keys::DataKey,
    party, supervision,
    values::{
        access_code::{self, AccessCode},
        appeal_body::{DecisionType, appeal_body},
        calendar::oslo_date,
        deadline::Deadline,
        language::Language,
    },
};

/// Documents asked for at a time.
pub const MOST: usize = 20;
/// Who asks, in the journal: nobody has to say who they are.
const ACTOR: &str = "public";

/// What somebody asks for.
pub struct Asking<'a> {
    /// Numbers of documents of the public journal.
    pub documents: &'a [String],
    /// Where the answer goes besides; nobody needs to say.
    pub contact: Option<&'a str>,
    /// Language of the answer.
    pub language: Language,
}

/// A request that was taken, with the token of its answer, which nobody is told again.
pub struct Taken {
    /// The request.
    pub request: Request,
    /// The document asked for.
    pub entry: Journaled,
    /// Token of the answer.
    pub token: String,
}

fn hash_of(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}

fn new_token() -> Result<String, Failure> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|error| Failure::internal(error.to_string()))?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// Takes a request from an address: one for each document, all or none. Within: why an address that asks for too much has
/// to wait.
///
/// # Errors
/// 422 for what is no document of the public journal.
pub async fn ask(
    app: &App,
    address: &str,
    asking: &Asking<'_>,
) -> Result<Result<Vec<Taken>, TooMuch>, Failure> {
    let mut entries = find(app, asking.documents).await?;
    // in the order of the cases, so that two requests do not wait for each other
    entries.sort_by_key(|entry| (entry.case, entry.number));
    entries.dedup_by_key(|entry| entry.id);
    let limits = app.access_limits();
    let waiting = store::unanswered(app.db().read(), &limits.asked(address)).await?;
    let documents: Vec<Uuid> = entries.iter().map(|entry| entry.id).collect();
    if let Err(why) = limits.take(address, app.clock().now(), &waiting, &documents) {
        return Ok(Err(why));
    }
    let mut tokens = Vec::new();
    for _ in &entries {
        tokens.push(new_token()?);
    }
    let (entries, tokens) = (&entries, &tokens);
    let taken = app
        .db()
        .write(|tx| async move {
            let mut taken = Vec::new();
            for (entry, token) in entries.iter().zip(tokens) {
                let request = take(app, &tx, entry, token, asking).await?;
                taken.push(Taken { request, entry: entry.clone(), token: token.clone() });
            }
            Ok(taken)
        })
        .await?;
    limits.note(address, taken.iter().map(|one| (one.request.id, one.entry.id)));
    Ok(Ok(taken))
}

async fn find(app: &App, numbers: &[String]) -> Result<Vec<Journaled>, Failure> {
    let today = oslo_date(app.clock().now());
    let mut errors = FieldErrors::new();
    let mut found = Vec::new();
    for (at, text) in numbers.iter().enumerate() {
        let entry = match journal::model::parse_number(text) {
            Some(number) => match journal::store::find_by_number(app.db().read(), number).await {
                Err(failure) if failure.problem() == Problem::NotFound => None,
                outcome => Some(outcome?),
            },
            None => None,
        };
        match entry.filter(|entry| journal::rules::is_public(entry, today)) {
            Some(entry) => found.push(entry),
            None => errors.add(
                format!("/documents/{at}"),
                "unknown-document",
                "The public journal has no document of this number. Write it as 2026/000123-4.",
            ),
        }
    }
    if numbers.is_empty() || numbers.len() > MOST {
        errors.add("/documents", "length", "Ask for 1 to 20 documents at a time.");
    }
    errors.finish(Some(found))
}

async fn take(
    app: &App,
    tx: &Tx,
    entry: &Journaled,
    token: &str,
    asking: &Asking<'_>,
) -> Result<Request, Failure> {
    // the case first, so that documents are numbered in turn
    case::lock(tx, entry).await?;
    let number = journal::next_number(tx, entry.case).await?;
    let document = journal::Document {
        place: (entry.case, number),
        direction: Direction::In,
        title: "Request for access to a document",
        actor: ACTOR,
        hash: None,
        with: With::Nobody,
    };
    journal::write(tx, &document).await?;
    let new = NewRequest {
        number: (entry.case, number),
        entry: entry.id,
        language: asking.language,
        due_on: rules::due_on(tx.now()).map_err(Failure::internal)?,
        token_hash: hash_of(token),
        contact: asking.contact,
    };
    store::insert(tx, &app.keys(), new).await
}

/// A request with the document it asks for.
pub struct Seen {
    /// The request.
    pub request: Request,
    /// The document.
    pub entry: Journaled,
    /// The answer, once there is one.
    pub answer: Option<Document>,
    /// Appeals against it, the oldest first.
    pub appeals: Vec<Opened>,
    /// The letter with fuller grounds, once there is one.
    pub fuller: Option<Document>,
}

impl Seen {
    fn known(&self) -> Vec<Appeal> {
        self.appeals.iter().map(|one| one.appeal.clone()).collect()
    }

    /// The right to appeal against how the request stands.
    ///
    /// # Errors
    /// Why there is none.
    pub fn right(&self, now: DateTime<Utc>) -> Result<rules::appeal::Right, Failure> {
        rules::appeal::right(&self.request, &self.known(), now)
    }

    /// The time within which fuller grounds can be demanded; none where it has not begun.
    ///
    /// # Errors
    /// Why none can be demanded.
    pub fn right_to_grounds(&self, now: DateTime<Utc>) -> Result<Option<Deadline>, Failure> {
        rules::grounds::right(&self.request, &self.known(), now)
    }
}

/// Refuses an address that guesses links.
fn guard(app: &App, address: &str) -> Result<(), Failure> {
    let detail = "Too many links were tried from your address. Wait a minute.";
    app.contact_limit().check(address, app.clock().now(), detail)
}

/// What somebody with the link sees: how the request stands, and the answer, which is noted as read.
///
/// # Errors
/// 404 for a link that leads nowhere; 429 for an address that guesses.
pub async fn see(app: &App, address: &str, token: &str) -> Result<Seen, Failure> {
    guard(app, address)?;
    let connection = app.db().read();
    match store::find_by_token(connection, hash_of(token)).await {
        Ok(request) if request.decided.is_some() && request.opened_at.is_none() => {
            let id = request.id;
            let read = app.db().write(|tx| async move {
                store::note_opened(&tx, id).await?;
                store::find(&*tx, id).await
            });
            with_answer(app, read.await?).await
        }
        Ok(request) => with_answer(app, request).await,
        Err(failure) => {
            if failure.problem() == Problem::NotFound {
                app.contact_limit().miss(address, app.clock().now());
            }
            Err(failure)
        }
    }
}

async fn with_answer(app: &App, request: Request) -> Result<Seen, Failure> {
    let connection = app.db().read();
    let entry = journal::store::find(connection, request.entry).await?;
    let has_appeals = !store::appeal::of_request(connection, request.id).await?.is_empty();
    let (mut answer, mut appeals, mut fuller) = (None, Vec::new(), None);
    if request.decided.is_some() || has_appeals {
        let key = case::key(app, connection, &entry).await?;
        answer = store::answer(connection, &key, request.id).await?;
        appeals = store::appeal::opened_of_request(connection, &key, request.id).await?;
        fuller = store::grounds::letter(connection, &key, request.id).await?;
    }
    Ok(Seen { request, entry, answer, appeals, fuller })
}

/// Which requests a caseworker may see.
///
/// # Errors
/// When the database does not answer.
pub async fn reach(app: &App, caller: &Caller) -> Result<Reach, Failure> {
    Ok(Reach {
        supervision: party::actions::supervision_sight(app, caller).await?,
        kinds: caller.kinds(),
        fees: Subject::Fees.needs(caller).is_ok(),
    })
}

/// A request for caseworkers, with the address that was left.
///
/// # Errors
/// 403 for a kind the caseworker may not handle; 404.
pub async fn read(app: &App, caller: &Caller, id: Uuid) -> Result<(Seen, Option<String>), Failure> {
    let connection = app.db().read();
    let seen = with_answer(app, store::find(connection, id).await?).await?;
    seen.entry.subject.needs(caller)?;
    if seen.entry.subject == Subject::Supervision {
        supervision::actions::may_see(app, caller, seen.entry.case).await?;
    }
    let contact = store::contact(connection, &app.keys(), id).await?;
    Ok((seen, contact))
}

/// A request for a step of a caseworker, locked with its case.
struct Locked {
    request: Request,
    entry: Journaled,
    /// The key of the case.
    key: DataKey,
    /// Appeals there were, the oldest first, without the open one.
    before: Vec<Appeal>,
    /// The appeal that is open.
    appeal: Option<Appeal>,
}

/// The request, for a caseworker who is not party to its case; locked with its case, at the version that was read.
async fn locked(
    app: &App,
    tx: &Tx,
    caller: &Caller,
    id: Uuid,
    version: i32,
) -> Result<Locked, Failure> {
    let known = store::find(&**tx, id).await?;
    let entry = journal::store::find(&**tx, known.entry).await?;
    let party = case::lock(tx, &entry).await?;
    entry.subject.needs(caller)?;
    if let Some(party) = party {
        party::actions::refuse_own(app, caller, party).await?;
    }
    let request = store::lock(tx, id).await?;
    if request.version != version {
        return Err(Failure::stale());
    }
    let key = case::key(app, &**tx, &entry).await?;
    let mut before = store::appeal::of_request(&**tx, id).await?;
    let is_open = before.last().is_some_and(|last| last.status.is_open());
    let appeal = if is_open { before.pop() } else { None };
    Ok(Locked { request, entry, key, before, appeal })
}

/// Keeps the version that is to be released, with what is exempt blacked out: after an appeal, where one is open.
///
/// # Errors
/// 404, 412 or 409 as every step; 413, 415 or 422 for what is no document.
pub async fn keep_released(
    app: &App,
    caller: &Caller,
    id: Uuid,
    version: i32,
    bytes: &[u8],
) -> Result<Request, Failure> {
    let media_type = kind_of(bytes)?;
    let sha256: [u8; 32] = Sha256::digest(bytes).into();
    let file = &File { media_type: media_type.code(), bytes, sha256 };
    app.db()
        .write(|tx| async move {
            let Locked { request, key, appeal, .. } = locked(app, &tx, caller, id, version).await?;
            match appeal {
                Some(appeal) => {
                    store::appeal::keep_file(&tx, &key, appeal.id, file).await?;
                    store::touch(&tx, &request).await?;
                }
                None => {
                    refuse_answered(&request)?;
                    store::keep_file(&tx, &key, &request, file).await?;
                }
            }
            store::find(&*tx, id).await
        })
        .await
}

fn refuse_answered(request: &Request) -> Result<(), Failure> {
    if request.status == Status::Received {
        return Ok(());
    }
    Err(Failure::new(Problem::IllegalTransition, "The request is answered already."))
}

fn kind_of(bytes: &[u8]) -> Result<MediaType, Failure> {
    if bytes.len() > LARGEST {
        let detail = format!("A document may have at most {LARGEST} bytes.");
        return Err(Failure::new(Problem::BodyTooLarge, detail));
    }
    let mut check = TextCheck::default();
    match detect(bytes) {
        Some(MediaType::Text) if !(check.takes(bytes) && check.is_whole()) => Err(not_taken()),
        Some(media_type) => Ok(media_type),
        None => Err(not_taken()),
    }
}

fn not_taken() -> Failure {
    Failure::new(
        Problem::UnsupportedMediaType,
        "Send PDF, JPEG, PNG, plain text in UTF-8, OpenDocument or Office Open XML.",
    )
}

/// What a caseworker answers.
pub struct Decision<'a> {
    /// What it is.
    pub status: Status,
    /// Code that something is kept back by.
    pub code: Option<&'a str>,
    /// Grounds in the requester's language.
    pub grounds: &'a str,
}

/// Answers a request; the answer is journaled and lies behind the requester's link.
///
/// # Errors
/// 403 for a caseworker who is party; 404, 412 or 409 as every step; 422 for what the act does not allow.
pub async fn decide(
    app: &App,
    caller: &Caller,
    id: Uuid,
    version: i32,
    decision: &Decision<'_>,
) -> Result<Request, Failure> {
    let known = store::find(app.db().read(), id).await?;
    let entry = &journal::store::find(app.db().read(), known.entry).await?;
    let key = case::key(app, app.db().read(), entry).await?;
    let can_be_given_whole = given::original(app, entry, &key).await?.is_some();
    let now = app.clock().now();
    let today = oslo_date(now);
    let code = known_code(decision.code)?;
    app.db()
        .write(|tx| async move {
            let Locked { request, key, appeal, .. } = locked(app, &tx, caller, id, version).await?;
            refuse_answered(&request)?;
            if appeal.is_some() {
                let detail = "Silence was appealed against. Decide what becomes of the appeal.";
                return Err(Failure::new(Problem::IllegalTransition, detail));
            }
            rules::check(&Answering {
                status: decision.status,
                code,
                has_file: request.file_type.is_some(),
                can_be_given_whole,
                today,
            })?;
            let number = journal::next_number(&tx, request.case).await?;
            let body = appeal_body(DecisionType::DocumentAccess, today);
            let facts = AnswerFacts {
                writing: writing(app, &tx, caller, (&request, entry), number),
                asked_on: oslo_date(request.received_at),
                status: decision.status,
                code,
                grounds: decision.grounds,
                body: body.map(|body| body.name(request.language)),
            };
            let answer = serde_json::to_vec(&rules::answer(facts)).map_err(Failure::internal)?;
            let document = journal::Document {
                place: (request.case, number),
                direction: Direction::Out,
                title: "Answer to a request for access",
                actor: &caller.subject,
                hash: Some(Sha256::digest(&answer).into()),
                with: With::Nobody,
            };
            journal::write(&tx, &document).await?;
            let outcome = (decision.status, code.map(|code| code.code));
            store::decide(&tx, &key, &request, outcome, (number, &answer), &caller.subject).await?;
            store::find(&*tx, id).await
        })
        .await
}

/// A letter of a caseworker about a request, with its number in the journal.
fn writing<'a>(
    app: &App,
    tx: &Tx,
    caller: &'a Caller,
    (request, entry): (&Request, &Journaled),
    number: i32,
) -> Writing<'a> {
    let settings = app.settings();
    Writing {
        authority: Authority {
            name: settings.authority_name.clone(),
            contact_lines: settings.authority_contact.clone(),
        },
        number: format!("{}-{number}", entry.case_display()),
        document: entry.display(),
        title: title(entry, request.language),
        language: request.language,
        who: &caller.subject,
        today: oslo_date(tx.now()),
        now: tx.now(),
    }
}

/// The code something is kept back by.
fn known_code(code: Option<&str>) -> Result<Option<&'static AccessCode>, Failure> {
    match code.map(access_code::find) {
        Some(None) => {
            Err(Failure::at("/accessCode", "not-in-list", "Choose one of the codes in force."))
        }
        known => Ok(known.flatten()),
    }
}
