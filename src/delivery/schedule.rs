//! When the next attempt is made, and what the outcome of an attempt means.
//!
//! Pure: the time and the random draw are given. It must not know of databases or sockets; the
//! worker asks it and stores what it says.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, TimeDelta, Utc};

/// Delay before each attempt, in seconds after the one before it: 0, 5 s, 5 min, 30 min, 2 h, 5 h,
/// 10 h, 14 h, 20 h, 24 h, together 75 h 35 min 5 s without jitter (Standard Webhooks 1.0.0,
/// "Deliverability and reliability").
pub const DELAYS: [u32; 10] = [0, 5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];

/// The longest wait a recipient can ask for with `Retry-After`. A longer one is cut to this, so that
/// a faulty header cannot silence a delivery for good.
pub const LONGEST_RETRY_AFTER: TimeDelta = TimeDelta::hours(24);

const JITTER_PERCENT: f64 = 20.0;

/// How an attempt ended. A closed list: the names are stored and shown to recipients.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// 2xx and a whole answer within the limits: the recipient has it.
    Delivered,
    /// 410: the recipient wants no more; the subscription is paused.
    Gone,
    /// 3xx: redirects are not followed, since the new place has not been agreed on.
    Redirect,
    /// 429, 502, 503 or 504: the recipient is overloaded or down for a while.
    Throttled,
    /// Any other status.
    Failed,
    /// No whole answer before the deadline.
    Timeout,
    /// The name did not resolve, no connection came about, it broke, or what came back is not HTTP.
    Connection,
    /// The two sides could not agree on TLS: an unknown, expired or missing certificate.
    Tls,
    /// 2xx, but with an answer larger than any receipt: most likely a web page in the wrong place.
    Oversized,
    /// The target is not one that may be called; nothing was sent.
    TargetRefused,
}

impl Outcome {
    /// Every outcome, for tables, metrics and tests.
    pub const ALL: [Self; 10] = [
        Self::Delivered,
        Self::Gone,
        Self::Redirect,
        Self::Throttled,
        Self::Failed,
        Self::Timeout,
        Self::Connection,
        Self::Tls,
        Self::Oversized,
        Self::TargetRefused,
    ];

    /// Stable kebab-case name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Delivered => "delivered",
            Self::Gone => "gone",
            Self::Redirect => "redirect",
            Self::Throttled => "throttled",
            Self::Failed => "failed",
            Self::Timeout => "timeout",
            Self::Connection => "connection",
            Self::Tls => "tls",
            Self::Oversized => "oversized",
            Self::TargetRefused => "target-refused",
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The text is not the name of an [`Outcome`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("The text is not the name of a delivery outcome.")]
pub struct UnknownOutcome;

impl FromStr for Outcome {
    type Err = UnknownOutcome;

    fn from_str(name: &str) -> Result<Self, UnknownOutcome> {
        Self::ALL.into_iter().find(|outcome| outcome.name() == name).ok_or(UnknownOutcome)
    }
}

/// What an HTTP status means for a delivery (Standard Webhooks 1.0.0, "Delivery success and
/// failure"; 503 belongs with 502 and 504 by RFC 9110, 15.6.4).
pub const fn classify(status: u16) -> Outcome {
    match status {
        200..=299 => Outcome::Delivered,
        300..=399 => Outcome::Redirect,
        410 => Outcome::Gone,
        429 | 502 | 503 | 504 => Outcome::Throttled,
        _ => Outcome::Failed,
    }
}

/// A recipient's wish for the next attempt (RFC 9110, 10.2.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetryAfter {
    /// So many seconds after the answer.
    Seconds(u32),
    /// At a point in time.
    At(DateTime<Utc>),
}

