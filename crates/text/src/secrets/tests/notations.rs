//! How languages and formats write a name and its value.

use super::*;

#[test]
fn a_value_goes_in_any_notation() {
    for (text, expected) in [
        (
            r#"{"password":["hunter2","x"]}"#,
            r#"{"password":["***","***"]}"#,
        ),
        (
            r#"{"passwords":["x1","hunter2"]}"#,
            r#"{"passwords":["***","***"]}"#,
        ),
        ("{'pwd': u'hunter2'}", "{'pwd': u'***'}"),
        ("{'pwd': b'hunter2'}", "{'pwd': b'***'}"),
        ("password=b'hunter2'", "password=b'***'"),
        (r#"password=r"hunter2""#, r#"password=r"***""#),
        (
            "name=DB_PASSWORD value=hunter2",
            "name=DB_PASSWORD value=***",
        ),
        (
            r#"<add key="password" value="hunter2"/>"#,
            r#"<add key="password" value="***"/>"#,
        ),
        (
            r#"<property name="password" value="hunter2"/>"#,
            r#"<property name="password" value="***"/>"#,
        ),
        (
            r#"<property name="password">hunter2</property>"#,
            r#"<property name="password">***</property>"#,
        ),
        (
            r#"<input type=password value="hunter2">"#,
            r#"<input type=password value="***">"#,
        ),
        ("password='hunter2''TER'", "password='***'"),
        ("password = 'it''s hunter2'", "password = '***'"),
        (
            "b'Authorization': b'Bearer hunter2'",
            "b'Authorization': b'Bearer ***'",
        ),
        ("x-api-key hunter212345", "x-api-key ***"),
        ("DB_PASS=$(echo hunter2)", "DB_PASS=***)"),
        ("Passwort: hunter2", "Passwort: ***"),
        ("password&#61;hunter2", "password&#61;***"),
        ("password%3Dhunter2", "password%3D***"),
        ("password%3dhunter2&x", "password%3d***"),
        ("?x=1%26password%3Dhunter2", "?x=1%26password%3D***"),
        (r#"password\u003dhunter2"#, r#"password\u003d***"#),
        (
            r#"\\\"password\\\": \\\"hunter2\\\""#,
            r#"\\\"password\\\": \\\"***\\\""#,
        ),
        (
            r#"\\\\\\\"password\\\\\\\":\\\\\\\"hunter2\\\\\\\""#,
            r#"\\\\\\\"password\\\\\\\":\\\\\\\"***\\\\\\\""#,
        ),
        (
            "CREATE USER me IDENTIFIED BY 'hunter2';",
            "CREATE USER me IDENTIFIED BY '***';",
        ),
        (r#"IDENTIFIED BY "hunter2""#, r#"IDENTIFIED BY "***""#),
        (
            r#"{"api-key":["hunter21","hunter22"]}"#,
            r#"{"api-key":["***","***"]}"#,
        ),
        (r#"{"auth":["a","hunter2"]}"#, r#"{"auth":["***","***"]}"#),
        ("auth=('me', 'hunter2')", "auth=('***', '***')"),
        (r#"auth=("me","hunter2")"#, r#"auth=("***","***")"#),
        ("auth=HTTPBasicAuth('me', 'hunter2')", "auth=***')"),
        (r#"auth: ("me", "hunter2")"#, r#"auth: ("***", "***")"#),
        ("password: !vault |hunter2", "password: ***"),
        ("password: &anchor hunter2", "password: ***"),
        ("password: !!str hunter2", "password: ***"),
        ("password?=hunter2", "password?=***"),
        ("password+=hunter2", "password+=***"),
        ("%password%=hunter2", "%password%=***"),
        (
            r#"getenv("DB_PASSWORD", "hunter2")"#,
            r#"getenv("DB_PASSWORD", "***")"#,
        ),
        (
            r#"os.getenv("DB_PASSWORD","hunter2")"#,
            r#"os.getenv("DB_PASSWORD","***")"#,
        ),
        (
            "os.environ.get('API_KEY', 'hunter2')",
            "os.environ.get('API_KEY', '***')",
        ),
    ] {
        check(text, expected);
    }
}

#[test]
fn what_follows_a_value_stays() {
    for (text, expected) in [
        (r#"["--token", "x", "y"]"#, r#"["--token", "***", "y"]"#),
        (
            r#"{"Env":["DB_PASSWORD=x","A=b"]}"#,
            r#"{"Env":["DB_PASSWORD=***","A=b"]}"#,
        ),
        (r#"["X-Api-Key: x","h"]"#, r#"["X-Api-Key: ***","h"]"#),
        (
            r#"{"password":["x"],"n":["y"]}"#,
            r#"{"password":["***"],"n":["y"]}"#,
        ),
        (
            "db:\n  password: |\n    x\n    y\n  host: z",
            "db:\n  password: |\n    ***\n  host: z",
        ),
        (
            "password: |\n  x\n\n  y\nhost: z\n",
            "password: |\n  ***\nhost: z\n",
        ),
    ] {
        check(text, expected);
    }
}

#[test]
fn an_address_goes_in_any_notation() {
    for (text, expected) in [
        ("https:%2F%2Fme:x@h", "https:%2F%2Fme:***@h"),
        ("me:x@(db)/y", "me:***@(db)/y"),
        ("sig=x&se=1", "sig=***&se=1"),
        ("sent to me:x@127.0.0.1:80", "sent to me:***@127.0.0.1:80"),
        (
            "endpoint `me:x@host`: no scheme",
            "endpoint `me:***@host`: no scheme",
        ),
        (
            "psql 'postgresql://me:hun ter@db/x'",
            "psql 'postgresql://me:***@db/x'",
        ),
        (
            "https://h/x?user[password]=hunter2",
            "https://h/x?user[password]=***",
        ),
        (
            "https://h/x?user%5Bpassword%5D=hunter2",
            "https://h/x?user%5Bpassword%5D=***",
        ),
        (
            "https://h/x?redirect=https%3A%2F%2Fme%3Ahunter2%40h2",
            "https://h/x?redirect=https%3A%2F%2Fme%3A***%40h2",
        ),
        (
            "http%3A%2F%2Fme%3Ahunter2%40db%2Fx",
            "http%3A%2F%2Fme%3A***%40db%2Fx",
        ),
        (
            "me:hunter2@registry.example.com/a:1",
            "me:***@registry.example.com/a:1",
        ),
        (
            "InstrumentationKey=hunter2;IngestionEndpoint=https://x",
            "InstrumentationKey=***;IngestionEndpoint=https://x",
        ),
    ] {
        check(text, expected);
    }
    for text in [
        "postgres://db:5432/x for bob@corp.com",
        "postgres://db:port/x for bob@corp.com",
        "http://host:port/path contact bob@corp.com",
        "http://localhost:8080 refused; mail ops@corp.com",
        "see docker://alpine:latest or git@github.com:a/b",
        "mailto:bob@corp.com",
        "`git@github.com:a/b`",
        "`a:b` and c@d",
        "email:bob@corp.com",
        "12:30@room.example.com/x",
        "registry.example.com/a:1@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    ] {
        stays(text);
    }
}

#[test]
fn laid_out_json_and_pem_are_known_in_base64() {
    for text in [
        "ewogICJwYXNzd29yZCI6ICJ4Igp9",
        "eyAicGFzc3dvcmQiOiAieCIgfQ==",
        "LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0tLS0t",
    ] {
        check(text, HIDDEN);
    }
}
