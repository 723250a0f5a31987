//! What people write in applications and cases, in the three languages of the registry.
//!
//! It must not name anybody, nor say anything of health or belief.

use crate::values::language::Language;

/// One text in Bokmål, Nynorsk and English, in the order of [`Language::ALL`].
pub(super) type Said = [&'static str; 3];

/// The text in this language.
pub(super) const fn said(text: &Said, language: Language) -> &'static str {
    match language {
        Language::Bokmal => text[0],
        Language::Nynorsk => text[1],
        Language::English => text[2],
    }
}

/// What a contact is to the holder, and whether of the family.
pub(super) const RELATIONS: [(bool, Said); 10] = [
    (true, ["ektefelle", "ektefelle", "spouse"]),
    (true, ["søsken", "sysken", "sibling"]),
    (true, ["forelder", "forelder", "parent"]),
    (true, ["voksent barn", "vakse barn", "grown-up child"]),
    (true, ["fetter eller kusine", "syskenbarn", "cousin"]),
    (false, ["samboer", "sambuar", "partner"]),
    (false, ["nabo", "nabo", "neighbour"]),
    (false, ["turkamerat", "turkamerat", "hiking companion"]),
    (false, ["kollega", "kollega", "colleague"]),
    (false, ["venn", "ven", "friend"]),
];

/// When a contact can be reached.
pub(super) const AVAILABILITIES: [Said; 8] = [
    ["hele døgnet", "heile døgnet", "at any hour"],
    ["dag og kveld", "dag og kveld", "day and evening"],
    ["kvelder og helger", "kveldar og helger", "evenings and weekends"],
    ["i arbeidstiden", "i arbeidstida", "during working hours"],
    [
        "helst på telefon, ikke SMS",
        "helst på telefon, ikkje SMS",
        "by call rather than text message",
    ],
    [
        "offshore annenhver måned, prøv neste da",
        "offshore annakvar månad, prøv neste då",
        "offshore every other month, try the next one then",
    ],
    ["hele døgnet unntatt i juli", "heile døgnet unnateke i juli", "at any hour except in July"],
    ["kan nås på fartøyets VHF", "kan nåast på VHF om bord", "can be reached on the vessel's VHF"],
];

/// A use of a beacon.
pub(super) struct Activity {
    pub(super) text: Said,
    /// The kind of craft, where there is one.
    pub(super) craft: Option<Said>,
    /// The most persons usually along.
    pub(super) persons: u64,
}

const fn on_foot(text: Said, persons: u64) -> Activity {
    Activity { text, craft: None, persons }
}

const fn with_craft(text: Said, craft: Said, persons: u64) -> Activity {
    Activity { text, craft: Some(craft), persons }
}

pub(super) const ACTIVITIES: [Activity; 14] = [
    on_foot(["Fotturer i fjellet", "Fotturar i fjellet", "Hiking in the mountains"], 4),
    on_foot(["Skiturer med pulk", "Skiturar med pulk", "Ski tours with a sledge"], 4),
    on_foot(["Jakt og fiske", "Jakt og fiske", "Hunting and fishing"], 3),
    on_foot(["Klatring", "Klatring", "Climbing"], 3),
    on_foot(["Reindrift", "Reindrift", "Reindeer herding"], 5),
    on_foot(["Feltarbeid på Svalbard", "Feltarbeid på Svalbard", "Field work on Svalbard"], 8),
    on_foot(["Oppsyn i verneområde", "Oppsyn i verneområde", "Warden of a protected area"], 2),
    with_craft(["Seiling", "Segling", "Sailing"], ["Seilbåt", "Seglbåt", "Sailing boat"], 6),
    with_craft(
        ["Kystfiske", "Kystfiske", "Coastal fishing"],
        ["Sjark", "Sjark", "Fishing boat"],
        3,
    ),
    with_craft(["Havpadling", "Havpadling", "Sea kayaking"], ["Kajakk", "Kajakk", "Kayak"], 1),
    with_craft(["Båtturer", "Båtturar", "Boat trips"], ["Motorbåt", "Motorbåt", "Motor boat"], 8),
    with_craft(
        ["Arbeid på oppdrettsanlegg", "Arbeid på oppdrettsanlegg", "Work at a fish farm"],
        ["Arbeidsbåt", "Arbeidsbåt", "Work boat"],
        12,
    ),
    with_craft(
        ["Snøskuterkjøring i tjeneste", "Snøskuterkøyring i teneste", "Snowmobile patrol"],
        ["Snøskuter", "Snøskuter", "Snowmobile"],
        2,
    ),
    with_craft(["Seilflyging", "Seglflyging", "Gliding"], ["Seilfly", "Seglfly", "Glider"], 2),
];

pub(super) const COLOURS: [Said; 7] = [
    ["gul", "gul", "yellow"],
    ["oransje", "oransje", "orange"],
    ["rød", "raud", "red"],
    ["hvit", "kvit", "white"],
    ["blå", "blå", "blue"],
    ["grønn", "grøn", "green"],
    ["svart med refleks", "svart med refleks", "black with reflectors"],
];

