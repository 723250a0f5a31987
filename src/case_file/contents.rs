//! What documents of a case say, as files: letters as their PDF, what was sent in as it came, and applications, replies,
//! notes and appeals as plain text, which is the same each time it is written. Nothing is decided here about who may
//! have them.

use std::{
    collections::{HashMap, HashSet},
    fmt::Write as _,
};

use sha2::{Digest as _, Sha256};

use crate::{
    app::App,
    appeal::{self, actions::forwarding, model::Appeal, store::dispatch},
    attachment::{self, chunks::Reader, model::Attachment},
    case::store::{self as case_store, Case},
    database::Connection,
    document::{Block, Document},
    document_access::{self, store::appeal::Said},
    failure::Failure,
    fee::{
        appeal::actions::subject,
        invoice::store::list::{self as invoices, InvoiceQuery},
    },
    identity::Sight,
    interference,
    journal::model::{Journaled, Subject},
    keys::DataKey,
    letter::{
        actions::{self as letter_actions, Read},
        store::{self as letters, Letter, LetterQuery},
    },
    party,
    supervision::{self, model::Deed},
    values::ids::{CaseId, PartyId},
    web::apply::copy,
};

/// Letters read of one case.
const MOST_LETTERS: u64 = 1000;

/// What a document says.
pub enum Content {
    /// All of it, and the format.
    Whole(&'static str, Vec<u8>),
    /// What was sent in, piece by piece.
    Sent(Box<Attachment>, Reader),
}

/// What the documents of a case say.
pub struct Contents {
    id: CaseId,
    /// The case, of one on a permit.
    case: Option<Case>,
    /// None once the data of whom the case is about were destroyed; then nothing can be read any more.
    key: Option<DataKey>,
    letters: HashMap<i32, Letter>,
    letter_keys: HashMap<PartyId, DataKey>,
    attachments: HashMap<i32, (Attachment, DataKey)>,
    /// Texts in the order of the entries they belong to, the last first.
    replies: Vec<String>,
    notes: Vec<String>,
    /// Appeals that do not know their number.
    appeals: Vec<String>,
    /// Appeals, and what other parties say to them, by number.
    numbered: HashMap<i32, String>,
    dispatches: HashSet<i32>,
    measurements: Vec<String>,
    /// Reports of interference by the hash that their entries have.
    reports: HashMap<Vec<u8>, String>,
    /// What was said about access to documents, by its number.
    answers: HashMap<i32, String>,
}

impl Contents {
    /// Of a case about a subject; `party` is whom a case is about that has no applicant.
    ///
    /// # Errors
    /// When something does not open.
    pub async fn of(
        app: &App,
        id: CaseId,
        subject: Subject,
        party: Option<PartyId>,
    ) -> Result<Self, Failure> {
        let connection = app.db().read();
        let case = match subject {
            Subject::Permit(_) => Some(case_store::find(connection, Sight::All, id).await?),
            Subject::Supervision | Subject::Fees => None,
        };
        let party = case.as_ref().map(|case| case.applicant).or(party);
        let query = LetterQuery { case: Some(id), ..LetterQuery::default() };
        let (found, _) = letters::list(connection, Sight::All, query, MOST_LETTERS).await?;
        let parties: Vec<PartyId> = found.iter().map(|letter| letter.party).chain(party).collect();
        let keys = party::store::data_keys(connection, &app.keys(), &parties).await?;
        let mut letter_keys = HashMap::new();
        for (party, key) in keys {
            letter_keys.insert(party, key?);
        }
        let mut contents = Self {
            key: party.and_then(|party| letter_keys.get(&party).cloned()),
            letters: found
                .into_iter()
                .filter_map(|letter| Some((letter.place?.1, letter)))
                .collect(),
            letter_keys,
            id,
            case,
            attachments: HashMap::new(),
            replies: Vec::new(),
            notes: Vec::new(),
            appeals: Vec::new(),
            numbered: HashMap::new(),
            dispatches: HashSet::new(),
            measurements: Vec::new(),
            reports: HashMap::new(),
            answers: HashMap::new(),
        };
        match (subject, contents.key.clone()) {
            (Subject::Supervision, _) => contents.read_supervision(app).await?,
            (Subject::Permit(_), Some(key)) => contents.read(app, &key).await?,
            (Subject::Fees, Some(key)) => {
                contents.read_fees(app, &key, party).await?;
                contents.answers = about_access(connection, &key, id).await?;
            }
            (_, None) => {}
        }
        Ok(contents)
    }

