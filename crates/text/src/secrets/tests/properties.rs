//! What holds for any text.

use proptest::prelude::*;

use super::*;

/// What people choose for a password, quotation marks and all.
fn password() -> impl Strategy<Value = String> {
    "[a-zA-Z0-9äß\"'$%!#@/?&=;:,.(){}*+~^|<>\\\\_-]{0,12}Zq9Zq9Zq9[a-zA-Z0-9äß\"'$%!#@/?&=;:,.(){}*+~^|<>\\\\_-]{0,12}"
}

proptest! {
    #[test]
    fn what_was_redacted_stays_as_it_is(text in "\\PC{0,80}|[ -~]{0,80}") {
        let once = redact(&text).into_owned();
        prop_assert_eq!(redact(&once), once.as_str());
    }

    #[test]
    fn texts_made_of_the_engines_own_words_settle(
        parts in prop::collection::vec(prop::sample::select(vec![
            "password", "token", "=", ":", " ", "\"", "'", "\\\"", "--", "-u", "Bearer", "Authorization", "Cookie",
            "://", "@", "***", "a", "hunter2", ";", ",", "&", "?", "{", "[", "]", "}", "ghp_", "eyJ", "is", "\n", "-----BEGIN",
            "-----END", "sig", "arn:aws:", "/", "<", ">", "12", "AKIA", "hooks.slack.com/services/", "@tcp(", "mysql -p", "\u{1b}[0m", "\u{1b}[",
        ]), 0..16),
    ) {
        let text = parts.concat();
        let once = redact(&text).into_owned();
        prop_assert_eq!(redact(&once), once.as_str());
    }

    #[test]
    fn a_password_in_an_address_never_stays(password in password(), text in "[ !#-&(-~]{0,40}") {
        let line = format!("{text} amqp://user:{password}@host/x {text}");
        prop_assert!(!redact(&line).contains("Zq9Zq9Zq9"), "{}", redact(&line));
    }

    #[test]
    fn a_password_beside_its_name_never_stays(
        password in "[a-zA-Z0-9äß$%!#@/?=:.(){}*+~^|_-]{0,12}Zq9Zq9Zq9[a-zA-Z0-9äß\"'$%!#@/?=:.(){}*+~^|_-]{0,12}",
        form in prop::sample::select(vec![
            "DB_PASS=§", "a password: § b", "run --password=§", "-H 'X-Api-Key: §'", "curl -u me:§ h", "password is §", "cookie: s=§",
        ]),
    ) {
        // The path of a file is no secret, wherever it stands.
        prop_assume!(!password.starts_with(['/', '.', '~']));
        let line = form.replace('§', &password);
        let redacted = redact(&line);
        prop_assert!(!redacted.contains("Zq9Zq9Zq9"), "{line}\n{redacted}");
    }
}

/// Drawn once, and kept.
#[test]
fn a_password_that_looks_like_the_beginning_of_an_object_does_not_stay() {
    for password in ["{Zq9Zq9Zq9':", "{Zq9Zq9Zq9\":", "{Zq9Zq9Zq9:"] {
        let redacted = redact(&format!("DB_PASS={password}")).into_owned();
        assert!(!redacted.contains("Zq9"), "{redacted}");
    }
}
