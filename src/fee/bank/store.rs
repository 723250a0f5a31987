//! Rows of files of the bank and of what they say came in.

use anrop_entity::{incoming_payment, payment_file};
use sea_orm::{
    ActiveModelTrait as _,
    ActiveValue::Set,
    ColumnTrait as _, Condition, ConnectionTrait, EntityTrait as _, IntoActiveModel as _,
    PaginatorTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
    sea_query::{Expr, ExprTrait as _},
};
use uuid::Uuid;

use crate::{
    database::{Tx, written},
    failure::Failure,
    values::ids::{IncomingPaymentId, InvoiceId, PaymentFileId},
};

/// A file that was taken in.
pub type PaymentFile = payment_file::Model;
/// A transaction of a file, as it stands.
pub type IncomingPayment = incoming_payment::Model;

/// It was placed on an invoice.
pub const PLACED: &str = "placed";
/// A caseworker must see to it.
pub const UNPLACED: &str = "unplaced";
/// It was, or will be, paid back.
pub const RETURNED: &str = "returned";

/// The file with this content, if it was taken in before.
///
/// # Errors
/// When the database does not answer.
pub async fn by_content(
    connection: &impl ConnectionTrait,
    sha256: &[u8],
) -> Result<Option<PaymentFile>, Failure> {
    let same = payment_file::Column::Sha256.eq(sha256.to_vec());
    Ok(payment_file::Entity::find().filter(same).one(connection).await?)
}

/// True if a file of this number was taken in before.
///
/// # Errors
/// When the database does not answer.
pub async fn has_transmission(
    connection: &impl ConnectionTrait,
    number: &str,
) -> Result<bool, Failure> {
    let same = payment_file::Column::Transmission.eq(number);
    Ok(payment_file::Entity::find().filter(same).count(connection).await? > 0)
}

/// One of these references that was taken in before.
///
/// # Errors
/// When the database does not answer.
pub async fn taken_before(
    connection: &impl ConnectionTrait,
    references: &[String],
) -> Result<Option<String>, Failure> {
    for some in references.chunks(500) {
        let found = incoming_payment::Entity::find()
            .filter(incoming_payment::Column::Reference.is_in(some.iter().cloned()))
            .one(connection)
            .await?;
        if let Some(found) = found {
            return Ok(Some(found.reference));
        }
    }
    Ok(None)
}

/// Writes a file and its transactions.
///
/// # Errors
/// When the database does not answer.
pub async fn insert(
    tx: &Tx,
    file: PaymentFile,
    items: Vec<IncomingPayment>,
) -> Result<(), Failure> {
    payment_file::Entity::insert(file.into_active_model().reset_all())
        .exec_without_returning(&**tx)
        .await?;
    let mut rows = items.into_iter().map(|item| item.into_active_model().reset_all()).peekable();
    while rows.peek().is_some() {
        let some: Vec<_> = rows.by_ref().take(500).collect();
        incoming_payment::Entity::insert_many(some).exec_without_returning(&**tx).await?;
    }
    Ok(())
}

/// The transaction, locked until the transaction of the database ends.
///
/// # Errors
/// 404 when there is none.
pub async fn lock(tx: &Tx, id: IncomingPaymentId) -> Result<IncomingPayment, Failure> {
    let row = incoming_payment::Entity::find_by_id(id.0).lock_exclusive().one(&**tx).await?;
    row.ok_or_else(Failure::not_found)
}

/// Overwrites what became of a locked transaction.
///
/// # Errors
/// When the database does not answer.
pub async fn save(tx: &Tx, item: &mut IncomingPayment) -> Result<(), Failure> {
    item.version += 1;
    incoming_payment::Entity::update_many()
        .set(incoming_payment::ActiveModel {
            state: Set(item.state.clone()),
            reason: Set(item.reason.clone()),
            invoice_id: Set(item.invoice_id),
            excess_ore: Set(item.excess_ore),
            decided_by: Set(item.decided_by.clone()),
            decided_at: Set(item.decided_at),
            version: Set(item.version),
            ..Default::default()
        })
        .filter(incoming_payment::Column::Id.eq(item.id))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// How many transactions of a file were placed, and how many wait for a caseworker.
///
/// # Errors
/// When the database does not answer.
pub async fn counts(connection: &impl ConnectionTrait, id: Uuid) -> Result<(u64, u64), Failure> {
    let of = |state: &str| {
        incoming_payment::Entity::find()
            .filter(incoming_payment::Column::FileId.eq(id))
            .filter(incoming_payment::Column::State.eq(state))
    };
    Ok((of(PLACED).count(connection).await?, of(UNPLACED).count(connection).await?))
}

/// What a list of transactions is asked for.
#[derive(Debug, Clone, Copy, Default)]
pub struct IncomingQuery {
    /// Only those that wait for a caseworker, to be placed or paid back.
    pub waiting: bool,
    /// Only of this file.
    pub file: Option<PaymentFileId>,
    /// Only those placed on this invoice.
    pub invoice: Option<InvoiceId>,
    /// Only those after this file and line.
    pub after: Option<(Uuid, i32)>,
}

/// Transactions in the order they came in, and how many there are.
///
/// # Errors
/// When the database does not answer.
pub async fn list(
    connection: &impl ConnectionTrait,
    query: IncomingQuery,
    limit: u64,
) -> Result<(Vec<IncomingPayment>, u64), Failure> {
    use incoming_payment::Column;
    let waits = || {
        Condition::any()
            .add(Column::State.into_expr().eq(written(UNPLACED)))
            .add(Column::ExcessOre.into_expr().gt(Expr::cust("0")))
    };
    let which = Condition::all()
        .add_option(query.waiting.then(waits))
        .add_option(query.file.map(|file| Column::FileId.eq(file.0)))
        .add_option(query.invoice.map(|invoice| Column::InvoiceId.eq(invoice.0)));
    let all = incoming_payment::Entity::find().filter(which);
    let total = all.clone().count(connection).await?;
    let after = query.after.map(|(file, line)| {
        let in_file = Column::FileId.eq(file).and(Column::Position.gt(line));
        Condition::any().add(Column::FileId.gt(file)).add(in_file)
    });
    let rows = all
        .filter(Condition::all().add_option(after))
        .order_by_asc(Column::FileId)
        .order_by_asc(Column::Position)
        .limit(limit)
        .all(connection)
        .await?;
    Ok((rows, total))
}