/// What the rescue centre should know.
pub(super) const NOTES: [Said; 10] = [
    ["Oransje telt og rød pulk", "Oransje telt og raud pulk", "Orange tent and red sledge"],
    ["To hunder er med", "To hundar er med", "Two dogs are along"],
    ["Har også satellittelefon", "Har òg satellittelefon", "Also carries a satellite telephone"],
    ["Flåte for seks om bord", "Flåte for seks om bord", "Liferaft for six on board"],
    ["Bærer rød redningsdrakt", "Har på raud redningsdrakt", "Wears a red survival suit"],
    [
        "Melder tur til kontaktene før avreise",
        "Melder tur til kontaktane før avreise",
        "Tells the contacts of each trip",
    ],
    ["VHF med DSC om bord", "VHF med DSC om bord", "VHF with DSC on board"],
    ["Ferdes mest i Nord-Norge", "Ferdast mest i Nord-Noreg", "Mostly in the north of Norway"],
    [
        "Nødbluss og signalspeil i sekken",
        "Naudbluss og signalspegel i sekken",
        "Flares and a signal mirror in the rucksack",
    ],
    ["Går oftest alene", "Går oftast åleine", "Mostly alone"],
];

/// What applicants add.
pub(super) const REMARKS: [Said; 6] = [
    [
        "Håper på svar før ferien.",
        "Håpar på svar før ferien.",
        "I hope for an answer before the holidays.",
    ],
    ["Senderen er kjøpt brukt.", "Sendaren er kjøpt brukt.", "The beacon was bought second-hand."],
    [
        "Skal brukes fra neste måned.",
        "Skal brukast frå neste månad.",
        "To be used from next month.",
    ],
    [
        "Kvittering kan ettersendes.",
        "Kvittering kan ettersendast.",
        "The receipt can be sent later.",
    ],
    [
        "Erstatter en sender som er levert til gjenvinning.",
        "Erstattar ein sendar som er levert til attvinning.",
        "Replaces a beacon that was handed in for recycling.",
    ],
    [
        "Ring gjerne ved spørsmål.",
        "Ring gjerne ved spørsmål.",
        "Please call if anything is unclear.",
    ],
];

/// What caseworkers ask, with an answer to it.
pub(super) const QUESTIONS: [(Said, Said); 5] = [
    (
        [
            "Kan du sende et bilde av etiketten på senderen?",
            "Kan du sende eit bilete av etiketten på sendaren?",
            "Can you send a picture of the beacon's label?",
        ],
        ["Bildet er lagt ved.", "Biletet er lagt ved.", "The picture is attached."],
    ),
    (
        [
            "Serienummeret har for mange siffer. Står det riktig?",
            "Serienummeret har for mange siffer. Står det rett?",
            "The serial number has too many digits. Is it right?",
        ],
        [
            "Det siste sifferet var en skrivefeil.",
            "Det siste sifferet var ein skrivefeil.",
            "The last digit was a slip.",
        ],
    ),
    (
        [
            "Er adressen den du bor på nå?",
            "Er adressa den du bur på no?",
            "Is the address where you live now?",
        ],
        [
            "Ja, jeg flyttet i forrige måned.",
            "Ja, eg flytta i førre månad.",
            "Yes, I moved last month.",
        ],
    ),
    (
        [
            "Hvem har senderen vært registrert på før?",
            "Kven har sendaren vore registrert på før?",
            "To whom was the beacon registered before?",
        ],
        [
            "Den er ny og har ikke vært registrert.",
            "Han er ny og har ikkje vore registrert.",
            "It is new and has not been registered.",
        ],
    ),
    (
        [
            "Vil du oppgi en nødkontakt til?",
            "Vil du oppgje ein naudkontakt til?",
            "Will you name one more emergency contact?",
        ],
        ["Nei, én er nok for meg.", "Nei, éin er nok for meg.", "No, one is enough for me."],
    ),
];

/// What caseworkers note for each other.
pub(super) const CASE_NOTES: [Said; 5] = [
    [
        "Kontrollert mot samsvarserklæringen.",
        "Kontrollert mot samsvarserklæringa.",
        "Checked against the declaration of conformity.",
    ],
    [
        "Ringte søkeren, avventer svar.",
        "Ringde søkjaren, ventar på svar.",
        "Called the applicant, awaiting an answer.",
    ],
    [
        "Samme modell som i flere saker denne uken.",
        "Same modell som i fleire saker denne veka.",
        "The same model as in several cases this week.",
    ],
    ["Ingen merknader.", "Ingen merknader.", "No remarks."],
    [
        "Koden på etiketten stemmer med søknaden.",
        "Koden på etiketten stemmer med søknaden.",
        "The code on the label agrees with the application.",
    ],
];

/// Reasons of decisions against the applicant.
pub(super) const REFUSALS: [Said; 4] = [
    ["Senderen er ikke CE-merket.", "Sendaren er ikkje CE-merkt.", "The beacon has no CE mark."],
    [
        "Senderen er kodet for et annet land og må først kodes om.",
        "Sendaren er koda for eit anna land og må først kodast om.",
        "The beacon is coded for another country and must be coded anew first.",
    ],
    [
        "Opplysningene som ble etterspurt, er ikke kommet.",
        "Opplysningane som det vart spurt etter, er ikkje komne.",
        "What was asked for has not been received.",
    ],
    [
        "Det foreligger allerede en gyldig tillatelse for senderen.",
        "Det finst alt eit gyldig løyve for sendaren.",
        "There is a valid permit for the beacon already.",
    ],
];
