//! Taxes that the State collects beside a fee of the registry: dated rows of `src/data/state_taxes.tsv`, so that no holder
//! takes the fee for all there is to pay. Amounts are none of ours.

use std::sync::LazyLock;

use chrono::NaiveDate;

use super::{language::Language, table::Table};

static TAXES: LazyLock<Vec<StateTax>> = LazyLock::new(read_table);

/// A tax, and from when to when it is due.
#[derive(Debug)]
pub struct StateTax {
    /// Object of the fee table it is due for.
    object: &'static str,
    from: Option<NaiveDate>,
    until: Option<NaiveDate>,
    texts: [&'static str; 3],
}

impl StateTax {
    /// What a holder must know of it, in whole sentences.
    pub const fn reads(&self, language: Language) -> &'static str {
        let [bokmal, nynorsk, english] = self.texts;
        match language {
            Language::Bokmal => bokmal,
            Language::Nynorsk => nynorsk,
            Language::English => english,
        }
    }

    fn holds(&self, day: NaiveDate) -> bool {
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day < until)
    }
}

/// The tax that was due on `day` for an object of the fee table.
pub fn state_tax(object: &str, day: NaiveDate) -> Option<&'static StateTax> {
    TAXES.iter().find(|tax| tax.object == object && tax.holds(day))
}

fn read_table() -> Vec<StateTax> {
    Table::new(include_str!("../data/state_taxes.tsv"))
        .rows()
        .map(|row| StateTax {
            object: row.text("object"),
            from: row.value("valid_from"),
            until: row.value("valid_until"),
            texts: [row.text("nb"), row.text("nn"), row.text("en")],
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(object: &str, day: &str) -> Option<&'static StateTax> {
        state_tax(object, day.parse().unwrap())
    }

    #[test]
    fn five_digit_numbers_are_taxed_apart_from_the_day_the_rule_holds() {
        assert!(on("e164_5_digit", "2008-12-31").is_none());
        let tax = on("e164_5_digit", "2009-01-01").expect("in force");
        assert!(Language::ALL.iter().all(|language| tax.reads(*language).contains("22a")));
        assert!(on("e164_8_and_12_digit", "2026-11-22").is_none());
    }

    #[test]
    fn a_tax_is_due_for_an_object_the_fee_table_has() {
        let fees = Table::new(include_str!("../data/fees.tsv"));
        let objects: Vec<&str> = fees.rows().map(|row| row.text("object")).collect();
        assert!(TAXES.iter().all(|tax| objects.contains(&tax.object)));
    }
}
