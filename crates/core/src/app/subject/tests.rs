use super::*;

fn caller() -> Caller {
    Caller {
        account: "111122223333".into(),
        region: "eu-west-1".to_owned(),
        arn: "arn:aws:iam::111122223333:user/ops".to_owned(),
    }
}

fn service() -> ServiceId {
    ServiceId {
        cluster: ClusterName::new("ml"),
        name: ServiceName::new("m"),
        place: None,
    }
}

fn in_place(region: &str, account: &str) -> Subject {
    Subject::of_service(service(), Some((region.to_owned(), account.to_owned())))
}

/// Clears a subject, and returns what was said and why not.
fn cleared(subject: &Subject) -> (Vec<String>, Option<String>) {
    let mut told = Vec::new();
    let cleared = subject.clear(Ok(&caller()), &mut |line| told.push(line.to_owned()));
    let refused = cleared.err();
    assert!(
        refused
            .iter()
            .all(|refused| refused.exit_code().number() == 11)
    );
    (told, refused.and_then(|refused| refused.error))
}

#[test]
fn the_place_is_said_before_anything_is_refused() {
    let (told, refused) = cleared(&in_place("eu-west-1", "444455556666"));
    assert_eq!(
        told,
        ["account 111122223333, region eu-west-1, cluster ml, service m"]
    );
    assert!(refused.unwrap().contains("account 444455556666"));
    let (_, refused) = cleared(&in_place("us-east-1", "111122223333"));
    assert!(refused.unwrap().contains("region us-east-1"));
    let (_, refused) = cleared(&in_place("eu-west-1", "111122223333"));
    assert_eq!(refused, None);
}

#[test]
fn a_default_that_led_there_is_said_aloud() {
    let text = "kind: ModelRelease\nmodel: { name: m }\n\
                service: { cluster: \"${ENV:-prod}\", name: \"m-${ENV:-prod}\" }\n";
    let subject = super::super::testing::subject_alone(text);
    let (told, _) = cleared(&subject);
    assert_eq!(told.len(), 2, "{told:?}");
    assert_eq!(
        told[1],
        "variable ENV is not set: its default `prod` is used"
    );
}

#[test]
fn without_an_answer_to_who_calls_that_is_said() {
    let subject = Subject::of_service(service(), None);
    let mut told = Vec::new();
    let error = CloudError::unreadable("GetCallerIdentity", "nothing");
    let cleared = subject.clear(Err(&error), &mut |line| told.push(line.to_owned()));
    assert!(cleared.is_ok());
    assert!(told[0].contains("the account was not checked"), "{told:?}");
    let guarded = in_place("eu-west-1", "111122223333");
    let refused = guarded.clear(Err(&error), &mut |_| {}).err().unwrap();
    assert_eq!(refused.exit_code().number(), 21);
    assert!(refused.hint.unwrap().contains("--service ml/m"));
}
