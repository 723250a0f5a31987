//! The plan in memory: the carried tables and every imported edition, replaced as a whole when the
//! editions in the database are others. Editions change a few times a year, so a process looks at
//! their list twice a second and reads bands only when it differs.

use std::sync::Arc;

use arc_swap::ArcSwap;
use chrono::NaiveDate;

use super::store::{self, Edition};
use crate::{
    app::App,
    failure::Failure,
    values::{
        frequency::FrequencyRange,
        frequency_plan::{self, Allocation, PlanTable, Planned},
        validity::Validity,
    },
};

/// The plan of this process.
#[derive(Debug, Default)]
pub struct Current(ArcSwap<Plan>);

/// One state of the plan. It does not change any more.
#[derive(Debug, Default)]
pub struct Plan {
    editions: Vec<Edition>,
    /// Of the imported editions, by place.
    imported: Arc<[Allocation]>,
}

impl Current {
    /// The plan of this moment.
    pub fn plan(&self) -> Arc<Plan> {
        self.0.load_full()
    }
}

impl Plan {
    /// Allocations in force on `day` that share a frequency with `range`, in the order of their places.
    pub fn overlapping(&self, range: FrequencyRange, day: NaiveDate) -> Vec<&Allocation> {
        let of_imported = self
            .imported
            .iter()
            .filter(|row| row.validity.contains(day) && row.range.overlaps(range));
        let mut rows: Vec<&Allocation> =
            frequency_plan::overlapping(range, day).map(|row| -> &Allocation { row }).collect();
        rows.extend(of_imported);
        rows.sort_by(|a, b| a.place().cmp(&b.place()));
        rows
    }

    /// Every allocation of every edition, in the order of their places, the older edition first.
    pub fn all(&self) -> Vec<&Allocation> {
        let mut rows: Vec<&Allocation> =
            frequency_plan::carried().iter().chain(&*self.imported).collect();
        rows.sort_by(|a, b| {
            a.place().cmp(&b.place()).then(a.validity.from().cmp(&b.validity.from()))
        });
        rows
    }

    /// What rules ask.
    pub fn planned(&self) -> Planned {
        Planned::with(Arc::clone(&self.imported))
    }

    /// The tables that have an edition in force on `day`, the national plan first.
    pub fn tables(&self, day: NaiveDate) -> Vec<PlanTable> {
        let rows = frequency_plan::carried().iter().chain(&*self.imported);
        let mut tables: Vec<PlanTable> =
            rows.filter(|row| row.validity.contains(day)).map(|row| row.table).collect();
        tables.sort_unstable();
        tables.dedup();
        tables
    }

    /// The days of each edition of a table, the first first.
    pub fn editions(&self, table: PlanTable) -> Vec<Validity> {
        let rows = frequency_plan::carried().iter().chain(&*self.imported);
        let mut days: Vec<Validity> =
            rows.filter(|row| row.table == table).map(|row| row.validity).collect();
        days.sort_unstable_by_key(|days| days.from());
        days.dedup();
        days
    }
}

/// Reads the plan anew where the editions in the database are others than those in memory.
///
/// # Errors
/// When the database does not answer; then the plan stays as it was.
pub async fn refresh(app: &App) -> Result<(), Failure> {
    let connection = app.db().read();
    let editions = store::editions(connection).await?;
    if app.frequency_plan().plan().editions == editions {
        return Ok(());
    }
    let mut imported = Vec::new();
    for (place, edition) in editions.iter().enumerate() {
        let until = editions.get(place + 1).map(|next| next.from);
        let validity = Validity::new(edition.from, until).map_err(Failure::internal)?;
        let bands = store::bands(connection, edition.id).await?;
        if bands.is_empty() {
            // another took its place while this was reading; it is met the next time
            return Ok(());
        }
        for band in bands {
            imported.extend(band.allocations(validity));
        }
    }
    imported.sort_by(|a, b| a.place().cmp(&b.place()));
    app.frequency_plan().0.store(Arc::new(Plan { editions, imported: imported.into() }));
    Ok(())
}
