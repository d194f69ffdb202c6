//! AWS Regions and the partitions they belong to, as data with a date.

use std::sync::LazyLock;

use serde::Deserialize;

/// A Region.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Region {
    /// `eu-central-1`
    pub id: &'static str,
    /// `Europe (Frankfurt)`
    pub name: &'static str,
    /// The partition that stands in ARNs: `aws`, `aws-cn`, `aws-us-gov`.
    pub partition: &'static str,
    /// What ends the host names of services there: `amazonaws.com`.
    pub url_suffix: &'static str,
    /// Whether each account has to enable it before anything can be deployed there. That holds for the Regions
    /// that opened after 20 March 2019.
    pub opt_in: bool,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Data {
    date: &'static str,
    sources: Vec<&'static str>,
    regions: Vec<Region>,
}

static DATA: LazyLock<Data> = LazyLock::new(|| {
    // A test reads the file, so the default is never used.
    serde_json::from_str(include_str!("../../data/regions.json")).unwrap_or_default()
});

impl Region {
    /// The Region called `id`, exactly.
    #[must_use]
    pub fn find(id: &str) -> Option<&'static Self> {
        Self::all().iter().find(|region| region.id == id)
    }

    /// Every Region that was known on [`Region::date`].
    #[must_use]
    pub fn all() -> &'static [Self] {
        &DATA.regions
    }

    /// The day of the data, as `YYYY-MM-DD`.
    #[must_use]
    pub fn date() -> &'static str {
        DATA.date
    }

    /// Where the data comes from.
    #[must_use]
    pub fn sources() -> &'static [&'static str] {
        &DATA.sources
    }

    /// Whether `id` is made of the words of Region ids, so that it may be a Region newer than the data:
    /// `eu-west-4`, but not `eu-wset-1`.
    #[must_use]
    pub fn is_conceivable(id: &str) -> bool {
        let Some((words, number)) = id.rsplit_once('-') else { return false };
        let numbered = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        let known =
            |word: &str| Self::all().iter().any(|region| region.id.split('-').any(|part| part == word));
        numbered && words.contains('-') && words.split('-').all(known)
    }
}

#[cfg(test)]
mod tests {
    use super::{DATA, Region};
    use std::collections::BTreeSet;

    #[test]
    fn the_data_is_complete_and_dated() {
        assert_eq!(DATA.date.len(), "2026-11-23".len());
        assert!(Region::sources().iter().any(|source| source.starts_with("https://docs.aws.amazon.com/")));
        let ids: BTreeSet<&str> = Region::all().iter().map(|region| region.id).collect();
        assert_eq!(ids.len(), Region::all().len());
        assert!(ids.len() > 40);
    }

    #[test]
    fn a_region_knows_its_partition_and_suffix() {
        for (id, partition, suffix, opt_in) in [
            ("us-east-1", "aws", "amazonaws.com", false),
            ("ap-northeast-3", "aws", "amazonaws.com", false),
            ("eu-south-1", "aws", "amazonaws.com", true),
            ("cn-north-1", "aws-cn", "amazonaws.com.cn", false),
            ("us-gov-west-1", "aws-us-gov", "amazonaws.com", false),
            ("eusc-de-east-1", "aws-eusc", "amazonaws.eu", false),
        ] {
            let region = Region::find(id).unwrap();
            assert_eq!(
                (region.partition, region.url_suffix, region.opt_in),
                (partition, suffix, opt_in),
                "{id}"
            );
        }
        assert!(Region::find("US-EAST-1").is_none());
    }

    #[test]
    fn only_ids_of_known_words_may_be_newer_than_the_data() {
        for (id, conceivable) in [
            ("eu-west-4", true),
            ("sa-west-1", true),
            ("us-gov-central-1", true),
            ("eu-wset-1", false),
            ("eu-west", false),
            ("eu-west-1a", false),
            ("1", false),
            ("", false),
        ] {
            assert_eq!(Region::is_conceivable(id), conceivable, "{id}");
        }
    }
}
