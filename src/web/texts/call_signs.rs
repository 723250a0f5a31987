//! Texts of the pages about call signs.

use super::Words;

super::texts! {
    call_signs_lead: "Finn ut hvem som bruker et kallesignal, om det er ledig, eller når det blir det.", "Finn ut kven som bruker eit kallesignal, om det er ledig, eller når det blir det.", "Find out who uses a call sign, whether it is free, or when it will be.";
    sign_label: "Kallesignal, navn eller del av dem", "Kallesignal, namn eller del av dei", "Call sign, name or part of them";
    sign_hint: "For eksempel LB1AG, JW/LB1AG eller radioklubb. Store og små bokstaver, aksenter og småfeil i navn gjør ingenting.", "Til dømes LB1AG, JW/LB1AG eller radioklubb. Store og små bokstavar, aksentar og småfeil i namn gjer ingenting.", "For example LB1AG, JW/LB1AG or radioklubb. Case, accents and small slips in names do not matter.";
    found_signs(total): "{total} kallesignaler", "{total} kallesignal", "{total} call signs";
    found_one_sign: "Ett kallesignal", "Eitt kallesignal", "One call sign";
    no_other_signs: "Ellers er det ingen treff i listen", "Elles er det ingen treff i lista", "Nothing else in the list matches";
    no_signs: "Ingen kallesignaler i listen passer", "Ingen kallesignal i lista passar", "No call signs in the list match";
    sign: "Kallesignal", "Kallesignal", "Call sign";
    status: "Status", "Status", "Status";
    holder: "Innehaver", "Innehavar", "Holder";
    place: "Sted", "Stad", "Place";
    county: "Fylke", "Fylke", "County";
    series: "Type", "Type", "Type";
    year: "Tildelt år", "Tildelt år", "Year of issue";
    class: "Klasse", "Klasse", "Class";
    address: "Adresse", "Adresse", "Address";
    reason: "Grunn", "Grunn", "Reason";
    page_of_results: "Side av treffene", "Side av treffa", "Page of results";
    beginning: "Begynner med", "Byrjar med", "Begins with";
    withheld: "vises ikke", "ikkje vist", "not shown";

    did_you_mean: "Mente du et av disse?", "Meinte du eitt av desse?", "Did you mean one of these?";
    what_to_try: "Prøv dette", "Prøv dette", "Try this";
    try_shorter: "Søk på færre ord, eller på begynnelsen av kallesignalet.", "Søk på færre ord, eller på byrjinga av kallesignalet.", "Search for fewer words, or for the beginning of the call sign.";
    try_without_filters: "Ta bort filtrene over.", "Ta bort filtra over.", "Take the filters above away.";
    try_place: "Sted er et poststed eller en kommune med hele navnet. Prøv fylket, eller se etter skrivefeil.", "Stad er ein poststad eller ein kommune med heile namnet. Prøv fylket, eller sjå etter skrivefeil.", "A place is a post town or a municipality with its whole name. Try the county, or check for slips.";
    try_consent: "Søker du etter en person? Bare de som har samtykket, kan finnes på navn.", "Søkjer du etter ein person? Berre dei som har samtykt, kan finnast på namn.", "Looking for a person? Only those who have consented can be found by name.";
    try_free: "Ledige signaler som aldri har vært i bruk, står ikke i listen. Skriv hele signalet, så får du svar.", "Ledige signal som aldri har vore i bruk, står ikkje i lista. Skriv heile signalet, så får du svar.", "Free signs that were never in use are not in the list. Write the whole sign to get an answer.";
    what_statuses_mean: "Hva betyr statusene?", "Kva tyder statusane?", "What do the statuses mean?";

    means_in_use: "Signalet hører til en tillatelse som gjelder.", "Signalet høyrer til eit løyve som gjeld.", "The sign belongs to a permit in force.";
    means_reserved: "Signalet er holdt av for noen.", "Signalet er halde av for nokon.", "The sign is kept for somebody.";
    means_quarantined: "Signalet hviler etter bruk. Til datoen kan bare den som hadde det sist, få det igjen.", "Signalet kviler etter bruk. Til datoen kan berre den som hadde det sist, få det igjen.", "The sign rests after use. Until the date only its last holder can have it back.";
    means_blocked: "Signalet tildeles ikke.", "Signalet blir ikkje tildelt.", "The sign is not assigned.";
    means_free: "Signalet kan tildeles.", "Signalet kan tildelast.", "The sign can be assigned.";
    means_never_issued: "Formen er riktig, men signaler av denne typen deles ikke ut.", "Forma er rett, men signal av denne typen blir ikkje delte ut.", "The form is right, but signs of this type are not given out.";
    means_unknown: "Registeret vet ikke hva signalet var denne dagen.", "Registeret veit ikkje kva signalet var denne dagen.", "The register does not know what the sign was on this day.";

    in_use_shown(sign): "{sign} er i bruk, og innehaveren vises i registeret.", "{sign} er i bruk, og innehavaren er vist i registeret.", "{sign} is in use, and its holder is shown in the register.";
    in_use_withheld(sign): "{sign} er i bruk. Innehaveren har en gyldig tillatelse, men har ikke samtykket til å vises her.", "{sign} er i bruk. Innehavaren har eit gyldig løyve, men har ikkje samtykt til å visast her.", "{sign} is in use. Its holder has a valid permit, but has not consented to being shown here.";
    in_use_partly: "Innehaveren har valgt å vise bare noe av dette.", "Innehavaren har valt å vise berre noko av dette.", "The holder has chosen to show only some of this.";
    in_use_beacon(sign): "{sign} er i bruk i en personlig nødpeilesender. Hvem som har den, vet bare redningstjenesten.", "{sign} er i bruk i ein personleg naudpeilesendar. Kven som har han, veit berre redningstenesta.", "{sign} is in use in a personal locator beacon. Whose it is, only the rescue service knows.";
    is_reserved(sign): "{sign} er holdt av og kan ikke tildeles andre nå.", "{sign} er halde av og kan ikkje tildelast andre no.", "{sign} is kept for somebody and cannot be assigned to others now.";
    is_quarantined(sign, day): "{sign} hviler etter bruk til {day}. Til da kan bare den som hadde det sist, få det igjen; deretter kan det tildeles.", "{sign} kviler etter bruk til {day}. Til då kan berre den som hadde det sist, få det igjen; deretter kan det tildelast.", "{sign} rests after use until {day}. Until then only its last holder can have it back; after that it can be assigned.";
    is_blocked(sign): "{sign} tildeles ikke.", "{sign} blir ikkje tildelt.", "{sign} is not assigned.";
    is_free(sign): "{sign} er ledig.", "{sign} er ledig.", "{sign} is free.";
    is_free_in_turn: "Signaler i denne serien deles ut i tur og orden, så du kan ikke velge akkurat dette.", "Signal i denne serien blir delte ut i tur og orden, så du kan ikkje velje akkurat dette.", "Signs of this series are given out in turn, so you cannot choose this very one.";
    is_free_by_wish: "Du kan ønske deg det når du søker.", "Du kan ønskje deg det når du søkjer.", "You can wish for it when you apply.";
    is_never_issued(sign): "{sign} har riktig form, men signaler av denne typen deles ikke ut.", "{sign} har rett form, men signal av denne typen blir ikkje delte ut.", "{sign} has the right form, but signs of this type are not given out.";
    is_unknown(sign, day): "Registeret kjenner {sign} først fra {day}.", "Registeret kjenner {sign} først frå {day}.", "The register knows {sign} only from {day}.";

    heard_as(asked, sign): "Du søkte etter {asked}. Det er kallesignalet {sign}, brukt fra et annet sted eller på en annen måte enn vanlig.", "Du søkte etter {asked}. Det er kallesignalet {sign}, brukt frå ein annan stad eller på ein annan måte enn vanleg.", "You searched for {asked}. It is the call sign {sign}, used from another place or in another way than usual.";
    other_sign: "Adressen gjelder ett kallesignal, og det som ble hørt på lufta, er et annet. Her er det første.", "Adressa gjeld eitt kallesignal, og det som vart høyrt på lufta, er eit anna. Her er det første.", "The address is of one call sign, and what was heard on the air is another. Here is the first.";
    on_air: "Slik brukes det på lufta", "Slik blir det brukt på lufta", "How it is used on the air";
    on_air_lead: "Utenfor fastlandet viser kallesignalet hvor stasjonen er. Et tillegg bak skråstreken sier hvordan den brukes, for eksempel /P (bærbar), /M (i kjøretøy) eller /MM (til sjøs).", "Utanfor fastlandet viser kallesignalet kvar stasjonen er. Eit tillegg bak skråstreken seier korleis han blir brukt, til dømes /P (berbar), /M (i køyretøy) eller /MM (til sjøs).", "Outside the mainland the call sign shows where the station is. A suffix behind the stroke says how it is used, for example /P (portable), /M (in a vehicle) or /MM (at sea).";
    area_mainland: "Fastlandet", "Fastlandet", "Mainland";
    area_svalbard: "Svalbard og Bjørnøya", "Svalbard og Bjørnøya", "Svalbard and Bjørnøya";
    area_jan_mayen: "Jan Mayen", "Jan Mayen", "Jan Mayen";
    area_antarctic: "Bouvetøya, Peter I Øy og norsk Antarktis", "Bouvetøya, Peter I Øy og norsk Antarktis", "Bouvet Island, Peter I Island and Norwegian Antarctica";

    past_day: "En tidligere dato", "Ein tidlegare dato", "A past day";
    past_day_label: "Slik var signalet denne dagen", "Slik var signalet denne dagen", "The sign as it was on this day";
    past_day_hint: "En innehaver vises bare hvis samtykket gjaldt da og gjelder nå.", "Ein innehavar blir vist berre om samtykket galdt då og gjeld no.", "A holder is shown only if consent held then and holds now.";
    show: "Vis", "Vis", "Show";
    as_of(day): "Slik var det {day}.", "Slik var det {day}.", "This is how it was on {day}.";
    see_today: "Se hvordan det er i dag", "Sjå korleis det er i dag", "See how it is today";
    sign_events: "Når statusen endret seg", "Når statusen endra seg", "When the status changed";
    sign_events_note: "Bare status og dag. Hvem som har eller hadde signalet, står ikke her.", "Berre status og dag. Kven som har eller hadde signalet, står ikkje her.", "Status and day only. Who has or had the sign is not told here.";
    sign_events_away: "Dette kan ikke vises akkurat nå. Last siden på nytt om litt.", "Dette kan ikkje visast akkurat no. Last sida på nytt om litt.", "This cannot be shown right now. Load the page again in a while.";
    bad_day: "Skriv en dato som ÅÅÅÅ-MM-DD, i dag eller tidligere.", "Skriv ein dato som ÅÅÅÅ-MM-DD, i dag eller tidlegare.", "Write a date as YYYY-MM-DD, today or before.";

    bad_sign_title: "Dette er ikke et norsk kallesignal", "Dette er ikkje eit norsk kallesignal", "This is not a Norwegian call sign";
    bad_sign_text: "Norske kallesignaler begynner med LA til LN, JW, JX eller 3Y, fulgt av et siffer og en til fire bokstaver. Nødpeilesendere har en bokstav til og fire sifre. Se etter skrivefeil, for eksempel O for 0 eller I for 1.", "Norske kallesignal byrjar med LA til LN, JW, JX eller 3Y, følgt av eit siffer og ein til fire bokstavar. Naudpeilesendarar har ein bokstav til og fire siffer. Sjå etter skrivefeil, til dømes O for 0 eller I for 1.", "Norwegian call signs begin with LA to LN, JW, JX or 3Y, followed by a digit and one to four letters. Beacons have another letter and four digits. Check for slips, such as O for 0 or I for 1.";
    foreign_sign_text: "Vi fører bare norske kallesignaler, som begynner med LA til LN, JW, JX eller 3Y. Gjester i Norge bruker sitt eget signal med LA/ eller JW/ foran og står i registeret i sitt eget land.", "Vi fører berre norske kallesignal, som byrjar med LA til LN, JW, JX eller 3Y. Gjester i Noreg bruker sitt eige signal med LA/ eller JW/ framfor og står i registeret i sitt eige land.", "We keep only Norwegian call signs, which begin with LA to LN, JW, JX or 3Y. Visitors to Norway use their own sign with LA/ or JW/ in front and stand in the register of their own country.";
    permalink: "Fast adresse", "Fast adresse", "Permanent address";
}

