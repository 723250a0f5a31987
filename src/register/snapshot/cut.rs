//! Cutting a file, see the folder's own words.

use std::{
    sync::{Arc, PoisonError},
    time::{Duration, Instant},
};

use chrono::{DateTime, Utc};
use sha2::{Digest as _, Sha256};

use super::{
    Name, PLAN, Snapshot,
    chunk::{self, Chunk},
    layout::{self, Layout},
    record,
    rows::{self, Corrections, Rows},
};
use crate::{
    app::App,
    failure::{Failure, Problem},
    frequency_plan, numbering, permit,
    register::{NUMBER_RANGES, feed, legacy},
    seal::sealer,
};

/// How often a cut is begun again because a row is newer than the log.
const ATTEMPTS: u32 = 20;
/// Lists that show no natural person.
const NOBODYS: [&str; 3] = ["installers", NUMBER_RANGES, "suppliers"];
/// Cutting is cheap below this, and then is not spared.
const CHEAP: Duration = Duration::from_millis(500);

/// Cuts a file; `held` is the last one.
///
/// # Errors
/// When the database does not answer, or rows change faster than they are sealed.
pub(super) async fn cut(
    app: &App,
    name: Name,
    held: Option<Arc<Snapshot>>,
) -> Result<Snapshot, Failure> {
    match name {
        Name::List(PLAN, layout) => {
            let began = Instant::now();
            let head = sealer::head(app.db().read()).await?;
            let rows = frequency_plan::wire::records(&app.frequency_plan().plan())?;
            let text = layout::whole(layout, PLAN, &rows);
            whole(app, name, head.count, text, held, began)
        }
        Name::List(list, layout) => cut_list(app, name, list, layout, held).await,
        Name::NumberList => {
            let began = Instant::now();
            let head = sealer::head(app.db().read()).await?;
            let text = numbering::api::published_list(app).await?;
            whole(app, name, head.count, text.into_bytes(), held, began)
        }
        Name::RightsOfUse => {
            let began = Instant::now();
            let head = sealer::head(app.db().read()).await?;
            let text = rights_of_use(app).await?;
            whole(app, name, head.count, text, held, began)
        }
    }
}

/// Whether the memory of this process has the file whole: the frequency plan, and the lists that show nobody.
pub(super) fn is_remembered(name: Name) -> bool {
    matches!(name, Name::List(list, _) if list == PLAN || NOBODYS.contains(&list))
}

/// A file that [`is_remembered`] as memory has it, for the time in which the database does not answer.
///
/// # Errors
/// When the register is not filled yet.
pub(super) async fn remembered(
    app: &App,
    list: &'static str,
    layout: Layout,
) -> Result<Snapshot, Failure> {
    let (name, began) = (Name::List(list, layout), Instant::now());
    // before the index: what is newer in it is told of by the feed after this sequence
    let sequence = app.lease().applied();
    let head = u64::try_from(sequence)
        .map_err(|_| Failure::new(Problem::Unavailable, "The register is being filled."))?;
    if list == PLAN {
        let rows = frequency_plan::wire::records(&app.frequency_plan().plan())?;
        return whole(app, name, head, layout::whole(layout, PLAN, &rows), None, began);
    }
    let rows = Rows::new(list, app.register().state(), &Corrections::new());
    let modified = app.clock().now();
    let written = move || {
        let chunks = layout::write(layout, list, &rows, "", None).into_iter().map(Arc::new);
        finish(name, sequence, chunks.collect(), layout.end(), modified, None, began)
    };
    tokio::task::spawn_blocking(written).await.map_err(Failure::internal)
}

async fn rights_of_use(app: &App) -> Result<Vec<u8>, Failure> {
    let taken_over = permit::kind::spectrum::store::legacy::all(app.db().read()).await?;
    let mut rights: Vec<_> = taken_over.into_iter().map(|(_, right)| right).collect();
    let rows = Rows::new("frequency-permits", app.register().state(), &Corrections::new());
    rows.each("frequency-permits/SPE-", Some("frequency-permits/SPE."), |_, row| {
        if let rows::Row::Record(record) = row {
            rights.extend(legacy::rights::of_licence(&record.record(true)));
        }
    });
    serde_json::to_vec(&rights).map_err(Failure::internal)
}

