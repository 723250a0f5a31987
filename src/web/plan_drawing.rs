//! The plan's chart as it is drawn: lying, frequency to the right, and standing, frequency downwards,
//! for narrow screens. It turns the geometry into rectangles and texts with places on paper; what it
//! is about was decided by then. Pure.

use super::{
    plan_axis::{Axis, Labels, text_width},
    plan_chart::{Block, Lane, fits},
};
use crate::values::{frequency::FrequencyRange, language::Language, radio_service::ServiceGroup};

/// Which way the frequencies run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// To the right.
    Lying,
    /// Downwards.
    Standing,
}

/// A place or size on paper, as it stands in an attribute.
pub fn px(number: f64) -> String {
    let text = format!("{number:.1}");
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

/// A rectangle.
#[derive(Debug, Clone, PartialEq)]
pub struct Area {
    pub x: String,
    pub y: String,
    pub width: String,
    pub height: String,
}

/// A text; turned, it runs downwards.
#[derive(Debug, Clone, PartialEq)]
pub struct Label {
    pub x: String,
    pub y: String,
    pub text: String,
    pub is_turned: bool,
}

impl Label {
    /// The attribute that turns it.
    pub fn turn(&self) -> String {
        format!("rotate(90 {} {})", self.x, self.y)
    }
}

/// A line across the chart at a frequency.
#[derive(Debug, Clone, PartialEq)]
pub struct Mark {
    pub x1: String,
    pub y1: String,
    pub x2: String,
    pub y2: String,
    pub is_labelled: bool,
}

/// A lane with its name.
#[derive(Debug, Clone, PartialEq)]
pub struct Strip {
    pub area: Area,
    pub name: Label,
}

/// Something in a lane that leads somewhere.
#[derive(Debug, Clone, PartialEq)]
pub struct Piece {
    pub area: Area,
    /// Its look.
    pub class: String,
    /// It is hatched.
    pub is_hatched: bool,
    /// Where it leads.
    pub link: String,
    /// What it is, in words.
    pub title: String,
    /// What is written on it.
    pub label: Option<Label>,
}

/// A drawn chart.
#[derive(Debug, Clone, PartialEq)]
pub struct Drawing {
    pub way: Way,
    pub width: String,
    pub height: String,
    pub marks: Vec<Mark>,
    pub numbers: Vec<Label>,
    pub strips: Vec<Strip>,
    pub pieces: Vec<Piece>,
}

impl Drawing {
    /// The class that says where it is shown.
    pub fn class(&self) -> &'static str {
        match self.way {
            Way::Lying => "lying",
            Way::Standing => "standing",
        }
    }
}

/// A licence in the chart.
#[derive(Debug, Clone, PartialEq)]
pub struct Licence {
    /// A range of it.
    pub range: FrequencyRange,
    /// Its row.
    pub row: usize,
    /// Who holds it.
    pub name: String,
    /// Where it leads.
    pub link: String,
    /// What it is, in words.
    pub title: String,
}

/// How many permits there are in a part of the axis.
#[derive(Debug, Clone, PartialEq)]
pub struct Count {
    /// The part.
    pub range: FrequencyRange,
    /// How many.
    pub permits: u64,
    /// Where it leads.
    pub link: String,
    /// What it is, in words.
    pub title: String,
}

/// What is drawn.
pub struct Content<'a> {
    /// The frequencies in view.
    pub range: FrequencyRange,
    /// The language of the numbers.
    pub language: Language,
    /// Where a range leads, and what a block is in words.
    pub block: &'a dyn Fn(&Block) -> (String, String),
    /// Names of the lanes of licences and of counts.
    pub names: [&'a str; 2],
    /// The lanes for an axis.
    pub lanes: &'a dyn Fn(&Axis) -> Vec<Lane>,
    /// The licences.
    pub licences: &'a [Licence],
    /// How many permits there are, in the parts of an axis.
    pub counts: &'a [Count],
}

/// Length of the axis each way.
pub const fn length(way: Way) -> f64 {
    match way {
        Way::Lying => 920.0,
        Way::Standing => 1_000.0,
    }
}

