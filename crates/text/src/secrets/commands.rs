//! Command-line flags that take a password for one command and something else for another.

/// What a flag's value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Means {
    Password,
    /// `user:password`
    User,
    /// `name=value; name=value`
    Cookies,
}

/// Which flag means what to which commands.
const FLAGS: &[(&str, Means, &[&str])] = &[
    ("-a", Means::Password, &["redis-cli", "valkey-cli"]),
    ("-a", Means::User, &["http", "https", "httpie", "xh"]),
    ("-b", Means::Cookies, &["curl"]),
    ("-k", Means::Password, &["openssl"]),
    (
        "-p",
        Means::Password,
        &[
            "login",
            "sshpass",
            "mongo",
            "mongodump",
            "mongorestore",
            "mongosh",
        ],
    ),
    ("-P", Means::Password, &["bcp", "sqlcmd", "unzip", "zip"]),
    (
        "-w",
        Means::Password,
        &["ldapadd", "ldapmodify", "ldapsearch", "ldapwhoami"],
    ),
];

/// Where a password stands right behind the flag.
const JOINED: &[(&str, &[&str])] = &[
    (
        "-p",
        &[
            "7z",
            "7za",
            "mariadb",
            "mariadb-dump",
            "mongo",
            "mongodump",
            "mongosh",
            "mysql",
            "mysqladmin",
            "mysqldump",
            "sshpass",
        ],
    ),
    ("-P", &["unzip", "zip"]),
];

/// To which `-u` says something else.
const WITHOUT_USERS: &[&str] = &["cp", "date", "mv", "rsync", "sort", "uniq"];

/// Those that take `user/password@database` in one word.
pub(super) const OF_ORACLE: &[&str] =
    &["exp", "expdp", "imp", "impdp", "rman", "sqlldr", "sqlplus"];

/// Returns what the word after a flag is to a command that runs: one of those asked for.
pub(super) fn meaning(flag: &str, runs: impl Fn(&[&str]) -> bool) -> Option<Means> {
    if flag == "-u" && runs(WITHOUT_USERS) && !runs(&["curl"]) {
        return None;
    }
    if is_user(flag) || (ends_with_user(flag) && runs(&["curl"])) {
        return Some(Means::User);
    }
    let row = |(name, _, commands): &&(&str, Means, &[&str])| *name == flag && runs(commands);
    FLAGS.iter().find(row).map(|(_, means, _)| *means)
}

/// Returns where in a flag the password begins that stands right behind it.
pub(super) fn joined(flag: &str, runs: impl Fn(&[&str]) -> bool) -> Option<usize> {
    let row = |(name, commands): &&(&str, &[&str])| {
        flag.len() > name.len() && flag.starts_with(name) && runs(commands)
    };
    JOINED.iter().find(row).map(|(name, _)| name.len())
}

fn is_user(flag: &str) -> bool {
    matches!(
        flag,
        "-u" | "-U"
            | "--user"
            | "--proxy-user"
            | "--login"
            | "--userinfo"
            | "--user-info"
            | "--credentials"
    )
}

/// `-fsSu`
fn ends_with_user(flag: &str) -> bool {
    flag.strip_prefix('-').is_some_and(|letters| {
        letters.len() <= 8
            && letters.ends_with(['u', 'U'])
            && letters.bytes().all(|byte| byte.is_ascii_alphabetic())
    })
}

/// Returns whether one of these commands runs on a line.
pub(super) fn run_on(line: &str, commands: &[&str]) -> bool {
    line.split(|c: char| c.is_ascii_whitespace() || "\"'([{,:".contains(c))
        .any(|word| is_one_of(word, commands))
}

/// Returns whether a word of a command line runs one of these commands, by whatever path.
pub(super) fn is_one_of(word: &str, commands: &[&str]) -> bool {
    let word = word.trim_matches(['"', '\'', '(', '[', ',']);
    let name = word.rsplit('/').next().unwrap_or_default();
    commands.contains(&name)
}
