//! How requests reach a service: load balancers, ports, Service Connect, Lattice.

use super::*;

#[test]
fn one_target_group() {
    check(
        &task(
            &json!({"portMappings": [{"containerPort": 9090, "protocol": "tcp"},
            {"containerPort": 80, "protocol": "tcp"}]}),
            &nothing(),
        ),
        &on_fargate(
            &json!({"healthCheckGracePeriodSeconds": 60, "loadBalancers": [
            {"targetGroupArn": GROUP, "containerName": "web", "containerPort": 80}]}),
        ),
        &[
            ("traffic/targetGroup", json!(GROUP)),
            ("runtime/ports", json!([80, 9090])),
            ("health/graceSeconds", json!(60)),
            ("overrides", Value::Null),
        ],
    );
}

#[test]
fn two_target_groups() {
    let other = format!("{GROUP}0");
    check(
        &task(&nothing(), &nothing()),
        &on_fargate(&json!({"loadBalancers": [
            {"targetGroupArn": GROUP, "containerName": "web", "containerPort": 80},
            {"targetGroupArn": other, "containerName": "web", "containerPort": 80}]})),
        &[
            ("traffic", Value::Null),
            (
                "overrides/service/loadBalancers/1/targetGroupArn",
                json!(other),
            ),
        ],
    );
}

#[test]
fn a_classic_load_balancer_and_one_of_a_sidecar() {
    check(
        &on_instances(
            &json!({"portMappings": [{"containerPort": 80, "hostPort": 8080}]}),
            &nothing(),
        ),
        &on_ec2(
            &json!({"roleArn": "arn:aws:iam::111122223333:role/ecsServiceRole",
            "loadBalancers": [{"loadBalancerName": "classic", "containerName": "web", "containerPort": 80}]}),
        ),
        &[(
            "overrides/service/loadBalancers/0/loadBalancerName",
            json!("classic"),
        )],
    );
    let proxy = json!({"name": "proxy", "image": "envoy:1", "essential": true,
        "portMappings": [{"containerPort": 8443}]});
    check(
        &beside(&nothing(), &[proxy], &nothing()),
        &on_fargate(&json!({"loadBalancers": [
            {"targetGroupArn": GROUP, "containerName": "proxy", "containerPort": 8443}]})),
        &[("runtime/container", json!("proxy"))],
    );
}

#[test]
fn service_connect() {
    check(
        &task(
            &json!({"portMappings": [{"name": "web", "containerPort": 80, "hostPort": 80,
                "protocol": "tcp", "appProtocol": "http"}]}),
            &nothing(),
        ),
        &on_fargate(
            &json!({"serviceConnectConfiguration": {"enabled": true, "namespace": "internal",
            "services": [{"portName": "web", "discoveryName": "web",
                "clientAliases": [{"port": 80, "dnsName": "web.internal"}]}],
            "logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-group": "/sc"}}}}),
        ),
        &[(
            "overrides/service/serviceConnectConfiguration/namespace",
            json!("internal"),
        )],
    );
}

#[test]
fn service_discovery_and_vpc_lattice() {
    check(
        &task(
            &json!({"portMappings": [{"name": "web", "containerPort": 80}]}),
            &nothing(),
        ),
        &on_fargate(&json!({
            "serviceRegistries": [{"registryArn": "arn:aws:servicediscovery:eu-west-1:111122223333:service/srv-1"}],
            "vpcLatticeConfigurations": [{"roleArn": "arn:aws:iam::111122223333:role/lattice",
                "targetGroupArn": "arn:aws:vpc-lattice:eu-west-1:111122223333:targetgroup/tg-1",
                "portName": "web"}]})),
        &[],
    );
}

#[test]
fn what_only_revisions_tell() {
    check(
        &task(
            &json!({"portMappings": [{"name": "web", "containerPort": 80}]}),
            &nothing(),
        ),
        &on_fargate(&json!({
            "monitoring": {"metricConfigurations": [{"resolutionSeconds": 60, "metricNames": ["CPU"]}]}})),
        &[(
            "overrides/service/monitoring/metricConfigurations/0/resolutionSeconds",
            json!(60),
        )],
    );
}

#[test]
fn several_ports_and_ranges() {
    check(
        &task(
            &json!({"portMappings": [{"containerPort": 8501, "protocol": "tcp"},
                {"containerPort": 8500, "protocol": "tcp"}, {"containerPort": 53, "protocol": "udp"},
                {"containerPort": 53, "protocol": "tcp"}, {"containerPortRange": "9000-9010"}]}),
            &nothing(),
        ),
        &on_fargate(&nothing()),
        &[("runtime/ports", json!([8501, 8500, 53]))],
    );
}

#[test]
fn app_mesh_and_fault_injection() {
    let envoy = json!({"name": "envoy", "image": "public.ecr.aws/appmesh/aws-appmesh-envoy:v1",
        "essential": true, "user": "1337"});
    check(
        &beside(
            &nothing(),
            &[envoy],
            &json!({"enableFaultInjection": true,
            "proxyConfiguration": {"type": "APPMESH", "containerName": "envoy", "properties": [
                {"name": "ProxyIngressPort", "value": "15000"}, {"name": "IgnoredUID", "value": "1337"}]}}),
        ),
        &on_fargate(&nothing()),
        &[],
    );
}
