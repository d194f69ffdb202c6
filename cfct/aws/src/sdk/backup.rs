//! AWS Backup.

use std::collections::BTreeMap;

use aws_sdk_backup::Client;
use aws_sdk_backup::types::BackupJobState;
use aws_smithy_types::DateTime;
use cfct_core::apply::settings::Place;
use cfct_core::verify::Vault;

use super::text;
use crate::aws::Aws;
use crate::error::AwsError;
use crate::operation::backup as operation;
use crate::ports::{BackupReader, BackupSettings, FailedJob};

/// Failed jobs that are of interest: the latest ones of a place.
const LATEST: i32 = 50;

impl Aws {
    fn backup(&self) -> &Client {
        self.clients.backup.get_or_init(|| Client::new(&self.sdk))
    }
}

impl BackupSettings for Aws {
    async fn global_settings(&self) -> Result<BTreeMap<String, String>, AwsError> {
        let request = self.backup().describe_global_settings().send();
        let answer = self.call(operation::DESCRIBE_GLOBAL_SETTINGS, "", request).await?;
        Ok(answer.global_settings.unwrap_or_default().into_iter().collect())
    }

    async fn set_global_settings(&self, settings: &BTreeMap<String, String>) -> Result<(), AwsError> {
        let settings = settings.clone().into_iter().collect();
        let request = self.backup().update_global_settings().set_global_settings(Some(settings)).send();
        self.call(operation::UPDATE_GLOBAL_SETTINGS, "", request).await?;
        Ok(())
    }

    async fn resource_types(&self, place: &Place) -> Result<BTreeMap<String, bool>, AwsError> {
        let at = self.at(place).await?;
        let request = at.backup().describe_region_settings().send();
        let answer = at.call(operation::DESCRIBE_REGION_SETTINGS, "", request).await?;
        Ok(answer.resource_type_opt_in_preference.unwrap_or_default().into_iter().collect())
    }

    async fn set_resource_types(
        &self,
        place: &Place,
        types: &BTreeMap<String, bool>,
    ) -> Result<(), AwsError> {
        let at = self.at(place).await?;
        let types = types.clone().into_iter().collect();
        let request = at.backup().update_region_settings().set_resource_type_opt_in_preference(Some(types));
        at.call(operation::UPDATE_REGION_SETTINGS, "", request.send()).await?;
        Ok(())
    }
}

impl BackupReader for Aws {
    async fn vaults(&self, place: &Place) -> Result<BTreeMap<String, Vault>, AwsError> {
        let at = self.at(place).await?;
        let vaults = at
            .pages(operation::LIST_BACKUP_VAULTS, "", async |token| {
                let request = at.backup().list_backup_vaults().set_next_token(token).send();
                let page = at.call(operation::LIST_BACKUP_VAULTS, "", request).await?;
                Ok((page.backup_vault_list.unwrap_or_default(), page.next_token))
            })
            .await?;
        let facts = vaults.into_iter().map(|vault| {
            let facts = Vault {
                is_locked: vault.locked == Some(true),
                fewest_days: vault.min_retention_days,
                most_days: vault.max_retention_days,
                key: vault.encryption_key_arn,
            };
            (vault.backup_vault_name.unwrap_or_default(), facts)
        });
        Ok(facts.collect())
    }

    async fn failed_jobs(&self, place: &Place, since: i64) -> Result<Vec<FailedJob>, AwsError> {
        let at = self.at(place).await?;
        let request = at.backup().list_backup_jobs().by_state(BackupJobState::Failed);
        let request = request.by_created_after(DateTime::from_secs(since)).max_results(LATEST).send();
        let page = at.call(operation::LIST_BACKUP_JOBS, "", request).await?;
        let jobs = page.backup_jobs().iter().map(|job| FailedJob {
            id: text(job.backup_job_id()),
            resource: text(job.resource_arn()),
            message: text(job.status_message()),
        });
        Ok(jobs.collect())
    }
}
