public import CambiumPackaging

extension ImageStandardization {
    /// `SIZE,QUALITY`, as in `512,75`: a square of 1 to 2048 pixels, a quality of 1 to 100.
    public init?(argument: String) {
        let parts = argument.split(separator: ",", omittingEmptySubsequences: false).map {
            Int($0)
        }
        guard parts.count == 2, let size = parts[0], let quality = parts[1], size <= 2048,
            let own = try? ImageStandardization(size: size, quality: quality)
        else { return nil }
        self = own
    }
}
