//! `cargo xtask`: every habit of a developer as one command. Read: [`run`] and [`mod@test`] (the two that matter), then
//! [`dist`] (how the app is built) and [`tools`] (with what). Nothing here ships.

#![expect(clippy::print_stdout, reason = "a command line tool speaks on its standard output")]

mod bench;
mod browsers;
mod builds;
mod clock;
mod dev;
mod dist;
mod error;
mod figures;
mod hash;
mod load;
mod mutants;
mod packages;
mod peers;
mod places;
mod postgres;
mod report;
mod run;
mod shell;
mod soak;
mod test;
mod tools;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// The commands of Leeway's developers.
#[derive(Parser)]
#[command(name = "cargo xtask", version, about)]
struct Line {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build everything and serve a demo organisation
    Run(run::Options),
    /// Run all checks and tests, `quick` ones, or parts by name; what follows `--` goes to the test programs
    Test {
        /// `quick`, or names of parts
        what: Vec<String>,
        /// For the test programs
        #[arg(last = true)]
        rest: Vec<String>,
    },
    /// Serve with hot reload while writing code
    Dev,
    /// Measure figures and keep them in target/bench.json
    #[command(args_conflicts_with_subcommands = true)]
    Bench {
        /// Names of figures; none: all that the app and its browsers give
        names: Vec<String>,
        /// What is measured by a run of its own
        #[command(subcommand)]
        own: Option<Own>,
    },
    /// Run a fault harness for long, and keep what it did in docs/soak/
    Soak(soak::Options),
    /// Break the rules about money one small change at a time, and keep which change no test saw
    Mutants(mutants::Options),
    /// Build the app for release into dist/
    Dist,
    /// Give a copy of the built app another build id, as if it were a new version
    Stamp {
        /// The folder of the built app
        #[arg(long)]
        dist: PathBuf,
        /// The new id
        #[arg(long)]
        build: String,
    },
    /// Complete Trunk's output; called by the hook in Trunk.toml
    #[command(hide = true)]
    PostBuild,
}

/// Figures that come from a run of their own.
#[derive(Subcommand)]
enum Own {
    /// Put the server under load; see docs/scale.md
    Server(load::Options),
    /// Measure the app beside what an engineer would pick instead
    Peers(peers::Options),
}

fn main() -> ExitCode {
    match perform(Line::parse().command) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Says whether all is well, where a command tells by itself what is not.
fn perform(command: Command) -> error::Result<bool> {
    let places = places::Places::find()?;
    match command {
        Command::Run(options) => run::run(&places, &options)?,
        Command::Test { what, rest } => return test::run(&places, &what, &rest),
        Command::Dev => dev::run(&places)?,
        Command::Bench { own: Some(Own::Server(options)), .. } => load::run(&places, &options)?,
        Command::Bench { own: Some(Own::Peers(options)), .. } => peers::run(&places, &options)?,
        Command::Bench { names, own: None } => bench::run(&places, &names)?,
        Command::Soak(options) => return soak::run(&places, &options),
        Command::Mutants(options) => return mutants::run(&places, &options),
        Command::Dist => println!("The app is in {}.", dist::build(&places)?.display()),
        Command::Stamp { dist, build } => dist::stamp(&dist, &build)?,
        Command::PostBuild => dist::post_build(&places)?,
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        use clap::CommandFactory;
        Line::command().debug_assert();
    }
}
