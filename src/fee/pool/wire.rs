//! Pools in JSON.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use poem_openapi::Object;
use serde::{Deserialize, Serialize};
use validator::Validate;

use super::{
    super::model::kroner,
    model::{Pool, PoolContent},
};
use crate::{
    failure::FieldErrors, permit::kind::shared::needed_text, values::municipality::Municipality,
};

/// Largest amount that is taken, in øre: a hundred thousand million kroner.
const MOST_ORE: i64 = 10_000_000_000_000;

/// What spectrum licences share in a year.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SpectrumFeePoolForm {
    /// The part of the year's sector fee that falls on frequencies, in øre.
    #[oai(validator(minimum(value = "0"), maximum(value = "10000000000000")))]
    #[validate(range(min = 0, max = MOST_ORE))]
    pub frequency_share_ore: i64,
    /// What the fees of §§ 11–14 and 16 bring in, in øre; the pool is the share less this.
    #[oai(validator(minimum(value = "0"), maximum(value = "10000000000000")))]
    #[validate(range(min = 0, max = MOST_ORE))]
    pub other_income_ore: i64,
    /// Where the amounts stand; it is the basis of the invoice lines.
    #[validate(length(min = 1, max = 200))]
    pub source: String,
    /// Inhabitants of the mainland; needed where regional licences are held.
    #[oai(validator(minimum(value = "1")))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(range(min = 1))]
    pub inhabitants: Option<u64>,
    /// Inhabitants of municipalities of today where regional licences hold.
    #[oai(default)]
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[validate(nested, length(max = 400))]
    pub municipalities: Vec<InhabitantsForm>,
}

/// Inhabitants of a municipality.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct InhabitantsForm {
    /// Number of a municipality of today.
    #[validate(length(min = 4, max = 4))]
    pub number: String,
    /// How many.
    pub inhabitants: u64,
}

impl SpectrumFeePoolForm {
    /// What it means; every error is noted.
    pub fn meaning(&self, errors: &mut FieldErrors) -> Option<PoolContent> {
        errors.merge_sizes(self.validate());
        let source = needed_text(&self.source, 200, "/source", errors);
        if self.other_income_ore > self.frequency_share_ore {
            errors.add("/otherIncomeOre", "above-share", "The income cannot be above the share.");
        }
        let mut by_municipality = BTreeMap::new();
        for (index, one) in self.municipalities.iter().enumerate() {
            let pointer = format!("/municipalities/{index}/number");
            let Some(municipality) = errors.take(&*pointer, Municipality::parse(&one.number))
            else {
                continue;
            };
            let number: u16 = municipality.to_string().parse().unwrap_or_default();
            if municipality.entry().valid_until.is_some() {
                errors.add(pointer, "not-in-use", "Name a municipality of today.");
            } else if by_municipality.insert(number, one.inhabitants).is_some() {
                errors.add(pointer, "repeated", "Name each municipality once.");
            }
        }
        let sum = by_municipality.values().try_fold(0_u64, |sum, more| sum.checked_add(*more));
        let total = self.inhabitants.unwrap_or(0);
        if !by_municipality.is_empty() && sum.is_none_or(|sum| sum > total) {
            errors.add(
                "/inhabitants",
                "below-sum",
                "Give the inhabitants of the mainland, at least those of the municipalities together.",
            );
        }
        Some(PoolContent {
            frequency_share_ore: self.frequency_share_ore,
            other_income_ore: self.other_income_ore,
            source: source?,
            inhabitants: self.inhabitants,
            by_municipality,
        })
    }
}

/// What spectrum licences share in a year, and whether it has been shared.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct SpectrumFeePoolView {
    /// Year.
    pub year: i32,
    /// The pool in øre.
    pub amount_ore: i64,
    /// The pool in Norwegian kroner, for people.
    pub amount: String,
    /// What was set.
    pub pool: SpectrumFeePoolForm,
    /// Municipalities whose inhabitants must be told before the pool can be shared.
    pub missing: Vec<String>,
    /// When it was first shared out; it is not changed any more then.
    pub shared_at: Option<DateTime<Utc>>,
}

impl SpectrumFeePoolView {
    /// The view of a pool.
    pub fn of(pool: Pool, missing: impl IntoIterator<Item = u16>) -> Self {
        let text = |number: u16| format!("{number:04}");
        let amount_ore = pool.content.amount_ore();
        let content = pool.content;
        Self {
            year: pool.year,
            amount_ore,
            amount: kroner(amount_ore),
            pool: SpectrumFeePoolForm {
                frequency_share_ore: content.frequency_share_ore,
                other_income_ore: content.other_income_ore,
                source: content.source,
                inhabitants: content.inhabitants,
                municipalities: content
                    .by_municipality
                    .into_iter()
                    .map(|(number, inhabitants)| InhabitantsForm {
                        number: text(number),
                        inhabitants,
                    })
                    .collect(),
            },
            missing: missing.into_iter().map(text).collect(),
            shared_at: pool.shared_at,
        }
    }
}
