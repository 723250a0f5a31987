//! `arkivuttrekk.xml`: what is in a Noark 5 package, in ADDML 8.2, with the hash of each file.

use std::io::{self, Write};

use super::{noark5::Head, xml::Xml};

/// A schema file of the package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schema {
    /// Name, e.g. `arkivstruktur.xsd`.
    pub name: String,
    /// SHA-256, where the file is in the package.
    pub sha256: Option<String>,
}

/// An XML file of the package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Name without its ending; also its schema's.
    pub name: &'static str,
    /// SHA-256.
    pub sha256: String,
    /// Elements and how many there are.
    pub counts: Vec<(&'static str, u64)>,
}

fn begin<W: Write>(xml: &mut Xml<W>, name: &str) -> io::Result<()> {
    xml.open("property", &[("name", name)])
}

fn value<W: Write>(xml: &mut Xml<W>, name: &str, text: impl std::fmt::Display) -> io::Result<()> {
    begin(xml, name)?;
    xml.leaf("value", text)?;
    xml.close("property")
}

fn typed<W: Write>(
    xml: &mut Xml<W>,
    name: &str,
    kind: &str,
    text: impl std::fmt::Display,
) -> io::Result<()> {
    xml.open("property", &[("name", name), ("dataType", kind)])?;
    xml.leaf("value", text)?;
    xml.close("property")
}

/// A value with a version below it.
fn versioned<W: Write>(xml: &mut Xml<W>, name: &str, text: &str, version: &str) -> io::Result<()> {
    begin(xml, name)?;
    xml.leaf("value", text)?;
    xml.open("properties", &[])?;
    value(xml, "version", version)?;
    xml.close("properties")?;
    xml.close("property")
}

fn file<W: Write>(xml: &mut Xml<W>, name: &str, sha256: Option<&str>) -> io::Result<()> {
    begin(xml, "file")?;
    xml.open("properties", &[])?;
    value(xml, "name", name)?;
    versioned(xml, "format", "XML", "1.0")?;
    if let Some(sha256) = sha256 {
        begin(xml, "checksum")?;
        xml.open("properties", &[])?;
        value(xml, "algorithm", "SHA-256")?;
        value(xml, "value", sha256)?;
        xml.close("properties")?;
        xml.close("property")?;
    }
    xml.close("properties")?;
    xml.close("property")
}

fn schema<W: Write>(xml: &mut Xml<W>, schema: &Schema, is_main: bool) -> io::Result<()> {
    begin(xml, "schema")?;
    if is_main {
        xml.leaf("value", "main")?;
    }
    xml.open("properties", &[])?;
    file(xml, &schema.name, schema.sha256.as_deref())?;
    versioned(xml, "type", "XML Schema", "1.0")?;
    xml.close("properties")?;
    xml.close("property")
}

fn part<W: Write>(xml: &mut Xml<W>, part: &Part, schemas: &[Schema]) -> io::Result<()> {
    xml.open("dataObject", &[("name", part.name)])?;
    xml.open("properties", &[])?;
    file(xml, &format!("{}.xml", part.name), Some(&part.sha256))?;
    let main = format!("{}.xsd", part.name);
    for name in [main.as_str(), "metadatakatalog.xsd"] {
        let known = schemas.iter().find(|schema| schema.name == name).cloned();
        let one = known.unwrap_or_else(|| Schema { name: name.to_owned(), sha256: None });
        schema(xml, &one, name == main)?;
    }
    begin(xml, "info")?;
    xml.open("properties", &[])?;
    for (element, count) in &part.counts {
        begin(xml, "numberOfOccurrences")?;
        xml.leaf("value", element)?;
        xml.open("properties", &[])?;
        value(xml, "elementPath", format!("//{element}"))?;
        typed(xml, "value", "integer", count)?;
        xml.close("properties")?;
        xml.close("property")?;
    }
    xml.close("properties")?;
    xml.close("property")?;
    xml.close("properties")?;
    xml.close("dataObject")
}

