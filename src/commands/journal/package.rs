//! A Noark 5 package on disk. Everything is read in pages and written as it comes; the same cases give the same bytes.

use std::{
    fs::{self, File},
    io::{self, BufWriter},
    path::Path,
};

use chrono::Datelike as _;
use sha2::{Digest as _, Sha256};

use super::{PAGE, all_numbered, files::Folder};
use crate::{
    app::App,
    case_file::contents::Contents,
    commands::run::in_words,
    failure::Failure,
    journal::{
        export::{
            addml::{self, Part, Schema},
            noark5::{self, Change, Head, Journal},
            xml::Xml,
        },
        model::{Direction, Journaled, Subject},
        store::export::{self, CaseYear, ClosedCase, Extent},
    },
    letter,
    values::{calendar::oslo_date, ids::CaseId},
};

/// Cases read at a time.
const CASES: u64 = 100;
/// The schemas of a package.
const SCHEMAS: [&str; 6] = [
    "addml.xsd",
    "arkivstruktur.xsd",
    "endringslogg.xsd",
    "loependeJournal.xsd",
    "metadatakatalog.xsd",
    "offentligJournal.xsd",
];

/// What a package came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written {
    /// Cases.
    pub cases: u64,
    /// Documents.
    pub entries: u64,
    /// Documents of the public journal.
    pub public: u64,
    /// Files of documents.
    pub files: u64,
    /// Cases of the year that are still open.
    pub open: u64,
}

type Output = BufWriter<File>;

fn output(folder: &Path, name: &str) -> io::Result<Output> {
    Ok(BufWriter::new(File::create_new(folder.join(name))?))
}

/// Writes the package of a year into a folder that does not exist yet; what was begun is removed when it fails.
///
/// # Errors
/// In words for the operator.
pub async fn write(
    app: &App,
    year: i32,
    schemas: Option<&Path>,
    folder: &Path,
) -> Result<Written, String> {
    all_numbered(app).await?;
    let connection = app.db().read();
    if !letter::store::without_file(connection, 1).await.map_err(in_words)?.is_empty() {
        return Err(
            "some letters have no file yet; let the worker run for a moment (`anrop work`)"
                .to_owned(),
        );
    }
    let this_year = oslo_date(app.clock().now()).year();
    let of = CaseYear { year, is_over: year < this_year };
    let extent = export::extent(connection, of).await.map_err(in_words)?;
    let (Some((from, to)), Some(closed_at)) = (extent.days, extent.latest) else {
        return Err(format!("no case of {year} is closed, so there is nothing to archive"));
    };
    fs::create_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let authority = app.settings().authority_name.clone();
    let head = Head { authority, year, from, to, closed_at };
    let package = Package { app, head, of, extent, folder };
    let written = package.write(schemas).await.map_err(in_words);
    if written.is_err() {
        let _ = fs::remove_dir_all(folder);
    }
    written
}

struct Package<'a> {
    app: &'a App,
    head: Head,
    of: CaseYear,
    extent: Extent,
    folder: &'a Path,
}

