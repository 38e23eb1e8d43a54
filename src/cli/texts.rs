//! Subcommands that print a fixed text: the schema, completion scripts, the manual page.

use clap::Command;
use clap_complete::Shell;

use super::say;
use crate::error::{Error, Exit};
use crate::schema;

pub(super) fn schema() -> Result<Exit, Error> {
    say::data(schema::schema_text().as_bytes())
}

pub(super) fn completions(shell: Shell, command: &mut Command) -> Result<Exit, Error> {
    let mut script = Vec::new();
    clap_complete::generate(shell, command, "evpack", &mut script);
    say::data(&script)
}

pub(super) fn man(command: Command) -> Result<Exit, Error> {
    let mut page = Vec::new();
    clap_mangen::Man::new(command)
        .render(&mut page)
        .map_err(|_| Error::failed("the manual page cannot be made", "report this as a bug"))?;
    say::data(&page)
}
