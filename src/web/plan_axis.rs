//! The frequency axis of the plan's chart: where a frequency stands on a logarithmic scale, which
//! frequency stands at a place, and the ticks that suit a range. Pure; frequencies are whole hertz.

use crate::values::{
    frequency::{Frequency, FrequencyRange},
    language::Language,
};

/// Space left between two labels.
const BETWEEN: f64 = 8.0;
/// Least distance of two ticks without labels.
const MINOR: f64 = 6.0;

/// A logarithmic axis from one end of a range to the other.
#[derive(Debug, Clone, Copy)]
pub struct Axis {
    range: FrequencyRange,
    length: f64,
}

/// A mark on the axis.
#[derive(Debug, Clone, PartialEq)]
pub struct Tick {
    /// Its frequency.
    pub hertz: u64,
    /// Its place on the axis.
    pub place: f64,
    /// Where its label is centred, and the label; none where there is no room.
    pub label: Option<(f64, String)>,
}

/// How labels lie: along the axis they take as much as their text is long, across it one line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Labels {
    Along,
    Across,
}

/// Width of a text in the chart's small type, on the safe side.
pub fn text_width(text: &str) -> f64 {
    text.chars().fold(0.0, |width, character| {
        width
            + match character {
                'i' | 'l' | 'j' | 't' | 'f' | 'I' | '.' | ',' | ' ' | '(' | ')' | '\u{a0}' => 4.5,
                'm' | 'w' | 'M' | 'W' | '–' => 11.5,
                'A'..='Z' | 'Æ' | 'Ø' | 'Å' => 9.5,
                _ => 7.5,
            }
    })
}

/// A frequency as people of a language read it.
pub fn shown(hertz: u64, language: Language) -> String {
    let text = match Frequency::from_hertz(hertz) {
        Ok(frequency) => frequency.to_string(),
        Err(_) => format!("{hertz} Hz"),
    };
    let text = text.replace(' ', "\u{a0}");
    if language == Language::English { text } else { text.replace('.', ",") }
}

/// A range as people of a language read it, the unit once where both ends have the same.
pub fn shown_range(range: FrequencyRange, language: Language) -> String {
    let (from, until) =
        (shown(range.from().hertz(), language), shown(range.until().hertz(), language));
    match (from.split_once('\u{a0}'), until.split_once('\u{a0}')) {
        (Some((number, unit)), Some((_, other))) if unit == other => format!("{number}–{until}"),
        _ => format!("{from} – {until}"),
    }
}

impl Axis {
    /// An axis of a length above 0.
    pub fn new(range: FrequencyRange, length: f64) -> Self {
        Self { range, length }
    }

    /// Its length.
    pub fn length(&self) -> f64 {
        self.length
    }

    /// Its range.
    pub fn range(&self) -> FrequencyRange {
        self.range
    }

    /// How far above its lower end a frequency is, in natural logarithms.
    fn above(&self, hertz: u64) -> f64 {
        let from = self.range.from().hertz();
        // exact also where the range is a hair's breadth of the frequency
        (hertz.saturating_sub(from) as f64 / from as f64).ln_1p()
    }

    /// Where a frequency stands, from 0 to the length; one outside the range stands at its end.
    pub fn place(&self, hertz: u64) -> f64 {
        let whole = self.above(self.range.until().hertz());
        (self.length * self.above(hertz) / whole).clamp(0.0, self.length)
    }

    /// The frequency at a place, within the range.
    pub fn hertz(&self, place: f64) -> u64 {
        let (from, until) = (self.range.from().hertz(), self.range.until().hertz());
        let share = (place / self.length).clamp(0.0, 1.0);
        let above = (share * self.above(until)).exp_m1() * from as f64;
        (from + above.round() as u64).clamp(from, until)
    }

    /// Ticks by frequency: those with labels as many as have room, and finer ones between.
    pub fn ticks(&self, labels: Labels, language: Language) -> Vec<Tick> {
        let room = match labels {
            Labels::Along => 72.0,
            Labels::Across => 22.0,
        };
        let major = self.finest(room);
        let minor = self.finest(MINOR);
        let mut frequencies: Vec<u64> = major.iter().chain(&minor).copied().collect();
        frequencies.sort_unstable();
        frequencies.dedup();
        let mut free_from = 0.0;
        frequencies
            .into_iter()
            .map(|hertz| {
                let place = self.place(hertz);
                let text = shown(hertz, language);
                let half = match labels {
                    Labels::Along => text_width(&text) / 2.0,
                    Labels::Across => 7.0,
                };
                let mut tick = Tick { hertz, place, label: None };
                if major.binary_search(&hertz).is_ok() && 2.0 * half <= self.length {
                    let centre = place.clamp(half, self.length - half);
                    if centre - half >= free_from {
                        free_from = centre + half + BETWEEN;
                        tick.label = Some((centre, text));
                    }
                }
                tick
            })
            .collect()
    }

