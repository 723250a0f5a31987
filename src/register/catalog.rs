//! The catalogue of the open data by DCAT-AP-NO 2: a dataset for each public list and for the figures, a
//! distribution for each of their files, and the service that answers single questions.
//!
//! Pure: what it says follows from the settings and from which files there are.

use std::collections::BTreeSet;

use oxjsonld::JsonLdSerializer;
use oxrdf::{GraphName, Literal, NamedNode, Quad, Term, vocab::rdf};
use oxttl::TurtleSerializer;

use super::{
    CALL_SIGNS,
    snapshot::{self, Layout, Name, PLAN},
};
use crate::{config::Settings, failure::Failure};

/// How the catalogue is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Syntax {
    /// Turtle.
    Turtle,
    /// JSON-LD.
    JsonLd,
}

impl Syntax {
    /// Media type.
    pub const fn media_type(self) -> &'static str {
        match self {
            Syntax::Turtle => "text/turtle",
            Syntax::JsonLd => "application/ld+json",
        }
    }
}

/// Prefixes of the vocabularies.
const PREFIXES: [(&str, &str); 8] = [
    ("adms", ADMS),
    ("dcat", DCAT),
    ("dct", DCT),
    ("foaf", FOAF),
    ("rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"),
    ("skos", SKOS),
    ("vcard", VCARD),
    ("xsd", "http://www.w3.org/2001/XMLSchema#"),
];
const ADMS: &str = "http://www.w3.org/ns/adms#";
/// Code list of the states of a distribution.
const STATUS: &str = "http://purl.org/adms/status/";
const DCAT: &str = "http://www.w3.org/ns/dcat#";
const DCT: &str = "http://purl.org/dc/terms/";
const FOAF: &str = "http://xmlns.com/foaf/0.1/";
const VCARD: &str = "http://www.w3.org/2006/vcard/ns#";
/// Code lists of the Publications Office of the European Union.
const EU: &str = "http://publications.europa.eu/resource/authority/";
/// The Norwegian Licence for Open Government Data 2.0 in that code list.
const NLOD: &str = "http://publications.europa.eu/resource/authority/licence/NLOD_2_0";
const SKOS: &str = "http://www.w3.org/2004/02/skos/core#";
const IANA: &str = "https://www.iana.org/assignments/media-types/";

