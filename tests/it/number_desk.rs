//! Numbers at the desk: a series is moved to another provider, and numbers that only the published list says are assigned are
//! looked up, given back and handed over. What the actions do is tested with the operations, not here.

use crate::{
    kinds::{
        numbering::{assert_no_overlap, exact, import, organisation, permit, shown},
        series_transfer::{next_january, reported, transfer},
    },
    support::{TestApp, Visitor, visitor::form},
};

const NUMBERS: &str = "/nb/casework/number-ranges";

#[tokio::test]
async fn a_series_is_moved_at_the_desk_on_the_version_that_was_looked_at() {
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    let (theirs, _) = permit(&app, 1, exact("e164_8_digit", "21 20 00 00-21 20 29 99")).await;
    let (ours, seen) = permit(&app, 2, exact("e164_8_digit", "21 30 00 00-21 30 09 99")).await;
    let (other, _) = permit(&app, 3, exact("mnc", "77")).await;
    let number = seen["record"]["permit"]["number"].as_str().expect("a number").to_owned();
    next_january(&app).await;
    let [first, second, third] =
        ["21 20 00 00-21 20 09 99", "21 20 10 00-21 20 19 99", "21 20 20 00-21 20 29 99"];
    reported(&app, 1, &theirs, &[(first, 62.5), (second, 50.0), (third, 75.0)]).await;

    let mut visitor = Visitor::signed_in(&app, "CASEWORKER").await;
    let path = format!("/nb/casework/permits/{theirs}/series-transfer");
    for page in [NUMBERS.to_owned(), format!("/nb/casework/permits/{theirs}")] {
        let shown = visitor.get(&page).await.expect(200).text();
        assert!(shown.contains(&format!("href=\"{path}\"")), "{shown}");
    }
    let list = visitor.get(NUMBERS).await.expect(200).text();
    assert!(list.contains("kan flyttes") && list.contains("75\u{a0}%"), "{list}");
    // only series are moved
    let page = format!("/nb/casework/permits/{other}");
    assert!(!visitor.get(&page).await.expect(200).text().contains("series-transfer"));
    visitor.get(&format!("{page}/series-transfer")).await.expect(404);

    let page = visitor.get(&path).await.expect(200).text();
    assert!(page.contains("62,5\u{a0}%") && page.contains("21200000-21202999"), "{page}");
    let fields = |page: &str, range: &str, to: &str| {
        let grounds = ("grounds", "De fleste numrene er portert ut.");
        form(page, &path, &[("range", range), ("to", to), grounds])
    };
    let wrong = visitor.post(&path, &fields(&page, first, "NUM-999999")).await.expect(422).text();
    assert!(wrong.contains("href=\"#to\"") && wrong.contains(first), "{wrong}");
    let held = visitor.post(&path, &fields(&page, "40 00 00 00-40 00 09 99", &number)).await;
    let held = held.expect(422).text();
    assert!(held.contains("href=\"#range\""), "{held}");
    let half = visitor.post(&path, &fields(&page, second, &number)).await.expect(422).text();
    assert!(half.contains("var bare 50,00 % av disse numrene portert ut"), "{half}");

    // somebody else moves another meanwhile
    transfer(&app, &theirs, first, &ours).await.expect(200);
    let stale = visitor.post(&path, &fields(&page, third, &number)).await.expect(412).text();
    assert!(stale.contains("Tillatelsen er endret mens du hadde den oppe."), "{stale}");
    assert_eq!(shown(&app, "21202500").await["range"]["provider"], "Eksempel Nett 1 AS");
    let done = visitor.post(&path, &fields(&stale, third, &number.to_lowercase())).await;
    assert!(done.expect(200).text().contains("Lagret."));
    assert_eq!(shown(&app, "21202500").await["range"]["provider"], "Eksempel Nett 2 AS");
    assert_eq!(shown(&app, "21201500").await["range"]["provider"], "Eksempel Nett 1 AS");
    assert_no_overlap(&app).await;
    app.finish().await;
}

/// The fields of the form that changes numbers, which is not the first on its page.
fn change(page: &str, more: &[(&str, &str)]) -> Vec<(String, String)> {
    let start = page.find("id=\"h-change\"").expect("the form");
    form(&page[start..], NUMBERS, more)
}

#[tokio::test]
async fn numbers_of_the_list_are_looked_up_and_changed_at_the_desk() {
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    import(&app).await;
    let mut visitor = Visitor::signed_in(&app, "CASEWORKER").await;
    let page = visitor.get(&format!("{NUMBERS}?number=21+00+00+00")).await.expect(200).text();
    assert!(page.contains("EKSEMPEL FJORDTELE AS") && page.contains("Ingen endringer."), "{page}");
    for wrong in ["number=21000000-21000099", "number=x", "number=1&type=x", "nummer=1"] {
        visitor.get(&format!("{NUMBERS}?{wrong}")).await.expect(400);
    }

    // a part of what the list has
    let returned = change(
        &page,
        &[
            ("range", "21 00 00 00-21 00 99 99"),
            ("change", "returned"),
            ("grounds", "Tilbyderen er avviklet."),
        ],
    );
    let done = visitor.post(NUMBERS, &returned).await.expect(200).text();
    for told in
        ["Gitt tilbake av tilbyderen", "Før: EKSEMPEL FJORDTELE AS", "Tilbyderen er avviklet."]
    {
        assert!(done.contains(told), "{told}: {done}");
    }
    assert_eq!(shown(&app, "21000000").await["status"], "free");
    assert_eq!(shown(&app, "21010000").await["range"]["display"], "21 01 00 00 – 21 09 99 99");
    // once
    let again = visitor.post(NUMBERS, &returned).await.expect(409).text();
    assert!(again.contains("Ikke alle disse numrene er tildelt."), "{again}");
    assert!(again.contains("Tilbyderen er avviklet."), "what was typed stays: {again}");

    let range = ("range", "21 37 70 00-21 39 99 99");
    let transferred = [range, ("change", "transferred"), ("grounds", "Overtatt.")];
    let wrong = visitor.post(NUMBERS, &change(&page, &transferred)).await.expect(422).text();
    assert!(wrong.contains("href=\"#provider\""), "{wrong}");
    let empty = change(&page, &[("range", ""), ("grounds", "")]);
    let wrong = visitor.post(NUMBERS, &empty).await.expect(422).text();
    for field in ["range", "change", "grounds"] {
        assert!(wrong.contains(&format!("href=\"#{field}\"")), "{field}: {wrong}");
    }
    let number = organisation(3).0.organisation.expect("a number");
    let to = [("provider", "Eksempel Nett 3 AS"), ("organisation", number.as_str())];
    let whole = change(&page, &[&transferred[..], &to[..]].concat());
    let done = visitor.post(NUMBERS, &whole).await.expect(200).text();
    assert!(done.contains("Nå: Eksempel Nett 3 AS") && done.contains("Overtatt."), "{done}");
    assert_eq!(shown(&app, "21377000").await["range"]["provider"], "Eksempel Nett 3 AS");
    assert_no_overlap(&app).await;
    app.finish().await;
}
