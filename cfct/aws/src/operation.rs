//! The operations of AWS that the toolkit calls: one constant each, beside the permissions they need.
//!
//! An adapter names the constant with each call, so the list of what a command calls is a recording, not a
//! belief ([`crate::permissions`]).

use std::fmt;

/// An operation of an AWS service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Operation {
    /// The service, as in the names of IAM actions: `organizations`.
    pub service: &'static str,
    /// The operation: `ListRoots`.
    pub name: &'static str,
    /// The IAM actions that it needs; none where anybody may call it.
    pub actions: &'static [&'static str],
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.service, self.name)
    }
}

/// Declares operations, and [`ALL`] of them. Without a list of actions the action is the operation's own name.
macro_rules! operations {
    ($($module:ident { $($constant:ident = $name:literal $([$($action:literal),*])?;)* })*) => {
        $(
            #[doc = concat!("Of `", stringify!($module), "`.")]
            pub mod $module {
                use super::Operation;
                $(
                    #[doc = concat!("`", stringify!($module), ":", $name, "`")]
                    pub const $constant: Operation = Operation {
                        service: stringify!($module),
                        name: $name,
                        actions: operations!(@actions $module $name $([$($action),*])?),
                    };
                )*
            }
        )*

        /// Every operation that an adapter calls.
        pub const ALL: &[Operation] = &[$($($module::$constant,)*)*];
    };
    (@actions $module:ident $name:literal [$($action:literal),*]) => { &[$($action),*] };
    (@actions $module:ident $name:literal) => { &[concat!(stringify!($module), ":", $name)] };
}

