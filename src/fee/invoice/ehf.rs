//! Invoices and credit notes as EHF Billing 3.0, Norway's use of Peppol BIS Billing 3.0 (UBL 2.1, EN 16931-1), for
//! organisations. It writes down what stands on the invoice as it was issued, and decides nothing.
//!
//! The authority's fees lie outside the scope of value added tax, so there is one category, `O`, with its reason
//! (BR-O-1 to BR-O-14): no rate, no tax number of either side. A line has the quantity 1 and its whole amount as price,
//! because shares of a year do not divide evenly among what is counted (PEPPOL-EN16931-R120).

use std::io;

use chrono::NaiveDate;
use quick_xml::{
    Writer,
    events::{BytesDecl, BytesText, Event},
};
use serde::{Deserialize, Serialize};

use super::model::{Invoice, InvoiceKind};
use crate::{
    fee::model::{InvoiceLine, kroner},
    values::{
        account_number::AccountNumber, fee_object, language::Language,
        organisation_number::OrganisationNumber,
    },
};

const CUSTOMIZATION: &str =
    "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0";
const PROFILE: &str = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0";
const CURRENCY: &str = "NOK";
/// Norwegian organisation numbers in the list of electronic address schemes.
const SCHEME: &str = "0192";
/// Outside the scope of tax (UNCL 5305), and why (VATEX).
const OUTSIDE: &str = "O";
const OUTSIDE_CODE: &str = "VATEX-EU-O";
const OUTSIDE_REASON: &str =
    "Gebyr eller tvangsmulkt til offentlig myndighet, utenfor merverdiavgiftsloven";
/// Credit transfer (UNCL 4461).
const CREDIT_TRANSFER: &str = "30";
/// One (UN/ECE recommendation 20).
const ONE: &str = "C62";

/// The authority, or the organisation that pays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Side {
    /// Organisation number.
    pub number: OrganisationNumber,
    /// Name.
    pub name: String,
    /// Street or box.
    pub street: Option<String>,
    /// Postal code.
    pub postal_code: Option<String>,
    /// Post town.
    pub town: Option<String>,
    /// Country, two letters.
    pub country: String,
}

/// What is true of both sides on the day of issue, as it is kept with the invoice. Their numbers never change and
/// are not in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Sides {
    /// Name and address of the authority.
    pub seller: Postal,
    /// Name and address of the organisation that pays.
    pub buyer: Postal,
    /// Where it is paid to.
    pub account: String,
    /// Language of the organisation.
    pub language: String,
}

/// Name and address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Postal {
    /// Name.
    pub name: String,
    /// Street or box.
    pub street: Option<String>,
    /// Postal code.
    pub postal_code: Option<String>,
    /// Post town.
    pub town: Option<String>,
    /// Country, two letters.
    pub country: String,
}

impl Side {
    /// Of the organisation with this number.
    pub fn of(number: OrganisationNumber, postal: Postal) -> Self {
        let Postal { name, street, postal_code, town, country } = postal;
        Self { number, name, street, postal_code, town, country }
    }
}

/// All that stands in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bill<'a> {
    /// Who is paid.
    pub seller: &'a Side,
    /// Who pays.
    pub buyer: &'a Side,
    /// The invoice or credit note.
    pub invoice: &'a Invoice,
    /// Its lines, at least one.
    pub lines: &'a [InvoiceLine],
    /// Of a credit note: number and day of the invoice it takes from.
    pub credited: Option<(i64, NaiveDate)>,
    /// Where it is paid to.
    pub account: AccountNumber,
    /// Language of the names of what is charged.
    pub language: Language,
}

struct Xml(Writer<Vec<u8>>);

impl Xml {
    /// An element with a text; characters that XML has not are left out.
    fn leaf(&mut self, name: &str, text: &str) -> io::Result<()> {
        self.leaf_of(name, None, text)
    }

    fn leaf_of(
        &mut self,
        name: &str,
        attribute: Option<(&str, &str)>,
        text: &str,
    ) -> io::Result<()> {
        let text: String = text.chars().filter(|c| !c.is_control()).collect();
        let element = self.0.create_element(name).with_attributes(attribute);
        element.write_text_content(BytesText::new(&text))?;
        Ok(())
    }

