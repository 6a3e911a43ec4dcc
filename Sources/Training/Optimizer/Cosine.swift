internal import Glibc

/// The cosine, kept apart so that no other file here needs the C library.
func cosine(_ angle: Double) -> Double { cos(angle) }
