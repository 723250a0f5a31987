//! What an application means: every value read, every error noted with its place. Texts never repeat a value.

use std::collections::BTreeSet;

use validator::Validate as _;

use super::{
    AreaKind, FrequencyBlock, GeographicPoint, HertzRange, LeaseForm, LicenceArea,
    PublicContactForm, RadioServiceName, SpectrumApplication,
};
use crate::{
    failure::FieldErrors,
    permit::kind::{
        Parsed,
        shared::{needed_text, optional_text},
        spectrum::model::{Area, Block, Lease, PublicContact, RadioService, SpectrumDetails},
    },
    values::{
        email_address::EmailAddress,
        frequency::{Frequency, FrequencyRange},
        municipality::Municipality,
        municipality_ground,
        organisation_number::OrganisationNumber,
        phone_number::PhoneNumber,
        polygon::{MAX_POINTS, Point, Polygon, PolygonFlaw},
        validity::Validity,
    },
};

impl SpectrumApplication {
    /// What the application asks for; every error is noted.
    pub fn meaning(
        &self,
        is_person: bool,
        errors: &mut FieldErrors,
    ) -> Option<Parsed<SpectrumDetails>> {
        errors.merge_sizes(self.validate());
        let applicant = self.applicant.parse(is_person, errors);
        let details = self.details(is_person, errors);
        Some(Parsed {
            applicant: applicant?,
            contacts: Vec::new(),
            call_sign: None,
            wishes: Vec::new(),
            consent: None,
            details: details?,
        })
    }

    fn details(&self, is_person: bool, errors: &mut FieldErrors) -> Option<SpectrumDetails> {
        let blocks = blocks(&self.blocks, errors);
        let area = self.area.meaning(self.ring_municipalities.as_ref(), errors);
        let validity =
            errors.take("/validUntil", Validity::new(self.valid_from, Some(self.valid_until)));
        let purpose = needed_text(&self.purpose, 500, "/purpose", errors);
        let technology = optional_text(self.technology.as_ref(), 120, "/technology", errors);
        let contact = self.public_contact.as_ref().map(|form| form.meaning(errors));
        if contact.is_none() && !is_person {
            errors.add(
                "/publicContact",
                "missing",
                "Name whom other users reach when there is interference. It is published with the licence.",
            );
        }
        let mut details = SpectrumDetails {
            blocks: blocks?,
            area: area?,
            validity: validity?,
            exclusive: self.exclusive,
            service: match self.service {
                RadioServiceName::Mobile => RadioService::Mobile,
                RadioServiceName::Fixed => RadioService::Fixed,
                RadioServiceName::Broadcasting => RadioService::Broadcasting,
                RadioServiceName::Satellite => RadioService::Satellite,
            },
            wireless_broadband: self.wireless_broadband,
            purpose: purpose?,
            technology,
            transferable: self.transferable,
            contact: contact.flatten(),
            leases: Vec::new(),
        };
        let forms = self.leases.iter().flatten().enumerate();
        let mut leases: Vec<Lease> = Vec::new();
        for (at, form) in forms {
            let pointer = format!("/leases/{at}");
            let Some(lease) = form.meaning(&details, &pointer, errors) else { continue };
            if details.exclusive && leases.iter().any(|earlier| earlier.overlaps(&lease)) {
                errors.add(
                    pointer,
                    "lease-overlap",
                    "An earlier lease has some of the same frequencies, places and days. Lease them once.",
                );
            }
            leases.push(lease);
        }
        details.leases = leases;
        Some(details)
    }
}

fn range(form: HertzRange, pointer: &str, errors: &mut FieldErrors) -> Option<FrequencyRange> {
    let lower = errors.take(format!("{pointer}/lower"), Frequency::from_hertz(form.lower));
    let upper = errors.take(format!("{pointer}/upper"), Frequency::from_hertz(form.upper));
    errors.take(format!("{pointer}/upper"), FrequencyRange::new(lower?, upper?))
}

/// Every block, none of which overlaps another or itself.
fn blocks(forms: &[FrequencyBlock], errors: &mut FieldErrors) -> Option<Vec<Block>> {
    let mut blocks: Vec<Option<Block>> = Vec::with_capacity(forms.len());
    let mut taken: Vec<FrequencyRange> = Vec::new();
    for (at, form) in forms.iter().enumerate() {
        let pointer = format!("/blocks/{at}");
        let block = form.meaning(&pointer, errors);
        for range in block.iter().flat_map(|block| block.ranges()) {
            if taken.iter().any(|other| other.overlaps(range)) {
                errors.add(
                    &pointer,
                    "block-overlap",
                    "The block overlaps another of this application or its own pair. Give every frequency once.",
                );
            }
            taken.push(range);
        }
        blocks.push(block);
    }
    blocks.into_iter().collect()
}

