//! The tables answer as a plain list would that is walked from beginning to end, whatever was issued,
//! changed, withdrawn and cut anew before.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use chrono::Datelike as _;
use proptest::prelude::*;

use super::{
    find::MOST_VALUES,
    fold::{Wanted, fold},
    query::CallSignQuery,
    sign::tests::{any_name, any_sign},
    *,
};
use crate::{
    assignment::SignStatus,
    register::{Change, Entry, PublicHolder, index::Index},
    values::county,
};

#[derive(Debug, Clone)]
enum Step {
    /// Shows a row under one of few signs, or takes it away.
    Change(usize, Option<PublicSign>),
    /// Comes late: an older revision than the last.
    Late(usize, PublicSign),
    Cut,
}

fn any_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        8 => (0..SIGNS.len(), proptest::option::weighted(0.9, any_sign()))
            .prop_map(|(sign, row)| Step::Change(sign, row)),
        1 => (0..SIGNS.len(), any_sign()).prop_map(|(sign, row)| Step::Late(sign, row)),
        1 => Just(Step::Cut),
    ]
}

const SIGNS: [&str; 14] = [
    "LA1A", "LA1AB", "LA1ABC", "LA1B", "LA2AB", "LB1AB", "LB1ABA", "LB1X", "LB2X", "LA9ABC",
    "LNA2001", "LNA2002", "JW1AB", "LA1AA",
];

fn any_query() -> impl Strategy<Value = CallSignQuery> {
    let text = prop_oneof![
        any_name(),
        "(sorensen|soerensn|SÖRENSEN|hansn|lund|l|k|ol|an|ane|ole hansen|la1|la 1 ab|AB|1AB|2001|kristain|aase lund)",
    ];
    let query = (
        proptest::option::weighted(0.7, text),
        proptest::option::weighted(0.2, "(LA|LA1|LB1AB|X)"),
        proptest::option::weighted(0.2, "(oslo|Tromso|BERGEN|bø i telemark)"),
        proptest::option::weighted(0.2, "(Oslo|troms|Vestland)"),
        proptest::option::weighted(0.2, proptest::sample::select(SignStatus::ALL.to_vec())),
        proptest::option::weighted(0.2, "(amateur|plb)"),
        proptest::option::weighted(0.1, 2000..2027),
    );
    query.prop_map(|(text, prefix, place, county, status, kind, year)| CallSignQuery {
        text,
        prefix,
        place,
        county,
        series: None,
        status,
        kind,
        year,
        facets: Dimension::ALL.to_vec(),
    })
}

/// What a row shows of its holder.
fn shown(row: &PublicSign, persons: bool) -> Option<&PublicHolder> {
    row.holder.as_deref().filter(|holder| persons || !holder.is_person)
}

fn value_of(row: &PublicSign, dimension: Dimension, persons: bool) -> Option<String> {
    let town = || shown(row, persons)?.post_town.as_deref().map(str::to_uppercase);
    match dimension {
        Dimension::Place => town(),
        Dimension::County => {
            let address = shown(row, persons)?.address.as_ref();
            let code = address.and_then(|address| address.postal_code.as_deref());
            let by_code = code.and_then(county::of_postal_code);
            by_code.or_else(|| county::of_post_town(&town()?)).map(str::to_owned)
        }
        Dimension::Type => Some(row.series.clone()),
        Dimension::Status => Some(row.status.code().to_owned()),
        Dimension::Kind => row.kind.clone(),
        Dimension::Year => row.valid_from.map(|day| day.year().to_string()),
    }
}

