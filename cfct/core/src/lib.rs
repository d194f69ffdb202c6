//! The core of the toolkit: values in, values out.
//!
//! Files come in as bytes with names, the organization as a snapshot, time as an argument. Nothing here
//! reads a file, a clock or a network, so every answer is reproducible: the same input gives the same bytes.

pub mod apply;
pub mod aws;
pub mod backup_policy;
pub mod blueprint;
pub mod bootstrap;
pub mod catalog;
pub mod checks;
pub mod configuration;
pub mod created;
pub mod decision;
pub mod deployed;
pub mod deployment;
pub mod diagnosis;
pub mod digest;
pub mod doctor;
pub mod document;
pub mod finding;
pub mod fix;
pub mod generated;
pub mod guardrails;
pub mod hidden;
pub mod iam;
pub mod lifecycle;
pub mod limits;
pub mod manifest;
pub mod organization;
pub mod parallel;
pub mod parameters;
pub mod pipeline_run;
pub mod plan;
pub mod policy;
pub mod portfolio;
pub mod rates;
pub mod registry;
pub mod rehearsal;
pub mod report;
pub mod resolution;
pub mod schemas;
pub mod secrets;
pub mod selection;
pub mod settings;
pub mod simulation;
pub mod snapshot;
pub mod source;
pub mod stack_set_definition;
pub mod stack_set_machine;
pub mod template;
pub mod verify;
pub mod words;