    fn amount(&mut self, name: &str, ore: i64) -> io::Result<()> {
        self.leaf_of(name, Some(("currencyID", CURRENCY)), &kroner(ore))
    }

    fn group(
        &mut self,
        name: &str,
        write: impl FnOnce(&mut Self) -> io::Result<()>,
    ) -> io::Result<()> {
        self.0.write_event(Event::Start(quick_xml::events::BytesStart::new(name)))?;
        write(self)?;
        self.0.write_event(Event::End(quick_xml::events::BytesEnd::new(name)))
    }

    fn tax_category(&mut self, name: &str, with_reason: bool) -> io::Result<()> {
        self.group(name, |xml| {
            xml.leaf("cbc:ID", OUTSIDE)?;
            if with_reason {
                xml.leaf("cbc:TaxExemptionReasonCode", OUTSIDE_CODE)?;
                xml.leaf("cbc:TaxExemptionReason", OUTSIDE_REASON)?;
            }
            xml.group("cac:TaxScheme", |xml| xml.leaf("cbc:ID", "VAT"))
        })
    }

    fn side(&mut self, name: &str, side: &Side) -> io::Result<()> {
        let number = String::from(side.number);
        self.group(name, |xml| {
            xml.group("cac:Party", |xml| {
                xml.leaf_of("cbc:EndpointID", Some(("schemeID", SCHEME)), &number)?;
                xml.group("cac:PartyName", |xml| xml.leaf("cbc:Name", &side.name))?;
                xml.group("cac:PostalAddress", |xml| {
                    for (name, text) in [
                        ("cbc:StreetName", &side.street),
                        ("cbc:CityName", &side.town),
                        ("cbc:PostalZone", &side.postal_code),
                    ] {
                        if let Some(text) = text {
                            xml.leaf(name, text)?;
                        }
                    }
                    let country =
                        |xml: &mut Self| xml.leaf("cbc:IdentificationCode", &side.country);
                    xml.group("cac:Country", country)
                })?;
                xml.group("cac:PartyLegalEntity", |xml| {
                    xml.leaf("cbc:RegistrationName", &side.name)?;
                    xml.leaf_of("cbc:CompanyID", Some(("schemeID", SCHEME)), &number)
                })
            })
        })
    }
}

/// The file of an invoice or credit note.
///
/// # Errors
/// When nothing can be written, which memory does not do.
pub fn write(bill: &Bill<'_>) -> io::Result<String> {
    let is_note = bill.invoice.kind == InvoiceKind::CreditNote;
    let root = if is_note { "CreditNote" } else { "Invoice" };
    let mut xml = Xml(Writer::new_with_indent(Vec::new(), b' ', 2));
    xml.0.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let ubl = "urn:oasis:names:specification:ubl:schema:xsd";
    let mut start = quick_xml::events::BytesStart::new(root);
    start.push_attribute(("xmlns", format!("{ubl}:{root}-2").as_str()));
    start.push_attribute(("xmlns:cac", format!("{ubl}:CommonAggregateComponents-2").as_str()));
    start.push_attribute(("xmlns:cbc", format!("{ubl}:CommonBasicComponents-2").as_str()));
    xml.0.write_event(Event::Start(start))?;
    head(&mut xml, bill, is_note)?;
    xml.side("cac:AccountingSupplierParty", bill.seller)?;
    xml.side("cac:AccountingCustomerParty", bill.buyer)?;
    payment(&mut xml, bill)?;
    totals(&mut xml, bill.invoice.amount_ore)?;
    for (line, number) in bill.lines.iter().zip(1_u32..) {
        invoice_line(&mut xml, line, number, is_note, bill.language)?;
    }
    xml.0.write_event(Event::End(quick_xml::events::BytesEnd::new(root)))?;
    let mut text = String::from_utf8(xml.0.into_inner()).map_err(io::Error::other)?;
    text.push('\n');
    Ok(text)
}

