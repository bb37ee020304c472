//! Which names go with secrets, as whole words: `DB_PASS` does, `BYPASS_CACHE` does not.

/// How sure a name is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Certainty {
    /// What goes by it may be a switch, a number or prose as well: `auth`, `token`.
    Likely,
    /// Whatever goes by it is a secret: `password`.
    Sure,
}

/// Returns whether a value that goes by this name is a secret.
#[must_use]
pub fn is_secret_name(name: &str) -> bool {
    certainty(name).is_some()
}

/// Words that say it all, wherever they stand.
const SURE: &[&str] = &[
    "pass",
    "passcode",
    "passphrase",
    "passwd",
    "password",
    "passwords",
    "pw",
    "pwd",
    "mnemonic",
];

/// Words that say it mostly.
const LIKELY: &[&str] = &[
    "auth",
    "authorization",
    "bearer",
    "cookie",
    "cookies",
    "cred",
    "credential",
    "credentials",
    "creds",
    "dsn",
    "jwt",
    "otp",
    "pepper",
    "salt",
    "secret",
    "secrets",
    "signature",
    "token",
    "totp",
];

/// Ends of words that were written without a separator: `PGPASSWORD`, `authtoken`.
const SURE_ENDS: &[&str] = &["passcode", "passphrase", "passwd", "password", "passwords"];
const LIKELY_ENDS: &[&str] = &[
    "accesskey",
    "accesskeyid",
    "accountkey",
    "apikey",
    "apikeys",
    "apisecret",
    "authkey",
    "basicauth",
    "clientsecret",
    "connectionstring",
    "connectionstrings",
    "connstr",
    "cookie",
    "credential",
    "credentials",
    "dsn",
    "encryptionkey",
    "httpauth",
    "masterkey",
    "privatekey",
    "privkey",
    "proxyauth",
    "secret",
    "secretkey",
    "secrets",
    "signingkey",
    "token",
    "userpass",
    "webhooksecret",
];

/// What is written before `pass` and `pwd` without a separator.
const PASS_OWNERS: &[&str] = &[
    "admin", "api", "app", "db", "ftp", "http", "imap", "key", "ldap", "mail", "mongo", "mysql",
    "pg", "postgres", "proxy", "redis", "root", "smtp", "sql", "ssh", "store", "sudo", "user",
    "vnc",
];

/// What makes a key a secret one. Columns and caches have keys, too.
const KEY_OWNERS: &[&str] = &[
    "access",
    "account",
    "admin",
    "aes",
    "algolia",
    "anthropic",
    "api",
    "app",
    "application",
    "auth",
    "azure",
    "bot",
    "cert",
    "certificate",
    "cipher",
    "client",
    "cohere",
    "consumer",
    "crypt",
    "crypto",
    "datadog",
    "dd",
    "decryption",
    "deepseek",
    "deploy",
    "encrypt",
    "encryption",
    "fernet",
    "functions",
    "gcp",
    "gemini",
    "github",
    "gitlab",
    "google",
    "gpg",
    "groq",
    "hf",
    "hmac",
    "huggingface",
    "ingest",
    "integration",
    "jwt",
    "license",
    "mailgun",
    "master",
    "mistral",
    "newrelic",
    "openai",
    "openrouter",
    "pem",
    "pgp",
    "pinecone",
    "private",
    "privat",
    "project",
    "relic",
    "rsa",
    "secret",
    "segment",
    "sendgrid",
    "server",
    "service",
    "session",
    "shared",
    "sign",
    "signing",
    "slack",
    "ssh",
    "ssl",
    "storage",
    "stripe",
    "subscription",
    "sas",
    "symmetric",
    "tls",
    "twilio",
    "wandb",
    "webhook",
];

/// Last words of names that speak about a secret and hold none.
const ABOUT: &[&str] = &[
    "age",
    "agent",
    "alg",
    "algorithm",
    "algorithms",
    "arn",
    "attempts",
    "audience",
    "backend",
    "bytes",
    "cache",
    "class",
    "client",
    "column",
    "columns",
    "config",
    "configuration",
    "container",
    "controller",
    "count",
    "days",
    "dim",
    "dimension",
    "dir",
    "directory",
    "disabled",
    "domain",
    "driver",
    "enable",
    "enabled",
    "encoding",
    "end",
    "endpoint",
    "ends",
    "engine",
    "expiration",
    "expires",
    "expiry",
    "field",
    "fields",
    "file",
    "filename",
    "format",
    "gateway",
    "handler",
    "host",
    "hostname",
    "hours",
    "interval",
    "issuer",
    "len",
    "length",
    "lifetime",
    "limit",
    "limits",
    "location",
    "manager",
    "max",
    "method",
    "middleware",
    "min",
    "minutes",
    "mode",
    "module",
    "ms",
    "name",
    "names",
    "ops",
    "options",
    "parameter",
    "path",
    "paths",
    "plugin",
    "policies",
    "policy",
    "port",
    "prefix",
    "provider",
    "providers",
    "proxy",
    "rate",
    "ratio",
    "realm",
    "refresh",
    "region",
    "required",
    "retention",
    "retries",
    "role",
    "rotation",
    "samesite",
    "scheme",
    "scope",
    "scopes",
    "seconds",
    "secs",
    "secure",
    "server",
    "service",
    "settings",
    "sidecar",
    "since",
    "size",
    "source",
    "spec",
    "specs",
    "start",
    "status",
    "store",
    "strategy",
    "suffix",
    "through",
    "timeout",
    "ttl",
    "type",
    "types",
    "until",
    "uri",
    "url",
    "usage",
    "user",
    "username",
    "validation",
    "version",
    "worker",
    // Names of files.
    "cfg",
    "conf",
    "go",
    "html",
    "ini",
    "java",
    "js",
    "json",
    "log",
    "md",
    "py",
    "rs",
    "sh",
    "so",
    "toml",
    "ts",
    "txt",
    "yaml",
    "yml",
];

