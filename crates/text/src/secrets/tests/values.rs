//! What looks secret by itself: published keys, addresses.

use super::*;

#[test]
fn published_keys_are_hidden_whatever_they_go_by() {
    for key in [
        "AKIAIOSFODNN7EXAMPLE",
        "ASIAIOSFODNN7EXAMPLE",
        "ghp_abcdef",
        "gho_abc",
        "ghu_abc",
        "ghs_abc",
        "ghr_abc",
        "github_pat_11ABC",
        "glpat-abc",
        "xoxa-1",
        "xoxb-1-2-abc",
        "xoxp-1",
        "xoxr-1",
        "xoxs-1",
        "sk_live_abc",
        "rk_live_abc",
        "sk_test_abc",
        "sk-proj-abcd",
        "sk-ant-api03-abc",
        "sk-abcdefghijklmnopqrst",
        "sk-AbC123xyz",
        "hf_abcdefghijklmnopqrst",
        "hf_AbCdEfGhIj",
        "AIzaSyA-abc_def",
        "ya29.a0Abc",
        "npm_abcdefghijklmnopqrst0123456789abcdef",
        "npm_AbCdEf12",
        "pypi-AgEIcHlwaS5vcmc",
        "eyJhbGciOi.x.y",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc-_d",
        "SG.abcdefghijklmnopqrstuv.xyz",
    ] {
        check(key, HIDDEN);
        check(&format!("use {key}, please"), "use ***, please");
        check(&format!("{{\"a\":\"{key}\"}}"), "{\"a\":\"***\"}");
    }
    check(
        "https://hooks.slack.com/services/T0/B0/abc",
        "https://hooks.slack.com/services/***",
    );
    check(
        "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=ab+/c==;EndpointSuffix=core.windows.net",
        "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=***;EndpointSuffix=core.windows.net",
    );
    check(
        "Endpoint=sb://a.net/;SharedAccessKeyName=n;SharedAccessKey=abc=",
        "Endpoint=sb://a.net/;SharedAccessKeyName=n;SharedAccessKey=***",
    );
    check(
        "https://a.blob.core.windows.net/c?sv=1&sig=ab%2Fc&se=2",
        "https://a.blob.core.windows.net/c?sv=1&sig=***&se=2",
    );
    check(
        "-----BEGIN RSA PRIVATE KEY-----\nMII\n-----END RSA PRIVATE KEY-----\nmore",
        "***\nmore",
    );
    check("-----BEGIN", "***");
    check(&"MIIEowIBAAKCAQEAx9".repeat(4)[..64], HIDDEN);
}

#[test]
fn words_that_begin_like_keys_stay() {
    for text in [
        "sk-learn",
        "sk-learn-contrib",
        "sk-SK",
        "npm_config_registry",
        "npm_package_name",
        "hf_hub_download",
        "hf_transfer",
        "hf_home",
        "pypi-mirror",
        "pypi-server",
        "xai-explain",
        "AKIA",
        "ghp_ tokens",
        "risk-free",
        "ask-anything",
        "task-1234567890abcdef",
        "desk_live_view",
        "dapi",
        "eyJ",
        "r8_",
        "task-definition",
    ] {
        stays(text);
    }
}

#[test]
fn the_password_of_an_address_goes_whatever_is_in_it() {
    for password in ["0#Zq9Zq9Zq9", "8#Zq9", "0/Zq9", "0?Zq9"] {
        check(
            &format!("proxy http://me:{password}@db/x"),
            "proxy http://me:***@db/x",
        );
    }
    check(
        "connecting to postgres://me:p=w@db/x now",
        "connecting to postgres://me:***@db/x now",
    );
    for password in [
        "HUN/TER2",
        "HUN#TER2",
        "HUN?TER2",
        "HUN@TER2",
        "p:w",
        "12/34",
        "8/x",
        "8?x",
        "8080/?",
        "a&b=c",
        "%41",
        "$x",
        "pässwört",
        "\"x",
        "a'b",
        "(x)",
        "a,b",
    ] {
        check(
            &format!("postgres://me:{password}@db/x"),
            "postgres://me:***@db/x",
        );
        check(
            &format!("http://proxy http://me:{password}@db:80/x"),
            "http://proxy http://me:***@db:80/x",
        );
    }
    check(
        "redis://u:p@h1,redis://u:p@h2",
        "redis://u:***@h1,redis://u:***@h2",
    );
    check("redis://:p@h", "redis://:***@h");
    check(
        "{\"a\":\"postgres://me:pw@db/x\",\"b\":\"bob@corp.com\"}",
        "{\"a\":\"postgres://me:***@db/x\",\"b\":\"bob@corp.com\"}",
    );
    check(
        "https://0123456789abcdef0123456789abcdef@sentry.io/1",
        "https://***@sentry.io/1",
    );
    check(
        "https://ghp_abc@github.com/a/b",
        "https://***@github.com/a/b",
    );
    check("me:pw@tcp(db:3306)/x", "me:***@tcp(db:3306)/x");
    for text in [
        "https://example.com/a@b?c=d",
        "https://host/a:b@c",
        "https://host:8080/a@1.2.3",
        "https://host:8080/a@v2/index.html",
        "http://localhost:8080/a@b",
        "http://10.0.0.7:8080/?mail=a@b.com",
        "https://models.prod.internal:8080/a@champion",
        "https://bob@host/x",
        "docker://host:5000/a@sha256:0123",
        "s3://bucket/a@b",
        "models:/x@champion",
        "git@github.com:a/b.git",
        "ssh://git@github.com/a/b",
        "http://[::1]:80/a@b",
    ] {
        stays(text);
    }
}

#[test]
fn colour_hides_no_secret_and_stays_where_there_is_none() {
    check("\u{1b}[32mghp_abc\u{1b}[0m x", "*** x");
    assert_eq!(
        redact("\u{1b}[32mready\u{1b}[0m"),
        "\u{1b}[32mready\u{1b}[0m"
    );
}
