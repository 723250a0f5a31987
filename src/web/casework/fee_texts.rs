//! Texts of the pages on fees.

use crate::{
    fee::invoice::{model::InvoiceState, rules::NotPlaced},
    web::texts::Words,
};

crate::web::texts::texts! {
    cwf_fees: "Gebyr", "Gebyr", "Fees";
    cwf_incoming: "Innbetalinger", "Innbetalingar", "Payments";
    cwf_runs: "Årskjøringer", "Årskøyringar", "Yearly runs";
    cwf_no_runs: "Ingen årskjøring er gjort ennå.", "Inga årskøyring er gjord enno.", "No yearly run has been made yet.";
    cwf_year: "År", "År", "Year";
    cwf_start: "Start årskjøring", "Start årskøyring", "Start a yearly run";
    cwf_start_hint: "Tillatelser som er gjort opp for året, blir hoppet over. Ingen faktureres to ganger.", "Løyve som er gjorde opp for året, blir hoppa over. Ingen blir fakturert to gonger.", "Permits that are settled for the year are passed over. Nobody is invoiced twice.";
    cwf_started: "Årskjøringen er startet. Last siden på nytt for å følge den.", "Årskøyringa er starta. Last sida på nytt for å følgje henne.", "The yearly run has begun. Load the page again to follow it.";
    cwf_progress(done, total): "{done} av {total} tillatelser", "{done} av {total} løyve", "{done} of {total} permits";
    cwf_run_invoices(count, amount): "{count} fakturaer, kr {amount}", "{count} fakturaer, kr {amount}", "{count} invoices, NOK {amount}";
    cwf_run_settling: "Beregner", "Reknar ut", "Charging";
    cwf_run_invoicing: "Fakturerer", "Fakturerer", "Invoicing";
    cwf_run_done: "Ferdig", "Ferdig", "Done";
    cwf_invoices: "Fakturaer", "Fakturaer", "Invoices";
    cwf_accounts: "Til regnskapet", "Til rekneskapen", "For the accounts";
    cwf_accounts_hint: "Alt som ble utstedt i måneden, en rad for hver linje (CSV), uten navn på personer.", "Alt som vart utferda i månaden, ei rad for kvar linje (CSV), utan namn på personar.", "Everything issued in the month, one row for each line (CSV), without names of persons.";
    cwf_ehf: "Last ned som EHF", "Last ned som EHF", "Download as EHF";
    cwf_total(count): "{count} fakturaer", "{count} fakturaer", "{count} invoices";
    cwf_none: "Ingen fakturaer passer. Fjern et filter for å se flere.", "Ingen fakturaer passar. Fjern eit filter for å sjå fleire.", "No invoice fits. Remove a filter to see more.";
    cwf_of_case(number): "Sak {number}", "Sak {number}", "Case {number}";
    cwf_sum: "Fakturert", "Fakturert", "Invoiced";
    cwf_sum_paid: "Betalt", "Betalt", "Paid";
    cwf_sum_credited: "Slettet", "Sletta", "Cancelled";
    cwf_sum_open: "Utestående", "Uteståande", "Outstanding";
    cwf_number: "Nummer", "Nummer", "Number";
    cwf_issued: "Utstedt", "Utferda", "Issued";
    cwf_due: "Forfaller", "Forfell", "Due";
    cwf_amount: "Beløp (kr)", "Beløp (kr)", "Amount (NOK)";
    cwf_open: "Utestående (kr)", "Uteståande (kr)", "Outstanding (NOK)";
    cwf_paid: "Betalt (kr)", "Betalt (kr)", "Paid (NOK)";
    cwf_credited: "Slettet (kr)", "Sletta (kr)", "Cancelled (NOK)";
    cwf_owed_back: "Skal betales tilbake (kr)", "Skal betalast tilbake (kr)", "To be paid back (NOK)";
    cwf_state: "Tilstand", "Tilstand", "State";
    cwf_kid: "KID", "KID", "KID";
    cwf_reminded: "Påminnet", "Påminna", "Reminded";
    cwf_reminder_due: "Ny frist", "Ny frist", "New time limit";
    cwf_invoice(number): "Faktura {number}", "Faktura {number}", "Invoice {number}";
    cwf_credit_note(number): "Kreditnota {number}", "Kreditnota {number}", "Credit note {number}";
    cwf_of_invoice: "Gjelder faktura", "Gjeld faktura", "Takes from invoice";
    cwf_letter: "Les brevet", "Les brevet", "Read the letter";
    cwf_reminder_letter: "Les påminnelsen", "Les påminninga", "Read the reminder";
    cwf_lines: "Linjer", "Linjer", "Lines";
    cwf_permit: "Tillatelse", "Løyve", "Permit";
    cwf_what: "Gjelder", "Gjeld", "For";
    cwf_quantity: "Antall", "Mengd", "Quantity";
    cwf_choose(number): "Slett linje {number}", "Slett linje {number}", "Cancel line {number}";
    cwf_line_credited: "Slettet", "Sletta", "Cancelled";
    cwf_notes: "Kreditnotaer", "Kreditnotaer", "Credit notes";
    cwf_payments_of: "Innbetalinger", "Innbetalingar", "Payments";
    cwf_credit: "Slett linjer", "Slett linjer", "Cancel lines";
    cwf_credit_hint: "Velg linjene som faller bort; velger du ingen, faller alle bort. Innehaveren får en kreditnota med begrunnelsen.", "Vel linjene som fell bort; vel du ingen, fell alle bort. Innehavaren får ei kreditnota med grunngjevinga.", "Choose the lines that fall away; if you choose none, all do. The holder gets a credit note with the reason.";
    cwf_reason: "Begrunnelse til innehaveren", "Grunngjeving til innehavaren", "Reason, for the holder";
    cwf_reason_missing: "Skriv en begrunnelse på høyst 2000 tegn.", "Skriv ei grunngjeving på høgst 2000 teikn.", "Write a reason of at most 2000 characters.";
    cwf_credit_do: "Lag kreditnota", "Lag kreditnota", "Issue a credit note";
    cwf_file: "Fil fra banken", "Fil frå banken", "File from the bank";
    cwf_file_hint: "OCR-giro eller CSV med overskriften reference,paidOn,amount,kid. Er noe galt, blir ingenting tatt inn.", "OCR-giro eller CSV med overskrifta reference,paidOn,amount,kid. Er noko gale, blir ingenting teke inn.", "OCR giro, or CSV with the heading reference,paidOn,amount,kid. If anything is wrong, nothing is taken in.";
    cwf_file_send: "Ta inn filen", "Ta inn fila", "Take the file in";
    cwf_file_taken(placed, waiting): "Filen er tatt inn: {placed} innbetalinger er plassert, {waiting} venter på deg.", "Fila er teken inn: {placed} innbetalingar er plasserte, {waiting} ventar på deg.", "The file is taken in: {placed} payments are placed, {waiting} wait for you.";
    cwf_file_again(placed, waiting): "Denne filen var tatt inn før, og ingenting er endret: {placed} innbetalinger er plassert, {waiting} venter.", "Denne fila var teken inn før, og ingenting er endra: {placed} innbetalingar er plasserte, {waiting} ventar.", "This file had been taken in before, and nothing changed: {placed} payments are placed, {waiting} wait.";
    cwf_no_file: "Velg en fil.", "Vel ei fil.", "Choose a file.";
    cwf_file_refused: "Filen er ikke tatt inn", "Fila er ikkje teken inn", "The file was not taken in";
    cwf_file_nothing: "Ingenting er tatt inn. Rett det som er nevnt, eller be banken om filen på nytt.", "Ingenting er teke inn. Rett det som er nemnt, eller be banken om fila på nytt.", "Nothing was taken in. Correct what is named, or ask the bank for the file again.";
    cwf_file_large: "Ingenting er tatt inn: filen kan ha høyst 10 MiB. Be banken om kortere perioder.", "Ingenting er teke inn: fila kan ha høgst 10 MiB. Be banken om kortare periodar.", "Nothing was taken in: the file may have at most 10 MiB. Ask the bank for shorter periods.";
    cwf_file_cut: "Ingenting er tatt inn: filen kom ikke hel fram. Send den på nytt.", "Ingenting er teke inn: fila kom ikkje heil fram. Send henne på nytt.", "Nothing was taken in: the file did not arrive whole. Send it again.";
    cwf_file_number: "Ingenting er tatt inn: en annen fil med det samme nummeret fra banken er tatt inn før.", "Ingenting er teke inn: ei anna fil med det same nummeret frå banken er teken inn før.", "Nothing was taken in: another file with the same number of the bank was taken in before.";
    cwf_taken_before: "Transaksjonen er tatt inn før, med en annen fil.", "Transaksjonen er teken inn før, med ei anna fil.", "The transaction was taken in before, with another file.";
    cwf_no_invoice: "Ingen faktura har dette nummeret.", "Inga faktura har dette nummeret.", "No invoice has this number.";
    cwf_not_open: "Det er ikke noe igjen å betale på denne fakturaen, eller beløpet er tatt tilbake.", "Det er ikkje noko att å betale på denne fakturaen, eller beløpet er teke tilbake.", "Nothing is left to pay of this invoice, or the amount was taken back.";
    cwf_stale: "Noen har behandlet innbetalingen i mellomtiden. Se på den igjen.", "Nokon har behandla innbetalinga i mellomtida. Sjå på henne igjen.", "Somebody has decided about the payment meanwhile. Look at it again.";
    cwf_line(line): "Linje {line}", "Linje {line}", "Line {line}";
    cwf_done: "Det er gjort.", "Det er gjort.", "Done.";
    cwf_refused: "Det lot seg ikke gjøre", "Det let seg ikkje gjere", "That could not be done";
    cwf_waiting(count): "{count} venter på en saksbehandler", "{count} ventar på ein saksbehandlar", "{count} wait for a caseworker";
    cwf_nothing_waits: "Ingen innbetaling venter.", "Inga innbetaling ventar.", "No payment waits.";
    cwf_incoming_lead: "Innbetalinger som ikke kunne plasseres etter KID, og det som er betalt for mye. Filer fra banken leses inn med anrop fees import-payments eller POST /v1/payment-files.", "Innbetalingar som ikkje kunne plasserast etter KID, og det som er betalt for mykje. Filer frå banken blir lesne inn med anrop fees import-payments eller POST /v1/payment-files.", "Payments that could not be placed by their KID, and what was paid too much. Files of the bank are taken in with anrop fees import-payments or POST /v1/payment-files.";
    cwf_reference: "Bankens referanse", "Referansen til banken", "Reference of the bank";
    cwf_paid_on: "Bokført", "Bokført", "Booked";
    cwf_why: "Hvorfor", "Kvifor", "Why";
    cwf_excess(amount): "Kr {amount} for mye", "Kr {amount} for mykje", "NOK {amount} too much";
    cwf_place: "Plasser", "Plasser", "Place";
    cwf_return: "Betales tilbake", "Blir betalt tilbake", "Paid back";
    cwf_place_on(reference): "Faktura som {reference} betaler", "Faktura som {reference} betaler", "Invoice that {reference} pays";
    cwf_not_a_number: "Skriv nummeret på fakturaen, ni sifre.", "Skriv nummeret på fakturaen, ni siffer.", "Write the number of the invoice, nine digits.";
    cwf_unpaid: "Ubetalt etter påminnelse", "Ikkje betalt etter påminning", "Not paid after a reminder";
    cwf_unpaid_text(count, amount): "{count} fakturaer med til sammen kr {amount} er ikke betalt etter påminnelse. Det kan være grunn til å avslå eller tilbakekalle (gebyrforskriften § 23), men ingenting skjer av seg selv.", "{count} fakturaer med til saman kr {amount} er ikkje betalte etter påminning. Det kan vere grunn til å avslå eller tilbakekalle (gebyrforskrifta § 23), men ingenting skjer av seg sjølv.", "{count} invoices of NOK {amount} in all are not paid after a reminder. This may be a ground for refusing or revoking (the fee regulation, section 23), but nothing happens by itself.";
}

