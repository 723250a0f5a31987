//! What is charged, as the kinds say it, and an invoice line as it stands.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use crate::values::{
    frequency::FrequencyRange,
    ids::{FeeRunId, InvoiceId, InvoiceLineId, PartyId, PaymentId, PermitId},
};

/// What a permit is charged for: a row group of the fee table, and how much of it.
#[derive(Debug, Clone, PartialEq)]
pub struct FeeItem {
    /// Value of the column `object` of `data/fees.tsv`.
    pub object: &'static str,
    /// The words the rows of the object compare, with what is true of this item; which an object
    /// knows stands in `fee/mod.rs`.
    pub conditions: Vec<(&'static str, FeeValue)>,
    /// How many units (licences, stations, numbers).
    pub count: u64,
}

/// What is true of an item.
#[derive(Debug, Clone, PartialEq)]
pub enum FeeValue {
    /// A word.
    Word(String),
    /// A quantity in the unit the word names; exact for whole numbers up to 2⁵³.
    Number(f64),
}

impl FeeItem {
    /// One of an object.
    pub const fn one(object: &'static str) -> Self {
        Self::many(object, 1)
    }

    /// Some of an object.
    pub const fn many(object: &'static str, count: u64) -> Self {
        Self { object, conditions: Vec::new(), count }
    }

    /// Which of the object's units is counted, a value of the column `unit`.
    #[must_use]
    pub fn unit(self, unit: &'static str) -> Self {
        self.with("unit", unit)
    }

    /// The same with one thing more that is true of it.
    #[must_use]
    pub fn with(mut self, word: &'static str, value: impl Into<FeeValue>) -> Self {
        self.conditions.push((word, value.into()));
        self
    }

    /// What is said of it under a word.
    pub fn said(&self, word: &str) -> Option<&FeeValue> {
        self.conditions.iter().find(|(name, _)| *name == word).map(|(_, value)| value)
    }
}

impl From<&str> for FeeValue {
    fn from(word: &str) -> Self {
        FeeValue::Word(word.to_owned())
    }
}

impl From<bool> for FeeValue {
    fn from(holds: bool) -> Self {
        FeeValue::from(if holds { "yes" } else { "no" })
    }
}

impl From<f64> for FeeValue {
    fn from(number: f64) -> Self {
        FeeValue::Number(number)
    }
}

impl From<u64> for FeeValue {
    #[allow(clippy::cast_precision_loss)] // hertz and counts lie far below 2⁵³
    fn from(number: u64) -> Self {
        FeeValue::Number(number as f64)
    }
}

/// A block of a permit that shares a pool, in one area.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PoolBlock {
    /// One range, or the two of a duplex pair, the lower first.
    pub ranges: Vec<FrequencyRange>,
    /// Where it may be used.
    pub area: PoolArea,
}

/// An area the fee regulation tells apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PoolArea {
    /// The whole mainland.
    Mainland,
    /// A part of it, as the numbers of today's municipalities.
    Municipalities(BTreeSet<u16>),
    /// Svalbard.
    Svalbard,
    /// The sea beyond the mainland's area.
    Offshore,
}

/// What a line is charged for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Charged {
    /// A permit.
    Permit(PermitId),
    /// A coercive fine: the decision of supervision that set it.
    Fine(Uuid),
}

impl Charged {
    /// The permit, of one.
    pub const fn permit(self) -> Option<PermitId> {
        match self {
            Charged::Permit(permit) => Some(permit),
            Charged::Fine(_) => None,
        }
    }

    /// The decision that set it, of a fine.
    pub const fn fine(self) -> Option<Uuid> {
        match self {
            Charged::Permit(_) => None,
            Charged::Fine(act) => Some(act),
        }
    }
}

/// An invoice line as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvoiceLine {
    /// Id of the row.
    pub id: InvoiceLineId,
    /// What it is for.
    pub of: Charged,
    /// Human number of the permit, or of the supervision case of a fine.
    pub permit_number: String,
    /// Who held the permit when it was written, or was fined, and pays.
    pub holder: PartyId,
    /// Year it belongs to.
    pub year: i32,
    /// What it was written for: `annual`, `grant`, `change-N` for version N of the permit, or `fine`.
    pub occasion: String,
    /// Row of the fee table.
    pub fee_id: String,
    /// Object of that row.
    pub object: String,
    /// Unit that is counted.
    pub unit: String,
    /// How many.
    pub quantity: i64,
    /// Whole øre, after the share of the year.
    pub amount_ore: i64,
    /// Period rule that gave the share, e.g. `P3`.
    pub rule: String,
    /// Provision of the fee regulation.
    pub section: String,
    /// Where the rate stands.
    pub basis: String,
    /// Last day to pay.
    pub due_on: NaiveDate,
    /// Payment that covers it.
    pub payment: Option<PaymentId>,
    /// Day it was paid.
    pub paid_on: Option<NaiveDate>,
    /// 1, and 2 once paid.
    pub version: i32,
    /// When it was written.
    pub created_at: DateTime<Utc>,
    /// The run that wrote it; none for what is charged with a grant or a change.
    pub run: Option<FeeRunId>,
    /// The invoice it stands on, once there is one.
    pub invoice: Option<InvoiceId>,
    /// The credit note that took it back.
    pub credit: Option<InvoiceId>,
}

impl InvoiceLine {
    /// True when it is neither paid nor taken back.
    pub fn is_open(&self) -> bool {
        self.payment.is_none() && self.credit.is_none()
    }

    /// True when it is open and the last day to pay lies before `today`.
    pub fn is_overdue(&self, today: NaiveDate) -> bool {
        self.is_open() && self.due_on < today
    }
}

/// A payment of one or more lines, whole, or of an invoice by its KID.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payment {
    /// Id of the row.
    pub id: PaymentId,
    /// Sum of its lines, or what was placed on the invoice, in øre.
    pub amount_ore: i64,
    /// Day the money came.
    pub paid_on: NaiveDate,
    /// The bank's or accounting system's reference.
    pub reference: Option<String>,
    /// Who recorded it.
    pub recorded_by: String,
    /// When it was recorded.
    pub created_at: DateTime<Utc>,
    /// The invoice it was placed on.
    pub invoice: Option<InvoiceId>,
}

/// An amount for people: kroner with two decimals and a full stop, e.g. `1030.50`.
pub fn kroner(ore: i64) -> String {
    let sign = if ore < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", ore.unsigned_abs() / 100, ore.unsigned_abs() % 100)
}

#[cfg(test)]
mod tests {
    use super::kroner;

    #[test]
    fn an_amount_for_people_has_two_decimals() {
        for (ore, text) in
            [(0, "0.00"), (5, "0.05"), (53_000, "530.00"), (1_200_018, "12000.18"), (-150, "-1.50")]
        {
            assert_eq!(kroner(ore), text);
        }
    }
}
