//! What EC2 and IAM answer, in the shapes of their service models, and what is read from it.

use super::super::testing::Recorded;
use mlship_core::cloud::Preconditions;
use mlship_core::cloud::preconditions::{
    Decision, EndpointKind, Fact, Question, RuleSource, Transport, Verdict,
};

async fn ask(recorded: &Recorded, question: Question) -> Fact {
    recorded.cloud().look(&question).await.unwrap()
}

#[tokio::test]
async fn a_route_is_by_what_its_own_member_names_and_is_gone_with_it() {
    let body = "<DescribeRouteTablesResponse><routeTableSet><item>\
        <routeTableId>rtb-1</routeTableId><associationSet><item><main>true</main></item>\
        <item><subnetId>subnet-a</subnetId><main>false</main></item></associationSet><routeSet>\
        <item><destinationCidrBlock>10.0.0.0/16</destinationCidrBlock>\
        <gatewayId>local</gatewayId><state>active</state></item>\
        <item><destinationCidrBlock>0.0.0.0/0</destinationCidrBlock>\
        <natGatewayId>nat-1</natGatewayId><state>blackhole</state></item>\
        </routeSet></item></routeTableSet></DescribeRouteTablesResponse>";
    let recorded = Recorded::default().answer("DescribeRouteTables", 200, body);
    let found = ask(&recorded, Question::RouteTables("vpc-1".to_owned())).await;
    let Fact::RouteTables(tables) = found else {
        panic!("{found:?}");
    };
    assert!(tables[0].is_main && tables[0].subnets == ["subnet-a"]);
    let routes: Vec<_> = tables[0]
        .routes
        .iter()
        .map(|route| (&*route.by, route.is_active))
        .collect();
    assert_eq!(routes, [("local", true), ("nat-1", false)]);
    let asked = recorded.asked().concat();
    assert!(
        asked.contains("Filter.1.Name=vpc-id\nFilter.1.Value.1=vpc-1"),
        "{asked}"
    );
    assert!(asked.contains("Version=2016-11-15"), "{asked}");
}

#[tokio::test]
async fn rules_and_endpoints_say_for_whom_they_are() {
    let body = "<DescribeSecurityGroupsResponse><securityGroupInfo><item><groupId>sg-1</groupId>\
        <vpcId>vpc-1</vpcId><ipPermissions><item><ipProtocol>tcp</ipProtocol>\
        <fromPort>8080</fromPort><toPort>8081</toPort><groups><item><groupId>sg-lb</groupId></item>\
        </groups></item></ipPermissions><ipPermissionsEgress><item><ipProtocol>-1</ipProtocol>\
        <ipRanges><item><cidrIp>0.0.0.0/0</cidrIp></item></ipRanges></item></ipPermissionsEgress>\
        </item></securityGroupInfo></DescribeSecurityGroupsResponse>";
    let recorded = Recorded::default().answer("DescribeSecurityGroups", 200, body);
    let found = ask(&recorded, Question::SecurityGroups(vec!["sg-1".to_owned()])).await;
    let Fact::SecurityGroups(groups) = found else {
        panic!("{found:?}");
    };
    let ingress = &groups[0].ingress[0];
    assert_eq!(ingress.ports, Some((8080, 8081)));
    assert_eq!(ingress.sources, [RuleSource::Group("sg-lb".to_owned())]);
    let egress = &groups[0].egress[0];
    assert_eq!((egress.transport, egress.ports), (Transport::Any, None));

    let body = "<DescribeVpcEndpointsResponse><vpcEndpointSet><item>\
        <serviceName>com.amazonaws.eu-west-1.s3</serviceName><state>available</state>\
        <routeTableIdSet><item>rtb-1</item></routeTableIdSet></item>\
        <item><vpcEndpointType>Interface</vpcEndpointType><state>pending</state>\
        <serviceName>com.amazonaws.eu-west-1.ecr.api</serviceName>\
        <privateDnsEnabled>true</privateDnsEnabled>\
        <groupSet><item><groupId>sg-2</groupId></item></groupSet></item>\
        </vpcEndpointSet></DescribeVpcEndpointsResponse>";
    let recorded = Recorded::default().answer("DescribeVpcEndpoints", 200, body);
    let found = ask(&recorded, Question::Endpoints("vpc-1".to_owned())).await;
    let Fact::Endpoints(endpoints) = found else {
        panic!("{found:?}");
    };
    assert_eq!(
        endpoints[0].kind,
        EndpointKind::Gateway(vec!["rtb-1".to_owned()])
    );
    assert!(endpoints[0].is_available && !endpoints[1].is_available);
    let interface = EndpointKind::Interface {
        private_dns: true,
        groups: vec!["sg-2".to_owned()],
    };
    assert_eq!(endpoints[1].kind, interface);
}