    /// What was said and measured in a case of supervision; it lies under a key of its own.
    async fn read_supervision(&mut self, app: &App) -> Result<(), Failure> {
        let (connection, id) = (app.db().read(), self.id);
        let key = supervision::store::find(connection, id).await?.key(&app.keys())?;
        let mut appeals = Vec::new();
        for act in supervision::store::acts(connection, &key, id).await?.into_iter().rev() {
            if act.deed.is_decision() {
                let own = CaseId(act.id);
                appeals.extend(appeal::store::of_case(connection, &key, own).await?);
            }
            match act.deed {
                Deed::Measurement(one) => {
                    let text = serde_json::to_string_pretty(&one).map_err(Failure::internal)?;
                    self.measurements.push(text);
                }
                Deed::Remark { from_respondent: true, text } => self.replies.push(text),
                Deed::Remark { text, .. } => self.notes.push(text),
                Deed::Notice { .. } | Deed::Order { .. } | Deed::CoerciveFine { .. } => {}
            }
        }
        appeals.sort_by_key(|appeal| appeal.received_at);
        self.take_appeals(connection, &key, appeals).await?;
        for kept in interference::store::of_case(connection, id.0).await? {
            let content = kept.content(&app.keys())?;
            let bytes = serde_json::to_vec(&content).map_err(Failure::internal)?;
            let text = serde_json::to_string_pretty(&content).map_err(Failure::internal)?;
            self.reports.insert(Sha256::digest(&bytes).to_vec(), text);
        }
        self.answers = about_access(connection, &key, id).await?;
        self.key = Some(key);
        Ok(())
    }

    /// Appeals against the invoices of a case of fees.
    async fn read_fees(
        &mut self,
        app: &App,
        key: &DataKey,
        holder: Option<PartyId>,
    ) -> Result<(), Failure> {
        let (connection, Some(holder)) = (app.db().read(), holder) else { return Ok(()) };
        let query = InvoiceQuery { case: Some((self.id, holder)), ..InvoiceQuery::default() };
        let mut appeals = Vec::new();
        for one in invoices::list(connection, Sight::All, &query, MOST_LETTERS).await? {
            appeals.extend(appeal::store::of_case(connection, key, subject(one.id)).await?);
        }
        appeals.sort_by_key(|appeal| appeal.received_at);
        self.take_appeals(connection, key, appeals).await
    }

    /// Appeals, the oldest first, and what was sent to appeal bodies.
    async fn take_appeals(
        &mut self,
        connection: &impl Connection,
        key: &DataKey,
        appeals: Vec<Appeal>,
    ) -> Result<(), Failure> {
        for appeal in appeals.into_iter().rev() {
            let said = appeal.comments.into_iter().filter_map(|comment| comment.said);
            self.numbered.extend(said.map(|said| (said.number, said.text)));
            match appeal.number {
                Some(number) => {
                    self.numbered.insert(number, appeal.text);
                }
                None => self.appeals.push(appeal.text),
            }
        }
        let sent = dispatch::of_case(connection, key, self.id).await?;
        self.dispatches.extend(sent.iter().map(|one| one.number));
        Ok(())
    }

    async fn read(&mut self, app: &App, key: &DataKey) -> Result<(), Failure> {
        let (connection, id) = (app.db().read(), self.id);
        let sent = attachment::store::of_case(connection, key, id).await?;
        self.attachments = sent.into_iter().filter_map(|one| Some((one.0.number?, one))).collect();
        for message in case_store::messages(connection, key, id, true).await?.into_iter().rev() {
            match message.kind.as_str() {
                "reply" => self.replies.push(message.text),
                "note" => self.notes.push(message.text),
                _ => {}
            }
        }
        let appeals = appeal::store::of_case(connection, key, id).await?;
        self.take_appeals(connection, key, appeals).await?;
        self.answers = about_access(connection, key, id).await?;
        Ok(())
    }

