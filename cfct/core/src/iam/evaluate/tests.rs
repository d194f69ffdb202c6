use std::sync::Arc;

use super::{CompiledPolicy, Context, Decision, Level, Policies, Request, evaluate};
use crate::document::Document;
use crate::iam::Policy;
use crate::source::SourceFile;

const ROLE: &str = "arn:aws:iam::111122223333:role/team/App";
const SESSION: &str = "arn:aws:sts::111122223333:assumed-role/App/i-1";
const USER: &str = "arn:aws:iam::111122223333:user/Ada";
const VAULT: &str = "arn:aws:backup:eu-central-1:111122223333:backup-vault:main";
const KEY: &str = "arn:aws:kms:eu-central-1:111122223333:key/1";
const FOREIGN_VAULT: &str = "arn:aws:backup:eu-central-1:444455556666:backup-vault:main";

fn policy(name: &str, statements: &str) -> CompiledPolicy {
    let text = format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#);
    let reading = Document::read_json(&SourceFile::new(name, text));
    assert!(reading.findings.is_empty(), "{statements}");
    CompiledPolicy::compile(name, &Policy::read(reading.document.as_ref().unwrap()).unwrap())
}

fn level(name: &str, statements: &[&str]) -> Level {
    let policies = statements.iter().map(|statements| Arc::new(policy("p", statements))).collect();
    Level { name: name.into(), policies }
}

fn context(keys: &[(&str, &[&str])]) -> Context {
    let mut context = Context::default();
    for (key, values) in keys {
        context.set(key, values.iter().copied());
    }
    context
}

fn request(principal: &str, action: &str, resource: &str) -> Request {
    Request::new(principal.parse().unwrap(), action, resource, Context::default())
}