impl Words {
    /// How an invoice stands.
    pub const fn invoice_state(self, state: InvoiceState) -> &'static str {
        match state {
            InvoiceState::Issued => self.choose("Ikke betalt", "Ikkje betalt", "Not paid"),
            InvoiceState::PartlyPaid => {
                self.choose("Delvis betalt", "Delvis betalt", "Paid in part")
            }
            InvoiceState::Overdue => self.choose("Forfalt", "Forfallen", "Overdue"),
            InvoiceState::Reminded => self.choose("Påminnet", "Påminna", "Reminded"),
            InvoiceState::Unpaid => self.choose(
                "Ubetalt etter påminnelse",
                "Ikkje betalt etter påminning",
                "Not paid after reminder",
            ),
            InvoiceState::Paid => self.choose("Betalt", "Betalt", "Paid"),
            InvoiceState::Credited => self.choose("Slettet", "Sletta", "Cancelled"),
            InvoiceState::CreditNote => self.choose("Kreditnota", "Kreditnota", "Credit note"),
        }
    }

    /// Why money could not be placed.
    pub const fn not_placed(self, why: NotPlaced) -> &'static str {
        match why {
            NotPlaced::NoKid => self.choose("Uten KID", "Utan KID", "Without KID"),
            NotPlaced::BadKid => self.choose("Feil i KID", "Feil i KID", "KID is wrong"),
            NotPlaced::UnknownKid => self.choose(
                "Ingen faktura har KID-en",
                "Ingen faktura har KID-en",
                "No invoice has the KID",
            ),
            NotPlaced::NothingOpen => self.choose(
                "Fakturaen er gjort opp fra før",
                "Fakturaen er gjord opp frå før",
                "The invoice is settled already",
            ),
            NotPlaced::Reversal => self.choose(
                "Banken trekker tilbake",
                "Banken trekkjer tilbake",
                "Taken back by the bank",
            ),
        }
    }

    /// An amount for people, without its currency: always with two decimals.
    pub fn kroner(self, ore: i64) -> String {
        let whole = self.number(ore.unsigned_abs() / 100);
        let sign = if ore < 0 { "\u{2212}" } else { "" };
        let comma = if matches!(self.language(), crate::values::language::Language::English) {
            '.'
        } else {
            ','
        };
        format!("{sign}{whole}{comma}{:02}", ore.unsigned_abs() % 100)
    }
}

/// The colour of a state.
pub const fn state_tone(state: InvoiceState) -> &'static str {
    match state {
        InvoiceState::Paid => "ok",
        InvoiceState::Issued | InvoiceState::PartlyPaid => "accent",
        InvoiceState::Overdue | InvoiceState::Reminded => "warn",
        InvoiceState::Unpaid => "danger",
        InvoiceState::Credited | InvoiceState::CreditNote => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::language::Language;

    #[test]
    fn every_state_and_reason_has_words_in_every_language() {
        for words in Language::ALL.map(Words) {
            for state in InvoiceState::ALL {
                assert_ne!(words.invoice_state(*state), state.code());
            }
            for why in NotPlaced::ALL {
                assert_ne!(words.not_placed(*why), why.code());
            }
        }
        assert_eq!(Words(Language::English).kroner(-1_234_567), "\u{2212}12,345.67");
        assert_eq!(Words(Language::Bokmal).kroner(53_000), "530,00");
    }
}
