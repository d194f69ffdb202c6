//! Failures that are known: how to tell them, what they mean, what to do.
//!
//! The cases are public threads of CfCT and its neighbours; a pattern has words that the service or CfCT itself
//! writes.

use std::sync::LazyLock;

use regex_lite::Regex;
use serde::Serialize;

/// A failure that is known.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Signature {
    /// Its name.
    pub id: &'static str,
    /// What its text matches: a regular expression, whatever the case of its letters.
    #[serde(skip)]
    pub pattern: &'static str,
    /// What it means.
    pub means: &'static str,
    /// What to do, most helpful first.
    pub advice: &'static [&'static str],
    /// The findings of `check` that tell of it before the push.
    pub findings: &'static [&'static str],
    /// Public threads about it.
    pub threads: &'static [&'static str],
}

/// The known failures; of several that match one text, the first counts.
pub const SIGNATURES: &[Signature] = &[
    Signature {
        id: "execution-role-missing",
        pattern: r"should have '[^']+' role with trust relationship|unable to assume the AWSControlTowerExecution|stack set administration role.*cannot assume",
        means: "CloudFormation cannot get into the account: the execution role is not there, or does not trust the \
                management account. Control Tower makes it in accounts that it enrols, and not in the management \
                account.",
        advice: &[
            "enrol the account in Control Tower, or repair its enrolment",
            "for the management account, create the role AWSControlTowerExecution there, trusting that account",
            "for a suspended account, take its instances out of the stack set",
        ],
        findings: &["account-unenrolled", "targets-management-account"],
        threads: &["CfCT #48", "CfCT #167"],
    },
    Signature {
        id: "account-suspended",
        pattern: r"account[^.]{0,40}(is|has been) (suspended|closed)|AccountSuspended|account.{0,20} is not active",
        means: "An account that is suspended still has instances, and every operation on them fails.",
        advice: &[
            "delete its instances with the stacks retained, then run the pipeline again",
            "take the account out of the manifest before it is closed",
        ],
        findings: &["account-inactive"],
        threads: &["CfCT #48", "CfCT #114", "AFT #289"],
    },
    Signature {
        id: "history-limit",
        pattern: r"reached the maximum number of history events",
        means: "The state machine went round until Step Functions ended it at 25,000 events: the accounts and Regions \
                of the stack set never come to be what the manifest asks for.",
        advice: &[
            "see `cfct plan --steps` for the order of pushes that gets there",
            "look for suspended accounts among the instances",
        ],
        findings: &["account-inactive"],
        threads: &["CfCT #48"],
    },
    Signature {
        id: "no-instances",
        pattern: r"IndexError: list index out of range",
        means: "CfCT reads the Regions of the first deployed account, and there is none: the stack set exists without \
                instances, and every run fails at it.",
        advice: &[
            "delete the empty stack set; CfCT creates it anew with its instances",
            "or create one of the instances by hand, then run the pipeline again",
        ],
        findings: &["targets-no-account"],
        threads: &["CfCT #192", "CfCT #220"],
    },
    Signature {
        id: "operation-in-progress",
        pattern: r"OperationInProgressException|another operation.{0,40}in progress",
        means: "Another operation was at work on the same stack set.",
        advice: &["wait until it is over, then run the pipeline again", "keep two runs from overlapping"],
        findings: &[],
        threads: &["CfCT #75"],
    },
    Signature {
        id: "explicit-deny",
        pattern: r"explicit deny in a (service|resource) control policy",
        means: "A policy of the organization denies what the role does that deploys.",
        advice: &[
            "except the execution role in the policy: a condition on aws:PrincipalArn",
            "see `cfct guardrails explain` for the statement",
        ],
        findings: &[],
        threads: &["LZA #1076"],
    },
    Signature {
        id: "ssm-parameter-missing",
        pattern: r"ParameterNotFound|(AccessDenied|not authorized to perform).{0,300}ssm:GetParameter",
        means: "A parameter that the manifest reads with $[alfred_ssm_…] is not in Parameter Store of the management \
                account's home Region. CfCT tells it as an access that is denied.",
        advice: &[
            "create the parameter, or correct its name in the manifest",
            "where another resource exports it, put that one first",
        ],
        findings: &["ssm-read-before-export", "ssm-read-external"],
        threads: &["CfCT #208", "CfCT #108", "CfCT #68"],
    },
    Signature {
        id: "policy-too-large",
        pattern: r"(policy|policies).{0,80}(maximum|exceeds?|exceeded).{0,40}(size|length|characters)|POLICY_CONTENT_LIMIT|maximum policy size",
        means: "The policy is larger than Organizations takes. CfCT sends each line break as two characters.",
        advice: &["package with `cfct package`, which sends it minified", "split the policy"],
        findings: &["policy-too-large"],
        threads: &["CfCT #75", "CfCT #133"],
    },
    Signature {
        id: "policy-slots",
        pattern: r"MAX_POLICY_TYPE_ATTACHMENT|maximum number of policies (attached|to)|PolicyAttachmentLimit",
        means: "The target has as many policies of this type as there may be, those of Control Tower included.",
        advice: &[
            "merge policies, or attach one of them higher up",
            "see the slots that are left in `cfct plan`",
        ],
        findings: &[],
        threads: &["LZA #889"],
    },
    Signature {
        id: "policy-malformed",
        pattern: r"MalformedPolicyDocument|policy document.{0,40}(invalid|malformed)|JSONDecodeError",
        means: "The policy, or another JSON file, is none. Nothing looks at policies before the stage that sends them.",
        advice: &["run `cfct check`: it names the line"],
        findings: &["json-syntax", "json-comment", "policy-empty", "policy-wrong-value"],
        threads: &["CfCT #104"],
    },
    Signature {
        id: "unit-unknown",
        pattern: r"OrganizationalUnitNotFound|(OU|organizational unit).{0,60}(not found|does not exist|could not be found)",
        means: "An organizational unit of the manifest is not there. Names have to match to the letter, and units \
                inside others are written with colons.",
        advice: &["run `cfct check --organization`: it names the line and the nearest unit"],
        findings: &["ou-unknown", "ou-wrong-case", "ou-leaf-name"],
        threads: &["CfCT #126", "CfCT #54"],
    },
    Signature {
        id: "manifest-schema",
        pattern: r"SchemaError|pykwalify|Invalid schema version|Cannot find required key|Key '[^']+' was not defined",
        means: "CfCT's schema rejects the manifest. That it then prints a success means nothing.",
        advice: &["run `cfct check`: it names the line and the key"],
        findings: &[
            "manifest-version",
            "manifest-body-mismatch",
            "manifest-missing-key",
            "manifest-unknown-key",
        ],
        threads: &["CfCT #58", "CfCT #104"],
    },
    Signature {
        id: "manifest-yaml",
        pattern: r"yaml\.(scanner|parser|composer|constructor)\.|while (scanning|parsing) a|mapping values are not allowed here",
        means: "PyYAML cannot read the manifest or a template.",
        advice: &["run `cfct check`: it names the line"],
        findings: &["yaml-syntax", "yaml-tab"],
        threads: &["CfCT #59"],
    },
    Signature {
        id: "template-invalid",
        pattern: r"ValidationError.{0,60}ValidateTemplate|Template (format|validation) error|when calling the ValidateTemplate",
        means: "CloudFormation does not take a template. CfCT validates each file under templates/, also those that \
                nothing uses.",
        advice: &["run `cfct check`, and cfn-lint on the template"],
        findings: &["template-malformed", "template-unused", "template-not-cloudformation"],
        threads: &["CfCT #149"],
    },
    Signature {
        id: "cfn-nag",
        pattern: r"\| FAIL\b|Failures count: [1-9]",
        means: "cfn_nag found something in a template, which ends the build.",
        advice: &[
            "correct the resource",
            "or say why it is right, in its Metadata: cfn_nag: rules_to_suppress: [{id: W12, reason: …}]",
        ],
        findings: &[],
        threads: &["CfCT #30", "CfCT #55"],
    },
    Signature {
        id: "file-missing",
        pattern: r"No such file or directory|file.{0,80}(not found|does not exist)",
        means: "A file that the manifest names is not in the package, or CfCT's line-by-line search misreads its path.",
        advice: &["run `cfct check`: it names the line and the nearest file"],
        findings: &["file-missing", "file-path-misread"],
        threads: &["CfCT #149", "AFT #43"],
    },
    Signature {
        id: "toolchain",
        pattern: r"EXPKEYSIG|GPG error|cython_sources|Error installing cfn-nag|Unable to resolve dependenc|requires Ruby version|gem install.{0,80}(error|fail)|subprocess-exited-with-error|No matching distribution found",
        means: "What CfCT installs at the beginning of each build does not install any more. It is not your change.",
        advice: &["run the pipeline again in case a mirror was down", "update CfCT to its latest version"],
        findings: &[],
        threads: &["CfCT #214", "CfCT #144", "CfCT #183"],
    },
    Signature {
        id: "build-queue",
        pattern: r"AccountLimitExceeded|Cannot have more than \d+ (active )?builds in queue",
        means: "The account may not run this many builds, as new accounts may not.",
        advice: &["run the pipeline again", "ask for a higher quota of concurrent builds in CodeBuild"],
        findings: &[],
        threads: &["AFT #50"],
    },
    Signature {
        id: "build-timeout",
        pattern: r"BUILD_TIMED_OUT|Build has timed out|TIMED_OUT",
        means: "The stage took longer than CodeBuild lets it: 60 minutes for the build, 8 hours for stack sets. What \
                CloudFormation had begun goes on.",
        advice: &[
            "see what takes its time in `cfct plan`, and raise the concurrency of the CfCT stack",
            "run the pipeline again: what is done is not done again",
        ],
        findings: &[],
        threads: &["CfCT #174", "CfCT #177"],
    },
    Signature {
        id: "backup-lifecycle",
        pattern: r"Invalid lifecycle|DeleteAfterDays.{0,80}MoveToColdStorage|MoveToColdStorageAfterDays.{0,80}(less|greater|90)",
        means: "A recovery point in cold storage stays for 90 days at least, so it is deleted 90 days after it moved, \
                or later.",
        advice: &["make the retention at least 90 days longer than the time until cold storage"],
        findings: &["backup-lifecycle-cold-storage", "backup-lifecycle-days"],
        threads: &["LZA #13", "lgallard #162", "lgallard #164"],
    },
    Signature {
        id: "backup-role",
        pattern: r"(cannot|not authorized to|unable to|can't) (be assumed|assume).{0,80}backup|IAM Role .{0,200}cannot be assumed by AWS Backup|backup\.amazonaws\.com.{0,60}assume",
        means: "AWS Backup cannot take the role that the plan or the selection names.",
        advice: &[
            "create the role before what names it, with trust in backup.amazonaws.com",
            "put the resource that makes the role first in the manifest",
        ],
        findings: &[],
        threads: &["LZA #194", "LZA #195", "LZA #825"],
    },
    Signature {
        id: "vault-policy",
        pattern: r"(vault|access) policy.{0,60}(invalid|malformed)|Invalid principal in policy|PutBackupVaultAccessPolicy",
        means: "AWS Backup does not take the access policy of the vault: a principal that does not exist yet, or a \
                placeholder that was left.",
        advice: &[
            "name accounts, or the organization by aws:PrincipalOrgID, instead of roles that may not exist",
            "look for placeholders that were left",
        ],
        findings: &["placeholder-left"],
        threads: &["LZA #519"],
    },
    Signature {
        id: "key-access",
        pattern: r"KMSAccessDenied|kms:[A-Za-z]+.{0,120}(denied|not authorized)|(denied|not authorized).{0,160}kms:[A-Za-z]+|KMS key.{0,60}(access|policy)",
        means: "The key is not to be used by whoever needs it, as the backup role of another account.",
        advice: &[
            "let that role use the key in the key's policy, and the key in the role's",
            "for copies to other accounts use a key of your own: a key that AWS manages cannot be shared",
        ],
        findings: &[],
        threads: &["LZA #431", "LZA #535", "aws-backup-automation #2", "TNA #57"],
    },
    Signature {
        id: "export-in-use",
        pattern: r"Export .{1,200}(cannot be (deleted|updated)|in use by)|No export named",
        means: "One stack imports what another exports, and the two are deployed or removed in the wrong order.",
        advice: &[
            "remove what imports first, in a push of its own",
            "put what exports before what imports in the manifest",
        ],
        findings: &["stack-import-order", "stack-import-unknown", "stack-import-region"],
        threads: &["CfCT #178"],
    },
    Signature {
        id: "already-exists",
        pattern: r"already exists",
        means: "A resource of this name is there, made by somebody else or left by an earlier deployment.",
        advice: &[
            "delete it, or import it into the stack",
            "leave the name to CloudFormation, which makes one that is free",
        ],
        findings: &["template-stateful-replacement"],
        threads: &["CfCT #124"],
    },
    Signature {
        id: "stack-stuck",
        pattern: r"is in [A-Z_]*(ROLLBACK_COMPLETE|ROLLBACK_FAILED|DELETE_FAILED)[A-Z_]* state and can ?not be updated",
        means: "An earlier failure left the stack in a state that takes no update.",
        advice: &["delete that stack in its account, then run the pipeline again"],
        findings: &[],
        threads: &["CfCT #69"],
    },
    Signature {
        id: "region-not-enabled",
        pattern: r"security token included in the request is invalid|region.{0,40}(is not enabled|disabled|opt-in)|OptInRequired",
        means: "The Region is not switched on in the account.",
        advice: &["switch it on there, or take it out of `regions`"],
        findings: &["region-opt-in"],
        threads: &["CfCT #75"],
    },
    Signature {
        id: "quota",
        pattern: r"LimitExceeded|ServiceQuotaExceeded|(quota|limit).{0,40}(exceeded|reached)|maximum (number|limit).{0,60}(reached|exceeded)",
        means: "A quota of the account is used up.",
        advice: &["ask for more of it in that account and Region, or remove what is not needed"],
        findings: &[],
        threads: &["LZA #1119"],
    },
    Signature {
        id: "throttled",
        pattern: r"Rate exceeded|Throttling|TooManyRequests",
        means: "AWS took no more calls for a while.",
        advice: &["run the pipeline again", "lower the concurrency of the CfCT stack"],
        findings: &[],
        threads: &["CfCT #12", "CfCT #73"],
    },
    Signature {
        id: "access-denied",
        pattern: r"AccessDenied|not authorized to perform|UnauthorizedOperation",
        means: "The role that deploys may not do this, or the resource does not let it.",
        advice: &[
            "look for the action in the text, then in the role, in the SCPs of the account, in the resource's policy",
        ],
        findings: &[],
        threads: &["LZA #1076"],
    },
];

static PATTERNS: LazyLock<Vec<Option<Regex>>> = LazyLock::new(|| {
    let compiled = |signature: &Signature| Regex::new(&format!("(?i){}", signature.pattern)).ok();
    SIGNATURES.iter().map(compiled).collect()
});

/// The known failure that a text tells of.
pub(super) fn of(text: &str) -> Option<&'static Signature> {
    let matches = |pattern: &Option<Regex>| pattern.as_ref().is_some_and(|pattern| pattern.is_match(text));
    PATTERNS.iter().position(matches).map(|at| &SIGNATURES[at])
}
