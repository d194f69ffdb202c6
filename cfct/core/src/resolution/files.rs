//! The package's files, as CfCT's parser opens them.

use super::failure::{Exception, Failure, repr};
use super::{InputSettings, url};
use crate::configuration::{Configuration, Content, Kind};
use crate::source::PackagePath;

/// The files of the package and the places CfCT puts them.
pub(super) struct Files<'o> {
    configuration: &'o Configuration,
    settings: &'o InputSettings,
    region: String,
}

impl<'o> Files<'o> {
    pub(super) fn new(configuration: &'o Configuration, settings: &'o InputSettings, region: &str) -> Self {
        Self { configuration, settings, region: region.to_owned() }
    }

    /// The URL of a template or a policy once CfCT has staged it (`StageFile.get_staged_file`).
    pub(super) fn stage(&self, file: &str) -> Result<String, Failure> {
        let lower = file.to_lowercase();
        if lower.starts_with("s3") {
            let (bucket, key) = url::bucket_and_key(file);
            return Ok(url::http_url(bucket, &self.region, key));
        }
        if lower.starts_with("http") {
            return Ok(file.to_owned());
        }
        self.find(file)?;
        let InputSettings { staging_bucket, key_prefix, .. } = self.settings;
        Ok(url::http_url(staging_bucket, &self.region, &format!("{key_prefix}/{file}")))
    }

    /// The text of a parameter file (`_load_params_from_file`).
    pub(super) fn text(&self, file: &str) -> Result<&'o str, Failure> {
        if file.to_lowercase().starts_with("s3://") {
            let message = format!("CfCT reads {file} from S3 at run time");
            return Err(Failure::new(Exception::Unknowable, message));
        }
        let path = self.find(file)?;
        match self.configuration.file(&path).map(|file| &file.content) {
            Some(Content::Text(source)) => Ok(source.text()),
            Some(Content::NotUtf8 { valid_up_to }) => Err(Failure::new(
                Exception::UnicodeDecodeError,
                format!("'utf-8' codec can't decode byte in position {valid_up_to}: invalid start byte"),
            )),
            Some(Content::TooLarge { bytes }) => Err(unreadable(file, &format!("has {bytes} bytes"))),
            Some(Content::Unreadable(reason)) => Err(unreadable(file, reason)),
            None => Err(unreadable(file, "was not read")),
        }
    }

    /// The file's place in the package, or the error that `open` raises.
    fn find(&self, file: &str) -> Result<PackagePath, Failure> {
        let missing = || {
            let message = format!("[Errno 2] No such file or directory: {}", repr(file));
            Failure::new(Exception::FileNotFoundError, message)
        };
        let path = PackagePath::new(file).ok_or_else(missing)?;
        let listed = self.configuration.listing.get(&path).ok_or_else(missing)?;
        if listed.kind == Kind::Folder {
            let message = format!("[Errno 21] Is a directory: {}", repr(file));
            return Err(Failure::new(Exception::IsADirectoryError, message));
        }
        Ok(path)
    }
}

fn unreadable(file: &str, reason: &str) -> Failure {
    Failure::new(Exception::Unknowable, format!("{file} {reason}"))
}
