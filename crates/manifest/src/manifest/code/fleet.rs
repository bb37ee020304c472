//! Codes of what the manifests of one run say of each other.

super::codes! { "Runs over several manifests":
    SERVICE_TWICE "service-twice"
        "Two manifests are for one service, so that the last one would win."
        "Deploy one of them, or give one another service or overlay.";
    TRAFFIC_TWICE "traffic-twice"
        "ECS is to move the traffic of two services by one rule, or between the same target groups: each would take the other's requests."
        "Give each service a rule and two target groups of its own, or deploy one of them alone.";
    BAD_DEPENDENCY "bad-dependency"
        "`service.dependsOn` lists what can be no service."
        "Write the service's name, `CLUSTER/NAME` for one of another cluster, or \
         `REGION:CLUSTER/NAME` for one of another region.";
    AMBIGUOUS_DEPENDENCY "ambiguous-dependency"
        "`service.dependsOn` names a service that several regions or accounts of this run have."
        "Write `REGION:CLUSTER/NAME`.";
    DEPENDS_ON_ITSELF "depends-on-itself"
        "A service depends on itself, so that it would never begin."
        "Remove it from `service.dependsOn`.";
    SERVICE_CYCLE "service-cycle"
        "Services depend on each other in a circle, so that none of them would ever begin."
        "Remove one of the dependencies that the message names.";
    DEPENDS_ON_LATER_WAVE "depends-on-later-wave"
        "A service depends on one of a later wave, which waits for the service itself."
        "Put both into one wave, or the other into an earlier one.";
    DEPENDENCY_NOT_IN_RUN "dependency-not-in-run"
        "A service depends on one that no manifest of this run is for. It is taken as met."
        "Nothing, if it was released before. Otherwise deploy both in one run.";
}