impl Package<'_> {
    async fn write(&self, schemas: Option<&Path>) -> Result<Written, Failure> {
        let io = Failure::internal;
        let documents = self.folder.join("dokumenter");
        fs::create_dir(&documents).map_err(io)?;
        let mut files = Folder::new(&documents);
        let mut structure = noark5::begin_structure(
            output(self.folder, "arkivstruktur.xml").map_err(io)?,
            &self.head,
            self.first_moment(),
        )
        .map_err(io)?;
        let mut changes =
            noark5::begin_changes(output(self.folder, "endringslogg.xml").map_err(io)?)
                .map_err(io)?;
        let mut counts = Counts::default();
        for subject in Subject::all() {
            self.class(subject, &mut structure, &mut changes, &mut files, &mut counts).await?;
        }
        let structure = noark5::end_structure(structure).map_err(io)?;
        counts.changes += self.access_changes(&mut changes).await?;
        changes.close("endringslogg").map_err(io)?;
        let changes = changes.finish().map_err(io)?;
        let schemas = schemas.map_or(Ok(Vec::new()), |from| self.copy(from)).map_err(io)?;
        let mut parts = vec![
            Part {
                name: "arkivstruktur",
                sha256: structure.0,
                counts: vec![("mappe", counts.cases), ("registrering", counts.entries)],
            },
            Part {
                name: "endringslogg",
                sha256: changes.0,
                counts: vec![("endring", counts.changes)],
            },
        ];
        for (journal, count) in
            [(Journal::Running, counts.entries), (Journal::Public, counts.public)]
        {
            parts.extend(self.journal(journal, count).await?);
        }
        let out = output(self.folder, "arkivuttrekk.xml").map_err(io)?;
        let about = (files.count(), counts.has_shielded);
        addml::write(out, &self.head, &parts, &schemas, about).map_err(io)?;
        Ok(Written {
            cases: counts.cases,
            entries: counts.entries,
            public: counts.public,
            files: files.count(),
            open: self.extent.open,
        })
    }

    /// When the archive part began: the first day of what is in it.
    fn first_moment(&self) -> chrono::DateTime<chrono::Utc> {
        self.head.from.and_time(chrono::NaiveTime::MIN).and_utc()
    }

    async fn class(
        &self,
        subject: Subject,
        structure: &mut Xml<Output>,
        changes: &mut Xml<Output>,
        files: &mut Folder<'_>,
        counts: &mut Counts,
    ) -> Result<(), Failure> {
        let io = Failure::internal;
        noark5::begin_class(structure, &self.head, subject, self.first_moment()).map_err(io)?;
        let connection = self.app.db().read();
        let mut after = 0;
        loop {
            let cases = export::closed_cases(connection, subject, self.of, after, CASES).await?;
            let Some(last) = cases.last() else { break };
            after = last.number.1;
            let ids: Vec<CaseId> = cases.iter().map(|case| case.id).collect();
            let deciders = export::deciders(connection, &ids).await?;
            let mut entries = export::entries_of(connection, &ids).await?;
            for case in &cases {
                // those of this case stand together; they are taken out, so that none is looked at again
                let own: Vec<Journaled> =
                    entries.extract_if(.., |one| one.case == case.id).collect();
                let by = deciders.get(&case.id.0).or(case.assignee.as_ref());
                let by = by.map_or("anrop", String::as_str);
                self.case(case, subject, by, &own, structure, files, counts).await?;
                Change::closed(case, by).write(changes).map_err(io)?;
                counts.changes += 1;
            }
        }
        structure.close("klasse").map_err(io)
    }

    #[allow(clippy::too_many_arguments)] // private; what is written, and where to
    async fn case(
        &self,
        case: &ClosedCase,
        subject: Subject,
        by: &str,
        entries: &[Journaled],
        structure: &mut Xml<Output>,
        files: &mut Folder<'_>,
        counts: &mut Counts,
    ) -> Result<(), Failure> {
        let io = Failure::internal;
        let way = match subject {
            Subject::Permit(_) => Direction::In,
            Subject::Supervision | Subject::Fees => Direction::Out,
        };
        let party = entries
            .iter()
            .filter(|entry| entry.direction == way)
            .find_map(|entry| entry.correspondent.as_ref());
        noark5::begin_case(structure, case, subject, by, party).map_err(io)?;
        let whose = party.map(|who| who.party);
        let mut contents = Contents::of(self.app, case.id, subject, whose).await?;
        for entry in entries {
            let filed = match contents.next(self.app, entry).await? {
                Some(content) => Some(files.write(entry, content).await?),
                None => None,
            };
            noark5::post(structure, entry, filed.as_slice()).map_err(io)?;
            counts.entries += 1;
            counts.public += u64::from(Journal::Public.has(entry));
            counts.has_shielded |= entry.access().is_some();
        }
        counts.cases += 1;
        noark5::end_case(structure, case, &self.head.authority).map_err(io)
    }

    async fn access_changes(&self, xml: &mut Xml<Output>) -> Result<u64, Failure> {
        let (mut after, mut count) = (None, 0);
        loop {
            let connection = self.app.db().read();
            let page = export::access_changes(connection, self.of, after, PAGE).await?;
            for change in &page {
                Change::access(change).write(xml).map_err(Failure::internal)?;
            }
            count += page.len() as u64;
            match page.last() {
                Some(last) if page.len() as u64 == PAGE => after = Some(last.id),
                _ => return Ok(count),
            }
        }
    }

    /// A journal of the package. Its schema asks for at least one document, so there is none where all documents
    /// are internal.
    async fn journal(&self, journal: Journal, count: u64) -> Result<Option<Part>, Failure> {
        let io = Failure::internal;
        if count == 0 {
            return Ok(None);
        }
        let out = output(self.folder, &format!("{}.xml", journal.name())).map_err(io)?;
        let mut xml = noark5::begin_journal(out, journal, &self.head, count).map_err(io)?;
        let mut after = None;
        loop {
            let connection = self.app.db().read();
            let page = export::running(connection, self.of, after, PAGE).await?;
            for entry in page.iter().filter(|entry| journal.has(entry)) {
                noark5::register(&mut xml, journal, entry).map_err(io)?;
            }
            match page.last() {
                Some(last) if page.len() as u64 == PAGE => after = last.journal_number,
                _ => break,
            }
        }
        xml.close(journal.name()).map_err(io)?;
        let (sha256, _) = xml.finish().map_err(io)?;
        let counts = vec![("journalregistrering", count)];
        Ok(Some(Part { name: journal.name(), sha256, counts }))
    }

    /// Puts the schema files that are there into the package.
    fn copy(&self, from: &Path) -> io::Result<Vec<Schema>> {
        let mut copied = Vec::new();
        for name in SCHEMAS {
            let path = from.join(name);
            if !path.is_file() {
                continue;
            }
            let bytes = fs::read(&path)?;
            fs::write(self.folder.join(name), &bytes)?;
            let sha256 = Some(hex::encode(Sha256::digest(&bytes)));
            copied.push(Schema { name: name.to_owned(), sha256 });
        }
        Ok(copied)
    }
}

/// What was written so far.
#[derive(Debug, Default)]
struct Counts {
    cases: u64,
    entries: u64,
    public: u64,
    changes: u64,
    has_shielded: bool,
}