/// How well a row fits, reckoned in the plainest way.
fn rank(query: &CallSignQuery, sign: &str, row: &PublicSign, persons: bool) -> Option<u8> {
    let asked = [
        (Dimension::Place, query.place.clone()),
        (Dimension::County, query.county.clone()),
        (Dimension::Status, query.status.map(|status| status.code().to_owned())),
        (Dimension::Kind, query.kind.clone()),
        (Dimension::Year, query.year.map(|year| year.to_string())),
    ];
    let differs = |(dimension, asked): (Dimension, Option<String>)| {
        asked.is_some_and(|asked| {
            value_of(row, dimension, persons).map(|value| fold(&value)) != Some(fold(&asked))
        })
    };
    if query.prefix.as_ref().is_some_and(|prefix| !sign.starts_with(prefix.as_str()))
        || asked.into_iter().any(differs)
    {
        return None;
    }
    let Some(text) = &query.text else { return Some(0) };
    let part = text.replace(' ', "").to_uppercase();
    let by_sign = if sign == part {
        Some(0)
    } else if sign.starts_with(&part) {
        Some(1)
    } else {
        (part.len() > 2 && sign.contains(&part)).then_some(2)
    };
    let name = shown(row, persons).and_then(|holder| holder.name.as_deref()).unwrap_or_default();
    let name = fold(name);
    let mut worst = Some(0);
    for wanted in Wanted::all(text) {
        let best = name
            .split(' ')
            .filter(|word| !word.is_empty())
            .filter_map(|word| wanted.fits(word))
            .min();
        worst = worst.zip(best).map(|(worst, best): (u8, u8)| worst.max(best));
    }
    by_sign.into_iter().chain(worst).min()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn the_tables_answer_as_a_plain_walk_does(
        steps in proptest::collection::vec(any_step(), 1..60),
        queries in proptest::collection::vec(any_query(), 1..12),
        persons in any::<bool>(),
        limit in 1..5_usize,
    ) {
        let (index, mut model) = (Index::default(), BTreeMap::<CallSign, PublicSign>::new());
        for (revision, step) in (2_i64..).zip(steps) {
            let (sign, row, revision) = match step {
                Step::Change(sign, row) => (sign, row, revision),
                Step::Late(sign, row) => (sign, Some(row), 1),
                Step::Cut => {
                    let state = index.state();
                    index.put_below(Some(state.signs.cut()), None);
                    continue;
                }
            };
            let key = CallSign::parse(SIGNS[sign]).unwrap();
            let known = index.state().signs.iter().any(|(known, _)| known == key);
            let entry = Entry { key, row: row.clone().map(Arc::new), revision };
            index.apply([Change::Sign(entry)]);
            if revision > 1 || !known {
                match row {
                    Some(row) => model.insert(key, row),
                    None => model.remove(&key),
                };
            }
        }
        let state = index.state();
        let all: Vec<_> = state.signs.iter().filter_map(|(key, row)| Some((key, row?))).collect();
        prop_assert_eq!(&all, &model.clone().into_iter().collect::<Vec<_>>());
        prop_assert_eq!(state.signs.len(), model.len() as u64);
        for (key, row) in &model {
            prop_assert_eq!(index.get(*key), Some(row.clone()));
        }
        for query in &queries {
            let mut plain: Vec<_> = model
                .iter()
                .filter_map(|(key, row)| Some((rank(query, key.as_str(), row, persons)?, *key)))
                .collect();
            plain.sort_unstable();
            let asked = asked_signs(query, persons);
            let (mut found, mut after) = (Vec::new(), None);
            loop {
                let page = state.signs.find(&asked, after.as_ref(), limit);
                prop_assert_eq!(page.total, plain.len() as u64, "{:?}", query);
                prop_assert!(page.rows.len() <= limit);
                for (dimension, counts) in page.counts {
                    let mut expected = HashMap::<String, u64>::new();
                    for (_, key) in &plain {
                        if let Some(value) = value_of(&model[key], dimension, persons) {
                            *expected.entry(value).or_default() += 1;
                        }
                    }
                    prop_assert!(counts.is_sorted_by(|a, b| (b.1, &a.0) < (a.1, &b.0)));
                    prop_assert!(expected.len() <= MOST_VALUES);
                    prop_assert_eq!(counts.into_iter().collect::<HashMap<_, _>>(), expected);
                }
                for (key, row) in page.rows {
                    prop_assert_eq!(&row, &model[&key]);
                    found.push(key);
                }
                after = page.next;
                if after.is_none() {
                    break;
                }
            }
            let keys: Vec<_> = plain.iter().map(|(_, key)| *key).collect();
            prop_assert_eq!(found, keys, "{:?}", query);
        }
    }

    #[test]
    fn paging_neither_repeats_nor_skips_what_does_not_change(
        rows in proptest::collection::vec(any_sign(), SIGNS.len()),
        changes in proptest::collection::vec((0..SIGNS.len() / 2, any_sign()), 0..12),
        query in any_query(),
        cut_at in 0..6_usize,
    ) {
        let index = Index::default();
        let sign = |at: usize| CallSign::parse(SIGNS[at]).unwrap();
        let show = |at: usize, row: PublicSign, revision: i64| {
            let entry = Entry { key: sign(at), row: Some(Arc::new(row)), revision };
            index.apply([Change::Sign(entry)]);
        };
        for (at, row) in rows.iter().enumerate() {
            show(at, row.clone(), 1);
        }
        let asked = asked_signs(&query, true);
        // the first half changes between pages, the second does not
        let still: Vec<CallSign> = (SIGNS.len() / 2..SIGNS.len()).map(sign).collect();
        let before = index.state().signs.find(&asked, None, 100).rows;
        let mut changes = changes.into_iter();
        let (mut seen, mut after, mut pages) = (Vec::new(), None, 0);
        loop {
            let page = index.state().signs.find(&asked, after.as_ref(), 2);
            seen.extend(page.rows.into_iter().map(|(key, _)| key).filter(|key| still.contains(key)));
            pages += 1;
            if let Some((at, row)) = changes.next() {
                show(at, row, pages + 1);
            }
            if pages == i64::try_from(cut_at).unwrap() {
                let state = index.state();
                index.put_below(Some(state.signs.cut()), None);
            }
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        let before: Vec<_> =
            before.into_iter().map(|(key, _)| key).filter(|key| still.contains(key)).collect();
        prop_assert_eq!(seen, before);
    }
}
