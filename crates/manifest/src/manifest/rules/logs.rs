//! Log groups: the characters that `CloudWatch` takes.

use super::check::Check;
use crate::manifest::Code;

pub(super) fn check(check: &mut Check<'_>) {
    let Some(logs) = &check.release.runtime.logs else {
        return;
    };
    let path = "runtime.logs.group";
    let group = logs.group.as_str();
    let allowed =
        |character: char| character.is_ascii_alphanumeric() || "._-/#".contains(character);
    if !group.chars().all(allowed) {
        let nearest: String = group
            .chars()
            .map(|character| if allowed(character) { character } else { '-' })
            .collect();
        let shown = check.quote(path, group);
        let help = if shown == "(hidden)" {
            "choose a name such as `/ml/fraud-scorer`".to_owned()
        } else {
            format!("write `{nearest}`")
        };
        check.error(
            path,
            Code::BAD_LOG_GROUP,
            format!("a log group can't be {shown}: it takes letters, digits and . _ - / #"),
            help,
        );
    } else if group.starts_with("aws/") {
        check.error(
            path,
            Code::BAD_LOG_GROUP,
            "log groups that begin with `aws/` are AWS's own",
            "choose a name such as `/ml/fraud-scorer`",
        );
    }
}
