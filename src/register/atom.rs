//! The latest changes of the register as an Atom feed (RFC 4287), for people with a feed reader. It
//! names keys and states only: what a feed reader has fetched, nobody can take back.

use atom_syndication::{Entry, Feed, FixedDateTime, Generator, Link, Person, Text};
use chrono::Utc;

use super::{
    CALL_SIGNS, NUMBER_RANGES,
    feed::{self, Item},
    states,
};
use crate::{app::App, failure::Failure, http::path::path_part, values::language::Language};

/// Entries of the feed.
const ENTRIES: u64 = 50;

/// Where the feed is; in a language below its code, in bokmål without one.
pub const PATH: &str = "/feed.atom";

/// What it is sent as.
pub const MEDIA_TYPE: &str = "application/atom+xml; charset=utf-8";

/// Every address of the feed.
pub fn addresses() -> impl Iterator<Item = String> {
    let languages = Language::ALL.into_iter().map(|language| format!("/{language}{PATH}"));
    std::iter::once(PATH.to_owned()).chain(languages)
}

/// A text in bokmål, nynorsk and English.
type Words = [&'static str; 3];

/// The feed of this moment, at one of its [`addresses`].
///
/// # Errors
/// When the database does not answer.
pub async fn feed(app: &App, address: &str) -> Result<String, Failure> {
    let of_path = address.trim_end_matches(PATH).trim_matches('/');
    let language = Language::parse(of_path).unwrap_or_default();
    let settings = app.settings();
    let items = feed::latest(app, ENTRIES).await?;
    let url = &settings.public_url;
    let updated = items.first().map_or_else(|| app.clock().now(), |item| item.recorded_at);
    let feed = Feed {
        title: Text::plain(TITLE[language as usize]),
        subtitle: Some(Text::plain(settings.authority_name.clone())),
        id: format!("{url}{address}"),
        updated: at(updated),
        authors: vec![Person { name: settings.authority_name.clone(), ..Person::default() }],
        generator: Some(Generator { value: "anrop".to_owned(), ..Generator::default() }),
        rights: Some(Text::plain("NLOD 2.0, https://data.norge.no/nlod/no/2.0")),
        lang: Some(language.code().to_owned()),
        links: vec![
            link("self", "application/atom+xml", format!("{url}{address}")),
            link("alternate", "text/html", format!("{url}/{language}")),
            link("via", "application/json", format!("{url}/v1/changes")),
        ],
        entries: items.iter().map(|item| entry(url, item, language)).collect(),
        ..Feed::default()
    };
    Ok(feed.to_string())
}

fn at(time: chrono::DateTime<Utc>) -> FixedDateTime {
    use chrono::SubsecRound as _;
    time.trunc_subsecs(0).fixed_offset()
}

fn link(rel: &str, mime_type: &str, href: String) -> Link {
    Link { rel: rel.to_owned(), mime_type: Some(mime_type.to_owned()), href, ..Link::default() }
}

fn entry(url: &str, item: &Item, language: Language) -> Entry {
    let title = title(item, language);
    Entry {
        id: format!("{url}{}#{}", address_of(item), item.sequence),
        updated: at(item.recorded_at),
        published: Some(at(item.recorded_at)),
        links: vec![link("alternate", "text/html", format!("{url}/{language}{}", page_of(item)))],
        summary: Some(Text::plain(title.clone())),
        title: Text::plain(title),
        ..Entry::default()
    }
}

/// The parts of a key: its list, what is listed, and the type of a number range. The first number of a range may be
/// a name, with any character in it; its type has no `/`.
fn parts_of(key: &str) -> Vec<&str> {
    match key.split_once('/') {
        Some((NUMBER_RANGES, rest)) => {
            let (first, kind) = rest.rsplit_once('/').unwrap_or((rest, ""));
            vec![NUMBER_RANGES, first, kind]
        }
        Some((list, rest)) => vec![list, rest],
        None => vec![key],
    }
}

/// The key as a path that is a valid IRI (RFC 4287, section 4.2.6).
fn address_of(item: &Item) -> String {
    parts_of(&item.key).into_iter().map(|part| format!("/{}", path_part(part))).collect()
}

/// The page of what is under a key, or of its list when it is gone or has no page of its own.
fn page_of(item: &Item) -> String {
    match parts_of(&item.key)[..] {
        [CALL_SIGNS, _] => address_of(item),
        ["installers" | "suppliers" | "frequency-permits", _] if item.record.is_some() => {
            address_of(item)
        }
        [list @ ("installers" | "suppliers" | "frequency-permits"), _] => format!("/{list}"),
        [NUMBER_RANGES, first, kind] if item.record.is_some() => {
            format!("/{NUMBER_RANGES}/{}?type={}", path_part(first), path_part(kind))
        }
        [NUMBER_RANGES, ..] => format!("/{NUMBER_RANGES}"),
        _ => String::new(),
    }
}

const TITLE: Words =
    ["Endringer i registeret", "Endringar i registeret", "Changes of the register"];

/// What changed, in a few words without any name.
fn title(item: &Item, language: Language) -> String {
    let parts = parts_of(&item.key);
    let thing: Words = match parts[0] {
        CALL_SIGNS => ["Kallesignal", "Kallesignal", "Call sign"],
        "frequency-permits" => ["Frekvenstillatelse", "Frekvensløyve", "Frequency permit"],
        "installers" => {
            ["Autorisert installatør", "Autorisert installatør", "Authorised installer"]
        }
        "suppliers" => ["Registrert leverandør", "Registrert leverandør", "Registered supplier"],
        NUMBER_RANGES => ["Nummerserie", "Nummerserie", "Number range"],
        _ => ["Rad", "Rad", "Row"],
    };
    let number = parts.get(1).copied().unwrap_or(&item.key);
    let status = item.record.as_ref().map_or(GONE, |record| {
        let status = record["status"].as_str().or_else(|| record["permit"]["status"].as_str());
        let code = status.unwrap_or_default();
        let name = match parts[0] {
            CALL_SIGNS => states::of_sign(code),
            NUMBER_RANGES => states::of_range(code),
            _ => states::of_permit(code),
        };
        name.unwrap_or(CHANGED)
    });
    format!("{} {number}: {}", thing[language as usize], status[language as usize])
}

const GONE: Words = ["ikke lenger i registeret", "ikkje lenger i registeret", "no longer listed"];

/// Of what has no state.
const CHANGED: Words = ["endret", "endra", "changed"];

#[cfg(test)]
mod tests {
    use super::*;

    /// Public ranges begin at a number, or at a name that was given.
    fn item(key: &str) -> Item {
        Item {
            sequence: 7,
            key: key.to_owned(),
            record: Some(serde_json::json!({ "status": "assigned" })),
            recorded_at: chrono::DateTime::UNIX_EPOCH,
            is_personal: false,
        }
    }

    #[test]
    fn ids_and_links_are_valid_whatever_a_name_has_in_it() {
        let url = "https://register.example";
        let made = entry(url, &item("number-ranges/AS å/b?c#d%20/tilbyderkode"), Language::English);
        let name = "AS%20%C3%A5%2Fb%3Fc%23d%2520";
        assert_eq!(made.id, format!("{url}/number-ranges/{name}/tilbyderkode#7"));
        let page = format!("{url}/en/number-ranges/{name}?type=tilbyderkode");
        assert_eq!(made.links[0].href, page);
        assert!(made.title.value.starts_with("Number range AS å/b?c#d%20: "), "{:?}", made.title);
    }

    #[test]
    fn states_are_named_as_on_the_pages() {
        for (key, code, said) in [
            ("call-signs/LB1AG", "quarantined", "Kallesignal LB1AG: Hviler"),
            ("number-ranges/68050000/e164_8_digit", "free", "Nummerserie 68050000: ledig"),
            ("installers/312345676", "endedSomehow", "Autorisert installatør 312345676: endret"),
        ] {
            let record = Some(serde_json::json!({ "status": code }));
            assert_eq!(title(&Item { record, ..item(key) }, Language::Bokmal), said);
        }
        let record = Some(serde_json::json!({ "permit": { "status": "suspended" } }));
        let permit = Item { record, ..item("frequency-permits/SPE-000007") };
        assert_eq!(title(&permit, Language::English), "Frequency permit SPE-000007: Suspended");
        let gone = Item { record: None, ..permit };
        assert!(title(&gone, Language::English).ends_with(": no longer listed"));
    }

    #[test]
    fn other_ids_stay_what_readers_know() {
        for (key, page) in [
            ("call-signs/LB1AG", "/call-signs/LB1AG"),
            ("frequency-permits/SPE-000007", "/frequency-permits/SPE-000007"),
            ("number-ranges/68050000/e164_8_digit", "/number-ranges/68050000?type=e164_8_digit"),
        ] {
            let made = entry("", &item(key), Language::Bokmal);
            assert_eq!(made.id, format!("/{key}#7"));
            assert_eq!(made.links[0].href, format!("/nb{page}"));
        }
    }
}
