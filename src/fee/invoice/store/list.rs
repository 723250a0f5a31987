//! How invoices are found, and what those found add up to.

use super::{
    super::model::{Invoice, InvoiceKind, InvoiceState, NonPayment, Totals},
    DOES_NOT_WAIT, from_row, seen_by,
};
use crate::{
    failure::Failure,
    identity::Sight,
    values::ids::{CaseId, FeeRunId, PartyId},
};
use anrop_entity::{invoice, letter};
use chrono::NaiveDate;
use sea_orm::{
    ColumnTrait as _, Condition, ConnectionTrait, EntityTrait as _, FromQueryResult,
    PaginatorTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _, QueryTrait as _,
    sea_query::{Expr, ExprTrait as _},
};

/// What a list of invoices is asked for.
#[derive(Debug, Clone, Copy, Default)]
pub struct InvoiceQuery {
    /// Only those in this state on a day.
    pub state: Option<(InvoiceState, NaiveDate)>,
    /// Only of this run.
    pub run: Option<FeeRunId>,
    /// Only of this holder.
    pub holder: Option<PartyId>,
    /// Only of this case and its holder.
    pub case: Option<(CaseId, PartyId)>,
    /// Only the one of this number.
    pub number: Option<i64>,
    /// Only those issued on this day or later.
    pub from: Option<NaiveDate>,
    /// Only those issued before this day.
    pub until: Option<NaiveDate>,
    /// Only where more was paid than is owed.
    pub owed_back: bool,
    /// Only those whose payment does not wait for an appeal.
    pub claimed: bool,
    /// Only those before this number.
    pub before: Option<i64>,
    /// Only those after this number.
    pub after: Option<i64>,
}

const OPEN: &str = "(amount_ore - paid_ore - credited_ore)";

/// The rows in a state, as [`Invoice::state`] says it of one.
fn in_state(state: InvoiceState, today: NaiveDate) -> Condition {
    use invoice::Column;
    let all = Condition::all();
    if state == InvoiceState::CreditNote {
        return all.add(Column::Kind.eq(InvoiceKind::CreditNote.code()));
    }
    let all = all.add(Column::Kind.eq(InvoiceKind::Invoice.code()));
    let whole = Expr::col(Column::CreditedOre).eq(Expr::col(Column::AmountOre));
    let open = all.clone().add(Column::SettledOn.is_null());
    match state {
        InvoiceState::Paid => all.add(Column::SettledOn.is_not_null()).add(whole.not()),
        InvoiceState::Credited => all.add(Column::SettledOn.is_not_null()).add(whole),
        InvoiceState::Unpaid => open.add(Column::ReminderDueOn.lt(today)),
        InvoiceState::Reminded => open.add(Column::ReminderDueOn.gte(today)),
        InvoiceState::Overdue => {
            open.add(Column::RemindedOn.is_null()).add(Column::DueOn.lt(today))
        }
        InvoiceState::PartlyPaid | InvoiceState::Issued => {
            let touched = Expr::cust("(paid_ore + credited_ore)");
            let open = open.add(Column::RemindedOn.is_null()).add(Column::DueOn.gte(today));
            match state {
                InvoiceState::Issued => open.add(touched.eq(0)),
                _ => open.add(touched.gt(0)),
            }
        }
        InvoiceState::CreditNote => all,
    }
}

impl InvoiceQuery {
    fn condition(&self, seen: Condition) -> Condition {
        use invoice::Column;
        seen.add_option(self.state.map(|(state, today)| in_state(state, today)))
            .add_option(self.run.map(|run| Column::RunId.eq(run.0)))
            .add_option(self.holder.map(|holder| Column::HolderId.eq(holder.0)))
            .add_option(self.case.map(|(case, holder)| {
                let letters = letter::Entity::find()
                    .select_only()
                    .column(letter::Column::Id)
                    .filter(letter::Column::CaseId.eq(case.0));
                Condition::all()
                    .add(Column::HolderId.eq(holder.0))
                    .add(Column::LetterId.in_subquery(letters.into_query()))
            }))
            .add_option(self.number.map(|number| Column::Number.eq(number)))
            .add_option(self.claimed.then(|| Expr::cust(DOES_NOT_WAIT)))
            .add_option(self.from.map(|from| Column::IssuedOn.gte(from)))
            .add_option(self.until.map(|until| Column::IssuedOn.lt(until)))
            .add_option(
                self.owed_back.then(|| {
                    Column::Kind.eq(InvoiceKind::Invoice.code()).and(Expr::cust(OPEN).lt(0))
                }),
            )
    }
}

