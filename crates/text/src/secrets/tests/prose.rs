//! What people and programs say all day, and what must stay readable.

use super::*;

#[test]
fn what_models_and_programs_say_all_day_stays() {
    for text in [
        "max_tokens=512 tokens: 17 n_token=3",
        "loaded tokenizer=/opt/model/tokenizer.json",
        "token: 17, finished",
        "INFO:     127.0.0.1:4242 - \"GET /ping HTTP/1.1\" 200 OK",
        "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "wrong password",
        "secret x is gone",
        "the token expired",
        "password is not set",
        "no usable credentials: the chain is empty",
        "no usable credentials: AWS_ACCESS_KEY_ID is set, AWS_SECRET_ACCESS_KEY is not",
        "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secret from asm: service call has been retried 1 time(s)",
        "arn:aws:secretsmanager:eu-west-1:111122223333:secret:db-url-AbCdEf",
        "arn:aws:secretsmanager:eu-west-1:111122223333:secret:db-password-AbCdEf: not there",
        "…:secret:db-url-AbCdEf",
        "arn:aws:ssm:eu-west-1:111122223333:parameter/prod/token/x",
        "models:/x@champion",
        "111122223333.dkr.ecr.eu-west-1.amazonaws.com/auth:v8",
        "registry.example.com/auth-token:1.2.3",
        "auth:latest",
        "mlship deploy release.yaml --env prod",
        "ecs-svc/1234567890123456789",
        "PyJWT==2.8.0 google-auth==2.1.0",
        "PWD=/app",
        "secretsmanager:GetSecretValue",
        "{\"path\": \"runtime.env.A\", \"secret\": \"added\"}",
        "(secret, changed)",
        "secrets: { DB_URL: arn:aws:ssm:eu-west-1:111122223333:parameter/a }",
        "/opt/ml/models/fraud/scorer/version/weights/pytorch/model/bin/aa",
        "invalid token: unexpected end of input",
        "it's the user's password",
        "  two  blanks\tkept ",
    ] {
        stays(text);
    }
}

#[test]
fn reasons_counts_and_names_of_others_stay() {
    for text in [
        "no usable credentials: timeout",
        "no usable credentials: unreadable",
        "no usable credentials: ExpiredToken",
        "no usable credentials: AccessDenied",
        "bearer plants",
        "bearer capacity",
        "runtime.secrets.DB_PASSWORD: secret is gone",
        r#"{"token_ids": [1, 2, 3]}"#,
        r#"{"token_ids":[1,2]}"#,
        "token_ids: [1, 2]",
        "token_ids=[101, 2023, 102]",
        "prompt_token_ids: [1, 2, 3], lora_request: None",
        "token: <s>",
        r#"next token: "hello""#,
        "ValidationError: password: field required",
        "ValidationError: api_key: Field required",
        "huggingface_hub.errors.LocalTokenNotFoundError: Token is required (`token=True`), but no token found.",
        "pass: 12, fail: 3",
        "pass=12 fail=0",
        "test pass: ok",
        "forward pass: 12ms",
        "first pass: 12 items",
        "auth=ok",
        "Credentials: ContainerProvider",
        "InvalidSignatureException: Signature expired: 20240101T000000Z is now earlier than 20240101T000100Z",
        "next token: eyJ",
        "password: [REDACTED]",
        "password: ****",
        "password: ********",
        "password=<redacted>",
        "token: [FILTERED]",
        "container auth: started",
        "salt-minion: started",
        r#"{"tokens":["the","a"],"token_logprobs":[-0.1]}"#,
        "error: no usable credentials: `credential_process` took longer than 10 s",
        "secrets: unreachable",
        "cannot read secrets: AccessDeniedException",
        "failed to load credentials: timeout",
        "failed to get token: timeout",
        "auth: Unauthorized",
        "auth: forbidden",
        "container auth: OOM killed",
        "tags.token-owner: bob",
        "aws ecr get-login-password | docker login --username AWS --password-stdin 1.dkr.ecr.eu-west-1.amazonaws.com",
        "--starting-token x",
        "image auth:latest@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "--pass-env HOME",
        "token_ids=tensor([[ 101, 2023]])",
        "{'input_ids': [[101, 102]], 'token_type_ids': [[0, 0]], 'attention_mask': [[1, 1]]}",
        "MODEL_SIGNATURE=serving_default",
        "SERVING_SIGNATURE: serving_default",
        "warning[credential-in-env]: `DB_PASSWORD` looks like a credential",
        "error[env-and-secret]: `A` is both in `runtime.env` and in `runtime.secrets`",
        "no usable credentials: ProfileFile(MissingProfile)",
        "INFO api_server.py:648] args: Namespace(host=None, port=8000, api_key=None)",
        "Setting `pad_token_id` to `eos_token_id`:50256 for open-end generation.",
        "Access denied for user 'root'@'10.0.0.1' (using password: YES)",
        "token.actions.githubusercontent.com:aud",
        "{\"token_type\":\"bearer\",\"expires_in\":3600}",
        "PASS=3 FAIL=1",
        "FAIL=1 PASS=3",
        "pass=3",
        "pass 2 of 10",
        "tip: to pass '--foo' as a value, use '-- --foo'",
        "to pass \"x\" as a value",
        "you must pass \"x9abcdef\" as a value",
        "tokenizer.json: 100%|██████████| 1.36M/1.36M [00:00<00:00, 5.05MB/s]",
    ] {
        stays(text);
    }
}

#[test]
fn one_word_that_is_no_reason_goes() {
    check("credentials: hunter2", "credentials: ***");
    check("credentials: qWeRtYuIoP", "credentials: ***");
    check("token: abc", "token: ***");
    check("AUTH: abc", "AUTH: ***");
    check("creds: abc", "creds: ***");
    check("'bearer abc'", "'bearer ***'");
    check("authorization: bearer abc", "authorization: bearer ***");
}
