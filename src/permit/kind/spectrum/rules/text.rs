//! What the certificate of a spectrum licence says, in three languages: blocks, area and the standing conditions that the
//! authority's licences have (after its published template).

use super::super::model::{Area, Block, Lease, SpectrumDetails};
use crate::{
    permit::kind::CertificateParts,
    values::{frequency::FrequencyRange, language::Language, municipality::Municipality},
};

/// Words of one language.
struct Words {
    block: &'static str,
    downlink: &'static str,
    uplink: &'static str,
    area: &'static str,
    national: &'static str,
    offshore: &'static str,
    ring: &'static str,
    usage: &'static str,
    neutral: &'static str,
    right: &'static str,
    exclusive: &'static str,
    shared: &'static str,
    lease: &'static str,
    transfer: &'static str,
    no_transfer: &'static str,
    conditions: [&'static str; 4],
}

const BOKMAL: Words = Words {
    block: "Frekvensblokk",
    downlink: "nedlink",
    uplink: "opplink",
    area: "Område",
    national: "Fastlandet og indre farvann, ut til 70 km fra grunnlinjen, uten Svalbard, Jan Mayen og bilandene",
    offshore: "Kontinentalsokkelen utenfor 70 km fra grunnlinjen",
    ring: "Innenfor en grense trukket gjennom punktene (lengdegrad, breddegrad) i",
    usage: "Bruk",
    neutral: "teknologinøytral",
    right: "Rett",
    exclusive: "Enerett",
    shared: "Delt bruk",
    lease: "Utleid til organisasjonsnummer",
    transfer: "Tillatelsen kan selges, leies ut og overdras. Innehaveren skal melde fra før en varig overdragelse (ekomloven § 11-10).",
    no_transfer: "Tillatelsen kan ikke selges, leies ut eller overdras.",
    conditions: [
        "Øvre grense av en blokk er ikke med i blokken.",
        "Tillatelsen er ikke til hinder for sekundær bruk av frekvensene som ikke forstyrrer.",
        "Tillatelsen faller bort uten varsel når gyldighetstiden er ute.",
        "Tillatelsen kan endres til ugunst for innehaveren når det følger av internasjonale forpliktelser.",
    ],
};

const NYNORSK: Words = Words {
    block: "Frekvensblokk",
    downlink: "nedlink",
    uplink: "opplink",
    area: "Område",
    national: "Fastlandet og indre farvatn, ut til 70 km frå grunnlinja, utan Svalbard, Jan Mayen og bilanda",
    offshore: "Kontinentalsokkelen utanfor 70 km frå grunnlinja",
    ring: "Innanfor ei grense trekt gjennom punkta (lengdegrad, breiddegrad) i",
    usage: "Bruk",
    neutral: "teknologinøytral",
    right: "Rett",
    exclusive: "Einerett",
    shared: "Delt bruk",
    lease: "Leigd ut til organisasjonsnummer",
    transfer: "Løyvet kan seljast, leigast ut og overdragast. Innehavaren skal melde frå før ei varig overdraging (ekomlova § 11-10).",
    no_transfer: "Løyvet kan ikkje seljast, leigast ut eller overdragast.",
    conditions: [
        "Øvre grense av ei blokk er ikkje med i blokka.",
        "Løyvet er ikkje til hinder for sekundær bruk av frekvensane som ikkje forstyrrar.",
        "Løyvet fell bort utan varsel når gyldigheitstida er ute.",
        "Løyvet kan endrast til ugunst for innehavaren når det følgjer av internasjonale plikter.",
    ],
};

const ENGLISH: Words = Words {
    block: "Frequency block",
    downlink: "downlink",
    uplink: "uplink",
    area: "Area",
    national: "The mainland and inner waters, to 70 km from the baseline, without Svalbard, Jan Mayen and the dependencies",
    offshore: "The continental shelf beyond 70 km from the baseline",
    ring: "Within a border drawn through the points (longitude, latitude) in",
    usage: "Use",
    neutral: "technology-neutral",
    right: "Right",
    exclusive: "Exclusive",
    shared: "Shared use",
    lease: "Leased to organisation number",
    transfer: "The licence may be sold, leased and transferred. The holder tells before a permanent transfer (Electronic Communications Act § 11-10).",
    no_transfer: "The licence may not be sold, leased or transferred.",
    conditions: [
        "The upper end of a block is not inside the block.",
        "The licence does not hinder secondary use of the frequencies that does not interfere.",
        "The licence lapses without notice when its time has passed.",
        "The licence may be changed to the holder's detriment where international duties demand it.",
    ],
};

/// Facts and conditions of the certificate.
pub fn certificate(details: &SpectrumDetails, language: Language) -> CertificateParts {
    let words = match language {
        Language::Bokmal => BOKMAL,
        Language::Nynorsk => NYNORSK,
        Language::English => ENGLISH,
    };
    let mut facts: Vec<(String, String)> = Vec::new();
    let mut fact = |label: &str, text: String| facts.push((label.to_owned(), text));
    for block in &details.blocks {
        fact(words.block, block_text(*block, &words, language));
    }
    fact(words.area, area_text(&details.area, &words));
    let technology = details.technology.as_deref().unwrap_or(words.neutral);
    fact(words.usage, format!("{} ({technology})", details.purpose));
    fact(words.right, if details.exclusive { words.exclusive } else { words.shared }.to_owned());
    for lease in &details.leases {
        fact(words.lease, lease_text(lease, language));
    }
    let transfer = if details.transferable { words.transfer } else { words.no_transfer };
    let conditions = words.conditions.into_iter().chain([transfer]).map(str::to_owned).collect();
    CertificateParts { facts, conditions }
}

/// Frequencies with the decimal comma of Norwegian.
fn range_text(range: FrequencyRange, language: Language) -> String {
    let text = range.to_string();
    if language == Language::English { text } else { text.replace('.', ",") }
}

fn block_text(block: Block, words: &Words, language: Language) -> String {
    match block {
        Block::Simplex { range } => range_text(range, language),
        Block::Duplex { downlink, uplink } => format!(
            "{} ({}), {} ({})",
            range_text(downlink, language),
            words.downlink,
            range_text(uplink, language),
            words.uplink
        ),
    }
}

fn names(municipalities: &[Municipality]) -> String {
    let names: Vec<String> =
        municipalities.iter().map(|number| format!("{} ({number})", number.entry().name)).collect();
    names.join(", ")
}

fn area_text(area: &Area, words: &Words) -> String {
    match area {
        Area::National => words.national.to_owned(),
        Area::Offshore => words.offshore.to_owned(),
        Area::Municipalities { municipalities } => names(municipalities),
        Area::Polygon { ring, municipalities, offshore } => {
            let within = if municipalities.is_empty() && *offshore {
                words.offshore.to_owned()
            } else {
                names(municipalities)
            };
            let points: Vec<String> = ring
                .ring()
                .map(|point| format!("({:.6}, {:.6})", point.longitude(), point.latitude()))
                .collect();
            format!("{} {within}: {}", words.ring, points.join(" "))
        }
    }
}

fn lease_text(lease: &Lease, language: Language) -> String {
    let mut parts = vec![lease.lessee.grouped()];
    parts.extend(lease.range.map(|range| range_text(range, language)));
    if !lease.municipalities.is_empty() {
        parts.push(names(&lease.municipalities));
    }
    let until = lease.validity.until().map(|until| until.to_string()).unwrap_or_default();
    parts.push(format!("{}–{until}", lease.validity.from()));
    parts.join(", ")
}
