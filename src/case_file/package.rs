//! The documents of a case for the body that decides appeals: read one after the other, so that no more than one lies in
//! memory, with a list of them and the SHA-256 of each file.

use std::{collections::VecDeque, fmt::Write as _};

use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::{
    contents::{Content, Contents},
    zip::{TooLarge, Zip},
};
use crate::{
    app::App,
    appeal,
    case::actions::not_party,
    failure::{Failure, Problem},
    identity::Caller,
    journal::{
        model::{Direction, Journaled, Subject},
        store::export::entries_of,
    },
    party, supervision,
    values::{
        ids::{CaseId, PartyId},
        journal_title,
        language::Language,
    },
};

/// The language of the list: appeal bodies are ministries and boards.
const LANGUAGE: Language = Language::Bokmal;
/// The list of what is in it.
const LIST: &str = "innhold.tsv";
/// Sums, as `sha256sum --check` reads them.
const SUMS: &str = "SHA256SUMS";

impl From<TooLarge> for Failure {
    fn from(flaw: TooLarge) -> Self {
        Failure::new(Problem::ConditionsNotMet, flaw.to_string())
    }
}

/// What is still to be written.
#[derive(Debug, Clone, Copy)]
enum Left {
    Documents,
    List,
    Sums,
    End,
    Nothing,
}

/// A ZIP file on its way out.
pub struct Package {
    app: App,
    number: (i32, i64),
    contents: Contents,
    entries: VecDeque<Journaled>,
    zip: Zip,
    list: String,
    sums: String,
    left: Left,
}

/// Of a case on a permit, for a caseworker who may handle its kind and is no party.
///
/// # Errors
/// 403; 404 without an appeal.
pub async fn of_case(app: &App, caller: &Caller, id: CaseId) -> Result<Package, Failure> {
    let case = not_party(app, caller, id).await?;
    caller.needs_kind(case.kind)?;
    let connection = app.db().read();
    let key = party::store::data_key(connection, &app.keys(), case.applicant).await?;
    if appeal::store::of_case(connection, &key, id).await?.is_empty() {
        return Err(Failure::not_found());
    }
    Package::of(app, id, Subject::Permit(case.kind), Some(case.applicant), None).await
}

/// Of the case of a decision of supervision, for a caseworker who handles that and is not its respondent.
///
/// # Errors
/// 403; 404 without an appeal.
pub async fn of_supervision(app: &App, caller: &Caller, id: Uuid) -> Result<Package, Failure> {
    let connection = app.db().read();
    let case = supervision::store::case_of(connection, id).await?;
    supervision::actions::may_see(app, caller, case).await?;
    let kept = supervision::store::find(connection, case).await?;
    let key = kept.key(&app.keys())?;
    if appeal::store::of_case(connection, &key, CaseId(id)).await?.is_empty() {
        return Err(Failure::not_found());
    }
    Package::of(app, case, Subject::Supervision, kept.case.party, None).await
}

impl Package {
    /// Of what has passed between the party and the authority in a case; of it those with these numbers.
    ///
    /// # Errors
    /// When something does not open.
    pub async fn of(
        app: &App,
        id: CaseId,
        subject: Subject,
        party: Option<PartyId>,
        only: Option<&[i32]>,
    ) -> Result<Self, Failure> {
        let contents = Contents::of(app, id, subject, party).await?;
        let mut entries = entries_of(app.db().read(), &[id]).await?;
        let number = entries.first().ok_or_else(Failure::not_found)?.case_number;
        if let Some(only) = only {
            entries.retain(|entry| only.contains(&entry.number));
        }
        Ok(Self {
            app: app.clone(),
            number,
            contents,
            entries: entries.into(),
            zip: Zip::default(),
            list: "dokument\tdato\tretning\ttittel\tfil\tsha256\n".to_owned(),
            sums: String::new(),
            left: Left::Documents,
        })
    }

    /// Name of the file.
    pub fn name(&self) -> String {
        format!("{}-{:06}.zip", self.number.0, self.number.1)
    }

    /// The next bytes; nothing after the last.
    ///
    /// # Errors
    /// When something does not open, or there is too much.
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>, Failure> {
        loop {
            match self.left {
                Left::Documents => match self.entries.pop_front() {
                    Some(entry) => {
                        if let Some(bytes) = self.document(&entry).await? {
                            return Ok(Some(bytes));
                        }
                    }
                    None => self.left = Left::List,
                },
                Left::List => {
                    self.left = Left::Sums;
                    let list = std::mem::take(&mut self.list).into_bytes();
                    return self.file(LIST, list).map(Some);
                }
                Left::Sums => {
                    self.left = Left::End;
                    let sums = std::mem::take(&mut self.sums).into_bytes();
                    let mut bytes = self.zip.add(SUMS, &sums)?;
                    bytes.extend(sums);
                    return Ok(Some(bytes));
                }
                Left::End => {
                    self.left = Left::Nothing;
                    return Ok(Some(std::mem::take(&mut self.zip).finish()?));
                }
                Left::Nothing => return Ok(None),
            }
        }
    }

    /// A document, unless it stayed within the authority; one that nothing is kept of stands in the list only.
    async fn document(&mut self, entry: &Journaled) -> Result<Option<Vec<u8>>, Failure> {
        // each is asked for, in their order, as the contents want it
        let content = self.contents.next(&self.app, entry).await?;
        let way = match entry.direction {
            Direction::In => "inn",
            Direction::Out => "ut",
            Direction::Internal => return Ok(None),
        };
        let title = journal_title::in_language(&entry.title, LANGUAGE);
        let line = format!("{}\t{}\t{way}\t{title}", entry.display(), entry.document_date);
        let Some(content) = content else {
            let _ = writeln!(self.list, "{line}\t\t");
            return Ok(None);
        };
        let (extension, bytes) = match content {
            Content::Whole(format, bytes) => (format, bytes),
            Content::Sent(one, mut reader) => {
                let mut bytes = Vec::with_capacity(usize::try_from(one.size).unwrap_or_default());
                while let Some(piece) = reader.next().await? {
                    bytes.extend(piece);
                }
                if Sha256::digest(&bytes)[..] != one.sha256 {
                    return Err(Failure::internal("a document is not what its hash says"));
                }
                (one.media_type.extension(), bytes)
            }
        };
        let (year, serial) = entry.case_number;
        let name = format!("dokumenter/{year}-{serial:06}-{:02}.{extension}", entry.number);
        let _ = writeln!(self.list, "{line}\t{name}\t{}", hex::encode(Sha256::digest(&bytes)));
        self.file(&name, bytes).map(Some)
    }

    fn file(&mut self, name: &str, bytes: Vec<u8>) -> Result<Vec<u8>, Failure> {
        let _ = writeln!(self.sums, "{}  {name}", hex::encode(Sha256::digest(&bytes)));
        let mut whole = self.zip.add(name, &bytes)?;
        whole.extend(bytes);
        Ok(whole)
    }
}
