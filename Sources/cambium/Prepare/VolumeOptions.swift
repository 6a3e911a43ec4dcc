internal import ArgumentParser
internal import CambiumImaging
internal import CambiumJobs

/// How volumes (NIfTI) are cut into pictures, on the command line.
struct VolumeOptions: ParsableArguments {
    @Option(help: "Plane in which NIfTI volumes are cut: axial, coronal or sagittal.")
    var plane = "axial"

    @Option(
        help: ArgumentHelp(
            "Slices of a NIfTI volume: all, middle, middle:N (around the middle), A:B or A:B:STEP "
                + "(numbers from 1, both ends included), or LOW%:HIGH% of the volume.",
            valueName: "rule"))
    var slices = "all"

    @Option(
        help: ArgumentHelp(
            "Left side of axial and coronal slices of a NIfTI volume: neurological (the patient's "
                + "left) or radiological (the patient's right).", valueName: "side"))
    var convention = "neurological"

    /// The reading that is asked for.
    func reading() throws -> VolumeReading {
        guard let plane = Plane(rawValue: plane) else {
            throw UsageError("--plane \(plane): must be axial, coronal or sagittal")
        }
        guard ["neurological", "radiological"].contains(convention) else {
            throw UsageError("--convention \(convention): must be neurological or radiological")
        }
        do throws(ImageError) {
            return VolumeReading(
                plane: plane, slices: try SliceChoice(parsing: slices),
                isRadiological: convention == "radiological")
        } catch {
            throw UsageError("--\(error.description)")
        }
    }
}
