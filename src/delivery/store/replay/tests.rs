//! How the permits of a replay are read.

use sea_orm::{DbBackend, QueryTrait as _};

use super::*;
use crate::database::plan::plan;

#[tokio::test]
async fn a_piece_of_a_replay_is_read_in_the_order_of_ids_and_nothing_is_sorted() {
    let piece = piece_of_live(Uuid::nil(), Uuid::max(), 1_000);
    for query in [piece, ids_of_live().order_by_desc(permit::Column::Id)] {
        let asked = query.build(DbBackend::Sqlite);
        let values = asked.values.map(|values| values.0).unwrap_or_default();
        let steps = plan(&asked.sql, &values).await;
        assert!(steps.iter().all(|step| step.contains("sqlite_autoindex_permit_1")), "{steps:?}");
    }
}
