//! Texts that stand on every page, and on the pages of problems.

super::texts! {
    register: "Det offentlige registeret", "Det offentlege registeret", "The public register";
    skip: "Hopp til hovedinnhold", "Hopp til hovudinnhald", "Skip to main content";
    menu: "Meny", "Meny", "Menu";
    main_menu: "Hovedmeny", "Hovudmeny", "Main menu";
    choose_language: "Språk", "Språk", "Language";
    to_start: "Til forsiden", "Til framsida", "To the start page";
    start: "Forside", "Framside", "Start";
    you_are_here: "Du er her", "Du er her", "You are here";
    footer_about: "Om registeret", "Om registeret", "About";
    footer_developers: "For utviklere", "For utviklarar", "For developers";
    api_docs: "Programmeringsgrensesnitt (API)", "Programmeringsgrensesnitt (API)", "API operations";
    problem_list: "Feilmeldinger i API-et", "Feilmeldingar i API-et", "Problems of the API";
    open_api: "OpenAPI-dokumentet", "OpenAPI-dokumentet", "The OpenAPI document";
    english_only: "på engelsk", "på engelsk", "in English";
    answered(when): "Siden viser registeret slik det var {when}.", "Sida viser registeret slik det var {when}.", "This page shows the register as it was on {when}.";
    made_up: "Ingen informasjonskapsler og ingen skript på disse sidene.", "Ingen informasjonskapslar og ingen skript på desse sidene.", "These pages use no cookies and no scripts.";

    no_persons: "Akkurat nå vises ingen personer, fordi registeret ikke kan sjekke samtykkene. Prøv igjen om litt.", "Akkurat no viser vi ingen personar, fordi registeret ikkje kan sjekke samtykka. Prøv igjen om litt.", "No persons are shown right now, because the register cannot check their consents. Try again in a while.";

    call_signs: "Kallesignaler", "Kallesignal", "Call signs";
    installers: "Installatører", "Installatørar", "Installers";
    suppliers: "Leverandører", "Leverandørar", "Suppliers";
    privacy: "Personvern", "Personvern", "Privacy";
    open_data: "Åpne data", "Opne data", "Open data";

    search: "Søk", "Søk", "Search";
    filters: "Avgrens", "Avgrens", "Filters";
    active_filters: "Valgte filtre", "Valde filter", "Active filters";
    remove_filter(name): "Fjern {name}", "Fjern {name}", "Remove {name}";
    clear_all: "Fjern alle", "Fjern alle", "Clear all";
    most_frequent(count): "Bare de {count} vanligste står her. Søk for å finne andre.", "Berre dei {count} vanlegaste står her. Søk for å finne andre.", "Only the {count} most frequent stand here. Search to find others.";
    show_more(count): "Vis {count} til", "Vis {count} til", "Show {count} more";

    pages: "Sider", "Sider", "Pages";
    next_page: "Neste", "Neste", "Next";
    previous_page: "Forrige", "Førre", "Previous";
    first_page: "Første side", "Første side", "First page";

    download: "Last ned hele listen", "Last ned heile lista", "Download the whole list";
    download_as(format): "Last ned listen som {format}", "Last ned lista som {format}", "Download the list as {format}";
    download_note: "Fri bruk med NLOD 2.0. Filene lages på nytt ved hver endring.", "Fri bruk med NLOD 2.0. Filene blir laga på nytt ved kvar endring.", "Free to use under NLOD 2.0. The files are made anew with every change.";
    as_json: "Denne siden som JSON", "Denne sida som JSON", "This page as JSON";

    correct_this: "Rett dette og søk igjen", "Rett dette og søk igjen", "Correct this and search again";
    unknown_parameter(name): "Adressen inneholder «{name}», som denne siden ikke kjenner.", "Adressa inneheld «{name}», som denne sida ikkje kjenner.", "The address contains “{name}”, which this page does not know.";
    repeated_parameter(name): "«{name}» står to ganger i adressen. Oppgi det bare én gang.", "«{name}» står to gonger i adressa. Oppgi det berre éin gong.", "“{name}” is in the address twice. Give it only once.";
    too_long(label): "{label}: Skriv høyst 100 tegn.", "{label}: Skriv høgst 100 teikn.", "{label}: Write at most 100 characters.";
    nul_character(label): "{label}: Fjern tegnet U+0000.", "{label}: Fjern teiknet U+0000.", "{label}: Remove the character U+0000.";
    not_a_choice(label): "{label}: Velg en av verdiene i listen.", "{label}: Vel ein av verdiane i lista.", "{label}: Choose one of the values in the list.";
    not_a_word(label): "{label}: Skriv minst en bokstav eller et siffer.", "{label}: Skriv minst ein bokstav eller eit siffer.", "{label}: Write at least a letter or a digit.";
    not_a_year(label): "{label}: Skriv et årstall med fire sifre.", "{label}: Skriv eit årstal med fire siffer.", "{label}: Write a year with four digits.";
    not_a_date(label): "{label}: Skriv en dato som ÅÅÅÅ-MM-DD.", "{label}: Skriv ein dato som ÅÅÅÅ-MM-DD.", "{label}: Write a date as YYYY-MM-DD.";
    not_a_number(label): "{label}: Skriv et tall innenfor grensene.", "{label}: Skriv eit tal innanfor grensene.", "{label}: Write a number within the limits.";
    bad_cursor: "Lenken til denne siden av treffene gjelder ikke lenger. Start på den første siden.", "Lenkja til denne sida av treffa gjeld ikkje lenger. Start på den første sida.", "The link to this page of results is no longer valid. Start on the first page.";
    until(day): "til {day}", "til {day}", "until {day}";
    without_it: "Vis siden uten dette", "Vis sida utan dette", "Show the page without it";

    not_found_title: "Vi finner ikke siden", "Vi finn ikkje sida", "We cannot find the page";
    not_found_text: "Adressen finnes ikke her, eller det den pekte på, står ikke lenger i registeret. Se etter skrivefeil, eller gå videre herfra:", "Adressa finst ikkje her, eller det ho peikte på, står ikkje lenger i registeret. Sjå etter skrivefeil, eller gå vidare herfrå:", "There is nothing at this address, or what it pointed to is no longer in the register. Check the spelling, or continue from here:";
    bad_request_title: "Adressen kan ikke leses", "Adressa kan ikkje lesast", "The address cannot be read";
    bad_request_text: "En del av adressen har en verdi vi ikke forstår. Gå til søket og prøv igjen.", "Ein del av adressa har ein verdi vi ikkje forstår. Gå til søket og prøv igjen.", "A part of the address has a value that we do not understand. Go to the search and try again.";
    unavailable_title: "Registeret svarer ikke akkurat nå", "Registeret svarer ikkje akkurat no", "The register does not answer right now";
    unavailable_text: "Vent litt og last siden på nytt. Ingenting du har gjort, er gått tapt.", "Vent litt og last sida på nytt. Ingenting du har gjort, er gått tapt.", "Wait a little and load the page again. Nothing you have done is lost.";
    wait_title: "Vent litt", "Vent litt", "Wait a little";
    wait_text: "Det kom mange forsøk fra nettverket ditt. Vent et minutt, og last siden på nytt.", "Det kom mange forsøk frå nettverket ditt. Vent eit minutt, og last sida på nytt.", "Many attempts came from your network. Wait a minute, and load the page again.";
    failed_title: "Noe gikk galt hos oss", "Noko gjekk gale hos oss", "Something went wrong on our side";
    failed_text: "Feilen er skrevet i loggen vår. Prøv igjen om litt. Tar du kontakt, oppgi dette nummeret:", "Feilen er skriven i loggen vår. Prøv igjen om litt. Tek du kontakt, oppgi dette nummeret:", "The fault is written in our log. Try again in a while. If you contact us, quote this number:";
    method_title: "Siden tar ikke imot dette", "Sida tek ikkje imot dette", "The page does not take this";
    other_type_title: "Filen finnes ikke i den formen", "Fila finst ikkje i den forma", "The file is not there in that form";
    other_type_text: "Nettleseren eller programmet ditt sier at det ikke tar imot filer av denne typen.", "Nettlesaren eller programmet ditt seier at det ikkje tek imot filer av denne typen.", "Your browser or program says that it does not take files of this type.";
    error_number: "Feil", "Feil", "Error";
}