/// Whether an identity policy with this condition block allows a request with these keys.
fn holds(condition: &str, keys: &[(&str, &[&str])]) -> bool {
    let statement = format!(r#"{{"Effect":"Allow","Action":"*","Resource":"*","Condition":{condition}}}"#);
    let identity = [policy("i", &statement)];
    let request = Request::new(ROLE.parse().unwrap(), "backup:StartBackupJob", VAULT, context(keys));
    let policies = Policies { identity: &identity, ..Policies::default() };
    evaluate(&request, &policies).decision == Decision::Allowed
}

#[test]
fn operators_compare_as_iam_does() {
    let k = |value: &'static str| [("k:K", value)];
    for (condition, key, expected) in [
        (r#"{"StringEquals":{"k:k":["a","b"]}}"#, k("b"), true),
        (r#"{"StringEquals":{"k:k":"a*"}}"#, k("ab"), false),
        (r#"{"StringEquals":{"k:k":"${*}"}}"#, k("*"), true),
        (r#"{"StringNotEquals":{"k:k":["a","b"]}}"#, k("b"), false),
        (r#"{"StringNotEquals":{"k:k":["a","b"]}}"#, k("c"), true),
        (r#"{"StringEqualsIgnoreCase":{"k:k":"A"}}"#, k("a"), true),
        (r#"{"StringNotEqualsIgnoreCase":{"k:k":"A"}}"#, k("a"), false),
        (r#"{"StringLike":{"k:k":"a?c*"}}"#, k("abcd"), true),
        (r#"{"StringLike":{"k:k":"a${*}"}}"#, k("ab"), false),
        (r#"{"StringNotLike":{"k:k":"a*"}}"#, k("abcd"), false),
        (r#"{"ArnLike":{"k:k":"arn:*:iam::*:role/*"}}"#, k("arn:aws:iam::111122223333:role/x"), true),
        (r#"{"ArnLike":{"k:k":"arn:*:role/*"}}"#, k("arn:aws:iam::111122223333:role/x"), false),
        (r#"{"ArnEquals":{"k:k":"arn:aws:iam::*:role/x"}}"#, k("arn:aws:iam::111122223333:role/x"), true),
        (r#"{"ArnNotLike":{"k:k":"arn:aws:iam::*:role/x"}}"#, k("arn:aws:iam::111122223333:role/x"), false),
        (r#"{"Bool":{"k:k":"true"}}"#, k("true"), true),
        (r#"{"Bool":{"k:k":true}}"#, k("false"), false),
        (r#"{"NumericLessThan":{"k:k":"30"}}"#, k("7"), true),
        (r#"{"NumericLessThanEquals":{"k:k":7}}"#, k("7.0"), true),
        (r#"{"NumericGreaterThan":{"k:k":"30"}}"#, k("7"), false),
        (r#"{"NumericNotEquals":{"k:k":"30"}}"#, k("30"), false),
        (r#"{"NumericEquals":{"k:k":"30"}}"#, k("thirty"), false),
        (r#"{"DateGreaterThan":{"k:k":"2026-01-01T00:00:00Z"}}"#, k("2026-01-01T01:00:00+02:00"), false),
        (r#"{"DateLessThan":{"k:k":"2026-01-01T00:00:00Z"}}"#, k("2025-12-31T23:59:59Z"), true),
        (r#"{"DateEquals":{"k:k":"1767225600"}}"#, k("2026-01-01"), true),
        (r#"{"IpAddress":{"k:k":["203.0.113.0/24"]}}"#, k("203.0.113.9"), true),
        (r#"{"IpAddress":{"k:k":"203.0.113.9"}}"#, k("203.0.113.8"), false),
        (r#"{"NotIpAddress":{"k:k":"203.0.113.0/24"}}"#, k("198.51.100.1"), true),
        (r#"{"IpAddress":{"k:k":"2001:db8::/32"}}"#, k("2001:db8::1"), true),
        (r#"{"IpAddress":{"k:k":"0.0.0.0/0"}}"#, k("198.51.100.1"), true),
        (r#"{"BinaryEquals":{"k:k":"QmFja3Vw"}}"#, k("QmFja3Vw"), true),
        (r#"{"Null":{"k:k":"false"}}"#, k("x"), true),
        (r#"{"Null":{"k:k":"true"}}"#, k("x"), false),
        (r#"{"StringAlike":{"k:k":"x"}}"#, k("x"), false),
    ] {
        let [(name, value)] = key;
        assert_eq!(holds(condition, &[(name, &[value])]), expected, "{condition} with {value}");
    }
}

#[test]
fn a_missing_key_fails_a_test_but_not_a_negated_or_lenient_one() {
    for (condition, expected) in [
        (r#"{"StringEquals":{"k:k":"a"}}"#, false),
        (r#"{"StringNotEquals":{"k:k":"a"}}"#, true),
        (r#"{"ArnNotLike":{"k:k":"arn:aws:iam::*:role/x"}}"#, true),
        (r#"{"StringEqualsIfExists":{"k:k":"a"}}"#, true),
        (r#"{"NumericLessThanIfExists":{"k:k":"1"}}"#, true),
        (r#"{"Bool":{"k:k":"false"}}"#, false),
        (r#"{"Null":{"k:k":"true"}}"#, true),
        (r#"{"Null":{"k:k":"false"}}"#, false),
        (r#"{"ForAllValues:StringEquals":{"k:k":"a"}}"#, true),
        (r#"{"ForAllValues:StringNotLike":{"k:k":"a"}}"#, true),
        (r#"{"ForAnyValue:StringEquals":{"k:k":"a"}}"#, false),
        (r#"{"ForAnyValue:StringNotEquals":{"k:k":"a"}}"#, false),
    ] {
        assert_eq!(holds(condition, &[]), expected, "{condition}");
        assert_eq!(holds(condition, &[("k:k", &[])]), expected, "{condition} with an empty set");
    }
}

/// iam-simulate takes the key for a failed test. "If the key is not present, evaluate the condition element as
/// true": reference_policies_elements_condition_operators.html, "…IfExists condition operators".
#[test]
fn if_exists_forgives_a_missing_key_of_for_any_value_too() {
    assert!(holds(r#"{"ForAnyValue:StringEqualsIfExists":{"k:k":"a"}}"#, &[]));
    assert!(holds(r#"{"ForAnyValue:StringNotEqualsIfExists":{"k:k":"a"}}"#, &[]));
}

/// iam-simulate compares with the four characters where an operator has no wildcards. "You can use these variables
/// in any string": reference_policies_variables.html, "Special characters".
#[test]
fn an_escaped_wildcard_is_the_character_itself() {
    for operator in ["StringEquals", "StringEqualsIgnoreCase", "StringLike"] {
        let condition = format!(r#"{{"{operator}":{{"k:k":"a${{*}}b"}}}}"#);
        assert!(holds(&condition, &[("k:k", &["a*b"])]), "{condition}");
        assert!(!holds(&condition, &[("k:k", &["axb"])]), "{condition}");
    }
    assert!(!holds(r#"{"StringNotEqualsIgnoreCase":{"k:k":"a${*}b"}}"#, &[("k:k", &["a*b"])]));
}

/// iam-simulate takes a tag with an empty value for one that is not there. A tag's value may be empty
/// (id_tags.html), and only a key "that doesn't exist" leaves a variable without a value:
/// reference_policies_variables.html, "Policy variables with no value".
#[test]
fn an_empty_value_is_a_value() {
    for (condition, expected) in [
        (r#"{"StringEquals":{"k:k":"${k:k}"}}"#, true),
        (r#"{"StringNotEquals":{"k:k":"${k:k}"}}"#, false),
        (r#"{"StringEquals":{"k:k":"${k:k, 'red'}"}}"#, true),
        (r#"{"StringEquals":{"k:k":"${k:none}"}}"#, false),
    ] {
        assert_eq!(holds(condition, &[("k:k", &[""])]), expected, "{condition}");
    }
}

/// iam-simulate has a `NotResource` with such a variable apply to nothing. A variable without a value is equal to
/// nothing and like nothing, so nothing is excepted: reference_policies_variables.html, "Policy variables with no
/// value".
#[test]
fn a_variable_without_a_value_names_nothing() {
    for (element, decision) in [("Resource", Decision::Allowed), ("NotResource", Decision::ExplicitDeny)] {
        let identity = [policy(
            "i",
            &format!(
                r#"{{"Effect":"Allow","Action":"*","Resource":"*"}},{{"Effect":"Deny","Action":"*","{element}":"arn:aws:backup:*:*:backup-vault:${{aws:PrincipalTag/none}}"}}"#
            ),
        )];
        let request = request(ROLE, "backup:DeleteBackupVault", VAULT);
        let policies = Policies { identity: &identity, ..Policies::default() };
        assert_eq!(evaluate(&request, &policies).decision, decision, "{element}");
    }
}

/// iam-simulate has such an ARN match nothing. "AWS completes the ARN with wildcard characters (*) for all missing
/// fields": reference_policies_elements_resource.html.
#[test]
fn an_arn_of_fewer_parts_goes_on_with_wildcards() {
    for (pattern, decision) in [
        ("arn:aws:backup", Decision::Allowed),
        ("arn:aws:backup:*", Decision::Allowed),
        ("arn:aws:kms", Decision::ImplicitDeny),
    ] {
        let identity = [policy("i", &format!(r#"{{"Effect":"Allow","Action":"*","Resource":"{pattern}"}}"#))];
        let request = request(ROLE, "backup:DeleteBackupVault", VAULT);
        let policies = Policies { identity: &identity, ..Policies::default() };
        assert_eq!(evaluate(&request, &policies).decision, decision, "{pattern}");
    }
}

/// An address of one version lies in no range of the other, so `NotIpAddress` holds of it.
#[test]
fn an_address_of_the_other_version_is_outside_of_a_range() {
    for (operator, range, expected) in [
        ("IpAddress", "2001:db8::/32", false),
        ("NotIpAddress", "2001:db8::/32", true),
        ("IpAddress", "::/0", false),
    ] {
        let condition = format!(r#"{{"{operator}":{{"aws:SourceIp":"{range}"}}}}"#);
        assert_eq!(holds(&condition, &[("aws:SourceIp", &["198.51.100.1"])]), expected, "{condition}");
    }
}

/// iam-simulate lets the boundary of a role alone where a resource policy admits everyone. Only what names the
/// session itself is not limited by it: access_policies_boundaries.html, "Resource-based policies".
#[test]
fn a_boundary_narrows_what_a_resource_policy_gives_to_everyone() {
    let boundary = policy("b", r#"{"Effect":"Allow","Action":"kms:*","Resource":"*"}"#);
    for (principal, decision) in [
        (r#""*""#.to_owned(), Decision::ImplicitDeny),
        (r#"{"AWS":"*"}"#.to_owned(), Decision::ImplicitDeny),
        (format!(r#"{{"AWS":"{SESSION}"}}"#), Decision::Allowed),
    ] {
        let allow = format!(r#"{{"Effect":"Allow","Principal":{principal},"Action":"*","Resource":"*"}}"#);
        let of_resource = policy("r", &allow);
        let policies =
            Policies { resource: Some(&of_resource), boundary: Some(&boundary), ..Policies::default() };
        let request = request(SESSION, "backup:DeleteBackupVault", VAULT);
        assert_eq!(evaluate(&request, &policies).decision, decision, "{principal}");
    }
}

/// iam-simulate has no address in 0.0.0.0/0, a range that holds every address of its version. Several
/// values of a negated operator are a NOR: reference_policies_condition-logic-multiple-context-keys-or-values.html.
#[test]
fn every_address_lies_in_the_range_of_all_addresses() {
    assert!(holds(r#"{"IpAddress":{"k:k":["203.0.113.0/24","0.0.0.0/0"]}}"#, &[("k:k", &["198.51.100.1"])]));
    for values in [r#""0.0.0.0/0""#, r#"["0.0.0.0/0","203.0.113.0/24"]"#, r#"["2001:db8::/32","0.0.0.0/0"]"#]
    {
        let condition = format!(r#"{{"NotIpAddress":{{"aws:SourceIp":{values}}}}}"#);
        assert!(!holds(&condition, &[("aws:SourceIp", &["198.51.100.1"])]), "{condition}");
    }
}

/// Settled with iam-simulate: a wildcard in a resource policy names the role, not the session.
#[test]
fn a_session_policy_narrows_what_a_resource_policy_gives_to_everyone() {
    let everyone = policy("r", r#"{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}"#);
    let session = [policy("s", r#"{"Effect":"Allow","Action":"kms:*","Resource":"*"}"#)];
    let policies = Policies { resource: Some(&everyone), session: &session, ..Policies::default() };
    let request = request(SESSION, "backup:DeleteBackupVault", VAULT);
    assert_eq!(evaluate(&request, &policies).decision, Decision::ImplicitDeny);
}

/// Settled with iam-simulate: orgs_manage_policies_rcps.html, "List of AWS services that support RCPs".
#[test]
fn resource_control_policies_do_not_reach_aws_backup() {
    let deny = [level("Root", &[r#"{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"}"#])];
    let full = r#"{"Effect":"Allow","Action":"*","Resource":"*"}"#;
    let identity = [policy("i", full)];
    let policies = Policies { resource_control: &deny, identity: &identity, ..Policies::default() };
    for (action, resource, decision) in
        [("backup:DeleteBackupVault", VAULT, Decision::Allowed), ("kms:Decrypt", KEY, Decision::ExplicitDeny)]
    {
        assert_eq!(evaluate(&request(ROLE, action, resource), &policies).decision, decision, "{action}");
    }
}

/// iam-simulate has every session policy narrow; access_policies.html, "Session policies": what a resource policy
/// gives to the session itself is added to them.
#[test]
fn a_session_policy_does_not_narrow_what_a_resource_policy_gives_to_the_session() {
    let allow =
        format!(r#"{{"Effect":"Allow","Principal":{{"AWS":"{SESSION}"}},"Action":"*","Resource":"*"}}"#);
    let of_resource = policy("r", &allow);
    let session = [policy("s", r#"{"Effect":"Allow","Action":"kms:*","Resource":"*"}"#)];
    let policies = Policies { resource: Some(&of_resource), session: &session, ..Policies::default() };
    let request = request(SESSION, "backup:DeleteBackupVault", VAULT);
    assert_eq!(evaluate(&request, &policies).decision, Decision::Allowed);
}

#[test]
fn set_operators_look_at_each_value() {
    for (condition, values, expected) in [
        (r#"{"ForAnyValue:StringLike":{"k:k":["a*"]}}"#, &["b", "ab"][..], true),
        (r#"{"ForAnyValue:StringLike":{"k:k":["a*"]}}"#, &["b"], false),
        (r#"{"ForAllValues:StringLike":{"k:k":["a*","b"]}}"#, &["b", "ab"], true),
        (r#"{"ForAllValues:StringLike":{"k:k":["a*"]}}"#, &["b", "ab"], false),
        (r#"{"ForAnyValue:StringNotLike":{"k:k":["a*"]}}"#, &["b", "ab"], true),
        (r#"{"ForAllValues:StringNotLike":{"k:k":["a*"]}}"#, &["b", "ab"], false),
        (r#"{"ForAllValues:StringEquals":{"k:k":["a"]}}"#, &[""], true),
    ] {
        assert_eq!(holds(condition, &[("k:k", values)]), expected, "{condition} with {values:?}");
    }
}

#[test]
fn policy_variables_stand_for_what_the_request_holds() {
    let keys: &[(&str, &[&str])] =
        &[("k:K", &["team/red"]), ("aws:PrincipalTag/team", &["red"]), ("k:wild", &["*"])];
    for (condition, expected) in [
        (r#"{"StringEquals":{"k:k":"team/${aws:principaltag/Team}"}}"#, true),
        (r#"{"StringEquals":{"k:k":"team/${aws:PrincipalTag/none}"}}"#, false),
        (r#"{"StringEquals":{"k:k":"team/${aws:PrincipalTag/none, 'red'}"}}"#, true),
        (r#"{"StringNotEquals":{"k:k":"team/${aws:PrincipalTag/team}"}}"#, false),
        (r#"{"StringLike":{"k:k":"team/${k:wild}"}}"#, false),
        (r#"{"StringLike":{"k:k":"*/${aws:PrincipalTag/team}"}}"#, true),
    ] {
        assert_eq!(holds(condition, keys), expected, "{condition}");
    }
}

#[test]
fn every_level_must_allow_and_any_may_deny() {
    const FULL: &str = r#"{"Effect":"Allow","Action":"*","Resource":"*"}"#;
    const KMS: &str = r#"{"Effect":"Allow","Action":"kms:*","Resource":"*"}"#;
    const DENY: &str = r#"{"Sid":"No","Effect":"Deny","Action":"backup:Delete*","Resource":"*"}"#;
    let identity = [policy("i", FULL)];
    for (levels, decision, by) in [
        (vec![level("Root", &[FULL]), level("Prod", &[FULL])], Decision::Allowed, "identity"),
        (vec![level("Root", &[FULL]), level("Prod", &[KMS])], Decision::ImplicitDeny, "Prod"),
        (vec![level("Root", &[FULL, DENY]), level("Prod", &[FULL])], Decision::ExplicitDeny, "Root"),
        (vec![level("Root", &[]), level("Prod", &[FULL])], Decision::ImplicitDeny, "Root"),
    ] {
        let request = request(ROLE, "backup:DeleteBackupVault", VAULT);
        let policies = Policies { service_control: &levels, identity: &identity, ..Policies::default() };
        let verdict = evaluate(&request, &policies);
        assert_eq!((verdict.decision, verdict.by[0].level), (decision, by));
    }
}

#[test]
fn an_account_adds_its_policies_up_and_two_accounts_must_agree() {
    let any = r#"{"Effect":"Allow","Action":"*","Resource":"*"}"#;
    let to = |principal: &str| {
        format!(r#"{{"Effect":"Allow","Principal":{principal},"Action":"*","Resource":"*"}}"#)
    };
    let account = to(r#"{"AWS":"arn:aws:iam::111122223333:root"}"#);
    let role = to(&format!(r#"{{"AWS":"{ROLE}"}}"#));
    let everyone = to(r#""*""#);
    for (principal, resource, identity, of_resource, decision) in [
        (ROLE, VAULT, Some(any), None, Decision::Allowed),
        (ROLE, VAULT, None, None, Decision::ImplicitDeny),
        (ROLE, VAULT, None, Some(&role), Decision::Allowed),
        (SESSION, VAULT, None, Some(&role), Decision::Allowed),
        (ROLE, VAULT, None, Some(&account), Decision::ImplicitDeny),
        (USER, VAULT, None, Some(&everyone), Decision::Allowed),
        (USER, VAULT, None, Some(&role), Decision::ImplicitDeny),
        (ROLE, FOREIGN_VAULT, Some(any), None, Decision::ImplicitDeny),
        (ROLE, FOREIGN_VAULT, None, Some(&role), Decision::ImplicitDeny),
        (ROLE, FOREIGN_VAULT, Some(any), Some(&account), Decision::Allowed),
        (SESSION, FOREIGN_VAULT, Some(any), Some(&role), Decision::Allowed),
        (ROLE, KEY, Some(any), None, Decision::ImplicitDeny),
        (ROLE, KEY, Some(any), Some(&account), Decision::Allowed),
        (ROLE, KEY, None, Some(&account), Decision::ImplicitDeny),
        (ROLE, KEY, None, Some(&role), Decision::Allowed),
    ] {
        let identity: Vec<CompiledPolicy> = identity.iter().map(|text| policy("i", text)).collect();
        let of_resource = of_resource.map(|text| policy("r", text));
        let action = if resource == KEY { "kms:Decrypt" } else { "backup:CopyIntoBackupVault" };
        let request = request(principal, action, resource);
        let policies =
            Policies { identity: &identity, resource: of_resource.as_ref(), ..Policies::default() };
        let verdict = evaluate(&request, &policies);
        assert_eq!(verdict.decision, decision, "{principal} on {resource} by {verdict:?}");
    }
}

#[test]
fn boundaries_and_session_policies_narrow_what_is_allowed() {
    let any = r#"{"Effect":"Allow","Action":"*","Resource":"*"}"#;
    let kms = r#"{"Effect":"Allow","Action":"kms:*","Resource":"*"}"#;
    let identity = [policy("i", any)];
    let session = [policy("s", kms)];
    let boundary = policy("b", kms);
    let request = request(ROLE, "backup:DeleteBackupVault", VAULT);
    let base = Policies { identity: &identity, ..Policies::default() };
    for (policies, level) in [
        (Policies { boundary: Some(&boundary), ..base }, "boundary"),
        (Policies { session: &session, ..base }, "session"),
    ] {
        let verdict = evaluate(&request, &policies);
        assert_eq!((verdict.decision, verdict.by[0].level), (Decision::ImplicitDeny, level));
    }
}

#[test]
fn elements_with_not_turn_the_match_round() {
    for (statement, expected) in [
        (r#"{"Effect":"Allow","NotAction":"kms:*","Resource":"*"}"#, Decision::Allowed),
        (r#"{"Effect":"Allow","NotAction":"Backup:delete*","Resource":"*"}"#, Decision::ImplicitDeny),
        (r#"{"Effect":"Allow","Action":"*","NotResource":"arn:aws:s3:::*"}"#, Decision::Allowed),
        (r#"{"Effect":"Allow","Action":"*","NotResource":"arn:aws:backup"}"#, Decision::ImplicitDeny),
        (r#"{"Effect":"Allow","Action":"BACKUP:*vault","Resource":"arn:aws:backup:*"}"#, Decision::Allowed),
        (
            r#"{"Effect":"Allow","Action":"backup:*","Resource":"*:${aws:PrincipalAccount}:backup-vault:main"}"#,
            Decision::Allowed,
        ),
        (
            r#"{"Effect":"Allow","Action":"backup:*","Resource":"*:${aws:username}:*"}"#,
            Decision::ImplicitDeny,
        ),
    ] {
        let identity = [policy("i", statement)];
        let request = request(ROLE, "backup:DeleteBackupVault", VAULT);
        let policies = Policies { identity: &identity, ..Policies::default() };
        assert_eq!(evaluate(&request, &policies).decision, expected, "{statement}");
    }
}

#[test]
fn a_session_has_the_arn_of_its_role_as_principal_arn() {
    for (principal, arn) in [
        (SESSION, "arn:aws:iam::111122223333:role/App"),
        (ROLE, ROLE),
        (USER, USER),
        (
            "arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_BackupBreakGlass_0123/ada",
            "arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_BackupBreakGlass_0123",
        ),
    ] {
        let request = request(principal, "backup:ListBackupVaults", "*");
        assert_eq!(request.context().single("aws:principalarn"), Some(arn));
    }
}

#[test]
fn who_comes_with_an_assertion_is_named_by_the_provider() {
    let trust = policy(
        "t",
        r#"{"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::111122223333:saml-provider/acme"},"Action":"sts:AssumeRoleWithSAML"}"#,
    );
    let policies = Policies { resource: Some(&trust), ..Policies::default() };
    for (principal, decision) in [
        ("arn:aws:iam::111122223333:saml-provider/acme", Decision::Allowed),
        ("arn:aws:iam::111122223333:saml-provider/other", Decision::ImplicitDeny),
        ("arn:aws:iam::444455556666:saml-provider/acme", Decision::ImplicitDeny),
        (ROLE, Decision::ImplicitDeny),
        ("*", Decision::ImplicitDeny),
    ] {
        let request = request(principal, "sts:AssumeRoleWithSAML", ROLE);
        assert_eq!(evaluate(&request, &policies).decision, decision, "{principal}");
    }
}

#[test]
fn the_trust_policy_decides_whether_a_session_is_tagged() {
    let all = [policy("i", r#"{"Effect":"Allow","Action":"*","Resource":"*"}"#)];
    let trust = policy(
        "t",
        r#"{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":["sts:AssumeRole","sts:TagSession"]}"#,
    );
    let policies = Policies { identity: &all, resource: Some(&trust), ..Policies::default() };
    for (action, decision) in [
        ("sts:AssumeRole", Decision::Allowed),
        ("sts:TagSession", Decision::Allowed),
        ("sts:SetSourceIdentity", Decision::ImplicitDeny),
    ] {
        assert_eq!(evaluate(&request(USER, action, ROLE), &policies).decision, decision, "{action}");
    }
}

#[test]
fn texts_that_name_nobody_are_refused() {
    for text in [
        "",
        "Ada",
        "arn:aws:iam::1:role/x",
        "arn:aws:iam::111122223333:group/x",
        "arn:aws:iam::111122223333:role/",
    ] {
        assert!(text.parse::<super::Principal>().is_err(), "{text:?}");
    }
    assert!("backup.amazonaws.com".parse::<super::Principal>().is_ok());
}
