//! What messages say, in the reader's language, and when one is tried again. Pure.

use chrono::TimeDelta;

use super::Purpose;
use crate::values::language::Language;

/// What a message names.
#[derive(Debug, Clone, Copy)]
pub struct Named<'a> {
    /// The authority.
    pub authority: &'a str,
    /// The holder.
    pub holder: &'a str,
    /// Number of the permit.
    pub permit: &'a str,
    /// The link of a contact, or the address of the registry.
    pub link: &'a str,
}

/// The text of a message.
pub fn text(purpose: Purpose, language: Language, named: &Named<'_>) -> String {
    let Named { authority, holder, permit, link } = named;
    match (purpose, language) {
        (Purpose::ContactListed, Language::Bokmal) => format!(
            "{holder} har oppgitt deg som nødkontakt for en nødpeilesender hos {authority}. Redningssentralen kan ringe deg hvis den utløses. Se, rett, bekreft eller protester: {link}"
        ),
        (Purpose::ContactListed, Language::Nynorsk) => format!(
            "{holder} har oppgjeve deg som naudkontakt for ein naudpeilesendar hos {authority}. Redningssentralen kan ringje deg om han blir utløyst. Sjå, rett, stadfest eller protester: {link}"
        ),
        (Purpose::ContactListed, Language::English) => format!(
            "{holder} has named you as emergency contact for a distress beacon registered with {authority}. The rescue centre may call you if it is activated. See, correct, confirm or object: {link}"
        ),
        (Purpose::ContactLeft, Language::Bokmal) => format!(
            "En nødkontakt for {permit} vil ikke stå oppført lenger og er fjernet. Oppgi en annen hos {authority}: {link}"
        ),
        (Purpose::ContactLeft, Language::Nynorsk) => format!(
            "Ein naudkontakt for {permit} vil ikkje stå oppført lenger og er fjerna. Oppgje ein annan hos {authority}: {link}"
        ),
        (Purpose::ContactLeft, Language::English) => format!(
            "An emergency contact for {permit} no longer wants to be listed and has been removed. Name another with {authority}: {link}"
        ),
        (Purpose::ConfirmationDue, Language::Bokmal) => format!(
            "Stemmer opplysningene og nødkontaktene for {permit} fortsatt? Redningssentralen bruker dem. Bekreft hos {authority}: {link}"
        ),
        (Purpose::ConfirmationDue, Language::Nynorsk) => format!(
            "Stemmer opplysningane og naudkontaktane for {permit} framleis? Redningssentralen bruker dei. Stadfest hos {authority}: {link}"
        ),
        (Purpose::ConfirmationDue, Language::English) => format!(
            "Are the data and emergency contacts of {permit} still right? The rescue centre uses them. Confirm with {authority}: {link}"
        ),
    }
}

/// Most attempts to hand a message to the gateway.
pub const ATTEMPTS: i32 = 14;

/// How long after a failed attempt, the first being 1, the next follows; nothing after the last.
pub fn pause_after(attempt: i32) -> Option<TimeDelta> {
    const MINUTES: [i64; 6] = [1, 5, 15, 60, 180, 360];
    if attempt >= ATTEMPTS {
        return None;
    }
    let index = usize::try_from(attempt - 1).unwrap_or(0);
    Some(TimeDelta::minutes(MINUTES.get(index).copied().unwrap_or(720)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_message_is_in_every_language_and_has_its_link() {
        let named = Named {
            authority: "Myndigheten",
            holder: "Kari",
            permit: "PLB-000001",
            link: "https://x/y",
        };
        for purpose in Purpose::ALL {
            let texts = Language::ALL.map(|language| text(purpose, language, &named));
            assert!(texts.iter().all(|text| text.ends_with("https://x/y")));
            assert!(texts[0] != texts[1] && texts[1] != texts[2]);
        }
    }

    #[test]
    fn attempts_end_after_days() {
        let all: i64 = (1..ATTEMPTS).filter_map(pause_after).map(|pause| pause.num_minutes()).sum();
        assert!(all > 3 * 24 * 60);
        assert_eq!(pause_after(ATTEMPTS), None);
    }
}
