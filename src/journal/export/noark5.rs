//! The units of a Noark 5 package, version 5.0, in the order of the schemas arkivstruktur.xsd, loependeJournal.xsd,
//! offentligJournal.xsd and endringslogg.xsd.

use std::io::{self, Write};

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};

use super::{derived, einnsyn::WITHHELD, named, xml::Xml};
use crate::{
    journal::{
        model::{Correspondent, Direction, Journaled, Subject},
        public::wire::title,
        rules::may_name,
        store::{access::AccessChange, export::ClosedCase},
    },
    values::{access_code::AccessCode, language::Language},
};

const LANGUAGE: Language = Language::Bokmal;
const XSI: &str = "http://www.w3.org/2001/XMLSchema-instance";
/// Begins the namespaces of the schemas.
const NAMESPACE: &str = "http://www.arkivverket.no/standarder/noark5/";
/// Who keeps the archive, where it is not a person.
const SYSTEM: &str = "anrop";

/// A file of a document, as it lies in `dokumenter/`.
#[derive(Debug, Clone)]
pub struct Filed {
    /// Path within the package.
    pub path: String,
    /// `pdf`, `txt` or what was sent in.
    pub format: String,
    /// Media type, where the format does not say it.
    pub details: Option<String>,
    /// SHA-256.
    pub sha256: String,
    /// Bytes.
    pub size: u64,
}

/// What is the same all over a package.
#[derive(Debug, Clone)]
pub struct Head {
    /// Name of the authority.
    pub authority: String,
    /// Year of the cases.
    pub year: i32,
    /// First day of what is in it.
    pub from: NaiveDate,
    /// Last day.
    pub to: NaiveDate,
    /// Latest moment of what is in it; stands for when it was closed, so that the bytes do not depend on the day.
    pub closed_at: DateTime<Utc>,
}

impl Head {
    fn id(&self, what: &str) -> uuid::Uuid {
        derived(&format!("{}/{}", self.authority, self.year), what)
    }

    fn title(&self) -> String {
        format!("Sakarkiv {}", self.year)
    }
}

