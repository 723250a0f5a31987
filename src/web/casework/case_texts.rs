//! Texts of the page of a case.

use crate::{failure::Problem, values::decision_timer::TimeLimitChange, web::texts::Words};

crate::web::texts::texts! {
    cwc_changed: "Saken er endret mens du hadde den oppe", "Saka er endra medan du hadde ho oppe", "The case was changed while you had it open";
    cwc_changed_text: "Ingenting av det du skrev, er lagret, og ingenting er overskrevet. Dette har skjedd:", "Ingenting av det du skreiv, er lagra, og ingenting er overskrive. Dette har hendt:", "Nothing of what you wrote was saved, and nothing was overwritten. This has happened:";
    cwc_changed_again: "Det du skrev, står fortsatt i skjemaet. Se på saken slik den er nå, og send på nytt hvis det fortsatt er riktig.", "Det du skreiv, står framleis i skjemaet. Sjå på saka slik ho er no, og send på nytt om det framleis er rett.", "What you wrote is still in the form. Look at the case as it is now, and send it again if it is still right.";
    cwc_left_over: "Dette skrev du, men saken har ikke lenger plass til det", "Dette skreiv du, men saka har ikkje lenger plass til det", "You wrote this, but the case has no place for it any more";
    cwc_refused: "Det gikk ikke", "Det gjekk ikkje", "That did not succeed";
    cwc_done: "Lagret.", "Lagra.", "Saved.";
    cwc_facts: "Om saken", "Om saka", "About the case";
    cwc_applicant: "Søker", "Søkjar", "Applicant";
    cwc_new_holder: "Ny innehaver", "Ny innehavar", "New holder";
    cwc_channel: "Kom inn", "Kom inn", "Came in";
    cwc_registered_by(name): "registrert av {name}", "registrert av {name}", "registered by {name}";
    cwc_language: "Språk i brev", "Språk i brev", "Language of letters";
    cwc_application: "Søknaden", "Søknaden", "The application";
    cwc_other: "Annet", "Anna", "Other";
    cwc_code: "Koden i nødpeilesenderen", "Koden i naudpeilesendaren", "The code of the beacon";
    cwc_code_says: "Koden sier", "Koden seier", "The code says";
    cwc_differs: "Avvik mellom koden og søknaden", "Avvik mellom koden og søknaden", "The code and the application differ";
    cwc_agrees: "Koden og søknaden er enige.", "Koden og søknaden er samde.", "The code and the application agree.";
    cwc_registers: "Oppslag i registeret", "Oppslag i registeret", "In the register";
    cwc_same_code: "Samme kode eller adresse", "Same kode eller adresse", "Same code or address";
    cwc_no_same_code: "Ingen andre tillatelser har den samme koden eller adressen.", "Ingen andre løyve har den same koden eller adressa.", "No other permit has the same code or address.";
    cwc_permits: "Tillatelser søkeren har", "Løyve søkjaren har", "Permits of the applicant";
    cwc_no_permits: "Søkeren har ingen tillatelser.", "Søkjaren har ingen løyve.", "The applicant has no permits.";
    cwc_cases(count): "Andre saker fra søkeren: {count}", "Andre saker frå søkjaren: {count}", "Other cases of the applicant: {count}";
    cwc_signs: "Kallesignaler det er søkt om", "Kallesignal det er søkt om", "Call signs asked for";
    cwc_sign_free: "kan gis søkeren", "kan gjevast søkjaren", "can be given to the applicant";
    cwc_sign_not: "kan ikke gis søkeren nå", "kan ikkje gjevast søkjaren no", "cannot be given to the applicant now";
    cwc_until(day): "til {day}", "til {day}", "until {day}";
    cwc_warnings: "Det reglene sier", "Det reglane seier", "What the rules say";
    cwc_no_warnings: "Reglene lar ikke noe stå igjen å vurdere.", "Reglane lèt ikkje noko stå att å vurdere.", "The rules leave nothing to judge.";
    cwc_messages: "Meldinger og notater", "Meldingar og notat", "Messages and notes";
    cwc_question: "Spørsmål", "Spørsmål", "Question";
    cwc_reply: "Svar", "Svar", "Reply";
    cwc_note: "Notat", "Notat", "Note";
    cwc_from_applicant: "søkeren", "søkjaren", "the applicant";
    cwc_history: "Journal", "Journal", "Journal";
    cwc_actions: "Behandle saken", "Behandle saka", "Handle the case";
    cwc_take: "Ta saken", "Ta saka", "Take the case";
    cwc_release: "Legg tilbake", "Legg tilbake", "Give back";
    cwc_give_to: "Gi saken til", "Gje saka til", "Give the case to";
    cwc_give: "Gi", "Gje", "Give";
    cwc_ask: "Be om opplysninger", "Be om opplysningar", "Ask for information";
    cwc_ask_text: "Spørsmålet, på søkerens språk", "Spørsmålet, på språket til søkjaren", "The question, in the applicant's language";
    cwc_ask_due: "Svar innen", "Svar innan", "Answer by";
    cwc_ask_do: "Send spørsmålet", "Send spørsmålet", "Send the question";
    cwc_ask_hint: "Fristen for vedtaket står stille til svaret kommer.", "Fristen for vedtaket står stille til svaret kjem.", "The deadline of the decision stands still until the answer comes.";
    cwc_question_change: "Flytt svarfristen eller trekk spørsmålet", "Flytt svarfristen eller trekk spørsmålet", "Move the day for the answer or withdraw the question";
    cwc_question_day: "Ny siste dag for svaret", "Ny siste dag for svaret", "New last day for the answer";
    cwc_question_move: "Flytt fristen", "Flytt fristen", "Move the day";
    cwc_question_hint: "Søkeren får brev. Trekker du spørsmålet, løper fristen for vedtaket igjen fra i dag.", "Søkjaren får brev. Trekkjer du spørsmålet, går fristen for vedtaket igjen frå i dag.", "The applicant is told by letter. If you withdraw the question, the deadline of the decision runs again from today.";
    cwc_question_withdraw: "Trekk spørsmålet", "Trekk spørsmålet", "Withdraw the question";
    cwc_reply_register: "Registrer et svar på papir eller telefon", "Registrer eit svar på papir eller telefon", "Register an answer on paper or by telephone";
    cwc_reply_text: "Svaret, slik søkeren ga det", "Svaret, slik søkjaren gav det", "The answer, as the applicant gave it";
    cwc_reply_came: "Dagen svaret kom inn", "Dagen svaret kom inn", "The day the answer came in";
    cwc_reply_hint: "Høyst 10 000 tegn. Fristen for vedtaket løper igjen fra den dagen.", "Høgst 10 000 teikn. Fristen for vedtaket går igjen frå den dagen.", "At most 10,000 characters. The deadline of the decision runs again from that day.";
    cwc_correction_hint: "Retter svaret noe i søknaden, rett den i skjemaet. Svaret du har skrevet her, blir tatt vare på, og ingenting er registrert før du registrerer svaret.", "Rettar svaret noko i søknaden, rett han i skjemaet. Svaret du har skrive her, blir teke vare på, og ingenting er registrert før du registrerer svaret.", "If the answer corrects something in the application, correct it in its form. The answer that you have written here is kept, and nothing is registered until you register the answer.";
    cwc_correction_begun: "Dette rettes når du registrerer svaret:", "Dette blir retta når du registrerer svaret:", "This is corrected when you register the answer:";
    cwc_correction_besides: "Du har skrevet noe annet på siden også. Send det, eller ta det bort, før du retter søknaden på en annen side.", "Du har skrive noko anna på sida òg. Send det, eller ta det bort, før du rettar søknaden på ei anna side.", "You have written something else on the page, too. Send it, or take it away, before you correct the application on another page.";
    cwc_correction_behalf(who, channel, day): "Du retter søknaden for {who}: svar {channel}, mottatt {day}.", "Du rettar søknaden for {who}: svar {channel}, motteke {day}.", "You correct the application for {who}: answer {channel}, received {day}.";
    cwc_reply_do: "Registrer svaret", "Registrer svaret", "Register the answer";
    cwc_withdrawal_register: "Søkeren trekker søknaden på papir eller telefon", "Søkjaren trekkjer søknaden på papir eller telefon", "The applicant withdraws on paper or by telephone";
    cwc_withdrawal_do: "Registrer at søknaden er trukket", "Registrer at søknaden er trekt", "Register the withdrawal";
    cwc_way: "Hvordan det kom", "Korleis det kom", "How it came";
    cwc_wrong_way: "Velg hvordan det kom.", "Vel korleis det kom.", "Choose how it came.";
    cwc_wrong_came: "Oppgi dagen det kom inn: fra spørsmålet til i dag.", "Oppgje dagen det kom inn: frå spørsmålet til i dag.", "Give the day it came in: from the question until today.";
    cwc_limit: "Endre fristen for avgjørelsen", "Endre fristen for avgjerda", "Change the time limit of the decision";
    cwc_limit_how: "Hvordan endres fristen?", "Korleis blir fristen endra?", "How does the time limit change?";
    cwc_limit_on: "Dagen saken ble sendt til, eller kom fra, andre land (bare ved samordning; i dag når det er tomt)", "Dagen saka vart send til, eller kom frå, andre land (berre ved samordning; i dag når det er tomt)", "Day it was put to, or came back from, other countries (coordination only; today when empty)";
    cwc_limit_why: "Hvorfor, på søkerens språk; det står i brevet", "Kvifor, på språket til søkjaren; det står i brevet", "Why, in the applicant's language; it stands in the letter";
    cwc_limit_do: "Endre fristen og skriv til søkeren", "Endre fristen og skriv til søkjaren", "Change it and write to the applicant";
    cwc_wrong_change: "Velg hvordan fristen endres.", "Vel korleis fristen blir endra.", "Choose how the time limit changes.";
    cwc_reasons: "Begrunnelse for vedtaket", "Grunngjeving for vedtaket", "Reasons for the decision";
    cwc_reasons_due(received, due): "Søkeren krevde begrunnelse {received}. Gi den senest {due}.", "Søkjaren kravde grunngjeving {received}. Gje henne seinast {due}.", "The applicant demanded reasons on {received}. Give them by {due}.";
    cwc_reasons_given(name, when): "Gitt av {name}, {when}", "Gjeven av {name}, {when}", "Given by {name}, {when}";
    cwc_reasons_text: "Begrunnelsen, på søkerens språk: reglene, det faktiske og hovedhensynene", "Grunngjevinga, på språket til søkjaren: reglane, det faktiske og hovudomsyna", "The reasons, in the applicant's language: rules, facts and main considerations";
    cwc_reasons_hint: "Brevet går til søkeren, og klagefristen løper på nytt fra søkeren har fått det (forvaltningsloven §§ 24, 25 og 29).", "Brevet går til søkjaren, og klagefristen går på nytt frå søkjaren har fått det (forvaltningslova §§ 24, 25 og 29).", "The letter goes to the applicant, and the time for an appeal runs anew from when they have it (Public Administration Act, sections 24, 25 and 29).";
    cwc_reasons_do: "Send begrunnelsen", "Send grunngjevinga", "Send the reasons";
    cwc_reasons_register: "Søkeren krever begrunnelse på papir eller telefon", "Søkjaren krev grunngjeving på papir eller telefon", "The applicant demands reasons on paper or by telephone";
    cwc_reasons_register_do: "Registrer kravet", "Registrer kravet", "Register the demand";
    cwc_note_add: "Skriv et notat", "Skriv eit notat", "Write a note";
    cwc_note_text: "Notat for saksbehandlerne", "Notat for saksbehandlarane", "Note for the caseworkers";
    cwc_note_do: "Lagre notatet", "Lagre notatet", "Save the note";
    cwc_decide: "Gjør vedtak", "Gjer vedtak", "Decide";
    cwc_outcome: "Utfall", "Utfall", "Outcome";
    cwc_grant: "Innvilg", "Innvilg", "Grant";
    cwc_grant_partly: "Innvilg delvis", "Innvilg delvis", "Grant in part";
    cwc_refuse: "Avslå", "Avslå", "Refuse";
    cwc_dismiss: "Avvis", "Avvis", "Dismiss";
    cwc_two: "krever to underskrifter", "krev to underskrifter", "needs two signatures";
    cwc_library: "Fast begrunnelse", "Fast grunngjeving", "Text from the library";
    cwc_library_none: "Velg en tekst", "Vel ein tekst", "Choose a text";
    cwc_insert: "Sett inn teksten", "Set inn teksten", "Insert the text";
    cwc_grounds: "Begrunnelse, på søkerens språk", "Grunngjeving, på språket til søkjaren", "Grounds, in the applicant's language";
    cwc_grounds_hint: "Må fylles ut når ikke alt innvilges (forvaltningsloven § 24).", "Må fyllast ut når ikkje alt blir innvilga (forvaltningslova § 24).", "Needed unless everything is granted (forvaltningsloven § 24).";
    cwc_conditions: "Vilkår for denne tillatelsen, ett på hver linje", "Vilkår for dette løyvet, eitt på kvar linje", "Conditions of this permit, one on each line";
    cwc_valid_until: "Gjelder til (dagen etter den siste)", "Gjeld til (dagen etter den siste)", "Holds until (the day after the last)";
    cwc_valid_hint: "Tomt: så lenge reglene sier.", "Tomt: så lenge reglane seier.", "Empty: as long as the rules say.";
    cwc_preview: "Forhåndsvis brevet", "Førehandsvis brevet", "Preview the letter";
    cwc_preview_file: "Utkast som PDF", "Utkast som PDF", "Draft as PDF";
    cwc_preview_forwarding: "Forhåndsvis brevene om oversendelsen", "Førehandsvis breva om oversendinga", "Preview the letters about forwarding";
    cwc_ring: "Kommunene omrisset ligger i", "Kommunane omrisset ligg i", "Municipalities of the outline";
    cwc_ring_possible: "Etter beregningen kan omrisset ha grunn i disse kommunene, og det sperrer for dem som har de samme frekvensene der:", "Etter utrekninga kan omrisset ha grunn i desse kommunane, og det stengjer for dei som har dei same frekvensane der:", "By reckoning the outline may have ground of these municipalities, and keeps out those who have the same frequencies there:";
    cwc_ring_corrected: "En saksbehandler har rettet det etter kartet.", "Ein saksbehandlar har retta det etter kartet.", "A caseworker has corrected that by the map.";
    cwc_ring_correct: "Rett kommunene etter kartet", "Rett kommunane etter kartet", "Correct the municipalities by the map";
    cwc_ring_numbers: "Kommunenumre, ett på hver linje (tomt: etter beregningen)", "Kommunenummer, eitt på kvar linje (tomt: etter utrekninga)", "Municipality numbers, one on each line (empty: by reckoning)";
    cwc_ring_why: "Hvorfor, for saken", "Kvifor, for saka", "Why, for the case";
    cwc_ring_do: "Rett kommunene", "Rett kommunane", "Correct the municipalities";
    cwc_wrong_ring: "Skriv kommunenumre som finnes: alle søkeren nevner, og alle med et kjent sted innenfor omrisset.", "Skriv kommunenummer som finst: alle søkjaren nemner, og alle med ein kjend stad innanfor omrisset.", "Write municipality numbers there are: all that the applicant names, and all with a known place in the outline.";
    cwc_preview_body_title: "Slik blir oversendelsen til klageinstansen", "Slik blir oversendinga til klageinstansen", "The letter to the appeal body";
    cwc_preview_body_file: "Oversendelsen som PDF", "Oversendinga som PDF", "Letter to the appeal body as PDF";
    cwc_preview_title: "Slik blir brevet", "Slik blir brevet", "The letter";
    cwc_decide_do: "Gjør vedtaket", "Gjer vedtaket", "Make the decision";
    cwc_considered: "Det vi vurderer av eget tiltak", "Det vi vurderer av eige tiltak", "What we consider of our own motion";
    cwc_considered_hint: "Når innehaveren har uttalt seg, eller fristen er ute, gjøres vedtaket på siden til tillatelsen. Går vi ikke videre, avsluttes saken her.", "Når innehavaren har uttalt seg, eller fristen er ute, blir vedtaket gjort på sida til løyvet. Går vi ikkje vidare, blir saka avslutta her.", "When the holder has commented, or the day has passed, the decision is made on the page of the permit. If we do not go on, the case is ended here.";
    cwc_considered_why: "Hvorfor vi ikke går videre, på innehaverens språk: det står i brevet innehaveren får", "Kvifor vi ikkje går vidare, på språket til innehavaren: det står i brevet innehavaren får", "Why we do not go on, in the holder's language: the holder reads it in a letter";
    cwc_considered_end: "Gå ikke videre med saken", "Gå ikkje vidare med saka", "Do not go on with the case";
    cwc_proposed: "Et vedtak venter på underskrift nummer to", "Eit vedtak ventar på underskrift nummer to", "A decision waits for its second signature";
    cwc_proposed_by(name, when): "Foreslått av {name}, {when}", "Foreslått av {name}, {when}", "Proposed by {name}, {when}";
    cwc_sign: "Skriv under vedtaket", "Skriv under vedtaket", "Sign the decision";
    cwc_sign_other: "En annen enn den som foreslo vedtaket, må skrive under.", "Ein annan enn den som foreslo vedtaket, må skrive under.", "Somebody else than who proposed it must sign.";
    cwc_send_back: "Send tilbake", "Send tilbake", "Send back";
    cwc_send_back_why: "Hvorfor", "Kvifor", "Why";
    cwc_decision: "Vedtaket", "Vedtaket", "The decision";
    cwc_legal_basis: "Hjemmel", "Heimel", "Legal basis";
    cwc_no_grounds: "Ingen begrunnelse", "Inga grunngjeving", "No grounds";
    cwc_appeal(body): "Vedtaket kan påklages til {body}. Fristen er tre uker fra brevet kom fram. Klagen sendes til oss.", "Vedtaket kan klagast på til {body}. Fristen er tre veker frå brevet kom fram. Klagen skal sendast til oss.", "The decision can be appealed to {body} within three weeks of receiving this letter. Send the appeal to us.";
    cwc_no_appeal: "Vedtaket kan ikke påklages.", "Vedtaket kan ikkje klagast på.", "The decision cannot be appealed.";
    cwc_holds_until(day): "Gjelder til {day}, den dagen ikke medregnet.", "Gjeld til {day}, den dagen ikkje medrekna.", "Holds until {day}, that day not included.";
    cwc_organisation: "Organisasjonsnummer", "Organisasjonsnummer", "Organisation number";
    cwc_from: "Fra og med", "Frå og med", "From";
    cwc_reason: "Begrunnelse", "Grunngjeving", "Reason";
    cwc_conditions_set: "Vilkår", "Vilkår", "Conditions";
    cwc_terms: "Det som gjelder", "Det som gjeld", "Terms";
    cwc_yes: "ja", "ja", "yes";
    cwc_no: "nei", "nei", "no";
    cwc_wrong_reply: "Skriv svaret, høyst 10 000 tegn.", "Skriv svaret, høgst 10 000 teikn.", "Write the answer, at most 10,000 characters.";
    cwc_wrong_text: "Skriv en tekst på høyst 4000 tegn.", "Skriv ein tekst på høgst 4000 teikn.", "Write a text of at most 4000 characters.";
    cwc_wrong_answer_day: "Velg en dag fra i morgen av, og en annen enn den søkeren har.", "Vel ein dag frå i morgon av, og ein annan enn den søkjaren har.", "Choose a day from tomorrow on, and another than the applicant has.";
    cwc_wrong_day: "Gi søkeren minst til i morgen.", "Gje søkjaren minst til i morgon.", "Give the applicant at least until tomorrow.";
    cwc_wrong_outcome: "Velg et utfall.", "Vel eit utfall.", "Choose an outcome.";
    cwc_wrong_grounds: "Et vedtak som ikke innvilger alt, må begrunnes.", "Eit vedtak som ikkje innvilgar alt, må grunngjevast.", "A decision that does not grant everything must have grounds.";
    cwc_wrong_until: "Velg en dag etter i dag, og ikke etter det reglene sier; bare for en ny tillatelse.", "Vel ein dag etter i dag, og ikkje etter det reglane seier; berre for eit nytt løyve.", "Choose a day after today and not after what the rules say; for a new permit only.";
    cwc_wrong_condition: "Et av vilkårene er ikke av dem loven tillater, eller er for langt.", "Eit av vilkåra er ikkje av dei lova tillèt, eller er for langt.", "One of the conditions is not of those the act allows, or is too long.";
    cwc_wrong_name: "Skriv navnet på en saksbehandler.", "Skriv namnet på ein saksbehandlar.", "Write the name of a caseworker.";
}

