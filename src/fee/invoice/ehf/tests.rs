//! What EN 16931 and Peppol BIS Billing 3.0 ask of the file, as far as it can be said without their schematron: the
//! mandatory elements in the order of the schema, code lists, the rules of category O, and that all sums agree.
//! (With the published schematron the files were checked by hand; see ARCHITECTURE.md.)

use chrono::DateTime;
use proptest::prelude::*;
use quick_xml::{Reader, events::Event};
use uuid::Uuid;

use super::*;
use crate::{
    fee::{invoice::rules::kid_of, model::Charged},
    values::ids::{InvoiceId, InvoiceLineId, PartyId, PermitId},
};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn side(name: &str, number: &str) -> Side {
    Side {
        number: OrganisationNumber::parse(number).unwrap(),
        name: name.to_owned(),
        street: Some("Fjordgata 1".to_owned()),
        postal_code: Some("9730".to_owned()),
        town: Some("KARASJOK".to_owned()),
        country: "NO".to_owned(),
    }
}

pub fn line(n: u32, amount_ore: i64) -> InvoiceLine {
    InvoiceLine {
        id: InvoiceLineId(Uuid::from_u128(u128::from(n))),
        of: Charged::Permit(PermitId(Uuid::nil())),
        permit_number: format!("SUP-{n:06}"),
        holder: PartyId(Uuid::nil()),
        year: 2026,
        occasion: "annual".to_owned(),
        fee_id: "SUP-LEVERANDOR".to_owned(),
        object: "supplier".to_owned(),
        unit: "registration".to_owned(),
        quantity: 1,
        amount_ore,
        rule: "P1".to_owned(),
        section: "§ 19".to_owned(),
        basis: "FOR-2024-01-17-79".to_owned(),
        due_on: day("2026-02-04"),
        payment: None,
        paid_on: None,
        version: 1,
        created_at: DateTime::UNIX_EPOCH,
        run: None,
        invoice: None,
        credit: None,
    }
}

pub fn invoice(kind: InvoiceKind, amount_ore: i64) -> Invoice {
    let is_note = kind == InvoiceKind::CreditNote;
    Invoice {
        id: InvoiceId(Uuid::nil()),
        number: 100_000_002,
        kind,
        holder: PartyId(Uuid::nil()),
        credits: is_note.then_some(InvoiceId(Uuid::nil())),
        run: None,
        issued_on: day("2026-01-05"),
        due_on: day("2026-02-04"),
        amount_ore,
        paid_ore: 0,
        credited_ore: 0,
        kid: kid_of(100_000_002).filter(|_| !is_note),
        reminded: None,
        settled_on: None,
        letter: None,
        reminder_letter: None,
        created_by: String::new(),
        created_at: DateTime::UNIX_EPOCH,
        version: 1,
    }
}

fn file(kind: InvoiceKind, name: &str, amounts: &[i64]) -> String {
    let lines: Vec<InvoiceLine> = amounts.iter().zip(1..).map(|(ore, n)| line(n, *ore)).collect();
    let one = invoice(kind, amounts.iter().sum());
    let bill = Bill {
        seller: &side("Eksempelmyndigheten", "312345676"),
        buyer: &side(name, "974760673"),
        invoice: &one,
        lines: &lines,
        credited: (kind == InvoiceKind::CreditNote).then(|| (100_000_001, day("2026-01-04"))),
        account: AccountNumber::parse("12345678903").unwrap(),
        language: Language::Bokmal,
    };
    write(&bill).unwrap()
}

/// Every leaf with its path and text, in order; the file must be well-formed.
fn leaves(text: &str) -> Vec<(String, String)> {
    let mut reader = Reader::from_str(text);
    let mut path: Vec<String> = Vec::new();
    let (mut found, mut said): (Vec<(String, String)>, String) = (Vec::new(), String::new());
    loop {
        match reader.read_event().unwrap() {
            Event::Start(start) => {
                path.push(String::from_utf8(start.name().as_ref().to_vec()).unwrap());
                said.clear();
            }
            Event::Text(text) => said.push_str(&text.decode().unwrap()),
            Event::GeneralRef(reference) => {
                said.push_str(match reference.decode().unwrap().as_ref() {
                    "amp" => "&",
                    "lt" => "<",
                    "gt" => ">",
                    "quot" => "\"",
                    "apos" => "'",
                    other => panic!("unknown entity {other}"),
                })
            }
            Event::End(_) => {
                if path.last().is_some_and(|name| name.starts_with("cbc:")) {
                    found.push((path[1..].join("/"), said.trim().to_owned()));
                }
                path.pop();
                said.clear();
            }
            Event::Eof => break,
            _ => {}
        }
    }
    assert!(path.is_empty());
    found
}