// Where a bucket is encrypted with a KMS key, S3 uses the key in the caller's name.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html#require-sse-kms
operations! {
    backup {
        DESCRIBE_GLOBAL_SETTINGS = "DescribeGlobalSettings";
        DESCRIBE_REGION_SETTINGS = "DescribeRegionSettings";
        LIST_BACKUP_JOBS = "ListBackupJobs";
        LIST_BACKUP_VAULTS = "ListBackupVaults";
        UPDATE_GLOBAL_SETTINGS = "UpdateGlobalSettings";
        UPDATE_REGION_SETTINGS = "UpdateRegionSettings";
    }
    cloudformation {
        DESCRIBE_STACK_EVENTS = "DescribeStackEvents";
        DESCRIBE_STACK_INSTANCE = "DescribeStackInstance";
        ACTIVATE_ORGANIZATIONS_ACCESS = "ActivateOrganizationsAccess"
            ["cloudformation:ActivateOrganizationsAccess", "organizations:EnableAWSServiceAccess",
             "iam:CreateServiceLinkedRole"];
        CREATE_STACK_INSTANCES = "CreateStackInstances";
        DESCRIBE_ORGANIZATIONS_ACCESS = "DescribeOrganizationsAccess";
        DESCRIBE_STACK_SET = "DescribeStackSet";
        DESCRIBE_STACKS = "DescribeStacks";
        GET_TEMPLATE = "GetTemplate";
        LIST_STACK_RESOURCES = "ListStackResources";
        LIST_STACK_INSTANCES = "ListStackInstances";
        LIST_STACK_SET_OPERATION_RESULTS = "ListStackSetOperationResults";
        LIST_STACK_SET_OPERATIONS = "ListStackSetOperations";
        LIST_STACK_SETS = "ListStackSets";
    }
    codepipeline {
        GET_PIPELINE = "GetPipeline";
        GET_PIPELINE_EXECUTION = "GetPipelineExecution";
        GET_PIPELINE_STATE = "GetPipelineState";
        LIST_ACTION_EXECUTIONS = "ListActionExecutions";
        LIST_PIPELINE_EXECUTIONS = "ListPipelineExecutions";
        PUT_APPROVAL_RESULT = "PutApprovalResult";
    }
    logs {
        GET_LOG_EVENTS = "GetLogEvents";
    }
    events {
        LIST_RULES = "ListRules";
        PUT_EVENTS = "PutEvents";
    }
    iam {
        ATTACH_ROLE_POLICY = "AttachRolePolicy";
        CREATE_ROLE = "CreateRole" ["iam:CreateRole", "iam:TagRole"];
        CREATE_SERVICE_LINKED_ROLE = "CreateServiceLinkedRole";
        GET_ROLE = "GetRole";
        LIST_ATTACHED_ROLE_POLICIES = "ListAttachedRolePolicies";
        LIST_ROLES = "ListRoles";
        UPDATE_ASSUME_ROLE_POLICY = "UpdateAssumeRolePolicy";
    }
    organizations {
        ATTACH_POLICY = "AttachPolicy";
        CREATE_POLICY = "CreatePolicy" ["organizations:CreatePolicy", "organizations:TagResource"];
        DELETE_POLICY = "DeletePolicy";
        DESCRIBE_ACCOUNT = "DescribeAccount";
        DESCRIBE_EFFECTIVE_POLICY = "DescribeEffectivePolicy";
        DESCRIBE_ORGANIZATION = "DescribeOrganization";
        DESCRIBE_ORGANIZATIONAL_UNIT = "DescribeOrganizationalUnit";
        DESCRIBE_POLICY = "DescribePolicy";
        DETACH_POLICY = "DetachPolicy";
        ENABLE_AWS_SERVICE_ACCESS = "EnableAWSServiceAccess"
            ["organizations:EnableAWSServiceAccess", "iam:CreateServiceLinkedRole"];
        ENABLE_POLICY_TYPE = "EnablePolicyType";
        LIST_ACCOUNTS = "ListAccounts";
        LIST_ACCOUNTS_FOR_PARENT = "ListAccountsForParent";
        LIST_ACCOUNTS_WITH_INVALID_EFFECTIVE_POLICY = "ListAccountsWithInvalidEffectivePolicy";
        LIST_AWS_SERVICE_ACCESS_FOR_ORGANIZATION = "ListAWSServiceAccessForOrganization";
        LIST_DELEGATED_ADMINISTRATORS = "ListDelegatedAdministrators";
        LIST_ORGANIZATIONAL_UNITS_FOR_PARENT = "ListOrganizationalUnitsForParent";
        LIST_PARENTS = "ListParents";
        LIST_POLICIES = "ListPolicies";
        LIST_ROOTS = "ListRoots";
        LIST_TAGS_FOR_RESOURCE = "ListTagsForResource";
        LIST_TARGETS_FOR_POLICY = "ListTargetsForPolicy";
        REGISTER_DELEGATED_ADMINISTRATOR = "RegisterDelegatedAdministrator";
        TAG_RESOURCE = "TagResource";
        UPDATE_POLICY = "UpdatePolicy";
    }
    s3 {
        COMPLETE_MULTIPART_UPLOAD = "CompleteMultipartUpload" ["s3:PutObject", "kms:Decrypt"];
        COPY_OBJECT = "CopyObject" ["s3:GetObject", "s3:PutObject", "kms:Decrypt", "kms:GenerateDataKey"];
        CREATE_MULTIPART_UPLOAD =
            "CreateMultipartUpload" ["s3:PutObject", "s3:PutObjectTagging", "kms:GenerateDataKey"];
        GET_BUCKET_ENCRYPTION = "GetBucketEncryption" ["s3:GetEncryptionConfiguration"];
        GET_OBJECT = "GetObject" ["s3:GetObject", "kms:Decrypt"];
        HEAD_BUCKET = "HeadBucket" ["s3:ListBucket"];
        HEAD_OBJECT = "HeadObject" ["s3:GetObject", "kms:Decrypt"];
        LIST_MULTIPART_UPLOADS = "ListMultipartUploads" ["s3:ListBucketMultipartUploads"];
        LIST_OBJECTS_V2 = "ListObjectsV2" ["s3:ListBucket"];
        LIST_PARTS = "ListParts" ["s3:ListMultipartUploadParts"];
        PUT_OBJECT = "PutObject" ["s3:PutObject", "s3:PutObjectTagging", "kms:GenerateDataKey"];
        UPLOAD_PART = "UploadPart" ["s3:PutObject", "kms:GenerateDataKey"];
    }
    servicecatalog {
        ASSOCIATE_PRINCIPAL_WITH_PORTFOLIO = "AssociatePrincipalWithPortfolio";
        ASSOCIATE_PRODUCT_WITH_PORTFOLIO = "AssociateProductWithPortfolio";
        ASSOCIATE_TAG_OPTION_WITH_RESOURCE = "AssociateTagOptionWithResource";
        CREATE_CONSTRAINT = "CreateConstraint";
        CREATE_PORTFOLIO = "CreatePortfolio";
        CREATE_PORTFOLIO_SHARE = "CreatePortfolioShare";
        CREATE_PRODUCT = "CreateProduct" ["servicecatalog:CreateProduct", "s3:GetObject"];
        CREATE_PROVISIONING_ARTIFACT =
            "CreateProvisioningArtifact" ["servicecatalog:CreateProvisioningArtifact", "s3:GetObject"];
        CREATE_TAG_OPTION = "CreateTagOption";
        DELETE_CONSTRAINT = "DeleteConstraint";
        DELETE_PORTFOLIO = "DeletePortfolio";
        DELETE_PORTFOLIO_SHARE = "DeletePortfolioShare";
        DELETE_PRODUCT = "DeleteProduct";
        DELETE_PROVISIONING_ARTIFACT = "DeleteProvisioningArtifact";
        DESCRIBE_CONSTRAINT = "DescribeConstraint";
        DESCRIBE_PORTFOLIO = "DescribePortfolio";
        DESCRIBE_PORTFOLIO_SHARE_STATUS = "DescribePortfolioShareStatus";
        DESCRIBE_PORTFOLIO_SHARES = "DescribePortfolioShares";
        DESCRIBE_PRODUCT = "DescribeProduct";
        DESCRIBE_PRODUCT_AS_ADMIN = "DescribeProductAsAdmin";
        DESCRIBE_PROVISIONED_PRODUCT = "DescribeProvisionedProduct";
        DESCRIBE_PROVISIONING_ARTIFACT = "DescribeProvisioningArtifact";
        DESCRIBE_PROVISIONING_PARAMETERS = "DescribeProvisioningParameters";
        DESCRIBE_RECORD = "DescribeRecord";
        DISASSOCIATE_PRINCIPAL_FROM_PORTFOLIO = "DisassociatePrincipalFromPortfolio";
        DISASSOCIATE_PRODUCT_FROM_PORTFOLIO = "DisassociateProductFromPortfolio";
        DISASSOCIATE_TAG_OPTION_FROM_RESOURCE = "DisassociateTagOptionFromResource";
        ENABLE_AWS_ORGANIZATIONS_ACCESS = "EnableAWSOrganizationsAccess"
            ["servicecatalog:EnableAWSOrganizationsAccess", "organizations:DescribeOrganization",
             "organizations:EnableAWSServiceAccess"];
        GET_AWS_ORGANIZATIONS_ACCESS_STATUS = "GetAWSOrganizationsAccessStatus";
        LIST_CONSTRAINTS_FOR_PORTFOLIO = "ListConstraintsForPortfolio";
        LIST_LAUNCH_PATHS = "ListLaunchPaths";
        LIST_PORTFOLIOS = "ListPortfolios";
        LIST_PRINCIPALS_FOR_PORTFOLIO = "ListPrincipalsForPortfolio";
        LIST_PROVISIONING_ARTIFACTS = "ListProvisioningArtifacts";
        LIST_TAG_OPTIONS = "ListTagOptions";
        PROVISION_PRODUCT = "ProvisionProduct";
        SEARCH_PRODUCTS = "SearchProducts";
        SEARCH_PRODUCTS_AS_ADMIN = "SearchProductsAsAdmin";
        SEARCH_PROVISIONED_PRODUCTS = "SearchProvisionedProducts";
        TERMINATE_PROVISIONED_PRODUCT = "TerminateProvisionedProduct";
        UPDATE_CONSTRAINT = "UpdateConstraint";
        UPDATE_PORTFOLIO = "UpdatePortfolio";
        UPDATE_PORTFOLIO_SHARE = "UpdatePortfolioShare";
        UPDATE_PRODUCT = "UpdateProduct";
        UPDATE_PROVISIONED_PRODUCT = "UpdateProvisionedProduct";
        UPDATE_PROVISIONING_ARTIFACT = "UpdateProvisioningArtifact";
    }
    ssm {
        GET_PARAMETERS = "GetParameters";
    }
    states {
        DESCRIBE_EXECUTION = "DescribeExecution";
        GET_EXECUTION_HISTORY = "GetExecutionHistory";
        LIST_EXECUTIONS = "ListExecutions";
        LIST_STATE_MACHINES = "ListStateMachines";
        START_EXECUTION = "StartExecution";
    }
    sts {
        ASSUME_ROLE = "AssumeRole";
        GET_CALLER_IDENTITY = "GetCallerIdentity" [];
    }
}

#[cfg(test)]
mod tests {
    use super::{ALL, organizations, s3};

    #[test]
    fn an_operation_needs_the_action_of_its_name_unless_it_says_otherwise() {
        assert_eq!(organizations::LIST_ROOTS.actions, ["organizations:ListRoots"]);
        assert_eq!(s3::HEAD_OBJECT.actions, ["s3:GetObject", "kms:Decrypt"]);
        assert_eq!(s3::HEAD_OBJECT.to_string(), "s3:HeadObject");
    }

    #[test]
    fn no_operation_is_declared_twice() {
        let names: std::collections::BTreeSet<String> = ALL.iter().map(ToString::to_string).collect();
        assert_eq!(names.len(), ALL.len());
    }
}
