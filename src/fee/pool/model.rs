//! What is shared in a year.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::super::{
    model::{PoolArea, PoolBlock},
    rules::spectrum::{Area, Block},
};

/// The amount, and what regional licences are weighed by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PoolContent {
    /// The part of the sector fee that falls on frequencies, in øre.
    pub frequency_share_ore: i64,
    /// What §§ 11–14 and 16 bring in, in øre; not above the share.
    pub other_income_ore: i64,
    /// Where the amounts stand.
    pub source: String,
    /// Inhabitants of the mainland.
    pub inhabitants: Option<u64>,
    /// Inhabitants by the number of today's municipality, at least where regional licences hold.
    pub by_municipality: BTreeMap<u16, u64>,
}

/// The pool of a year as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pool {
    /// Year.
    pub year: i32,
    /// What is shared.
    pub content: PoolContent,
    /// When it was first shared out.
    pub shared_at: Option<DateTime<Utc>>,
    /// Grows with every correction.
    pub version: i32,
}

impl PoolContent {
    /// What is shared, in øre.
    pub const fn amount_ore(&self) -> i64 {
        self.frequency_share_ore - self.other_income_ore
    }

    /// The blocks of a permit as they are weighed.
    ///
    /// # Errors
    /// Municipalities whose inhabitants are not told.
    pub fn weigh<L: Clone>(
        &self,
        licence: &L,
        blocks: Vec<PoolBlock>,
    ) -> Result<Vec<Block<L>>, BTreeSet<u16>> {
        blocks
            .into_iter()
            .map(|block| {
                let area = match block.area {
                    PoolArea::Mainland => Area::National,
                    PoolArea::Svalbard => Area::Svalbard,
                    PoolArea::Offshore => Area::Offshore,
                    PoolArea::Municipalities(numbers) => Area::Regional(self.millionths(&numbers)?),
                };
                Ok(Block { licence: licence.clone(), ranges: block.ranges, area })
            })
            .collect()
    }

    /// Share of the population in millionths.
    fn millionths(&self, numbers: &BTreeSet<u16>) -> Result<u32, BTreeSet<u16>> {
        let missing: BTreeSet<u16> = numbers
            .iter()
            .copied()
            .filter(|number| !self.by_municipality.contains_key(number))
            .collect();
        let total = self.inhabitants.filter(|total| *total > 0).ok_or_else(|| numbers.clone())?;
        if !missing.is_empty() {
            return Err(missing);
        }
        let sum: u64 = numbers.iter().filter_map(|number| self.by_municipality.get(number)).sum();
        let millionths = u128::from(sum) * 1_000_000 / u128::from(total);
        Ok(u32::try_from(millionths).unwrap_or(1_000_000).min(1_000_000))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regional_blocks_are_weighed_by_inhabitants_and_missing_figures_are_named() {
        let content = PoolContent {
            frequency_share_ore: 1_000,
            other_income_ore: 400,
            source: "made up".to_owned(),
            inhabitants: Some(4_000),
            by_municipality: BTreeMap::from([(301, 1_000), (4601, 500)]),
        };
        assert_eq!(content.amount_ore(), 600);
        let of = |numbers: &[u16]| {
            let area = PoolArea::Municipalities(numbers.iter().copied().collect());
            content.weigh(&1, vec![PoolBlock { ranges: Vec::new(), area }])
        };
        assert_eq!(of(&[301]).expect("known")[0].area, Area::Regional(250_000));
        assert_eq!(of(&[301, 4601]).expect("known")[0].area, Area::Regional(375_000));
        assert_eq!(of(&[301, 1101, 5001]).expect_err("missing"), BTreeSet::from([1101, 5001]));
        let without = PoolContent { inhabitants: None, ..content };
        let area = PoolArea::Municipalities(BTreeSet::from([301]));
        let block = PoolBlock { ranges: Vec::new(), area };
        assert_eq!(without.weigh(&1, vec![block]).expect_err("no total"), BTreeSet::from([301]));
    }
}