impl FrequencyBlock {
    fn meaning(&self, pointer: &str, errors: &mut FieldErrors) -> Option<Block> {
        match (self.simplex, self.downlink, self.uplink) {
            (Some(form), None, None) => range(form, &format!("{pointer}/simplex"), errors)
                .map(|range| Block::Simplex { range }),
            (None, Some(down), Some(up)) => {
                let downlink = range(down, &format!("{pointer}/downlink"), errors);
                let uplink = range(up, &format!("{pointer}/uplink"), errors);
                Some(Block::Duplex { downlink: downlink?, uplink: uplink? })
            }
            _ => {
                errors.add(
                    pointer,
                    "block-form",
                    "A block has either simplex, or both downlink and uplink.",
                );
                None
            }
        }
    }
}

fn municipalities(
    numbers: Option<&Vec<String>>,
    pointer: &str,
    errors: &mut FieldErrors,
) -> Vec<Municipality> {
    let mut found: Vec<Municipality> = Vec::new();
    let mut ground = BTreeSet::new();
    for (at, number) in numbers.into_iter().flatten().enumerate() {
        let pointer = format!("{pointer}/{at}");
        let Some(municipality) = errors.take(&pointer, Municipality::parse(number)) else {
            continue;
        };
        if municipality.entry().ground.iter().any(|number| !ground.insert(*number)) {
            errors.add(
                pointer,
                "repeated",
                "The municipality, or the ground it covers, is named already. Name each once.",
            );
        }
        found.push(municipality);
    }
    found
}

impl LicenceArea {
    /// What it is; `found` are the municipalities that a caseworker has found a ring to have ground of.
    fn meaning(&self, found: Option<&Vec<String>>, errors: &mut FieldErrors) -> Option<Area> {
        let numbers = self.municipalities.as_ref();
        let named = municipalities(numbers, "/area/municipalities", errors);
        let offshore = self.offshore.unwrap_or(false);
        let by_number = matches!(self.kind, AreaKind::Municipalities | AreaKind::Polygon);
        for (given, allowed, pointer) in [
            (self.municipalities.is_some(), by_number, "/area/municipalities"),
            (self.ring.is_some(), self.kind == AreaKind::Polygon, "/area/ring"),
            (self.offshore.is_some(), self.kind == AreaKind::Polygon, "/area/offshore"),
            (found.is_some(), self.kind == AreaKind::Polygon, "/ringMunicipalities"),
        ] {
            if given && !allowed {
                errors.add(
                    pointer,
                    "not-for-this-kind",
                    "An area of this kind does not have this member. Leave it out.",
                );
            }
        }
        if by_number && !offshore && numbers.is_none_or(Vec::is_empty) {
            errors.add(
                "/area/municipalities",
                "missing",
                "Name at least one municipality; a polygon names all it lies in.",
            );
        }
        match self.kind {
            AreaKind::National => Some(Area::National),
            AreaKind::Offshore => Some(Area::Offshore),
            AreaKind::Municipalities => Some(Area::Municipalities { municipalities: named }),
            AreaKind::Polygon => {
                let ring = ring(self.ring.as_deref().unwrap_or_default(), errors)?;
                let found =
                    found.map(|found| municipalities(Some(found), "/ringMunicipalities", errors));
                match &found {
                    Some(found) => among(&ring, &named, found, errors),
                    None => compare(&ring, &named, offshore, errors),
                }
                Some(Area::Polygon { ring, municipalities: named, offshore, ground: found })
            }
        }
    }
}

/// What a caseworker has found that a ring has ground of must hold what is named of it, and the places that lie in it.
fn among(ring: &Polygon, named: &[Municipality], found: &[Municipality], errors: &mut FieldErrors) {
    let ground: BTreeSet<u16> =
        found.iter().flat_map(|number| number.entry().ground.iter().copied()).collect();
    for (at, municipality) in named.iter().enumerate() {
        if !municipality.entry().ground.iter().all(|number| ground.contains(number)) {
            errors.add(
                format!("/area/municipalities/{at}"),
                "not-found-there",
                "A caseworker has found that the ring has no ground of this municipality. Leave it out, or write to us why it has.",
            );
        }
    }
    if let Some(first) = municipality_ground::around(ring).certain.difference(&ground).next() {
        errors.add(
            "/ringMunicipalities",
            "municipality-not-named",
            format!("A place of municipality {first:04} lies in the ring. Name it too."),
        );
    }
}

