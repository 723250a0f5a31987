//! The map of frequency permits: sites of organisations where they are, those of private persons at
//! their municipality, areas, and links to look closer. What a record does not have (the site of a
//! private person) cannot come onto the map.

use askama::Template;

use super::{
    frame::{Reader, Section},
    map_drawing::{self, Dot, Name, Spot},
    map_projection::{CLOSEST, HEIGHT, WIDTH, Window},
    plan_drawing::px,
    texts::Words,
};
use crate::{permit::wire::PermitRecord, values::position::Position};

/// Rows of the table beside the map.
const ROWS: usize = 100;

/// A dot as it is drawn.
struct DotView {
    link: String,
    title: String,
    x: String,
    y: String,
    text_y: String,
    radius: String,
    count: Option<String>,
    is_exact: bool,
}

/// An area or a hop between two sites.
struct Shape {
    link: String,
    title: String,
    path: String,
}

/// A place in the table.
struct Place {
    permit: String,
    link: String,
    holder: String,
    site: String,
    position: String,
}

/// The map of some permits.
#[derive(Template)]
#[template(path = "parts/map.html", config = "src/web/askama.toml")]
pub struct PermitMap {
    words: Words,
    width: f64,
    height: f64,
    ours: String,
    abroad: String,
    names: Vec<Name>,
    dots: Vec<DotView>,
    zones: Vec<Shape>,
    hops: Vec<String>,
    moves: Vec<(String, Option<String>)>,
    elsewhere: Vec<(&'static str, String)>,
    notes: Vec<String>,
    places: Vec<Place>,
    scale: (String, u32),
    has_about: bool,
}

/// Escapes its texts itself.
impl askama::filters::HtmlSafe for PermitMap {}

/// Corners of an area in degrees.
type Ring = Vec<(f64, f64)>;

/// What the permits have on the map.
#[derive(Default)]
struct Gathered {
    spots: Vec<Spot>,
    zones: Vec<(String, String, Ring)>,
    hops: Vec<[(f64, f64); 2]>,
    places: Vec<Place>,
    national: usize,
}

/// Number of a permit, and its page.
fn permit_of(reader: &Reader, record: &PermitRecord) -> (String, String) {
    let number = record.permit.as_ref().and_then(|it| it.number.clone()).unwrap_or_default();
    let link = reader.link(format_args!("{}/{number}", Section::FrequencyPermits.path()));
    (number, link)
}

/// Holder of a permit in words.
pub fn holder_of(record: &PermitRecord, words: Words) -> String {
    let organisation = record.organisation.as_ref().and_then(|it| it.name.clone());
    organisation.unwrap_or_else(|| words.private_person().to_owned())
}

impl Gathered {
    fn add(&mut self, reader: &Reader, record: &PermitRecord) {
        let words = reader.words;
        let (number, link) = permit_of(reader, record);
        let holder = holder_of(record, words);
        let mut spot = |name: &str, degrees: (f64, f64), is_exact: bool| {
            let position = if is_exact {
                format!("{}, {}", words.decimal(degrees.0, 4), words.decimal(degrees.1, 4))
            } else {
                words.map_municipality().to_owned()
            };
            self.places.push(Place {
                permit: number.clone(),
                link: link.clone(),
                holder: holder.clone(),
                site: name.to_owned(),
                position,
            });
            self.spots.push(Spot {
                latitude: degrees.0,
                longitude: degrees.1,
                is_exact,
                title: format!("{number}, {holder}: {name}"),
                link: link.clone(),
            });
        };
        if let Some(station) = &record.station {
            let named = |wanted: u32| {
                let of =
                    |one: &&crate::permit::kind::radio_facts::StationText| one.station == wanted;
                station.name.iter().flatten().find(of).map(|one| one.text.clone())
            };
            let sites = station.position.iter().flat_map(|position| &position.sites);
            let exact: Vec<_> = sites.collect();
            for site in &exact {
                let place = station
                    .municipality
                    .iter()
                    .flatten()
                    .find(|one| one.station == site.station)
                    .map(|one| one.text.clone());
                let name = named(site.station).or(place).unwrap_or_default();
                spot(&name, (site.latitude, site.longitude), true);
            }
            for one in station.municipality.iter().flatten() {
                let is_placed = exact.iter().any(|site| site.station == one.station);
                if let (false, Some(centre)) = (is_placed, map_drawing::centre(&one.number)) {
                    spot(&one.text, (centre.latitude, centre.longitude), false);
                }
            }
            let is_link =
                station.position.as_ref().is_some_and(|it| it.hop_length_metres.is_some());
            if let ([a, b], true) = (&exact[..], is_link) {
                let place = |site: &crate::permit::kind::radio_facts::SiteFacts| {
                    (site.latitude, site.longitude)
                };
                self.hops.push([place(a), place(b)]);
            }
        }
        let Some(area) = record.frequency.as_ref().and_then(|it| it.area.as_ref()) else { return };
        if let Some(ring) = &area.ring {
            let ring = ring.iter().map(|corner| (corner.latitude, corner.longitude)).collect();
            self.zones.push((link.clone(), format!("{number}, {holder}"), ring));
        } else {
            for one in area.municipalities.iter().flatten() {
                if let Some(centre) = map_drawing::centre(&one.number) {
                    spot(&one.name, (centre.latitude, centre.longitude), false);
                }
            }
        }
        if matches!(area.kind.as_deref(), Some("national" | "offshore")) {
            self.national += 1;
        }
    }
}

impl PermitMap {
    /// The map of these permits; `total` is how many were found. A single permit is looked at as
    /// close as all of it is seen.
    pub fn of(reader: &Reader, records: &[PermitRecord], total: u64, is_single: bool) -> Self {
        let words = reader.words;
        let mut found = Gathered::default();
        records.iter().for_each(|record| found.add(reader, record));
        let asked = reader.query.get("map").and_then(Window::parse);
        let window = asked.unwrap_or_else(|| {
            if is_single { Window::around(&found.positions()) } else { Window::default() }
        });
        let dots = map_drawing::dots(&window, &found.spots);
        let to = |window: Window| reader.here(&reader.query.with("map", Some(&window.to_string())));
        let mut notes = Vec::new();
        let shown = records.len() as u64;
        if shown < total {
            notes.push(words.map_cut(words.number(shown), words.number(total)));
        }
        if found.national > 0 && !is_single {
            notes.push(words.map_national(found.national));
        }
        if found.spots.is_empty() && found.zones.is_empty() {
            notes.push(words.map_empty().to_owned());
        }
        let (length, kilometres) = map_drawing::scale_line(&window);
        let zones = found.zones.iter().map(|(link, title, ring)| Shape {
            link: link.clone(),
            title: format!("{title} ({})", words.map_zone()),
            path: map_drawing::area(&window, ring),
        });
        found.places.truncate(ROWS);
        Self {
            words,
            width: WIDTH,
            height: HEIGHT,
            ours: map_drawing::land(&window, true),
            abroad: map_drawing::land(&window, false),
            names: map_drawing::names(&window, &dots),
            zones: zones.filter(|shape| !shape.path.is_empty()).collect(),
            hops: found.hops.iter().map(|hop| line(&window, hop)).collect(),
            moves: moves(words, &window, &to),
            elsewhere: elsewhere(&to),
            has_about: dots.iter().any(|dot| !dot.is_exact),
            dots: dots.iter().map(|dot| dot_view(words, &window, dot, &found.spots, &to)).collect(),
            notes,
            places: found.places,
            scale: (px(length), kilometres),
        }
    }
}

impl Gathered {
    fn positions(&self) -> Vec<Position> {
        let spots = self.spots.iter().map(|spot| (spot.latitude, spot.longitude));
        let corners = self.zones.iter().flat_map(|(_, _, ring)| ring.iter().copied());
        spots
            .chain(corners)
            .filter_map(|(north, east)| Position::from_degrees(north, east).ok())
            .collect()
    }
}

fn line(window: &Window, hop: &[(f64, f64); 2]) -> String {
    let [a, b] = hop.map(|(north, east)| {
        let (x, y) = window.place(super::map_projection::project(north, east));
        format!("{} {}", px(x), px(y))
    });
    format!("M{a}L{b}")
}

fn dot_view(
    words: Words,
    window: &Window,
    dot: &Dot,
    spots: &[Spot],
    to: &impl Fn(Window) -> String,
) -> DotView {
    let (x, y) = dot.place();
    let (link, title) = match dot.spots[..] {
        [one] => (spots[one].link.clone(), spots[one].title.clone()),
        _ => {
            let several = words.map_several(words.number(dot.spots.len() as u64));
            // as close as there is: the first of them, the others are in the table
            let closer = window.closer(Some((x, y)), 2);
            (closer.map_or_else(|| spots[dot.spots[0]].link.clone(), to), several)
        }
    };
    let count = (dot.spots.len() > 1).then(|| words.number(dot.spots.len() as u64));
    DotView {
        link,
        title: if dot.is_exact { title } else { format!("{title} ({})", words.map_municipality()) },
        x: px(x),
        y: px(y),
        text_y: px(y + 4.3),
        radius: px(dot.radius()),
        count,
        is_exact: dot.is_exact,
    }
}

fn moves(
    words: Words,
    window: &Window,
    to: &impl Fn(Window) -> String,
) -> Vec<(String, Option<String>)> {
    let beside = |east, south| {
        let next = window.moved(east, south);
        Some(next).filter(|next| window.zoom > 0 && next != window)
    };
    let all = Some(Window::default()).filter(|all| all != window);
    [
        (format!("+ {}", words.zoom_in()), window.closer(None, 1)),
        (format!("− {}", words.zoom_out()), window.farther()),
        (format!("↑ {}", words.map_north()), beside(0.0, -0.4)),
        (format!("↓ {}", words.map_south()), beside(0.0, 0.4)),
        (format!("← {}", words.map_west()), beside(-0.4, 0.0)),
        (format!("→ {}", words.map_east()), beside(0.4, 0.0)),
        (words.map_all().to_owned(), all),
    ]
    .into_iter()
    .map(|(name, window)| (name, window.map(to)))
    .collect()
}

/// What is not on the mainland.
fn elsewhere(to: &impl Fn(Window) -> String) -> Vec<(&'static str, String)> {
    const _: () = assert!(CLOSEST >= 3);
    vec![
        ("Svalbard", to(Window::about(78.6, 18.0, 1))),
        ("Jan Mayen", to(Window::about(71.0, -8.4, 3))),
    ]
}
