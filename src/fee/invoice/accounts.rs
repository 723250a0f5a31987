//! Invoices and credit notes for the accounts: one row for each line, as comma-separated values (RFC 4180, CR LF,
//! UTF-8). The columns are a contract: new ones go to the end. No name of a person stands in it.
//!
//! | Column | What stands in it |
//! | --- | --- |
//! | `document` | number of the invoice or credit note |
//! | `kind` | `invoice` or `creditNote` |
//! | `issuedOn`, `dueOn` | days, `2026-03-31` |
//! | `customer` | id of the holder in the registry |
//! | `organisationNumber` | of an organisation; empty for persons |
//! | `kid` | of an invoice |
//! | `creditedDocument` | of a credit note: the invoice it takes from |
//! | `line` | number of the line within the document |
//! | `permitNumber`, `feeId`, `object`, `section`, `year`, `quantity` | what is charged, as in the fee table |
//! | `amount` | kroner with two decimals and a full stop; below nothing in a credit note |
//! | `vatCode` | `O`: outside the scope of value added tax |

use super::model::{Invoice, InvoiceKind};
use crate::{
    fee::model::{InvoiceLine, kroner},
    values::organisation_number::OrganisationNumber,
};

/// The heading.
pub const COLUMNS: [&str; 16] = [
    "document",
    "kind",
    "issuedOn",
    "dueOn",
    "customer",
    "organisationNumber",
    "kid",
    "creditedDocument",
    "line",
    "permitNumber",
    "feeId",
    "object",
    "section",
    "year",
    "quantity",
    "amount",
];
/// The last column, the same in every row.
const VAT: (&str, &str) = ("vatCode", "O");

/// A document with all its rows show.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The invoice or credit note.
    pub invoice: Invoice,
    /// Its lines.
    pub lines: Vec<InvoiceLine>,
    /// Number of the organisation that pays.
    pub organisation: Option<OrganisationNumber>,
    /// Of a credit note: number of the invoice it takes from.
    pub credited: Option<i64>,
}

/// Writes rows one after the other.
pub struct Sheet(::csv::Writer<Vec<u8>>);

impl Default for Sheet {
    fn default() -> Self {
        Self::new()
    }
}

impl Sheet {
    /// With the heading.
    pub fn new() -> Self {
        let writer =
            ::csv::WriterBuilder::new().terminator(::csv::Terminator::CRLF).from_writer(Vec::new());
        let mut sheet = Self(writer);
        sheet.row(&COLUMNS.map(str::to_owned), VAT.0);
        sheet
    }

    fn row(&mut self, cells: &[String], last: &str) {
        // memory takes every row, and all rows have as many cells
        let _ = self.0.write_record(cells.iter().map(String::as_str).chain([last]));
    }

    /// The rows of a document.
    pub fn add(&mut self, entry: &Entry) {
        let one = &entry.invoice;
        let sign = if one.kind == InvoiceKind::CreditNote { -1 } else { 1 };
        for (line, number) in entry.lines.iter().zip(1_u32..) {
            let cells: [String; COLUMNS.len()] = [
                one.number.to_string(),
                one.kind.code().to_owned(),
                one.issued_on.to_string(),
                one.due_on.to_string(),
                one.holder.to_string(),
                entry.organisation.map(String::from).unwrap_or_default(),
                one.kid.as_ref().map(|kid| kid.canonical()).unwrap_or_default(),
                entry.credited.map(|number| number.to_string()).unwrap_or_default(),
                number.to_string(),
                line.permit_number.clone(),
                line.fee_id.clone(),
                line.object.clone(),
                line.section.clone(),
                line.year.to_string(),
                line.quantity.to_string(),
                kroner(sign * line.amount_ore),
            ];
            self.row(&cells, VAT.1);
        }
    }

    /// The whole text.
    pub fn finish(self) -> String {
        let bytes = self.0.into_inner().unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fee::invoice::ehf::tests::{invoice, line};

    #[test]
    fn the_columns_are_a_contract() {
        let invoice_rows = Entry {
            invoice: invoice(InvoiceKind::Invoice, 1_227_000),
            lines: vec![line(1, 1_014_000), line(2, 213_000)],
            organisation: OrganisationNumber::parse("312345676").ok(),
            credited: None,
        };
        let note = Entry {
            invoice: invoice(InvoiceKind::CreditNote, 213_000),
            lines: vec![line(2, 213_000)],
            organisation: None,
            credited: Some(100_000_001),
        };
        let mut sheet = Sheet::new();
        sheet.add(&invoice_rows);
        sheet.add(&note);
        let holder = "00000000-0000-0000-0000-000000000000";
        let expected = format!(
            "document,kind,issuedOn,dueOn,customer,organisationNumber,kid,creditedDocument,line,permitNumber,feeId,object,section,year,quantity,amount,vatCode\r\n\
             100000002,invoice,2026-01-05,2026-02-04,{holder},312345676,1000000024,,1,SUP-000001,SUP-LEVERANDOR,supplier,§ 19,2026,1,10140.00,O\r\n\
             100000002,invoice,2026-01-05,2026-02-04,{holder},312345676,1000000024,,2,SUP-000002,SUP-LEVERANDOR,supplier,§ 19,2026,1,2130.00,O\r\n\
             100000002,creditNote,2026-01-05,2026-02-04,{holder},,,100000001,1,SUP-000002,SUP-LEVERANDOR,supplier,§ 19,2026,1,-2130.00,O\r\n"
        );
        assert_eq!(sheet.finish(), expected);
    }
}
