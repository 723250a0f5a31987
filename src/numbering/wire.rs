//! Number ranges in JSON, as the public sees them.

use chrono::NaiveDate;
use poem_openapi::{
    Object,
    types::{ParseFromJSON as _, ToJSON as _},
};
use serde_json::{Value, json};

use super::model::NumberRangeRow;
use crate::{
    disclosure::{
        Circumstances, disclose,
        policy::{HolderType, Kind, Recipient},
    },
    failure::Failure,
    permit::{kind::numbering::rules::for_people, record::without_nulls},
    register::wire::{FacetCount, Facets},
    values::number_resource::{Notation, ResourceType},
};

/// A range of numbers, or a code or name.
#[derive(Debug, Clone, Default, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct NumberRangeView {
    /// Type of the resource, e.g. `e164_8_digit`, `ispc`.
    #[oai(rename = "type")]
    pub kind: String,
    /// First number, digits only, or the code.
    pub first_number: String,
    /// Last number, itself inside, or the code again.
    pub last_number: String,
    /// As people read it: `22 00 00 00 – 22 00 99 99`, `2-100-1 (4897)`.
    pub display: String,
    /// How many numbers.
    pub count: u64,
    /// `assigned`, `free` or `blocked`.
    pub status: String,
    /// Organisation it was assigned to; not who operates a ported number.
    pub provider: Option<String>,
    /// Its organisation number, where it is known.
    pub provider_number: Option<String>,
    /// Category.
    pub category: Option<String>,
    /// Comment.
    pub comment: Option<String>,
    /// Point code.
    pub point_code: Option<String>,
    /// Day it was assigned, where it is known.
    pub assigned_on: Option<NaiveDate>,
}

/// A page of ranges.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct NumberRangePage {
    /// The ranges of this page, in the order of their digits.
    pub items: Vec<NumberRangeView>,
    /// How many there are in all.
    pub total: u64,
    /// Cursor of the next page; none on the last.
    pub next: Option<String>,
    /// What was found, counted; only what `facets` names.
    pub facets: Option<RangeFacets>,
}

/// Counts of everything found, the most frequent first.
#[derive(Debug, Clone, Default, PartialEq, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct RangeFacets {
    /// By type of the resource.
    #[oai(rename = "type")]
    pub of_type: Option<Vec<FacetCount>>,
    /// By status.
    pub status: Option<Vec<FacetCount>>,
    /// By category.
    pub category: Option<Vec<FacetCount>>,
    /// By the year of the day they were assigned, where it is known.
    pub year: Option<Vec<FacetCount>>,
}

impl RangeFacets {
    /// Of the register's counts, where categories stand for kinds.
    pub fn of(counts: Facets) -> Self {
        let Facets { of_type, status, kind, year, .. } = counts;
        Self { of_type, status, category: kind, year }
    }
}

/// Which range holds a number.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct NumberView {
    /// Type of the resource.
    #[oai(rename = "type")]
    pub kind: String,
    /// The number, code or name as the registry writes it.
    pub number: String,
    /// `assigned`, `free` or `blocked`; `free` also where no range is registered.
    pub status: String,
    /// Category of the numbering plan, for telephone numbers.
    pub plan_category: Option<String>,
    /// Who may hold such numbers by the numbering plan: `provider`, `end_user`, `public_call`, `on_application`,
    /// `any_voice_provider` or `nobody`.
    pub plan_holder: Option<String>,
    /// The range that holds it.
    pub range: Option<NumberRangeView>,
    /// What the answer does not say.
    pub note: String,
}

/// Said with every look-up.
pub const NOTE: &str = "The range shows the original assignment by the authority. A number may have been ported since; who operates it now is held by the operators' reference database (NRDB), not here.";

/// The public view of a range as the register keeps it.
pub fn record(row: &NumberRangeRow) -> Value {
    NumberRangeView::of(row).to_json().unwrap_or_default()
}

impl NumberRangeView {
    /// The public view of a range: what the policy gives the public of a record of it.
    pub fn of(row: &NumberRangeRow) -> Self {
        let provider = row.provider.as_ref();
        let record = without_nulls(json!({
            "number": {
                "type": row.kind.code,
                "range": [row.resource.first(), row.resource.last()],
                "status": row.status.shown().code(),
                "use": row.category,
                "comment": row.comment,
                "pointCode": row.point_code,
            },
            "organisation": {
                "name": provider.map(|provider| &provider.name),
                "number": provider.and_then(|provider| provider.number.as_ref()),
            },
            "permit": { "validFrom": row.valid_from },
        }));
        let circumstances = Circumstances {
            kind: Kind::Numbering,
            holder: HolderType::Organisation,
            ended: false,
            consented: &[],
            protected: false,
            restricted: false,
            stopped: false,
        };
        disclose(&record, Recipient::Public, &circumstances)
            .map(|given| Self::from_record(row, given.record()))
            .unwrap_or_default()
    }

    /// A row of the public list.
    ///
    /// # Errors
    /// When it is not of the shape it was written in, which is a fault of ours.
    pub fn read(row: Value) -> Result<Self, Failure> {
        Self::parse_from_json(Some(row)).map_err(|error| Failure::internal(error.into_message()))
    }

    fn from_record(row: &NumberRangeRow, record: &Value) -> Self {
        let text =
            |pointer: &str| record.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
        Self {
            kind: text("/number/type").unwrap_or_default(),
            first_number: text("/number/range/0").unwrap_or_default(),
            last_number: text("/number/range/1").unwrap_or_default(),
            display: for_people(row.kind, &row.resource),
            count: row.resource.count(),
            status: text("/number/status").unwrap_or_default(),
            provider: text("/organisation/name"),
            provider_number: text("/organisation/number"),
            category: text("/number/use"),
            comment: text("/number/comment"),
            point_code: text("/number/pointCode"),
            assigned_on: text("/permit/validFrom").and_then(|day| day.parse().ok()),
        }
    }
}

impl NumberView {
    /// The answer for one number, code or name.
    pub fn of(
        kind: &'static ResourceType,
        resource: &crate::values::number_resource::Resource,
        range: Option<NumberRangeView>,
    ) -> Self {
        let plan_row = kind.number_range(resource).and_then(|range| range.plan_row());
        let number = match kind.notation {
            Notation::E164 | Notation::PointCode => for_people(kind, resource),
            _ => resource.to_string(),
        };
        Self {
            kind: kind.code.to_owned(),
            number,
            status: range.as_ref().map_or("free", |range| &*range.status).to_owned(),
            plan_category: plan_row.map(|row| row.category.code().to_owned()),
            plan_holder: plan_row.map(|row| row.holder.code().to_owned()),
            range,
            note: NOTE.to_owned(),
        }
    }
}
