//! The texts of my page.

use crate::{case::lifecycle::Status, web::texts::Words};

crate::web::texts::texts! {
    my_page: "Min side", "Mi side", "My page";
    my_own: "Søk og Min side", "Søk og Mi side", "Apply and My page";
    my_lead: "Sakene, tillatelsene og fakturaene dine. Her svarer du, retter og sier opp.", "Sakene, løyva og fakturaene dine. Her svarer du, rettar og seier opp.", "Your cases, permits and invoices. Here you answer, correct and give up.";
    my_expected: "Dette venter på deg", "Dette ventar på deg", "This waits for you";
    my_expected_answer(number, date): "Svar i sak {number} innen {date}", "Svar i sak {number} innan {date}", "Answer in case {number} by {date}";
    my_expected_confirm(number): "Bekreft opplysningene i {number}", "Stadfest opplysningane i {number}", "Confirm the data of {number}";
    my_expected_pay(amount, date): "Betal kr {amount} til sammen; det første forfaller {date}", "Betal kr {amount} til saman; det første forfell {date}", "Pay NOK {amount} in all; the first is due on {date}";
    my_nothing_expected: "Ingenting venter på deg.", "Ingenting ventar på deg.", "Nothing waits for you.";
    my_cases: "Saker", "Saker", "Cases";
    my_no_cases: "Du har ingen saker.", "Du har ingen saker.", "You have no cases.";
    my_permits: "Tillatelser", "Løyve", "Permits";
    my_no_permits: "Du har ingen tillatelser.", "Du har ingen løyve.", "You have no permits.";
    my_more: "Bare de nyeste vises her.", "Berre dei nyaste blir viste her.", "Only the newest are shown here.";
    my_invoices: "Fakturaer", "Fakturaer", "Invoices";
    my_no_invoices: "Du har ingen fakturaer.", "Du har ingen fakturaer.", "You have no invoices.";
    my_amount: "Beløp (kr)", "Beløp (kr)", "Amount (NOK)";
    my_due: "Forfaller", "Forfell", "Due";
    my_paid(date): "Betalt {date}", "Betalt {date}", "Paid on {date}";
    my_overdue: "Forfalt", "Forfallen", "Overdue";
    my_unpaid: "Ikke betalt", "Ikkje betalt", "Not paid";
    my_year: "År", "År", "Year";
    my_permit: "Tillatelse", "Løyve", "Permit";
    my_data: "Mine opplysninger", "Mine opplysningar", "My data";
    my_data_lead: "Retter du noe her, får alle som har opplysningene, vite det.", "Rettar du noko her, får alle som har opplysningane, vite det.", "If you correct something here, everybody who has the data is told.";
    my_data_unknown: "Registeret kjenner deg ikke før den første søknaden.", "Registeret kjenner deg ikkje før den første søknaden.", "The registry does not know you before the first application.";
    my_save: "Lagre", "Lagre", "Save";
    my_saved: "Lagret.", "Lagra.", "Saved.";
    my_stale: "Dette er endret et annet sted siden siden ble hentet. Se på det som står her nå, og gjør det en gang til om det trengs.", "Dette er endra ein annan stad sidan sida vart henta. Sjå på det som står her no, og gjer det ein gong til om det trengst.", "This was changed elsewhere after the page was fetched. Look at what stands here now, and do it once more if needed.";
    my_refused: "Det lar seg ikke gjøre", "Det lèt seg ikkje gjere", "That cannot be done";
    case_title(number): "Sak {number}", "Sak {number}", "Case {number}";
    my_status: "Status", "Status", "Status";
    case_received: "Mottatt", "Motteken", "Received";
    case_limit: "Frist for avgjørelsen", "Frist for avgjerda", "Time limit for the decision";
    case_limit_waits(date): "Står stille til du svarer (innen {date})", "Står stille til du svarer (innan {date})", "Stands still until you answer (by {date})";
    case_about: "Gjelder", "Gjeld", "About";
    case_decided: "Avgjort", "Avgjord", "Decided";
    case_grounds: "Begrunnelse", "Grunngjeving", "Grounds";
    case_conditions: "Vilkår", "Vilkår", "Conditions";
    case_decision: "Vedtaket", "Vedtaket", "The decision";
    case_messages: "Meldinger", "Meldingar", "Messages";
    case_asked(date): "Vi spør deg, svar innen {date}", "Vi spør deg, svar innan {date}", "We ask you; answer by {date}";
    case_asked_before: "Vi spurte", "Vi spurde", "We asked";
    case_replied: "Du svarte", "Du svarte", "You answered";
    case_reply: "Svaret ditt", "Svaret ditt", "Your answer";
    case_reply_hint: "Høyst 4000 tegn. Fristen for avgjørelsen går igjen når du har svart.", "Høgst 4000 teikn. Fristen for avgjerda går igjen når du har svart.", "At most 4000 characters. The time limit runs again when you have answered.";
    case_reply_missing: "Skriv et svar.", "Skriv eit svar.", "Write an answer.";
    case_reply_too_long: "Svaret kan ha høyst 4000 tegn.", "Svaret kan ha høgst 4000 teikn.", "The answer may have at most 4000 characters.";
    case_send_reply: "Send svaret", "Send svaret", "Send the answer";
    case_withdraw: "Trekk søknaden", "Trekk søknaden", "Withdraw the application";
    case_withdraw_text: "Saken avsluttes, og søknaden behandles ikke. Du kan søke på nytt senere.", "Saka blir avslutta, og søknaden blir ikkje behandla. Du kan søkje på nytt seinare.", "The case ends and the application is not handled. You can apply again later.";
    case_withdraw_button: "Ja, trekk søknaden", "Ja, trekk søknaden", "Yes, withdraw the application";
    case_to_permit: "Se tillatelsen", "Sjå løyvet", "See the permit";
    permit_its_number: "Nummer", "Nummer", "Number";
    permit_sign: "Kallesignal", "Kallesignal", "Call sign";
    permit_from: "Gjelder fra", "Gjeld frå", "In force from";
    permit_until: "Gjelder til og med", "Gjeld til og med", "In force up to and including";
    permit_open_end: "Inntil videre", "Inntil vidare", "Until further notice";
    permit_certificate: "Last ned tillatelsesbeviset (PDF)", "Last ned løyvebeviset (PDF)", "Download the certificate (PDF)";
    permit_certificate_page: "Beviset som nettside", "Beviset som nettside", "The certificate as a page";
    permit_contacts: "Nødkontakter", "Naudkontaktar", "Emergency contacts";
    permit_contacts_lead: "Redningssentralen får endringen med en gang.", "Redningssentralen får endringa med ein gong.", "The rescue centre gets the change at once.";
    permit_contacts_save: "Lagre nødkontaktene", "Lagre naudkontaktane", "Save the emergency contacts";
    permit_contacts_change: "Endre nødkontakter", "Endre naudkontaktar", "Change emergency contacts";
    permit_confirm: "Stemmer alt?", "Stemmer alt?", "Is everything right?";
    permit_confirm_text: "Se over opplysningene hvert år. Er noe feil, rett det først.", "Sjå over opplysningane kvart år. Er noko feil, rett det først.", "Look over the data every year. If something is wrong, correct it first.";
    permit_confirmed(date): "Sist bekreftet {date}.", "Sist stadfesta {date}.", "Last confirmed on {date}.";
    permit_confirm_button: "Bekreft at alt stemmer", "Stadfest at alt stemmer", "Confirm that everything is right";
    permit_consent: "Den offentlige listen", "Den offentlege lista", "The public list";
    permit_consent_text: "Kallesignalet står alltid i listen. Dette vises bare når du krysser av, og forsvinner med en gang du tar krysset bort.", "Kallesignalet står alltid i lista. Dette blir vist berre når du kryssar av, og forsvinn med ein gong du tek krysset bort.", "The call sign always stands in the list. This is shown only when you tick it, and is gone at once when you untick it.";
    permit_consent_fields: "Dette kan vises", "Dette kan visast", "This may be shown";
    permit_consent_name: "Navn", "Namn", "Name";
    permit_consent_address: "Gate og postnummer", "Gate og postnummer", "Street and postal code";
    permit_consent_town: "Poststed", "Poststad", "Post town";
    permit_surrender: "Si opp tillatelsen", "Sei opp løyvet", "Give the permit up";
    permit_surrender_text: "Tillatelsen slutter med en gang, og kan ikke tas opp igjen.", "Løyvet sluttar med ein gong, og kan ikkje takast opp att.", "The permit ends at once and cannot be taken up again.";
    permit_surrender_why: "Hvorfor?", "Kvifor?", "Why?";
    permit_surrender_no_longer_used: "Brukes ikke lenger", "Blir ikkje brukt lenger", "No longer used";
    permit_surrender_sold: "Solgt", "Selt", "Sold";
    permit_surrender_lost: "Mistet", "Mista", "Lost";
    permit_surrender_stolen: "Stjålet", "Stolen", "Stolen";
    permit_surrender_destroyed: "Ødelagt", "Øydelagt", "Destroyed";
    permit_surrender_button: "Ja, si opp tillatelsen", "Ja, sei opp løyvet", "Yes, give the permit up";
}