fn head(xml: &mut Xml, bill: &Bill<'_>, is_note: bool) -> io::Result<()> {
    let invoice = bill.invoice;
    xml.leaf("cbc:CustomizationID", CUSTOMIZATION)?;
    xml.leaf("cbc:ProfileID", PROFILE)?;
    xml.leaf("cbc:ID", &invoice.number.to_string())?;
    xml.leaf("cbc:IssueDate", &invoice.issued_on.to_string())?;
    if is_note {
        xml.leaf("cbc:CreditNoteTypeCode", "381")?;
    } else {
        xml.leaf("cbc:DueDate", &invoice.due_on.to_string())?;
        xml.leaf("cbc:InvoiceTypeCode", "380")?;
    }
    xml.leaf("cbc:DocumentCurrencyCode", CURRENCY)?;
    // a reference of the buyer's own is not asked for in any application; the permit is what they know
    let permit = bill.lines.first().map_or("", |line| &line.permit_number);
    xml.leaf("cbc:BuyerReference", permit)?;
    if let Some((number, issued_on)) = bill.credited {
        xml.group("cac:BillingReference", |xml| {
            xml.group("cac:InvoiceDocumentReference", |xml| {
                xml.leaf("cbc:ID", &number.to_string())?;
                xml.leaf("cbc:IssueDate", &issued_on.to_string())
            })
        })?;
    }
    Ok(())
}

fn payment(xml: &mut Xml, bill: &Bill<'_>) -> io::Result<()> {
    let invoice = bill.invoice;
    xml.group("cac:PaymentMeans", |xml| {
        xml.leaf("cbc:PaymentMeansCode", CREDIT_TRANSFER)?;
        if invoice.kind == InvoiceKind::CreditNote {
            xml.leaf("cbc:PaymentDueDate", &invoice.due_on.to_string())?;
        }
        if let Some(kid) = &invoice.kid {
            xml.leaf("cbc:PaymentID", &kid.canonical())?;
        }
        xml.group("cac:PayeeFinancialAccount", |xml| xml.leaf("cbc:ID", &bill.account.canonical()))
    })
}

fn totals(xml: &mut Xml, amount_ore: i64) -> io::Result<()> {
    xml.group("cac:TaxTotal", |xml| {
        xml.amount("cbc:TaxAmount", 0)?;
        xml.group("cac:TaxSubtotal", |xml| {
            xml.amount("cbc:TaxableAmount", amount_ore)?;
            xml.amount("cbc:TaxAmount", 0)?;
            xml.tax_category("cac:TaxCategory", true)
        })
    })?;
    xml.group("cac:LegalMonetaryTotal", |xml| {
        xml.amount("cbc:LineExtensionAmount", amount_ore)?;
        xml.amount("cbc:TaxExclusiveAmount", amount_ore)?;
        xml.amount("cbc:TaxInclusiveAmount", amount_ore)?;
        xml.amount("cbc:PayableAmount", amount_ore)
    })
}

fn invoice_line(
    xml: &mut Xml,
    line: &InvoiceLine,
    number: u32,
    is_note: bool,
    language: Language,
) -> io::Result<()> {
    let (group, quantity) = if is_note {
        ("cac:CreditNoteLine", "cbc:CreditedQuantity")
    } else {
        ("cac:InvoiceLine", "cbc:InvoicedQuantity")
    };
    xml.group(group, |xml| {
        xml.leaf("cbc:ID", &number.to_string())?;
        xml.leaf("cbc:Note", &format!("{} {}", line.permit_number, line.section))?;
        xml.leaf_of(quantity, Some(("unitCode", ONE)), "1")?;
        xml.amount("cbc:LineExtensionAmount", line.amount_ore)?;
        xml.group("cac:Item", |xml| {
            let what = format!("{} × {}, {}", line.quantity, line.object, line.year);
            xml.leaf("cbc:Description", &what)?;
            xml.leaf("cbc:Name", fee_object::name(&line.object, language))?;
            xml.group("cac:SellersItemIdentification", |xml| xml.leaf("cbc:ID", &line.fee_id))?;
            xml.tax_category("cac:ClassifiedTaxCategory", false)
        })?;
        xml.group("cac:Price", |xml| xml.amount("cbc:PriceAmount", line.amount_ore))
    })
}

#[cfg(test)]
pub(super) mod tests;
