//! The static register: every file and every page as they are at one moment, in a folder that any web
//! server can serve while the service is away.
//!
//! The pages are asked of the service itself, in this process, from the start pages on from link to
//! link. What only the running service can answer (searches, single look-ups for programs) leads to a
//! page that says so. The index is filled once and stays as it is, so that pages and files agree; if
//! a row was changed meanwhile under which a page or a file shows a person, all is written anew.

mod folder;
mod links;
pub mod manifest;

use std::{
    collections::{HashMap, HashSet, VecDeque},
    path::{Path, PathBuf},
    sync::Arc,
};

use chrono::{DateTime, Utc};
use poem::{Endpoint as _, Request, http::header};
use serde_json::json;

use super::{
    progress::Progress,
    run::{in_words, settings},
};
use crate::{
    app::{App, Parts},
    clock::SystemClock,
    failure::{Failure, Problem},
    http::{self, Edge},
    keys::KeyRing,
    register::{
        atom, catalog, feed, follow,
        index::State,
        schema,
        snapshot::{self, Name, Snapshot, rows},
    },
    statistics,
    values::{calendar, language::Language},
};
use folder::{Folder, MARK};
use links::Kind;

/// How often all is written anew because persons' rows change meanwhile.
const ATTEMPTS: u32 = 3;

/// Files that are of no list, as the service answers them.
fn others() -> impl Iterator<Item = String> {
    let own = ["/openapi.json", "/v1/openapi.json", "/robots.txt"];
    own.into_iter().chain(catalog::FIGURES).map(str::to_owned).chain(atom::addresses())
}

/// How often the figures are waited for, each time as long as a reader of their page waits.
const WAITS: u32 = 60;

/// `anrop snapshot`.
///
/// # Errors
/// In words for the operator; then the folder is as it was.
pub async fn run(file: Option<PathBuf>, out: &Path) -> Result<(), String> {
    let mut settings = settings(file.as_ref())?;
    // the spool of look-ups is the running service's
    let spool = tempfile::tempdir().map_err(|error| error.to_string())?;
    spool.path().join("spool").clone_into(&mut settings.spool);
    let keys = KeyRing::load(&settings.key_ring)
        .map_err(|error| format!("{error} ({})", settings.key_ring.display()))?;
    let parts = Parts { settings, clock: Arc::new(SystemClock), keys };
    let app = App::beside(parts).await.map_err(in_words)?;
    let seq = follow::fill(&app, |_| {}).await.map_err(in_words)?;
    app.lease().set_applied(seq);
    // nobody waits for this process, so it looks itself whether anything was withdrawn
    app.lease().hold_forever();
    let written = write(&app, out).await;
    app.db().close().await;
    let pages = written?;
    println!("{pages} pages and every file written to {}", out.display());
    Ok(())
}

/// `anrop verify-snapshot`.
///
/// # Errors
/// Every file that is not as it was written, or why nothing can be said.
pub fn verify(folder: &Path, keys: &[String]) -> Result<(), String> {
    let trusted =
        keys.iter().map(|key| manifest::key_of(key)).collect::<Result<Vec<_>, String>>()?;
    let statement = manifest::verify(folder, &trusted).map_err(|faults| faults.join("\n"))?;
    print!("{statement}");
    println!("every file is as it was written");
    Ok(())
}

/// Writes the static register of an app whose index is filled; answers how many pages it has.
///
/// # Errors
/// In words for the operator; then the folder is as it was.
pub async fn write(app: &App, out: &Path) -> Result<usize, String> {
    for _ in 0..ATTEMPTS {
        let folder = Folder::begin(out).map_err(|error| error.to_string())?;
        let since = app.lease().applied();
        let index = app.register().state();
        let mut site = Site::new(app, folder);
        let pages = site.write().await?;
        let shows = |key: &str| shows_person(&index, &site.cut, key);
        if !persons_changed(app, since, shows).await.map_err(in_words)? {
            site.folder.put().map_err(|error| error.to_string())?;
            return Ok(pages);
        }
        let seq = follow::advance(app, since).await.map_err(in_words)?;
        app.lease().set_applied(seq);
    }
    Err("persons' rows change faster than they can be written; try again".to_owned())
}