impl Words {
    /// Status of a case, in plain words.
    pub const fn case_status_of(self, status: Status) -> &'static str {
        match status {
            Status::Submitted => self.choose(
                "Mottatt, venter på saksbehandler",
                "Motteken, ventar på saksbehandlar",
                "Received, waiting for a caseworker",
            ),
            Status::UnderReview => {
                self.choose("Under behandling", "Under behandling", "Being handled")
            }
            Status::WaitingForApplicant => self.choose(
                "Venter på svar fra deg",
                "Ventar på svar frå deg",
                "Waiting for your answer",
            ),
            Status::Granted => self.choose("Innvilget", "Innvilga", "Granted"),
            Status::PartlyGranted => {
                self.choose("Delvis innvilget", "Delvis innvilga", "Granted in part")
            }
            Status::Refused => self.choose("Avslått", "Avslegen", "Refused"),
            Status::Dismissed => self.choose("Avvist", "Avvist", "Dismissed"),
            Status::Withdrawn => self.choose("Trukket av deg", "Trekt av deg", "Withdrawn by you"),
            Status::Appealed => self.choose(
                "Klagen din er mottatt",
                "Klaga di er motteken",
                "Your appeal has been received",
            ),
            Status::Forwarded => self.choose(
                "Klagen din er hos klageinstansen",
                "Klaga di er hos klageinstansen",
                "Your appeal is with the appeal body",
            ),
            Status::Upheld => self.choose(
                "Avgjørelsen står etter klagen",
                "Avgjerda står etter klaga",
                "The decision stands after the appeal",
            ),
            Status::Reversed => self.choose(
                "Gjort om etter klagen",
                "Gjord om etter klaga",
                "Changed after the appeal",
            ),
        }
    }
}
