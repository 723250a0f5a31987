//! The fee of spectrum licences (fee regulation § 15): a pool that all licences share, one part
//! equally per contiguous block, the rest by weighted bandwidth.
//!
//! The pool is set by the authority (`fee/pool`) and given, never known here. Two things the text
//! leaves open are assumptions: f is the centre of the table's band (of a paired band the middle of
//! both halves, of an unlisted one the middle of the block), and the factor of an area reduces both
//! parts, while the whole pool is shared out.

use chrono::NaiveDate;

use super::table::thousandths;
use crate::values::{
    frequency::FrequencyRange,
    table::{Row, Table},
};

/// Where a block may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Area {
    /// The mainland.
    National,
    /// A part of it, with its share of the population in millionths.
    Regional(u32),
    /// Svalbard.
    Svalbard,
    /// The sea beyond the mainland's area.
    Offshore,
}

/// A block of a licence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block<L> {
    /// The licence.
    pub licence: L,
    /// One range, or the two of a duplex pair, the lower first.
    pub ranges: Vec<FrequencyRange>,
    /// Where.
    pub area: Area,
}

/// Why a pool cannot be shared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PoolFlaw {
    #[error("the pool is below zero")]
    Negative,
    #[error("no weights are in force")]
    NoWeights,
    #[error("there is no block that counts")]
    NoBlocks,
}

/// Shares a pool of øre among licences; the shares add up to the pool exactly.
///
/// # Errors
/// When there is nothing to share, or nobody to share it among.
pub fn share_pool<L: Ord + Clone>(
    pool_ore: i64,
    blocks: &[Block<L>],
    on: NaiveDate,
) -> Result<Vec<(L, i64)>, PoolFlaw> {
    let pool = u128::try_from(pool_ore).map_err(|_| PoolFlaw::Negative)?;
    let weights = Weights::on(on).ok_or(PoolFlaw::NoWeights)?;
    let blocks = contiguous(blocks);
    let factors: Vec<u128> = blocks.iter().map(|block| weights.millionths(block.area)).collect();
    let weighted: Vec<u128> = blocks
        .iter()
        .zip(&factors)
        .map(|(block, factor)| weights.of(&block.ranges) * factor)
        .collect();
    let equal_part = pool * weights.equal_part / 1000;
    let equal = split(equal_part, &factors).ok_or(PoolFlaw::NoBlocks)?;
    let by_weight = split(pool - equal_part, &weighted).ok_or(PoolFlaw::NoBlocks)?;
    let mut shares: Vec<(L, i64)> = Vec::new();
    for ((block, equal), by_weight) in blocks.into_iter().zip(equal).zip(by_weight) {
        // no share is above the pool, which was an i64
        let ore = i64::try_from(equal + by_weight).unwrap_or(i64::MAX);
        match shares.last_mut() {
            Some((licence, sum)) if *licence == block.licence => *sum += ore,
            _ => shares.push((block.licence, ore)),
        }
    }
    Ok(shares)
}

/// The blocks with those that adjoin made one, by licence and area.
fn contiguous<L: Ord + Clone>(blocks: &[Block<L>]) -> Vec<Block<L>> {
    let mut sorted = blocks.to_vec();
    sorted.sort_by(|a, b| {
        (&a.licence, a.area, a.ranges.len(), &a.ranges).cmp(&(
            &b.licence,
            b.area,
            b.ranges.len(),
            &b.ranges,
        ))
    });
    let mut merged: Vec<Block<L>> = Vec::new();
    for block in sorted {
        if let Some(last) = merged.last_mut()
            && (&last.licence, last.area) == (&block.licence, block.area)
            && last.ranges.len() == block.ranges.len()
            && last.ranges.iter().zip(&block.ranges).all(|(a, b)| a.until() == b.from())
        {
            for (whole, more) in last.ranges.iter_mut().zip(&block.ranges) {
                *whole = FrequencyRange::new(whole.from(), more.until()).unwrap_or(*whole);
            }
        } else {
            merged.push(block);
        }
    }
    merged
}

