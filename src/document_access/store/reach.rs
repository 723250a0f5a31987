//! Which requests a caseworker may see: those for documents of cases they may handle.

use anrop_entity::{case, fee_case};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait as _, QueryFilter as _, QuerySelect as _, QueryTrait as _,
};

use crate::{disclosure::policy::Kind, identity::SupervisionSight, supervision};

/// What a caseworker may see of requests: those for documents of cases they may handle.
#[derive(Debug, Clone)]
pub struct Reach {
    /// Of cases of supervision.
    pub supervision: SupervisionSight,
    /// Of permits of these kinds; of every kind when empty.
    pub kinds: Vec<Kind>,
    /// Of fees.
    pub fees: bool,
}

/// The condition that a case is within reach.
pub(super) fn within(column: impl ColumnTrait, reach: &Reach) -> Condition {
    let mut all = Condition::all();
    if let Some(hidden) = supervision::store::hidden_from(&reach.supervision) {
        all = all.add(column.not_in_subquery(hidden));
    }
    if !reach.fees {
        let fees = fee_case::Entity::find().select_only().column(fee_case::Column::Id);
        all = all.add(column.not_in_subquery(fees.into_query()));
    }
    if !reach.kinds.is_empty() {
        let names = reach.kinds.iter().map(|kind| kind.as_str());
        let others = case::Entity::find()
            .select_only()
            .column(case::Column::Id)
            .filter(case::Column::Kind.is_not_in(names));
        all = all.add(column.not_in_subquery(others.into_query()));
    }
    all
}