    /// The frequencies of the finest division of which no two stand closer than `gap`.
    fn finest(&self, gap: f64) -> Vec<u64> {
        let (from, until) = (self.range.from().hertz(), self.range.until().hertz());
        let fits = |marks: &[u64]| {
            marks.windows(2).all(|pair| self.place(pair[1]) - self.place(pair[0]) >= gap)
        };
        // a decade and less: even steps, from the finest that could fit
        if until / from < 10 {
            let fewest = (self.length / gap).max(1.0) as u64 + 1;
            return steps((until - from) / fewest)
                .map(|step| multiples(step, from, until))
                .find(|marks| fits(marks))
                .unwrap_or_default();
        }
        const DIVISIONS: [&[u64]; 3] = [&[1, 2, 3, 4, 5, 6, 7, 8, 9], &[1, 2, 5], &[1]];
        DIVISIONS
            .iter()
            .map(|digits| decades(digits, from, until))
            .find(|marks| fits(marks))
            .unwrap_or_else(|| {
                decades(&[1], from, until).into_iter().step_by(3).collect::<Vec<u64>>()
            })
    }
}

/// 1, 2, 5, 10, 20 … from the first that is not below `least`.
fn steps(least: u64) -> impl Iterator<Item = u64> {
    let powers = (0..13).map(|power| 10_u64.pow(power));
    powers.flat_map(|power| [power, 2 * power, 5 * power]).filter(move |step| *step >= least)
}

fn multiples(step: u64, from: u64, until: u64) -> Vec<u64> {
    let first = from.div_ceil(step);
    (first..=until / step).map(|count| count * step).collect()
}

/// The frequencies of the range whose first digit is one of `digits` and whose others are 0.
fn decades(digits: &[u64], from: u64, until: u64) -> Vec<u64> {
    let powers = (0..13).map(|power| 10_u64.pow(power));
    powers
        .flat_map(|power| digits.iter().map(move |digit| digit * power))
        .filter(|hertz| (from..=until).contains(hertz))
        .collect()
}

#[cfg(test)]
pub mod tests {
    use proptest::prelude::*;

    use super::*;

    pub fn range(from: u64, until: u64) -> FrequencyRange {
        let at = |hertz| Frequency::from_hertz(hertz).unwrap();
        FrequencyRange::new(at(from), at(until)).unwrap()
    }

    /// Ranges of every width, from two hertz to all of them.
    pub fn any_range() -> impl Strategy<Value = FrequencyRange> {
        (1..Frequency::MAX_HERTZ, 0.0..1.0f64, 0..40u32).prop_map(|(from, share, halvings)| {
            let room = (Frequency::MAX_HERTZ - from) >> halvings.min(41);
            range(from, from + 1 + ((room.saturating_sub(1)) as f64 * share) as u64)
        })
    }

    fn labels_of(range: FrequencyRange, length: f64) -> Vec<String> {
        Axis::new(range, length)
            .ticks(Labels::Along, Language::Bokmal)
            .into_iter()
            .filter_map(|tick| tick.label.map(|(_, text)| text.replace('\u{a0}', " ")))
            .collect()
    }

    #[test]
    fn ticks_suit_the_range() {
        assert_eq!(
            labels_of(range(8_300, 275_000_000_000), 1_000.0),
            ["10 kHz", "100 kHz", "1 MHz", "10 MHz", "100 MHz", "1 GHz", "10 GHz", "100 GHz"]
        );
        assert_eq!(
            labels_of(range(144_000_000, 146_000_000), 700.0),
            ["144 MHz", "144,5 MHz", "145 MHz", "145,5 MHz", "146 MHz"]
        );
        assert_eq!(
            labels_of(range(1_000, 1_003), 400.0),
            ["1 kHz", "1,001 kHz", "1,002 kHz", "1,003 kHz"]
        );
    }

    #[test]
    fn a_range_is_shown_with_its_unit_once() {
        let shown =
            |from, until| shown_range(range(from, until), Language::Bokmal).replace('\u{a0}', " ");
        assert_eq!(shown(144_000_000, 146_500_000), "144–146,5 MHz");
        assert_eq!(shown(8_300, 275_000_000_000), "8,3 kHz – 275 GHz");
    }

    proptest! {
        #[test]
        fn ticks_rise_within_the_axis_and_labels_do_not_overlap(range in any_range(), length in 40.0..1500.0f64, across in any::<bool>()) {
            let labels = if across { Labels::Across } else { Labels::Along };
            let ticks = Axis::new(range, length).ticks(labels, Language::English);
            prop_assert!(ticks.len() <= 400, "{}", ticks.len());
            let mut end = 0.0;
            for tick in &ticks {
                prop_assert!(range.from().hertz() <= tick.hertz && tick.hertz <= range.until().hertz());
                prop_assert!((0.0..=length).contains(&tick.place));
                if let Some((centre, text)) = &tick.label {
                    let half = if across { 7.0 } else { text_width(text) / 2.0 };
                    prop_assert!(centre - half >= end - 1e-9 && centre + half <= length + 1e-9);
                    end = centre + half;
                }
            }
            prop_assert!(ticks.windows(2).all(|pair| pair[0].hertz < pair[1].hertz));
        }

        #[test]
        fn a_place_and_its_frequency_agree(range in any_range(), share in 0.0..=1.0f64) {
            let axis = Axis::new(range, 1_000.0);
            let hertz = axis.hertz(share * 1_000.0);
            prop_assert!(range.from().hertz() <= hertz && hertz <= range.until().hertz());
            let again = axis.hertz(axis.place(hertz));
            // floating point carries fifteen digits, a frequency has thirteen
            prop_assert!(again.abs_diff(hertz) <= 1, "{hertz} {again}");
            prop_assert_eq!(axis.place(range.from().hertz()), 0.0);
            prop_assert!((axis.place(range.until().hertz()) - 1_000.0).abs() < 1e-9);
        }
    }
}
