//! Cursor paging: opaque cursors that only this service can make.
//!
//! A cursor names the list and the last position, and carries a keyed check, so that one made up by
//! hand is refused instead of giving a page from nowhere. Positions are ids, dates and call signs;
//! nothing personal goes into a cursor, because cursors stand in addresses.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    failure::{Failure, Problem},
    keys::{BlindPurpose, KeyRing, blind},
};

/// Items on a page when nothing is asked for.
pub const DEFAULT_LIMIT: u64 = 50;
/// Most items on a page.
pub const MAX_LIMIT: u64 = 200;

const CHECK: usize = 12;

/// The cursor after `position` in `list`.
pub fn cursor<T: Serialize>(ring: &KeyRing, list: &str, position: &T) -> String {
    let text = serde_json::to_string(position).unwrap_or_default();
    let mut bytes = check(ring, list, &text).to_vec();
    bytes.extend_from_slice(text.as_bytes());
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Makes a page of what was fetched with a limit of one more than the page holds: that one only tells
/// that there is a next page, and the cursor of it is made from the last item that is shown.
pub fn cut<T, P: Serialize>(
    ring: &KeyRing,
    list: &str,
    mut fetched: Vec<T>,
    limit: u64,
    position: impl Fn(&T) -> P,
) -> (Vec<T>, Option<String>) {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let is_last = fetched.len() <= limit;
    fetched.truncate(limit);
    let next = fetched.last().filter(|_| !is_last).map(|item| cursor(ring, list, &position(item)));
    (fetched, next)
}

fn check(ring: &KeyRing, list: &str, text: &str) -> [u8; CHECK] {
    let mut out = [0; CHECK];
    out.copy_from_slice(&blind(ring, BlindPurpose::Cursor, &format!("{list}\n{text}"))[..CHECK]);
    out
}

/// The position a cursor names.
///
/// # Errors
/// 400 for a cursor that this service did not make for this list.
pub fn position<T: DeserializeOwned>(
    ring: &KeyRing,
    list: &str,
    cursor: Option<&str>,
) -> Result<Option<T>, Failure> {
    let Some(cursor) = cursor else { return Ok(None) };
    let refused = || {
        Failure::new(
            Problem::InvalidCursor,
            "This cursor was not made for this list. Start again without a cursor.",
        )
    };
    let bytes = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| refused())?;
    let (given, text) = bytes.split_at_checked(CHECK).ok_or_else(refused)?;
    let text = std::str::from_utf8(text).map_err(|_| refused())?;
    if given != check(ring, list, text) {
        return Err(refused());
    }
    serde_json::from_str(text).map(Some).map_err(|_| refused())
}

/// The limit asked for.
///
/// # Errors
/// 400 outside 1–200.
pub fn limit(asked: Option<&str>) -> Result<u64, Failure> {
    let Some(text) = asked else { return Ok(DEFAULT_LIMIT) };
    text.parse()
        .ok()
        .filter(|limit| (1..=MAX_LIMIT).contains(limit) && text.len() <= 3)
        .ok_or_else(|| Failure::parameter("limit", "range", "Give a number from 1 to 200."))
}

/// A search text of a query.
///
/// # Errors
/// 400 for one that is empty or has more than 100 characters.
pub fn short(name: &str, text: Option<String>) -> Result<Option<String>, Failure> {
    match text {
        Some(text) if text.trim().is_empty() || text.chars().count() > 100 => {
            Err(Failure::parameter(name, "length", "Give between 1 and 100 characters."))
        }
        text => Ok(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::Origin;

    #[test]
    fn a_cursor_made_by_hand_or_for_another_list_is_refused() {
        let ring = KeyRing::generate(chrono::DateTime::UNIX_EPOCH, Origin::Demo);
        let good = cursor(&ring, "cases", &("2026-11-21", 7));
        let read: Option<(String, i32)> = position(&ring, "cases", Some(&good)).unwrap();
        assert_eq!(read, Some(("2026-11-21".to_owned(), 7)));
        assert!(position::<(String, i32)>(&ring, "permits", Some(&good)).is_err());
        for text in ["", "x", "AAAA", "e30", &good[1..], "æ"] {
            assert!(position::<(String, i32)>(&ring, "cases", Some(text)).is_err(), "{text}");
        }
    }

    #[test]
    fn only_a_page_that_another_follows_names_the_next() {
        let ring = KeyRing::generate(chrono::DateTime::UNIX_EPOCH, Origin::Demo);
        for (fetched, shown, follows) in [(0, 0, false), (1, 1, false), (2, 2, false), (3, 2, true)]
        {
            let (items, next) =
                cut(&ring, "numbers", (0..fetched).collect(), 2, |item: &i32| *item);
            assert_eq!(items.len(), shown);
            let position: Option<i32> = position(&ring, "numbers", next.as_deref()).unwrap();
            assert_eq!(position, follows.then_some(1));
        }
    }

    #[test]
    fn a_limit_is_a_number_from_1_to_200() {
        assert_eq!(limit(None).unwrap(), 50);
        assert_eq!(limit(Some("200")).unwrap(), 200);
        for text in ["0", "201", "-1", "x", "", "0001", "٣"] {
            assert!(limit(Some(text)).is_err(), "{text}");
        }
    }
}
