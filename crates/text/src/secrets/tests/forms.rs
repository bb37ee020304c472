//! Forms of running text that were shown whole once.

use super::*;

#[test]
fn a_secret_goes_however_it_is_said() {
    for (text, expected) in [
        ("[password] => hunter2x", "[password] => ***"),
        ("userPassword:: aHVudGVyMng=", "userPassword:: ***"),
        ("密码=hunter2x", "密码=***"),
        ("密码：hunter2x", "密码：***"),
        ("您的密码是: hunter2x", "您的密码是: ***"),
        ("数据库密码=hunter2x", "数据库密码=***"),
        ("пароль: hunter2x", "пароль: ***"),
        ("contraseña=hunter2x", "contraseña=***"),
        (
            "la contraseña es: x; contraseña: hunter2x",
            "la contraseña es: x; contraseña: ***",
        ),
        ("DB_contraseña=hunter2x", "DB_contraseña=***"),
        ("PASSWORD：hunter2x", "PASSWORD：***"),
        ("PASSWORD＝hunter2x", "PASSWORD＝***"),
        (r#"tokens: ["hunter2x"]"#, r#"tokens: ["***"]"#),
        (
            r#"tokens: ["hunter2x", "x9abcdef"]"#,
            r#"tokens: ["***", "***"]"#,
        ),
        (r#"using token "hunter2x1""#, r#"using token "***""#),
        ("using token 'hunter2x1' for me", "using token '***' for me"),
        (
            "Password for user me: hunter2x",
            "Password for user me: ***",
        ),
        ("password for me@db: hunter2x", "password for me@db: ***"),
        ("cookies={'session': 'hunter2x'}", "cookies=***"),
        (
            r#"{"Cookies": {"session": "hunter2x"}, "n": 1}"#,
            r#"{"Cookies": ***, "n": 1}"#,
        ),
        ("cookies={'session': 'hunter2x', 'b': 'c'}", "cookies=***"),
        (
            "Authorization%3A%20Bearer%20hunter2x",
            "Authorization%3A%20Bearer%20***",
        ),
        (
            "Authorization%3a+Basic+aHVudGVyMng%3D&x=1",
            "Authorization%3a+Basic+***&x=1",
        ),
        ("root:hunter2x@/db", "root:***@/db"),
        ("me/hunter2x@//oracle:1521/x", "me/***@//oracle:1521/x"),
        ("sqlplus me/hunter2x@db", "sqlplus me/***@db"),
        (
            "/opt/oracle/bin/expdp me/hunter2x@db x",
            "/opt/oracle/bin/expdp me/***@db x",
        ),
        ("AUTH hunter2x1", "AUTH ***"),
        ("> AUTH default hunter2x1", "> AUTH default ***"),
        ("AUTH PLAIN AGh1bnRlcjJ4AGh1bnRlcjJ4", "AUTH PLAIN ***"),
        ("C: AUTH LOGIN aHVudGVyMng=", "C: AUTH LOGIN ***"),
        ("--password-stdin=hunter2x", "--password-stdin=***"),
        ("pass\u{200b}word=hunter2x", "password=***"),
        ("pass\u{fffd}word=hunter2x", "password=***"),
        ("pass\u{ad}word: hunter2x", "password: ***"),
        ("ghp\u{200b}_abcdef x", "*** x"),
    ] {
        check(text, expected);
    }
}

#[test]
fn what_sounds_alike_stays() {
    for text in [
        "a\u{200b}b\u{fffd}c",
        "tokens: [\"the\", \"a\"]",
        "tokens: ['[CLS]', 'hello', '##x1']",
        "generated token \"hello\"",
        "AUTH failed",
        "AUTH PLAIN LOGIN",
        "AUTH LOGIN PLAIN CRAM-MD5",
        "250-AUTH PLAIN LOGIN XOAUTH2",
        "password for user me:",
        "Password for user me: ",
        "password for bob is not set",
        "password for user bob: incorrect",
        "密码错误",
        "token service: started",
        "INFO token refresh: ok",
        "refreshing token for user bob: expired",
        "tokens: 17, tokens/s: 45.1",
        "SMTP AUTH extension not supported by server",
        "WRONGPASS invalid username-password pair or user is disabled.",
        r#"Unexpected token 'x9abcd' in JSON"#,
        "cookies={}",
        "cookies: {'a': 1}",
        "Authorization%3A%20denied",
        "a/b@c",
        "checkout actions/checkout@v4",
        "sqlplus /nolog @x.sql",
        "std::auth::token::Token",
        "secret::String",
        "docker login --password-stdin",
    ] {
        stays(text);
    }
}
