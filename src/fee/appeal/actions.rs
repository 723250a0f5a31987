//! Taking an appeal against an invoice, and what becomes of it. Each is one transaction; what is decided in favour of the
//! holder is a credit note in the same commit.

use chrono::{DateTime, NaiveDate, Utc};

use super::{letters::Writing, store as rows};
use crate::{
    app::App,
    appeal::{
        actions::{
            deferral::{self, Deferral},
            not_too_late,
        },
        model::{Appeal, AppealStatus},
        receive::{Against, Came, Lodging, receive},
        rules::{to_be_deferred, waiting_for},
        store,
    },
    case_file::package::Package,
    database::Tx,
    failure::{Failure, Problem},
    fee::{
        invoice::{
            actions::{AUTOMATIC, addressee},
            credit::{self, Crediting},
            letters::Post,
            model::{Invoice, InvoiceKind},
            store::{self as invoices, lines},
        },
        model::InvoiceLine,
    },
    identity::{Caller, Sight},
    journal::model::Subject,
    keys::DataKey,
    letter::{self, model::LetterKind},
    party::{self, model::Party},
    values::{
        appeal_body::{AppealBody, DecisionType, appeal_body},
        calendar::oslo_date,
        deadline::{Timer, deadline},
        ids::{CaseId, InvoiceId, InvoiceLineId},
    },
};

/// The appeals against an invoice, as rows name it.
pub fn subject(id: InvoiceId) -> CaseId {
    CaseId(id.0)
}

/// An invoice with its appeals, as a step has it.
struct Doing {
    invoice: Invoice,
    lines: Vec<InvoiceLine>,
    appeals: Vec<Appeal>,
    holder: Party,
    key: DataKey,
    case: (CaseId, String),
}

impl Doing {
    async fn new(app: &App, tx: &Tx, id: InvoiceId, version: i32) -> Result<Self, Failure> {
        let invoice = invoices::lock(tx, id).await?;
        if invoice.version != version {
            return Err(Failure::stale());
        }
        let lines = lines::lines_of(&**tx, &invoice).await?;
        let (holder, key) = addressee(app, tx, invoice.holder).await?;
        let appeals = store::of_case(&**tx, &key, subject(id)).await?;
        let post = Post { app, tx, addressee: &holder, key: &key, actor: AUTOMATIC };
        let case = post.case_of(&invoice, &lines).await?;
        Ok(Self { invoice, lines, appeals, holder, key, case })
    }

    fn writing<'a>(&'a self, app: &'a App, tx: &'a Tx, caller: &'a Caller) -> Writing<'a> {
        Writing {
            app,
            tx,
            caller,
            invoice: &self.invoice,
            case: (self.case.0, &self.case.1),
            holder: (&self.holder, &self.key),
        }
    }
}

/// Whether an appeal against an invoice with these lines can be taken.
///
/// # Errors
/// 409 while one is open, after the appeal body's decision, and for a credit note; 422 for a coercive fine.
pub fn may_appeal(
    invoice: &Invoice,
    lines: &[InvoiceLine],
    appeals: &[Appeal],
) -> Result<(), Failure> {
    if lines.iter().any(|line| line.of.fine().is_some()) {
        return Err(Failure::new(
            Problem::ConditionsNotMet,
            "This invoice collects a coercive fine, which is appealed against itself.",
        ));
    }
    let ours = [AppealStatus::Inadmissible, AppealStatus::Reversed];
    let may = invoice.kind == InvoiceKind::Invoice
        && lines.iter().any(|line| line.credit.is_none())
        && appeals.last().is_none_or(|last| ours.contains(&last.status));
    if may {
        return Ok(());
    }
    Err(Failure::new(
        Problem::IllegalTransition,
        "There is no appeal against this now: an appeal is open, or the appeal body has decided, or all of it has fallen away.",
    ))
}