#[tokio::test]
async fn a_trust_policy_comes_encoded_and_a_role_of_another_path_is_another() {
    let body = |arn: &str| {
        format!(
            "<GetRoleResponse><GetRoleResult><Role><Arn>{arn}</Arn><AssumeRolePolicyDocument>\
             %7B%22Statement%22%3A%5B%5D%7D</AssumeRolePolicyDocument></Role></GetRoleResult>\
             </GetRoleResponse>"
        )
    };
    let arn = "arn:aws:iam::111122223333:role/team/execution";
    let question = Question::Role(arn.to_owned());
    let recorded = Recorded::default().answer("GetRole", 200, &body(arn));
    let policy = serde_json::json!({"Statement": []});
    assert_eq!(
        ask(&recorded, question.clone()).await,
        Fact::Role(Some(policy))
    );
    assert!(recorded.asked()[0].contains("RoleName=execution"));
    let other = body("arn:aws:iam::111122223333:role/execution");
    let recorded = Recorded::default().answer("GetRole", 200, &other);
    assert_eq!(ask(&recorded, question.clone()).await, Fact::Role(None));
    let gone = "<ErrorResponse><Error><Code>NoSuchEntity</Code><Message>m</Message></Error>\
                </ErrorResponse>";
    let recorded = Recorded::default().answer("GetRole", 404, gone);
    assert_eq!(ask(&recorded, question.clone()).await, Fact::Role(None));
    let denied = "<ErrorResponse><Error><Code>AccessDenied</Code><Message>User: a is not \
        authorized to perform: iam:GetRole</Message></Error></ErrorResponse>";
    let recorded = Recorded::default().answer("GetRole", 403, denied);
    let error = recorded.cloud().look(&question).await.unwrap_err();
    assert_eq!(error.kind, mlship_core::cloud::ErrorKind::Denied);
}

#[tokio::test]
async fn ec2_refuses_in_words_of_its_own() {
    let denied = "<Response><Errors><Error><Code>UnauthorizedOperation</Code><Message>You are not \
        authorized</Message></Error></Errors><RequestID>1</RequestID></Response>";
    let recorded = Recorded::default().answer("DescribeSubnets", 403, denied);
    let question = Question::Subnets(vec!["subnet-a".to_owned()]);
    let error = recorded.cloud().look(&question).await.unwrap_err();
    assert_eq!(error.kind, mlship_core::cloud::ErrorKind::Denied);
    assert_eq!(error.operation, "DescribeSubnets");
}

#[tokio::test]
async fn a_decision_is_told_for_each_resource() {
    let body = "<SimulatePrincipalPolicyResponse><SimulatePrincipalPolicyResult>\
        <EvaluationResults><member><EvalActionName>s3:GetObject</EvalActionName>\
        <EvalResourceName>*</EvalResourceName><EvalDecision>explicitDeny</EvalDecision>\
        <ResourceSpecificResults><member><EvalResourceName>a</EvalResourceName>\
        <EvalResourceDecision>allowed</EvalResourceDecision></member><member>\
        <EvalResourceName>b</EvalResourceName><EvalResourceDecision>implicitDeny\
        </EvalResourceDecision><MissingContextValues><member>aws:SourceVpc</member>\
        </MissingContextValues></member></ResourceSpecificResults></member></EvaluationResults>\
        <IsTruncated>false</IsTruncated></SimulatePrincipalPolicyResult>\
        </SimulatePrincipalPolicyResponse>";
    let recorded = Recorded::default().answer("SimulatePrincipalPolicy", 200, body);
    let question = Question::Permissions {
        role: "arn:aws:iam::111122223333:role/task".to_owned(),
        actions: vec!["s3:GetObject".to_owned()],
        resources: vec!["a".to_owned(), "b".to_owned()],
    };
    let of = |resource: &str, verdict, keys: &[&str]| Decision {
        action: "s3:GetObject".to_owned(),
        resource: resource.to_owned(),
        verdict,
        missing_keys: keys.iter().map(|key| (*key).to_owned()).collect(),
    };
    let expected = vec![
        of("a", Verdict::Allowed, &[]),
        of("b", Verdict::ImplicitDeny, &["aws:SourceVpc"]),
    ];
    assert_eq!(ask(&recorded, question).await, Fact::Permissions(expected));
    let asked = recorded.asked().concat();
    assert!(asked.contains("ResourceArns.member.2=b"), "{asked}");
}

#[tokio::test]
async fn an_archived_image_can_not_be_pulled() {
    let image = mlship_core::release::EcrImage::parse(
        "111122223333.dkr.ecr.eu-west-1.amazonaws.com/fraud:8",
    );
    let question = Question::Image(image.unwrap());
    for (status, expected) in [
        ("ACTIVE", "There"),
        ("ARCHIVED", "Archived"),
        ("ACTIVATING", "Archived"),
    ] {
        let body = format!(
            r#"{{"imageDetails": [{{"imageDigest": "sha256:1", "imageStatus": "{status}"}}]}}"#
        );
        let recorded = Recorded::default().answer("DescribeImages", 200, &body);
        let found = format!("{:?}", ask(&recorded, question.clone()).await);
        assert_eq!(found, format!("Image({expected})"));
    }
    let gone = r#"{"__type": "ImageNotFoundException", "message": "gone"}"#;
    for (prefix, expected) in [
        ("other", "Absent"),
        ("fraud", "Absent"),
        ("ROOT", "PullThrough"),
    ] {
        let rules =
            format!(r#"{{"pullThroughCacheRules": [{{"ecrRepositoryPrefix": "{prefix}"}}]}}"#);
        let recorded = Recorded::default()
            .answer("DescribeImages", 400, gone)
            .answer("DescribePullThroughCacheRules", 200, &rules);
        let found = format!("{:?}", ask(&recorded, question.clone()).await);
        assert_eq!(found, format!("Image({expected})"));
    }
}