    /// What a document says; nothing where nothing is kept of it. Every document of the case must be asked for once, in
    /// their order.
    ///
    /// # Errors
    /// When something does not open.
    pub async fn next(&mut self, app: &App, entry: &Journaled) -> Result<Option<Content>, Failure> {
        if let Some(letter) = self.letters.remove(&entry.number) {
            let Some(key) = self.letter_keys.get(&letter.party) else { return Ok(None) };
            let (document, key) = (letter.document(key)?, key.clone());
            let bytes = letter_actions::file(app, Read { letter, document, key }).await?;
            return Ok(Some(Content::Whole("pdf", bytes)));
        }
        let Some(key) = self.key.clone() else { return Ok(None) };
        if let Some((one, own)) = self.attachments.remove(&entry.number) {
            let reader = Reader::new(app.clone(), one.id, own, one.place, one.size);
            return Ok(Some(Content::Sent(Box::new(one), reader)));
        }
        if self.dispatches.contains(&entry.number) {
            let bytes = forwarding::file(app, &key, (self.id, entry.number)).await?;
            return Ok(bytes.map(|bytes| Content::Whole("pdf", bytes)));
        }
        let text = match entry.title.as_str() {
            "Remark of the respondent" => self.replies.pop(),
            title if title.starts_with("Reply from the applicant") => self.replies.pop(),
            "Note"
            | "Ground of a ring corrected"
            | "Breach corrected"
            | "Proposed coercive fine sent back"
            | "Supervision case closed" => self.notes.pop(),
            "Measurement recorded" => self.measurements.pop(),
            "Interference report received" => {
                entry.hash.as_ref().and_then(|hash| self.reports.get(hash).cloned())
            }
            "Comment on an appeal received" => self.numbered.remove(&entry.number),
            title if title.starts_with("Appeal received") => {
                self.numbered.remove(&entry.number).or_else(|| self.appeals.pop())
            }
            title if title.starts_with("Application") && title.ends_with("received") => {
                match &self.case {
                    Some(case) => Some(application(app, case, &key).await?),
                    None => None,
                }
            }
            _ => self.answers.get(&entry.number).cloned(),
        };
        Ok(text.map(|text| Content::Whole("txt", text.into_bytes())))
    }
}

/// Answers to requests for access in a case, appeals against them and the letters about those.
async fn about_access(
    connection: &impl Connection,
    key: &DataKey,
    id: CaseId,
) -> Result<HashMap<i32, String>, Failure> {
    let answers = document_access::store::answers_of_case(connection, key, id).await?;
    let mut texts: HashMap<i32, String> =
        answers.iter().map(|(number, answer)| (*number, plain(answer))).collect();
    for (number, said) in document_access::store::appeal::of_case(connection, key, id).await? {
        texts.insert(
            number,
            match said {
                Said::Text(text) => text,
                Said::Letter(letter) => plain(&letter),
            },
        );
    }
    Ok(texts)
}

/// An application in words where its kind has a form, else as it was sent.
async fn application(app: &App, case: &Case, key: &DataKey) -> Result<String, Failure> {
    if copy::has_copy(case) {
        return Ok(plain(&copy::document_of(app, case).await?));
    }
    serde_json::to_string_pretty(&case.application(key)?).map_err(Failure::internal)
}

/// A document as plain text.
pub fn plain(document: &Document) -> String {
    let mut out =
        format!("{}\n{}\n\n{}\n", document.authority.name, document.number, document.title);
    let mut line = |text: String| {
        let _ = writeln!(out, "{text}");
    };
    for (label, text) in &document.references {
        line(format!("{label}: {text}"));
    }
    for block in &document.blocks {
        match block {
            Block::Heading(text) => line(format!("\n{text}\n")),
            Block::Paragraph(text) | Block::Note(text) => line(format!("{text}\n")),
            Block::Facts(facts) => {
                facts.iter().for_each(|(label, text)| line(format!("{label}: {text}")));
            }
            Block::Table { columns, rows } => {
                line(columns.join("\t"));
                rows.iter().for_each(|row| line(row.join("\t")));
            }
            Block::List(items) => {
                (1..).zip(items).for_each(|(number, text)| line(format!("{number}. {text}")));
            }
        }
    }
    out
}
