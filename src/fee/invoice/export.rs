//! Gathering what the files for accounts and for electronic invoicing are made from.

use chrono::NaiveDate;

use super::{
    accounts::{Entry, Sheet},
    ehf::{self, Bill, Postal, Side, Sides},
    letters,
    model::Invoice,
    store::{self, lines, list, list::InvoiceQuery},
};
use crate::{
    app::App,
    failure::{Failure, Problem},
    identity::Sight,
    keys::{DataKey, Place},
    party::{
        self,
        model::{Identity, Party},
    },
    values::{
        account_number::AccountNumber, country::CountryCode, ids::InvoiceId, language::Language,
        organisation_number::OrganisationNumber,
    },
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

fn sides_place(id: InvoiceId) -> Place {
    Place { table: "invoice", column: "sides_sealed", row: id.0 }
}

fn sides_today(app: &App, payer: &Party) -> Result<Sides, Failure> {
    let settings = app.settings();
    let address = &payer.details.address;
    Ok(Sides {
        seller: Postal {
            name: settings.authority_name.clone(),
            street: settings.authority_contact.first().cloned(),
            postal_code: None,
            town: None,
            country: CountryCode::NORWAY.to_string(),
        },
        buyer: Postal {
            name: payer.details.name.clone(),
            street: Some(address.lines().join(", ")).filter(|street| !street.is_empty()),
            postal_code: address.postal_code(),
            town: Some(address.post_town().to_owned()).filter(|town| !town.is_empty()),
            country: address.country().to_string(),
        },
        account: letters::account(app)?.canonical(),
        language: payer.details.language.code().to_owned(),
    })
}

/// Name and address of both sides of an invoice that is issued now, under the payer's data key; none where a person
/// pays, who gets no electronic invoice.
///
/// # Errors
/// When no account is set.
pub fn sealed_sides(
    app: &App,
    payer: &Party,
    key: &DataKey,
    id: InvoiceId,
) -> Result<Option<Vec<u8>>, Failure> {
    if organisation(payer).is_none() {
        return Ok(None);
    }
    let bytes = serde_json::to_vec(&sides_today(app, payer)?).map_err(Failure::internal)?;
    Ok(Some(key.seal(sides_place(id), &bytes)))
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
    let key = party::store::data_key(connection, &app.keys(), party.id).await?;
    let sides = match store::sides(connection, invoice.id).await? {
        Some(sealed) => {
            let bytes = key.open(sides_place(invoice.id), &sealed).map_err(Failure::internal)?;
            serde_json::from_slice(&bytes).map_err(Failure::internal)?
        }
        // issued before the sides were kept
        None => sides_today(app, &party)?,
    };
    let account = AccountNumber::parse(&sides.account).map_err(Failure::internal)?;
    let language = Language::parse(&sides.language).map_err(Failure::internal)?;
    let (seller, buyer) = (Side::of(own, sides.seller), Side::of(number, sides.buyer));
    let lines = lines::lines_of(connection, invoice).await?;
    let bill = Bill {
        seller: &seller,
        buyer: &buyer,
        credited: credited(app, invoice).await?.map(|of| (of.number, of.issued_on)),
        invoice,
        lines: &lines,
        account,
        language,
    };
    Ok(Some(ehf::write(&bill).map_err(Failure::internal)?))
}