async fn cut_list(
    app: &App,
    name: Name,
    list: &'static str,
    layout: Layout,
    held: Option<Arc<Snapshot>>,
) -> Result<Snapshot, Failure> {
    // what the index had up to there is in it, or in the corrections of the last cut
    let since = held.as_ref().map_or_else(|| app.lease().applied(), |held| held.sequence);
    if since < 0 {
        return Err(Failure::new(Problem::Unavailable, "The register is being filled."));
    }
    for _ in 0..ATTEMPTS {
        let began = Instant::now();
        // before the index: what goes from them by then is in the index
        let mut corrections = match &held {
            Some(held) => held.corrections.lock().unwrap_or_else(PoisonError::into_inner).clone(),
            None => Corrections::new(),
        };
        let state = app.register().state();
        // so that nothing the index has is newer than what is read next
        sealer::seal_all(app).await?;
        let found = feed::store::of_list(app.db().read(), list, since).await?;
        // of a row that was changed again since, the index may have what was sealed last
        let is_known = |row: &feed::store::Row| {
            row.unsealed == 0 || rows::revision(&state, &row.key) == row.sealed_revision()
        };
        if !found.rows.iter().all(is_known) {
            tokio::time::sleep(Duration::from_millis(5)).await;
            continue;
        }
        let mut changed = Vec::with_capacity(found.rows.len());
        for row in found.rows {
            if row.unsealed > 0 {
                corrections.remove(&row.key);
            } else {
                let body = row.body.map(|body| record::of_body(&row.key, body)).transpose()?;
                corrections.insert(row.key.clone(), (row.revision, body));
            }
            changed.push(row.key);
        }
        corrections.retain(|key, (revision, _)| rows::revision(&state, key) < *revision);
        let rows = Rows::new(list, state, &corrections);
        let held = held.clone();
        let modified = found.sealed_at.unwrap_or_else(|| app.clock().now());
        let written = move || {
            let chunks = match &held {
                Some(held) => recut(held, list, layout, &rows, &changed),
                None => {
                    layout::write(layout, list, &rows, "", None).into_iter().map(Arc::new).collect()
                }
            };
            finish(name, found.head, chunks, layout.end(), modified, held.as_deref(), began)
        };
        let mut file = tokio::task::spawn_blocking(written).await.map_err(Failure::internal)?;
        file.corrections = corrections.into();
        return Ok(file);
    }
    Err(Failure::new(Problem::Unavailable, "The list changes too fast at this moment."))
}

/// The chunks of the last cut, those in which something changed written anew.
fn recut(
    held: &Snapshot,
    list: &'static str,
    layout: Layout,
    rows: &Rows,
    changed: &[String],
) -> Vec<Arc<Chunk>> {
    let old = &held.chunks;
    let mut stale: Vec<bool> = old.iter().map(|chunk| chunk.is_condemned()).collect();
    for key in changed {
        let at = held.position(key);
        stale[at] = true;
        // when the key a chunk begins with goes, its rows fall to the chunk before
        if at > 0 && chunk::begins(key) {
            stale[at - 1] = true;
        }
    }
    let mut new: Vec<Arc<Chunk>> = Vec::with_capacity(old.len());
    let mut at = 0;
    while at < old.len() {
        if !stale[at] {
            new.push(Arc::clone(&old[at]));
            at += 1;
            continue;
        }
        let mut end = (at..old.len()).find(|n| !stale[*n]).unwrap_or(old.len());
        // the first row of the file is written without what parts it from the one before
        while at == 0 && end < old.len() && old[..end].iter().all(|chunk| chunk.rows == 0) {
            end += 1;
        }
        loop {
            let until = old.get(end).map(|chunk| chunk.from.as_str());
            let written = layout::write(layout, list, rows, &old[at].from, until);
            if at == 0 && end < old.len() && written.iter().all(|chunk| chunk.rows == 0) {
                end += 1;
                continue;
            }
            new.extend(written.into_iter().map(Arc::new));
            break;
        }
        at = end;
    }
    new
}

fn whole(
    app: &App,
    name: Name,
    head: u64,
    text: Vec<u8>,
    held: Option<Arc<Snapshot>>,
    began: Instant,
) -> Result<Snapshot, Failure> {
    let chunks = vec![Arc::new(Chunk::new(String::new(), 1, Vec::new(), text))];
    let head = i64::try_from(head).map_err(Failure::internal)?;
    Ok(finish(name, head, chunks, "", app.clock().now(), held.as_deref(), began))
}

