//! How far long work has come: one line that is written over on a terminal, plain lines elsewhere.
//!
//! It writes to standard error, so that a report on standard output stays clean, and decides nothing.

use std::{
    io::{IsTerminal as _, Write as _, stderr},
    time::Instant,
};

/// Progress of one piece of work.
pub struct Progress {
    what: &'static str,
    total: u64,
    done: u64,
    told: u64,
    started: Instant,
    on_terminal: bool,
}

impl Progress {
    /// Begins to count `total` things, named `what` ("call signs").
    pub fn new(what: &'static str, total: u64) -> Self {
        let on_terminal = stderr().is_terminal();
        Self { what, total, done: 0, told: 0, started: Instant::now(), on_terminal }
    }

    /// There are more than was known.
    pub fn expect(&mut self, total: u64) {
        self.total = total;
    }

    /// Notes that `count` more are done; tells it every hundredth on a terminal, every tenth elsewhere.
    pub fn add(&mut self, count: u64) {
        self.done += count;
        let step = (self.total / if self.on_terminal { 100 } else { 10 }).max(1);
        if self.done - self.told >= step || self.done == self.total {
            self.told = self.done;
            self.tell();
        }
    }

    /// Things done in a second, so far.
    pub fn rate(&self) -> f64 {
        #[allow(clippy::cast_precision_loss)] // a figure for people
        let done = self.done as f64;
        done / self.started.elapsed().as_secs_f64().max(0.001)
    }

    fn tell(&self) {
        let Self { what, total, done, .. } = self;
        let line = format!("{done} of {total} {what}, {:.0} a second", self.rate());
        let mut out = stderr();
        // a lost progress line is no reason to stop
        let _ = match (self.on_terminal, done == total) {
            (true, false) => write!(out, "\r\x1b[K{line}"),
            (true, true) => writeln!(out, "\r\x1b[K{line}"),
            (false, _) => writeln!(out, "{line}"),
        };
        let _ = out.flush();
    }
}
