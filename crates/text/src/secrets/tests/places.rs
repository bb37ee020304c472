//! What is secret by what stands before it.

use super::*;

#[test]
fn a_value_beside_its_name_goes_and_the_rest_stays() {
    check("DB_PASSWORD=hunter2 x=1", "DB_PASSWORD=*** x=1");
    check("password: hunter2", "password: ***");
    check("pwd=x", "pwd=***");
    check("DB_PASS=x", "DB_PASS=***");
    check("DB_PASS=12345", "DB_PASS=***");
    check("password is x", "password is ***");
    check("the API key is x", "the API key is ***");
    check("API key: x", "API key: ***");
    check("connection string: x", "connection string: ***");
    check("cookie: session=x", "cookie: ***");
    check("Cookie: a=b; c=d", "Cookie: ***");
    check(
        "{\"api_key\": \"abc\", \"n\": 1}",
        "{\"api_key\": \"***\", \"n\": 1}",
    );
    check(
        "{\"client_secret\":\"abc\",\"n\":1}",
        "{\"client_secret\":\"***\",\"n\":1}",
    );
    check(
        "{\"password\": \"correct horse battery\", \"n\": 1}",
        "{\"password\": \"***\", \"n\": 1}",
    );
    check(
        "{\\\"password\\\":\\\"a b\\\",\\\"n\\\":1}",
        "{\\\"password\\\":\\\"***\\\",\\\"n\\\":1}",
    );
    check("{'password': 'a b', 'n': 1}", "{'password': '***', 'n': 1}");
    check(
        "{\"msg\":\"password=x\",\"n\":1}",
        "{\"msg\":\"password=***\",\"n\":1}",
    );
    check("passphrase=\"a b\" c", "passphrase=\"***\" c");
    check("passphrase=\"a b", "passphrase=\"***");
    check("password = x", "password = ***");
    check("password => x", "password => ***");
    check("<password>a b</password>", "<password>***</password>");
    check(
        "config[\"password\"] = \"x\"",
        "config[\"password\"] = \"***\"",
    );
    check("wrong password \"x y\"", "wrong password \"***\"");
    check("GET /x?access_token=abc&n=1", "GET /x?access_token=***&n=1");
    check("a=1&password=x&b=2", "a=1&password=***&b=2");
    check("(token=abc)", "(token=***)");
    check("token=abc, n=1", "token=***, n=1");
    check("pass a\"b: password=a\"b", "pass a\"b: password=***");
    check(
        "{\"name\":\"DB_PASSWORD\",\"value\":\"x\"}",
        "{\"name\":\"DB_PASSWORD\",\"value\":\"***\"}",
    );
    check(
        "- name: DB_PASSWORD, value: x",
        "- name: DB_PASSWORD, value: ***",
    );
    check("password -> x", "password -> ***");
    check("DB_PASS={}x", "DB_PASS=***");
    check("DB_PASS=[]x", "DB_PASS=***");
    stays("{\"secrets\":{\"a\":1},\"tokens\":[]}");
    check("bad password hunter2 for bob", "bad password *** for bob");
    check(
        "aws configure set aws_secret_access_key hunter2key",
        "aws configure set aws_secret_access_key ***",
    );
    check("tool /password:x", "tool /password:***");
    check(
        "jdbc:oracle:thin:me/x@//h:1521/s",
        "jdbc:oracle:thin:me/***@//h:1521/s",
    );
    check(
        "map[Authorization:[Bearer x] A:b]",
        "map[Authorization:[Bearer ***] A:b]",
    );
    check(
        "--header=Authorization:Bearer\\ x",
        "--header=Authorization:Bearer\\ ***",
    );
    stays("runtime.secrets.DB_PASSWORD  prod1db → prod2db");
    stays("password sha256 digest");
    check("Server=a;Uid=me;Pwd=x;", "Server=a;Uid=me;Pwd=***;");
}

