//! The latest changes of the register as an Atom feed (RFC 4287), for people with a feed reader. It
//! names keys and states only: what a feed reader has fetched, nobody can take back.

use atom_syndication::{Entry, Feed, FixedDateTime, Generator, Link, Person, Text};
use chrono::Utc;

use super::feed::{self, Item};
use crate::{app::App, failure::Failure};

/// Entries of the feed.
const ENTRIES: u64 = 50;

/// The feed of this moment.
///
/// # Errors
/// When the database does not answer.
pub async fn feed(app: &App) -> Result<String, Failure> {
    let settings = app.settings();
    let items = feed::latest(app, ENTRIES).await?;
    let url = &settings.public_url;
    let updated = items.first().map_or_else(|| app.clock().now(), |item| item.recorded_at);
    let feed = Feed {
        title: Text::plain("Endringer i registeret"),
        subtitle: Some(Text::plain(settings.authority_name.clone())),
        id: format!("{url}/feed.atom"),
        updated: at(updated),
        authors: vec![Person { name: settings.authority_name.clone(), ..Person::default() }],
        generator: Some(Generator { value: "anrop".to_owned(), ..Generator::default() }),
        rights: Some(Text::plain("NLOD 2.0, https://data.norge.no/nlod/no/2.0")),
        lang: Some("nb".to_owned()),
        links: vec![
            link("self", "application/atom+xml", format!("{url}/feed.atom")),
            link("alternate", "text/html", format!("{url}/")),
            link("via", "application/json", format!("{url}/v1/changes")),
        ],
        entries: items.iter().map(|item| entry(url, item)).collect(),
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

fn entry(url: &str, item: &Item) -> Entry {
    let title = title(item);
    Entry {
        id: format!("{url}/{}#{}", item.key, item.sequence),
        updated: at(item.recorded_at),
        published: Some(at(item.recorded_at)),
        links: vec![link("alternate", "text/html", format!("{url}{}", page_of(item)))],
        summary: Some(Text::plain(title.clone())),
        title: Text::plain(title),
        ..Entry::default()
    }
}

/// The page of what is under a key, or of its list when it is gone or has no page of its own.
fn page_of(item: &Item) -> String {
    let key = &item.key;
    match key.split('/').collect::<Vec<_>>()[..] {
        ["call-signs", _] => format!("/{key}"),
        ["installers" | "suppliers", _] if item.record.is_some() => format!("/{key}"),
        [list @ ("installers" | "suppliers"), _] => format!("/{list}"),
        ["frequency-permits", _] if item.record.is_some() => format!("/{key}"),
        ["frequency-permits", _] => "/frequency-permits".to_owned(),
        ["number-ranges", first, kind] if item.record.is_some() => {
            format!("/number-ranges/{first}?type={kind}")
        }
        ["number-ranges", ..] => "/number-ranges".to_owned(),
        _ => "/".to_owned(),
    }
}

/// What changed, in a few words without any name.
fn title(item: &Item) -> String {
    let (list, rest) = item.key.split_once('/').unwrap_or(("", &item.key));
    let thing = match list {
        "call-signs" => "Kallesignal",
        "frequency-permits" => "Frekvenstillatelse",
        "installers" => "Autorisert installatør",
        "suppliers" => "Registrert leverandør",
        "number-ranges" => "Nummerserie",
        _ => "Rad",
    };
    let number = rest.split('/').next().unwrap_or(rest);
    let status = item.record.as_ref().map(|record| {
        let status = record["status"].as_str().or_else(|| record["permit"]["status"].as_str());
        match status.unwrap_or_default() {
            "inUse" => "i bruk",
            "reserved" => "reservert",
            "quarantined" => "i karantene",
            "blocked" => "sperret",
            "free" => "ledig",
            "active" => "gjelder",
            "suspended" => "midlertidig inndratt",
            "assigned" => "tildelt",
            _ => "endret",
        }
    });
    format!("{thing} {number}: {}", status.unwrap_or("ikke lenger i registeret"))
}
