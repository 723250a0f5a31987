//! What a licence's share of the yearly pool is counted from (FOR-2024-01-17-79 § 15).
//!
//! Jan Mayen has no factor of its own in the regulation and counts as Svalbard, an assumption.

use std::collections::BTreeSet;

use super::super::model::{Area, SpectrumDetails};
use crate::{
    fee::model::{PoolArea, PoolBlock},
    values::{frequency::FrequencyRange, municipality::Municipality},
};

/// Every block in every area the regulation tells apart.
pub fn blocks(details: &SpectrumDetails) -> Vec<PoolBlock> {
    let areas = areas(&details.area);
    let blocks = details.blocks.iter().map(|block| {
        let mut ranges: Vec<FrequencyRange> = block.ranges().collect();
        ranges.sort_unstable();
        ranges
    });
    blocks
        .flat_map(|ranges| {
            areas.iter().map(move |area| PoolBlock { ranges: ranges.clone(), area: area.clone() })
        })
        .collect()
}

fn areas(area: &Area) -> Vec<PoolArea> {
    match area {
        Area::National => vec![PoolArea::Mainland],
        Area::Offshore => vec![PoolArea::Offshore],
        Area::Municipalities { municipalities } => ashore(municipalities),
        Area::Polygon { municipalities, offshore, .. } => {
            let mut areas = ashore(municipalities);
            areas.extend(offshore.then_some(PoolArea::Offshore));
            areas
        }
    }
}

fn ashore(municipalities: &[Municipality]) -> Vec<PoolArea> {
    let (mainland, beyond): (Vec<_>, Vec<_>) = municipalities
        .iter()
        .map(|municipality| municipality.entry())
        .partition(|entry| entry.is_mainland());
    let ground: BTreeSet<u16> =
        mainland.iter().flat_map(|entry| entry.ground.iter().copied()).collect();
    let mut areas = Vec::new();
    if !ground.is_empty() {
        areas.push(PoolArea::Municipalities(ground));
    }
    if !beyond.is_empty() {
        areas.push(PoolArea::Svalbard);
    }
    areas
}
