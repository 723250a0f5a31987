//! What a copy holds beside permits: outcomes of alerts, and the look-ups that were made in it.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{HeldAlert, LocalCopy, associated, store};
use crate::{
    failure::Failure,
    keys::{decrypt, encrypt, keyed},
};

impl LocalCopy {
    /// Takes alerts over; one that is held already is written once.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub async fn take_alerts(&self, alerts: &[HeldAlert]) -> Result<(), Failure> {
        self.db
            .write(|tx| async move {
                for alert in alerts {
                    let content = serde_json::to_vec(alert).map_err(Failure::internal)?;
                    let sealed = encrypt(&self.cipher, &associated(alert.id, 0), &content);
                    let mark = self.alert_mark(&alert.key);
                    store::put_alert(&tx, alert.id, alert.at, &mark, &sealed).await?;
                }
                Ok(())
            })
            .await
    }

    fn alert_mark(&self, key: &str) -> Vec<u8> {
        keyed(&self.index, format!("alert\0{key}").as_bytes())[..16].to_vec()
    }

    /// Alerts recorded for any of these keys, newest first.
    ///
    /// # Errors
    /// When the file does not answer.
    pub async fn alerts(&self, keys: &[String], most: usize) -> Result<Vec<HeldAlert>, Failure> {
        let mut found = Vec::new();
        for key in keys.iter().collect::<BTreeSet<_>>() {
            for (id, sealed) in store::alerts(self.db.read(), &self.alert_mark(key)).await? {
                let content = decrypt(&self.cipher, &associated(id, 0), &sealed)
                    .map_err(Failure::internal)?;
                let alert: HeldAlert =
                    serde_json::from_slice(&content).map_err(Failure::internal)?;
                found.push(alert);
            }
        }
        found.sort_by_key(|alert| std::cmp::Reverse((alert.at, alert.id)));
        found.truncate(most);
        Ok(found)
    }

    /// Writes down that something was looked up in this copy.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub async fn note(&self, id: Uuid, at: DateTime<Utc>, entry: &[u8]) -> Result<(), Failure> {
        let sealed = &encrypt(&self.cipher, &associated(id, 1), entry);
        self.db.write(|tx| async move { store::put_note(&tx, id, at, sealed).await }).await
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
