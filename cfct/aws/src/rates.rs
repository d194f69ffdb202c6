//! How often AWS lets an account call, for an [`Operation`]. The data is in the core, where runs are simulated with it.

use cfct_core::rates;
pub use cfct_core::rates::{RATES, Rate};

use crate::operation::Operation;

/// The rate of an operation: its own, or that of its service.
#[must_use]
pub fn of(operation: &Operation) -> Option<&'static Rate> {
    rates::of(operation.service, operation.name)
}

#[cfg(test)]
mod tests {
    use super::of;
    use crate::operation::{ALL, organizations};

    #[test]
    fn every_operation_has_a_rate() {
        for operation in ALL {
            let rate = of(operation).unwrap_or_else(|| panic!("{operation} has no rate"));
            assert!(rate.per_second > 0.0 && rate.burst > 0, "{operation}");
        }
    }

    #[test]
    fn an_operation_s_own_rate_goes_before_its_service_s() {
        assert_eq!(of(&organizations::DESCRIBE_POLICY).unwrap().operations, ["DescribePolicy"]);
        let (create, attach) = (of(&organizations::CREATE_POLICY), of(&organizations::ATTACH_POLICY));
        assert!(std::ptr::eq(create.unwrap(), attach.unwrap()), "changes of policies share one rate");
        assert_eq!(of(&organizations::LIST_ROOTS).unwrap().operations, [""; 0]);
    }
}
