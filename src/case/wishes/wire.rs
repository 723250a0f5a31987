//! Draws in JSON.

use chrono::{DateTime, NaiveDate, Utc};
use poem_openapi::Object;

use super::actions::Draw;

/// A draw for a call sign, as anybody can check it: the random number divided by the number of cases
/// leaves the place of the winner, counted from 0.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct DrawView {
    /// The call sign.
    pub call_sign: String,
    /// Numbers of the cases drawn among, in the order counted.
    pub case_numbers: Vec<String>,
    /// The random number, decimal, less than two to the power of 64.
    pub random_number: String,
    /// Place of the winner, from 0.
    pub place: u64,
    /// Number of the case that won.
    pub winner: String,
    /// Id of the case that won.
    pub winner_case_id: String,
    /// The call sign is kept for its applicant until this day, exclusive.
    pub kept_until: NaiveDate,
    /// When it was drawn.
    pub drawn_at: DateTime<Utc>,
}

impl DrawView {
    /// The view of a draw.
    pub fn of(draw: &Draw) -> Self {
        Self {
            call_sign: draw.sign.to_string(),
            case_numbers: draw.among.clone(),
            random_number: draw.random.to_string(),
            place: draw.place as u64,
            winner: draw.among[draw.place].clone(),
            winner_case_id: draw.winner.to_string(),
            kept_until: draw.kept_until,
            drawn_at: draw.at,
        }
    }
}
