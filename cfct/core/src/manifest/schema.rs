//! CfCT's schema checker: pykwalify with the two schemas of CfCT 2.8.4.