fn moment(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// Begins `arkivstruktur.xml`: the archive, its part and its classification.
///
/// # Errors
/// When it cannot be written.
pub fn begin_structure<W: Write>(
    inner: W,
    head: &Head,
    first: DateTime<Utc>,
) -> io::Result<Xml<W>> {
    let mut xml = Xml::begin(inner)?;
    let namespace = format!("{NAMESPACE}arkivstruktur");
    let location = format!("{namespace} arkivstruktur.xsd");
    let attributes =
        [("xmlns", namespace.as_str()), ("xmlns:xsi", XSI), ("xsi:schemaLocation", &location)];
    xml.open("arkiv", &attributes)?;
    xml.leaf("systemID", head.id("arkiv"))?;
    xml.leaf("tittel", head.title())?;
    xml.leaf("arkivstatus", named("M050", "A"))?;
    xml.leaf("dokumentmedium", named("M300", "E"))?;
    lifetime(&mut xml, first, SYSTEM, (head.closed_at, SYSTEM))?;
    creator(&mut xml, head)?;
    xml.open("arkivdel", &[])?;
    xml.leaf("systemID", head.id("arkivdel"))?;
    xml.leaf("tittel", head.title())?;
    xml.leaf("arkivdelstatus", named("M051", "P"))?;
    xml.leaf("dokumentmedium", named("M300", "E"))?;
    lifetime(&mut xml, first, SYSTEM, (head.closed_at, SYSTEM))?;
    xml.leaf("arkivperiodeStartDato", head.from)?;
    xml.leaf("arkivperiodeSluttDato", head.to)?;
    xml.open("klassifikasjonssystem", &[])?;
    xml.leaf("systemID", head.id("klassifikasjonssystem"))?;
    xml.leaf("tittel", "Slag tillatelse")?;
    xml.leaf("opprettetDato", moment(first))?;
    xml.leaf("opprettetAv", SYSTEM)?;
    Ok(xml)
}

/// Ends `arkivstruktur.xml`.
///
/// # Errors
/// When it cannot be written.
pub fn end_structure<W: Write>(mut xml: Xml<W>) -> io::Result<(String, u64)> {
    for name in ["klassifikasjonssystem", "arkivdel", "arkiv"] {
        xml.close(name)?;
    }
    xml.finish()
}

fn lifetime<W: Write>(
    xml: &mut Xml<W>,
    made: DateTime<Utc>,
    by: &str,
    (closed, closed_by): (DateTime<Utc>, &str),
) -> io::Result<()> {
    xml.leaf("opprettetDato", moment(made))?;
    xml.leaf("opprettetAv", by)?;
    xml.leaf("avsluttetDato", moment(closed))?;
    xml.leaf("avsluttetAv", closed_by)
}

fn creator<W: Write>(xml: &mut Xml<W>, head: &Head) -> io::Result<()> {
    xml.open("arkivskaper", &[])?;
    xml.leaf("arkivskaperID", &head.authority)?;
    xml.leaf("arkivskaperNavn", &head.authority)?;
    xml.close("arkivskaper")
}

/// Begins the class of a kind of permit, of supervision or of fees.
///
/// # Errors
/// When it cannot be written.
pub fn begin_class<W: Write>(
    xml: &mut Xml<W>,
    head: &Head,
    subject: Subject,
    first: DateTime<Utc>,
) -> io::Result<()> {
    xml.open("klasse", &[])?;
    xml.leaf("systemID", head.id(&format!("klasse/{}", subject.code())))?;
    xml.leaf("klasseID", subject.code())?;
    xml.leaf("tittel", subject.title(LANGUAGE))?;
    xml.leaf("opprettetDato", moment(first))?;
    xml.leaf("opprettetAv", SYSTEM)
}

/// Begins a case.
///
/// # Errors
/// When it cannot be written.
pub fn begin_case<W: Write>(
    xml: &mut Xml<W>,
    case: &ClosedCase,
    subject: Subject,
    decided_by: &str,
    party: Option<&Correspondent>,
) -> io::Result<()> {
    let title = subject.title(LANGUAGE);
    xml.open("mappe", &[("xsi:type", "saksmappe")])?;
    xml.leaf("systemID", case.id)?;
    xml.leaf("mappeID", format!("{}/{:06}", case.number.0, case.number.1))?;
    xml.leaf("tittel", title)?;
    xml.leaf("offentligTittel", title)?;
    xml.leaf("dokumentmedium", named("M300", "E"))?;
    lifetime(xml, case.submitted_at, SYSTEM, (case.closed_at, decided_by))?;
    if let Some(party) = party {
        xml.open("part", &[])?;
        xml.leaf("partID", party.party)?;
        xml.leaf("partNavn", &party.name)?;
        let role = match subject {
            Subject::Permit(_) => "Søker",
            Subject::Supervision => "Den saken gjelder",
            Subject::Fees => "Betaler",
        };
        xml.leaf("partRolle", role)?;
        xml.close("part")?;
    }
    Ok(())
}

/// Ends a case.
///
/// # Errors
/// When it cannot be written.
pub fn end_case<W: Write>(xml: &mut Xml<W>, case: &ClosedCase, authority: &str) -> io::Result<()> {
    let (year, serial) = case.number;
    xml.leaf("saksaar", year)?;
    xml.leaf("sakssekvensnummer", serial)?;
    xml.leaf("saksdato", crate::values::calendar::oslo_date(case.submitted_at))?;
    xml.leaf("administrativEnhet", authority)?;
    xml.leaf("saksansvarlig", case.assignee.as_deref().unwrap_or(SYSTEM))?;
    let status = if case.is_withdrawn { "U" } else { "A" };
    xml.leaf("saksstatus", named("M052", status))?;
    xml.close("mappe")
}

fn shield<W: Write>(xml: &mut Xml<W>, entry: &Journaled, code: &AccessCode) -> io::Result<()> {
    xml.open("skjerming", &[])?;
    xml.leaf("tilgangsrestriksjon", code.code)?;
    xml.leaf("skjermingshjemmel", code.citation)?;
    xml.leaf("skjermingMetadata", named("M502", shielded(entry, code)))?;
    xml.leaf("skjermingDokument", named("M503", "H"))?;
    xml.close("skjerming")
}

fn shielded(entry: &Journaled, code: &AccessCode) -> &'static str {
    match (code.hides_person, entry.direction) {
        (true, Direction::In) => "NA",
        (true, Direction::Out) => "NM",
        _ => "TD",
    }
}