impl RetryAfter {
    /// Reads the header value; `None` if it is neither whole seconds nor an HTTP date, since a
    /// faulty wish is no reason to change the schedule.
    pub fn parse(value: &str) -> Option<Self> {
        let value = value.trim();
        if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
            // Too many digits can only mean a very long time.
            return Some(Self::Seconds(value.parse().unwrap_or(u32::MAX)));
        }
        httpdate::parse_http_date(value).ok().map(|time| Self::At(time.into()))
    }

    /// The wait from `now`: zero for a time that has passed, at most [`LONGEST_RETRY_AFTER`].
    pub fn wait(self, now: DateTime<Utc>) -> TimeDelta {
        let wait = match self {
            Self::Seconds(seconds) => TimeDelta::seconds(i64::from(seconds)),
            Self::At(time) => time - now,
        };
        wait.clamp(TimeDelta::zero(), LONGEST_RETRY_AFTER)
    }
}

/// What becomes of a delivery that is not yet delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Try again at this time or later.
    At(DateTime<Utc>),
    /// All attempts are used: keep the delivery and tell a person.
    Parked,
}

/// When to try again after `attempts_made` attempts without success, the last one at `now`.
///
/// `jitter` is a random draw from 0 to 1 and moves the delay by up to 20 % either way, so that
/// deliveries that failed together do not come back together. A `Retry-After` can only put the next
/// attempt off; it is never shortened by jitter, only spread by up to 20 % later. With no attempts
/// made, the first is due at once.
pub fn next_attempt(
    attempts_made: u32,
    retry_after: Option<RetryAfter>,
    now: DateTime<Utc>,
    jitter: f64,
) -> Next {
    let planned = usize::try_from(attempts_made).ok().and_then(|made| DELAYS.get(made));
    let Some(&seconds) = planned else {
        return Next::Parked;
    };
    let draw = if jitter.is_nan() { 0.5 } else { jitter.clamp(0.0, 1.0) };
    let spread = JITTER_PERCENT / 100.0;
    let scheduled =
        scaled(TimeDelta::seconds(i64::from(seconds)), 1.0 - spread + 2.0 * spread * draw);
    let wished =
        retry_after.map_or(TimeDelta::zero(), |wish| scaled(wish.wait(now), 1.0 + spread * draw));
    Next::At(now + scheduled.max(wished))
}

