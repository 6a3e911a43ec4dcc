/// What a NIfTI header says of grey levels.
struct NiftiLevels: Sendable {
    /// What should be black and white (`cal_min`, `cal_max`), where the header says it.
    let display: (low: Double, high: Double)?
    /// What the stored bits can express; nil for floating-point numbers.
    let expressible: (low: Double, high: Double)?
    /// Whether a voxel is an unscaled byte, a grey level as it stands.
    let isByte: Bool

    init(_ header: NiftiHeader) {
        (display, expressible) = (header.display, header.expressible)
        isByte = header.type == .uint8 && header.scaling == nil
    }
}

extension NiftiVolume {
    /// What a recipe means for this volume. The numbers come from all of it, not from one slice,
    /// so that a tissue has the same grey in every slice. Voxels that are no finite number do not
    /// count.
    func map(
        _ recipe: IntensityRecipe
    ) throws(ImageError) -> (map: GreyMap, warning: String?) {
        switch recipe {
        case .window(let center, let width):
            return (.window(center: center, width: width, .linear), nil)
        case .percentiles(let low, let high): return try ranked(low, high)
        case .full:
            guard let range = levels?.expressible else {
                throw .volume(
                    detail: "floating-point voxels, whose bits have no full range; use --window "
                        + "or --percentiles")
            }
            return (.range(low: range.low, high: range.high), nil)
        case .auto:
            if let display = levels?.display {
                return (.range(low: display.low, high: display.high), nil)
            }
            return levels?.isByte == true
                ? (.range(low: 0, high: 255), nil) : try ranked(0, 100)
        }
    }

    private func ranked(
        _ low: Double, _ high: Double
    ) throws(ImageError) -> (map: GreyMap, warning: String?) {
        let ranking = FloatRanking(voxels) { $0.isFinite }
        guard ranking.count > 0 else { throw .volume(detail: "no voxel is a finite number") }
        let (black, white) = (ranking.quantile(low / 100), ranking.quantile(high / 100))
        let flat = "no contrast between the values; the picture is black"
        return (.range(low: black, high: white), black < white ? nil : flat)
    }
}
