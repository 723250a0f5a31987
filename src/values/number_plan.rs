//! The Norwegian numbering plan for telephony under country code 47 (FOR-2004-02-16-426 § 16).
//!
//! The plan says what a number is for and who may hold it; who does is registered elsewhere. Its rows are dated: what may be
//! assigned is asked of a day. How a number is written is asked of every row there has been, because numbers outlive plans.

use std::sync::LazyLock;

use chrono::NaiveDate;

use super::number_range::NumberRange;
use super::table::{Table, code_enum};
use super::validity::Validity;

static ROWS: LazyLock<Vec<PlanRow>> =
    LazyLock::new(|| read_rows(include_str!("../data/number_plan.tsv")));

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
    validity: Validity,
}

/// Rows of the plan, a parent before its children: those in force on a day, or every row there has been.
pub fn rows(on: Option<NaiveDate>) -> impl Iterator<Item = &'static PlanRow> {
    ROWS.iter().filter(move |row| on.is_none_or(|day| row.validity.contains(day)))
}

/// The most particular row there has been that holds the whole range, the newest of several; `None` where no plan has had such
/// numbers or the range crosses rows.
pub fn row_of(range: NumberRange) -> Option<&'static PlanRow> {
    ROWS.iter().rfind(|row| row.range.covers(range))
}

/// The most particular row in force on `day` that holds the whole range.
pub fn row_on(range: NumberRange, day: NaiveDate) -> Option<&'static PlanRow> {
    row_in(&ROWS, range, day)
}

fn row_in(plan: &[PlanRow], range: NumberRange, day: NaiveDate) -> Option<&PlanRow> {
    plan.iter().rfind(|row| row.validity.contains(day) && row.range.covers(range))
}

/// Whether a permit can be given for the whole range on `day`: its row is permitted, and no part of it is kept for nobody.
pub fn is_assignable(range: NumberRange, day: NaiveDate) -> bool {
    assignable_in(&ROWS, range, day)
}

/// Whether there has been a day, or is to be one, on which a permit can be given for the whole range.
pub fn is_ever_assignable(range: NumberRange) -> bool {
    let changes = ROWS.iter().flat_map(|row| [Some(row.validity.from()), row.validity.until()]);
    changes.flatten().any(|day| is_assignable(range, day))
}

fn assignable_in(plan: &[PlanRow], range: NumberRange, day: NaiveDate) -> bool {
    let mut in_force = plan.iter().filter(|row| row.validity.contains(day));
    row_in(plan, range, day).is_some_and(|row| row.permit != NumberPermit::None)
        && !in_force.any(|row| row.holder == NumberHolder::Nobody && row.range.overlaps(range))
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

fn read_rows(table: &'static str) -> Vec<PlanRow> {
    Table::new(table)
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
            validity: Validity::new(
                row.value("valid_from").expect("every row is dated"),
                row.value("valid_until"),
            )
            .expect("the table holds validities"),
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

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    /// A plan in which mobile numbers are opened, then kept for nobody, then opened again.
    #[test]
    fn for_thirty_days_the_plan_is_that_of_the_day() {
        let plan = read_rows(
            "# source\n\
            range_id\tparent_id\tfrom\tto\tdigits\tcategory\tassigned_to\tpermit\tprice_rule\tdisplay_format\tvalid_from\tvalid_until\tnote\tsource\n\
            A\t\t40000000\t49999999\t8\tmobile\tprovider\tseries\t\tNNN NN NNN\t2020-01-01\t\t\t\n\
            B\tA\t41000000\t41999999\t8\treserved\tnobody\tnone\t\tNNN NN NNN\t2022-01-01\t2024-07-01\t\t\n",
        );
        let range = |text| NumberRange::parse(text).unwrap();
        for quarter in 0..30 {
            let on = day("2018-07-01") + chrono::Months::new(3 * quarter);
            let opened = on >= day("2020-01-01");
            let kept = (day("2022-01-01")..day("2024-07-01")).contains(&on);
            assert_eq!(assignable_in(&plan, range("40000000-40009999"), on), opened, "{on}");
            assert_eq!(
                assignable_in(&plan, range("41000000-41009999"), on),
                opened && !kept,
                "{on}"
            );
            assert_eq!(
                assignable_in(&plan, range("40990000-41009999"), on),
                opened && !kept,
                "{on}"
            );
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
            let range = NumberRange::parse(text).unwrap();
            assert_eq!(is_assignable(range, day("2026-11-22")), assignable, "{text}");
            assert_eq!(is_ever_assignable(range), assignable, "{text}");
            assert!(!is_assignable(range, day("2024-12-31")), "{text}");
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
                !ROWS[..at].iter().any(|other| other.parent == row.parent
                    && other.validity.overlaps(row.validity)
                    && other.range.overlaps(row.range)),
                "{}",
                row.id
            );
        }
    }
}
