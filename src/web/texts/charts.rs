//! Texts of the frequency plan, frequency permits, the number plan and the statistics.

super::texts! {
    frequency_permits: "Frekvenstillatelser", "Frekvensløyve", "Frequency permits";
    frequency_permits_about: "Tillatelser til å bruke frekvenser, med kart over senderne", "Løyve til å bruke frekvensar, med kart over sendarane", "Permits to use frequencies, with a map of the transmitters";
    number_ranges: "Nummerplan", "Nummerplan", "Number plan";
    number_ranges_about: "Hvem som har fått hvilke telefonnumre og koder, og hva som er ledig", "Kven som har fått kva telefonnummer og kodar, og kva som er ledig", "Who was given which telephone numbers and codes, and what is free";
    statistics: "Statistikk", "Statistikk", "Statistics";
    statistics_about: "Tillatelser etter år, type, alder og fylke", "Løyve etter år, type, alder og fylke", "Permits by year, kind, age and county";
    frequency_plan: "Frekvensplan", "Frekvensplan", "Frequency plan";
    frequency_plan_about: "Hva hvert frekvensbånd er fordelt til, fra 8,3 kHz til 275 GHz", "Kva kvart frekvensband er fordelt til, frå 8,3 kHz til 275 GHz", "What each frequency band is allocated to, from 8.3 kHz to 275 GHz";
    plan_title: "Den nasjonale frekvensplanen", "Den nasjonale frekvensplanen", "The national frequency plan";
    plan_lead: "Velg et felt for å gå nærmere inn på det. Fordelingen står også i tabellen under diagrammet.", "Vel eit felt for å gå nærare inn på det. Fordelinga står òg i tabellen under diagrammet.", "Choose a block to look closer at it. The allocations are also in the table below the chart.";
    plan_from: "Fra frekvens", "Frå frekvens", "From frequency";
    plan_to: "Til frekvens", "Til frekvens", "To frequency";
    plan_frequency_hint: "For eksempel 145,5 MHz", "Til dømes 145,5 MHz", "For example 145.5 MHz";
    plan_at: "På dato", "På dato", "On date";
    plan_table: "Plan", "Plan", "Table";
    plan_show: "Vis", "Vis", "Show";
    table_no: "Nasjonal frekvensplan", "Nasjonal frekvensplan", "National frequency plan";
    table_eca: "Den felleseuropeiske planen (ECA)", "Den felleseuropeiske planen (ECA)", "European Common Allocation table (ECA)";
    table_rr: "Det internasjonale radioreglementet, region 1", "Det internasjonale radioreglementet, region 1", "ITU Radio Regulations, Region 1";
    table_days(from): "gjelder fra {from}", "gjeld frå {from}", "in force from {from}";
    table_days_between(from, last): "gjaldt fra {from} til og med {last}", "gjaldt frå {from} til og med {last}", "in force from {from} to {last}";
    plan_nothing: "Ingen utgave av planen er kjent for denne datoen. Velg en senere dato.", "Ingen utgåve av planen er kjend for denne datoen. Vel ein seinare dato.", "No edition of the plan is known for this date. Choose a later one.";
    whole_plan: "Hele planen", "Heile planen", "The whole plan";
    zoom: "Utsnitt", "Utsnitt", "View";
    zoom_in: "Nærmere", "Nærare", "Closer";
    zoom_out: "Lenger ut", "Lenger ut", "Farther out";
    lower: "Lavere", "Lågare", "Lower";
    higher: "Høyere", "Høgare", "Higher";
    named_bands: "Frekvensområder", "Frekvensområde", "Frequency ranges";
    chart_of(range): "Diagram over fordelingen {range}", "Diagram over fordelinga {range}", "Chart of the allocations {range}";
    chart_note: "Frekvensen øker mot høyre, på smale skjermer nedover, i en logaritmisk skala. Hver rad er en gruppe radiotjenester.", "Frekvensen aukar mot høgre, på smale skjermar nedover, i ein logaritmisk skala. Kvar rad er ei gruppe radiotenester.", "Frequency rises to the right, on narrow screens downwards, on a logarithmic scale. Each row is a group of radio services.";
    skip_chart: "Hopp over diagrammet", "Hopp over diagrammet", "Skip the chart";
    legend: "Tegnforklaring", "Teiknforklaring", "Legend";
    primary: "primær", "primær", "primary";
    primary_about: "primær tjeneste: hel flate", "primær teneste: heil flate", "primary service: solid";
    secondary: "sekundær", "sekundær", "secondary";
    secondary_about: "sekundær tjeneste, som må tåle primære: smal og skravert", "sekundær teneste, som må tole primære: smal og skravert", "secondary service, which must accept primary ones: narrow and hatched";
    several_allocations(count): "{count} fordelinger", "{count} fordelingar", "{count} allocations";
    licences: "Frekvenstillatelser", "Frekvensløyve", "Spectrum licences";
    permits_here: "Antall tillatelser", "Talet på løyve", "Number of permits";
    permits_in(count, range): "{range}: {count} tillatelser", "{range}: {count} løyve", "{range}: {count} permits";
    licences_left_out(count): "{count} frekvenstillatelser har ikke plass i diagrammet. Gå nærmere inn for å se dem.", "{count} frekvensløyve har ikkje plass i diagrammet. Gå nærare inn for å sjå dei.", "{count} spectrum licences have no room in the chart. Look closer to see them.";
    band_table: "Fordelingen som tabell", "Fordelinga som tabell", "The allocations as a table";
    band: "Frekvensbånd", "Frekvensband", "Band";
    services: "Tjenester", "Tenester", "Services";
    uses: "Bruk", "Bruk", "Use";
    footnotes: "Fotnoter", "Fotnotar", "Footnotes";
    permits_column: "Tillatelser", "Løyve", "Permits";
    bands_shown(shown, total): "Viser {shown} av {total} bånd, etter frekvens.", "Viser {shown} av {total} band, etter frekvens.", "Showing {shown} of {total} bands, by frequency.";
    all_bands(total): "Vis alle {total} bånd", "Vis alle {total} band", "Show all {total} bands";
    not_allocated: "ikke fordelt", "ikkje fordelt", "not allocated";
    bad_frequency(label): "{label}: Skriv et tall og Hz, kHz, MHz eller GHz, for eksempel 145,5 MHz.", "{label}: Skriv eit tal og Hz, kHz, MHz eller GHz, til dømes 145,5 MHz.", "{label}: Write a number and Hz, kHz, MHz or GHz, for example 145.5 MHz.";
    bad_order: "Til frekvens: Oppgi en frekvens over den første.", "Til frekvens: Oppgi ein frekvens over den første.", "To frequency: Give a frequency above the first.";
    bad_date(label): "{label}: Skriv datoen som ÅÅÅÅ-MM-DD.", "{label}: Skriv datoen som ÅÅÅÅ-MM-DD.", "{label}: Write the date as YYYY-MM-DD.";
}