const fn post_type(direction: Direction) -> &'static str {
    match direction {
        Direction::In => "I",
        Direction::Out => "U",
        Direction::Internal => "X",
    }
}

const fn correspondent_type(direction: Direction) -> &'static str {
    match direction {
        Direction::In => "EA",
        Direction::Out => "EM",
        Direction::Internal => "IA",
    }
}

/// Whole name of sender or receiver; within the authority, who entered it.
fn whole_name(entry: &Journaled) -> &str {
    match (entry.direction, &entry.correspondent) {
        (Direction::Internal, _) => &entry.actor,
        (_, Some(who)) => &who.name,
        (_, None) => "Ukjent",
    }
}

/// Writes a document of a case with its files.
///
/// # Errors
/// When it cannot be written.
pub fn post<W: Write>(xml: &mut Xml<W>, entry: &Journaled, files: &[Filed]) -> io::Result<()> {
    let made = moment(entry.at);
    xml.open("registrering", &[("xsi:type", "journalpost")])?;
    xml.leaf("systemID", entry.id)?;
    xml.leaf("opprettetDato", &made)?;
    xml.leaf("opprettetAv", &entry.actor)?;
    xml.leaf("arkivertDato", &made)?;
    xml.leaf("arkivertAv", SYSTEM)?;
    if let Some(code) = entry.access() {
        shield(xml, entry, code)?;
    }
    if !files.is_empty() {
        description(xml, entry, files, &made)?;
    }
    let (year, number) = entry.journal_number.unwrap_or_default();
    xml.leaf("registreringsID", format!("{number}/{year}"))?;
    let title = title(entry, LANGUAGE);
    xml.leaf("tittel", &title)?;
    xml.leaf("offentligTittel", &title)?;
    xml.leaf("dokumentmedium", named("M300", "E"))?;
    xml.open("korrespondansepart", &[])?;
    xml.leaf("korrespondanseparttype", named("M087", correspondent_type(entry.direction)))?;
    xml.leaf("korrespondansepartNavn", whole_name(entry))?;
    xml.close("korrespondansepart")?;
    xml.leaf("journalaar", year)?;
    xml.leaf("journalsekvensnummer", number)?;
    xml.leaf("journalpostnummer", entry.number)?;
    xml.leaf("journalposttype", named("M082", post_type(entry.direction)))?;
    xml.leaf("journalstatus", named("M053", "A"))?;
    xml.leaf("journaldato", entry.day)?;
    xml.leaf("dokumentetsDato", entry.document_date)?;
    match entry.direction {
        Direction::In => xml.leaf("mottattDato", &made)?,
        Direction::Out => xml.leaf("sendtDato", &made)?,
        Direction::Internal => {}
    }
    xml.close("registrering")
}

