//! Texts of the caseworkers' desk.

use crate::{case::lifecycle::Status, web::texts::Words};

crate::web::texts::texts! {
    casework: "Saker", "Saker", "Cases";
    cw_nav: "Skrivebordet", "Skrivebordet", "The desk";
    cw_holders: "Finn innehaver", "Finn innehavar", "Find a holder";
    cw_all_open: "Alle åpne", "Alle opne", "All open";
    cw_status: "Tilstand", "Tilstand", "State";
    cw_kind: "Type", "Type", "Kind";
    cw_assignee: "Saksbehandler", "Saksbehandlar", "Caseworker";
    cw_deadline: "Frist", "Frist", "Deadline";
    cw_cursor: "Side", "Side", "Page";
    cw_case: "Sak", "Sak", "Case";
    cw_received: "Mottatt", "Motteken", "Received";
    cw_nobody: "Ingen", "Ingen", "Nobody";
    cw_me(name): "Meg ({name})", "Meg ({name})", "Me ({name})";
    cw_overdue: "Fristen er ute", "Fristen er ute", "Deadline passed";
    cw_overdue_days(days): "{days} dager over fristen", "{days} dagar over fristen", "{days} days past the deadline";
    cw_overdue_day: "1 dag over fristen", "1 dag over fristen", "1 day past the deadline";
    cw_due_today: "Fristen er i dag", "Fristen er i dag", "Due today";
    cw_due_day: "1 dag igjen", "1 dag att", "1 day left";
    cw_due_days(days): "{days} dager igjen", "{days} dagar att", "{days} days left";
    cw_stands: "Fristen står stille", "Fristen står stille", "The deadline stands still";
    cw_answer_by(day): "Svar ventes innen {day}", "Svar er venta innan {day}", "Answer expected by {day}";
    cw_answer_late(day): "Svar skulle ha kommet {day}", "Svar skulle ha kome {day}", "Answer was due {day}";
    cw_total(count): "{count} saker", "{count} saker", "{count} cases";
    cw_none: "Ingen saker passer. Fjern et filter for å se flere.", "Ingen saker passar. Fjern eit filter for å sjå fleire.", "No case fits. Remove a filter to see more.";
    cw_views: "Lagrede visninger", "Lagra visingar", "Saved views";
    cw_save_view: "Lagre denne visningen", "Lagre denne visinga", "Save this view";
    cw_view_name: "Navn på visningen", "Namn på visinga", "Name of the view";
    cw_delete_view(name): "Slett visningen {name}", "Slett visinga {name}", "Delete the view {name}";
    cw_view_taken: "Du har en visning med dette navnet, eller for mange. Velg et annet navn, eller slett en.", "Du har ei vising med dette namnet, eller for mange. Vel eit anna namn, eller slett ei.", "You have a view of this name, or too many. Choose another name, or delete one.";
    cw_view_bad: "Gi visningen et navn på 1 til 60 tegn.", "Gje visinga eit namn på 1 til 60 teikn.", "Give the view a name of 1 to 60 characters.";
    cw_choose(number): "Velg sak {number}", "Vel sak {number}", "Choose case {number}";
    cw_bulk: "Innvilg valgte", "Innvilg valde", "Grant those chosen";
    cw_bulk_hint: "Bare saker der reglene ikke lar noe stå igjen å vurdere, kan innvilges samlet. Du får se dem før noe skjer.", "Berre saker der reglane ikkje lèt noko stå att å vurdere, kan innvilgast samla. Du får sjå dei før noko skjer.", "Only cases that the rules leave nothing to judge of can be granted together. You see them before anything happens.";
    cw_bulk_title: "Innvilg flere saker", "Innvilg fleire saker", "Grant several cases";
    cw_bulk_ready(count): "{count} saker kan innvilges", "{count} saker kan innvilgast", "{count} cases can be granted";
    cw_bulk_not: "Disse må vurderes hver for seg", "Desse må vurderast kvar for seg", "These must be judged one by one";
    cw_bulk_do(count): "Innvilg {count} saker", "Innvilg {count} saker", "Grant {count} cases";
    cw_bulk_done: "Resultat", "Resultat", "Outcome";
    cw_bulk_granted: "Innvilget", "Innvilga", "Granted";
    cw_bulk_changed: "Ikke innvilget: saken er endret i mellomtiden", "Ikkje innvilga: saka er endra i mellomtida", "Not granted: the case has changed meanwhile";
    cw_bulk_refused: "Ikke innvilget", "Ikkje innvilga", "Not granted";
    cw_bulk_none: "Du har ikke valgt noen sak.", "Du har ikkje valt noka sak.", "You have chosen no case.";
    cw_bulk_own: "Du er part i saken.", "Du er part i saka.", "You are a party to the case.";
    cw_bulk_ended: "Saken er avgjort, eller venter på søkeren.", "Saka er avgjord, eller ventar på søkjaren.", "The case is decided, or waits for the applicant.";
    cw_keys: "Hurtigtaster", "Snøggtastar", "Keys";
    cw_keys_how: "Tastene virker sammen med nettleserens tast for hurtigtaster (oftest Alt, eller Alt og Shift; på Mac Control og Option). Alt annet nås med Tab, Enter og mellomrom.", "Tastane verkar saman med nettlesaren sin tast for snøggtastar (oftast Alt, eller Alt og Shift; på Mac Control og Option). Alt anna når du med Tab, Enter og mellomrom.", "The keys work together with the browser's access key (mostly Alt, or Alt and Shift; on a Mac Control and Option). Everything else is reached with Tab, Enter and the space bar.";
    cw_key_today: "til I dag", "til I dag", "to Today";
    cw_key_queue: "til sakene", "til sakene", "to the cases";
    cw_key_take: "ta saken", "ta saka", "take the case";
    cw_key_ask: "be om opplysninger", "be om opplysningar", "ask for information";
    cw_key_note: "skriv et notat", "skriv eit notat", "write a note";
    cw_key_decide: "til vedtaket", "til vedtaket", "to the decision";
    cw_key_bulk: "innvilg de valgte sakene", "innvilg dei valde sakene", "grant the chosen cases";
    cw_back: "Til sakene", "Til sakene", "To the cases";
}

