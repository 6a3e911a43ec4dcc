/// How values of more than 8 bits (DICOM, 16-bit grey PNG) become grey levels from 0 to 255.
///
/// Values are the file's after its own scaling (DICOM's rescale slope and intercept).
public enum IntensityRecipe: Sendable, Equatable {
    /// What the file says: a DICOM's first VOI window or table, else the range from the least to
    /// the greatest value of the frame. A 16-bit PNG, which says nothing, is clipped at 255 as
    /// Pillow clips it.
    case auto
    /// One window for all files, by DICOM's LINEAR function: Hounsfield units in CT.
    case window(center: Double, width: Double)
    /// From one percentile of the frame's values to another (numpy's linear interpolation).
    case percentiles(low: Double, high: Double)
    /// Everything that the stored bits can express.
    case full
}
