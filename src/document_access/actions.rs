//! Asking for access, answering, and reading the answer. What differs with the kind of case is in `case.rs`.

mod case;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::{
    model::{Request, Status},
    rules::{self, AnswerFacts, Answering},
    store::{self, File, NewRequest},
};
use crate::{
    app::App,
    attachment::{
        self,
        chunks::Reader,
        model::{Attachment, LARGEST, MediaType},
        rules::{TextCheck, detect},
    },
    database::Tx,
    document::{Authority, Document},
    failure::{Failure, FieldErrors, Problem},
    identity::{Caller, Sight},
    journal::{
        self, Direction, With,
        model::{Journaled, Subject},
        public::wire::title,
    },
    keys::DataKey,
    letter::{
        actions::{self as letter_actions, Read},
        store::{self as letters, LetterQuery},
    },
    party, supervision,
    values::{
        access_code,
        appeal_body::{DecisionType, appeal_body},
        calendar::oslo_date,
        ids::CaseId,
        language::Language,
    },
};

/// Documents asked for at a time.
pub const MOST: usize = 20;
/// Who asks, in the journal: nobody has to say who they are.
const ACTOR: &str = "public";
/// Letters looked through for the one that is asked for.
const LETTERS: u64 = 1000;

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

/// Takes a request from an address: one for each document, all or none.
///
/// # Errors
/// 422 for what is no document of the public journal; 429 for an address that asks for too much.
pub async fn ask(app: &App, address: &str, asking: &Asking<'_>) -> Result<Vec<Taken>, Failure> {
    let mut entries = find(app, asking.documents).await?;
    // in the order of the cases, so that two requests do not wait for each other
    entries.sort_by_key(|entry| (entry.case, entry.number));
    entries.dedup_by_key(|entry| entry.id);
    let limits = app.access_limits();
    let waiting = store::unanswered(app.db().read(), &limits.asked(address)).await?;
    let documents: Vec<Uuid> = entries.iter().map(|entry| entry.id).collect();
    limits.take(address, app.clock().now(), &waiting, &documents)?;
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
    Ok(taken)
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
}

/// Refuses an address that guesses links.
fn guard(app: &App, address: &str) -> Result<(), Failure> {
    let detail = "Too many links were tried from your address. Wait a minute.";
    app.contact_limit().check(address, app.clock().now(), detail)
}