/// Takes an appeal of the holder over an invoice, or some lines of it.
///
/// # Errors
/// 404 for anybody else's invoice, 412; 409 when there is no appeal now; 422 when it is late without a reason, or names
/// lines the invoice does not have.
pub async fn lodge(
    app: &App,
    caller: &Caller,
    id: InvoiceId,
    version: i32,
    (lodging, about): (&Lodging<'_>, &[InvoiceLineId]),
) -> Result<(Invoice, Appeal), Failure> {
    let own = party::actions::own_sight_of(app, caller).await?;
    invoices::find(app.db().read(), own, id).await?;
    app.db()
        .write(|tx| async move {
            let doing = Doing::new(app, &tx, id, version).await?;
            take(&tx, &caller.subject, doing, (lodging, about), None).await
        })
        .await
}

/// Takes an appeal that came on paper, for the holder. It is in time when it came in, or was posted, within the period.
///
/// # Errors
/// As [`lodge`]; 403 for one's own; 422 for a day before the invoice, or one that has not come.
pub async fn register(
    app: &App,
    caller: &Caller,
    id: InvoiceId,
    version: i32,
    (lodging, about): (&Lodging<'_>, &[InvoiceLineId]),
    came: Came,
) -> Result<(Invoice, Appeal), Failure> {
    not_own(app, caller, id).await?;
    app.db()
        .write(|tx| async move {
            let doing = Doing::new(app, &tx, id, version).await?;
            take(&tx, &caller.subject, doing, (lodging, about), Some(came)).await
        })
        .await
}

async fn not_own(app: &App, caller: &Caller, id: InvoiceId) -> Result<Invoice, Failure> {
    let invoice = invoices::find(app.db().read(), Sight::All, id).await?;
    party::actions::refuse_own(app, caller, invoice.holder).await?;
    Ok(invoice)
}

async fn take(
    tx: &Tx,
    by: &str,
    doing: Doing,
    (lodging, about): (&Lodging<'_>, &[InvoiceLineId]),
    came: Option<Came>,
) -> Result<(Invoice, Appeal), Failure> {
    let Doing { mut invoice, lines, appeals, key, case, .. } = doing;
    may_appeal(&invoice, &lines, &appeals)?;
    if !about.is_empty() {
        let what = Crediting { lines: about.to_vec(), reason: String::new() };
        credit::chosen(&invoice, &lines, &what)?;
    }
    let (decided_at, reached) = told(tx, &invoice, case.0, appeals.last()).await?;
    let against = Against {
        subject: subject(invoice.id),
        outcome: "fee".to_owned(),
        journal: case.0,
        decided_at,
        appellant: None,
        period: reached.map(|at| deadline(Timer::Appeal, at)).transpose()?,
    };
    let appeal = receive(tx, &key, by, against, lodging, came).await?;
    rows::insert(tx, appeal.id, about).await?;
    invoices::save(tx, &mut invoice).await?;
    Ok((invoice, appeal))
}

/// When what can be appealed against last was decided, and the letter that told of it reached the holder: the invoice, or
/// what the authority decided in the last appeal.
async fn told(
    tx: &Tx,
    invoice: &Invoice,
    case: CaseId,
    last: Option<&Appeal>,
) -> Result<(DateTime<Utc>, Option<DateTime<Utc>>), Failure> {
    let Some((decided, _)) = last.and_then(|last| last.closed.as_ref()) else {
        let reached = match invoice.letter {
            Some(letter) => letter::store::find(&**tx, Sight::All, letter).await?.reached_at(),
            None => None,
        };
        return Ok((invoice.created_at, reached));
    };
    let what = (LetterKind::AppealDecision, *decided);
    let letters = letter::store::of_moment(&**tx, case, invoice.holder, what).await?;
    let reached = letters.iter().map(|letter| letter.reached_at()).collect::<Option<Vec<_>>>();
    Ok((*decided, reached.and_then(|reached| reached.into_iter().max())))
}

/// What is decided about an appeal.
#[derive(Debug)]
pub struct Ruling {
    /// What.
    pub outcome: AppealStatus,
    /// Grounds, the authority's statement, or the appeal body's grounds in short.
    pub grounds: String,
    /// Lines that fall away; where none are named those the appeal is about, or all.
    pub lines: Vec<InvoiceLineId>,
    /// Day and reference of the appeal body's decision.
    pub body_decision: Option<(NaiveDate, String)>,
}

fn body_on(day: NaiveDate) -> Result<&'static AppealBody, Failure> {
    appeal_body(DecisionType::Fee, day).ok_or_else(|| {
        Failure::new(Problem::ConditionsNotMet, "No body decides appeals against fees that day.")
    })
}

/// Decides what becomes of the open appeal against an invoice.
///
/// # Errors
/// 403 for one's own; 404, 412 or 409 as every step; 422 when the appeal is too late to be taken up, or lines are named that the
/// invoice does not have.
pub async fn decide(
    app: &App,
    caller: &Caller,
    id: InvoiceId,
    version: i32,
    ruling: &Ruling,
) -> Result<(Invoice, Appeal), Failure> {
    not_own(app, caller, id).await?;
    let favours = matches!(
        ruling.outcome,
        AppealStatus::Reversed | AppealStatus::Changed | AppealStatus::Annulled
    );
    app.db()
        .write(|tx| async move {
            // whoever takes a number of an invoice locks that before anything else
            let number = invoices::take_numbers(&tx, usize::from(favours)).await?;
            let mut doing = Doing::new(app, &tx, id, version).await?;
            let appeals = std::mem::take(&mut doing.appeals);
            let (mut appeal, _) = waiting_for(appeals, None, ruling.outcome)?;
            appeal.grounds = Some(ruling.grounds.clone());
            appeal.body_decision.clone_from(&ruling.body_decision);
            if matches!(ruling.outcome, AppealStatus::Forwarded | AppealStatus::Reversed) {
                not_too_late(&appeal)?;
            }
            let day = appeal.forwarded_at.unwrap_or(tx.now());
            let body = body_on(oslo_date(day))?;
            appeal.status = ruling.outcome;
            if ruling.outcome == AppealStatus::Forwarded {
                appeal.body = Some(body.code.to_owned());
                appeal.forwarded_at = Some(tx.now());
                store::update(&tx, &doing.key, &appeal).await?;
                let of = (&doing.invoice, std::slice::from_ref(&appeal));
                let enclosed = rows::documents(&*tx, &doing.key, doing.case.0, of).await?;
                doing.writing(app, &tx, caller).forward(&appeal, ruling, body, &enclosed).await?;
            } else {
                appeal.closed = Some((tx.now(), caller.subject.clone()));
                store::update(&tx, &doing.key, &appeal).await?;
                doing.writing(app, &tx, caller).decided(&appeal, ruling, body).await?;
            }
            let mut invoice = doing.invoice;
            if !favours {
                invoices::save(&tx, &mut invoice).await?;
                return Ok((invoice, appeal));
            }
            let lines = if ruling.lines.is_empty() {
                rows::lines_of(&*tx, appeal.id).await?
            } else {
                ruling.lines.clone()
            };
            let what = Crediting { lines, reason: ruling.grounds.clone() };
            let taken = credit::chosen(&invoice, &doing.lines, &what)?;
            let why = (what.reason.as_str(), caller.subject.as_str());
            credit::write_off(app, &tx, number, invoice, &taken, why).await?;
            Ok((invoices::lock(&tx, id).await?, appeal))
        })
        .await
}

/// Writes down whether the payment waits for the open appeal. While it does nobody is reminded.
///
/// # Errors
/// 403 for one's own; 404, 412; 409 when no appeal waits, or it was answered.
pub async fn defer(
    app: &App,
    caller: &Caller,
    id: InvoiceId,
    version: i32,
    what: &Deferral,
) -> Result<(Invoice, Appeal), Failure> {
    not_own(app, caller, id).await?;
    app.db()
        .write(|tx| async move {
            let mut doing = Doing::new(app, &tx, id, version).await?;
            let appeal = to_be_deferred(std::mem::take(&mut doing.appeals), what.appeal)?;
            let day = appeal.forwarded_at.unwrap_or(tx.now());
            let body = body_on(oslo_date(day))?;
            let (appeal, by) =
                deferral::taken(&tx, (&doing.key, appeal), Some(body), what, caller).await?;
            doing.writing(app, &tx, caller).deferred(&appeal, what, &by).await?;
            let mut invoice = doing.invoice;
            invoices::save(&tx, &mut invoice).await?;
            Ok((invoice, appeal))
        })
        .await
}

/// An invoice with its appeals, the oldest first, for its holder and for staff.
///
/// # Errors
/// 404 for anybody else.
pub async fn list(
    app: &App,
    caller: &Caller,
    id: InvoiceId,
) -> Result<(Invoice, Vec<Appeal>), Failure> {
    let sight = party::actions::sight_of(app, caller).await?;
    let connection = app.db().read();
    let invoice = invoices::find(connection, sight, id).await?;
    let key = party::store::data_key(connection, &app.keys(), invoice.holder).await?;
    let appeals = store::of_case(connection, &key, subject(id)).await?;
    Ok((invoice, appeals))
}

/// The invoice a letter told of, when its reader may appeal against it now.
///
/// # Errors
/// When the database does not answer.
pub async fn appealable(
    app: &App,
    letter: &letter::store::Letter,
) -> Result<Option<(InvoiceId, i32)>, Failure> {
    let Some((case, number)) = letter.place.filter(|_| letter.kind == LetterKind::Invoice) else {
        return Ok(None);
    };
    let connection = app.db().read();
    let Some(id) = invoices::of_document(connection, case, number).await? else { return Ok(None) };
    let invoice = invoices::find(connection, Sight::All, id).await?;
    let own = lines::lines_of(connection, &invoice).await?;
    let key = party::store::data_key(connection, &app.keys(), invoice.holder).await?;
    let appeals = store::of_case(connection, &key, subject(id)).await?;
    let may = may_appeal(&invoice, &own, &appeals).is_ok();
    Ok(may.then_some((id, invoice.version)))
}

/// The documents about an invoice for the appeal body.
///
/// # Errors
/// 403 for one's own; 404 without an appeal.
pub async fn package(app: &App, caller: &Caller, id: InvoiceId) -> Result<Package, Failure> {
    let invoice = not_own(app, caller, id).await?;
    let connection = app.db().read();
    let key = party::store::data_key(connection, &app.keys(), invoice.holder).await?;
    let appeals = store::of_case(connection, &key, subject(id)).await?;
    let letter = match (invoice.letter, appeals.is_empty()) {
        (Some(letter), false) => letter::store::find(connection, Sight::All, letter).await?,
        _ => return Err(Failure::not_found()),
    };
    let (case, _) = letter.place.ok_or_else(Failure::not_found)?;
    let only = rows::documents(connection, &key, case, (&invoice, &appeals)).await?;
    Package::of(app, case, Subject::Fees, Some(invoice.holder), Some(&only)).await
}
