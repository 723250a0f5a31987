//! Texts of the rescue desk.

use crate::web::texts::Words;

crate::web::texts::texts! {
    desk: "Redningsvakt", "Redningsvakt", "Rescue desk";
    desk_label: "Kode eller alarmtekst", "Kode eller alarmtekst", "Code or alert text";
    desk_hint: "Lim inn og trykk Enter. Kode, hele alarmen, kallesignal, MMSI, flyadresse eller registrering.", "Lim inn og trykk Enter. Kode, heile alarmen, kallesignal, MMSI, flyadresse eller registrering.", "Paste and press Enter. Code, the whole alert, call sign, MMSI, aircraft address or registration.";
    desk_look_up: "Slå opp", "Slå opp", "Look up";
    desk_reference: "Saksnummer", "Saksnummer", "Incident";
    desk_reference_hint: "eller senere", "eller seinare", "or later";
    desk_keys: "Taster: / ny kode", "Tastar: / ny kode", "Keys: / new code";
    desk_unreadable: "Ingen kode å slå opp", "Ingen kode å slå opp", "No code to look up";
    desk_no_code: "Det er ingen lesbar kode i teksten, og ikke noe kallesignal, MMSI, flyadresse eller registrering med navn foran. Lim inn bare koden, eller skriv den.", "Det er ingen lesbar kode i teksten, og ikkje noko kallesignal, MMSI, flyadresse eller registrering med namn føre. Lim inn berre koden, eller skriv han.", "There is no readable code in the text, and no call sign, MMSI, aircraft address or registration with a label before it. Paste the code alone, or type it.";
    desk_several(count): "{count} nødpeilesendere eller fartøy i teksten", "{count} naudpeilesendarar eller fartøy i teksten", "{count} beacons or craft in the text";
    desk_cut(count, most): "Teksten har {count} koder, og bare de {most} første er slått opp. Lim inn de andre for seg.", "Teksten har {count} kodar, og berre dei {most} første er slått opp. Lim inn dei andre for seg.", "The text has {count} codes, and only the first {most} are looked up. Paste the others by themselves.";
    desk_missing(keys): "Ikke slått opp, fordi oppslaget ikke svarer nå: {keys}. Prøv igjen.", "Ikkje slått opp, fordi oppslaget ikkje svarer no: {keys}. Prøv igjen.", "Not looked up, because the look-up does not answer now: {keys}. Try again.";
    desk_no_answer: "Oppslaget svarer ikke nå. Prøv igjen.", "Oppslaget svarer ikkje no. Prøv igjen.", "The look-up does not answer now. Try again.";
    desk_kept: "Databasen svarer ikke. Merkingen ligger trygt her og føres inn når den svarer.", "Databasen svarer ikkje. Merkinga ligg trygt her og blir ført inn når han svarer.", "The database does not answer. The outcome is kept here and recorded when it does.";
    desk_registered: "Registrert", "Registrert", "Registered";
    desk_matches(count): "Registrert på {count} tillatelser", "Registrert på {count} løyve", "Registered on {count} permits";
    desk_unknown: "Ikke registrert", "Ikkje registrert", "Not registered";
    desk_unknown_text: "Ingen har registrert denne her. Det betyr ikke at alarmen er falsk.", "Ingen har registrert denne her. Det tyder ikkje at alarmen er falsk.", "Nobody has registered this here. It does not mean that the alert is false.";
    desk_ended: "Tillatelsen er avsluttet", "Løyvet er avslutta", "The permit has ended";
    desk_ended_text(status, when, why): "{status} {when}. Årsak: {why}. Siste innehaver kan vite hvem som har senderen nå.", "{status} {when}. Årsak: {why}. Siste innehavar kan vite kven som har sendaren no.", "{status} on {when}. Reason: {why}. The last holder may know who has the beacon now.";
    desk_foreign: "Utenlandsk", "Utanlandsk", "Foreign";
    desk_foreign_text(country): "Spør nødpeilesenderregisteret i {country}, direkte eller gjennom landets redningssentral eller MCC. Har landet ikke noe register: det internasjonale registeret (IBRD).", "Spør naudpeilesendarregisteret i {country}, direkte eller gjennom redningssentralen eller MCC-en i landet. Har landet ikkje noko register: det internasjonale registeret (IBRD).", "Ask the beacon register of {country}, directly or through its rescue centre or MCC. Where it has none: the international register (IBRD).";
    desk_foreign_unknown: "landet som har tildelt den", "landet som har tildelt han", "the country that assigned it";
    desk_other: "Står i et annet register", "Står i eit anna register", "In another register";
    desk_other_text(register): "Ring {register}, hele døgnet:", "Ring {register}, heile døgnet:", "Call {register}, day and night:";
    desk_call: "Ring i denne rekkefølgen", "Ring i denne rekkjefølgja", "Call in this order";
    desk_nobody: "Ingen telefonnumre er registrert.", "Ingen telefonnummer er registrerte.", "No telephone numbers are registered.";
    desk_holder: "innehaver", "innehavar", "holder";
    desk_last_holder: "siste innehaver", "siste innehavar", "last holder";
    desk_contact: "nødkontakt", "naudkontakt", "emergency contact";
    desk_speaks(language): "snakker {language}", "snakkar {language}", "speaks {language}";
    desk_craft: "Fartøy og bruk", "Fartøy og bruk", "Craft and use";
    desk_colour: "Farge", "Farge", "Colour";
    desk_persons: "Personer", "Personar", "Persons";
    desk_notes: "Merknad", "Merknad", "Notes";
    desk_use: "Bruk", "Bruk", "Use";
    desk_home: "Hjemmebase", "Heimebase", "Home base";
    desk_beacon: "Sender", "Sendar", "Beacon";
    desk_permit: "Tillatelse", "Løyve", "Permit";
    desk_confirmed: "Sist bekreftet", "Sist stadfesta", "Last confirmed";
    desk_never: "aldri", "aldri", "never";
    desk_days_ago(when, days): "{when} ({days} dager siden)", "{when} ({days} dagar sidan)", "{when} ({days} days ago)";
    desk_old: "bekreftelsen er for gammel", "stadfestinga er for gammal", "confirmed too long ago";
    desk_earlier: "Tidligere alarmer", "Tidlegare alarmar", "Earlier alerts";
    desk_no_earlier: "Ingen er registrert", "Ingen er registrerte", "None recorded";
    desk_false_before(count): "{count} falske", "{count} falske", "{count} false";
    desk_decoded: "Koden mot registeret", "Koden mot registeret", "The code against the register";
    desk_code_says: "Koden sier", "Koden seier", "The code says";
    desk_register_says: "Registeret sier", "Registeret seier", "The register says";
    desk_differs: "AVVIK", "AVVIK", "DIFFERS";
    desk_differences: "Koden og registeret er ikke enige", "Koden og registeret er ikkje samde", "The code and the register do not agree";
    desk_no_differences: "Ingen avvik mellom koden og registeret.", "Ingen avvik mellom koden og registeret.", "No differences between the code and the register.";
    desk_warnings: "Merk om koden", "Merk om koden", "Note about the code";
    desk_self_test: "Meldingen er en SELVTEST av senderen, ikke en utløsning.", "Meldinga er ein SJØLVTEST av sendaren, ikkje ei utløysing.", "The message is a SELF-TEST of the beacon, not an activation.";
    desk_restricted: "Innehaveren bestrider opplysningene.", "Innehavaren bestrid opplysningane.", "The holder disputes the data.";
    desk_incomplete: "En del av opplysningene kunne ikke åpnes og mangler her. Det som står, er riktig.", "Ein del av opplysningane kunne ikkje opnast og manglar her. Det som står, er rett.", "A part of the data could not be opened and is missing. What stands here is right.";
    desk_suspended: "Tillatelsen er stanset", "Løyvet er stansa", "The permit is suspended";
    desk_waiting: "Venter på programmering", "Ventar på programmering", "Awaiting programming";
    desk_lost: "MELDT TAPT", "MELDT TAPT", "REPORTED LOST";
    desk_stolen: "MELDT STJÅLET", "MELD STOLEN", "REPORTED STOLEN";
    desk_sold: "MELDT SOLGT", "MELD SELD", "REPORTED SOLD";
    desk_destroyed: "MELDT ØDELAGT", "MELD ØYDELAGD", "REPORTED DESTROYED";
    desk_former: "Avsluttet tillatelse", "Avslutta løyve", "Ended permit";
    desk_outcome: "Hva var det?", "Kva var det?", "What was it?";
    desk_false: "Falsk alarm", "Falsk alarm", "False alarm";
    desk_real: "Reell nød", "Reell naud", "Real distress";
    desk_test: "Test", "Test", "Test";
    desk_marked(outcome, when): "Merket: {outcome}, {when}", "Merkt: {outcome}, {when}", "Marked: {outcome}, {when}";
    desk_correct: "Feil? Merk på nytt:", "Feil? Merk på nytt:", "Wrong? Mark again:";
    desk_save: "Lagre", "Lagre", "Save";
    desk_pending: "Mangler saksnummer", "Manglar saksnummer", "Without incident reference";
    desk_looked_up: "Bare slått opp", "Berre slått opp", "Only looked up";
    desk_saved(reference): "Saksnummer {reference} er lagret.", "Saksnummer {reference} er lagra.", "Incident reference {reference} is saved.";
    desk_bad_reference: "Saksnummeret må ha 1–64 tegn.", "Saksnummeret må ha 1–64 teikn.", "The incident reference must have 1 to 64 characters.";
    desk_not_marked: "Merkingen er ikke lagret. Prøv igjen.", "Merkinga er ikkje lagra. Prøv igjen.", "The outcome is not saved. Try again.";
    desk_age(when): "Svaret er fra {when}.", "Svaret er frå {when}.", "Answered {when}.";
    desk_fresh: "Rett fra registeret.", "Rett frå registeret.", "Straight from the registry.";
    desk_stale(age): "FRA EN KOPI: opplysningene er {age} gamle.", "FRÅ EIN KOPI: opplysningane er {age} gamle.", "FROM A COPY: the data are {age} old.";
    desk_logged: "Oppslaget er loggført.", "Oppslaget er loggført.", "The look-up is logged.";
    desk_country: "Land", "Land", "Country";
    desk_type: "Type", "Type", "Type";
    desk_protocol: "Protokoll", "Protokoll", "Protocol";
    desk_approval: "Typegodkjenning", "Typegodkjenning", "Type approval";
    desk_serial: "Serienummer", "Serienummer", "Serial number";
    desk_call_sign: "Kallesignal", "Kallesignal", "Call sign";
    desk_registration: "Registrering", "Registrering", "Registration";
    desk_address: "Flyadresse", "Flyadresse", "Aircraft address";
    desk_operator: "Operatør", "Operatør", "Operator";
    desk_code: "Kode", "Kode", "Code";
    desk_homing: "Innpeiling", "Innpeiling", "Homing";
    desk_position: "Posisjon i koden", "Posisjon i koden", "Position in the code";
    desk_key: "Slått opp", "Slått opp", "Looked up";
    desk_mmsi: "MMSI", "MMSI", "MMSI";
    desk_by_prefix: "Bare de første 15 av 23 tegn stemmer; flere sendere kan ha dem.", "Berre dei første 15 av 23 teikn stemmer; fleire sendarar kan ha dei.", "Only the first 15 of 23 characters agree; several beacons may share them.";
    desk_by_name: "Funnet på fartøyet, ikke på koden.", "Funne på fartøyet, ikkje på koden.", "Found by the craft, not by the code.";
    desk_minutes(count): "{count} minutter", "{count} minutt", "{count} minutes";
    desk_hours(count): "{count} timer", "{count} timar", "{count} hours";
}