/// A name that the copy shows may have been taken away since: a row was changed under whose key it shows a
/// person. Other changes leave it a copy of its moment, however many there are.
async fn persons_changed(
    app: &App,
    since: i64,
    shows: impl Fn(&str) -> bool,
) -> Result<bool, Failure> {
    crate::seal::sealer::seal_all(app).await?;
    for list in snapshot::LISTS {
        let changed = feed::store::of_list(app.db().read(), list, since).await?;
        if changed.rows.iter().any(|row| shows(&row.key)) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// A page, which is written from the index, or a file shows a person under this key. A file may be newer than
/// the index, and show whom a page does not.
fn shows_person(index: &State, files: &[Arc<Snapshot>], key: &str) -> bool {
    rows::body(index, key).is_some_and(|body| body.is_personal())
        || files.iter().any(|file| file.shows_person(key))
}

/// Counts the figures, which among millions of permits takes longer than a reader of their page waits.
async fn count_figures(app: &App) -> Result<(), Failure> {
    let mut counted = statistics::current::figures(app).await;
    for _ in 1..WAITS {
        if !matches!(&counted, Err(failure) if failure.problem() == Problem::Unavailable) {
            break;
        }
        counted = statistics::current::figures(app).await;
    }
    counted.map(|_| ())
}

/// A folder being filled.
struct Site<'a> {
    app: &'a App,
    edge: Edge,
    folder: Folder,
    cut_at: DateTime<Utc>,
    /// Places of addresses that are written or will be.
    places: HashMap<String, String>,
    queue: VecDeque<String>,
    /// How many pages each list has so far.
    lengths: HashMap<String, usize>,
    files: HashSet<String>,
    /// The files of lists as they were written.
    cut: Vec<Arc<Snapshot>>,
}

impl<'a> Site<'a> {
    fn new(app: &'a App, folder: Folder) -> Self {
        let files = catalog::files().map(Name::path);
        let schemas = schema::SCHEMAS.iter().map(|(name, _)| format!("/v1/schemas/{name}"));
        Self {
            app,
            edge: http::service(app),
            folder,
            cut_at: app.clock().now(),
            places: HashMap::new(),
            queue: VecDeque::new(),
            lengths: HashMap::new(),
            cut: Vec::new(),
            files: files.chain(schemas).chain(others()).chain(["/v1/catalog".to_owned()]).collect(),
        }
    }

    async fn write(&mut self) -> Result<usize, String> {
        let sequence = self.write_files().await?;
        for language in Language::ALL {
            self.place(&format!("/{}", language.code()));
            self.put(&unavailable_place(language), unavailable(language, self.cut_at).as_bytes())?;
        }
        self.put("index.html", languages(self.cut_at).as_bytes())?;
        let mut progress = Progress::new("pages", 1);
        let mut pages = 0;
        while let Some(address) = self.queue.pop_front() {
            self.write_page(&address).await?;
            pages += 1;
            progress.expect(pages + self.queue.len() as u64);
            progress.add(1);
        }
        let mark = json!({ "cutAt": self.cut_at, "sequence": sequence, "pages": pages });
        self.put(MARK, mark.to_string().as_bytes())?;
        self.sign(sequence)?;
        usize::try_from(pages).map_err(|error| error.to_string())
    }

    fn put(&mut self, place: &str, content: &[u8]) -> Result<(), String> {
        self.folder.write(place, content).map_err(|error| format!("{place}: {error}"))
    }

    /// Writes what proves every file written so far.
    fn sign(&mut self, sequence: i64) -> Result<(), String> {
        let sums = manifest::write(self.folder.sums());
        let keys = self.app.keys();
        let signed = manifest::sign(&sums, self.cut_at, sequence, keys.checkpoint_key());
        self.put(manifest::SUMS, sums.as_bytes())?;
        self.put(manifest::SIGNATURE, signed.as_bytes())
    }

    /// Every file of every list, the schemas and the catalogue; answers the sequence they were cut at.
    async fn write_files(&mut self) -> Result<i64, String> {
        let mut sequence = 0;
        for name in catalog::files() {
            let file = snapshot::get(self.app, name).await.map_err(in_words)?;
            let bytes = file.bytes().ok_or("a file was withdrawn meanwhile; try again")?;
            self.put(name.path().trim_start_matches('/'), &bytes)?;
            sequence = sequence.max(file.sequence);
            self.cut.push(file);
        }
        let settings = self.app.settings();
        for (ending, syntax) in
            [("ttl", catalog::Syntax::Turtle), ("jsonld", catalog::Syntax::JsonLd)]
        {
            let text = catalog::write(settings, syntax).map_err(in_words)?;
            self.put(&format!("v1/catalog.{ending}"), &text)?;
        }
        for (name, text) in schema::SCHEMAS {
            self.put(&format!("v1/schemas/{name}"), text.as_bytes())?;
        }
        count_figures(self.app).await.map_err(in_words)?;
        for path in others() {
            let (answer, body) = self.ask(&path).await?;
            if !answer.is_good {
                return Err(format!("{path} cannot be answered now; try again"));
            }
            self.put(path.trim_start_matches('/'), &body)?;
        }
        Ok(sequence)
    }

    /// What the service answers.
    async fn ask(&self, address: &str) -> Result<(Answer, Vec<u8>), String> {
        let uri = address.parse::<poem::http::Uri>().map_err(|error| error.to_string())?;
        let request = Request::builder().uri(uri).header(header::ACCEPT, "text/html, */*;q=0.1");
        let response = self.edge.call(request.finish()).await.map_err(|error| error.to_string())?;
        let answer = Answer {
            is_good: response.status().is_success(),
            is_page: response.content_type().is_some_and(|kind| kind.starts_with("text/html")),
            location: response.header(header::LOCATION).map(str::to_owned),
        };
        let body = response.into_body().into_vec().await.map_err(|error| error.to_string())?;
        Ok((answer, body))
    }

    async fn write_page(&mut self, address: &str) -> Result<(), String> {
        let Some(place) = self.places.get(address).cloned() else { return Ok(()) };
        let language = links::language_of(links::parts(address).0).unwrap_or_default();
        let (answer, body) = self.ask(address).await?;
        if let Some(target) = answer.location {
            let target = self.link(&place, language, &target).unwrap_or(target);
            return self.put(&place, forward(&target).as_bytes());
        }
        if !answer.is_good {
            return self.put(&place, unavailable(language, self.cut_at).as_bytes());
        }
        if !answer.is_page {
            return self.put(&place, &body);
        }
        let text = String::from_utf8(body).map_err(|error| error.to_string())?;
        let notice = notice(language, self.cut_at);
        let form = format!("<p class=\"note\">{}</p>", words(language).no_search);
        let page = links::rewrite(&text, &notice, &form, |link| self.link(&place, language, link));
        self.put(&place, page.as_bytes())
    }

    /// A link of the page at `from`, as it reads in the folder; nothing when it stays as it is.
    fn link(&mut self, from: &str, language: Language, address: &str) -> Option<String> {
        let to = match links::kind(address, |path| self.files.contains(path)) {
            Kind::Elsewhere => return None,
            Kind::Live if links::parts(address).0 == "/" => "index.html".to_owned(),
            Kind::Live => unavailable_place(language),
            Kind::Page | Kind::LaterPage | Kind::File => self.place(address),
        };
        let fragment = links::parts(address).2.map(|id| format!("#{id}")).unwrap_or_default();
        Some(links::relative(from, &to) + fragment.as_str())
    }

    /// The place of an address, which is written when it is met for the first time.
    fn place(&mut self, address: &str) -> String {
        let (path, query, _) = links::parts(address);
        let kind = links::kind(address, |path| self.files.contains(path));
        let key = match (&kind, query) {
            (Kind::Page | Kind::LaterPage, Some(query)) => format!("{path}?{query}"),
            _ => path.to_owned(),
        };
        if let Some(place) = self.places.get(&key) {
            return place.clone();
        }
        let kept = links::kept_path(path, query);
        let place = match kind {
            Kind::LaterPage => {
                let length = self.lengths.entry(kept.clone()).or_insert(1);
                *length += 1;
                links::later_place(&kept, *length)
            }
            Kind::File if path == "/v1/catalog" => "v1/catalog.ttl".to_owned(),
            Kind::File => path.trim_start_matches('/').to_owned(),
            _ => links::page_place(&kept),
        };
        let is_written = kind == Kind::File && !path.starts_with("/assets/");
        if !is_written {
            self.queue.push_back(key.clone());
        }
        self.places.insert(key, place.clone());
        place
    }
}

struct Answer {
    is_good: bool,
    is_page: bool,
    location: Option<String>,
}

fn unavailable_place(language: Language) -> String {
    format!("{}/unavailable.html", language.code())
}

struct Words {
    cut: &'static str,
    no_search: &'static str,
    title: &'static str,
    text: &'static str,
    start: &'static str,
}

const fn words(language: Language) -> Words {
    match language {
        Language::Bokmal => Words {
            cut: "Dette er en kopi av registeret, tatt",
            no_search: "Søk og filtre virker ikke i kopien. Bla i listene, eller last dem ned.",
            title: "Ikke i kopien",
            text: "Dette kan bare tjenesten selv svare på. Prøv igjen når den er tilbake.",
            start: "Til startsiden",
        },
        Language::Nynorsk => Words {
            cut: "Dette er ein kopi av registeret, teken",
            no_search: "Søk og filter verkar ikkje i kopien. Bla i listene, eller last dei ned.",
            title: "Ikkje i kopien",
            text: "Dette kan berre tenesta sjølv svare på. Prøv igjen når ho er attende.",
            start: "Til startsida",
        },
        Language::English => Words {
            cut: "This is a copy of the register, taken",
            no_search: "Search and filters do not work in the copy. Page through the lists, or download them.",
            title: "Not in the copy",
            text: "Only the service itself can answer this. Try again when it is back.",
            start: "To the start page",
        },
    }
}

/// The moment in Norwegian time, written alike in every language.
fn moment(at: DateTime<Utc>) -> String {
    calendar::oslo_time(at).format("%d.%m.%Y %H:%M").to_string()
}

fn notice(language: Language, at: DateTime<Utc>) -> String {
    let words = words(language);
    let date = at.format("%Y-%m-%dT%H:%M:%SZ");
    format!(
        "<div class=\"width\"><p class=\"alert warn\">{} <time datetime=\"{date}\">{}</time>. {}</p></div>",
        words.cut,
        moment(at),
        words.no_search
    )
}

fn document(language: Language, title: &str, body: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title}</title>\n</head>\n<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n",
        language.code()
    )
}

