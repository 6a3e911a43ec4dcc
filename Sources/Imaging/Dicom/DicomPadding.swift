/// The stored values that are no part of the picture (PS3.3, C.7.5.1.1.2): PixelPaddingValue, or
/// everything between it and PixelPaddingRangeLimit. They fill what a scanner does not see, and
/// are background: black whatever the window, in MONOCHROME1 too, and without a say in what the
/// range of the values is.
struct DicomPadding {
    private let range: ClosedRange<Int>?

    init(_ elements: DicomElements, isSigned: Bool) {
        func value(_ tag: DicomTag) -> Int? {
            elements.short(tag).map { isSigned ? Int(Int16(truncatingIfNeeded: $0)) : $0 }
        }
        range = value(.padding).map { first in
            let other = value(.paddingLimit) ?? first
            return min(first, other)...max(first, other)
        }
    }

    /// Whether a stored value is padding.
    func contains(_ stored: Int) -> Bool { range?.contains(stored) ?? false }
}