impl Words {
    /// Why a text is no key, by the code of the flaw.
    pub fn desk_flaw(self, code: &str) -> &'static str {
        match code {
            "bch-1" => self.choose(
                "Kontrollsifrene stemmer ikke: ett eller flere tegn i meldingen er feil. Kopier den på nytt.",
                "Kontrollsifra stemmer ikkje: eitt eller fleire teikn i meldinga er feil. Kopier henne på nytt.",
                "The check bits do not agree: one or more characters of the message are wrong. Copy it again.",
            ),
            "length" | "prefix-only" => self.choose(
                "Koden har feil lengde. En kode har 15, 22, 23, 30, 51 eller 63 tegn (0–9, A–F).",
                "Koden har feil lengd. Ein kode har 15, 22, 23, 30, 51 eller 63 teikn (0–9, A–F).",
                "The code has a wrong length. A code has 15, 22, 23, 30, 51 or 63 characters (0–9, A–F).",
            ),
            "look-alike" => self.choose(
                "Koden har bokstaven O, I eller L. Det skal være sifferet 0 eller 1.",
                "Koden har bokstaven O, I eller L. Det skal vere sifferet 0 eller 1.",
                "The code has the letter O, I or L. It should be the digit 0 or 1.",
            ),
            "digits" => self.choose(
                "En MMSI har ni siffer, en flyadresse seks tegn. Kontroller nummeret.",
                "Ein MMSI har ni siffer, ei flyadresse seks teikn. Kontroller nummeret.",
                "An MMSI has nine digits, an aircraft address six characters. Compare the number.",
            ),
            "spare-protocol" | "fixed-bits" | "second-generation-marker" | "format-flag"
            | "left-aligned" | "pad-bits" => self.choose(
                "Ingen nødpeilesender kan ha denne koden. Minst ett tegn er feil; kontroller den mot alarmen.",
                "Ingen naudpeilesendar kan ha denne koden. Minst eitt teikn er feil; kontroller han mot alarmen.",
                "No beacon can have this code. At least one character is wrong; compare it with the alert.",
            ),
            _ => self.desk_no_code(),
        }
    }

    /// What a difference between code and register is about, by its code.
    pub fn desk_difference(self, code: &str) -> &'static str {
        match code {
            "beacon-id" => self.desk_code(),
            "country" => self.desk_country(),
            "class" => self.desk_type(),
            "protocol" => self.desk_protocol(),
            "type-approval" => self.desk_approval(),
            "serial" => self.desk_serial(),
            "call-sign" => self.desk_call_sign(),
            "registration" => self.desk_registration(),
            "address" => self.desk_address(),
            _ => self.desk_operator(),
        }
    }

    /// What should be known before relying on a code, by the code of the warning.
    pub fn desk_warning(self, code: &str) -> &'static str {
        match code {
            "unknown-country" => self.choose("Landkoden er ikke tildelt noe land.", "Landkoden er ikkje tildelt noko land.", "The country code is not allocated to any country."),
            "craft-associated-mmsi" => self.choose("Kodet med MMSI på formen 98MIDxxxx, for fartøy under et moderskip. Slike alarmer blir vanligvis ikke sendt videre.", "Koda med MMSI på forma 98MIDxxxx, for fartøy under eit moderskip. Slike alarmar blir vanlegvis ikkje sende vidare.", "Coded with an MMSI of the form 98MIDxxxx, a craft of a parent ship. Such alerts are normally not passed on."),
            "test-code" => self.choose("Koden er for test, ikke for nød.", "Koden er for test, ikkje for naud.", "The code is for tests, not for distress."),
            "system-beacon" => self.choose("Koden tilhører satellittsystemet selv.", "Koden høyrer til satellittsystemet sjølv.", "The code belongs to the satellite system itself."),
            "national-coding" => self.choose("Bare registreringslandet kan lese denne kodingen.", "Berre registreringslandet kan lese denne kodinga.", "Only the country of registration can read this coding."),
            "impossible-position" => self.choose("Posisjonen i koden er umulig.", "Posisjonen i koden er umogleg.", "The position in the code is impossible."),
            "bch2-wrong" => self.choose("Identiteten stemmer, men posisjonsdelen av meldingen er feil.", "Identiteten stemmer, men posisjonsdelen av meldinga er feil.", "The identity is right, but the position part of the message is wrong."),
            "message-check-wrong" => self.choose("Kontrollsifrene stemmer ikke. Hvert felt kan være feil.", "Kontrollsifra stemmer ikkje. Kvart felt kan vere feil.", "The check bits do not agree. Any field may be wrong."),
            "prefix-only" => self.desk_by_prefix(),
            "cancellation" => self.choose("Meldingen AVLYSER en alarm.", "Meldinga AVLYSER ein alarm.", "The message CANCELS an alert."),
            _ => self.choose("Noe i koden er utenfor standarden. Kontroller den mot alarmen.", "Noko i koden er utanfor standarden. Kontroller han mot alarmen.", "Something in the code is outside the standard. Compare it with the alert."),
        }
    }

    /// What an alert turned out to be, by its code.
    pub fn desk_outcome_of(self, code: &str) -> &'static str {
        match code {
            "false" => self.desk_false(),
            "real" => self.desk_real(),
            _ => self.desk_test(),
        }
    }

    /// State in which a permit ended, by its code.
    pub fn desk_ending(self, status: &str) -> &'static str {
        match status {
            "expired" => self.choose("Utløpt", "Gått ut", "Expired"),
            "revoked" => self.choose("Tilbakekalt", "Tilbakekalla", "Revoked"),
            "surrendered" => self.choose("Sagt opp", "Sagt opp", "Surrendered"),
            _ => self.choose("Overdratt", "Overdregen", "Transferred"),
        }
    }

    /// Why a permit ended: the reasons the registry itself writes; others are somebody's own words.
    pub fn desk_end_reason(self, why: &str) -> String {
        match why {
            "sold" => self.choose("solgt", "seld", "sold"),
            "destroyed" => self.choose("ødelagt", "øydelagd", "destroyed"),
            "replaced" => self.choose("erstattet", "erstatta", "replaced"),
            "lost" => self.choose("tapt", "tapt", "lost"),
            "expired" => self.choose("utløpt", "gått ut", "expired"),
            other => return other.to_owned(),
        }
        .to_owned()
    }
}
