//! Data: prefixes of published key formats, mostly as in gitleaks' and GitHub's lists.

/// What must follow a prefix, so that words that begin alike stay readable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tail {
    /// No word begins like this: so many letters, digits, `_` and `-` are enough.
    AtLeast(usize),
    /// Words begin like this, such as `hf_hub` and `npm_config`: what follows must look random.
    Random,
    /// Only capitals and digits, so many of them.
    Capitals(usize),
}

/// Prefixes, matched where a word begins.
pub(super) const PREFIXES: &[(&str, Tail)] = &[
    // AWS
    ("AKIA", Tail::Capitals(16)),
    ("ASIA", Tail::Capitals(16)),
    ("ABIA", Tail::Capitals(16)),
    ("ACCA", Tail::Capitals(16)),
    ("ABSK", Tail::AtLeast(32)),
    ("bedrock-api-key-", Tail::AtLeast(8)),
    // GitHub
    ("ghp_", Tail::AtLeast(1)),
    ("gho_", Tail::AtLeast(1)),
    ("ghu_", Tail::AtLeast(1)),
    ("ghs_", Tail::AtLeast(1)),
    ("ghr_", Tail::AtLeast(1)),
    ("github_pat_", Tail::AtLeast(1)),
    // GitLab
    ("glpat-", Tail::AtLeast(1)),
    ("gldt-", Tail::AtLeast(4)),
    ("glrt-", Tail::AtLeast(4)),
    ("glcbt-", Tail::AtLeast(4)),
    ("glptt-", Tail::AtLeast(4)),
    ("glft-", Tail::AtLeast(4)),
    ("glsoat-", Tail::AtLeast(4)),
    ("glimt-", Tail::AtLeast(4)),
    ("glagent-", Tail::AtLeast(4)),
    ("gloas-", Tail::AtLeast(4)),
    // Slack
    ("xoxa-", Tail::AtLeast(1)),
    ("xoxb-", Tail::AtLeast(1)),
    ("xoxc-", Tail::AtLeast(1)),
    ("xoxd-", Tail::AtLeast(1)),
    ("xoxe-", Tail::AtLeast(1)),
    ("xoxe.", Tail::AtLeast(4)),
    ("xoxo-", Tail::AtLeast(1)),
    ("xoxp-", Tail::AtLeast(1)),
    ("xoxr-", Tail::AtLeast(1)),
    ("xoxs-", Tail::AtLeast(1)),
    ("xapp-", Tail::AtLeast(4)),
    // Stripe
    ("sk_live_", Tail::AtLeast(1)),
    ("sk_test_", Tail::AtLeast(1)),
    ("rk_live_", Tail::AtLeast(1)),
    ("rk_test_", Tail::AtLeast(1)),
    ("whsec_", Tail::AtLeast(4)),
    // OpenAI, Anthropic and those who copied them
    ("sk-proj-", Tail::AtLeast(4)),
    ("sk-svcacct-", Tail::AtLeast(4)),
    ("sk-admin-", Tail::AtLeast(8)),
    ("sk-ant-", Tail::AtLeast(4)),
    ("sk-or-v1-", Tail::AtLeast(4)),
    ("sk-", Tail::Random),
    ("gsk_", Tail::Random),
    ("xai-", Tail::Random),
    ("r8_", Tail::Random),
    ("pplx-", Tail::Random),
    // Hugging Face
    ("hf_", Tail::Random),
    ("api_org_", Tail::Random),
    // Google
    ("AIza", Tail::AtLeast(4)),
    ("ya29.", Tail::AtLeast(4)),
    ("GOCSPX-", Tail::AtLeast(4)),
    // Package registries
    ("npm_", Tail::Random),
    ("pypi-Ag", Tail::AtLeast(4)),
    ("pypi-", Tail::Random),
    ("rubygems_", Tail::Random),
    ("dckr_pat_", Tail::AtLeast(4)),
    ("dckr_oat_", Tail::AtLeast(4)),
    // Others that a container may hold
    ("SG.", Tail::Random),
    ("dop_v1_", Tail::AtLeast(4)),
    ("doo_v1_", Tail::AtLeast(4)),
    ("dor_v1_", Tail::AtLeast(4)),
    ("dapi", Tail::Random),
    ("dp.pt.", Tail::AtLeast(4)),
    ("dp.st.", Tail::AtLeast(4)),
    ("hvs.", Tail::Random),
    ("hvb.", Tail::Random),
    ("glsa_", Tail::AtLeast(8)),
    ("glc_", Tail::AtLeast(16)),
    ("NRAK-", Tail::AtLeast(4)),
    ("lin_api_", Tail::AtLeast(4)),
    ("ntn_", Tail::Random),
    ("shpat_", Tail::AtLeast(4)),
    ("shpss_", Tail::AtLeast(4)),
    ("shpca_", Tail::AtLeast(4)),
    ("shppa_", Tail::AtLeast(4)),
    ("PMAK-", Tail::AtLeast(4)),
    ("ATATT3", Tail::AtLeast(8)),
    ("AGE-SECRET-KEY-1", Tail::AtLeast(4)),
    ("sbp_", Tail::Random),
    ("tvly-", Tail::Random),
    ("pcsk_", Tail::AtLeast(4)),
    ("lsv2_pt_", Tail::AtLeast(4)),
    ("lsv2_sk_", Tail::AtLeast(4)),
    // JSON in base64url: a JSON Web Token, or a part of one
    ("eyJ", Tail::AtLeast(4)),
    // JSON in base64 that was laid out, and PEM in base64
    ("eyAi", Tail::AtLeast(8)),
    ("ewog", Tail::AtLeast(8)),
    ("ewoJ", Tail::AtLeast(8)),
    ("LS0tLS1CRUdJTi", Tail::AtLeast(4)),
];

/// Addresses whose path is the secret, up to it.
pub(super) const WEBHOOKS: &[&str] = &[
    "hooks.slack.com/services/",
    "hooks.slack.com/workflows/",
    "hooks.slack.com/triggers/",
    "hooks.slack-gov.com/services/",
    "discord.com/api/webhooks/",
    "discordapp.com/api/webhooks/",
    "outlook.office.com/webhook/",
    ".webhook.office.com/",
    "hooks.zapier.com/hooks/catch/",
    "api.telegram.org/bot",
];

/// Parameters of a query or a form, besides those whose name says it.
pub(super) const PARAMETERS: &[&str] = &[
    "sig",
    "hmac",
    "code_verifier",
    "assertion",
    "signature",
    "x-amz-signature",
    "x-goog-signature",
];
