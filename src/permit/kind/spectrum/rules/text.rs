//! What the certificate of a spectrum licence says of its blocks and its area, in three languages.

use super::super::model::{Area, Block, Lease, SpectrumDetails};
use crate::{
    permit::kind::LabelledFacts,
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
};

/// Facts of the certificate.
pub fn certificate(details: &SpectrumDetails, language: Language) -> LabelledFacts {
    let words = match language {
        Language::Bokmal => BOKMAL,
        Language::Nynorsk => NYNORSK,
        Language::English => ENGLISH,
    };
    let mut facts = LabelledFacts::new();
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
    facts
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
        Area::Polygon { ring, municipalities, offshore, .. } => {
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