fn element<W: Write>(xml: &mut Xml<W>, name: &str, text: &str) -> io::Result<()> {
    xml.open("additionalElement", &[("name", name)])?;
    xml.leaf("value", text)?;
    xml.close("additionalElement")
}

/// Writes the whole file.
///
/// # Errors
/// When it cannot be written.
pub fn write<W: Write>(
    inner: W,
    head: &Head,
    parts: &[Part],
    schemas: &[Schema],
    (documents, has_shielded): (u64, bool),
) -> io::Result<(String, u64)> {
    let mut xml = Xml::begin(inner)?;
    let namespace = "http://www.arkivverket.no/standarder/addml";
    let location = format!("{namespace} addml.xsd");
    let attributes = [
        ("xmlns", namespace),
        ("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance"),
        ("xsi:schemaLocation", location.as_str()),
        ("name", "Noark 5-arkivuttrekk"),
    ];
    xml.open("addml", &attributes)?;
    xml.open("dataset", &[])?;
    xml.leaf("description", "Noark 5-arkivuttrekk")?;
    xml.open("reference", &[])?;
    xml.open("context", &[])?;
    xml.open("additionalElements", &[])?;
    xml.open("additionalElement", &[("name", "recordCreators")])?;
    xml.open("additionalElements", &[])?;
    element(&mut xml, "recordCreator", &head.authority)?;
    xml.close("additionalElements")?;
    xml.close("additionalElement")?;
    element(&mut xml, "systemType", "Sakarkiv (Noark-5)")?;
    element(&mut xml, "systemName", "anrop")?;
    element(&mut xml, "archive", &format!("Sakarkiv {}", head.year))?;
    xml.close("additionalElements")?;
    xml.close("context")?;
    xml.open("content", &[])?;
    xml.open("additionalElements", &[])?;
    xml.open("additionalElement", &[("name", "archivalPeriod")])?;
    xml.open("properties", &[])?;
    value(&mut xml, "startDate", head.from)?;
    value(&mut xml, "endDate", head.to)?;
    xml.close("properties")?;
    xml.close("additionalElement")?;
    xml.close("additionalElements")?;
    xml.close("content")?;
    xml.close("reference")?;
    xml.open("dataObjects", &[])?;
    xml.open("dataObject", &[("name", "Noark 5-arkivuttrekk")])?;
    xml.open("properties", &[])?;
    info(&mut xml, documents, has_shielded)?;
    xml.close("properties")?;
    xml.open("dataObjects", &[])?;
    for one in parts {
        part(&mut xml, one, schemas)?;
    }
    xml.close("dataObjects")?;
    xml.close("dataObject")?;
    xml.close("dataObjects")?;
    xml.close("dataset")?;
    xml.close("addml")?;
    xml.finish()
}

fn info<W: Write>(xml: &mut Xml<W>, documents: u64, has_shielded: bool) -> io::Result<()> {
    begin(xml, "info")?;
    xml.open("properties", &[])?;
    versioned(xml, "type", "Noark 5", "5.0")?;
    begin(xml, "additionalInfo")?;
    xml.open("properties", &[])?;
    begin(xml, "periode")?;
    xml.open("properties", &[])?;
    value(xml, "inngaaendeSkille", "skarpt")?;
    value(xml, "utgaaendeSkille", "skarpt")?;
    xml.close("properties")?;
    xml.close("property")?;
    typed(xml, "inneholderSkjermetInformasjon", "boolean", has_shielded)?;
    typed(xml, "omfatterDokumenterSomErKassert", "boolean", false)?;
    typed(xml, "inneholderDokumenterSomSkalKasseres", "boolean", false)?;
    typed(xml, "inneholderVirksomhetsspesifikkeMetadata", "boolean", false)?;
    typed(xml, "antallDokumentfiler", "integer", documents)?;
    xml.close("properties")?;
    xml.close("property")?;
    xml.close("properties")?;
    xml.close("property")
}