/// What models call a token, and what runs over data call a pass.
const COUNTED: &[&str] = &[
    "avg", "backward", "bos", "cls", "eos", "first", "forward", "image", "last", "mask", "max",
    "min", "multi", "n", "next", "num", "number", "one", "pad", "per", "second", "sep", "single",
    "special", "stop", "total", "two", "unk",
];

/// Returns how sure it is that a value of this name is a secret.
pub(super) fn certainty(name: &str) -> Option<Certainty> {
    // Nothing that long is a name, and nobody should wait for it.
    if name.len() > 512 {
        return None;
    }
    let words = words(name);
    let last = words.iter().rposition(|word| !is_number(word))?;
    // Operations such as DescribeSecret: what asks about a secret is told none.
    if words[0] == "describe" || ABOUT.contains(&words[last].as_str()) {
        return None;
    }
    (0..=last).filter_map(|at| of_word(&words, at)).max()
}

fn of_word(words: &[String], at: usize) -> Option<Certainty> {
    let word = words[at].as_str();
    let before = at.checked_sub(1).map(|before| words[before].as_str());
    let counted = before.is_some_and(|before| COUNTED.contains(&before));
    let owner = |ends: &str| {
        word.strip_suffix(ends)
            .is_some_and(|owner| PASS_OWNERS.contains(&owner))
    };
    match word {
        "pass" | "token" | "tokens" | "secret" if counted => None,
        "tokens" => before
            .is_some_and(|before| KEY_OWNERS.contains(&before) || before == "refresh")
            .then_some(Certainty::Likely),
        "key" | "keys" => before
            .is_some_and(|before| KEY_OWNERS.contains(&before))
            .then_some(Certainty::Likely),
        "string" | "strings" | "str" => before
            .is_some_and(|before| ["connection", "conn", "connect"].contains(&before))
            .then_some(Certainty::Likely),
        _ if SURE.contains(&word) || owner("pass") || owner("pwd") || word == "oldpwd" => {
            Some(Certainty::Sure)
        }
        _ if SURE_ENDS.iter().any(|end| word.ends_with(end)) => Some(Certainty::Sure),
        _ if LIKELY.contains(&word) => Some(Certainty::Likely),
        _ if LIKELY_ENDS.iter().any(|end| word.ends_with(end)) => Some(Certainty::Likely),
        _ => None,
    }
}

/// Returns whether this is where a shell stands, which is told by a path.
pub(super) fn is_working_directory(name: &str) -> bool {
    ["pwd", "oldpwd"].contains(&&*name.to_ascii_lowercase())
}

/// Returns whether the name says where credentials are, as Google's libraries have it.
pub(super) fn is_credentials(name: &str) -> bool {
    words(name).last().is_some_and(|word| word == "credentials")
}

fn is_number(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_digit())
}

/// Splits a name at what is neither a letter nor a digit, at digits, and where the case says so:
/// `dbAccessKey2` is `db`, `access`, `key`, `2`, and `APIKey` is `api`, `key`.
pub(super) fn words(name: &str) -> Vec<String> {
    let letters: Vec<char> = name.chars().collect();
    let mut words = Vec::new();
    let mut word = String::new();
    for (at, letter) in letters.iter().enumerate() {
        let before = at.checked_sub(1).map(|before| letters[before]);
        let after = letters.get(at + 1);
        let is_border = before.is_some_and(|before| {
            before.is_numeric() != letter.is_numeric()
                || (letter.is_uppercase()
                    && (before.is_lowercase()
                        || (before.is_uppercase()
                            && after.is_some_and(|after| after.is_lowercase())
                            && !is_plural(&letters[at..]))))
        });
        if (is_border || !letter.is_alphanumeric()) && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if letter.is_alphanumeric() {
            word.extend(letter.to_lowercase());
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// The `s` of `APIs` begins no word.
fn is_plural(rest: &[char]) -> bool {
    rest.get(1) == Some(&'s') && !rest.get(2).is_some_and(|letter| letter.is_alphabetic())
}
