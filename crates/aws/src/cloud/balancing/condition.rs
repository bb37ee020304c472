//! Conditions of rules, between SDK type and document.

use aws_sdk_elasticloadbalancingv2::types::{
    HostHeaderConditionConfig, HttpHeaderConditionConfig, HttpRequestMethodConditionConfig,
    PathPatternConditionConfig, QueryStringConditionConfig, QueryStringKeyValuePair, RuleCondition,
    SourceIpAddressTypeEnum, SourceIpConditionConfig,
};

use super::fields::{document, list, object, object_in, objects_in, text, text_in, texts_in};
use mlship_core::release::Condition;
use mlship_core::release::Document;

/// Returns a condition as Elastic Load Balancing describes it.
pub(super) fn described(condition: &RuleCondition) -> Condition {
    let header = condition.http_header_config().map(|config| {
        object([
            ("HttpHeaderName", text(config.http_header_name())),
            ("Values", list(config.values())),
            ("RegexValues", list(config.regex_values())),
        ])
    });
    let host = condition.host_header_config().map(|config| {
        object([
            ("Values", list(config.values())),
            ("RegexValues", list(config.regex_values())),
        ])
    });
    let path = condition.path_pattern_config().map(|config| {
        object([
            ("Values", list(config.values())),
            ("RegexValues", list(config.regex_values())),
        ])
    });
    let query = condition.query_string_config().map(|config| {
        let pairs = config
            .values()
            .iter()
            .map(|pair| object([("Key", text(pair.key())), ("Value", text(pair.value()))]));
        object([("Values", list(&pairs.collect::<Vec<_>>()))])
    });
    let method = condition
        .http_request_method_config()
        .map(|config| object([("Values", list(config.values()))]));
    let source = condition.source_ip_config().map(|config| {
        let kind = config
            .ip_address_type()
            .map(SourceIpAddressTypeEnum::as_str);
        object([
            ("Values", list(config.values())),
            ("IpAddressType", text(kind)),
        ])
    });
    document([
        ("Field", text(condition.field())),
        ("Values", list(condition.values())),
        ("RegexValues", list(condition.regex_values())),
        ("HttpHeaderConfig", header),
        ("HostHeaderConfig", host),
        ("PathPatternConfig", path),
        ("QueryStringConfig", query),
        ("HttpRequestMethodConfig", method),
        ("SourceIpConfig", source),
    ])
}

/// Returns the condition that a document describes.
pub(super) fn of(condition: &Document) -> RuleCondition {
    let config = |name| object_in(condition, name);
    RuleCondition::builder()
        .set_field(text_in(condition, "Field"))
        .set_values(texts_in(condition, "Values"))
        .set_regex_values(texts_in(condition, "RegexValues"))
        .set_http_header_config(config("HttpHeaderConfig").map(|config| {
            HttpHeaderConditionConfig::builder()
                .set_http_header_name(text_in(config, "HttpHeaderName"))
                .set_values(texts_in(config, "Values"))
                .set_regex_values(texts_in(config, "RegexValues"))
                .build()
        }))
        .set_host_header_config(config("HostHeaderConfig").map(|config| {
            HostHeaderConditionConfig::builder()
                .set_values(texts_in(config, "Values"))
                .set_regex_values(texts_in(config, "RegexValues"))
                .build()
        }))
        .set_path_pattern_config(config("PathPatternConfig").map(|config| {
            PathPatternConditionConfig::builder()
                .set_values(texts_in(config, "Values"))
                .set_regex_values(texts_in(config, "RegexValues"))
                .build()
        }))
        .set_query_string_config(config("QueryStringConfig").map(|config| {
            QueryStringConditionConfig::builder()
                .set_values(objects_in(config, "Values").map(|pairs| pairs.map(pair).collect()))
                .build()
        }))
        .set_http_request_method_config(config("HttpRequestMethodConfig").map(|config| {
            HttpRequestMethodConditionConfig::builder()
                .set_values(texts_in(config, "Values"))
                .build()
        }))
        .set_source_ip_config(config("SourceIpConfig").map(|config| {
            let kind = text_in(config, "IpAddressType");
            SourceIpConditionConfig::builder()
                .set_values(texts_in(config, "Values"))
                .set_ip_address_type(kind.map(|kind| SourceIpAddressTypeEnum::from(&*kind)))
                .build()
        }))
        .build()
}

fn pair(pair: &Document) -> QueryStringKeyValuePair {
    QueryStringKeyValuePair::builder()
        .set_key(text_in(pair, "Key"))
        .set_value(text_in(pair, "Value"))
        .build()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    fn texts() -> impl Strategy<Value = Value> {
        prop::collection::vec(".{0,8}", 1..4).prop_map(Value::from)
    }

    /// Some of the fields, each with values of its kind.
    fn fields(of: Vec<(&'static str, BoxedStrategy<Value>)>) -> impl Strategy<Value = Value> {
        let some = of.into_iter().map(|(name, values)| {
            let given = prop::option::of(values);
            given.prop_map(move |value| value.map(|value| (name.to_owned(), value)))
        });
        let some: Vec<_> = some.collect();
        some.prop_map(|given| Value::Object(given.into_iter().flatten().collect()))
    }

    fn conditions() -> impl Strategy<Value = Value> {
        let text = || ".{0,8}".prop_map(Value::from).boxed();
        let texts = || texts().boxed();
        let patterns = || vec![("Values", texts()), ("RegexValues", texts())];
        let header = [patterns(), vec![("HttpHeaderName", text())]].concat();
        let pair = fields(vec![("Key", text()), ("Value", text())]);
        let pairs = prop::collection::vec(pair, 1..4).prop_map(Value::from);
        let source = vec![("Values", texts()), ("IpAddressType", text())];
        fields(vec![
            ("Field", text()),
            ("Values", texts()),
            ("RegexValues", texts()),
            ("HttpHeaderConfig", fields(header).boxed()),
            ("HostHeaderConfig", fields(patterns()).boxed()),
            ("PathPatternConfig", fields(patterns()).boxed()),
            (
                "QueryStringConfig",
                fields(vec![("Values", pairs.boxed())]).boxed(),
            ),
            (
                "HttpRequestMethodConfig",
                fields(vec![("Values", texts())]).boxed(),
            ),
            ("SourceIpConfig", fields(source).boxed()),
        ])
    }

    proptest! {
        #[test]
        fn nothing_of_a_condition_is_lost_on_the_way_there_and_back(condition in conditions()) {
            let document = condition.as_object().unwrap();
            prop_assert_eq!(&described(&of(document)), document);
        }
    }

    #[test]
    fn a_condition_has_the_fields_of_the_api() {
        let condition = RuleCondition::builder()
            .field("query-string")
            .query_string_config(
                QueryStringConditionConfig::builder()
                    .values(QueryStringKeyValuePair::builder().value("v2").build())
                    .build(),
            )
            .build();
        let document = json!({
            "Field": "query-string",
            "QueryStringConfig": {"Values": [{"Value": "v2"}]},
        });
        assert_eq!(Value::Object(described(&condition)), document);
        assert_eq!(of(document.as_object().unwrap()), condition);
    }
}