super::texts! {
    permits_lead: "Hvem som har tillatelse til å bruke hvilke frekvenser, og hvor. Privatpersoner vises uten navn, og bare med kommunen.", "Kven som har løyve til å bruke kva frekvensar, og kvar. Privatpersonar blir viste utan namn, og berre med kommunen.", "Who may use which frequencies, and where. Private persons are shown without names, and with the municipality only.";
    permits_label: "Innehaver, tillatelse eller kallesignal", "Innehavar, løyve eller kallesignal", "Holder, permit or call sign";
    private_person: "Privatperson", "Privatperson", "Private person";
    latitude: "Breddegrad", "Breiddegrad", "Latitude";
    longitude: "Lengdegrad", "Lengdegrad", "Longitude";
    radius: "Avstand i km", "Avstand i km", "Distance in km";
    around_place: "Rundt et sted", "Rundt ein stad", "Around a place";
    around_hint: "Desimalgrader i WGS84, for eksempel 59,91 og 10,75.", "Desimalgrader i WGS84, til dømes 59,91 og 10,75.", "Decimal degrees in WGS 84, for example 59.91 and 10.75.";
    not_degrees(label): "{label}: Skriv desimalgrader i WGS84, for eksempel 59,91.", "{label}: Skriv desimalgrader i WGS84, til dømes 59,91.", "{label}: Write decimal degrees in WGS 84, for example 59.91.";
    around_together(label): "{label}: Oppgi breddegrad, lengdegrad og avstand sammen.", "{label}: Oppgi breiddegrad, lengdegrad og avstand saman.", "{label}: Give latitude, longitude and distance together.";
    more_fields: "Frekvens, sted og dato", "Frekvens, stad og dato", "Frequency, place and date";
    permit_use: "Bruk", "Bruk", "Use";
    permit_kind: "Type", "Type", "Kind";
    permit_year: "Fra år", "Frå år", "Since year";
    found_permits(total): "{total} tillatelser", "{total} løyve", "{total} permits";
    found_one_permit: "Én tillatelse", "Eitt løyve", "One permit";
    no_permits: "Ingen tillatelser passer", "Ingen løyve passar", "No permits match";
    try_permit: "Søk på færre ord, eller på innehaverens organisasjonsnummer.", "Søk på færre ord, eller på organisasjonsnummeret til innehavaren.", "Search for fewer words, or for the holder's organisation number.";
    try_ended: "Tillatelser som ikke gjelder lenger, står ikke i listen.", "Løyve som ikkje gjeld lenger, står ikkje i lista.", "Permits that are no longer in force are not in the list.";
    try_person: "Privatpersoner kan ikke finnes på navn.", "Privatpersonar kan ikkje finnast på namn.", "Private persons cannot be found by name.";
    no_permit_title: "Tillatelsen står ikke i listen", "Løyvet står ikkje i lista", "The permit is not in the list";
    no_permit_text: "Sjekk nummeret, eller søk på innehaveren. Tillatelser som ikke gjelder lenger, står ikke i listen.", "Sjekk nummeret, eller søk på innehavaren. Løyve som ikkje gjeld lenger, står ikkje i lista.", "Check the number, or search for the holder. Permits that are no longer in force are not in the list.";
    permit_ended(number): "Tillatelsen {number} gjelder ikke lenger", "Løyvet {number} gjeld ikkje lenger", "Permit {number} is no longer in force";
    permit_ended_on(day): "Siste dag den gjaldt, var {day}. Mer om den er ikke offentlig her.", "Siste dagen det galdt, var {day}. Meir om det er ikkje offentleg her.", "Its last day was {day}. No more about it is public here.";
    map_view: "Kartutsnitt", "Kartutsnitt", "Map view";
    map_title: "Kart over senderne", "Kart over sendarane", "Map of the transmitters";
    map_note: "Velg en sirkel for å gå nærmere, eller én sender for å se tillatelsen.", "Vel ein sirkel for å gå nærare, eller éin sendar for å sjå løyvet.", "Choose a circle to look closer, or a single transmitter to see its permit.";
    map_cut(shown, total): "Kartet viser de {shown} første av {total}. Avgrens søket for å se resten.", "Kartet viser dei {shown} første av {total}. Avgrens søket for å sjå resten.", "The map shows the first {shown} of {total}. Narrow the search to see the rest.";
    map_national(count): "{count} gjelder hele landet eller sokkelen og står ikke på kartet.", "{count} gjeld heile landet eller sokkelen og står ikkje på kartet.", "{count} hold for the whole country or the shelf and are not on the map.";
    map_empty: "Ingen av tillatelsene har et sted på kartet.", "Ingen av løyva har ein stad på kartet.", "None of the permits has a place on the map.";
    map_site: "sender", "sendar", "transmitter";
    map_municipality: "bare kommunen vises", "berre kommunen blir vist", "the municipality only";
    map_zone: "område", "område", "area";
    map_several(count): "{count} steder", "{count} stader", "{count} places";
    map_north: "Nord", "Nord", "North";
    map_south: "Sør", "Sør", "South";
    map_west: "Vest", "Vest", "West";
    map_east: "Øst", "Aust", "East";
    map_all: "Hele fastlandet", "Heile fastlandet", "All of the mainland";
    map_table: "Stedene på kartet som tabell", "Stadene på kartet som tabell", "The places on the map as a table";
    site: "Sted", "Stad", "Site";
    position: "Posisjon", "Posisjon", "Position";
    map_source: "Kystlinje: Natural Earth. Stedsnavn: GeoNames (CC BY 4.0).", "Kystlinje: Natural Earth. Stadnamn: GeoNames (CC BY 4.0).", "Coastline: Natural Earth. Place names: GeoNames (CC BY 4.0).";
    frequencies: "Frekvenser", "Frekvensar", "Frequencies";
    area: "Område", "Område", "Area";
    area_national: "Hele landet", "Heile landet", "The whole country";
    area_offshore: "Kontinentalsokkelen", "Kontinentalsokkelen", "The continental shelf";
    area_polygon: "Et område tegnet på kartet", "Eit område teikna på kartet", "An area drawn on the map";
    last_day_valid: "Gjelder til og med", "Gjeld til og med", "Valid to";
    contact: "Kontakt", "Kontakt", "Contact";
    stations: "Stasjoner", "Stasjonar", "Stations";
    channels: "Kanaler", "Kanalar", "Channels";
    centre_frequency: "Senterfrekvens", "Senterfrekvens", "Centre frequency";
    width: "Bredde", "Breidd", "Width";
    radiated: "Utstrålt effekt", "Utstrålt effekt", "Radiated power";
    antenna: "Antenne", "Antenne", "Antenna";
    emission: "Utsendelse", "Utsending", "Emission";
    technology: "Teknologi", "Teknologi", "Technology";
    leases: "Utleid", "Utleigd", "Leased";
    exclusive: "Alene om frekvensene", "Aleine om frekvensane", "Exclusive";
    hop_length: "Lengde på hoppet", "Lengda på hoppet", "Hop length";
    in_plan: "Se i frekvensplanen", "Sjå i frekvensplanen", "See in the frequency plan";
    downlink: "nedlink", "nedlink", "downlink";
    uplink: "opplink", "opplink", "uplink";
    station_of(number): "Stasjon {number}", "Stasjon {number}", "Station {number}";
    person_note: "Innehaveren er en privatperson. Navn, kontakt og nøyaktig sted er ikke offentlig.", "Innehavaren er ein privatperson. Namn, kontakt og nøyaktig stad er ikkje offentleg.", "The holder is a private person. Name, contact and exact site are not public.";
}

