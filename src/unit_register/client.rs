//! Asks the open interface of the register. The only file of this slice that opens connections. Only an
//! organisation number leaves; answers are kept for a day, and that there was none for half a minute.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};
use reqwest::{Client, StatusCode};

use super::model::Unit;
use crate::{client, failure::Failure, values::organisation_number::OrganisationNumber};

/// Longest time that somebody who opens a form waits.
const TIME_LIMIT: Duration = Duration::from_secs(2);
/// Largest answer that is read, in bytes.
const LARGEST: usize = 64 * 1024;
/// How long an answer is kept.
const KEPT_HOURS: i64 = 24;
/// How long the register is left alone once it has not answered, so that not everybody who opens a form waits for it.
const LEFT_ALONE_SECONDS: i64 = 30;
/// Most answers that are kept.
const MOST: usize = 2_000;

/// The register, where it is asked.
pub struct UnitRegister {
    client: Client,
    base: String,
    kept: Mutex<HashMap<String, Kept>>,
    /// When it last was asked in vain.
    in_vain: Mutex<Option<DateTime<Utc>>>,
}

/// An answer, and when it came.
struct Kept {
    at: DateTime<Utc>,
    unit: Option<Unit>,
}

/// The register did not answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the register of units does not answer")]
pub struct Silent;

impl UnitRegister {
    /// Opens no connection. `base` is the address above `/enheter`.
    ///
    /// # Errors
    /// When no client can be made on this system.
    pub fn new(base: &str) -> Result<Self, Failure> {
        let client = client::asking(TIME_LIMIT)?;
        let base = base.trim_end_matches('/').to_owned();
        Ok(Self { client, base, kept: Mutex::default(), in_vain: Mutex::default() })
    }

    /// What the register says of an organisation; nothing of one it does not know.
    ///
    /// # Errors
    /// When it does not answer in time, or has not done so a moment ago.
    pub async fn find(
        &self,
        number: OrganisationNumber,
        now: DateTime<Utc>,
    ) -> Result<Option<Unit>, Silent> {
        let number = number.to_string();
        if let Some(unit) = self.kept(&number, now) {
            return Ok(unit);
        }
        if self.is_left_alone(now) {
            return Err(Silent);
        }
        let unit = match self.ask(&number).await {
            Ok(unit) => unit,
            Err(silent) => {
                *self.in_vain.lock().unwrap_or_else(PoisonError::into_inner) = Some(now);
                return Err(silent);
            }
        };
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MOST {
            kept.clear();
        }
        kept.insert(number, Kept { at: now, unit: unit.clone() });
        Ok(unit)
    }

    fn kept(&self, number: &str, now: DateTime<Utc>) -> Option<Option<Unit>> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let known = kept.get(number)?;
        (now - known.at < TimeDelta::hours(KEPT_HOURS)).then(|| known.unit.clone())
    }

    fn is_left_alone(&self, now: DateTime<Utc>) -> bool {
        let in_vain = *self.in_vain.lock().unwrap_or_else(PoisonError::into_inner);
        in_vain.is_some_and(|at| now - at < TimeDelta::seconds(LEFT_ALONE_SECONDS))
    }

    async fn ask(&self, number: &str) -> Result<Option<Unit>, Silent> {
        let request = self
            .client
            .get(format!("{}/enheter/{number}", self.base))
            .header("accept", "application/json");
        let mut answer = request.send().await.map_err(|_| Silent)?;
        match answer.status() {
            StatusCode::OK => {}
            StatusCode::NOT_FOUND | StatusCode::GONE => return Ok(None),
            _ => return Err(Silent),
        }
        let mut bytes = Vec::new();
        while let Some(part) = answer.chunk().await.map_err(|_| Silent)? {
            bytes.extend_from_slice(&part);
            if bytes.len() > LARGEST {
                return Err(Silent);
            }
        }
        Ok(Unit::read(&bytes, number))
    }
}

#[cfg(test)]
mod tests {
    use std::{
        sync::{
            Arc,
            atomic::{AtomicBool, AtomicUsize, Ordering},
        },
        time::Instant,
    };

    use tokio::{
        io::{AsyncReadExt as _, AsyncWriteExt as _},
        net::TcpListener,
    };

    use super::*;

    /// What a register that is not ours does.
    #[derive(Clone, Copy, PartialEq, Eq)]
    enum Does {
        /// Takes the question and never answers.
        Hangs,
        /// Answers that it cannot, until it is well again.
        Fails,
    }

    /// A register that counts how often it is asked.
    struct StandIn {
        base: String,
        asked: Arc<AtomicUsize>,
        is_well: Arc<AtomicBool>,
    }

    impl StandIn {
        async fn start(does: Does) -> Self {
            let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
            let base = format!("http://{}/api", listener.local_addr().expect("an address"));
            let (asked, is_well) = (Arc::<AtomicUsize>::default(), Arc::<AtomicBool>::default());
            let (counted, well) = (asked.clone(), is_well.clone());
            tokio::spawn(async move {
                let mut held = Vec::new();
                while let Ok((mut stream, _)) = listener.accept().await {
                    counted.fetch_add(1, Ordering::SeqCst);
                    if does == Does::Hangs {
                        held.push(stream);
                        continue;
                    }
                    let status = if well.load(Ordering::SeqCst) { 404 } else { 503 };
                    let answer = format!(
                        "HTTP/1.1 {status} Told\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
                    );
                    let mut question = [0; 4096];
                    let _ = stream.read(&mut question).await;
                    let _ = stream.write_all(answer.as_bytes()).await;
                }
            });
            Self { base, asked, is_well }
        }

        fn asked(&self) -> usize {
            self.asked.load(Ordering::SeqCst)
        }
    }

    fn number(text: &str) -> OrganisationNumber {
        OrganisationNumber::parse(text).expect("a number")
    }

    fn noon() -> DateTime<Utc> {
        "2026-11-23T12:00:00Z".parse().expect("a time")
    }

    #[tokio::test]
    async fn a_register_that_fails_is_left_alone_for_half_a_minute_and_then_asked_again() {
        let stand_in = StandIn::start(Does::Fails).await;
        let register = UnitRegister::new(&stand_in.base).expect("a client");
        let (one, other) = (number("974760673"), number("889640782"));
        assert_eq!(register.find(one, noon()).await, Err(Silent));
        let later = noon() + TimeDelta::seconds(LEFT_ALONE_SECONDS - 1);
        for (number, at) in [(one, noon()), (other, noon()), (other, later)] {
            assert_eq!(register.find(number, at).await, Err(Silent));
        }
        assert_eq!(stand_in.asked(), 1);
        stand_in.is_well.store(true, Ordering::SeqCst);
        let after = noon() + TimeDelta::seconds(LEFT_ALONE_SECONDS);
        assert_eq!(register.find(one, after).await, Ok(None));
        assert_eq!(register.find(other, after).await, Ok(None));
        assert_eq!(stand_in.asked(), 3);
    }

    #[tokio::test]
    async fn only_the_first_who_asks_waits_for_a_register_that_hangs() {
        let stand_in = StandIn::start(Does::Hangs).await;
        let register = UnitRegister::new(&stand_in.base).expect("a client");
        let one = number("974760673");
        assert_eq!(register.find(one, noon()).await, Err(Silent));
        let began = Instant::now();
        assert_eq!(register.find(one, noon() + TimeDelta::seconds(2)).await, Err(Silent));
        assert!(began.elapsed() < TIME_LIMIT / 2, "{:?}", began.elapsed());
        assert_eq!(stand_in.asked(), 1);
    }
}
