//! Requests of a test's own to the services of its account.

use serde_json::{Value, json};

use super::{Stage, endpoint};

impl Stage {
    /// Makes a bucket in S3.
    pub(crate) fn make_bucket(&self, name: &str) {
        let url = format!("{}/{name}", endpoint());
        ureq::put(&url)
            .header("authorization", self.credential("s3"))
            .header("x-amz-content-sha256", "UNSIGNED-PAYLOAD")
            .send_empty()
            .unwrap();
    }

    /// Returns the weight of a target group in a rule, if it is there.
    pub(crate) fn weight(&self, rule: &str, group: &str) -> Option<u32> {
        let text = self.ask_elb(&[("Action", "DescribeRules"), ("RuleArns.member.1", rule)]);
        let mut members = text.split("<member>");
        let its = members.find(|member| member.contains(group) && member.contains("<Weight>"))?;
        let (_, rest) = its.split_once("<Weight>")?;
        rest.split_once('<')?.0.parse().ok()
    }

    /// Sends an ECS request of this test's own, again where a fault meets it.
    pub(crate) fn ask(&self, operation: &str, body: &Value) -> Value {
        let target = format!("AmazonEC2ContainerServiceV20141113.{operation}");
        self.ask_of("ecs", &target, body)
    }

    /// Sends such a request to any service that speaks JSON.
    pub(crate) fn ask_of(&self, service: &str, target: &str, body: &Value) -> Value {
        for _ in 0..10 {
            let answer = ureq::post(endpoint())
                .config()
                .http_status_as_error(false)
                .build()
                .header("authorization", self.credential(service))
                .header("content-type", "application/x-amz-json-1.1")
                .header("x-amz-target", target)
                .send(body.to_string());
            let Ok(answer) = answer else { continue };
            let is_failure = answer.status().is_server_error();
            let answer: Value = answer.into_body().read_json().unwrap();
            let code = answer["__type"].as_str().unwrap_or_default();
            if !is_failure && !code.contains("Throttling") {
                return answer;
            }
        }
        panic!("{target} {body} was never answered");
    }

    /// Sends such a request once, whatever the answer is.
    pub(crate) fn ask_of_once(&self, service: &str, target: &str, body: &Value) {
        let sent = ureq::post(endpoint())
            .config()
            .http_status_as_error(false)
            .build()
            .header("authorization", self.credential(service))
            .header("content-type", "application/x-amz-json-1.1")
            .header("x-amz-target", target)
            .send(body.to_string());
        sent.unwrap();
    }

    /// Sends a request to IAM.
    pub(crate) fn ask_iam(&self, parameters: &[(&str, &str)]) {
        self.ask_form("iam", "2010-05-08", parameters);
    }

    /// Sends a request to EC2, and returns its XML.
    pub(crate) fn ask_ec2(&self, parameters: &[(&str, &str)]) -> String {
        self.ask_form("ec2", "2016-11-15", parameters)
    }

    fn ask_form(&self, service: &str, version: &str, parameters: &[(&str, &str)]) -> String {
        let version = [("Version", version)];
        let answer = ureq::post(endpoint())
            .header("authorization", self.credential(service))
            .send_form(parameters.iter().chain(&version).copied())
            .unwrap();
        answer.into_body().read_to_string().unwrap()
    }

    /// Puts a parameter into the Parameter Store. LocalStack then tells `EventBridge`, which it may
    /// not have: what counts is that the parameter is there.
    pub(crate) fn put_parameter(&self, name: &str, value: &str, kind: &str) {
        let body = json!({"Name": name, "Value": value, "Type": kind, "Overwrite": true});
        ureq::post(endpoint())
            .config()
            .http_status_as_error(false)
            .build()
            .header("authorization", self.credential("ssm"))
            .header("content-type", "application/x-amz-json-1.1")
            .header("x-amz-target", "AmazonSSM.PutParameter")
            .send(body.to_string())
            .unwrap();
        let asked = json!({"Names": [name]});
        let told = self.ask_of("ssm", "AmazonSSM.GetParameters", &asked);
        assert_eq!(told["Parameters"][0]["Value"], value, "{told}");
    }

    /// Sends a request to `CloudWatch`.
    pub(crate) fn ask_cloudwatch(&self, parameters: &[(&str, &str)]) -> String {
        let version = [("Version", "2010-08-01")];
        let answer = ureq::post(endpoint())
            .header("authorization", self.credential("monitoring"))
            .send_form(parameters.iter().chain(&version).copied())
            .unwrap();
        answer.into_body().read_to_string().unwrap()
    }

    /// Sends a request to Elastic Load Balancing, and returns its XML.
    pub(crate) fn ask_elb(&self, parameters: &[(&str, &str)]) -> String {
        let version = [("Version", "2015-12-01")];
        let answer = ureq::post(endpoint())
            .header("authorization", self.credential("elasticloadbalancing"))
            .send_form(parameters.iter().chain(&version).copied())
            .unwrap();
        answer.into_body().read_to_string().unwrap()
    }

    /// Sends a request to `CloudWatch` Logs.
    pub(crate) fn ask_logs(&self, operation: &str, body: &Value) {
        ureq::post(endpoint())
            .header("authorization", self.credential("logs"))
            .header("content-type", "application/x-amz-json-1.1")
            .header("x-amz-target", format!("Logs_20140328.{operation}"))
            .send(body.to_string())
            .unwrap();
    }

    fn credential(&self, service: &str) -> String {
        format!(
            "AWS4-HMAC-SHA256 Credential={}/20260101/us-east-1/{service}/aws4_request, \
             SignedHeaders=host, Signature=0",
            self.account
        )
    }

    /// Returns how many revisions of the fraud scorer's task definition there are.
    pub(crate) fn revisions(&self) -> usize {
        self.revisions_of("fraud-scorer")
    }

    /// Returns how many revisions of a family there are.
    pub(crate) fn revisions_of(&self, family: &str) -> usize {
        let answer = self.ask("ListTaskDefinitions", &json!({"familyPrefix": family}));
        answer["taskDefinitionArns"].as_array().unwrap().len()
    }

    /// Returns how many deployments the fraud scorer has had in staging.
    pub(crate) fn deployments(&self) -> usize {
        self.deployments_of("fraud-scorer")
    }

    /// Returns how many deployments a service has had in staging: none, if there is no such.
    pub(crate) fn deployments_of(&self, service: &str) -> usize {
        let service = json!({"cluster": "ml-staging", "service": service});
        let answer = self.ask("ListServiceDeployments", &service);
        answer["serviceDeployments"].as_array().map_or(0, Vec::len)
    }
}
