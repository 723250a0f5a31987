//! The sign of a section and its number stay on one line of a page: a law is cited as `§ 24`, and neither
//! half says anything alone. It changes what is read only, never what a form sends back.

/// The page with a space that does not break behind every § in its texts. Values of fields stay as they are.
pub fn kept_whole(page: String) -> String {
    if !page.contains("§ ") {
        return page;
    }
    let mut whole = String::with_capacity(page.len() + 64);
    let mut rest = page.as_str();
    // texts are escaped, so < begins markup and nothing else
    while let Some(start) = rest.find('<') {
        let (text, markup) = rest.split_at(start);
        put(text, &mut whole);
        let closing = if markup.starts_with("<textarea") { "</textarea>" } else { ">" };
        let end = markup.find(closing).map_or(markup.len(), |at| at + closing.len());
        whole.push_str(&markup[..end]);
        rest = &markup[end..];
    }
    put(rest, &mut whole);
    whole
}

fn put(text: &str, whole: &mut String) {
    for (n, part) in text.split("§ ").enumerate() {
        if n > 0 {
            whole.push_str("§\u{a0}");
        }
        whole.push_str(part);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_and_its_number_are_not_parted() {
        let page = "<p title=\"§ 1\">Se § 24, §§ 28 og 29 <b>§ 6</b></p> § 7";
        let whole = "<p title=\"§ 1\">Se §\u{a0}24, §§\u{a0}28 og 29 <b>§\u{a0}6</b></p> §\u{a0}7";
        assert_eq!(kept_whole(page.to_owned()), whole);
    }

    #[test]
    fn what_a_form_sends_back_stays_as_it_was() {
        let page = "<input value=\"§ 24\"><textarea name=\"grounds\">Se § 24.</textarea>";
        assert_eq!(kept_whole(page.to_owned()), page);
        let open = "<textarea>§ 24";
        assert_eq!(kept_whole(open.to_owned()), open);
        assert_eq!(kept_whole("<p>§24 § </p".to_owned()), "<p>§24 §\u{a0}</p");
    }
}
