//! What is kept about a spectrum licence.

pub mod condition;
pub mod legacy;

use std::{collections::BTreeSet, ops::Range};

use serde::{Deserialize, Serialize};

use crate::values::{
    email_address::EmailAddress, frequency::FrequencyRange, municipality::Municipality,
    organisation_number::OrganisationNumber, phone_number::PhoneNumber, polygon::Polygon,
    table::code_enum, validity::Validity,
};

/// The licence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SpectrumDetails {
    /// What may be used; no two overlap.
    pub blocks: Vec<Block>,
    /// Where.
    pub area: Area,
    /// The days applied for. A permit that was renewed holds longer than this says.
    pub validity: Validity,
    /// Nobody else gets the same frequencies there.
    pub exclusive: bool,
    /// Radio service of the frequency plan it is used in.
    pub service: RadioService,
    /// Wireless broadband to the public, for which the act sets a shortest time (§ 11-8).
    pub wireless_broadband: bool,
    /// What it is used for.
    pub purpose: String,
    /// Technology it is bound to; none when it is technology-neutral.
    pub technology: Option<String>,
    /// May be sold, leased or handed over (ekomloven 2024 § 11-10).
    pub transferable: bool,
    /// Whom other users reach when there is interference; published for organisations.
    pub contact: Option<PublicContact>,
    /// What the holder has leased to others.
    pub leases: Vec<Lease>,
}

/// Frequencies that go together, lower end inside, upper end outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub enum Block {
    /// One range, for both directions or one.
    Simplex {
        /// The range.
        range: FrequencyRange,
    },
    /// A pair of equal use.
    Duplex {
        /// From the base station.
        downlink: FrequencyRange,
        /// To the base station.
        uplink: FrequencyRange,
    },
}

impl Block {
    /// The one or two ranges it consists of.
    pub fn ranges(self) -> impl Iterator<Item = FrequencyRange> {
        let (first, second) = match self {
            Block::Simplex { range } => (range, None),
            Block::Duplex { downlink, uplink } => (downlink, Some(uplink)),
        };
        std::iter::once(first).chain(second)
    }
}

/// Where a licence holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub enum Area {
    /// The mainland with its waters to 70 km from the baseline; not Svalbard, Jan Mayen and the dependencies.
    National,
    /// Municipalities, Svalbard or Jan Mayen.
    Municipalities {
        /// Which, none twice.
        municipalities: Vec<Municipality>,
    },
    /// The continental shelf beyond 70 km from the baseline.
    Offshore,
    /// Within a ring.
    Polygon {
        /// The ring.
        ring: Polygon,
        /// Municipalities it lies in, so that it can be compared with areas given by municipality.
        municipalities: Vec<Municipality>,
        /// It reaches beyond 70 km from the baseline.
        offshore: bool,
        /// Municipalities it has ground of, where a caseworker has found that on a map, in place of what follows from
        /// geography.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ground: Option<Vec<Municipality>>,
    },
}

impl Area {
    /// Municipalities it names.
    pub fn municipalities(&self) -> &[Municipality] {
        match self {
            Area::National | Area::Offshore => &[],
            Area::Municipalities { municipalities } | Area::Polygon { municipalities, .. } => {
                municipalities
            }
        }
    }
}

code_enum! {
    /// Radio services a licence can be used in (ITU RR Article 1, in the groups of the frequency plan).
    RadioService {
        /// Mobile service, whatever kind.
        Mobile = "mobile",
        /// Between fixed points.
        Fixed = "fixed",
        /// To the public.
        Broadcasting = "broadcasting",
        /// By way of satellites.
        Satellite = "satellite",
    }
}

/// Whom to reach about a licence.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PublicContact {
    /// A person or a function.
    pub name: String,
    /// E-mail.
    pub email: EmailAddress,
    /// Telephone.
    pub phone: PhoneNumber,
}

impl std::fmt::Debug for PublicContact {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PublicContact(redacted)")
    }
}

/// A part of the licence that another uses for a time (ekomloven 2024 § 11-10).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Lease {
    /// Who leases.
    pub lessee: OrganisationNumber,
    /// Which frequencies; the whole licence when left out.
    pub range: Option<FrequencyRange>,
    /// Where; the whole area when none is named.
    pub municipalities: Vec<Municipality>,
    /// When.
    pub validity: Validity,
}

impl Lease {
    /// Whether two leases of one licence share frequencies, ground and days.
    pub fn overlaps(&self, other: &Self) -> bool {
        let frequencies = match (self.range, other.range) {
            (Some(one), Some(another)) => one.overlaps(another),
            _ => true,
        };
        let ground = |lease: &Self| -> BTreeSet<u16> {
            let all = lease.municipalities.iter();
            all.flat_map(|number| number.entry().ground.iter().copied()).collect()
        };
        let everywhere = self.municipalities.is_empty() || other.municipalities.is_empty();
        frequencies
            && self.validity.overlaps(other.validity)
            && (everywhere || !ground(self).is_disjoint(&ground(other)))
    }
}

/// One thing a licence claims: frequencies, at a place, for a time. Everything a licence is entitled to is a list of these,
/// and two licences overlap when one claim of each does.
#[derive(Debug, Clone, PartialEq)]
pub struct Claim {
    /// Frequencies.
    pub range: FrequencyRange,
    /// Places as numbers: see `rules::overlap`.
    pub space: Range<i32>,
    /// The part of the place; all of it when none.
    pub shape: Option<Polygon>,
    /// Days.
    pub validity: Validity,
}
