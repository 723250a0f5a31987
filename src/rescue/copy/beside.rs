//! What a copy holds beside permits: outcomes of alerts, and the look-ups that were made in it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{
    HeldAlert, LocalCopy, associated,
    store::{self, NotePlace},
};
use crate::{
    failure::Failure,
    keys::{decrypt, encrypt, keyed},
    rescue::rules,
    retention::rules::Kept,
    values::ids::PermitId,
};

impl LocalCopy {
    /// Takes alerts over. One that is held already is written again only if it was corrected, has got its
    /// incident reference since, or was taken before copies held its permit; one from an extract of before
    /// keeps the permit that is known of it.
    ///
    /// # Errors
    /// When the file cannot be read or written.
    pub async fn take_alerts(&self, alerts: &[HeldAlert]) -> Result<(), Failure> {
        let mut changed = Vec::new();
        for alert in alerts {
            let held = store::alert(self.db.read(), alert.id).await?;
            let held = held.map(|sealed| self.open_alert(alert.id, &sealed)).transpose()?;
            let known = held.as_ref().and_then(|held| held.permit);
            let alert = HeldAlert { permit: alert.permit.or(known), ..alert.clone() };
            if held.as_ref() != Some(&alert) {
                changed.push(alert);
            }
        }
        if changed.is_empty() {
            return Ok(());
        }
        let changed = &changed;
        self.db
            .write(|tx| async move {
                for alert in changed {
                    let content = serde_json::to_vec(alert).map_err(Failure::internal)?;
                    let sealed = encrypt(&self.cipher, &associated(alert.id, 0), &content);
                    let mark = self.alert_mark(&alert.key);
                    let permit = alert.permit.map(|permit| self.permit_mark(permit));
                    let permit = permit.as_deref();
                    store::put_alert(&tx, alert.id, alert.at, &mark, permit, &sealed).await?;
                }
                Ok(())
            })
            .await
    }

    /// Takes alerts over from before: those that are held already stay as they are.
    ///
    /// # Errors
    /// When the file cannot be read or written.
    pub async fn take_missing_alerts(&self, alerts: &[HeldAlert]) -> Result<(), Failure> {
        let mut missing = Vec::new();
        for alert in alerts {
            if store::alert(self.db.read(), alert.id).await?.is_none() {
                missing.push(alert.clone());
            }
        }
        self.take_alerts(&missing).await
    }

    /// Removes alerts and look-ups that are kept no longer: alerts sooner that are of no permit and whose
    /// beacon is not in the copy.
    pub(super) async fn expire_beside(&self, now: DateTime<Utc>) -> Result<(), Failure> {
        let mut gone = Vec::new();
        if let Some(before) = Kept::UnknownAlert.before(now) {
            for (id, sealed) in store::alerts_before(self.db.read(), before).await? {
                let alert = self.open_alert(id, &sealed)?;
                if alert.permit.is_none() && !self.is_held(&alert.key).await? {
                    gone.push(id);
                }
            }
        }
        let (known, notes) = (Kept::KnownAlert.before(now), Kept::KnownLookUp.before(now));
        self.db
            .write(|tx| {
                let gone = &gone;
                async move {
                    for id in gone {
                        store::delete_alert(&tx, *id).await?;
                    }
                    if let Some(before) = known {
                        store::expire_alerts(&tx, before).await?;
                    }
                    if let Some(before) = notes {
                        store::expire_notes(&tx, before).await?;
                    }
                    Ok(())
                }
            })
            .await
    }

