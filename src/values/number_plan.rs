//! The Norwegian numbering plan for telephony under country code 47 (FOR-2004-02-16-426 § 16).
//!
//! The plan says what a number is for and who may hold it; who does is registered elsewhere.

use std::sync::LazyLock;

use super::number_range::NumberRange;
use super::table::{Table, code_enum};

static ROWS: LazyLock<Vec<PlanRow>> = LazyLock::new(read_rows);

code_enum! {
    /// What numbers of a row are for.
    NumberCategory {
        InternationalPrefix = "international_prefix",
        Reserved = "reserved",
        SpecialFiveDigit = "special_5_digit",
        SpecialStandardised = "special_standardised",
        Emergency = "emergency",
        EeaHarmonised = "eea_harmonised",
        EeaHarmonisedRegulated = "eea_harmonised_regulated",
        EeaHarmonisedBlocked = "eea_harmonised_blocked",
        DirectoryEnquiry = "directory_enquiry",
        ProviderSpecific = "provider_specific",
        Fixed = "fixed",
        Mobile = "mobile",
        Machine = "m2m_iot",
        Fictional = "fictional",
        SpecialEightDigit = "special_8_digit",
        SpecialFree = "special_free",
        SpecialPremium = "special_premium",
    }
}

code_enum! {
    /// Who may hold numbers of a row.
    NumberHolder {
        Nobody = "nobody",
        EndUser = "end_user",
        OnApplication = "on_application",
        PublicCall = "public_call",
        Provider = "provider",
        AnyVoiceProvider = "any_voice_provider",
    }
}

code_enum! {
    /// How numbers of a row are permitted.
    NumberPermit {
        /// No permit is given: nobody holds them or everybody may use them.
        None = "none",
        Individual = "individual",
        Series = "series",
    }
}

code_enum! {
    /// What calling a number may cost (§ 16a).
    PriceRule {
        FreeToCaller = "free_to_caller",
        /// No more than a call to a mobile number.
        MaxMobile = "max_mobile",
    }
}

/// A row of the plan; rows with a parent lie inside it and say something more particular.
#[derive(Debug, Clone)]
pub struct PlanRow {
    pub id: &'static str,
    pub parent: Option<&'static str>,
    /// First and last number.
    pub range: NumberRange,
    pub category: NumberCategory,
    pub holder: NumberHolder,
    pub permit: NumberPermit,
    pub price_rule: Option<PriceRule>,
    /// Groups of digits as `NN NN NN NN`.
    display_format: &'static str,
}

/// Every row of the plan, a parent before its children.
pub fn rows() -> &'static [PlanRow] {
    &ROWS
}

/// The most particular row that holds the whole range; `None` where the plan has no such numbers or the range crosses rows.
pub fn row_of(range: NumberRange) -> Option<&'static PlanRow> {
    ROWS.iter().rfind(|row| row.range.covers(range))
}

/// Whether a permit can be given for the whole range: its row is permitted, and no part of it is kept for nobody.
pub fn is_assignable(range: NumberRange) -> bool {
    row_of(range).is_some_and(|row| row.permit != NumberPermit::None)
        && !ROWS.iter().any(|row| row.holder == NumberHolder::Nobody && row.range.overlaps(range))
}

impl PlanRow {
    /// Digits grouped as the row shows its numbers; digits beyond the format follow ungrouped.
    pub(super) fn grouped(&self, digits: &str) -> String {
        let mut rest = digits.chars();
        let mut text: String = self
            .display_format
            .chars()
            .map_while(|c| if c == 'N' { rest.next() } else { Some(c) })
            .collect();
        text.extend(rest);
        text
    }
}

fn read_rows() -> Vec<PlanRow> {
    let table = Table::new(include_str!("../data/number_plan.tsv"));
    table
        .rows()
        .map(|row| PlanRow {
            id: row.text("range_id"),
            parent: Some(row.text("parent_id")).filter(|parent| !parent.is_empty()),
            range: NumberRange::of_digits(row.text("from"), row.text("to"))
                .expect("the table holds ranges"),
            category: row.value("category").expect("the table holds a category"),
            holder: row.value("assigned_to").expect("the table holds a holder"),
            permit: row.value("permit").expect("the table holds a permit"),
            price_rule: row.value("price_rule"),
            display_format: row.text("display_format"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn category(text: &str) -> Option<NumberCategory> {
        NumberRange::parse(text).ok().and_then(row_of).map(|row| row.category)
    }

    #[test]
    fn the_most_particular_row_answers() {
        for (text, expected) in [
            ("112", NumberCategory::Emergency),
            ("111", NumberCategory::SpecialStandardised),
            ("116112", NumberCategory::EeaHarmonisedBlocked),
            ("22000000-22009999", NumberCategory::Fixed),
            ("40000000-40009999", NumberCategory::Mobile),
            ("580000000000-580000009999", NumberCategory::Machine),
            ("68050000-68059999", NumberCategory::Fictional),
            ("80012345", NumberCategory::SpecialFree),
            ("02000", NumberCategory::SpecialFiveDigit),
        ] {
            assert_eq!(category(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_kept_for_nobody_is_not_assignable() {
        for (text, assignable) in [
            ("22000000-22009999", true),
            ("68050000-68050099", false),
            ("68000000-68999999", false),
            ("112", false),
            ("100-109", true),
            ("100-115", false),
            ("116112", false),
            ("190-199", false),
            ("02000", true),
        ] {
            assert_eq!(is_assignable(NumberRange::parse(text).unwrap()), assignable, "{text}");
        }
    }

    #[test]
    fn rows_nest_in_their_parents_and_siblings_do_not_overlap() {
        assert_eq!(ROWS.len(), 33);
        for (at, row) in ROWS.iter().enumerate() {
            let parent =
                row.parent.map(|id| ROWS[..at].iter().find(|other| other.id == id).unwrap());
            assert!(parent.is_none_or(|parent| parent.range.covers(row.range)), "{}", row.id);
            assert!(
                !ROWS[..at]
                    .iter()
                    .any(|other| other.parent == row.parent && other.range.overlaps(row.range)),
                "{}",
                row.id
            );
        }
    }
}
