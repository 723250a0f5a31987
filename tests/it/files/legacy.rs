//! The layouts of before.

use anrop::{clock::Clock as _, commands::import, values::calendar::oslo_date};
use serde_json::json;

use super::{fetch, furnished, whole};

const SIGNS: &[u8] =
    include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/call_sign_list.csv"));

const RIGHTS: &[u8] =
    include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/rights_of_use.json"));
const COLUMNS: &str = "Kallesignal;Organisasjon;Fornavn;Etternavn;Adresse;Adresse_2;Postnr;Poststed;Land;Type;Gyldigdato;Utløpsdato;Oppdatertdato;Kommentar";

#[tokio::test]
async fn the_call_sign_list_has_its_14_columns_and_what_was_agreed_to() {
    let (app, holders) = furnished().await;
    fetch(&app, "call-signs.csv").await;
    let reply = app.get_public("/legacy/kallesignaler.csv").await.expect(200);
    assert_eq!(reply.header("content-type"), "text/csv; charset=windows-1252");
    let (text, _, _) = encoding_rs::WINDOWS_1252.decode(&reply.bytes);
    assert!(text.ends_with("\r\n") && !text.contains('"'));
    let lines: Vec<&str> = text.trim_end().split("\r\n").collect();
    assert_eq!(lines[0], COLUMNS);
    assert_eq!(lines.len(), 1 + holders.len());
    let today = oslo_date(app.clock.now()).format("%d.%m.%Y").to_string();
    let row = |sign: &str| -> Vec<&str> {
        let line = lines.iter().find(|line| line.starts_with(&format!("{sign};"))).expect(sign);
        let cells: Vec<&str> = line.split(';').collect();
        assert_eq!(cells.len(), 14, "{line}");
        cells
    };
    for (n, holder) in holders.iter().enumerate() {
        let cells = row(&holder.sign);
        assert_eq!(cells[9], "Personlig");
        assert_eq!(cells[1], "");
        let name = format!("{} {}", cells[2], cells[3]);
        // the sixth has agreed to nothing, and only the fifth to the address
        assert_eq!(name.trim(), if n == 5 { "" } else { holder.name.as_str() });
        assert_eq!(cells[4].is_empty(), n != 4, "{cells:?}");
        assert_eq!(cells[7].is_empty(), n == 5, "{cells:?}");
        assert_eq!(cells[10..], [today.as_str(), "", today.as_str(), ""]);
    }
    app.finish().await;
}

/// What was taken over from the list stands in it again, kinds of holders and days included, beside
/// what the registry decided itself, which a list does not undo.
#[tokio::test]
async fn the_call_sign_list_is_taken_over_again_as_it_was_given_out() {
    let (app, holders) = furnished().await;
    let today = oslo_date(app.clock.now());
    let list = import::list::read(SIGNS, today).expect("a whole list");
    let first = import::call_signs(app.app.db(), &list).await.expect("imports");
    assert_eq!(first.new, list.signs.len());
    let given = whole(&app, &app.base, "/legacy/kallesignaler.csv").await.bytes;
    let read = import::list::read(&given, today).expect("a whole list");
    assert_eq!(read.not_taken, [], "every row can be read");
    assert_eq!(read.signs.len(), list.signs.len() + holders.len());
    for (_, before) in &list.signs {
        let (_, after) =
            read.signs.iter().find(|(_, row)| row.sign == before.sign).expect("listed");
        assert_eq!(after, before);
    }
    let days = |sign: &str| {
        let (_, row) = read.signs.iter().find(|(_, row)| row.sign.as_str() == sign).expect(sign);
        (row.valid_from, row.valid_until, row.updated_on)
    };
    assert_eq!(days(&holders[0].sign), (Some(today), None, Some(today)));
    assert_eq!(days("LA1SPC"), (None, "2034-01-01".parse().ok(), "2018-06-05".parse().ok()));
    // whoever goes over from that list to the register's own finds the end there, too
    let shown = app.get_public("/v1/call-signs/LA1SPC").await.expect(200).json();
    assert_eq!(shown["validUntil"], "2034-01-01");
    let csv = fetch(&app, "call-signs.csv").await.text();
    let line = csv.lines().find(|line| line.starts_with("call-signs/LA1SPC,")).expect("a row");
    assert!(line.ends_with(",2034-01-01"), "{line}");
    let headers = [("accept", "text/html")];
    let page = app.send("GET", "/nb/call-signs/LA1SPC", None, &headers, None).await.expect(200);
    let last_day = "<dt>Gjelder til og med</dt><dd>31. desember 2033</dd>";
    assert!(page.text().contains(last_day), "{}", page.text());
    let again = import::call_signs(app.app.db(), &read).await.expect("imports");
    assert_eq!((again.new, again.changed, again.unchanged), (0, 0, list.signs.len()), "{again:?}");
    assert_eq!(again.not_taken.len(), holders.len(), "those the registry has decided on");
    let after = whole(&app, &app.base, "/legacy/kallesignaler.csv").await.bytes;
    assert!(after == given, "taking it over changed it");
    app.finish().await;
}

#[tokio::test]
async fn rights_of_use_are_those_taken_over_and_todays_licences_of_organisations() {
    let (app, _) = furnished().await;
    let list = import::rights::read(RIGHTS).expect("a whole list");
    import::rights_of_use(app.app.db(), &list).await.expect("imports");
    let path = "/frekvensportalen_service/rest/rightofuseinfos";
    let rows = app.get_public(path).await.expect(200).json();
    let rows = rows.as_array().expect("an array");
    assert_eq!(rows.len(), list.rights.len() + 1);
    let ours = rows.last().expect("a row");
    let mut members: Vec<&str> = ours.as_object().unwrap().keys().map(String::as_str).collect();
    members.sort_unstable();
    let mut known: Vec<&str> = rows[0].as_object().unwrap().keys().map(String::as_str).collect();
    known.sort_unstable();
    assert_eq!((members.len(), members), (15, known));
    assert_eq!(ours["company"], "Eksempelnett 3 AS");
    assert_eq!(ours["lowerFrequency"], 3_500_000_000_i64);
    assert_eq!(ours["higherFrequency"], 3_580_000_000_i64);
    assert_eq!((&ours["duplex"], &ours["nationalcoverage"]), (&json!(false), &json!(true)));
    assert_eq!(ours["expiry"], "2054-12-31T23:00:00+0000");
    // our own import takes the whole list
    let text = serde_json::to_vec(&rows).expect("JSON");
    let read = import::rights::read(&text).expect("a whole list");
    assert_eq!((read.rights.len(), read.not_taken.len()), (rows.len(), list.not_taken.len()));
    for row in rows {
        assert!(row["company"].is_null() || row["company"].is_string());
        assert!(!row.to_string().contains("Driftssenter"), "no contact person in this layout");
    }
    app.finish().await;
}
