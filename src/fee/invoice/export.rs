//! Gathering what the files for accounts and for electronic invoicing are made from.

use chrono::NaiveDate;

use super::{
    accounts::{Entry, Sheet},
    ehf::{self, Bill, Side},
    letters,
    model::Invoice,
    store::{self, lines, list, list::InvoiceQuery},
};
use crate::{
    app::App,
    failure::{Failure, Problem},
    identity::Sight,
    party::{
        self,
        model::{Identity, Party},
    },
    values::{country::CountryCode, ids::InvoiceId, organisation_number::OrganisationNumber},
};

/// Documents read at a time.
const PIECE: u64 = 500;

fn organisation(party: &Party) -> Option<OrganisationNumber> {
    match party.identity {
        Identity::Organisation { number } => Some(number),
        Identity::Person { .. } => None,
    }
}

async fn credited(app: &App, one: &Invoice) -> Result<Option<Invoice>, Failure> {
    match one.credits {
        Some(id) => store::find(app.db().read(), Sight::All, id).await.map(Some),
        None => Ok(None),
    }
}

/// Everything issued from a day up to before another, for the accounts, in the order of numbers.
///
/// # Errors
/// When the database does not answer.
pub async fn accounts(app: &App, from: NaiveDate, until: NaiveDate) -> Result<String, Failure> {
    let connection = app.db().read();
    let mut sheet = Sheet::new();
    let mut after = Some(0);
    while let Some(number) = after {
        let query = InvoiceQuery {
            from: Some(from),
            until: Some(until),
            after: Some(number),
            ..InvoiceQuery::default()
        };
        let found = list::list(connection, Sight::All, &query, PIECE).await?;
        let holders: Vec<_> = found.iter().map(|one| one.holder).collect();
        let parties = party::store::many(connection, &holders).await?;
        for one in &found {
            let holder = parties.get(&one.holder).and_then(|party| party.as_ref().ok());
            sheet.add(&Entry {
                lines: lines::lines_of(connection, one).await?,
                organisation: holder.and_then(organisation),
                credited: credited(app, one).await?.map(|of| of.number),
                invoice: one.clone(),
            });
        }
        after = found.last().filter(|_| found.len() as u64 == PIECE).map(|last| last.number);
    }
    Ok(sheet.finish())
}

fn unfit(text: &'static str) -> Failure {
    Failure::new(Problem::ConditionsNotMet, text)
}

/// An invoice or credit note to an organisation as EHF, and its number.
///
/// # Errors
/// 404 for one the caller may not see; 422 when a person pays it, or the authority's own number is not set.
pub async fn ehf(app: &App, sight: Sight, id: InvoiceId) -> Result<(i64, String), Failure> {
    let invoice = store::find(app.db().read(), sight, id).await?;
    let text = ehf_of(app, &invoice).await?;
    let persons = "Electronic invoices go to organisations only; this one is a person's.";
    Ok((invoice.number, text.ok_or_else(|| unfit(persons))?))
}

/// An invoice or credit note as EHF; nothing for one that a person pays.
///
/// # Errors
/// 422 when the authority's own number is not set.
pub async fn ehf_of(app: &App, invoice: &Invoice) -> Result<Option<String>, Failure> {
    let connection = app.db().read();
    let party = party::store::get(connection, invoice.holder).await?;
    let Some(number) = organisation(&party) else { return Ok(None) };
    let own = app.settings().authority_number.ok_or_else(|| {
        unfit("The authority's organisation number is not set (authority.organisation_number).")
    })?;
    let address = &party.details.address;
    let buyer = Side {
        number,
        name: party.details.name.clone(),
        street: Some(address.lines().join(", ")).filter(|street| !street.is_empty()),
        postal_code: address.postal_code(),
        town: Some(address.post_town().to_owned()).filter(|town| !town.is_empty()),
        country: address.country().to_string(),
    };
    let seller = Side {
        number: own,
        name: app.settings().authority_name.clone(),
        street: app.settings().authority_contact.first().cloned(),
        postal_code: None,
        town: None,
        country: CountryCode::NORWAY.to_string(),
    };
    let lines = lines::lines_of(connection, invoice).await?;
    let bill = Bill {
        seller: &seller,
        buyer: &buyer,
        credited: credited(app, invoice).await?.map(|of| (of.number, of.issued_on)),
        invoice,
        lines: &lines,
        account: letters::account(app)?,
        language: party.details.language,
    };
    Ok(Some(ehf::write(&bill).map_err(Failure::internal)?))
}