#[test]
fn the_value_of_a_flag_goes() {
    check("serve --hf-token=abc", "serve --hf-token=***");
    check("run --api-token=x now", "run --api-token=*** now");
    check("a --token=x b", "a --token=*** b");
    check("a --token x b", "a --token *** b");
    check("a --password 'x y' b", "a --password '***' b");
    check(
        "java -Ddb.password=x -jar a",
        "java -Ddb.password=*** -jar a",
    );
    check(
        "[\"serve\",\"--token\",\"abc\"]",
        "[\"serve\",\"--token\",\"***\"]",
    );
    check("curl -u admin:x http://h", "curl -u admin:*** http://h");
    check("curl -uadmin:x http://h", "curl -uadmin:*** http://h");
    check(
        "curl --user 'admin:x y' http://h",
        "curl --user 'admin:***' http://h",
    );
    check(
        "curl -H \"X-Api-Key: x\" http://h",
        "curl -H \"X-Api-Key: ***\" http://h",
    );
    check(
        "curl -H 'Authorization: Bearer x' http://h",
        "curl -H 'Authorization: Bearer ***' http://h",
    );
    check(
        "curl -H 'Cookie: a=b; c=d' http://h",
        "curl -H 'Cookie: ***' http://h",
    );
    check("mysql -ppw -h db", "mysql -p*** -h db");
    check("sshpass -p x ssh h", "sshpass -p *** ssh h");
    for text in [
        "docker run -u 1000:1000 x",
        "serve --token-limit 512",
        "serve --max-tokens 512",
        "serve --token 512",
        "serve --auth true",
        "serve --token /run/secrets/token",
        "serve --token --verbose",
        "serve --password-file x",
        "mkdir -p /x",
        "docker run -p 8080:80 x",
        "python -u serve.py",
        "serve --tokenizer x",
        "--token=",
        "gunicorn -u www-data",
        "su -u nobody:nogroup",
        "serve --auth none",
        "--author bob",
    ] {
        stays(text);
    }
}

#[test]
fn what_a_scheme_announces_goes() {
    check("Authorization: Bearer abc.def", "Authorization: Bearer ***");
    check("Authorization: x", "Authorization: ***");
    check("Authorization: Splunk x", "Authorization: Splunk ***");
    check("Authorization: AWS a:x", "Authorization: AWS ***");
    check(
        "authorization: DeepL-Auth-Key x y",
        "authorization: DeepL-Auth-Key *** y",
    );
    stays("authorization: denied for bob");
    check(
        "authorization=Basic dXNlcjpwdw==",
        "authorization=Basic ***",
    );
    check(
        "HEADER: \"Authorization: Bearer x\"",
        "HEADER: \"Authorization: Bearer ***\"",
    );
    check(
        "{\"Authorization\": \"Bearer x\"}",
        "{\"Authorization\": \"Bearer ***\"}",
    );
    check(
        "Authorization: Digest username=\"a\", response=\"b\"",
        "Authorization: Digest ***",
    );
    check("sent Bearer x", "sent Bearer ***");
    check("Basic dXNlcjpwdw==", "Basic ***");
    for text in [
        "the bearer token expired",
        "Bearer authentication is needed",
        "Basic usage",
        "Basic Authentication",
        "bearer of bad news",
        "WWW-Authenticate: Bearer realm=\"x\"",
    ] {
        stays(text);
    }
}

#[test]
fn arguments_are_read_together() {
    let check = |arguments: &[&str], expected: &[&str]| {
        assert_eq!(redact_arguments(arguments), expected);
    };
    check(
        &["serve", "--token", "x", "--n", "2"],
        &["serve", "--token", "***", "--n", "2"],
    );
    check(
        &["curl", "-u", "a:x", "-H", "X-Api-Key: x"],
        &["curl", "-u", "a:***", "-H", "X-Api-Key: ***"],
    );
    check(
        &["sh", "-c", "run --api-token=x now"],
        &["sh", "-c", "run --api-token=*** now"],
    );
    check(
        &["--token", "--n", "-u", "1000:1000", "--token-limit", "512"],
        &["--token", "--n", "-u", "1000:1000", "--token-limit", "512"],
    );
}