fn finish(
    name: Name,
    sequence: i64,
    chunks: Vec<Arc<Chunk>>,
    end: &str,
    modified: DateTime<Utc>,
    held: Option<&Snapshot>,
    began: Instant,
) -> Snapshot {
    let mut digest = Sha256::new();
    for chunk in &chunks {
        digest.update(chunk.digest);
    }
    let tag = hex::encode(&digest.finalize()[..16]);
    let same = held.filter(|held| held.tag == tag);
    let took = began.elapsed();
    Snapshot {
        name,
        sequence,
        modified: same.map_or(modified, |held| held.modified),
        tag,
        chunks,
        end: Arc::new(Chunk::new(String::new(), 0, Vec::new(), end.as_bytes().to_vec())),
        began,
        cut_at: Instant::now(),
        pause: if took < CHEAP { Duration::ZERO } else { took * 10 },
        corrections: std::sync::Mutex::default(),
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, sync::Arc};

    use proptest::prelude::*;

    use super::*;
    use crate::{
        assignment::SignStatus,
        register::{CALL_SIGNS, Change, Entry, PublicHolder, PublicSign, index::Index},
        values::call_sign::CallSign,
    };

    fn name(n: u32) -> CallSign {
        let letter = |n: u32| char::from(b'A' + u8::try_from(n % 26).unwrap());
        let text =
            format!("LB{}{}{}{}", n / 17_576 % 10, letter(n / 676), letter(n / 26), letter(n));
        CallSign::parse(&text).unwrap()
    }

    fn change(n: u32, revision: i64, holder: Option<&str>) -> Change {
        let row = PublicSign {
            status: SignStatus::InUse,
            series: "personal_new".to_owned(),
            kind: Some("amateur".to_owned()),
            class: None,
            valid_from: None,
            valid_until: None,
            updated_on: None,
            holder_kind: None,
            until: None,
            reason: None,
            holder: holder.map(|name| {
                Box::new(PublicHolder {
                    name: Some(name.to_owned()),
                    is_person: true,
                    ..PublicHolder::default()
                })
            }),
        };
        let row = (holder != Some("gone")).then(|| Arc::new(row));
        Change::Sign(Entry { key: name(n), row, revision })
    }

    fn file(layout: Layout, chunks: Vec<Arc<Chunk>>) -> Snapshot {
        let file = Name::List(CALL_SIGNS, layout);
        let at = DateTime::<Utc>::UNIX_EPOCH;
        finish(file, 0, chunks, layout.end(), at, None, Instant::now())
    }

    fn fresh(layout: Layout, rows: &Rows) -> Snapshot {
        let chunks = layout::write(layout, CALL_SIGNS, rows, "", None);
        file(layout, chunks.into_iter().map(Arc::new).collect())
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 6, ..ProptestConfig::default() })]

        /// What is cut anew in part is the same, chunk by chunk, as what is cut whole.
        #[test]
        fn cutting_a_part_anew_gives_the_file_cut_whole(
            rounds in proptest::collection::vec(
                proptest::collection::vec((0..6_000_u32, 0..3_u8), 0..40), 1..6),
            empties in 0..3_u8,
        ) {
            let index = Index::default();
            index.apply((0..6_000).filter(|n| n % 7 != 0).map(|n| change(n, 1, None)));
            for layout in [Layout::Csv, Layout::Json, Layout::CallSignList] {
                let mut revision = 1;
                let rows = Rows::new(CALL_SIGNS, index.state(), &Corrections::new());
                let mut held = fresh(layout, &rows);
                for (n, round) in rounds.iter().enumerate() {
                    revision += 1;
                    let mut changes: Vec<(u32, u8)> = round.clone();
                    // keys that begin chunks, and everything up to the second of them
                    let begin: Vec<u32> =
                        (0..6_000).filter(|n| chunk::begins(&format!("{CALL_SIGNS}/{}", name(*n)))).collect();
                    changes.extend(begin.iter().take(usize::from(empties)).map(|n| (*n, 0)));
                    if empties > 0 && n == 0 {
                        changes.extend((0..begin[1]).map(|n| (n, 0)));
                    }
                    let changed: BTreeSet<u32> = changes.iter().map(|(n, _)| *n).collect();
                    index.apply(changes.iter().enumerate().map(|(at, (n, to))| {
                        let at = i64::try_from(at).unwrap();
                        change(*n, revision * 10_000 + at, [Some("gone"), None, Some("Kari")][usize::from(*to)])
                    }));
                    revision += 1;
                    let rows = Rows::new(CALL_SIGNS, index.state(), &Corrections::new());
                    let keys: Vec<String> =
                        changed.iter().map(|n| format!("{CALL_SIGNS}/{}", name(*n))).collect();
                    let whole = fresh(layout, &rows);
                    held = file(layout, recut(&held, CALL_SIGNS, layout, &rows, &keys));
                    prop_assert_eq!(held.bytes(), whole.bytes());
                    prop_assert_eq!(&held.tag, &whole.tag);
                    let froms = |file: &Snapshot| -> Vec<String> {
                        file.chunks.iter().map(|chunk| chunk.from.clone()).collect()
                    };
                    prop_assert_eq!(froms(&held), froms(&whole));
                }
            }
        }
    }
}
