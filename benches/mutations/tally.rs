//! What was planted and what survived, by rule and encoding.

use std::collections::{BTreeMap, BTreeSet};

use crate::encodings::Encoding;

/// A secret that came through.
pub struct Survivor {
    pub container: &'static str,
    pub planted: String,
    pub shown: String,
}

#[derive(Default)]
struct Cell {
    planted: u64,
    survived: u64,
    shown: Vec<Survivor>,
}

/// The counts.
pub struct Tally {
    cells: BTreeMap<(String, Encoding), Cell>,
    containers: BTreeMap<(Encoding, &'static str), u64>,
    show: usize,
}

impl Tally {
    pub const fn new(show: usize) -> Self {
        Self { cells: BTreeMap::new(), containers: BTreeMap::new(), show }
    }

    pub fn add(&mut self, rule: &str, encoding: Encoding, survivor: Option<Survivor>) {
        let cell = self.cells.entry((rule.to_owned(), encoding)).or_default();
        cell.planted += 1;
        if let Some(survivor) = survivor {
            cell.survived += 1;
            *self.containers.entry((encoding, survivor.container)).or_default() += 1;
            if cell.shown.len() < self.show {
                cell.shown.push(survivor);
            }
        }
    }

    pub fn join(&mut self, other: Self) {
        for (key, cell) in other.cells {
            let own = self.cells.entry(key).or_default();
            own.planted += cell.planted;
            own.survived += cell.survived;
            own.shown.extend(cell.shown);
            own.shown.truncate(self.show);
        }
        for (key, count) in other.containers {
            *self.containers.entry(key).or_default() += count;
        }
    }

    pub fn survivors(&self) -> u64 {
        self.cells.values().map(|cell| cell.survived).sum()
    }

    /// The table of rules and encodings, the survivors, and the sums.
    pub fn print<'a>(&self, rules: impl Iterator<Item = &'a str>) {
        let encodings: BTreeSet<Encoding> = self.cells.keys().map(|(_, encoding)| *encoding).collect();
        println!("planted (survivors), by rule and encoding: {encodings:?}");
        let names: BTreeSet<&str> = self.cells.keys().map(|(rule, _)| rule.as_str()).collect();
        for name in &names {
            let row: Vec<String> = encodings
                .iter()
                .map(|encoding| match self.cells.get(&((*name).to_owned(), *encoding)) {
                    Some(cell) if cell.survived > 0 => format!("{}({})", cell.planted, cell.survived),
                    Some(cell) => cell.planted.to_string(),
                    None => "-".to_owned(),
                })
                .collect();
            println!("{name:40} {}", row.join(" "));
        }
        for ((rule, encoding), cell) in &self.cells {
            for survivor in &cell.shown {
                println!(
                    "SURVIVOR {rule} {encoding:?} in {}\n  {:?}\n  -> {:?}",
                    survivor.container,
                    tail(&survivor.planted),
                    tail(&survivor.shown)
                );
            }
        }
        for ((encoding, container), count) in &self.containers {
            println!("survivors {encoding:?} in {container}: {count}");
        }
        for encoding in &encodings {
            let of = |count: fn(&Cell) -> u64| {
                self.cells.iter().filter(|((_, one), _)| one == encoding).map(|(_, cell)| count(cell)).sum::<u64>()
            };
            println!(
                "{:20} planted {:9} survivors {}",
                format!("{encoding:?}"),
                of(|cell| cell.planted),
                of(|cell| cell.survived)
            );
        }
        for rule in rules.filter(|rule| !names.contains(rule)) {
            println!("no value was made for {rule}");
        }
        let planted: u64 = self.cells.values().map(|cell| cell.planted).sum();
        println!("{planted} planted, {} survivors", self.survivors());
    }
}

/// The end of a text, where what was planted stands.
fn tail(text: &str) -> &str {
    let mut from = text.len().saturating_sub(700);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    &text[from..]
}