fn description<W: Write>(
    xml: &mut Xml<W>,
    entry: &Journaled,
    files: &[Filed],
    made: &str,
) -> io::Result<()> {
    let of = entry.id.to_string();
    let kind = match entry.direction {
        Direction::Internal => "N",
        Direction::Out => "B",
        Direction::In if entry.title.starts_with("Application") => "S",
        Direction::In if entry.title.starts_with("Appeal") => "K",
        Direction::In if entry.title.starts_with("Document") => "V",
        Direction::In => "B",
    };
    xml.open("dokumentbeskrivelse", &[])?;
    xml.leaf("systemID", derived(&of, "dokumentbeskrivelse"))?;
    xml.leaf("dokumenttype", named("M083", kind))?;
    xml.leaf("dokumentstatus", named("M054", "F"))?;
    xml.leaf("tittel", title(entry, LANGUAGE))?;
    xml.leaf("opprettetDato", made)?;
    xml.leaf("opprettetAv", &entry.actor)?;
    xml.leaf("dokumentmedium", named("M300", "E"))?;
    xml.leaf("tilknyttetRegistreringSom", named("M217", "H"))?;
    xml.leaf("dokumentnummer", 1)?;
    xml.leaf("tilknyttetDato", made)?;
    xml.leaf("tilknyttetAv", &entry.actor)?;
    for (version, file) in (1..).zip(files) {
        xml.open("dokumentobjekt", &[])?;
        xml.leaf("systemID", derived(&of, &format!("dokumentobjekt/{version}")))?;
        xml.leaf("versjonsnummer", version)?;
        xml.leaf("variantformat", named("M700", "A"))?;
        xml.leaf("format", &file.format)?;
        xml.optional("formatDetaljer", file.details.as_ref())?;
        xml.leaf("opprettetDato", made)?;
        xml.leaf("opprettetAv", &entry.actor)?;
        xml.leaf("referanseDokumentfil", &file.path)?;
        xml.leaf("sjekksum", &file.sha256)?;
        xml.leaf("sjekksumAlgoritme", "SHA-256")?;
        xml.leaf("filstoerrelse", file.size)?;
        xml.close("dokumentobjekt")?;
    }
    xml.close("dokumentbeskrivelse")
}

/// The two journals of a package.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Journal {
    /// Every document, with whole names.
    Running,
    /// Documents in and out, as the public had them when they were new.
    Public,
}

impl Journal {
    /// Its root element and the name of its file.
    pub const fn name(self) -> &'static str {
        match self {
            Journal::Running => "loependeJournal",
            Journal::Public => "offentligJournal",
        }
    }

    /// Whether a document stands in it.
    pub fn has(self, entry: &Journaled) -> bool {
        self == Journal::Running || entry.direction != Direction::Internal
    }
}

/// Begins a journal.
///
/// # Errors
/// When it cannot be written.
pub fn begin_journal<W: Write>(
    inner: W,
    journal: Journal,
    head: &Head,
    count: u64,
) -> io::Result<Xml<W>> {
    let mut xml = Xml::begin(inner)?;
    let namespace = format!("{NAMESPACE}{}", journal.name());
    let location = format!("{namespace} {}.xsd", journal.name());
    let attributes =
        [("xmlns", namespace.as_str()), ("xmlns:xsi", XSI), ("xsi:schemaLocation", &location)];
    xml.open(journal.name(), &attributes)?;
    xml.open("journalhode", &[])?;
    xml.leaf("journalStartDato", head.from)?;
    xml.leaf("journalSluttDato", head.to)?;
    xml.leaf("antallJournalposter", count)?;
    creator(&mut xml, head)?;
    xml.close("journalhode")?;
    Ok(xml)
}

