use super::{Apart, Created, Lock, VaultKind};
use crate::backup_policy::lock::LockRange;
use crate::checks::Context;
use crate::checks::testing::package;
use crate::source::SourceFile;

const ORGANIZATION: &str = r#"{
  "management_account_id": "100000000001", "root_id": "r-acme",
  "organizational_units": [{"id": "ou-acme-pr0d9x3t", "name": "Prod", "parent": "r-acme"}],
  "accounts": [
    {"id": "100000000001", "name": "management", "status": "ACTIVE", "parent": "r-acme"},
    {"id": "110000000004", "name": "keys", "status": "ACTIVE", "parent": "r-acme"},
    {"id": "130000000001", "name": "shop", "status": "ACTIVE", "parent": "ou-acme-pr0d9x3t"},
    {"id": "130000000002", "name": "bank", "status": "ACTIVE", "parent": "ou-acme-pr0d9x3t"},
    {"id": "130000000003", "name": "desk", "status": "ACTIVE", "parent": "ou-acme-pr0d9x3t"}],
  "baseline_stack_set": {"name": "AWSControlTowerBP-BASELINE-CONFIG",
    "accounts": ["110000000004", "130000000001", "130000000002", "130000000003"], "regions": ["eu-central-1"]},
  "home_region": "eu-central-1"}"#;

const MANIFEST: &str = "
region: eu-central-1
version: 2021-03-15
resources:
  - name: keys
    resource_file: templates/keys.yaml
    deploy_method: stack_set
    deployment_targets: {accounts: ['110000000004']}
    export_outputs:
      - {name: /key, value: '$[output_KeyArn]'}
  - name: vaults
    resource_file: templates/vaults.yaml
    deploy_method: stack_set
    parameters:
      - {parameter_key: KeyArn, parameter_value: '$[alfred_ssm_/key]'}
    deployment_targets: {organizational_units: [Prod]}
    regions: [eu-central-1, eu-west-1]
";

const KEYS: &str = "
Resources:
  Key: {Type: AWS::KMS::Key, Properties: {KeyPolicy: {Statement: []}}}
Outputs:
  KeyArn: {Value: !GetAtt Key.Arn}
";

const VAULTS: &str = "
Parameters:
  KeyArn: {Type: String}
Conditions:
  IsShop: !Equals [!Ref AWS::AccountId, '130000000001']
  IsHome: !Equals [!Ref AWS::Region, eu-central-1]
Resources:
  Vault:
    Type: AWS::Backup::BackupVault
    Properties:
      BackupVaultName: !If [IsShop, shop, !Sub 'vault-${AWS::AccountId}']
      EncryptionKeyArn: !Ref KeyArn
      LockConfiguration: {MinRetentionDays: 7, MaxRetentionDays: !If [IsHome, 365, 35]}
  Bunker:
    Type: AWS::Backup::LogicallyAirGappedBackupVault
    Condition: IsHome
    Properties: {BackupVaultName: bunker, MinRetentionDays: 7, MaxRetentionDays: !ImportValue x}
";

fn with(use_it: impl FnOnce(&Created<'_>, &Context<'_>)) {
    let files =
        [("manifest.yaml", MANIFEST), ("templates/keys.yaml", KEYS), ("templates/vaults.yaml", VAULTS)];
    let configuration = package(&files);
    let reading = crate::organization::read(&SourceFile::new("organization.json", ORGANIZATION));
    Context::with(&configuration, reading.organization.as_ref(), |context| {
        let apart = Apart::default();
        let (manifest, resolution) = (context.manifest.unwrap(), context.resolution.unwrap());
        let organization = context.organization.unwrap();
        let created = Created::of(manifest, context.stack_sets, resolution, organization, None, &apart);
        use_it(&created, context);
    });
}

#[test]
fn accounts_that_a_template_tells_apart_get_what_is_theirs() {
    with(|created, context| {
        let organization = context.organization.unwrap();
        for (account, region, expected) in [
            ("130000000001", "eu-central-1", vec!["shop", "bunker"]),
            ("130000000001", "eu-west-1", vec!["shop"]),
            ("130000000002", "eu-west-1", vec!["vault-130000000002"]),
            ("110000000004", "eu-central-1", vec![]),
        ] {
            let index = organization.account_by_id(account.parse().unwrap()).unwrap();
            let deployments = created.at(created.group_of(index), region);
            let names = deployments
                .flat_map(|found| &found.vaults)
                .map(|vault| super::in_account(vault.name.text().unwrap(), account));
            assert_eq!(names.collect::<Vec<_>>(), expected, "{account} in {region}");
        }
        let group = |id: &str| created.group_of(organization.account_by_id(id.parse().unwrap()).unwrap());
        assert_eq!(group("130000000002"), group("130000000003"));
        assert_ne!(group("130000000001"), group("130000000002"));
    });
}

#[test]
fn locks_and_keys_are_followed_through_parameters_and_exports() {
    with(|created, context| {
        let organization = context.organization.unwrap();
        let vaults: Vec<_> = created.deployments.iter().flat_map(|found| &found.vaults).collect();
        let lock = |max| LockRange { min: Some(7), max: Some(max) };
        assert!(vaults.iter().any(|vault| matches!(vault.lock, Lock::Range(range, _) if range == lock(365))));
        assert!(vaults.iter().any(|vault| matches!(vault.lock, Lock::Range(range, _) if range == lock(35))));
        let bunker = vaults.iter().find(|vault| vault.kind == VaultKind::AirGapped).unwrap();
        assert!(matches!(bunker.lock, Lock::Unknown));
        let key = vaults.iter().find_map(|vault| vault.key.text()).unwrap();
        assert!(key.starts_with("arn:aws:kms:eu-central-1:110000000004:key/"));
        assert_eq!(created.key(key, organization).map(|key| key.resource.name), Some("Key"));
    });
}