impl super::Words {
    /// Use of a transmitter permit, or radio service of a spectrum licence.
    pub fn permit_use_name(self, code: &str) -> String {
        match code {
            "fixedLink" => self.choose("radiolinje", "radiolinje", "fixed link"),
            "pmr" => self.choose("mobilnett (PMR)", "mobilnett (PMR)", "private mobile radio"),
            "lowPowerSystem" => {
                self.choose("laveffektsystem", "lågeffektsystem", "low-power system")
            }
            "telemetry" => self.choose("telemetri", "telemetri", "telemetry"),
            "localNet" => self.choose("lokalt nett", "lokalt nett", "local network"),
            "earthStation" => self.choose("jordstasjon", "jordstasjon", "earth station"),
            "broadcasting" => self.choose("kringkasting", "kringkasting", "broadcasting"),
            "event" => self.choose("arrangement", "arrangement", "event"),
            "test" => self.choose("prøve", "prøve", "test"),
            "mobile" => self.choose("mobil", "mobil", "mobile"),
            "fixed" => self.choose("fast", "fast", "fixed"),
            "satellite" => self.choose("satellitt", "satellitt", "satellite"),
            other => return other.to_owned(),
        }
        .to_owned()
    }
}

super::texts! {
    numbers_lead: "Telefonnumre og andre nummerressurser: hvem som har fått hva, og hvor mye som er ledig.", "Telefonnummer og andre nummerressursar: kven som har fått kva, og kor mykje som er ledig.", "Telephone numbers and other number resources: who was given what, and how much is free.";
    numbers_label: "Nummer, tilbyder eller kategori", "Nummer, tilbydar eller kategori", "Number, provider or category";
    numbers_hint: "Et helt nummer, eller begynnelsen av det.", "Eit heilt nummer, eller byrjinga av det.", "A whole number, or the beginning of one.";
    numbers_use: "Hvor mye som er i bruk", "Kor mykje som er i bruk", "How much is in use";
    numbers_use_note: "Ledig er det som verken er tildelt eller blokkert.", "Ledig er det som verken er tildelt eller blokkert.", "Free is what is neither assigned nor blocked.";
    numbers_share: "Andel", "Del", "Share";
    share_assigned(percent): "{percent} tildelt", "{percent} tildelt", "{percent} assigned";
    counted_at(when): "Talt opp {when}.", "Talt opp {when}.", "Counted on {when}.";
    number_type: "Type", "Type", "Type";
    number_range: "Serie", "Serie", "Range";
    number_count: "Antall", "Talet på", "Count";
    provider: "Tilbyder", "Tilbydar", "Provider";
    category: "Kategori", "Kategori", "Category";
    comment: "Merknad", "Merknad", "Comment";
    point_code: "Punktkode", "Punktkode", "Point code";
    assigned_on: "Tildelt", "Tildelt", "Assigned on";
    found_ranges(total): "{total} serier", "{total} seriar", "{total} ranges";
    found_one_range: "Én serie", "Éin serie", "One range";
    no_other_ranges: "Ellers passer ingen serier", "Elles passar ingen seriar", "No other ranges match";
    no_ranges: "Ingen serier passer", "Ingen seriar passar", "No ranges match";
    try_number: "Skriv hele nummeret, eller bare de første sifrene, uten landnummer.", "Skriv heile nummeret, eller berre dei første sifra, utan landnummer.", "Write the whole number, or only its first digits, without the country code.";
    try_provider: "Søk på færre ord av navnet til tilbyderen, eller på organisasjonsnummeret.", "Søk på færre ord av namnet til tilbydaren, eller på organisasjonsnummeret.", "Search for fewer words of the provider's name, or for its organisation number.";
    number_plan_use: "I nummerplanen", "I nummerplanen", "In the number plan";
    number_is_assigned(name): "Serien er tildelt {name}.", "Serien er tildelt {name}.", "The range is assigned to {name}.";
    number_is_blocked: "Nummeret blir ikke delt ut.", "Nummeret blir ikkje delt ut.", "The number is not given to anybody.";
    number_is_free: "Nummeret er ikke tildelt.", "Nummeret er ikkje tildelt.", "The number is not assigned.";
    bad_number_title: "Dette er ikke et nummer i nummerplanen", "Dette er ikkje eit nummer i nummerplanen", "This is not a number of the number plan";
    bad_number_text: "Skriv alle sifrene i telefonnummeret, for eksempel 22 00 00 00. Koder og korte nummer finner du ved å velge type under Nummerplan.", "Skriv alle siffera i telefonnummeret, til dømes 22 00 00 00. Kodar og korte nummer finn du ved å velje type under Nummerplan.", "Write all digits of the telephone number, for example 22 00 00 00. Codes and short numbers are found by choosing their type under Number plan.";
    number_note: "Svaret viser hvem myndigheten tildelte serien. Et nummer kan være flyttet til en annen tilbyder siden.", "Svaret viser kven styresmakta tildelte serien. Eit nummer kan vere flytta til ein annan tilbydar sidan.", "The answer shows to whom the authority assigned the range. A number may have been moved to another provider since.";

    statistics_lead: "Hvor mange tillatelser som er gitt, og hvem som har dem – bare som antall.", "Kor mange løyve som er gitt, og kven som har dei – berre som tal.", "How many permits are given and who holds them – as numbers only.";
    statistics_issued: "Tillatelser gitt per år", "Løyve gitt per år", "Permits issued per year";
    statistics_issued_note: "Alle tillatelser som ble gitt i året, også de som senere er avsluttet.", "Alle løyve som blei gitt i året, òg dei som seinare er avslutta.", "All permits issued in the year, also those that have ended since.";
    statistics_in_force: "Gjelder nå", "Gjeld no", "In force now";
    statistics_ages: "Alder på personer som har tillatelse", "Alder på personar som har løyve", "Age of persons who hold permits";
    statistics_counties: "Innehavere etter fylke", "Innehavarar etter fylke", "Holders by county";
    statistics_counties_note: "Personer og virksomheter med tillatelser som gjelder nå, etter adressen.", "Personar og verksemder med løyve som gjeld no, etter adressa.", "Persons and businesses with permits in force, by address.";
    statistics_hidden: "Tall på innehavere fra 1 til 4 vises ikke. For at ingen skal kunne regne seg fram til dem, er minst to tall i rekken skjult, til sammen minst 5; der det ikke går, er hele rekken skjult.", "Tal på innehavarar frå 1 til 4 blir ikkje viste. For at ingen skal kunne rekne seg fram til dei, er minst to tal i rekka skjulte, til saman minst 5; der det ikkje går, er heile rekka skjult.", "Counts of holders from 1 to 4 are not shown. So that nobody can reckon them, at least two counts of a line are hidden, together at least 5; where that cannot be, the whole line is.";
    kept_back: "skjult", "skjult", "hidden";
    no_figures: "Ingen tillatelser ennå.", "Ingen løyve enno.", "No permits yet.";
    any: "Alle", "Alle", "All";
    is_so: "ja", "ja", "yes";
    is_not_so: "nei", "nei", "no";
    of_year: "År", "År", "Year";
    age: "Alder", "Alder", "Age";
    age_unknown: "ukjent", "ukjend", "unknown";
    county_other: "Utlandet og ukjent", "Utlandet og ukjend", "Abroad and unknown";
    total: "I alt", "I alt", "Total";
    count_of: "Antall", "Talet på", "Count";
    as_csv: "Last ned tallene som CSV", "Last ned tala som CSV", "Download the figures as CSV";
}

