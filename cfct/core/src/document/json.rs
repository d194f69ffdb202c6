use super::Reading;
use crate::source::SourceFile;
use std::sync::Arc;

pub(super) fn read(source: &Arc<SourceFile>) -> Reading {
    super::yaml::read(source)
}