/// A text in bokmål, nynorsk and English.
type Words = [&'static str; 3];

/// A dataset in words: list, title, description, keyword, theme.
struct About {
    list: &'static str,
    title: Words,
    description: Words,
    keyword: Words,
    theme: &'static str,
}

/// Figures for everybody, each in one file that is counted when it is asked for.
pub const FIGURES: [&str; 2] = ["/interference-statistics.csv", "/statistics.csv"];

const DATASETS: [About; 8] = [
    About {
        list: CALL_SIGNS,
        title: ["Kallesignaler", "Kallesignal", "Call signs"],
        description: [
            "Kallesignaler som er i bruk, reservert, i karantene eller sperret. Privatpersoner vises bare så langt de har samtykket.",
            "Kallesignal som er i bruk, reserverte, i karantene eller sperra. Privatpersonar blir berre viste så langt dei har samtykt.",
            "Call signs that are in use, reserved, resting or blocked. Natural persons are shown only as far as they have consented.",
        ],
        keyword: ["radioamatør", "radioamatør", "radio amateur"],
        theme: "TECH",
    },
    About {
        list: "frequency-permits",
        title: ["Frekvenstillatelser", "Frekvensløyve", "Frequency permits"],
        description: [
            "Spektrumstillatelser og sendertillatelser som gjelder, med frekvenser, sted og innehavere som er virksomheter.",
            "Spektrumsløyve og sendarløyve som gjeld, med frekvensar, stad og innehavarar som er verksemder.",
            "Spectrum licences and transmitter permits that hold, with frequencies, place and holders that are organisations.",
        ],
        keyword: ["frekvens", "frekvens", "frequency"],
        theme: "TECH",
    },
    About {
        list: PLAN,
        title: ["Frekvensplan", "Frekvensplan", "Frequency plan"],
        description: [
            "Den nasjonale frekvensplanen og den europeiske fellestabellen: hvilke tjenester hvert bånd er avsatt til, og hva det brukes til, med hver utgave som har gjelt.",
            "Den nasjonale frekvensplanen og den europeiske fellestabellen: kva tenester kvart band er avsett til, og kva det blir brukt til, med kvar utgåve som har gjelde.",
            "The national frequency plan and the European common table: the services each band is allocated to and what it is used for, with every edition that was in force.",
        ],
        keyword: ["frekvensplan", "frekvensplan", "frequency plan"],
        theme: "TECH",
    },
    About {
        list: "installers",
        title: ["Autoriserte installatører", "Autoriserte installatørar", "Authorised installers"],
        description: [
            "Virksomheter med autorisasjon som installatør av elektroniske kommunikasjonsnett, og hva autorisasjonen gjelder.",
            "Verksemder med autorisasjon som installatør av elektroniske kommunikasjonsnett, og kva autorisasjonen gjeld.",
            "Businesses authorised to install electronic communications networks, and what the authorisation is for.",
        ],
        keyword: ["installatør", "installatør", "installer"],
        theme: "GOVE",
    },
    About {
        list: "interference-statistics",
        title: [
            "Meldinger om radioforstyrrelser",
            "Meldingar om radioforstyrringar",
            "Reports of radio interference",
        ],
        description: [
            "Antall meldinger etter måned, fylke og alvorlighet. Antall under fem vises ikke.",
            "Talet på meldingar etter månad, fylke og alvor. Tal under fem blir ikkje viste.",
            "Number of reports by month, county and gravity. Counts below five are kept back.",
        ],
        keyword: ["radioforstyrrelse", "radioforstyrring", "radio interference"],
        theme: "TECH",
    },
    About {
        list: "number-ranges",
        title: ["Nummerserier", "Nummerseriar", "Number ranges"],
        description: [
            "Serier av telefonnummer og andre nummerressurser, og hvem myndigheten har tildelt dem til.",
            "Seriar av telefonnummer og andre nummerressursar, og kven styresmakta har tildelt dei til.",
            "Ranges of telephone numbers and other number resources, and to whom the authority has assigned them.",
        ],
        keyword: ["telefonnummer", "telefonnummer", "telephone number"],
        theme: "TECH",
    },
    About {
        list: "statistics",
        title: ["Statistikk over tillatelser", "Statistikk over løyve", "Statistics on permits"],
        description: [
            "Tillatelser gitt etter år og type, tillatelser som gjelder, og innehavere etter alder og fylke. Små antall innehavere vises ikke.",
            "Løyve gjevne etter år og type, løyve som gjeld, og innehavarar etter alder og fylke. Små tal på innehavarar blir ikkje viste.",
            "Permits issued by year and kind, permits in force, and holders by age and county. Small counts of holders are kept back.",
        ],
        keyword: ["statistikk", "statistikk", "statistics"],
        theme: "GOVE",
    },
    About {
        list: "suppliers",
        title: ["Registrerte leverandører", "Registrerte leverandørar", "Registered suppliers"],
        description: [
            "Registrerte leverandører og forhandlere av radioutstyr, og hvilke typer utstyr de fører.",
            "Registrerte leverandørar og forhandlarar av radioutstyr, og kva typar utstyr dei fører.",
            "Registered suppliers and dealers of radio equipment, and the categories of equipment they carry.",
        ],
        keyword: ["radioutstyr", "radioutstyr", "radio equipment"],
        theme: "GOVE",
    },
];

/// The catalogue.
///
/// # Errors
/// When an address of the settings is not one.
pub fn write(settings: &Settings, syntax: Syntax) -> Result<Vec<u8>, Failure> {
    let quads = quads(settings)?;
    match syntax {
        Syntax::Turtle => {
            let mut serializer = TurtleSerializer::new();
            for (prefix, iri) in PREFIXES {
                serializer = serializer.with_prefix(prefix, iri).map_err(Failure::internal)?;
            }
            let mut writer = serializer.for_writer(Vec::new());
            for quad in &quads {
                writer.serialize_triple(quad.as_ref()).map_err(Failure::internal)?;
            }
            writer.finish().map_err(Failure::internal)
        }
        Syntax::JsonLd => {
            let mut serializer = JsonLdSerializer::new();
            for (prefix, iri) in PREFIXES {
                serializer = serializer.with_prefix(prefix, iri).map_err(Failure::internal)?;
            }
            let mut writer = serializer.for_writer(Vec::new());
            for quad in &quads {
                writer.serialize_quad(quad.as_ref()).map_err(Failure::internal)?;
            }
            writer.finish().map_err(Failure::internal)
        }
    }
}

/// The statements, those about one thing together.
struct Graph(Vec<Quad>);

fn node(iri: String) -> Result<NamedNode, Failure> {
    NamedNode::new(iri).map_err(Failure::internal)
}

impl Graph {
    /// Says a thing, once.
    fn say(&mut self, subject: &NamedNode, property: &str, object: impl Into<Term>) {
        let property = NamedNode::new_unchecked(property);
        let quad = Quad::new(subject.clone(), property, object, GraphName::DefaultGraph);
        if !self.0.contains(&quad) {
            self.0.push(quad);
        }
    }

    fn is_a(&mut self, subject: &NamedNode, class: &str) {
        self.say(subject, rdf::TYPE.as_str(), NamedNode::new_unchecked(class));
    }

    fn link(&mut self, subject: &NamedNode, property: &str, iri: String) -> Result<(), Failure> {
        self.say(subject, property, node(iri)?);
        Ok(())
    }

    fn words(&mut self, subject: &NamedNode, property: &str, words: Words) {
        for (text, language) in words.into_iter().zip(["nb", "nn", "en"]) {
            let literal = Literal::new_language_tagged_literal_unchecked(text, language);
            self.say(subject, property, literal);
        }
    }
}

fn dcat(name: &str) -> String {
    format!("{DCAT}{name}")
}

fn dct(name: &str) -> String {
    format!("{DCT}{name}")
}

fn quads(settings: &Settings) -> Result<Vec<Quad>, Failure> {
    let url = &settings.public_url;
    let mut graph = Graph(Vec::new());
    let catalog = node(format!("{url}/v1/catalog"))?;
    let publisher = node(format!("{url}/v1/catalog#publisher"))?;
    let contact = node(format!("{url}/v1/catalog#contact"))?;
    let service = node(format!("{url}/v1/catalog#service"))?;

    graph.is_a(&catalog, &dcat("Catalog"));
    graph.words(
        &catalog,
        &dct("title"),
        ["Registeret som åpne data", "Registeret som opne data", "The register as open data"],
    );
    graph.words(
        &catalog,
        &dct("description"),
        [
            "De offentlige listene i registeret over lisenser og tillatelser, som hele filer og som en strøm av endringer.",
            "Dei offentlege listene i registeret over lisensar og løyve, som heile filer og som ein straum av endringar.",
            "The public lists of the registry of licences and permits, as whole files and as a feed of changes.",
        ],
    );
    graph.say(&catalog, &dct("identifier"), Literal::from(catalog.as_str()));
    common(&mut graph, &catalog, &publisher, &contact)?;
    graph.link(&catalog, &dct("license"), NLOD.to_owned())?;
    graph.link(&catalog, &format!("{FOAF}homepage"), format!("{url}/"))?;
    for about in &DATASETS {
        graph.link(&catalog, &dcat("dataset"), format!("{url}/v1/catalog#{}", about.list))?;
    }
    graph.say(&catalog, &dcat("service"), service.clone());

    for about in &DATASETS {
        dataset(&mut graph, url, about, &publisher, &contact)?;
    }

    graph.is_a(&service, &dcat("DataService"));
    graph.words(
        &service,
        &dct("title"),
        ["Oppslag i registeret", "Oppslag i registeret", "Look-up in the register"],
    );
    graph.say(&service, &dct("identifier"), Literal::from(service.as_str()));
    graph.link(&service, &dcat("endpointURL"), format!("{url}/v1"))?;
    graph.link(&service, &dcat("endpointDescription"), format!("{url}/v1/openapi.json"))?;
    graph.link(&service, &dct("publisher"), publisher.as_str().to_owned())?;
    graph.say(&service, &dcat("contactPoint"), contact.clone());
    graph.link(&service, &dct("license"), NLOD.to_owned())?;
    graph.link(&service, &dct("accessRights"), format!("{EU}access-right/PUBLIC"))?;
    for about in &DATASETS {
        graph.link(&service, &dcat("servesDataset"), format!("{url}/v1/catalog#{}", about.list))?;
    }

    graph.is_a(&publisher, &format!("{FOAF}Agent"));
    graph.say(&publisher, &format!("{FOAF}name"), Literal::from(settings.authority_name.as_str()));
    graph.is_a(&contact, &format!("{VCARD}Organization"));
    graph.say(&contact, &format!("{VCARD}fn"), Literal::from(settings.authority_name.as_str()));
    graph.link(&contact, &format!("{VCARD}hasURL"), format!("{url}/"))?;
    // a line of the letterhead that is an e-mail address
    let email = settings
        .authority_contact
        .iter()
        .find(|line| line.contains('@') && !line.contains(char::is_whitespace));
    if let Some(email) = email {
        graph.link(&contact, &format!("{VCARD}hasEmail"), format!("mailto:{email}"))?;
    }
    codes(&mut graph)?;
    Ok(graph.0)
}

/// Says of every code which list it is of, so that a validator need not fetch the lists.
fn codes(graph: &mut Graph) -> Result<(), Failure> {
    let used: BTreeSet<String> = graph
        .0
        .iter()
        .filter_map(|quad| match &quad.object {
            Term::NamedNode(node) if node.as_str().starts_with(EU) => {
                Some(node.as_str().to_owned())
            }
            _ => None,
        })
        .collect();
    for code in used {
        let Some((list, _)) = code.rsplit_once('/') else { continue };
        graph.link(&node(code.clone())?, &format!("{SKOS}inScheme"), list.to_owned())?;
    }
    Ok(())
}

fn common(
    graph: &mut Graph,
    subject: &NamedNode,
    publisher: &NamedNode,
    contact: &NamedNode,
) -> Result<(), Failure> {
    graph.say(subject, &dct("publisher"), publisher.clone());
    graph.say(subject, &dcat("contactPoint"), contact.clone());
    for language in ["NOB", "NNO", "ENG"] {
        graph.link(subject, &dct("language"), format!("{EU}language/{language}"))?;
    }
    Ok(())
}

fn dataset(
    graph: &mut Graph,
    url: &str,
    about: &About,
    publisher: &NamedNode,
    contact: &NamedNode,
) -> Result<(), Failure> {
    let dataset = node(format!("{url}/v1/catalog#{}", about.list))?;
    graph.is_a(&dataset, &dcat("Dataset"));
    graph.words(&dataset, &dct("title"), about.title);
    graph.words(&dataset, &dct("description"), about.description);
    graph.words(&dataset, &dcat("keyword"), about.keyword);
    graph.say(&dataset, &dct("identifier"), Literal::from(dataset.as_str()));
    common(graph, &dataset, publisher, contact)?;
    graph.link(&dataset, &dcat("theme"), format!("{EU}data-theme/{}", about.theme))?;
    graph.link(&dataset, &dct("accessRights"), format!("{EU}access-right/PUBLIC"))?;
    graph.link(&dataset, &dct("accrualPeriodicity"), format!("{EU}frequency/CONT"))?;
    graph.link(&dataset, &dct("spatial"), format!("{EU}country/NOR"))?;
    graph.link(&dataset, &dcat("landingPage"), format!("{url}/"))?;
    let figures = FIGURES.into_iter().filter_map(File::of_figures);
    let figures = figures.filter(|file| file.stem == about.list);
    for file in files_of(about.list).map(File::of).chain(figures) {
        let distribution = distribution(graph, url, &file)?;
        graph.say(&dataset, &dcat("distribution"), distribution);
    }
    Ok(())
}

/// Every file a list is published in.
pub fn files_of(list: &str) -> impl Iterator<Item = Name> {
    let of_old = match list {
        CALL_SIGNS => Some(Name::List(CALL_SIGNS, Layout::CallSignList)),
        "number-ranges" => Some(Name::NumberList),
        "frequency-permits" => Some(Name::RightsOfUse),
        _ => None,
    };
    snapshot::whole_lists()
        .filter(move |known| *known == list)
        .flat_map(|list| Layout::OF_LISTS.map(|layout| Name::List(list, layout)))
        .chain(of_old)
}

/// Every file of every list.
pub fn files() -> impl Iterator<Item = Name> {
    snapshot::whole_lists().flat_map(files_of)
}

/// What the catalogue says of a file.
struct File {
    name: String,
    path: String,
    media_type: &'static str,
    /// Name of the schema it conforms to, without its ending.
    stem: String,
    description: Words,
    /// In the code list of states.
    status: &'static str,
}

impl File {
    /// Layouts of before are kept for the readers they have, not for new ones.
    fn of(name: Name) -> Self {
        let file = name.file_name();
        let (stem, status) = match name {
            Name::List(list, Layout::Csv | Layout::Json | Layout::JsonLines) => (list, "Completed"),
            _ => (file.rsplit_once('.').map_or(file.as_str(), |(stem, _)| stem), "Deprecated"),
        };
        let media_type = name.media_type();
        Self {
            stem: stem.to_owned(),
            path: name.path(),
            media_type: media_type.split_once(';').map_or(media_type, |(kind, _)| kind),
            description: description(name),
            status,
            name: file,
        }
    }

    fn of_figures(path: &str) -> Option<Self> {
        let name = path.strip_prefix('/')?;
        Some(Self {
            name: name.to_owned(),
            path: path.to_owned(),
            media_type: "text/csv",
            stem: name.strip_suffix(".csv")?.to_owned(),
            description: [
                "Tallene som CSV, slik de er nå.",
                "Tala som CSV, slik dei er no.",
                "The figures as CSV, as they are now.",
            ],
            status: "Completed",
        })
    }
}

fn distribution(graph: &mut Graph, url: &str, file: &File) -> Result<NamedNode, Failure> {
    let distribution = node(format!("{url}/v1/catalog#{}", file.name))?;
    let address = format!("{url}{}", file.path);
    graph.is_a(&distribution, &dcat("Distribution"));
    graph.say(&distribution, &dct("title"), Literal::from(file.name.as_str()));
    graph.words(&distribution, &dct("description"), file.description);
    graph.link(&distribution, &dcat("accessURL"), address.clone())?;
    graph.link(&distribution, &dcat("downloadURL"), address)?;
    graph.link(&distribution, &dct("license"), NLOD.to_owned())?;
    let format = if file.media_type == "text/csv" { "CSV" } else { "JSON" };
    graph.link(&distribution, &dct("format"), format!("{EU}file-type/{format}"))?;
    // JSON Lines has no registered media type
    if file.media_type != "application/jsonl" {
        graph.link(&distribution, &dcat("mediaType"), format!("{IANA}{}", file.media_type))?;
    }
    let schema_name = format!("{}.schema.json", file.stem);
    let schema = node(format!("{url}/v1/schemas/{schema_name}"))?;
    graph.say(&distribution, &dct("conformsTo"), schema.clone());
    let status = node(format!("{STATUS}{}", file.status))?;
    graph.say(&distribution, &format!("{ADMS}status"), status.clone());
    graph.link(&status, &format!("{SKOS}inScheme"), format!("{STATUS}1.0"))?;
    graph.is_a(&schema, &dct("Standard"));
    graph.say(&schema, &dct("title"), Literal::from(schema_name.as_str()));
    Ok(distribution)
}

const fn description(name: Name) -> Words {
    match name {
        Name::List(_, Layout::Csv) => {
            ["Hele lista som CSV.", "Heile lista som CSV.", "The whole list as CSV."]
        }
        Name::List(_, Layout::Json) => {
            ["Hele lista som JSON.", "Heile lista som JSON.", "The whole list as JSON."]
        }
        Name::List(_, Layout::JsonLines) => [
            "Hele lista som JSON Lines, et objekt på hver linje.",
            "Heile lista som JSON Lines, eit objekt på kvar linje.",
            "The whole list as JSON Lines, an object on each line.",
        ],
        _ => [
            "Lista i samme oppsett som før, for dem som leser det.",
            "Lista i same oppsett som før, for dei som les det.",
            "The list in the layout of before, for those who read it.",
        ],
    }
}