/// Invoices the caller may see, the newest number first, or the oldest first after a number.
///
/// # Errors
/// When the database does not answer.
pub async fn list(
    connection: &impl ConnectionTrait,
    sight: Sight,
    query: &InvoiceQuery,
    limit: u64,
) -> Result<Vec<Invoice>, Failure> {
    let Some(seen) = seen_by(sight) else { return Ok(Vec::new()) };
    let found = invoice::Entity::find()
        .filter(query.condition(seen))
        .filter(
            Condition::all()
                .add_option(query.before.map(|number| invoice::Column::Number.lt(number)))
                .add_option(query.after.map(|number| invoice::Column::Number.gt(number))),
        )
        .limit(limit);
    let found = match query.after {
        Some(_) => found.order_by_asc(invoice::Column::Number),
        None => found.order_by_desc(invoice::Column::Number),
    };
    found.all(connection).await?.into_iter().map(from_row).collect()
}

/// Those invoices that their holder must not miss where not all are shown: those to be paid, then the others, of each
/// the newest number first; and how many there are in all.
///
/// # Errors
/// When the database does not answer.
pub async fn foremost(
    connection: &impl ConnectionTrait,
    sight: Sight,
    limit: u64,
) -> Result<(Vec<Invoice>, u64), Failure> {
    let Some(seen) = seen_by(sight) else { return Ok((Vec::new(), 0)) };
    let all = invoice::Entity::find().filter(seen);
    let total = all.clone().count(connection).await?;
    let open = "CASE WHEN kind = 'invoice' AND settled_on IS NULL THEN 0 ELSE 1 END";
    let rows = all
        .order_by_asc(Expr::cust(open))
        .order_by_desc(invoice::Column::Number)
        .limit(limit)
        .all(connection)
        .await?;
    Ok((rows.into_iter().map(from_row).collect::<Result<_, _>>()?, total))
}

#[derive(FromQueryResult)]
struct Sums {
    rows: i64,
    amount: i64,
    paid: i64,
    credited: i64,
    open: i64,
}

/// How many there are of what the query asks for, and what they add up to; credit notes are counted only where
/// they are what is asked for.
///
/// # Errors
/// When the database does not answer.
pub async fn totals(
    connection: &impl ConnectionTrait,
    sight: Sight,
    query: &InvoiceQuery,
) -> Result<Totals, Failure> {
    let Some(seen) = seen_by(sight) else { return Ok(Totals::default()) };
    let notes = matches!(query.state, Some((InvoiceState::CreditNote, _)));
    let kind = if notes { InvoiceKind::CreditNote } else { InvoiceKind::Invoice };
    // sums of whole numbers are decimal on PostgreSQL
    let sum = |of: &str| Expr::cust(format!("CAST(COALESCE(SUM({of}), 0) AS bigint)"));
    let left = format!("CASE WHEN {OPEN} > 0 THEN {OPEN} ELSE 0 END");
    let sums: Option<Sums> = invoice::Entity::find()
        .select_only()
        .column_as(Expr::cust("COUNT(*)"), "rows")
        .column_as(sum("amount_ore"), "amount")
        .column_as(sum("paid_ore"), "paid")
        .column_as(sum("credited_ore"), "credited")
        .column_as(sum(if notes { "0" } else { &left }), "open")
        .filter(query.condition(seen))
        .filter(invoice::Column::Kind.eq(kind.code()))
        .into_model()
        .one(connection)
        .await?;
    let sums = sums.ok_or_else(|| Failure::internal("sums have no row"))?;
    Ok(Totals {
        count: u64::try_from(sums.rows).unwrap_or(0),
        amount_ore: sums.amount,
        paid_ore: sums.paid,
        credited_ore: sums.credited,
        open_ore: sums.open,
    })
}

/// What a holder has not paid although the reminder's last day has passed, and no appeal lets it wait.
///
/// # Errors
/// When the database does not answer.
pub async fn non_payment(
    connection: &impl ConnectionTrait,
    holder: PartyId,
    today: NaiveDate,
) -> Result<Option<NonPayment>, Failure> {
    let query = InvoiceQuery {
        state: Some((InvoiceState::Unpaid, today)),
        holder: Some(holder),
        claimed: true,
        ..InvoiceQuery::default()
    };
    let totals = totals(connection, Sight::All, &query).await?;
    let unpaid = NonPayment { count: totals.count, open_ore: totals.open_ore };
    Ok((totals.count > 0).then_some(unpaid))
}
