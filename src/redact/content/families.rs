//! Families of keys of content: who said or asked something, and what it was, in the spellings of programs.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::keys::Class;

/// Each of the first words before each of the second ones.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Family {
    class: Kind,
    first: Vec<String>,
    second: Vec<String>,
    #[serde(default)]
    variables: bool,
}

/// The classes that a family may have.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Text,
    Said,
    Removed,
}

/// A key of a family.
pub(super) struct Member {
    pub(super) name: String,
    pub(super) class: Class,
}

/// The keys of all families: `user_prompt`, `userPrompt`, and `USER_PROMPT` where variables are read. What says of such a thing how many or
/// which one it is, is none of them.
pub(super) fn members(families: &[Family], exceptions: &[String]) -> Vec<Member> {
    let mut known: BTreeSet<String> = BTreeSet::new();
    let mut all = Vec::new();
    for family in families {
        let class = match family.class {
            Kind::Text => Class::Text,
            Kind::Said => Class::Said,
            Kind::Removed => Class::Removed,
        };
        let pairs = family.first.iter().flat_map(|first| family.second.iter().map(move |second| (first, second)));
        for (first, second) in pairs {
            let snake = format!("{first}_{second}");
            if exceptions.contains(&snake) {
                continue;
            }
            let variable = family.variables.then(|| snake.to_ascii_uppercase());
            let names = [snake, first.clone() + &capital(second)].into_iter().chain(variable);
            all.extend(names.filter(|name| known.insert(name.clone())).map(|name| Member { name, class }));
        }
    }
    all
}

/// A word with a capital letter, its parts joined: `raw_llm` becomes `RawLlm`.
fn capital(word: &str) -> String {
    let part = |part: &str| part[..1].to_ascii_uppercase() + &part[1..];
    word.split('_').filter(|part| !part.is_empty()).map(part).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_family_has_all_spellings_but_the_exceptions() {
        let words = |list: &[&str]| list.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        let family =
            Family { class: Kind::Text, first: words(&["user"]), second: words(&["prompt", "id"]), variables: true };
        let names: Vec<_> = members(&[family], &words(&["user_id"])).into_iter().map(|member| member.name).collect();
        assert_eq!(names, ["user_prompt", "userPrompt", "USER_PROMPT"]);
    }
}