    /// Whether a permit in the copy has, or had, this key.
    async fn is_held(&self, key: &str) -> Result<bool, Failure> {
        let Ok(key) = rules::read_key(key) else { return Ok(false) };
        for search in key.searches() {
            if !self.find(&search).await?.is_empty() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn open_alert(&self, id: Uuid, sealed: &[u8]) -> Result<HeldAlert, Failure> {
        let content =
            decrypt(&self.cipher, &associated(id, 0), sealed).map_err(Failure::internal)?;
        serde_json::from_slice(&content).map_err(Failure::internal)
    }

    fn alert_mark(&self, key: &str) -> Vec<u8> {
        keyed(&self.index, format!("alert\0{key}").as_bytes())[..16].to_vec()
    }

    fn permit_mark(&self, permit: PermitId) -> Vec<u8> {
        keyed(&self.index, format!("alert of permit\0{permit}").as_bytes())[..16].to_vec()
    }

    /// Alerts recorded for any of these keys, or of this permit under whatever key, newest first.
    ///
    /// # Errors
    /// When the file does not answer.
    pub async fn alerts(
        &self,
        keys: &[String],
        permit: Option<PermitId>,
        most: usize,
    ) -> Result<Vec<HeldAlert>, Failure> {
        let mut rows: BTreeMap<Uuid, Vec<u8>> = BTreeMap::new();
        for key in keys.iter().collect::<BTreeSet<_>>() {
            rows.extend(store::alerts(self.db.urgent(), &self.alert_mark(key)).await?);
        }
        if let Some(permit) = permit {
            let mark = self.permit_mark(permit);
            rows.extend(store::alerts_of_permit(self.db.urgent(), &mark).await?);
        }
        let mut found = Vec::with_capacity(rows.len());
        for (id, sealed) in rows {
            found.push(self.open_alert(id, &sealed)?);
        }
        found.sort_by_key(|alert| std::cmp::Reverse((alert.at, alert.id)));
        found.truncate(most);
        Ok(found)
    }

    /// Writes down that something was looked up in this copy; a late entry takes the place of one that was
    /// written after all.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub async fn note(
        &self,
        id: Uuid,
        at: DateTime<Utc>,
        entry: &[u8],
        late: bool,
    ) -> Result<(), Failure> {
        let sealed = &encrypt(&self.cipher, &associated(id, 1), entry);
        self.db.write(|tx| async move { store::put_note(&tx, id, at, sealed, late).await }).await
    }

    /// Look-ups after a place that have not been brought to the registry, oldest first, with their places.
    ///
    /// # Errors
    /// When the file does not answer, or was written under another key.
    pub async fn waiting_notes(
        &self,
        after: Option<NotePlace>,
        limit: u64,
    ) -> Result<Vec<(NotePlace, Vec<u8>)>, Failure> {
        let rows = store::waiting_notes(self.db.read(), after, limit).await?;
        rows.into_iter()
            .map(|(place, sealed)| {
                let note = decrypt(&self.cipher, &associated(place.1, 1), &sealed);
                Ok((place, note.map_err(Failure::internal)?))
            })
            .collect()
    }

    /// How many look-ups have not been brought to the registry.
    ///
    /// # Errors
    /// When the file does not answer.
    pub async fn count_waiting(&self) -> Result<u64, Failure> {
        store::count_waiting(self.db.read()).await
    }

    /// Notes that the registry has these look-ups.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub async fn set_brought(&self, look_ups: &[Uuid]) -> Result<(), Failure> {
        self.db
            .write(|tx| async move {
                for id in look_ups {
                    store::set_brought(&tx, *id).await?;
                }
                Ok(())
            })
            .await
    }

    /// Forgets which look-ups the registry has: it was put back, and may have lost some.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub async fn forget_brought(&self) -> Result<(), Failure> {
        self.db.write(|tx| async move { store::forget_brought(&tx).await }).await
    }

    /// What was looked up in this copy, oldest first.
    ///
    /// # Errors
    /// When the file does not answer, or was written under another key.
    pub async fn notes(&self) -> Result<Vec<Vec<u8>>, Failure> {
        let rows = store::notes(self.db.read()).await?;
        rows.into_iter()
            .map(|(id, sealed)| {
                decrypt(&self.cipher, &associated(id, 1), &sealed).map_err(Failure::internal)
            })
            .collect()
    }
}
