//! The flags that override gates.

use clap::Args;

use mlship_core::app::model_version::GateOverrides;

/// Which gates are overridden, and why.
#[derive(Debug, Clone, Default, Args)]
pub(super) struct Overrides {
    /// Release although this gate of model.require does not hold, such as metrics.auc; may be given
    /// several times
    #[arg(
        long = "override-gate",
        value_name = "NAME",
        requires = "reason",
        action = clap::ArgAction::Append
    )]
    gates: Vec<String>,
    /// Why the gates are overridden; kept with the release
    #[arg(long, value_name = "TEXT", requires = "gates", value_parser = reason)]
    reason: Option<String>,
}

/// Reads a reason as one line: pipelines pass on what others wrote, and it is shown and kept.
fn reason(written: &str) -> Result<String, &'static str> {
    let plain = written.replace(char::is_control, " ");
    let words: Vec<_> = plain.split_whitespace().collect();
    if words.is_empty() {
        return Err("it says nothing");
    }
    Ok(words.join(" "))
}

impl Overrides {
    /// Returns them as a release takes them.
    pub(super) fn get(&self) -> GateOverrides {
        GateOverrides {
            gates: self.gates.clone(),
            reason: self.reason.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::reason;

    #[test]
    fn a_reason_is_one_line() {
        let written = "incident 42\nfraud 9 serves\u{1b}[2J ";
        assert_eq!(reason(written).unwrap(), "incident 42 fraud 9 serves [2J");
        assert!(reason(" \n").is_err());
    }
}
