//! Texts of the pages of appeals.

use crate::{appeal::model::AppealStatus, web::texts::Words};

crate::web::texts::texts! {
    cwa_title: "Klager", "Klager", "Appeals";
    cwa_lead: "Klager som venter på oss, eldst først, og klager som ligger hos klageinstansen.", "Klager som ventar på oss, eldst først, og klager som ligg hos klageinstansen.", "Appeals that wait for us, the oldest first, and those that lie with the appeal body.";
    cwa_none: "Ingen klager venter.", "Ingen klager ventar.", "No appeal waits.";
    cwa_due(day): "Skal være vurdert innen {day}", "Skal vere vurdert innan {day}", "To be considered by {day}";
    cwa_overdue(day): "Skulle vært vurdert innen {day}", "Skulle vore vurdert innan {day}", "Should have been considered by {day}";
    cwa_with_body(body, day): "Hos {body} siden {day}", "Hos {body} sidan {day}", "With {body} since {day}";
    cwa_received(day): "Mottatt {day}", "Motteken {day}", "Received {day}";
    cwa_in_time: "I tide", "I tide", "In time";
    cwa_late: "For sent", "For seint", "Late";
    cwa_commented(name, day): "Uttalelse fra {name}, mottatt {day}", "Uttale frå {name}, motteken {day}", "Comment by {name}, received {day}";
    cwa_may_comment(name, day): "{name} er varslet om klagen og kan uttale seg innen {day}.", "{name} er varsla om klaga og kan uttale seg innan {day}.", "{name} has been told of the appeal and may comment by {day}.";
    cwa_no_comment(name, day): "{name} ble varslet om klagen og hadde ikke uttalt seg innen {day}.", "{name} vart varsla om klaga og hadde ikkje uttalt seg innan {day}.", "{name} was told of the appeal and had not commented by {day}.";
    cwa_by(name): "Klager: {name}", "Klagar: {name}", "Appellant: {name}";
    cwa_which: "Hvilken klage?", "Kva klage?", "Which appeal?";
    cwa_which_one(name, day): "{name}, mottatt {day}", "{name}, motteken {day}", "{name}, received {day}";
    cwa_wrong_which: "Flere klager venter. Velg hvilken dette gjelder.", "Fleire klager ventar. Vel kva for ei dette gjeld.", "More than one appeal waits. Choose which one this is about.";
    cwa_by_new_holder: "Den som skulle overta tillatelsen, klager.", "Den som skulle ta over løyvet, klagar.", "The receiver of the permit appeals.";
    cwa_late_by(day): "Fristen var {day}. Klagen kan likevel tas opp hvis parten ikke kan lastes for forsinkelsen, eller særlige grunner taler for det (forvaltningsloven § 31), men ikke mer enn ett år etter vedtaket.", "Fristen var {day}. Klaga kan likevel takast opp om parten ikkje kan lastast for forseinkinga, eller særlege grunnar talar for det (forvaltningslova § 31), men ikkje meir enn eitt år etter vedtaket.", "The period ended on {day}. The appeal can still be taken up if the party is not to blame for the delay, or special reasons call for it (Public Administration Act, section 31), but not more than a year after the decision.";
    cwa_late_reason: "Hvorfor den kommer for sent", "Kvifor ho kjem for seint", "Why it comes late";
    cwa_appeal: "Klage", "Klage", "Appeal";
    cwa_what: "Hva skal skje med klagen?", "Kva skal skje med klaga?", "What becomes of the appeal?";
    cwa_inadmissible: "Avvis klagen", "Avvis klaga", "Dismiss the appeal";
    cwa_reverse: "Gjør om vedtaket", "Gjer om vedtaket", "Reverse the decision";
    cwa_forward(body): "Send til {body}", "Send til {body}", "Forward to {body}";
    cwa_forward_documents(count): "Klagen sendes med de {count} dokumentene i saken som er gått mellom parten og oss. Parten får kopi av uttalelsen.", "Klaga blir send med dei {count} dokumenta i saka som er gått mellom parten og oss. Parten får kopi av fråsegna.", "The appeal goes with the {count} documents of the case that passed between the party and us. The party gets a copy of the statement.";
    cwa_forward_waits(day): "Andre parter kan uttale seg til og med {day}. Klagen kan sendes når de har uttalt seg, eller dagen etter (forvaltningsloven § 33).", "Andre partar kan uttale seg til og med {day}. Klaga kan sendast når dei har uttalt seg, eller dagen etter (forvaltningslova § 33).", "Other parties may comment until {day}. The appeal can be forwarded when they have, or the day after (Public Administration Act, section 33).";
    cwa_outcome: "Hva klageinstansen kom til", "Kva klageinstansen kom til", "What the appeal body decided";
    cwa_upheld: "Vedtaket står", "Vedtaket står", "The decision stands";
    cwa_changed: "Vedtaket er endret", "Vedtaket er endra", "The decision is changed";
    cwa_annulled: "Vedtaket er opphevet", "Vedtaket er oppheva", "The decision is annulled";
    cwa_sent_back: "Saken er sendt tilbake og skal avgjøres på nytt", "Saka er send tilbake og skal avgjerast på nytt", "The case is sent back and is to be decided anew";
    cwa_grounds: "Begrunnelse eller uttalelse, på partens språk", "Grunngjeving eller fråsegn, på språket til parten", "Grounds or statement, in the party's language";
    cwa_conditions: "Vilkår fra nå av, ett på hver linje (bare når vedtaket endres)", "Vilkår frå no av, eitt på kvar linje (berre når vedtaket blir endra)", "Conditions from now on, one on each line (only when the decision is changed)";
    cwa_decided_on: "Dagen klageinstansen avgjorde", "Dagen klageinstansen avgjorde", "Day of the appeal body's decision";
    cwa_reference: "Klageinstansens referanse", "Referansen til klageinstansen", "The appeal body's reference";
    cwa_do: "Lagre avgjørelsen", "Lagre avgjerda", "Save the decision";
    cwa_effect: "Virkning for tillatelsen", "Verknad for løyvet", "Effect on the permit";
    cwa_effect_restore: "Gjøres vedtaket om, gjelder tillatelsen igjen.", "Blir vedtaket gjort om, gjeld løyvet igjen.", "If the decision is reversed, the permit holds again.";
    cwa_effect_grant: "Gjøres vedtaket om, blir tillatelsen gitt med en gang.", "Blir vedtaket gjort om, blir løyvet gjeve med ein gong.", "If the decision is reversed, the permit is granted at once.";
    cwa_effect_again: "Gjøres vedtaket om, tas søknaden opp og avgjøres på nytt.", "Blir vedtaket gjort om, blir søknaden teken opp og avgjord på nytt.", "If the decision is reversed, the application is taken up and decided anew.";
    cwa_effect_conditions: "Gjøres vedtaket om, endres vilkårene; tillatelsen gjelder ellers som før.", "Blir vedtaket gjort om, blir vilkåra endra; løyvet gjeld elles som før.", "If the decision is reversed, the conditions change; otherwise the permit holds as before.";
    cwa_effect_before: "Gjøres vedtaket om uten nye vilkår, eller oppheves det, blir tillatelsen som den var før vedtaket.", "Blir vedtaket gjort om utan nye vilkår, eller oppheva, blir løyvet som det var før vedtaket.", "If the decision is reversed without new conditions, or annulled, the permit is again as it was before the decision.";
    cwa_deferral: "Ber om at vedtaket venter til klagen er avgjort, fordi", "Bed om at vedtaket ventar til klaga er avgjord, fordi", "Asks that the decision waits until the appeal is decided, because";
    cwa_register: "Registrer en klage som kom på papir", "Registrer ei klage som kom på papir", "Register an appeal that came on paper";
    cwa_register_party: "Registrer en klage som kom på papir eller telefon", "Registrer ei klage som kom på papir eller telefon", "Register an appeal that came on paper or by telephone";
    cwa_who: "Hvem klager?", "Kven klagar?", "Who appeals?";
    cwa_who_other: "En annen med rettslig klageinteresse", "Ein annan med rettsleg klageinteresse", "Somebody else with a legal interest";
    cwa_who_data: "Den andre som klager", "Den andre som klagar", "The other who appeals";
    cwa_who_hint: "Kjenner registeret parten, er nummeret nok. Om interessen er god nok, vurderes med klagen (forvaltningsloven §§ 28 og 33).", "Kjenner registeret parten, er nummeret nok. Om interessa er god nok, blir vurdert med klaga (forvaltningslova §§ 28 og 33).", "Where the registry knows the party, the number is enough. Whether the interest suffices is considered with the appeal (Public Administration Act, sections 28 and 33).";
    cwa_who_number: "Fødselsnummer eller organisasjonsnummer", "Fødselsnummer eller organisasjonsnummer", "National id or organisation number";
    cwa_who_name: "Navn", "Namn", "Name";
    cwa_who_lines: "Adresse", "Adresse", "Address";
    cwa_who_postal_code: "Postnummer", "Postnummer", "Postal code";
    cwa_who_town: "Poststed, bare i utlandet", "Poststad, berre i utlandet", "Post town, abroad only";
    cwa_who_country: "Landkode, bare i utlandet (for eksempel SE)", "Landkode, berre i utlandet (til dømes SE)", "Country code, abroad only (for example SE)";
    cwa_who_phone: "Telefon", "Telefon", "Telephone";
    cwa_who_email: "E-post", "E-post", "E-mail";
    cwa_who_language: "Språk i brev", "Språk i brev", "Language of letters";
    cwa_known: "Dagen vedtaket ble kjent for den som ikke fikk brev (tomt ellers)", "Dagen vedtaket vart kjent for den som ikkje fekk brev (tomt elles)", "Day the decision became known to somebody who got no letter (empty otherwise)";
    cwa_wrong_who: "Velg hvem som klager, blant dem saken gjelder eller en annen.", "Vel kven som klagar, blant dei saka gjeld eller ein annan.", "Choose who appeals, among those the case is about or somebody else.";
    cwa_wrong_unknown: "Registeret kjenner ikke parten. Skriv navn, adresse, telefon og e-post.", "Registeret kjenner ikkje parten. Skriv namn, adresse, telefon og e-post.", "The registry does not know the party. Write name, address, telephone and e-mail.";
    cwa_wrong_name: "Skriv navnet.", "Skriv namnet.", "Write the name.";
    cwa_wrong_address: "Skriv adressen slik den står på et brev.", "Skriv adressa slik ho står på eit brev.", "Write the address as it stands on a letter.";
    cwa_wrong_postal_code: "Skriv et postnummer som finnes.", "Skriv eit postnummer som finst.", "Write a postal code there is.";
    cwa_wrong_phone: "Skriv et gyldig telefonnummer.", "Skriv eit gyldig telefonnummer.", "Write a valid telephone number.";
    cwa_wrong_email: "Skriv en gyldig e-postadresse.", "Skriv ei gyldig e-postadresse.", "Write a valid e-mail address.";
    cwa_wrong_known: "Velg dagen vedtaket ble kjent, fra vedtaket til klagen kom. Den som fikk brev, har frist fra brevet.", "Vel dagen vedtaket vart kjent, frå vedtaket til klaga kom. Den som fekk brev, har frist frå brevet.", "Choose the day the decision became known, from the decision until the appeal came. Whoever got a letter has their time from the letter.";
    cwa_text: "Klagen, slik parten skrev den", "Klaga, slik parten skreiv ho", "The appeal, as the party wrote it";
    cwa_comment_register: "Registrer en uttalelse på papir eller telefon", "Registrer ein uttale på papir eller telefon", "Register a comment on paper or by telephone";
    cwa_comment_whose: "Hvem som uttaler seg", "Kven som uttaler seg", "Who comments";
    cwa_comment_text: "Hva de skriver eller sier", "Kva dei skriv eller seier", "What they write or say";
    cwa_comment_do: "Registrer uttalelsen", "Registrer uttalen", "Register the comment";
    cwa_comment_wrong_whose: "Velg hvem uttalelsen kommer fra.", "Vel kven uttalen kjem frå.", "Choose who the comment is from.";
    cwa_comment_wrong_text: "Skriv hva de sier, med høyst 10 000 tegn.", "Skriv kva dei seier, med høgst 10 000 teikn.", "Write what they say, in at most 10,000 characters.";
    cwa_comment_wrong_day: "Velg dagen uttalelsen kom inn, fra dagen for brevet til i dag.", "Vel dagen uttalen kom inn, frå dagen for brevet til i dag.", "Choose the day the comment came in, from the day of the letter until today.";
    cwa_came: "Dagen den kom inn", "Dagen ho kom inn", "The day it came in";
    cwa_posted: "Dagen den ble postlagt, etter poststempelet (tomt når det ikke er kjent)", "Dagen ho vart postlagd, etter poststempelet (tomt når det ikkje er kjent)", "The day it was posted, by the postmark (empty where that is not known)";
    cwa_posted_hint: "En klage som er postlagt innen fristen, er i tide selv om den kommer inn senere (forvaltningsloven § 30).", "Ei klage som er postlagd innan fristen, er i tide sjølv om ho kjem inn seinare (forvaltningslova § 30).", "An appeal that was posted within the time limit is in time though it comes in later (forvaltningsloven § 30).";
    cwa_posted_on(day): "postlagt {day}", "postlagd {day}", "posted on {day}";
    cwa_wrong_posted: "Velg dagen klagen ble postlagt, fra vedtaket til den kom inn. Bare en klage på papir er postlagt.", "Vel dagen klaga vart postlagd, frå vedtaket til ho kom inn. Berre ei klage på papir er postlagd.", "Choose the day the appeal was posted, from the decision until it came in. Only an appeal on paper is posted.";
    cwa_register_do: "Registrer klagen", "Registrer klaga", "Register the appeal";
    cwa_wrong_text: "Skriv klagen, høyst 10 000 tegn.", "Skriv klaga, høgst 10 000 teikn.", "Write the appeal, at most 10,000 characters.";
    cwa_wrong_day: "Velg en dag fra vedtaket til i dag.", "Vel ein dag frå vedtaket til i dag.", "Choose a day from the decision until today.";
    cwa_wrong_late: "Klagefristen er ute. Skriv hvorfor klagen kommer for sent.", "Klagefristen er ute. Skriv kvifor klaga kjem for seint.", "The time limit is over. Write why the appeal comes late.";
    cwa_wrong_outcome: "Velg hva som skal skje med klagen.", "Vel kva som skal skje med klaga.", "Choose what becomes of the appeal.";
    cwa_wrong_decided: "Velg dagen klageinstansen avgjorde, ikke etter i dag.", "Vel dagen klageinstansen avgjorde, ikkje etter i dag.", "Choose the day of the appeal body's decision, not after today.";
    cwa_wrong_reference: "Skriv klageinstansens referanse.", "Skriv referansen til klageinstansen.", "Write the appeal body's reference.";
    cwa_package: "Last ned sakens dokumenter for klageinstansen (ZIP)", "Last ned dokumenta i saka for klageinstansen (ZIP)", "Download the documents of the case for the appeal body (ZIP)";
    cwa_waits: "Skal vedtaket vente til klagen er avgjort?", "Skal vedtaket vente til klaga er avgjord?", "Does the decision wait until the appeal is decided?";
    cwa_waits_register: "Registrer svaret om utsatt iverksetting", "Registrer svaret om utsett iverksetjing", "Register the answer about deferred effect";
    cwa_waits_yes: "Ja, det settes ikke i verk før klagen er avgjort", "Ja, det blir ikkje sett i verk før klaga er avgjord", "Yes, it is not put into effect until the appeal is decided";
    cwa_waits_no: "Nei, det gjelder fortsatt", "Nei, det gjeld framleis", "No, it still holds";
    cwa_waits_grounds: "Begrunnelse, på partens språk", "Grunngjeving, på språket til parten", "Grounds, in the party's language";
    cwa_waits_day: "Dagen klageinstansen svarte (tomt når vi avgjør det selv)", "Dagen klageinstansen svara (tomt når vi avgjer det sjølve)", "Day of the appeal body's answer (empty where we decide)";
    cwa_waits_effect: "En tillatelse som er stanset eller tilbakekalt, gjelder da igjen inntil klagen er avgjort. Parten får brev.", "Eit løyve som er stansa eller tilbakekalla, gjeld då att inntil klaga er avgjord. Parten får brev.", "A permit that was suspended or revoked is then in force again until the appeal is decided. The party gets a letter.";
    cwa_waits_do: "Lagre svaret", "Lagre svaret", "Save the answer";
    cwa_did_wait: "Vedtaket venter til klagen er avgjort", "Vedtaket ventar til klaga er avgjord", "The decision waits until the appeal is decided";
    cwa_did_not_wait: "Vedtaket venter ikke", "Vedtaket ventar ikkje", "The decision does not wait";
    cwa_wrong_waits: "Velg om vedtaket skal vente.", "Vel om vedtaket skal vente.", "Choose whether the decision waits.";
    cwa_closed(day): "Avsluttet {day}", "Avslutta {day}", "Closed {day}";
}

impl Words {
    /// Where an appeal stands, in words.
    pub const fn appeal_status(self, status: AppealStatus) -> &'static str {
        match status {
            AppealStatus::Received => self.choose("Mottatt", "Motteken", "Received"),
            AppealStatus::Forwarded => {
                self.choose("Hos klageinstansen", "Hos klageinstansen", "With the appeal body")
            }
            AppealStatus::Inadmissible => self.choose("Avvist", "Avvist", "Dismissed"),
            AppealStatus::Reversed => {
                self.choose("Omgjort av oss", "Gjort om av oss", "Reversed by us")
            }
            AppealStatus::Upheld => self.cwa_upheld(),
            AppealStatus::Changed => self.cwa_changed(),
            AppealStatus::Annulled => self.cwa_annulled(),
        }
    }
}
