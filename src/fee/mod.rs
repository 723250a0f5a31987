//! Fees: what a permit costs by the regulation of the day, the lines that are invoiced for it, and
//! their payment.
//!
//! A kind says what it is charged for (`PermitKind::fees`), as objects of `data/fees.tsv` with the
//! words its rows compare; `rules.rs` finds the rows in effect and answers whole øre; `actions.rs`
//! writes the lines in the commit of the grant, of a change that costs a fee, and of the yearly job.
//! Amounts, shares of a year and terms are dated rows, never constants.
//!
//! Words an item knows, by object. `frequency_hz` (centre) and `bandwidth_hz` may be said of every
//! object; a word all rows of an object compare alike describes the object and may be left out.
//!
//! | Object | Unit that is counted | Words |
//! | --- | --- | --- |
//! | `amateur_licence`, `amateur_call_sign_change`, `_event`, `_club` | licence, call_sign | |
//! | `e164_8_and_12_digit` | number (the minimum is once per permit) | `digits` 8 or 12, `series` 2–9 (a row may say `8xx`) |
//! | `e164_4_digit`, `e164_5_digit`, `e164_6_digit` | number | `digits`, `series` (may be left out) |
//! | `carrier_prefix`, `dnic`, `pnic`, `iin`, `inic`, `mnc`, `nc`, `ispc`, `t35_provider_code`, `tilbyderkode` | prefix, code | |
//! | `nspc` | holder: once a year for all permits of a holder | `any_number_of_codes` (may be left out) |
//! | `admd`, `prmd`, `edifact`, `nsap`, `oid` | registration | |
//! | `pmr` | `unit` must be said: base_station or mobile_station | |
//! | `pmr_extra_single_frequency_channel` | channel | |
//! | `low_power_system` | permit | |
//! | `pmr_or_low_power_event` | channel (the basic amount is once per permit) | |
//! | `broadcasting_net` | `unit` must be said: net or transmitter | `power_w` of a transmitter; `nationwide` |
//! | `broadcasting_event` | permit | |
//! | `earth_station` | `unit` must be said: station_and_transmit_band or station_and_receive_band | `area` of a receive band |
//! | `telemetry` | transmitter | `erp_w` |
//! | `local_net_3800_4200` | permit | `bandwidth_hz`, `eirp_dbm_per_5mhz` |
//! | `other_transmitter` | transmitter | `frequency_hz`, `bandwidth_hz` |
//! | `aircraft_registration` | aircraft | `fully_equipped` yes or no, `mass_kg` of a fully equipped one |
//! | `aircraft_radio_and_elt`, `aircraft_terminal_equipment`, `aircraft_other_channel_equipment`, `plb` | permit | |
//! | `supplier`, `radio_dealer`, `installer_authorisation` | registration, authorisation | |
//!
//! Lines become invoices in `invoice/`, every year's lines are written by `run/`, and what the bank says came in is
//! read and placed in `bank/`.
//!
//! Spectrum licences share a pool instead (`pool/`, `rules/spectrum.rs`).

pub mod actions;
pub mod api;
pub mod appeal;
pub mod bank;
pub mod invoice;
pub mod model;
pub mod pool;
pub mod rules;
pub mod run;
pub mod store;
pub mod wire;
