//! Texts of the pages about installers and suppliers.

use super::Words;

super::texts! {
    installers_lead: "Bare autoriserte virksomheter kan bygge og vedlikeholde ekomnett som er koblet til det offentlige nettet. Sjekk bedriften før du bestiller.", "Berre autoriserte verksemder kan byggje og halde ved like ekomnett som er kopla til det offentlege nettet. Sjekk bedrifta før du bestiller.", "Only authorised businesses may build and maintain networks that are connected to the public network. Check the business before you order.";
    suppliers_lead: "Virksomheter som er registrert som leverandør av radio- og teleutstyr, eller som forhandler av utstyr som krever tillatelse.", "Verksemder som er registrerte som leverandør av radio- og teleutstyr, eller som forhandlar av utstyr som krev løyve.", "Businesses registered as suppliers of radio and telecom equipment, or as dealers in equipment that needs a permit.";
    business_label: "Navn, organisasjonsnummer eller nummer på tillatelsen", "Namn, organisasjonsnummer eller nummer på løyvet", "Name, organisation number or permit number";
    business_hint: "Småfeil i navn gjør ingenting.", "Småfeil i namn gjer ingenting.", "Small slips in names do not matter.";
    found_businesses(total): "{total} virksomheter", "{total} verksemder", "{total} businesses";
    found_one_business: "Én virksomhet", "Éi verksemd", "One business";
    no_businesses: "Ingen virksomheter i listen passer", "Ingen verksemder i lista passar", "No businesses in the list match";
    try_business: "Står bedriften ikke her, er den ikke autorisert eller registrert nå. Spør bedriften om organisasjonsnummeret og søk på det.", "Står bedrifta ikkje her, er ho ikkje autorisert eller registrert no. Spør bedrifta om organisasjonsnummeret og søk på det.", "A business that is not here is not authorised or registered now. Ask the business for its organisation number and search for that.";
    business: "Virksomhet", "Verksemd", "Business";
    organisation_number: "Organisasjonsnummer", "Organisasjonsnummer", "Organisation number";
    authorisation_types: "Autorisasjon", "Autorisasjon", "Authorisation";
    roles: "Rolle", "Rolle", "Role";
    categories: "Utstyr", "Utstyr", "Equipment";
    not_installer_title: "Virksomheten er ikke autorisert nå", "Verksemda er ikkje autorisert no", "The business is not authorised now";
    not_supplier_title: "Virksomheten er ikke registrert nå", "Verksemda er ikkje registrert no", "The business is not registered now";
    is_authorised(name): "{name} er autorisert nå.", "{name} er autorisert no.", "{name} is authorised now.";
    is_registered(name): "{name} er registrert nå.", "{name} er registrert no.", "{name} is registered now.";
    is_suspended(name): "{name} står i listen, men tillatelsen er midlertidig stanset.", "{name} står i lista, men løyvet er mellombels stansa.", "{name} is in the list, but its permit is suspended.";
    also_supplier: "Står også som leverandør", "Står òg som leverandør", "Also listed as a supplier";
    also_installer: "Står også som installatør", "Står òg som installatør", "Also listed as an installer";
    role_supplier: "Leverandør", "Leverandør", "Supplier";
    role_dealer: "Radioforhandler", "Radioforhandlar", "Radio dealer";
    business_permit_year: "Fra år", "Frå år", "Since year";
}

impl Words {
    /// Role of a supplier.
    pub fn trade_role(self, code: &str) -> String {
        match code {
            "supplier" => self.role_supplier().to_owned(),
            "radioDealer" => self.role_dealer().to_owned(),
            other => other.to_owned(),
        }
    }
}