/// What a ring is said to lie in must be where it may lie, and all that it surely lies in.
fn compare(ring: &Polygon, named: &[Municipality], offshore: bool, errors: &mut FieldErrors) {
    let around = municipality_ground::around(ring);
    for (at, municipality) in named.iter().enumerate() {
        if municipality.entry().ground.iter().all(|number| !around.possible.contains(number)) {
            errors.add(
                format!("/area/municipalities/{at}"),
                "outside-the-ring",
                "The ring lies far from this municipality. Correct the ring, or leave the municipality out.",
            );
        }
    }
    let covered: BTreeSet<u16> =
        named.iter().flat_map(|number| number.entry().ground.iter().copied()).collect();
    // that none is named has been said
    let is_named = offshore || !named.is_empty();
    if let Some(first) = around.certain.difference(&covered).next().filter(|_| is_named) {
        errors.add(
            "/area/municipalities",
            "municipality-not-named",
            format!(
                "The ring lies in municipality {first:04} too. Name every municipality it lies in."
            ),
        );
    }
    if offshore && !around.may_be_shelf {
        errors.add(
            "/area/offshore",
            "not-offshore",
            "No part of the ring lies beyond 70 km from the baseline. Leave this out and name the municipalities it lies in.",
        );
    }
}

fn ring(points: &[GeographicPoint], errors: &mut FieldErrors) -> Option<Polygon> {
    let pointer = "/area/ring";
    if points.len() > MAX_POINTS {
        return errors.take(pointer, Err(PolygonFlaw::TooMany));
    }
    let corners: Vec<Option<Point>> = points
        .iter()
        .enumerate()
        .map(|(at, point)| {
            errors.take(format!("{pointer}/{at}"), Point::new(point.latitude, point.longitude))
        })
        .collect();
    let corners: Vec<Point> = corners.into_iter().collect::<Option<_>>()?;
    errors.take(pointer, Polygon::of_ring(&corners))
}

impl PublicContactForm {
    fn meaning(&self, errors: &mut FieldErrors) -> Option<PublicContact> {
        let name = needed_text(&self.name, 200, "/publicContact/name", errors);
        let email = errors.take("/publicContact/email", EmailAddress::parse(&self.email));
        let phone = errors.take("/publicContact/phone", PhoneNumber::parse(&self.phone));
        Some(PublicContact { name: name?, email: email?, phone: phone? })
    }
}

impl LeaseForm {
    /// A lease within what the licence gives.
    fn meaning(
        &self,
        licence: &SpectrumDetails,
        pointer: &str,
        errors: &mut FieldErrors,
    ) -> Option<Lease> {
        let mut outside = |member: &str, text: &'static str| {
            errors.add(format!("{pointer}/{member}"), "outside-the-licence", text);
        };
        if !licence.transferable {
            outside("lessee", "The licence may not be leased. Leave the lease out.");
        }
        let until = licence.validity.until();
        if self.valid_from < licence.validity.from()
            || until.is_some_and(|until| until < self.valid_until)
        {
            outside("validUntil", "The lease goes beyond the days of the licence. Shorten it.");
        }
        let lessee =
            errors.take(format!("{pointer}/lessee"), OrganisationNumber::parse(&self.lessee));
        let validity = errors.take(
            format!("{pointer}/validUntil"),
            Validity::new(self.valid_from, Some(self.valid_until)),
        );
        let part = self.range.map(|form| range(form, &format!("{pointer}/range"), errors));
        let named = municipalities(
            self.municipalities.as_ref(),
            &format!("{pointer}/municipalities"),
            errors,
        );
        let mut outside = |member: &str, text: &'static str| {
            errors.add(format!("{pointer}/{member}"), "outside-the-licence", text);
        };
        let within = |part: FrequencyRange, whole: FrequencyRange| {
            whole.from() <= part.from() && part.until() <= whole.until()
        };
        if let Some(Some(part)) = part {
            let mut ranges = licence.blocks.iter().flat_map(|block| block.ranges());
            if !ranges.any(|whole| within(part, whole)) {
                outside("range", "The range lies in no range of the licence. Name a part of one.");
            }
        }
        if !named.iter().all(|number| is_part_of(*number, &licence.area)) {
            outside("municipalities", "A municipality lies outside the area. Leave it out.");
        }
        Some(Lease {
            lessee: lessee?,
            range: part.map_or(Some(None), |part| part.map(Some))?,
            municipalities: named,
            validity: validity?,
        })
    }
}

fn is_part_of(municipality: Municipality, area: &Area) -> bool {
    match area {
        Area::National => municipality.entry().is_mainland(),
        Area::Offshore => false,
        Area::Municipalities { .. } | Area::Polygon { .. } => {
            let ground = &municipality.entry().ground;
            let covered: BTreeSet<u16> = area
                .municipalities()
                .iter()
                .flat_map(|number| number.entry().ground.iter().copied())
                .collect();
            ground.iter().all(|number| covered.contains(number))
        }
    }
}