/// Splits an amount in proportion; what whole øre leave over goes to the largest remainders.
fn split(amount: u128, weights: &[u128]) -> Option<Vec<u128>> {
    let sum: u128 = weights.iter().sum();
    if sum == 0 {
        return None;
    }
    let mut parts: Vec<u128> = weights.iter().map(|weight| amount * weight / sum).collect();
    let left = amount - parts.iter().sum::<u128>();
    let mut order: Vec<usize> = (0..weights.len()).collect();
    order.sort_by_key(|index| (std::cmp::Reverse(amount * weights[*index] % sum), *index));
    for index in order.into_iter().take(usize::try_from(left).unwrap_or(usize::MAX)) {
        parts[index] += 1;
    }
    Some(parts)
}

/// A band of the table.
struct Band {
    id: &'static str,
    from: u64,
    until: u64,
    thousandths: u128,
}

/// The weights of one day.
struct Weights {
    bands: Vec<Band>,
    unlisted: u128,
    svalbard: u128,
    offshore: u128,
    equal_part: u128,
}

/// Keeps digits when bandwidth is divided by frequency.
const SCALE: u128 = 1_000_000_000;

impl Weights {
    fn on(on: NaiveDate) -> Option<Self> {
        let table = Table::new(include_str!("../../data/spectrum_fee_weights.tsv"));
        let in_force = |row: &Row<'_, 'static>| {
            row.value("valid_from").is_some_and(|from: NaiveDate| from <= on)
                && row.value("valid_until").is_none_or(|until: NaiveDate| on < until)
        };
        let value = |row: &Row<'_, 'static>| {
            u128::try_from(thousandths(row.text("value"))).unwrap_or_default()
        };
        let one = |kind: &str, rule: &str| {
            table
                .rows()
                .filter(in_force)
                .find(|row| row.text("kind") == kind && row.text("rule").starts_with(rule))
                .map(|row| value(&row))
        };
        let band = |row: Row<'_, 'static>| Band {
            id: row.text("weight_id"),
            from: row.value("from_hz").unwrap_or_default(),
            until: row.value("to_hz").unwrap_or_default(),
            thousandths: value(&row),
        };
        let bands = table.rows().filter(in_force).filter(|row| row.text("kind") == "band");
        Some(Self {
            bands: bands.map(band).collect(),
            unlisted: one("band_not_listed", "")?,
            svalbard: one("area_factor", "area=svalbard")?,
            offshore: one("area_factor", "area=offshore")?,
            equal_part: one("pool_share", "split=equal")?,
        })
    }

    fn millionths(&self, area: Area) -> u128 {
        match area {
            Area::National => 1_000_000,
            Area::Regional(population) => u128::from(population),
            Area::Svalbard => self.svalbard * 1000,
            Area::Offshore => self.offshore * 1000,
        }
    }

    /// Bandwidth × weight ÷ frequency, times a constant.
    fn of(&self, ranges: &[FrequencyRange]) -> u128 {
        ranges
            .iter()
            .map(|range| {
                let (from, until) = (range.from().hertz(), range.until().hertz());
                let mut unlisted = range.width();
                let mut sum = 0;
                for band in &self.bands {
                    let width = until.min(band.until).saturating_sub(from.max(band.from));
                    unlisted -= width;
                    sum += weigh(width, band.thousandths, self.twice_centre(band.id));
                }
                sum + weigh(unlisted, self.unlisted, from + until)
            })
            .sum()
    }

    fn twice_centre(&self, id: &str) -> u64 {
        let of_band = || self.bands.iter().filter(|band| band.id == id);
        let from = of_band().map(|band| band.from).min().unwrap_or_default();
        from + of_band().map(|band| band.until).max().unwrap_or_default()
    }
}

fn weigh(width: u64, thousandths: u128, twice_centre: u64) -> u128 {
    u128::from(width) * thousandths * SCALE * 2 / u128::from(twice_centre.max(1))
}
