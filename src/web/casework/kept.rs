//! What is typed on the page of a case besides what a button is for. The page is one form, so each button sends all of it; what
//! the button was not for is shown again. Nothing of it is kept here between two requests.

use zeroize::Zeroizing;

use crate::web::form::Form;

/// Fields that the page fills in for itself and nobody sees.
const OF_THE_PAGE: [&str; 6] = ["csrf", "version", "seen", "given", "draft", "deed"];

/// Buttons, and the fields they are for.
const DEEDS: [(&[&str], &[&str]); 16] = [
    (&["assign"], &["to"]),
    (&["ask"], &["question", "due"]),
    (&["move-answer-day", "withdraw-question"], &["answer-day"]),
    (&["register-reply"], &["reply", "reply-way", "reply-came"]),
    (&["register-withdrawal"], &["withdrawal-way"]),
    (&["time-limit"], &["change", "change-on", "change-reason"]),
    (&["correct-ring"], &["ring", "ring-why"]),
    (&["register-reasons"], &["reasons-way", "reasons-came"]),
    (&["give-reasons"], &["reasons"]),
    (&["note"], &["note"]),
    (&["decide"], &["outcome", "library", "grounds", "conditions", "until"]),
    (&["send-back"], &["why"]),
    (
        &["decide-appeal"],
        &[
            "which",
            "appeal-outcome",
            "sent-back",
            "decided",
            "reference",
            "appeal-grounds",
            "appeal-conditions",
        ],
    ),
    (&["defer"], &["waits-which", "waits", "waits-day", "waits-reference", "waits-grounds"]),
    (&["register-comment"], &["told", "comment", "comment-way", "comment-came"]),
    (
        &["register-appeal"],
        &[
            "who",
            "who-number",
            "who-name",
            "who-lines",
            "who-postal-code",
            "who-town",
            "who-country",
            "who-phone",
            "who-email",
            "who-language",
            "known",
            "appeal",
            "appeal-way",
            "came",
            "posted",
            "late",
            "deferral",
        ],
    ),
];

fn only(form: &Form, is_kept: impl Fn(&str, &str) -> bool) -> Form {
    let fields = form.fields().filter(|(name, value)| is_kept(name, value));
    let owned = fields.map(|(name, value)| (name.to_owned(), Zeroizing::new(value.to_owned())));
    Form::of(owned.collect())
}

/// What somebody has typed or chosen in fields that a button is for.
pub fn typed_for_deeds(form: &Form) -> Form {
    let is_for_one = |name: &str| DEEDS.iter().any(|(_, fields)| fields.contains(&name));
    only(&typed(form), |name, _| is_for_one(name))
}

/// What somebody has typed or chosen: without what the page sends of its own, and without what it had filled in, which it
/// names in `given`, a field and its value in each.
pub fn typed(form: &Form) -> Form {
    let text = |value: &str| value.trim().replace("\r\n", "\n");
    let given: Vec<String> = form.all("given").map(text).collect();
    only(form, |name, value| {
        let value = text(value);
        let is_given =
            || given.iter().any(|one| one.split_once('=') == Some((name, value.as_str())));
        !value.is_empty() && !OF_THE_PAGE.contains(&name) && !is_given()
    })
}

/// What somebody has typed or chosen besides what a button is for.
pub fn besides(form: &Form, deed: &str) -> Form {
    let found = DEEDS.iter().find(|(deeds, _)| deeds.contains(&deed));
    let own = found.map_or(&[][..], |(_, fields)| fields);
    only(&typed(form), |name, _| !own.contains(&name))
}

/// Nothing is typed.
pub fn is_empty(form: &Form) -> bool {
    form.fields().next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(fields: &[(&str, &str)]) -> Form {
        let owned = |(name, value): &(&str, &str)| {
            ((*name).to_owned(), Zeroizing::new((*value).to_owned()))
        };
        Form::of(fields.iter().map(owned).collect())
    }

    #[test]
    fn what_a_button_is_not_for_stays_and_what_the_page_filled_in_is_nobodys() {
        let sent = form(&[
            ("csrf", "x"),
            ("given", "due=2026-12-14"),
            ("given", "ring=0301\n3201"),
            ("due", "2026-12-14"),
            ("ring", "0301\r\n3201\r\n"),
            ("grounds", " Alt er i orden. "),
            ("note", "Ring dem."),
            ("deed", "note"),
        ]);
        let names =
            |form: &Form| form.fields().map(|(name, _)| name.to_owned()).collect::<Vec<_>>();
        assert_eq!(names(&typed(&sent)), ["grounds", "note"]);
        assert_eq!(names(&besides(&sent, "note")), ["grounds"]);
        assert!(is_empty(&besides(&form(&[("note", "Ring dem."), ("to", " ")]), "note")));
        let moved = form(&[("given", "due=2026-12-14"), ("due", "2026-12-15")]);
        assert_eq!(names(&besides(&moved, "take")), ["due"]);
    }

    #[test]
    fn every_field_of_the_page_is_for_a_button() {
        let page = include_str!("../templates/casework_case.html");
        let named = page.split(" name=\"").skip(1).filter_map(|rest| rest.split('"').next());
        // a macro is given the name of its field
        let called = ["ways(\"", "which_of(\""];
        let called = called.iter().flat_map(|call| page.split(call).skip(1));
        let called = called.filter_map(|rest| rest.split('"').next());
        let names: Vec<&str> = named.chain(called).filter(|name| !name.contains('{')).collect();
        assert!(names.contains(&"withdrawal-way") && names.contains(&"appeal-grounds"));
        for name in names {
            let is_known = DEEDS.iter().any(|(_, fields)| fields.contains(&name));
            // a file is sent by a form of its own
            assert!(is_known || name == "file" || OF_THE_PAGE.contains(&name), "{name}");
        }
    }
}
