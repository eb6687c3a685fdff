//! The form of the reasons, as plain Rust: a reason a line, in the words of the screen.

use leeway_core::authority::{ReasonCode, ReasonList};
use leeway_core::values::Percent;

/// What is wrong with the list.
#[derive(Debug, Clone, PartialEq)]
pub enum ReasonsProblem {
    /// This line is no reason.
    Code(String),
    /// There is none, or too many, or one twice.
    List {
        /// Most reasons.
        max: u32,
    },
    /// The discount up to which nobody is asked.
    Free,
}

/// Reads the list. `code_of` gives the code of what a line says in the words of the screen, if it is a usual reason.
pub fn read_reasons(
    codes: &str,
    free: &str,
    code_of: impl Fn(&str) -> Option<&'static str>,
) -> Result<ReasonList, ReasonsProblem> {
    let code = |line: &str| {
        let line = line.trim();
        ReasonCode::new(code_of(line).unwrap_or(line)).map_err(|_| ReasonsProblem::Code(line.to_owned()))
    };
    let lines = codes.lines().filter(|line| !line.trim().is_empty());
    let codes = lines.map(code).collect::<Result<_, _>>()?;
    let free = match free.trim() {
        "" => Percent::ZERO,
        typed => Percent::parse(typed).map_err(|_| ReasonsProblem::Free)?,
    };
    let list = ReasonList { codes, free };
    list.check().map_err(|_| ReasonsProblem::List { max: ReasonList::MAX })?;
    Ok(list)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(codes: &str, free: &str) -> Result<ReasonList, ReasonsProblem> {
        read_reasons(codes, free, |line| (line == "量大").then_some("volume"))
    }

    #[test]
    fn usual_reasons_are_read_back_as_their_codes() {
        let list = read("量大\n\n 政府采购 \n", "3").unwrap();
        assert_eq!(list.codes.iter().map(ReasonCode::as_str).collect::<Vec<_>>(), ["volume", "政府采购"]);
        assert_eq!(list.free.to_string(), "3%");
        assert_eq!(read("量大", "").unwrap().free, Percent::ZERO);
    }

    #[test]
    fn what_is_wrong_is_named() {
        let long = "长".repeat(21);
        assert_eq!(read(&format!("量大\n{long}"), ""), Err(ReasonsProblem::Code(long)));
        assert_eq!(read(" \n", ""), Err(ReasonsProblem::List { max: 12 }));
        assert_eq!(read("量大\nvolume", ""), Err(ReasonsProblem::List { max: 12 }));
        assert_eq!(read("量大", "101"), Err(ReasonsProblem::Free));
    }
}