/// What somebody with the link sees: how the request stands, and the answer.
///
/// # Errors
/// 404 for a link that leads nowhere; 429 for an address that guesses.
pub async fn see(app: &App, address: &str, token: &str) -> Result<Seen, Failure> {
    guard(app, address)?;
    let connection = app.db().read();
    match store::find_by_token(connection, hash_of(token)).await {
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
    let answer = if request.decided.is_some() {
        store::answer(connection, &case::key(app, connection, &entry).await?, request.id).await?
    } else {
        None
    };
    Ok(Seen { request, entry, answer })
}

/// A document that was given.
pub enum Released {
    /// Bytes with their media type, and a name for the file.
    Whole(String, Vec<u8>, String),
    /// A document that was sent into the case, piece by piece.
    Sent(Attachment, Reader),
}

/// The document somebody with the link was given.
///
/// # Errors
/// 404 when nothing was.
pub async fn released(app: &App, address: &str, token: &str) -> Result<Released, Failure> {
    let seen = see(app, address, token).await?;
    let Seen { request, entry, .. } = seen;
    let key = case::key(app, app.db().read(), &entry).await?;
    if !matches!(request.status, Status::Granted | Status::PartlyGranted) {
        return Err(Failure::not_found());
    }
    // a version that was kept is what goes out, also where access is full: national identity numbers are blacked out in
    // it; who was given a part never gets more than that version
    let version = store::file(app.db().read(), &key, request.id).await?;
    let whole = match version {
        Some((media_type, bytes)) => Some(Released::Whole(media_type, bytes, name_of(&entry))),
        None if request.status == Status::Granted => original(app, &entry, &key).await?,
        None => None,
    };
    whole.ok_or_else(Failure::not_found)
}

/// The number of a document as the name of a file: the sender's own name for it may tell who they are.
fn name_of(entry: &Journaled) -> String {
    entry.display().replace('/', "-")
}

/// The document itself, where it is a letter or was sent in.
async fn original(
    app: &App,
    entry: &Journaled,
    key: &DataKey,
) -> Result<Option<Released>, Failure> {
    let connection = app.db().read();
    let sent = attachment::store::of_case(connection, key, entry.case).await?;
    let is_wanted = |(one, _): &(Attachment, DataKey)| one.number == Some(entry.number);
    if let Some((mut one, own)) = sent.into_iter().find(is_wanted) {
        one.name = name_of(entry);
        let reader = Reader::new(app.clone(), one.id, own, one.place, one.size);
        return Ok(Some(Released::Sent(one, reader)));
    }
    let query = LetterQuery { case: Some(entry.case), ..LetterQuery::default() };
    let (found, _) = letters::list(connection, Sight::All, query, LETTERS).await?;
    let is_it =
        |place: Option<(CaseId, i32)>| place.is_some_and(|(_, number)| number == entry.number);
    let Some(letter) = found.into_iter().find(|letter| is_it(letter.place)) else {
        return Ok(None);
    };
    let key = party::store::data_key(connection, &app.keys(), letter.party).await?;
    let document = letter.document(&key)?;
    // drawn now where nobody has read it yet
    let bytes = letter_actions::file(app, Read { letter, document, key }).await?;
    Ok(Some(Released::Whole(MediaType::Pdf.code().to_owned(), bytes, name_of(entry))))
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

/// The request, for a caseworker who is not party to its case; locked with its case, at the version that was read.
async fn locked(
    app: &App,
    tx: &Tx,
    caller: &Caller,
    id: Uuid,
    version: i32,
) -> Result<(Request, DataKey), Failure> {
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
    if request.status != Status::Received {
        return Err(Failure::new(Problem::IllegalTransition, "The request is answered already."));
    }
    let key = case::key(app, &**tx, &entry).await?;
    Ok((request, key))
}

/// Keeps the version that is to be released, with what is exempt blacked out.
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
            let (request, key) = locked(app, &tx, caller, id, version).await?;
            store::keep_file(&tx, &key, &request, file).await?;
            store::find(&*tx, id).await
        })
        .await
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
    let can_be_given_whole = original(app, entry, &key).await?.is_some();
    let now = app.clock().now();
    let today = oslo_date(now);
    let code = decision.code.map(access_code::find);
    if matches!(code, Some(None)) {
        let mut errors = FieldErrors::new();
        errors.add("/accessCode", "not-in-list", "Choose one of the codes in force.");
        return errors.finish(None);
    }
    let code = code.flatten();
    app.db()
        .write(|tx| async move {
            let (request, key) = locked(app, &tx, caller, id, version).await?;
            rules::check(&Answering {
                status: decision.status,
                code,
                has_file: request.file_type.is_some(),
                can_be_given_whole,
                today,
            })?;
            let number = journal::next_number(&tx, request.case).await?;
            let body = appeal_body(DecisionType::DocumentAccess, today);
            let settings = app.settings();
            let facts = AnswerFacts {
                authority: Authority {
                    name: settings.authority_name.clone(),
                    contact_lines: settings.authority_contact.clone(),
                },
                number: format!("{}-{number}", entry.case_display()),
                document: entry.display(),
                title: title(entry, request.language),
                asked_on: oslo_date(request.received_at),
                language: request.language,
                status: decision.status,
                code,
                grounds: decision.grounds,
                body: body.map(|body| body.name(request.language)),
                who: &caller.subject,
                today,
                now: tx.now(),
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
