//! The parts of a published record that a permit or a number range is found by: words, values that are counted, and numbers.
//! What the list does not show cannot be searched, so nothing else is read here.

use std::borrow::Cow;

use chrono::{Datelike as _, NaiveDate};
use serde::Deserialize;

use super::{
    super::{
        base::{Features, Group},
        fold::fold,
        query::Dimension,
    },
    PermitColumns,
    blocks::Blocks,
};
use crate::values::{county, number_resource::ResourceType, position::Position};

/// What a record is found by.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Shown<'a> {
    #[serde(borrow)]
    permit: PermitPart<'a>,
    #[serde(borrow)]
    organisation: OrganisationPart<'a>,
    #[serde(borrow)]
    call_sign: Option<Cow<'a, str>>,
    #[serde(borrow)]
    frequency: FrequencyPart<'a>,
    #[serde(borrow)]
    station: StationPart<'a>,
    installer: Types,
    supplier: Types,
    // of a number range, whose members stand side by side; flattened they would be read twice
    #[serde(borrow, rename = "type")]
    of_type: Cow<'a, str>,
    #[serde(borrow)]
    first_number: Cow<'a, str>,
    #[serde(borrow)]
    last_number: Cow<'a, str>,
    #[serde(borrow)]
    status: Cow<'a, str>,
    #[serde(borrow)]
    provider: Cow<'a, str>,
    #[serde(borrow)]
    provider_number: Cow<'a, str>,
    #[serde(borrow)]
    category: Cow<'a, str>,
    #[serde(borrow)]
    comment: Cow<'a, str>,
    assigned_on: Option<NaiveDate>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct PermitPart<'a> {
    #[serde(borrow)]
    number: Cow<'a, str>,
    #[serde(borrow)]
    kind: Cow<'a, str>,
    #[serde(borrow)]
    status: Cow<'a, str>,
    valid_from: Option<NaiveDate>,
    valid_until: Option<NaiveDate>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct OrganisationPart<'a> {
    #[serde(borrow)]
    name: Cow<'a, str>,
    #[serde(borrow)]
    number: Cow<'a, str>,
    post_town: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct FrequencyPart<'a> {
    range: Blocks,
    #[serde(borrow)]
    area: Area<'a>,
    #[serde(rename = "use")]
    of_use: Use,
}

/// A transmitter permit has the name of its use, a spectrum licence its service.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Use {
    name: Option<String>,
    service: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Area<'a> {
    #[serde(borrow)]
    kind: Option<Cow<'a, str>>,
    #[serde(borrow)]
    municipalities: Vec<Municipality<'a>>,
    ring: Vec<Place>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct StationPart<'a> {
    #[serde(borrow)]
    municipality: Vec<Municipality<'a>>,
    position: SitesPart,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct SitesPart {
    sites: Vec<Place>,
}

#[derive(Deserialize)]
struct Place {
    latitude: f64,
    longitude: f64,
}

/// A municipality of a station has a `text`, one of an area a `name`.
#[derive(Deserialize)]
struct Municipality<'a> {
    #[serde(borrow)]
    number: Cow<'a, str>,
    #[serde(borrow, alias = "text")]
    name: Cow<'a, str>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Types {
    #[serde(alias = "roles")]
    types: Vec<String>,
}

impl Shown<'_> {
    pub(super) fn words(&self, to: &mut Features) {
        if !self.of_type.is_empty() {
            to.words[Group::Holder as usize] =
                fold(&format!("{} {}", self.provider, self.provider_number));
            to.words[Group::Other as usize] =
                fold(&format!("{} {} {}", self.first_number, self.category, self.comment));
            return;
        }
        let OrganisationPart { name, number, .. } = &self.organisation;
        to.words[Group::Holder as usize] = fold(&format!("{name} {number}"));
        let call_sign = self.call_sign.as_deref().unwrap_or_default();
        to.words[Group::Other as usize] = fold(&format!("{} {call_sign}", self.permit.number));
    }

    pub(super) fn values(&self, to: &mut Features) {
        for (dimension, value) in [
            (Dimension::Kind, &self.permit.kind),
            (Dimension::Status, &self.permit.status),
            (Dimension::Type, &self.of_type),
            (Dimension::Status, &self.status),
            (Dimension::Kind, &self.category),
        ] {
            if !value.is_empty() {
                to.count(dimension, value);
            }
        }
        if let Some(first) = self.permit.valid_from.or(self.assigned_on) {
            to.count(Dimension::Year, &first.year().to_string());
        }
        let Use { name, service } = &self.frequency.of_use;
        let uses = name.as_ref().or(service.as_ref());
        for of_type in self.installer.types.iter().chain(&self.supplier.types).chain(uses) {
            to.count(Dimension::Type, of_type);
        }
        if let Some(town) = &self.organisation.post_town {
            let town = town.to_uppercase();
            if let Some(county) = county::of_post_town(&town) {
                to.count(Dimension::County, county);
            }
            to.count(Dimension::Place, &town);
        }
        for place in self.station.municipality.iter().chain(&self.frequency.area.municipalities) {
            to.count(Dimension::Place, &place.name.to_uppercase());
            if let Some(county) = county::of_municipality(&place.number) {
                to.count(Dimension::County, county);
            }
        }
    }

    /// The places of a number range in the plan of its type, the upper end excluded.
    fn places(&self) -> Option<(u64, u64)> {
        let kind = ResourceType::of(&self.of_type)?;
        let resource = match self.first_number == self.last_number {
            true => kind.parse(&self.first_number),
            false => kind.parse(&format!("{}-{}", self.first_number, self.last_number)),
        };
        let resource = resource.ok()?;
        let end = |place: i64| u64::try_from(place).ok();
        Some((end(resource.lower())?, end(resource.upper())? + 1))
    }

    pub(super) fn numbers(&self, columns: &mut PermitColumns) {
        columns.blocks.extend(&self.frequency.range.0);
        columns.blocks.extend(self.places());
        let position = |place: &Place| Position::from_degrees(place.latitude, place.longitude).ok();
        let sites = self.station.position.sites.iter().filter_map(position);
        sites.for_each(|site| columns.sites.push(site));
        let area = &self.frequency.area;
        if !area.ring.is_empty() {
            let ring = area.ring.iter().map(|place| (place.latitude, place.longitude));
            columns.rings.insert(columns.days.len() as u32, ring.collect());
        }
        let first = self.permit.valid_from.map_or(i32::MIN, |day| day.num_days_from_ce());
        let behind = self.permit.valid_until.map_or(i32::MAX, |day| day.num_days_from_ce());
        columns.close((first, behind), area.kind.as_deref() == Some("national"));
    }
}