/// Sizes across the axis.
struct Sizes {
    /// Before the axis: names of lanes, or numbers.
    before: f64,
    /// Before the lanes: numbers, or names of lanes.
    top: f64,
    /// Of a row.
    row: f64,
    /// Between lanes.
    gap: f64,
    /// Of the highest count.
    count: f64,
}

impl Sizes {
    fn of(way: Way, rows: usize, lanes: usize) -> Self {
        match way {
            Way::Lying => Self { before: 168.0, top: 34.0, row: 22.0, gap: 7.0, count: 64.0 },
            Way::Standing => {
                let (before, gap, count) = (70.0, 4.0, 34.0);
                let room = 360.0 - before - count - gap * (lanes as f64 + 2.0);
                let row = (room / rows.max(1) as f64).min(24.0);
                Self { before, top: 150.0, row, gap, count }
            }
        }
    }
}

/// Puts pieces on paper, whichever way the axis runs.
struct Pen {
    way: Way,
    sizes: Sizes,
}

impl Pen {
    fn area(&self, along: (f64, f64), across: (f64, f64)) -> Area {
        let (start, end) = along;
        let (near, far) = across;
        let (x, y, width, height) = match self.way {
            Way::Lying => (self.sizes.before + start, near, end - start, far - near),
            Way::Standing => (near, self.sizes.top + start, far - near, end - start),
        };
        Area { x: px(x), y: px(y), width: px(width), height: px(height) }
    }

    /// A text that runs along the axis from `start`, in the middle across.
    fn along(&self, start: f64, across: (f64, f64), text: String) -> Label {
        let middle = (across.0 + across.1) / 2.0;
        match self.way {
            Way::Lying => Label {
                x: px(self.sizes.before + start + 5.0),
                y: px(middle + 4.5),
                text,
                is_turned: false,
            },
            Way::Standing => Label {
                x: px(middle - 4.5),
                y: px(self.sizes.top + start + 5.0),
                text,
                is_turned: true,
            },
        }
    }

    fn strip(&self, across: (f64, f64), name: &str) -> Strip {
        let middle = (across.0 + across.1) / 2.0;
        let name = name.to_owned();
        let name = match self.way {
            Way::Lying => Label { x: px(0.0), y: px(middle + 5.0), text: name, is_turned: false },
            Way::Standing => Label { x: px(middle - 4.5), y: px(4.0), text: name, is_turned: true },
        };
        Strip { area: self.area((0.0, length(self.way)), across), name }
    }
}

/// Draws a chart.
pub fn draw(way: Way, content: &Content<'_>) -> Drawing {
    let axis = Axis::new(content.range, length(way));
    let lanes = (content.lanes)(&axis);
    let licence_rows = content.licences.iter().map(|licence| licence.row + 1).max().unwrap_or(0);
    let rows = lanes.iter().map(|lane| lane.rows).sum::<usize>() + licence_rows;
    let pen = Pen { way, sizes: Sizes::of(way, rows, lanes.len() + usize::from(licence_rows > 0)) };
    let Sizes { before, top, row, gap, count } = pen.sizes;
    let (mut strips, mut pieces) = (Vec::new(), Vec::new());
    let mut near = match way {
        Way::Lying => top,
        Way::Standing => before,
    } + gap;
    for lane in &lanes {
        let far = near + row * lane.rows as f64;
        strips.push(pen.strip((near, far), lane.group.title(content.language)));
        let own = lane.blocks.iter().map(|block| of_block(&pen, block, lane.group, near, content));
        pieces.extend(own);
        near = far + gap;
    }
    if licence_rows > 0 {
        let far = near + row * licence_rows as f64;
        strips.push(pen.strip((near, far), content.names[0]));
        pieces.extend(content.licences.iter().map(|one| of_licence(&pen, &axis, one, near)));
        near = far + gap;
    }
    strips.push(pen.strip((near, near + count), content.names[1]));
    pieces.extend(of_counts(&pen, &axis, content.counts, near + count));
    let far = near + count + 1.0;
    let (marks, numbers) = scale(&pen, &axis, far, content.language);
    let (width, height) = match way {
        Way::Lying => (before + axis.length() + 12.0, far),
        Way::Standing => (360.0, top + axis.length() + 8.0),
    };
    Drawing { way, width: px(width), height: px(height), marks, numbers, strips, pieces }
}

