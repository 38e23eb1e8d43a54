//! Values that the redactor is told of, of the shapes that environments hold.

use evpack::redact::Redactor;

use crate::dice::Dice;

/// A redactor that knows values, and the values.
pub struct Known {
    pub redactor: Redactor,
    values: Vec<String>,
}

/// How many values are known at once.
const COUNT: usize = 60;

impl Known {
    pub fn new(dice: &mut Dice) -> Self {
        let values: Vec<String> = (0..COUNT).map(|index| value(index, dice)).collect();
        let redactor = values
            .iter()
            .enumerate()
            .fold(Redactor::builder(), |builder, (index, value)| builder.secret(&format!("GATEWAY_KEY_{index}"), value))
            .build()
            .expect("the values are few");
        Self { redactor, values }
    }

    /// A value between other words, and the value.
    pub fn plain(&self, dice: &mut Dice) -> (String, String) {
        let value = dice.of(&self.values).clone();
        let text = match dice.below(3) {
            0 => value.clone(),
            1 => format!("with {value} in it"),
            _ => format!("x={value};y"),
        };
        (text, value)
    }
}

/// A value of 12 to 60 characters: of letters and digits, with marks, or of words with marks between them.
fn value(index: usize, dice: &mut Dice) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    const MARKS: &[u8] = b"!#$&*+-./:;=?@_~%^(){}<>,|'\"\\ ";
    let length = 12 + dice.below(48);
    let mut out = String::from("q7Z");
    while out.len() < length {
        let mark = index % 3 == 1 && dice.below(5) == 0 || index % 3 == 2 && dice.below(12) == 0;
        let set = if mark { MARKS } else { LETTERS };
        out.push(char::from(*dice.of(set)));
        if index % 15 == 14 && dice.below(6) == 0 {
            out.push(*dice.of(&['\u{e9}', '\u{df}', '\u{4e16}']));
        }
    }
    out.push('k');
    out
}