fn all<'a>(leaves: &'a [(String, String)], path: &str) -> Vec<&'a str> {
    leaves.iter().filter(|(own, _)| own == path).map(|(_, text)| text.as_str()).collect()
}

fn one<'a>(leaves: &'a [(String, String)], path: &str) -> &'a str {
    let found = all(leaves, path);
    assert_eq!(found.len(), 1, "{path}: {found:?}");
    found[0]
}

fn ore(text: &str) -> i64 {
    let (whole, part) = text.split_once('.').expect("two decimals (BR-DEC)");
    assert_eq!(part.len(), 2);
    whole.parse::<i64>().unwrap() * 100 + part.parse::<i64>().unwrap()
}

/// The children of the root in the order of the UBL 2.1 schema.
const INVOICE_ORDER: [&str; 16] = [
    "cbc:CustomizationID",
    "cbc:ProfileID",
    "cbc:ID",
    "cbc:IssueDate",
    "cbc:DueDate",
    "cbc:InvoiceTypeCode",
    "cbc:CreditNoteTypeCode",
    "cbc:DocumentCurrencyCode",
    "cbc:BuyerReference",
    "cac:BillingReference",
    "cac:AccountingSupplierParty",
    "cac:AccountingCustomerParty",
    "cac:PaymentMeans",
    "cac:TaxTotal",
    "cac:LegalMonetaryTotal",
    "cac:InvoiceLine",
];

#[test]
fn an_invoice_has_what_the_standard_asks_for() {
    let text = file(InvoiceKind::Invoice, "Fjord & <Sønner> AS", &[1_014_000, 213_000]);
    let found = leaves(&text);
    assert_eq!(one(&found, "cbc:CustomizationID"), CUSTOMIZATION); // BR-1, PEPPOL-EN16931-R004
    assert_eq!(one(&found, "cbc:ProfileID"), PROFILE); // R007
    assert_eq!(one(&found, "cbc:ID"), "100000002"); // BR-2
    assert_eq!(one(&found, "cbc:IssueDate"), "2026-01-05"); // BR-3
    assert_eq!(one(&found, "cbc:DueDate"), "2026-02-04"); // BR-CO-25
    assert_eq!(one(&found, "cbc:InvoiceTypeCode"), "380"); // BR-4
    assert_eq!(one(&found, "cbc:DocumentCurrencyCode"), "NOK"); // BR-5
    assert_eq!(one(&found, "cbc:BuyerReference"), "SUP-000001"); // R003
    for (party, name, number) in [
        ("cac:AccountingSupplierParty", "Eksempelmyndigheten", "312345676"),
        ("cac:AccountingCustomerParty", "Fjord & <Sønner> AS", "974760673"),
    ] {
        let at = |rest: &str| format!("{party}/cac:Party/{rest}");
        assert_eq!(one(&found, &at("cbc:EndpointID")), number); // R010, R020
        assert_eq!(one(&found, &at("cac:PartyLegalEntity/cbc:RegistrationName")), name); // BR-6, BR-7
        assert_eq!(one(&found, &at("cac:PartyLegalEntity/cbc:CompanyID")), number); // BR-CO-26
        let country = at("cac:PostalAddress/cac:Country/cbc:IdentificationCode");
        assert_eq!(one(&found, &country), "NO"); // BR-9, BR-11
        assert!(all(&found, &at("cac:PartyTaxScheme/cbc:CompanyID")).is_empty()); // BR-O-2
    }
    assert_eq!(text.matches("schemeID=\"0192\"").count(), 4);
    assert_eq!(one(&found, "cac:PaymentMeans/cbc:PaymentMeansCode"), "30"); // BR-49
    assert_eq!(one(&found, "cac:PaymentMeans/cbc:PaymentID"), "1000000024");
    assert_eq!(one(&found, "cac:PaymentMeans/cac:PayeeFinancialAccount/cbc:ID"), "12345678903"); // BR-50
    assert_eq!(all(&found, "cac:InvoiceLine/cbc:ID"), ["1", "2"]); // BR-16, BR-21
    assert_eq!(all(&found, "cac:InvoiceLine/cac:Item/cbc:Name").len(), 2); // BR-25
    assert!(all(&found, "cac:PaymentMeans/cbc:PaymentDueDate").is_empty());
    let mut last = 0;
    for (path, _) in &found {
        let top = path.split('/').next().unwrap();
        let at = INVOICE_ORDER.iter().position(|name| *name == top).expect("a known element");
        assert!(at >= last, "{top} stands too late");
        last = at;
    }
}