fn of_block(
    pen: &Pen,
    block: &Block,
    group: ServiceGroup,
    near: f64,
    content: &Content<'_>,
) -> Piece {
    let row = pen.sizes.row;
    let near = near + row * block.row as f64;
    // secondary services are also narrower, which is seen without colours
    let inset = if block.is_primary { 1.0 } else { row * 0.16 };
    let across = (near + inset, near + row - inset);
    let (link, title) = (content.block)(block);
    let label = block.service.clone().filter(|_| block.is_labelled && row >= 15.0);
    Piece {
        area: pen.area((block.start, block.end), across),
        class: format!("g-{}", group.code()),
        is_hatched: !block.is_primary,
        link,
        title,
        label: label.map(|text| pen.along(block.start, across, text)),
    }
}

fn of_licence(pen: &Pen, axis: &Axis, licence: &Licence, near: f64) -> Piece {
    let row = pen.sizes.row;
    let near = near + row * licence.row as f64;
    let across = (near + 1.0, near + row - 1.0);
    let start = axis.place(licence.range.from().hertz());
    let end = axis.place(licence.range.until().hertz()).max((start + 1.0).min(axis.length()));
    let has_room = row >= 15.0 && fits(&licence.name, end - start);
    Piece {
        area: pen.area((start, end), across),
        class: "licence".to_owned(),
        is_hatched: false,
        link: licence.link.clone(),
        title: licence.title.clone(),
        label: has_room.then(|| pen.along(start, across, licence.name.clone())),
    }
}

fn of_counts(pen: &Pen, axis: &Axis, counts: &[Count], far: f64) -> Vec<Piece> {
    let most = counts.iter().map(|count| count.permits).max().unwrap_or(1).max(1);
    let room = pen.sizes.count - 14.0;
    let shown = counts.iter().filter(|count| count.permits > 0).map(|count| {
        let start = axis.place(count.range.from().hertz());
        let end = axis.place(count.range.until().hertz());
        let height = (room * (count.permits as f64 / most as f64).sqrt()).max(3.0);
        let text = count.permits.to_string();
        let is_lying = pen.way == Way::Lying;
        let has_room = is_lying && text_width(&text) <= end - start;
        let across = if is_lying {
            (far - height, far)
        } else {
            (far - pen.sizes.count, far - pen.sizes.count + height)
        };
        let label = Label {
            x: px(pen.sizes.before + (start + end - text_width(&text)) / 2.0),
            y: px(far - height - 3.0),
            text,
            is_turned: false,
        };
        Piece {
            area: pen.area((start + 0.5, (end - 0.5).max(start + 0.6)), across),
            class: "count".to_owned(),
            is_hatched: false,
            link: count.link.clone(),
            title: count.title.clone(),
            label: has_room.then_some(label),
        }
    });
    shown.collect()
}

fn scale(pen: &Pen, axis: &Axis, far: f64, language: Language) -> (Vec<Mark>, Vec<Label>) {
    let labels = match pen.way {
        Way::Lying => Labels::Along,
        Way::Standing => Labels::Across,
    };
    let (before, top) = (pen.sizes.before, pen.sizes.top);
    let (mut marks, mut numbers) = (Vec::new(), Vec::new());
    for tick in axis.ticks(labels, language) {
        let is_labelled = tick.label.is_some();
        let reach = if is_labelled { 7.0 } else { 3.0 };
        let end = |full: f64, near: f64| if is_labelled { full } else { near };
        let (x1, y1, x2, y2) = match pen.way {
            Way::Lying => {
                let x = before + tick.place;
                (x, top - reach, x, end(far, top))
            }
            Way::Standing => {
                let y = top + tick.place;
                (before - reach, y, end(far, before), y)
            }
        };
        marks.push(Mark { x1: px(x1), y1: px(y1), x2: px(x2), y2: px(y2), is_labelled });
        if let Some((centre, text)) = tick.label {
            let (x, y) = match pen.way {
                Way::Lying => (before + centre, 18.0),
                Way::Standing => (before - 10.0, top + centre + 4.5),
            };
            numbers.push(Label { x: px(x), y: px(y), text, is_turned: false });
        }
    }
    (marks, numbers)
}
