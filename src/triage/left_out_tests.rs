//! Leave-one-client-out: how triage does on the texts of a client whose own wordings it has never seen.
//!
//! For each client of `fixtures/texts.jsonl` every wording of the rule files that only this client's texts use is taken away,
//! and its texts are judged again. What is not taken away: the readers of formats in `ingest`, and wordings that another
//! client's texts use, too. So the figure is an estimate from above of what a new client gets, and a fair one of how much the
//! rules rest on single wordings.
#![allow(clippy::print_stdout)]

use std::collections::{BTreeMap, HashSet};

use serde_json::Value;

use super::judge_failure;
use super::wording::trial::{Wording, without};
use crate::ingest::{InputText, ingest};
use crate::model::Raw;

/// Clients with fewer texts than this are counted in the sum alone.
const SHOWN: usize = 5;

/// Whether branch and cause of a text are right, and the wordings that were found in it.
fn judged(text: &Value, muted: &HashSet<Wording>) -> ([bool; 2], HashSet<Wording>) {
    let bytes = text["text"].as_str().unwrap().as_bytes().to_vec();
    let total_bytes = bytes.len() as u64;
    let label = Raw::text("input");
    let input = InputText { label, bytes: Raw::new(bytes), total_bytes, skipped_before: 0, skipped_lines: None };
    let (verdict, found) = without(muted, || {
        let seen = ingest(&[input]);
        seen.failures.last().map(|failure| judge_failure(failure, &seen.clues, None, None))
    });
    let (branch, cause) = verdict.map_or(("unknown", "unknown"), |v| (v.branch.word(), v.cause.word()));
    let quiet = text["negative"] == true && branch == "unknown";
    ([branch == text["branch"], quiet || cause == text["cause"]], found)
}

#[test]
fn a_client_that_was_left_out_keeps_most_verdicts() {
    let texts: Vec<Value> =
        include_str!("../../fixtures/texts.jsonl").lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let mut by_client: BTreeMap<&str, Vec<&Value>> = BTreeMap::new();
    let mut users: BTreeMap<Wording, HashSet<&str>> = BTreeMap::new();
    for text in &texts {
        let client = text["client"].as_str().unwrap();
        by_client.entry(client).or_default().push(text);
        for wording in judged(text, &HashSet::new()).1 {
            users.entry(wording).or_default().insert(client);
        }
    }
    let (mut all, mut right) = (0, [0, 0]);
    println!("{:16} {:>4} {:>9} {:>8} {:>8}", "left out", "n", "wordings", "branch", "cause");
    for (client, own) in &by_client {
        let only = |(wording, clients): (&Wording, &HashSet<&str>)| {
            (clients.len() == 1 && clients.contains(client)).then_some(*wording)
        };
        let muted: HashSet<Wording> = users.iter().filter_map(only).collect();
        let mut hits = [0, 0];
        for text in own {
            let (said, _) = judged(text, &muted);
            hits = [hits[0] + u32::from(said[0]), hits[1] + u32::from(said[1])];
        }
        all += own.len();
        right = [right[0] + hits[0], right[1] + hits[1]];
        let share = |hits: u32| f64::from(hits) * 100.0 / f64::from(u32::try_from(own.len()).unwrap());
        if own.len() >= SHOWN {
            let shares = [share(hits[0]), share(hits[1])];
            println!("{client:16} {:>4} {:>9} {:>7.1}% {:>7.1}%", own.len(), muted.len(), shares[0], shares[1]);
        }
    }
    let share = |hits: u32| f64::from(hits) * 100.0 / f64::from(u32::try_from(all).unwrap());
    println!("{:16} {all:>4} {:>9} {:>7.1}% {:>7.1}%", "each in turn", "", share(right[0]), share(right[1]));
    assert!(all > 400 && share(right[0]) > 65.0 && share(right[1]) > 60.0);
}