/// `delay` times `factor`, to the millisecond; delays here are at most 24 h, far inside `f64`.
#[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss)]
fn scaled(delay: TimeDelta, factor: f64) -> TimeDelta {
    TimeDelta::milliseconds((delay.num_milliseconds() as f64 * factor).round() as i64)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn now() -> DateTime<Utc> {
        "2026-11-20T12:00:00Z".parse().expect("a time")
    }

    fn delay(next: Next) -> TimeDelta {
        match next {
            Next::At(time) => time - now(),
            Next::Parked => panic!("parked"),
        }
    }

    #[test]
    fn the_delays_are_those_of_the_standard() {
        let plain: Vec<i64> =
            (0..10).map(|made| delay(next_attempt(made, None, now(), 0.5)).num_seconds()).collect();
        assert_eq!(plain, [0, 5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400]);
        assert_eq!(plain.iter().sum::<i64>(), 75 * 3600 + 35 * 60 + 5);
    }

    #[test]
    fn after_the_tenth_attempt_a_delivery_is_parked_whatever_the_recipient_wishes() {
        assert!(matches!(next_attempt(9, None, now(), 0.0), Next::At(_)));
        for made in [10, 11, u32::MAX] {
            assert_eq!(next_attempt(made, Some(RetryAfter::Seconds(1)), now(), 0.0), Next::Parked);
        }
    }

    #[test]
    fn jitter_moves_a_delay_by_a_fifth_either_way() {
        let at = |jitter| delay(next_attempt(2, None, now(), jitter)).num_seconds();
        assert_eq!((at(0.0), at(0.5), at(1.0)), (240, 300, 360));
    }

    #[test]
    fn an_odd_draw_keeps_within_the_bounds() {
        for jitter in [f64::NAN, f64::INFINITY, -3.0, 7.0] {
            let seconds = delay(next_attempt(2, None, now(), jitter)).num_seconds();
            assert!((240..=360).contains(&seconds), "{jitter} gave {seconds}");
        }
    }

    #[test]
    fn retry_after_puts_off_but_never_brings_forward() {
        let with = |text, made| {
            let wish = RetryAfter::parse(text).expect("a wish");
            delay(next_attempt(made, Some(wish), now(), 0.0)).num_seconds()
        };
        assert_eq!(with("120", 1), 120, "longer than the schedule");
        assert_eq!(with("1", 2), 240, "shorter than the schedule");
        assert_eq!(with("Fri, 20 Nov 2026 12:10:00 GMT", 1), 600);
        assert_eq!(with("Friday, 20-Nov-26 12:10:00 GMT", 1), 600, "obsolete RFC 850 date");
        assert_eq!(with("Thu, 19 Nov 2026 12:10:00 GMT", 1), 4, "a time that has passed");
        assert_eq!(with("99999999999999999999", 1), 24 * 3600, "cut to a day");
        assert_eq!(with("Fri, 20 Nov 2099 12:10:00 GMT", 1), 24 * 3600);
    }

    #[test]
    fn a_faulty_retry_after_is_no_wish() {
        for text in ["", " ", "-5", "1.5", "soon", "Fri, 99 Nov 2026 12:10:00 GMT", "+5", "٣"] {
            assert_eq!(RetryAfter::parse(text), None, "{text:?}");
        }
        assert_eq!(RetryAfter::parse(" 7 "), Some(RetryAfter::Seconds(7)));
    }

    #[test]
    fn each_status_has_its_meaning() {
        for (status, outcome) in [
            (200, Outcome::Delivered),
            (204, Outcome::Delivered),
            (299, Outcome::Delivered),
            (301, Outcome::Redirect),
            (304, Outcome::Redirect),
            (400, Outcome::Failed),
            (404, Outcome::Failed),
            (410, Outcome::Gone),
            (429, Outcome::Throttled),
            (500, Outcome::Failed),
            (502, Outcome::Throttled),
            (503, Outcome::Throttled),
            (504, Outcome::Throttled),
            (101, Outcome::Failed),
            (999, Outcome::Failed),
        ] {
            assert_eq!(classify(status), outcome, "{status}");
        }
    }

    #[test]
    fn outcome_names_read_back_and_are_stable() {
        for outcome in Outcome::ALL {
            assert_eq!(outcome.name().parse(), Ok(outcome));
        }
        let names = Outcome::ALL.map(Outcome::name).join(" ");
        assert_eq!(
            names,
            "delivered gone redirect throttled failed timeout connection tls oversized target-refused"
        );
        assert_eq!("Delivered".parse::<Outcome>(), Err(UnknownOutcome));
    }

    proptest! {
        #[test]
        fn the_next_attempt_lies_within_the_jitter_and_honours_the_wish(
            made in 0_u32..10,
            wish in proptest::option::of(any::<u32>()),
            jitter in 0.0_f64..=1.0,
        ) {
            let got = delay(next_attempt(made, wish.map(RetryAfter::Seconds), now(), jitter)).num_milliseconds();
            let planned = i64::from(DELAYS[made as usize]) * 1000;
            let wished = i64::from(wish.unwrap_or(0)).min(86_400) * 1000;
            prop_assert!(got >= (planned * 8 / 10).max(wished));
            prop_assert!(got <= (planned * 12 / 10).max(wished * 12 / 10));
        }

        #[test]
        fn any_text_is_read_or_passed_over(text in ".{0,60}") {
            if let Some(wish) = RetryAfter::parse(&text) {
                let wait = wish.wait(now());
                prop_assert!(wait >= TimeDelta::zero() && wait <= LONGEST_RETRY_AFTER);
            }
        }
    }
}