#[test]
fn a_credit_note_takes_from_an_invoice() {
    let text = file(InvoiceKind::CreditNote, "Fjord AS", &[213_000]);
    let found = leaves(&text);
    assert!(text.contains(
        "<CreditNote xmlns=\"urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2\""
    ));
    assert_eq!(one(&found, "cbc:CreditNoteTypeCode"), "381");
    let of = "cac:BillingReference/cac:InvoiceDocumentReference";
    assert_eq!(one(&found, &format!("{of}/cbc:ID")), "100000001"); // BR-55
    assert_eq!(one(&found, "cac:CreditNoteLine/cbc:CreditedQuantity"), "1");
    assert_eq!(one(&found, "cac:LegalMonetaryTotal/cbc:PayableAmount"), "2130.00");
    assert!(all(&found, "cbc:DueDate").is_empty(), "the schema has none here");
    assert!(all(&found, "cac:PaymentMeans/cbc:PaymentID").is_empty());
}

/// BR-CO-10 to BR-CO-16, BR-O-5, BR-O-8 to BR-O-14, PEPPOL-EN16931-R120.
fn sums_agree(amounts: &[i64]) {
    let found = leaves(&file(InvoiceKind::Invoice, "Fjord AS", amounts));
    let sum: i64 = amounts.iter().sum();
    let lines: Vec<i64> =
        all(&found, "cac:InvoiceLine/cbc:LineExtensionAmount").into_iter().map(ore).collect();
    assert_eq!(lines, amounts);
    let prices: Vec<i64> =
        all(&found, "cac:InvoiceLine/cac:Price/cbc:PriceAmount").into_iter().map(ore).collect();
    assert_eq!(prices, amounts, "one times the price is the amount");
    assert!(all(&found, "cac:InvoiceLine/cbc:InvoicedQuantity").iter().all(|text| *text == "1"));
    for name in ["LineExtensionAmount", "TaxExclusiveAmount", "TaxInclusiveAmount", "PayableAmount"]
    {
        assert_eq!(ore(one(&found, &format!("cac:LegalMonetaryTotal/cbc:{name}"))), sum, "{name}");
    }
    let sub = "cac:TaxTotal/cac:TaxSubtotal";
    assert_eq!(ore(one(&found, "cac:TaxTotal/cbc:TaxAmount")), 0);
    assert_eq!(ore(one(&found, &format!("{sub}/cbc:TaxableAmount"))), sum);
    assert_eq!(ore(one(&found, &format!("{sub}/cbc:TaxAmount"))), 0);
    assert_eq!(one(&found, &format!("{sub}/cac:TaxCategory/cbc:ID")), "O");
    assert_eq!(
        one(&found, &format!("{sub}/cac:TaxCategory/cbc:TaxExemptionReasonCode")),
        "VATEX-EU-O"
    );
    let categories = all(&found, "cac:InvoiceLine/cac:Item/cac:ClassifiedTaxCategory/cbc:ID");
    assert!(categories.len() == amounts.len() && categories.iter().all(|code| *code == "O"));
    assert!(!found.iter().any(|(path, _)| path.ends_with("cbc:Percent")), "O has no rate");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn all_sums_agree(amounts in prop::collection::vec(1_i64..100_000_000, 1..12)) {
        sums_agree(&amounts);
    }

    /// Whatever a name has in it, the file is well-formed and says it.
    #[test]
    fn every_name_is_told(name in "[\\PC]{1,40}") {
        prop_assume!(!name.trim().is_empty() && name.trim() == name);
        let found = leaves(&file(InvoiceKind::Invoice, &name, &[100]));
        let path = "cac:AccountingCustomerParty/cac:Party/cac:PartyLegalEntity/cbc:RegistrationName";
        let told: String = name.chars().filter(|c| !c.is_control()).collect();
        prop_assert_eq!(one(&found, path), told);
    }
}