impl Words {
    /// How the time limit of a decision is changed.
    pub const fn cwc_change(self, change: TimeLimitChange) -> &'static str {
        match change {
            TimeLimitChange::Extension => self.choose(
                "Forlenges i særlige tilfeller (én gang)",
                "Blir lengd i særlege tilfelle (éin gong)",
                "Extended in special cases (once)",
            ),
            TimeLimitChange::LimitedNumber => self.choose(
                "Antallet tillatelser er begrenset (utvelgelse)",
                "Talet på løyve er avgrensa (utveljing)",
                "The number of permits is limited (selection)",
            ),
            TimeLimitChange::CoordinationSent => self.choose(
                "Sendt til samordning med andre land",
                "Send til samordning med andre land",
                "Put to other countries for coordination",
            ),
            TimeLimitChange::CoordinationReply => self.choose(
                "Svar fra samordningen er kommet",
                "Svar frå samordninga er kome",
                "The reply of the other countries has come",
            ),
        }
    }

    /// How an application came in.
    pub fn case_channel(self, code: &str) -> String {
        match code {
            "portal" => self.choose("på nett", "på nett", "online"),
            "paper" => self.choose("på papir", "på papir", "on paper"),
            "telephone" => self.choose("på telefon", "på telefon", "by telephone"),
            "authority" => {
                self.choose("av eget tiltak", "av eige tiltak", "on the authority's own motion")
            }
            other => return other.to_owned(),
        }
        .to_owned()
    }

    /// Why something could not be done with a case.
    pub fn case_problem(self, problem: Problem) -> &'static str {
        match problem {
            Problem::IllegalTransition => self.choose(
                "Saken er nå slik at dette ikke kan gjøres.",
                "Saka er no slik at dette ikkje kan gjerast.",
                "As the case stands now, this cannot be done.",
            ),
            Problem::IdentifierTaken => self.choose(
                "Koden eller kallesignalet tilhører en annen tillatelse.",
                "Koden eller kallesignalet høyrer til eit anna løyve.",
                "The code or call sign belongs to another permit.",
            ),
            Problem::Disqualified => self.choose(
                "Du er inhabil: en annen må gjøre dette.",
                "Du er inhabil: ein annan må gjere dette.",
                "You are disqualified: somebody else must do this.",
            ),
            Problem::NotAllowed => self.choose(
                "Du har ikke tilgang til saker av denne typen.",
                "Du har ikkje tilgang til saker av denne typen.",
                "You have no access to cases of this kind.",
            ),
            Problem::SeriesExhausted => self.choose(
                "Serien har ingen ledige kallesignaler.",
                "Serien har ingen ledige kallesignal.",
                "The series has no free call sign.",
            ),
            Problem::Conflict | Problem::StaleVersion => self.choose(
                "Noen andre endret noe samtidig. Åpne saken og se hva som er endret.",
                "Nokon andre endra noko samstundes. Opne saka og sjå kva som er endra.",
                "Somebody else changed something at the same time. Open the case and see what has changed.",
            ),
            Problem::InvalidContent => self.choose(
                "Rett det som er merket.",
                "Rett det som er merkt.",
                "Correct what is marked.",
            ),
            _ => self.choose(
                "Vilkårene for dette er ikke oppfylt.",
                "Vilkåra for dette er ikkje oppfylte.",
                "The conditions for this are not met.",
            ),
        }
    }
}