impl Words {
    /// What a status of a call sign means.
    pub fn sign_status_means(self, code: &str) -> &'static str {
        match code {
            "inUse" => self.means_in_use(),
            "reserved" => self.means_reserved(),
            "quarantined" => self.means_quarantined(),
            "blocked" => self.means_blocked(),
            "free" => self.means_free(),
            "neverIssued" => self.means_never_issued(),
            _ => self.means_unknown(),
        }
    }

    /// Series of a call sign.
    pub fn sign_series(self, code: &str) -> String {
        match code {
            "personal_new" => self.choose("Personlig", "Personleg", "Personal"),
            "personal_1983_2014" => self.choose(
                "Personlig, gitt 1983–2014",
                "Personleg, gjeve 1983–2014",
                "Personal, given 1983–2014",
            ),
            "personal_old" => {
                self.choose("Personlig, før 1983", "Personleg, før 1983", "Personal, before 1983")
            }
            "club" => self.choose("Klubb", "Klubb", "Club"),
            "club_short" => {
                self.choose("Klubb, kort signal", "Klubb, kort signal", "Club, short sign")
            }
            "contest" => self.choose("Konkurranse", "Konkurranse", "Contest"),
            "plb" => self.choose("Nødpeilesender", "Naudpeilesendar", "Locator beacon"),
            "test_amateur" => self.choose(
                "Testserie for amatører",
                "Testserie for amatørar",
                "Test series, amateur",
            ),
            "test_plb" => self.choose(
                "Testserie for nødpeilesendere",
                "Testserie for naudpeilesendarar",
                "Test series, beacons",
            ),
            "morokulien" => self.choose("Morokulien", "Morokulien", "Morokulien"),
            "jubilee_2014_li" | "jubilee_2014_lj" | "jubilee_lm2014" => {
                self.choose("Jubileum 2014", "Jubileum 2014", "Jubilee 2014")
            }
            "special_event" => self.choose("Særskilt anledning", "Særskilt høve", "Special event"),
            "limited" => self.choose("Begrenset klasse", "Avgrensa klasse", "Limited class"),
            "club_contest" => {
                self.choose("Klubb, konkurranse", "Klubb, konkurranse", "Club, contest")
            }
            "repeater_beacon" => self.choose(
                "Repeater eller radiofyr",
                "Repeater eller radiofyr",
                "Repeater or beacon station",
            ),
            "legacy_novice" => self.choose(
                "Tidligere nybegynnerklasse",
                "Tidlegare nybyrjarklasse",
                "Former novice class",
            ),
            "legacy_technician" => self.choose(
                "Tidligere teknikerklasse",
                "Tidlegare teknikarklasse",
                "Former technician class",
            ),
            "unknown" => self.choose("Annen", "Anna", "Other"),
            other => return other.to_owned(),
        }
        .to_owned()
    }

    /// Why a call sign is blocked. Words that a caseworker wrote are shown as they are.
    pub fn block_reason(self, code: &str) -> String {
        match code {
            "q_code" => self.choose(
                "Bokstavene kan forveksles med en Q-kode (ITU RR 19.47).",
                "Bokstavane kan forvekslast med ein Q-kode (ITU RR 19.47).",
                "The letters may be taken for a Q code (ITU RR 19.47).",
            ),
            "distress_signal" => self.choose(
                "Bokstavene kan forveksles med et nødsignal (ITU RR 19.48).",
                "Bokstavane kan forvekslast med eit naudsignal (ITU RR 19.48).",
                "The letters may be taken for a distress signal (ITU RR 19.48).",
            ),
            "urgency_signal" => self.choose(
                "Bokstavene kan forveksles med et hastesignal (ITU RR 19.48).",
                "Bokstavane kan forvekslast med eit hastesignal (ITU RR 19.48).",
                "The letters may be taken for an urgency signal (ITU RR 19.48).",
            ),
            "safety_signal" => self.choose(
                "Bokstavene kan forveksles med et sikkerhetssignal (ITU RR 19.48).",
                "Bokstavane kan forvekslast med eit tryggingssignal (ITU RR 19.48).",
                "The letters may be taken for a safety signal (ITU RR 19.48).",
            ),
            "offensive" => self.choose(
                "Bokstavene er et støtende ord.",
                "Bokstavane er eit støytande ord.",
                "The letters are an offensive word.",
            ),
            "m1172_abbreviation" => self.choose(
                "Bokstavene er en forkortelse i radiotrafikk (ITU-R M.1172).",
                "Bokstavane er ei forkorting i radiotrafikk (ITU-R M.1172).",
                "The letters are an abbreviation in radio traffic (ITU-R M.1172).",
            ),
            "historic-series" => self.choose(
                "Signalet er av en eldre serie som ikke deles ut lenger.",
                "Signalet er av ein eldre serie som ikkje blir delt ut lenger.",
                "The sign is of an older series that is not given out any more.",
            ),
            other => return other.to_owned(),
        }
        .to_owned()
    }

    /// Class of an amateur licence.
    pub fn licence_class(self, code: &str) -> String {
        match code {
            "full" => self.choose("Full", "Full", "Full"),
            "limited" => self.choose("Begrenset", "Avgrensa", "Limited"),
            other => return other.to_owned(),
        }
        .to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        assignment::SignStatus,
        values::{blocked_suffix::BlockReason, call_sign_series::SeriesKind, language::Language},
    };

    #[test]
    fn every_code_of_the_registry_has_words() {
        for words in Language::ALL.map(Words) {
            for status in SignStatus::ALL {
                assert_ne!(words.sign_status(status.code()), status.code());
                assert_ne!(words.sign_status_means(status.code()), words.means_unknown());
            }
            for series in SeriesKind::ALL {
                assert_ne!(words.sign_series(series.code()), series.code());
            }
            for reason in BlockReason::ALL {
                assert_ne!(words.block_reason(reason.code()), reason.code());
            }
        }
    }
}