impl Words {
    /// State of a case.
    pub const fn case_status(self, status: Status) -> &'static str {
        match status {
            Status::Submitted => self.choose("Ny", "Ny", "New"),
            Status::UnderReview => {
                self.choose("Under behandling", "Under behandling", "Under review")
            }
            Status::WaitingForApplicant => {
                self.choose("Venter på søker", "Ventar på søkjar", "Waiting for applicant")
            }
            Status::Granted => self.choose("Innvilget", "Innvilga", "Granted"),
            Status::PartlyGranted => {
                self.choose("Delvis innvilget", "Delvis innvilga", "Partly granted")
            }
            Status::Refused => self.choose("Avslått", "Avslått", "Refused"),
            Status::Dismissed => self.choose("Avvist", "Avvist", "Dismissed"),
            Status::Withdrawn => self.choose("Trukket", "Trekt", "Withdrawn"),
            Status::Appealed => self.choose("Påklaget", "Påklaga", "Under appeal"),
            Status::Forwarded => {
                self.choose("Hos klageinstansen", "Hos klageinstansen", "With the appeal body")
            }
            Status::Upheld => {
                self.choose("Stadfestet etter klage", "Stadfesta etter klage", "Upheld on appeal")
            }
            Status::Reversed => {
                self.choose("Omgjort etter klage", "Gjort om etter klage", "Reversed on appeal")
            }
        }
    }

    /// What a case is for.
    pub const fn case_purpose(self, purpose: crate::case::model::Purpose) -> &'static str {
        use crate::case::model::Purpose;
        match purpose {
            Purpose::New => self.choose("Ny tillatelse", "Nytt løyve", "New permit"),
            Purpose::Amendment => self.choose("Endring", "Endring", "Amendment"),
            Purpose::Renewal => self.choose("Fornyelse", "Fornying", "Renewal"),
            Purpose::Transfer => self.choose("Overdragelse", "Overdraging", "Transfer"),
            Purpose::Suspension => self.choose("Stansing", "Stansing", "Suspension"),
            Purpose::Reinstatement => {
                self.choose("Gjeninnsetting", "Gjeninnsetjing", "Reinstatement")
            }
            Purpose::Revocation => self.choose("Tilbakekalling", "Tilbakekalling", "Revocation"),
        }
    }
}