impl super::Words {
    /// What numbers of a row of the plan are for.
    pub fn number_category(self, code: &str) -> String {
        match code {
            "international_prefix" => {
                self.choose("prefiks til utlandet", "prefiks til utlandet", "international prefix")
            }
            "reserved" => {
                self.choose("holdt av til planen", "halde av til planen", "kept for the plan")
            }
            "special_5_digit" => {
                self.choose("femsifret nummer", "femsifra nummer", "five-digit number")
            }
            "special_standardised" => self.choose(
                "standardisert spesialnummer",
                "standardisert spesialnummer",
                "standardised special number",
            ),
            "emergency" => self.choose("nødnummer", "naudnummer", "emergency number"),
            "eea_harmonised" | "eea_harmonised_regulated" => self.choose(
                "nummer felles for EØS",
                "nummer felles for EØS",
                "number harmonised in the EEA",
            ),
            "eea_harmonised_blocked" => self.choose(
                "felles for EØS, deles ikke ut",
                "felles for EØS, blir ikkje delt ut",
                "harmonised in the EEA, never assigned",
            ),
            "directory_enquiry" => {
                self.choose("nummeropplysning", "nummeropplysing", "directory enquiries")
            }
            "provider_specific" => self.choose(
                "tilbyderens egne numre",
                "tilbydaren sine eigne nummer",
                "the provider's own numbers",
            ),
            "fixed" => self.choose("fasttelefon", "fasttelefon", "fixed telephony"),
            "mobile" => self.choose("mobiltelefon", "mobiltelefon", "mobile telephony"),
            "m2m_iot" => self.choose(
                "kommunikasjon mellom maskiner",
                "kommunikasjon mellom maskinar",
                "communication between machines",
            ),
            "fictional" => {
                self.choose("til film og prøver", "til film og prøver", "for film and tests")
            }
            "special_8_digit" => self.choose(
                "åttesifret spesialnummer",
                "åttesifra spesialnummer",
                "eight-digit special number",
            ),
            "special_free" => {
                self.choose("gratis å ringe", "gratis å ringje", "free to the caller")
            }
            "special_premium" => {
                self.choose("innholdstjenester", "innhaldstenester", "premium services")
            }
            other => return other.to_owned(),
        }
        .to_owned()
    }
}
