//! Keeping the index up: filled from the table at start, advanced by the sealed log.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use anrop_entity::log_entry;
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _,
};

use tokio::{sync::mpsc, task::JoinSet};

use super::{
    CALL_SIGNS, PublicPermit, PublicSign, RECORDS,
    search::base::{Base, Builder, Row},
    store::{self, Text},
};
use crate::{
    app::App,
    failure::Failure,
    seal::{Stream, sealer},
    values::call_sign::CallSign,
};

/// Pieces of the table that are read at the same time; their rows are packed by whoever reads them.
const READERS: usize = 6;

/// A row on its way into the index: key, revision, and its bytes if it is shown.
type Packed<K> = (K, i64, Option<Box<[u8]>>);

/// Rows of a piece, or of many.
#[derive(Default)]
struct Rows {
    signs: Vec<Packed<CallSign>>,
    permits: Vec<Packed<Box<str>>>,
}

/// Fills the index from the database; answers the sequence it is complete up to. Tells how many rows it
/// has read as it goes.
///
/// # Errors
/// When the database does not answer.
pub async fn fill(app: &App, progress: impl FnMut(u64)) -> Result<i64, Failure> {
    // the head is read first: whatever is sealed later is applied again, which does no harm
    let head = sealer::head(app.db().read()).await?;
    let Rows { signs, permits } = read(app, progress).await?;
    let signs = tokio::spawn(built::<PublicSign>(signs));
    let permits = built::<PublicPermit>(permits).await?;
    let signs = signs.await.map_err(Failure::internal)??;
    app.register().put_below(Some(signs), Some(permits));
    app.register().tell();
    i64::try_from(head.count).map_err(Failure::internal)
}

fn packed_sign(text: Text<'_>) -> Result<Packed<CallSign>, Failure> {
    let sign = text.key.strip_prefix("call-signs/").unwrap_or(text.key);
    let key = CallSign::parse(sign).map_err(Failure::internal)?;
    let row: Option<PublicSign> =
        text.body.map(serde_json::from_str).transpose().map_err(Failure::internal)?;
    Ok((key, text.revision, row.map(|row| row.pack().into())))
}

fn packed_permit(text: Text<'_>) -> Result<Packed<Box<str>>, Failure> {
    let row = text.body.map(PublicPermit::of_json);
    Ok((text.key.into(), text.revision, row.map(PublicPermit::into_bytes)))
}

/// Reads the whole table, several pieces at once, in the order in which its rows lie on the disk: most
/// of them were written in the order of their keys.
async fn read(app: &App, mut progress: impl FnMut(u64)) -> Result<Rows, Failure> {
    let pieces = store::pieces(app.db().read()).await?;
    let next = Arc::new(AtomicI64::new(0));
    let (told, mut heard) = mpsc::unbounded_channel();
    let mut readers = JoinSet::new();
    for _ in 0..READERS {
        let (app, next, told) = (app.clone(), Arc::clone(&next), told.clone());
        readers.spawn(async move {
            loop {
                let n = next.fetch_add(1, Ordering::Relaxed);
                if n >= pieces {
                    return Ok::<_, Failure>(());
                }
                let piece = store::piece(app.db().read(), n).await?;
                let mut rows = Rows::default();
                for text in piece.rows() {
                    let text = text?;
                    if text.list == CALL_SIGNS {
                        rows.signs.push(packed_sign(text)?);
                    } else if RECORDS.contains(&text.list) {
                        rows.permits.push(packed_permit(text)?);
                    }
                }
                let _ = told.send((n, rows));
            }
        });
    }
    drop(told);
    let mut read = BTreeMap::new();
    let mut count = 0;
    while let Some((n, rows)) = heard.recv().await {
        count += (rows.signs.len() + rows.permits.len()) as u64;
        progress(count);
        read.insert(n, rows);
    }
    while let Some(reader) = readers.join_next().await {
        reader.map_err(Failure::internal)??;
    }
    let mut all = Rows::default();
    for mut rows in read.into_values() {
        all.signs.append(&mut rows.signs);
        all.permits.append(&mut rows.permits);
    }
    Ok(all)
}

/// The base of rows in the order of their keys, with room for more.
fn base_of<R: Row>(rows: Vec<Packed<R::Key>>, room: (usize, usize)) -> Base<R> {
    let mut builder = Builder::default();
    builder.reserve(room.0, room.1);
    for (key, revision, row) in rows {
        builder.push(key, revision, row.as_deref());
    }
    builder.finish()
}

/// How many rows there are, and their bytes.
fn room_of<K>(rows: &[Packed<K>]) -> (usize, usize) {
    let bytes = rows.iter().map(|(.., row)| row.as_ref().map_or(0, |row| row.len())).sum();
    (rows.len(), bytes)
}

/// The base of rows in any order; of two under one key, which was changed while it was read, the newer.
async fn built<R>(mut rows: Vec<Packed<R::Key>>) -> Result<Base<R>, Failure>
where
    R: Row<Key: Send, Columns: Send> + 'static,
{
    let build = move || {
        // not the unstable one: rows come in runs, which this one finds and merges
        rows.sort_by(|(a, x, _), (b, y, _)| a.cmp(b).then(y.cmp(x)));
        rows.dedup_by(|(later, ..), (earlier, ..)| later == earlier);
        // both halves at once: this is what a start waits for longest
        let all = room_of(&rows);
        let behind = rows.split_off(rows.len() / 2);
        let room = room_of(&behind);
        std::thread::scope(|scope| {
            let behind = scope.spawn(move || base_of(behind, room));
            let mut base: Base<R> = base_of(rows, all);
            base.append(behind.join().expect("a base is built without a panic"));
            base
        })
    };
    tokio::task::spawn_blocking(build).await.map_err(Failure::internal)
}

/// Applies what other processes have sealed after `seq`; answers how far it came, which is the head
/// of the log even where its last entries are not of the register.
///
/// # Errors
/// When the database does not answer.
pub async fn advance(app: &App, mut seq: i64) -> Result<i64, Failure> {
    // read first: up to there nothing is missing from what is read below
    let head = sealer::head(app.db().read()).await?;
    let head = i64::try_from(head.count).map_err(Failure::internal)?;
    loop {
        let (keys, last) = sealed_keys(app.db().read(), seq, 1_000).await?;
        let Some(last) = last else { return Ok(seq.max(head)) };
        let changes = store::of_keys(app.db().read(), &keys).await?;
        app.show(changes);
        seq = last;
    }
}

/// Keys of the register sealed after `seq`, each once, and the last sequence looked at.
async fn sealed_keys(
    connection: &impl ConnectionTrait,
    seq: i64,
    limit: u64,
) -> Result<(Vec<String>, Option<i64>), Failure> {
    let rows: Vec<(String, Option<i64>)> = log_entry::Entity::find()
        .select_only()
        .column(log_entry::Column::Subject)
        .column(log_entry::Column::Seq)
        .filter(log_entry::Column::Stream.eq(Stream::Register.code()))
        .filter(log_entry::Column::Seq.gt(seq))
        .order_by_asc(log_entry::Column::Seq)
        .limit(limit)
        .into_tuple()
        .all(connection)
        .await?;
    let last = rows.last().and_then(|(_, seq)| *seq);
    let mut keys: Vec<String> = rows.into_iter().map(|(key, _)| key).collect();
    keys.sort_unstable();
    keys.dedup();
    Ok((keys, last))
}