fn unavailable(language: Language, at: DateTime<Utc>) -> String {
    let words = words(language);
    let body = format!(
        "<h1>{}</h1>\n<p>{} {}. {}</p>\n<p><a href=\"../index.html\">{}</a></p>",
        words.title,
        words.cut,
        moment(at),
        words.text,
        words.start
    );
    document(language, words.title, &body)
}

/// The first page: the same register in each language.
fn languages(at: DateTime<Utc>) -> String {
    let items: String = Language::ALL
        .into_iter()
        .map(|language| {
            let (code, words) = (language.code(), words(language));
            format!(
                "<li lang=\"{code}\"><a href=\"{code}/index.html\" hreflang=\"{code}\">{}</a>: {} {}.</li>\n",
                language.name(),
                words.cut,
                moment(at)
            )
        })
        .collect();
    document(Language::Bokmal, "Registeret", &format!("<h1>Registeret</h1>\n<ul>\n{items}</ul>"))
}

fn forward(target: &str) -> String {
    let target = links::escaped(target);
    format!(
        "<!doctype html>\n<html>\n<head>\n<meta charset=\"utf-8\">\n<title>{target}</title>\n\
         <meta http-equiv=\"refresh\" content=\"0; url={target}\">\n</head>\n<body>\n\
         <p><a href=\"{target}\">{target}</a></p>\n</body>\n</html>\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        assignment::SignStatus,
        register::{Change, Entry, PublicHolder, PublicSign, index::Index, snapshot::Layout},
        values::call_sign::CallSign,
    };

    fn sign(text: &str, name: Option<&str>, is_person: bool) -> Change {
        let holder = name.map(|name| {
            Box::new(PublicHolder {
                name: Some(name.to_owned()),
                is_person,
                ..PublicHolder::default()
            })
        });
        let row = PublicSign {
            status: SignStatus::InUse,
            series: "personal_new".to_owned(),
            kind: None,
            class: None,
            valid_from: None,
            valid_until: None,
            updated_on: None,
            holder_kind: None,
            until: None,
            reason: None,
            holder,
        };
        let key = CallSign::parse(text).unwrap();
        Change::Sign(Entry { key, row: Some(Arc::new(row)), revision: 1 })
    }

    #[test]
    fn only_changes_of_rows_that_show_persons_begin_the_copy_anew() {
        let index = Index::default();
        index.apply([
            sign("LB1AG", Some("Kari Eksempel"), true),
            sign("LB1AH", None, true),
            sign("LB1AJ", Some("Eksempel Radioklubb"), false),
        ]);
        let pages = index.state();
        for (key, expected) in [
            ("call-signs/LB1AG", true),
            ("call-signs/LB1AH", false),
            ("call-signs/LB1AJ", false),
            ("call-signs/LB1AK", false),
            ("frequency-permits/SPE-000001", false),
        ] {
            assert_eq!(shows_person(&pages, &[], key), expected, "{key}");
        }
    }

    #[test]
    fn every_file_of_the_register_goes_into_the_folder() {
        let names: Vec<String> = catalog::files().map(Name::file_name).collect();
        assert_eq!(names.len(), 21);
        for name in ["call-signs.csv", "kallesignaler.csv", "E164.csv", "rightofuseinfos.json"] {
            assert!(names.iter().any(|known| known == name), "{name}");
        }
        let layouts = Layout::OF_LISTS.len();
        assert_eq!(names.len(), snapshot::whole_lists().count() * layouts + 3);
    }
}
