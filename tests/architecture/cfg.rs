//! Which code is there for tests alone.

use syn::punctuated::Punctuated;
use syn::{Attribute, Expr, Meta, Token};

/// Says whether something is compiled for tests alone.
pub(crate) fn is_for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let path = attribute.path();
        path.is_ident("test")
            || (path.is_ident("cfg")
                && attribute
                    .parse_args::<Meta>()
                    .is_ok_and(|cfg| needs_tests(&cfg)))
    })
}

/// Says whether a condition holds in tests alone; what another crate's tests need of this one is
/// behind the feature `testing`.
fn needs_tests(condition: &Meta) -> bool {
    let inner = |list: &syn::MetaList| {
        list.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated)
            .map(|all| all.into_iter().collect::<Vec<_>>())
            .unwrap_or_default()
    };
    match condition {
        Meta::Path(path) => path.is_ident("test"),
        Meta::List(list) if list.path.is_ident("all") => inner(list).iter().any(needs_tests),
        Meta::List(list) if list.path.is_ident("any") => {
            let all = inner(list);
            !all.is_empty() && all.iter().all(needs_tests)
        }
        Meta::NameValue(pair) if pair.path.is_ident("feature") => is_text(&pair.value, "testing"),
        Meta::List(_) | Meta::NameValue(_) => false,
    }
}

fn is_text(value: &Expr, expected: &str) -> bool {
    matches!(value, Expr::Lit(literal)
        if matches!(&literal.lit, syn::Lit::Str(text) if text.value() == expected))
}
