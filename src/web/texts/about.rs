//! Texts of the start page, of verification, and of the pages about the register itself.

super::texts! {
    start_title: "Hvem bruker frekvensene, numrene og kallesignalene?", "Kven bruker frekvensane, numra og kallesignala?", "Who uses the frequencies, numbers and call signs?";
    start_lead: "Slå opp i registeret over tillatelser for ekom og radio. Alt her er åpent for alle, og endringer vises med en gang.", "Slå opp i registeret over løyve for ekom og radio. Alt her er ope for alle, og endringar er synlege med ein gong.", "Look up permits for electronic communications and radio. Everything here is open to everybody, and changes show at once.";
    start_label: "Kallesignal eller navn", "Kallesignal eller namn", "Call sign or name";
    start_hint: "Slik det høres på lufta går også, for eksempel JW/LB1AG.", "Slik det høyrest på lufta går òg, til dømes JW/LB1AG.", "As heard on the air will do, too, for example JW/LB1AG.";
    lists: "Listene", "Listene", "The lists";
    call_signs_about: "Radioamatører, klubber og nødpeilesendere: hvem har signalet, og er det ledig?", "Radioamatørar, klubbar og naudpeilesendarar: kven har signalet, og er det ledig?", "Radio amateurs, clubs and beacons: whose is the sign, and is it free?";
    installers_about: "Bedrifter som er autorisert for ekomnett.", "Verksemder som er autoriserte for ekomnett.", "Businesses authorised for communications networks.";
    suppliers_about: "Leverandører av radio- og teleutstyr og radioforhandlere.", "Leverandørar av radio- og teleutstyr og radioforhandlarar.", "Suppliers of radio and telecom equipment, and radio dealers.";
    what_is_it: "Hva er dette?", "Kva er dette?", "What is this?";
    what_is_it_text: "Den som vil bruke bestemte frekvenser, kallesignaler eller nummer, må ha tillatelse. Tillatelsene står her fra det øyeblikket de er gitt, og forsvinner når de er slutt.", "Den som vil bruke bestemte frekvensar, kallesignal eller nummer, må ha løyve. Løyva står her frå den augneblinken dei er gjevne, og forsvinn når dei er slutt.", "Whoever wants to use certain frequencies, call signs or numbers needs a permit. Permits stand here from the moment they are given and go when they end.";
    whose_names: "Hvem vises med navn?", "Kven viser vi med namn?", "Who is shown by name?";
    whose_names_text: "Organisasjoner vises med navn. Privatpersoner vises bare hvis de har samtykket, og bare med det de har samtykket til. Trekkes samtykket, er navnet borte med en gang, også fra nedlastingene og fra spørringer om gamle datoer.", "Organisasjonar viser vi med namn. Privatpersonar viser vi berre om dei har samtykt, og berre med det dei har samtykt til. Blir samtykket trekt, er namnet borte med ein gong, også frå nedlastingane og frå spørjingar om gamle datoar.", "Organisations are shown by name. Private persons are shown only if they have consented, and only what they consented to. When consent is withdrawn, the name is gone at once, from the downloads and from questions about past days as well.";
    more_privacy: "Les om personvern i registeret", "Les om personvern i registeret", "Read about privacy in the register";
    reuse: "Bruk dataene", "Bruk dataa", "Use the data";
    reuse_text: "Alle lister kan lastes ned, hentes fra et API og følges endring for endring.", "Alle lister kan lastast ned, hentast frå eit API og følgjast endring for endring.", "Every list can be downloaded, fetched from an API and followed change by change.";
    more_reuse: "Åpne data og API", "Opne data og API", "Open data and API";

    verify: "Kontroll av dokument", "Kontroll av dokument", "Verification of a document";
    verify_lead: "Dette sier registeret om dokumentet akkurat nå. Innehaveren vises ikke.", "Dette seier registeret om dokumentet akkurat no. Innehavaren viser vi ikkje.", "This is what the register says of the document right now. The holder is not shown.";
    verify_valid: "Tillatelsen gjelder", "Løyvet gjeld", "The permit is valid";
    verify_expired: "Tillatelsen har utløpt", "Løyvet har gått ut", "The permit has expired";
    verify_revoked: "Tillatelsen er tilbakekalt eller stanset", "Løyvet er tilbakekalla eller stansa", "The permit has been revoked or suspended";
    verify_ended: "Tillatelsen er avsluttet", "Løyvet er avslutta", "The permit has ended";
    verify_unknown: "Ingen tillatelse har denne koden", "Inga løyve har denne koden", "No permit has this code";
    verify_unknown_text: "Kontroller hvert tegn i koden på dokumentet, eller les QR-koden på nytt. Stemmer koden, er dokumentet ikke utstedt herfra.", "Kontroller kvart teikn i koden på dokumentet, eller les QR-koden på nytt. Stemmer koden, er dokumentet ikkje skrive ut herfrå.", "Check every character of the code on the document, or read the QR code again. If the code is right, the document was not issued here.";
    kind: "Slag", "Slag", "Kind";
    permit_number: "Tillatelse", "Løyve", "Permit";
    valid_from: "Gjelder fra", "Gjeld frå", "Valid from";
    last_day: "Siste dag", "Siste dag", "Last day";
    until_further_notice: "inntil videre", "inntil vidare", "until further notice";
    answered_at: "Svaret gjelder", "Svaret gjeld", "Answered";

    privacy_lead: "Her står alt vi bruker personopplysninger til i registeret: hvorfor, hvilke opplysninger, hvem som får dem og når de slettes. Siden er laget av de samme reglene som programmet følger. Det som ikke står her, kan ikke forlate registeret.", "Her står alt vi bruker personopplysningar til i registeret: kvifor, kva opplysningar, kven som får dei og når dei blir sletta. Sida er laga av dei same reglane som programmet følgjer. Det som ikkje står her, kan ikkje forlate registeret.", "Here is everything we use personal data for in the register: why, which data, who gets them and when they are erased. The page is made from the same rules that the program follows. What is not here cannot leave the register.";
    privacy_version(day): "Reglene gjelder fra {day}.", "Reglane gjeld frå {day}.", "The rules are in force from {day}.";
    controller: "Behandlingsansvarlig", "Behandlingsansvarleg", "Controller";
    purposes: "Dette bruker vi opplysninger til", "Dette bruker vi opplysningar til", "What we use data for";
    other_purposes: "Behandling utenfor registeret", "Behandling utanfor registeret", "Processing outside the register";
    legal_basis: "Rettslig grunnlag", "Rettsleg grunnlag", "Legal basis";
    persons_concerned: "Hvem det gjelder", "Kven det gjeld", "Whom it is about";
    where_from: "Hvor opplysningene kommer fra", "Kvar opplysningane kjem frå", "Where the data come from";
    which_data: "Opplysninger", "Opplysningar", "Data";
    who_gets: "Hvem får opplysninger", "Kven får opplysningar", "Who gets data";
    recipient: "Mottaker", "Mottakar", "Recipient";
    about_permits: "Om tillatelser av slaget", "Om løyve av slaget", "About permits of the kind";
    only_with_consent: "bare med samtykke", "berre med samtykke", "only with consent";
    when_erased: "Hvor lenge vi har dem", "Kor lenge vi har dei", "How long we keep them";
    unless: "Unntak", "Unntak", "Unless";
    your_rights: "Rettighetene dine", "Rettane dine", "Your rights";
    automated: "Automatiske avgjørelser", "Automatiske avgjerder", "Automated decisions";
    others: "Andre som behandler dem", "Andre som behandlar dei", "Others who handle them";
    transfers_and_security: "Overføring og sikkerhet", "Overføring og tryggleik", "Transfers and security";
    fields_count(count): "{count} opplysninger", "{count} opplysningar", "{count} data items";
    nothing: "ingen", "ingen", "none";

    data_lead: "Alt i det offentlige registeret kan brukes fritt, også kommersielt, med lisensen NLOD 2.0: oppgi kilden, og utgi det ikke for å være noe annet.", "Alt i det offentlege registeret kan brukast fritt, òg kommersielt, med lisensen NLOD 2.0: oppgje kjelda, og gje det ikkje ut for å vere noko anna.", "Everything in the public register is free to use, commercially as well, under the licence NLOD 2.0: name the source, and do not present it as something else.";
    licence: "Norsk lisens for offentlige data (NLOD) 2.0", "Norsk lisens for offentlege data (NLOD) 2.0", "Norwegian Licence for Open Government Data (NLOD) 2.0";
    files: "Hele lister", "Heile lister", "Whole lists";
    files_text: "Adressene er faste. Filene bærer en sterk ETag, så et uendret svar koster ingenting, og de sier hvilket nummer i endringsstrømmen de er laget ved.", "Adressene er faste. Filene ber ein sterk ETag, så eit uendra svar kostar ingenting, og dei seier kva nummer i endringsstraumen dei er laga ved.", "The addresses are stable. The files carry a strong ETag, so that an unchanged answer costs nothing, and they say at which number of the change feed they were cut.";
    list: "Liste", "Liste", "List";
    file: "Fil", "Fil", "File";
    feed: "Endring for endring", "Endring for endring", "Change by change";
    feed_text: "Hent en fil, og spør deretter etter endringene siden. Hver nøkkel kommer én gang, slik den er nå; det som er borte, kommer som en gravstein. Fil pluss endringer gir nøyaktig den neste filen.", "Hent ei fil, og spør deretter etter endringane sidan. Kvar nøkkel kjem éin gong, slik han er no; det som er borte, kjem som ein gravstein. Fil pluss endringar gir nøyaktig den neste fila.", "Fetch a file, then ask for the changes since. Each key comes once, as it is now; what has gone comes as a tombstone. File plus changes is exactly the next file.";
    one_by_one: "Oppslag og søk", "Oppslag og søk", "Look-up and search";
    one_by_one_text: "API-et er åpent, uten nøkkel, og svarer i JSON. Det er beskrevet på engelsk.", "API-et er ope, utan nøkkel, og svarer i JSON. Det er skildra på engelsk.", "The API is open, needs no key and answers in JSON.";
    legacy: "I dagens oppsett", "I oppsettet frå før", "In today's layout";
    legacy_text: "For programmer som leser de gamle filene: samme kolonner, samme tegnsett.", "For program som les dei gamle filene: same kolonnar, same teiknsett.", "For programs that read the old files: the same columns, the same character set.";
    personal_note: "Ta bare vare på navn så lenge registeret viser dem. Følg endringsstrømmen, og slett det den tar bort: personer kan trekke samtykket sitt.", "Ta berre vare på namn så lenge registeret viser dei. Følg endringsstraumen, og slett det han tek bort: personar kan trekkje samtykket sitt.", "Keep names only as long as the register shows them. Follow the change feed and erase what it takes away: persons may withdraw their consent.";
    catalogue: "Katalog (DCAT-AP-NO)", "Katalog (DCAT-AP-NO)", "Catalogue (DCAT-AP-NO)";
}
