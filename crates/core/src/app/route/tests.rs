//! Who is asked for which service, over every combination of what is said and what there is.

use proptest::prelude::*;

use super::*;
use crate::app::ended_by;
use crate::cloud::ErrorKind;
use crate::release::ids::Account;

fn login(profile: &str, account: Option<&str>) -> Login {
    let refused = || CloudError::no_answer("GetCallerIdentity", ErrorKind::Credentials);
    let caller = account.map(|account| Caller {
        account: Account::from(account),
        region: "eu-west-1".to_owned(),
        arn: "arn".to_owned(),
    });
    Login {
        profile: Some(profile.to_owned()),
        caller: Some(caller.ok_or_else(refused)),
    }
}

fn no_region() -> CloudError {
    CloudError {
        kind: ErrorKind::Credentials,
        ..CloudError::elsewhere("no region is set".to_owned(), "set one".to_owned())
    }
}

fn choices(flag: Option<&str>, default: Option<&str>, logins: Vec<Login>) -> Choices {
    Choices {
        region: flag.map(str::to_owned),
        default_regions: vec![
            flag.or(default).map(str::to_owned).ok_or_else(no_region);
            logins.len()
        ],
        logins,
    }
}

fn wanted(account: Option<&str>, region: Option<&str>) -> Destination {
    Destination {
        account: account.map(str::to_owned),
        region: region.map(str::to_owned),
    }
}

#[track_caller]
fn check(choices: &Choices, wanted: &Destination, expected: Result<(usize, &str), (u8, &str)>) {
    let found = choices.route(wanted).map_err(|error| {
        let code = ended_by(&error).exit_code().number();
        (code, error.to_string())
    });
    let expected = expected.map(|(login, region)| Route {
        login,
        region: region.to_owned(),
    });
    match (found, expected) {
        (Ok(found), Ok(expected)) => assert_eq!(found, expected),
        (Err((code, words)), Err((expected, part))) => {
            assert_eq!(code, expected, "{words}");
            assert!(words.contains(part), "{words}");
        }
        (found, expected) => panic!("{found:?}, not {expected:?}"),
    }
}

#[test]
fn the_region_that_is_said_goes_before_that_of_the_settings() {
    let one = choices(None, Some("eu-west-1"), vec![login("ops", None)]);
    check(&one, &wanted(None, None), Ok((0, "eu-west-1")));
    check(&one, &wanted(None, Some("us-east-1")), Ok((0, "us-east-1")));
    let none = choices(None, None, vec![login("ops", None)]);
    check(
        &none,
        &wanted(None, Some("us-east-1")),
        Ok((0, "us-east-1")),
    );
    check(&none, &wanted(None, None), Err((20, "no region is set")));
}

#[test]
fn a_flag_for_another_region_is_refused_with_both() {
    let flag = choices(Some("eu-west-1"), None, vec![login("ops", None)]);
    check(
        &flag,
        &wanted(None, Some("eu-west-1")),
        Ok((0, "eu-west-1")),
    );
    let both = "it is for region us-east-1, and --region says eu-west-1";
    check(&flag, &wanted(None, Some("us-east-1")), Err((11, both)));
}

#[test]
fn the_account_chooses_among_profiles() {
    let logins = vec![login("prod", Some("1")), login("dev", Some("2"))];
    let two = choices(None, Some("eu-west-1"), logins);
    check(&two, &wanted(Some("1"), None), Ok((0, "eu-west-1")));
    check(&two, &wanted(Some("2"), Some("x")), Ok((1, "x")));
    let profiles = "prod (1), dev (2)";
    check(&two, &wanted(None, None), Err((11, profiles)));
    check(&two, &wanted(Some("3"), None), Err((11, profiles)));
}

#[test]
fn a_profile_without_credentials_stands_in_the_way_of_those_alone_that_no_other_has() {
    let logins = vec![login("prod", None), login("dev", Some("2"))];
    let two = choices(None, Some("eu-west-1"), logins);
    check(&two, &wanted(Some("2"), None), Ok((1, "eu-west-1")));
    check(
        &two,
        &wanted(Some("1"), None),
        Err((20, "the profile prod")),
    );
}

#[test]
fn profiles_of_one_account_are_told_by_their_names() {
    let logins = ["a", "b", "c"].map(|name| login(name, Some(if name == "b" { "2" } else { "1" })));
    let doubled = choices(None, None, logins.to_vec()).doubled();
    let expected = "the profiles a and c are both of account 1";
    assert_eq!(doubled.as_deref(), Some(expected));
    let apart = choices(None, None, logins[..2].to_vec());
    assert_eq!(apart.doubled(), None);
}

fn account() -> impl Strategy<Value = Option<&'static str>> {
    prop::option::of(prop::sample::select(vec!["1", "2", "3"]))
}

fn region() -> impl Strategy<Value = Option<&'static str>> {
    prop::option::of(prop::sample::select(vec!["eu-west-1", "us-east-1"]))
}

proptest! {
    /// Nobody is ever asked in another account or region than was said.
    #[test]
    fn each_gets_its_own_account_and_region_or_a_refusal(
        accounts in prop::collection::vec(account(), 1..4),
        flag in region(),
        default in region(),
        said in (account(), region()),
    ) {
        let names = ["a", "b", "c", "d"];
        let logins = accounts.iter().zip(names).map(|(account, name)| login(name, *account));
        let choices = choices(flag, default, logins.collect());
        let (own_account, own_region) = said;
        match choices.route(&wanted(own_account, own_region)) {
            Ok(route) => {
                prop_assert_eq!(Some(&*route.region), own_region.or(flag).or(default));
                prop_assert!(flag.is_none_or(|flag| flag == route.region));
                if accounts.len() > 1 {
                    prop_assert!(own_account.is_some());
                    prop_assert_eq!(accounts[route.login], own_account);
                }
            }
            Err(error) => {
                let contradicts = flag.is_some() && own_region.is_some() && flag != own_region;
                let has_none = own_region.or(flag).or(default).is_none();
                let is_nobodys = own_account.is_none() || !accounts.contains(&own_account);
                let is_lost = accounts.len() > 1 && is_nobodys;
                prop_assert!(contradicts || has_none || is_lost, "{}", error);
                prop_assert!(error.hint.is_some() || error.kind == ErrorKind::Credentials);
            }
        }
    }
}

#[test]
fn without_a_service_every_profile_is_a_way_of_its_own() {
    let logins = vec![login("prod", Some("1")), login("staging", None)];
    let everywhere = choices(None, Some("eu-west-1"), logins).everywhere();
    assert_eq!(everywhere[0].as_ref().unwrap().login, 0);
    let refused = everywhere[1].as_ref().unwrap_err().to_string();
    assert!(refused.contains("the profile staging: "), "{refused}");
    let unset = choices(None, None, vec![login("prod", Some("1"))]).everywhere();
    assert!(unset[0].is_err());
}