/// Writes a document of a journal.
///
/// # Errors
/// When it cannot be written.
pub fn register<W: Write>(xml: &mut Xml<W>, journal: Journal, entry: &Journaled) -> io::Result<()> {
    let is_public = journal == Journal::Public;
    let kind_title = entry.subject.title(LANGUAGE);
    xml.open("journalregistrering", &[])?;
    xml.open("klasse", &[])?;
    xml.leaf("klasseID", entry.subject.code())?;
    xml.leaf("tittel", kind_title)?;
    xml.close("klasse")?;
    xml.open("saksmappe", &[])?;
    xml.leaf("saksaar", entry.case_number.0)?;
    xml.leaf("sakssekvensnummer", entry.case_number.1)?;
    if !is_public {
        xml.leaf("tittel", kind_title)?;
    }
    xml.leaf("offentligTittel", kind_title)?;
    xml.close("saksmappe")?;
    xml.open("journalpost", &[])?;
    let (year, number) = entry.journal_number.unwrap_or_default();
    xml.leaf("systemID", entry.id)?;
    xml.leaf("journalaar", year)?;
    xml.leaf("journalsekvensnummer", number)?;
    xml.leaf("journalpostnummer", entry.number)?;
    let title = title(entry, LANGUAGE);
    if !is_public {
        xml.leaf("tittel", &title)?;
    }
    xml.leaf("offentligTittel", &title)?;
    let code = entry.access();
    xml.optional("skjermingMetadata", code.map(|code| named("M502", shielded(entry, code))))?;
    xml.leaf("journaldato", entry.day)?;
    xml.leaf("dokumentetsDato", entry.document_date)?;
    xml.optional("tilgangsrestriksjon", code.map(|code| code.code))?;
    xml.optional("skjermingshjemmel", code.map(|code| code.citation))?;
    xml.open("korrespondansepart", &[])?;
    xml.leaf("korrespondanseparttype", named("M087", correspondent_type(entry.direction)))?;
    let name = if is_public { public_name(entry) } else { whole_name(entry) };
    xml.leaf("korrespondansepartNavn", name)?;
    xml.close("korrespondansepart")?;
    xml.close("journalpost")?;
    xml.close("journalregistrering")
}

/// The name the public had on the day the document was journaled.
fn public_name(entry: &Journaled) -> &str {
    match &entry.correspondent {
        Some(who) if !who.is_person() || may_name(who, entry, entry.day) => &who.name,
        _ => WITHHELD,
    }
}

/// Begins the log of changes.
///
/// # Errors
/// When it cannot be written.
pub fn begin_changes<W: Write>(inner: W) -> io::Result<Xml<W>> {
    let mut xml = Xml::begin(inner)?;
    let namespace = format!("{NAMESPACE}endringslogg");
    let location = format!("{namespace} endringslogg.xsd");
    let attributes =
        [("xmlns", namespace.as_str()), ("xmlns:xsi", XSI), ("xsi:schemaLocation", &location)];
    xml.open("endringslogg", &attributes)?;
    Ok(xml)
}

/// A change of something archived.
pub struct Change<'a> {
    /// The unit.
    pub of: uuid::Uuid,
    /// What of it: number of the metadata.
    pub metadata: &'a str,
    /// When.
    pub at: DateTime<Utc>,
    /// Who.
    pub by: &'a str,
    /// Value before.
    pub before: &'a str,
    /// Value from then on.
    pub after: &'a str,
}

impl<'a> Change<'a> {
    /// That a case was closed.
    pub fn closed(case: &ClosedCase, by: &'a str) -> Self {
        let status = if case.is_withdrawn { "U" } else { "A" };
        Self {
            of: case.id.0,
            metadata: "M052",
            at: case.closed_at,
            by,
            before: "Under behandling",
            after: named("M052", status),
        }
    }

    /// That an access code was set.
    pub fn access(change: &'a AccessChange) -> Self {
        Self {
            of: change.entry_id,
            metadata: "M500",
            at: change.at,
            by: &change.actor,
            before: change.code_before.as_deref().unwrap_or("Offentlig"),
            after: change.code.as_deref().unwrap_or("Offentlig"),
        }
    }

    /// Writes it.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write<W: Write>(&self, xml: &mut Xml<W>) -> io::Result<()> {
        xml.open("endring", &[])?;
        xml.leaf("referanseArkivenhet", self.of)?;
        xml.leaf("referanseMetadata", self.metadata)?;
        xml.leaf("endretDato", moment(self.at))?;
        xml.leaf("endretAv", self.by)?;
        xml.leaf("tidligereVerdi", self.before)?;
        xml.leaf("nyVerdi", self.after)?;
        xml.close("endring")
    }
}
