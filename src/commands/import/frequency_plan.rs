//! Taking over an edition of the national frequency plan: read and checked whole first, then written
//! in one transaction.

use chrono::NaiveDate;

use crate::{
    commands::run::in_words,
    database::Db,
    frequency_plan::{
        actions::{self, TakenOver},
        listing::List,
    },
};

/// Makes a list the plan from a day on, in one transaction.
///
/// # Errors
/// When the database does not answer; then nothing has changed.
pub async fn write(db: &Db, list: &List, from: NaiveDate) -> Result<TakenOver, String> {
    db.write_much(|tx| async move { actions::take_over(&tx, &list.bands, from).await })
        .await
        .map_err(in_words)
}

/// Tells what was done, every row that was not taken, and frequencies that no row holds.
pub fn print(list: &List, from: NaiveDate, done: TakenOver) {
    for remark in &list.not_taken {
        println!("{remark}");
    }
    for gap in &list.gaps {
        println!("no row holds {gap}");
    }
    let TakenOver { new, changed, unchanged, gone, until } = done;
    let days = match until {
        None => format!("from {from}"),
        Some(until) => format!("from {from} until {until}, when the next edition begins"),
    };
    println!(
        "the plan {days}: {new} new, {changed} changed, {unchanged} as before, {gone} gone, {} not taken",
        list.not_taken.len()
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frequency_plan::{listing, listing::tests::SPECIMEN, store};

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[tokio::test]
    async fn a_second_run_changes_nothing_and_an_edition_holds_until_the_next() {
        let folder = tempfile::tempdir().unwrap();
        let db = super::super::tests::database(&folder).await;
        let list = listing::read(SPECIMEN.as_bytes()).unwrap();
        let first = write(&db, &list, day("2020-02-17")).await.unwrap();
        assert_eq!(first, TakenOver { new: 9, ..TakenOver::default() });
        let editions = store::editions(db.read()).await.unwrap();
        for again in ["2020-02-17", "2026-11-22"] {
            let second = write(&db, &list, day(again)).await.unwrap();
            assert_eq!(second, TakenOver { unchanged: 9, ..TakenOver::default() });
            assert_eq!(store::editions(db.read()).await.unwrap(), editions);
        }
        assert_eq!(store::bands(db.read(), editions[0].id).await.unwrap(), list.bands);

        let later = SPECIMEN.replace("LAND MOBILE", "MOBILE");
        let later = listing::read(later.as_bytes()).unwrap();
        let third = write(&db, &later, day("2026-01-01")).await.unwrap();
        assert_eq!(third, TakenOver { changed: 1, unchanged: 8, ..TakenOver::default() });
        // an edition found later takes its place between the two
        let between = SPECIMEN.replace("Amateur (5.67A)", "AMATEUR (5.67A)");
        let between = listing::read(between.as_bytes()).unwrap();
        let fourth = write(&db, &between, day("2023-01-01")).await.unwrap();
        assert_eq!((fourth.changed, fourth.until), (1, Some(day("2026-01-01"))));
        // and one of the same day is corrected
        let fifth = write(&db, &list, day("2023-01-01")).await.unwrap();
        assert_eq!(fifth.changed, 1);
        let days: Vec<String> = store::editions(db.read())
            .await
            .unwrap()
            .iter()
            .map(|edition| edition.from.to_string())
            .collect();
        assert_eq!(days, ["2020-02-17", "2023-01-01", "2026-01-01"]);
    }
}
