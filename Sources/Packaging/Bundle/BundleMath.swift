internal import Glibc

/// The one function of the C library that a manifest needs.
enum BundleMath {
    static func exponential(_ value: Double) -> Double { exp(value) }
}
