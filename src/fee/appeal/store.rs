//! Rows of the lines that appeals are about, and which documents an appeal has.

use anrop_entity::fee_appeal_line;
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _,
};
use uuid::Uuid;

use crate::{
    appeal::{model::Appeal, store::dispatch},
    database::{Connection, Tx},
    failure::Failure,
    fee::invoice::{model::Invoice, store as invoices},
    identity::Sight,
    keys::DataKey,
    letter,
    values::ids::{CaseId, InvoiceLineId},
};

/// Writes which lines an appeal is about.
///
/// # Errors
/// When the database does not answer.
pub async fn insert(tx: &Tx, appeal: Uuid, lines: &[InvoiceLineId]) -> Result<(), Failure> {
    if lines.is_empty() {
        return Ok(());
    }
    let rows = lines
        .iter()
        .map(|line| fee_appeal_line::ActiveModel { appeal_id: Set(appeal), line_id: Set(line.0) });
    fee_appeal_line::Entity::insert_many(rows).exec_without_returning(&**tx).await?;
    Ok(())
}

/// The lines an appeal is about; none where it is about the whole invoice.
///
/// # Errors
/// When the database does not answer.
pub async fn lines_of(
    connection: &impl ConnectionTrait,
    appeal: Uuid,
) -> Result<Vec<InvoiceLineId>, Failure> {
    let rows = fee_appeal_line::Entity::find()
        .filter(fee_appeal_line::Column::AppealId.eq(appeal))
        .all(connection)
        .await?;
    Ok(rows.into_iter().map(|row| InvoiceLineId(row.line_id)).collect())
}

/// Numbers of the documents about an invoice in its case: its letters, those of its credit notes, the appeals, and what
/// went to the appeal body.
///
/// # Errors
/// When the database does not answer.
pub async fn documents(
    connection: &impl Connection,
    key: &DataKey,
    case: CaseId,
    (invoice, appeals): (&Invoice, &[Appeal]),
) -> Result<Vec<i32>, Failure> {
    let notes = invoices::credit_notes(connection, invoice.id).await?;
    let mut letters = vec![invoice.letter, invoice.reminder_letter];
    letters.extend(notes.iter().map(|note| note.letter));
    let mut numbers: Vec<i32> = appeals.iter().filter_map(|appeal| appeal.number).collect();
    for id in letters.into_iter().flatten() {
        let letter = letter::store::find(connection, Sight::All, id).await?;
        numbers.extend(letter.place.filter(|(own, _)| *own == case).map(|(_, number)| number));
    }
    let sent = dispatch::of_case(connection, key, case).await?;
    let own = |id: Uuid| appeals.iter().any(|appeal| appeal.id == id);
    numbers.extend(sent.iter().filter(|one| own(one.appeal)).map(|one| one.number));
    Ok(numbers)
}
